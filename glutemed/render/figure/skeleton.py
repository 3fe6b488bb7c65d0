"""Angles → points: a person of 170 cm, by forward kinematics, put on the floor."""

from __future__ import annotations

import math

import attrs

from glutemed.model.figure import Figure
from glutemed.model.frozen import Frozen
from glutemed.render.figure.posing import LEGS, Angles
from glutemed.render.figure.vector import (
    POSTURES,
    UP,
    WORKING_BELOW,
    ZERO,
    Frame,
    Vector,
    add,
    angle,
    cross,
    dot,
    length,
    sub,
    times,
    unit,
)

THIGH = 41.0
SHANK = 39.0
UPPER_ARM = 29.0
FOREARM = 24.0
HAND = 15.0
HIP_OUT = 9.0
SHOULDER_OUT = 16.5
WAIST = 15.0
SHOULDER_UP = 34.0
NECK_UP = 38.0
HEAD_UP = 13.0
SIDE = Frozen({"working": -1.0, "other": 1.0})
"""The working side is drawn as the right one: its y is less than 0."""

SOLE = 7.6


@attrs.frozen(kw_only=True)
class Body:
    """A skeleton in space.

    Args:
        points: By name, such as ``working.knee``.
        frames: The directions of each piece, such as ``working.shank``.
    """

    points: Frozen[str, Vector]
    frames: Frozen[str, Frame]

    def moved(self, by: Vector) -> Body:
        """The same body elsewhere."""
        return attrs.evolve(
            self, points=Frozen({name: add(point, by) for name, point in self.points.items()})
        )

    def knee_flexion(self, leg: str) -> float:
        """How far a knee bends, measured between its points, in degrees."""
        hip, knee, ankle = (self.points[f"{leg}.{part}"] for part in ("hip", "knee", "ankle"))
        return angle(sub(knee, hip), sub(ankle, knee))


def root(figure: Figure) -> Frame:
    """How the pelvis stands in a posture, before it leans."""
    if figure.posture == "side_lying" and figure.below == "working":
        return WORKING_BELOW
    return POSTURES[figure.posture]


def pelvis_of(posture: Frame, found: Angles) -> Frame:
    """The pelvis: turned about the upright, then leaning forwards and to a side."""
    turned = posture.turned(UP, -found["turn"])
    return turned.pitched(found["lean"]).rolled(found["tilt"])


def body(found: Angles, pelvis: Frame) -> Body:
    """The skeleton with the middle of its hips at the origin."""
    points: dict[str, Vector] = {"pelvis": ZERO}
    frames = {"pelvis": pelvis}
    points["waist"] = pelvis.place((-1.0, 0.0, WAIST))
    chest = pelvis.pitched(found["bow"]).rolled(found["bend"]).yawed(-found["twist"])
    frames["chest"] = chest
    points["chest"] = add(points["waist"], chest.place((0.0, 0.0, 18.0)))
    points["neck"] = add(points["waist"], chest.place((-1.0, 0.0, NECK_UP)))
    head = chest.pitched(found["nod"])
    frames["head"] = head
    points["head"] = add(points["neck"], head.place((2.0, 0.0, HEAD_UP)))
    for leg in LEGS:
        _leg(leg, found, points, frames)
    for arm in LEGS:
        _arm(arm, found, points, frames)
    return Body(points=Frozen(points), frames=Frozen(frames))


def _leg(leg: str, found: Angles, points: dict[str, Vector], frames: dict[str, Frame]) -> None:
    side = SIDE[leg]
    hip = frames["pelvis"].place((0.0, side * HIP_OUT, 0.0))
    thigh = (
        frames["pelvis"]
        .pitched(-found[f"{leg}.hip.flexion"])
        .rolled(side * found[f"{leg}.hip.abduction"])
        .yawed(side * found[f"{leg}.hip.rotation"])
    )
    shank = thigh.pitched(found[f"{leg}.knee"])
    knee = add(hip, thigh.place((0.0, 0.0, -THIGH)))
    ankle = add(knee, shank.place((0.0, 0.0, -SHANK)))
    foot = shank.pitched(-found[f"{leg}.ankle"])
    stands = leg in found.relaxed and f"{leg}_foot" in found.supports
    if stands or leg in found.level:
        foot = _flat(shank)
    frames |= {f"{leg}.thigh": thigh, f"{leg}.shank": shank, f"{leg}.foot": foot}
    points |= {
        f"{leg}.hip": hip,
        f"{leg}.knee": knee,
        f"{leg}.ankle": ankle,
        f"{leg}.heel": add(ankle, foot.place((-5.0, 0.0, -SOLE + 3.0))),
        f"{leg}.toes": add(ankle, foot.place((17.0, 0.0, -SOLE + 1.6))),
    }


def _flat(shank: Frame) -> Frame:
    """A foot flat on the floor that points where its shank does."""
    ahead = unit((shank.x[0], shank.x[1], 0.0), (1.0, 0.0, 0.0))
    return Frame(ahead, cross(UP, ahead), UP)


def _arm(arm: str, found: Angles, points: dict[str, Vector], frames: dict[str, Frame]) -> None:
    side = SIDE[arm]
    chest = frames["chest"]
    shoulder = add(points["waist"], chest.place((-1.0, side * SHOULDER_OUT, SHOULDER_UP)))
    upper = (
        chest.pitched(-found[f"{arm}.arm.flexion"])
        .rolled(side * found[f"{arm}.arm.abduction"])
        .yawed(side * found[f"{arm}.arm.rotation"])
    )
    lower = upper.pitched(-found[f"{arm}.arm.elbow"])
    elbow = add(shoulder, upper.place((0.0, 0.0, -UPPER_ARM)))
    wrist = add(elbow, lower.place((0.0, 0.0, -FOREARM)))
    frames[f"{arm}.hand"] = lower
    points |= {
        f"{arm}.shoulder": shoulder,
        f"{arm}.elbow": elbow,
        f"{arm}.wrist": wrist,
        f"{arm}.fingers": add(wrist, lower.place((0.0, 0.0, -HAND))),
    }


def reach(made: Body, arm: str, target: Vector, pole: Vector, fingers: Vector) -> Body:
    """The body with the wrist of an arm at a target, as near as the arm is long.

    Args:
        made: The body.
        arm: ``working`` or ``other``.
        target: Where the wrist shall be.
        pole: The direction in which the elbow points.
        fingers: The direction in which the fingers point.
    """
    shoulder = made.points[f"{arm}.shoulder"]
    way = sub(target, shoulder)
    far = min(max(length(way), abs(UPPER_ARM - FOREARM) + 1.0), UPPER_ARM + FOREARM - 0.2)
    ahead = unit(way)
    along = (far**2 + UPPER_ARM**2 - FOREARM**2) / (2 * far)
    aside = math.sqrt(max(UPPER_ARM**2 - along**2, 0.0))
    out = unit(sub(pole, times(ahead, dot(pole, ahead))), cross(ahead, UP))
    elbow = add(shoulder, times(ahead, along), times(out, aside))
    wrist = add(shoulder, times(ahead, far))
    tips = add(wrist, times(unit(fingers), HAND))
    points = {f"{arm}.elbow": elbow, f"{arm}.wrist": wrist, f"{arm}.fingers": tips}
    return attrs.evolve(made, points=Frozen({**made.points, **points}))
