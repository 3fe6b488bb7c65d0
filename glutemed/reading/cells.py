"""The cells reading: rules that share facts are put in shards, and a person in one cell of each.

A cell says, for each variable that a shard reads, which of the intervals cut by the rules'
thresholds the value lies in, or that it is unknown. Every comparison has one truth in a cell. The
text made here is a Python function from facts to the number of the cell in each shard; it holds no
names but those made here, and runs nowhere in this module.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter

import attrs

from glutemed.model.facts import BUILT_IN
from glutemed.model.vocabulary import FactDeclaration, Kind
from glutemed.reading.runs import Lowered, Run, Variable, variables

_ORDER = attrgetter("fact", "member", "least", "most")  # as `Variable` sorts, without its cost


@attrs.frozen
class Axis:
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


@attrs.frozen
class Share:
    """What one fact adds to the number of a cell: the stride of each of its axes."""

    fact: str
    axes: tuple[tuple[Axis, int], ...]


@attrs.frozen
class CellsText:
    """A function as text, the shares that its tables ``t0, t1, …`` must hold, and what it knows."""

    source: str
    shares: tuple[Share, ...]


def cells_text(shards: Sequence[Sequence[Axis]], facts: Mapping[str, FactDeclaration]) -> CellsText:
    """The function that finds the cells of a person, one number a shard.

    Args:
        shards: The axes of each shard; bounded ones are left to the engine.
        facts: Every fact of the vocabulary.
    """
    shares: list[Share] = []
    sums: list[str] = []
    used: dict[str, str] = {}
    for shard in shards:
        stride, by_fact = 1, dict[str, list[tuple[Axis, int]]]()
        for axis in shard:
            if not axis.bounded:
                by_fact.setdefault(axis.variable.fact, []).append((axis, stride))
            stride *= axis.states
        terms = []
        for fact, strides in by_fact.items():
            name = used.setdefault(fact, f"v{len(used)}")
            terms.append(f"t{len(shares)}[{name}]")
            shares.append(Share(fact, tuple(strides)))
        sums.append(" + ".join(terms) or "0")
    body = [*_reads(used, facts), f"return ({''.join(term + ', ' for term in sums)}f.declined)"]
    source = "def cells(f):\n" + "".join(f"    {line}\n" for line in body)
    return CellsText(source, tuple(shares))


def _reads(used: Mapping[str, str], facts: Mapping[str, FactDeclaration]) -> list[str]:
    """Lines that fetch each fact into its variable, and refuse what the rulebook does not know."""
    lines = [
        "a = f.screening.answers",
        "if not a.keys() <= known_flags: stale()",
        "d = f.declared",
        "if d and not d.keys() <= known_facts: stale()",
        "e = f.response.each",
        "if e and not e.keys() <= known_exercises: stale()",
    ]
    subjects: dict[str, str] = {}
    exercises: dict[str, str] = {}
    for fact, name in used.items():
        subject, _, rest = fact.partition(".")
        if subject == "screening":
            lines.append(f"{name} = a.get({rest!r}, U)")
        elif rest.startswith("each."):
            exercise, _, field = rest.removeprefix("each.").rpartition(".")
            if exercise not in exercises:
                exercises[exercise] = f"e{len(exercises)}"
                lines.append(f"{exercises[exercise]} = e.get({exercise!r}, N)")
            lines.append(f"{name} = {exercises[exercise]}.{field}")
        elif fact in BUILT_IN:
            if subject not in subjects:
                subjects[subject] = f"s{len(subjects)}"
                lines.append(f"{subjects[subject]} = f.{subject}")
            lines.append(f"{name} = {subjects[subject]}.{rest}")
        else:
            lines.append(f"{name} = d.get({fact!r}, U)")
            if facts[fact].kind in (Kind.BOOL, Kind.INT):
                kind = facts[fact].kind.value
                lines.append(f"if {name}.__class__ is not {kind} and {name} is not U: stale()")
    return lines
