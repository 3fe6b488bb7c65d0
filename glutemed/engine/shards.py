"""Rules → shards: small groups that share facts, so that the cells of each are few.

What is decided are conditions, not rules. Rules that ask the same are decided once. And where rules
ask the same about one exercise each, they differ only in its id: with that left open, as `*`, they
are one condition, which is decided for each exercise by the same shard. So the work grows neither
with the rules that repeat a condition nor with the exercises that nobody has tried yet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

import attrs

from glutemed.model.condition import All, AnyOf, Compare, Condition, Not
from glutemed.model.frozen import Frozen
from glutemed.model.ruleset import Ruleset
from glutemed.model.vocabulary import FactDeclaration
from glutemed.reading.cells import Axis, axes, size
from glutemed.reading.runs import Lowered, Variable, lower

MOST_CELLS = 2000
MOST_CONDITIONS = 40
EACH = "response.each."
OPEN = f"{EACH}*."
"""How the facts of an exercise begin whose id is left open; no id can be a star."""


class Shard(NamedTuple):
    """Conditions that are decided together.

    Args:
        stratum: 0 where they read no derived value or score.
        conditions: All different; those about one exercise leave its id open.
        asked: For each exercise the rules that ask each condition, by their places in
            ``Ruleset.rules``; under "" where the conditions are about no exercise in particular.
        axes: What cuts the facts they read into cells.
    """

    stratum: int
    conditions: tuple[Condition, ...]
    lowered: tuple[Lowered, ...]
    asked: Frozen[str, tuple[tuple[int, ...], ...]]
    axes: tuple[Axis, ...]

    @property
    def cells(self) -> int:
        """How many cells it has."""
        return size(self.axes)


class _Asked:
    """One condition, and the places of the rules that ask it, by exercise."""

    def __init__(
        self, stratum: int, condition: Condition, lowered: Lowered, cut: tuple[Axis, ...]
    ) -> None:
        self.stratum = stratum
        self.condition = condition
        self.lowered = lowered
        self.axes = cut
        self.places: dict[str, list[int]] = {}

    @property
    def first(self) -> int:
        return min(places[0] for places in self.places.values())

    @property
    def kind(self) -> tuple[int, bool]:
        """Only conditions of one stratum, about one exercise or about none, share a shard."""
        return self.stratum, "" not in self.places


_NONE: frozenset[int] = frozenset()


class _Growing:
    """A shard that still takes conditions in."""

    def __init__(self) -> None:
        self.asked: list[_Asked] = []
        self.cells = 1
        self.cuts: dict[Variable, frozenset[int]] = {}
        self.states: dict[Variable, int] = {}
        self.bounded: dict[Variable, bool] = {}

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

    def widen(self, asked: _Asked) -> None:
        """Take this condition in."""
        self.asked.append(asked)
        self.cells = self.cells_with(asked.axes)
        for variable, cuts, bounded in asked.axes:
            both = self.cuts.get(variable, _NONE).union(cuts)
            self.cuts[variable], self.bounded[variable] = both, bounded
            self.states[variable] = Axis(variable, tuple(both), bounded).states

    def made(self) -> Shard:
        """The shard; its conditions in the order of the rules."""
        asked = sorted(self.asked, key=lambda one: one.first)
        exercises = sorted({exercise for one in asked for exercise in one.places})
        return Shard(
            stratum=asked[0].stratum,
            conditions=tuple(one.condition for one in asked),
            lowered=tuple(one.lowered for one in asked),
            asked=Frozen(
                {
                    exercise: tuple(tuple(one.places.get(exercise, ())) for one in asked)
                    for exercise in exercises
                }
            ),
            axes=tuple(
                Axis(variable, tuple(sorted(self.cuts[variable])), self.bounded[variable])
                for variable in sorted(self.cuts)
            ),
        )


def quantities(ruleset: Ruleset) -> Frozen[str, FactDeclaration]:
    """What the conditions of shards may ask about: also facts of an exercise left open."""
    found = dict(ruleset.quantities)
    for exercise in ruleset.exercises[:1]:  # they are declared alike for each exercise
        own = f"{EACH}{exercise.id}."
        for name, declared in ruleset.vocabulary.facts.items():
            if name.startswith(own):
                found[opened(name)] = attrs.evolve(declared, name=opened(name))
    return Frozen(found)


def exercise_of(fact: str) -> str:
    """The exercise that a fact is about, or ""."""
    return fact.removeprefix(EACH).rpartition(".")[0] if fact.startswith(EACH) else ""


def opened(fact: str) -> str:
    """A fact with the id of its exercise left open; any other as it is."""
    return OPEN + fact.rpartition(".")[2] if fact.startswith(EACH) else fact


def _shape(condition: Condition, exercises: set[str], name: Callable[[str], str]) -> object:
    """A condition as plain tuples, which are found again much faster; adds what exercises it names."""
    if isinstance(condition, Compare):
        if condition.fact.startswith(EACH):
            exercises.add(exercise_of(condition.fact))
        return name(condition.fact), condition.comparison, condition.constants
    if isinstance(condition, Not):
        return "not", _shape(condition.child, exercises, name)
    parts = [_shape(child, exercises, name) for child in condition.children]
    return "all" if isinstance(condition, All) else "any", *parts


def _opened(condition: Condition) -> Condition:
    if isinstance(condition, Compare):
        return Compare(opened(condition.fact), condition.comparison, condition.constants)
    if isinstance(condition, Not):
        return Not(_opened(condition.child))
    children = tuple(_opened(child) for child in condition.children)
    return All(children) if isinstance(condition, All) else AnyOf(children)


def shards(
    ruleset: Ruleset, level: Mapping[str, int], declared: Mapping[str, FactDeclaration]
) -> tuple[Shard, ...]:
    """The shards of a ruleset, by stratum, the same for the same rules.

    Each condition joins the shard whose cells it multiplies least, as long as they stay few.

    Args:
        ruleset: The rules.
        level: The stratum of each rule, by id.
        declared: What `quantities` gives for them.
    """
    growing: list[_Growing] = []
    by_fact: dict[tuple[tuple[int, bool], str], list[int]] = {}
    by_kind: dict[tuple[int, bool], list[int]] = {}
    for one in sorted(
        _conditions(ruleset, level, declared), key=lambda one: (-size(one.axes), one.first)
    ):
        near = {
            index for axis in one.axes for index in by_fact.get((one.kind, axis.variable.fact), ())
        }
        best: tuple[float, int] | None = None
        for index in sorted(near) or by_kind.get(one.kind, [])[-8:]:
            shard = growing[index]
            if len(shard.asked) >= MOST_CONDITIONS:
                continue
            cells = shard.cells_with(one.axes)
            growth = cells / shard.cells
            if cells <= MOST_CELLS and (best is None or growth < best[0]):
                best = growth, index
        if best is None:
            best = 1.0, len(growing)
            growing.append(_Growing())
            by_kind.setdefault(one.kind, []).append(best[1])
        _, index = best
        growing[index].widen(one)
        for axis in one.axes:
            known = by_fact.setdefault((one.kind, axis.variable.fact), [])
            if index not in known:
                known.append(index)
    growing.sort(key=lambda shard: (shard.asked[0].stratum, min(one.first for one in shard.asked)))
    return tuple(shard.made() for shard in growing)


def _conditions(
    ruleset: Ruleset, level: Mapping[str, int], declared: Mapping[str, FactDeclaration]
) -> Iterable[_Asked]:
    bounded = frozenset(ruleset.computed)
    found: dict[object, _Asked] = {}
    for place, rule in enumerate(ruleset.rules):
        exercises: set[str] = set()
        condition, exercise = rule.condition, ""
        shape = _shape(condition, exercises, opened)
        if len(exercises) == 1:
            exercise = exercises.pop()
        elif exercises:  # about several exercises, so that none can be left open
            shape = _shape(condition, exercises, str)
        one = found.get((exercise != "", shape))
        if one is None:
            condition = _opened(condition) if exercise else condition
            lowered = lower(condition, declared)
            one = _Asked(level[rule.id], condition, lowered, axes([lowered], bounded))
            found[exercise != "", shape] = one
        one.places.setdefault(exercise, []).append(place)
    return found.values()
