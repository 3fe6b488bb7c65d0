"""Record → stretches of time: bad mornings running, a break, the weeks since the first session.

As in `response`, forgetting a session leaves each as it was, makes it UNKNOWN, or makes it worse.
A place that is forgotten keeps its moment, so a break is known all the same.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import attrs

from glutemed.diary.derived import BAD_MORNINGS, BREAK, SINCE_FIRST
from glutemed.diary.record import Record
from glutemed.diary.response import (
    WEEK,
    Answer,
    Number,
    either,
    follows,
    last_session,
    not_overruled,
    number,
    settled,
    settled_alone,
    told_number,
    worse,
    worse_alone,
)
from glutemed.model.facts import UNKNOWN, Facts

SEEN = 3
"""So many bad mornings running are seen by somebody (dose/three-bad-mornings-are-seen)."""

PAUSE = 2 * WEEK
"""A break from here on is one (dose/gentle-effort-after-a-break)."""

LONG_PAUSE = 4 * WEEK
"""After a break from here on all is earned anew (dose/begin-again-after-a-long-break)."""

MOST_WEEKS = 520
_WITHIN_A_WEEK = dt.timedelta(days=6)


def bad_mornings_running(record: Record, before: Facts) -> Number:
    """How many of the last sessions running were followed by a bad morning.

    A morning that is not told counts as a bad one until it is, as long as nobody is sent to be seen
    for it. From there on only mornings that are known to have been bad count: with fewer of them it
    is UNKNOWN, which asks.

    A morning that cannot have come yet decides nothing and is not asked for: what it adds to the
    others sends nobody to be seen before it has come.
    """
    if record.awaited:
        awaited = {session.number for session in record.awaited}
        held = [session for session in record.sessions if session.number not in awaited]
        come = bad_mornings_running(attrs.evolve(record, sessions=held, looked_at=None), before)
        if not isinstance(come, int) or come >= SEEN:
            return come
        return min(come + len(awaited), SEEN - 1)
    least, most = bad_mornings_between(record, before)
    if most < SEEN or most == least:
        return most
    if least >= SEEN:
        return least
    last = last_session(record)
    told = UNKNOWN if last is None else told_number(record, BAD_MORNINGS, last)
    return told if isinstance(told, int) and least <= told <= most else UNKNOWN


def bad_mornings_between(record: Record, before: Facts) -> tuple[int, int]:
    """How many bad mornings running there were at the least, and at the most.

    Whoever was sent to be seen for them, and was, answers that there are none: then what was before
    that answer counts no more, but for the last morning, which says how hard to begin. Where the
    last session was slight that is the morning before as well, as of then.

    Args:
        record: The record.
        before: The facts with which the diary was begun.
    """
    least, most, sure = 0, 0, True
    seen = [given for given in record.answers if given.facts.get(BAD_MORNINGS) == 0]
    then: Record | None = record
    for session in reversed(record.counted):
        was_seen = any(follows(given, session) for given in seen)
        if was_seen and (then is None or most):
            return least, most
        if then is not None:
            bad = _bad_one(settled_alone(then, session), worse_alone(then, session))
            then = not_overruled(then, before)
        else:
            bad = _bad_one(settled(session), worse(session))
        if bad is False and session.slight:
            continue  # it says little, and ends no run
        if bad is False:
            return least, most
        sure = sure and bad is True
        most += 1
        least += sure
        if was_seen:
            return least, most
    earlier = _bad_before(before)
    if isinstance(earlier, int):
        return least + (earlier if sure else 0), most + earlier
    return least, most + SEEN


def _bad_one(calm: Answer, sorer: Answer) -> Answer:
    return either(UNKNOWN if calm is UNKNOWN else not calm, sorer)


def _bad_before(before: Facts) -> Number:
    """The bad mornings running with which a diary is begun."""
    if before.response.sessions_done == 0:
        return 0
    worse_then = before.value("response.worse_next_morning")
    calm, sorer = before.response.settled_by_morning, worse_then
    if _bad_one(calm, sorer if isinstance(sorer, bool) else UNKNOWN) is False:
        return 0
    return number(before.value(BAD_MORNINGS))


def weeks_of_break(record: Record, before: Facts, at: dt.datetime) -> Number:
    """The longest of some breaks, in whole weeks: since the last session, and right before it.

    So the first two sessions after a break both come after one. A slight session is no such first
    one: the break before the session before it counts as well. Nor is one that is forgotten, which
    may have been slight.

    Args:
        record: The record.
        before: The facts with which the diary was begun.
        at: The moment for which it is asked.
    """
    last = last_session(record)
    if last is None:
        return _since_start(record, before, at)
    breaks = [break_before(record, before, place) for place in _last_places(record)]
    known = max(_whole(at - last.at), *(_whole(each) for each in breaks if each is not None), 0)
    if None not in breaks:
        return known
    told = told_number(record, BREAK, last)
    if isinstance(told, int) and told >= known:
        return told
    return known if known >= LONG_PAUSE // WEEK else UNKNOWN


def _last_places(record: Record) -> Iterator[int]:
    """The place of the last session, and of those before it as long as they were slight."""
    for place in reversed(range(len(record.counted))):
        yield place
        session = record.counted[place]
        if not session.slight and not session.forgotten:
            return


def break_before(record: Record, before: Facts, place: int) -> dt.timedelta | None:
    """How long no session was done before one, None where nobody can tell.

    Args:
        record: The record.
        before: The facts with which the diary was begun.
        place: The place of the session in `record.counted`.
    """
    at = record.counted[place].at
    if place:
        return at - record.counted[place - 1].at
    if before.response.sessions_done == 0:
        return dt.timedelta(0)
    weeks = _since_start(record, before, at)
    return weeks * WEEK if isinstance(weeks, int) else None


def _since_start(record: Record, before: Facts, at: dt.datetime) -> Number:
    """The break with which a diary was begun, and the time since then; the days count as a week."""
    said = number(before.value(BREAK))
    if said is UNKNOWN or before.response.sessions_done == 0:
        return said
    return _weeks_on(said, at - record.start.at)


def weeks_since_first(record: Record, before: Facts, at: dt.datetime) -> Number:
    """How many whole weeks ago the first session was; the days that were not told count as a week.

    Args:
        record: The record.
        before: The facts with which the diary was begun.
        at: The moment for which it is asked.
    """
    if before.response.sessions_done == 0 and record.counted:
        return _whole(at - record.counted[0].at)
    said, then = number(before.value(SINCE_FIRST)), record.start.at
    for given in record.answers:
        if SINCE_FIRST in given.facts:
            said, then = number(given.facts[SINCE_FIRST]), given.at
    if said is UNKNOWN or before.response.sessions_done == 0:
        return said
    return _weeks_on(said, at - then)


def _weeks_on(said: Number, passed: dt.timedelta) -> Number:
    """Whole weeks that somebody told, some time after: they may have been six days more."""
    if not isinstance(said, int) or passed <= dt.timedelta(0):
        return said
    return _whole(said * WEEK + _WITHIN_A_WEEK + passed)


def _whole(time: dt.timedelta) -> int:
    return min(max(time // WEEK, 0), MOST_WEEKS)
