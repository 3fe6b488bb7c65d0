"""The laws over time: what a diary may never do, whatever somebody writes into it, in which order."""

from __future__ import annotations

import datetime as dt
import functools
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import attrs
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from glutemed.diary import earned, export, response
from glutemed.diary.earned import passes, quiet, red
from glutemed.diary.known import asked, facts, programme_now
from glutemed.diary.record import Answers, Morning, Record, Session, Start, Work
from glutemed.intake import contradicted, to_dict
from glutemed.model.outcome import Programme
from glutemed.model.ruleset import Ruleset
from glutemed.pipeline import load_ruleset, read_facts, recommend
from glutemed.render.json import as_json
from glutemed.testing import laws, safety
from preferring import prefer_no_bolder

pytestmark = [pytest.mark.law, pytest.mark.needs("durable")]

PERSON = """
person: {age: 34}
screening: clear
complaint: {conditions: [patellofemoral_pain], side: right, weeks: 9, pain_usual: 4, pain_at_rest: 1}
history: {latex_allergy: false, unsteady: false, kneeling_hurts: false}
equipment: {bands: [light, medium], free_weights: true, step: true}
response: {sessions_done: 0}
"""
EARLIER = (
    "{{sessions_done: 20, stage_earned: {}, worst_pain_during: 1, settled_by_morning: true, "
    "worse_next_morning: false, weeks_of_break: 0, level_pelvis: true, two_points_better: true}}"
)
BEGAN = dt.datetime(2025, 3, 3, 18, tzinfo=dt.UTC)


def zones() -> list[dt.tzinfo]:
    """Two zones with a summer time, or offsets that jump alike where their data is not here."""
    try:
        return [ZoneInfo("Europe/London"), ZoneInfo("America/New_York")]
    except ZoneInfoNotFoundError:
        return [dt.timezone(dt.timedelta(hours=hours)) for hours in (0, 1, -5, -4, 14, -11)]


@functools.cache
def load_rules() -> Ruleset:
    return load_ruleset()


def load(programme: Programme) -> int:
    """What a programme asks for in a session: sets times effort, over its exercises."""
    return sum(each.dose.sets * each.dose.effort for each in programme.exercises)


def no_more_than(before: Programme, after: Programme) -> None:
    """A programme asks for no more than another one."""
    assert after.stage <= before.stage
    assert after.sessions_per_week <= before.sessions_per_week
    assert len(after.exercises) <= max(len(before.exercises), 5)
    dose = {each.exercise: each.dose for each in before.exercises}
    bend = {each.exercise: each.knee_flexion_deg for each in before.exercises}
    for each in after.exercises:
        assert each.load.kind == "none"
        assert each.dose.effort <= 5
        was = dose.get(each.exercise)
        if was is not None:
            assert each.dose.sets <= was.sets
            assert each.dose.reps <= was.reps
            assert each.dose.effort <= was.effort
            assert each.knee_flexion_deg <= bend[each.exercise]
    if len(after.exercises) <= len(before.exercises):
        assert load(after) <= load(before)


