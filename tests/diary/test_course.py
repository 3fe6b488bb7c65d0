"""Where a programme goes from one session to the next, in a word."""

from __future__ import annotations

import datetime as dt

import attrs
import pytest

from diary.conftest import AT, session
from glutemed.diary.course import Course, compare, turn
from glutemed.diary.known import asked, programme_now
from glutemed.diary.record import Answers, Morning, Record, Start, Work
from glutemed.intake import to_dict
from glutemed.model.exercise import Load
from glutemed.pipeline import load_ruleset, read_facts, recommend

PERSON = """
person: {age: 34}
screening: clear
complaint: {conditions: [patellofemoral_pain], side: right, weeks: 9, pain_usual: 2, pain_at_rest: 1}
history: {latex_allergy: false, unsteady: false, kneeling_hurts: false}
equipment: {bands: [light, medium], free_weights: true, step: true}
response: {sessions_done: 0}
"""


@pytest.fixture(scope="module")
def rules():
    return load_ruleset()


@pytest.fixture(scope="module")
def outcome(rules):
    return recommend(read_facts(PERSON, rules), rules)


def family(rules, prescribed):
    """The rungs of a family, the lowest first."""
    found = [each for each in rules.exercises if each.family == prescribed.family]
    return sorted(found, key=lambda each: each.rung)


def with_exercise(outcome, exercise, effort):
    """An outcome with another exercise of the first family in it, at an effort."""
    first, *rest = outcome.programme.exercises
    dose = attrs.evolve(first.dose, effort=effort)
    changed = attrs.evolve(first, exercise=exercise.id, load=exercise.load, dose=dose)
    return attrs.evolve(
        outcome, programme=attrs.evolve(outcome.programme, exercises=(changed, *rest))
    )


def test_a_first_dose_on_a_higher_rung_is_not_to_ease_off(rules, outcome):
    low, *_, high = family(rules, outcome.programme.exercises[0])
    assert high.rung > low.rung
    then, now = with_exercise(outcome, low, 7), with_exercise(outcome, high, 5)
    assert compare(then, now, rules) is Course.PROGRESS
    assert compare(now, then, rules) is not Course.PROGRESS


def test_a_stronger_band_at_less_effort_is_not_to_ease_off(rules, outcome):
    rungs = family(rules, outcome.programme.exercises[0])
    light = next(each for each in rungs if each.load.strength == "light")
    medium = attrs.evolve(light, load=attrs.evolve(light.load, strength="medium"))
    assert isinstance(medium.load, Load)
    then = with_exercise(outcome, rungs[0], 7)
    now = with_exercise(outcome, medium, 5)
    assert compare(then, now, rules) is Course.PROGRESS


def test_a_lower_rung_with_less_load_is_to_ease_off(rules, outcome):
    rungs = family(rules, outcome.programme.exercises[0])
    light = next(each for each in rungs if each.load.strength == "light")
    plain = next(each for each in rungs if each.load.kind == "none" and each.rung < light.rung)
    then, now = with_exercise(outcome, light, 5), with_exercise(outcome, plain, 5)
    assert compare(then, now, rules) is Course.EASE


@pytest.mark.parametrize(
    ("bands", "reason"),
    [
        ("unknown", "Something is not known, so it holds some back: "),
        ([], "What some exercises need is not there, so others take their place."),
        (["light"], "Nothing calls for more or for less, so do the same again."),
    ],
)
def test_what_is_missing_is_the_reason_and_no_session_is_blamed(rules, bands, reason):
    person = read_facts(PERSON.replace("[light, medium]", "[light]"), rules)
    start = Start(
        at=AT, facts=to_dict(person), version=rules.version, fingerprint=rules.fingerprint
    )
    begun = Record(start=start)
    lines = [
        attrs.evolve(line, done=Work(sets=2, reps=10, effort=5, pain=1))
        for line in asked(programme_now(begun, rules), rules)
    ]
    morning = Morning(at=AT + dt.timedelta(hours=14), pain=1, settled=True, worse=False)
    done = session(1, at=AT, lines=lines, morning=morning, usual=2, rest=1)
    given = Answers(number=2, at=morning.at, facts={"equipment.bands": bands})
    found = turn(attrs.evolve(begun, sessions=[done], answers=[given]), rules)
    assert found.reason.startswith(reason)
    if bands == "unknown":
        assert found.reason.endswith(rules.vocabulary["equipment.bands"].ask)


def test_a_step_that_is_earned_and_held_back_is_said_with_the_rule_that_holds_it(rules):
    start = Start(
        at=AT,
        facts=to_dict(read_facts(PERSON, rules)),
        version=rules.version,
        fingerprint=rules.fingerprint,
    )
    kept = Record(start=start)
    for number in range(1, 5):
        at = AT + dt.timedelta(days=2 * number)
        lines = [
            attrs.evolve(
                line,
                done=Work(
                    sets=line.asked.sets, reps=line.asked.reps, effort=line.asked.effort, pain=1
                ),
            )
            for line in asked(programme_now(kept, rules), rules)
        ]
        kept = attrs.evolve(
            kept, sessions=[*kept.sessions, session(number, at=at, lines=lines, usual=2, rest=1)]
        )
    held = turn(kept, rules)
    assert held.course is Course.SAME
    assert held.reason.startswith("More is earned, and waits: ")
    assert held.reason.endswith(rules.rule["dose/begin-gently"].because)
