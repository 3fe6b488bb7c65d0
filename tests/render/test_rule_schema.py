"""The JSON Schema of rule files says what the readers say, and is shipped as it is made."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft7Validator

from corpus.renew import bad_rules, base
from glutemed.document import compose, to_plain
from glutemed.model.diagnostic import Text
from glutemed.pipeline import load_ruleset
from glutemed.render.rule_schema import as_text, rules_schema
from glutemed.rulebook.load import bundled, files

REPOSITORY = Path(__file__).resolve().parents[2]
SHIPPED = REPOSITORY / "glutemed" / "rules.schema.json"
RULESET = load_ruleset()
SCHEMA = rules_schema(RULESET)
VALIDATOR = Draft7Validator(SCHEMA)
OF_THE_CORPUS = Draft7Validator(rules_schema(base()))
SOUND = [
    *files([bundled()]),
    *sorted((REPOSITORY / "docs/how-to").glob("*.yaml")),
    REPOSITORY / "tests/rulebook/everything.yaml",
    REPOSITORY / "tests/corpus/base.yaml",
]
#: What a schema sees by itself: keys, kinds of values, words, bounds. The rest needs the rulebook.
SEEN = {
    *("GM201", "GM202", "GM203", "GM204", "GM205", "GM206", "GM207", "GM208"),
    *("GM211", "GM212", "GM223", "GM240"),
}
UNSEEN = {
    "GM204-a-range-that-ends-before-it-begins",
    "GM206-a-fact-under-derived",
    "GM206-a-value-called-unknown",
    "GM208-the-thirtieth-of-february",
}


def plain(path: Path):
    node, _ = compose(Text(path.name, path.read_text(encoding="utf-8")))
    return None if node is None else to_plain(node)


def test_it_is_a_schema_of_draft_seven() -> None:
    Draft7Validator.check_schema(SCHEMA)


def test_the_shipped_schema_is_current() -> None:
    """Write it anew with: glutemed rules schema -o glutemed/rules.schema.json."""
    assert SHIPPED.read_text(encoding="utf-8") == as_text(SCHEMA)


def test_it_is_small_enough_to_be_shipped() -> None:
    assert SHIPPED.stat().st_size < 300_000


@pytest.mark.parametrize("path", SOUND, ids=lambda path: path.stem)
def test_a_sound_file_is_valid_by_it(path: Path) -> None:
    assert [
        f"{list(e.absolute_path)}: {e.message}" for e in VALIDATOR.iter_errors(plain(path))
    ] == []


@pytest.mark.parametrize(
    "path",
    [path for path in bad_rules() if path.name[:5] in SEEN and path.stem not in UNSEEN],
    ids=lambda path: path.stem,
)
def test_a_broken_file_is_invalid_where_a_schema_can_see_it(path: Path) -> None:
    assert list(OF_THE_CORPUS.iter_errors(plain(path)))


def test_what_no_schema_can_see_is_still_in_the_corpus() -> None:
    assert {path.stem for path in bad_rules()} >= UNSEEN


@pytest.mark.parametrize("section", ["facts", "given", "person"])
def test_each_fact_is_described_by_its_question(section: str) -> None:
    properties = SCHEMA["definitions"][section]["properties"]
    for fact in RULESET.vocabulary:
        if section == "facts" or not fact.name.startswith("response.each."):
            assert properties[fact.name]["description"] == fact.ask
            assert properties[fact.name]["title"] == fact.label


def test_it_names_every_source_exercise_and_family() -> None:
    def named(kind: str) -> set[str]:
        known = SCHEMA["definitions"][f"known {kind}"]
        return set(known["enum"] if "enum" in known else (one["const"] for one in known["anyOf"]))

    assert named("source") == {source.id for source in RULESET.sources}
    assert named("exercise") == {exercise.id for exercise in RULESET.exercises}
    assert named("family") == {exercise.family for exercise in RULESET.exercises}


def test_every_reference_leads_somewhere_and_every_definition_is_used() -> None:
    used = set(json.dumps(SCHEMA).split('"#/definitions/')[1:])
    names = {piece.partition('"')[0] for piece in used}
    assert names == set(SCHEMA["definitions"])


@pytest.mark.parametrize(
    "when",
    [
        {"my.own_fact": {"at_least": 2}},
        {"this.sessions": {"at_least": 2}},
        {"any": [{"complaint.side": "left"}, {"not": {"person.age": {"in": [3, 4]}}}]},
        {"complaint.conditions": {"includes": ["a_new_condition"]}},
        {"derived.irritability": {"at_least": "moderate"}},
    ],
)
def test_a_condition_that_may_be_is_valid(when) -> None:
    assert not list(VALIDATOR.iter_errors({"pack": "a", "version": "1.0.0", "when": when}))


@pytest.mark.parametrize(
    "when",
    [
        {"person.age": "old"},
        {"person.age": {"at_most": 500}},
        {"person.age": {"more": 5}},
        {"complaint.side": {"at_least": "left"}},
        {"complaint.conditions": "patellofemoral_pain"},
        {"age": 5},
        {"any": []},
        {"derived.irritability": {"at_least": "enormous"}},
    ],
)
def test_a_condition_that_cannot_be_is_not_valid(when) -> None:
    assert list(VALIDATOR.iter_errors({"pack": "a", "version": "1.0.0", "when": when}))
