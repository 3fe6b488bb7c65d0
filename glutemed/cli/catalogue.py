"""What is told of exercises, conditions, rules and sources; shared by the commands that list."""

from __future__ import annotations

from collections.abc import Iterable

import click

from glutemed.cli.layout import paragraph
from glutemed.model.condition import ALWAYS, Condition
from glutemed.model.diagnostic import suggestion
from glutemed.model.exercise import Exercise, HipMovement
from glutemed.model.ruleset import ClinicalSource, Ruleset
from glutemed.reading.english import english
from glutemed.render import words


def no_such(kind: str, name: str, known: Iterable[str]) -> click.UsageError:
    """What to raise for an id that the rules do not have."""
    hint = suggestion(name, known)
    tail = f"; {hint}" if hint else ""
    return click.UsageError(f"there is no {kind} `{name}`{tail}")


def needs(exercise: Exercise, ruleset: Ruleset) -> str:
    """The equipment of an exercise in words."""
    if exercise.needs == ALWAYS:
        return "nothing"
    return english(exercise.needs, ruleset.quantities)


def when(condition: Condition, ruleset: Ruleset) -> str:
    """A condition in words."""
    return english(condition, ruleset.quantities)


def field(name: str, text: str, width: int) -> list[str]:
    """One line of a description, wrapped below its text."""
    return paragraph(text, width, first=f"{name + ':':<14}") if text else []


def sources(ids: Iterable[str], ruleset: Ruleset, width: int) -> list[str]:
    """Sources in full, one paragraph each."""
    known = {source.id: source for source in ruleset.sources}
    lines: list[str] = []
    for name in ids:
        if name in known:
            lines += paragraph(_cited(known[name]), width, first="  - ")
    return ["", "Sources", *lines] if lines else []


def _cited(source: ClinicalSource) -> str:
    where = f"doi:{source.doi}" if source.doi else source.url
    head = f"{source.authors} ({source.year}). {source.title.rstrip('.')}."
    journal = f" {source.journal}." if source.journal else ""
    tail = f" {where}" if where else ""
    return f"{head}{journal}{tail} [{source.id}; read: {source.read}]"


def exercise(found: Exercise, ruleset: Ruleset, width: int) -> list[str]:
    """Everything about one exercise."""
    bend = found.knee_flexion_deg
    lines = [
        f"{found.name} ({found.id})",
        *field("family", f"{found.family}, rung {found.rung}", width),
        *field("stage", f"{found.stage} of 3", width),
        *field("trains", f"{_spaced(found.target)}, {_spaced(found.tier)} activity", width),
        *field("position", _spaced(found.position), width),
        *field("lies on", f"{found.lies_on} side" if found.lies_on != "none" else "", width),
        *field("carries", _spaced(found.weight_bearing), width),
        *field("hands", "hold on to something" if found.support == "hands" else "", width),
        *field("kneels", "yes" if found.kneels else "", width),
        *field("step", f"{found.step_cm} cm" if found.step_cm else "", width),
        *field("load", words.load(found.load) or "none", width),
        *field("needs", needs(found, ruleset), width),
        *field("knee bends", f"{bend.least} to {bend.most} degrees", width),
        *field("hip moves", _hip(found.hip), width),
    ]
    lines += ["", "How"]
    for cue in found.how:
        lines += paragraph(cue, width, first="  - ")
    if found.mistakes:
        lines += ["", "Not so"]
        for mistake in found.mistakes:
            lines += paragraph(mistake, width, first="  - ")
    lines += ["", "Dose, step by step"]
    for number, step in enumerate(found.dose, 1):
        lines += paragraph(words.dose(step), width, first=f"  {number}. ")
    lines += sources(found.sources, ruleset, width)
    return [*lines, "", f"{found.span.where}, reviewed {found.reviewed}"]


def _hip(hip: HipMovement) -> str:
    turns = (", crosses the middle" if hip.adducts else "") + (
        ", turns inwards" if hip.turns_in else ""
    )
    return f"bends to {hip.flexion}, outwards to {hip.abduction} degrees{turns}"


def _spaced(word: str) -> str:
    return word.replace("_", " ")
