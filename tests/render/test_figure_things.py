"""Figures: what a band is tied to, belts, presses, cushions, one hand that carries, and the arrow's path."""

from __future__ import annotations

import math
import re
from functools import cache
from itertools import pairwise

import attrs
import pytest

from glutemed.model.exercise import Exercise, LoadKind
from glutemed.model.figure import (
    PRESSED,
    VIEWS,
    WAYS,
    ArmPose,
    Figure,
    Pose,
    Press,
    Prop,
    View,
)
from glutemed.render.figure import figure_svg, pair_svg
from glutemed.render.figure.arrow import arrow
from glutemed.render.figure.band import ends, post
from glutemed.render.figure.camera import camera
from glutemed.render.figure.cushion import cushion
from glutemed.render.figure.flesh import flesh
from glutemed.render.figure.floor import lowest, supporting
from glutemed.render.figure.layers import layers
from glutemed.render.figure.posing import angles
from glutemed.render.figure.press import push
from glutemed.render.figure.props import table_legs
from glutemed.render.figure.scene import Scene, scene
from glutemed.render.figure.skeleton import Body
from glutemed.rulebook.load import load

RULES, FOUND = load()
assert RULES is not None, FOUND
DRAWN = [exercise for exercise in RULES.exercises if exercise.figure]
BY_ID = [pytest.param(exercise, id=exercise.id) for exercise in DRAWN]
TIED = [
    pytest.param(exercise, id=exercise.id)
    for exercise in DRAWN
    if RULES.figure[exercise.figure].band_to == "table"
]
STILL = [
    pytest.param(exercise, id=exercise.id)
    for exercise in DRAWN
    if RULES.figure[exercise.figure].moves == "nothing"
]

STANDING_STILL = [
    pytest.param(exercise, id=exercise.id)
    for exercise in DRAWN
    if exercise.weight_bearing == "one_leg"
    and RULES.figure[exercise.figure].start.working.knee == "bend"
    and RULES.figure[exercise.figure].end.working.knee == "bend"
]
LEANING = [
    pytest.param(exercise, id=exercise.id)
    for exercise in DRAWN
    if RULES.figure[exercise.figure].moves in {"pelvis", "chest"}
]


def figure_of(exercise: Exercise) -> Figure:
    return RULES.figure[exercise.figure]


@cache
def scene_of(name: str) -> Scene:
    exercise = RULES.exercise[name]
    return scene(exercise, figure_of(exercise))


def order(drawn: str, part: str) -> int:
    found = drawn.find(f'data-part="{part}')
    assert found >= 0, part
    return found


# --- A band that is tied to something, and a belt -------------------------------------------------


@pytest.mark.parametrize("exercise", TIED)
def test_a_band_that_is_tied_to_a_table_runs_from_the_working_leg_to_a_table_leg(exercise):
    """It goes round what the cues say, level at the start, and longer at the end."""
    figure, made = figure_of(exercise), scene_of(exercise.id)
    at = post(figure, made.start, exercise.load)
    table = next(prop for prop in figure.props if prop.kind == "table")
    assert any(
        leg.low[0] <= at[0][0] <= leg.high[0] and leg.low[1] <= at[0][1] <= leg.high[1]
        for leg in table_legs(table, made.start)
    )
    long = []
    for body in (made.start, made.end):
        ((near, _), _), ((far, _), _) = ends(body, exercise.load, at)
        assert math.dist(near, body.points["working.ankle"]) < 8
        assert math.dist(far, body.points["other.ankle"]) > 20
        long.append(math.dist(near, far))
    assert long[0] < long[1]
    assert at[0][2] == pytest.approx(ends(made.start, exercise.load, at)[0][0][0][2])


@pytest.mark.parametrize("exercise", TIED)
def test_the_far_half_of_a_tied_band_is_behind_the_table_and_the_near_half_before_the_leg(exercise):
    drawn = figure_svg(exercise, figure_of(exercise), "start")
    last = drawn.rfind('data-part="band"')
    assert order(drawn, "band") < order(drawn, "table") < order(drawn, "working.leg") < last


