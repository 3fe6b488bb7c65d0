"""What a month of daily use asks of the diary: corrections, days too early, the way back."""

from __future__ import annotations

import json
import re

import pytest

from glutemed.cli import exits
from glutemed.diary import store

LOGGED = ("--all", "5,1", "--usual", "3", "--rest", "1", "--no-flags")
CALM = ("--pain", "1", "--settled", "--not-worse")


def day(number):
    return f"2025-03-{number:02}"


def words(text):
    return " ".join(text.split())


def log(diary, number, *args):
    done = diary("log", "--date", f"{day(number)}T18:00", *(args or LOGGED))
    assert done.exit_code in {exits.PROGRAMME, exits.QUESTIONS, exits.REFERRAL}, done.stderr
    return done


def wake(diary, number):
    done = diary("log", "--morning", *CALM, "--date", f"{day(number)}T07:00")
    assert done.exit_code == exits.PROGRAMME, done.stderr
    return done


def exported(diary):
    return json.loads(diary("export").stdout)


# --- what is urgent -------------------------------------------------------------------------------


def test_a_flag_that_is_typed_says_at_once_whom_to_ring(diary):
    asked = words(diary("log", "--date", day(3), typed="").stderr)
    number = re.search(r"(\d+) one calf or leg swollen", asked)[1]
    done = diary("log", "--date", day(3), typed=f"{number}\n")
    assert done.exit_code == exits.QUESTIONS
    assert "Now each exercise" not in done.stderr
    assert words(done.stdout).startswith("Stop and see someone: ")
    assert "Ring your GP or 111 today" in words(done.stdout)


def test_a_sheet_for_who_must_be_seen_names_what_could_make_it_more_urgent(diary, tmp_path):
    log(diary, 3, *LOGGED[:-1], "--flag", "leg_swollen")
    done = diary("sheet", "-o", "sheet.html", "--date", day(4))
    assert done.exit_code == exits.QUESTIONS
    assert "Ring your GP or 111 today" in words(done.stdout)
    page = (tmp_path / "sheet.html").read_text(encoding="utf-8")
    assert "Be seen today" in page
    assert "Still to be answered" in page


# --- sessions too early ---------------------------------------------------------------------------


def test_a_session_on_its_day_is_written_down_without_a_word_more(diary):
    log(diary, 3)
    wake(diary, 4)
    assert "too early" not in log(diary, 5).stderr


@pytest.mark.parametrize("hour", ["06:00", "19:00"])
def test_a_session_too_early_is_written_down_and_said_to_be(diary, hour):
    log(diary, 3)
    wake(diary, 4)
    done = diary("log", "--date", f"{day(4)}T{hour}", *LOGGED)
    said = words(done.stderr)
    assert "This session came too early: the next one was for 5 March 2025 or later." in said
    assert "[dose/three-days-a-week]" in said
    assert "It is written down as you did it." in said
    assert len(exported(diary)["sessions"]) == 2


def test_no_seven_days_hold_more_sessions_than_a_week_may_have(diary):
    for number in (3, 5, 7):
        log(diary, number)
        wake(diary, number + 1)
    assert "next session from 10 March 2025" in diary("next", "--date", day(8)).stdout
    done = log(diary, 9)
    assert "the next one was for 10 March 2025 or later" in words(done.stderr)


# --- taking back ----------------------------------------------------------------------------------


def test_a_session_that_was_typed_wrong_is_told_again(diary):
    log(diary, 3)
    wake(diary, 4)
    right = diary("next", "--date", f"{day(5)}T08:00", "--format", "json").stdout
    log(diary, 5, "--all", "5,7", "--usual", "3", "--rest", "1", "--no-flags")
    undone = diary("undo", "--yes")
    assert undone.exit_code == exits.DONE
    assert "Written last: session 2, of 5 March 2025." in undone.stderr
    assert "2 × 10, effort 5, pain during 7" in undone.stdout
    assert "glutemed diary log --date 2025-03-05" in words(undone.stderr)
    waiting = diary("next")
    assert waiting.exit_code == exits.QUESTIONS
    assert "Session 2, of 5 March 2025, is taken back." in words(waiting.stderr)
    assert "taken back: to be told again" in diary("show").stdout
    again = log(diary, 5)
    assert "Session 2 is written down." in again.stderr
    assert again.stdout.startswith("Wait for the morning: ")
    assert [len(session["lines"]) for session in exported(diary)["sessions"]] == [5, 5]
    assert "taken back" not in diary("next").stderr
    assert diary("next", "--date", f"{day(5)}T08:00", "--format", "json").stdout == right


