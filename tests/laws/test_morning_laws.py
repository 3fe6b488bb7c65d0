"""What is not known to have gone well brings nothing back: mornings, breaks, pain of one exercise."""

from __future__ import annotations

import functools

import attrs
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from glutemed.model.decision import Standing
from glutemed.model.errors import HazardBroken
from glutemed.model.facts import UNKNOWN, Facts
from glutemed.model.ruleset import Ruleset
from glutemed.pipeline import decide, load_ruleset, read_facts, recommend
from glutemed.testing.persons import reconciled

pytestmark = [pytest.mark.law, pytest.mark.needs("durable")]

PERSON = {
    "screening": "clear",
    "person.age": 34,
    "complaint.conditions": ["patellofemoral_pain"],
    "complaint.side": "right",
    "complaint.weeks": 9,
    "complaint.pain_at_rest": 1,
    "history.latex_allergy": False,
    "history.unsteady": False,
    "history.kneeling_hurts": False,
    "equipment.bands": ["light", "medium"],
    "equipment.free_weights": True,
    "equipment.step": True,
    "response.level_pelvis": True,
}
TRIED = (
    "clamshell",
    "clamshell-band-light",
    "bridge",
    "prone-hip-extension",
    "prone-hip-extension-band-light",
    "lateral-walk",
    "lateral-walk-band-light",
    "mini-squat",
    "single-leg-squat-supported",
    "step-up",
)
ANSWER = st.sampled_from([True, False, UNKNOWN])


@functools.cache
def load_rules() -> Ruleset:
    return load_ruleset()


@functools.cache
def base() -> Facts:
    return read_facts(PERSON, load_rules())


@st.composite
def people(draw: st.DrawFn) -> Facts:
    """Somebody who has begun, of whom it is known or not how the last sessions went."""
    said = {
        "complaint.pain_usual": draw(st.integers(0, 4)),
        "response.sessions_done": draw(st.sampled_from([1, 2, 3, 8, 24])),
        "response.stage_earned": draw(st.integers(0, 3)),
        "response.worst_pain_during": draw(st.sampled_from([0, 1, 2, 2, 4])),
        "response.settled_by_morning": draw(ANSWER),
        "response.worse_next_morning": draw(ANSWER),
        "response.bad_mornings_running": draw(st.sampled_from([0, 1, 1, 1, 2, 3, UNKNOWN])),
        "response.weeks_of_break": draw(st.sampled_from([0, 0, 0, 1, 2, 3, 4, UNKNOWN])),
    }
    for exercise in TRIED:
        each = f"response.each.{exercise}"
        said[f"{each}.sessions"] = draw(st.sampled_from([0, 2, 9, UNKNOWN]))
        said[f"{each}.pain_during"] = draw(st.sampled_from([0, 1, 4, 7, UNKNOWN]))
        said[f"{each}.steps_earned"] = draw(st.integers(0, 3))
    person = base()
    for name, value in said.items():
        person = person.with_fact(name, value)
    return reconciled(person, load_rules())


def good(person: Facts) -> bool:
    """Whether the last morning is known to have been a good one."""
    worse = person.value("response.worse_next_morning")
    return person.response.settled_by_morning is True and worse is False


def rested(person: Facts, weeks: int) -> bool:
    """Whether the break is known to have been shorter than some weeks."""
    found = person.value("response.weeks_of_break")
    return isinstance(found, int) and found < weeks


def hold_back(ruleset: Ruleset, person: Facts) -> None:
    """What somebody gets of whom it is not known that the last morning was good, or how long ago."""
    programme = recommend(person, ruleset).programme
    if programme is None:
        return
    held, paused = not good(person), not rested(person, 2)
    if held:
        assert programme.sessions_per_week <= 2
        running = person.value("response.bad_mornings_running")
        if person.response.sessions_done >= 2 and running not in {0, 1}:
            assert programme.stage == 1
            assert len(programme.exercises) <= 3
    if not rested(person, 4):
        assert programme.stage == 1
    for each in programme.exercises:
        done = person.value(f"response.each.{each.exercise}.sessions")
        if held or paused:
            assert each.load.kind == "none", f"{each.exercise} comes with a load"
            assert each.dose == ruleset.exercise[each.exercise].dose[0]
            later = ruleset.exercise[each.exercise].stage >= 2
            assert not later or (isinstance(done, int) and done > 0), f"{each.exercise} is new"
        if held:
            assert each.knee_flexion_deg <= 30 or not each.depth_counts
            pain = person.value(f"response.each.{each.exercise}.pain_during")
            hurt = done != 0 and (pain is UNKNOWN or pain > 5)
            assert not hurt, f"{each.exercise} may have hurt, and comes back"


