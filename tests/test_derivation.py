"""What one person is told: why, why not, what was taken instead, and what would change it.

`python tests/test_derivation.py` writes the golden file anew; read the difference before it is kept.
"""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import pytest

from glutemed.derivation.changes import nearest
from glutemed.derivation.tree import Told
from glutemed.model.condition import Truth
from glutemed.model.decision import Clearance, Standing
from glutemed.model.errors import UnknownName
from glutemed.model.explanation import (
    Asked,
    Derivation,
    DerivationKind,
    ExerciseExplanation,
    Explanation,
    Joined,
    NodeKind,
)
from glutemed.model.outcome import OutcomeKind
from glutemed.model.ruleset import Ruleset
from glutemed.pipeline import explain, load_ruleset, read_facts, ready
from glutemed.render.explanation import as_json, as_text

GOLDEN = Path(__file__).parent / "golden" / "explain-lateral-walk.txt"

RUNNER = {
    "screening": "clear",
    "person.age": 30,
    "complaint.weeks": 8,
    "complaint.side": "left",
    "complaint.pain_usual": 5,
    "complaint.pain_at_rest": 1,
    "complaint.conditions": ["patellofemoral_pain"],
    "history.latex_allergy": False,
    "equipment.bands": ["light"],
    "equipment.free_weights": False,
    "response.sessions_done": 0,
}
SEASONED = {
    "response__sessions_done": 12,
    "response__stage_earned": 1,
    "response__worst_pain_during": 2,
    "response__settled_by_morning": True,
    "response__worse_next_morning": False,
    "response__weeks_of_break": 0,
}


@pytest.fixture(scope="module")
def ruleset() -> Ruleset:
    rules = load_ruleset()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what is told does not depend on durable-rules
        ready(rules)
    return rules


def told(ruleset: Ruleset, exercise: str | None, **but: object) -> Explanation:
    """The runner's explanation, with some facts otherwise; None leaves one out."""
    given = RUNNER | {name.replace("__", "."): value for name, value in but.items()}
    known = {name: value for name, value in given.items() if value is not None}
    return explain(read_facts(known, ruleset), ruleset, exercise)


def one(ruleset: Ruleset, exercise: str, **but: object) -> ExerciseExplanation:
    (found,) = told(ruleset, exercise, **but).exercises
    return found


def rule(explained: ExerciseExplanation, written: str) -> Derivation:
    return next(found for found in explained.derivations if found.written == written)


def changes(explained: ExerciseExplanation) -> dict[str, list[str]]:
    return {
        nearest.written: [f"{change.needs}, was {change.was}" for change in nearest.changes]
        for nearest in explained.changes
    }


def test_usual_pain_5_keeps_a_lateral_walk_back_and_pain_3_would_let_it_out(ruleset):
    explained = one(ruleset, "lateral-walk", **SEASONED)

    assert explained.standing is Standing.EXCLUDED
    assert changes(explained) == {
        "dose/lie-down-from-pain-four": ["usual pain at most 3, was 5"],
    }
    (change,) = explained.changes[0].changes
    assert (change.fact, change.allowed) == ("complaint.pain_usual", ((0, 3),))
    assert "complaint.pain_usual" in explained.cited
    calmer = one(ruleset, "lateral-walk", **SEASONED, complaint__pain_usual=3)
    assert calmer.standing is Standing.OFFERED
    assert calmer.changes == ()


def test_a_change_can_take_several_facts(ruleset):
    assert changes(one(ruleset, "lateral-walk"))["dose/begin-lying"] == [
        "sessions done at least 1, was 0",
        "stage earned at least 1, was not known",
    ]


def test_a_rule_stands_with_its_file_and_line_its_sources_and_the_value_of_each_fact(ruleset):
    found = rule(one(ruleset, "lateral-walk"), "dose/lie-down-from-pain-four")

    assert found.kind is DerivationKind.LIMIT
    assert found.concludes == "stage at most 1, and it belongs to stage 2"
    assert found.truth is Truth.TRUE
    assert found.blocks
    assert found.where == ruleset.rule[found.rule].span.where.rpartition(":")[0]
    assert found.where.startswith("rules/dose.yaml:")
    assert found.sources == ("surgeon-interview", "dolak-2011", "mcclure-2015")
    assert found.condition == Asked(
        fact="complaint.pain_usual", says="usual pain is at least 4", was="5", truth=Truth.TRUE
    )


def test_an_unknown_latex_allergy_withholds_the_band_and_is_cited(ruleset):
    explained = one(ruleset, "clamshell-band-light", history__latex_allergy=None)

    assert explained.standing is Standing.WITHHELD
    assert explained.clearance is Clearance.WITHHELD
    assert "history.latex_allergy" in explained.cited
    assert changes(explained) == {
        "equipment/no-latex-bands-in-latex-allergy": ["latex allergy: no, was not known"]
    }


