"""Ruleset → JSON Schema of rule files, for the editors that write them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from glutemed.model.exercise import PRESCRIBED, SELECTABLE
from glutemed.model.facts import each_declarations
from glutemed.model.ruleset import Ruleset
from glutemed.model.vocabulary import FactDeclaration
from glutemed.render import fact_schema
from glutemed.render.fact_schema import Schema
from glutemed.rulebook import grammar
from glutemed.rulebook.conclusions import KINDS
from glutemed.rulebook.form import MOST_NAME, MOST_TEXT
from glutemed.rulebook.language import (
    AnyOf,
    Asking,
    Choice,
    Day,
    Facts,
    Flag,
    FormOf,
    Keyed,
    Listed,
    Named,
    Names,
    Part,
    Shape,
    Text,
    Whole,
    Word,
)

DIALECT = "http://json-schema.org/draft-07/schema#"
_ANY_FACT = grammar.FACT
_ANY_RULE = "^[a-z][a-z0-9-]*/[a-z0-9/:_-]+$"
_EACH = "^response\\.each\\.[a-z0-9-]+\\.[a-z_]+$"
_NAMED = {
    Names.SOURCE: grammar.KEBAB,
    Names.EXERCISE: grammar.KEBAB,
    Names.FAMILY: grammar.KEBAB,
    Names.FIGURE: grammar.KEBAB,
    Names.RULE: _ANY_RULE,
}


def rules_schema(ruleset: Ruleset) -> Schema:
    """The JSON Schema (draft-07, which editors know) of a file that is added to a rulebook.

    It names what the rulebook has, to be completed and explained, and takes other names of the
    right form, because a file may declare its own. What it refuses `glutemed rules check` refuses.
    """
    made = _Maker(ruleset)
    root = made.form(grammar.FILE)
    return {
        "$schema": DIALECT,
        "title": "A rule file of glutemed",
        "description": "Facts, conditions, rules, exercises, hazards, sources and cases.",
        **root,
        "definitions": made.definitions(),
    }


def as_text(schema: Schema) -> str:
    """A schema as JSON with one definition, or one key of it, in a line."""
    return _laid_out(schema, 4) + "\n"


def _laid_out(value: Any, depth: int) -> str:
    if depth and isinstance(value, dict) and value:
        entries = (
            f"{json.dumps(key, ensure_ascii=False)}: {_laid_out(item, depth - 1)}"
            for key, item in value.items()
        )
        return "{\n" + ",\n".join(entries) + "\n}"
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _ref(name: str) -> Schema:
    return {"$ref": f"#/definitions/{name}"}


class _Maker:
    def __init__(self, ruleset: Ruleset) -> None:
        self.ruleset = ruleset
        self.named = {
            Names.SOURCE: {
                source.id: f"{source.title} ({source.year}; read: {source.read})"
                for source in ruleset.sources
            },
            Names.EXERCISE: {exercise.id: exercise.name for exercise in ruleset.exercises},
            Names.FAMILY: {exercise.family: "" for exercise in ruleset.exercises},
            Names.FIGURE: dict.fromkeys((figure.id for figure in ruleset.figures), ""),
            Names.RULE: {rule.written: "" for rule in ruleset.written_rules},
            Names.FACT: {
                fact.name: ""
                for fact in ruleset.vocabulary
                if not fact.name.startswith("response.each.")
            },
        }
        self.shared: Schema = {}

    def definitions(self) -> Schema:
        """Everything that is said once and used in many places."""
        found: Schema = {
            form.what: self.form(form)
            for form in grammar.FORMS.values()
            if form is not grammar.FILE
        }
        facts = {fact.name: fact for fact in self.ruleset.quantities.values()}
        equipment = {name: fact for name, fact in facts.items() if name.startswith("equipment.")}
        found |= {
            f"known {kind}": fact_schema.constants(names)
            for kind, names in self.named.items()
            if names
        }
        found |= {
            "facts": self.asking(facts, "facts", this=True),
            "equipment": self.asking(equipment, "equipment"),
            "exercises": self.asking(SELECTABLE, "exercises", closed=True),
            "prescriptions": self.asking(
                {**SELECTABLE, **PRESCRIBED}, "prescriptions", closed=True
            ),
            "given": self.given(facts, nested=False),
            "person": self.given(facts, nested=True),
        }
        for name, kind in (("id", Names.EXERCISE), ("family", Names.FAMILY)):
            for about in ("exercises", "prescriptions"):
                found[about]["properties"][name] = fact_schema.compared_name(self.name(kind), name)
        return dict(sorted((found | self.shared).items()))

    def form(self, form: FormOf) -> Schema:
        """A mapping with keys of its own."""
        found: Schema = {
            "type": "object",
            "properties": {
                key.name: {"description": key.says, **self.shape(key.shape)} for key in form.keys
            },
            "additionalProperties": False,
        }
        required = [key.name for key in form.keys if key.required]
        if required:
            found["required"] = required
        if form.what == "conclusion":
            found["oneOf"] = [{"required": [kind]} for kind in KINDS]
            found["dependencies"] = {
                **{kind: list(keys) for kind, keys in grammar.NEEDED_WITH.items()},
                **{key: [kind] for key, kind in grammar.ONLY_WITH.items()},
            }
        if form.what == "source":
            found["anyOf"] = [{"required": ["doi"]}, {"required": ["url"]}]
        if form.what == "limit":
            found["minProperties"] = 1
        return found

    def shape(self, shape: Shape) -> Schema:
        """What stands under a key."""
        match shape:
            case Text():
                return {"type": "string", "minLength": 1, "maxLength": MOST_TEXT}
            case Word(pattern, longest):
                return {"type": "string", "pattern": pattern, "maxLength": longest}
            case Choice(words):
                return {"type": "string", "enum": list(words)}
            case Whole(least, most):
                return {"type": "integer", "minimum": least, "maximum": most}
            case Flag():
                return {"type": "boolean"}
            case Day():
                return {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
            case Named(of):
                return self.name(of)
            case Asking(about):
                return _ref(str(about))
            case Facts(nested):
                return _ref("person" if nested else "given")
            case Listed(of, least, most):
                bounds = {"minItems": least} if least else {}
                return {
                    "type": "array",
                    "items": self.shape(of),
                    **bounds,
                    **({"maxItems": most} if most <= MOST_NAME else {}),
                }
            case Keyed(keys, of, most):
                named = self.shape(keys)
                names = {"propertyNames": named} if isinstance(keys, Word) else {}
                bounds = {"minProperties": 1, "maxProperties": most} if most else {}
                return {
                    "type": "object",
                    "additionalProperties": self.shape(of),
                    **names,
                    **bounds,
                }
            case Part(form):
                return _ref(form)
            case AnyOf(shapes):
                return {"anyOf": [self.shape(one) for one in shapes]}

    def name(self, kind: Names) -> Schema:
        """A name that the rulebook has, or another of the same form."""
        pattern = _NAMED.get(kind, _ANY_FACT)
        free: Schema = {"type": "string", "pattern": pattern}
        if kind is Names.FACT:
            return {"anyOf": [_ref(f"known {kind}"), free, {"type": "string", "pattern": _EACH}]}
        return {"anyOf": [_ref(f"known {kind}"), free]} if self.named[kind] else free

    def given(self, facts: Mapping[str, FactDeclaration], *, nested: bool) -> Schema:
        """Facts by name with their values."""
        answers = {
            name: {**fact_schema.said(fact), **self.share("answer", fact, fact_schema.answer)}
            for name, fact in facts.items()
            if not name.startswith("response.each.")
        }
        properties: Schema = dict(answers)
        if nested:
            subjects: dict[str, Schema] = {}
            for name in self.ruleset.vocabulary.facts:
                subject, _, field = name.partition(".")
                if not field.startswith("each."):
                    subjects.setdefault(subject, {})[field] = answers[name]
            for subject, fields in subjects.items():
                properties[subject] = {
                    "description": f"Facts under {subject}.",
                    "anyOf": [{"type": "object", "properties": fields}, {"const": "unknown"}],
                }
            properties["screening"] = {
                "description": "clear: the answer to every red flag is no.",
                "anyOf": [{"const": "clear"}, *properties["screening"]["anyOf"]],
            }
        names: Schema = {_ANY_FACT: {}}
        for name, fact in each_declarations("X", "it").items():
            ending = name.rpartition(".")[2]
            of = "response\\.each\\.[a-z0-9-]+" if nested else "(this|response\\.each\\.[a-z0-9-]+)"
            names[f"^{of}\\.{ending}$"] = {
                **fact_schema.said(fact),
                **self.share("answer", fact, fact_schema.answer),
            }
        return {
            "type": "object",
            "properties": properties,
            "patternProperties": names,
            "additionalProperties": False,
        }

    def asking(
        self,
        known: Mapping[str, FactDeclaration],
        own: str,
        *,
        closed: bool = False,
        this: bool = False,
    ) -> Schema:
        """A condition over some things.

        Args:
            known: What it may ask about.
            own: The name of its definition, which stands under `all`, `any` and `not` again.
            closed: Whether it may ask about nothing else.
            this: Whether it may speak of one exercise with `this.`.
        """
        several = {"type": "array", "items": _ref(own), "minItems": 1}
        found: Schema = {
            "type": "object",
            "properties": {
                "all": {"description": "All of these.", **several},
                "any": {"description": "Any of these.", **several},
                "not": {"description": "Not this.", **_ref(own)},
                **{
                    name: {
                        **fact_schema.said(fact),
                        **self.share("asked", fact, fact_schema.compared),
                    }
                    for name, fact in known.items()
                },
            },
            "additionalProperties": False,
        }
        if not closed:
            found["patternProperties"] = {_ANY_FACT: {}, _EACH: {}}
        if this:
            for name, fact in each_declarations("EXERCISE", "it").items():
                found["properties"][f"this.{name.rpartition('.')[2]}"] = {
                    **fact_schema.said(fact),
                    **self.share("asked", fact, fact_schema.compared),
                }
        return found

    def share(
        self, what: str, fact: FactDeclaration, make: Callable[[FactDeclaration], Schema]
    ) -> Schema:
        """What many facts have alike, said once."""
        made = make(fact)
        said = f"{what} {fact_schema.kind(fact)}"
        number = 1
        while self.shared.setdefault(f"{said} {number}", made) != made:
            number += 1
        return _ref(f"{said} {number}")
