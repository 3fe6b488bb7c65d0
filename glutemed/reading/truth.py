"""The specification: what a condition says of facts, as plainly as it can be written.

A fact is the set of values it may have. If all of them satisfy a comparison it is TRUE, if none
does it is FALSE, else UNKNOWN; ``all``, ``any`` and ``not`` combine these as Kleene's logic does.
Every other reading must agree with this one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from glutemed.model.condition import (
    All,
    AnyOf,
    Compare,
    Comparison,
    Condition,
    Constant,
    Not,
    Truth,
)
from glutemed.model.facts import UNKNOWN, FactValue, Members
from glutemed.model.noun import noun
from glutemed.model.vocabulary import FactDeclaration, Kind


class HasFacts(Protocol):
    """Whatever can say the value of a fact by its full name."""

    def value(self, name: str) -> FactValue:
        """The value, `UNKNOWN` where it is not given."""


@noun
class Situation:
    """What a condition is judged on.

    Args:
        quantities: The declaration of everything a condition may ask about.
        facts: What is known.
        bounds: For each derived value (by rank) and each score, the least and the most it may be.
    """

    quantities: Mapping[str, FactDeclaration]
    facts: HasFacts
    bounds: Mapping[str, tuple[int, int]]

    def possible(self, name: str) -> Sequence[Constant]:
        """Every value that a quantity may have here."""
        declared = self.quantities[name]
        if name in self.bounds:
            least, most = self.bounds[name]
            ranks = range(least, most + 1)
            return ranks if declared.kind is Kind.INT else [declared.values[rank] for rank in ranks]
        value = self.facts.value(name)
        if value is not UNKNOWN:
            assert not isinstance(value, Members)
            return (value,)  # type: ignore[return-value]
        if declared.kind is Kind.BOOL:
            return (False, True)
        if declared.kind is Kind.INT:
            return range(declared.least, declared.most + 1)
        return declared.values

    def includes(self, name: str, member: str) -> Truth:
        """Whether a member is in a set."""
        value = self.facts.value(name)
        if not isinstance(value, Members):
            return Truth.UNKNOWN
        if member in value.present:
            return Truth.TRUE
        if member in value.absent or member in self.quantities[name].silent_absent:
            return Truth.FALSE
        return Truth.UNKNOWN


def truth(condition: Condition, situation: Situation) -> Truth:
    """What a condition says of a situation."""
    if isinstance(condition, All):
        return min((truth(child, situation) for child in condition.children), default=Truth.TRUE)
    if isinstance(condition, AnyOf):
        return max((truth(child, situation) for child in condition.children), default=Truth.FALSE)
    if isinstance(condition, Not):
        return truth(condition.child, situation).opposite
    if condition.comparison is Comparison.INCLUDES:
        return max(
            situation.includes(condition.fact, str(member)) for member in condition.constants
        )
    declared = situation.quantities[condition.fact]
    possible = situation.possible(condition.fact)
    first = holds(possible[0], condition, declared)
    # Backwards, because the ends differ most often; one that differs is enough.
    if any(holds(value, condition, declared) is not first for value in reversed(possible)):
        return Truth.UNKNOWN
    return Truth.TRUE if first else Truth.FALSE


def holds(value: Constant, compare: Compare, declared: FactDeclaration) -> bool:
    """Whether one value satisfies one comparison (not ``includes``)."""
    match compare.comparison:
        case Comparison.IS | Comparison.IN:
            return value in compare.constants
        case Comparison.IS_NOT | Comparison.NOT_IN:
            return value not in compare.constants
        case _:
            here, there = _rank(value, declared), _rank(compare.constants[0], declared)
    match compare.comparison:
        case Comparison.AT_LEAST:
            return here >= there
        case Comparison.AT_MOST:
            return here <= there
        case Comparison.ABOVE:
            return here > there
        case Comparison.BELOW:
            return here < there
    raise ValueError(f"`{compare.comparison}` compares no single value")


def _rank(value: Constant, declared: FactDeclaration) -> int:
    return value if isinstance(value, int) else declared.values.index(value)


def waiting(condition: Condition, situation: Situation) -> frozenset[str]:
    """The quantities that an UNKNOWN condition still waits for; empty where it is not UNKNOWN."""
    if truth(condition, situation) is not Truth.UNKNOWN:
        return frozenset()
    if isinstance(condition, Compare):
        return frozenset({condition.fact})
    if isinstance(condition, Not):
        return waiting(condition.child, situation)
    return frozenset().union(*(waiting(child, situation) for child in condition.children))