def test_a_session_taken_back_is_told_again_by_asking_without_the_way_back(diary):
    log(diary, 3)
    diary("undo", "--yes")
    done = diary("log", "--date", day(3), typed="0\n3\n1\n5 1\n\n\n2x8\n-\n\n")
    assert done.exit_code == exits.PROGRAMME, done.stderr
    (kept,) = exported(diary)["sessions"]
    assert [line["done"] and line["done"]["reps"] for line in kept["lines"]] == [
        *(10, 10, 10),
        *(8, None),
    ]
    assert [line["done"]["pain"] for line in kept["lines"][:4]] == [1, 1, 1, 1]


def test_a_morning_and_an_answer_are_taken_back(diary):
    log(diary, 3)
    wake(diary, 4)
    undone = diary("undo", "--yes")
    assert "the morning after session 1, of 3 March 2025" in words(undone.stderr)
    assert exported(diary)["sessions"][0]["morning"] is None
    wake(diary, 4)
    diary("log", "--set", "person.age=99", "--date", f"{day(4)}T08:00")
    undone = diary("undo", "--yes")
    assert "person.age: 99" in undone.stdout
    assert diary("next").exit_code == exits.QUESTIONS
    assert "How old are you?" in words(diary("next").stdout)


def test_a_red_flag_that_was_a_yes_is_not_taken_back(diary):
    log(diary, 3, *LOGGED[:-1], "--flag", "night_pain")
    undone = diary("undo", "--yes")
    assert diary("undo", "--never-was", "--yes").exit_code == exits.DONE
    assert "glutemed diary log --set screening.night_pain=false" in words(undone.stderr)
    assert exported(diary)["sessions"] == []
    assert diary("next").exit_code == exits.REFERRAL
    again = diary("undo", "--yes")
    assert again.exit_code == exits.FACTS_INVALID
    assert "glutemed diary log --set screening.night_pain=false" in words(again.stderr)
    log(diary, 4, "--set", "screening.night_pain=false")
    assert diary("next").exit_code == exits.PROGRAMME
    log(diary, 5, "--flag", "hot_swollen_knee")
    once_more = words(diary("undo", "--yes").stderr)
    assert "screening.hot_swollen_knee=false" in once_more
    assert "night_pain" not in once_more


def test_taking_back_asks_first(diary, file):
    log(diary, 3)
    before = file.read_bytes()
    assert diary("undo").exit_code == exits.USAGE
    assert file.read_bytes() == before


def test_there_is_an_end_to_taking_back(diary, file):
    log(diary, 3)
    diary("undo", "--yes")
    before = file.read_bytes()
    done = diary("undo", "--yes")
    assert done.exit_code == exits.FACTS_INVALID
    assert "taken back already" in done.stderr
    assert file.read_bytes() == before


# --- numbers --------------------------------------------------------------------------------------


def test_sessions_are_counted_from_one_whatever_else_is_written(diary):
    diary("log", "--set", "person.age=31", "--date", f"{day(3)}T08:00")
    assert "Session 1 is written down." in log(diary, 3).stderr
    diary("log", "--set", "person.age=32", "--date", f"{day(4)}T06:00")
    assert "The morning after session 1" in wake(diary, 4).stderr
    assert "Session 2 is written down." in log(diary, 5).stderr
    assert re.findall(r"^(\d+) +2025", diary("show").stdout, re.MULTILINE) == ["1", "2"]
    done = diary("forget", "2", "--yes")
    assert "Session 2, of 5 March 2025, is forgotten" in words(done.stderr)
    kept = exported(diary)["sessions"]
    assert [session["forgotten"] for session in kept] == [False, True]
    assert diary("forget", "3", "--yes").exit_code == exits.USAGE


# --- the way back ---------------------------------------------------------------------------------


