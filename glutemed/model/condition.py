"""What a rule asks: a tree of comparisons, and the three values it may have."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from typing import NoReturn

import attrs

from glutemed.model.diagnostic import NOWHERE, Span
from glutemed.model.noun import noun


class Truth(enum.IntEnum):
    """Kleene's three values; ``min`` is *and*, ``max`` is *or*."""

    FALSE = 0
    UNKNOWN = 1
    TRUE = 2

    def __bool__(self) -> NoReturn:
        raise TypeError("a truth has three values: compare it with `is`")

    @property
    def opposite(self) -> Truth:
        """Kleene's *not*."""
        return Truth(2 - self.value)


class Comparison(enum.StrEnum):
    """How one fact is compared with constants."""

    IS = "is"
    IS_NOT = "is_not"
    IN = "in"
    NOT_IN = "not_in"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    ABOVE = "above"
    BELOW = "below"
    INCLUDES = "includes"


ORDERED_COMPARISONS = frozenset(
    {Comparison.AT_LEAST, Comparison.AT_MOST, Comparison.ABOVE, Comparison.BELOW}
)

Constant = bool | int | str


@noun
class Compare:
    """A leaf: one fact, one comparison, its constants (one, unless the comparison takes a list)."""

    fact: str
    comparison: Comparison
    constants: tuple[Constant, ...]
    span: Span = attrs.field(default=NOWHERE, eq=False, repr=False)


@noun
class All:
    """TRUE where every child is; without children, always."""

    children: tuple[Condition, ...]


@noun
class AnyOf:
    """TRUE where some child is; without children, never."""

    children: tuple[Condition, ...]


@noun
class Not:
    """The opposite of its child."""

    child: Condition


Condition = Compare | All | AnyOf | Not

ALWAYS = All(())


def leaves(condition: Condition) -> Iterator[Compare]:
    """Every comparison of a condition, from left to right."""
    if isinstance(condition, Compare):
        yield condition
    elif isinstance(condition, Not):
        yield from leaves(condition.child)
    else:
        for child in condition.children:
            yield from leaves(child)


def both(first: Condition, second: Condition) -> Condition:
    """A condition that asks for both; says nothing twice about *always*."""
    parts = [part for part in (first, second) if part != ALWAYS]
    if len(parts) == 1:
        return parts[0]
    return All(tuple(parts))
