"""Points, directions and frames in space; centimetres and degrees."""

from __future__ import annotations

import math

import attrs

Vector = tuple[float, float, float]
ZERO: Vector = (0.0, 0.0, 0.0)
UP: Vector = (0.0, 0.0, 1.0)


def add(*vectors: Vector) -> Vector:
    """The sum."""
    return (sum(v[0] for v in vectors), sum(v[1] for v in vectors), sum(v[2] for v in vectors))


def sub(a: Vector, b: Vector) -> Vector:
    """From b to a."""
    return (a[0] - b[0], a[1] - b[1], a[2] - b[2])


def times(a: Vector, by: float) -> Vector:
    """A vector, longer or shorter."""
    return (a[0] * by, a[1] * by, a[2] * by)


def dot(a: Vector, b: Vector) -> float:
    """The scalar product."""
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def cross(a: Vector, b: Vector) -> Vector:
    """The vector product."""
    return (
        a[1] * b[2] - a[2] * b[1],
        a[2] * b[0] - a[0] * b[2],
        a[0] * b[1] - a[1] * b[0],
    )


def length(a: Vector) -> float:
    """How long."""
    return math.sqrt(dot(a, a))


def unit(a: Vector, otherwise: Vector = UP) -> Vector:
    """The direction of a vector; another one where it has none."""
    size = length(a)
    return times(a, 1 / size) if size > 1e-9 else otherwise


def between(a: Vector, b: Vector, part: float) -> Vector:
    """A point on the way from a to b."""
    return add(times(a, 1 - part), times(b, part))


def angle(a: Vector, b: Vector) -> float:
    """The angle between two vectors, in degrees."""
    return math.degrees(math.atan2(length(cross(a, b)), dot(a, b)))


def about(axis: Vector, degrees: float, vector: Vector) -> Vector:
    """A vector, turned about an axis of length 1 by the right-hand rule."""
    turn = math.radians(degrees)
    along = times(axis, dot(axis, vector) * (1 - math.cos(turn)))
    return add(times(vector, math.cos(turn)), times(cross(axis, vector), math.sin(turn)), along)


@attrs.frozen
class Frame:
    """Three directions at right angles: forwards, to the left, and up along the body."""

    x: Vector
    y: Vector
    z: Vector

    def place(self, local: Vector) -> Vector:
        """A local vector, in space."""
        return add(times(self.x, local[0]), times(self.y, local[1]), times(self.z, local[2]))

    def turned(self, axis: Vector, degrees: float) -> Frame:
        """The frame, turned about an axis in space."""
        return Frame(*(about(axis, degrees, v) for v in (self.x, self.y, self.z)))

    def pitched(self, degrees: float) -> Frame:
        """Turned about its own left, its up towards its front."""
        return self.turned(self.y, degrees)

    def rolled(self, degrees: float) -> Frame:
        """Turned about its own front, its up towards its right."""
        return self.turned(self.x, degrees)

    def yawed(self, degrees: float) -> Frame:
        """Turned about its own up, its front towards its left."""
        return self.turned(self.z, degrees)


STANDING = Frame((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
POSTURES = {
    "standing": STANDING,
    "sitting": STANDING,
    "supine": Frame((0.0, 0.0, 1.0), (0.0, 1.0, 0.0), (-1.0, 0.0, 0.0)),
    "prone": Frame((0.0, 0.0, -1.0), (0.0, 1.0, 0.0), (1.0, 0.0, 0.0)),
    "quadruped": Frame((0.0, 0.0, -1.0), (0.0, 1.0, 0.0), (1.0, 0.0, 0.0)),
    "side_lying": Frame((0.0, -1.0, 0.0), (0.0, 0.0, -1.0), (1.0, 0.0, 0.0)),
}
"""How the pelvis stands in space; x runs to the right of a side view, and y away from it."""

WORKING_BELOW = Frame((0.0, -1.0, 0.0), (0.0, 0.0, 1.0), (-1.0, 0.0, 0.0))
"""Lying on the working side, which is drawn as the right one."""
