"""One shard on one person: durable-rules decides, and the specification must agree on each condition."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import attrs

from glutemed.engine.adapter import ProductionSystem
from glutemed.engine.shards import OPEN, Shard
from glutemed.model.condition import Truth, leaves
from glutemed.model.errors import EngineFailed, ReadingsDisagree
from glutemed.model.facts import ExerciseResponse, Facts, FactValue
from glutemed.model.rule import Refer, Rule
from glutemed.model.vocabulary import FactDeclaration
from glutemed.reading.productions import Production, definitely, possibly
from glutemed.reading.runs import Variable, span_of
from glutemed.reading.truth import HasFacts, Situation, truth, waiting

Bounds = Mapping[str, tuple[int, int]]
NOTHING: frozenset[str] = frozenset()


@attrs.frozen
class ShardAnswer:
    """What a shard says in one cell, each tuple aligned with its conditions.

    Args:
        truths: The truth of each condition.
        waits: What each UNKNOWN condition still waits for: facts, derived values and scores.
        failures: The places of conditions that failed to evaluate, and count as UNKNOWN.
        is_open: Whether any condition waits for anything.
    """

    truths: tuple[Truth, ...]
    waits: tuple[frozenset[str], ...]
    failures: tuple[int, ...] = ()
    is_open: bool = attrs.field(init=False)

    @is_open.default
    def _waits(self) -> bool:
        return any(self.waits)


class About(NamedTuple):
    """The facts of a person, where the exercise that a condition leaves open is this one."""

    facts: Facts
    response: ExerciseResponse

    def value(self, name: str) -> FactValue:
        """The value of a fact by its full name, `UNKNOWN` where it is not given."""
        if name.startswith(OPEN):
            return getattr(self.response, name.removeprefix(OPEN))  # type: ignore[no-any-return]
        return self.facts.value(name)


class ShardDecider:
    """Decides one shard, with durable-rules where it is there.

    Args:
        shard: What to decide.
        rules: The rules that ask its conditions, by place.
        quantities: Everything its conditions may ask about.
        with_durable: Whether durable-rules can be used.

    Raises:
        EngineFailed: durable-rules refused the productions.
    """

    def __init__(
        self,
        shard: Shard,
        rules: tuple[Rule, ...],
        quantities: Mapping[str, FactDeclaration],
        *,
        with_durable: bool,
    ) -> None:
        self.shard = shard
        self.rules = rules
        self.quantities = quantities
        self.stem: dict[Variable, str] = {
            axis.variable: f"v{index}" for index, axis in enumerate(shard.axes)
        }
        self._productions: list[Production] = []
        self._sure: list[tuple[int, ...]] = []
        self._possible: list[tuple[int, ...]] = []
        place: dict[Production, int] = {}
        for condition in shard.lowered:
            self._sure.append(self._placed(definitely(condition, self.stem), place))
            self._possible.append(self._placed(possibly(condition, self.stem), place))
        self._system = (
            ProductionSystem(f"glutemed-{shard.stratum}", self._productions)
            if with_durable
            else None
        )

    def _placed(
        self, productions: tuple[Production, ...], place: dict[Production, int]
    ) -> tuple[int, ...]:
        for production in productions:
            if production not in place:
                place[production] = len(self._productions)
                self._productions.append(production)
        return tuple(place[production] for production in productions)

    def decide(self, facts: HasFacts, bounds: Bounds) -> ShardAnswer:
        """What the shard says of facts.

        Raises:
            ReadingsDisagree: durable-rules and the specification differ on a condition.
            EngineFailed: durable-rules failed, or a rule that refers could not be evaluated.
        """
        situation = Situation(self.quantities, facts, bounds)
        truths: list[Truth] = []
        waits: list[frozenset[str]] = []
        failures: list[int] = []
        for index, condition in enumerate(self.shard.conditions):
            try:
                said = truth(condition, situation)
                open_ = said is Truth.UNKNOWN
                waits.append(waiting(condition, situation) if open_ else NOTHING)
                truths.append(said)
            except Exception as error:  # noqa: BLE001  whatever fails, fails closed
                truths.append(self._failed(index, error))
                waits.append(frozenset(leaf.fact for leaf in leaves(condition)))
                failures.append(index)
        if self._system is not None:
            self._agree(truths, self._fired(self._system, facts, bounds), failures)
        return ShardAnswer(tuple(truths), tuple(waits), tuple(failures))

    def _asking(self, index: int) -> list[Rule]:
        """The rules that ask a condition."""
        return [self.rules[place] for asked in self.shard.asked.values() for place in asked[index]]

    def _failed(self, index: int, error: Exception) -> Truth:
        for rule in self._asking(index):
            if isinstance(rule.conclusion, Refer):
                raise EngineFailed(
                    f"`{rule.written}` refers, and could not be evaluated"
                ) from error
        return Truth.UNKNOWN

    def _fired(self, system: ProductionSystem, facts: HasFacts, bounds: Bounds) -> list[Truth]:
        message: dict[str, int] = {}
        for variable, stem in self.stem.items():
            if variable.fact in bounds:
                low, high = bounds[variable.fact]
            else:
                declared = self.quantities[variable.fact]
                low, high = span_of(variable, facts.value(variable.fact), declared)
            message[f"{stem}_lo"], message[f"{stem}_hi"] = low, high
        fired = system.fired(message)
        said = []
        for sure, possible in zip(self._sure, self._possible, strict=True):
            if not fired.isdisjoint(sure):
                said.append(Truth.TRUE)
            elif not fired.isdisjoint(possible):
                said.append(Truth.UNKNOWN)
            else:
                said.append(Truth.FALSE)
        return said

    def _agree(self, truths: list[Truth], fired: list[Truth], failures: list[int]) -> None:
        for index, (specified, decided) in enumerate(zip(truths, fired, strict=True)):
            if specified is not decided and index not in failures:
                raise ReadingsDisagree(
                    "durable-rules and the specification differ on "
                    f"`{self._asking(index)[0].written}`; nothing was emitted"
                )
