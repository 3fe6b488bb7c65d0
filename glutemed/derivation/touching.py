"""Which rules could touch an exercise, what each says of it, and whether it keeps it back."""

from __future__ import annotations

from collections.abc import Iterable

from glutemed.derivation.tree import Told, derivation
from glutemed.engine.amounts import unfit
from glutemed.model.condition import Truth
from glutemed.model.decision import Amount, ExerciseVerdict, LimitVerdict
from glutemed.model.exercise import Exercise
from glutemed.model.explanation import Cap, Derivation, DerivationKind
from glutemed.model.locale import ENGLISH, Locale, message
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
    Urgency,
)
from glutemed.model.ruleset import Ruleset
from glutemed.reading.english import english

_ORDER = {kind: place for place, kind in enumerate(DerivationKind)}
_AMOUNT = {
    "stage": message("stage at most {most}"),
    "sets": message("sets at most {most}"),
    "reps": message("reps at most {most}"),
    "knee_flexion_deg": message("knee bend at most {most} degrees"),
    "hold_s": message("hold at most {most} seconds"),
    "effort": message("effort at most {most} of 10"),
    "exercises": message("at most {most} exercises"),
    "sessions_per_week": message("at most {most} sessions a week"),
    "review_weeks": message("review after at most {most} weeks"),
}
_REFERRAL = {
    Urgency.EMERGENCY: message("referral, emergency"),
    Urgency.SAME_DAY: message("referral, same day"),
    Urgency.URGENT: message("referral, urgent"),
    Urgency.ROUTINE: message("referral, routine"),
}
_ONLY = {
    ("left",): message("only the left side works"),
    ("right",): message("only the right side works"),
    (): message("no side works"),
}


def limited(amount: str, at: Amount, locale: Locale = ENGLISH) -> str:
    """A limit in words: "stage at most 1"."""
    if isinstance(at, tuple):
        return locale.say(_ONLY.get(at) or message("only the left and right side works"))
    return locale.say(_AMOUNT[amount], most=at)


def on_exercise(told: Told, exercise: Exercise, verdict: ExerciseVerdict) -> tuple[Derivation, ...]:
    """Every rule that could touch an exercise, but the referrals; by kind and id."""
    rules = _touching(told.ruleset)[exercise.id]
    found = [_about(told, rule, exercise, verdict) for rule in rules]
    return _sorted(one for one in found if one is not None)


def _touching(ruleset: Ruleset) -> dict[str, tuple[Rule, ...]]:
    """The rules that name each exercise, or limit the whole programme; in their order."""
    kept = ruleset.memo.get("touching")
    if kept is None:
        made: dict[str, list[Rule]] = {exercise: [] for exercise in ruleset.exercise}
        for rule in ruleset.rules:
            conclusion = rule.conclusion
            named = {getattr(conclusion, "exercise", None)}
            for touch in (getattr(conclusion, "touch", None), getattr(conclusion, "over", None)):
                named.update(() if touch is None else touch.exercises)
            whole = isinstance(conclusion, Limit) and conclusion.touch is None
            for exercise in made if whole else made.keys() & named:
                made[exercise].append(rule)
        found = {exercise: tuple(rules) for exercise, rules in made.items()}
        kept = ruleset.memo.setdefault("touching", found)
    return kept  # type: ignore[no-any-return]


def referrals(told: Told) -> tuple[Derivation, ...]:
    """Every rule that refers, by id."""
    return _sorted(
        derivation(
            told,
            rule,
            DerivationKind.REFERRAL,
            told.ruleset.locale.say(_REFERRAL[rule.conclusion.urgency]),
        )
        for rule in told.ruleset.rules
        if isinstance(rule.conclusion, Refer)
    )


def on_programme(told: Told) -> tuple[Derivation, ...]:
    """Every rule that limits the whole programme, by id."""
    return _sorted(
        derivation(
            told,
            rule,
            DerivationKind.LIMIT,
            limited(rule.conclusion.amount, rule.conclusion.at, told.ruleset.locale),
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
    said, ours, locale = told.truths[rule.id], exercise.id, told.ruleset.locale
    perhaps = said is not Truth.FALSE
    match rule.conclusion:
        case Contraindicate(touch) if ours in touch.exercises:
            kind, blocks = DerivationKind.CONTRAINDICATION, perhaps
            concludes = locale.say("must not be done")
        case Limit(amount, at, None) if amount == "stage":
            kind, concludes = DerivationKind.LIMIT, limited(amount, at, locale)
            blocks = perhaps and bool(unfit(exercise, {amount: at}))
        case Limit(amount, at, touch) if touch is not None and ours in touch.exercises:
            kind, concludes = DerivationKind.LIMIT, limited(amount, at, locale)
            # Sides are narrowed together, so where none is left each rule that narrows blocks.
            cap = verdict.limits[amount].applied if isinstance(at, tuple) else at
            blocks = perhaps and bool(unfit(exercise, {amount: cap}))
        case Need(needing) if needing == ours:
            needs = english(exercise.needs, told.ruleset.quantities, locale=locale)
            kind, concludes = (
                DerivationKind.NEED,
                locale.say("needs equipment: {needs}", needs=needs),
            )
            blocks = said is not Truth.TRUE
        case Indicate(touch) if ours in touch.exercises:
            kind, concludes = DerivationKind.INDICATION, locale.say("a reason to do it")
            blocks = verdict.indicated is not Truth.TRUE
        case Caution(touch, note) if ours in touch.exercises:
            kind, concludes, blocks = DerivationKind.CAUTION, note, False
        case Prefer(touch, over, strength) if ours in (*touch.exercises, *over.exercises):
            kind, blocks = DerivationKind.PREFERENCE, False
            concludes = locale.say("prefers it")
            if ours not in touch.exercises:
                concludes = locale.say("prefers others to it, by {strength}", strength=strength)
        case Earn(earning, step) if earning == ours:
            kind, blocks = DerivationKind.STEP, False
            concludes = locale.say("step {step} of its dose is earned", step=step + 1)
        case _:
            return None
    if blocks and kind is DerivationKind.LIMIT:
        assert isinstance(rule.conclusion, Limit)
        concludes = _beyond(exercise, rule.conclusion.amount, concludes, locale)
    return derivation(told, rule, kind, concludes, blocks=blocks)


def _beyond(exercise: Exercise, amount: str, limit: str, locale: Locale) -> str:
    """A limit, and what an exercise is even at its easiest, beyond it."""
    if amount == "stage":
        return locale.say(
            "{limit}, and it belongs to stage {stage}", limit=limit, stage=exercise.stage
        )
    if amount == "knee_flexion_deg":
        return locale.say(
            "{limit}, and it bends the knee by {degrees} at least",
            limit=limit,
            degrees=exercise.knee_flexion_deg.least,
        )
    if amount == "working_sides":
        return locale.say("{limit}, and no side is left", limit=limit)
    return locale.say(
        "{limit}, and its first step asks for {amount}",
        limit=limit,
        amount=getattr(exercise.dose[0], amount),
    )
