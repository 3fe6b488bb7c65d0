"""Words and numbers for people, shared by the renderers."""

from __future__ import annotations

from collections.abc import Iterable

from glutemed.model.exercise import Dose, Load, LoadKind
from glutemed.model.locale import ENGLISH, Locale, message
from glutemed.model.outcome import Outcome, Prescription, Programme, Reason
from glutemed.model.rule import Urgency
from glutemed.model.ruleset import Ruleset

URGENCY = {
    Urgency.EMERGENCY: message("now, as an emergency"),
    Urgency.SAME_DAY: message("today"),
    Urgency.URGENT: message("within days"),
    Urgency.ROUTINE: message("soon, at an ordinary appointment"),
}
SEEN_BY = {
    "ambulance": message("an ambulance"),
    "emergency_department": message("an emergency department"),
    "gp": message("your GP"),
    "physiotherapist": message("a physiotherapist"),
    "surgeon": message("a surgeon"),
    "orthopaedic_clinic": message("an orthopaedic clinic"),
    "midwife": message("your midwife"),
    "pharmacist": message("a pharmacist"),
}
CARRIES = {
    "none": message("the knee carries nothing"),
    "partial": message("the legs carry a part of the body"),
    "both_legs": message("on both legs"),
    "one_leg": message("on one leg"),
}
POSITION = {
    "side_lying": message("side lying"),
    "supine": message("supine"),
    "prone": message("prone"),
    "quadruped": message("quadruped"),
    "sitting": message("sitting"),
    "standing": message("standing"),
}
TIER = {
    "low": message("low activity"),
    "moderate": message("moderate activity"),
    "high": message("high activity"),
    "very_high": message("very high activity"),
}
_EFFORT = (
    (3, message("easy")),
    (4, message("fairly easy")),
    (6, message("somewhat hard")),
    (8, message("hard")),
    (10, message("very hard")),
)
_PLACE = {
    "above_knees": message("above the knees"),
    "ankles": message("at the ankles"),
    "forefeet": message("round the forefeet"),
    "hands": message("in the hands"),
}
_BAND = {
    "light": message("light band {place}"),
    "medium": message("medium band {place}"),
    "heavy": message("heavy band {place}"),
}


def seen_by(to: tuple[str, ...], locale: Locale = ENGLISH) -> str:
    """Who should see the person: "your GP or a physiotherapist"."""
    return locale.any_of([locale.say(SEEN_BY[word]) for word in to])


def urgency(found: Urgency, locale: Locale = ENGLISH) -> str:
    """How soon someone must see the person: "within days"."""
    return locale.say(URGENCY[found])


def count(number: int, one: str, many: str | None = None) -> str:
    """A number and its noun in English, as authors read it: `1 set`, `2 sets`."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def sessions_a_week(number: int, locale: Locale = ENGLISH) -> str:
    """How many sessions a week."""
    return locale.count("{n} session a week", "{n} sessions a week", number)


def review_in(number: int, locale: Locale = ENGLISH) -> str:
    """In how many weeks to look at a programme again."""
    return locale.count("look at it again in {n} week", "look at it again in {n} weeks", number)


def grouped(pairs: Iterable[tuple[str, str]]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Names under what is said of them, each saying once, in the order in which they first come.

    Args:
        pairs: What is said, and the name of which it is said.
    """
    found: dict[str, list[str]] = {}
    for said, name in pairs:
        found.setdefault(said, []).append(name)
    return tuple((said, tuple(names)) for said, names in found.items())


def dose(found: Dose, locale: Locale = ENGLISH) -> str:
    """A dose in plain words."""
    parts = [locale.count("{n} set of {reps}", "{n} sets of {reps}", found.sets, reps=found.reps)]
    if found.hold_s:
        parts.append(
            locale.count("hold each for {n} second", "hold each for {n} seconds", found.hold_s)
        )
    if found.sets > 1 and found.rest_s:
        parts.append(
            locale.count(
                "rest {n} second between sets", "rest {n} seconds between sets", found.rest_s
            )
        )
    word = effort(found.effort, locale)
    parts.append(locale.say("effort up to {effort} of 10 ({word})", effort=found.effort, word=word))
    return locale.listed(parts)


