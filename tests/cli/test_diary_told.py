"""Telling a session: told twice, taken back half-way, broken off, and harder than asked."""

from __future__ import annotations

import json
import re
import shlex

import pytest

from glutemed.cli import exits

LOGGED = ("--all", "5,1", "--usual", "3", "--rest", "1", "--no-flags")
EVENING = "2025-03-03T18:00"
FINE = "no\n3\n1\n5 1\n\n\n2x8\n-\n\n"
AGAIN = "session 1, of 3 March 2025, has the same exercises, sets and repetitions"


def words(text):
    return " ".join(text.split())


def sessions(diary):
    return json.loads(diary("export").stdout)["sessions"]


# --- told twice -----------------------------------------------------------------------------------


def test_the_morning_after_an_earlier_session_can_be_told_later(diary):
    diary("log", "--date", "2025-03-03", *LOGGED)
    diary("log", "--date", "2025-03-06", *LOGGED)
    fine = ("--settled", "--not-worse", "--date", "2025-03-07")
    diary("log", "--morning", "--pain", "1", *fine)
    last = diary("log", "--morning", "--pain", "1", *fine)
    assert last.exit_code == exits.FACTS_INVALID
    assert "--session and its number" in words(last.stderr)
    told = diary("log", "--morning", "--session", "1", "--pain", "2", *fine)
    assert "The morning after session 1 is written down." in told.stderr
    mornings = [each["morning"] for each in sessions(diary)]
    assert [each["pain"] for each in mornings] == [2, 1]
    assert mornings[0]["at"].startswith("2025-03-07"), "it is of the day on which it was told"
    for refused in (
        ("--session", "1", "--pain", "0"),  # told already
        ("--session", "3", "--pain", "0"),  # there is none
    ):
        assert diary("log", "--morning", *refused).exit_code == exits.FACTS_INVALID
    for misused in (("--morning", "--session", "1"), ("--session", "1", *LOGGED)):
        assert diary("log", *misused).exit_code == exits.USAGE
    assert [each["morning"] for each in sessions(diary)] == mornings


@pytest.mark.parametrize(
    ("late", "still"), [(("--settled", "--not-worse"), False), (("--not-settled", "--worse"), True)]
)
def test_a_morning_that_is_told_late_counts_as_it_was(diary, late, still):
    """Untold, it counts as a bad one, so with the last one there are two running."""

    def two_running():
        return (
            "dose/lying-after-two-bad-mornings" in diary("next", *then, "--format", "json").stdout
        )

    then = ("--date", "2025-03-09")
    for day in ("03", "06"):
        diary("log", "--date", f"2025-03-{day}", *LOGGED)
    diary("log", "--morning", "--not-settled", "--worse", "--date", "2025-03-08")
    assert two_running()
    diary("log", "--morning", "--session", "1", *late, "--date", "2025-03-08")
    assert two_running() is still


@pytest.mark.parametrize("when", [EVENING, "2025-03-03", "2025-03-03T18:50"])
def test_a_session_that_is_told_twice_counts_once(diary, file, when):
    diary("log", "--date", EVENING, *LOGGED)
    before = file.read_bytes()
    twice = diary("log", "--date", when, *LOGGED)
    assert twice.exit_code == exits.FACTS_INVALID
    assert AGAIN in words(twice.stderr)
    assert "--again" in twice.stderr
    assert file.read_bytes() == before


def test_a_session_told_twice_around_midnight_counts_once(diary):
    diary("log", "--date", "2025-03-03T23:50", *LOGGED)
    twice = diary("log", "--date", "2025-03-04T00:20", *LOGGED)
    assert twice.exit_code == exits.FACTS_INVALID
    assert len(sessions(diary)) == 1


def test_two_sessions_of_one_day_are_two_where_it_is_said_so(diary):
    diary("log", "--date", EVENING, *LOGGED)
    other = diary("log", "--date", "2025-03-03T20:00", *LOGGED, "--again")
    assert other.exit_code == exits.PROGRAMME
    assert len(sessions(diary)) == 2


def test_a_session_with_other_amounts_or_of_another_day_is_another_session(diary):
    diary("log", "--date", EVENING, *LOGGED)
    for when, all_ in (("2025-03-03T20:00", "1x4 5,1"), ("2025-03-05", "5,1")):
        done = diary("log", "--date", when, "--all", all_, *LOGGED[2:])
        assert "is written down." in done.stderr
    assert len(sessions(diary)) == 3


