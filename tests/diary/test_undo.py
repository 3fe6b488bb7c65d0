"""Taking back what was written last makes nothing bolder, and telling it again makes it good."""

from __future__ import annotations

import datetime as dt
import functools

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diary.conftest import AT, record, session
from glutemed.diary import store, undo
from glutemed.diary.faults import DiaryFault, RecordInvalid, Unfit
from glutemed.diary.known import asked, facts, programme_now
from glutemed.diary.record import Answers, Morning, MorningAfter, Record, Session, Start, Work
from glutemed.intake import to_dict
from glutemed.model.facts import UNKNOWN
from glutemed.model.ruleset import Ruleset
from glutemed.pipeline import load_ruleset, read_facts
from glutemed.testing import laws

PERSON = """
person: {age: 34}
screening: clear
complaint: {conditions: [patellofemoral_pain], side: right, weeks: 9, pain_usual: 2, pain_at_rest: 1}
history: {latex_allergy: false, unsteady: false, kneeling_hurts: false}
equipment: {bands: [light], free_weights: true, step: true}
response: {sessions_done: 0}
"""
FLAG = "screening.night_pain"


def morning(of: Session, **said: object) -> Morning:
    return Morning(at=of.at + dt.timedelta(hours=13), **said)


# --- what is last, and what becomes of it ---------------------------------------------------------


def test_a_diary_with_nothing_in_it_has_nothing_to_take_back():
    assert undo.last_written(record()) is None
    with pytest.raises(RecordInvalid, match="nothing is written"):
        undo.taken_back(record())


def test_the_morning_goes_before_its_session():
    kept = record(session(1), session(2))
    assert undo.last_written(kept) == MorningAfter(2, kept.sessions[1].morning)
    without = undo.taken_back(kept)
    assert without.sessions == (kept.sessions[0], attrs.evolve(kept.sessions[1], morning=None))
    assert undo.last_written(without) == without.sessions[1]


@pytest.mark.parametrize("days", [-3, 0, 3])
def test_what_is_taken_back_is_what_was_written_last_whatever_day_it_is_of(diary, days):
    """Morning, then answers; and answers, then a morning."""
    one = store.read(diary).sessions[0]
    store.write(diary, session(2, morning=None))
    at = one.at + dt.timedelta(days=days)
    answers = Answers(number=1, at=at, facts={"person.age": 40})
    told = MorningAfter(2, Morning(at=at, settled=True))
    store.write(diary, told)
    store.write(diary, answers)
    assert undo.last_written(store.read(diary)).facts == answers.facts
    store.take_back(diary, undo.to_take_back(store.read(diary)))
    other = session(3, days=20, morning=None)
    (kept,) = store.write(diary, other)
    (last,) = store.write(diary, MorningAfter(kept.number, Morning(at=at, settled=True)))
    assert undo.last_written(store.read(diary)) == last
    (third,) = store.write(diary, attrs.evolve(answers, facts={"person.age": 41}))
    assert undo.last_written(store.read(diary)) == third


def test_a_session_keeps_its_place_until_it_is_told_again():
    kept = record(session(1), session(2, morning=None))
    after = undo.taken_back(kept)
    place = after.sessions[1]
    assert (place.number, place.at, place.stage) == (2, kept.sessions[1].at, 1)
    assert place.taken_back
    assert place.forgotten
    assert (place.lines, place.usual, place.flags, place.note) == ((), None, None, "")
    told = session(3, at=place.at + dt.timedelta(hours=1), morning=None)
    assert after.with_session(told).sessions == (kept.sessions[0], told)


def test_a_session_of_another_day_takes_no_place():
    after = undo.taken_back(record(session(1, morning=None)))
    told = session(2, days=5, morning=None)
    assert after.with_session(told).sessions == (*after.sessions, told)


def test_a_session_that_is_forgotten_waits_for_nothing():
    kept = record(session(1).erased())
    again = session(2, at=kept.sessions[0].at, morning=None)
    assert kept.with_session(again).sessions == (kept.sessions[0], again)


def test_a_place_holds_nothing():
    with pytest.raises(Unfit):
        session(1, taken_back=True)


def test_a_session_that_never_was_leaves_no_place():
    kept = record(session(1), session(2, morning=None))
    assert undo.taken_back(kept, never_was=True).sessions == kept.sessions[:1]
    assert undo.taken_back(undo.taken_back(kept), never_was=True).sessions == kept.sessions[:1]


def test_an_answer_is_open_again_and_not_what_it_was_before():
    given_ = {"person.age": 50, "equipment.step": True}
    kept = record(answers=[Answers(number=1, at=AT, facts=given_)])
    after = undo.taken_back(kept)
    assert after.answers[0].facts == dict.fromkeys(given_, "unknown")
    with pytest.raises(RecordInvalid, match="taken back already"):
        undo.taken_back(after)