def test_a_known_latex_allergy_is_left_alone_where_other_bands_would_do(ruleset):
    explained = one(
        ruleset,
        "clamshell-band-light",
        history__latex_allergy=True,
        equipment__bands_latex_free=False,
    )

    assert explained.standing is Standing.CONTRAINDICATED
    assert changes(explained) == {
        "equipment/no-latex-bands-in-latex-allergy": ["bands without latex: yes, was no"]
    }


def test_a_missing_band_is_a_need_that_is_not_met(ruleset):
    explained = one(ruleset, "clamshell-band-light", equipment__bands=[])

    assert explained.standing is Standing.UNAVAILABLE
    assert changes(explained) == {
        "exercises/clamshell-band-light": ["resistance bands with light, was none"]
    }


def test_without_a_reason_each_indication_names_a_way_to_one(ruleset):
    explained = one(ruleset, "clamshell", complaint__conditions=[], complaint__felt_at=[])

    assert explained.standing is Standing.NOT_INDICATED
    assert changes(explained)["surgeon/chosen-by-front"] == [
        "where the knee hurts with at the front, around or behind the kneecap, was none"
    ]
    assert {nearest.kind for nearest in explained.changes} == {DerivationKind.INDICATION}


def test_a_clamshell_is_not_chosen_because_its_harder_rung_was(ruleset):
    explained = one(ruleset, "clamshell")

    assert explained.standing is Standing.OFFERED
    assert not explained.chosen
    assert explained.not_chosen.same_family
    assert [other.exercise for other in explained.not_chosen.instead] == ["clamshell-band-light"]
    assert explained.not_chosen.own.tier == "moderate"
    assert explained.not_chosen.instead[0].tier == "high"
    assert one(ruleset, "clamshell-band-light").chosen


def test_a_preference_shows_in_the_rank(ruleset):
    explained = one(
        ruleset,
        "side-lying-leg-lift-ankle-weight",
        equipment__free_weights=True,
    )

    assert explained.not_chosen.own.demerits == 1
    assert explained.not_chosen.own.demerited_by == ("surgeon/bands-rather-than-free-weights",)


def test_a_derived_value_opens_into_the_rules_that_derive_it(ruleset):
    node = rule(one(ruleset, "clamshell"), "dose/moderate-effort-when-irritable").condition

    assert (node.fact, node.was) == ("derived.irritability", "moderate")
    assert [(made.written, made.truth) for made in node.made_by] == [
        ("dose/highly-irritable", Truth.FALSE),
        ("dose/moderately-irritable", Truth.TRUE),
    ]
    inner = node.made_by[1].condition
    assert isinstance(inner, Joined)
    assert inner.kind is NodeKind.ANY
    assert [child.was for child in inner.children] == ["5", "1"]


FALLS = """
pack: falls
version: 1.0.0
title: People who fall
facts:
  - {name: history.falls, type: int, range: [0, 50], unit: falls, label: falls in a year, ask: How often did you fall?}
derived:
  - {name: derived.unsteadiness, values: [low, high], default: low, label: how unsteady you are}
rules:
  - id: unsteady
    when: {history.falls: {at_least: 2}}
    then: {derive: {derived.unsteadiness: high}}
    because: Who falls often is unsteady.
    sources: [surgeon-interview]
    reviewed: 2026-11-22
    examples: [{given: {history.falls: 2}, fires: true}]
  - id: not-on-one-leg
    when: {derived.unsteadiness: {at_least: high}}
    then: {contraindicate: {weight_bearing: one_leg}}
    because: Who is unsteady does not stand on one leg.
    sources: [surgeon-interview]
    reviewed: 2026-11-22
    examples: [{given: {history.falls: 2}, fires: true}]
"""


def test_the_nearest_change_and_the_citations_reach_through_a_derived_value(tmp_path):
    (tmp_path / "falls.yaml").write_text(FALLS, encoding="utf-8")
    rules = load_ruleset(tmp_path / "falls.yaml")

    explained = one(rules, "single-leg-squat", history__falls=4)

    assert explained.standing is Standing.CONTRAINDICATED
    assert "history.falls" in explained.cited
    assert not any(name.startswith("derived.") for name in explained.cited)
    assert changes(explained)["falls/not-on-one-leg"] == ["falls in a year at most 1, was 4"]


def test_a_derived_value_that_is_not_known_says_what_it_may_be(ruleset):
    explained = one(ruleset, "clamshell", complaint__pain_at_rest=None)
    node = rule(explained, "dose/gentle-effort-when-highly-irritable").condition

    assert node.was == "not known, from moderate to high"
    assert node.truth is Truth.UNKNOWN


def test_a_score_opens_into_the_points_that_make_it(ruleset):
    given = {"screening": None, "screening__leg_swollen": True, "clot__clot_before": True}
    found = told(ruleset, None, **given).referrals
    node = next(one for one in found if one.written == "safety/clot-likely").condition

    assert node.was == "not known, from 1 to 9"
    assert {made.kind for made in node.made_by} == {DerivationKind.SCORE}
    assert [made.truth for made in node.made_by].count(Truth.TRUE) == 1


