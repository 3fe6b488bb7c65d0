"""A figure shows what its exercise says: the same position and things, no joint bent further."""

from __future__ import annotations

from collections.abc import Iterator

from glutemed.model.diagnostic import suggestion
from glutemed.model.exercise import Exercise, LoadKind
from glutemed.model.figure import Figure, LegPose, Pose
from glutemed.rulebook.form import Findings
from glutemed.rulebook.parse import Draft

TO_THE_MIDDLE = 10
"""Degrees inwards at which a thigh has only come to the middle: the hips stand apart."""


def check(draft: Draft, findings: Findings) -> None:
    """Report figures that are not there (GM248), or that bend further than a row says (GM249)."""
    figures = {figure.id: figure for figure in draft.figures}
    for drawn in draft.figures:
        for lack, remedy in _incomplete(drawn):
            findings.error("GM248", f"figure `{drawn.id}` {lack}", drawn.span, remedy)
    posed: dict[str, Exercise] = {}
    for exercise in draft.exercises:
        if not exercise.figure:
            continue
        figure = figures.get(exercise.figure)
        if figure is None:
            findings.error(
                "GM248",
                f"no figure is called `{exercise.figure}`",
                exercise.span,
                suggestion(exercise.figure, figures) or "add it under `figures:`",
            )
            continue
        shown = _unlike(figure, exercise)
        if shown:
            findings.error(
                "GM248",
                f"figure `{figure.id}` shows {shown}, and `{exercise.id}` says otherwise",
                figure.span,
            )
        first = posed.setdefault(figure.id, exercise)
        if first.knee_flexion_deg.most != exercise.knee_flexion_deg.most:
            findings.error(
                "GM249",
                f"figure `{figure.id}` is posed for {first.knee_flexion_deg.most} degrees, the "
                f"deepest bend of `{first.id}`, and `{exercise.id}` says "
                f"{exercise.knee_flexion_deg.most}",
                exercise.span,
                "give it a figure of its own",
            )
        for fault, advice in _beyond(figure, exercise):
            findings.error(
                "GM249",
                f"figure `{figure.id}` {fault} than `{exercise.id}` says",
                figure.span,
                advice,
            )


def _incomplete(figure: Figure) -> Iterator[tuple[str, str]]:
    """What a figure speaks of and does not show."""
    if figure.moves == "nothing" and not figure.presses:
        yield "shows neither a movement nor a press", "say what `moves`, or what `presses`"
    if figure.band_to == "table" and not any(prop.kind == "table" for prop in figure.props):
        yield "ties the band to a table that it does not show", "add `{kind: table}` to its `props`"


def _unlike(figure: Figure, exercise: Exercise) -> str:
    if figure.posture != exercise.position:
        return f"`{figure.posture}`"
    if figure.posture == "side_lying" and figure.below != exercise.lies_on:
        return f"the {figure.below} leg below"
    has_step = any(prop.kind == "step" for prop in figure.props)
    if has_step != bool(exercise.step_cm):
        return "a step" if has_step else "no step"
    if figure.band_to == "table" and exercise.load.kind is not LoadKind.BAND:
        return "a band round a table leg"
    poses = (figure.start, figure.end)
    holds_on = any("holds_on" in {p.working_arm.word, p.other_arm.word} for p in poses)
    if holds_on != (exercise.support == "hands"):
        return "hands that hold on" if holds_on else "nobody who holds on"
    return ""


def _beyond(figure: Figure, exercise: Exercise) -> Iterator[tuple[str, str | None]]:
    bend, hip = exercise.knee_flexion_deg, exercise.hip
    for phase, pose in (("start", figure.start), ("end", figure.end)):
        where = f"at its {phase}"
        for leg in _legs(pose, exercise):
            yield from _knee(leg, exercise, where)
        working = pose.working.hip
        if working.flexion > hip.flexion:
            yield f"bends the hip further {where}", f"at most {hip.flexion} degrees"
        if working.abduction > hip.abduction:
            yield f"moves the hip further outwards {where}", f"at most {hip.abduction} degrees"
        if working.abduction < -TO_THE_MIDDLE and not hip.adducts:
            yield f"moves the thigh further inwards {where}", "it does not cross the middle"
        if working.rotation < 0 and not hip.turns_in:
            yield f"turns the thigh further inwards {where}", "it does not turn inwards"
    shown = {figure.start.working.knee, figure.end.working.knee}
    deeper = any(isinstance(knee, int) and knee > bend.least for knee in shown)
    if exercise.depth_counts and not deeper and not shown & {"bend", "least", "most", bend.least}:
        yield "shows the knee straighter all the way", "write `knee: bend` for the deeper pose"


def _legs(pose: Pose, exercise: Exercise) -> Iterator[LegPose]:
    """The legs whose knee the row's bend concerns."""
    yield pose.working
    if exercise.weight_bearing == "both_legs":
        yield pose.other


def _knee(leg: LegPose, exercise: Exercise, where: str) -> Iterator[tuple[str, str | None]]:
    """A number may be no more than every prescribed bend; one that carries nothing, than the most."""
    bend = exercise.knee_flexion_deg
    if exercise.depth_counts:
        if leg.knee == "most" and bend.most != bend.least:
            yield f"may bend the knee further {where}", "write `bend`, the bend that is prescribed"
        elif isinstance(leg.knee, int) and leg.knee > bend.least:
            advice = f"at most {bend.least} degrees, or `bend`, the bend that is prescribed"
            yield f"may bend the knee further {where}", advice
    elif isinstance(leg.knee, int):
        if leg.knee > bend.most:
            yield f"bends the knee further {where}", f"at most {bend.most} degrees"
        elif leg.knee < bend.least:
            yield f"keeps the knee straighter {where}", f"at least {bend.least} degrees"
