"""What the diary tells a person is told in their language, what went wrong too."""

from __future__ import annotations

import ast
import datetime as dt
import shlex
import string
from pathlib import Path

import pytest

import glutemed as package
from glutemed.cli import exits
from glutemed.diary.faults import DiaryFault, RecordInvalid, Unfit
from glutemed.model.locale import Locale, message
from glutemed.pipeline import load_ruleset

LOGGED = ("--all", "5,1", "--usual", "3", "--rest", "1", "--no-flags")
CODE = Path(package.__file__).parent
FAULTS = {"DiaryFault", "DiaryDamaged", "DiaryNewer", "RecordInvalid", "Unfit"}


@pytest.fixture(scope="module")
def german():
    return load_ruleset(language="de")


@pytest.fixture
def tagebuch(glutemed, runner, tmp_path, monkeypatch, german):
    """A diary whose commands are called in German."""
    monkeypatch.setattr("glutemed.pipeline.load_ruleset", lambda *_, language: german)
    monkeypatch.setattr("glutemed.rulebook.catalogues.locale_of", lambda _: german.locale)
    monkeypatch.setenv("GLUTEMED_DIARY", str(tmp_path / "me.db"))
    monkeypatch.setenv("GLUTEMED_LANGUAGE", "de")

    def call(*args, typed=None):
        return glutemed("diary", *args, typed=typed)

    assert call("start", runner, "--date", "2025-03-03").exit_code == exits.PROGRAMME
    return call


def words(text):
    return " ".join(text.split())


def in_german(german, said, **values):
    """What a message is in German, which is not what it is in English."""
    told = german.locale.say(said, **values)
    assert told != Locale().say(said, **values)
    return words(told)


def test_what_is_written_down_taken_back_and_forgotten_is_said_in_german(tagebuch, german):
    first = tagebuch("log", *LOGGED, "--date", "2025-03-03")
    assert in_german(german, "Session {number} is written down.", number=1) in words(first.stderr)
    early = tagebuch("log", *LOGGED, "--date", "2025-03-04")
    assert words(german.locale.say(EARLY)).partition("{")[0] in words(early.stderr)
    undone = tagebuch("undo", "--yes")
    day = german.locale.date(dt.date(2025, 3, 4))
    last = in_german(german, "Written last: session {number}, of {day}.", number=2, day=day)
    assert last in words(undone.stderr)
    work = {"sets": 2, "reps": 10, "effort": 5, "pain": 1}
    assert in_german(german, DONE, **work) in words(undone.stdout)
    assert in_german(german, "taken back: to be told again") in words(tagebuch("show").stdout)
    day = german.locale.date(dt.date(2025, 3, 3))
    gone = tagebuch("forget", "1", "--yes")
    assert in_german(german, FORGOTTEN, number=1, day=day) in words(gone.stderr)


def test_a_log_is_answered_taken_back_and_broken_off_in_german(tagebuch, german):
    typed = "nein\n3\nzurück\n4\n1\n9 1\n"
    broken = tagebuch("log", "--date", "2025-03-03T18:00", typed=typed)
    said = words(broken.stderr)
    assert in_german(german, "no, none of these") in said
    assert words(german.locale.say(BROKEN_OFF)).partition("{")[0] in said
    (named,) = [line for line in broken.stderr.splitlines() if line.startswith("  glutemed diary")]
    again = tagebuch(*shlex.split(named)[2:])
    assert in_german(german, "Session {number} is written down.", number=1) in words(again.stderr)
    assert words(german.locale.say(HARD)).partition("{")[0] in words(again.stderr)
    shown = words(tagebuch("show", "--date", "2025-03-03").stdout)
    assert in_german(german, "asked: {asked}", asked="2 × 10") in shown
    twice = tagebuch(*shlex.split(named)[2:])
    assert twice.exit_code == exits.FACTS_INVALID
    assert "--again" in twice.stderr
    assert "the same exercises" not in words(twice.stderr)
    told = tagebuch("log", "--morning", "--settled", "--not-worse", "--date", "2025-03-04")
    why = "{n} free day after the last session", "{n} free days after the last session"
    assert words(german.locale.count(*why, 1)) in words(told.stdout)