def test_a_yes_to_a_red_flag_stays():
    answered = record(answers=[Answers(number=1, at=AT, facts={FLAG: True, "person.age": 50})])
    assert undo.taken_back(answered).answers[0].facts == {FLAG: True, "person.age": "unknown"}
    logged = record(session(1, flags=(FLAG,), morning=None))
    for never_was in (False, True):
        after = undo.taken_back(logged, never_was=never_was)
        (kept,) = after.answers
        assert kept.facts == {FLAG: True}
        assert kept.at == logged.sessions[0].at
        with pytest.raises(RecordInvalid, match="red flag"):
            undo.taken_back(after)


def test_what_was_answered_meanwhile_does_not_become_the_beginning():
    """The session told again is of a later hour than the answer, which came after its place."""
    waiting = undo.taken_back(record(session(1, morning=None)))
    place = waiting.sessions[0]
    meanwhile = Answers(
        number=2, at=place.at + dt.timedelta(minutes=5), facts={"response.stage_earned": 3}
    )
    told = session(3, at=place.at + dt.timedelta(hours=1), morning=None)
    after = attrs.evolve(waiting, answers=[meanwhile]).with_session(told)
    assert after.sessions == (told,)
    assert after.answers[0].facts == {"response.stage_earned": "unknown"}


# --- the file ------------------------------------------------------------------------------------


@pytest.mark.parametrize("never_was", [False, True])
@pytest.mark.parametrize(
    "last",
    [
        session(2, morning=None, note="zwetschgenknoedel"),
        session(2, morning=None, flags=(FLAG,), note="zwetschgenknoedel"),
        session(2, morning=None, flags=(FLAG,), lines=(), note="zwetschgenknoedel"),
    ],
)
def test_the_file_takes_back_as_the_record_does(diary, last, never_was):
    store.write(diary, last)
    assert b"zwetschgenknoedel" in diary.read_bytes()
    before = store.read(diary)
    part = undo.to_take_back(before, never_was=never_was)
    expected = undo.taken_back(before, never_was=never_was)
    assert store.take_back(diary, part, never_was=never_was) == store.read(diary) == expected
    assert b"zwetschgenknoedel" not in diary.read_bytes()


def test_what_cannot_be_taken_back_leaves_the_file_as_it_is(diary):
    before = diary.read_bytes()
    part = undo.to_take_back(store.read(diary))
    with pytest.raises(RecordInvalid, match="no session"):
        store.take_back(diary, part, never_was=True)
    assert diary.read_bytes() == before


def test_only_what_was_shown_is_taken_back(diary):
    shown = undo.to_take_back(store.read(diary))
    store.write(diary, session(5))
    before = diary.read_bytes()
    with pytest.raises(DiaryFault, match="written in meanwhile"):
        store.take_back(diary, shown)
    assert diary.read_bytes() == before


def test_a_session_told_again_is_in_the_file_once(diary):
    for _ in range(2):
        store.take_back(diary, undo.to_take_back(store.read(diary)))
    place = store.read(diary).sessions[0]
    assert place.taken_back
    (told,) = store.write(diary, session(1, at=place.at, morning=None))
    assert store.read(diary).sessions == (told,)
    assert told.number == 2


# --- the law -------------------------------------------------------------------------------------


@functools.cache
def load_rules() -> Ruleset:
    return load_ruleset()


def begun(rules: Ruleset) -> Start:
    return Start(
        at=AT,
        facts=to_dict(read_facts(PERSON, rules)),
        version=rules.version,
        fingerprint=rules.fingerprint,
    )


def well_done(found: Record, number: int, at: dt.datetime = AT, pain: int = 1) -> Session:
    """What is asked now, all of it done."""
    outcome = programme_now(found, load_rules())
    lines = [
        attrs.evolve(
            line,
            done=Work(sets=line.asked.sets, reps=12, effort=line.asked.effort, pain=pain),
        )
        for line in asked(outcome, load_rules())
    ]
    stage = outcome.programme.stage if outcome.programme else None
    return Session(number=number, at=at, stage=stage, lines=lines, usual=2, rest=0, flags=())


