"""What may never happen, worked out from the specification and without the code that decides."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from glutemed.gate import Gate
from glutemed.model.condition import Truth
from glutemed.model.decision import Clearance, ExerciseVerdict, Standing
from glutemed.model.exercise import DOSE_LIMITS, PRESCRIBED, SELECTABLE, Dose, Exercise
from glutemed.model.facts import Facts, FactValue, Members
from glutemed.model.outcome import Outcome, Prescription, Programme
from glutemed.model.rule import Contraindicate, Earn, Hazard, Indicate, Limit, Need, Refer, Rule
from glutemed.model.ruleset import Ruleset
from glutemed.model.vocabulary import FactDeclaration, Kind
from glutemed.reading.specification import read
from glutemed.reading.truth import Situation, truth

_WORD = FactDeclaration(name="", kind=Kind.ENUM, label="", ask="")
_ATTRIBUTES = {**SELECTABLE, **PRESCRIBED, "id": _WORD, "family": _WORD}


@attrs.frozen
class Said:
    """What the specification says of one person."""

    ruleset: Ruleset
    facts: Facts
    truths: tuple[Truth, ...]

    @classmethod
    def of(cls, ruleset: Ruleset, facts: Facts) -> Said:
        """Read every rule by the specification alone."""
        return cls(ruleset, facts, read(ruleset, facts).truths)

    def not_false(self) -> Iterator[tuple[Rule, Truth]]:
        """The rules that hold or may hold."""
        for rule, said in zip(self.ruleset.rules, self.truths, strict=True):
            if said is not Truth.FALSE:
                yield rule, said

    def about(self, exercise: str) -> Iterator[tuple[Rule, Truth]]:
        """Those of them that touch an exercise, or limit the whole programme."""
        for rule, said in self.not_false():
            touch = getattr(rule.conclusion, "touch", None)
            whole = isinstance(rule.conclusion, Limit) and touch is None
            touched = touch is not None and exercise in touch.exercises
            if whole or touched or _exercise(rule) == exercise:
                yield rule, said


@attrs.frozen
class Amounts:
    """How an exercise is done."""

    dose: Dose
    knee_flexion_deg: int
    working_sides: tuple[str, ...]


def check_verdict(said: Said, verdict: ExerciseVerdict) -> None:
    """An exercise that is offered is indicated, allowed by every rule, and within every limit."""
    exercise = said.ruleset.exercise[verdict.exercise]
    name = f"`{exercise.id}`"
    calm = verdict.clearance in (Clearance.CLEAR, Clearance.CAUTION)
    assert calm, f"{name} is offered and its clearance is {verdict.clearance.name}"
    about = list(said.about(exercise.id))
    for rule, truth_ in about:
        forbids = isinstance(rule.conclusion, Contraindicate)
        assert not forbids, f"{name} is offered and `{rule.id}` is {truth_.name}"
    for kind in (Indicate, Need):
        concerned = [rule for rule in said.ruleset.rules if isinstance(rule.conclusion, kind)]
        needed = kind is Indicate or any(_exercise(rule) == exercise.id for rule in concerned)
        met = any(isinstance(r.conclusion, kind) and t is Truth.TRUE for r, t in about)
        assert met or not needed, f"{name} is offered without any {kind.__name__} that is TRUE"
    amounts = Amounts(exercise.dose[verdict.step], verdict.knee_flexion_deg, verdict.working_sides)
    check_amounts(said, exercise, amounts)
    _check_step(exercise, verdict.step, [(r, t) for r, t in about if t is not Truth.FALSE])


def _exercise(rule: Rule) -> str | None:
    return getattr(rule.conclusion, "exercise", None)


def check_amounts(said: Said, exercise: Exercise, amounts: Amounts) -> None:
    """Dose, depth and sides are within every limit that holds or may hold."""
    name = f"`{exercise.id}`"
    bend = exercise.knee_flexion_deg
    assert bend.least <= amounts.knee_flexion_deg <= bend.most, f"{name} is bent as it cannot be"
    assert amounts.working_sides, f"{name} has no side to work"
    for rule, _ in said.about(exercise.id):
        if isinstance(rule.conclusion, Limit):
            fits = _fits(exercise, amounts, rule.conclusion)
            assert fits, f"{name} is beyond the limit of `{rule.id}`"


def _fits(exercise: Exercise, amounts: Amounts, limit: Limit) -> bool:
    if isinstance(limit.at, tuple):
        return set(amounts.working_sides) <= set(limit.at)
    if limit.amount == "stage":
        return exercise.stage <= limit.at
    if limit.amount == "knee_flexion_deg":
        return not exercise.depth_counts or amounts.knee_flexion_deg <= limit.at
    if limit.amount in DOSE_LIMITS:
        return bool(getattr(amounts.dose, limit.amount) <= limit.at)
    return True


def _check_step(exercise: Exercise, step: int, about: list[tuple[Rule, Truth]]) -> None:
    """The step is earned, and no higher one is both earned and within every limit."""
    earned = [
        rule.conclusion.step
        for rule, said in about
        if isinstance(rule.conclusion, Earn) and said is Truth.TRUE
    ]
    best = max(earned, default=0)
    assert step <= best, f"`{exercise.id}` is at step {step}, and {best} is earned"
    caps = [
        (rule.conclusion.amount, rule.conclusion.at)
        for rule, _ in about
        if isinstance(rule.conclusion, Limit) and rule.conclusion.amount in DOSE_LIMITS
    ]
    for higher in range(step + 1, best + 1):
        dose = exercise.dose[higher]
        within = all(getattr(dose, amount) <= cap for amount, cap in caps)
        assert not within, f"`{exercise.id}` stays at step {step}, though {higher} is earned"


def check_programme(said: Said, programme: Programme, offered: set[str]) -> None:
    """A programme is made of what is offered, one a family, as many as may be; each cites why."""
    ruleset, picked = said.ruleset, [p.exercise for p in programme.exercises]
    assert set(picked) <= offered, "the programme holds what is not offered"
    families = {ruleset.exercise[exercise].family for exercise in offered}
    shown = {ruleset.exercise[exercise].family for exercise in picked}
    assert len(shown) == len(picked), "two exercises of one family"
    caps = {"exercises": 5, "stage": 3}
    for rule, _ in said.not_false():
        if isinstance(rule.conclusion, Limit) and isinstance(rule.conclusion.at, int):
            amount, at = rule.conclusion.amount, rule.conclusion.at
            if rule.conclusion.touch is None:
                caps[amount] = min(caps.get(amount, at), at)
    for amount, cap in caps.items():
        shown_amount = len(picked) if amount == "exercises" else getattr(programme, amount)
        assert shown_amount <= cap, f"the programme is beyond the limit on `{amount}`"
    assert len(picked) == min(len(families), caps["exercises"]), "the programme is not full"
    indications = {
        rule.written: rule.conclusion.touch.exercises
        for rule, truth_ in said.not_false()
        if isinstance(rule.conclusion, Indicate) and truth_ is Truth.TRUE
    }
    for prescribed in programme.exercises:
        cited = [r for r in prescribed.rules if prescribed.exercise in indications.get(r, ())]
        assert cited, f"`{prescribed.exercise}` cites no indication"
        assert prescribed.why, f"`{prescribed.exercise}` gives no reason"
        check_amounts(
            said,
            ruleset.exercise[prescribed.exercise],
            Amounts(prescribed.dose, prescribed.knee_flexion_deg, prescribed.working_sides),
        )


def check_referrals(said: Said, outcome: Outcome) -> None:
    """No exercise beside a referral that holds or may hold, and none that is read too calmly."""
    found = [
        (rule.conclusion.urgency, truth_, rule)
        for rule, truth_ in said.not_false()
        if isinstance(rule.conclusion, Refer)
    ]
    if outcome.programme is not None:
        ids = ", ".join(f"`{rule.id}` is {truth_.name}" for _, truth_, rule in found)
        assert not found, f"a programme, and {ids}"
    sure = max((urgency for urgency, truth_, _ in found if truth_ is Truth.TRUE), default=None)
    if sure is not None:
        given = outcome.sure_urgency if outcome.referral is None else outcome.referral.urgency
        assert given is not None, f"{sure.word} is sure, and the outcome does not say so"
        assert given >= sure, f"{sure.word} is sure, and the outcome says {given.word}"
    if outcome.referral is not None:
        for urgency, _, rule in found:
            calm = urgency <= outcome.referral.urgency
            assert calm, f"`{rule.id}` may hold, and the referral is calmer"
    if outcome.referral is not None or outcome.sure_urgency is not None:
        listed = (outcome.programme, *outcome.withheld, *outcome.unavailable)
        assert not any(listed), "exercises beside a referral"


def check_hazards(said: Said, programme: Programme) -> None:
    """No exercise is one that a hazard forbids, or may forbid; and the gate would have seen it."""
    gate = Gate(said.ruleset)
    watched = gate.watched(programme)
    for hazard in said.ruleset.hazards:
        holds = truth(hazard.when, Situation(said.ruleset.quantities, said.facts, {}))
        biting = [
            prescribed.exercise
            for prescribed in programme.exercises
            if _never(said.ruleset, hazard, prescribed) is not Truth.FALSE
        ]
        blind = (hazard.id in watched) is not bool(biting)
        assert not blind, f"the gate does not see whom `{hazard.id}` is about"
        assert holds is Truth.FALSE or not biting, f"`{biting}` breaks `{hazard.id}`"


@attrs.frozen
class _Prescribed:
    exercise: Exercise
    prescribed: Prescription

    def value(self, name: str) -> FactValue:
        """An attribute of the exercise, or an amount that is prescribed."""
        if name not in PRESCRIBED:
            return self.exercise.attribute(name)
        if name == "working_sides":
            return Members(present=self.prescribed.working_sides)
        holder = self.prescribed if name == "knee_flexion_deg" else self.prescribed.dose
        return getattr(holder, name)  # type: ignore[no-any-return]


def _never(ruleset: Ruleset, hazard: Hazard, prescribed: Prescription) -> Truth:
    found = _Prescribed(ruleset.exercise[prescribed.exercise], prescribed)
    return truth(hazard.never, Situation(_ATTRIBUTES, found, {}))


def offered(verdicts: Iterator[ExerciseVerdict]) -> list[ExerciseVerdict]:
    """The verdicts of what is offered."""
    return [verdict for verdict in verdicts if verdict.standing is Standing.OFFERED]
