"""One fact → JSON Schema: as a condition asks about it, and as an example gives it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from glutemed.model.condition import ORDERED_COMPARISONS, Comparison
from glutemed.model.vocabulary import RESERVED_VALUES, FactDeclaration, Kind
from glutemed.rulebook import grammar

Schema = dict[str, Any]

_TAKES_LIST = (Comparison.IN, Comparison.NOT_IN)


def constants(names: Mapping[str, str]) -> Schema:
    """Words, each with what it stands for where something is said of it."""
    if not any(names.values()):
        return {"enum": sorted(names)}
    return {"anyOf": [{"const": name, "description": said} for name, said in sorted(names.items())]}


def said(fact: FactDeclaration) -> Schema:
    """What an editor shows of a fact: its label, and its question."""
    asked = fact.ask or fact.label
    return {"title": fact.label, "description": asked} if fact.ask else {"description": asked}


def kind(fact: FactDeclaration) -> str:
    """What a fact is compared with, in short."""
    if fact.kind is Kind.INT:
        return f"from {fact.least} to {fact.most}"
    return str(fact.kind)


def _value(fact: FactDeclaration) -> Schema:
    """One constant that a fact is compared with."""
    if fact.kind is Kind.BOOL:
        return {"type": "boolean"}
    if fact.kind is Kind.INT:
        return {"type": "integer", "minimum": fact.least, "maximum": fact.most}
    if fact.name == "complaint.conditions":
        return _open(fact)
    return {"type": "string", "enum": list(fact.values)}


def _open(fact: FactDeclaration) -> Schema:
    """A word that a rulebook may add to."""
    known = [{"const": value, "description": fact.say(value)} for value in fact.values]
    return {"anyOf": [*known, {"type": "string", "pattern": grammar.SNAKE}]}


def compared(fact: FactDeclaration) -> Schema:
    """A fact in a condition: a value, or comparisons."""
    value = _value(fact)
    several = {"type": "array", "items": value, "minItems": 1}
    if fact.kind is Kind.SET:
        return _object({"includes": several})
    words = [Comparison.IS, Comparison.IS_NOT]
    if fact.is_ordered:
        words += sorted(ORDERED_COMPARISONS)
    return {
        "anyOf": [
            value,
            _object({**dict.fromkeys(words, value), **dict.fromkeys(_TAKES_LIST, several)}),
        ]
    }


def compared_name(value: Schema, name: str) -> Schema:
    """An id or a family in a selector."""
    several = {"type": "array", "items": value, "minItems": 1}
    compared = {"is": value, "is_not": value, "in": several, "not_in": several}
    return {"description": name, "anyOf": [value, _object(compared)]}


def _object(properties: Mapping[Any, Any]) -> Schema:
    return {
        "type": "object",
        "properties": {str(key): value for key, value in properties.items()},
        "additionalProperties": False,
        "minProperties": 1,
    }


def answer(fact: FactDeclaration) -> Schema:
    """A fact with a value, as examples give it and cases have it."""
    open_: Iterable[str] = sorted(RESERVED_VALUES)
    if fact.kind is not Kind.SET:
        return {"anyOf": [_value(fact), {"enum": [*open_]}]}
    listed = {"type": "array", "items": _value(fact)}
    parts = {"present": listed, "absent": listed, "rest": {"enum": [*open_]}}
    return {"anyOf": [listed, _object(parts), {"enum": [*open_]}]}
