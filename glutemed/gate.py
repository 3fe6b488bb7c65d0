"""The last check: each exercise of a programme against the hazards.

This module reads conditions by itself. It imports neither the readings nor the engine, so that a
mistake there cannot hide here. People whose facts no hazard tells apart are judged once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from itertools import chain
from operator import attrgetter, getitem
from typing import TypeVar

import attrs

from glutemed.model.condition import AnyOf, Compare, Comparison, Condition, Constant, Not
from glutemed.model.errors import HazardBroken
from glutemed.model.exercise import PRESCRIBED, SELECTABLE, Exercise
from glutemed.model.facts import BUILT_IN, UNKNOWN, Facts, FactValue, Members
from glutemed.model.noun import noun
from glutemed.model.outcome import Prescription, Programme
from glutemed.model.rule import Hazard
from glutemed.model.ruleset import Ruleset
from glutemed.model.vocabulary import FactDeclaration, Kind

NO, PERHAPS, YES = 0, 1, 2
MOST_KEPT = 16_384
_SCREENING = "screening."
Subject = TypeVar("Subject")

_WORD = FactDeclaration(name="", kind=Kind.ENUM, label="", ask="")


@noun
class Unanswered:
    """Hazards that could not be ruled out, and the facts that would rule them out."""

    hazards: tuple[str, ...]
    facts: tuple[str, ...]


class _Sorted(dict[FactValue, int]):
    """The values of one fact, sorted by what all the comparisons that hazards make say of them."""

    def __init__(self, comparisons: Iterable[Callable[[FactValue], int]]) -> None:
        super().__init__()
        self._comparisons = tuple(comparisons)
        self._numbers: dict[tuple[int, ...], int] = {}

    def __missing__(self, value: FactValue) -> int:
        said = tuple(comparison(value) for comparison in self._comparisons)
        number = self._numbers.setdefault(said, len(self._numbers))
        if len(self) < MOST_KEPT:
            self[value] = number
        return number


class _Alike:
    """What hazards can tell apart of people: the same for two of whom all hazards say the same."""

    def __init__(self, hazards: Iterable[Hazard], declared: Mapping[str, FactDeclaration]) -> None:
        asked: dict[str, dict[Compare, None]] = {}
        for hazard in hazards:
            for compare in _comparisons(hazard.when):
                asked.setdefault(compare.fact, {})[compare] = None
        flags = [name for name in asked if name.startswith(_SCREENING)]
        self._flags = [name.removeprefix(_SCREENING) for name in flags]
        self._built_in = [name for name in asked if name in BUILT_IN]
        self._others = sorted(asked.keys() - {*flags, *self._built_in})
        # An attrgetter of fewer than two names would give no tuple.
        self._fetch = attrgetter("declared", "declined", *self._built_in)
        self._sorted = [
            _Sorted(_judge(one, declared[name]) for one in asked[name])
            for name in (*self._built_in, *self._others)
        ]

    def of(self, facts: Facts) -> tuple[object, ...]:
        """What hazards can tell apart of one person."""
        declared, _, *values = self._fetch(facts)
        values += [
            declared[name] if name in declared else facts.value(name) for name in self._others
        ]
        answers = facts.screening.answers
        return (
            *map(getitem, self._sorted, values),
            *[answers.get(name, UNKNOWN) for name in self._flags],
        )


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
        self._alike = _Alike(ruleset.hazards, self._facts)
        self._kept: dict[tuple[object, ...], tuple[frozenset[str], frozenset[str]]] = {}

    def watched(self, programme: Programme) -> frozenset[str]:
        """The ids of the hazards that some exercise of a programme is subject to."""
        return frozenset(
            hazard.id
            for hazard in self._ruleset.hazards
            if any(self._bites(hazard, prescription) for prescription in programme.exercises)
        )

    def check(self, watched: frozenset[str], facts: Facts) -> Unanswered | None:
        """Hold a programme's hazards against a person.

        Args:
            watched: What `watched` gives for the programme.
            facts: The person.

        Returns:
            None where every hazard is ruled out, else what must be answered first.

        Raises:
            HazardBroken: A hazard holds. The text names hazards, never values.
        """
        sure, perhaps = self._holding(facts)
        if watched.isdisjoint(sure) and watched.isdisjoint(perhaps):
            return None
        for hazard in self._ruleset.hazards:
            if hazard.id in sure and hazard.id in watched:
                raise HazardBroken(
                    f"the programme would have broken the hazard `{hazard.id}` "
                    f"({hazard.span.where}); nothing was emitted"
                )
        open_ = [h for h in self._ruleset.hazards if h.id in perhaps and h.id in watched]
        waiting = {
            compare.fact
            for hazard in open_
            for compare in _comparisons(hazard.when)
            if _unsettled(self._facts[compare.fact], facts.value(compare.fact))
        }
        return Unanswered(tuple(hazard.id for hazard in open_), tuple(sorted(waiting)))

    def _holding(self, facts: Facts) -> tuple[frozenset[str], frozenset[str]]:
        """The ids of the hazards whose conditions hold of a person, and of those that may hold."""
        alike = self._alike.of(facts)
        kept = self._kept.get(alike)
        if kept is None:
            said = {hazard: when(facts) for hazard, when in self._when.items()}
            kept = (
                frozenset(hazard for hazard, one in said.items() if one == YES),
                frozenset(hazard for hazard, one in said.items() if one == PERHAPS),
            )
            if len(self._kept) < MOST_KEPT:
                self._kept[alike] = kept
        return kept

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
        judge, value = _judge(condition, declared[condition.fact]), fetch(condition.fact)
        return lambda subject: judge(value(subject))
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


def _judge(compare: Compare, declared: FactDeclaration) -> Callable[[FactValue], int]:
    """A function that says whether a comparison holds of a value."""
    if compare.comparison is Comparison.INCLUDES:
        wanted = frozenset(str(constant) for constant in compare.constants)

        def includes(value: FactValue) -> int:
            if not isinstance(value, Members):
                return PERHAPS
            if wanted & value.present:
                return YES
            return NO if wanted <= (value.absent | declared.silent_absent) else PERHAPS

        return includes
    possible: Sequence[Constant] = declared.values
    if declared.kind is Kind.BOOL:
        possible = (False, True)
    elif declared.kind is Kind.INT:
        possible = range(declared.least, declared.most + 1)
    # Only once it is asked for: to try thousands of numbers at each start would be felt.
    unknown = cache(partial(_of_all, compare, declared, possible))

    def compared(value: FactValue) -> int:
        if value is UNKNOWN:
            return unknown()
        return YES if _holds(compare, declared, value) else NO  # type: ignore[arg-type]

    return compared


def _of_all(compare: Compare, declared: FactDeclaration, possible: Sequence[Constant]) -> int:
    """Whether a comparison holds of a value that may be any of these."""
    said: set[bool] = set()
    # The ends differ most often, and of thousands of numbers two that differ are enough.
    for value in chain(possible[-1:], possible):
        said.add(_holds(compare, declared, value))
        if len(said) > 1:
            return PERHAPS
    return YES if True in said else NO


def _of_person(name: str) -> Callable[[Facts], FactValue]:
    return attrgetter(name) if name in BUILT_IN else lambda facts: facts.value(name)


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


def _comparisons(condition: Condition) -> Iterator[Compare]:
    if isinstance(condition, Compare):
        yield condition
    elif isinstance(condition, Not):
        yield from _comparisons(condition.child)
    else:
        for child in condition.children:
            yield from _comparisons(child)


def _unsettled(declared: FactDeclaration, value: FactValue) -> bool:
    if isinstance(value, Members):
        known = value.present | value.absent | declared.silent_absent
        return not set(declared.values) <= known
    return value is UNKNOWN
