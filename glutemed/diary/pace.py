"""When the next session may be, and whether one came before its day."""

from __future__ import annotations

import datetime as dt

import attrs

from glutemed.diary.known import facts
from glutemed.diary.record import Record, Session
from glutemed.diary.response import last_session
from glutemed.model.decision import LimitVerdict
from glutemed.model.locale import ENGLISH, Locale
from glutemed.model.outcome import Programme
from glutemed.model.rule import Limit, Rule
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
    day = last.day + _apart(most)
    days = [session.day for session in record.counted]
    while sum(day - WEEK * _DAY < done <= day for done in days) >= most:
        day += _DAY
    return day


def _apart(most: int) -> dt.timedelta:
    """How far apart sessions are where a week may have so many."""
    return max(1, WEEK // most) * _DAY


@attrs.frozen
class Pace:
    """The first day on which the next session may be.

    Args:
        day: The day; never one that is gone.
        why: What it comes from, in some words.
        reason: Why there are fewer sessions a week than usual, as a sentence; empty where there are
            as many.
    """

    day: dt.date
    why: str
    reason: str = ""


def pace(
    record: Record,
    programme: Programme,
    ruleset: Ruleset,
    at: dt.datetime,
    locale: Locale = ENGLISH,
) -> Pace | None:
    """When the next session may be, and why then; None before the first one.

    Args:
        record: The record.
        programme: What comes next.
        ruleset: The rules.
        at: The moment at which it is said.
        locale: The language.
    """
    day, last = next_day(record, programme), last_session(record)
    if day is None or last is None:
        return None
    most = max(1, programme.sessions_per_week)
    if day < at.date():
        return Pace(at.date(), locale.say("the free days are over"))
    if day > last.day + _apart(most):
        why = locale.count(
            "{n} session in seven days is the most", "{n} sessions in seven days are the most", most
        )
    else:
        free = (day - last.day).days - 1
        why = locale.count(
            "{n} free day after the last session", "{n} free days after the last session", free
        )
    moment = max(at, record.latest)
    person = facts(record.seen_at(moment), ruleset, at=moment)
    limit = decide(person, ruleset).limits.get("sessions_per_week")
    return Pace(day, why, "" if limit is None else _reason(limit, last, ruleset, locale))


def _reason(limit: LimitVerdict, last: Session, ruleset: Ruleset, locale: Locale) -> str:
    """Why there are fewer sessions a week than usual; empty where there are as many."""
    if len({_cap(ruleset.rule[rule]) for rule in (*limit.rules, *limit.open)}) < 2:
        return ""
    rule = _binding(limit, ruleset)
    if rule is not None:
        return rule.because
    if last.morning is None and not last.forgotten:
        return locale.say("As long as the morning after is not told, it counts as a bad one.")
    return locale.say("As long as it is not known how that session went, it counts as a bad one.")


def _binding(limit: LimitVerdict, ruleset: Ruleset) -> Rule | None:
    """The first rule that surely asks for no more than is allowed; None where none is sure."""
    sure = (ruleset.rule[rule] for rule in limit.rules)
    return next((rule for rule in sure if _cap(rule) == limit.applied), None)


def _cap(rule: Rule) -> object:
    return rule.conclusion.at if isinstance(rule.conclusion, Limit) else None


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
    rule = None if limit is None else _binding(limit, ruleset)
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
    why = [] if rule is None else [f"{rule.because} [{rule.written}]"]
    return " ".join((early, *why, rest))