def test_the_way_back_from_a_forgotten_session_is_short(diary):
    log(diary, 3)
    wake(diary, 4)
    log(diary, 5)
    forgotten = diary("forget", "2", "--yes")
    assert "glutemed diary log --set screening=clear" in words(forgotten.stderr)
    asked = diary("next")
    assert len(asked.stdout.splitlines()) < 30
    said = words(asked.stdout)
    assert "36 red flags are to be read first" in said
    assert "glutemed diary log --set screening=clear" in said
    assert said.index("screening=clear") < said.index("How bad is the pain in ordinary activity")
    assert "How often have you done it" not in said
    full = diary("next", "--full").stdout
    assert "screening.chest_pain_or_breathless" in full
    assert len(full.splitlines()) > 100


def test_a_session_without_red_flags_is_settled_by_the_command_that_is_named(diary):
    done = log(diary, 3, *LOGGED[:-1])
    assert done.exit_code == exits.QUESTIONS
    (named,) = set(re.findall(r"glutemed diary (log --set screening=clear)", words(done.stdout)))
    settled = diary(*named.split(), "--date", f"{day(3)}T19:00")
    assert settled.exit_code == exits.PROGRAMME
    assert "36 answers are written down." in settled.stderr


def test_red_flags_that_were_denied_since_are_not_asked_anew(diary):
    log(diary, 3)
    wake(diary, 4)
    log(diary, 5)
    first = diary("forget", "1", "--yes")
    assert "The red flags are asked anew" in words(first.stderr)
    diary("log", "--set", "screening=clear", "--date", f"{day(6)}T08:00")
    second = diary("forget", "2", "--yes")
    assert second.exit_code == exits.DONE
    assert "The red flags are asked anew" not in words(second.stderr)
    asked = diary("next", "--date", f"{day(6)}T09:00")
    assert "red flags are to be read" not in words(asked.stdout)


def test_after_forgetting_nobody_is_asked_which_exercises_they_have_done(diary):
    """The other sessions are in the diary, and what was in that one is to stay forgotten."""
    for number in (3, 5, 7):
        log(diary, number)
        wake(diary, number + 1)
    diary("forget", "2", "--yes")
    diary("log", "--set", "screening=clear", "--date", f"{day(8)}T09:00")
    asked = diary("next", "--ask", typed="front\n\n")
    assert "Which of these exercises have you done" not in words(asked.stderr)
    assert "How often have you done" not in words(asked.stderr)
    assert asked.exit_code == exits.PROGRAMME
    diary("forget", "3", "--yes")
    said = words(diary("next").stdout)
    assert "which exercises you have done" not in said


def test_how_to_tell_a_session_again_stands_before_every_question(diary):
    log(diary, 3)
    diary("undo", "--yes")
    done = diary("next")
    assert done.exit_code == exits.QUESTIONS
    assert words(done.output).startswith("Session 1, of 3 March 2025, is taken back.")


# --- what is said where it cannot be done ---------------------------------------------------------


def test_after_a_red_flag_a_log_says_that_exercise_is_paused_and_why(diary, file):
    log(diary, 3, *LOGGED[:-1], "--flag", "night_pain")
    before = file.read_bytes()
    for args in (("--all", "5,1"), ("--usual", "3", "--no-flags")):
        done = diary("log", "--date", day(5), *args)
        assert done.exit_code == exits.FACTS_INVALID
        said = words(done.stderr)
        assert "exercise is paused: " in said
        assert "night after night" in said
        assert all(way in said for way in ("--done", "--morning", "--flag", "--set"))
        assert file.read_bytes() == before
    done = diary("log", "--date", day(5), "--done", "clamshell=2x10,5,1", "--no-flags")
    assert done.exit_code == exits.REFERRAL
    assert len(exported(diary)["sessions"]) == 2


def test_after_a_red_flag_that_is_denied_each_exercise_begins_again(diary):
    for number in (3, 5, 7):
        log(diary, number)
        done = diary("log", "--morning", *CALM, "--date", f"{day(number + 1)}T08:00")
    assert "3 × 10" in words(done.stdout)
    assert diary("log", "--flag", "night_pain", "--date", day(9)).exit_code == exits.REFERRAL
    done = diary("log", "--set", "screening.night_pain=false", "--date", f"{day(9)}T20:00")
    assert done.exit_code == exits.PROGRAMME
    said = words(done.stdout)
    assert "After a warning sign each exercise begins again at its first step." in said
    assert "2 × 10" in said
    assert "3 × 10" not in said


