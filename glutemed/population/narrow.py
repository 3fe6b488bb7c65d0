"""Rules and decisions with nothing in them but what one part of an outcome needs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from glutemed.model.condition import Truth
from glutemed.model.decision import Clearance, Decision, ExerciseVerdict, Standing
from glutemed.model.frozen import Frozen
from glutemed.model.rule import Rule, Touch


def about(rule: Rule, exercise: str) -> Rule:
    """The same rule, about no other exercise."""
    narrowed = {
        name: Touch(touch.selector, tuple(e for e in touch.exercises if e == exercise))
        for name in ("touch", "over")
        if isinstance(touch := getattr(rule.conclusion, name, None), Touch)
    }
    conclusion: Any = rule.conclusion
    return attrs.evolve(rule, conclusion=attrs.evolve(conclusion, **narrowed))


def decision(
    truths: Mapping[str, Truth],
    waits: Mapping[str, tuple[str, ...]],
    verdicts: Mapping[str, ExerciseVerdict],
) -> Decision:
    """A decision of which only truths, what they wait for, and verdicts count."""
    return Decision(
        truths=Frozen(truths),
        waits=Frozen(waits),
        verdicts=Frozen(verdicts),
        limits=Frozen({}),
        declined=frozenset(),
        answered=0,
        red_flags=0,
        decided_by=(),
    )


def verdict(exercise: str) -> ExerciseVerdict:
    """A verdict of which only the exercise, the standing and the demerits count."""
    return ExerciseVerdict(
        exercise=exercise,
        standing=Standing.OFFERED,
        clearance=Clearance.CLEAR,
        indicated=Truth.TRUE,
        equipment=Truth.TRUE,
        contraindicated_by=(),
        withheld_by=(),
        cautioned_by=(),
        perhaps_cautioned_by=(),
        indicated_by=(),
        perhaps_indicated_by=(),
        excluded_by=(),
        perhaps_excluded_by=(),
        demerits=0,
        demerited_by=(),
        limits=Frozen({}),
        waits=(),
        step=0,
        knee_flexion_deg=0,
        working_sides=(),
    )
