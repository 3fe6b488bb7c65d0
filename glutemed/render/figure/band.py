"""What goes round the legs or is held: a band, a belt, a cuff round an ankle, a weight in the hands."""

from __future__ import annotations

import math

import attrs

from glutemed.model.exercise import Load, LoadKind
from glutemed.model.figure import Figure
from glutemed.render.figure.camera import Camera, Point, outline, polygon
from glutemed.render.figure.flesh import Ball
from glutemed.render.figure.posing import LEGS
from glutemed.render.figure.props import table_legs
from glutemed.render.figure.skeleton import SOLE, Body
from glutemed.render.figure.vector import (
    UP,
    Vector,
    add,
    between,
    cross,
    dot,
    length,
    sub,
    times,
    unit,
)

WIDTHS = {"light": 5.0, "medium": 6.5, "heavy": 8.0}
_BELT = 5.5
_POST = 2.6
_STEPS = 48

Ring = tuple[Ball, Vector]
"""What a loop goes round, and along which direction that runs there."""


@attrs.frozen
class Loop:
    """The paths of a ribbon that are seen behind what it goes round, and before it."""

    behind: tuple[str, ...] = ()
    before: tuple[str, ...] = ()


def post(figure: Figure, start: Body, load: Load) -> Ball | None:
    """Where the band goes round the nearest leg of a table, at the height at which it is level.

    None where it goes round both legs, or where there is no such band or table.
    """
    tables = [prop for prop in figure.props if prop.kind == "table"]
    if figure.band_to != "table" or load.kind is not LoadKind.BAND or not tables:
        return None
    (ankle, _), _ = _ring(start, "working", load.place)
    feet = [between(leg.low, leg.high, 0.5) for leg in table_legs(tables[0], start)]
    near = min(feet, key=lambda at: math.dist(at[:2], ankle[:2]))
    return (near[0], near[1], ankle[2]), _POST


def ends(made: Body, load: Load, at: Ball | None) -> tuple[Ring, ...]:
    """The two things that the band of a load goes round; none where the load is no band.

    Args:
        made: The body.
        load: The load of the exercise.
        at: The table leg, where it goes round that.
    """
    if load.kind is not LoadKind.BAND or load.place == "hands":
        return ()
    first = _ring(made, "working", load.place)
    return first, ((at, times(UP, -1.0)) if at else _ring(made, "other", load.place))


def band(made: Body, load: Load, camera: Camera, at: Ball | None = None) -> Loop:
    """The band of a load; nothing where the load is none."""
    rings = ends(made, load, at)
    return _ribbon(rings, WIDTHS[load.strength], camera) if rings else Loop()


def belt(figure: Figure, made: Body, camera: Camera) -> Loop:
    """A belt round both thighs, which does not give; nothing where the figure has none."""
    if not any(prop.kind == "belt" for prop in figure.props):
        return Loop()
    return _ribbon(tuple(_ring(made, leg, "above_knees") for leg in LEGS), _BELT, camera)


def across(made: Body, load: Load, at: Ball | None = None) -> list[Ball]:
    """Where the band runs from one end to the other, for what should not cover it."""
    rings = ends(made, load, at)
    if not rings:
        return []
    ((first, _), _), ((last, _), _) = rings[0], rings[-1]
    return [(between(first, last, step / 8), WIDTHS[load.strength]) for step in range(9)]


def cuff(made: Body, load: Load, camera: Camera) -> Loop:
    """A weight that is strapped to the working ankle; nothing where the load is another."""
    if load.kind is not LoadKind.FREE_WEIGHT or load.place != "ankles":
        return Loop()
    (centre, radius), axis = _ring(made, "working", "ankles")
    return _ribbon((((centre, radius + 1.3), axis),), 8.5, camera)


def dumbbell(made: Body, load: Load, camera: Camera) -> tuple[str, ...]:
    """A weight between the hands; nothing where the load is another."""
    if load.kind is not LoadKind.FREE_WEIGHT or load.place != "hands":
        return ()
    hands = [between(made.points[f"{a}.wrist"], made.points[f"{a}.fingers"], 0.45) for a in LEGS]
    chest = made.frames["chest"]
    middle = add(between(hands[0], hands[1], 0.5), times(chest.x, 4.0))
    ends = [add(middle, times(chest.z, at)) for at in (-8.0, -4.5, 4.5, 8.0)]
    bar = outline([camera.disc((ends[1], 1.8)), camera.disc((ends[2], 1.8))])
    low = outline([camera.disc((ends[0], 5.2)), camera.disc((ends[1], 5.2))])
    high = outline([camera.disc((ends[2], 5.2)), camera.disc((ends[3], 5.2))])
    return bar, low, high


def _ring(made: Body, leg: str, place: str) -> Ring:
    """Where a loop goes round one leg, and along which direction that leg runs there."""
    points = made.points
    if place == "above_knees":
        hip, knee = points[f"{leg}.hip"], points[f"{leg}.knee"]
        return (between(hip, knee, 0.83), 6.9), unit(sub(knee, hip))
    knee, ankle = points[f"{leg}.knee"], points[f"{leg}.ankle"]
    if place == "ankles":
        return (between(knee, ankle, 0.88), 4.1), unit(sub(ankle, knee))
    foot = made.frames[f"{leg}.foot"]
    return (add(ankle, foot.place((8.5, 0.0, -SOLE + 3.4))), 4.6), foot.x


def _ribbon(rings: tuple[Ring, ...], width: float, camera: Camera) -> Loop:
    balls, axes = [ball for ball, _ in rings], [axis for _, axis in rings]
    first, last = balls[0][0], balls[-1][0]
    along = times(add(*axes), 1 / len(axes))
    way = sub(last, first)
    if length(way) > 1e-6:
        along = sub(along, times(unit(way), dot(along, unit(way))))
    axis = unit(along)
    side = unit(way, unit(cross(axis, UP), (1.0, 0.0, 0.0)))
    out = cross(axis, side)
    edge: list[Vector] = []
    faces: list[bool] = []
    for step in range(_STEPS + 1):
        turn = 2 * math.pi * (step / _STEPS - 0.25)
        away = add(times(side, math.cos(turn)), times(out, math.sin(turn)))
        centre, radius = balls[-1] if math.cos(turn) >= 0 else balls[0]
        edge.append(add(centre, times(away, radius)))
        faces.append(dot(away, camera.near) > 0)
    behind = _strips(edge, [not face for face in faces], times(axis, width / 2), camera)
    return Loop(behind, _strips(edge, faces, times(axis, width / 2), camera))


def _strips(
    edge: list[Vector], wanted: list[bool], half: Vector, camera: Camera
) -> tuple[str, ...]:
    found: list[str] = []
    run: list[Vector] = []
    count = len(edge) - 1
    start = next((i for i in range(count) if not wanted[i]), 0)
    for step in range(count + 1):
        at = (start + step) % count
        if wanted[at]:
            run = run or [edge[at - 1]]
            run.append(edge[at])
        elif run:
            found.append(_strip([*run, edge[at]], half, camera))
            run = []
    if run:
        found.append(_strip(run, half, camera))
    return tuple(found)


def _strip(run: list[Vector], half: Vector, camera: Camera) -> str:
    upper: list[Point] = [camera.at(add(point, half)) for point in run]
    lower: list[Point] = [camera.at(sub(point, half)) for point in run]
    return polygon([*upper, *reversed(lower)])
