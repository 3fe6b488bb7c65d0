"""Every cell of every shard in durable-rules itself, held against the specification.

Three things must agree in a cell, condition by condition: what durable-rules says of its
productions, what the engine answers, and what the specification says; and the specification must
say the same of both who stand for the cell. No two cells may have one number, for answers are kept
by it. And the conditions of the shards must be those of the rules, each once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context

import attrs

from glutemed.engine.adapter import ProductionSystem, durable_version
from glutemed.engine.decider import ShardDecider
from glutemed.engine.shards import OPEN, Shard, quantities
from glutemed.model.condition import All, Compare, Condition, Not, Truth
from glutemed.model.errors import EngineFailed, GlutemedError, ReadingsDisagree
from glutemed.model.facts import Facts
from glutemed.model.ruleset import Ruleset
from glutemed.model.vocabulary import FactDeclaration
from glutemed.pipeline import ready
from glutemed.proof.grid import Grid, Told
from glutemed.reading.cells import shares
from glutemed.reading.productions import Production, definitely, possibly
from glutemed.reading.runs import Run, Variable, span_of
from glutemed.reading.truth import Situation, truth

_AT_ALL = -1
MOST = 20_000
"""Of a shard with more cells, the triples are tried instead."""


class EngineAbsent(GlutemedError):
    """durable-rules cannot be imported, so nothing can be run through it."""

    def __init__(self) -> None:
        super().__init__("durable-rules cannot be imported; `glutemed doctor` says how to mend it")


@attrs.frozen(kw_only=True)
class Disagreement:
    """A rule of which two readings do not say the same.

    Args:
        rule: The rule, as written.
        where: Where it is written.
        says: What differs, in a sentence.
        facts: Who shows it, if it is about somebody.
        bounds: The least and the most of the derived values and scores, there.
    """

    rule: str
    where: str
    says: str
    facts: Facts | None = None
    bounds: tuple[tuple[str, Run], ...] = ()


@attrs.frozen(kw_only=True)
class ShardWalk:
    """How one shard fared.

    Args:
        place: Which shard it is.
        variables: What its conditions read: facts, members of sets, derived values and scores.
        cells: How many cells it has.
        tried: How many of them were tried.
        asked: How often durable-rules was asked.
        rules: The ids of the ground rules that it decides.
        disagreements: At most one a condition, and one of the shard as a whole.
    """

    place: int
    variables: int
    cells: int
    tried: int
    asked: int
    rules: tuple[str, ...]
    disagreements: tuple[Disagreement, ...]

    @property
    def whole(self) -> bool:
        """Whether every cell was tried."""
        return self.tried == self.cells


@attrs.frozen
class Walk:
    """How all shards fared, in order."""

    shards: tuple[ShardWalk, ...]
    missorted: tuple[Disagreement, ...]

    @property
    def disagreements(self) -> tuple[Disagreement, ...]:
        """All of them."""
        found = (each for shard in self.shards for each in shard.disagreements)
        return (*self.missorted, *found)

    @property
    def partly(self) -> frozenset[str]:
        """The ids of the ground rules that were not tried in each cell."""
        return frozenset(rule for shard in self.shards if not shard.whole for rule in shard.rules)


def walk(ruleset: Ruleset, *, most: int = MOST, jobs: int = 1) -> Walk:
    """Run every cell of a ruleset through durable-rules.

    Args:
        ruleset: The rules.
        most: How many cells a shard may have to be tried in all of them.
        jobs: How many processes share the work; more than one starts them anew, so a script that
            asks for it needs `if __name__ == "__main__"`.

    Raises:
        EngineAbsent: durable-rules cannot be imported.
        EngineFailed: durable-rules failed.
    """
    if durable_version() is None:
        raise EngineAbsent
    shards = ready(ruleset).engine.shards
    declared = quantities(ruleset)
    cost = {place: min(most, Grid(shard.axes, declared).size) for place, shard in enumerate(shards)}
    loads: list[list[int]] = [[] for _ in range(max(1, min(jobs, len(shards))))]
    for place in sorted(cost, key=lambda place: (-cost[place], place)):
        min(loads, key=lambda load: sum(cost[each] for each in load)).append(place)
    found: list[ShardWalk] = []
    if len(loads) == 1:
        found += walked(ruleset, loads[0], most)
    else:
        with ProcessPoolExecutor(len(loads), mp_context=get_context("spawn")) as pool:
            try:
                for part in pool.map(walked, *zip(*((ruleset, load, most) for load in loads))):  # noqa: B905
                    found += part
            except BrokenProcessPool as broken:
                raise EngineFailed("durable-rules ended its process") from broken
    return Walk(
        tuple(sorted(found, key=lambda shard: shard.place)), tuple(missorted(ruleset, shards))
    )


def walked(ruleset: Ruleset, places: Sequence[int], most: int) -> list[ShardWalk]:
    """Some shards of a ruleset, one after the other."""
    shards, declared = ready(ruleset).engine.shards, quantities(ruleset)
    return [_Walker(ruleset, declared, place, shards[place]).walked(most) for place in places]


def missorted(ruleset: Ruleset, shards: Sequence[Shard]) -> Iterator[Disagreement]:
    """The rules that are not in a shard exactly once, or there under another condition."""
    times = [0] * len(ruleset.rules)
    for shard in shards:
        for exercise, asked in shard.asked.items():
            for condition, places in zip(shard.conditions, asked, strict=True):
                for place in places:
                    times[place] += 1
                    rule = ruleset.rules[place]
                    if about(condition, exercise) != rule.condition:
                        says = "its shard asks another condition"
                        yield Disagreement(rule=rule.written, where=rule.span.where, says=says)
    for rule, many in zip(ruleset.rules, times, strict=True):
        if many != 1:
            says = f"it is in {many} shards"
            yield Disagreement(rule=rule.written, where=rule.span.where, says=says)


def about(condition: Condition, exercise: str) -> Condition:
    """A condition that leaves its exercise open, about this one."""
    if isinstance(condition, Compare):
        name = condition.fact.replace(OPEN, f"{OPEN[:-2]}{exercise}.")
        return Compare(name, condition.comparison, condition.constants)
    if isinstance(condition, Not):
        return Not(about(condition.child, exercise))
    children = tuple(about(child, exercise) for child in condition.children)
    return All(children) if isinstance(condition, All) else type(condition)(children)


class _Walker:
    """One shard, in durable-rules, in the engine and in the specification."""

    def __init__(
        self, ruleset: Ruleset, declared: Mapping[str, FactDeclaration], place: int, shard: Shard
    ) -> None:
        self.rules = ruleset.rules
        self.declared = declared
        self.place = place
        self.shard = shard
        self.grid = Grid(shard.axes, declared)
        self.decider = ShardDecider(shard, ruleset.rules, declared, with_durable=True)
        self.stem: dict[Variable, str] = {
            axis.variable: f"v{number}" for number, axis in enumerate(shard.axes)
        }
        productions: list[Production] = []
        self.sure: list[frozenset[int]] = []
        self.possible: list[frozenset[int]] = []
        for lowered in shard.lowered:
            for reading, into in ((definitely, self.sure), (possibly, self.possible)):
                made = reading(lowered, self.stem)
                into.append(frozenset(range(len(productions), len(productions) + len(made))))
                productions += made
        self.system = ProductionSystem("proof", productions)
        self.strides = {
            axis.variable: (axis, stride)
            for share in shares(shard.axes)
            for axis, stride in share.axes
        }
        self.numbers: set[int] = set()
        self.found: dict[int, Disagreement] = {}

    def walked(self, most: int) -> ShardWalk:
        """Try every cell; where there are more than ``most``, every triple."""
        whole = self.grid.size <= most
        tried = asked = 0
        for cell in self.grid.cells() if whole else self.grid.triples():
            tried += 1
            first: list[Truth] | None = None
            number = -1
            for told in self.grid.people(cell):
                spans = self._spans(told)
                specified = self._specified(told)
                self._hold(told, specified, self._durable(spans), "durable-rules says")
                asked += 1
                if first is None:
                    first, number = specified, self._number(spans)
                    self._hold(told, specified, self._engine(told), "the engine says")
                    if number in self.numbers:
                        self._keep(_AT_ALL, told, "another cell of its shard has the same number")
                    self.numbers.add(number)
                    continue
                self._hold(told, specified, first, "others in the same cell have")
                if self._number(spans) != number:
                    self._keep(_AT_ALL, told, "others in the same cell have another number")
        self.system.close()
        asking = {
            place for asked in self.shard.asked.values() for places in asked for place in places
        }
        return ShardWalk(
            place=self.place,
            variables=self.grid.variables,
            cells=self.grid.size,
            tried=tried,
            asked=asked,
            rules=tuple(self.rules[place].id for place in sorted(asking)),
            disagreements=tuple(self.found.values()),
        )

    def _specified(self, told: Told) -> list[Truth]:
        situation = Situation(self.declared, told, told.bounds)
        return [truth(condition, situation) for condition in self.shard.conditions]

    def _spans(self, told: Told) -> dict[Variable, Run]:
        """The least and the most that each variable may be."""
        spans = {}
        for variable in self.stem:
            span = told.bounds.get(variable.fact)
            if span is None:
                value = told.value(variable.fact)
                span = span_of(variable, value, self.declared[variable.fact])
            spans[variable] = span
        return spans

    def _number(self, spans: Mapping[Variable, Run]) -> int:
        """The number of a cell, as the engine finds it."""
        strides = self.strides
        return sum(strides[v][0].state(span) * strides[v][1] for v, span in spans.items())

    def _durable(self, spans: Mapping[Variable, Run]) -> list[Truth]:
        message: dict[str, int] = {}
        for variable, stem in self.stem.items():
            message[f"{stem}_lo"], message[f"{stem}_hi"] = spans[variable]
        fired = self.system.fired(message)
        said = []
        for sure, possible in zip(self.sure, self.possible, strict=True):
            if not fired.isdisjoint(sure):
                said.append(Truth.TRUE)
            else:
                said.append(Truth.FALSE if fired.isdisjoint(possible) else Truth.UNKNOWN)
        return said

    def _engine(self, told: Told) -> Sequence[Truth] | str:
        try:
            return self.decider.decide(told, told.bounds).truths
        except ReadingsDisagree as error:
            return str(error)

    def _hold(
        self, told: Told, specified: Sequence[Truth], said: Sequence[Truth] | str, who: str
    ) -> None:
        if isinstance(said, str):
            self._keep(_AT_ALL, told, said)
            return
        for index, (wanted, found) in enumerate(zip(specified, said, strict=True)):
            if wanted is not found:
                self._keep(index, told, f"{who} {found.name}, the specification {wanted.name}")

    def _keep(self, index: int, told: Told, says: str) -> None:
        """Keep the first difference of a condition, and of the shard as a whole."""
        if index not in self.found:
            self.found[index] = self._disagreement(max(index, 0), told, says)

    def _disagreement(self, index: int, told: Told, says: str) -> Disagreement:
        exercise, place = next(
            (exercise, asked[index][0])
            for exercise, asked in self.shard.asked.items()
            if asked[index]
        )
        rule = self.rules[place]
        values = {
            name.replace(OPEN, f"{OPEN[:-2]}{exercise}."): value
            for name, value in told.values.items()
        }
        return Disagreement(
            rule=rule.written,
            where=rule.span.where,
            says=says,
            facts=Facts.of(values),
            bounds=tuple(sorted(told.bounds.items())),
        )
