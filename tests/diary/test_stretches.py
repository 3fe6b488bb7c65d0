"""Stretches of time: bad mornings running, breaks, and the weeks since the first session."""

from __future__ import annotations

import datetime as dt
import functools

import attrs
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from diary.conftest import AT, five_of_twenty, record, session
from glutemed.diary import earned, stretches
from glutemed.diary.derived import BAD_MORNINGS, BREAK, SINCE_FIRST
from glutemed.diary.known import facts
from glutemed.diary.record import Answers, Morning, Start
from glutemed.intake import contradictions
from glutemed.model.exercise import Dose
from glutemed.model.facts import UNKNOWN, Facts
from glutemed.pipeline import decide, load_ruleset, read_facts

NEW = Facts.of({"response.sessions_done": 0})
OLD = Facts.of({"response.sessions_done": 12})
GOOD, BAD, WORSE, UNTOLD = "good", "bad", "worse", "untold"
MORNINGS = {
    GOOD: Morning(at=AT, settled=True, worse=False),
    BAD: Morning(at=AT, settled=False),
    WORSE: Morning(at=AT, settled=True, worse=True),
    UNTOLD: None,
}


@functools.cache
def load_rules():
    return load_ruleset()


def lived(*mornings, answers=()):
    """A record with a session for each morning."""
    made = [session(n, morning=MORNINGS[word]) for n, word in enumerate(mornings, 1)]
    return record(*made, answers=answers)


@pytest.mark.parametrize(
    ("mornings", "running"),
    [
        ([GOOD], 0),
        ([BAD], 1),
        ([BAD, GOOD], 0),
        ([GOOD, BAD, WORSE], 2),
        ([BAD, GOOD, BAD], 1),
        ([WORSE, BAD, WORSE], 3),
        ([BAD] * 5, 5),
        ([UNTOLD], 1),
        ([GOOD, BAD, UNTOLD], 2),
        ([BAD, BAD, UNTOLD], UNKNOWN),
        ([UNTOLD, UNTOLD, UNTOLD], UNKNOWN),
        ([UNTOLD, BAD, BAD, BAD], 3),
        ([UNTOLD, UNTOLD, GOOD], 0),
    ],
)
def test_bad_mornings_are_counted_back_from_the_last(mornings, running):
    assert stretches.bad_mornings_running(lived(*mornings), NEW) == running


@pytest.mark.parametrize(
    ("earlier", "running"),
    [
        ({}, UNKNOWN),
        ({"response.bad_mornings_running": 0}, 1),
        ({"response.bad_mornings_running": 1}, 2),
        ({"response.bad_mornings_running": 4}, 5),
        ({"response.settled_by_morning": True, "response.worse_next_morning": False}, 1),
        ({"response.settled_by_morning": True}, UNKNOWN),
    ],
)
def test_bad_mornings_go_on_from_before_the_diary(earlier, running):
    begun = Facts.of({"response.sessions_done": 12} | earlier)
    assert stretches.bad_mornings_running(lived(BAD), begun) == running


def test_how_many_mornings_were_bad_can_be_told_but_not_against_the_record():
    for told, running in ((1, UNKNOWN), (2, 2), (3, 3), (9, UNKNOWN)):
        at = AT + dt.timedelta(days=9)
        given_ = Answers(number=9, at=at, facts={BAD_MORNINGS: told})
        kept = lived(GOOD, UNTOLD, BAD, BAD, answers=[given_])
        # Three at the most, and two at the least.
        assert stretches.bad_mornings_running(kept, NEW) == running


def test_who_was_seen_for_bad_mornings_counts_anew_and_begins_as_after_one():
    for days, running in ((7, 1), (1, 3)):
        seen = Answers(number=9, at=AT + dt.timedelta(days=days), facts={BAD_MORNINGS: 0})
        assert (
            stretches.bad_mornings_running(lived(BAD, WORSE, BAD, answers=[seen]), NEW) == running
        )
    seen = Answers(number=3, at=AT + dt.timedelta(days=5), facts={BAD_MORNINGS: 0})
    since = [session(n, days=2 * n, morning=MORNINGS[BAD]) for n in (4, 5)]
    kept = record(*lived(BAD, BAD).sessions, *since, answers=[seen])
    assert stretches.bad_mornings_running(kept, NEW) == 2
    assert stretches.bad_mornings_running(kept.without(1), NEW) == 3  # the answer is open again


def test_who_was_seen_counts_no_bad_mornings_from_before_the_diary():
    begun = OLD.with_fact(BAD_MORNINGS, 2)
    assert stretches.bad_mornings_running(lived(BAD), begun) == 3
    seen = Answers(number=9, at=AT + dt.timedelta(days=7), facts={BAD_MORNINGS: 0})
    assert stretches.bad_mornings_running(lived(BAD, answers=[seen]), begun) == 1


