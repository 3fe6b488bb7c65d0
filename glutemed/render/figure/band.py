"""The load: a band as a loop round both legs, a cuff round an ankle, a weight in the hands."""

from __future__ import annotations

import math

import attrs

from glutemed.model.exercise import Load, LoadKind
from glutemed.render.figure.camera import Camera, Point, outline, polygon
from glutemed.render.figure.flesh import Ball
from glutemed.render.figure.posing import LEGS
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
_STEPS = 48


@attrs.frozen
class Loop:
    """The paths of a ribbon that are seen behind what it goes round, and before it."""

    behind: tuple[str, ...] = ()
    before: tuple[str, ...] = ()


def band(made: Body, load: Load, camera: Camera) -> Loop:
    """The band of a load; nothing where the load is none."""
    if load.kind is not LoadKind.BAND or load.place == "hands":
        return Loop()
    rings = [_ring(made, leg, load.place) for leg in LEGS]
    return _ribbon(
        [ball for ball, _ in rings], [axis for _, axis in rings], WIDTHS[load.strength], camera
    )


def across(made: Body, load: Load) -> list[Ball]:
    """Where the band runs from one leg to the other, for what should not cover it."""
    if load.kind is not LoadKind.BAND or load.place == "hands":
        return []
    (first, _), (last, _) = (_ring(made, leg, load.place)[0] for leg in LEGS)
    return [(between(first, last, step / 8), WIDTHS[load.strength]) for step in range(9)]


def cuff(made: Body, load: Load, camera: Camera) -> Loop:
    """A weight that is strapped to the working ankle; nothing where the load is another."""
    if load.kind is not LoadKind.FREE_WEIGHT or load.place != "ankles":
        return Loop()
    (centre, radius), axis = _ring(made, "working", "ankles")
    return _ribbon([(centre, radius + 1.3)], [axis], 8.5, camera)


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


def _ring(made: Body, leg: str, place: str) -> tuple[Ball, Vector]:
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


def _ribbon(balls: list[Ball], axes: list[Vector], width: float, camera: Camera) -> Loop:
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