@pytest.mark.parametrize("exercise", BY_ID)
def test_only_a_band_whose_figure_says_so_is_tied_to_something(exercise):
    figure = figure_of(exercise)
    tied = post(figure, scene_of(exercise.id).start, exercise.load)
    assert (tied is not None) == (figure.band_to == "table")
    if tied:
        assert exercise.load.kind is LoadKind.BAND


def test_a_belt_is_drawn_where_a_figure_has_one_and_in_another_colour_than_a_band():
    """One gives and the other does not: nobody may take the one for the other."""
    belted = RULES.exercise["static-hip-abduction"]
    banded = RULES.exercise["seated-hip-rotation-band-light"]

    def colours(exercise: Exercise, kind: str) -> set[str]:
        drawn = pair_svg(exercise, figure_of(exercise))
        return set(re.findall(rf'data-part="{kind}" d="[^"]*" fill="([^"]+)"', drawn))

    (belt,), (band,) = colours(belted, "belt"), colours(banded, "band")
    assert belt != band
    assert not colours(banded, "belt")
    assert not colours(belted, "band")


# --- A press --------------------------------------------------------------------------------------


@pytest.mark.parametrize("exercise", BY_ID)
def test_every_press_is_seen_at_the_end_and_none_at_the_start(exercise):
    figure = figure_of(exercise)
    mark = 'data-part="press"'
    assert figure_svg(exercise, figure, "end").count(mark) == len(figure.presses)
    if figure.presses:
        assert mark not in figure_svg(exercise, figure, "start")


@pytest.mark.parametrize("exercise", STILL)
def test_where_nothing_moves_there_is_neither_a_path_nor_a_ghost(exercise):
    """A hold is not drawn as a small movement."""
    drawn = pair_svg(exercise, figure_of(exercise))
    assert 'data-part="arrow"' not in drawn
    assert 'data-part="ghost"' not in drawn
    made = scene_of(exercise.id)
    for knee in ("working.knee", "other.knee"):
        assert math.dist(made.start.points[knee], made.end.points[knee]) < 2


def tail_and_tip(at: str, towards: str) -> tuple[tuple[float, float], tuple[float, float]]:
    """The two ends of an arrow, seen from in front of somebody who stands."""
    exercise = next(found for found in DRAWN if found.id == "single-leg-squat")
    figure = attrs.evolve(figure_of(exercise), start=Pose(), end=Pose())
    found = push(Press(at=at, towards=towards), scene(exercise, figure).end, camera(VIEWS["front"]))
    first, last, tip = found.points[0], found.points[-1], found.points[3]
    return ((first[0] + last[0]) / 2, (first[1] + last[1]) / 2), tip


@pytest.mark.parametrize("at", PRESSED)
def test_a_press_points_the_way_its_word_says(at):
    """The working side is on the left of a front view, so out is left for it."""
    out = -1 if at.startswith("working") else 1
    wanted = {"down": (0, 1), "up": (0, -1), "out": (out, 0), "in": (-out, 0)}
    assert set(wanted) == set(WAYS)
    for word, (right, down) in wanted.items():
        tail, tip = tail_and_tip(at, word)
        along = (tip[0] - tail[0]) * right + (tip[1] - tail[1]) * down
        assert along == pytest.approx(math.dist(tail, tip), rel=0.02), word


def test_a_press_that_runs_towards_whoever_looks_is_left_out():
    """An arrow from its end would show no direction."""
    exercise = next(found for found in DRAWN if found.id == "single-leg-squat")
    figure = attrs.evolve(figure_of(exercise), start=Pose(), end=Pose())
    made = scene(exercise, figure).end
    press = Press(at="working_knee", towards="out")
    assert push(press, made, camera(VIEWS["side"])) is None


