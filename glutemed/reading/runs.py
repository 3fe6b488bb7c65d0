"""Conditions over whole numbers: each comparison becomes "this variable lies in these runs".

A variable is a fact coded as a whole number (a bool is 0 or 1, an enum its place, a derived value
its rank), or one member of a set. A run is an interval, both ends included. Negation is pushed to
the leaves, where it is the complement, so what is left is only *every*, *some* and *within*.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from glutemed.model.condition import All, AnyOf, Compare, Comparison, Condition, Constant, Not
from glutemed.model.facts import UNKNOWN, FactValue, Members
from glutemed.model.noun import noun
from glutemed.model.vocabulary import FactDeclaration, Kind

Run = tuple[int, int]


class Variable(NamedTuple):
    """A whole number that a condition asks about, from ``least`` to ``most``.

    A tuple, because rules are sorted into shards by comparing these again and again.
    """

    fact: str
    member: str
    least: int
    most: int


@noun
class Within:
    """TRUE where every value that the variable may have lies in one of the runs."""

    variable: Variable
    runs: tuple[Run, ...]


@noun
class Every:
    """All children."""

    children: tuple[Lowered, ...]


@noun
class Some:
    """At least one child."""

    children: tuple[Lowered, ...]


Lowered = Within | Every | Some


def lower(
    condition: Condition, quantities: Mapping[str, FactDeclaration], *, negated: bool = False
) -> Lowered:
    """A condition without negation, over whole numbers."""
    if isinstance(condition, Not):
        return lower(condition.child, quantities, negated=not negated)
    if isinstance(condition, (All, AnyOf)):
        children = tuple(lower(child, quantities, negated=negated) for child in condition.children)
        return Every(children) if isinstance(condition, All) is not negated else Some(children)
    declared = quantities[condition.fact]
    if condition.comparison is Comparison.INCLUDES:
        wanted = ((0, 0),) if negated else ((1, 1),)
        members = tuple(
            Within(Variable(condition.fact, str(member), 0, 1), wanted)
            for member in condition.constants
        )
        return members[0] if len(members) == 1 else Every(members) if negated else Some(members)
    variable = variable_of(declared)
    runs = _runs(condition, declared, variable)
    return Within(variable, _complement(runs, variable) if negated else runs)


def variable_of(declared: FactDeclaration) -> Variable:
    """The variable of a quantity that is not a set."""
    if declared.kind is Kind.BOOL:
        return Variable(declared.name, "", 0, 1)
    if declared.kind is Kind.INT:
        return Variable(declared.name, "", declared.least, declared.most)
    return Variable(declared.name, "", 0, len(declared.values) - 1)


def variables(lowered: Lowered) -> Iterator[Within]:
    """Every leaf."""
    if isinstance(lowered, Within):
        yield lowered
    else:
        for child in lowered.children:
            yield from variables(child)


def code(value: Constant, declared: FactDeclaration) -> int:
    """The whole number that stands for a value."""
    return declared.values.index(value) if isinstance(value, str) else int(value)


def span_of(variable: Variable, value: FactValue, declared: FactDeclaration) -> Run:
    """The least and the most that a variable may be, given the value of its fact."""
    if value is UNKNOWN:
        return variable.least, variable.most
    if isinstance(value, Members):
        if variable.member in value.present:
            return 1, 1
        if variable.member in value.absent or variable.member in declared.silent_absent:
            return 0, 0
        return 0, 1
    number = code(value, declared)  # type: ignore[arg-type]
    return number, number


def _runs(compare: Compare, declared: FactDeclaration, variable: Variable) -> tuple[Run, ...]:
    least, most = variable.least, variable.most
    codes = sorted({code(constant, declared) for constant in compare.constants})
    match compare.comparison:
        case Comparison.IS | Comparison.IN:
            return _joined([(number, number) for number in codes if least <= number <= most])
        case Comparison.IS_NOT | Comparison.NOT_IN:
            inside = _joined([(number, number) for number in codes if least <= number <= most])
            return _complement(inside, variable)
        case Comparison.AT_LEAST:
            run = (max(codes[0], least), most)
        case Comparison.ABOVE:
            run = (max(codes[0] + 1, least), most)
        case Comparison.AT_MOST:
            run = (least, min(codes[0], most))
        case _:
            run = (least, min(codes[0] - 1, most))
    return (run,) if run[0] <= run[1] else ()


def _joined(runs: list[Run]) -> tuple[Run, ...]:
    joined: list[Run] = []
    for run in runs:
        if joined and run[0] == joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], run[1])
        else:
            joined.append(run)
    return tuple(joined)


def _complement(runs: tuple[Run, ...], variable: Variable) -> tuple[Run, ...]:
    found: list[Run] = []
    start = variable.least
    for first, last in runs:
        if start < first:
            found.append((start, first - 1))
        start = last + 1
    if start <= variable.most:
        found.append((start, variable.most))
    return tuple(found)
