"""Truths of rules → decision: every kind of conclusion has one way to combine, in no order.

| conclusion | join |
|---|---|
| contraindicate, caution | the strictest clearance |
| indicate | any |
| prefer | the strengths of distinct rules, added |
| limit | the least; for sides, what is in all of them |
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

import attrs

from glutemed.engine.amounts import depth, fitting_step, unfit
from glutemed.engine.bounded import Bounded
from glutemed.engine.parts import (
    MOST_KEPT,
    Joined,
    Limiter,
    Parts,
    Saying,
    limiting,
    picking,
    saying,
)
from glutemed.model.condition import Truth
from glutemed.model.decision import (
    Clearance,
    Decision,
    ExerciseVerdict,
    LimitVerdict,
    Standing,
)
from glutemed.model.exercise import SIDES, Exercise
from glutemed.model.frozen import Frozen
from glutemed.model.rule import (
    Caution,
    Contraindicate,
    Earn,
    Indicate,
    Limit,
    Need,
    Prefer,
    Rule,
    Touch,
)
from glutemed.model.ruleset import Ruleset
from glutemed.reading.specification import Reading

# Bound once: on Python 3.11 each look-up of an enum's member is the call of a function.
FALSE, UNKNOWN, TRUE = Truth.FALSE, Truth.UNKNOWN, Truth.TRUE
CONTRAINDICATED, NOT_INDICATED = Standing.CONTRAINDICATED, Standing.NOT_INDICATED
EXCLUDED, UNAVAILABLE = Standing.EXCLUDED, Standing.UNAVAILABLE
UNINDICATED, WITHHELD, OFFERED = Standing.UNINDICATED, Standing.WITHHELD, Standing.OFFERED


@attrs.define
class Concerned:
    """The places in ``Ruleset.rules`` of the rules that concern one exercise, by kind."""

    contraindicate: list[int] = attrs.field(factory=list)
    caution: list[int] = attrs.field(factory=list)
    indicate: list[int] = attrs.field(factory=list)
    demerit: list[tuple[int, int]] = attrs.field(factory=list)
    limit: dict[str, list[int]] = attrs.field(factory=dict)
    earn: list[tuple[int, int]] = attrs.field(factory=list)
    need: int | None = None


class Join:
    """Joins the truths of the rules of one ruleset. Safe to share between threads."""

    def __init__(self, ruleset: Ruleset) -> None:
        self.ruleset = ruleset
        self.by_exercise = {exercise.id: Concerned() for exercise in ruleset.exercises}
        self.programme: dict[str, list[int]] = {}
        for place, rule in enumerate(ruleset.rules):
            self._sort(place, rule)
        self._ids = tuple(rule.id for rule in ruleset.rules)
        self._sayings: dict[tuple[int, ...], Joined[Saying]] = {}
        self._limits: dict[tuple[str, tuple[int, ...]], Joined[LimitVerdict]] = {}
        self._parts = {
            exercise: Parts(
                self._joined(concerned.contraindicate),
                self._joined(concerned.caution),
                self._joined(concerned.indicate),
                tuple(
                    (amount, self._limiting(amount, places))
                    for amount, places in sorted(concerned.limit.items())
                ),
            )
            for exercise, concerned in self.by_exercise.items()
        }
        self._bars: dict[str, dict[str, tuple[int, ...]]] = {}
        self._verdicts = {
            exercise: (
                picking(self._concerning(concerned)),
                Bounded[object, ExerciseVerdict](MOST_KEPT),
            )
            for exercise, concerned in self.by_exercise.items()
        }

    def _concerning(self, concerned: Concerned) -> tuple[int, ...]:
        """The places of all rules on whose truths a verdict rests."""
        found = {*concerned.contraindicate, *concerned.caution, *concerned.indicate}
        found.update(place for place, _ in concerned.demerit)
        found.update(place for _, place in concerned.earn)
        found.update(place for places in concerned.limit.values() for place in places)
        found.update(self.programme.get("stage", ()))
        if concerned.need is not None:
            found.add(concerned.need)
        return tuple(sorted(found))

    def _joined(self, places: Sequence[int]) -> Joined[Saying]:
        """What some rules come to; exercises that the same rules concern share it."""
        key = tuple(places)
        if key not in self._sayings:
            ids = tuple(self._ids[place] for place in places)
            self._sayings[key] = Joined(key, partial(saying, ids))
        return self._sayings[key]

    def _limiting(self, amount: str, places: Sequence[int]) -> Joined[LimitVerdict]:
        """The same of a limit."""
        key = amount, tuple(places)
        if key not in self._limits:
            limits = [_limiter(self.ruleset.rules[place]) for place in places]
            self._limits[key] = Joined(places, partial(limiting, amount, limits))
        return self._limits[key]

    def _sort(self, place: int, rule: Rule) -> None:
        match rule.conclusion:
            case Contraindicate(touch):
                for exercise in touch.exercises:
                    self.by_exercise[exercise].contraindicate.append(place)
            case Caution(touch):
                for exercise in touch.exercises:
                    self.by_exercise[exercise].caution.append(place)
            case Indicate(touch):
                for exercise in touch.exercises:
                    self.by_exercise[exercise].indicate.append(place)
            case Prefer(touch, over, strength):
                for exercise in set(over.exercises) - set(touch.exercises):
                    self.by_exercise[exercise].demerit.append((place, strength))
            case Limit(amount, _, None):
                self.programme.setdefault(amount, []).append(place)
            case Limit(amount, _, Touch() as touch):
                for exercise in touch.exercises:
                    self.by_exercise[exercise].limit.setdefault(amount, []).append(place)
            case Need(exercise):
                self.by_exercise[exercise].need = place
            case Earn(exercise, step):
                self.by_exercise[exercise].earn.append((step, place))
            case _:
                pass

    def decision(
        self,
        reading: Reading,
        *,
        declined: frozenset[str],
        answered: int,
        red_flags: int,
        decided_by: tuple[str, ...],
        failures: tuple[str, ...],
    ) -> Decision:
        """The decision that a reading of the rules makes."""
        limits = {
            amount: self._limiting(amount, places).of(reading.truths)
            for amount, places in sorted(self.programme.items())
        }
        stage = limits.get("stage")
        return Decision(
            truths=Frozen(zip(self._ids, reading.truths, strict=True)),
            waits=Frozen(self._waiting(reading.waits)),
            verdicts=Frozen(
                {
                    exercise.id: self._known(exercise, reading, stage)
                    for exercise in self.ruleset.exercises
                }
            ),
            limits=Frozen(limits),
            declined=declined,
            answered=answered,
            red_flags=red_flags,
            decided_by=decided_by,
            failures=failures,
        )

    def _waiting(self, waits: Sequence[frozenset[str]]) -> dict[str, tuple[str, ...]]:
        """What each rule waits for that waits for anything; many wait for the same."""
        in_order: dict[frozenset[str], tuple[str, ...]] = {}
        found: dict[str, tuple[str, ...]] = {}
        for rule, own in zip(self._ids, waits, strict=True):
            if own:
                names = in_order.get(own)
                if names is None:
                    names = in_order[own] = tuple(sorted(own))
                found[rule] = names
        return found

    def _blocked(
        self, concerned: Concerned, open_amounts: Iterable[str], reading: Reading
    ) -> tuple[str, ...]:
        """The facts that a withheld exercise waits for."""
        blocking = [*concerned.contraindicate]
        if concerned.need is not None:
            blocking.append(concerned.need)
        for amount in open_amounts:
            places = self.programme if amount == "stage" else concerned.limit
            blocking.extend(places.get(amount, ()))
        return tuple(sorted(frozenset().union(*[reading.waits[place] for place in blocking])))

    def _barring(
        self, exercise: Exercise, amounts: Iterable[str], truths: Sequence[Truth], said: Truth
    ) -> tuple[str, ...]:
        """The limits of one truth that an exercise does not fit, each by itself."""
        bars = self._bars.get(exercise.id)
        if bars is None:
            bars = self._bars.setdefault(exercise.id, self._barred(exercise))
        rules = self.ruleset.rules
        return tuple(
            [
                rules[place].id
                for amount in amounts
                for place in bars[amount]
                if truths[place] is said
            ]
        )

    def _barred(self, exercise: Exercise) -> dict[str, tuple[int, ...]]:
        """For each amount the places of the limits that an exercise does not fit."""
        found = {}
        limits = {**self.by_exercise[exercise.id].limit, "stage": self.programme.get("stage", [])}
        for amount, places in limits.items():
            barring = []
            for place in places:
                conclusion = self.ruleset.rules[place].conclusion
                assert isinstance(conclusion, Limit)
                if unfit(exercise, {amount: conclusion.at}):
                    barring.append(place)
            found[amount] = tuple(barring)
        return found

    def _known(
        self, exercise: Exercise, reading: Reading, stage: LimitVerdict | None
    ) -> ExerciseVerdict:
        """The verdict on an exercise, which is the same where the rules that concern it say the same.

        But for one that is withheld: it also says which facts are waited for.
        """
        pick, kept = self._verdicts[exercise.id]
        same = pick(reading.truths)
        found = kept.get(same)
        if found is None:
            found = self._verdict(exercise, reading, stage)
            if found.standing is not WITHHELD:
                found = kept.keep(same, found)
        return found

    def _verdict(
        self, exercise: Exercise, reading: Reading, stage: LimitVerdict | None
    ) -> ExerciseVerdict:
        concerned, parts = self.by_exercise[exercise.id], self._parts[exercise.id]
        truths, rules = reading.truths, self.ruleset.rules
        limits = {amount: joined.of(truths) for amount, joined in parts.limits}
        counted = limits if stage is None else {**limits, "stage": stage}
        applied = {amount: limit.applied for amount, limit in counted.items()}
        contraindicated, possibly = parts.contraindicate.of(truths)
        indicated_by, perhaps_indicated_by = parts.indicate.of(truths)
        indicated = FALSE
        if perhaps_indicated_by or indicated_by:
            indicated = TRUE if indicated_by else UNKNOWN
        equipment = TRUE if concerned.need is None else truths[concerned.need]
        open_amounts = unfit(exercise, applied)
        # What is sure caps no lower than what counts.
        sure = {amount: counted[amount].sure for amount in open_amounts}
        excluding = unfit(exercise, sure) if sure else ()
        if contraindicated:
            standing = CONTRAINDICATED
        elif indicated is FALSE:
            standing = NOT_INDICATED
        elif excluding:
            standing = EXCLUDED
        elif equipment is FALSE:
            standing = UNAVAILABLE
        elif indicated is UNKNOWN:
            standing = UNINDICATED
        elif possibly or open_amounts or equipment is UNKNOWN:
            standing = WITHHELD
        else:
            standing = OFFERED
        cautions, perhaps = parts.caution.of(truths)
        clearance = Clearance.CAUTION if cautions or perhaps else Clearance.CLEAR
        if contraindicated:
            clearance = Clearance.CONTRAINDICATED
        elif possibly or (open_amounts and not excluding):
            clearance = Clearance.WITHHELD
        demerits, demerited_by = 0, []
        for place, strength in concerned.demerit:
            if truths[place] is TRUE:
                demerits += strength
                demerited_by.append(rules[place].id)
        earned = 0
        for step, place in concerned.earn:
            if step > earned and truths[place] is TRUE:
                earned = step
        sides = applied.get("working_sides")
        return ExerciseVerdict(
            exercise=exercise.id,
            standing=standing,
            clearance=clearance,
            indicated=indicated,
            equipment=equipment,
            contraindicated_by=contraindicated,
            withheld_by=possibly,
            cautioned_by=cautions,
            perhaps_cautioned_by=perhaps,
            indicated_by=indicated_by,
            perhaps_indicated_by=perhaps_indicated_by,
            excluded_by=self._barring(exercise, excluding, truths, TRUE) if excluding else (),
            perhaps_excluded_by=(
                self._barring(exercise, open_amounts, truths, UNKNOWN) if open_amounts else ()
            ),
            demerits=demerits,
            demerited_by=tuple(demerited_by),
            limits=Frozen(limits),
            waits=self._blocked(concerned, open_amounts, reading) if standing is WITHHELD else (),
            step=fitting_step(exercise, applied, earned),
            knee_flexion_deg=depth(exercise, applied),
            working_sides=sides if isinstance(sides, tuple) else SIDES,
        )


def _limiter(rule: Rule) -> Limiter:
    assert isinstance(rule.conclusion, Limit)
    return rule.id, rule.conclusion.at
