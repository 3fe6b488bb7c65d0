"""Figures: the skeleton keeps its lengths and its angles, stands on the floor, and is drawn soundly."""

from __future__ import annotations

import math
import re
from functools import cache
from pathlib import Path
from xml.etree import ElementTree as ET

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glutemed.model.diagnostic import Text
from glutemed.model.exercise import Exercise, Load, LoadKind
from glutemed.model.figure import ARM_WORDS, PROPS, Figure, HipAngles, LegPose, Pose, Prop
from glutemed.render.figure import figure_svg, pair_svg
from glutemed.render.figure.camera import camera, outline
from glutemed.render.figure.floor import lowest, supporting
from glutemed.render.figure.posing import angles
from glutemed.render.figure.scene import PHASES, Scene, scene
from glutemed.render.figure.skeleton import (
    FOREARM,
    SHANK,
    THIGH,
    UPPER_ARM,
    Body,
    body,
    pelvis_of,
    reach,
)
from glutemed.render.figure.vector import STANDING, length, sub
from glutemed.rulebook.form import Findings
from glutemed.rulebook.load import bundled, load, ruleset, texts

SVG = "{http://www.w3.org/2000/svg}"
RULES, FOUND = load()
assert RULES is not None, FOUND
DRAWN = [exercise for exercise in RULES.exercises if exercise.figure]
BY_ID = [pytest.param(exercise, id=exercise.id) for exercise in DRAWN]
DEEP = [
    pytest.param(exercise, id=exercise.id)
    for exercise in DRAWN
    if exercise.depth_counts and exercise.knee_flexion_deg.least < exercise.knee_flexion_deg.most
]
LIMBS = (
    ("hip", "knee", THIGH),
    ("knee", "ankle", SHANK),
    ("shoulder", "elbow", UPPER_ARM),
    ("elbow", "wrist", FOREARM),
)

degrees = st.integers(-180, 180)
knees = st.integers(0, 150)
hips = st.builds(HipAngles, flexion=degrees, abduction=degrees, rotation=degrees)
legs = st.builds(LegPose, hip=hips, knee=knees, ankle=st.none() | st.integers(-60, 40))
turns = dict.fromkeys(("lean", "tilt", "turn", "bow", "bend", "twist", "nod"), degrees)
poses = st.builds(Pose, **turns, working=legs, other=legs)


def figure_of(exercise: Exercise) -> Figure:
    return RULES.figure[exercise.figure]


@cache
def drawn_pair(name: str) -> str:
    exercise = RULES.exercise[name]
    return pair_svg(exercise, figure_of(exercise))


@cache
def drawn_end(name: str) -> str:
    exercise = RULES.exercise[name]
    return figure_svg(exercise, figure_of(exercise))


@cache
def scene_of(name: str, depth: int | None = None) -> Scene:
    exercise = RULES.exercise[name]
    return scene(exercise, figure_of(exercise), depth)


def bent(made: Scene) -> Body:
    """The pose at the bend that is prescribed: mostly the end, in a step-up the start."""
    if made.exercise.depth_counts and made.figure.end.working.knee != "bend":
        return made.start
    return made.end


def limbs(made: Body):
    for side in ("working", "other"):
        for above, below, long in LIMBS:
            yield made.points[f"{side}.{above}"], made.points[f"{side}.{below}"], long


def posed(pose: Pose, like: Exercise) -> Figure:
    return attrs.evolve(figure_of(like), start=pose, end=pose)


# --- The skeleton ---------------------------------------------------------------------------------


@given(pose=poses)
def test_limbs_keep_their_length_under_any_angles(pose):
    """A joint turns a limb; nothing stretches one."""
    exercise = DRAWN[0]
    found = angles(posed(pose, exercise), exercise, 0, 0.0)
    made = body(found, pelvis_of(STANDING, found))
    for above, below, long in limbs(made):
        assert length(sub(above, below)) == pytest.approx(long, abs=1e-6)


@given(pose=poses)
def test_a_knee_measures_what_it_was_told(pose):
    """The angle between the points of a leg is the number of its knee, whatever the hip does."""
    exercise = DRAWN[0]
    found = angles(posed(pose, exercise), exercise, 0, 0.0)
    made = body(found, pelvis_of(STANDING, found))
    assert made.knee_flexion("working") == pytest.approx(pose.working.knee, abs=1e-5)
    assert made.knee_flexion("other") == pytest.approx(pose.other.knee, abs=1e-5)


