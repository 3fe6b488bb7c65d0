"""The path of what moves, as a curved arrow beside it."""

from __future__ import annotations

import math

import attrs

from glutemed.render.figure.camera import Disc, Point, number, polygon

_HEAD = 9.5
_LEAST = 1.0
_SHOWN = 22.0
_TURNS = 16
_AWAY = (0.0, 4.0, 7.0, 11.0, 15.0, 20.0, 26.0, 32.0)
_CLEAR = 2.5


@attrs.frozen
class Arrow:
    """The paths of a shaft and a head, and the points that they go through."""

    shaft: str
    head: str
    points: tuple[Point, ...]


def arrow(path: list[Point], discs: list[Disc]) -> Arrow | None:
    """The shaft and the head of an arrow along a path on paper; None where nothing moves.

    Args:
        path: Where the landmark goes.
        discs: What the arrow stays away from.
    """
    reach = _longest(path)
    if reach < _LEAST:
        return None
    shifted = _beside(_longer(path, reach), discs)
    tip = shifted[-1]
    kept = [point for point in shifted[:-1] if math.dist(point, tip) > 0.8 * _HEAD]
    before = kept[-1] if kept else shifted[-2]
    ahead = math.atan2(tip[1] - before[1], tip[0] - before[0])
    wings = [
        (tip[0] - _HEAD * math.cos(ahead + turn), tip[1] - _HEAD * math.sin(ahead + turn))
        for turn in (0.48, -0.48)
    ]
    neck = (tip[0] - 0.7 * _HEAD * math.cos(ahead), tip[1] - 0.7 * _HEAD * math.sin(ahead))
    return Arrow(
        _smooth([*kept, neck]), polygon([tip, wings[0], neck, wings[1]]), (*kept, *wings, tip)
    )


def _beside(path: list[Point], discs: list[Disc]) -> list[Point]:
    """The path, moved to where it covers the least of the body, as near as can be."""
    way = math.atan2(path[-1][1] - path[0][1], path[-1][0] - path[0][0])

    def moved(turn: int, away: float) -> list[Point]:
        angle = way + 2 * math.pi * turn / _TURNS
        return [(x + away * math.cos(angle), y + away * math.sin(angle)) for x, y in path]

    def cost(turn: int, away: float) -> tuple[float, int]:
        found = moved(turn, away)
        covered = sum(
            max(0.0, radius + _CLEAR - math.dist(point, (x, y)))
            for point in found
            for x, y, radius in discs
        )
        askew = abs(math.cos(2 * math.pi * turn / _TURNS))
        return covered + away * (1 + 0.5 * askew), turn

    tried = [(turn, away) for away in _AWAY for turn in range(_TURNS)]
    return moved(*min(tried, key=lambda choice: cost(*choice)))


def _longer(path: list[Point], reach: float) -> list[Point]:
    """The path, drawn out where it is too short to be seen."""
    if reach >= _SHOWN:
        return path
    by = _SHOWN / reach
    x, y = (path[0][0] + path[-1][0]) / 2, (path[0][1] + path[-1][1]) / 2
    return [(x + (a - x) * by, y + (b - y) * by) for a, b in path]


def _longest(path: list[Point]) -> float:
    return max(math.dist(path[0], point) for point in path)


def _smooth(points: list[Point]) -> str:
    """A curve through the middles of the legs of a path."""
    if len(points) < 3:
        return polygon(points, closed=False)
    parts = [f"M{number(points[0][0])} {number(points[0][1])}"]
    for here, after in zip(points[1:-1], [*points[2:-1], points[-1]], strict=True):
        last = after is points[-1]
        end = after if last else ((here[0] + after[0]) / 2, (here[1] + after[1]) / 2)
        parts.append(f"Q{number(here[0])} {number(here[1])} {number(end[0])} {number(end[1])}")
    return "".join(parts)
