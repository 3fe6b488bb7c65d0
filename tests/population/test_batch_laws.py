"""A batch gives everybody what `recommend` gives a single person."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from glutemed.model.facts import Facts
from glutemed.pipeline import load_ruleset
from glutemed.testing import complete_people, people, plausible_people, rulebooks
from population_help import batch, expected, said

RULES = load_ruleset()


def check(ruleset, persons) -> None:
    with tempfile.TemporaryDirectory() as folder:
        found = batch(Path(folder), persons, ruleset)
    assert [each["row"] for each in found] == list(range(1, len(persons) + 1))
    for facts, each in zip(persons, found, strict=True):
        assert said(each) == expected(facts, ruleset)
        assert each["ruleset"] == ruleset.fingerprint


def anybody(ruleset):
    return st.one_of(plausible_people(ruleset), people(ruleset), complete_people(ruleset))


@pytest.mark.law
@settings(max_examples=60)
@given(st.data())
def test_on_generated_rulebooks_everybody_gets_what_recommend_gives(data):
    ruleset = data.draw(rulebooks())
    check(ruleset, data.draw(st.lists(anybody(ruleset), min_size=5, max_size=25)))


@pytest.mark.law
@settings(max_examples=8, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_on_the_real_rulebook_everybody_gets_what_recommend_gives(data):
    check(RULES, data.draw(st.lists(anybody(RULES), min_size=1, max_size=12)))


def test_somebody_of_whom_nothing_is_known_gets_what_recommend_gives(ruleset):
    check(ruleset, [Facts()])


def test_somebody_who_declined_gets_what_recommend_gives(ruleset):
    flags = ruleset.vocabulary.red_flags
    known = {flag.name: False for flag in flags[1:]}
    check(ruleset, [Facts.of(known, [flags[0].name]), Facts.of(known)])
