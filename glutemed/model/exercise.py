"""An exercise: one row a load; rows of one family are its rungs."""

from __future__ import annotations

import enum

import attrs

from glutemed.model.condition import ALWAYS, Condition
from glutemed.model.diagnostic import NOWHERE, Span
from glutemed.model.frozen import Frozen
from glutemed.model.noun import noun
from glutemed.model.vocabulary import FactDeclaration, Kind

POSITIONS = ("side_lying", "supine", "prone", "quadruped", "sitting", "standing")
LIES_ON = ("none", "other", "working")
WEIGHT_BEARING = ("none", "partial", "both_legs", "one_leg")
STANDS_ON_BENT_KNEE = frozenset({"both_legs", "one_leg"})
LOADS = ("none", "band", "free_weight")
BAND_STRENGTHS = ("none", "light", "medium", "heavy")
LOAD_PLACES = ("none", "above_knees", "ankles", "forefeet", "hands")
SUPPORTS = ("none", "hands")
TARGETS = (
    "hip_abduction",
    "hip_rotation",
    "hip_extension",
    "hip_control",
    "knee_extension",
    "trunk",
)
TIERS = ("low", "moderate", "high", "very_high")
SIDES = ("left", "right")
STAGES = (1, 2, 3)
DOSE_LIMITS = ("sets", "reps", "hold_s", "effort")


class LoadKind(enum.StrEnum):
    """What makes an exercise heavier than the body alone."""

    NONE = "none"
    BAND = "band"
    FREE_WEIGHT = "free_weight"


@noun(kw_only=True)
class Load:
    """The load: its kind, a band's strength, and where it sits."""

    kind: LoadKind = LoadKind.NONE
    strength: str = "none"
    place: str = "none"


@noun(kw_only=True)
class Dose:
    """How much in one session.

    Args:
        sets: How many sets.
        reps: Repetitions in a set.
        hold_s: Seconds each is held.
        rest_s: Seconds of rest between sets.
        effort: How hard it should feel, 0 to 10.
    """

    sets: int
    reps: int
    hold_s: int
    rest_s: int
    effort: int


@noun(kw_only=True)
class KneeFlexion:
    """How far the working knee bends, in degrees; 0 is straight."""

    least: int
    most: int


@noun(kw_only=True)
class HipMovement:
    """How far the working hip moves at the most; what an author leaves out counts as the worst.

    Args:
        flexion: Degrees of bend; 0 is straight.
        abduction: Degrees outwards from the middle.
        adducts: Whether the thigh crosses the middle, or the pelvis drops over it, under load.
        turns_in: Whether the thigh is turned inwards.
    """

    flexion: int = 150
    abduction: int = 90
    adducts: bool = True
    turns_in: bool = True


@noun(kw_only=True)
class Exercise:
    """One exercise at one load; see docs/reference/rule-language.md for every attribute."""

    id: str
    name: str
    family: str
    rung: int
    target: str
    stage: int
    tier: str
    position: str
    lies_on: str
    weight_bearing: str
    support: str = "none"
    kneels: bool = True
    step_cm: int = 0
    hip: HipMovement = HipMovement()
    load: Load
    knee_flexion_deg: KneeFlexion
    needs: Condition = ALWAYS
    dose: tuple[Dose, ...]
    how: tuple[str, ...]
    mistakes: tuple[str, ...]
    sources: tuple[str, ...]
    reviewed: str
    figure: str = ""
    pack: str
    span: Span = attrs.field(default=NOWHERE, eq=False, repr=False)

    @property
    def depth_counts(self) -> bool:
        """Whether its bent knee carries the body, so that depth limits concern it."""
        return self.weight_bearing in STANDS_ON_BENT_KNEE

    def attribute(self, name: str) -> int | str:
        """The value of an attribute that a selector may name."""
        if name == "load":
            return str(self.load.kind)
        if name == "band_strength":
            return self.load.strength
        if name == "band_place":
            return self.load.place
        if name == "knee_flexion_least":
            return self.knee_flexion_deg.least
        if name == "knee_flexion_most":
            return self.knee_flexion_deg.most
        if name.startswith("hip_"):
            return getattr(self.hip, name.removeprefix("hip_"))  # type: ignore[no-any-return]
        return getattr(self, name)  # type: ignore[no-any-return]


def _choice(name: str, values: tuple[str, ...], *, ordered: bool = False) -> FactDeclaration:
    return FactDeclaration(
        name=name,
        kind=Kind.ENUM,
        label=name.replace("_", " "),
        ask="",
        values=values,
        ordered=ordered,
    )


def _number(name: str, least: int, most: int) -> FactDeclaration:
    return FactDeclaration(
        name=name, kind=Kind.INT, label=name.replace("_", " "), ask="", least=least, most=most
    )


def _flag(name: str) -> FactDeclaration:
    return FactDeclaration(name=name, kind=Kind.BOOL, label=name.replace("_", " "), ask="")


SELECTABLE: Frozen[str, FactDeclaration] = Frozen(
    {
        fact.name: fact
        for fact in (
            _choice("position", POSITIONS),
            _choice("lies_on", LIES_ON),
            _choice("weight_bearing", WEIGHT_BEARING, ordered=True),
            _choice("support", SUPPORTS),
            _flag("kneels"),
            _number("step_cm", 0, 40),
            _number("hip_flexion", 0, 150),
            _number("hip_abduction", 0, 90),
            _flag("hip_adducts"),
            _flag("hip_turns_in"),
            _choice("load", LOADS),
            _choice("band_strength", BAND_STRENGTHS, ordered=True),
            _choice("band_place", LOAD_PLACES),
            _choice("target", TARGETS),
            _choice("tier", TIERS, ordered=True),
            _number("stage", min(STAGES), max(STAGES)),
            _number("rung", 1, 20),
            _number("knee_flexion_least", 0, 150),
            _number("knee_flexion_most", 0, 150),
        )
    }
)
"""Attributes that a selector may name, besides ``id`` and ``family``, whose values the catalogue gives."""

PRESCRIBED: Frozen[str, FactDeclaration] = Frozen(
    {
        fact.name: fact
        for fact in (
            _number("knee_flexion_deg", 0, 150),
            _number("sets", 0, 20),
            _number("reps", 0, 200),
            _number("hold_s", 0, 600),
            _number("effort", 0, 10),
            FactDeclaration(
                name="working_sides",
                kind=Kind.SET,
                label="working sides",
                ask="",
                values=SIDES,
                silent_absent=frozenset(SIDES),
            ),
        )
    }
)
"""What a hazard may bound besides: the prescription of one exercise."""