@pytest.mark.parametrize("amounts", ["6,1", "5,2", "?,?"])
def test_a_session_told_twice_with_another_effort_or_pain_counts_once(diary, amounts):
    diary("log", "--date", "2025-03-03T18:00", "--all", "5,1", *LOGGED[2:])
    twice = diary("log", "--date", "2025-03-03T20:00", "--all", amounts, *LOGGED[2:])
    assert twice.exit_code == exits.FACTS_INVALID
    assert AGAIN in words(twice.stderr)
    assert "--again" in twice.stderr
    assert "glutemed diary undo" in words(twice.stderr)
    both = ("log", "--date", "2025-03-03T20:00", "--all", amounts, *LOGGED[2:], "--again")
    assert "Session 2 is written down." in words(diary(*both).stderr)


def test_json_that_comes_twice_counts_once(diary):
    text = json.dumps(
        {"date": EVENING, "usual": 3, "flags": [], "exercises": {"clamshell": {"effort": 5}}}
    )
    first = diary("log", "--json", "-", typed=text)
    assert "Session 1 is written down." in first.stderr
    twice = diary("log", "--json", "-", typed=text)
    assert twice.exit_code == exits.FACTS_INVALID
    assert AGAIN in words(twice.stderr)
    diary("log", "--json", "-", "--again", typed=text)
    assert len(sessions(diary)) == 2


@pytest.mark.parametrize(("said", "count"), [("no", 1), ("?", 1), ("", 1), ("yes", 2)])
def test_who_is_asked_says_whether_it_was_another_session(diary, said, count):
    diary("log", "--date", EVENING, typed=FINE)
    twice = diary("log", "--date", EVENING, typed=f"{said}\n{FINE}" if said else "")
    assert "Session 1, of 3 March 2025, is written down already." in words(twice.stderr)
    assert len(sessions(diary)) == count
    assert ("Nothing was written: session 1 stays as it is." in words(twice.stderr)) is (
        said in {"no", "?"}
    )


def test_a_red_flag_is_written_down_though_the_session_was_told_before(diary):
    diary("log", "--date", EVENING, *LOGGED)
    flagged = diary("log", "--date", EVENING, *LOGGED[:-1], "--flag", "night_pain")
    assert flagged.exit_code == exits.REFERRAL


def test_a_session_that_was_taken_back_is_told_again_without_a_question(diary):
    diary("log", "--date", EVENING, *LOGGED)
    diary("undo", "--yes")
    assert diary("log", "--date", EVENING, *LOGGED).exit_code == exits.PROGRAMME
    assert len(sessions(diary)) == 1


def test_a_session_that_is_forgotten_has_its_place_and_is_asked_about(diary):
    diary("log", "--date", EVENING, *LOGGED)
    diary("forget", "1", "--yes")
    asked = diary("log", "--date", EVENING, typed="no\n")
    assert "is written down already" in words(asked.stderr)
    assert len(sessions(diary)) == 1


def test_a_session_taken_back_is_named_behind_what_is_urgent(diary):
    diary("log", "--date", EVENING, *LOGGED)
    diary("undo", "--yes")
    done = diary("log", "--flag", "night_pain", "--date", "2025-03-04")
    assert done.exit_code == exits.QUESTIONS  # whether it is more urgent
    said = words(done.output)
    assert 0 < said.index("Stop and see someone") < said.index("is taken back. To tell it again")


# --- red flags ------------------------------------------------------------------------------------


def test_that_no_red_flag_is_new_is_one_word_and_is_offered_first(diary):
    asked = diary("log", "--date", EVENING, typed=FINE)
    assert asked.exit_code == exits.PROGRAMME
    said = words(asked.stderr)
    assert said.index("no, none of these") < said.index("a hot, swollen knee")
    assert sessions(diary)[0]["flags"] == []


@pytest.mark.parametrize(
    "silence", ["", "\n", "\n\n\n", " \n", "?\n", "yes\n", "5 99\n", "nein?\n"]
)
def test_silence_about_red_flags_is_no_answer(diary, silence):
    done = diary("log", "--date", EVENING, typed=silence)
    assert done.exit_code == exits.INTERRUPTED
    assert "How bad is the pain" not in words(done.stderr)
    assert sessions(diary) == []


