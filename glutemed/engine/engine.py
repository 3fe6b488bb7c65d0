"""The engine: facts → answers of the shards → decision, each step cached and bounded."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from operator import getitem

from glutemed.engine.adapter import durable_version
from glutemed.engine.bounded import Bounded
from glutemed.engine.decider import ShardAnswer, ShardDecider
from glutemed.engine.join import Join
from glutemed.engine.shards import EACH, OPEN, Shard, quantities, shards
from glutemed.engine.situation import Situation, Stale, Table, situations
from glutemed.intake import contradicted, misfits
from glutemed.model.condition import Truth
from glutemed.model.decision import Decision
from glutemed.model.errors import FactsInvalid
from glutemed.model.facts import UNKNOWN, ExerciseResponse, Facts, FactValue
from glutemed.model.frozen import Frozen
from glutemed.model.ruleset import Ruleset
from glutemed.model.vocabulary import FactDeclaration
from glutemed.reading.cells import Axis, shares
from glutemed.reading.specification import Reading, bounds_of, grounded, makers, strata, widening
from glutemed.reading.truth import HasFacts

MOST_DECISIONS = 1_024
MOST_CELLS_KEPT = 16_384
MOST_NAMED = 16_384

NOT_TRIED = ExerciseResponse()

Waits = tuple[frozenset[str], ...]


class EngineMissing(UserWarning):
    """durable-rules cannot be imported; glutemed answers from its own readings."""


class _Given(dict[str, FactValue]):
    """The facts that shards read, looked up once for all of them."""

    value = dict.__getitem__


class _Numbers:
    """How the cells of one shard are numbered, and what it answered in those that were met."""

    def __init__(self, shard: Shard, declared: Mapping[str, FactDeclaration]) -> None:
        facts: list[tuple[str, Table]] = []
        self.fields: list[tuple[str, str, Table]] = []
        self.bounded: list[tuple[str, Axis, int]] = []
        for share in shares(shard.axes):
            if share.axes[0][0].bounded:
                self.bounded += [(share.fact, axis, stride) for axis, stride in share.axes]
                continue
            table = Table(share, declared[share.fact])
            if share.fact.startswith(OPEN):
                self.fields.append((share.fact, share.fact.removeprefix(OPEN), table))
            else:
                facts.append((share.fact, table))
        self.facts = tuple(fact for fact, _ in facts)
        self._tables = tuple(table for _, table in facts)

    def shared(self, values: Mapping[str, FactValue], bounds: Mapping[str, tuple[int, int]]) -> int:
        """What everything but the facts about one exercise adds to the number of a cell."""
        found = sum(map(getitem, self._tables, map(values.__getitem__, self.facts)))
        for name, axis, stride in self.bounded:
            found += axis.state(bounds[name]) * stride
        return found

    def own(self, response: ExerciseResponse) -> int:
        """What the facts about one exercise add to it."""
        return sum([table[getattr(response, field)] for _, field, table in self.fields])

    def with_own(self, values: _Given, response: ExerciseResponse) -> _Given:
        """The facts, with those about the exercise that a shard leaves open."""
        mine = _Given(values)
        for fact, field, _ in self.fields:
            mine[fact] = getattr(response, field)
        return mine


class _Said:
    """What the shards have said so far of one person, condition by condition."""

    def __init__(self) -> None:
        self.truths: list[Truth] = []
        self.waits: list[frozenset[str]] = []
        self.failed: list[int] = []
        self.bounds: dict[str, tuple[int, int]] = {}
        self.open_facts: dict[str, frozenset[str]] = {}


class Engine:
    """Decides about people by one ruleset. Safe to share between threads.

    Args:
        ruleset: The rules.
        with_durable: Whether to use durable-rules; by default where it can be imported.
    """

    def __init__(self, ruleset: Ruleset, *, with_durable: bool | None = None) -> None:
        version = durable_version() if with_durable is not False else None
        if with_durable is None and version is None:
            warnings.warn(
                "durable-rules cannot be imported; glutemed decides by its own readings "
                "(`glutemed doctor` says how to mend it)",
                EngineMissing,
                stacklevel=2,
            )
        self.ruleset = ruleset
        self.decided_by = (version, "truth") if version is not None else ("truth",)
        self._quantities = quantities(ruleset)
        level = strata(ruleset.rules, frozenset(ruleset.computed))
        self.shards = shards(ruleset, level, self._quantities)
        self._with_durable = version is not None
        self._deciders: dict[int, ShardDecider] = {}
        self._numbers = [_Numbers(shard, self._quantities) for shard in self.shards]
        self._answers: list[Bounded[int, ShardAnswer]] = [
            Bounded(MOST_CELLS_KEPT) for _ in self.shards
        ]
        self._decisions: Bounded[object, Decision] = Bounded(MOST_DECISIONS)
        self._named: Bounded[tuple[Waits, str], Waits] = Bounded(MOST_NAMED)
        self._join = Join(ruleset)
        self._makers = makers(ruleset)
        self._ready = {
            name: max((level[ruleset.rules[place].id] for place in places), default=-1) + 1
            for name, places in self._makers.items()
        }
        self._red_flags = tuple(fact.name for fact in ruleset.vocabulary.red_flags)
        self._read_facts = sorted({fact for own in self._numbers for fact in own.facts})
        # Which rule asks which condition, in the order in which the shards say them.
        self._said_at = [0] * len(ruleset.rules)
        self._asked_by: list[tuple[int, ...]] = []
        for shard in self.shards:
            for asked in shard.asked.values():
                for places in asked:
                    for place in places:
                        self._said_at[place] = len(self._asked_by)
                    self._asked_by.append(places)
        self._cells = situations(ruleset, self.shards, self._quantities)

    def cells(self, facts: Facts) -> Situation:
        """The situation of a person: equal ones are in the same cell of each shard.

        Raises:
            FactsInvalid: A fact is unknown to the ruleset, or has a value it may not have.
        """
        try:
            return self._cells(facts)
        except (Stale, KeyError, TypeError):
            found = misfits(facts, self.ruleset.vocabulary)
            if not found:
                raise
            raise FactsInvalid(found) from None

    def decide(self, facts: Facts) -> Decision:
        """What the rules say of a person.

        Raises:
            FactsInvalid: A fact is unknown to the ruleset, has a value it may not have, or
                contradicts another one.
            EngineFailed: durable-rules failed, or disagrees with the specification.
        """
        situation = self.cells(facts)
        known = self._decisions.get(situation)
        if known is not None:
            return known
        reading, failures = self._read(facts)
        answered = sum(facts.value(name) is not UNKNOWN for name in self._red_flags)
        made = self._join.decision(
            reading,
            declined=facts.declined,
            answered=answered,
            red_flags=len(self._red_flags),
            decided_by=self.decided_by,
            failures=failures,
        )
        return self._decisions.keep(situation, made)

    def read(self, facts: Facts) -> Reading:
        """The truth of every rule, what each still waits for, and the derived values' bounds.

        Raises:
            FactsInvalid: A fact is unknown to the ruleset, has a value it may not have, or
                contradicts another one.
            EngineFailed: durable-rules failed, or disagrees with the specification.
        """
        self.cells(facts)  # refuses facts that do not fit
        return self._read(facts)[0]

    def _read(self, facts: Facts) -> tuple[Reading, tuple[str, ...]]:
        found = contradicted(facts, self.ruleset.vocabulary)
        if found:
            raise FactsInvalid(found)
        values = _Given(zip(self._read_facts, map(facts.value, self._read_facts), strict=True))
        tried = facts.response.each
        said, stratum = _Said(), 0
        for index, shard in enumerate(self.shards):
            if shard.stratum > stratum:
                stratum = shard.stratum
                self._derive(stratum, said)
            shared = self._numbers[index].shared(values, said.bounds)
            if "" in shard.asked:
                self._say(said, "", self._answer(index, shared, values, said.bounds))
                continue
            # All exercises that were not tried are in one cell.
            untried: ShardAnswer | None = None
            for exercise in shard.asked:
                response = tried.get(exercise, NOT_TRIED)
                if response is NOT_TRIED and untried is not None:
                    self._say(said, exercise, untried)
                    continue
                numbers = self._numbers[index]
                cell = shared + numbers.own(response)
                mine = numbers.with_own(values, response)
                answer = self._answer(index, cell, mine, said.bounds)
                self._say(said, exercise, answer)
                if response is NOT_TRIED:
                    untried = answer
        self._derive(stratum + 1, said)
        reading = Reading(
            tuple(map(said.truths.__getitem__, self._said_at)),
            tuple(map(said.waits.__getitem__, self._said_at)),
            Frozen(said.bounds),
        )
        failed = sorted(place for which in said.failed for place in self._asked_by[which])
        return reading, tuple(self.ruleset.rules[place].id for place in failed)

    def _say(self, said: _Said, exercise: str, answer: ShardAnswer) -> None:
        """Add what a shard answered, about an exercise or about none."""
        if answer.failures:
            said.failed += [len(said.truths) + which for which in answer.failures]
        said.truths += answer.truths
        waits: Iterable[frozenset[str]] = answer.waits
        if answer.is_open:
            if exercise:
                waits = self._about(answer.waits, exercise)
            if said.open_facts:
                waits = [grounded(own, said.open_facts) for own in waits]
        said.waits += waits

    def _about(self, waits: Waits, exercise: str) -> Waits:
        """What conditions about an exercise wait for, where they leave its id open."""
        named = self._named.get((waits, exercise))
        if named is None:
            own = f"{EACH}{exercise}."
            made = tuple([frozenset(n.replace(OPEN, own) for n in each) for each in waits])
            named = self._named.keep((waits, exercise), made)
        return named

    def _derive(self, stratum: int, said: _Said) -> None:
        """The bounds of every value whose rules all lie below a stratum."""
        rules = self.ruleset.rules
        for name, places in self._makers.items():
            if name in said.bounds or self._ready[name] > stratum:
                continue
            truths = {place: said.truths[self._said_at[place]] for place in places}
            bounds = bounds_of(
                self.ruleset.computed[name], [(rules[place], truths[place]) for place in places]
            )
            said.bounds[name] = bounds
            said.open_facts[name] = frozenset().union(
                *(
                    said.waits[self._said_at[place]]
                    for place in places
                    if widening(rules[place], truths[place], bounds)
                )
            )

    def _answer(
        self, index: int, cell: int, facts: HasFacts, bounds: Mapping[str, tuple[int, int]]
    ) -> ShardAnswer:
        """What a shard says in a cell; where it was not met before, of these very facts."""
        answer = self._answers[index].get(cell)
        if answer is None:
            made = self._decider(index).decide(facts, bounds)
            answer = self._answers[index].keep(cell, made)
        return answer

    def _decider(self, index: int) -> ShardDecider:
        decider = self._deciders.get(index)
        if decider is None:
            made = ShardDecider(
                self.shards[index],
                self.ruleset.rules,
                self._quantities,
                with_durable=self._with_durable,
            )
            decider = self._deciders.setdefault(index, made)
        return decider
