"""The laws, as functions that raise `AssertionError` with what was broken.

Each takes a ruleset and facts; where Hypothesis finds them, the strategies of this package fit.
`hold` looks for a breach of any of them. The numbers are those of the laws in the design.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping

import attrs

from glutemed.gate import judge
from glutemed.model.condition import Truth
from glutemed.model.decision import Clearance, Decision, ExerciseVerdict, Standing
from glutemed.model.exercise import PRESCRIBED, SELECTABLE, STANDS_ON_BENT_KNEE
from glutemed.model.facts import UNKNOWN, Facts, FactValue, Members
from glutemed.model.outcome import Outcome, OutcomeKind, Prescription, Screened
from glutemed.model.rule import (
    Contraindicate,
    Earn,
    Indicate,
    Limit,
    Need,
    Refer,
    Rule,
    Urgency,
)
from glutemed.model.ruleset import Ruleset
from glutemed.model.vocabulary import FactDeclaration, Kind
from glutemed.pipeline import decide, ready, recommend, signature
from glutemed.programme.prescribe import MOST_EXERCISES
from glutemed.programme.questions import open_questions
from glutemed.reading.specification import read
from glutemed.reading.truth import Situation, truth
from glutemed.render.json import as_json

_DOSE = ("sets", "reps", "hold_s", "rest_s", "effort")


def forgetting(ruleset: Ruleset, more: Facts, fewer: Facts) -> None:
    """Law 1: with fewer facts known nothing is offered anew, raised, or more calmly referred.

    Args:
        ruleset: The rules.
        more: A person.
        fewer: The same person with some of the facts unknown, or declined, or known in part.
    """
    _no_bolder(
        (recommend(more, ruleset), decide(more, ruleset)),
        (recommend(fewer, ruleset), decide(fewer, ruleset)),
        "with fewer facts known",
    )


def restricting(ruleset: Ruleset, stricter: Ruleset, facts: Facts) -> None:
    """Law 2: a contraindication, caution, limit or referral more never makes an outcome bolder.

    Args:
        ruleset: The rules.
        stricter: The same rules with such a one added.
        facts: A person.
    """
    _no_bolder(
        (recommend(facts, ruleset), decide(facts, ruleset)),
        (recommend(facts, stricter), decide(facts, stricter)),
        "with a rule more",
    )


def _no_bolder(
    before: tuple[Outcome, Decision], after: tuple[Outcome, Decision], when: str
) -> None:
    (was, decided), (became, _) = before, after
    if was.kind is OutcomeKind.REFERRAL:
        assert became.kind is not OutcomeKind.PROGRAMME, f"{when}, a referral became a programme"
        if became.kind is OutcomeKind.REFERRAL:
            assert _urgency(became) >= _urgency(was), f"{when}, a referral became calmer"
    if became.programme is None:
        return
    for prescribed in became.programme.exercises:
        verdict = decided.verdicts[prescribed.exercise]
        name = f"`{prescribed.exercise}`"
        assert verdict.standing is Standing.OFFERED, f"{when}, {name} is offered anew"
        assert prescribed.knee_flexion_deg <= verdict.knee_flexion_deg, f"{when}, {name} is deeper"
        assert {*prescribed.working_sides} <= {*verdict.working_sides}, f"{when}, {name}: new side"
    if was.programme is None:
        return
    for amount in ("stage", "sessions_per_week", "review_weeks"):
        grew = getattr(became.programme, amount) > getattr(was.programme, amount)
        assert not grew, f"{when}, `{amount}` of the programme grew"


def _urgency(outcome: Outcome) -> Urgency:
    assert outcome.referral is not None
    return outcome.referral.urgency
