"""The forms of exercises with their keys, in the order in which files have them."""

from __future__ import annotations

from glutemed.model.exercise import (
    BAND_STRENGTHS,
    LIES_ON,
    LOAD_PLACES,
    POSITIONS,
    SELECTABLE,
    STAGES,
    SUPPORTS,
    TARGETS,
    TIERS,
    WEIGHT_BEARING,
    LoadKind,
)
from glutemed.rulebook.conclusions import EXERCISE_LIMITS
from glutemed.rulebook.language import (
    AnyOf,
    Asking,
    Choice,
    Day,
    Flag,
    FormOf,
    Key,
    Listed,
    Named,
    Names,
    Part,
    Speaks,
    Text,
    Whole,
    Word,
)

ID = Word("^[a-z][a-z0-9]*(-[a-z0-9]+)*$")
SOURCES = Listed(Named(Names.SOURCE), least=1, most=40)
REVIEWED = Key(
    "reviewed", Day(), "The day on which somebody last read it against its sources.", required=True
)


def _degrees(name: str) -> Whole:
    return Whole(SELECTABLE[name].least, SELECTABLE[name].most)


_EXERCISE = (
    Key("id", ID, "A word like clamshell-band-light.", required=True),
    Key("name", Text(), "What it is called.", required=True),
    Key("family", Named(Names.FAMILY), "Rows of one family are its rungs.", required=True),
    Key("rung", Whole(1, 20), "Its place in the family: higher is harder.", required=True),
    Key("target", Choice(TARGETS), "What it trains.", required=True),
    Key(
        "stage", Whole(min(STAGES), max(STAGES)), "1 lying, 2 both legs, 3 one leg.", required=True
    ),
    Key("tier", Choice(TIERS), "How hard the muscle works in it.", required=True),
    Key("position", Choice(POSITIONS), "The position of the body.", required=True),
    Key("lies_on", Choice(LIES_ON), "Which leg is below; left out: none."),
    Key("weight_bearing", Choice(WEIGHT_BEARING), "What the working leg carries.", required=True),
    Key("support", Choice(SUPPORTS), "Whether the hands hold on to something; left out: none."),
    Key("kneels", Flag(), "Whether a knee rests on the floor."),
    Key("step_cm", _degrees("step_cm"), "The height of the step it uses; left out: none."),
    Key("hip", Part("`hip`"), "How far the working hip moves; left out counts as the worst."),
    Key("load", AnyOf((Choice(("none",)), Part("`load`"))), "The load.", required=True),
    Key("knee_flexion_deg", Part("`knee_flexion_deg`"), "How far the knee bends.", required=True),
    Key("needs", Asking(Speaks.EQUIPMENT), "A condition on equipment; left out: nothing."),
    Key(
        "dose", Listed(Part("dose step"), 1, 20, tall=True), "Steps that never fall.", required=True
    ),
    Key("how", Listed(Text(), 1, 5, tall=True), "At most five short cues.", required=True),
    Key("mistakes", Listed(Text(), 0, 2, tall=True), "The commonest mistakes, at most two."),
    Key("sources", SOURCES, "Ids of the sources that it rests on.", required=True),
    REVIEWED,
    Key("figure", Named(Names.FIGURE), "The figure that shows it; left out: none."),
)

_HIP = (
    Key("flexion", _degrees("hip_flexion"), "The most it bends, in degrees."),
    Key("abduction", _degrees("hip_abduction"), "The most outwards, in degrees."),
    Key("adducts", Flag(), "Whether the thigh crosses the middle, or the pelvis drops over it."),
    Key("turns_in", Flag(), "Whether the thigh is turned inwards."),
)

_LOAD = (
    Key("kind", Choice(tuple(kind.value for kind in LoadKind)), "What it is.", required=True),
    Key("strength", Choice(BAND_STRENGTHS[1:]), "How strong a band is."),
    Key("place", Choice(LOAD_PLACES[1:]), "Where it sits."),
)

_BEND = (
    Key("least", Whole(0, 150), "The smallest bend at which it makes sense.", required=True),
    Key("most", Whole(0, 150), "The deepest bend.", required=True),
)

DOSE = (
    Key("sets", Whole(*EXERCISE_LIMITS["sets"]), "How many sets.", required=True),
    Key("reps", Whole(*EXERCISE_LIMITS["reps"]), "Repetitions in a set.", required=True),
    Key("hold_s", Whole(*EXERCISE_LIMITS["hold_s"]), "Seconds each is held.", required=True),
    Key("rest_s", Whole(0, 600), "Seconds of rest between sets.", required=True),
    Key("effort", Whole(*EXERCISE_LIMITS["effort"]), "How hard it should feel.", required=True),
)

EXERCISE_FORMS = (
    FormOf("exercise", _EXERCISE),
    FormOf("`hip`", _HIP),
    FormOf("`load`", _LOAD),
    FormOf("`knee_flexion_deg`", _BEND),
    FormOf("dose step", DOSE),
)
"""The forms that exercises are made of."""
