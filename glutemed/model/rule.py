"""A rule: a condition, one conclusion, the reason and the sources."""

from __future__ import annotations

import enum

import attrs

from glutemed.model.condition import ALWAYS, Condition, Truth
from glutemed.model.diagnostic import NOWHERE, Span
from glutemed.model.facts import FactValue
from glutemed.model.frozen import Frozen
from glutemed.model.noun import noun


class Urgency(enum.IntEnum):
    """How soon someone must be seen; more urgent is greater."""

    ROUTINE = 1
    URGENT = 2
    SAME_DAY = 3
    EMERGENCY = 4

    @property
    def word(self) -> str:
        """As rule files and outcomes write it."""
        return self.name.lower()


SEEN_BY = (
    "ambulance",
    "emergency_department",
    "gp",
    "physiotherapist",
    "surgeon",
    "orthopaedic_clinic",
    "midwife",
    "pharmacist",
)


@noun
class Touch:
    """The exercises a conclusion is about: the selector as written, and what it selects."""

    selector: Condition
    exercises: tuple[str, ...] = ()


@noun
class Refer:
    """Someone must see this person."""

    urgency: Urgency
    to: tuple[str, ...]
    now: str


@noun
class Contraindicate:
    """Must not be done."""

    touch: Touch


@noun
class Caution:
    """May be done, with this note."""

    touch: Touch
    note: str


@noun
class Indicate:
    """A reason to do it."""

    touch: Touch


@noun
class Prefer:
    """Rather one than another; never a matter of safety. Strength 1 to 3."""

    touch: Touch
    over: Touch
    strength: int


@noun
class Limit:
    """A cap on one amount: of exercises, or of the whole programme where ``touch`` is None.

    ``working_sides`` is a tuple of sides, every other amount an int.
    """

    amount: str
    at: int | tuple[str, ...]
    touch: Touch | None


@noun
class Derive:
    """A named ordered value is at least this; ``rank`` is its place, worse is greater."""

    name: str
    value: str
    rank: int


@noun
class Score:
    """Points for a named sum."""

    name: str
    points: int


@noun
class Advise:
    """A sentence for the person; ``stop`` says when to stop, and has no condition."""

    text: str
    stop: bool = False


@noun
class Need:
    """Internal: the equipment of one exercise is there. Made from its ``needs``."""

    exercise: str


@noun
class Earn:
    """Internal: a step of the dose of one exercise is earned; the first step is number 0."""

    exercise: str
    step: int


@noun
class Watch:
    """Internal: the condition of a hazard, so that its facts are asked. Concludes nothing."""

    hazard: str
    exercises: tuple[str, ...]


Conclusion = (
    Refer
    | Contraindicate
    | Caution
    | Indicate
    | Prefer
    | Limit
    | Derive
    | Score
    | Advise
    | Need
    | Earn
    | Watch
)

INTERNAL = (Need, Earn, Watch)


@noun
class Example:
    """What a rule must say of some facts; whatever is not given is unknown."""

    given: Frozen[str, FactValue]
    fires: Truth
    span: Span = attrs.field(default=NOWHERE, eq=False, repr=False)


@noun(kw_only=True)
class Rule:
    """One ground rule.

    Args:
        id: ``pack/id``; of a rule that says ``each: exercise``, with ``:EXERCISE`` behind it.
        written: The id as the author wrote it, ``pack/id``.
        exercise: The exercise that a rule with ``each: exercise`` was made for.
    """

    id: str
    written: str
    pack: str
    condition: Condition
    conclusion: Conclusion
    because: str
    sources: tuple[str, ...] = ()
    reviewed: str = ""
    examples: tuple[Example, ...] = ()
    exercise: str | None = None
    span: Span = attrs.field(default=NOWHERE, eq=False, repr=False)

    @property
    def is_internal(self) -> bool:
        """Whether no author wrote it."""
        return isinstance(self.conclusion, INTERNAL)


@noun(kw_only=True)
class Hazard:
    """What must never happen to one exercise: where ``when`` may hold, ``never`` must not."""

    id: str
    when: Condition = ALWAYS
    never: Condition
    because: str
    sources: tuple[str, ...]
    span: Span = attrs.field(default=NOWHERE, eq=False, repr=False)


@noun(kw_only=True)
class DerivedValue:
    """A named ordered value that rules derive; worse is later. Starts at the default."""

    name: str
    values: tuple[str, ...]
    default: str
    label: str
    pack: str = ""
    span: Span = attrs.field(default=NOWHERE, eq=False, repr=False)


@noun(kw_only=True)
class ScoreSum:
    """A named sum of points. ``least`` and ``most`` follow from the rules that add to it."""

    name: str
    label: str
    pack: str = ""
    least: int = 0
    most: int = 0
    span: Span = attrs.field(default=NOWHERE, eq=False, repr=False)