@given(target=st.tuples(*[st.floats(-150, 150)] * 3), side=st.sampled_from(("working", "other")))
def test_an_arm_that_reaches_keeps_its_length_and_gets_there_where_it_can(target, side):
    """A hand goes to its target, or as near as the arm is long."""
    exercise = DRAWN[0]
    found = angles(posed(Pose(), exercise), exercise, 0, 0.0)
    made = body(found, STANDING)
    reached = reach(made, side, target, (0.0, -1.0, -1.0), (1.0, 0.0, 0.0))
    for above, below, long in limbs(reached):
        assert length(sub(above, below)) == pytest.approx(long, abs=1e-4)
    away = length(sub(target, made.points[f"{side}.shoulder"]))
    missed = length(sub(target, reached.points[f"{side}.wrist"]))
    if UPPER_ARM - FOREARM + 1.5 < away < UPPER_ARM + FOREARM - 0.5:
        assert missed == pytest.approx(0.0, abs=1e-4)
    else:
        assert missed <= max(away - UPPER_ARM - FOREARM + 0.3, UPPER_ARM - FOREARM + 1.1)


def test_each_movement_goes_the_way_its_name_says():
    """Forwards is x, the working side is less than 0 in y, and up is z."""
    exercise = DRAWN[0]

    def leg(**moved: int) -> Body:
        pose = Pose(working=LegPose(hip=HipAngles(**moved), knee=90))
        found = angles(posed(pose, exercise), exercise, 0, 0.0)
        return body(found, STANDING)

    still = leg()
    assert leg(flexion=40).points["working.knee"][0] > still.points["working.knee"][0] + 20
    assert leg(abduction=40).points["working.knee"][1] < still.points["working.knee"][1] - 20
    turned = leg(rotation=40).points["working.ankle"]
    assert turned[1] > still.points["working.ankle"][1] + 20, "out: the shin behind comes inwards"
    assert still.points["working.ankle"][0] < still.points["working.knee"][0] - 30


# --- Every figure of the rules --------------------------------------------------------------------


@pytest.mark.parametrize("exercise", BY_ID)
def test_the_knee_that_is_drawn_is_the_knee_that_the_rules_read(exercise):
    """Picture and depth rule cannot disagree: at the deepest bend, and at every lesser one."""
    figure, bend = figure_of(exercise), exercise.knee_flexion_deg
    for depth in {bend.least, (bend.least + bend.most) // 2, bend.most}:
        made = scene_of(exercise.id, depth)
        for pose, one in ((figure.start, made.start), (figure.end, made.end)):
            if pose.working.knee == "bend":
                assert one.knee_flexion("working") == pytest.approx(depth, abs=0.5)
        assert bend.least - 0.5 <= bent(made).knee_flexion("working") <= bend.most + 0.5
        if exercise.depth_counts:
            for one in made.bodies:
                assert one.knee_flexion("working") <= depth + 0.5, "deeper on the way there"


@pytest.mark.parametrize("exercise", BY_ID)
def test_no_body_floats_and_none_sinks(exercise):
    """What carries a body touches its ground, within 2 cm, at every moment."""
    figure = figure_of(exercise)
    depths = {exercise.knee_flexion_deg.least, exercise.knee_flexion_deg.most}
    on_step = {prop.at for prop in figure.props if prop.kind == "step"}
    for depth in depths:
        made = scene_of(exercise.id, depth)
        for one, pose in ((made.start, figure.start), (made.end, figure.end)):
            for support in pose.supports or figure.start.supports or ("body",):
                raised = support in on_step or ("both_feet" in on_step and "foot" in support)
                height = exercise.step_cm if raised else 0
                found = lowest(supporting(one, support))
                assert found == pytest.approx(height, abs=2.0), f"{support} at {found:.1f} cm"


@pytest.mark.parametrize("exercise", BY_ID)
def test_what_stands_stays_where_it_was(exercise):
    """A foot that carries does not slide between the start and the end."""
    figure = figure_of(exercise)
    still = (figure.end.supports or figure.start.supports or ("body",))[0]
    if not still.endswith("_foot"):
        return
    made = scene_of(exercise.id, exercise.knee_flexion_deg.most)
    ankle = f"{still.removesuffix('_foot')}.ankle"
    first, last = made.start.points[ankle], made.end.points[ankle]
    assert math.dist(first[:2], last[:2]) < 1.5


@pytest.mark.parametrize("exercise", DEEP)
def test_a_shallower_bend_moves_everything_less(exercise):
    """At a lesser depth the body leans less and the pelvis stays higher."""
    bend = exercise.knee_flexion_deg
    shallow = bent(scene_of(exercise.id, bend.least))
    deep = bent(scene_of(exercise.id, bend.most))
    assert shallow.points["pelvis"][2] > deep.points["pelvis"][2]
    assert shallow.frames["chest"].x[2] >= deep.frames["chest"].x[2] - 1e-9


@pytest.mark.parametrize("exercise", BY_ID)
def test_a_picture_is_sound_svg_with_a_title_a_description_and_a_role(exercise):
    """Whoever cannot see a picture is told what it shows, and any parser can read it."""
    figure = figure_of(exercise)
    for drawn in (drawn_pair(exercise.id), drawn_end(exercise.id)):
        top = ET.fromstring(drawn)
        assert top.get("role") == "img"
        named = (top.get("aria-labelledby") or "").split()
        told = {element.get("id"): element.text for element in top if element.get("id")}
        assert [told[name] for name in named][1] == figure.shows
        assert exercise.name in (told[named[0]] or "")
        assert [element.tag for element in top][:2] == [f"{SVG}title", f"{SVG}desc"]
        _, _, wide, high = map(float, (top.get("viewBox") or "").split())
        assert 50 < wide < 900
        assert 50 < high < 400
        assert "nan" not in drawn


@pytest.mark.parametrize("exercise", BY_ID)
def test_the_picture_has_the_load_of_the_row_and_no_other(exercise):
    """A band is drawn exactly where the load is a band, a weight exactly where it is a weight."""
    drawn = drawn_pair(exercise.id)
    assert ('data-part="band"' in drawn) == (exercise.load.kind is LoadKind.BAND)
    assert ('data-part="weight"' in drawn) == (exercise.load.kind is LoadKind.FREE_WEIGHT)


@pytest.mark.parametrize("exercise", BY_ID)
def test_everything_that_is_drawn_lies_within_the_frame(exercise):
    """Nothing is cut off at the edge of a picture."""
    drawn = drawn_end(exercise.id)
    left, top, wide, high = map(float, re.search(r'viewBox="([^"]+)"', drawn)[1].split())
    for path in re.findall(r' d="([^"]+)"', drawn):
        for x, y in re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)", path):
            assert left <= float(x) <= left + wide
            assert top <= float(y) <= top + high