def test_points_are_turned_one_rule_at_a_time(ruleset):
    given = RUNNER | {"screening": None, "screening.leg_swollen": True}
    given["screening.leg_sore_or_dented"] = True
    known = {name: value for name, value in given.items() if value is not None}
    clot_likely = ruleset.rule["safety/clot-likely"]
    signs = [fact.name for fact in ruleset.vocabulary if fact.name.startswith("clot.")]

    def turned(to: Truth, *present: str) -> list[str]:
        answers = {name: name.removeprefix("clot.") in present for name in signs}
        facts = read_facts(known | answers, ruleset)
        engine = ready(ruleset).engine
        person = Told.of(ruleset, facts, engine.decide(facts), engine.read(facts))
        return [change.fact for change in nearest(person, clot_likely, to)]

    assert len(turned(Truth.FALSE, "dent_stays", "clot_before")) == 1
    assert len(turned(Truth.FALSE, "dent_stays", "clot_before", "whole_leg_swollen")) == 2
    assert len(turned(Truth.TRUE, "dent_stays")) == 1
    assert turned(Truth.TRUE, "dent_stays", "clot_before") == []


def test_a_declined_answer_is_told_as_such(ruleset):
    known = {name: value for name, value in RUNNER.items() if name != "history.latex_allergy"}
    facts = read_facts(known, ruleset).decline("history.latex_allergy")

    (explained,) = explain(facts, ruleset, "clamshell-band-light").exercises

    assert changes(explained) == {
        "equipment/no-latex-bands-in-latex-allergy": ["latex allergy: no, was declined"]
    }


def test_a_set_that_is_known_in_part_says_what_is_open(ruleset):
    part = {"equipment.bands": {"present": ["light"]}, "complaint.felt_at": {"absent": ["front"]}}
    facts = read_facts(RUNNER | part, ruleset)

    (explained,) = explain(facts, ruleset, "clamshell").exercises
    told_ = {
        found.written: found.condition.was
        for found in explained.derivations
        if isinstance(found.condition, Asked)
    }

    assert told_["surgeon/chosen-by-front"] == "none"
    assert told_["surgeon/side-of-hip-for-patellar-tendon-pain"].startswith("patellofemoral pain")


def test_whoever_is_referred_is_not_shown_how_to_get_at_an_exercise(ruleset):
    explanation = told(
        ruleset,
        None,
        screening={flag.name.partition(".")[2]: False for flag in ruleset.vocabulary.red_flags}
        | {"hot_swollen_knee": True},
    )
    text = as_text(explanation)

    assert explanation.outcome.kind is OutcomeKind.REFERRAL
    assert "now, as an emergency" in text
    assert "safety/hot-swollen-knee" in text
    assert not any(exercise in text for exercise in ruleset.exercise)


def test_where_no_exercise_fits_each_says_why(ruleset):
    text = as_text(told(ruleset, None, complaint__conditions=[], complaint__felt_at=[]))

    assert text.startswith("What you get: a referral")
    assert "not offered, because nothing speaks for it" in text


def test_unanswered_red_flags_come_first(ruleset):
    explanation = told(ruleset, "clamshell", screening=None)

    assert explanation.outcome.kind is OutcomeKind.QUESTIONS
    assert as_text(explanation).startswith(
        "clamshell (Clamshell): not given, because questions come first\n"
    )


def test_an_exercise_nobody_knows_is_an_error_with_a_suggestion(ruleset):
    with pytest.raises(UnknownName, match="did you mean `lateral-walk`"):
        told(ruleset, "lateral-wakl")
    with pytest.raises(UnknownName, match=r"^there is no exercise `bench-press`$"):
        told(ruleset, "bench-press")


def test_without_unicode_every_sign_is_ascii(ruleset):
    for exercise in (None, *ruleset.exercise):
        assert as_text(told(ruleset, exercise), unicode=False).isascii()


def test_no_line_is_longer_than_asked_for(ruleset):
    text = as_text(told(ruleset, "lateral-walk"), width=100)

    assert max(len(line) for line in text.splitlines()) <= 100
    assert not any(line.endswith(" ") for line in text.splitlines())


def test_the_json_holds_every_rule_and_nothing_but_plain_values(ruleset):
    found = as_json(told(ruleset, "lateral-walk"))

    assert json.loads(json.dumps(found)) == found
    assert found["outcome"] == "programme"
    (explained,) = found["exercises"]
    assert explained["standing"] == "excluded"
    assert explained["changes"][1]["changes"] == [
        {
            "fact": "complaint.pain_usual",
            "member": "",
            "needs": "usual pain at most 3",
            "was": "5",
            "allowed": [[0, 3]],
        }
    ]
    truths = {one["truth"] for one in explained["derivations"]}
    assert truths == {"true", "false", "unknown"}


def test_what_people_read_about_a_lateral_walk(ruleset):
    assert GOLDEN.read_text(encoding="utf-8") == as_text(told(ruleset, "lateral-walk"))


if __name__ == "__main__":
    GOLDEN.write_text(as_text(told(load_ruleset(), "lateral-walk")), encoding="utf-8")
