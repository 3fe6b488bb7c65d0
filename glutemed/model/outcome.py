"""What a person gets: a programme, questions, or a referral; never two of them, never none."""

from __future__ import annotations

import enum

from glutemed.model.exercise import Dose, Load
from glutemed.model.locale import message
from glutemed.model.noun import noun
from glutemed.model.rule import Urgency

NOTICE = message(
    "glutemed passes on general exercise guidance. It is not medical advice, "
    "it makes no diagnosis, and it does not replace an examination."
)
UNREVIEWED = message(
    "This was translated from English, and no speaker of the language has reviewed all of it yet: "
    "where something is unclear or seems wrong, ask somebody who treats knees before you do it."
)


class OutcomeKind(enum.StrEnum):
    """Which of the three it is."""

    PROGRAMME = "programme"
    REFERRAL = "referral"
    QUESTIONS = "questions"


@noun(kw_only=True)
class Prescription:
    """One exercise of a programme.

    Args:
        exercise: Its id.
        knee_flexion_deg: How far the knee bends at the most, in degrees.
        cautions: Notes to read before doing it.
        why: The reasons, in sentences.
        rules: Ids of the rules that led to it, as written.
    """

    exercise: str
    name: str
    family: str
    position: str
    weight_bearing: str
    load: Load
    working_sides: tuple[str, ...]
    knee_flexion_deg: int
    depth_counts: bool
    dose: Dose
    how: tuple[str, ...]
    mistakes: tuple[str, ...]
    cautions: tuple[str, ...]
    why: tuple[str, ...]
    rules: tuple[str, ...]


@noun
class Next:
    """An exercise that comes later, and what unlocks it, in words behind "once"."""

    exercise: str
    unlocks: str


@noun(kw_only=True)
class Programme:
    """What to do. Three to five exercises where so many are offered, at most one a family.

    Args:
        rules: Ids of the rules that set its stage, its limits and its advice, as written.
    """

    stage: int
    sessions_per_week: int
    review_weeks: int
    exercises: tuple[Prescription, ...]
    stop: tuple[str, ...]
    advice: tuple[str, ...]
    next: tuple[Next, ...]
    rules: tuple[str, ...]


@noun(kw_only=True)
class Reason:
    """One reason of a referral; ``sure`` is false where it could not be ruled out."""

    rule: str
    text: str
    sure: bool = True


@noun(kw_only=True)
class Referral:
    """Someone must see this person; there is no exercise.

    Args:
        now: What to do now, a line for each of the most urgent reasons.
    """

    urgency: Urgency
    to: tuple[str, ...]
    reasons: tuple[Reason, ...]
    now: str


@noun(kw_only=True)
class Question:
    """A fact that is still needed.

    Args:
        because: Ids of the rules that wait for it, as written.
        urgency: How urgent the most urgent of them is, or None where none refers.
    """

    fact: str
    ask: str
    because: tuple[str, ...]
    urgency: Urgency | None = None


@noun(kw_only=True)
class Withheld:
    """An exercise that something unknown keeps back, and the facts that would settle it."""

    exercise: str
    facts: tuple[str, ...]


@noun(kw_only=True)
class Forbidden:
    """An exercise that must not be done, and the rules that say so, as written."""

    exercise: str
    rules: tuple[str, ...]


@noun(kw_only=True)
class Unavailable:
    """An exercise whose equipment is not there, and what it needs, in words behind "once"."""

    exercise: str
    needs: str


@noun(kw_only=True)
class Screened:
    """How many of the red flags were answered."""

    answered: int
    of: int


@noun(kw_only=True)
class Outcome:
    """The whole answer.

    Args:
        meanwhile: With questions, the referral that is sure already: what to do until they are
            answered.
        decided_by: The evaluators that decided it.
        version: The version of glutemed.
    """

    kind: OutcomeKind
    programme: Programme | None = None
    referral: Referral | None = None
    questions: tuple[Question, ...] = ()
    meanwhile: Referral | None = None
    withheld: tuple[Withheld, ...] = ()
    contraindicated: tuple[Forbidden, ...] = ()
    unavailable: tuple[Unavailable, ...] = ()
    screened: Screened
    decided_by: tuple[str, ...]
    failures: tuple[str, ...] = ()
    ruleset_version: str
    ruleset_fingerprint: str
    version: str
    notice: str = NOTICE

    @property
    def sure_urgency(self) -> Urgency | None:
        """With questions, the urgency of a referral that is sure already."""
        return None if self.meanwhile is None else self.meanwhile.urgency
