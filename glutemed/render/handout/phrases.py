"""A prescription in short phrases, a sentence's worth each, so that every language can say them."""

from __future__ import annotations

from glutemed.model.exercise import Dose, Exercise, Load, LoadKind
from glutemed.model.locale import ENGLISH, Locale
from glutemed.model.outcome import Prescription
from glutemed.model.rule import Urgency
from glutemed.render import words


def amount(found: Dose, locale: Locale = ENGLISH) -> str:
    """How many sets of how many."""
    return locale.count("{n} set of {reps}", "{n} sets of {reps}", found.sets, reps=found.reps)


def dose(found: Dose, locale: Locale = ENGLISH) -> tuple[str, ...]:
    """How long to hold and to rest, then how hard."""
    said = []
    if found.hold_s:
        said.append(locale.count("hold {n} second", "hold {n} seconds", found.hold_s))
    if found.sets > 1 and found.rest_s:
        said.append(
            locale.count(
                "rest {n} second between sets", "rest {n} seconds between sets", found.rest_s
            )
        )
    word = words.effort(found.effort, locale)
    effort = locale.say("effort up to {effort} of 10 ({word})", effort=found.effort, word=word)
    return (*said, effort)


def needs(exercise: Exercise, locale: Locale = ENGLISH) -> tuple[str, ...]:
    """The band or weight, and the step."""
    said = [_load(exercise.load, locale)]
    if exercise.step_cm:
        said.append(locale.say("a step {height} cm high", height=exercise.step_cm))
    return tuple(phrase for phrase in said if phrase)


def _load(load: Load, locale: Locale) -> str:
    if load.kind is LoadKind.BAND:
        return _band(load, locale)
    if load.kind is LoadKind.FREE_WEIGHT:
        if load.place == "ankles":
            return locale.say("a weight at the ankle")
        if load.place == "hands":
            return locale.say("a weight in the hands")
        return locale.say("a free weight")
    return ""


def _band(load: Load, locale: Locale) -> str:
    strength = {
        "light": locale.say("a light band"),
        "medium": locale.say("a medium band"),
        "heavy": locale.say("a heavy band"),
    }.get(load.strength, locale.say("a band"))
    if load.place == "above_knees":
        return locale.say("{band} above the knees", band=strength)
    if load.place == "ankles":
        return locale.say("{band} at the ankles", band=strength)
    if load.place == "forefeet":
        return locale.say("{band} round the forefeet", band=strength)
    return strength


def ways(found: Prescription, locale: Locale = ENGLISH) -> tuple[str, ...]:
    """Which leg works, and how far its knee may bend."""
    if found.working_sides == ("left",):
        said = [locale.say("the left leg only")]
    elif found.working_sides == ("right",):
        said = [locale.say("the right leg only")]
    else:
        said = [locale.say("both sides")]
    if found.depth_counts:
        said.append(locale.say("knee bent {degrees}° at most", degrees=found.knee_flexion_deg))
    return tuple(said)


def urgency(found: Urgency, locale: Locale = ENGLISH) -> str:
    """How soon somebody must see the person, as a heading."""
    return {
        Urgency.EMERGENCY: locale.say("Get help now: this is an emergency"),
        Urgency.SAME_DAY: locale.say("Be seen today"),
        Urgency.URGENT: locale.say("Be seen within days"),
        Urgency.ROUTINE: locale.say("Be seen soon, at an ordinary appointment"),
    }[found]
