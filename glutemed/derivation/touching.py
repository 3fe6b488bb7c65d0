"""Which rules could touch an exercise, what each says of it, and whether it keeps it back."""

from __future__ import annotations

from collections.abc import Iterable

from glutemed.derivation.tree import Told, derivation
from glutemed.engine.join import unfit
from glutemed.model.condition import Truth
from glutemed.model.decision import Amount, ExerciseVerdict, LimitVerdict
from glutemed.model.exercise import Exercise
from glutemed.model.explanation import Cap, Derivation, DerivationKind
from glutemed.model.rule import (
    Caution,
    Contraindicate,
    Earn,
    Indicate,
    Limit,
    Need,
    Prefer,
    Refer,
    Rule,
)
from glutemed.reading.english import english

_ORDER = {kind: place for place, kind in enumerate(DerivationKind)}
_AMOUNT = {
    "knee_flexion_deg": "knee bend at most {} degrees",
    "hold_s": "hold at most {} seconds",
    "effort": "effort at most {} of 10",
    "exercises": "at most {} exercises",
    "sessions_per_week": "at most {} sessions a week",
    "review_weeks": "review after at most {} weeks",
}


def limited(amount: str, at: Amount) -> str:
    """A limit in words: "stage at most 1"."""
    if isinstance(at, tuple):
        return f"only the {' and '.join(at)} side works" if at else "no side works"
    return _AMOUNT.get(amount, f"{amount.replace('_', ' ')} at most {{}}").format(at)


def on_exercise(told: Told, exercise: Exercise, verdict: ExerciseVerdict) -> tuple[Derivation, ...]:
    """Every rule that could touch an exercise, but the referrals; by kind and id."""
    found = [_about(told, rule, exercise, verdict) for rule in told.ruleset.rules]
    return _sorted(one for one in found if one is not None)


def referrals(told: Told) -> tuple[Derivation, ...]:
    """Every rule that refers, by id."""
    return _sorted(
        derivation(
            told,
            rule,
            DerivationKind.REFERRAL,
            f"referral, {rule.conclusion.urgency.word.replace('_', ' ')}",
        )
        for rule in told.ruleset.rules
        if isinstance(rule.conclusion, Refer)
    )


def on_programme(told: Told) -> tuple[Derivation, ...]:
    """Every rule that limits the whole programme, by id."""
    return _sorted(
        derivation(
            told, rule, DerivationKind.LIMIT, limited(rule.conclusion.amount, rule.conclusion.at)
        )
        for rule in told.ruleset.rules
        if isinstance(rule.conclusion, Limit) and rule.conclusion.touch is None
    )


def caps(told: Told, limits: dict[str, LimitVerdict]) -> tuple[Cap, ...]:
    """Some limits, by amount, and the rules that set them."""
    return tuple(
        Cap(
            amount=amount,
            sure=limit.sure,
            applied=limit.applied,
            set_by=_set_by(told, limit),
        )
        for amount, limit in sorted(limits.items())
        if limit.applied is not None
    )


def _set_by(told: Told, limit: LimitVerdict) -> tuple[str, ...]:
    """The rules that set a limit; of sides, which are narrowed together, all of them."""
    rules = [told.ruleset.rule[rule] for rule in sorted((*limit.rules, *limit.open))]
    setting = [
        rule.written
        for rule in rules
        if isinstance(rule.conclusion, Limit)
        and (isinstance(limit.applied, tuple) or rule.conclusion.at == limit.applied)
    ]
    return tuple(dict.fromkeys(setting))


def _sorted(found: Iterable[Derivation]) -> tuple[Derivation, ...]:
    return tuple(sorted(found, key=lambda one: (_ORDER[one.kind], one.rule)))


def _about(
    told: Told, rule: Rule, exercise: Exercise, verdict: ExerciseVerdict
) -> Derivation | None:
    """What one rule says of an exercise, or None where it cannot touch it."""
    said, ours = told.truths[rule.id], exercise.id
    perhaps = said is not Truth.FALSE
    match rule.conclusion:
        case Contraindicate(touch) if ours in touch.exercises:
            kind, concludes, blocks = DerivationKind.CONTRAINDICATION, "must not be done", perhaps
        case Limit(amount, at, None) if amount == "stage":
            kind, concludes = DerivationKind.LIMIT, limited(amount, at)
            blocks = perhaps and bool(unfit(exercise, {amount: at}))
        case Limit(amount, at, touch) if touch is not None and ours in touch.exercises:
            kind, concludes = DerivationKind.LIMIT, limited(amount, at)
            # Sides are narrowed together, so where none is left each rule that narrows blocks.
            cap = verdict.limits[amount].applied if isinstance(at, tuple) else at
            blocks = perhaps and bool(unfit(exercise, {amount: cap}))
        case Need(needing) if needing == ours:
            needs = english(exercise.needs, told.ruleset.quantities)
            kind, concludes = DerivationKind.NEED, f"needs equipment: {needs}"
            blocks = said is not Truth.TRUE
        case Indicate(touch) if ours in touch.exercises:
            kind, concludes = DerivationKind.INDICATION, "a reason to do it"
            blocks = verdict.indicated is not Truth.TRUE
        case Caution(touch, note) if ours in touch.exercises:
            kind, concludes, blocks = DerivationKind.CAUTION, note, False
        case Prefer(touch, over, strength) if ours in (*touch.exercises, *over.exercises):
            kind, blocks = DerivationKind.PREFERENCE, False
            concludes = "prefers it"
            if ours not in touch.exercises:
                concludes = f"prefers others to it, by {strength}"
        case Earn(earning, step) if earning == ours:
            kind, blocks = DerivationKind.STEP, False
            concludes = f"step {step + 1} of its dose is earned"
        case _:
            return None
    if blocks and kind is DerivationKind.LIMIT:
        assert isinstance(rule.conclusion, Limit)
        concludes += _beyond(exercise, rule.conclusion.amount)
    return derivation(told, rule, kind, concludes, blocks=blocks)


def _beyond(exercise: Exercise, amount: str) -> str:
    """What an exercise is even at its easiest, beyond a limit."""
    if amount == "stage":
        return f", and it belongs to stage {exercise.stage}"
    if amount == "knee_flexion_deg":
        return f", and it bends the knee by {exercise.knee_flexion_deg.least} at least"
    if amount == "working_sides":
        return ", and no side is left"
    return f", and its first step asks for {getattr(exercise.dose[0], amount)}"
