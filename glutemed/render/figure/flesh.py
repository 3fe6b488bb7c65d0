"""Points → balls: a body as chains of balls, whose hulls make tapered limbs and round joints."""

from __future__ import annotations

from itertools import pairwise

import attrs

from glutemed.render.figure.posing import LEGS
from glutemed.render.figure.skeleton import SIDE, SOLE, Body
from glutemed.render.figure.vector import Vector, add, between, sub, times, unit

Ball = tuple[Vector, float]
Hull = tuple[Ball, ...]

_THIGH = ((0.0, 8.2, 0.0), (0.25, 8.0, 0.5), (0.55, 7.0, 0.7), (0.85, 5.8, 0.3), (1.0, 5.4, 0.2))
_SHANK = (
    (0.0, 5.5, 0.2),
    (0.14, 5.0, -0.2),
    (0.33, 5.4, -1.5),
    (0.6, 4.3, -0.9),
    (0.85, 3.3, -0.1),
    (1.0, 3.5, 0.0),
)
_UPPER_ARM = ((0.0, 5.6), (0.2, 5.3), (0.5, 4.5), (1.0, 3.7))
_FOREARM = ((0.0, 3.7), (0.25, 3.9), (0.7, 3.0), (1.0, 2.5))


@attrs.frozen(kw_only=True)
class Part:
    """A piece of the body that is drawn as one silhouette.

    Args:
        name: Such as ``working.leg``.
        hulls: What it is made of; each is the convex hull of its balls.
    """

    name: str
    hulls: tuple[Hull, ...]

    @property
    def balls(self) -> tuple[Ball, ...]:
        """All balls."""
        return tuple(ball for hull in self.hulls for ball in hull)


def flesh(made: Body) -> dict[str, Part]:
    """The parts of a body by name."""
    parts = [*_trunk(made), _neck(made), _head(made), *_hair(made)]
    for side in LEGS:
        parts += [
            Part(name=f"{side}.leg", hulls=(*_thigh(made, side), *_shank(made, side))),
            foot(made, side),
            Part(name=f"{side}.arm", hulls=_arm(made, side)),
            Part(name=f"{side}.hand", hulls=_hand(made, side)),
            Part(name=f"{side}.trouser", hulls=_trouser(made, side)),
            Part(name=f"{side}.groin", hulls=_groin(made, side)),
            Part(name=f"{side}.sleeve", hulls=_sleeve(made, side)),
            Part(name=f"{side}.armpit", hulls=_armpit(made, side)),
        ]
    return {part.name: part for part in parts}


def chained(balls: list[Ball]) -> tuple[Hull, ...]:
    """Each ball joined with the next."""
    return tuple(pairwise(balls))


def _thigh(made: Body, leg: str) -> tuple[Hull, ...]:
    hip, knee = made.points[f"{leg}.hip"], made.points[f"{leg}.knee"]
    frame = made.frames[f"{leg}.thigh"]
    return chained(
        [
            (add(between(hip, knee, at), frame.place((ahead, 0.0, 0.0))), radius)
            for at, radius, ahead in _THIGH
        ]
    )


def _shank(made: Body, leg: str) -> tuple[Hull, ...]:
    knee, ankle = made.points[f"{leg}.knee"], made.points[f"{leg}.ankle"]
    frame = made.frames[f"{leg}.shank"]
    return chained(
        [
            (add(between(knee, ankle, at), frame.place((ahead, 0.0, 0.0))), radius)
            for at, radius, ahead in _SHANK
        ]
    )


def foot(made: Body, leg: str) -> Part:
    """A foot alone: it is looked for often, where a body is put on the floor."""
    ankle, frame, side = made.points[f"{leg}.ankle"], made.frames[f"{leg}.foot"], SIDE[leg]

    def at(x: float, out: float, z: float, radius: float) -> Ball:
        return add(ankle, frame.place((x, side * out, z))), radius

    heel = at(-4.2, 0.0, -SOLE + 3.2, 3.2)
    instep = at(5.5, -0.6, -SOLE + 4.6, 3.0)
    ball = at(11.5, -1.6, -SOLE + 2.4, 2.4)
    outer = at(9.5, 2.0, -SOLE + 2.0, 2.0)
    toe = at(16.5, -1.2, -SOLE + 1.8, 1.8)
    small = at(13.5, 2.0, -SOLE + 1.5, 1.5)
    sole = ((heel, instep, ball, outer), (ball, outer, toe, small))
    return Part(name=f"{leg}.foot", hulls=((at(0.0, 0.0, 0.0, 3.5), heel, instep), *sole))


def _arm(made: Body, arm: str) -> tuple[Hull, ...]:
    shoulder, elbow, wrist = (made.points[f"{arm}.{p}"] for p in ("shoulder", "elbow", "wrist"))
    upper = [(between(shoulder, elbow, at), radius) for at, radius in _UPPER_ARM]
    lower = [(between(elbow, wrist, at), radius) for at, radius in _FOREARM]
    return chained([*upper, *lower])