def test_all_pictures_can_stand_in_one_page():
    """No two drawings share an id, nor do the start, the end, the pair and a lesser depth of one."""
    first = DRAWN[0]
    drawn = [drawn_pair(exercise.id) for exercise in DRAWN]
    drawn += [figure_svg(first, figure_of(first), phase) for phase in PHASES]
    drawn += [pair_svg(first, figure_of(first), depth) for depth in (60, 70)]
    found = [name for text in drawn for name in re.findall(r'\bid="([^"]+)"', text)]
    assert len(found) == 2 * len(drawn)
    assert len(set(found)) == len(found)


@pytest.mark.parametrize("exercise", BY_ID)
def test_the_same_figure_gives_the_same_bytes(exercise):
    """A picture depends on nothing but its exercise and its figure."""
    assert pair_svg(exercise, figure_of(exercise)) == drawn_pair(exercise.id)


# --- What a picture cannot be made to do ----------------------------------------------------------


def test_names_are_text_and_never_markup():
    """A rule file from elsewhere cannot put a script into a page."""
    exercise = attrs.evolve(DRAWN[0], name='<script>alert("1")</script>', id='x"><script>')
    figure = attrs.evolve(figure_of(DRAWN[0]), shows="</desc><script>&amp;</script>")
    drawn = pair_svg(exercise, figure)
    assert "<script" not in drawn
    top = ET.fromstring(drawn)
    assert top.find(f"{SVG}desc").text == "</desc><script>&amp;</script>"
    assert top.find(f"{SVG}title").text.startswith('<script>alert("1")</script>')


def test_a_depth_beyond_the_exercise_is_not_drawn():
    """Whoever asks for 120 degrees gets the deepest that the exercise has."""
    exercise = DEEP[0].values[0]
    made = scene(exercise, figure_of(exercise), 120)
    assert made.end.knee_flexion("working") == pytest.approx(exercise.knee_flexion_deg.most)


@pytest.mark.parametrize("exercise", DEEP)
def test_a_movement_that_begins_bent_is_as_shallow_as_one_that_ends_bent(exercise):
    """A step-up is a step-down backwards, at every depth."""
    figure, bend = figure_of(exercise), exercise.knee_flexion_deg
    backwards = attrs.evolve(figure, start=figure.end, end=figure.start)
    for depth in (bend.least, bend.most):
        forth = angles(figure, exercise, depth, 1.0)
        back = angles(backwards, exercise, depth, 0.0)
        assert back.joints == pytest.approx(forth.joints)