BROKEN_OFF = "Not written: your session of {day}. To tell it anew: {command}"
HARD = (
    "Much harder than asked: {exercises}. What is that hard earns no step. Please do fewer "
    "repetitions next time, or with less load, so that it stays within what is asked; if a number "
    "was mistyped: {command}"
)
EARLY = "This session came too early: the next one was for {day} or later."
DONE = "{sets} × {reps}, effort {effort}, pain during {pain}"
FORGOTTEN = "Session {number}, of {day}, is forgotten; its place stays."
NOT_THERE = "there is no diary at {path}; begin one: glutemed diary start FACTS"


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("log", "--all", "5,99"), "`{part}` must be a whole number from {least} to {most}"),
        (
            ("log", "--all", "five"),
            "write effort and pain during it, such as 5 1, or with other sets: 2x8 5 1",
        ),
        (
            ("log", "--morning", "--pain", "1"),
            "there is no session whose morning is still to be told; nothing was written. That of an "
            "earlier session is told with --session and its number, as `glutemed diary show` says it",
        ),
        (("log", "--flag", "tired"), "`{name}` is no red flag; nothing was written{hint}"),
        (
            ("log", "--date", "tomorrow"),
            "this is no day: write it as 2025-03-03, or with a time as 2025-03-03T18:30; "
            "nothing was written",
        ),
        (
            ("undo", "--yes"),
            "nothing is written in this diary but its beginning; nothing was taken back",
        ),
        *((args, NOT_THERE) for args in (("next",), ("export",), ("forget", "1"), ("undo",))),
        (("sheet", "-o", "x.html"), NOT_THERE),
    ],
)
def test_a_fault_is_said_in_german(tagebuch, german, args, said):
    done = tagebuch(*args, *(("--file", "none.db") if said == NOT_THERE else ()))
    assert done.exit_code in {exits.FACTS_INVALID, exits.FAILED}
    assert german.locale.say(said) != said
    for part, *_ in string.Formatter().parse(german.locale.say(said)):
        assert part.strip() in words(done.stderr)


def test_a_paused_exercise_is_said_in_german(tagebuch, german):
    tagebuch("log", "--date", "2025-03-03", *LOGGED[:-1], "--flag", "night_pain")
    done = tagebuch("log", "--date", "2025-03-05", *LOGGED)
    told = german.locale.say(PAUSED)
    assert told != PAUSED
    told = told.replace("{answer}", "--set screening.night_pain=false")
    assert words(told.partition("{reason}")[2]) in words(done.stderr)


PAUSED = (
    "exercise is paused: {reason} So nothing was asked for that could be done as asked; nothing "
    "was written. You can still write down an exercise that you did (--done), the morning after "
    "(--morning), a red flag (--flag) and, once somebody has looked at it, the answer ({answer}). "
    "What to do now: glutemed diary next"
)


class Loud:
    """A catalogue that says everything in capitals."""

    def gettext(self, said):
        parts = string.Formatter().parse(said)
        return "".join(text.upper() + (f"{{{name}}}" if name else "") for text, name, *_ in parts)

    def ngettext(self, one, many, number):
        return self.gettext(one if number == 1 else many)

    def pgettext(self, _context, said):
        return self.gettext(said)


def test_a_fault_in_a_fault_and_a_day_are_said_in_the_language_too():
    inner = Unfit(message("`{part}` must be true or false"), part="settled")
    fault = RecordInvalid(message("{what}; nothing was written"), what=inner)
    assert str(fault) == "`settled` must be true or false; nothing was written"
    loud = Locale("xx", Loud())
    assert fault.in_language(loud) == "`settled` MUST BE TRUE OR FALSE; NOTHING WAS WRITTEN"
    day = DiaryFault(message("{day} is still to come"), day=dt.date(2025, 3, 3))
    assert str(day) == "3 March 2025 is still to come"
    assert day.in_language(loud) == "3 MARCH 2025 IS STILL TO COME"


def test_every_fault_of_the_diary_is_a_message_of_the_catalogue():
    seen = 0
    for file in (*(CODE / "diary").glob("*.py"), *(CODE / "cli").glob("diary*.py")):
        tree = ast.parse(file.read_text("utf-8"))
        constants = {
            target.id
            for node in tree.body
            if isinstance(node, ast.Assign) and called(node.value) == "message"
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(tree):
            if called(node) in FAULTS and node.args:
                first = node.args[0]
                fits = called(first) == "message" or getattr(first, "id", "") in constants
                assert fits, f"{file.name}:{node.lineno}"
                seen += 1
    assert seen > 40


def called(node):
    """The name of what a node of code calls."""
    return getattr(node.func, "id", "") if isinstance(node, ast.Call) else ""
