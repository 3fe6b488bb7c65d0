"""One shard on one person: durable-rules decides, and the specification must agree on each condition.

What the specification says is kept by value: of a comparison by the value of its fact, and of a
condition by what it says of its comparisons, which is all that a condition's truth can rest on.
It is asked for each of these once, and holds against durable-rules in every cell. What durable-rules
is told of a value is kept apart from that, so that the two readings share nothing but the facts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

import attrs

from glutemed.engine.adapter import ProductionSystem
from glutemed.engine.bounded import Bounded
from glutemed.engine.shards import OPEN, Shard
from glutemed.model.condition import Compare, Condition, Truth, leaves
from glutemed.model.errors import EngineFailed, ReadingsDisagree
from glutemed.model.facts import ExerciseResponse, Facts, FactValue
from glutemed.model.noun import noun
from glutemed.model.rule import Refer, Rule
from glutemed.model.vocabulary import FactDeclaration
from glutemed.reading.productions import Production, definitely, possibly
from glutemed.reading.runs import Variable, span_of
from glutemed.reading.truth import HasFacts, Situation, truth, waiting

Bounds = Mapping[str, tuple[int, int]]
NOTHING: frozenset[str] = frozenset()
MOST_VALUES_KEPT = 4_096
MOST_PATTERNS_KEPT = 256

Said = tuple[Truth, frozenset[str]]
"""The truth of a condition, and what it still waits for."""


@noun
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
        self._comparisons = [
            _Comparisons(fact, own) for fact, own in _by_fact(shard.conditions).items()
        ]
        self._patterns = _patterns(shard.conditions, self._comparisons)
        self._spans = [
            _Spans(fact, tuple(v for v in self.stem if v.fact == fact), quantities[fact])
            for fact in dict.fromkeys(variable.fact for variable in self.stem)
        ]
        self._fields = tuple(
            f"{self.stem[variable]}_{end}"
            for spans in self._spans
            for variable in spans.variables
            for end in ("lo", "hi")
        )
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
        compared = self._compared(situation)
        truths: list[Truth] = []
        waits: list[frozenset[str]] = []
        failures: list[int] = []
        for index, (condition, pattern, kept) in enumerate(self._patterns):
            shown = None if compared is None else pattern(compared)
            said = kept.get(shown)
            if said is None:
                try:
                    said = _said(condition, situation)
                except Exception as error:  # noqa: BLE001  whatever fails, fails closed
                    said = (
                        self._failed(index, error),
                        frozenset(leaf.fact for leaf in leaves(condition)),
                    )
                    failures.append(index)
                else:
                    if compared is not None:
                        said = kept.keep(shown, said)
            truths.append(said[0])
            waits.append(said[1])
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

    def _compared(self, situation: Situation) -> list[Truth] | None:
        """What the specification says of each comparison, or None where that of one fails.

        Each condition is asked by itself then, so that only those fail that cannot be told.
        """
        found: list[Truth] = []
        try:
            for comparisons in self._comparisons:
                found += comparisons.of(situation)
        except Exception:  # noqa: BLE001  the condition that it is part of says what failed
            return None
        return found

    def _fired(self, system: ProductionSystem, facts: HasFacts, bounds: Bounds) -> list[Truth]:
        values: list[int] = []
        for spans in self._spans:
            values += spans.of(facts, bounds)
        message = dict(zip(self._fields, values, strict=True))
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


class _Comparisons:
    """The comparisons of one fact, and what the specification says of them at each value."""

    def __init__(self, fact: str, compares: Sequence[Compare]) -> None:
        self.fact = fact
        self.compares = compares
        self._kept: Bounded[object, tuple[Truth, ...]] = Bounded(MOST_VALUES_KEPT)

    def of(self, situation: Situation) -> tuple[Truth, ...]:
        """What it says of each, in order."""
        bounds = situation.bounds.get(self.fact)
        value: object = situation.facts.value(self.fact) if bounds is None else bounds
        found = self._kept.get(value)
        if found is None:
            said = tuple(truth(compare, situation) for compare in self.compares)
            found = self._kept.keep(value, said)
        return found


class _Spans:
    """The variables of one fact, and between what they lie at each value."""

    def __init__(self, fact: str, own: tuple[Variable, ...], declared: FactDeclaration) -> None:
        self.fact = fact
        self.variables = own
        self._declared = declared
        self._kept: Bounded[object, tuple[int, ...]] = Bounded(MOST_VALUES_KEPT)

    def of(self, facts: HasFacts, bounds: Bounds) -> tuple[int, ...]:
        """The least and the most of each, in order."""
        if self.fact in bounds:
            return bounds[self.fact]  # a derived value or a score is one variable
        value = facts.value(self.fact)
        found = self._kept.get(value)
        if found is None:
            ends = (span_of(variable, value, self._declared) for variable in self.variables)
            found = self._kept.keep(value, tuple(end for span in ends for end in span))
        return found


def _by_fact(conditions: Sequence[Condition]) -> dict[str, tuple[Compare, ...]]:
    """Every different comparison of some conditions, by its fact."""
    found: dict[str, dict[Compare, None]] = {}
    for condition in conditions:
        for leaf in leaves(condition):
            found.setdefault(leaf.fact, {})[leaf] = None
    return {fact: tuple(own) for fact, own in found.items()}


def _patterns(
    conditions: Sequence[Condition], comparisons: Sequence[_Comparisons]
) -> list[tuple[Condition, Callable[[Any], object], Bounded[object, Said]]]:
    """For each condition which comparisons it is made of, and what was said of it by their truths."""
    every = [compare for own in comparisons for compare in own.compares]
    place = {compare: index for index, compare in enumerate(every)}
    found: list[tuple[Condition, Callable[[Any], object], Bounded[object, Said]]] = []
    for condition in conditions:
        places = [place[leaf] for leaf in leaves(condition)]
        # A condition that compares nothing has one pattern.
        pick = itemgetter(*places) if places else len
        found.append((condition, pick, Bounded(MOST_PATTERNS_KEPT)))
    return found


def _said(condition: Condition, situation: Situation) -> Said:
    said = truth(condition, situation)
    return said, waiting(condition, situation) if said is Truth.UNKNOWN else NOTHING
