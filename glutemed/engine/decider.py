"""One shard on one person: durable-rules decides, and the specification must agree on each condition.

What the specification says is kept by value: of a comparison by the value of its fact, and of a
condition by what it says of its comparisons, which is all that a condition's truth can rest on.
It is asked for each of these once, and holds against durable-rules in every cell. What durable-rules
is told of a value is kept apart from that, so that the two readings share nothing but the facts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from operator import itemgetter
from typing import Any, NamedTuple, cast

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
FALSE, UNKNOWN, TRUE = Truth.FALSE, Truth.UNKNOWN, Truth.TRUE
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
        own = _by_fact(shard.conditions)
        self._facts = tuple(dict.fromkeys(variable.fact for variable in self.stem))
        self._comparisons = [_Comparisons(fact, own[fact]) for fact in self._facts]
        self._patterns = _patterns(shard.conditions, self._comparisons)
        self._bounded = frozenset(axis.variable.fact for axis in shard.axes if axis.bounded)
        self._spans = [
            _Spans(
                tuple(variable for variable in self.stem if variable.fact == fact),
                None if fact in self._bounded else quantities[fact],
            )
            for fact in self._facts
        ]
        # Looked into by turns for each person, so each is bound once.
        self._said_of = tuple(comparisons.kept.get for comparisons in self._comparisons)
        self._ends_of = tuple(spans.kept.get for spans in self._spans)
        self._fields = tuple(
            f"{self.stem[variable]}_{end}"
            for spans in self._spans
            for variable in spans.variables
            for end in ("lo", "hi")
        )
        self._productions: list[Production] = []
        self._forms: list[tuple[frozenset[int], frozenset[int]]] = []  # definitely, possibly
        place: dict[Production, int] = {}
        for condition in shard.lowered:
            sure = self._placed(definitely(condition, self.stem), place)
            self._forms.append((sure, self._placed(possibly(condition, self.stem), place)))
        self._system = (
            ProductionSystem(f"glutemed-{shard.stratum}", self._productions)
            if with_durable
            else None
        )

    def _placed(
        self, productions: tuple[Production, ...], place: dict[Production, int]
    ) -> frozenset[int]:
        for production in productions:
            if production not in place:
                place[production] = len(self._productions)
                self._productions.append(production)
        return frozenset(place[production] for production in productions)

    def decide(self, facts: HasFacts, bounds: Bounds) -> ShardAnswer:
        """What the shard says of facts.

        Raises:
            ReadingsDisagree: durable-rules and the specification differ on a condition.
            EngineFailed: durable-rules failed, or a rule that refers could not be evaluated.
        """
        situation = Situation(self.quantities, facts, bounds)
        values = self._values(facts, bounds)
        compared = self._compared(values, situation)
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
            fired = self._fired(self._system, values)
            if fired != truths:
                self._disagree(truths, fired, failures)
        return ShardAnswer(tuple(truths), tuple(waits), tuple(failures))

    def _values(self, facts: HasFacts, bounds: Bounds) -> list[object]:
        """The value of each fact that the shard reads; of a derived one or a score its bounds."""
        value = facts.value
        if not self._bounded:
            return [value(fact) for fact in self._facts]
        bounded = self._bounded
        return [bounds[fact] if fact in bounded else value(fact) for fact in self._facts]

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

    def _compared(self, values: list[object], situation: Situation) -> list[Truth] | None:
        """What the specification says of each comparison, or None where that of one fails.

        Each condition is asked by itself then, so that only those fail that cannot be told.
        """
        try:
            found = [said(value) for said, value in zip(self._said_of, values, strict=True)]
            if None in found:
                for place, said in enumerate(found):
                    if said is None:
                        found[place] = self._comparisons[place].of(values[place], situation)
        except Exception:  # noqa: BLE001  the condition that it is part of says what failed
            return None
        return [*chain.from_iterable(cast("list[tuple[Truth, ...]]", found))]

    def _fired(self, system: ProductionSystem, values: list[object]) -> list[Truth]:
        """What durable-rules says of each condition."""
        ends = [found(value) for found, value in zip(self._ends_of, values, strict=True)]
        if None in ends:
            for place, found in enumerate(ends):
                if found is None:
                    ends[place] = self._spans[place].of(values[place])
        told = chain.from_iterable(cast("list[tuple[int, ...]]", ends))
        message = dict(zip(self._fields, told, strict=True))
        holds_none = system.fired(message).isdisjoint
        return [
            (FALSE if holds_none(possible) else UNKNOWN) if holds_none(sure) else TRUE
            for sure, possible in self._forms
        ]

    def _disagree(self, truths: list[Truth], fired: list[Truth], failures: list[int]) -> None:
        """Raise `ReadingsDisagree`, but where no more differs than what failed."""
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
        self.kept: Bounded[object, tuple[Truth, ...]] = Bounded(MOST_VALUES_KEPT)

    def of(self, value: object, situation: Situation) -> tuple[Truth, ...]:
        """What it says of each, in order, where the fact has this value in the situation."""
        said = tuple(truth(compare, situation) for compare in self.compares)
        return self.kept.keep(value, said)


class _Spans:
    """The variables of one fact, and between what they lie at each value."""

    def __init__(self, own: tuple[Variable, ...], declared: FactDeclaration | None) -> None:
        self.variables = own
        self._declared = declared
        self.kept: Bounded[object, tuple[int, ...]] = Bounded(MOST_VALUES_KEPT)

    def of(self, value: Any) -> tuple[int, ...]:
        """The least and the most of each, in order; a derived value or a score is one variable."""
        if self._declared is None:
            return self.kept.keep(value, value)
        ends = [end for own in self.variables for end in span_of(own, value, self._declared)]
        return self.kept.keep(value, tuple(ends))


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
