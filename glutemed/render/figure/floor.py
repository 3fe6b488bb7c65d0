"""A body on the floor: what carries it touches the ground, and stays where it was."""

from __future__ import annotations

import math

import attrs

from glutemed.model.exercise import Exercise
from glutemed.model.figure import Figure
from glutemed.model.frozen import Frozen
from glutemed.render.figure.flesh import Ball, flesh, foot
from glutemed.render.figure.posing import LEGS, Angles
from glutemed.render.figure.skeleton import FOREARM, HAND, SIDE, Body, body, pelvis_of, reach, root
from glutemed.render.figure.vector import UP, Frame, Vector, add, cross, dot, sub, times, unit

USUAL_STEP = 15.0
_UPRIGHT = frozenset({"standing", "sitting"})
_SUPPORTS = Frozen(
    {
        "standing": ("working_foot", "other_foot"),
        "sitting": ("other_foot", "working_foot"),
        "quadruped": ("working_knee", "other_knee", "hands"),
    }
)


@attrs.frozen(kw_only=True)
class Ground:
    """Where the floor is for each foot, and where the first support stood at the start."""

    heights: Frozen[str, float]
    still: str
    anchor: Vector | None = None
    holds: Vector | None = None


def ground(figure: Figure, exercise: Exercise) -> Ground:
    """The floor of a figure: a step is under the foot that its prop names."""
    heights: dict[str, float] = {}
    for prop in figure.props:
        if prop.kind == "step":
            height = float(prop.height or step_height(exercise))
            feet = LEGS if prop.at == "both_feet" else (prop.at.removesuffix("_foot"),)
            heights |= {f"{foot}_foot": height for foot in feet}
    supports = figure.end.supports or _carried(figure.posture)
    return Ground(heights=Frozen(heights), still=supports[0])


def step_height(exercise: Exercise) -> float:
    """How high the step of an exercise is, in centimetres."""
    return float(exercise.step_cm or USUAL_STEP)


def placed(figure: Figure, found: Angles, floor: Ground) -> Body:
    """A skeleton that stands, sits or lies on the floor."""
    supports = found.supports or _carried(figure.posture)
    found = attrs.evolve(found, supports=supports)
    pelvis = pelvis_of(root(figure), found)
    made = _on_hands(body(found, pelvis), supports)
    if figure.posture not in _UPRIGHT and len(supports) > 1 and "body" not in supports:
        for _ in range(12):
            pelvis = _levelled(made, pelvis, supports)
            made = _on_hands(body(found, pelvis), supports)
    made = _lifted(made, [name for name in supports if not _reaches(name, found)], floor)
    for leg in sorted(found.reaching):
        found = _reached(found, leg, pelvis, made, floor)
        bent = body(found, pelvis).moved(made.points["pelvis"])
        made = _on_hands(bent, supports)
    carried = contact(made, floor.still)
    where = floor.anchor or sub(carried, made.points["pelvis"])
    made = made.moved((where[0] - carried[0], where[1] - carried[1], 0.0))
    return _arms(made, found, floor)


def contact(made: Body, support: str) -> Vector:
    """Where a support touches the ground: below the middle of its balls, or of the pelvis."""
    balls = supporting(made, support)
    if support == "body":
        return (*made.points["pelvis"][:2], lowest(balls))
    middle = times(add(*(centre for centre, _ in balls)), 1 / len(balls))
    return (middle[0], middle[1], lowest(balls))


def lowest(balls: tuple[Ball, ...]) -> float:
    """The height of the lowest point of some balls."""
    return min(centre[2] - radius for centre, radius in balls)


def supporting(made: Body, support: str) -> tuple[Ball, ...]:
    """The balls of a support."""
    side, _, part = support.partition("_")
    if part == "foot":
        return foot(made, side).balls
    if part == "knee":
        return ((made.points[f"{side}.knee"], 5.5),)
    if support == "hands":
        return tuple((made.points[f"{arm}.wrist"], 2.5) for arm in LEGS)
    if part == "hand":
        return ((made.points[f"{side}.wrist"], 2.5),)
    elbows = tuple((made.points[f"{arm}.elbow"], 3.7) for arm in LEGS)
    if support == "elbows":
        return elbows
    if support == "lower_elbow":
        return (min(elbows, key=lambda ball: ball[0][2]),)
    parts = flesh(made)
    if support == "buttocks":
        return parts["pelvis"].balls
    if support == "shoulders":
        return parts["trunk"].hulls[-1]
    bare = ("pelvis", "trunk", "head", "working.leg", "other.leg", "working.foot", "other.foot")
    return tuple(ball for name in bare for ball in parts[name].balls)


def _carried(posture: str) -> tuple[str, ...]:
    return _SUPPORTS.get(posture, ("body",))


def _reaches(support: str, found: Angles) -> bool:
    return support.endswith("_foot") and support.removesuffix("_foot") in found.reaching


def _lifted(made: Body, supports: list[str], floor: Ground) -> Body:
    up = max(floor.heights.get(name, 0.0) - lowest(supporting(made, name)) for name in supports)
    return made.moved((0.0, 0.0, up))


