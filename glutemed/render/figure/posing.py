"""A pose in words and degrees → degrees alone, at a prescribed depth, and on the way to it."""

from __future__ import annotations

import attrs

from glutemed.model.exercise import Exercise
from glutemed.model.figure import ArmPose, Figure, LegPose, Pose, resolved
from glutemed.model.frozen import Frozen

LEGS = ("working", "other")
_BODY = ("lean", "tilt", "turn", "bow", "bend", "twist", "nod")
_SHRINKING = ("lean", "bow", "nod")
_RELAXED = -18.0
_KNEELING = -72.0
_FREE_ARMS = Frozen(
    {
        "at_side": ArmPose(flexion=4, abduction=9, elbow=12),
        "forwards": ArmPose(flexion=84, abduction=4, elbow=6),
        "overhead": ArmPose(flexion=172, abduction=6, elbow=8),
    }
)


@attrs.frozen(kw_only=True)
class Angles:
    """Every joint of one moment, in degrees.

    Args:
        joints: By name, such as ``working.hip.flexion``.
        arms: For each side a word of an arm that reaches for something, or none.
        relaxed: The feet whose ankle was not given.
        level: The feet whose sole is level, wherever they are.
        reaching: The legs whose knee is bent as much as brings the foot to the floor.
        supports: What carries the body.
    """

    joints: Frozen[str, float]
    arms: Frozen[str, str]
    relaxed: frozenset[str]
    level: frozenset[str]
    reaching: frozenset[str]
    supports: tuple[str, ...]

    def __getitem__(self, joint: str) -> float:
        return self.joints[joint]


def prescribed(exercise: Exercise, knee_flexion_deg: int | None) -> int:
    """The bend that is drawn: what is prescribed, but within what the exercise says."""
    bend = exercise.knee_flexion_deg
    if knee_flexion_deg is None:
        return bend.most
    return max(bend.least, min(knee_flexion_deg, bend.most))


def angles(figure: Figure, exercise: Exercise, depth: int, part: float) -> Angles:
    """The joints at a part of the way from the start (0) to the end (1).

    Poses are written for the deepest bend. At a lesser one every other joint goes as much less far
    from the straighter pose as the knee does, so a shallower squat leans less. Where the knee is the
    same at both ends and only stands, the leg that stands is straighter, and nothing else changes.
    """
    most = exercise.knee_flexion_deg.most
    first = _angles(figure, figure.start, exercise, most)
    last = _angles(figure, figure.end, exercise, most)
    if depth < most:
        first, last = _shallower(figure, first, last, depth, most)
        first = _bound(first, figure.start, exercise, depth)
        last = _bound(last, figure.end, exercise, depth)
    return first if part <= 0 else last if part >= 1 else _between(first, last, part)


def _shallower(
    figure: Figure, first: Angles, last: Angles, depth: int, most: int
) -> tuple[Angles, Angles]:
    """Both ends of a movement at a lesser depth than the most, for which they are written."""
    bends = (figure.start.working.knee == "bend", figure.end.working.knee == "bend")
    if bends == (True, True):
        both = "bend" in {figure.start.other.knee, figure.end.other.knee}
        less = _shrunk if both else _straighter
        return less(first, depth / most), less(last, depth / most)
    straight, bent = (last, first) if bends[0] else (first, last)
    reach = most - straight["working.knee"]
    if not any(bends) or reach <= 0:
        return first, last
    nearer = _between(straight, bent, (depth - straight["working.knee"]) / reach)
    return (nearer, last) if bends[0] else (first, nearer)


def _angles(figure: Figure, pose: Pose, exercise: Exercise, depth: int) -> Angles:
    joints = {name: float(getattr(pose, name)) for name in _BODY}
    arms: dict[str, str] = {}
    legs = {"working": pose.working, "other": pose.other}
    for name, leg in legs.items():
        joints |= _leg(leg, resolved(leg, exercise, depth), name, figure.posture)
    for name, arm in (("working", pose.working_arm), ("other", pose.other_arm)):
        given = arm
        if exercise.load.place == "hands" and arm.word == "at_side":
            given = ArmPose(word="on_chest")  # where no figure says how both hands hold it
        free = _FREE_ARMS.get(given.word, given)
        arms[name] = "" if given.word in _FREE_ARMS else given.word
        for part in ("flexion", "abduction", "rotation", "elbow"):
            joints[f"{name}.arm.{part}"] = float(getattr(free, part))
    return Angles(
        joints=Frozen(joints),
        arms=Frozen(arms),
        relaxed=frozenset(name for name, leg in legs.items() if leg.ankle is None),
        level=frozenset(name for name, leg in legs.items() if leg.level),
        reaching=frozenset(name for name, leg in legs.items() if leg.reaches),
        supports=pose.supports,
    )


def _leg(leg: LegPose, knee: float, name: str, posture: str) -> dict[str, float]:
    relaxed = _KNEELING if posture in {"quadruped", "prone"} else _RELAXED
    return {
        f"{name}.hip.flexion": float(leg.hip.flexion),
        f"{name}.hip.abduction": float(leg.hip.abduction),
        f"{name}.hip.rotation": float(leg.hip.rotation),
        f"{name}.knee": knee,
        f"{name}.ankle": relaxed if leg.ankle is None else float(leg.ankle),
    }


def _bound(found: Angles, pose: Pose, exercise: Exercise, depth: int) -> Angles:
    """The knees that are given in words, at exactly the depth that these words mean."""
    knees = {
        f"{name}.knee": resolved(leg, exercise, depth)
        for name, leg in (("working", pose.working), ("other", pose.other))
        if isinstance(leg.knee, str)
    }
    return attrs.evolve(found, joints=Frozen({**found.joints, **knees}))


def _shrunk(found: Angles, part: float) -> Angles:
    """As much nearer to standing straight, apart from how wide the legs are."""
    joints = {
        name: value * part
        if name in _SHRINKING or name.endswith(("hip.flexion", ".knee"))
        else value
        for name, value in found.joints.items()
    }
    return attrs.evolve(found, joints=Frozen(joints))


def _straighter(found: Angles, part: float) -> Angles:
    """A leg that only stands, as much straighter; whatever else moves, moves as far as before.

    Half of the difference comes off the hip, so that shin and thigh come upright alike.
    """
    off = (1 - part) * found["working.knee"]
    hip = found["working.hip.flexion"] - off / 2
    changed = {"working.knee": found["working.knee"] - off, "working.hip.flexion": hip}
    return attrs.evolve(found, joints=Frozen({**found.joints, **changed}))


def _between(first: Angles, last: Angles, part: float) -> Angles:
    joints = {
        name: value + (last.joints[name] - value) * part for name, value in first.joints.items()
    }
    return attrs.evolve(last, joints=Frozen(joints))
