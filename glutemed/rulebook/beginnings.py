"""The first version of a rule file: what is known is filled in, and the rest is marked TODO.

Whatever is left open is invalid on purpose, so that no file with an open end is ever used: each
line that says TODO is a line that `rules check` finds something wrong with, and no other is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

import attrs

from glutemed.model.diagnostic import Text
from glutemed.rulebook.canonical import canonical
from glutemed.rulebook.canonical.scalars import quoted
from glutemed.rulebook.grammar import FORMS
from glutemed.rulebook.language import FormOf
from glutemed.rulebook.language import Text as Prose

MARK = "# TODO: "
_ANY = "TODO"
_SOURCE = "ids of sources that were read, from `glutemed rules sources` or your own `sources:`"
_DAY = "the day on which you last read this against its sources, like 2026-11-22"


@attrs.frozen
class Gap:
    """A key that is asked for.

    Args:
        key: Its name.
        open: What stands there until it is filled in; something that the check refuses.
        says: What to put there.
    """

    key: str
    open: str
    says: str


@attrs.frozen
class Todo:
    """A line to be filled in, counted from 1, and what belongs there."""

    line: int
    says: str


@attrs.frozen
class Beginning:
    """A new file and its open ends."""

    text: str
    todos: tuple[Todo, ...]


_BECAUSE = Gap("because", '""', "one sentence for the person: why this follows")
_SOURCES = Gap("sources", "[]", _SOURCE)
_REVIEWED = Gap("reviewed", _ANY, _DAY)

CONDITION = (
    Gap("name", '""', "what it is called, with the everyday name in brackets"),
    Gap("sentence", '""', "what it is like, in one sentence for the person"),
    Gap("evidence", _ANY, "strong, moderate or weak: how well exercise is shown to help"),
    _SOURCES,
)
RULE = (
    Gap("when", f"{{{_ANY}: true}}", "for whom, such as {complaint.pain_usual: {at_least: 4}}"),
    Gap("then", f"{{{_ANY}: true}}", "the one conclusion, such as {contraindicate: {stage: 3}}"),
    _BECAUSE,
    _SOURCES,
    _REVIEWED,
)
EXERCISE = (
    Gap("name", '""', "what it is called, with its load"),
    Gap("target", _ANY, "what it trains, such as hip_abduction"),
    Gap("stage", _ANY, "1 lying, 2 standing on both legs, 3 on one leg"),
    Gap("tier", _ANY, "low, moderate, high or very_high: how hard the muscle works"),
    Gap("position", _ANY, "side_lying, supine, prone, quadruped, sitting or standing"),
    Gap("lies_on", _ANY, "none, other or working: which leg is below"),
    Gap("weight_bearing", _ANY, "none, partial, both_legs or one_leg: what the leg carries"),
    Gap("support", _ANY, "none, or hands where they hold on to something"),
    Gap("kneels", _ANY, "true or false: whether a knee rests on the floor"),
    Gap("step_cm", _ANY, "the height of the step it uses, in centimetres; 0 is none"),
    Gap(
        "hip",
        "{flexion: TODO, abduction: TODO, adducts: TODO, turns_in: TODO}",
        "the most, in degrees; true or false",
    ),
    Gap("load", _ANY, "none, or {kind: band, strength: light, place: above_knees}"),
    Gap("knee_flexion_deg", "{least: TODO, most: TODO}", "how far the knee bends, in degrees"),
    Gap("needs", f"{{{_ANY}: true}}", "a condition on equipment; delete the line if it needs none"),
    Gap("dose", "[]", "steps like {sets: 2, reps: 10, hold_s: 0, rest_s: 60, effort: 5}"),
    Gap("how", "[]", "one to five short cues"),
    _SOURCES,
    _REVIEWED,
)
CASE = (
    Gap("facts", _ANY, "what is known of this person, such as {screening: clear, person.age: 30}"),
    Gap("expect", f"{{outcome: {_ANY}}}", "what they must get: programme, questions or referral"),
)
GAPS: Mapping[str, tuple[Gap, ...]] = {
    "condition": CONDITION,
    "rule": RULE,
    "exercise": EXERCISE,
    "case": CASE,
}
THEN: Mapping[str, tuple[str, str]] = {
    "refer": (f'{{refer: {_ANY}, to: [{_ANY}], now: ""}}', "how soon, to whom, what to do now"),
    "contraindicate": (f"{{contraindicate: {{{_ANY}: true}}}}", "which exercises must not be done"),
    "caution": (f'{{caution: {{{_ANY}: true}}, note: ""}}', "which exercises, and the note"),
    "indicate": (f"{{indicate: {{{_ANY}: true}}}}", "which exercises there is a reason for"),
    "prefer": (
        f"{{prefer: {{{_ANY}: true}}, over: {{{_ANY}: true}}, strength: 1}}",
        "which exercises, and over which",
    ),
    "limit": (f"{{limit: {{{_ANY}: 1}}, for: {{}}}}", "the amount and its most, for which"),
    "derive": (f"{{derive: {{{_ANY}: {_ANY}}}}}", "the derived value, and what it is at least"),
    "score": (f"{{score: {{{_ANY}: 1}}}}", "the score, and the points for it"),
    "advise": ('{advise: ""}', "a sentence for the person"),
}


def form_of(kind: str) -> FormOf:
    """The form of what is begun."""
    return FORMS[kind]


def keys(kind: str) -> tuple[str, ...]:
    """The keys that can be given for what is begun."""
    own = tuple(key.name for key in form_of(kind).keys if key.name not in ("id", "name"))
    if kind == "condition":
        own = ("name", *own, "then", "because", "reviewed")
    return ("name", *own) if kind == "exercise" else own


def begin(
    kind: str,
    identity: str,
    pack: str,
    given: Mapping[str, str],
    *,
    concludes: str = "",
    examples: tuple[str, ...] = (),
) -> Beginning:
    """The first version of a file with one condition, rule, exercise or case.

    Args:
        kind: What it is.
        identity: Its id; of a case its name.
        pack: The name of its pack.
        given: What is known, by key, as YAML.
        concludes: The kind of conclusion, where `then` is not given.
        examples: Examples of a rule whose condition is given, as YAML.
    """
    lines = [f"pack: {pack}", "version: 0.1.0"]
    title = given.get("name") if kind != "case" else None
    lines.append(f"title: {title or quoted(_spaced(identity))}")
    if kind == "condition":
        lines.append(f"when: {{complaint.conditions: {{includes: [{identity}]}}}}")
    section = "conditions" if kind == "condition" else f"{kind}s"
    lines += [f"{section}:", f"- {'name' if kind == 'case' else 'id'}: {_word(identity)}"]
    gaps = GAPS[kind]
    if kind == "exercise":
        lines += [f"  family: {given.get('family', identity)}", f"  rung: {given.get('rung', '1')}"]
    if kind == "rule" and concludes:
        gaps = tuple(Gap("then", *THEN[concludes]) if gap.key == "then" else gap for gap in gaps)
    asked = {gap.key for gap in gaps} | {"family", "rung", "then", "because", "reviewed"}
    own = {key.name for key in form_of(kind).keys}
    lines += [f"  {key}: {value}" for key, value in given.items() if key in own - asked]
    lines += [_filled(gap, given) for gap in gaps]
    if kind == "condition":
        lines += _first_rule(identity, given)
    if kind == "rule" and "examples" not in given:
        lines += _examples(given, examples)
    made, wrong = canonical(Text("new", "\n".join(lines) + "\n"))
    if made is None:
        raise ValueError(f"{wrong[0].message}, in what was given")
    return Beginning(made.content, todos(made.content))


def todos(text: str) -> tuple[Todo, ...]:
    """The open ends of a file."""
    return tuple(
        Todo(number, line.partition(MARK)[2])
        for number, line in enumerate(text.splitlines(), 1)
        if MARK in line
    )


def as_yaml(kind: str, key: str, value: str) -> str:
    """What was typed for a key, as YAML: a sentence needs no quotes of its own."""
    known = form_of(kind).key
    prose = key == "because" or (key in known and isinstance(known[key].shape, Prose))
    return quoted(value) if prose else value


def _filled(gap: Gap, given: Mapping[str, str]) -> str:
    if gap.key in given:
        return f"  {gap.key}: {given[gap.key]}"
    return f"  {gap.key}: {gap.open}  {MARK}{gap.says}"


def _first_rule(identity: str, given: Mapping[str, str]) -> list[str]:
    """The rule without which a new condition does nothing: a reason to do some exercises."""
    then = Gap("then", f"{{indicate: {{target: {_ANY}}}}}", "which exercises there is a reason for")
    return [
        "rules:",
        f"- id: work-for-{identity.replace('_', '-')}",
        *(_filled(gap, given) for gap in (then, _BECAUSE, _SOURCES, _REVIEWED)),
        "  examples:",
        f"  - {{given: {{complaint.conditions: [{identity}]}}, fires: true}}",
        "  - {given: {}, fires: unknown}",
    ]


def _examples(given: Mapping[str, str], found: tuple[str, ...]) -> list[str]:
    if found:
        return ["  examples:", *(f"  - {example}" for example in found)]
    if given.get("when", "").strip() == "{}":
        return []
    return [
        "  examples:",
        f"  - {{given: {{{_ANY}: true}}, fires: true}}  {MARK}facts on which it fires",
        f"  - {{given: {{{_ANY}: true}}, fires: false}}  {MARK}facts on which it does not",
        "  - {given: {}, fires: unknown}",
    ]


def _spaced(identity: str) -> str:
    return re.sub(r"[-_]", " ", identity)


def _word(identity: str) -> str:
    return json.dumps(identity, ensure_ascii=False)