# --- Soft things, and one hand --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("prop", "landmark", "thick"),
    [
        (Prop(kind="roll", at="both_knees"), "working.knee", 5.5),
        (Prop(kind="roll", at="working_knee"), "working.knee", 5.5),
        (Prop(kind="pillow", at="working_knee"), "working.knee", 5.5),
    ],
)
def test_a_soft_thing_lies_on_the_floor_and_fills_the_room_below_the_body(prop, landmark, thick):
    exercise = RULES.exercise["static-hip-abduction"]
    made = scene_of(exercise.id).start
    level = camera(attrs.evolve(VIEWS["side"], elevation=0))
    heights = [-y for _, _, corners in cushion(prop, made, level) for _, y in corners]
    room = made.points[landmark][2] - thick
    assert min(heights) == pytest.approx(0.0, abs=0.1)
    assert room <= max(heights) <= room + 3.5
    assert room > 8


@pytest.mark.parametrize("at", ["head", "belly", "thighs", "both_knees", "other_knee"])
def test_a_pillow_can_lie_under_every_part_that_rests(at):
    exercise = RULES.exercise["prone-hip-extension"]
    made = scene_of(exercise.id).start
    ((path, kind, corners),) = cushion(
        Prop(kind="pillow", at=at), made, camera(VIEWS["side_above"])
    )
    assert kind == "pillow"
    assert path.endswith("Z")
    assert max(x for x, _ in corners) - min(x for x, _ in corners) > 15


@pytest.mark.parametrize("kind", ["roll", "pillow"])
@pytest.mark.parametrize("azimuth", [20, 160])
def test_what_lies_under_one_knee_hides_the_leg_behind_it_and_is_hidden_by_its_own(kind, azimuth):
    """A straight leg farther off never covers the towel; from the other side it may."""
    exercise = RULES.exercise["static-quads"]
    view = View(azimuth=azimuth, elevation=16)
    for own, farther in (("working", "other"), ("other", "working")):
        props = (Prop(kind=kind, at=f"{own}_knee"),)
        figure = attrs.evolve(figure_of(exercise), props=props, view=view)
        drawn = figure_svg(exercise, figure)
        assert drawn.count(f'data-part="{kind}"') == 1
        assert order(drawn, kind) < order(drawn, f"{own}.leg")
        if order(drawn, f"{farther}.leg") < order(drawn, f"{own}.leg"):
            assert order(drawn, f"{farther}.leg") < order(drawn, kind)
    assert (order(drawn, "working.leg") < order(drawn, "other.leg")) == (azimuth > 90)


@pytest.mark.parametrize("kind", ["pillow", "ball"])
def test_what_is_between_the_knees_is_drawn_between_the_legs(kind):
    exercise = RULES.exercise["side-lying-leg-lift"]
    props = (Prop(kind=kind, at="between_knees"),)
    drawn = figure_svg(exercise, attrs.evolve(figure_of(exercise), props=props), "start")
    legs = sorted(order(drawn, leg) for leg in ("working.leg", "other.leg"))
    assert legs[0] < order(drawn, kind) < legs[1]


def test_one_hand_can_carry_while_the_other_reaches():
    """The hand that is named is on the floor, and the other one need not be."""
    exercise = RULES.exercise["bird-dog"]
    end = scene_of(exercise.id).end
    assert figure_of(exercise).end.supports == ("other_knee", "working_hand")
    assert lowest(supporting(end, "working_hand")) == pytest.approx(0.0, abs=2.0)
    assert lowest(supporting(end, "other_hand")) > 40


# --- The path of the arrow ------------------------------------------------------------------------


@pytest.mark.parametrize("exercise", BY_ID)
def test_a_landmark_moves_little_by_little(exercise):
    """Where other supports take over there is no jump, so that no arrow runs back or too far."""
    path = scene_of(exercise.id).path()
    steps = [math.dist(a, b) for a, b in pairwise(path)]
    if path:
        assert max(steps) < 2.5 * sum(steps) / len(steps)
        assert sum(steps) < 2.5 * max(math.dist(path[0], point) for point in path)


def test_a_change_of_supports_does_not_throw_the_body_about():
    """From lying on the floor to a bridge on one foot: the hip only rises."""
    exercise = RULES.exercise["bridge"]
    figure = figure_of(exercise)
    assert figure.start.supports != figure.end.supports
    heights = [made.points["pelvis"][2] for made in scene(exercise, figure).bodies]
    assert heights == sorted(heights)


