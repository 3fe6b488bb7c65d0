"""What is not asked: a morning that has not come, and what only a forgotten session leaves open."""

from __future__ import annotations

import datetime as dt

import attrs
from hypothesis import given, settings
from hypothesis import strategies as st

from diary.conftest import AT, record, session
from glutemed.diary import stretches
from glutemed.diary.record import Morning
from glutemed.model.facts import UNKNOWN, Facts

NEW = Facts.of({"response.sessions_done": 0})
MORNINGS = [
    Morning(at=AT, settled=True, worse=False),
    Morning(at=AT, settled=False),
    Morning(at=AT, settled=True, worse=True),
    None,
]


def lived(mornings):
    made = [session(n, morning=morning) for n, morning in enumerate(mornings, 1)]
    return record(*made)


@settings(max_examples=100)
@given(earlier=st.lists(st.sampled_from(MORNINGS), max_size=5), tonight=st.integers(1, 2))
def test_a_morning_to_come_sends_nobody_to_be_seen_and_hides_no_bad_one(earlier, tonight):
    before = lived(earlier)
    last = session(8, days=20, morning=None)
    more = [attrs.evolve(last, number=8 + n) for n in range(tonight)]
    kept = attrs.evolve(before, sessions=(*before.sessions, *more))
    come = stretches.bad_mornings_running(before, NEW)
    running = stretches.bad_mornings_running(kept.seen_at(last.at), NEW)
    if come is UNKNOWN or come >= stretches.SEEN:
        assert running == come
    else:
        assert running == min(come + tonight, stretches.SEEN - 1)
        untold = stretches.bad_mornings_running(kept, NEW)
        assert running == untold or untold is UNKNOWN
    next_day = last.at + dt.timedelta(days=1)
    assert stretches.bad_mornings_running(
        kept.seen_at(next_day), NEW
    ) == stretches.bad_mornings_running(kept, NEW)


def test_a_session_that_is_forgotten_awaits_no_morning():
    last = session(1, morning=None)
    assert record(last).seen_at(last.at).awaited == (last,)
    assert record(last.erased()).seen_at(last.at).awaited == ()


def test_a_moment_at_which_a_diary_is_looked_at_is_no_part_of_it():
    kept = record(session(1, morning=None))
    assert kept.seen_at(AT) == kept
    assert kept.awaited == ()


def test_a_later_entry_shows_that_the_morning_may_have_come():
    first, later = session(1, morning=None), session(2, morning=None)
    assert record(first, later).seen_at(first.at).awaited == (later,)


@settings(max_examples=100)
@given(
    mornings=st.lists(st.sampled_from(MORNINGS), min_size=1, max_size=5),
    place=st.integers(0, 5),
)
def test_forgetting_a_session_in_the_evening_calms_nothing(mornings, place):
    last = session(8, days=20, morning=None)
    kept = attrs.evolve(lived(mornings), sessions=(*lived(mornings).sessions, last))
    number = kept.sessions[place % len(kept.sessions)].number
    running = stretches.bad_mornings_running(kept.seen_at(last.at), NEW)
    less = stretches.bad_mornings_running(kept.without(number).seen_at(last.at), NEW)
    bold = stretches.SEEN if running is UNKNOWN else min(running, stretches.SEEN)
    assert less is UNKNOWN or less >= bold
