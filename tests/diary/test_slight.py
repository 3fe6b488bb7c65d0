"""A session in which little was done brings nothing back, whatever came before it."""

from __future__ import annotations

import datetime as dt

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diary.lives import EARLIER, HOW, NOTHING_YET, PERSON, lived, load_rules, worked
from glutemed.diary import stretches
from glutemed.diary.known import asked, facts, programme_now
from glutemed.diary.record import Answers, Line, Morning, Record, Session
from glutemed.model.exercise import LoadKind
from glutemed.model.outcome import Outcome
from glutemed.pipeline import recommend

pytestmark = [pytest.mark.law, pytest.mark.needs("durable")]

LAW = settings(max_examples=max(8, settings().max_examples // 8))


def with_little(record: Record) -> tuple[Record, Record] | None:
    """A record with a slight, calm session, and the same told of the person without it."""
    rules = load_rules()
    outcome = programme_now(record, rules)
    if outcome.programme is None:
        return None
    at = record.latest + dt.timedelta(hours=30)
    number = 1 + max(entry.number for entry in record.entries())
    session = Session(
        number=number,
        at=at,
        stage=outcome.programme.stage,
        lines=[
            attrs.evolve(each, done=worked(each, 0, "slight")) for each in asked(outcome, rules)
        ],
        usual=2,
        rest=0,
        flags=(),
        morning=Morning(at=at + dt.timedelta(hours=13), pain=0, settled=True, worse=False),
    )
    told = Answers(
        number=number, at=at, facts={"complaint.pain_usual": 2, "complaint.pain_at_rest": 0}
    )
    without = attrs.evolve(record, answers=(*record.answers, told))
    return attrs.evolve(record, sessions=(*record.sessions, session)), without


def bolder(found: Outcome, other: Outcome) -> list[str]:
    """In what a programme asks for more than another one."""
    if found.programme is None:
        return []
    if other.programme is None:
        return ["a programme"]
    here, there = found.programme, other.programme
    doses = {each.exercise: each.dose for each in there.exercises}
    more = [
        f"{part} of {each.exercise}"
        for each in here.exercises
        for part in ("sets", "reps", "effort")
        if each.exercise in doses and getattr(each.dose, part) > getattr(doses[each.exercise], part)
    ]
    loads = [{each.load.kind for each in one.exercises} - {LoadKind.NONE} for one in (here, there)]
    more += ["a load"] if loads[0] and not loads[1] else []
    more += ["the days"] if here.sessions_per_week > there.sessions_per_week else []
    return more


COUNT = "response.sessions_done"


def check(record: Record) -> None:
    """A little more done brings nothing back, neither now nor by a second time.

    It counts as a session all the same, so what waits for a number of sessions is left aside.
    """
    rules = load_rules()
    for _ in range(2):
        both = with_little(record)
        if both is None:
            return
        record, _ = both
        found, other = (facts(each, rules, at=record.latest) for each in both)
        found = found.with_fact(COUNT, other.value(COUNT))
        assert not bolder(recommend(found, rules), recommend(other, rules))


def life(days: list[tuple[str, int]], *, bands: str = "[light, medium]") -> list[Record]:
    person = PERSON.format(usual=2, bands=bands, response=NOTHING_YET)
    return lived(load_rules(), person, days)


@LAW
@given(
    usual=st.integers(0, 5),
    response=st.sampled_from([NOTHING_YET, *map(EARLIER.format, range(4))]),
    days=st.lists(
        st.tuples(HOW, st.sampled_from([24, 48, 48, 72, 400, 800])), min_size=1, max_size=6
    ),
)
def test_a_slight_session_brings_nothing_back(usual, response, days):
    person = PERSON.format(usual=usual, bands="[light, medium]", response=response)
    check(lived(load_rules(), person, days)[-1])


def test_two_slight_sessions_after_a_break_bring_no_band_back(monkeypatch):
    back = life([("well", 48), ("well", 400)])[-1]
    check(back)
    monkeypatch.setattr(stretches, "_last_places", lambda record: [len(record.counted) - 1])
    with pytest.raises(AssertionError, match="a load"):
        check(back)


def test_two_repetitions_bring_no_band_back_to_an_exercise_that_hurt(monkeypatch):
    hurt = life([("one red", 48), ("amber", 48)])[-1]
    check(hurt)
    monkeypatch.setattr(Line, "slight", False)
    with pytest.raises(AssertionError):
        check(hurt)
