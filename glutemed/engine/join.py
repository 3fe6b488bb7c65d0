"""Truths of rules → decision: every kind of conclusion has one way to combine, in no order.

| conclusion | join |
|---|---|
| contraindicate, caution | the strictest clearance |
| indicate | any |
| prefer | the strengths of distinct rules, added |
| limit | the least; for sides, what is in all of them |
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from operator import itemgetter
from typing import Any

import attrs

from glutemed.engine.bounded import Bounded
from glutemed.engine.parts import MOST_KEPT, Joined, Parts, Saying
from glutemed.model.condition import Truth
from glutemed.model.decision import (
    Amount,
    Clearance,
    Decision,
    ExerciseVerdict,
    LimitVerdict,
    Standing,
)
from glutemed.model.exercise import DOSE_LIMITS, SIDES, Dose, Exercise
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
        self._ids = tuple(rule.id for rule in ruleset.rules)
        self._bars: dict[str, dict[str, tuple[int, ...]]] = {}
        self._verdicts = {
            exercise: (
                _picking(self._concerning(concerned)),
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
            self._sayings[key] = Joined(key, self._saying)
        return self._sayings[key]

    def _limiting(self, amount: str, places: Sequence[int]) -> Joined[LimitVerdict]:
        """The same of a limit."""
        key = amount, tuple(places)
        if key not in self._limits:
            self._limits[key] = Joined(places, partial(self._limit, amount))
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
            amount: self._limit(amount, places, reading.truths)
            for amount, places in sorted(self.programme.items())
        }
        stage = limits.get("stage")
        return Decision(
            truths=Frozen(zip(self._ids, reading.truths, strict=True)),
            waits=Frozen(
                {
                    rule: tuple(sorted(waits))
                    for rule, waits in zip(self._ids, reading.waits, strict=True)
                    if waits
                }
            ),
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

    def _saying(self, places: Sequence[int], truths: Sequence[Truth]) -> Saying:
        rules = self.ruleset.rules
        sure: list[str] = []
        open_: list[str] = []
        for place in places:
            said = truths[place]
            if said is not FALSE:
                (sure if said is TRUE else open_).append(rules[place].id)
        return tuple(sure), tuple(open_)

    def _limit(self, amount: str, places: Sequence[int], truths: Sequence[Truth]) -> LimitVerdict:
        sure: Amount | None = None
        applied: Amount | None = None
        rules: list[str] = []
        open_: list[str] = []
        for place in places:
            said = truths[place]
            if said is FALSE:
                continue
            conclusion = self.ruleset.rules[place].conclusion
            assert isinstance(conclusion, Limit)
            applied = _least(applied, conclusion.at)
            if said is TRUE:
                sure = _least(sure, conclusion.at)
                rules.append(self.ruleset.rules[place].id)
            else:
                open_.append(self.ruleset.rules[place].id)
        return LimitVerdict(
            amount=amount, sure=sure, applied=applied, rules=tuple(rules), open=tuple(open_)
        )

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
        counted = {**limits, **({"stage": stage} if stage is not None else {})}
        contraindicated, possibly = parts.contraindicate.of(truths)
        indicated_by, perhaps_indicated_by = parts.indicate.of(truths)
        indicated = FALSE
        if perhaps_indicated_by or indicated_by:
            indicated = TRUE if indicated_by else UNKNOWN
        equipment = TRUE if concerned.need is None else truths[concerned.need]
        sure = {amount: limit.sure for amount, limit in counted.items()}
        applied = {amount: limit.applied for amount, limit in counted.items()}
        excluding = unfit(exercise, sure)
        open_amounts = unfit(exercise, applied)
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
        waits: set[str] = set()
        if standing is WITHHELD:
            blocking = [*(place for place in concerned.contraindicate)]
            if concerned.need is not None:
                blocking.append(concerned.need)
            for amount in open_amounts:
                places = self.programme if amount == "stage" else concerned.limit
                blocking.extend(places.get(amount, ()))
            for place in blocking:
                waits |= reading.waits[place]
        cautions, perhaps = parts.caution.of(truths)
        clearance = Clearance.CAUTION if cautions or perhaps else Clearance.CLEAR
        if contraindicated:
            clearance = Clearance.CONTRAINDICATED
        elif possibly or (open_amounts and not excluding):
            clearance = Clearance.WITHHELD
        demerits = [(p, strength) for p, strength in concerned.demerit if truths[p] is TRUE]
        earned = max((step for step, p in concerned.earn if truths[p] is TRUE), default=0)
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
            demerits=sum(strength for _, strength in demerits),
            demerited_by=tuple(rules[place].id for place, _ in demerits),
            limits=Frozen(limits),
            waits=tuple(sorted(waits)),
            step=fitting_step(exercise, applied, earned),
            knee_flexion_deg=depth(exercise, applied),
            working_sides=sides if isinstance(sides, tuple) else SIDES,
        )


def _picking(places: tuple[int, ...]) -> Callable[[Any], object]:
    """What gives the truths of some rules, of those of all."""
    return itemgetter(*places) if places else len


def _least(first: Amount | None, second: Amount) -> Amount:
    if first is None:
        return second
    if isinstance(first, tuple) and isinstance(second, tuple):
        return tuple(side for side in first if side in second)
    assert isinstance(first, int)
    assert isinstance(second, int)
    return min(first, second)


def unfit(exercise: Exercise, caps: dict[str, Amount | None]) -> tuple[str, ...]:
    """The amounts whose caps an exercise does not fit even at its easiest."""
    found = []
    for amount, cap in caps.items():
        if cap is None:
            continue
        if isinstance(cap, tuple):
            fits = bool(cap)
        elif amount == "stage":
            fits = exercise.stage <= cap
        elif amount == "knee_flexion_deg":
            fits = exercise.knee_flexion_deg.least <= cap
        else:
            fits = getattr(exercise.dose[0], amount) <= cap
        if not fits:
            found.append(amount)
    return tuple(found)


def fitting_step(exercise: Exercise, caps: dict[str, Amount | None], earned: int) -> int:
    """The highest step of the dose that is earned and within every cap; at first the first."""
    step = 0
    while step < earned and step + 1 < len(exercise.dose) and _fits(exercise.dose[step + 1], caps):
        step += 1
    return step


def _fits(dose: Dose, caps: dict[str, Amount | None]) -> bool:
    for amount in DOSE_LIMITS:
        cap = caps.get(amount)
        if isinstance(cap, int) and getattr(dose, amount) > cap:
            return False
    return True


def depth(exercise: Exercise, caps: dict[str, Amount | None]) -> int:
    """How deep the knee bends: the smaller of its most and the cap, in degrees."""
    cap = caps.get("knee_flexion_deg")
    most = exercise.knee_flexion_deg.most
    return min(most, cap) if isinstance(cap, int) and exercise.depth_counts else most
