"""Record → facts, one small pure function for each; what the record does not say is UNKNOWN.

Each takes the record and `before`, the facts with which the diary was begun, and reads nothing else.
Forgetting a session leaves each of them as it was, or makes it UNKNOWN, and never anything bolder:
the engine's first law does the rest. Pain during an exercise becomes the worst there is instead.
`earned` has the two that count what was earned.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from glutemed.diary.record import MOST_PAIN, Answers, Line, Record, Session, order
from glutemed.model.facts import UNKNOWN, Facts, Unknown

RED = 5
"""Pain above this during a session is red (dose/back-to-lying-after-red)."""

MOST_SESSIONS = 1000
BETTER = 2
"""Points of usual pain that count as a change (dose/not-two-points-better)."""

WEEK = dt.timedelta(days=7)

_SETTLED, _WORSE = "response.settled_by_morning", "response.worse_next_morning"

Number = int | Unknown
Answer = bool | Unknown


def sessions_done(record: Record, before: Facts) -> Number:
    """How many sessions were done: those before the diary, and each in which something was."""
    earlier = before.response.sessions_done
    if earlier is UNKNOWN:
        return UNKNOWN
    return min(earlier + len(record.counted), MOST_SESSIONS)  # type: ignore[operator]


def worst_pain_during(record: Record, before: Facts) -> Number:
    """The worst pain in the last session, and in those before it as long as they were slight.

    Where that of one exercise was not said, it is what was answered since, if that is no less than
    what was said of the others.
    """
    last = last_session(record)
    if last is None:
        return before.response.worst_pain_during
    worst, least, earlier = worst_pain(last), least_pain(last), not_overruled(record, before)
    if earlier is not None:
        then = worst_pain_during(earlier, before)
        least = max(least, then) if isinstance(then, int) else least
        open_ = UNKNOWN in (worst, then) and least <= RED
        worst = UNKNOWN if open_ else least
    if worst is not UNKNOWN:
        return worst
    told = told_number(record, "response.worst_pain_during", last)
    return UNKNOWN if told is UNKNOWN or told < least else told


def settled_by_morning(record: Record, before: Facts) -> Answer:
    """Whether pain was back to usual on the morning after the last session.

    That is what the person said of it, and the pain on that morning beside the usual pain: where
    the two differ, the worse one counts. After a slight session the morning before counts as well.
    """
    last = last_session(record)
    if last is None:
        return before.response.settled_by_morning
    said, earlier = settled_alone(record, last), not_overruled(record, before)
    return said if earlier is None else both(said, settled_by_morning(earlier, before))


def worse_next_morning(record: Record, before: Facts) -> Answer:
    """Whether the knee was worse on the morning after the last session than on the one before.

    After a slight session the morning before counts as well.
    """
    last = last_session(record)
    if last is None:
        found = before.value("response.worse_next_morning")
        return found if isinstance(found, bool) else UNKNOWN
    said, earlier = worse_alone(record, last), not_overruled(record, before)
    return said if earlier is None else either(said, worse_next_morning(earlier, before))


def settled_alone(record: Record, session: Session) -> Answer:
    """Whether the morning after one session settled, as it was said then or since."""
    said = settled(session)
    return said if said is not UNKNOWN else told_answer(record, _SETTLED, session)


def worse_alone(record: Record, session: Session) -> Answer:
    """Whether the knee was worse on the morning after one session, as it was said then or since."""
    said = worse(session)
    return said if said is not UNKNOWN else told_answer(record, _WORSE, session)


def not_overruled(record: Record, before: Facts) -> Record | None:
    """The record before the last session, where that one was too slight to count alone."""
    last = last_session(record)
    if last is None or not last.slight:
        return None
    earlier = record.before(last)
    return earlier if earlier.counted or before.response.sessions_done != 0 else None


def pain_usual(record: Record, before: Facts) -> Number:
    """Pain in ordinary activity as it was said last; a session that leaves it out leaves it open."""
    return _latest(record, before, "usual", "complaint.pain_usual")


def pain_at_rest(record: Record, before: Facts) -> Number:
    """Pain at rest as it was said last; a session that leaves it out leaves it open."""
    return _latest(record, before, "rest", "complaint.pain_at_rest")


def two_points_better(record: Record, before: Facts) -> Answer:
    """Whether usual pain is at least 2 points lower than at the start of the diary, or gone."""
    if not record.sessions:
        found = before.value("response.two_points_better")
        return found if isinstance(found, bool) else UNKNOWN
    now, then = pain_usual(record, before), before.complaint.pain_usual
    if isinstance(now, int) and (now == 0 or isinstance(then, int)):
        return now == 0 or then - now >= BETTER  # type: ignore[operator]
    return told_answer(record, "response.two_points_better", record.sessions[-1])


def sessions_with(record: Record, before: Facts, exercise: str) -> Number:
    """How often an exercise was done.

    Once a session is forgotten that may have held it, those that are left are counted: it was done
    no less often, and no rule is bolder for a smaller count of one or more. Where none is left it
    is UNKNOWN. So it is done once at the most by sessions in each of which less than half of what
    was asked of it was done.
    """
    name = f"response.each.{exercise}.sessions"
    count, sessions = _none_before(before, name), record.counted
    for given in record.answers:
        if name in given.facts:
            count, sessions = number(given.facts[name]), _after(record.counted, given)
    lines = [session.line(exercise) for session in sessions]
    tried = [line for line in lines if line is not None and line.done is not None]
    done = sum(not line.slight for line in tried) or int(bool(tried) and count == 0)
    if count is UNKNOWN or (any(s.forgotten for s in sessions) and count + done == 0):  # type: ignore[operator]
        return UNKNOWN
    return min(count + done, MOST_SESSIONS)  # type: ignore[operator]


def pain_during(record: Record, before: Facts, exercise: str) -> Number:
    """The pain during an exercise when it was last done, and 0 where it never was.

    Where less than half of what was asked of it was done then, the time before counts as well.

    What was not said of the last session is no more than its worst pain. Earlier, it cannot be
    asked any more and counts as the worst that there is, as it does where a session is forgotten
    that may have held it: a preference for the easier form does not count while pain is UNKNOWN.
    """
    name = f"response.each.{exercise}.pain_during"
    slight: int | None = None
    for session in reversed(record.counted):
        line = session.line(exercise)
        if not session.forgotten and (line is None or line.done is None):
            continue
        pain = _pain_then(record, before, name, session, line)
        if not isinstance(pain, int):
            return pain
        pain = pain if slight is None else max(pain, slight)
        if line is None or not line.slight:
            return pain
        slight = pain
    if slight is None and sessions_with(record, before, exercise) == 0:
        return 0
    earlier = number(before.value(name))
    if slight is None:
        return earlier
    return max(slight, earlier) if isinstance(earlier, int) else slight


def _pain_then(
    record: Record, before: Facts, name: str, session: Session, line: Line | None
) -> Number:
    """The pain during an exercise in one session, which may have held it, or did on a line."""
    if line is not None and line.done is not None and line.done.pain is not None:
        return line.done.pain
    told = told_number(record, name, session)
    if told is not UNKNOWN:
        return told
    asked = not session.forgotten and session is last_session(record)
    return worst_pain_during(record, before) if asked else MOST_PAIN


def last_session(record: Record) -> Session | None:
    """The last session in which something was done, or of which it is forgotten."""
    return record.counted[-1] if record.counted else None


def worst_pain(session: Session) -> Number:
    """The worst pain of a session.

    Where that of one exercise was not said it is UNKNOWN, unless another one is red already: then
    it is at least that.
    """
    if session.forgotten or not session.done:
        return UNKNOWN
    least = least_pain(session)
    said = all(work.pain is not None for _, work in session.done)
    return least if said or least > RED else UNKNOWN


def least_pain(session: Session) -> int:
    """The most that was said of any exercise: the worst pain of the session is no less."""
    return max((work.pain for _, work in session.done if work.pain is not None), default=0)


def settled(session: Session) -> Answer:
    """Whether the morning after a session is known to have brought the usual pain back, or not."""
    morning = session.morning
    if morning is None:
        return UNKNOWN
    higher = None
    if morning.pain is not None and session.usual is not None:
        higher = morning.pain > session.usual
    if higher or morning.settled is False:
        return False
    return True if morning.settled or higher is False else UNKNOWN


def worse(session: Session) -> Answer:
    """Whether the knee is known to have been worse on the morning after a session, or not."""
    if session.morning is None or session.morning.worse is None:
        return UNKNOWN
    return session.morning.worse


def above(pain: Number, most: int) -> Answer:
    """Whether pain is above a number."""
    return pain > most if isinstance(pain, int) else UNKNOWN


def either(one: Answer, other: Answer) -> Answer:
    """Whether one of two holds, by Kleene's table."""
    if one is True or other is True:
        return True
    return UNKNOWN if one is UNKNOWN or other is UNKNOWN else False