# --- back -----------------------------------------------------------------------------------------


def test_back_takes_back_one_answer_after_another_and_the_red_flags_too(diary):
    typed = "no\n3\nback\nback\n0\n4\n2\n5 5\nback\n6 2\n\nback\n2x8\n\n\n-\nback\n-\nwell\n"
    done = diary("log", "--date", EVENING, typed=typed)
    assert done.exit_code == exits.PROGRAMME, done.stderr
    (kept,) = sessions(diary)
    assert (kept["usual"], kept["rest"], kept["note"]) == (4, 2, "well")
    assert [line["done"] and tuple(line["done"].values()) for line in kept["lines"]] == [
        (2, 10, 6, 2),
        (2, 8, 6, 2),
        (2, 10, 6, 2),
        (2, 10, 6, 2),
        None,
    ]
    assert words(done.stderr).count("Is any of these new since the last time?") == 2


def test_back_at_the_first_question_says_that_there_is_nothing_before_it(diary):
    done = diary("log", "--date", EVENING, typed=f"back\n{FINE}")
    assert done.exit_code == exits.PROGRAMME
    assert "This is the first question" in words(done.stderr)


def test_back_changes_what_was_said_of_a_morning(diary):
    diary("log", "--date", EVENING, *LOGGED)
    typed = "back\n7\nback\n1\nno\nback\nyes\nno\n"
    done = diary("log", "--morning", "--date", "2025-03-04", typed=typed)
    assert done.exit_code == exits.PROGRAMME
    morning = sessions(diary)[0]["morning"]
    assert (morning["pain"], morning["settled"], morning["worse"]) == (1, True, False)


# --- broken off -----------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["", "stop\n"])
def test_a_log_that_is_broken_off_says_what_is_not_written_and_how_to_go_on(diary, end):
    done = diary("log", "--date", EVENING, typed=f"no\n3\n1\n5 1\n2x8 6 2\n-\n{end}")
    assert done.exit_code == exits.INTERRUPTED
    assert sessions(diary) == []
    said = words(done.stderr)
    assert "Not written: your session of 3 March 2025." in said
    (named,) = re.findall(r"^  glutemed (diary log .*)$", done.stderr, re.MULTILINE)
    _, *told = shlex.split(named)
    again = diary(*told)
    assert again.exit_code == exits.PROGRAMME, again.stderr
    (kept,) = sessions(diary)
    assert (kept["usual"], kept["rest"], kept["flags"]) == (3, 1, [])
    assert kept["at"].startswith(EVENING)
    assert [line["done"] and tuple(line["done"].values()) for line in kept["lines"]] == [
        (2, 10, 5, 1),
        (2, 8, 6, 2),
        *[None] * 3,
    ]


def test_a_log_that_is_broken_off_at_the_red_flags_says_that_nothing_is_written(diary):
    done = diary("log", "--date", EVENING, typed="")
    assert "Not written: anything of this session." in words(done.stderr)


def test_a_morning_that_is_broken_off_is_said_not_to_be_written_and_one_that_is_told_stays(diary):
    diary("log", "--date", EVENING, *LOGGED)
    broken = diary("log", "--date", "2025-03-05", typed="1\n")
    assert "Not written: the morning after your session of 3 March 2025." in words(broken.stderr)
    assert sessions(diary)[0]["morning"] is None
    told = diary("log", "--date", "2025-03-05", typed="1\nyes\nno\nno\n3\n")
    assert "The morning after session 1 is written down." in words(told.stderr)
    assert "Not written: your session of 5 March 2025." in words(told.stderr)
    assert sessions(diary)[0]["morning"]["settled"] is True


def test_a_morning_answered_with_not_known_is_kept_and_said_to_be_not_known(diary):
    diary("log", "--date", EVENING, *LOGGED)
    told = diary("log", "--morning", "--date", "2025-03-04", typed="?\n?\n?\n")
    said = words(told.stderr)
    assert "The morning after session 1 is written down." in said
    assert "it is still not known whether that morning was good, so nothing gets harder" in said
    assert "glutemed diary undo" in said


def test_a_morning_that_is_known_is_not_said_to_be_open(diary):
    diary("log", "--date", EVENING, *LOGGED)
    told = diary("log", "--morning", "--date", "2025-03-04", typed="1\nyes\nno\n")
    assert "still not known" not in words(told.stderr)
