"""What is told of exercises, conditions, rules and sources; shared by the commands that list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import click

from glutemed.cli.layout import paragraph
from glutemed.model.condition import ALWAYS, Condition
from glutemed.model.diagnostic import suggestion
from glutemed.model.exercise import Exercise, HipMovement
from glutemed.model.locale import Locale, message
from glutemed.model.ruleset import ClinicalSource, Ruleset
from glutemed.reading.english import english
from glutemed.render import words

CARRIES = {
    "none": message("none"),
    "partial": message("partial"),
    "both_legs": message("both legs"),
    "one_leg": message("one leg"),
}
_LIES_ON = {"other": message("other side"), "working": message("working side")}
_READ = {
    "full": message("read: full"),
    "abstract": message("read: abstract"),
    "secondary": message("read: secondary"),
    "recalled": message("read: recalled"),
}
_TARGET = {
    "hip_abduction": message("hip abduction"),
    "hip_rotation": message("hip rotation"),
    "hip_extension": message("hip extension"),
    "hip_control": message("hip control"),
    "knee_extension": message("knee extension"),
    "trunk": message("trunk"),
}


def no_such(kind: str, name: str, known: Iterable[str]) -> click.UsageError:
    """What to raise for an id that the rules do not have."""
    hint = suggestion(name, known)
    tail = f"; {hint}" if hint else ""
    return click.UsageError(f"there is no {kind} `{name}`{tail}")


def needs(exercise: Exercise, ruleset: Ruleset) -> str:
    """The equipment of an exercise in words."""
    if exercise.needs == ALWAYS:
        return ruleset.locale.say("nothing")
    return english(exercise.needs, ruleset.quantities, locale=ruleset.locale)


def when(condition: Condition, ruleset: Ruleset) -> str:
    """A condition in words."""
    return english(condition, ruleset.quantities)


def field(name: str, text: str, width: int) -> list[str]:
    """One line of a description, wrapped below its text."""
    return paragraph(text, width, first=f"{name + ':':<{max(14, len(name) + 2)}}") if text else []


def sources(ids: Iterable[str], ruleset: Ruleset, width: int) -> list[str]:
    """Sources in full, one paragraph each."""
    known = {source.id: source for source in ruleset.sources}
    lines: list[str] = []
    for name in ids:
        if name in known:
            lines += paragraph(_cited(known[name], ruleset.locale), width, first="  - ")
    return ["", ruleset.locale.say("Sources"), *lines] if lines else []


def _cited(source: ClinicalSource, locale: Locale) -> str:
    where = f"doi:{source.doi}" if source.doi else source.url
    head = f"{source.authors} ({source.year}). {source.title.rstrip('.')}."
    journal = f" {source.journal}." if source.journal else ""
    tail = f" {where}" if where else ""
    read = locale.say(_READ[source.read])
    return f"{head}{journal}{tail} [{source.id}; {read}]"


def exercise(found: Exercise, ruleset: Ruleset, width: int) -> list[str]:
    """Everything about one exercise."""
    say, locale = ruleset.locale.say, ruleset.locale
    bend = found.knee_flexion_deg
    yes = say("yes")
    trains = locale.listed([say(_TARGET[found.target]), say(words.TIER[found.tier])])
    rows = (
        (say("family"), say("{family}, rung {rung}", family=found.family, rung=found.rung)),
        (say("stage"), say("{stage} of 3", stage=found.stage)),
        (say("trains"), trains),
        (say("position"), say(words.POSITION[found.position])),
        (say("lies on"), say(_LIES_ON[found.lies_on]) if found.lies_on != "none" else ""),
        (say("carries"), say(CARRIES[found.weight_bearing])),
        (say("hands"), say("hold on to something") if found.support == "hands" else ""),
        (say("kneels"), yes if found.kneels else ""),
        (say("step"), say("{height} cm", height=found.step_cm) if found.step_cm else ""),
        (say("load"), words.load(found.load, locale) or say("none")),
        (say("needs"), needs(found, ruleset)),
        (
            say("knee bends"),
            say("{least} to {most} degrees", least=bend.least, most=bend.most),
        ),
        (say("hip moves"), _hip(found.hip, locale)),
    )
    lines = [f"{found.name} ({found.id})"]
    for name, text in rows:
        lines += field(name, text, width)
    lines += ["", say("How")]
    for cue in found.how:
        lines += paragraph(cue, width, first="  - ")
    if found.mistakes:
        lines += ["", say("Not so")]
        for mistake in found.mistakes:
            lines += paragraph(mistake, width, first="  - ")
    lines += ["", say("Dose, step by step")]
    for number, step in enumerate(found.dose, 1):
        lines += paragraph(words.dose(step, locale), width, first=f"  {number}. ")
    lines += sources(found.sources, ruleset, width)
    day = locale.date(dt.date.fromisoformat(found.reviewed))
    reviewed = say("{place}, reviewed {day}", place=found.span.where, day=day)
    return [*lines, "", reviewed]


def _hip(hip: HipMovement, locale: Locale) -> str:
    parts = [
        locale.say(
            "bends to {flexion}, outwards to {abduction} degrees",
            flexion=hip.flexion,
            abduction=hip.abduction,
        )
    ]
    if hip.adducts:
        parts.append(locale.say("crosses the middle"))
    if hip.turns_in:
        parts.append(locale.say("turns inwards"))
    return locale.listed(parts)
