"""What `glutemed recommend --format json` prints is what docs/reference/outcome.schema.json says."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from conftest import REPOSITORY
from glutemed import as_json, load_ruleset, read_facts, recommend

SCHEMA = json.loads(
    (REPOSITORY / "docs" / "reference" / "outcome.schema.json").read_text(encoding="utf-8")
)
VALIDATOR = Draft202012Validator(SCHEMA)
RULESET = load_ruleset()

RUNNER = (REPOSITORY / "docs" / "tutorial" / "runner.yaml").read_text(encoding="utf-8")
KNOWN = {
    "screening": "clear",
    "person.age": 34,
    "complaint.conditions": ["patellofemoral_pain"],
    "complaint.side": "right",
    "complaint.weeks": 9,
    "complaint.pain_usual": 4,
    "complaint.pain_at_rest": 1,
    "history.latex_allergy": False,
    "equipment.bands": ["light"],
    "equipment.free_weights": False,
    "response.sessions_done": 0,
}


def outcome_of(facts: Any) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(as_json(recommend(read_facts(facts, RULESET), RULESET)))
    return plain


def faults(outcome: dict[str, Any]) -> list[str]:
    return [f"{list(e.absolute_path)}: {e.message}" for e in VALIDATOR.iter_errors(outcome)]


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize(
    ("facts", "kind"),
    [
        pytest.param(RUNNER, "programme", id="the runner of the tutorial"),
        pytest.param(
            {k: v for k, v in KNOWN.items() if k != "history.latex_allergy"},
            "programme",
            id="withheld bands",
        ),
        pytest.param({**KNOWN, "equipment.bands": []}, "programme", id="no bands"),
        pytest.param({}, "questions", id="nothing known"),
        pytest.param({"screening.gives_way": True}, "questions", id="a referral is sure already"),
        pytest.param(
            {
                **{k: v for k, v in KNOWN.items() if k != "screening"},
                "screening": {"hot_swollen_knee": True},
            },
            "referral",
            id="a hot, swollen knee",
        ),
        pytest.param(
            {**KNOWN, "complaint.conditions": [], "complaint.felt_at": ["back"]},
            "referral",
            id="nothing fits",
        ),
        pytest.param(
            {**KNOWN, "screening.hot_swollen_knee": "declined"}, "referral", id="not ruled out"
        ),
    ],
)
def test_an_outcome_is_as_the_schema_says(facts: Any, kind: str) -> None:
    outcome = outcome_of(facts)
    assert outcome["outcome"] == kind
    assert faults(outcome) == []


@pytest.mark.parametrize("case", RULESET.cases, ids=lambda case: case.name)
def test_every_case_is_as_the_schema_says(case: Any) -> None:
    assert faults(outcome_of(case.facts)) == []


def test_the_schema_refuses_what_is_not_an_outcome() -> None:
    programme = outcome_of(RUNNER)

    def changed(**more: Any) -> dict[str, Any]:
        return {**copy.deepcopy(programme), **more}

    assert faults(changed(extra=1))
    assert faults(changed(outcome="referral"))
    assert faults(changed(questions=outcome_of({})["questions"]))
    assert faults({k: v for k, v in programme.items() if k != "notice"})
    wrong = changed()
    wrong["programme"]["exercises"][0]["picture"] = "leg.svg"
    assert faults(wrong)


def test_every_key_of_the_schema_is_met_in_some_outcome() -> None:
    """What the schema lists and nothing prints would be a promise nobody keeps."""
    met: set[str] = set()

    def look(value: Any) -> None:
        if isinstance(value, dict):
            met.update(value)
            for inner in value.values():
                look(inner)
        elif isinstance(value, list):
            for inner in value:
                look(inner)

    for facts in (
        RUNNER,
        {},
        {"screening.gives_way": True},
        {**KNOWN, "screening.hot_swollen_knee": "declined"},
        {k: v for k, v in KNOWN.items() if k != "history.latex_allergy"},
        *(case.facts for case in RULESET.cases),
    ):
        look(outcome_of(facts))
    listed = set(SCHEMA["properties"])
    for definition in SCHEMA["$defs"].values():
        listed |= set(definition.get("properties", {}))
        for choice in definition.get("oneOf", []):
            listed |= set(choice["properties"])
    assert listed - met <= {"failures"}  # only a rule that cannot be evaluated prints that
