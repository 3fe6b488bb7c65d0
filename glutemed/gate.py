"""The last check: each exercise of a programme against the hazards.

This module reads conditions by itself. It imports neither the readings nor the engine, so that a
mistake there cannot hide here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from operator import attrgetter
from typing import TypeVar

import attrs

from glutemed.model.condition import AnyOf, Compare, Comparison, Condition, Constant, Not
from glutemed.model.errors import HazardBroken
from glutemed.model.exercise import PRESCRIBED, SELECTABLE, Exercise
from glutemed.model.facts import BUILT_IN, UNKNOWN, Facts, FactValue, Members
from glutemed.model.outcome import Prescription, Programme
from glutemed.model.rule import Hazard
from glutemed.model.ruleset import Ruleset
from glutemed.model.vocabulary import FactDeclaration, Kind

NO, PERHAPS, YES = 0, 1, 2
Subject = TypeVar("Subject")

_WORD = FactDeclaration(name="", kind=Kind.ENUM, label="", ask="")


@attrs.frozen
class Unanswered:
    """Hazards that could not be ruled out, and the facts that would rule them out."""

    hazards: tuple[str, ...]
    facts: tuple[str, ...]


class Gate:
    """Holds the hazards of one ruleset against programmes. Safe to share between threads."""

    def __init__(self, ruleset: Ruleset) -> None:
        self._ruleset = ruleset
        self._facts = ruleset.vocabulary.facts
        families = tuple({exercise.family for exercise in ruleset.exercises})
        attributes = {
            **SELECTABLE,
            **PRESCRIBED,
            "id": attrs.evolve(_WORD, values=tuple(ruleset.exercise)),
            "family": attrs.evolve(_WORD, values=families),
        }
        self._when = {
            hazard.id: judgement(hazard.when, self._facts, _of_person) for hazard in ruleset.hazards
        }
        self._never = {
            hazard.id: judgement(hazard.never, attributes, _of_prescription)
            for hazard in ruleset.hazards
        }

    def watched(self, programme: Programme) -> tuple[Hazard, ...]:
        """The hazards that some exercise of a programme is subject to."""
        return tuple(
            hazard
            for hazard in self._ruleset.hazards
            if any(self._bites(hazard, prescription) for prescription in programme.exercises)
        )

    def check(self, watched: tuple[Hazard, ...], facts: Facts) -> Unanswered | None:
        """Hold a programme's hazards against a person.

        Args:
            watched: What `watched` gives for the programme.
            facts: The person.

        Returns:
            None where every hazard is ruled out, else what must be answered first.

        Raises:
            HazardBroken: A hazard holds. The text names hazards, never values.
        """
        perhaps: list[Hazard] = []
        for hazard in watched:
            said = self._when[hazard.id](facts)
            if said == YES:
                raise HazardBroken(
                    f"the programme would have broken the hazard `{hazard.id}` "
                    f"({hazard.span.where}); nothing was emitted"
                )
            if said == PERHAPS:
                perhaps.append(hazard)
        if not perhaps:
            return None
        waiting = {
            name
            for hazard in perhaps
            for name in _asked(hazard.when)
            if _unsettled(self._facts[name], facts.value(name))
        }
        return Unanswered(tuple(hazard.id for hazard in perhaps), tuple(sorted(waiting)))

    def _bites(self, hazard: Hazard, prescription: Prescription) -> bool:
        exercise = self._ruleset.exercise[prescription.exercise]
        return self._never[hazard.id]((exercise, prescription)) != NO


def judgement(
    condition: Condition,
    declared: Mapping[str, FactDeclaration],
    fetch: Callable[[str], Callable[[Subject], FactValue]],
) -> Callable[[Subject], int]:
    """A function that says whether a condition holds of a subject: `YES`, `NO` or `PERHAPS`.

    Args:
        condition: What to judge.
        declared: The declaration of everything it asks about.
        fetch: For a name, the function that fetches its value from a subject.
    """
    if isinstance(condition, Compare):
        return _comparison(condition, declared[condition.fact], fetch(condition.fact))
    if isinstance(condition, Not):
        child = judgement(condition.child, declared, fetch)
        return lambda subject: YES - child(subject)
    parts = tuple(judgement(child, declared, fetch) for child in condition.children)
    if isinstance(condition, AnyOf):

        def some(subject: Subject) -> int:
            highest = NO
            for part in parts:
                said = part(subject)
                if said == YES:
                    return YES
                highest = max(highest, said)
            return highest

        return some

    def every(subject: Subject) -> int:
        lowest = YES
        for part in parts:
            said = part(subject)
            if said == NO:
                return NO
            lowest = min(lowest, said)
        return lowest

    return every


def _comparison(
    compare: Compare, declared: FactDeclaration, fetch: Callable[[Subject], FactValue]
) -> Callable[[Subject], int]:
    if compare.comparison is Comparison.INCLUDES:
        wanted = frozenset(str(constant) for constant in compare.constants)

        def includes(subject: Subject) -> int:
            value = fetch(subject)
            if not isinstance(value, Members):
                return PERHAPS
            if wanted & value.present:
                return YES
            return NO if wanted <= (value.absent | declared.silent_absent) else PERHAPS

        return includes
    possible: Iterable[Constant] = declared.values
    if declared.kind is Kind.BOOL:
        possible = (False, True)
    elif declared.kind is Kind.INT:
        possible = range(declared.least, declared.most + 1)
    holding = frozenset(value for value in possible if _holds(compare, declared, value))
    unknown = NO if not holding else YES if holding.issuperset(possible) else PERHAPS

    def compared(subject: Subject) -> int:
        value = fetch(subject)
        if value is UNKNOWN:
            return unknown
        return YES if value in holding else NO

    return compared


def _of_person(name: str) -> Callable[[Facts], FactValue]:
    subject, _, field = name.partition(".")
    if subject == "screening":
        return lambda facts: facts.screening.answers.get(field, UNKNOWN)
    if name in BUILT_IN:
        return attrgetter(name)
    return lambda facts: facts.value(name)


def _of_prescription(name: str) -> Callable[[tuple[Exercise, Prescription]], FactValue]:
    if name == "knee_flexion_deg":
        return lambda both: both[1].knee_flexion_deg
    if name == "working_sides":
        return lambda both: Members(present=both[1].working_sides)
    if name in PRESCRIBED:
        return lambda both: getattr(both[1].dose, name)
    return lambda both: both[0].attribute(name)


def _holds(compare: Compare, declared: FactDeclaration, value: Constant) -> bool:
    comparison, constants = compare.comparison, compare.constants
    if comparison is Comparison.IS or comparison is Comparison.IN:
        return value in constants
    if comparison is Comparison.IS_NOT or comparison is Comparison.NOT_IN:
        return value not in constants
    if isinstance(value, str):
        left, right = declared.values.index(value), declared.values.index(str(constants[0]))
    else:
        left, right = value, int(constants[0])
    if comparison is Comparison.AT_LEAST:
        return left >= right
    if comparison is Comparison.AT_MOST:
        return left <= right
    if comparison is Comparison.ABOVE:
        return left > right
    return left < right


def _asked(condition: Condition) -> set[str]:
    if isinstance(condition, Compare):
        return {condition.fact}
    if isinstance(condition, Not):
        return _asked(condition.child)
    return set().union(*(_asked(child) for child in condition.children))


def _unsettled(declared: FactDeclaration, value: FactValue) -> bool:
    if isinstance(value, Members):
        known = value.present | value.absent | declared.silent_absent
        return not set(declared.values) <= known
    return value is UNKNOWN