@settings(max_examples=100, suppress_health_check=list(HealthCheck))
@given(people())
def test_nothing_harder_comes_after_a_morning_or_a_break_that_is_not_known_to_be_good(person):
    hold_back(load_rules(), person)


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(people(), st.integers(3, 9))
def test_after_three_bad_mornings_there_is_no_programme(person, running):
    assume(not good(person))
    person = person.with_fact("response.bad_mornings_running", running)
    person = person.with_fact("response.sessions_done", 24)
    assert recommend(reconciled(person, load_rules()), load_rules()).programme is None


def with_(**changes: object) -> Facts:
    person = base()
    said = {
        "complaint__pain_usual": 1,
        "response__sessions_done": 24,
        "response__stage_earned": 2,
        "response__worst_pain_during": 1,
        "response__settled_by_morning": True,
        "response__worse_next_morning": False,
        "response__bad_mornings_running": 0,
        "response__weeks_of_break": 0,
    } | {
        f"response.each.{exercise}.{field}": value
        for exercise in TRIED
        for field, value in (("sessions", 9), ("pain_during", 1), ("steps_earned", 0))
    }
    for name, value in (said | changes).items():
        person = person.with_fact(name.replace("__", "."), value)
    return person


BAD = {"response__worse_next_morning": True, "response__bad_mornings_running": 1}
TWO = BAD | {"response__bad_mornings_running": 2}
SEEN = {
    "no-added-load-after-a-bad-morning": BAD,
    "nothing-new-standing-after-a-bad-morning": BAD
    | {f"response.each.{name}.sessions": UNKNOWN for name in ("lateral-walk", "mini-squat")},
    "bend-less-after-a-bad-morning": BAD,
    "stop-what-hurt": BAD
    | {f"response.each.{name}.pain_during": 7 for name in ("bridge", "lateral-walk")},
    "extra-rest-when-worse-next-morning": BAD,
    "lying-after-two-bad-mornings": TWO,
    "three-exercises-after-two-bad-mornings": TWO
    | {
        f"response.each.{name}.{field}": value
        for name in ("straight-leg-raise", "seated-knee-extension")
        for field, value in (("sessions", 9), ("pain_during", 1))
    },
    "no-added-load-after-a-break": {"response__weeks_of_break": 2},
    "nothing-new-standing-after-a-break": {"response__weeks_of_break": 2},
    "begin-again-after-a-long-break": {"response__weeks_of_break": 4},
}


@pytest.mark.parametrize("rule", SEEN)
def test_without_one_of_the_rules_it_is_seen(rule):
    rules = load_rules()
    without = tuple(each for each in rules.rules if each.written != f"dose/{rule}")
    assert len(without) < len(rules.rules)
    person = with_(**SEEN[rule])
    hold_back(rules, person)
    with pytest.raises((AssertionError, HazardBroken)):
        hold_back(attrs.evolve(rules, rules=without), person)


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(people(), st.sampled_from(TRIED), st.sampled_from([0, 3, 6, 10]))
def test_what_is_chosen_while_a_pain_is_unknown_may_be_done_whatever_it_was(person, tried, pain):
    """A preference against what hurt does not count while the pain is unknown: nothing rests on it."""
    rules, name = load_rules(), f"response.each.{tried}.pain_during"
    assume(person.value(f"response.each.{tried}.sessions") != 0)
    unknown, known = person.with_fact(name, UNKNOWN), person.with_fact(name, pain)
    programme = recommend(unknown, rules).programme
    if programme is None:
        return
    verdicts = decide(known, rules).verdicts
    for each in programme.exercises:
        verdict = verdicts[each.exercise]
        assert verdict.standing is Standing.OFFERED
        dose = rules.exercise[each.exercise].dose
        assert dose.index(each.dose) <= verdict.step
        assert each.knee_flexion_deg <= verdict.knee_flexion_deg