class OverTime(RuleBasedStateMachine):
    """Somebody keeps a diary for some weeks, well or badly, and forgets some of it."""

    def __init__(self) -> None:
        super().__init__()
        self.rules = load_rules()
        self.doses = {exercise.id: exercise.dose for exercise in self.rules.exercises}
        self.now = BEGAN
        self.number = 0
        self.seen: dict[dt.datetime, str] = {}
        self.asked: Programme | None = None

    @initialize(
        usual=st.sampled_from([0, 1, 2, 3, 4, 5, 7]),
        bands=st.sampled_from(["[]", "[light]", "[light, medium]"]),
        condition=st.sampled_from(["patellofemoral_pain", "knee_osteoarthritis"]),
        earned=st.sampled_from([None, None, 0, 1, 2, 3]),
    )
    def begin(self, usual: int, bands: str, condition: str, earned: int | None) -> None:
        text = PERSON.replace("pain_usual: 4", f"pain_usual: {usual}")
        text = text.replace("[light, medium]", bands).replace("patellofemoral_pain", condition)
        if earned is not None:
            text = text.replace("{sessions_done: 0}", EARLIER.format(earned))
        self.earned = earned or 0
        start = Start(
            at=BEGAN,
            facts=to_dict(read_facts(text, self.rules)),
            version=self.rules.version,
            fingerprint=self.rules.fingerprint,
        )
        self.become(Record(start=start))

    def become(self, record: Record) -> None:
        """Go on with a record, and hold what must hold of every one."""
        self.record = record
        self.person = facts(record, self.rules)
        self.outcome = recommend(self.person, self.rules)
        programme = self.outcome.programme
        if programme is None:
            return
        safety.check_hazards(safety.Said.of(self.rules, self.person), programme)
        counted = record.counted
        if counted and counted[-1].stage is not None:
            assert programme.stage <= counted[-1].stage + 1, "the stage rises by more than one"
        for left in range(self.earned + 1, programme.stage):
            met = [s for s in counted if s.stage == left and passes(s, self.doses)]
            assert len(met) >= 2, "a stage is left before its test is met"

    def add(self, **changes: object) -> None:
        self.become(attrs.evolve(self.record, **changes))

    def wait(self, hours: int) -> None:
        self.now += dt.timedelta(hours=hours, minutes=1)

    def session(self, pains, missed, zone, more, **said) -> None:
        programme, lines = self.outcome.programme, asked(self.outcome, self.rules)
        done = []
        for place, line in enumerate(lines):
            work = Work(
                sets=line.asked.sets,
                reps=max(1, line.asked.reps + more),
                effort=line.asked.effort,
                pain=pains[min(place, len(pains) - 1)],
            )
            done.append(attrs.evolve(line, done=None if place < missed else work))
        self.number += 1
        made = Session(
            number=self.number,
            at=self.now.astimezone(zone),
            stage=programme.stage if programme else None,
            lines=done,
            **said,
        )
        self.add(sessions=(*self.record.sessions, made))
        self.asked = programme
        self.hold_after(made)

    def hold_after(self, made: Session) -> None:
        """After a session that was red, or whose morning is bad or not told, nothing is more."""
        after = self.outcome.programme
        if not made.done or self.asked is None or after is None:
            return
        if red(made) is True or not quiet(made):
            no_more_than(self.asked, after)

    @rule(
        pains=st.sampled_from([[1], [1], [4, 1], [7, 1], [1, 2, 6], [8], [1, 7], [None, 1]]),
        missed=st.sampled_from([0, 0, 0, 1, 5]),
        usual=st.sampled_from([0, 1, 2, 3, 4, 8, None]),
        hours=st.sampled_from([5, 24, 48, 48, 240, 400, 800]),
        flags=st.sampled_from([()] * 8 + [None, ("screening.night_pain",)]),
        zone=st.sampled_from(zones()),
        more=st.sampled_from([-2, 0, 2, -20]),
    )
    def exercise(self, pains, missed, usual, hours, flags, zone, more) -> None:
        self.wait(hours)
        self.session(pains, missed, zone, more, usual=usual, rest=0, flags=flags)

    @precondition(lambda self: self.record.sessions and not self.record.sessions[-1].morning)
    @rule(
        pain=st.integers(0, 4),
        settled=st.sampled_from([True, True, False, None]),
        worse=st.sampled_from([False, False, True, None]),
    )
    def wake(self, pain, settled, worse) -> None:
        last = self.record.sessions[-1]
        if not last.forgotten:
            self.wait(12)
            morning = Morning(at=self.now, pain=pain, settled=settled, worse=worse)
            told = attrs.evolve(last, morning=morning)
            unchanged = self.record.events[-1] == last
            self.add(sessions=(*self.record.sessions[:-1], told))
            if unchanged:
                self.hold_after(told)

    @rule(times=st.integers(2, 7), usual=st.sampled_from([0, 1, 2, 3]))
    def go_well_for_a_while(self, times, usual) -> None:
        for _ in range(times):
            self.wait(36)
            self.session([1], 0, dt.UTC, 2, usual=usual, rest=0, flags=())
            self.wake(usual, True, False)

    @rule(
        given=st.sampled_from(
            [
                {"response.level_pelvis": True},
                {"response.level_pelvis": False},
                {"screening.night_pain": False},
                {"screening.pain_above_five_twice": False, "screening.pain_rising": False},
                {"equipment.bands": ["light"]},
                {"complaint.pain_usual": 2},
                {"complaint.pain_usual": 5},
                {"response.settled_by_morning": True, "response.worse_next_morning": False},
                {"response.worst_pain_during": 0, "response.two_points_better": True},
                {"response.bad_mornings_running": 0, "response.weeks_of_break": 0},
                {"response.bad_mornings_running": 2, "response.stage_earned": 3},
            ]
        )
    )
    def answer(self, given) -> None:
        self.wait(0)
        answers = Answers(number=self.number + 1, at=self.now, facts=given)
        told = attrs.evolve(self.record, answers=(*self.record.answers, answers))
        if not contradicted(facts(told, self.rules), self.rules.vocabulary):  # else it is refused
            self.number += 1
            self.become(told)

    @precondition(lambda self: self.record.sessions)
    @rule(place=st.integers(0, 50), go_on=st.booleans())
    def forget(self, place, go_on) -> None:
        """With a session forgotten nothing is offered anew, raised, or more calmly referred."""
        number = self.record.sessions[-1 - place % len(self.record.sessions)].number
        less = self.record.without(number)
        laws.forgetting(self.rules, self.person, facts(less, self.rules))
        # The red flags must be answered anew then; with the same answers to both it holds as well.
        flags = dict.fromkeys((flag.name for flag in self.rules.vocabulary.red_flags), False)
        clear = Answers(number=self.number + 1, at=self.now, facts=flags)
        with_all = attrs.evolve(self.record, answers=(*self.record.answers, clear))
        with_less = attrs.evolve(less, answers=(*less.answers, clear))
        laws.forgetting(self.rules, facts(with_all, self.rules), facts(with_less, self.rules))
        prefer_no_bolder(self.rules, facts(with_all, self.rules), facts(with_less, self.rules))
        if go_on:
            self.seen = {}
            self.become(less)

    @rule(place=st.integers(0, 50))
    def look_back(self, place) -> None:
        """Any day replayed from an export gives the bytes that were given on that day."""
        self.seen[self.now] = as_json(self.outcome)
        day = sorted(self.seen)[place % len(self.seen)]
        again = export.from_json(export.as_json(self.record))
        assert again == self.record
        assert as_json(programme_now(again.until(day), self.rules)) == self.seen[day]
        assert again.start.fingerprint == self.outcome.ruleset_fingerprint

    @precondition(lambda self: self.record.counted)
    @rule(days=st.sampled_from([1, 6, 13, 15, 20, 27, 29, 60, 400]))
    def stay_away(self, days) -> None:
        """A break raises nothing; after two weeks no load comes back, after four it begins anew."""
        at = max(self.now, self.record.latest) + dt.timedelta(days=days)
        less = programme_now(self.record, self.rules, at)
        if self.outcome.programme is None or less.programme is None:
            assert less.programme is None, "a break brings a programme"
            return
        now, after = self.outcome.programme, less.programme
        assert after.stage <= now.stage
        away = (at - self.record.counted[-1].at).days
        if away >= 14:
            no_more_than(now, after)
        if away >= 28:
            assert after.stage == 1

    @rule(minutes=st.sampled_from([-660, 60, 345, 840]))
    def travel(self, minutes) -> None:
        """The zone in which somebody looks at a clock changes nothing."""
        zone = dt.timezone(dt.timedelta(minutes=minutes))
        moved = [
            attrs.evolve(s, at=s.at.astimezone(zone if s.number % 2 else dt.UTC))
            for s in self.record.sessions
        ]
        assert facts(attrs.evolve(self.record, sessions=moved), self.rules) == self.person


