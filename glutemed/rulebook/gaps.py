"""What a new file is asked for, kind by kind, and what stands open until it is answered.

Whatever is left open is invalid on purpose, so that no file with an open end is ever used: each
line that says TODO is a line that `rules check` finds something wrong with, and no other is.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

ANY = "TODO"


@attrs.frozen
class Gap:
    """A key that is asked for.

    Args:
        key: Its name.
        open: What stands there until it is filled in; something that the check refuses.
        says: What to put there, as the file has it.
        asks: The question of a prompt, where an answer need not be written as in the file.
    """

    key: str
    open: str
    says: str
    asks: str = ""

    @property
    def question(self) -> str:
        """What is asked at a prompt."""
        return self.asks or f"{self.says[:1].upper()}{self.says[1:]}."


_SOURCE = "ids of sources that were read, from `glutemed rules sources` or your own `sources:`"
_DAY = "the day on which you last read this against its sources, like 2026-11-22"
_A_CONDITION = "such as: complaint.pain_usual at least 4 and person.age below 60"
_EXERCISES = "such as: stage is 3 and position is standing"

BECAUSE = Gap(
    "because",
    '""',
    "one sentence for the person: why this follows",
    "Why does this follow? One sentence for the person.",
)
SOURCES = Gap(
    "sources",
    "[]",
    _SOURCE,
    "What does it rest on? Ids of sources with commas between them, such as: powers-2014, mascal-2003",
)
REVIEWED = Gap(
    "reviewed",
    ANY,
    _DAY,
    "On which day did you last read this against its sources? Such as: 2026-11-22",
)

_FACT = (
    Gap(
        "type",
        ANY,
        "bool for yes or no, int for a number, enum for one of some words, set for any of them",
        "What is an answer? bool (yes or no), int (a number), enum (one of some words) or set (any "
        "of some words).",
    ),
    Gap("label", '""', "a noun phrase, such as: a knee that catches"),
    Gap("ask", '""', "a question that a lay person can answer"),
)
RANGE = Gap(
    "range", "[]", "the least and the most, such as [0, 10]", "From what to what? Such as: 0 10"
)
VALUES = Gap(
    "values",
    "[]",
    "the words, such as [left, right]",
    "Which words? With commas between them, such as: left, right",
)
_CONDITION = (
    Gap("name", '""', "what it is called, with the everyday name in brackets"),
    Gap("sentence", '""', "what it is like, in one sentence for the person"),
    Gap("evidence", ANY, "strong, moderate or weak: how well exercise is shown to help"),
    SOURCES,
)
_RULE = (
    Gap(
        "when",
        f"{{{ANY}: true}}",
        "for whom, such as {complaint.pain_usual: {at_least: 4}}",
        f"For whom does it hold? For all: everybody. Else by facts, {_A_CONDITION}. `glutemed facts` lists them.",
    ),
    Gap(
        "then",
        f"{{{ANY}: true}}",
        "the one conclusion, such as {contraindicate: {stage: 3}}",
        "What follows? refer (to a clinician), contraindicate (must not be done), caution (with a note), "
        "indicate (a reason to do it), prefer (rather than others), limit (at most so much), derive, "
        "score or advise.",
    ),
    BECAUSE,
    SOURCES,
    REVIEWED,
)
_HAZARD = (
    Gap(
        "when",
        f"{{{ANY}: true}}",
        "for whom; facts that a rule reads, such as {complaint.pain_usual: {at_least: 7}}",
        "For whom must it never happen? Facts that a rule reads too, "
        "such as: complaint.pain_usual at least 7",
    ),
    Gap(
        "never",
        f"{{{ANY}: true}}",
        "what not, such as {weight_bearing: one_leg, knee_flexion_deg: {above: 60}}",
        "What must they never get? Such as: weight_bearing is one_leg and knee_flexion_deg above 60",
    ),
    Gap(
        "because",
        '""',
        "one line that a clinician would sign",
        "Why? One line that a clinician would sign, from the source and not from your rule.",
    ),
    SOURCES,
)
_EXERCISE = (
    Gap("name", '""', "what it is called, with its load"),
    Gap(
        "target",
        ANY,
        "hip_abduction, hip_rotation, hip_extension, hip_control, knee_extension or trunk",
        "What does it train? hip_abduction, hip_rotation, hip_extension, hip_control, "
        "knee_extension or trunk.",
    ),
    Gap(
        "stage",
        ANY,
        "1 lying or sitting; 2 on both legs, or on one with hands held and little bend; 3 the rest",
        "In which stage does it come? 1: lying or sitting. 2: standing on both legs, or on one "
        "with hands that hold on and the knee bent 15 degrees at most. 3: the rest.",
    ),
    Gap(
        "tier",
        ANY,
        "how hard the side of the hip works in it: low, moderate, high or very_high",
    ),
    Gap("position", ANY, "side_lying, supine, prone, quadruped, sitting or standing"),
    Gap("lies_on", ANY, "which leg is below: none, other or working"),
    Gap(
        "weight_bearing",
        ANY,
        "none, partial, both_legs or one_leg: what the leg that works carries",
    ),
    Gap("support", ANY, "none, or hands where they hold on to something"),
    Gap("kneels", ANY, "true or false: whether a knee rests on the floor"),
    Gap("step_cm", ANY, "the height of the step it uses, in centimetres; 0 is none"),
    Gap(
        "hip",
        "{flexion: TODO, abduction: TODO, adducts: TODO, turns_in: TODO}",
        "the most, in degrees; true or false",
        "How far does the working hip move? Most degrees bent, most degrees out to the side, does the thigh "
        "cross the middle, does it turn in? Such as: 60 0 no no",
    ),
    Gap(
        "load",
        ANY,
        "none, or {kind: band, strength: light, place: above_knees}",
        "What is the load? none, or such as: band light above_knees. Or: free_weight ankles",
    ),
    Gap(
        "knee_flexion_deg",
        "{least: TODO, most: TODO}",
        "how far the knee bends, in degrees",
        "How far does the knee bend? The least with which it makes sense and the most, in degrees, such "
        "as: 0 60",
    ),
    Gap(
        "needs",
        f"{{{ANY}: true}}",
        "a condition on equipment; delete the line if it needs none",
        "What equipment does it need? none, or such as: equipment.bands includes light",
    ),
    Gap(
        "dose",
        "[]",
        "steps like {sets: 2, reps: 10, hold_s: 0, rest_s: 60, effort: 5}",
        "Which dose, step by step? Sets, repetitions, seconds held, seconds of rest, effort of 10; steps "
        "with semicolons between them, such as: 2 10 0 60 5; 3 12 0 60 6",
    ),
    Gap(
        "how",
        "[]",
        "one to five short cues",
        "How is it done? Up to five cues, with semicolons between.",
    ),
    Gap(
        "mistakes",
        ANY,
        "a list of the one or two commonest mistakes",
        "What is commonly done wrong? One or two mistakes, with a semicolon between.",
    ),
    SOURCES,
    REVIEWED,
)
_CASE = (
    Gap(
        "facts",
        ANY,
        "what is known of this person, such as {screening: clear, person.age: 30}",
        "What is known of this person? Such as: screening is clear and person.age is 30",
    ),
    Gap("expect", f"{{outcome: {ANY}}}", "what they must get: programme, questions or referral"),
)
GAPS: Mapping[str, tuple[Gap, ...]] = {
    "fact": _FACT,
    "condition": _CONDITION,
    "rule": _RULE,
    "exercise": _EXERCISE,
    "hazard": _HAZARD,
    "case": _CASE,
}
THEN: Mapping[str, tuple[str, str]] = {
    "refer": (f'{{refer: {ANY}, to: [{ANY}], now: ""}}', "how soon, to whom, what to do now"),
    "contraindicate": (f"{{contraindicate: {{{ANY}: true}}}}", "which exercises must not be done"),
    "caution": (f'{{caution: {{{ANY}: true}}, note: ""}}', "which exercises, and the note"),
    "indicate": (f"{{indicate: {{{ANY}: true}}}}", "which exercises there is a reason for"),
    "prefer": (
        f"{{prefer: {{{ANY}: true}}, over: {{{ANY}: true}}, strength: 1}}",
        "which exercises, and over which",
    ),
    "limit": (f"{{limit: {{{ANY}: 1}}, for: {{}}}}", "the amount and its most, for which"),
    "derive": (f"{{derive: {{{ANY}: {ANY}}}}}", "the derived value, and what it is at least"),
    "score": (f"{{score: {{{ANY}: 1}}}}", "the score, and the points for it"),
    "advise": ('{advise: ""}', "a sentence for the person"),
}
SELECTING: Mapping[str, str] = {
    "contraindicate": f"Which exercises must not be done? Everything: all. Else {_EXERCISES}",
    "indicate": f"Which exercises is it a reason for? Everything: all. Else {_EXERCISES}",
}
"""The conclusions that are a selector alone, each with what is asked for it."""


def gaps_of(kind: str, given: Mapping[str, str]) -> tuple[Gap, ...]:
    """What is asked for, which may hang on what was said already."""
    gaps = GAPS[kind]
    if kind == "fact" and given.get("type") == "int":
        return (*gaps, RANGE)
    return (*gaps, VALUES) if kind == "fact" and given.get("type") in ("enum", "set") else gaps
