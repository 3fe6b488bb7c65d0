"""One moment of a figure, and the way to it: bodies that stand on the same floor."""

from __future__ import annotations

import attrs

from glutemed.model.exercise import Exercise
from glutemed.model.figure import Figure
from glutemed.model.frozen import Frozen
from glutemed.render.figure.floor import contact, ground, placed
from glutemed.render.figure.posing import Angles, angles, prescribed
from glutemed.render.figure.props import holds
from glutemed.render.figure.skeleton import Body
from glutemed.render.figure.vector import Frame, Vector, add, between

PHASES = ("start", "end")
_STEPS = 8


@attrs.frozen
class Scene:
    """The bodies of a figure, from its start to its end."""

    figure: Figure
    exercise: Exercise
    bodies: tuple[Body, ...]

    @property
    def start(self) -> Body:
        """The body at the start."""
        return self.bodies[0]

    @property
    def end(self) -> Body:
        """The body at the end."""
        return self.bodies[-1]

    def path(self) -> list[Vector]:
        """The way of the landmark that moves; nowhere where nothing does."""
        if self.figure.moves == "nothing":
            return []
        name = self.figure.moves.replace("_", ".")
        if name in {"pelvis", "chest"}:
            behind = self.end.frames[name].place((-13.0, 0.0, 0.0))
            return [add(made.points[name], behind) for made in self.bodies]
        return [made.points[name] for made in self.bodies]


def scene(exercise: Exercise, figure: Figure, knee_flexion_deg: int | None = None) -> Scene:
    """The bodies of a figure at a prescribed depth; by default the deepest of the exercise."""
    depth = prescribed(exercise, knee_flexion_deg)
    floor = ground(figure, exercise)
    poses = [angles(figure, exercise, depth, step / _STEPS) for step in range(_STEPS + 1)]
    first = placed(figure, poses[0], floor)
    held = [found for prop in figure.props if (found := holds(prop, first)) is not None]
    floor = attrs.evolve(floor, holds=held[0] if held else None)
    first = placed(figure, poses[0], floor)
    floor = attrs.evolve(floor, anchor=contact(first, floor.still))
    rest = [placed(figure, pose, floor) for pose in poses[1:]]
    if poses[0].supports != poses[-1].supports:
        held_up = [_by(pose, poses[0]) for pose in poses[1:]]
        rest = [
            _blended(placed(figure, pose, floor), made, step / _STEPS)
            for step, (pose, made) in enumerate(zip(held_up, rest, strict=True), start=1)
        ]
    return Scene(figure, exercise, (first, *rest))


def _by(pose: Angles, first: Angles) -> Angles:
    """The same joints on the supports of the start."""
    return attrs.evolve(
        pose,
        supports=first.supports,
        relaxed=first.relaxed,
        level=first.level,
        reaching=first.reaching,
    )


def _blended(on_first: Body, on_last: Body, part: float) -> Body:
    """A body whose weight goes over from one set of supports to another, without a jump."""
    points = {
        name: between(point, on_last.points[name], part) for name, point in on_first.points.items()
    }
    frames = {
        name: Frame(
            between(frame.x, on_last.frames[name].x, part),
            between(frame.y, on_last.frames[name].y, part),
            between(frame.z, on_last.frames[name].z, part),
        )
        for name, frame in on_first.frames.items()
    }
    return Body(points=Frozen(points), frames=Frozen(frames))