@st.composite
def kept(draw) -> Record:
    """A diary of a few sessions, mornings and answers, kept well or badly."""
    rules = load_rules()
    found, at, number = Record(start=begun(rules)), AT, 0
    for _ in range(draw(st.integers(1, 5))):
        at += dt.timedelta(hours=draw(st.sampled_from([20, 48, 72])))
        number += 1
        if draw(st.integers(0, 3)) == 0:
            said = draw(st.sampled_from(ANSWERS + HOW_IT_WENT))
            found = attrs.evolve(
                found, answers=(*found.answers, Answers(number=number, at=at, facts=said))
            )
            continue
        one = attrs.evolve(
            well_done(found, number, at, draw(st.sampled_from([1, 1, 1, 4, 7]))),
            usual=draw(st.sampled_from([1, 2, 4])),
            flags=draw(st.sampled_from([(), (), (), None, (FLAG,)])),
        )
        found = attrs.evolve(found, sessions=(*found.sessions, one))
        if draw(st.booleans()):  # what is answered before the morning is told, it overrules
            number += 1
            given_ = Answers(number=number, at=at, facts=draw(st.sampled_from(HOW_IT_WENT)))
            found = attrs.evolve(found, answers=(*found.answers, given_))
        if draw(st.booleans()):
            bad = draw(st.booleans())
            told = morning(one, pain=1, settled=not bad, worse=bad)
            found = found.with_morning(one.number, told)
    return found


ANSWERS = [
    {"complaint.pain_usual": 6},
    {"complaint.pain_usual": 1},
    {"equipment.bands": ["light", "medium"]},
    {"history.unsteady": True},
    {FLAG: False},
    {FLAG: True, "person.age": 40},
    {"screening.pain_above_five_twice": False},
]

HOW_IT_WENT = [
    {"response.settled_by_morning": True, "response.worse_next_morning": False},
    {"response.worst_pain_during": 0},
    {"response.bad_mornings_running": 0, "response.weeks_of_break": 0},
    {"response.stage_earned": 3, "response.two_points_better": True},
    {"response.each.clamshell.pain_during": 0, "response.each.clamshell.sessions": 1},
]
"""Answers to what the sessions say; written while they do, they count for nothing."""


def no_bolder(before: Record, after: Record) -> None:
    rules = load_rules()
    laws.forgetting(rules, facts(before, rules), facts(after, rules))
    for flag in rules.vocabulary.red_flags:
        if facts(before, rules).value(flag.name) is True:
            told = [*before.answers, *before.sessions]
            if any(flag.name in (getattr(e, "facts", None) or e.flags or ()) for e in told):
                assert facts(after, rules).value(flag.name) is True


@pytest.mark.law
@pytest.mark.needs("durable")
@settings(max_examples=max(8, settings().max_examples // 5))
@given(found=kept())
def test_taking_back_makes_nothing_bolder(found):
    for _ in range(3):
        try:
            after = undo.taken_back(found)
        except RecordInvalid:
            return
        no_bolder(found, after)
        found = after


def as_it_was(found: Record, **_options: object) -> Record:
    """A wrong version: what was written last is gone, as if it had never been."""
    last = undo.last_written(found)
    if isinstance(last, Session):
        return attrs.evolve(found, sessions=[s for s in found.sessions if s != last])
    return attrs.evolve(found, answers=[a for a in found.answers if a != last])


@pytest.mark.needs("durable")
@pytest.mark.parametrize("way", ["undo", "forget"])
def test_an_answer_that_was_overruled_does_not_count_once_that_is_erased(way):
    """An answer that the session spoke against fills no gap; one that is given later does."""
    rules = load_rules()
    one = well_done(Record(start=begun(rules)), 1)
    good = {"response.settled_by_morning": True, "response.worse_next_morning": False}
    well = Answers(number=2, at=one.at + dt.timedelta(hours=1), facts=good)
    found = attrs.evolve(Record(start=begun(rules)), sessions=[one], answers=[well])
    found = found.with_morning(1, morning(one, pain=6, settled=False, worse=True))
    after = undo.taken_back(found) if way == "undo" else found.without(1)
    no_bolder(found, after)
    for name in good:
        assert facts(found, rules).value(name) is not UNKNOWN
        assert facts(after, rules).value(name) is UNKNOWN
    again = attrs.evolve(well, number=9, at=one.at + dt.timedelta(hours=20))
    later = attrs.evolve(after, answers=(*after.answers, again))
    assert facts(later, rules).value("response.settled_by_morning") is True


@pytest.mark.needs("durable")
def test_a_wrong_version_is_seen(monkeypatch):
    rules = load_rules()
    flagged = Answers(number=1, at=AT, facts={FLAG: True})
    found = Record(start=begun(rules), answers=[flagged])
    no_bolder(found, attrs.evolve(found))
    monkeypatch.setattr(undo, "taken_back", as_it_was)
    with pytest.raises(AssertionError):
        no_bolder(found, undo.taken_back(found))
