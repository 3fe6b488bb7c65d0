"""When the next session may be, and whether one came before its day."""

from __future__ import annotations

import datetime as dt

from glutemed.diary.known import facts
from glutemed.diary.record import Record, Session
from glutemed.diary.response import last_session
from glutemed.model.locale import ENGLISH, Locale
from glutemed.model.outcome import Programme
from glutemed.model.ruleset import Ruleset
from glutemed.pipeline import decide, recommend

WEEK = 7
_DAY = dt.timedelta(days=1)


def next_day(record: Record, programme: Programme) -> dt.date | None:
    """The first day on which the next session may be; None before the first one.

    As many days lie between as spread the sessions over a week, and no seven days hold more
    sessions than a week may have.
    """
    last = last_session(record)
    if last is None:
        return None
    most = max(1, programme.sessions_per_week)
    day = last.day + max(1, WEEK // most) * _DAY
    days = [session.day for session in record.counted]
    while sum(day - WEEK * _DAY < done <= day for done in days) >= most:
        day += _DAY
    return day


def too_early(
    record: Record, session: Session, ruleset: Ruleset, locale: Locale = ENGLISH
) -> str | None:
    """What to tell somebody whose session came before its day; None where it did not.

    Args:
        record: The record, with the session or without it.
        session: The session.
        ruleset: The rules.
        locale: The language.
    """
    before = record.before(session)
    person = facts(before, ruleset, at=session.at)
    programme = recommend(person, ruleset).programme
    day = None if programme is None else next_day(before, programme)
    if programme is None or day is None or session.day >= day or not session.done:
        return None
    limit = decide(person, ruleset).limits.get("sessions_per_week")
    cited = () if limit is None else (*limit.rules, *limit.open)
    early = locale.say(
        "This session came too early: the next one was for {day} or later.", day=locale.date(day)
    )
    rest = locale.say(
        "It is written down as you did it. Please leave the days between free: {sessions} in seven "
        "days.",
        sessions=locale.count(
            "{n} session at the most", "{n} sessions at the most", programme.sessions_per_week
        ),
    )
    why = [f"{ruleset.rule[rule].because} [{ruleset.rule[rule].written}]" for rule in cited[:1]]
    return " ".join((early, *why, rest))