def _hand(made: Body, arm: str) -> tuple[Hull, ...]:
    wrist, tips = made.points[f"{arm}.wrist"], made.points[f"{arm}.fingers"]
    palm = between(wrist, tips, 0.42)
    chest = made.frames["chest"]
    away = unit(sub(tips, wrist))
    thumb = add(palm, times(chest.x, 3.0 * (1 - abs(sum(map(_product, away, chest.x))))))
    return (
        ((wrist, 2.5), (palm, 3.3)),
        ((palm, 3.3), (between(wrist, tips, 0.95), 1.7)),
        ((palm, 2.4), (thumb, 1.4)),
    )


def _trouser(made: Body, leg: str) -> tuple[Hull, ...]:
    hip, knee = made.points[f"{leg}.hip"], made.points[f"{leg}.knee"]
    ahead = made.frames[f"{leg}.thigh"].x
    return chained(
        [
            (add(between(hip, knee, at), times(ahead, at * 1.8)), radius)
            for at, radius in ((0.0, 8.6), (0.2, 8.6), (0.36, 8.3))
        ]
    )


def _groin(made: Body, leg: str) -> tuple[Hull, ...]:
    at = add(made.points["pelvis"], made.frames["pelvis"].place((0.0, SIDE[leg] * 3.0, 2.0)))
    return (((made.points[f"{leg}.hip"], 7.4), (at, 7.4)),)


def _sleeve(made: Body, arm: str) -> tuple[Hull, ...]:
    shoulder, elbow = made.points[f"{arm}.shoulder"], made.points[f"{arm}.elbow"]
    return chained(
        [
            (between(shoulder, elbow, at), radius)
            for at, radius in ((0.0, 5.9), (0.2, 5.8), (0.42, 5.4))
        ]
    )


def _armpit(made: Body, arm: str) -> tuple[Hull, ...]:
    chest = made.frames["chest"]
    at = add(made.points[f"{arm}.shoulder"], chest.place((0.8, -SIDE[arm] * 8.0, -3.0)))
    return (((made.points[f"{arm}.shoulder"], 4.8), (at, 4.6)),)


def _product(a: float, b: float) -> float:
    return a * b


def _trunk(made: Body) -> tuple[Part, Part]:
    pelvis, chest = made.frames["pelvis"], made.frames["chest"]
    waist = made.points["waist"]

    def low(x: float, out: float, z: float, radius: float) -> tuple[Ball, Ball]:
        at = made.points["pelvis"]
        return (add(at, pelvis.place((x, out, z))), radius), (
            add(at, pelvis.place((x, -out, z))),
            radius,
        )

    def high(x: float, out: float, z: float, radius: float) -> tuple[Ball, Ball]:
        return (add(waist, chest.place((x, out, z))), radius), (
            add(waist, chest.place((x, -out, z))),
            radius,
        )

    seat = low(-3.4, 6.8, -1.0, 8.6)
    hips = low(0.0, 8.2, 1.0, 8.8)
    crest = low(0.0, 7.2, 8.0, 8.2)
    belly = high(0.2, 5.8, 1.0, 8.4)
    ribs = high(0.4, 6.6, 12.0, 9.4)
    breast = high(0.8, 7.2, 22.0, 9.8)
    shoulders = high(-0.8, 13.0, 32.0, 6.4)
    nape = high(-1.2, 2.0, 35.5, 5.8)
    shirt = ((*crest, *belly), (*belly, *ribs), (*ribs, *breast), (*breast, *shoulders))
    return (
        Part(name="pelvis", hulls=((*seat, *hips, *crest),)),
        Part(name="trunk", hulls=(*shirt, (*shoulders, *nape))),
    )


def _neck(made: Body) -> Part:
    neck, head = made.points["neck"], made.points["head"]
    frame = made.frames["chest"]
    low = add(neck, frame.place((0.0, 0.0, -3.0)))
    return Part(name="neck", hulls=(((low, 5.4), (between(neck, head, 0.55), 4.9)),))


def _head(made: Body) -> Part:
    at, frame = made.points["head"], made.frames["head"]

    def ball(x: float, y: float, z: float, radius: float) -> Ball:
        return add(at, frame.place((x, y, z))), radius

    skull, brow = ball(-1.2, 0.0, 2.0, 8.3), ball(1.6, 0.0, 1.0, 7.6)
    chin, jaw = ball(4.6, 0.0, -7.2, 2.9), ball(-0.6, 0.0, -4.6, 5.2)
    nose, bridge = ball(9.4, 0.0, -2.6, 1.2), ball(7.6, 0.0, 1.0, 1.2)
    return Part(name="head", hulls=((skull, brow, chin, jaw), (nose, bridge, ball(7.0, 0, -3, 1))))


def _hair(made: Body) -> tuple[Part, ...]:
    at, frame = made.points["head"], made.frames["head"]

    def ball(x: float, y: float, z: float, radius: float) -> Ball:
        return add(at, frame.place((x, y, z))), radius

    bun = ball(-11.0, 0.0, 3.6, 3.9)
    behind = (ball(-2.6, 0.0, 3.6, 8.8), ball(-4.8, 2.6, -3.4, 4.8), ball(-4.8, -2.6, -3.4, 4.8))
    top = (ball(2.6, 3.2, 6.6, 3.4), ball(2.6, -3.2, 6.6, 3.4), ball(-2.8, 0.0, 6.0, 6.5))
    return (
        Part(name="hair", hulls=(behind,)),
        Part(name="bun", hulls=((bun, bun),)),
        Part(name="fringe", hulls=(top,)),
    )
