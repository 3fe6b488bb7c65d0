"""Nodes → figures: how an exercise begins, and what is other at its end."""

from __future__ import annotations

import attrs

from glutemed.document import Mapping, Node, Scalar
from glutemed.model.exercise import POSITIONS
from glutemed.model.figure import (
    ARM_WORDS,
    BAND_ENDS,
    KNEE_WORDS,
    MOVING,
    PRESSED,
    PROP_PLACES,
    PROPS,
    SUPPORTS,
    VIEWS,
    WAYS,
    ArmPose,
    Figure,
    HipAngles,
    LegPose,
    Pose,
    Press,
    Prop,
    View,
)
from glutemed.rulebook.form import KEBAB, Findings, Form

_BODY = ("lean", "tilt", "turn", "bow", "bend", "twist", "nod")
_REACH = "reach"
_LEVEL = "level"


def figure(node: Node, pack: str, findings: Findings) -> Figure | None:
    """One entry of ``figures:``."""
    form = Form(node, findings, "figure")
    identity = form.name("id", KEBAB, "like `side-plank`")
    start = _pose(form, "start", Pose())
    made = Figure(
        id=identity,
        posture=form.choice("posture", POSITIONS),
        below=form.choice("below", ("other", "working"), default="other"),
        view=_view(form),
        start=start,
        end=_pose(form, "end", start),
        props=tuple(_prop(item, findings) for item in form.items("props")),
        moves=form.choice("moves", MOVING),
        presses=tuple(_press(item, findings) for item in form.items("presses")),
        band_to=form.choice("band_to", BAND_ENDS, default=BAND_ENDS[0]),
        shows=form.text("shows"),
        pack=pack,
        span=form.key_span("id"),
    )
    form.close()
    return made if identity else None


def _view(form: Form) -> View:
    node = form.node("view")
    if not isinstance(node, Mapping):
        word = form.one_of(node, tuple(VIEWS), "`view`") if node is not None else "side"
        return VIEWS[word]
    inner = Form(node, form.findings, "`view`")
    made = View(
        azimuth=inner.whole("azimuth", -360, 360), elevation=inner.whole("elevation", 0, 80)
    )
    inner.close()
    return made


def _pose(form: Form, key: str, base: Pose) -> Pose:
    """A pose; what it leaves out is as in the base."""
    node = form.node(key)
    if node is None:
        return base
    inner = Form(node, form.findings, f"`{key}`")
    turns = {name: inner.whole(name, -180, 180, default=getattr(base, name)) for name in _BODY}
    working_arm, other_arm = _arms(inner, base)
    supports = inner.choices("supports", SUPPORTS, least=0, most=6)
    made = Pose(
        **turns,
        working=_leg(inner, "working", base.working),
        other=_leg(inner, "other", base.other),
        working_arm=working_arm,
        other_arm=other_arm,
        supports=supports or base.supports,
    )
    inner.close()
    return made


def _leg(form: Form, key: str, base: LegPose) -> LegPose:
    node = form.node(key, required=False)
    if node is None:
        return base
    inner = Form(node, form.findings, f"`{key}`")
    hip = inner.node("hip", required=False)
    knee = inner.node("knee", required=False)
    ankle = inner.node("ankle", required=False)
    made = base
    if hip is not None:
        made = attrs.evolve(made, hip=_hip(hip, base.hip, form.findings))
    if knee is not None:
        made = _kneed(inner, knee, made)
    if ankle is not None:
        level = isinstance(ankle, Scalar) and ankle.value == _LEVEL
        bent = None if level else inner.number(ankle, -80, 40, "`ankle`")
        made = attrs.evolve(made, ankle=bent, level=level)
    inner.close()
    return made


def _hip(node: Node, base: HipAngles, findings: Findings) -> HipAngles:
    form = Form(node, findings, "`hip`")
    made = HipAngles(
        flexion=form.whole("flexion", -40, 150, default=base.flexion),
        abduction=form.whole("abduction", -45, 90, default=base.abduction),
        rotation=form.whole("rotation", -60, 80, default=base.rotation),
    )
    form.close()
    return made


def _kneed(form: Form, node: Node, made: LegPose) -> LegPose:
    if isinstance(node, Scalar) and isinstance(node.value, str):
        word = form.one_of(node, (*KNEE_WORDS, _REACH), "`knee`")
        if word == _REACH:
            return attrs.evolve(made, knee=0, reaches=True)
        return attrs.evolve(made, knee=word, reaches=False)
    return attrs.evolve(made, knee=form.number(node, 0, 150, "`knee`"), reaches=False)


def _arms(form: Form, base: Pose) -> tuple[ArmPose, ArmPose]:
    """Both arms: one word for the two of them, or a word or angles for each."""
    node = form.node("arms", required=False)
    if node is None:
        return base.working_arm, base.other_arm
    if not isinstance(node, Mapping):
        both = ArmPose(word=form.one_of(node, ARM_WORDS, "`arms`"))
        return both, both
    inner = Form(node, form.findings, "`arms`")
    made = (
        _arm(inner, "working", base.working_arm),
        _arm(inner, "other", base.other_arm),
    )
    inner.close()
    return made


def _arm(form: Form, key: str, base: ArmPose) -> ArmPose:
    node = form.node(key, required=False)
    if node is None:
        return base
    if not isinstance(node, Mapping):
        return ArmPose(word=form.one_of(node, ARM_WORDS, f"`{key}`"))
    inner = Form(node, form.findings, "arm")
    made = ArmPose(
        flexion=inner.whole("flexion", -60, 180, default=0),
        abduction=inner.whole("abduction", -45, 180, default=0),
        rotation=inner.whole("rotation", -90, 90, default=0),
        elbow=inner.whole("elbow", 0, 150, default=0),
    )
    inner.close()
    return made


def _prop(node: Node, findings: Findings) -> Prop:
    form = Form(node, findings, "prop")
    made = Prop(
        kind=form.choice("kind", PROPS),
        at=form.choice("at", PROP_PLACES, default="floor"),
        forward=form.whole("forward", -200, 200, default=0),
        aside=form.whole("aside", -200, 200, default=0),
        height=form.whole("height", 0, 200, default=0),
    )
    form.close()
    return made


def _press(node: Node, findings: Findings) -> Press:
    form = Form(node, findings, "press")
    made = Press(at=form.choice("at", PRESSED), towards=form.choice("towards", WAYS))
    form.close()
    return made
