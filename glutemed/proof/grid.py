"""The cells of a shard, and in each the people who stand for everybody in it.

A state of a fact is one of the intervals that the thresholds cut, or unknown; a member of a set is
in it, out of it, or maybe; a derived value or score has a least and a most. A cell has a state of
each. Two people stand for it, at the lower and at the upper end of each interval, so that a
threshold that is one off shows on either side.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import product
from math import prod
from typing import NamedTuple

from glutemed.model.condition import Constant
from glutemed.model.facts import UNKNOWN, FactValue, Members
from glutemed.model.vocabulary import FactDeclaration, Kind
from glutemed.proof.covering import Part, covering
from glutemed.reading.cells import Axis
from glutemed.reading.runs import Run

UNSAID = 0
"""The first state of each fact: unknown; of a member of a set: maybe."""
_OUT, _IN = 1, 2


class Told(NamedTuple):
    """One who stands for a cell.

    Args:
        values: The facts by name.
        bounds: The least and the most of each derived value and score.
    """

    values: Mapping[str, FactValue]
    bounds: Mapping[str, Run]

    def value(self, name: str) -> FactValue:
        """The value of a fact, `UNKNOWN` where it is not given."""
        return self.values.get(name, UNKNOWN)


class Option(NamedTuple):
    """One fact in one state, as the two who stand for it say it; of a bounded value, its bounds."""

    lower: FactValue | Run
    upper: FactValue | Run


class _Fact:
    """What is cut of one fact: one axis, or one for each member of a set that is read."""

    def __init__(self, cut: Sequence[Axis], declared: FactDeclaration) -> None:
        self.axes = tuple(cut)
        self.declared = declared
        self.bounded = cut[0].bounded
        of_set = declared.kind is Kind.SET and not self.bounded
        self.silent = frozenset(
            place
            for place, axis in enumerate(cut)
            if of_set and axis.variable.member in declared.silent_absent
        )

    @property
    def states(self) -> tuple[int, ...]:
        """How many states each axis has by itself."""
        if self.bounded:
            intervals = self.axes[0].intervals
            return (intervals * (intervals + 1) // 2,)
        return tuple(axis.states for axis in self.axes)

    @property
    def size(self) -> int:
        """How many states the fact has."""
        if not self.silent:
            return prod(self.states)
        return 1 + prod(
            2 if place in self.silent else many for place, many in enumerate(self.states)
        )

    def fits(self, part: Part) -> bool:
        """Who names no member of a set denies those that are absent when not named."""
        if not any(part.get(place) == UNSAID for place in self.silent):
            return True
        return all(state == UNSAID for state in part.values())

    def option(self, states: Sequence[int]) -> Option:
        """What is said in a state of each axis."""
        axis = self.axes[0]
        if self.bounded:
            pairs = [(i, j) for i in range(axis.intervals) for j in range(i, axis.intervals)]
            low, high = pairs[states[0]]
            (first, last), (begin, end) = _ends(axis, low), _ends(axis, high)
            narrow = (last, begin) if low < high else (last, last)
            return Option((first, end), narrow)
        if self.declared.kind is Kind.SET:
            return self._members(states)
        if states[0] == UNSAID:
            return Option(UNKNOWN, UNKNOWN)
        first, last = _ends(axis, states[0] - 1)
        return Option(self._word(first), self._word(last))

    def _word(self, number: int) -> Constant:
        if self.declared.kind is Kind.BOOL:
            return bool(number)
        return number if self.declared.kind is Kind.INT else self.declared.values[number]

    def _members(self, states: Sequence[int]) -> Option:
        names = [axis.variable.member for axis in self.axes]
        present = {name for name, state in zip(names, states, strict=True) if state == _IN}
        absent = {name for name, state in zip(names, states, strict=True) if state == _OUT}
        if not present and not absent:
            return Option(UNKNOWN, UNKNOWN if self.silent else Members())
        unnamed = {names[place] for place in self.silent}
        return Option(Members(present, absent - unnamed), Members(present, absent))


def _ends(axis: Axis, interval: int) -> Run:
    """The least and the greatest number of an interval."""
    edges = (axis.variable.least, *axis.cuts, axis.variable.most + 1)
    return edges[interval], edges[interval + 1] - 1


class Grid:
    """The cells that some axes make, and who stands for each.

    Args:
        axes: What cuts the facts, derived values and scores.
        declared: The declaration of each.
    """

    def __init__(self, axes: Sequence[Axis], declared: Mapping[str, FactDeclaration]) -> None:
        by_fact: dict[str, list[Axis]] = {}
        for axis in axes:
            by_fact.setdefault(axis.variable.fact, []).append(axis)
        self._facts = {name: _Fact(cut, declared[name]) for name, cut in by_fact.items()}

    @cached_property
    def size(self) -> int:
        """How many cells there are in which somebody can be."""
        return prod(fact.size for fact in self._facts.values())

    @property
    def variables(self) -> int:
        """How many variables there are, each member of a set by itself."""
        return sum(len(fact.axes) for fact in self._facts.values())

    def cells(self) -> Iterator[tuple[Option, ...]]:
        """Every cell: a state of each fact."""
        options = [
            [
                fact.option(states)
                for states in product(*map(range, fact.states))
                if fact.fits(dict(enumerate(states)))
            ]
            for fact in self._facts.values()
        ]
        return product(*options)

    def triples(self) -> Iterator[tuple[Option, ...]]:
        """Cells in which any three variables are in each three states that they can be in."""
        states: list[int] = []
        places: list[range] = []
        for fact in self._facts.values():
            places.append(range(len(states), len(states) + len(fact.axes)))
            states += fact.states
        facts = list(zip(self._facts.values(), places, strict=True))

        def fits(part: Part) -> bool:
            return all(
                not fact.silent
                or fact.fits({at - place.start: part[at] for at in place if at in part})
                for fact, place in facts
            )

        for row in covering(states, fits):
            yield tuple(fact.option([row[at] for at in place]) for fact, place in facts)

    def people(self, cell: Sequence[Option]) -> Iterator[Told]:
        """The one or two who stand for a cell."""
        lower = self._told([option.lower for option in cell])
        yield lower
        upper = self._told([option.upper for option in cell])
        if upper != lower:
            yield upper

    def _told(self, said: Sequence[FactValue | Run]) -> Told:
        values: dict[str, FactValue] = {}
        bounds: dict[str, Run] = {}
        for (name, fact), value in zip(self._facts.items(), said, strict=True):
            if fact.bounded:
                bounds[name] = value  # type: ignore[assignment]
            elif value is not UNKNOWN:
                values[name] = value  # type: ignore[assignment]
        return Told(values, bounds)
