"""Law 10: the interview ends, and answers what answering everything would."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glutemed.model.facts import Facts
from glutemed.model.outcome import OutcomeKind
from glutemed.model.ruleset import Ruleset
from glutemed.testing import complete_people, fewer, laws, rulebooks
from laws.examples import share

pytestmark = [pytest.mark.law, pytest.mark.needs("durable")]


def interviewed(data: st.DataObject, rules: Ruleset) -> laws.Interview:
    whole = data.draw(complete_people(rules))
    start = data.draw(st.one_of(st.just(Facts()), fewer(rules, whole, declining=False)))
    return laws.interview_ends(rules, start, whole, data.draw(laws.reluctance(rules)))


@share(0.5)
@given(st.data())
def test_the_interview_ends_by_any_rules(data: st.DataObject) -> None:
    """Law 10, by generated rules, told or in part declined."""
    rules = data.draw(rulebooks())
    for _ in range(3):
        interviewed(data, rules)


@share(1)
@given(data=st.data())
def test_the_interview_ends(data: st.DataObject, bundled: Ruleset) -> None:
    """Law 10, by the bundled rules, told or in part declined."""
    interviewed(data, bundled)


@share(0.05)
@given(data=st.data())
def test_who_declines_everything_is_referred(data: st.DataObject, bundled: Ruleset) -> None:
    """Law 10: an interview that nothing is told in ends in a referral, never in a programme."""
    whole = data.draw(complete_people(bundled))
    every = [fact.name for fact in bundled.vocabulary]
    found = laws.interview_ends(bundled, Facts(), whole, every)
    assert laws.recommend(found.facts, bundled).kind is OutcomeKind.REFERRAL
