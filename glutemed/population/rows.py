"""An outcome → one row of a table: what is the same for everybody who gets it."""

from __future__ import annotations

import attrs

from glutemed.model.exercise import SIDES
from glutemed.model.outcome import Outcome, Prescription, Programme
from glutemed.model.rule import Urgency


@attrs.frozen
class Row:
    """One outcome.

    Args:
        outcome: ``programme``, ``referral`` or ``questions``.
        urgency: Of a referral; with questions, of the one that is already sure.
        to: Who is referred to.
        exercises: Each exercise of a programme with its dose, as `prescribed` gives it.
        rules: Ids of the rules that led to it, as written, sorted.
        questions: The facts to ask for, the most urgent first.
    """

    outcome: str
    urgency: str | None = None
    to: tuple[str, ...] = ()
    stage: int | None = None
    sessions_per_week: int | None = None
    review_weeks: int | None = None
    exercises: tuple[tuple[str | int, ...], ...] = ()
    rules: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()


EXERCISE_COLUMNS = (
    ("id", "VARCHAR"),
    ("sets", "UTINYINT"),
    ("reps", "UTINYINT"),
    ("hold_s", "USMALLINT"),
    ("rest_s", "USMALLINT"),
    ("effort", "UTINYINT"),
    ("knee_flexion_deg", "UTINYINT"),
    ("working_sides", "VARCHAR"),
)
"""What a row says of one exercise, and as what type."""


def row(outcome: Outcome) -> Row:
    """The row of an outcome."""
    rules = {rule for asked in outcome.questions for rule in asked.because}
    urgency = outcome.sure_urgency
    to: tuple[str, ...] = ()
    if outcome.referral is not None:
        urgency, to = outcome.referral.urgency, outcome.referral.to
        rules |= {reason.rule for reason in outcome.referral.reasons}
    if outcome.programme is not None:
        return of_programme(outcome.programme)
    return Row(
        outcome=outcome.kind.value,
        urgency=_word(urgency),
        to=to,
        rules=tuple(sorted(rules)),
        questions=tuple(asked.fact for asked in outcome.questions),
    )


def of_programme(programme: Programme) -> Row:
    """The row of a programme."""
    rules = {rule for found in programme.exercises for rule in found.rules}
    return Row(
        outcome="programme",
        stage=programme.stage,
        sessions_per_week=programme.sessions_per_week,
        review_weeks=programme.review_weeks,
        exercises=tuple(prescribed(found) for found in programme.exercises),
        rules=tuple(sorted(rules.union(programme.rules))),
    )


def prescribed(found: Prescription) -> tuple[str | int, ...]:
    """One exercise, as `EXERCISE_COLUMNS` names its parts."""
    dose = found.dose
    sides = "both" if set(found.working_sides) == set(SIDES) else " ".join(found.working_sides)
    return (
        found.exercise,
        dose.sets,
        dose.reps,
        dose.hold_s,
        dose.rest_s,
        dose.effort,
        found.knee_flexion_deg,
        sides,
    )


def _word(urgency: Urgency | None) -> str | None:
    return None if urgency is None else urgency.word