def both(one: Answer, other: Answer) -> Answer:
    """Whether both of two hold, by Kleene's table."""
    if one is False or other is False:
        return False
    return UNKNOWN if one is UNKNOWN or other is UNKNOWN else True


def told_number(record: Record, name: str, session: Session) -> Number:
    """A number that was answered since a session, UNKNOWN where it was not."""
    return number(_told_since(record, name, session))


def told_answer(record: Record, name: str, session: Session) -> Answer:
    """A yes or no that was answered since a session, UNKNOWN where it was not."""
    found = _told_since(record, name, session)
    return found if isinstance(found, bool) else UNKNOWN


def _after(sessions: Iterable[Session], entry: Answers) -> tuple[Session, ...]:
    return tuple(s for s in sessions if order(s) > order(entry))


def follows(given: Answers, entry: Session | Answers) -> bool:
    """Whether answers speak of what an entry says: written after it, and of no earlier moment.

    A day that is named without a time is its noon, so the moment alone would let an answer that was
    given in the evening speak of what is written down only later.
    """
    return given.number > entry.number and given.at >= entry.at


def _told_since(record: Record, name: str, session: Session) -> Any:
    found: Any = UNKNOWN
    for given in record.answers:
        if name in given.facts and follows(given, session):
            found = given.facts[name]
    return found


def number(value: object) -> Number:
    """A value as a whole number, UNKNOWN where it is none."""
    return value if isinstance(value, int) and not isinstance(value, bool) else UNKNOWN


def _none_before(before: Facts, name: str) -> Number:
    """A count with which the diary begins: none where no session was done before it."""
    return 0 if before.response.sessions_done == 0 else number(before.value(name))


def _latest(record: Record, before: Facts, part: str, name: str) -> Number:
    found: Number = number(before.value(name))
    for entry in record.events:
        if isinstance(entry, Session):
            found = number(getattr(entry, part))
        elif name in entry.facts:
            found = number(entry.facts[name])
    return found
