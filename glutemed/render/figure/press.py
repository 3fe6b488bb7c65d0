"""A push without a movement: a short, thick arrow at the limb that pushes."""

from __future__ import annotations

import math

import attrs

from glutemed.model.figure import Press
from glutemed.render.figure.camera import Camera, Point, polygon
from glutemed.render.figure.skeleton import SIDE, Body
from glutemed.render.figure.vector import UP, Vector, times

_LONG = 21.0
_HEAD = 10.5
_HALF_SHAFT = 3.0
_HALF_HEAD = 7.6
_GAP = 2.5
_THICK = {"hip": 11.0, "knee": 7.0, "ankle": 5.0, "heel": 4.5, "toes": 3.5}
_LEAST = 0.2


@attrs.frozen
class Push:
    """The path of a thick arrow, and its corners."""

    path: str
    points: tuple[Point, ...]


def push(press: Press, made: Body, camera: Camera) -> Push | None:
    """The arrow of a press; None where it runs straight towards whoever looks.

    It lies outside the body: behind what pushes down or in, ahead of what pushes up or out.
    """
    side, _, part = press.at.partition("_")
    x, y = camera.at((0.0, 0.0, 0.0))
    tip_x, tip_y = camera.at(_way(press.towards, side, made))
    if math.dist((x, y), (tip_x, tip_y)) < _LEAST:
        return None
    turn = math.atan2(tip_y - y, tip_x - x)
    away = _THICK[part] + _GAP
    tail = away if press.towards in {"up", "out"} else -away - _LONG
    at = camera.at(made.points[f"{side}.{part}"])
    neck = tail + _LONG - _HEAD
    shape = (
        (tail, _HALF_SHAFT),
        (neck, _HALF_SHAFT),
        (neck, _HALF_HEAD),
        (tail + _LONG, 0.0),
        (neck, -_HALF_HEAD),
        (neck, -_HALF_SHAFT),
        (tail, -_HALF_SHAFT),
    )
    cos, sin = math.cos(turn), math.sin(turn)
    points = tuple((at[0] + a * cos - b * sin, at[1] + a * sin + b * cos) for a, b in shape)
    return Push(polygon(points), points)


def _way(towards: str, side: str, made: Body) -> Vector:
    if towards in {"up", "down"}:
        return times(UP, 1.0 if towards == "up" else -1.0)
    return times(made.frames["pelvis"].y, SIDE[side] * (1.0 if towards == "out" else -1.0))
