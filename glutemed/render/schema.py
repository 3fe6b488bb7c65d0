"""Ruleset → JSON Schema of the facts, for the forms of other apps."""

from __future__ import annotations

from typing import Any

from glutemed.intake import split
from glutemed.model.ruleset import Ruleset
from glutemed.model.vocabulary import FactDeclaration, Kind

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_UNANSWERED = {"$ref": "#/$defs/unanswered"}
_UNKNOWN = {"$ref": "#/$defs/unknown"}


def facts_schema(ruleset: Ruleset) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of the facts of a ruleset, nested.

    Whatever `read_facts` takes in this shape is valid by it. A schema cannot say that 2.0 is no
    whole number, nor that a word is in `present` or in `absent` but not in both; `read_facts` does.
    """
    root, say = _object({}), ruleset.locale.say
    rest = {"enum": ["unknown", "declined"], "title": say("whatever is in neither")}
    for declared in ruleset.vocabulary:
        *path, last = split(declared.name)
        inner = root
        for part in path:
            inner = _inside(inner, part)
        inner["properties"][last] = _fact(declared, rest)
    screening = root["properties"].get("screening")
    if screening is not None:
        screening["anyOf"].insert(0, {"const": "clear", "title": say("every answer is no")})
    return {
        "$schema": DIALECT,
        "title": say("Facts about one person, for glutemed"),
        "description": say("Whatever is left out is unknown, and unknown is never taken as safe."),
        "$comment": f"rules {ruleset.version}, fingerprint {ruleset.fingerprint}",
        **root,
        "$defs": {
            "unknown": {"enum": ["unknown", None], "title": say("not known")},
            "unanswered": {
                "enum": ["unknown", "declined", None],
                "title": say("not known, or asked and not answered"),
            },
        },
    }


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _inside(outer: dict[str, Any], name: str) -> dict[str, Any]:
    """The object of a subject, made at the first call; the word `unknown` may stand in its place."""
    properties = outer["properties"]
    if name not in properties:
        properties[name] = {"title": name.replace("_", " "), "anyOf": [_object({}), _UNKNOWN]}
    found: dict[str, Any] = properties[name]["anyOf"][0]
    return found


def _fact(declared: FactDeclaration, rest: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"title": declared.label, "description": declared.ask}
    remarks = [declared.unit] if declared.unit else []
    if declared.red_flag:
        remarks.append("red flag")
    if remarks:
        found["$comment"] = ", ".join(remarks)
    return found | {"anyOf": [*_answers(declared, rest), _UNANSWERED]}


def _answers(declared: FactDeclaration, rest: dict[str, Any]) -> list[dict[str, Any]]:
    if declared.kind is Kind.BOOL:
        return [{"type": "boolean"}]
    if declared.kind is Kind.INT:
        return [{"type": "integer", "minimum": declared.least, "maximum": declared.most}]
    if declared.kind is Kind.ENUM:
        return [_word(declared)]
    listed: dict[str, Any] = {"type": "array"}
    listed |= {"items": _word(declared)} if declared.values else {"maxItems": 0}
    return [listed, _object({"present": listed, "absent": listed, "rest": rest})]


def _word(declared: FactDeclaration) -> dict[str, Any]:
    choices = [{"const": value, "title": declared.say(value)} for value in declared.values]
    return {"type": "string", "oneOf": choices}
