"""What a person reads of a diary: what comes next, and what was."""

from __future__ import annotations

from collections.abc import Mapping

from glutemed.diary.change import Change, Kind
from glutemed.diary.course import Course, Turn
from glutemed.diary.record import Asked, Session, Work
from glutemed.diary.response import settled, worse, worst_pain
from glutemed.model.exercise import Dose
from glutemed.model.locale import ENGLISH, Locale

MUCH_HARDER = 2
"""Points of effort above what was asked from which a session is remarked upon."""

FEW = 2
"""So many exercises are named one by one."""


def course_words(course: Course, locale: Locale = ENGLISH) -> str:
    """A course in a word or two."""
    return {
        Course.BEGIN: locale.say("Begin"),
        Course.SAME: locale.say("The same again"),
        Course.PROGRESS: locale.say("A little more"),
        Course.EASE: locale.say("Ease off"),
        Course.BACK: locale.say("One stage back"),
        Course.WAIT: locale.say("Wait for the morning"),
        Course.ASK: locale.say("Some questions first"),
        Course.STOP: locale.say("Stop and see someone"),
    }[course]


def turn_rows(turn: Turn, locale: Locale = ENGLISH) -> list[tuple[str, str, str]]:
    """A row for each exercise of what comes next: its name, its dose, and what is new about it."""
    if turn.outcome.programme is None:
        return []
    marks = {
        change.now.exercise: _mark(change, locale)
        for change in turn.changes
        if change.now is not None
    }
    return [
        (each.name, dose_words(each.dose, locale), marks.get(each.exercise, ""))
        for each in turn.outcome.programme.exercises
    ]


def left_out(turn: Turn, locale: Locale = ENGLISH) -> str:
    """What was in the last programme and is in this one no more, in one line; empty for nothing."""
    names = [
        change.was.name
        for change in turn.changes
        if change.kind is Kind.LEFT_OUT and change.was is not None
    ]
    return locale.say("Left out now: {names}.", names=locale.listed(names)) if names else ""


def dose_words(dose: Dose | Asked, locale: Locale = ENGLISH) -> str:
    """A dose in a few words."""
    if dose.hold_s:
        return locale.say(
            "{sets} × {reps}, each held {hold} s, effort up to {effort}",
            sets=dose.sets,
            reps=dose.reps,
            hold=dose.hold_s,
            effort=dose.effort,
        )
    return locale.say(
        "{sets} × {reps}, effort up to {effort}",
        sets=dose.sets,
        reps=dose.reps,
        effort=dose.effort,
    )


def _mark(change: Change, locale: Locale) -> str:
    """What became of an exercise, in a word or a few."""
    was = "" if change.was is None else change.was.name
    return {
        Kind.SAME: "",
        Kind.MORE: locale.say("more"),
        Kind.LESS: locale.say("less"),
        Kind.OTHER: locale.say("another dose"),
        Kind.HARDER: locale.say("harder, instead of: {exercise}", exercise=was),
        Kind.LIGHTER: locale.say("lighter, instead of: {exercise}", exercise=was),
        Kind.INSTEAD: locale.say("instead of: {exercise}", exercise=was),
        Kind.NEW: locale.say("added"),
        Kind.LEFT_OUT: "",
    }[change.kind]


def load(session: Session) -> int | None:
    """How much a session was: sets times repetitions times effort, over what was done.

    In no unit but its own, to compare one person's sessions with one another. None where a part of
    it was not said.
    """
    total = 0
    for _, work in session.done:
        if work.sets is None or work.reps is None or work.effort is None:
            return None
        total += work.sets * work.reps * work.effort
    return None if session.forgotten else total


def work_words(done: Work | None, locale: Locale = ENGLISH) -> str:
    """How one exercise was done, in a few words."""
    if done is None:
        return locale.say("not done")
    return locale.say(
        "{sets} × {reps}, effort {effort}, pain during {pain}",
        sets=_or(done.sets),
        reps=_or(done.reps),
        effort=_or(done.effort),
        pain=_or(done.pain),
    )


def too_hard(session: Session, names: Mapping[str, str], locale: Locale = ENGLISH) -> str:
    """What to tell somebody for whom exercises felt much harder than asked; empty where none did.

    Args:
        session: The session.
        names: The names of the exercises by id.
        locale: The language.
    """
    alike = dict[tuple[int, int], list[str]]()
    for line in session.lines:
        done, asked = line.done, line.asked
        if done is None or asked is None or done.effort is None:
            continue
        if done.effort >= asked.effort + MUCH_HARDER:
            name = names.get(line.exercise, line.exercise)
            alike.setdefault((done.effort, asked.effort), []).append(name)
    hard = [
        locale.say(
            "{exercise} (effort {effort}, where up to {asked} was asked)",
            exercise=locale.listed(found)
            if len(found) <= FEW
            else locale.count("{n} exercise", "{n} exercises", len(found)),
            effort=effort,
            asked=most,
        )
        for (effort, most), found in alike.items()
    ]
    if not hard:
        return ""
    return locale.say(
        "Much harder than asked: {exercises}. What is that hard earns no step. Please do fewer "
        "repetitions next time, or with less load, so that it stays within what is asked; if a "
        "number was mistyped: {command}",
        exercises=locale.listed(hard),
        command="glutemed diary undo",
    )


def asked_rows(
    session: Session, names: Mapping[str, str], locale: Locale = ENGLISH
) -> list[tuple[str, str, str]]:
    """A row for each exercise of a session: its name, what was asked, and what was done."""
    return [
        (
            names.get(line.exercise, line.exercise),
            locale.say("not asked") if line.asked is None else dose_words(line.asked, locale),
            work_words(line.done, locale),
        )
        for line in session.lines
    ]


def head(locale: Locale = ENGLISH) -> tuple[str, ...]:
    """The headings of the table of sessions."""
    return (
        locale.say("No."),
        locale.say("Day"),
        locale.say("Stage"),
        locale.say("Done"),
        locale.say("Worst pain"),
        locale.say("Usual pain"),
        locale.say("Morning after"),
        locale.say("Load"),
        locale.say("Note"),
    )


def session_row(place: int, session: Session, locale: Locale = ENGLISH) -> tuple[str, ...]:
    """One row of the table of sessions, under `head`; `place` is which session it is, from 1."""
    first = (str(place), session.day.isoformat(), _or(session.stage))
    if session.taken_back:
        return (*first, *[""] * 5, locale.say("taken back: to be told again"))
    if session.forgotten:
        return (*first, *[""] * 5, locale.say("forgotten"))
    pain, amount = worst_pain(session), load(session)
    return (
        *first,
        locale.say("{done} of {asked}", done=len(session.done), asked=len(session.lines)),
        str(pain) if isinstance(pain, int) else "?",
        _or(session.usual),
        morning_words(session, locale),
        _or(amount),
        session.note,
    )


def morning_words(session: Session, locale: Locale = ENGLISH) -> str:
    """The morning after a session in a word."""
    if session.morning is None:
        return "?"
    calm, more = settled(session), worse(session)
    if more is True:
        return locale.say("worse")
    if calm is False:
        return locale.say("not settled")
    return locale.say("settled") if calm is True else "?"


def _or(value: int | None) -> str:
    return "?" if value is None else str(value)


def answers_are_open(locale: Locale) -> str:
    """What becomes of answers about sessions where one of them is erased."""
    return locale.say(
        "What you had answered about how your sessions went is unknown again, too; the questions "
        "come again."
    )
