"""Space → paper: an orthographic camera, and outlines of what it sees."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import attrs

from glutemed.model.figure import View
from glutemed.render.figure.flesh import Ball
from glutemed.render.figure.vector import Vector, dot

Point = tuple[float, float]
Disc = tuple[float, float, float]
_STEPS = 48


@attrs.frozen
class Camera:
    """Three directions: right and up on the paper, and towards whoever looks."""

    right: Vector
    up: Vector
    near: Vector

    def at(self, point: Vector) -> Point:
        """Where a point is on the paper, whose y runs down."""
        return dot(point, self.right), -dot(point, self.up)

    def depth(self, point: Vector) -> float:
        """How near a point is."""
        return dot(point, self.near)

    def disc(self, ball: Ball) -> Disc:
        """What one sees of a ball."""
        x, y = self.at(ball[0])
        return x, y, ball[1]


def camera(view: View) -> Camera:
    """The camera of a view."""
    turn, rise = math.radians(view.azimuth), math.radians(view.elevation)
    return Camera(
        (math.cos(turn), math.sin(turn), 0.0),
        (-math.sin(turn) * math.sin(rise), math.cos(turn) * math.sin(rise), math.cos(rise)),
        (math.sin(turn) * math.cos(rise), -math.cos(turn) * math.cos(rise), math.sin(rise)),
    )


def outline(discs: Sequence[Disc]) -> str:
    """The path of the convex hull of some discs: arcs, and straight lines between them."""
    around = []
    for index, (x, y, radius) in enumerate(discs):
        for step in range(_STEPS):
            turn = 2 * math.pi * step / _STEPS
            around.append(((x + radius * math.cos(turn), y + radius * math.sin(turn)), index))
    hull = _convex(around)
    start = next((i for i in range(len(hull)) if hull[i][1] != hull[i - 1][1]), 0)
    hull = hull[start:] + hull[:start]
    if len({index for _, index in hull}) == 1:
        x, y, radius = discs[hull[0][1]]
        r = number(radius)
        left, right, level = number(x - radius), number(x + radius), number(y)
        return f"M{left} {level}A{r} {r} 0 1 1 {right} {level}A{r} {r} 0 1 1 {left} {level}Z"
    path = [f"M{_pair(hull[0][0])}"]
    at = 0
    while at < len(hull):
        end = at
        while end + 1 < len(hull) and hull[end + 1][1] == hull[at][1]:
            end += 1
        if at:
            path.append(f"L{_pair(hull[at][0])}")
        if end > at:
            radius = discs[hull[at][1]][2]
            large = int((end - at) * 2 > _STEPS)
            path.append(f"A{number(radius)} {number(radius)} 0 {large} 1 {_pair(hull[end][0])}")
        at = end + 1
    return "".join((*path, "Z"))


def polygon(points: Iterable[Point], *, closed: bool = True) -> str:
    """The path through some points."""
    path = "L".join(_pair(point) for point in points)
    return f"M{path}Z" if closed else f"M{path}"


def number(value: float) -> str:
    """A coordinate to a tenth, never a minus nought."""
    tenths = round(value * 10)
    return str(tenths // 10) if tenths % 10 == 0 else f"{tenths / 10:.1f}"


def _pair(point: Point) -> str:
    return f"{number(point[0])} {number(point[1])}"


def hull(points: Iterable[Point]) -> list[Point]:
    """The corners of the convex hull of some points."""
    return [point for point, _ in _convex([(point, 0) for point in points])]


def _convex(points: Iterable[tuple[Point, int]]) -> list[tuple[Point, int]]:
    """The convex hull, clockwise on the paper; each point with the disc that it is of."""
    ordered = sorted(points)

    def half(way: Iterable[tuple[Point, int]]) -> list[tuple[Point, int]]:
        kept: list[tuple[Point, int]] = []
        for found in way:
            while len(kept) > 1 and _turn(kept[-2][0], kept[-1][0], found[0]) <= 0:
                kept.pop()
            kept.append(found)
        return kept[:-1]

    return half(ordered) + half(reversed(ordered))


def _turn(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