@settings(max_examples=200)
@given(
    mornings=st.lists(st.sampled_from(list(MORNINGS)), min_size=1, max_size=7),
    known=st.sampled_from([GOOD, BAD, WORSE]),
)
def test_an_untold_morning_is_never_better_than_any_that_it_may_have_been(mornings, known):
    told = [known if word is UNTOLD else word for word in mornings]
    untold = stretches.bad_mornings_running(lived(*mornings), NEW)
    assert untold is UNKNOWN or untold >= min(
        stretches.bad_mornings_running(lived(*told), NEW), stretches.SEEN
    )


SAID = ("response.settled_by_morning", "response.worse_next_morning", BAD_MORNINGS)


@settings(max_examples=200)
@given(
    lived_through=st.lists(
        st.tuples(
            st.sampled_from(list(MORNINGS)),
            st.booleans(),  # a slight session
            st.dictionaries(st.sampled_from(SAID), st.sampled_from([0, 1]), max_size=1),
        ),
        min_size=1,
        max_size=5,
    ),
    earlier=st.sampled_from([0, 1, 5]),
    days=st.sampled_from([0, 1, 30]),
)
@example([(BAD, False, {BAD_MORNINGS: 0}), (GOOD, True, {})], 0, 0)
@example([(UNTOLD, False, {SAID[0]: 1}), (GOOD, True, {SAID[1]: 0})], 0, 0)
def test_nobody_is_said_to_contradict_themselves_by_their_own_diary(lived_through, earlier, days):
    rules = load_rules()
    text = {"screening": "clear", "response.sessions_done": earlier, "complaint.pain_usual": 2}
    sessions, answers = [], []
    for number, (word, slight, said) in enumerate(lived_through, 1):
        made = five_of_twenty if slight else session
        sessions.append(made(2 * number, days=2 * number, morning=MORNINGS[word]))
        facts_said = {name: n if name == BAD_MORNINGS else n == 1 for name, n in said.items()}
        answers.append(
            Answers(
                number=2 * number + 1, at=AT + dt.timedelta(days=2 * number + 1), facts=facts_said
            )
        )
    start = Start(at=AT, facts=text, version="1", fingerprint="f")
    kept = attrs.evolve(record(*sessions, answers=answers), start=start)
    person = facts(kept, rules, at=kept.latest + dt.timedelta(days=days))
    assert not list(contradictions(person, rules.vocabulary))


def apart(*days):
    """A record with a session on each of some days."""
    return record(*(session(n, days=day) for n, day in enumerate(days, 1)))


@pytest.mark.parametrize(
    ("days", "later", "weeks"),
    [
        ([1], 0, 0),
        ([1], 6, 0),
        ([1], 7, 1),
        ([1, 3], 28, 4),
        ([1, 22], 0, 3),
        ([1, 22], 30, 4),
        ([1, 50, 52], 0, 0),
        ([1], 36500, 520),
    ],
)
def test_a_break_is_the_longer_of_the_one_since_and_the_one_before(days, later, weeks):
    kept = apart(*days)
    at = kept.sessions[-1].at + dt.timedelta(days=later)
    assert stretches.weeks_of_break(kept, NEW, at) == weeks


def test_a_morning_that_was_seen_does_not_count_again_beside_a_later_one():
    bad = Morning(at=AT, settled=False, worse=True)
    before = [session(1, days=1, morning=bad), five_of_twenty(2, days=3, morning=bad)]
    seen = Answers(number=9, at=AT + dt.timedelta(days=4), facts={BAD_MORNINGS: 0})
    again = attrs.evolve(five_of_twenty(3, days=6, morning=bad), number=10)
    assert stretches.bad_mornings_running(record(*before, again), NEW) == 3
    assert stretches.bad_mornings_running(record(*before, again, answers=[seen]), NEW) == 1
    assert stretches.bad_mornings_running(record(*before, answers=[seen]), NEW) == 1


def test_a_slight_session_is_not_one_of_the_two_after_a_break():
    at = AT + dt.timedelta(days=30)
    back = [session(1, days=1), session(2, days=22)]
    assert stretches.weeks_of_break(record(*back, session(3, days=24)), NEW, at) == 0
    slight = record(*back, five_of_twenty(3, days=24), five_of_twenty(4, days=26))
    assert stretches.weeks_of_break(slight, NEW, at) == 3
    for number in (2, 3, 4):
        assert stretches.weeks_of_break(slight.without(number), NEW, at) == 3
    over = record(*slight.sessions, session(5, days=28), session(6, days=30))
    assert stretches.weeks_of_break(over, NEW, at) == 0
    first = record(five_of_twenty(1, days=10), five_of_twenty(2, days=12))
    assert stretches.weeks_of_break(first, OLD, at) is UNKNOWN
    assert stretches.weeks_of_break(first, OLD.with_fact(BREAK, 3), at) == 5
    apart = [five_of_twenty(1, days=10), five_of_twenty(2, days=31)]
    told = [Answers(number=9, at=AT + dt.timedelta(days=32), facts={BREAK: n}) for n in (1, 5)]
    at = AT + dt.timedelta(days=33)
    assert stretches.weeks_of_break(record(*apart, answers=told[:1]), OLD, at) is UNKNOWN
    assert stretches.weeks_of_break(record(*apart, answers=told[1:]), OLD, at) == 5


