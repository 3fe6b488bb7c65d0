"""What was added, removed and changed in a rulebook, in words, whether or not it matters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from glutemed.model.condition import ALWAYS, All, AnyOf, Compare, Not
from glutemed.model.diagnostic import Span
from glutemed.model.frozen import Frozen
from glutemed.model.rule import Hazard, Rule
from glutemed.model.ruleset import Ruleset
from glutemed.model.vocabulary import FactDeclaration
from glutemed.reading.english import english
from glutemed.render import rule_words

SECTIONS = ("rules", "exercises", "hazards", "sources", "facts", "conditions")
_NAMES = {"dose": "dose", "knee_flexion_deg": "knee bend", "ask": "question"}
_SILENT = {"span", "pack", "id", "name", "examples"}


@attrs.frozen
class Field:
    """One thing that differs in something that both books have."""

    name: str
    before: str
    after: str


@attrs.frozen
class Section:
    """What differs in one part of a rulebook.

    Args:
        added: Ids that only the new book has.
        removed: Ids that only the old book has.
        changed: What differs, by id.
    """

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: Mapping[str, tuple[Field, ...]]


def in_words(old: Ruleset, new: Ruleset) -> dict[str, Section]:
    """What differs in each part of a rulebook."""
    before, after = _entries(old), _entries(new)
    return {name: _section(before[name], after[name]) for name in SECTIONS}


def _entries(ruleset: Ruleset) -> dict[str, dict[str, dict[str, str]]]:
    named: dict[str, Iterable[Any]] = {
        "exercises": ruleset.exercises,
        "sources": ruleset.sources,
        "conditions": ruleset.conditions,
    }
    found = {
        section: {each.id: _fields(each, ruleset) for each in entries}
        for section, entries in named.items()
    }
    found["rules"] = {rule.written: _rule(rule, ruleset) for rule in rule_words.written(ruleset)}
    found["hazards"] = {hazard.id: _hazard(hazard, ruleset) for hazard in ruleset.hazards}
    found["facts"] = {
        fact.name: _fields(fact, ruleset)
        for fact in ruleset.vocabulary
        if not fact.name.startswith("response.each.")
    }
    return found


def _section(before: dict[str, dict[str, str]], after: dict[str, dict[str, str]]) -> Section:
    changed = {}
    for name in sorted(before.keys() & after.keys()):
        fields = tuple(
            Field(key, before[name].get(key, ""), after[name].get(key, ""))
            for key in dict.fromkeys((*before[name], *after[name]))
            if before[name].get(key, "") != after[name].get(key, "")
        )
        if fields:
            changed[name] = fields
    return Section(
        added=tuple(sorted(after.keys() - before.keys())),
        removed=tuple(sorted(before.keys() - after.keys())),
        changed=changed,
    )


def _rule(rule: Rule, ruleset: Ruleset) -> dict[str, str]:
    return {
        "kind": rule_words.kind(rule),
        "when": rule_words.condition(rule, ruleset),
        "then": rule_words.conclusion(rule, ruleset),
        "because": rule.because,
        "sources": ", ".join(rule.sources),
        "reviewed": rule.reviewed,
    }


def _hazard(hazard: Hazard, ruleset: Ruleset) -> dict[str, str]:
    return {
        "when": english(hazard.when, ruleset.quantities),
        "never": english(hazard.never, rule_words.ATTRIBUTES),
        "because": hazard.because,
        "sources": ", ".join(hazard.sources),
    }


def _fields(entry: Any, ruleset: Ruleset) -> dict[str, str]:
    """The fields of something declared, in plain words."""
    if isinstance(entry, FactDeclaration):
        silent = _SILENT | ({"words"} if not entry.words else set())
        if entry.name == "complaint.conditions":  # its words are the conditions, told by themselves
            silent |= {"values", "words", "silent_absent"}
    else:
        silent = _SILENT - {"name"}
    return {
        _NAMES.get(field.name, field.name.replace("_", " ")): _said(
            getattr(entry, field.name), ruleset
        )
        for field in attrs.fields(type(entry))
        if field.name not in silent and field.type not in (Span, "Span")
    }


def _said(value: object, ruleset: Ruleset) -> str:
    if isinstance(value, (All, AnyOf, Not, Compare)):
        return "" if value == ALWAYS else english(value, ruleset.quantities)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (tuple, list)):
        return "; ".join(_said(each, ruleset) for each in value)
    if isinstance(value, frozenset):
        return ", ".join(sorted(map(str, value)))
    if isinstance(value, Frozen):
        return ", ".join(f"{key}: {_said(each, ruleset)}" for key, each in value.items())
    if attrs.has(type(value)):
        every = attrs.fields(type(value))  # type: ignore[arg-type]
        told = (field for field in every if field.type not in (Span, "Span"))
        return ", ".join(
            f"{field.name} {_said(getattr(value, field.name), ruleset)}" for field in told
        )
    return str(value)
