"""Where a programme goes from one session to the next, in a word."""

from __future__ import annotations

import attrs
import pytest

from glutemed.diary.course import Course, compare
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
