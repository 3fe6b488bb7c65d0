"""Soft things under and between the limbs: pillows, rolled towels, a ball."""

from __future__ import annotations

from itertools import product

from glutemed.model.figure import Prop
from glutemed.render.figure.camera import Camera, Disc, Point, hull, outline
from glutemed.render.figure.flesh import Ball
from glutemed.render.figure.floor import lowest
from glutemed.render.figure.skeleton import Body
from glutemed.render.figure.vector import Vector, add, between, times

KINDS = frozenset({"pillow", "roll", "ball"})
Shape = tuple[str, str, tuple[Point, ...]]
"""A path, what it is, and the corners that the picture must hold."""

_ONE_KNEE = frozenset({"working_knee", "other_knee"})
_EDGE = 2.5
_SINKS = 3.0
_HALVES = {
    "head": (11.0, 15.0),
    "belly": (13.0, 21.0),
    "thighs": (9.0, 22.0),
    "both_knees": (9.0, 24.0),
    "working_knee": (13.0, 13.0),
    "other_knee": (13.0, 13.0),
}
"""Half of how long a pillow is along the body, and half of how wide, in centimetres."""


def cushion(prop: Prop, made: Body, camera: Camera) -> tuple[Shape, ...]:
    """A soft thing, as high as the body that rests on it leaves room for."""
    if prop.kind == "ball":
        x, y, radius = camera.disc((_between_knees(made), 9.0))
        return ((outline([(x, y, radius)]), "ball", ((x, y),)),)
    if prop.kind == "roll":
        return _roll(prop, made, camera)
    if prop.at == "between_knees":
        ends = [
            add(_between_knees(made), times(made.frames["other.shank"].z, at))
            for at in (6.0, -14.0)
        ]
        return (_one([camera.disc((end, 6.5)) for end in ends], "pillow"),)
    middle, room = _under(prop.at, made)
    long, wide = _HALVES.get(prop.at, _HALVES["head"])
    top = float(prop.height) or max(room + _SINKS, 5.0)
    corners = product((_EDGE - long, long - _EDGE), (_EDGE - wide, wide - _EDGE))
    heights = (_EDGE, max(top - _EDGE, _EDGE))
    discs = [
        camera.disc(((middle[0] + x, middle[1] + y, z), _EDGE))
        for (x, y), z in product(corners, heights)
    ]
    return (_one(discs, "pillow"),)


def below(prop: Prop) -> str:
    """The leg that rests on a soft thing, as its layer is called, or ``legs`` where it is between them.

    Such a thing is drawn just before that leg, so that a leg farther off does not cover it. What
    carries both legs or the trunk lies below everything, and a thing that is not soft below nobody:
    both give nothing.
    """
    if prop.kind not in KINDS:
        return ""
    if prop.kind == "ball" or prop.at == "between_knees":
        return "legs"
    return f"{prop.at.removesuffix('_knee')}.leg" if prop.at in _ONE_KNEE else ""


def _roll(prop: Prop, made: Body, camera: Camera) -> tuple[Shape, ...]:
    """A towel that is rolled up across the body, its near end last."""
    middle, room = _under(prop.at, made)
    radius = float(prop.height) / 2 or max((room + 1.0) / 2, 2.5)
    wide = _HALVES.get(prop.at, _HALVES["both_knees"])[1]
    ends = [camera.disc(((middle[0], middle[1] + y, radius), radius)) for y in (-wide, wide)]
    near = ends[0] if camera.near[1] <= 0 else ends[1]
    turns = [(near[0], near[1], near[2] * part) for part in (1.0, 0.45)]
    return (_one(ends, "roll"), *(_one([turn], "roll side") for turn in turns))


def _one(discs: list[Disc], kind: str) -> Shape:
    around = [(x + a * r, y + b * r) for x, y, r in discs for a, b in product((-1, 1), repeat=2)]
    return outline(discs), kind, tuple(hull(around))


def _between_knees(made: Body) -> Vector:
    return between(made.points["working.knee"], made.points["other.knee"], 0.5)


def _under(place: str, made: Body) -> tuple[Vector, float]:
    """What rests on a soft thing, and how far above the floor that is."""
    points = made.points
    if place in _ONE_KNEE:
        knee = points[place.replace("_", ".")]
        return knee, lowest(((knee, 5.5),))
    if place == "both_knees":
        both: tuple[Ball, ...] = tuple((points[f"{leg}.knee"], 5.5) for leg in ("working", "other"))
        return _between_knees(made), lowest(both)
    if place == "thighs":
        hips = between(points["working.hip"], points["other.hip"], 0.5)
        middle = between(hips, _between_knees(made), 0.62)
        return middle, lowest(((middle, 6.5),))
    if place == "belly":
        middle = between(points["pelvis"], points["waist"], 0.8)
        return middle, lowest(((middle, 9.0),))
    head = points["head"]
    return head, head[2] - 8.0 - _SINKS
