"""One shard on one person: durable-rules decides, and the specification must agree rule by rule."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from glutemed.engine.adapter import ProductionSystem
from glutemed.engine.shards import Shard
from glutemed.model.condition import Truth, leaves
from glutemed.model.errors import EngineFailed, ReadingsDisagree
from glutemed.model.facts import Facts
from glutemed.model.rule import Refer, Rule
from glutemed.model.vocabulary import FactDeclaration
from glutemed.reading.productions import Production, definitely, possibly
from glutemed.reading.runs import Variable, span_of
from glutemed.reading.truth import Situation, truth, waiting

Bounds = Mapping[str, tuple[int, int]]
NOTHING: frozenset[str] = frozenset()


@attrs.frozen(cache_hash=True)
class ShardAnswer:
    """What a shard says in one cell, each tuple aligned with its rules.

    Args:
        truths: The truth of each rule.
        waits: What each UNKNOWN rule still waits for: facts, derived values and scores.
        failures: Ids of rules that failed to evaluate, and count as UNKNOWN.
    """

    truths: tuple[Truth, ...]
    waits: tuple[frozenset[str], ...]
    failures: tuple[str, ...] = ()


class ShardDecider:
    """Decides one shard, with durable-rules where it is there.

    Args:
        shard: What to decide.
        quantities: Everything its rules may ask about.
        with_durable: Whether durable-rules can be used.

    Raises:
        EngineFailed: durable-rules refused the productions.
    """

    def __init__(
        self, shard: Shard, quantities: Mapping[str, FactDeclaration], *, with_durable: bool
    ) -> None:
        self.shard = shard
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

    def decide(self, facts: Facts, bounds: Bounds) -> ShardAnswer:
        """What the shard says of facts.

        Raises:
            ReadingsDisagree: durable-rules and the specification differ on a rule.
            EngineFailed: durable-rules failed, or a rule that refers could not be evaluated.
        """
        situation = Situation(self.quantities, facts, bounds)
        truths: list[Truth] = []
        waits: list[frozenset[str]] = []
        failures: list[str] = []
        for rule in self.shard.rules:
            try:
                said = truth(rule.condition, situation)
                open_ = said is Truth.UNKNOWN
                waits.append(waiting(rule.condition, situation) if open_ else NOTHING)
                truths.append(said)
            except Exception as error:  # noqa: BLE001  whatever fails, fails closed
                truths.append(self._failed(rule, error))
                waits.append(frozenset(leaf.fact for leaf in leaves(rule.condition)))
                failures.append(rule.id)
        if self._system is not None:
            self._agree(truths, self._fired(self._system, facts, bounds), failures)
        return ShardAnswer(tuple(truths), tuple(waits), tuple(failures))

    def _failed(self, rule: Rule, error: Exception) -> Truth:
        if isinstance(rule.conclusion, Refer):
            raise EngineFailed(f"`{rule.written}` refers, and could not be evaluated") from error
        return Truth.UNKNOWN

    def _fired(self, system: ProductionSystem, facts: Facts, bounds: Bounds) -> list[Truth]:
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

    def _agree(self, truths: list[Truth], fired: list[Truth], failures: list[str]) -> None:
        for rule, specified, decided in zip(self.shard.rules, truths, fired, strict=True):
            if specified is not decided and rule.id not in failures:
                raise ReadingsDisagree(
                    f"durable-rules and the specification differ on `{rule.written}`; "
                    "nothing was emitted"
                )
