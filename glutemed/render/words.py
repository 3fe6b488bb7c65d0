"""Words and numbers for people, shared by the renderers."""

from __future__ import annotations

from collections.abc import Iterable

from glutemed.model.exercise import Dose, Load, LoadKind
from glutemed.model.outcome import Prescription
from glutemed.model.rule import Urgency

URGENCY = {
    Urgency.EMERGENCY: "now, as an emergency",
    Urgency.SAME_DAY: "today",
    Urgency.URGENT: "within days",
    Urgency.ROUTINE: "soon, at an ordinary appointment",
}
SEEN_BY = {
    "ambulance": "an ambulance",
    "emergency_department": "an emergency department",
    "gp": "your GP",
    "physiotherapist": "a physiotherapist",
    "surgeon": "a surgeon",
    "orthopaedic_clinic": "an orthopaedic clinic",
    "midwife": "your midwife",
    "pharmacist": "a pharmacist",
}
CARRIES = {
    "none": "the knee carries nothing",
    "partial": "the legs carry a part of the body",
    "both_legs": "on both legs",
    "one_leg": "on one leg",
}
_EFFORT = ((3, "easy"), (4, "fairly easy"), (6, "somewhat hard"), (8, "hard"), (10, "very hard"))
_PLACE = {
    "above_knees": "above the knees",
    "ankles": "at the ankles",
    "forefeet": "round the forefeet",
    "hands": "in the hands",
}


def seen_by(to: tuple[str, ...]) -> str:
    """Who should see the person: "your GP or a physiotherapist"."""
    words = [SEEN_BY.get(word, word.replace("_", " ")) for word in to]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def count(number: int, one: str, many: str | None = None) -> str:
    """A number and its noun: `1 set`, `2 sets`."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def grouped(pairs: Iterable[tuple[str, str]]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Names under what is said of them, each saying once, in the order in which they first come.

    Args:
        pairs: What is said, and the name of which it is said.
    """
    found: dict[str, list[str]] = {}
    for said, name in pairs:
        found.setdefault(said, []).append(name)
    return tuple((said, tuple(names)) for said, names in found.items())


def dose(found: Dose) -> str:
    """A dose in plain words."""
    parts = [f"{count(found.sets, 'set')} of {found.reps}"]
    if found.hold_s:
        parts.append(f"hold each for {count(found.hold_s, 'second')}")
    if found.sets > 1 and found.rest_s:
        parts.append(f"rest {count(found.rest_s, 'second')} between sets")
    parts.append(f"effort up to {found.effort} of 10 ({effort(found.effort)})")
    return ", ".join(parts)


def effort(number: int) -> str:
    """An effort from 0 to 10, as a word."""
    return next(word for most, word in _EFFORT if number <= most)


def load(found: Load) -> str:
    """A load in words; empty where the body alone is the load."""
    place = _PLACE.get(found.place, "")
    if found.kind is LoadKind.BAND:
        return f"{found.strength} band {place}".rstrip()
    if found.kind is LoadKind.FREE_WEIGHT:
        return f"free weight {place}".rstrip()
    return ""


def position(found: Prescription) -> str:
    """How one is placed, and what the leg carries."""
    return f"{found.position.replace('_', ' ')}, {CARRIES[found.weight_bearing]}"


def depth(found: Prescription) -> str:
    """How far the knee may bend; empty where it carries nothing."""
    if not found.depth_counts:
        return ""
    return f"bend the knee to {found.knee_flexion_deg}° at the most"


def sides(found: Prescription) -> str:
    """Which sides work."""
    return "both sides" if len(found.working_sides) != 1 else f"the {found.working_sides[0]} side"
