"""Why: what every rule says of one person, as a tree whose leaves are that person's facts.

An explanation is data. How it is told is the renderer's business. It holds the values of facts,
so it is made for one person and never cached.
"""

from __future__ import annotations

import enum

import attrs

from glutemed.model.condition import Truth
from glutemed.model.decision import Amount, Clearance, Standing
from glutemed.model.outcome import Outcome


class NodeKind(enum.StrEnum):
    """What a node of a condition is."""

    ALL = "all"
    ANY = "any"
    NOT = "not"
    COMPARISON = "comparison"


class DerivationKind(enum.StrEnum):
    """What a rule concludes, in the order in which it is told."""

    REFERRAL = "referral"
    CONTRAINDICATION = "contraindication"
    LIMIT = "limit"
    NEED = "need"
    INDICATION = "indication"
    CAUTION = "caution"
    PREFERENCE = "preference"
    STEP = "step"
    DERIVED = "derived"
    SCORE = "score"


@attrs.frozen(kw_only=True)
class Asked:
    """A comparison: what it asks of one fact, derived value or score, and what that is.

    Args:
        fact: The name of what it asks about.
        says: The comparison in words, "usual pain is at least 4".
        was: The value in words, "5"; or "not known", or "declined".
        made_by: For a derived value or a score, every rule that concludes on it.
    """

    fact: str
    says: str
    was: str
    truth: Truth
    made_by: tuple[Derivation, ...] = ()
    kind: NodeKind = attrs.field(default=NodeKind.COMPARISON, init=False)


@attrs.frozen(kw_only=True)
class Joined:
    """Several nodes under *all* or *any*, or one under *not*."""

    kind: NodeKind
    truth: Truth
    children: tuple[Node, ...]


Node = Asked | Joined


@attrs.frozen(kw_only=True)
class Derivation:
    """One rule, met or not, and why its condition is TRUE, UNKNOWN or FALSE.

    Args:
        rule: The id of the ground rule.
        written: Its id as the author wrote it.
        concludes: What it concludes, in words: "stage at most 1".
        file: The file that it stands in; ``line`` counts from 1.
        condition: Its condition; *all* of nothing where it has none.
        blocks: Whether it keeps the exercise from being offered: a contraindication that may hold,
            a limit beyond which the exercise lies, a need that is not sure to be met, or, where no
            indication is sure, an indication.
        failed: Whether it could not be evaluated, and so counts as UNKNOWN.
    """

    rule: str
    written: str
    kind: DerivationKind
    concludes: str
    truth: Truth
    because: str
    sources: tuple[str, ...]
    file: str
    line: int
    condition: Node
    blocks: bool = False
    failed: bool = False

    @property
    def where(self) -> str:
        """``file:line``, counted from 1."""
        return f"{self.file}:{self.line}"


@attrs.frozen(kw_only=True)
class Change:
    """One fact that would have to be otherwise.

    Args:
        member: For a set, the member that must be in it or not; otherwise empty.
        needs: What is needed, in words: "usual pain at most 3".
        was: The value it has, in words.
        allowed: The values that will do, as intervals of whole numbers with both ends included:
            ints as they are, a bool 0 or 1, an enum by its place, a member 1 where it is in.
    """

    fact: str
    member: str
    needs: str
    was: str
    allowed: tuple[tuple[int, int], ...]


@attrs.frozen(kw_only=True)
class NearestChange:
    """The fewest changes of facts that turn one rule that blocks.

    Args:
        rule: The id of the ground rule.
        written: Its id as the author wrote it.
        kind: What it concludes.
        to: What its condition becomes.
        changes: All of them are needed; empty where nothing can turn it.
    """

    rule: str
    written: str
    kind: DerivationKind
    to: Truth
    changes: tuple[Change, ...]


@attrs.frozen(kw_only=True)
class Cap:
    """One amount that is limited.

    Args:
        sure: The cap by rules that are TRUE, or None.
        applied: The cap by rules that are TRUE or UNKNOWN, or None.
        set_by: Ids, as written, of the rules that set what is applied.
    """

    amount: str
    sure: Amount | None
    applied: Amount | None
    set_by: tuple[str, ...]


@attrs.frozen(kw_only=True)
class Ranked:
    """An exercise, and what its rank comes from: fewest demerits, then the higher tier, then id."""

    exercise: str
    family: str
    demerits: int
    demerited_by: tuple[str, ...]
    tier: str


@attrs.frozen(kw_only=True)
class NotChosen:
    """Why an exercise that is offered is not in the programme.

    Args:
        own: Its own rank.
        same_family: Whether another of its family was taken; else every place was.
        instead: What was taken: that one, or all of them.
        places: How many exercises the programme has.
    """

    own: Ranked
    same_family: bool
    instead: tuple[Ranked, ...]
    places: int


@attrs.frozen(kw_only=True)
class ExerciseExplanation:
    """Everything that led to where one exercise stands.

    Args:
        chosen: Whether it is in the programme.
        step: The step of the dose, counted from 0; ``steps`` is how many it has.
        caps: The limits on it, the stage of the programme among them.
        derivations: Every rule that could touch it, met or not, but the referrals.
        changes: For each rule that blocks, the nearest change.
        cited: The facts that these derivations ask about.
    """

    exercise: str
    name: str
    family: str
    stage: int
    standing: Standing
    clearance: Clearance
    indicated: Truth
    equipment: Truth
    chosen: bool
    step: int
    steps: int
    caps: tuple[Cap, ...]
    derivations: tuple[Derivation, ...]
    not_chosen: NotChosen | None
    changes: tuple[NearestChange, ...]
    cited: tuple[str, ...]


@attrs.frozen(kw_only=True)
class Explanation:
    """Why one person gets what they get.

    Args:
        asked: The exercise that was asked about, or None for all.
        outcome: What the person gets: the referral and its reasons, the questions, the programme.
        referrals: Every rule that refers, met or not; each concerns every exercise.
        caps: The limits on the whole programme.
        limits: Every rule that limits the whole programme, met or not.
        exercises: The exercises that were asked about, by id.
        cited: The facts that any of the derivations asks about.
    """

    asked: str | None
    outcome: Outcome
    referrals: tuple[Derivation, ...]
    caps: tuple[Cap, ...]
    limits: tuple[Derivation, ...]
    exercises: tuple[ExerciseExplanation, ...]
    cited: tuple[str, ...]

    @property
    def referred_by_rule(self) -> bool:
        """Whether a rule refers the person, rather than that no exercise fits."""
        if self.outcome.referral is None:
            return False
        referring = {one.written for one in self.referrals}
        return any(reason.rule in referring for reason in self.outcome.referral.reasons)
