"""The JSON Schema of the facts says yes to what intake takes, and no to what is plainly wrong."""

from __future__ import annotations

import json
import random

import pytest
from jsonschema import Draft202012Validator

from glutemed import FactsInvalid, read_facts
from glutemed.intake import split
from glutemed.model.vocabulary import Kind
from glutemed.render.schema import facts_schema


@pytest.fixture(scope="session")
def schema(ruleset):
    return facts_schema(ruleset)


@pytest.fixture(scope="session")
def valid(schema):
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema).is_valid


def faults(ruleset, facts):
    try:
        read_facts(facts, ruleset)
    except FactsInvalid as refused:
        return {found.code for found in refused.diagnostics}
    return set()


def taken(ruleset, facts):
    return not faults(ruleset, facts)


def nested(name, value):
    for key in reversed(split(name)):
        value = {key: value}
    return value


def good(fact):
    if fact.kind is Kind.BOOL:
        return [True, False]
    if fact.kind is Kind.INT:
        return [fact.least, fact.most]
    if fact.kind is Kind.ENUM:
        return list(fact.values)
    first = list(fact.values[:1])
    return [[], first, list(fact.values), {"present": first, "absent": []}, {"absent": first}] + [
        {"present": first, "rest": rest} for rest in ("declined", "unknown")
    ]


def bad(fact):
    wrong = ["no", "", {}, {"a": 1}, [["a"]], ["no such word"], 2.9, {"present": "x"}]
    if fact.kind is Kind.SET:
        return [value for value in wrong if value != {}] + [
            3,
            True,
            {"presnt": []},
            {"rest": "clear"},
            {"rest": None},
        ]
    if fact.kind is Kind.INT:
        return [*wrong, fact.least - 1, fact.most + 1, "3", True]
    if fact.kind is Kind.BOOL:
        return [*wrong, 0, 1, "true", []]
    return [*wrong, 1, True, [fact.values[0]]]


def test_it_is_a_schema_and_plain_json(schema):
    Draft202012Validator.check_schema(schema)
    assert json.loads(json.dumps(schema)) == schema
    assert schema["$schema"].endswith("2020-12/schema")
    assert schema["additionalProperties"] is False


def test_every_fact_is_in_it_with_its_label_and_question(schema, ruleset):
    for fact in ruleset.vocabulary:
        found = schema
        for key in split(fact.name):
            found = next(one for one in found.get("anyOf", [found]) if "properties" in one)
            found = found["properties"][key]
        assert found["title"] == fact.label
        assert found["description"] == fact.ask


def test_what_intake_takes_is_valid(valid, ruleset):
    for fact in ruleset.vocabulary:
        for value in [*good(fact), "unknown", "declined", None]:
            facts = nested(fact.name, value)
            assert taken(ruleset, facts), fact.name
            assert valid(facts), (fact.name, value)


def test_what_is_wrong_is_neither_taken_nor_valid(valid, ruleset):
    for fact in ruleset.vocabulary:
        for value in bad(fact):
            facts = nested(fact.name, value)
            assert not taken(ruleset, facts), (fact.name, value)
            assert not valid(facts), (fact.name, value)


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"screening": "clear"},
        {"screening": "unknown"},
        {"person": "unknown", "response": None},
        {"response": {"each": "unknown"}},
        {"response": {"each": {"clamshell": "unknown"}}},
        {"screening": {"hot_swollen_knee": "declined"}, "person": {"age": 30}},
    ],
)
def test_subjects(valid, ruleset, facts):
    assert taken(ruleset, facts)
    assert valid(facts)


@pytest.mark.parametrize(
    "facts",
    [
        [],
        "clear",
        {"screening": "fine"},
        {"screening": True},
        {"person": "clear"},
        {"person": "declined"},
        {"persn": {"age": 3}},
        {"person": {"agee": 3}},
        {"screening": {"hot_knee": True}},
        {"response": {"each": {"no-such-exercise": {"sessions": 1}}}},
        {"response": {"each": {"clamshell": {"session": 1}}}},
        {"response": {"each": {"clamshell": 3}}},
    ],
)
def test_wrong_shapes(valid, ruleset, facts):
    assert not valid(facts)
    if isinstance(facts, dict):
        assert not taken(ruleset, facts)


def test_whole_files_at_random(valid, ruleset):
    for seed in range(100):
        chance = random.Random(seed)
        facts = {}
        for fact in chance.sample(list(ruleset.vocabulary), 12):
            *path, last = split(fact.name)
            inner = facts
            for key in path:
                inner = inner.setdefault(key, {})
            inner[last] = chance.choice([*good(fact), "unknown", None])
        assert faults(ruleset, facts) <= {"GM410"}
        assert valid(facts)


def test_a_form_cannot_see_that_two_answers_contradict_each_other(valid, ruleset):
    """The schema judges each answer by itself; what cannot be right together, reading refuses."""
    facts = {"response": {"sessions_done": 0, "worst_pain_during": 3}}
    assert valid(facts)
    assert faults(ruleset, facts) == {"GM410"}


def test_it_can_be_printed(glutemed, schema):
    assert json.loads(glutemed("facts", "--format", "json").stdout) == schema
