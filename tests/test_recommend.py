"""What a person gets, from the facts to the outcome, on the bundled rules."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs
import pytest

from glutemed import (
    Facts,
    FactsInvalid,
    HazardBroken,
    Outcome,
    Ruleset,
    RulesInvalid,
    load_ruleset,
    read_facts,
    recommend,
    to_dict,
)
from glutemed.gate import Gate
from glutemed.model.condition import Compare, Comparison
from glutemed.model.rule import Hazard, Urgency

BEGINNER: dict[str, Any] = {
    "screening": "clear",
    "person.age": 30,
    "complaint.conditions": ["patellofemoral_pain"],
    "complaint.side": "left",
    "complaint.weeks": 8,
    "complaint.pain_usual": 5,
    "complaint.pain_at_rest": 1,
    "history.latex_allergy": False,
    "equipment.bands": ["light"],
    "equipment.free_weights": False,
    "response.sessions_done": 0,
}
SETTLED = BEGINNER | {
    "complaint.pain_usual": 2,
    "response.sessions_done": 12,
    "response.worst_pain_during": 1,
    "response.settled_by_morning": True,
    "response.worse_next_morning": False,
    "response.weeks_of_break": 0,
    "response.stage_earned": 1,
}


@pytest.fixture(scope="module")
def ruleset() -> Ruleset:
    return load_ruleset()


def outcome_of(ruleset: Ruleset, **changed: Any) -> Outcome:
    given = {name.replace("__", "."): value for name, value in changed.items()}
    return recommend(read_facts(BEGINNER | given, ruleset), ruleset)


def exercises(outcome: Outcome) -> dict[str, Any]:
    assert outcome.programme is not None
    return {found.exercise: found for found in outcome.programme.exercises}


def test_a_beginner_in_pain_lies_down_with_a_band(ruleset: Ruleset) -> None:
    outcome = outcome_of(ruleset)
    found = exercises(outcome)
    assert {"side-lying-leg-lift-band-light", "clamshell-band-light"} <= set(found)
    assert 3 <= len(found) <= 5
    assert any(ruleset.exercise[name].target == "knee_extension" for name in found)
    assert {"none"} == {prescription.weight_bearing for prescription in found.values()}
    assert outcome.programme is not None
    assert outcome.programme.stage == 1


def test_without_a_band_the_bodyweight_rungs_serve(ruleset: Ruleset) -> None:
    found = set(exercises(outcome_of(ruleset, equipment__bands=[])))
    assert {"side-lying-leg-lift", "clamshell"} <= found
    assert {"none"} == {str(ruleset.exercise[name].load.kind) for name in found}


def test_free_weights_are_not_used_while_a_bodyweight_rung_serves(ruleset: Ruleset) -> None:
    found = exercises(outcome_of(ruleset, equipment__bands=[], equipment__free_weights=True))
    assert {"side-lying-leg-lift", "clamshell"} <= set(found)
    assert {"none"} == {str(ruleset.exercise[name].load.kind) for name in found}


def test_little_pain_and_the_first_stage_earned_bring_a_lateral_walk(ruleset: Ruleset) -> None:
    found = exercises(recommend(read_facts(SETTLED, ruleset), ruleset))
    walks = [found[name] for name in found if name.startswith("lateral-walk")]
    assert walks
    assert all(walk.knee_flexion_deg <= 45 for walk in walks)
    assert not any(name.startswith("single-leg-squat") for name in found)


def test_the_single_leg_squat_comes_in_the_last_stage_with_its_depth_capped(
    ruleset: Ruleset,
) -> None:
    last = SETTLED | {
        "response.stage_earned": 2,
        "response.level_pelvis": True,
        "history.unsteady": False,
    }
    found = exercises(recommend(read_facts(last, ruleset), ruleset))
    squats = [found[name] for name in found if name.startswith("single-leg-squat")]
    assert squats
    assert all(squat.knee_flexion_deg <= 45 for squat in squats)


def test_nothing_said_about_red_flags_asks_them_first(ruleset: Ruleset) -> None:
    outcome = recommend(read_facts({}, ruleset), ruleset)
    assert outcome.kind == "questions"
    assert outcome.questions[0].fact.startswith("screening.")
    assert Urgency.EMERGENCY is outcome.questions[0].urgency
    flags = {flag.name for flag in ruleset.vocabulary.red_flags}
    assert flags <= {asked.fact for asked in outcome.questions}


def test_every_red_flag_alone_refers_without_an_exercise(ruleset: Ruleset) -> None:
    names = {exercise.id for exercise in ruleset.exercises} | {
        exercise.name for exercise in ruleset.exercises
    }
    for flag in ruleset.vocabulary.red_flags:
        answers = {other.name: other is flag for other in ruleset.vocabulary.red_flags}
        given = {k: v for k, v in BEGINNER.items() if k != "screening"} | answers
        outcome = recommend(read_facts(given, ruleset), ruleset)
        assert outcome.programme is None
        assert not any(name in repr(outcome) for name in names), flag.name
        if outcome.kind == "questions":  # it refers already; what follows may make it more urgent
            assert outcome.sure_urgency is not None, flag.name
            following = {asked.fact: False for asked in outcome.questions}
            outcome = recommend(read_facts(given | following, ruleset), ruleset)
        assert outcome.kind == "referral", flag.name
        assert outcome.programme is None
        assert not any(name in repr(outcome) for name in names), flag.name


def test_a_hot_swollen_knee_without_fever_is_an_emergency(ruleset: Ruleset) -> None:
    answers = {flag.name: False for flag in ruleset.vocabulary.red_flags}
    given = {k: v for k, v in BEGINNER.items() if k != "screening"} | answers
    given["screening.hot_swollen_knee"] = True
    assert given["screening.feverish"] is False
    outcome = recommend(read_facts(given, ruleset), ruleset)
    assert outcome.referral is not None
    assert Urgency.EMERGENCY is outcome.referral.urgency


def test_a_routine_reason_beside_an_unanswered_emergency_flag_asks(ruleset: Ruleset) -> None:
    answers: dict[str, Any] = {flag.name: False for flag in ruleset.vocabulary.red_flags}
    answers |= {"screening.gives_way": True, "screening.hot_swollen_knee": "unknown"}
    given = {k: v for k, v in BEGINNER.items() if k != "screening"} | answers
    outcome = recommend(read_facts(given, ruleset), ruleset)
    assert outcome.kind == "questions"
    assert [asked.fact for asked in outcome.questions] == ["screening.hot_swollen_knee"]
    assert Urgency.ROUTINE is outcome.sure_urgency
    assert outcome.referral is None


def test_an_emergency_flag_that_was_declined_refers_as_an_emergency(ruleset: Ruleset) -> None:
    answers: dict[str, Any] = {flag.name: False for flag in ruleset.vocabulary.red_flags}
    answers["screening.hot_swollen_knee"] = "declined"
    given = {k: v for k, v in BEGINNER.items() if k != "screening"} | answers
    outcome = recommend(read_facts(given, ruleset), ruleset)
    assert outcome.referral is not None
    assert Urgency.EMERGENCY is outcome.referral.urgency
    assert [reason.sure for reason in outcome.referral.reasons] == [False]


def test_an_unknown_latex_allergy_withholds_the_band_rows_with_that_question(
    ruleset: Ruleset,
) -> None:
    outcome = outcome_of(ruleset, history__latex_allergy="unknown")
    assert {"side-lying-leg-lift", "clamshell"} <= set(exercises(outcome))
    withheld = {held.exercise: held.facts for held in outcome.withheld}
    assert {"side-lying-leg-lift-band-light", "clamshell-band-light"} <= set(withheld)
    assert {("history.latex_allergy",)} == set(withheld.values())
    assert {"band"} == {str(ruleset.exercise[name].load.kind) for name in withheld}


def test_nothing_that_fits_is_a_routine_referral_and_never_an_empty_programme(
    ruleset: Ruleset,
) -> None:
    outcome = outcome_of(ruleset, complaint__conditions=[], complaint__felt_at=["elsewhere"])
    assert outcome.referral is not None
    assert Urgency.ROUTINE is outcome.referral.urgency


def test_facts_are_equal_after_a_round_trip(ruleset: Ruleset) -> None:
    facts = read_facts(SETTLED | {"complaint.felt_at": "declined"}, ruleset)
    assert facts == read_facts(to_dict(facts), ruleset)
    assert to_dict(facts)["screening"] != "clear"


@pytest.mark.parametrize(
    "wrong",
    [
        {"screening.locked_knee": "no"},
        {"complaint.pain_usual": 2.9},
        {"complaint.pain_usual": float("nan")},
        {"complaint.pain_usual": True},
        {"complaint.pain_usual": "5"},
        {"complaint.pain_usul": 5},
        {"person.age": 1e400},
    ],
)
def test_facts_come_strictly(ruleset: Ruleset, wrong: dict[str, Any]) -> None:
    with pytest.raises(FactsInvalid) as caught:
        read_facts(wrong, ruleset)
    assert len(caught.value.diagnostics) == 1


def test_screening_clear_beside_a_positive_flag_is_an_error(ruleset: Ruleset) -> None:
    with pytest.raises(FactsInvalid, match="GM407"):
        read_facts({"screening": "clear", "screening.locked_knee": True}, ruleset)


def test_every_bundled_case_gets_what_it_expects(ruleset: Ruleset) -> None:
    from glutemed.proof.cases import try_cases

    results = try_cases(ruleset)
    assert len(results) >= 30
    assert [(result.case.name, result.faults) for result in results if not result.passed] == []


def test_a_declared_fact_cannot_shadow_one_that_has_a_place_of_its_own() -> None:
    for name in ("screening.hot_swollen_knee", "complaint.pain_usual", "response.each.x.sessions"):
        with pytest.raises(ValueError, match="place of its own"):
            Facts(declared={name: False})


def test_the_gate_sees_a_hazard_that_names_an_exercise_or_a_family(ruleset: Ruleset) -> None:
    programme = outcome_of(ruleset).programme
    assert programme is not None
    first = programme.exercises[0]
    for name, word in (("id", first.exercise), ("family", first.family)):
        never = Compare(name, Comparison.IS, (word,))
        hazard = Hazard(id="test/named", never=never, because="", sources=())
        named = attrs.evolve(ruleset, hazards=(hazard,))
        assert Gate(named).watched(programme) == {hazard.id}
        with pytest.raises(HazardBroken, match="test/named"):
            Gate(named).check(frozenset({hazard.id}), read_facts(BEGINNER, ruleset))


def test_an_allergic_person_without_bands_is_told_about_latex(ruleset: Ruleset) -> None:
    outcome = outcome_of(ruleset, history__latex_allergy=True, equipment__bands=[])
    assert outcome.programme is not None
    coming = {found.exercise: found.unlocks for found in outcome.programme.next}
    assert "latex" in coming["clamshell-band-light"]
    needs = {found.exercise: found.needs for found in outcome.unavailable}
    assert "latex" in needs["clamshell-band-light"]


def test_a_folder_without_rules_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "strict.txt").write_text("pack: x")
    with pytest.raises(RulesInvalid, match="GM107"):
        load_ruleset(tmp_path)


def test_a_rule_file_is_read_whatever_the_case_of_its_ending(tmp_path: Path) -> None:
    (tmp_path / "strict.YAML").write_text("pack: x\nversion: no number\nnonsense: 1\n")
    with pytest.raises(RulesInvalid, match="GM201"):
        load_ruleset(tmp_path)


def test_no_two_ground_rules_share_an_id(ruleset: Ruleset) -> None:
    assert len({rule.id for rule in ruleset.rules}) == len(ruleset.rules)
    assert all("//" in rule.id for rule in ruleset.rules if rule.is_internal)
