"""Laws 1, 2, 6 and 7: what is decided is never bolder than what is known."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glutemed.gate import Gate
from glutemed.model.condition import ALWAYS, Compare, Comparison
from glutemed.model.facts import UNKNOWN
from glutemed.model.rule import Hazard
from glutemed.model.ruleset import Ruleset
from glutemed.pipeline import read_facts, recommend
from glutemed.testing import fewer, laws, people, plausible_people, rulebooks, stricter
from laws.examples import share

pytestmark = [pytest.mark.law, pytest.mark.needs("durable")]


def persons(ruleset: Ruleset):
    return st.one_of(plausible_people(ruleset), plausible_people(ruleset), people(ruleset))


@share(0.4)
@given(st.data())
def test_forgetting_never_makes_an_outcome_bolder_by_any_rules(data: st.DataObject) -> None:
    """Law 1: with fewer facts known nothing is offered anew, raised, or more calmly referred."""
    rules = data.draw(rulebooks())
    for _ in range(3):
        person = data.draw(persons(rules))
        laws.forgetting(rules, person, data.draw(fewer(rules, person)))


@share(1)
@given(data=st.data())
def test_forgetting_never_makes_an_outcome_bolder(data: st.DataObject, bundled: Ruleset) -> None:
    """Law 1, by the bundled rules."""
    person = data.draw(persons(bundled))
    laws.forgetting(bundled, person, data.draw(fewer(bundled, person)))


@share(0.4)
@given(st.data())
def test_a_stricter_rule_never_makes_an_outcome_bolder_by_any_rules(data: st.DataObject) -> None:
    """Law 2: a contraindication, caution, limit or referral more makes nothing bolder."""
    rules = data.draw(rulebooks())
    tighter = data.draw(stricter(rules))
    for _ in range(3):
        laws.restricting(rules, tighter, data.draw(persons(rules)))


@share(0.4)
@given(data=st.data())
def test_a_stricter_rule_never_makes_an_outcome_bolder(
    data: st.DataObject, bundled: Ruleset
) -> None:
    """Law 2, by the bundled rules."""
    tighter = data.draw(stricter(bundled))
    for _ in range(2):
        laws.restricting(bundled, tighter, data.draw(persons(bundled)))


@share(1)
@given(st.data())
def test_what_is_offered_is_safe_by_any_rules(data: st.DataObject) -> None:
    """Laws 6 and 7: nothing offered is forbidden or beyond a limit, nor beside a referral."""
    rules = data.draw(rulebooks())
    for _ in range(3):
        person = data.draw(persons(rules))
        laws.offered_is_safe(rules, person)
        laws.no_red_flag_lets_an_exercise_out(rules, person)


@share(1)
@given(data=st.data())
def test_what_is_offered_is_safe(data: st.DataObject, bundled: Ruleset) -> None:
    """Laws 6 and 7, by the bundled rules."""
    person = data.draw(persons(bundled))
    laws.offered_is_safe(bundled, person)
    laws.no_red_flag_lets_an_exercise_out(bundled, person)


@share(0.4)
@given(data=st.data())
def test_no_bundled_red_flag_that_is_raised_lets_an_exercise_out(
    data: st.DataObject, bundled: Ruleset
) -> None:
    """Law 7: a red flag that is answered with yes, or not at all, leaves no programme."""
    person = data.draw(plausible_people(bundled))
    flag = data.draw(st.sampled_from(bundled.vocabulary.red_flags)).name
    forgotten = person.with_fact(flag, UNKNOWN)
    for raised in (person.with_fact(flag, True), forgotten, forgotten.decline(flag)):
        laws.no_red_flag_lets_an_exercise_out(bundled, raised)


def test_the_gate_sees_a_hazard_that_names_an_exercise(bundled: Ruleset) -> None:
    """Law 7: the gate sees whom a hazard is about, also where it names an exercise or a family."""
    case = next(case for case in bundled.cases if case.expect.get("outcome") == "programme")
    programme = recommend(read_facts(dict(case.facts), bundled), bundled).programme
    assert programme is not None
    for picked in programme.exercises:
        for name, value in (("id", picked.exercise), ("family", picked.family)):
            never = Compare(name, Comparison.IS, (value,))
            hazard = Hazard(id="testing/h", when=ALWAYS, never=never, because="", sources=())
            assert Gate(attrs.evolve(bundled, hazards=(hazard,))).watched(programme) == {hazard.id}


def test_the_laws_hold_of_a_pack_in_one_call(bundled: Ruleset) -> None:
    """The three lines that an author writes look at every law."""
    laws.hold(bundled, examples=5)
