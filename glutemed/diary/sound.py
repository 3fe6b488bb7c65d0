"""Whether a record as a whole can be right: its days, its mornings, and its facts side by side.

What a person logs is held to this entry by entry, and what is imported all at once.
"""

from __future__ import annotations

import datetime as dt

from glutemed.diary.clock import check_day
from glutemed.diary.faults import RecordInvalid
from glutemed.diary.known import facts
from glutemed.diary.record import Morning, Record, Session
from glutemed.intake import contradicted
from glutemed.model.errors import FactsInvalid
from glutemed.model.locale import message
from glutemed.model.ruleset import Ruleset

MOST_NUMBER = 10**9


def check_record(record: Record, ruleset: Ruleset) -> None:
    """Refuse a record that cannot be right.

    Raises:
        RecordInvalid: A day, a number, a morning or a red flag in it cannot be.
        FactsInvalid: Its facts do not fit the ruleset, or contradict one another.
    """
    check_day(record.start.at)
    for entry in record.entries():
        check_day(entry.at)
        if entry.number > MOST_NUMBER:
            raise _too_large()
    for session in record.sessions:
        if session.morning is not None:
            if (session.morning.written or 0) > MOST_NUMBER:
                raise _too_large()
            check_morning(session, session.morning)
    check_facts(record, ruleset, record.start.at)


def _too_large() -> RecordInvalid:
    return RecordInvalid(
        message("a number in a diary is at most {most}; nothing was written"), most=MOST_NUMBER
    )


def check_facts(record: Record, ruleset: Ruleset, since: dt.datetime) -> None:
    """Refuse a record whose facts contradict one another, now or at any moment from one on.

    What a later session hides is asked again where an earlier day is replayed.

    Args:
        record: The record.
        ruleset: The rules whose facts they are.
        since: The moment from which something is new in it.

    Raises:
        FactsInvalid: They do.
    """
    moments = sorted({entry.at for entry in record.events if entry.at >= since})
    earlier = [record.until(moment) for moment in moments]
    earlier += [record.before(session) for session in record.sessions if session.at >= since]
    for held in (*earlier, record):
        wrong = contradicted(facts(held, ruleset), ruleset.vocabulary)
        if wrong:
            raise FactsInvalid(wrong)


def check_morning(session: Session, morning: Morning) -> None:
    """Refuse a morning that is not after its session: it must be of a later day.

    Raises:
        RecordInvalid: It is of the same day or an earlier one, as the session's zone counts days.
    """
    check_day(morning.at)
    check_morning_has_come(session, morning.at)


def check_morning_has_come(session: Session, moment: dt.datetime) -> None:
    """Refuse what is told of the morning after a session before its day has passed.

    Raises:
        RecordInvalid: It has not, as the session's zone counts days.
    """
    if not session.morning_can_be(moment):
        raise RecordInvalid(
            message(
                "the last session is of {day}, so the morning after it is of a later day; nothing "
                "was written"
            ),
            day=session.day,
        )