def test_a_path_that_comes_back_is_not_stretched():
    """How far it goes counts, not how near its end is to its beginning."""
    way = [(0.0, 0.0), (10.0, 0.0), (20.0, 5.0), (10.0, 10.0), (0.5, 0.5)]
    xs = [x for x, _ in arrow(way, []).points]
    assert max(xs) - min(xs) < 60


@pytest.mark.parametrize("exercise", LEANING)
def test_the_arrow_of_a_back_or_a_pelvis_lies_beside_the_trunk(exercise):
    """It would be lost on the body: no point of its shaft is on the shirt or the shorts."""
    made, view = scene_of(exercise.id), camera(figure_of(exercise).view)
    drawn = figure_svg(exercise, figure_of(exercise))
    shaft = re.search(r'data-part="arrow"><path d="([^"]+)"', drawn)[1]
    parts = flesh(made.end)
    trunk = [view.disc(ball) for name in ("trunk", "pelvis") for ball in parts[name].balls]
    for x, y in re.findall(r"(-?[\d.]+) (-?[\d.]+)", shaft):
        assert all(math.dist((float(x), float(y)), (a, b)) > radius for a, b, radius in trunk)


# --- A leg that only stands, a weight in the hands, and a back ------------------------------------


@pytest.mark.parametrize("exercise", STANDING_STILL)
def test_a_leg_that_only_stands_is_straighter_at_a_lesser_depth_and_nothing_else_changes(exercise):
    """The other leg lifts as far, and the back tips as far, as the cues say."""
    figure, bend = figure_of(exercise), exercise.knee_flexion_deg
    for part in (0.0, 1.0):
        deep, shallow = (angles(figure, exercise, d, part) for d in (bend.most, bend.least))
        off = {name: deep[name] - shallow[name] for name in deep.joints}
        changed = {name: by for name, by in off.items() if by}
        less = bend.most - bend.least
        assert changed == pytest.approx({"working.knee": less, "working.hip.flexion": less / 2})


def hands(name: str) -> tuple[Body, float]:
    """The end of an exercise, and how high its hands are."""
    made = scene_of(name).end
    return made, max(made.points[f"{side}.wrist"][2] for side in ("working", "other"))


def test_a_weight_in_the_hands_hangs_where_the_cue_says_so():
    """Close to the leg that stands, and the hands side by side."""
    made, high = hands("single-leg-deadlift-weight")
    assert high < made.points["pelvis"][2]
    knee = made.points["working.knee"]
    wrists = [made.points[f"{side}.wrist"] for side in ("working", "other")]
    assert all(abs(wrist[0] - knee[0]) < 20 for wrist in wrists)
    assert math.dist(*wrists) < 22


def test_a_weight_in_the_hands_is_at_the_chest_where_no_arm_is_given():
    made, high = hands("single-leg-squat-free-weight")
    assert high > made.points["waist"][2]
    exercise = RULES.exercise["single-leg-deadlift-weight"]
    figure = RULES.figure["single-leg-squat"]
    unsaid = attrs.evolve(figure, end=attrs.evolve(figure.end, working_arm=ArmPose(word="at_side")))
    assert angles(unsaid, exercise, 30, 1.0).arms["working"] == "on_chest"


@pytest.mark.parametrize("azimuth", [-120, -90, -60, 60, 90, 120])
def test_a_back_is_told_from_a_front(azimuth):
    """From behind the shirt covers the nape and the bun is on the hair; from in front neither."""
    parts = flesh(scene_of("single-leg-stance-hands-free").start)
    found = layers(parts, camera(View(azimuth=azimuth, elevation=10)))
    names = [layer.name for layer in found]
    assert ("bun" in names) == ("neck" in names) == (azimuth < 0)
    if azimuth < 0:
        assert names.index("neck") < names.index("trunk")
        assert names.index("head") < names.index("bun")
