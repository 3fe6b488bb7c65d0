"""Nodes → exercises, and selectors over them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date as day

import attrs

from glutemed.document import Mapping as MappingNode
from glutemed.document import Node, Scalar
from glutemed.model.condition import ALWAYS, All, AnyOf, Condition, Not, Truth, leaves
from glutemed.model.exercise import (
    BAND_STRENGTHS,
    LIES_ON,
    LOAD_PLACES,
    POSITIONS,
    SELECTABLE,
    STAGES,
    SUPPORTS,
    TARGETS,
    TIERS,
    WEIGHT_BEARING,
    Dose,
    Exercise,
    HipMovement,
    KneeFlexion,
    Load,
    LoadKind,
)
from glutemed.model.facts import FactValue
from glutemed.model.vocabulary import FactDeclaration, Kind
from glutemed.model.wording import shown
from glutemed.reading.truth import Situation, truth
from glutemed.rulebook.conditions import condition
from glutemed.rulebook.form import KEBAB, Findings, Form, was

_PARTS = (("sets", 1, 10), ("reps", 1, 100), ("hold_s", 0, 300), ("rest_s", 0, 600))


def exercise(
    node: Node, pack: str, quantities: Mapping[str, FactDeclaration], findings: Findings
) -> Exercise | None:
    """One entry of ``exercises:``."""
    form = Form(node, findings, "exercise")
    identity = form.name("id", KEBAB, "like `side-plank`")
    flexion = _flexion(form)
    needs = condition(form.node("needs", required=False), quantities, findings)
    for leaf in leaves(needs):
        if not leaf.fact.startswith("equipment."):
            form.fault(
                "GM246",
                f"`needs` asks about `{leaf.fact}`, which is no equipment",
                leaf.span,
                "who may do an exercise is for a rule to say",
            )
    position = form.choice("position", POSITIONS)
    weight_bearing = form.choice("weight_bearing", WEIGHT_BEARING)
    made = Exercise(
        id=identity,
        name=form.text("name"),
        family=form.name("family", KEBAB, "like `side-plank`"),
        rung=form.whole("rung", 1, 20),
        target=form.choice("target", TARGETS),
        stage=form.whole("stage", min(STAGES), max(STAGES)),
        tier=form.choice("tier", TIERS),
        position=position,
        lies_on=form.choice("lies_on", LIES_ON, default="none"),
        weight_bearing=weight_bearing,
        support=form.choice("support", SUPPORTS, default="none"),
        kneels=form.flag("kneels", default=position == "quadruped" or weight_bearing == "partial"),
        step_cm=form.whole("step_cm", 0, 40, default=0),
        hip=_hip(form),
        load=_load(form),
        knee_flexion_deg=flexion,
        needs=needs,
        dose=_dose(form),
        how=form.texts("how", least=1, most=5),
        mistakes=form.texts("mistakes", least=0, most=2),
        sources=form.texts("sources", least=1, most=40),
        reviewed=date(form, "reviewed"),
        figure=form.text("figure", default=""),
        pack=pack,
        span=form.key_span("id"),
    )
    form.close()
    return made if identity and made.family else None


def date(form: Form, key: str) -> str:
    """A day, ``YYYY-MM-DD``, as text."""
    text = form.text(key)
    if not text:
        return ""
    try:
        if len(text) == 10:
            return day.fromisoformat(text).isoformat()
    except ValueError:
        pass
    form.fault(
        "GM208",
        f"`{key}` must be a day like `2026-11-22`, was `{shown(text)}`",
        form.value_span(key),
        "four digits of the year, two of the month, two of the day",
    )
    return ""


def _flexion(form: Form) -> KneeFlexion:
    node = form.node("knee_flexion_deg")
    if node is None:
        return KneeFlexion(least=0, most=0)
    inner = Form(node, form.findings, "`knee_flexion_deg`")
    least, most = inner.whole("least", 0, 150), inner.whole("most", 0, 150)
    inner.close()
    if inner.sound and least > most:
        form.fault("GM237", "`knee_flexion_deg` has its least above its most", node.span)
    return KneeFlexion(least=least, most=most)


def _hip(form: Form) -> HipMovement:
    node, worst = form.node("hip", required=False), HipMovement()
    if node is None:
        return worst
    inner = Form(node, form.findings, "`hip`")
    made = HipMovement(
        flexion=inner.whole("flexion", 0, 150, default=worst.flexion),
        abduction=inner.whole("abduction", 0, 90, default=worst.abduction),
        adducts=inner.flag("adducts", default=worst.adducts),
        turns_in=inner.flag("turns_in", default=worst.turns_in),
    )
    inner.close()
    return made


def _load(form: Form) -> Load:
    node = form.node("load")
    if node is None or (isinstance(node, Scalar) and node.value == "none"):
        return Load()
    if not isinstance(node, MappingNode):
        form.fault(
            "GM203",
            f"`load` must be `none` or a mapping{was(node)}",
            node.span,
            "like `{kind: band, strength: light, place: above_knees}`",
        )
        return Load()
    inner = Form(node, form.findings, "`load`")
    kind = LoadKind(inner.choice("kind", tuple(kind.value for kind in LoadKind)) or "none")
    strength = "none"
    if kind is LoadKind.BAND:
        strength = inner.choice("strength", BAND_STRENGTHS[1:])
    place = "none"
    if kind is not LoadKind.NONE:
        place = inner.choice("place", LOAD_PLACES[1:])
    inner.close()
    return Load(kind=kind, strength=strength, place=place)


def _dose(form: Form) -> tuple[Dose, ...]:
    steps: list[Dose] = []
    for node in form.items("dose", required=True):
        inner = Form(node, form.findings, "dose step")
        amounts = {key: inner.whole(key, least, most) for key, least, most in _PARTS}
        step = Dose(**amounts, effort=inner.whole("effort", 1, 10))
        inner.close()
        if inner.sound and steps:
            fallen = [
                part.name
                for part in attrs.fields(Dose)
                if getattr(step, part.name) < getattr(steps[-1], part.name)
            ]
            if fallen:
                form.fault(
                    "GM236",
                    f"this dose step falls in `{fallen[0]}`",
                    node.span,
                    "fewer repetitions with more load are another rung",
                )
        steps.append(step)
    if "dose" in form and not 1 <= len(steps) <= 20:
        form.fault("GM204", "`dose` must have from 1 to 20 steps", form.key_span("dose"))
    return tuple(steps)


def selectable(exercises: Iterable[Exercise]) -> dict[str, FactDeclaration]:
    """What a selector may ask about, given the catalogue."""
    ids = tuple(sorted(exercise.id for exercise in exercises))
    families = tuple(sorted({exercise.family for exercise in exercises}))
    return {
        "id": FactDeclaration(name="id", kind=Kind.ENUM, label="exercise", ask="", values=ids),
        "family": FactDeclaration(
            name="family", kind=Kind.ENUM, label="family", ask="", values=families
        ),
        **SELECTABLE,
    }


@attrs.frozen
class Attributes:
    """One exercise, as something that a selector can be read on."""

    exercise: Exercise

    def value(self, name: str) -> FactValue:
        """The value of an attribute; always known."""
        return self.exercise.attribute(name)


def selected(
    selector: Condition,
    exercises: Iterable[Exercise],
    attributes: Mapping[str, FactDeclaration],
) -> tuple[str, ...]:
    """The ids of the exercises that a selector selects, sorted."""
    return tuple(
        sorted(
            exercise.id
            for exercise in exercises
            if truth(selector, Situation(attributes, Attributes(exercise), {})) is Truth.TRUE
        )
    )


def without_prescribed(selector: Condition, attributes: Mapping[str, FactDeclaration]) -> Condition:
    """What a hazard's ``never`` asks of an exercise apart from its prescription.

    A comparison with an amount that is only prescribed later is taken as possible.
    """
    if isinstance(selector, All):
        return All(tuple(without_prescribed(child, attributes) for child in selector.children))
    if isinstance(selector, AnyOf):
        return AnyOf(tuple(without_prescribed(child, attributes) for child in selector.children))
    if isinstance(selector, Not):
        asks_more = any(leaf.fact not in attributes for leaf in leaves(selector.child))
        return ALWAYS if asks_more else selector
    return selector if selector.fact in attributes else ALWAYS