OverTime.TestCase.settings = settings(
    max_examples=max(2, settings().max_examples // 16),
    stateful_step_count=20,
    suppress_health_check=list(HealthCheck),
)
TestOverTime = OverTime.TestCase


# --- wrong versions, each with a life in which it is seen -----------------------------------------


def never_falls(record, before, doses) -> int:
    """A stage that is not lost again."""
    parts = [
        attrs.evolve(record, sessions=record.sessions[:n]) for n in range(len(record.sessions))
    ]
    return max(earned.stage_earned(part, before, doses) for part in (*parts, record))


def untested(record, before, _doses) -> int:
    """A stage after every second session, whatever was done in it."""
    return min(3, (before.response.stage_earned or 0) + len(record.counted) // 2)


def dropped(record, number) -> Record:
    """A session forgotten as if it had never been."""
    return attrs.evolve(record, sessions=[s for s in record.sessions if s.number != number])


def place_alone(record, number) -> Record:
    """A session forgotten, and what was answered against it let in."""
    erased = [s.erased() if s.number == number else s for s in record.sessions]
    return attrs.evolve(record, sessions=erased)


def least_pain(record, before):
    """The last session by its least pain."""
    last = response.last_session(record)
    if last is None:
        return before.response.worst_pain_during
    return min((work.pain for _, work in last.done if work.pain is not None), default=0)


def by_wall_clock(record):
    """Sessions and answers by what the clock on the wall said."""
    entries = (*record.sessions, *record.answers)
    return sorted(entries, key=lambda entry: (entry.at.replace(tzinfo=None), entry.number))


def flare(life: OverTime) -> None:
    life.begin(5, "[light]", "patellofemoral_pain", 2)
    life.go_well_for_a_while(3, 1)


def lazy_weeks(life: OverTime) -> None:
    life.begin(2, "[light]", "patellofemoral_pain", 0)
    for _ in range(4):
        life.exercise([1], 0, 1, 48, (), dt.UTC, -2)
        life.wake(1, True, False)


def red_and_forgotten(life: OverTime) -> None:
    life.begin(2, "[light]", "patellofemoral_pain", 1)
    life.go_well_for_a_while(2, 1)
    life.exercise([7, 1], 0, 1, 48, (), dt.UTC, 0)
    life.wake(1, True, False)
    life.forget(0, False)


def told_otherwise(life: OverTime) -> None:
    """A session that hurt, answered as if it had not, and forgotten."""
    life.begin(2, "[light]", "patellofemoral_pain", 1)
    life.go_well_for_a_while(2, 1)
    life.exercise([7], 0, 1, 48, (), dt.UTC, 0)
    life.answer({"response.settled_by_morning": True, "response.worse_next_morning": False})
    life.answer({"response.worst_pain_during": 0, "response.two_points_better": True})
    life.answer({"complaint.pain_usual": 2, "complaint.pain_at_rest": 1})
    life.wake(4, False, True)
    life.forget(0, False)


def red_once(life: OverTime) -> None:
    life.begin(2, "[light]", "patellofemoral_pain", 1)
    life.exercise([1, 7], 0, 1, 48, (), dt.UTC, 0)
    life.wake(1, True, False)  # until the morning is told, it holds back as much


def looked_back(life: OverTime) -> None:
    life.begin(3, "[light]", "patellofemoral_pain", None)
    life.look_back(0)
    life.go_well_for_a_while(2, 3)
    life.look_back(0)


def far_away(life: OverTime) -> None:
    life.begin(3, "[light]", "patellofemoral_pain", None)
    life.exercise([1], 0, 3, 48, (), dt.UTC, 0)
    life.answer({"complaint.pain_usual": 2})
    life.travel(840)


def lower_and_bad(life: OverTime) -> None:
    """A session of a lower stage for once, with a bad morning after it."""
    life.begin(3, "[light]", "patellofemoral_pain", 2)
    life.exercise([1], 0, 5, 48, (), dt.UTC, 0)
    life.wake(5, True, False)
    life.exercise([1], 0, 2, 48, (), dt.UTC, 0)
    life.wake(2, True, True)


def away(life: OverTime) -> None:
    life.begin(2, "[light]", "patellofemoral_pain", 1)
    life.go_well_for_a_while(2, 1)
    life.stay_away(29)


def no_break(*_) -> int:
    """Nobody ever stops."""
    return 0


def good_morning(*_) -> bool:
    """Every morning was a good one."""
    return True


LIVES = {
    "a stage that is never lost": ("known.stage_earned", never_falls, flare),
    "a stage without a test": ("known.stage_earned", untested, lazy_weeks),
    "a session dropped": ("record.Record.without", dropped, red_and_forgotten),
    "an overruled answer let in": ("record.Record.without", place_alone, told_otherwise),
    "the least pain": ("known.worst_pain_during", least_pain, red_once),
    "no break": ("known.weeks_of_break", no_break, away),
    "every morning a good one": ("earned.quiet", good_morning, lower_and_bad),
    "the whole diary on every day": ("record.Record.until", lambda kept, _: kept, looked_back),
    "the clock on the wall": ("record.Record.events", property(by_wall_clock), far_away),
}


@pytest.mark.parametrize("name", LIVES)
def test_a_wrong_version_is_seen(name, monkeypatch):
    place, wrong, live = LIVES[name]
    live(OverTime())
    monkeypatch.setattr(f"glutemed.diary.{place}", wrong)
    with pytest.raises(AssertionError):
        live(OverTime())


def test_a_red_session_after_a_morning_that_was_not_told_raises_nothing():
    """Its own morning was good, and that alone gave back the third session of the week."""
    life = OverTime()
    life.begin(0, "[]", "patellofemoral_pain", None)
    for pains in ([1], [7, 1]):
        life.exercise(pains, 0, 0, 5, (), dt.UTC, -2)
    life.wake(0, True, False)
    assert life.outcome.programme.sessions_per_week == 2


@pytest.mark.parametrize("fold", [0, 1])
def test_the_hour_that_comes_twice_keeps_its_order(fold):
    """The night of 26 October 2025, when London's clocks go from 2 back to 1."""
    summer, winter = dt.timezone(dt.timedelta(hours=1)), dt.UTC
    first = dt.datetime(2025, 10, 26, 1, 50, tzinfo=summer)
    second = dt.datetime(2025, 10, 26, 1, 10, tzinfo=winter)
    assert second.replace(tzinfo=None) < first.replace(tzinfo=None)
    start = Start(at=BEGAN, facts={}, version="1", fingerprint="f")
    given = [Session(number=n, at=at) for n, at in ((1, second), (2, first))]
    assert [s.at for s in Record(start=start, sessions=given).sessions] == [first, second]
    for zone in zones():
        twice = dt.datetime(2025, 10, 26, 1, 30, fold=fold, tzinfo=zone)
        kept = Record(start=start, sessions=[Session(number=1, at=twice)])
        again = export.from_json(export.as_json(kept))
        assert again == kept
        assert again.sessions[0].at == twice.astimezone(dt.UTC)
        assert again.sessions[0].day == dt.date(2025, 10, 26)
