"""Decision → outcome: a referral, questions, or a programme; in this order, never an empty one."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from glutemed.engine.signature import Referring, referring
from glutemed.model.decision import Decision, ExerciseVerdict, Standing
from glutemed.model.exercise import STAGES, TIERS, Exercise
from glutemed.model.locale import Locale, message
from glutemed.model.outcome import (
    NOTICE,
    UNREVIEWED,
    Forbidden,
    Outcome,
    OutcomeKind,
    Prescription,
    Programme,
    Question,
    Reason,
    Referral,
    Screened,
    Unavailable,
    Withheld,
)
from glutemed.model.rule import Advise, Caution, Refer, Rule, Urgency
from glutemed.model.ruleset import Ruleset
from glutemed.programme.next import coming, needs
from glutemed.programme.questions import asked_first, open_questions
from glutemed.reading.english import english

MOST_EXERCISES = 5
DAYS = 7
REVIEW_WEEKS = 6
NOTHING_FITS = Reason(
    rule="glutemed/nothing-fits",
    text=message(
        "None of the exercises known here fits what you have said, so someone should look at it."
    ),
)
NOTHING_FITS_NOW = message(
    "Make an appointment with a physiotherapist or your GP, and do not start exercises from here."
)


def prescribe(ruleset: Ruleset, decision: Decision, version: str) -> Outcome:
    """The outcome of a decision, before the gate.

    Args:
        ruleset: The rules it was decided by.
        decision: What they say.
        version: The version of glutemed.
    """
    found = referring(ruleset, decision)
    if found.rising:
        asked = open_questions(ruleset, decision)
        meanwhile = None if found.urgency is None else _referral(found, decision)
        return _outcome(ruleset, decision, version, questions=asked, meanwhile=meanwhile)
    if found.urgency is not None:
        return _outcome(ruleset, decision, version, referral=_referral(found, decision))
    offered = [v for v in decision.verdicts.values() if v.standing is Standing.OFFERED]
    if offered:
        programme = _programme(ruleset, decision, offered)
        return _outcome(ruleset, decision, version, programme=programme)
    hopeful = {Standing.WITHHELD, Standing.UNINDICATED}
    asked = open_questions(ruleset, decision)
    if asked and any(v.standing in hopeful for v in decision.verdicts.values()):
        return _outcome(ruleset, decision, version, questions=asked)
    return _outcome(ruleset, decision, version, referral=_nothing_fits(ruleset.locale))


def ask_instead(
    ruleset: Ruleset,
    decision: Decision,
    version: str,
    facts: Iterable[str],
    hazards: Iterable[str],
) -> Outcome:
    """Questions in place of a programme that unanswered hazards hold back.

    Args:
        ruleset: The rules it was decided by.
        decision: What they say.
        version: The version of glutemed.
        facts: The facts that the hazards wait for. Where all of them were declined, the outcome
            is a routine referral.
        hazards: Ids of the hazards.
    """
    because = tuple(sorted(hazards))
    asked = sorted(set(facts) - decision.declined, key=ruleset.fact_order.__getitem__)
    if not asked:
        return _outcome(ruleset, decision, version, referral=_nothing_fits(ruleset.locale))
    questions = tuple(
        Question(fact=fact, ask=ruleset.vocabulary[fact].ask, because=because) for fact in asked
    )
    return _outcome(ruleset, decision, version, questions=questions)


def _outcome(
    ruleset: Ruleset,
    decision: Decision,
    version: str,
    *,
    programme: Programme | None = None,
    referral: Referral | None = None,
    questions: tuple[Question, ...] = (),
    meanwhile: Referral | None = None,
) -> Outcome:
    kind = OutcomeKind.QUESTIONS
    if programme is not None:
        kind = OutcomeKind.PROGRAMME
    elif referral is not None:
        kind = OutcomeKind.REFERRAL
    about_exercises = referral is None and meanwhile is None
    withheld, forbidden, unavailable = lists(ruleset, decision) if about_exercises else ((), (), ())
    return Outcome(
        kind=kind,
        programme=programme,
        referral=referral,
        questions=questions,
        meanwhile=meanwhile,
        withheld=withheld,
        contraindicated=forbidden,
        unavailable=unavailable,
        screened=Screened(answered=decision.answered, of=decision.red_flags),
        decided_by=decision.decided_by,
        failures=decision.failures,
        ruleset_version=ruleset.version,
        ruleset_fingerprint=ruleset.fingerprint,
        version=version,
        notice=_notice(ruleset.locale),
    )


def _notice(locale: Locale) -> str:
    """What holds of every outcome, and, where it was translated, how far that can be relied on."""
    notice = locale.say(NOTICE)
    return f"{notice} {locale.say(UNREVIEWED)}" if locale.unreviewed else notice


def _nothing_fits(locale: Locale) -> Referral:
    return Referral(
        urgency=Urgency.ROUTINE,
        to=("gp", "physiotherapist"),
        reasons=(attrs.evolve(NOTHING_FITS, text=locale.say(NOTHING_FITS.text)),),
        now=locale.say(NOTHING_FITS_NOW),
    )


def _referral(found: Referring, decision: Decision) -> Referral:
    assert found.urgency is not None
    conclusions = [
        (rule, rule.conclusion) for rule in found.sure if isinstance(rule.conclusion, Refer)
    ]
    most = [(rule, refer) for rule, refer in conclusions if refer.urgency is found.urgency]
    ranked = sorted(conclusions, key=lambda pair: (-pair[1].urgency, pair[0].id))
    return Referral(
        urgency=found.urgency,
        to=tuple(sorted({word for _, refer in most for word in refer.to})),
        reasons=tuple(
            Reason(rule=rule.written, text=rule.because, sure=decision.true(rule.id))
            for rule, _ in ranked
        ),
        now="\n".join(dict.fromkeys(refer.now for _, refer in _soonest_first(most))),
    )


def _soonest_first(most: list[tuple[Rule, Refer]]) -> list[tuple[Rule, Refer]]:
    """What calls an ambulance before what does not; else by rule."""
    return sorted(most, key=lambda pair: ("ambulance" not in pair[1].to, pair[0].id))


def _rank(verdict: ExerciseVerdict, exercise: Exercise) -> tuple[int, int, str]:
    return verdict.demerits, -TIERS.index(exercise.tier), exercise.id


def chosen(
    ruleset: Ruleset, offered: Iterable[ExerciseVerdict], most: int
) -> tuple[ExerciseVerdict, ...]:
    """The exercises of a programme: at most one a family, first one for each target by rank."""
    ranked = sorted(offered, key=lambda v: _rank(v, ruleset.exercise[v.exercise]))
    taken: list[ExerciseVerdict] = []
    families: set[str] = set()
    targets: set[str] = set()
    for once_a_target in (True, False):
        for verdict in ranked:
            exercise = ruleset.exercise[verdict.exercise]
            if len(taken) >= most or exercise.family in families:
                continue
            if once_a_target and exercise.target in targets:
                continue
            taken.append(verdict)
            families.add(exercise.family)
            targets.add(exercise.target)
    return tuple(taken)


def _cap(decision: Decision, amount: str, otherwise: int) -> int:
    limit = decision.limits.get(amount)
    applied = None if limit is None else limit.applied
    return min(applied, otherwise) if isinstance(applied, int) else otherwise


def _programme(ruleset: Ruleset, decision: Decision, offered: list[ExerciseVerdict]) -> Programme:
    picked = chosen(ruleset, offered, _cap(decision, "exercises", MOST_EXERCISES))
    advice: list[str] = []
    stop: list[str] = []
    cited = [rule for limit in decision.limits.values() for rule in (*limit.rules, *limit.open)]
    for rule in ruleset.rules:
        if isinstance(rule.conclusion, Advise) and decision.true(rule.id):
            (stop if rule.conclusion.stop else advice).append(rule.conclusion.text)
            cited.append(rule.id)
    return Programme(
        stage=_cap(decision, "stage", max(STAGES)),
        sessions_per_week=_cap(decision, "sessions_per_week", DAYS),
        review_weeks=_cap(decision, "review_weeks", REVIEW_WEEKS),
        exercises=tuple(_prescription(ruleset, verdict) for verdict in picked),
        stop=tuple(stop),
        advice=tuple(advice),
        next=coming(ruleset, decision, tuple(verdict.exercise for verdict in picked)),
        rules=tuple(sorted({ruleset.rule[rule].written for rule in cited})),
    )


def _prescription(ruleset: Ruleset, verdict: ExerciseVerdict) -> Prescription:
    exercise = ruleset.exercise[verdict.exercise]
    limits = [rule for limit in verdict.limits.values() for rule in (*limit.rules, *limit.open)]
    cited = (*verdict.indicated_by, *verdict.cautioned_by, *verdict.perhaps_cautioned_by, *limits)
    cautions = [_note(ruleset, rule) for rule in verdict.cautioned_by]
    for rule in verdict.perhaps_cautioned_by:
        when = english(ruleset.rule[rule].condition, ruleset.quantities, locale=ruleset.locale)
        note = _note(ruleset, rule)
        cautions.append(
            ruleset.locale.say("If this applies to you ({when}): {note}", when=when, note=note)
        )
    return Prescription(
        exercise=exercise.id,
        name=exercise.name,
        family=exercise.family,
        position=exercise.position,
        weight_bearing=exercise.weight_bearing,
        load=exercise.load,
        working_sides=verdict.working_sides,
        knee_flexion_deg=verdict.knee_flexion_deg,
        depth_counts=exercise.depth_counts,
        dose=exercise.dose[verdict.step],
        how=exercise.how,
        mistakes=exercise.mistakes,
        cautions=tuple(cautions),
        why=tuple(dict.fromkeys(ruleset.rule[rule].because for rule in verdict.indicated_by)),
        rules=tuple(dict.fromkeys(ruleset.rule[rule].written for rule in cited)),
    )


def _note(ruleset: Ruleset, rule: str) -> str:
    conclusion = ruleset.rule[rule].conclusion
    assert isinstance(conclusion, Caution)
    return conclusion.note


def lists(
    ruleset: Ruleset, decision: Decision
) -> tuple[tuple[Withheld, ...], tuple[Forbidden, ...], tuple[Unavailable, ...]]:
    """The exercises that are withheld, contraindicated and unavailable, each by id."""
    verdicts = decision.verdicts.values()
    return (
        tuple(
            Withheld(exercise=v.exercise, facts=asked_first(v.waits, ruleset))
            for v in verdicts
            if v.standing is Standing.WITHHELD
        ),
        tuple(
            Forbidden(
                exercise=v.exercise,
                rules=tuple(dict.fromkeys(ruleset.rule[r].written for r in v.contraindicated_by)),
            )
            for v in verdicts
            if v.standing is Standing.CONTRAINDICATED
        ),
        tuple(
            Unavailable(exercise=v.exercise, needs=needs(ruleset, v))
            for v in verdicts
            if v.standing is Standing.UNAVAILABLE
        ),
    )
