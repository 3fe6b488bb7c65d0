"""The forms of figures with their keys, in the order in which files have them."""

from __future__ import annotations

from glutemed.model.exercise import POSITIONS
from glutemed.model.figure import (
    ARM_WORDS,
    BAND_ENDS,
    KNEE_WORDS,
    MOVING,
    PRESSED,
    PROP_PLACES,
    PROPS,
    SUPPORTS,
    VIEWS,
    WAYS,
)
from glutemed.rulebook.language import (
    AnyOf,
    Choice,
    FormOf,
    Key,
    Listed,
    Part,
    Text,
    Whole,
    Word,
)

_TURN = Whole(-180, 180)
_ARM = AnyOf((Choice(ARM_WORDS), Part("arm")))

_FIGURE = (
    Key("id", Word("^[a-z][a-z0-9]*(-[a-z0-9]+)*$"), "A word like side-plank.", required=True),
    Key("posture", Choice(POSITIONS), "The position of the body.", required=True),
    Key("below", Choice(("other", "working")), "Which leg is below, on the side."),
    Key(
        "view",
        AnyOf((Choice(tuple(VIEWS)), Part("`view`"))),
        "From where it is seen.",
        required=True,
    ),
    Key("shows", Text(), "What one sees, for those who cannot see it.", required=True),
    Key("moves", Choice(MOVING), "Along whose path the arrow runs.", required=True),
    Key("presses", Listed(Part("press")), "Where the body pushes and stays."),
    Key("band_to", Choice(BAND_ENDS), "What the band goes round; left out: both legs."),
    Key("props", Listed(Part("prop")), "What stands beside the body."),
    Key("start", Part("pose"), "How it begins.", required=True),
    Key("end", Part("pose"), "How it ends; what is left out is as at the start.", required=True),
)

_VIEW = (
    Key("azimuth", Whole(-360, 360), "0 looks at the right side, 90 into the face.", required=True),
    Key("elevation", Whole(0, 80), "0 is level with the floor.", required=True),
)

_POSE = (
    Key("lean", _TURN, "The whole body forwards, in degrees."),
    Key("tilt", _TURN, "The whole body to the working side."),
    Key("turn", _TURN, "The whole body round the upright, towards the working side."),
    Key("bow", _TURN, "The back forwards, over the pelvis."),
    Key("bend", _TURN, "The back to the working side, over the pelvis."),
    Key("twist", _TURN, "The back round itself, towards the working side."),
    Key("nod", _TURN, "The head forwards."),
    Key("working", Part("leg"), "The working leg."),
    Key("other", Part("leg"), "The other leg."),
    Key("arms", AnyOf((Choice(ARM_WORDS), Part("`arms`"))), "Both arms."),
    Key("supports", Listed(Choice(SUPPORTS), 0, 6), "What carries the body, the first one still."),
)

_LEG = (
    Key("hip", Part("hip of a leg"), "The hip, in degrees."),
    Key(
        "knee",
        AnyOf((Whole(0, 150), Choice((*KNEE_WORDS, "reach")))),
        "How far the knee bends: degrees, or a word for what the exercise says.",
    ),
    Key("ankle", AnyOf((Whole(-80, 40), Choice(("level",)))), "Toes up; level: flat on the floor."),
)

_HIP = (
    Key("flexion", Whole(-40, 150), "Forwards."),
    Key("abduction", Whole(-45, 90), "Outwards."),
    Key("rotation", Whole(-60, 80), "Turned out."),
)

_ARMS = (
    Key("working", _ARM, "The arm of the working side."),
    Key("other", _ARM, "The other arm."),
)

_ANGLES = (
    Key("flexion", Whole(-60, 180), "Forwards."),
    Key("abduction", Whole(-45, 180), "Outwards."),
    Key("rotation", Whole(-90, 90), "Turned out."),
    Key("elbow", Whole(0, 150), "How far the elbow bends."),
)

_PROP = (
    Key("kind", Choice(PROPS), "What it is.", required=True),
    Key("at", Choice(PROP_PLACES), "What it is under or round; left out: the floor."),
    Key("forward", Whole(-200, 200), "Centimetres in front."),
    Key("aside", Whole(-200, 200), "Centimetres to the working side."),
    Key("height", Whole(0, 200), "Centimetres; 0 is what is usual."),
)

_PRESS = (
    Key("at", Choice(PRESSED), "What pushes.", required=True),
    Key("towards", Choice(WAYS), "Which way; out is away from the middle.", required=True),
)

FIGURE_FORMS = (
    FormOf("figure", _FIGURE),
    FormOf("`view`", _VIEW),
    FormOf("pose", _POSE),
    FormOf("leg", _LEG),
    FormOf("hip of a leg", _HIP),
    FormOf("`arms`", _ARMS),
    FormOf("arm", _ANGLES),
    FormOf("prop", _PROP),
    FormOf("press", _PRESS),
)
"""The forms that figures are made of."""