def test_three_bad_mornings_have_a_way_back_that_is_named(diary):
    anew = "response.bad_mornings_running=0"
    for number in (3, 7, 11):
        refused = diary("log", "--set", anew, "--date", f"{day(number)}T09:00")
        assert refused.exit_code == (exits.PROGRAMME if number == 3 else exits.FACTS_INVALID)
        log(diary, number, "--all", "5,1", *LOGGED[2:])
        last = diary(
            "log", "--morning", "--not-settled", "--worse", "--date", f"{day(number + 1)}T08:00"
        )
    assert last.exit_code == exits.REFERRAL
    (named,) = set(re.findall(rf"glutemed diary (log --set {anew})", words(last.stderr)))
    paused = diary("log", *LOGGED, "--date", f"{day(13)}T18:00")
    assert f"--set {anew}" in words(paused.stderr)
    done = diary(*named.split(), "--date", f"{day(14)}T09:00")
    assert done.exit_code == exits.PROGRAMME


def test_asking_about_an_earlier_day_says_what_to_do_instead(diary):
    done = diary("next", "--ask", "--date", day(3))
    assert done.exit_code == exits.USAGE
    assert "glutemed diary log --date 2025-03-03 --set FACT=VALUE" in words(done.stderr)


# --- what stands on the sheet ---------------------------------------------------------------------


def test_the_fields_of_the_sheet_are_those_that_are_asked_for(diary, glutemed, tmp_path):
    sheet = glutemed("diary", "sheet", "-o", "sheet.html", "--date", day(3))
    assert sheet.exit_code == exits.PROGRAMME, sheet.stderr
    page = (tmp_path / "sheet.html").read_text(encoding="utf-8")
    log_part = page[page.index('aria-labelledby="log"') :]
    fields = ("Date", "Sets × reps", "Effort", "Pain during", "Pain next morning")
    assert all(f">{field}" in log_part or f"{field}:" in log_part for field in fields)
    asked = words(diary("log", "--date", day(3), typed="0\n3\n1\n").stderr)
    assert all(field.casefold() in asked.casefold() for field in fields[1:4])
    log(diary, 3)
    asked = words(diary("log", "--morning", "--date", day(4), typed="").stderr)
    assert fields[4].casefold() in asked.casefold()
    told = words(diary("log", "--help").stdout).casefold()
    named = ("date", "setsxreps", "effort", "pain during", "pain next morning")
    assert all(field in told for field in named)


def test_a_row_of_the_sheet_is_told_in_one_line(diary):
    ids = [line["exercise"] for line in draft(diary)]
    several = ("--done", f"{ids[0]}=2x8", "--done", f"{ids[1]}=-")
    log(diary, 3, "--all", "6,2", *several, "--usual", "3", "--rest", "1", "--no-flags")
    lines = exported(diary)["sessions"][0]["lines"]
    assert lines[0]["done"] == {"sets": 2, "reps": 8, "effort": 6, "pain": 2}
    assert lines[1]["done"] is None
    assert lines[2]["done"] == {"sets": 2, "reps": 10, "effort": 6, "pain": 2}


def draft(diary):
    """What the first session asks for."""
    found = json.loads(diary("next", "--format", "json").stdout)["outcome"]["programme"]
    return [{"exercise": each["id"]} for each in found["exercises"]]


# --- all or nothing -------------------------------------------------------------------------------


def test_one_log_is_one_write(diary, monkeypatch):
    written = []
    write = store.write

    def counted(path, *parts):
        written.append(len(parts))
        return write(path, *parts)

    monkeypatch.setattr(store, "write", counted)
    log(diary, 3, *LOGGED, "--set", "person.age=31")
    text = json.dumps(
        {"morning": {"pain": 1, "settled": True, "worse": False}, "usual": 3, "flags": []}
    )
    done = diary("log", "--json", "-", "--date", day(5), typed=text)
    assert "The morning after session 1 is written down." in done.stderr
    assert written == [2, 2]


