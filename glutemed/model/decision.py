"""What the engine decides: for every exercise may it be done, is there a reason to, and how far."""

from __future__ import annotations

import enum

from glutemed.model.condition import Truth
from glutemed.model.frozen import Frozen
from glutemed.model.noun import noun


class Clearance(enum.IntEnum):
    """May it be done? The worst verdict counts."""

    CLEAR = 0
    CAUTION = 1
    WITHHELD = 2
    CONTRAINDICATED = 3


class Standing(enum.StrEnum):
    """Where an exercise stands in the end; the first of these that holds.

    ``excluded``: beyond a limit that is sure. ``unindicated``: no reason to do it is known.
    ``withheld``: something unknown could forbid it.
    """

    CONTRAINDICATED = "contraindicated"
    NOT_INDICATED = "not_indicated"
    EXCLUDED = "excluded"
    UNAVAILABLE = "unavailable"
    UNINDICATED = "unindicated"
    WITHHELD = "withheld"
    OFFERED = "offered"


Amount = int | tuple[str, ...]


@noun(kw_only=True)
class LimitVerdict:
    """One amount, capped.

    Args:
        amount: What is capped.
        sure: The cap by rules that are TRUE, or None.
        applied: The cap by rules that are TRUE or UNKNOWN, which is what counts.
        rules: Ids of the TRUE rules that cap it.
        open: Ids of the UNKNOWN rules that cap it.
    """

    amount: str
    sure: Amount | None
    applied: Amount | None
    rules: tuple[str, ...]
    open: tuple[str, ...]


@noun(kw_only=True)
class ExerciseVerdict:
    """Everything decided of one exercise; rule ids are ids of ground rules.

    Args:
        excluded_by: TRUE limits that the exercise does not fit even at its easiest.
        perhaps_excluded_by: UNKNOWN limits that it does not fit.
        waits: The facts that would settle an exercise that is withheld.
        step: The step of the dose, counted from 0.
        knee_flexion_deg: How deep it is prescribed.
        working_sides: The sides that may work.
    """

    exercise: str
    standing: Standing
    clearance: Clearance
    indicated: Truth
    equipment: Truth
    contraindicated_by: tuple[str, ...]
    withheld_by: tuple[str, ...]
    cautioned_by: tuple[str, ...]
    perhaps_cautioned_by: tuple[str, ...]
    indicated_by: tuple[str, ...]
    perhaps_indicated_by: tuple[str, ...]
    excluded_by: tuple[str, ...]
    perhaps_excluded_by: tuple[str, ...]
    demerits: int
    demerited_by: tuple[str, ...]
    limits: Frozen[str, LimitVerdict]
    waits: tuple[str, ...]
    step: int
    knee_flexion_deg: int
    working_sides: tuple[str, ...]


@noun(kw_only=True)
class Decision:
    """What the rules say of one person, before anything is prescribed.

    Args:
        truths: The truth of every ground rule, by id.
        waits: For each UNKNOWN rule the facts it still waits for, by id.
        verdicts: Each exercise, by id.
        limits: The limits on the whole programme, by amount.
        declined: Facts that were asked and not answered.
        answered: How many red flags are answered; ``red_flags`` is how many there are.
        decided_by: The evaluators that decided it.
        failures: Ids of rules that failed to evaluate and count as UNKNOWN.
    """

    truths: Frozen[str, Truth]
    waits: Frozen[str, tuple[str, ...]]
    verdicts: Frozen[str, ExerciseVerdict]
    limits: Frozen[str, LimitVerdict]
    declined: frozenset[str]
    answered: int
    red_flags: int
    decided_by: tuple[str, ...]
    failures: tuple[str, ...] = ()

    def true(self, rule: str) -> bool:
        """Whether a rule is TRUE."""
        return self.truths[rule] is Truth.TRUE

    def unknown(self, rule: str) -> bool:
        """Whether a rule is UNKNOWN."""
        return self.truths[rule] is Truth.UNKNOWN
