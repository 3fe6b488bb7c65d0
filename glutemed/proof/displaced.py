"""Added exercises that take the place of bundled ones, seen on the people of the bundled cases."""

from __future__ import annotations

from collections import Counter, defaultdict

import attrs

from glutemed.model.errors import FactsInvalid
from glutemed.model.facts import Facts
from glutemed.model.frozen import Frozen
from glutemed.model.ruleset import Ruleset
from glutemed.pipeline import recommend
from glutemed.proof.cases import person_of


@attrs.frozen
class Displacing:
    """An added exercise, and what is no longer in the programmes that have it.

    Args:
        exercise: The id of the added exercise.
        people: How many people of the bundled cases get it where a bundled exercise is gone.
        gone: The bundled exercises that are gone, each with for how many of them.
    """

    exercise: str
    people: int
    gone: Frozen[str, int]


def displacing(ruleset: Ruleset, bundled: Ruleset) -> tuple[Displacing, ...]:
    """Which added exercises took the place of bundled ones, by id.

    No case needs to fail for that: a case that names three of five exercises does not notice that
    the fifth is another one.

    Args:
        ruleset: The bundled rules with something added.
        bundled: The bundled rules alone.

    Raises:
        EngineFailed: The engine failed.
        HazardBroken: A programme would have broken a hazard.
    """
    added = {found.id for found in ruleset.exercises if found.pack in ruleset.added}
    people: Counter[str] = Counter()
    gone: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for case in ruleset.cases if added else ():
        if case.pack in ruleset.added or case.expect["outcome"] != "programme":
            continue
        try:
            person, alone = person_of(case, ruleset), person_of(case, bundled)
        except FactsInvalid:  # the case fails for that, and is listed
            continue
        if person is None or alone is None:
            continue
        now = _programme(person, ruleset)
        new = now & added
        lost = _programme(alone, bundled) - now if new else frozenset()
        for exercise in new if lost else ():
            people[exercise] += 1
            gone[exercise].update(lost)
    return tuple(
        Displacing(exercise, people[exercise], Frozen(dict(sorted(gone[exercise].items()))))
        for exercise in sorted(people)
    )


def _programme(facts: Facts, ruleset: Ruleset) -> frozenset[str]:
    """The exercises that a person gets."""
    programme = recommend(facts, ruleset).programme
    return frozenset(found.exercise for found in programme.exercises) if programme else frozenset()
