"""The first version of a rule file: what is known is filled in, and the rest is marked TODO."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

import attrs

from glutemed.model.diagnostic import Text
from glutemed.rulebook.canonical import canonical
from glutemed.rulebook.canonical.scalars import quoted
from glutemed.rulebook.gaps import ANY, BECAUSE, REVIEWED, SOURCES, THEN, Gap, gaps_of
from glutemed.rulebook.grammar import FORMS
from glutemed.rulebook.language import FormOf
from glutemed.rulebook.language import Text as Prose

MARK = "# TODO: "
NAMED = {"case": "name", "fact": "name"}
"""The key that names a thing, where it is not `id`."""


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
    figure: tuple[str, ...] = (),
) -> Beginning:
    """The first version of a file with one fact, condition, rule, exercise, hazard or case.

    Args:
        kind: What it is.
        identity: Its id; of a case or a fact its name.
        pack: The name of its pack.
        given: What is known, by key, as YAML.
        concludes: The kind of conclusion, where `then` is not given.
        examples: Examples of a rule whose condition is given, as YAML.
        figure: The lines of a figure of an exercise, as the item of a list; it is called like the
            exercise.
    """
    lines = [f"pack: {pack}", "version: 0.1.0"]
    title = given.get("label" if kind == "fact" else "name") if kind != "case" else None
    lines.append(f"title: {title or quoted(_spaced(identity))}")
    if kind == "condition":
        lines.append(f"when: {{complaint.conditions: {{includes: [{identity}]}}}}")
    section = f"{kind}s"
    lines += [f"{section}:", f"- {NAMED.get(kind, 'id')}: {_word(identity)}"]
    gaps = gaps_of(kind, given)
    if kind == "exercise":
        lines += [f"  family: {given.get('family', identity)}", f"  rung: {given.get('rung', '1')}"]
    if kind == "rule" and concludes:
        gaps = tuple(Gap("then", *THEN[concludes]) if gap.key == "then" else gap for gap in gaps)
    asked = {gap.key for gap in gaps} | {"family", "rung", "then", "because", "reviewed"}
    own = {key.name for key in form_of(kind).keys}
    lines += [f"  {key}: {value}" for key, value in given.items() if key in own - asked]
    if given.get("needs") == "{}":  # nothing is needed, which is said by no line
        gaps = tuple(gap for gap in gaps if gap.key != "needs")
    lines += [_filled(gap, given) for gap in gaps]
    if figure:
        lines += [f"  figure: {identity}", "figures:", *figure]
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
    then = Gap("then", f"{{indicate: {{target: {ANY}}}}}", "which exercises there is a reason for")
    return [
        "rules:",
        f"- id: work-for-{identity.replace('_', '-')}",
        *(_filled(gap, given) for gap in (then, BECAUSE, SOURCES, REVIEWED)),
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
        f"  - {{given: {{{ANY}: true}}, fires: true}}  {MARK}facts on which it fires",
        f"  - {{given: {{{ANY}: true}}, fires: false}}  {MARK}facts on which it does not",
        "  - {given: {}, fires: unknown}",
    ]


def _spaced(identity: str) -> str:
    return re.sub(r"[-_.]", " ", identity)


def _word(identity: str) -> str:
    return json.dumps(identity, ensure_ascii=False)