def test_each_part_is_tried_once(diary, monkeypatch):
    from glutemed.cli import diary_parts

    tried = []
    check = diary_parts.check_answers

    def counted(*args):
        tried.append(args)
        check(*args)

    monkeypatch.setattr(diary_parts, "check_answers", counted)
    log(diary, 3, *LOGGED, "--set", "person.age=31")
    assert len(tried) == 1


# --- what cannot be right at an earlier moment ------------------------------------------------------


def test_an_answer_that_only_a_later_session_would_hide_is_refused(diary):
    """Else every earlier day of the diary would contradict itself, and answer nothing."""
    log(diary, 10)
    before = diary("export").stdout
    told = diary("log", "--set", "response.worse_next_morning=true", "--date", day(5))
    assert told.exit_code == exits.FACTS_INVALID
    assert "GM410" in told.stderr
    assert diary("export").stdout == before
    assert diary("next", "--date", day(11)).exit_code == exits.PROGRAMME


def test_the_next_session_is_not_said_to_be_of_a_day_that_is_gone(diary):
    log(diary, 3)
    wake(diary, 4)
    assert "next session from 5 March 2025" in diary("next", "--date", day(4)).stdout
    assert "next session from 9 March 2025" in diary("next", "--date", day(9)).stdout


def test_after_forgetting_it_is_said_that_a_session_is_erased_and_not_that_nothing_was(diary):
    pains = ("--usual", "3", "--rest", "1", "--no-flags")
    diary("log", "--date", "2025-03-03T18:00", "--all", "5,1", *pains)
    diary("log", "--morning", "--date", "2025-03-04", "--pain", "1", "--settled", "--not-worse")
    diary("forget", "1", "--yes")
    diary("log", "--date", "2025-03-06T18:00", "--done", "clamshell=2x10,5,1", *pains)
    diary("log", "--morning", "--date", "2025-03-07", "--pain", "1", "--settled", "--not-worse")
    known = ("screening=clear", "complaint.felt_at=[front]", "response.worst_pain_during=1")
    answers = [part for each in known for part in ("--set", each)]
    told = diary("log", "--date", "2025-03-08", *answers)
    said = words(diary("next", "--date", "2025-03-08").stdout)
    assert said.startswith("Begin: "), told.output + said
    assert "There was no programme to go on from" not in said
    assert "A session was erased" in said
    assert "from what is still known" in said


def test_after_a_referral_it_is_not_an_erased_session_that_it_goes_on_from(diary):
    pains = ("--usual", "3", "--rest", "1")
    diary("log", "--date", "2025-03-03T18:00", "--all", "5,1", *pains, "--no-flags")
    diary("forget", "1", "--yes")
    diary("log", "--flag", "night_pain", "--date", "2025-03-05")
    diary("log", "--date", "2025-03-06T18:00", "--done", "clamshell=2x10,5,1", *pains)
    diary("log", "--morning", "--date", "2025-03-07", "--pain", "1", "--settled", "--not-worse")
    known = ("complaint.felt_at=[front]", "response.worst_pain_during=1", "screening=clear")
    answers = [part for each in known for part in ("--set", each)]
    diary("log", "--date", "2025-03-08", "--set", "screening.night_pain=false")
    diary("log", "--date", "2025-03-08", *answers)
    said = words(diary("next", "--date", "2025-03-08").stdout)
    assert said.startswith("Begin: There was no programme to go on from"), said


def test_a_session_that_is_taken_back_is_not_said_to_be_erased(diary):
    pains = ("--usual", "3", "--rest", "1", "--no-flags")
    diary("log", "--date", "2025-03-03T18:00", "--all", "5,1", *pains)
    diary("undo", "--yes")
    diary("log", "--date", "2025-03-06T18:00", "--done", "clamshell=2x10,5,1", *pains)
    diary("log", "--morning", "--date", "2025-03-07", "--pain", "1", "--settled", "--not-worse")
    known = ("screening=clear", "complaint.felt_at=[front]", "response.worst_pain_during=1")
    answers = [part for each in known for part in ("--set", each)]
    diary("log", "--date", "2025-03-08", *answers)
    said = words(diary("next", "--date", "2025-03-08").stdout)
    assert said.startswith("Begin: There was no programme to go on from")
