"""What a person reads of a diary: what comes next, and what was."""

from __future__ import annotations

import datetime as dt

from glutemed.diary.course import Course, Turn
from glutemed.diary.record import Record, Session
from glutemed.diary.response import last_session, settled, worse, worst_pain
from glutemed.model.exercise import BAND_STRENGTHS
from glutemed.model.locale import ENGLISH, Locale
from glutemed.model.outcome import Prescription, Programme

WEEK = 7


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


def next_day(record: Record, programme: Programme) -> dt.date | None:
    """The first day on which the next session may be; None before the first one."""
    last = last_session(record)
    if last is None:
        return None
    return last.day + dt.timedelta(days=max(1, WEEK // max(1, programme.sessions_per_week)))


def turn_rows(turn: Turn, locale: Locale = ENGLISH) -> list[tuple[str, str, str]]:
    """A row for each exercise of what comes next: its name, its dose, and what is new about it."""
    if turn.outcome.programme is None:
        return []
    was = {each.exercise: each for each in turn.before.exercises} if turn.before else {}
    return [
        (
            each.name,
            dose_words(each, locale),
            _change(was.get(each.exercise), each, locale) if turn.before else "",
        )
        for each in turn.outcome.programme.exercises
    ]


def dose_words(prescribed: Prescription, locale: Locale = ENGLISH) -> str:
    """A dose in a few words."""
    dose = prescribed.dose
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


def _change(was: Prescription | None, now: Prescription, locale: Locale) -> str:
    if was is None:
        return locale.say("new")
    one, other = _amounts(was), _amounts(now)
    if one == other:
        return ""
    return locale.say("more") if other > one else locale.say("less")


def _amounts(prescribed: Prescription) -> tuple[int, ...]:
    dose = prescribed.dose
    strength = BAND_STRENGTHS.index(prescribed.load.strength)
    return strength, dose.sets, dose.reps, dose.hold_s, dose.effort


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


def session_row(session: Session, locale: Locale = ENGLISH) -> tuple[str, ...]:
    """One row of the table of sessions, under `head`."""
    first = (str(session.number), session.day.isoformat(), _or(session.stage))
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
