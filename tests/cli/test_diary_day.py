"""What was asked on a day beside what was done, and a word where it was much harder than asked."""

from __future__ import annotations

import json

import pytest

from glutemed.cli import exits

LOGGED = ("--usual", "3", "--rest", "1", "--no-flags")


def words(text):
    return " ".join(text.split())


def test_a_day_shows_what_was_asked_on_it_and_what_was_done(diary):
    asked = json.loads(diary("next", "--date", "2025-03-03", "--format", "json").stdout)
    first, second, *_ = asked["outcome"]["programme"]["exercises"]
    left_out = ("--done", f"{second['id']}=-")
    diary("log", "--date", "2025-03-03T18:00", "--all", "5,1", *left_out, *LOGGED)
    diary("log", "--date", "2025-03-06T18:00", "--all", "4,0", *LOGGED, "--note", "in the park")
    shown = diary("show", "--date", "2025-03-03")
    assert shown.exit_code == exits.DONE
    said = words(shown.stdout)
    assert said.startswith("Session 1, of 3 March 2025. Stage 1.")
    assert (
        f"1 {first['name']} asked: 2 × 10, effort up to 5 done: 2 × 10, effort 5, pain during 1"
        in said
    )
    assert f"2 {second['name']} asked: 2 × 10, effort up to 5 done: not done" in said
    assert "6 March" not in said
    other = words(diary("show", "--date", "2025-03-06", "--format", "plain").stdout)
    assert "Note: in the park" in other
    assert first["name"] not in other  # less was asked by then


def test_a_day_without_a_session_names_the_command_that_says_what_is_asked(diary):
    shown = diary("show", "--date", "2025-03-04")
    assert shown.exit_code == exits.DONE
    assert "No session on 4 March 2025." in words(shown.stdout)
    assert "glutemed diary next --date 2025-03-04" in words(shown.stdout)


def test_a_day_that_is_forgotten_or_taken_back_shows_its_place_alone(diary):
    diary("log", "--date", "2025-03-03T18:00", "--all", "5,1", *LOGGED)
    diary("forget", "1", "--yes")
    said = words(diary("show", "--date", "2025-03-03").stdout)
    assert said == "Session 1, of 3 March 2025. Stage 1. forgotten"


def test_all_days_as_a_picture_do_not_go_with_one_day(diary):
    assert diary("show", "--date", "2025-03-03", "--svg", "x.svg").exit_code == exits.USAGE


@pytest.mark.parametrize(("effort", "remarked"), [(5, False), (6, False), (7, True), (10, True)])
def test_what_was_much_harder_than_asked_is_remarked_upon(diary, effort, remarked):
    done = diary("log", "--date", "2025-03-03T18:00", "--all", f"{effort},1", *LOGGED)
    assert done.exit_code == exits.PROGRAMME
    said = words(done.stderr)
    assert ("Much harder than asked: " in said) is remarked
    assert (f"(effort {effort}, where up to 5 was asked)" in said) is remarked
    assert "Much harder" not in done.stdout


def test_what_was_much_harder_than_asked_is_named_where_it_is_not_all(diary):
    asked = json.loads(diary("next", "--format", "json").stdout)["outcome"]["programme"]
    first = asked["exercises"][0]
    hard = ("--done", f"{first['id']}=2x10,9,1")
    done = diary("log", "--date", "2025-03-03T18:00", "--all", "5,1", *hard, *LOGGED)
    name = f"{first['name']} (effort 9, where up to 5 was asked)."
    assert f"Much harder than asked: {name}" in words(done.stderr)
    assert "undo" in done.stderr