def test_a_foot_that_reaches_comes_down_to_the_floor():
    """The other leg bends as much as it must, and its foot is flat there."""
    exercise = next(found for found in DRAWN if found.id == "single-leg-squat")
    figure = figure_of(exercise)
    end = attrs.evolve(
        figure.end,
        other=LegPose(hip=HipAngles(flexion=30), reaches=True),
        supports=("working_foot", "other_foot"),
    )
    made = scene(exercise, attrs.evolve(figure, end=end)).end
    assert lowest(supporting(made, "other_foot")) == pytest.approx(0.0, abs=0.2)
    assert made.frames["other.foot"].z == pytest.approx((0.0, 0.0, 1.0))
    assert 1.0 < made.knee_flexion("other") < 120.0


@pytest.mark.parametrize("place", ["above_knees", "ankles", "forefeet"])
def test_a_band_goes_round_both_legs_at_its_place(place):
    """Each place of a band gives another loop, before and behind the legs."""
    exercise = next(found for found in DRAWN if found.load == Load())
    load = Load(kind=LoadKind.BAND, strength="light", place=place)
    drawn = figure_svg(attrs.evolve(exercise, load=load), figure_of(exercise), "end")
    assert drawn.count('data-part="band"') >= 2


@pytest.mark.parametrize("word", ARM_WORDS)
def test_every_word_for_an_arm_can_be_drawn(word):
    """No word of the language is without a picture."""
    exercise = DRAWN[0]
    figure = figure_of(exercise)
    arm = attrs.evolve(figure.start.working_arm, word=word)
    changed = attrs.evolve(figure, start=attrs.evolve(figure.start, working_arm=arm))
    assert ET.fromstring(pair_svg(exercise, changed)) is not None


@pytest.mark.parametrize("kind", PROPS)
def test_every_prop_can_be_drawn(kind):
    """Nothing that a figure may stand beside is left out."""
    exercise = DEEP[0].values[0]
    place = {"step": "working_foot", "pillow": "head"}.get(kind, "floor")
    figure = attrs.evolve(figure_of(exercise), props=(Prop(kind=kind, at=place, forward=30),))
    drawn = figure_svg(exercise, figure, "start")
    assert f'data-part="{kind}' in drawn


def test_the_outline_of_one_ball_is_a_circle_and_of_two_a_hull_with_two_arcs():
    """Arcs and lines, so that a drawing stays sharp and small."""
    assert outline([(0.0, 0.0, 5.0)]).count("A") == 2
    assert outline([(0.0, 0.0, 5.0), (40.0, 0.0, 3.0)]).count("A") == 2


def test_the_side_view_shows_a_person_who_looks_to_the_right():
    """Forwards is right on the paper, up is up, and the working side is near."""
    from glutemed.model.figure import VIEWS

    view = camera(VIEWS["side"])
    assert view.at((10.0, 0.0, 0.0))[0] > 9
    assert view.at((0.0, 0.0, 10.0))[1] < -9
    assert view.depth((0.0, -10.0, 0.0)) > 9


# --- The language ---------------------------------------------------------------------------------


def with_figure(name: str, *changes: tuple[str, str]) -> tuple[str, ...]:
    """The codes that the bundled rules give when one of their files is changed."""
    unread = Findings()
    files = []
    for text in texts([bundled()], unread):
        content = text.content
        if Path(text.name).stem == name:
            for before, after in changes:
                assert before in content, before
                content = content.replace(before, after)
        files.append(Text(text.name, content))
    return tuple(sorted({found.code for found in ruleset(files, "1")[1]}))


def test_a_squat_cannot_be_drawn_at_a_number_that_no_limit_reaches():
    """A knee that carries is drawn at the bend that is prescribed, and at no other."""
    assert with_figure("single-leg-squat", ("knee: bend", "knee: 60")) == ("GM249",)
    assert with_figure("single-leg-squat", ("knee: bend", "knee: most")) == ("GM249",)


def test_a_hip_cannot_be_drawn_beyond_what_its_row_says():
    """What rules read of a hip is what one sees."""
    change = ("{abduction: 30}", "{abduction: 89}")
    row = with_figure("side-lying-leg-lift", change)
    declared = RULES.exercise["side-lying-leg-lift"].hip.abduction
    assert row == (("GM249",) if declared < 89 else ())


def test_hands_hold_on_exactly_where_the_row_says_so():
    """A person who was told to hold on sees somebody who does."""
    assert with_figure("single-leg-squat", ("arms: holds_on", "arms: at_side")) == ("GM248",)
    assert with_figure("lateral-walk", ("arms: on_hip", "arms: holds_on")) == ("GM248",)


def test_every_figure_is_of_some_exercise():
    """A figure that no row names is drawn for nobody."""
    assert set(RULES.figure) == {exercise.figure for exercise in DRAWN}


def test_every_exercise_has_its_picture():
    """Nobody is told to do something that is not shown."""
    lacking = [exercise.id for exercise in RULES.exercises if not exercise.figure]
    assert not lacking, "write `figure: ID` in their rows"
