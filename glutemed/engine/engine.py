"""The engine: facts → cells → answers of the shards → decision, each step cached and bounded."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from typing import Any

from glutemed.engine.adapter import durable_version
from glutemed.engine.bounded import Bounded
from glutemed.engine.decider import ShardAnswer, ShardDecider
from glutemed.engine.join import Join
from glutemed.engine.shards import shards
from glutemed.intake import misfits
from glutemed.model.condition import Truth
from glutemed.model.decision import Decision
from glutemed.model.errors import FactsInvalid
from glutemed.model.facts import UNKNOWN, ExerciseResponse, Facts, fault
from glutemed.model.frozen import Frozen
from glutemed.model.ruleset import Ruleset
from glutemed.model.vocabulary import FactDeclaration
from glutemed.reading.cells import Axis, Share, cells_text
from glutemed.reading.runs import span_of
from glutemed.reading.specification import Reading, bounds_of, grounded, makers, strata, widening

MOST_DECISIONS = 1_024
MOST_CELLS_KEPT = 16_384
MOST_VALUES_KEPT = 4_096

Cells = tuple[int | frozenset[str], ...]
"""The number of the base cell in each shard, and last the facts that were declined."""


class EngineMissing(UserWarning):
    """durable-rules cannot be imported; glutemed answers from its own readings."""


class _Stale(Exception):
    """Facts hold something that this ruleset does not know."""


class _Table(dict[object, int]):
    """What one fact adds to the number of one cell, filled as values are met."""

    def __init__(self, share: Share, declared: FactDeclaration) -> None:
        super().__init__()
        self.share = share
        self.declared = declared

    def __missing__(self, value: object) -> int:
        if fault(self.declared, value) is not None:
            raise _Stale
        found = 0
        for axis, stride in self.share.axes:
            span = span_of(axis.variable, value, self.declared)  # type: ignore[arg-type]
            found += axis.state(span) * stride
        if len(self) < MOST_VALUES_KEPT:
            self[value] = found
        return found


def _stale() -> None:
    raise _Stale


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
        self.shards = shards(ruleset)
        self._with_durable = version is not None
        self._deciders: dict[int, ShardDecider] = {}
        self._answers: list[Bounded[int, ShardAnswer]] = [
            Bounded(MOST_CELLS_KEPT) for _ in self.shards
        ]
        self._decisions: Bounded[object, Decision] = Bounded(MOST_DECISIONS)
        self._join = Join(ruleset)
        self._makers = makers(ruleset)
        level = strata(ruleset.rules, frozenset(self._makers))
        self._ready = {
            name: max((level[ruleset.rules[place].id] for place in places), default=-1) + 1
            for name, places in self._makers.items()
        }
        self._red_flags = tuple(fact.name for fact in ruleset.vocabulary.red_flags)
        self._strides = [self._bounded_strides(index) for index in range(len(self.shards))]
        self._cells = self._compiled()

    def cells(self, facts: Facts) -> Cells:
        """The situation of a person: the cell in each shard, and what was declined.

        Raises:
            FactsInvalid: A fact is unknown to the ruleset, or has a value it may not have.
        """
        try:
            return self._cells(facts)
        except (_Stale, TypeError):
            found = misfits(facts, self.ruleset.vocabulary)
            if not found:
                raise
            raise FactsInvalid(found) from None

    def decide(self, facts: Facts, cells: Cells | None = None) -> Decision:
        """What the rules say of a person.

        Raises:
            FactsInvalid: A fact is unknown to the ruleset, or has a value it may not have.
            EngineFailed: durable-rules failed, or disagrees with the specification.
        """
        reading, failures, answers = self._read(
            facts, self.cells(facts) if cells is None else cells
        )
        answered = sum(facts.value(name) is not UNKNOWN for name in self._red_flags)
        situation = (answers, facts.declined, answered)
        known = self._decisions.get(situation)
        if known is not None:
            return known
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
            FactsInvalid: A fact is unknown to the ruleset, or has a value it may not have.
            EngineFailed: durable-rules failed, or disagrees with the specification.
        """
        return self._read(facts, self.cells(facts))[0]

    def _read(
        self, facts: Facts, cells: Cells
    ) -> tuple[Reading, tuple[str, ...], tuple[ShardAnswer, ...]]:
        rules = self.ruleset.rules
        truths = [Truth.FALSE] * len(rules)
        waits: list[frozenset[str]] = [frozenset()] * len(rules)
        bounds: dict[str, tuple[int, int]] = {}
        open_facts: dict[str, frozenset[str]] = {}
        failures: list[str] = []
        answers: list[ShardAnswer] = []
        stratum = 0
        for index, shard in enumerate(self.shards):
            if shard.stratum > stratum:
                stratum = shard.stratum
                self._derive(stratum, truths, waits, bounds, open_facts)
            answer = self._answer(index, facts, cells, bounds)
            answers.append(answer)
            failures.extend(answer.failures)
            for place, said, waiting in zip(shard.places, answer.truths, answer.waits, strict=True):
                truths[place] = said
                waits[place] = grounded(waiting, open_facts) if waiting else waiting
        self._derive(stratum + 1, truths, waits, bounds, open_facts)
        reading = Reading(tuple(truths), tuple(waits), Frozen(bounds))
        return reading, tuple(failures), tuple(answers)

    def _derive(
        self,
        stratum: int,
        truths: list[Truth],
        waits: list[frozenset[str]],
        bounds: dict[str, tuple[int, int]],
        open_facts: dict[str, frozenset[str]],
    ) -> None:
        """The bounds of every value whose rules all lie below a stratum."""
        rules = self.ruleset.rules
        for name, places in self._makers.items():
            if name in bounds or self._ready[name] > stratum:
                continue
            bounds[name] = bounds_of(
                self.ruleset.computed[name], [(rules[place], truths[place]) for place in places]
            )
            open_facts[name] = frozenset().union(
                *(
                    waits[place]
                    for place in places
                    if widening(rules[place], truths[place], bounds[name])
                )
            )

    def _answer(
        self,
        index: int,
        facts: Facts,
        cells: Cells,
        bounds: Mapping[str, tuple[int, int]],
    ) -> ShardAnswer:
        cell = cells[index]
        assert isinstance(cell, int)
        for axis, stride in self._strides[index]:
            cell += axis.state(bounds[axis.variable.fact]) * stride
        answer = self._answers[index].get(cell)
        if answer is None:
            made = self._decider(index).decide(facts, bounds)
            answer = self._answers[index].keep(cell, made)
        return answer

    def _decider(self, index: int) -> ShardDecider:
        decider = self._deciders.get(index)
        if decider is None:
            made = ShardDecider(
                self.shards[index], self.ruleset.quantities, with_durable=self._with_durable
            )
            decider = self._deciders.setdefault(index, made)
        return decider

    def _bounded_strides(self, index: int) -> tuple[tuple[Axis, int], ...]:
        """The derived values and scores that a shard reads, with what they add to its cell."""
        found, stride = [], 1
        for axis in self.shards[index].axes:
            if axis.bounded:
                found.append((axis, stride))
            stride *= axis.states
        return tuple(found)

    def _compiled(self) -> Callable[[Facts], Cells]:
        vocabulary = self.ruleset.vocabulary
        text = cells_text([shard.axes for shard in self.shards], vocabulary.facts)
        scope: dict[str, Any] = {
            "U": UNKNOWN,
            "N": ExerciseResponse(),
            "stale": _stale,
            "known_flags": frozenset(name.removeprefix("screening.") for name in self._red_flags),
            "known_facts": frozenset(fact.name for fact in vocabulary),
            "known_exercises": frozenset(self.ruleset.exercise),
        }
        for number, share in enumerate(text.shares):
            scope[f"t{number}"] = _Table(share, vocabulary[share.fact])
        exec(compile(text.source, "<cells>", "exec"), scope)  # noqa: S102  text we made
        return scope["cells"]  # type: ignore[no-any-return]
