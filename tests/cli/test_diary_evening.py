"""The evening after a session: nobody is asked about a morning that has not come."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from glutemed.cli import exits
from glutemed.diary import clock

LOGGED = ("--all", "5,1", "--usual", "3", "--rest", "1", "--no-flags")
BAD = ("--morning", "--not-settled", "--worse")
BERLIN = dt.timezone(dt.timedelta(hours=1))


def words(text):
    return " ".join(text.split())


@pytest.fixture
def clock_at(monkeypatch):
    """Set the clock of the machine."""

    def put(text):
        moment = dt.datetime.fromisoformat(text)
        monkeypatch.setattr(clock, "now", lambda: moment)

    return put


@pytest.fixture
def evening(glutemed, runner, tmp_path, monkeypatch, clock_at):
    """A diary on the evening of a third session, after two bad mornings."""
    monkeypatch.setenv("GLUTEMED_DIARY", str(tmp_path / "me.db"))

    def call(*args, typed=None):
        return glutemed("diary", *args, typed=typed)

    clock_at("2025-03-03T08:00+01:00")
    assert call("start", runner).exit_code == exits.PROGRAMME
    for day in (3, 7, 11):
        clock_at(f"2025-03-{day:02}T18:00+01:00")
        call.last = call("log", *LOGGED)
        if day != 11:
            clock_at(f"2025-03-{day + 1:02}T07:00+01:00")
            assert call("log", *BAD).exit_code == exits.PROGRAMME
    return call


def test_the_evening_after_two_bad_mornings_says_to_wait_for_the_third(evening, clock_at):
    clock_at("2025-03-11T22:00+01:00")
    for done in (evening.last, evening("next")):
        assert done.exit_code == exits.PROGRAMME, done.stdout
        assert done.stdout.startswith("Wait for the morning: ")
        assert "settled_by_morning" not in done.stdout
        assert "by the next morning?" not in words(done.stdout)


def test_what_is_shown_while_the_morning_is_awaited_is_no_more_than_before(evening, clock_at):
    before = json.loads(
        evening("next", "--date", "2025-03-11T12:00+01:00", "--format", "json").stdout
    )["outcome"]["programme"]
    clock_at("2025-03-11T22:00+01:00")
    now = json.loads(evening("next", "--format", "json").stdout)
    assert now["course"] == "wait_for_the_morning"
    programme = now["outcome"]["programme"]
    assert programme["stage"] <= before["stage"]
    assert programme["sessions_per_week"] <= before["sessions_per_week"]
    asked = {each["id"]: each["dose"] for each in before["exercises"]}
    assert {each["id"]: each["dose"] for each in programme["exercises"]}.items() <= asked.items()


def test_a_morning_that_has_not_come_is_neither_asked_for_nor_taken(evening, clock_at):
    clock_at("2025-03-11T22:00+01:00")
    asked = evening("next", "--ask", typed="yes\nno\n1\n1\n1\n1\n")
    assert "morning?" not in asked.stderr
    before = evening("export").stdout
    for fact in (
        "settled_by_morning=true",
        "worse_next_morning=false",
        "bad_mornings_running=2",
    ):
        refused = evening("log", "--set", f"response.{fact}")
        assert refused.exit_code == exits.FACTS_INVALID
        assert "of a later day" in words(refused.stderr)
    assert evening("log", *BAD).exit_code == exits.FACTS_INVALID
    assert evening("export").stdout == before


def test_once_the_day_of_the_session_has_passed_the_morning_is_asked_for(evening, clock_at):
    clock_at("2025-03-12T07:00+01:00")
    open_ = evening("next")
    assert open_.exit_code == exits.QUESTIONS
    assert "which exercises you have done" not in words(open_.stdout)
    asked = evening("next", "--ask", typed="no\n")
    assert "Was the pain back to its usual level by the next morning?" in words(asked.stderr)
    assert evening("next").exit_code == exits.REFERRAL


@pytest.mark.parametrize(
    ("moment", "come"),
    [
        ("2025-03-11T23:59+01:00", False),
        ("2025-03-12T00:01+01:00", True),
        ("2025-03-11T23:01+00:00", True),  # it is the day after where the session was
        ("2025-03-12T09:00+13:00", False),  # and here it is the evening still
        ("2025-03-12T13:00+13:00", True),
    ],
)
def test_the_day_of_a_session_is_that_of_the_place_where_it_was_done(
    evening, clock_at, moment, come
):
    clock_at(moment)
    done = evening("next")
    assert done.exit_code == (exits.QUESTIONS if come else exits.PROGRAMME)
    told = evening("log", *BAD)
    assert told.exit_code == (exits.REFERRAL if come else exits.FACTS_INVALID)


def test_a_log_by_asking_asks_for_no_morning_before_it_has_come(evening, clock_at):
    clock_at("2025-03-12T09:00+13:00")
    asked = words(evening("log", typed="").stderr)
    assert "Is any of these new" in asked
    assert "The morning after your session" not in asked


def test_a_second_session_on_that_evening_is_written_down_and_said_to_be_too_early(
    evening, clock_at
):
    clock_at("2025-03-11T22:00+01:00")
    done = evening("log", "--all", "5,2", *LOGGED[2:], "--again")
    assert done.exit_code == exits.PROGRAMME, done.stderr
    assert "This session came too early" in words(done.stderr)
    assert done.stdout.startswith("Wait for the morning: ")


def test_a_session_that_is_forgotten_on_its_evening_is_asked_about_and_offers_nothing(
    evening, clock_at
):
    clock_at("2025-03-11T22:00+01:00")
    assert evening("forget", "3", "--yes").exit_code == exits.DONE
    evening("log", "--set", "screening=clear")
    assert evening("next").exit_code == exits.QUESTIONS
