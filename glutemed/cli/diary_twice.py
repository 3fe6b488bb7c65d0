"""One session that is told twice: it counts once, unless somebody says that there were two."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import suppress

import attrs

from glutemed.cli import screen
from glutemed.cli.prompts import tell
from glutemed.diary.faults import RecordInvalid
from glutemed.diary.record import Record, Session
from glutemed.model.locale import message
from glutemed.model.ruleset import Ruleset

SOON = dt.timedelta(hours=1)

Made = Callable[[Record], Session]
"""A record → the session that is told, with what that record asks for."""


def written_already(record: Record, made: Made) -> Session | None:
    """The session of the same day, or an hour off, that the one that is told would be once more.

    After a session something else is asked, so that the same command tells another session then:
    the one that is told is made as if the other one were not there, and held against it. One with a
    red flag that is new is never kept out.

    Args:
        record: The record without what is told.
        made: The session that is told.

    Raises:
        RecordInvalid: What is told fits no record.
    """
    told = made(record)
    if told.flags or not told.done:
        return None
    for other in reversed(record.counted):
        if other.day == told.day or abs(other.at - told.at) <= SOON:
            kept = [each for each in record.sessions if each.number != other.number]
            with suppress(RecordInvalid):  # it could not have been told then
                if _amounts(made(attrs.evolve(record, sessions=kept))) == _amounts(other):
                    return other
    return None


def _amounts(session: Session) -> dict[str, tuple[int | None, int | None]]:
    """Sets and reps of each exercise; effort and pain are felt, and said otherwise a second time."""
    return {name: (work.sets, work.reps) for name, work in session.done}


def of_the_same_day(record: Record, at: dt.datetime) -> Session | None:
    """The last session of a day that has its place already, and is not to be told again."""
    same = [each for each in record.counted if each.day == at.date() and not each.taken_back]
    return same[-1] if same else None


def is_another(other: Session, record: Record, ruleset: Ruleset, *, asks: bool) -> bool:
    """Whether what is told is another session than one that is written; says what becomes of it.

    Args:
        other: The one that is written.
        record: The record.
        ruleset: The rules, in the language that is wanted.
        asks: Whether there is somebody to ask.

    Raises:
        RecordInvalid: There is nobody to ask.
        EndedError: Nobody answers; nothing is written.
    """
    number = record.place(other.number)
    if not asks:
        raise RecordInvalid(
            message(
                "session {number}, of {day}, has the same exercises, sets and repetitions, so this "
                "may be the same session; nothing was written: add --again if it was another one; "
                "to correct that one: {command}"
            ),
            number=number,
            day=other.day,
            command="glutemed diary undo",
        )
    from glutemed.cli.diary_dialogue import yes_or_no

    say = ruleset.locale.say
    question = say(
        "Session {number}, of {day}, is written down already. Was there another session besides it, "
        "which you want to write down now?",
        number=number,
        day=ruleset.locale.date(other.day),
    )
    if yes_or_no(question, ruleset):
        screen.note("")
        return True
    tell(
        say(
            "Nothing was written: session {number} stays as it is. To correct it: {command}",
            number=number,
            command="glutemed diary undo",
        )
    )
    screen.note("")
    return False
