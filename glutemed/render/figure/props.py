"""Things beside the body, as boxes, and the ground."""

from __future__ import annotations

import math
from itertools import product

import attrs

from glutemed.model.figure import Figure, Prop
from glutemed.render.figure import cushion
from glutemed.render.figure.camera import Camera, Point, polygon
from glutemed.render.figure.flesh import flesh
from glutemed.render.figure.floor import lowest, supporting
from glutemed.render.figure.skeleton import Body
from glutemed.render.figure.vector import Vector, between

_LYING = frozenset({"side_lying", "supine", "prone", "quadruped"})


@attrs.frozen
class Drawn:
    """A path, what it is, and the corners that the picture must hold."""

    path: str
    kind: str
    corners: tuple[Point, ...]


@attrs.frozen
class Box:
    """A box that stands along the floor's directions, by two opposite corners."""

    low: Vector
    high: Vector


def ground(figure: Figure, bodies: tuple[Body, ...], camera: Camera) -> tuple[Drawn, ...]:
    """A mat below who lies, the floor below who stands."""
    balls = [ball for made in bodies for part in flesh(made).values() for ball in part.balls]
    xs, ys = [c[0] for c, _ in balls], [c[1] for c, _ in balls]
    if figure.posture in _LYING:
        low = (min(xs) - 16, min(ys) - 16, -2.0)
        high = (max(xs) + 16, max(ys) + 16, 0.0)
        return tuple(_faces(Box(low, high), "mat", camera))
    middle = ((min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2)
    wide = max(max(xs) - min(xs), max(ys) - min(ys)) / 2 + 6
    turns = [2 * math.pi * step / 40 for step in range(40)]
    floor = [
        camera.at((middle[0] + wide * math.cos(t), middle[1] + wide * math.sin(t), 0.0))
        for t in turns
    ]
    return (Drawn(polygon(floor), "floor", tuple(floor)),)


def thing(prop: Prop, made: Body, camera: Camera, step: float) -> tuple[Drawn, ...]:
    """One thing, where it stands at the start."""
    if prop.kind == "belt":
        return ()  # it goes round the body, and is drawn with it
    if prop.kind in cushion.KINDS:
        return tuple(Drawn(*shape) for shape in cushion.cushion(prop, made, camera))
    return tuple(
        face
        for box in sorted(_boxes(prop, made, step), key=lambda b: camera.depth(_middle(b)))
        for face in _faces(box, prop.kind, camera)
    )


def holds(prop: Prop, made: Body) -> Vector | None:
    """Where hands hold on to a thing."""
    pelvis = made.points["pelvis"]
    if prop.kind in {"table", "rail"}:
        return (
            pelvis[0] + prop.forward + 3.0,
            pelvis[1],
            float(prop.height or _HEIGHTS[prop.kind]),
        )
    if prop.kind == "wall":
        return (pelvis[0] + prop.forward - 4.0, pelvis[1], 125.0)
    return None


_HEIGHTS = {"table": 88, "rail": 95}


def _boxes(prop: Prop, made: Body, step: float) -> list[Box]:
    pelvis = made.points["pelvis"]
    x, y = pelvis[0] + prop.forward, pelvis[1] - prop.aside
    if prop.kind == "step":
        feet = ("working", "other") if prop.at == "both_feet" else (prop.at.removesuffix("_foot"),)
        balls = [ball for foot in feet for ball in flesh(made)[f"{foot}.foot"].balls]
        xs, ys = [c[0] for c, _ in balls], [c[1] for c, _ in balls]
        return [Box((min(xs) - 7, min(ys) - 10, 0.0), (max(xs) + 6, max(ys) + 10, step))]
    if prop.kind == "chair":
        top = lowest(supporting(made, "buttocks"))
        if prop.height:
            top = float(prop.height)
        back, front = x - 16, x + 24
        legs = [
            Box((a, b, 0.0), (a + 3, b + 3, top - 4))
            for a, b in product((back, front - 3), (y - 20, y + 17))
        ]
        seat = Box((back, y - 20, top - 4), (front, y + 20, top))
        return [*legs, seat, Box((back - 3, y - 20, top - 4), (back, y + 20, top + 42))]
    if prop.kind == "wall":
        near = pelvis[1]
        if prop.aside:
            return [Box((x - 60, y, 0.0), (x + 60, y + 4, 170.0))]
        return [Box((x, near - 45, 0.0), (x + 4, near + 45, 170.0))]
    height = float(prop.height or _HEIGHTS[prop.kind])
    if prop.kind == "rail":
        post = Box((x + 1, y - 2, 0.0), (x + 5, y + 2, height - 3))
        return [post, Box((x, y - 32, height - 3), (x + 6, y + 32, height))]
    return [*table_legs(prop, made), Box((x, y - 36, height - 4), (x + 44, y + 36, height))]


def table_legs(prop: Prop, made: Body) -> list[Box]:
    """The four legs of a table."""
    pelvis = made.points["pelvis"]
    x, y = pelvis[0] + prop.forward, pelvis[1] - prop.aside
    top = float(prop.height or _HEIGHTS[prop.kind]) - 4
    return [
        Box((a, b, 0.0), (a + 3, b + 3, top)) for a, b in product((x + 2, x + 39), (y - 32, y + 29))
    ]


def _faces(box: Box, kind: str, camera: Camera) -> list[Drawn]:
    """The faces of a box that one sees."""
    low, high = box.low, box.high
    found = []
    for axis in range(3):
        others = [other for other in range(3) if other != axis]
        side = high if camera.near[axis] > 0 else low
        if abs(camera.near[axis]) < 1e-3:
            continue
        corners = []
        for a, b in ((low, low), (high, low), (high, high), (low, high)):
            corner = [0.0, 0.0, 0.0]
            corner[axis] = side[axis]
            corner[others[0]], corner[others[1]] = a[others[0]], b[others[1]]
            corners.append(camera.at((corner[0], corner[1], corner[2])))
        shade = kind if axis == 2 else f"{kind} side"
        found.append(Drawn(polygon(corners), shade, tuple(corners)))
    return found


def _middle(box: Box) -> Vector:
    return between(box.low, box.high, 0.5)
