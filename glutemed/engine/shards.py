"""Rules → shards: small groups that share facts, so that the cells of each are few."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from glutemed.model.rule import Rule
from glutemed.model.ruleset import Ruleset
from glutemed.reading.cells import Axis, axes, joined, size
from glutemed.reading.runs import Lowered, Variable, lower
from glutemed.reading.specification import strata

MOST_CELLS = 2000
MOST_RULES = 40


@attrs.frozen(kw_only=True)
class Shard:
    """Rules that are decided together.

    Args:
        stratum: 0 where they read no derived value or score.
        places: Where they stand in ``Ruleset.rules``.
        axes: What cuts the facts they read into cells.
    """

    stratum: int
    places: tuple[int, ...]
    rules: tuple[Rule, ...]
    lowered: tuple[Lowered, ...]
    axes: tuple[Axis, ...]

    @property
    def cells(self) -> int:
        """How many cells it has."""
        return size(self.axes)


@attrs.define
class _Growing:
    stratum: int
    axes: tuple[Axis, ...] = ()
    cells: int = 1
    cuts: dict[Variable, frozenset[int]] = attrs.field(factory=dict)
    states: dict[Variable, int] = attrs.field(factory=dict)
    places: list[int] = attrs.field(factory=list)

    def cells_with(self, more: Iterable[Axis]) -> int:
        """How many cells there would be with these axes as well."""
        cells = self.cells
        for axis in more:
            cuts = self.cuts.get(axis.variable)
            if cuts is None:
                cells *= axis.states
            elif not cuts.issuperset(axis.cuts):
                both = Axis(axis.variable, tuple(cuts.union(axis.cuts)), axis.bounded)
                cells = cells // self.states[axis.variable] * both.states
        return cells

    def widen(self, more: tuple[Axis, ...]) -> None:
        """Take these axes in."""
        self.axes = joined(self.axes, more)
        self.cells = size(self.axes)
        self.cuts = {axis.variable: frozenset(axis.cuts) for axis in self.axes}
        self.states = {axis.variable: axis.states for axis in self.axes}


def shards(ruleset: Ruleset) -> tuple[Shard, ...]:
    """The shards of a ruleset, by stratum, the same for the same rules.

    Each rule joins the shard whose cells it multiplies least, as long as they stay few.
    """
    bounded = frozenset(ruleset.computed)
    level = strata(ruleset.rules, bounded)
    lowered = [lower(rule.condition, ruleset.quantities) for rule in ruleset.rules]
    own = [axes([condition], bounded) for condition in lowered]
    growing: list[_Growing] = []
    by_fact: dict[tuple[int, str], list[int]] = {}
    largest_first = sorted(range(len(own)), key=lambda place: (-size(own[place]), place))
    for place in largest_first:
        stratum = level[ruleset.rules[place].id]
        near = {
            index for axis in own[place] for index in by_fact.get((stratum, axis.variable.fact), ())
        }
        candidates = (
            sorted(near)
            or [index for index, shard in enumerate(growing) if shard.stratum == stratum][-8:]
        )
        best: tuple[float, int] | None = None
        for index in candidates:
            shard = growing[index]
            if len(shard.places) >= MOST_RULES:
                continue
            cells = shard.cells_with(own[place])
            growth = cells / shard.cells
            if cells <= MOST_CELLS and (best is None or growth < best[0]):
                best = growth, index
        if best is None:
            growing.append(_Growing(stratum))
            best = 1.0, len(growing) - 1
        _, index = best
        shard = growing[index]
        shard.widen(own[place])
        shard.places.append(place)
        for axis in own[place]:
            known = by_fact.setdefault((stratum, axis.variable.fact), [])
            if index not in known:
                known.append(index)
    return tuple(
        Shard(
            stratum=shard.stratum,
            places=tuple(sorted(shard.places)),
            rules=tuple(ruleset.rules[place] for place in sorted(shard.places)),
            lowered=tuple(lowered[place] for place in sorted(shard.places)),
            axes=shard.axes,
        )
        for shard in sorted(growing, key=lambda shard: (shard.stratum, min(shard.places)))
    )
