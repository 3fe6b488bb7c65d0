"""The headline of what comes next and the marks in its list never deny each other."""

from __future__ import annotations

import datetime as dt

import attrs
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from diary.lives import EARLIER, HOW, NOTHING_YET, PERSON, lived, load_rules
from glutemed.diary import course as course_of
from glutemed.diary.change import LESS, MORE, Kind
from glutemed.diary.course import Course, Turn, turn
from glutemed.diary.known import facts, programme_now
from glutemed.diary.record import Answers, Line, Record, Session, Work
from glutemed.diary.words import left_out, turn_rows
from glutemed.model.facts import Facts
from preferring import prefer_no_bolder

pytestmark = [pytest.mark.law, pytest.mark.needs("durable")]

ALSO_MORE = "Some of the list is more all the same."


@st.composite
def turns(draw) -> list[Turn]:
    rules = load_rules()
    person = PERSON.format(
        usual=draw(st.integers(0, 5)),
        bands=draw(st.sampled_from(["[]", "[light]", "[light, medium]"])),
        response=draw(st.sampled_from([NOTHING_YET, *map(EARLIER.format, range(4))])),
    )
    days = draw(st.lists(st.tuples(HOW, st.sampled_from([24, 48, 48, 72])), min_size=2, max_size=8))
    return [turn(record, rules) for record in lived(rules, person, days)]


def check(found: Turn) -> None:
    """The headline, its reason, and the marks of the list say one thing."""
    kinds = {change.kind for change in found.changes}
    eased = found.course in {Course.EASE, Course.BACK, Course.WAIT}
    if eased:
        assert bool(kinds & MORE) is found.reason.endswith(ALSO_MORE)
        assert "repeated as it was" not in found.reason
    elif found.course is Course.PROGRESS:
        assert not kinds & (LESS - {Kind.LEFT_OUT})
    elif found.course is Course.SAME:
        assert not kinds & (MORE | LESS)
        all_same = kinds <= {Kind.SAME}
        assert found.reason.endswith("but not all of it is the same.") is not all_same
        waits = "More is earned, and waits" in found.reason
        assert not all_same or waits or found.reason.endswith("do the same again.")
    else:
        assert not found.changes
    rows = turn_rows(found)
    for (_, _, mark), change in zip(rows, found.changes, strict=False):
        assert bool(mark) is (change.kind is not Kind.SAME)
    gone = [change.was.name for change in found.changes if change.kind is Kind.LEFT_OUT]
    assert all(name in left_out(found) for name in gone)


