"""What is said to come next is enough for it to come, and is said as people speak."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from glutemed.model.condition import All, AnyOf, Compare, Comparison, Not
from glutemed.pipeline import load_ruleset, read_facts, recommend
from glutemed.programme.clauses import _simple, clauses
from glutemed.reading.runs import Every, Lowered, Some, Variable, Within, lower
from glutemed.render.words import coming

RULES = load_ruleset()
GERMAN = load_ruleset(language="de")
OWN = "side-plank"
COUNTS = (
    "response.stage_earned",
    "response.sessions_done",
    "complaint.pain_usual",
    "response.worst_pain_during",
    f"response.each.{OWN}.sessions",
    "response.each.mini-squat.steps_earned",
)
LIKE_RULES = re.compile(r"at (least|most)|: (yes|no|not)\b|it is known|stage earned|it needs")


def holds(found: Lowered, people: dict[str, int]) -> bool:
    if isinstance(found, Within):
        return any(first <= people[found.variable.fact] <= last for first, last in found.runs)
    told = [holds(child, people) for child in found.children]
    return all(told) if isinstance(found, Every) else any(told)


def within(fact: str) -> st.SearchStrategy[Lowered]:
    ends = st.tuples(st.integers(0, 10), st.integers(0, 10)).map(lambda pair: tuple(sorted(pair)))
    return ends.map(lambda run: Within(Variable(fact, "", 0, 10), (run,)))


CONDITIONS = st.recursive(
    st.sampled_from(COUNTS).flatmap(within),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda found: Every(tuple(found))),
        st.lists(inner, max_size=3).map(lambda found: Some(tuple(found))),
    ),
    max_leaves=8,
)


@given(CONDITIONS, st.fixed_dictionaries({fact: st.integers(0, 10) for fact in COUNTS}))
def test_what_is_said_is_enough(found, people):
    said = _simple(found, OWN)
    assume(holds(said, people))
    assert holds(found, people)


@given(st.lists(CONDITIONS, max_size=3))
def test_what_can_be_so_is_never_called_impossible(found):
    if clauses(found, RULES, OWN) is None:
        people = (dict.fromkeys(COUNTS, value) for value in range(11))
        assert not any(all(holds(each, person) for each in found) for person in people)


def said(*conditions, negated=False, ruleset=RULES) -> list[str] | None:
    wanted = [lower(each, ruleset.quantities, negated=negated) for each in conditions]
    found = clauses(wanted, ruleset, OWN)
    return None if found is None else list(found)


def at_most(fact: str, most: int) -> Compare:
    return Compare(fact, Comparison.AT_MOST, (most,))


def at_least(fact: str, least: int) -> Compare:
    return Compare(fact, Comparison.AT_LEAST, (least,))


def is_(fact: str, value: bool) -> Compare:
    return Compare(fact, Comparison.IS, (value,))


@pytest.mark.parametrize(
    ("conditions", "clause"),
    [
        ([is_("equipment.free_weights", True)], "you have free weights"),
        (
            [
                Compare("equipment.bands", Comparison.INCLUDES, ("medium",)),
                is_("equipment.step", True),
            ],
            "you have a medium band and a firm step, 10 cm (4 inches) high",
        ),
        ([at_most("complaint.pain_usual", 2)], "your usual pain is 2 of 10 or less"),
        ([at_least("response.sessions_done", 1)], "you have done 1 session"),
        ([at_least("response.sessions_done", 4)], "you have done 4 sessions"),
        ([at_least("response.stage_earned", 2)], "the test of stage 2 is passed"),
        (
            [is_("history.kneeling_hurts", False), is_("history.unsteady", False)],
            "you can say no to “pain on kneeling” and “falls or unsteadiness”",
        ),
        (
            [at_least("response.each.mini-squat.steps_earned", 2)],
            "you have moved up 2 steps in “Mini squat”",
        ),
        ([at_least("complaint.weeks", 6)], "“how long it has hurt” is 6 weeks or more"),
    ],
)
def test_it_is_said_as_people_speak(conditions, clause):
    assert said(*conditions) == [clause]


def test_what_is_asked_of_one_fact_is_said_once():
    assert said(
        at_most("complaint.pain_usual", 3),
        at_most("complaint.pain_usual", 2),
        AnyOf((at_most("complaint.pain_usual", 5), is_("equipment.free_weights", True))),
    ) == ["your usual pain is 2 of 10 or less"]


def test_nobody_is_told_to_fall_back_or_to_do_what_is_locked():
    rule = All(
        (
            at_least("response.stage_earned", 2),
            Not(at_least(f"response.each.{OWN}.sessions", 1)),
            Not(at_least("response.each.mini-squat.steps_earned", 2)),
        )
    )
    assert said(rule, negated=True) == ["you have moved up 2 steps in “Mini squat”"]


def test_what_can_never_be_is_not_said_to_come():
    never = (at_most("complaint.pain_usual", 2), at_least("complaint.pain_usual", 3))
    assert said(*never) is None


def test_nothing_reads_like_a_rule_on_any_case():
    seen = 0
    for case in RULES.cases[::3]:
        programme = recommend(read_facts(dict(case.facts), RULES), RULES).programme
        for line in coming(programme, RULES) if programme else ():
            seen += 1
            assert not LIKE_RULES.search(line), line
            assert line.startswith("Once ")
    assert seen > 50


def test_in_german_it_is_german():
    for case in RULES.cases[::40]:
        facts = read_facts(dict(case.facts), GERMAN)
        programme = recommend(facts, GERMAN).programme
        for line in coming(programme, GERMAN, GERMAN.locale) if programme else ():
            assert line.startswith("Sobald "), line
            assert not re.search(r"\b(you|the|your|once)\b", line), line
