"""The kinds of difference that two rulebooks can make to a person, and which way each points."""

from __future__ import annotations

import enum


class Mark(enum.StrEnum):
    """Which way a difference points, for the person to whom it happens."""

    LESS_SAFE = "less safe"
    SAFER = "safer"
    DIFFERENT = "different"


class Change(enum.StrEnum):
    """One kind of difference, from the old book to the new one."""

    NEW_EXERCISE = "new exercise offered"
    LOST_EXERCISE = "exercise no longer offered"
    HIGHER_DOSE = "higher dose"
    LOWER_DOSE = "lower dose"
    DEEPER = "deeper bend"
    LESS_DEEP = "less deep bend"
    MORE_SIDES = "a side more works"
    FEWER_SIDES = "a side less works"
    CAUTION_GONE = "caution gone"
    NEW_CAUTION = "new caution"
    LOOSER_PROGRAMME = "looser limit on the programme"
    TIGHTER_PROGRAMME = "tighter limit on the programme"
    STOP_GONE = "sign to stop gone"
    NEW_STOP = "new sign to stop"
    LOWER_URGENCY = "lower urgency"
    HIGHER_URGENCY = "higher urgency"
    REFERRAL_GONE = "referral gone"
    NEW_REFERRAL = "new referral"
    LESS_LOOKED_FOR = "possible referral no longer asked about"
    MORE_LOOKED_FOR = "possible referral newly asked about"
    GATE_OPENS = "gate no longer holds back"
    GATE_CLOSES = "gate newly holds back"
    MORE_QUESTIONS = "questions now"
    FEWER_QUESTIONS = "no questions now"
    SEEN_ELSEWHERE = "referred elsewhere"
    OTHER_CAUTION = "caution in other words"
    OTHER_ADVICE = "other advice"
    OTHER_EXERCISE = "exercise done otherwise"
    OTHER_CHOICE = "other exercises chosen"

    @property
    def mark(self) -> Mark:
        """Which way it points."""
        if self in MIRRORED:
            return Mark.LESS_SAFE
        return Mark.SAFER if self in _SAFER else Mark.DIFFERENT

    @property
    def mirrored(self) -> Change:
        """The same difference, seen from the new book to the old one."""
        return _MIRROR.get(self, self)


MIRRORED = {
    Change.NEW_EXERCISE: Change.LOST_EXERCISE,
    Change.HIGHER_DOSE: Change.LOWER_DOSE,
    Change.DEEPER: Change.LESS_DEEP,
    Change.MORE_SIDES: Change.FEWER_SIDES,
    Change.CAUTION_GONE: Change.NEW_CAUTION,
    Change.LOOSER_PROGRAMME: Change.TIGHTER_PROGRAMME,
    Change.STOP_GONE: Change.NEW_STOP,
    Change.LOWER_URGENCY: Change.HIGHER_URGENCY,
    Change.REFERRAL_GONE: Change.NEW_REFERRAL,
    Change.LESS_LOOKED_FOR: Change.MORE_LOOKED_FOR,
    Change.GATE_OPENS: Change.GATE_CLOSES,
}
"""Each kind that is less safe, and its opposite, which is safer."""

_SAFER = frozenset(MIRRORED.values())
_NEITHER = {Change.MORE_QUESTIONS: Change.FEWER_QUESTIONS}
_MIRROR = {
    one: other
    for pairs in (MIRRORED, _NEITHER)
    for less, safer in pairs.items()
    for one, other in ((less, safer), (safer, less))
}

OF_EXERCISES = frozenset(
    {
        Change.NEW_EXERCISE,
        Change.LOST_EXERCISE,
        Change.HIGHER_DOSE,
        Change.LOWER_DOSE,
        Change.DEEPER,
        Change.LESS_DEEP,
        Change.MORE_SIDES,
        Change.FEWER_SIDES,
        Change.CAUTION_GONE,
        Change.NEW_CAUTION,
        Change.OTHER_CAUTION,
        Change.OTHER_EXERCISE,
    }
)
"""The kinds that are about single exercises."""

DEPENDS_ON_CHOICE = frozenset({Change.GATE_OPENS, Change.GATE_CLOSES, Change.OTHER_CHOICE})
"""The kinds that may be listed though no programme shows them."""

WHOLE_PROGRAMME = {"stage": 3, "sessions_per_week": 7, "review_weeks": 6, "exercises": 5}
"""What may be limited of a whole programme, and what it is without a limit."""

NATURE = (
    "position",
    "lies_on",
    "weight_bearing",
    "support",
    "kneels",
    "step_cm",
    "hip",
    "load",
)
"""What makes two exercises of one id not the same exercise, besides their dose and depth."""

RANKED_BY = ("tier", "family", "target")
"""What of an exercise decides which of the offered ones are chosen."""
