"""Which part of a body lies before which, as seen from a camera."""

from __future__ import annotations

import math

import attrs

from glutemed.render.figure.camera import Camera
from glutemed.render.figure.flesh import Ball, Hull, Part
from glutemed.render.figure.posing import LEGS
from glutemed.render.figure.vector import between

Piece = tuple[str, Part]
_AWAY = -8.0


@attrs.frozen
class Layer:
    """Pieces that are drawn as one silhouette, each with what it is.

    Args:
        name: What it is as a whole.
        pieces: From far to near.
        joints: Drawn last and without an edge, so that no line runs across a joint.
    """

    name: str
    pieces: tuple[Piece, ...]
    joints: tuple[Piece, ...] = ()


def layers(parts: dict[str, Part], camera: Camera) -> list[Layer]:
    """The layers of a body, from far to near."""
    far = _far_side(parts, camera)
    made = {
        "trunk": Layer("trunk", (("shirt", parts["trunk"]), ("shorts", parts["pelvis"]))),
        "head": _head(parts, camera),
    }
    for side in LEGS:
        skin = "far" if side == far else "skin"
        leg = "working" if side == "working" else skin
        shorts = (("shorts", parts[f"{side}.trouser"]),)
        sleeve = (("shirt", parts[f"{side}.sleeve"]),)
        made[f"{side}.leg"] = Layer(
            f"{side}.leg",
            ((leg, parts[f"{side}.leg"]), (leg, parts[f"{side}.foot"]), *shorts),
            (("shorts", parts[f"{side}.groin"]),),
        )
        made[f"{side}.arm"] = Layer(
            f"{side}.arm",
            ((skin, parts[f"{side}.arm"]), *sleeve, (skin, parts[f"{side}.hand"])),
            (("shirt", parts[f"{side}.armpit"]),),
        )
    ordered = [made[name] for name in _order(made, camera)]
    before = [layer.name for layer in ordered].index("trunk")
    ordered = [
        attrs.evolve(layer, joints=()) if index < before else layer
        for index, layer in enumerate(ordered)
    ]
    return _from_behind(ordered, parts) if _facing(parts, camera) < _AWAY else ordered


def _facing(parts: dict[str, Part], camera: Camera) -> float:
    """How much nearer the nose is than the bun."""
    return camera.depth(parts["head"].hulls[1][0][0]) - camera.depth(parts["bun"].hulls[0][0][0])


def _head(parts: dict[str, Part], camera: Camera) -> Layer:
    hair, head = ("hair", parts["hair"]), ("skin", parts["head"])
    bun, fringe, neck = ("hair", parts["bun"]), ("hair", parts["fringe"]), ("skin", parts["neck"])
    facing = _facing(parts, camera)
    if facing < _AWAY:
        return Layer("head", (head, hair, fringe))
    rest = (bun, hair, head) if facing > 0 else (head, hair, bun)
    return Layer("head", (neck, *rest, fringe))


def _from_behind(ordered: list[Layer], parts: dict[str, Part]) -> list[Layer]:
    """What tells a back from a front: the shirt covers the nape, and the bun lies on the hair."""
    found = []
    for layer in ordered:
        if layer.name == "trunk":
            found.append(Layer("neck", (("skin", parts["neck"]),)))
        found.append(layer)
        if layer.name == "head":
            found.append(Layer("bun", (("hair", parts["bun"]),)))
    return found


def _far_side(parts: dict[str, Part], camera: Camera) -> str:
    """The side that is farther off; none where both are as near."""
    nearer = {side: camera.depth(parts[f"{side}.leg"].hulls[0][0][0]) for side in LEGS}
    if abs(nearer["working"] - nearer["other"]) < 4.0:
        return ""
    return min(nearer, key=lambda side: nearer[side])


def _order(made: dict[str, Layer], camera: Camera) -> list[str]:
    """From far to near, by how far parts lie where one would cover the other."""
    samples = {name: _samples(layer, camera) for name, layer in made.items()}
    mean = {name: sum(depth for *_, depth in found) / len(found) for name, found in samples.items()}
    behind: dict[str, set[str]] = {name: set() for name in made}
    names = sorted(made)
    for index, one in enumerate(names):
        for other in names[index + 1 :]:
            gap = _gap(samples[one], samples[other])
            if gap > 0:
                behind[one].add(other)
            elif gap < 0:
                behind[other].add(one)
    found: list[str] = []
    left = set(names)
    while left:
        free = [name for name in left if not behind[name] & left] or list(left)
        following = min(free, key=lambda name: (mean[name], name))
        found.append(following)
        left.remove(following)
    return found


def _samples(layer: Layer, camera: Camera) -> list[tuple[float, float, float, float]]:
    balls = sorted(
        {ball for _, part in layer.pieces for hull in part.hulls for ball in dense(hull)}
    )
    return [(*camera.disc(ball), camera.depth(ball[0])) for ball in balls]


def dense(hull: Hull) -> list[Ball]:
    """The balls of a hull, and some between them."""
    found = list(hull)
    for index, one in enumerate(hull):
        for other in hull[index + 1 :]:
            found += [
                (between(one[0], other[0], part), one[1] + (other[1] - one[1]) * part)
                for part in (0.33, 0.67)
            ]
    return found


def _gap(
    ones: list[tuple[float, float, float, float]], others: list[tuple[float, float, float, float]]
) -> float:
    """More than 0 where the first lies before the second, by what overlaps."""
    total = 0.0
    for x, y, radius, depth in ones:
        for a, b, size, far in others:
            both = radius + size
            if abs(x - a) < both and abs(y - b) < both:
                apart = math.hypot(x - a, y - b)
                total += max(0.0, 1 - apart / both) * (depth - far)
    return total
