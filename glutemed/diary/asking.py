"""What a person is told and asked at a moment: nobody is asked what nobody can know yet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import attrs

from glutemed.diary.course import Course, Turn, turn
from glutemed.diary.derived import EACH, OF_MORNING
from glutemed.diary.known import facts
from glutemed.diary.record import Answers, Morning, Record
from glutemed.diary.response import last_session
from glutemed.diary.sound import check_morning_has_come
from glutemed.model.facts import UNKNOWN
from glutemed.model.locale import Locale
from glutemed.model.ruleset import Ruleset


def not_asked(
    record: Record, ruleset: Ruleset, at: dt.datetime, names: Iterable[str]
) -> frozenset[str]:
    """Which of some facts are not asked for at a moment.

    They are those of a morning that has not come; how an exercise went that was never done; and
    how often one was done, where only a session that is forgotten leaves it open: the sessions
    beside it are in the diary, and those of it are to stay forgotten.

    Args:
        record: The record.
        ruleset: The rules.
        at: The moment at which somebody would be asked.
        names: The full names of the facts that are open.
    """
    found = {name for name in names if name in OF_MORNING} if _too_soon(record, at) else set()
    each = [name for name in names if name.startswith(EACH)]
    if each and record.counted:
        held = attrs.evolve(record, sessions=[s for s in record.sessions if not s.forgotten])
        known = facts(held, ruleset, at=at)
        for name in each:
            exercise = name.removeprefix(EACH).rpartition(".")[0]
            never = known.value(f"{EACH}{exercise}.sessions") == 0
            if never or known.value(name) is not UNKNOWN:
                found.add(name)
    return frozenset(found)


def coming(record: Record, ruleset: Ruleset, locale: Locale, at: dt.datetime) -> Turn:
    """What comes next at a moment, as a person is told it.

    Questions that are not to be asked are left out, unless there is no other one. While the morning
    after the last session is to come, and after a bad one there would be no programme, nothing is
    said to go on as it was: it is to be waited for.

    Args:
        record: The record.
        ruleset: The rules.
        locale: The language of the reason.
        at: The moment, no earlier than the last entry.
    """
    seen = record.seen_at(at)
    found = turn(seen, ruleset, locale, at)
    if seen.awaited and found.course in {Course.SAME, Course.PROGRESS}:
        last = seen.awaited[-1]
        bad = seen.with_morning(last.number, Morning(at=last.at, settled=False, worse=True))
        if turn(bad, ruleset, locale, at).outcome.programme is None:
            reason = locale.say(
                "How the knee is on the morning after decides what comes next; until that is told, "
                "nothing more is asked."
            )
            found = attrs.evolve(found, course=Course.WAIT, reason=reason)
    questions = found.outcome.questions
    out = not_asked(record, ruleset, at, tuple(asked.fact for asked in questions))
    left = tuple(asked for asked in questions if asked.fact not in out)
    if not left or left == questions:
        return found
    return attrs.evolve(found, outcome=attrs.evolve(found.outcome, questions=left))


def check_morning_told(given: Answers, record: Record) -> None:
    """Refuse an answer about the morning after a session that was given before it can have come.

    Raises:
        RecordInvalid: It was.
    """
    last = last_session(record.until(given.at))
    told = any(isinstance(given.facts.get(name), (bool, int)) for name in OF_MORNING)
    if last is not None and told:
        check_morning_has_come(last, given.at)


def _too_soon(record: Record, at: dt.datetime) -> bool:
    """Whether the morning after the last session cannot have come."""
    last = last_session(record)
    return last is not None and not last.morning_can_be(at)
