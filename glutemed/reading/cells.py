"""The cells reading: rules that share facts are put in shards, and a person in one cell of each.

A cell says, for each variable that a shard reads, which of the intervals cut by the rules'
thresholds the value lies in, or that it is unknown. Every comparison has one truth in a cell. A
situation says the same of all rules together. The text made here is a Python function from facts to
their situation; it holds no names but those made here, and runs nowhere in this module.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter
from typing import NamedTuple

from glutemed.model.facts import BUILT_IN
from glutemed.model.vocabulary import FactDeclaration, Kind
from glutemed.reading.runs import Lowered, Run, Variable, variables

_ORDER = attrgetter("fact", "member", "least", "most")  # as `Variable` sorts, without its cost


class Axis(NamedTuple):
    """A variable and the thresholds that cut its range; interval ``i`` begins at ``cuts[i-1]``."""

    variable: Variable
    cuts: tuple[int, ...]
    bounded: bool = False

    @property
    def intervals(self) -> int:
        """How many intervals the cuts make."""
        return len(self.cuts) + 1

    @property
    def states(self) -> int:
        """How many states there are: the intervals and unknown; all pairs, of a bounded value."""
        return self.intervals**2 if self.bounded else self.intervals + 1

    def state(self, span: Run) -> int:
        """The state that a least and a most are in."""
        low, high = bisect_right(self.cuts, span[0]), bisect_right(self.cuts, span[1])
        if self.bounded:
            return low * self.intervals + high
        return self.intervals if span[0] != span[1] else low


def axes(conditions: Iterable[Lowered], bounded: frozenset[str]) -> tuple[Axis, ...]:
    """The axes of some conditions, sorted; ``bounded`` names the derived values and scores."""
    cuts: dict[Variable, set[int]] = {}
    for condition in conditions:
        for leaf in variables(condition):
            found = cuts.setdefault(leaf.variable, set())
            for first, last in leaf.runs:
                found.update({first, last + 1})
    return tuple(
        Axis(
            variable,
            tuple(sorted(c for c in cuts[variable] if variable.least < c <= variable.most)),
            variable.fact in bounded,
        )
        for variable in sorted(cuts, key=_ORDER)
    )


def joined(first: Sequence[Axis], second: Sequence[Axis]) -> tuple[Axis, ...]:
    """The axes of both."""
    if not first:
        return tuple(second)
    found = {axis.variable: axis for axis in first}
    for axis in second:
        old = found.get(axis.variable)
        cuts = axis.cuts if old is None else tuple(sorted({*old.cuts, *axis.cuts}))
        found[axis.variable] = Axis(axis.variable, cuts, axis.bounded)
    return tuple(found[variable] for variable in sorted(found, key=_ORDER))


def size(found: Iterable[Axis]) -> int:
    """How many cells some axes make."""
    product = 1
    for axis in found:
        product *= axis.states
    return product


class Share(NamedTuple):
    """What one fact adds to the number of a cell: the stride of each of its axes."""

    fact: str
    axes: tuple[tuple[Axis, int], ...]


def shares(found: Iterable[Axis]) -> tuple[Share, ...]:
    """What each fact, derived value and score adds to the number of a cell, so that all differ."""
    by_fact: dict[str, list[tuple[Axis, int]]] = {}
    stride = 1
    for axis in found:
        by_fact.setdefault(axis.variable.fact, []).append((axis, stride))
        stride *= axis.states
    return tuple(Share(fact, tuple(strides)) for fact, strides in by_fact.items())


class SituationText(NamedTuple):
    """A function as text, and the facts in whose tables ``t0, t1, …`` it looks values up."""

    source: str
    tables: tuple[str, ...]


def situation_text(
    read: Sequence[str],
    fields: Sequence[str],
    flags: int,
    facts: Mapping[str, FactDeclaration],
) -> SituationText:
    """The function that finds the situation of a person: for each fact, in which state it is.

    People in one situation are in one cell of every shard. A bool is its own state; that of any
    other fact is looked up in a table, by its value. All red flags are one entry, and so are all
    exercises that were tried, of which most people have few; last comes what was declined.

    Args:
        read: The facts that some rule reads, without red flags and facts about one exercise.
        fields: What rules read about one exercise; their tables are called ``x0, x1, …``.
        flags: How many red flags there are.
        facts: Every fact of the vocabulary.
    """
    found = " + ".join(f"x{number}[r.{field}]" for number, field in enumerate(fields)) or "0"
    each = [
        "tried = []",
        "for name, r in e.items():",
        f"    first, found = places[name], {found}",
        "    if found != nothing: tried.append(first + found)",
        "return frozenset(tried)",
    ]
    lines = [
        "a = f.screening.answers",
        f"if len(a) == {flags} > 1: a = flags(a)",
        "elif known_flags.issuperset(a): a = tuple([a.get(name, U) for name in flag_names])",
        "else: stale()",
        "d = f.declared",
        "if d and not known_facts.issuperset(d): stale()",
        "r = f.response",
        "e = each(r.each) if r.each else untried",
    ]
    subjects = {"response": "r"}
    tables: list[str] = []
    states: list[str] = []
    for fact in read:
        kind = facts[fact].kind
        subject, _, name = fact.partition(".")
        if fact in BUILT_IN:
            if subject not in subjects:
                subjects[subject] = f"s{len(subjects)}"
                lines.append(f"{subjects[subject]} = f.{subject}")
            value = f"{subjects[subject]}.{name}"
        else:
            value = f"d.get({fact!r}, U)"
            if kind in (Kind.BOOL, Kind.INT):
                # Without this, 1 would pass for True, and 2.0 for 2.
                lines.append(f"v{len(states)} = {value}")
                value = f"v{len(states)}"
                lines.append(f"if {value}.__class__ is not {kind} and {value} is not U: stale()")
        if kind is not Kind.BOOL:
            value = f"t{len(tables)}[{value}]"
            tables.append(fact)
        states.append(value)
    lines.append(f"return ({''.join(f'{state}, ' for state in states)}a, e, f.declined)")
    return SituationText(
        _function("each(e)", each) + _function("situation(f)", lines), tuple(tables)
    )


def _function(head: str, lines: Iterable[str]) -> str:
    return f"def {head}:\n" + "".join(f"    {line}\n" for line in lines)