def effort(number: int, locale: Locale = ENGLISH) -> str:
    """An effort from 0 to 10, as a word."""
    return locale.say(next(word for most, word in _EFFORT if number <= most))


def load(found: Load, locale: Locale = ENGLISH) -> str:
    """A load in words; empty where the body alone is the load."""
    place = locale.say(_PLACE[found.place]) if found.place in _PLACE else ""
    if found.kind is LoadKind.BAND:
        return locale.say(_BAND[found.strength], place=place).rstrip()
    if found.kind is LoadKind.FREE_WEIGHT:
        return locale.say("free weight {place}", place=place).rstrip()
    return ""


def position(found: Prescription, locale: Locale = ENGLISH) -> str:
    """How one is placed, and what the leg carries."""
    carries = locale.say(CARRIES[found.weight_bearing])
    return locale.listed([locale.say(POSITION[found.position]), carries])


def depth(found: Prescription, locale: Locale = ENGLISH) -> str:
    """How far the knee may bend; empty where it carries nothing."""
    if not found.depth_counts:
        return ""
    return locale.say("bend the knee to {degrees}° at the most", degrees=found.knee_flexion_deg)


def sides(found: Prescription, locale: Locale = ENGLISH) -> str:
    """Which sides work."""
    if len(found.working_sides) != 1:
        return locale.say("both sides")
    if found.working_sides[0] == "left":
        return locale.say("the left side")
    return locale.say("the right side")


def placed(found: Prescription, locale: Locale = ENGLISH) -> str:
    """How one is placed, with which load, how deep and on which sides, in one line."""
    parts = [position(found, locale), load(found.load, locale)]
    parts += [depth(found, locale), sides(found, locale)]
    return "; ".join(part for part in parts if part)


def asked_to_see(to: tuple[str, ...], found: Urgency, locale: Locale = ENGLISH) -> str:
    """Whom the person should see, and how soon."""
    who, when = seen_by(to, locale), urgency(found, locale)
    return locale.say("Please see {who} {when}", who=who, when=when)


def could_be_more_urgent(locale: Locale = ENGLISH) -> str:
    """What questions beside a referral that is sure already are for."""
    return locale.say(
        "That much is sure. The answers to these questions could make it more urgent, so please "
        "give them now."
    )


def reason(found: Reason, locale: Locale = ENGLISH) -> str:
    """Why someone is referred, and whether that is sure."""
    if found.sure:
        return found.text
    return locale.say("{reason} (this could not be ruled out)", reason=found.text)


def coming(programme: Programme, ruleset: Ruleset, locale: Locale = ENGLISH) -> list[str]:
    """What comes next: the exercises, and what unlocks them, one line for what is unlocked alike."""
    pairs = ((one.unlocks, ruleset.exercise[one.exercise].name) for one in programme.next)
    return once(pairs, locale)


def once(pairs: Iterable[tuple[str, str]], locale: Locale = ENGLISH) -> list[str]:
    """Exercises under what must come first, each of it said once.

    Args:
        pairs: What must be so, in words behind "once", and the name of an exercise.
        locale: The language.
    """
    return [
        locale.say("Once {unlocks}: {names}.", unlocks=unlocks, names="; ".join(found))
        for unlocks, found in grouped(pairs)
    ]


def provenance(outcome: Outcome, fingerprint: str, locale: Locale = ENGLISH) -> str:
    """By which rules an outcome was decided, and how much was known.

    Args:
        outcome: The outcome.
        fingerprint: The beginning of the fingerprint, as it is to be shown.
        locale: The language.
    """
    return locale.say(
        "Rules {rules} ({fingerprint}), glutemed {version}, decided by {evaluators}; "
        "{answered} of {flags} red flags answered.",
        rules=outcome.ruleset_version,
        fingerprint=fingerprint,
        version=outcome.version,
        evaluators=locale.all_of(outcome.decided_by),
        answered=outcome.screened.answered,
        flags=outcome.screened.of,
    )
