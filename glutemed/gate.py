"""The last check: each exercise of a programme against the hazards.

This module reads conditions by itself. It imports neither the readings nor the engine, so that a
mistake there cannot hide here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import attrs

from glutemed.model.condition import All, AnyOf, Compare, Comparison, Condition, Constant, Not
from glutemed.model.errors import HazardBroken
from glutemed.model.exercise import PRESCRIBED, SELECTABLE
from glutemed.model.facts import UNKNOWN, Facts, FactValue, Members
from glutemed.model.outcome import Prescription, Programme
from glutemed.model.rule import Hazard
from glutemed.model.ruleset import Ruleset
from glutemed.model.vocabulary import FactDeclaration, Kind

NO, PERHAPS, YES = 0.0, 0.5, 1.0
Lookup = Callable[[str], FactValue]

_WORD = FactDeclaration(name="", kind=Kind.ENUM, label="", ask="")
_ATTRIBUTES = {**SELECTABLE, **PRESCRIBED, "id": _WORD, "family": _WORD}


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
            said = judge(hazard.when, self._facts, facts.value)
            if said == YES:
                raise HazardBroken(
                    f"the programme would have broken the hazard `{hazard.id}`; nothing was emitted"
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
        prescribed: dict[str, FactValue] = {
            "knee_flexion_deg": prescription.knee_flexion_deg,
            "working_sides": Members(present=prescription.working_sides),
            "sets": prescription.dose.sets,
            "reps": prescription.dose.reps,
            "hold_s": prescription.dose.hold_s,
            "effort": prescription.dose.effort,
        }

        def attribute(name: str) -> FactValue:
            return prescribed[name] if name in prescribed else exercise.attribute(name)

        return judge(hazard.never, _ATTRIBUTES, attribute) != NO


def judge(condition: Condition, declared: Mapping[str, FactDeclaration], value: Lookup) -> float:
    """Whether a condition holds: `YES`, `NO` or `PERHAPS`."""
    if isinstance(condition, Not):
        return 1.0 - judge(condition.child, declared, value)
    if isinstance(condition, All):
        lowest = YES
        for child in condition.children:
            lowest = min(lowest, judge(child, declared, value))
            if lowest == NO:
                break
        return lowest
    if isinstance(condition, AnyOf):
        highest = NO
        for child in condition.children:
            highest = max(highest, judge(child, declared, value))
            if highest == YES:
                break
        return highest
    return _compare(condition, declared[condition.fact], value(condition.fact))


def _compare(compare: Compare, declared: FactDeclaration, value: FactValue) -> float:
    if compare.comparison is Comparison.INCLUDES:
        if value is UNKNOWN:
            return PERHAPS
        assert isinstance(value, Members)
        wanted = frozenset(str(constant) for constant in compare.constants)
        if wanted & value.present:
            return YES
        return NO if wanted <= (value.absent | declared.silent_absent) else PERHAPS
    if value is not UNKNOWN:
        return YES if _holds(compare, declared, value) else NO  # type: ignore[arg-type]
    if declared.kind is Kind.INT:
        # The extremes and the neighbours of the constants are enough: between them nothing changes.
        near = {c + d for c in compare.constants if isinstance(c, int) for d in (-1, 0, 1)}
        tried = {declared.least, declared.most, *near}
        candidates: list[Constant] = [c for c in tried if declared.least <= c <= declared.most]
    elif declared.kind is Kind.BOOL:
        candidates = [False, True]
    else:
        candidates = list(declared.values)
    found = {_holds(compare, declared, candidate) for candidate in candidates}
    if len(found) == 2:
        return PERHAPS
    return YES if True in found else NO


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