LAW = settings(max_examples=max(6, settings().max_examples // 8))


@LAW
@given(found=turns())
def test_the_headline_and_the_list_say_one_thing(found):
    for each in found:
        check(each)


def never_less(_before, _after, _found, _rules):
    """A headline that looks only at what is more."""
    return False


def test_a_headline_that_leaves_out_the_list_is_seen(monkeypatch):
    person = PERSON.format(usual=2, bands="[light, medium]", response=NOTHING_YET)
    days = [("well", 48)] * 4 + [("one red", 48)]

    def looked_at():
        for record in lived(load_rules(), person, days):
            check(turn(record, load_rules()))

    looked_at()
    monkeypatch.setattr(course_of, "less", never_less)
    with pytest.raises(AssertionError):
        looked_at()


def test_every_exercise_before_and_now_is_accounted_for_once():
    person = PERSON.format(usual=2, bands="[light]", response=EARLIER.format(1))
    for record in lived(load_rules(), person, [("well", 48), ("red", 48), ("well", 48)]):
        found = turn(record, load_rules())
        if found.before is None or found.outcome.programme is None:
            continue
        now = [change.now.exercise for change in found.changes if change.now is not None]
        was = [change.was.exercise for change in found.changes if change.was is not None]
        assert now == [each.exercise for each in found.outcome.programme.exercises]
        assert sorted(was) == sorted(each.exercise for each in found.before.exercises)


def test_forgetting_the_session_that_hurt_does_not_bring_its_exercises_back():
    rules = load_rules()
    person = PERSON.format(usual=2, bands="[light]", response=NOTHING_YET)
    days = [("well", 48), ("well", 48), ("red", 48), ("well", 72), ("well", 48)]
    clear = {flag.name: False for flag in rules.vocabulary.red_flags}
    *_, kept = lived(rules, person, days)
    answers = Answers(number=20, at=kept.latest, facts=clear)
    kept, less = (
        attrs.evolve(each, answers=(*each.answers, answers)) for each in (kept, kept.without(3))
    )
    was, became = (
        {each.exercise for each in programme_now(each, rules).programme.exercises}
        for each in (kept, less)
    )
    hurt = {line.exercise for line in kept.sessions[2].lines}
    assert hurt - was, "something stays away because it hurt"
    assert became & hurt <= was
    told = clear | {
        "complaint.felt_at": ["front"],
        "complaint.pain_usual": 2,
        "complaint.pain_at_rest": 0,
        "response.worst_pain_during": 1,
        "response.settled_by_morning": True,
        "response.worse_next_morning": False,
        "response.two_points_better": False,
        "response.bad_mornings_running": 0,
    }
    answers = Answers(number=21, at=kept.latest, facts=told)
    last = turn(attrs.evolve(kept.without(5), answers=(answers,)), rules)
    assert last.course is Course.EASE
    assert last.reason.startswith("The last session is forgotten")


@settings(max_examples=30)
@given(
    days=st.lists(st.tuples(HOW, st.sampled_from([48, 72])), min_size=3, max_size=6),
    then=st.integers(1, 3),
    bands=st.sampled_from(["[light]", "[light, medium]"]),
    earned=st.integers(0, 3),
)
def test_no_session_that_is_forgotten_lets_a_harder_form_be_preferred(days, then, bands, earned):
    rules = load_rules()
    person = PERSON.format(usual=2, bands=bands, response=EARLIER.format(earned))
    lives = lived(rules, person, days + [("well", 48)] * then)
    assume(lives)
    kept = lives[-1]
    clear = {flag.name: False for flag in rules.vocabulary.red_flags}
    told = Answers(number=50, at=kept.latest, facts=clear | {"complaint.pain_usual": 2})

    def known(record: Record) -> Facts:
        return facts(attrs.evolve(record, answers=(*record.answers, told)), rules)

    for session in kept.sessions:
        less = kept.without(session.number)
        prefer_no_bolder(rules, known(kept), known(less))


def test_after_a_session_that_hurt_a_slight_one_brings_nothing_back_and_says_so():
    rules = load_rules()
    person = PERSON.format(usual=2, bands="[light]", response=NOTHING_YET)
    *_, red = lived(rules, person, [("well", 48), ("red", 48)])
    *_, slight = lived(rules, person, [("well", 48), ("red", 48), ("slight", 120)])
    *_, well = lived(rules, person, [("well", 48), ("red", 48), ("well", 120)])
    bands = [
        {each.load.kind for each in programme_now(record, rules).programme.exercises}
        for record in (red, slight, well)
    ]
    assert bands == [{"none"}, {"none"}, {"none", "band"}]
    assert turn(slight, rules).reason.startswith("Less than half of what was asked was done")


def test_after_a_session_that_no_programme_asked_for_it_is_said_that_the_one_before_counts():
    rules = load_rules()
    person = PERSON.format(usual=2, bands="[light]", response=NOTHING_YET)
    red = lived(rules, person, [("well", 48), ("red", 48)])[-1]
    own = Session(
        number=9,
        at=red.latest + dt.timedelta(hours=36),
        lines=[Line(exercise="clamshell", done=Work(sets=3, reps=10, effort=3, pain=0))],
        usual=2,
        rest=0,
        flags=(),
    )
    found = turn(attrs.evolve(red, sessions=(*red.sessions, own)), rules)
    assert found.reason.startswith("No programme had asked for the last session")
