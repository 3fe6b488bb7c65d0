"""Conditions over given quantities: every comparison, near the edges, joined two or three deep."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st

from glutemed.model.condition import All, AnyOf, Compare, Comparison, Condition, Constant, Not
from glutemed.model.vocabulary import FactDeclaration, Kind

_ORDER = (Comparison.AT_LEAST, Comparison.AT_MOST, Comparison.ABOVE, Comparison.BELOW)


def comparisons(declared: FactDeclaration) -> tuple[Compare, ...]:
    """Comparisons that may be made with a quantity, at its edges and between them."""
    name = declared.name

    def made(comparison: Comparison, *constants: Constant) -> Compare:
        return Compare(name, comparison, constants)

    if declared.kind is Kind.BOOL:
        return (
            made(Comparison.IS, True),
            made(Comparison.IS, False),
            made(Comparison.IS_NOT, True),
            made(Comparison.IN, False, True),
            made(Comparison.NOT_IN, False),
        )
    if declared.kind is Kind.SET:
        return (
            *(made(Comparison.INCLUDES, member) for member in declared.values),
            *(made(Comparison.INCLUDES, *pair) for pair in pairwise(declared.values)),
        )
    values: Sequence[Constant] = declared.values
    if declared.kind is Kind.INT:
        values = _numbers(declared.least, declared.most)
    pairs = zip(values, values[2:] or values[1:], strict=False)
    return (
        *(made(c, v) for v in values for c in (Comparison.IS, Comparison.IS_NOT)),
        *(made(c, *pair) for pair in pairs for c in (Comparison.IN, Comparison.NOT_IN)),
        *(made(c, v) for v in values for c in _ORDER if declared.is_ordered),
    )


def conditions(quantities: Iterable[FactDeclaration]) -> st.SearchStrategy[Condition]:
    """Conditions that ask about some quantities, small enough for the engine.

    Args:
        quantities: What may be asked about; at least one that can be compared.
    """
    found = [made for declared in quantities if (made := comparisons(declared))]
    leaf = st.sampled_from(found).flatmap(st.sampled_from)
    return st.sampled_from(_SHAPES).flatmap(lambda shape: _filled(shape, leaf))


# `c` is a comparison; a list is `all`, a tuple `any`, a set of one `not`.
_SHAPES: tuple[Any, ...] = (
    *("c", "c", "c", "c"),
    *(["c", "c"], ["c", "c"], ("c", "c"), ["c", "c", "c"]),
    *(["c", ("c", "c")], ("c", ["c", "c"]), {"not": "c"}, {"not": ["c", "c"]}),
    *({"not": ("c", {"not": "c"})}, [["c", "c"], ("c", "c")], (["c", "c"], {"not": ["c", "c"]})),
)


def _filled(shape: Any, leaf: st.SearchStrategy[Compare]) -> st.SearchStrategy[Condition]:
    if isinstance(shape, list):
        return st.tuples(*(_filled(part, leaf) for part in shape)).map(All)
    if isinstance(shape, tuple):
        return st.tuples(*(_filled(part, leaf) for part in shape)).map(AnyOf)
    if isinstance(shape, dict):
        return _filled(shape["not"], leaf).map(Not)
    return leaf


def written(condition: Condition) -> dict[str, Any]:
    """A condition as a rule file writes it."""
    if isinstance(condition, Not):
        return {"not": written(condition.child)}
    if isinstance(condition, All):
        return {"all": [written(child) for child in condition.children]}
    if isinstance(condition, AnyOf):
        return {"any": [written(child) for child in condition.children]}
    many = condition.comparison in (Comparison.IN, Comparison.NOT_IN, Comparison.INCLUDES)
    operand = list(condition.constants) if many else condition.constants[0]
    return {condition.fact: {condition.comparison.value: operand}}


def _numbers(least: int, most: int) -> tuple[int, ...]:
    """A few numbers of a range: its edges, their neighbours, the middle; few of a wide one."""
    wide = min(most, least + 12)
    wanted = {least, least + 1, (least + wide) // 2, wide - 1, wide, most}
    return tuple(sorted(number for number in wanted if least <= number <= most))