def test_a_break_before_the_diary_is_added_to_and_unknown_where_it_was_not_said():
    kept, at = apart(10), AT + dt.timedelta(days=10)
    assert stretches.weeks_of_break(kept, OLD, at) is UNKNOWN
    assert stretches.weeks_of_break(kept, OLD.with_fact(BREAK, 0), at) == 2
    assert stretches.weeks_of_break(kept, OLD.with_fact(BREAK, 3), at) == 5
    later = at + dt.timedelta(days=30)
    assert stretches.weeks_of_break(kept, OLD, later) == 4
    none_yet = record()
    assert stretches.weeks_of_break(none_yet, OLD.with_fact(BREAK, 1), AT) == 1
    assert stretches.weeks_of_break(none_yet, OLD.with_fact(BREAK, 1), later) == 7


def test_what_is_answered_about_a_break_fills_only_the_gap():
    at = AT + dt.timedelta(days=11)
    given_ = Answers(number=9, at=at, facts={BREAK: 3})
    kept = record(session(1, days=10), answers=[given_])
    assert stretches.weeks_of_break(kept, OLD, at) == 3
    assert stretches.weeks_of_break(kept, NEW, at) == 0


def test_the_first_session_is_counted_from_the_record_or_from_what_was_said():
    kept, at = apart(3, 5), AT + dt.timedelta(days=45)
    assert stretches.weeks_since_first(kept, NEW, at) == 6
    assert stretches.weeks_since_first(kept, OLD, at) is UNKNOWN
    assert stretches.weeks_since_first(kept, OLD.with_fact(SINCE_FIRST, 5), at) == 12
    assert stretches.weeks_since_first(record(), OLD.with_fact(SINCE_FIRST, 5), AT) == 5


@given(said=st.integers(0, 60), since=st.integers(0, 5), hours=st.integers(0, 5000))
def test_a_break_from_before_the_diary_is_never_longer_than_the_time_since_the_first_session(
    said, since, hours
):
    """Both are told in whole weeks, and may be six days more."""
    begun = OLD.with_fact(BREAK, said).with_fact(SINCE_FIRST, said + since)
    at = AT + dt.timedelta(hours=hours)
    first = stretches.weeks_since_first(record(), begun, at)
    assert stretches.weeks_of_break(record(), begun, at) <= first


DOSE = tuple(Dose(sets=2, reps=10, hold_s=0, rest_s=60, effort=effort) for effort in (5, 6, 7))


@pytest.mark.parametrize(
    ("days", "steps"),
    [([1, 3], 1), ([1, 14], 1), ([1, 15], 0), ([1, 3, 17, 19], 1), ([1, 3, 40], 0)],
)
def test_sessions_two_weeks_apart_are_not_running_and_a_month_takes_all(days, steps):
    assert earned.steps_earned(apart(*days), NEW, "clamshell", 2) == steps


def test_a_break_that_nobody_can_tell_takes_all_that_was_earned():
    begun = OLD.with_fact("response.stage_earned", 2)
    kept = record(session(1, stage=2))
    assert earned.stage_earned(kept, begun, {"clamshell": DOSE}) == 0
    assert earned.stage_earned(kept, begun.with_fact(BREAK, 0), {"clamshell": DOSE}) == 2


def test_the_numbers_of_a_break_are_those_of_the_book():
    rules = load_rules()
    person = {"screening": "clear", "response.sessions_done": 20}
    for rule, weeks in (
        ("dose/gentle-effort-after-a-break", stretches.PAUSE // stretches.WEEK),
        ("dose/begin-again-after-a-long-break", stretches.LONG_PAUSE // stretches.WEEK),
    ):
        for many, holds in ((weeks, True), (weeks - 1, False)):
            assert decide(read_facts(person | {BREAK: many}, rules), rules).true(rule) is holds


def test_a_break_goes_on_while_nothing_is_written():
    rules = load_rules()
    kept = attrs.evolve(
        apart(1, 3),
        start=Start(
            at=AT,
            facts={"screening": "clear", "response.sessions_done": 0},
            version="1",
            fingerprint="f",
        ),
    )
    assert facts(kept, rules).value(BREAK) == 0
    later = kept.latest + dt.timedelta(weeks=5)
    assert facts(kept, rules, at=later).value(BREAK) == 5
    assert facts(kept, rules, at=later).value(SINCE_FIRST) == 5
