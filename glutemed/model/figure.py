"""A figure: how an exercise begins and ends, as angles of joints; see docs/reference/rule-language.md."""

from __future__ import annotations

import attrs

from glutemed.model.diagnostic import NOWHERE, Span
from glutemed.model.exercise import Exercise
from glutemed.model.frozen import Frozen
from glutemed.model.noun import noun

KNEE_WORDS = ("least", "most", "bend")
ARM_WORDS = (
    "at_side",
    "on_hip",
    "on_chest",
    "crossed",
    "forwards",
    "overhead",
    "under_head",
    "on_floor",
    "holds_on",
)
SUPPORTS = (
    "working_foot",
    "other_foot",
    "working_knee",
    "other_knee",
    "hands",
    "working_hand",
    "other_hand",
    "elbows",
    "lower_elbow",
    "buttocks",
    "shoulders",
    "body",
)
PROPS = ("step", "chair", "wall", "table", "rail", "pillow", "roll", "ball", "belt")
PROP_PLACES = (
    "working_foot",
    "other_foot",
    "both_feet",
    "buttocks",
    "head",
    "belly",
    "thighs",
    "above_knees",
    "between_knees",
    "both_knees",
    "working_knee",
    "other_knee",
    "floor",
)
LANDMARKS = ("knee", "ankle", "heel", "toes", "hip")
PRESSED = tuple(f"{leg}_{part}" for leg in ("working", "other") for part in LANDMARKS)
MOVING = (*PRESSED, "pelvis", "chest", "nothing")
WAYS = ("down", "up", "out", "in")
BAND_ENDS = ("both_legs", "table")


@noun(kw_only=True)
class View:
    """From where a figure is seen, in degrees.

    Args:
        azimuth: 0 looks at the right side of a person who stands; 90 into the face.
        elevation: 0 is level with the floor; 90 is from above.
    """

    azimuth: int
    elevation: int


VIEWS: Frozen[str, View] = Frozen(
    {
        "side": View(azimuth=0, elevation=6),
        "three_quarter": View(azimuth=38, elevation=10),
        "front": View(azimuth=90, elevation=6),
        "back": View(azimuth=270, elevation=6),
        "back_quarter": View(azimuth=322, elevation=10),
        "side_above": View(azimuth=0, elevation=24),
        "foot_end": View(azimuth=322, elevation=24),
        "head_end": View(azimuth=38, elevation=24),
    }
)


@noun(kw_only=True)
class HipAngles:
    """A hip, in degrees: forwards, outwards, and turned out; less than 0 is the other way."""

    flexion: int = 0
    abduction: int = 0
    rotation: int = 0


@noun(kw_only=True)
class LegPose:
    """One leg, in degrees.

    Args:
        knee: Degrees, or one of the words of `KNEE_WORDS`.
        ankle: Toes up; None is flat on the floor where it stands, else relaxed.
        level: Keep the sole level, wherever it is.
        reaches: Bend the knee as much as brings this foot to the floor.
    """

    hip: HipAngles = HipAngles()
    knee: int | str = 0
    ankle: int | None = None
    level: bool = False
    reaches: bool = False


@noun(kw_only=True)
class ArmPose:
    """One arm: one of the words of `ARM_WORDS`, or none of them and angles in degrees."""

    word: str = ""
    flexion: int = 0
    abduction: int = 0
    rotation: int = 0
    elbow: int = 0


@noun(kw_only=True)
class Pose:
    """Every joint, in degrees.

    Args:
        lean: The whole body forwards.
        tilt: The whole body to the working side.
        turn: The whole body round the upright, towards the working side.
        bow: The back forwards, over the pelvis.
        bend: The back to the working side, over the pelvis.
        twist: The back round itself, towards the working side.
        nod: The head forwards.
        supports: What carries the body, the first of which stays where it is.
    """

    lean: int = 0
    tilt: int = 0
    turn: int = 0
    bow: int = 0
    bend: int = 0
    twist: int = 0
    nod: int = 0
    working: LegPose = LegPose()
    other: LegPose = LegPose()
    working_arm: ArmPose = ArmPose(word="at_side")
    other_arm: ArmPose = ArmPose(word="at_side")
    supports: tuple[str, ...] = ()


@noun(kw_only=True)
class Prop:
    """A thing beside the body, in centimetres from the floor below the pelvis at the start.

    Args:
        kind: One of the words of `PROPS`.
        at: What it stands under or goes round, or ``floor``.
        forward: How far in front of a person who stands; less than 0 is behind.
        aside: How far to the working side.
        height: How high it is; 0 is what is usual.
    """

    kind: str
    at: str = "floor"
    forward: int = 0
    aside: int = 0
    height: int = 0


@noun(kw_only=True)
class Press:
    """A push without a movement.

    Args:
        at: The landmark that pushes.
        towards: One of the words of `WAYS`; out is away from the middle of the body.
    """

    at: str
    towards: str


@noun(kw_only=True)
class Figure:
    """How one family of exercises begins and ends.

    Args:
        posture: One of the positions of exercises.
        below: Which leg is below on the side: ``other`` or ``working``.
        band_to: What the band of a row goes round: both legs, or the working leg and a table leg.
        moves: The landmark along whose path the arrow runs, or ``nothing``.
        presses: Where the body pushes and stays.
        shows: What one sees, for those who cannot see it.
    """

    id: str
    posture: str
    below: str
    view: View
    start: Pose
    end: Pose
    props: tuple[Prop, ...]
    moves: str
    presses: tuple[Press, ...] = ()
    band_to: str = BAND_ENDS[0]
    shows: str
    pack: str
    span: Span = attrs.field(default=NOWHERE, eq=False, repr=False)


def resolved(leg: LegPose, exercise: Exercise, prescribed: int) -> float:
    """How far the knee of a leg bends, in degrees, in an exercise at a prescribed depth."""
    if leg.knee == "bend":
        return prescribed
    if leg.knee == "least":
        return exercise.knee_flexion_deg.least
    if leg.knee == "most":
        return exercise.knee_flexion_deg.most
    assert isinstance(leg.knee, int)
    return leg.knee