def _levelled(made: Body, pelvis: Frame, supports: tuple[str, ...]) -> Frame:
    """Turned so that the first support and the last one are as low as each other.

    The body turns about its own left where that is level, so that it does not roll; on its side,
    about its own front.
    """
    level = pelvis.y if abs(pelvis.y[2]) < 0.5 else pelvis.x
    axis = unit((level[0], level[1], 0.0))
    way = sub(contact(made, supports[-1]), contact(made, supports[0]))
    along = dot(way, cross(UP, axis))
    if abs(along) < 5.0:
        return pelvis
    return pelvis.turned(axis, -math.degrees(math.atan(way[2] / along)))


def _reached(found: Angles, leg: str, pelvis: Frame, made: Body, floor: Ground) -> Angles:
    """The angles with a knee bent, and its hip half as much, until the foot is on the floor."""
    height = floor.heights.get(f"{leg}_foot", 0.0)
    at = made.points["pelvis"]
    knee, hip = f"{leg}.knee", f"{leg}.hip.flexion"
    least, most = 0.0, 140.0

    def bent(by: float) -> Angles:
        more = found[hip] + (by - found[knee]) / 2
        return attrs.evolve(found, joints=Frozen({**found.joints, knee: by, hip: more}))

    for _ in range(30):
        middle = (least + most) / 2
        tried = body(bent(middle), pelvis).moved(at)
        if lowest(supporting(tried, f"{leg}_foot")) < height:
            least = middle
        else:
            most = middle
    return bent(most)


def _on_hands(made: Body, supports: tuple[str, ...]) -> Body:
    """Hands and forearms that carry lie flat on the floor."""
    points = dict(made.points)
    chest = made.frames["chest"]
    over = chest.z if abs(chest.x[2]) > 0.5 else chest.x
    ahead = unit((over[0], over[1], 0.0), (1.0, 0.0, 0.0))
    elbows = {f"{arm}.elbow": arm for arm in LEGS}
    low = min(elbows, key=lambda name: points[name][2])
    for name, arm in elbows.items():
        if "elbows" in supports or ("lower_elbow" in supports and name == low):
            flat = times(ahead, FOREARM)
            points[f"{arm}.wrist"] = add(points[name], (flat[0], flat[1], -1.0))
            points[f"{arm}.fingers"] = add(points[f"{arm}.wrist"], times(ahead, HAND))
        elif "hands" in supports or f"{arm}_hand" in supports:
            points[f"{arm}.fingers"] = add(points[f"{arm}.wrist"], times(ahead, HAND - 2.0))
    return attrs.evolve(made, points=Frozen(points))


def _arms(made: Body, found: Angles, floor: Ground) -> Body:
    for arm in LEGS:
        word, side = found.arms[arm], SIDE[arm]
        if word:
            made = _armed(made, arm, word, side, floor)
    return made


def _armed(made: Body, arm: str, word: str, side: float, floor: Ground) -> Body:
    pelvis, chest, head = (made.frames[name] for name in ("pelvis", "chest", "head"))
    points = made.points

    def reached(target: Vector, pole: Vector, fingers: Vector) -> Body:
        return reach(made, arm, target, pole, fingers)

    if word == "on_hip":
        target = add(points["pelvis"], pelvis.place((-1.0, side * 17.5, 8.0)))
        return reached(
            target, pelvis.place((-0.5, side, 0.1)), pelvis.place((1.0, -side * 0.2, -0.4))
        )
    if word == "on_chest":
        target = add(points["waist"], chest.place((15.0, side * 5.5, 19.0)))
        return reached(
            target, chest.place((0.1, side * 0.8, -1.0)), chest.place((0.3, -side * 1.0, 0.5))
        )
    if word == "crossed":
        target = add(points["waist"], chest.place((12.0, -side * 7.0, 22.0)))
        return reached(target, chest.place((0.2, side * 0.7, -1.0)), chest.place((0.0, -side, 0.6)))
    lies = abs(chest.x[2]) > 0.7
    if word == "under_head" and lies:
        below = math.copysign(8.0, -chest.x[2])
        target = add(points["head"], head.place((below, side * 6.0, 4.0)))
        return reached(target, chest.place((0.0, side, 0.3)), chest.place((0.0, -side, 0.2)))
    if word == "under_head":
        target = add(points["head"], head.place((3.0, side * 9.0, -2.0)))
        return reached(target, chest.place((1.0, 0.0, 0.4)), head.place((-0.8, 0.0, 0.5)))
    if word == "holds_on" and floor.holds is not None:
        shoulder = points[f"{arm}.shoulder"]
        target = (floor.holds[0], shoulder[1] * 0.9, floor.holds[2] + 2.5)
        return reached(target, (-0.4, side * 0.5, -1.0), (1.0, 0.0, 0.0))
    if lies:  # on the back or the front: beside the hip
        target = add(points[f"{arm}.shoulder"], chest.place((0.0, side * 7.0, -48.0)))
        return reached(
            (target[0], target[1], 2.6), chest.place((0.0, side, 0.0)), times(chest.z, -1)
        )
    ahead = unit((chest.x[0], chest.x[1], 0.0), (1.0, 0.0, 0.0))
    target = add(points["chest"], times(ahead, 24.0))
    return reached(
        (target[0], target[1], 2.6),
        add(UP, times(chest.z, -0.9)),
        add(times(chest.z, 0.8), times(ahead, 0.3)),
    )
