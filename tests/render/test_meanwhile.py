"""Who must be seen for sure is told so first, also while questions could make it more urgent."""

from __future__ import annotations

import json

import pytest

from glutemed.pipeline import load_ruleset, read_facts, recommend
from glutemed.render.human import as_text
from glutemed.render.json import as_json
from glutemed.render.markdown import as_markdown

SWOLLEN = """
person: {age: 34}
screening: {REST}
complaint: {conditions: [patellofemoral_pain], side: right, weeks: 9, pain_usual: 4, pain_at_rest: 1}
history: {latex_allergy: false, unsteady: false, kneeling_hurts: false}
equipment: {bands: [light], free_weights: false, step: false}
response: {sessions_done: 0}
"""


@pytest.fixture(scope="module")
def rules():
    return load_ruleset()


def person(rules, **flags):
    """Somebody with these red flags and no other."""
    answers = {flag.name.partition(".")[2]: False for flag in rules.vocabulary.red_flags} | flags
    rest = json.dumps(answers)[1:-1]
    return read_facts(SWOLLEN.replace("REST", rest), rules)


@pytest.fixture(scope="module")
def swollen(rules):
    """Somebody with a swollen leg: to be seen today for sure, perhaps as an emergency."""
    return recommend(person(rules, leg_swollen=True), rules)


def test_what_is_sure_says_whom_to_ring_and_what_to_do(swollen):
    assert swollen.kind == "questions"
    assert swollen.referral is None
    assert swollen.meanwhile.to == ("gp",)
    assert swollen.meanwhile.now.startswith("Ring your GP or 111 today")
    assert [reason.rule for reason in swollen.meanwhile.reasons] == ["safety/clot-possible"]
    assert swollen.sure_urgency is swollen.meanwhile.urgency


@pytest.mark.parametrize("say", [as_text, as_markdown])
def test_it_stands_before_the_questions(rules, swollen, say):
    said = " ".join(say(swollen, rules).split())
    order = ["Please see your GP today", "Ring your GP or 111 today", "No exercises until then"]
    order += ["could make it more urgent", "Is the whole leg swollen"]
    places = [said.index(text) for text in order]
    assert places == sorted(places)
    assert places[0] < 5


def test_the_json_says_it_beside_its_urgency(swollen):
    found = json.loads(as_json(swollen))
    assert found["sure_urgency"] == found["meanwhile"]["urgency"] == "same_day"
    assert found["meanwhile"]["to"] == ["gp"]
    assert "referral" not in found


def test_where_nothing_is_sure_nothing_of_it_is_said(rules):
    asked = recommend(read_facts({}, rules), rules)
    assert asked.meanwhile is None
    assert asked.sure_urgency is None
    assert "meanwhile" not in json.loads(as_json(asked))
    assert as_text(asked, rules).startswith("Some questions must be answered first")


def test_with_every_answer_the_referral_is_no_calmer_than_what_was_said_meanwhile(rules, swollen):
    facts = person(rules, leg_swollen=True)
    for said in (False, True):
        answered = facts
        for asked in swollen.questions:
            answered = answered.with_fact(asked.fact, said)
        after = recommend(answered, rules)
        assert after.referral is not None
        assert after.referral.urgency >= swollen.meanwhile.urgency
