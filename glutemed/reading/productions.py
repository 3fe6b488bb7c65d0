"""The durable reading: a condition as productions, each a conjunction of bounds.

An unknown fact is sent as its bounds, ``…_lo`` and ``…_hi``, never as a null. A condition then has
two forms without negation: *definitely* (TRUE) and *possibly* (TRUE or UNKNOWN). Each is brought
into disjunctive normal form, and each conjunction becomes one production, so the engine never
meets ``$or``, ``$nex``, ``$not`` or a join.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import NamedTuple

from glutemed.reading.runs import Every, Lowered, Variable, Within

MOST_BOUNDS = 64
MOST_PRODUCTIONS = 128


class Bound(NamedTuple):
    """One comparison on one integer field of the one wide fact; ``op`` at_least or at_most.

    A tuple, because normal forms sort and hash thousands of them before the first answer.
    """

    field: str
    op: str
    value: int


Production = tuple[Bound, ...]
"""A conjunction of bounds; the empty conjunction is always true."""


class Tangled(ValueError):
    """A condition has too many alternatives, or too many comparisons in one of them."""


def definitely(lowered: Lowered, stem: Mapping[Variable, str]) -> tuple[Production, ...]:
    """The productions of which one holds exactly where the condition is TRUE.

    Raises:
        Tangled: There would be too many, or one would be too long, for the engine.
    """
    return _normal_form(lowered, stem, sure=True)


def possibly(lowered: Lowered, stem: Mapping[Variable, str]) -> tuple[Production, ...]:
    """The productions of which one holds exactly where the condition is not FALSE.

    Raises:
        Tangled: There would be too many, or one would be too long, for the engine.
    """
    return _normal_form(lowered, stem, sure=False)


def _normal_form(
    lowered: Lowered, stem: Mapping[Variable, str], *, sure: bool
) -> tuple[Production, ...]:
    if isinstance(lowered, Within):
        return tuple(sorted({_leaf(lowered.variable, run, stem, sure) for run in lowered.runs}))
    parts = [_normal_form(child, stem, sure=sure) for child in lowered.children]
    if isinstance(lowered, Every):
        size = 1
        for part in parts:
            size *= len(part)
        if size > MOST_PRODUCTIONS**2:
            raise Tangled
        found = {_merged(choice) for choice in product(*parts)}
    else:
        found = {production for part in parts for production in part}
    if len(found) > MOST_PRODUCTIONS or any(len(bounds) > MOST_BOUNDS for bounds in found):
        raise Tangled
    return tuple(sorted(_unabsorbed(found)))


def _leaf(
    variable: Variable, run: tuple[int, int], stem: Mapping[Variable, str], sure: bool
) -> Production:
    first, last = run
    low, high = f"{stem[variable]}_lo", f"{stem[variable]}_hi"
    bounds = []
    if first > variable.least:
        bounds.append(Bound(low if sure else high, "at_least", first))
    if last < variable.most:
        bounds.append(Bound(high if sure else low, "at_most", last))
    return tuple(sorted(bounds))


def _merged(parts: tuple[Production, ...]) -> Production:
    tightest: dict[tuple[str, str], int] = {}
    for bound in (bound for part in parts for bound in part):
        key = bound.field, bound.op
        tighter = max if bound.op == "at_least" else min
        tightest[key] = tighter(tightest.get(key, bound.value), bound.value)
    return tuple(sorted(Bound(field, op, value) for (field, op), value in tightest.items()))


def _unabsorbed(found: set[Production]) -> list[Production]:
    """Without the conjunctions that hold only where a shorter one does."""
    kept: list[frozenset[Bound]] = []
    for production in sorted(found, key=len):
        bounds = frozenset(production)
        if not any(shorter <= bounds for shorter in kept):
            kept.append(bounds)
    return [tuple(sorted(bounds)) for bounds in kept]
