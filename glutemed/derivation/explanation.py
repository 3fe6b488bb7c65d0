"""A decision and its outcome → the explanation."""

from __future__ import annotations

from glutemed.derivation.changes import Changes
from glutemed.derivation.touching import caps, on_exercise, on_programme, referrals
from glutemed.derivation.tree import Told, cited
from glutemed.model.condition import Truth
from glutemed.model.decision import Decision, ExerciseVerdict, Standing
from glutemed.model.explanation import (
    Derivation,
    DerivationKind,
    ExerciseExplanation,
    Explanation,
    NearestChange,
    NotChosen,
    Ranked,
)
from glutemed.model.facts import Facts
from glutemed.model.outcome import Outcome
from glutemed.model.ruleset import Ruleset
from glutemed.reading.specification import Reading

_WANTED = frozenset({DerivationKind.NEED, DerivationKind.INDICATION})


def derive(
    ruleset: Ruleset,
    facts: Facts,
    decision: Decision,
    reading: Reading,
    outcome: Outcome,
    exercise: str | None = None,
) -> Explanation:
    """Why a person gets what they get, and where each exercise stands.

    Args:
        ruleset: The rules.
        facts: The person.
        decision: What the rules say of them.
        reading: The truth of each rule, and the bounds of derived values and scores.
        outcome: What they get.
        exercise: The id of the one exercise to explain; by default all are.
    """
    told = Told.of(ruleset, facts, decision, reading)
    turning = Changes.of(told)
    ids = sorted(decision.verdicts) if exercise is None else [exercise]
    explained = tuple(_exercise(told, turning, outcome, name) for name in ids)
    referring, limits = referrals(told), on_programme(told)
    return Explanation(
        asked=exercise,
        outcome=outcome,
        referrals=referring,
        caps=caps(told, decision.limits),
        limits=limits,
        exercises=explained,
        cited=cited(told, referring, limits, *(one.derivations for one in explained)),
    )


def _exercise(told: Told, turning: Changes, outcome: Outcome, name: str) -> ExerciseExplanation:
    exercise, verdict = told.ruleset.exercise[name], told.decision.verdicts[name]
    derivations = on_exercise(told, exercise, verdict)
    limits = dict(verdict.limits)
    if "stage" in told.decision.limits:
        limits["stage"] = told.decision.limits["stage"]
    taken = _taken(outcome)
    return ExerciseExplanation(
        exercise=name,
        name=exercise.name,
        family=exercise.family,
        stage=exercise.stage,
        standing=verdict.standing,
        clearance=verdict.clearance,
        indicated=verdict.indicated,
        equipment=verdict.equipment,
        chosen=name in taken,
        step=verdict.step,
        steps=len(exercise.dose),
        caps=caps(told, limits),
        derivations=derivations,
        not_chosen=_not_chosen(told, taken, verdict),
        changes=tuple(_nearest(turning, one, derivations) for one in derivations if one.blocks),
        cited=cited(told, derivations),
    )


def _nearest(
    turning: Changes, blocking: Derivation, derivations: tuple[Derivation, ...]
) -> NearestChange:
    """The nearest change for a rule that blocks; it leaves needs and reasons alone where it can."""
    rules = turning.told.ruleset.rule
    kept = (
        tuple(
            rules[one.rule] for one in derivations if one.kind is kind and one.truth is Truth.TRUE
        )
        for kind in sorted(_WANTED)
    )
    to = Truth.TRUE if blocking.kind in _WANTED else Truth.FALSE
    return NearestChange(
        rule=blocking.rule,
        written=blocking.written,
        kind=blocking.kind,
        to=to,
        changes=turning.nearest(rules[blocking.rule], to, [group for group in kept if group]),
    )


def _taken(outcome: Outcome) -> tuple[str, ...]:
    """The exercises of the programme, in its order; none where there is no programme."""
    if outcome.programme is None:
        return ()
    return tuple(prescription.exercise for prescription in outcome.programme.exercises)


def _not_chosen(told: Told, taken: tuple[str, ...], verdict: ExerciseVerdict) -> NotChosen | None:
    if not taken or verdict.standing is not Standing.OFFERED or verdict.exercise in taken:
        return None
    own = _ranked(told, verdict.exercise)
    ranked = tuple(_ranked(told, name) for name in taken)
    relatives = tuple(other for other in ranked if other.family == own.family)
    return NotChosen(
        own=own, same_family=bool(relatives), instead=relatives or ranked, places=len(taken)
    )


def _ranked(told: Told, name: str) -> Ranked:
    exercise, verdict = told.ruleset.exercise[name], told.decision.verdicts[name]
    rules = (told.ruleset.rule[rule].written for rule in verdict.demerited_by)
    return Ranked(
        exercise=name,
        family=exercise.family,
        demerits=verdict.demerits,
        demerited_by=tuple(dict.fromkeys(rules)),
        tier=exercise.tier,
    )
