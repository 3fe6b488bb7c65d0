"""Facts as YAML: what a person has answered, and the file to fill in."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from glutemed.cli.layout import paragraph
from glutemed.intake import split, to_dict
from glutemed.model.facts import ExerciseResponse, Facts
from glutemed.model.locale import ENGLISH, Locale, message
from glutemed.model.ruleset import Ruleset
from glutemed.model.vocabulary import FactDeclaration, Kind

_WORD = re.compile(r"[a-z][a-z0-9_-]*\Z")
_TAKEN = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
_OF_A_SET = {"present", "absent", "rest"}
_WIDTH = 88
_HEAD = (
    message("Facts about one person, for glutemed."),
    message(
        "Put an answer in place of `unknown` wherever you know it, then run: glutemed recommend FILE"
    ),
    message("`unknown` means that nobody has said; `declined` means asked, and not answered."),
)
_CLEAR = (
    message("Warning signs: true or false. If your answer to every one of them is no, you may put"),
    "    screening: clear",
    message("in place of this whole block."),
)


def as_yaml(facts: Facts, ruleset: Ruleset) -> str:
    """Facts as a file that can be given to glutemed again; only what was answered or declined."""
    lines = [f"# Facts about one person, for glutemed (rules {ruleset.version}).", "# Health data."]
    nested = to_dict(facts)
    lines += _mapping(nested, "") if nested else ["{}"]
    return "\n".join(lines) + "\n"


def save(path: Path, text: str) -> None:
    """Write a file that only its owner may read.

    Raises:
        OSError: It cannot be written.
    """
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        if hasattr(os, "fchmod"):
            os.fchmod(file.fileno(), 0o600)
        file.write(text.encode())


def _mapping(values: Mapping[str, Any], indent: str) -> list[str]:
    lines = []
    for key, value in values.items():
        if isinstance(value, Mapping) and not value.keys() <= _OF_A_SET:
            lines += [f"{indent}{_scalar(key)}:", *_mapping(value, f"{indent}  ")]
        else:
            lines.append(f"{indent}{_scalar(key)}: {_flow(value)}")
    return lines


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_scalar(item) for item in value) + "]"
    return _scalar(value)


def _scalar(value: Any) -> str:
    if isinstance(value, str) and _WORD.match(value) and value not in _TAKEN:
        return value
    return json.dumps(value)


def template(ruleset: Ruleset) -> str:
    """A YAML file to fill in: every question as a comment, every fact unknown."""
    locale = ruleset.locale
    lines = [*_comment(map(locale.say, _HEAD))]
    for subject, facts in by_subject(ruleset).items():
        lines += ["", f"{subject}:"]
        if subject == "screening":
            lines += _comment(map(locale.say, _CLEAR), "  ")
        for declared in facts:
            asked = [declared.ask]
            if subject != "screening":
                form = answer_form(declared, locale)
                asked.append(locale.say("Answer: {form}.", form=form))
            lines += ["", *_comment(asked, "  ")]
            lines.append(f"  {_scalar(split(declared.name)[-1])}: unknown")
        if subject == "response" and ruleset.exercises:
            lines += ["", *_each(ruleset)]
    return "\n".join(lines) + "\n"


def by_subject(ruleset: Ruleset) -> dict[str, list[FactDeclaration]]:
    """The facts by subject, without those about single exercises."""
    found: dict[str, list[FactDeclaration]] = {}
    for declared in ruleset.vocabulary:
        if not declared.name.startswith("response.each."):
            found.setdefault(declared.name.partition(".")[0], []).append(declared)
    return found


def answer_form(declared: FactDeclaration, locale: Locale = ENGLISH) -> str:
    """How an answer is written in a file: `a whole number from 0 to 120, in years`."""
    if declared.kind is Kind.INT:
        least, most = declared.least, declared.most
        if not declared.unit:
            return locale.say("a whole number from {least} to {most}", least=least, most=most)
        return locale.say(
            "a whole number from {least} to {most}, in {unit}",
            least=least,
            most=most,
            unit=locale.say(declared.unit),
        )
    if declared.kind is Kind.BOOL:
        return locale.say("true or false")
    # The words themselves are as a file writes them, in every language.
    listed = ", ".join(declared.values)
    if declared.kind is Kind.ENUM:
        return locale.say("one of {words}", words=listed)
    return locale.say("a list of any of {words}", words=listed)


def _each(ruleset: Ruleset) -> list[str]:
    """The block about single exercises: one example, and the ids that may stand in its place."""
    first = ruleset.exercises[0].id
    fields = ", ".join(f"{name}: unknown" for name in ExerciseResponse.__annotations__)
    ids = ", ".join(exercise.id for exercise in ruleset.exercises)
    text = ruleset.locale.say(
        "How single exercises have gone: how often done (sessions), the pain while you last did "
        "it from 0 to 10 (pain_during), and how many steps of its dose you have completed "
        "(steps_earned). Write one line for each exercise that you have done, of: {ids}.",
        ids=ids,
    )
    return [*_comment((text,), "  "), "  each:", f"    {first}: {{{fields}}}"]


def _comment(texts: Iterable[str], indent: str = "") -> list[str]:
    lines = []
    for text in texts:
        own = len(text) - len(text.lstrip())
        lines += paragraph(text.strip(), _WIDTH, first=f"{indent}# {' ' * own}")
    return [
        line if line.startswith(f"{indent}#") else f"{indent}# {line.strip()}" for line in lines
    ]
