"""Record → red flags: what was said of each, and the two that the sessions themselves show.

As in `response`, forgetting a session leaves each of them as it was, or makes it UNKNOWN.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from glutemed.diary.record import Answers, Record, Session
from glutemed.diary.response import (
    BETTER,
    RED,
    WEEK,
    Answer,
    above,
    either,
    follows,
    worst_pain,
)
from glutemed.model.facts import UNKNOWN, Facts

TWICE = "screening.pain_above_five_twice"
RISING = "screening.pain_rising"


def pain_above_five_twice(record: Record, before: Facts) -> Answer:
    """Whether pain was above 5 in both of the last two sessions, the diary's or one before it.

    Where it was so, and somebody who was asked has since said no, only the sessions after count.
    One in which little was done, and little hurt, does not part two that were red.
    """

    def twice(sessions: Sequence[Session]) -> Answer:
        first = bool(sessions) and sessions[0] is record.counted[0]
        worst = [worst_pain(each) for each in sessions if not _calm_and_slight(each)][-2:]
        if len(worst) == 1 and first and before.response.sessions_done != 0:
            worst.insert(0, before.response.worst_pain_during)
        red = [above(pain, RED) for pain in worst]
        if len(red) < 2 or False in red:
            return False
        return UNKNOWN if UNKNOWN in red else True

    return _told_or_found(record, before, TWICE, twice)


def _calm_and_slight(session: Session) -> bool:
    return session.slight and above(worst_pain(session), RED) is False


def pain_rising(record: Record, before: Facts) -> Answer:
    """Whether usual pain has risen from week to week over two weeks, by 2 points or more in all.

    Three weeks that end with the last session are compared by their means. With a week without a
    session nothing is compared, and what the person says counts alone, as it does beside.
    """
    return _told_or_found(record, before, RISING, _rising)


def _rising(sessions: Sequence[Session]) -> Answer:
    weeks: list[list[int | None]] = [[], [], []]
    for session in sessions:
        ago = (sessions[-1].at - session.at) // WEEK
        if 0 <= ago < len(weeks):
            weeks[ago].append(session.usual)
    if not all(weeks):
        return False
    means = [sum(week) / len(week) for week in weeks if None not in week]  # type: ignore[arg-type]
    if len(means) < len(weeks):
        return UNKNOWN
    now, before_it, first = means
    return first < before_it < now and now - first >= BETTER


def _told_or_found(
    record: Record, before: Facts, name: str, found: Callable[[Sequence[Session]], Answer]
) -> Answer:
    """What was said of a red flag that the sessions show, or what they show.

    A no answers for what was before it. It sets nothing back that did not yet show the flag: a
    session that hurt still counts as the first of two, whatever was denied before the second.
    """
    told, noes = _told_of_flag(record, before, name)
    sessions = list(record.counted)
    for no in noes:
        earlier = [session for session in sessions if follows(no, session)]
        if found(earlier) is True:
            sessions = [session for session in sessions if not follows(no, session)]
    if not sessions:
        return told
    shown = found(sessions)
    if shown is UNKNOWN and any(follows(no, sessions[-1]) for no in noes):
        shown = False
    return either(told, shown)


def flag(record: Record, before: Facts, name: str) -> Answer:
    """A red flag: yes from when it was new until somebody says no to it; unasked is UNKNOWN.

    A no takes back only what was written before it and is of no later moment.

    Args:
        record: The record.
        before: The facts with which the diary was begun.
        name: The full name of the red flag.
    """
    if name == TWICE:
        return pain_above_five_twice(record, before)
    if name == RISING:
        return pain_rising(record, before)
    return _told_of_flag(record, before, name)[0]


def _told_of_flag(record: Record, before: Facts, name: str) -> tuple[Answer, tuple[Answers, ...]]:
    """What was said of a red flag, and the answers to it that were a no.

    A yes stands until a no follows it. So does a doubt, which is a session that is forgotten or in
    which nobody asked, or an answer that was none; a doubt never takes back a yes.
    """
    given = [entry for entry in record.answers if name in entry.facts]
    noes = tuple(entry for entry in given if entry.facts[name] is False)
    yes = [entry for entry in given if entry.facts[name] is True]
    yes += [s for s in record.sessions if s.flags is not None and name in s.flags]  # type: ignore[misc]
    doubts = [entry for entry in given if not isinstance(entry.facts[name], bool)]
    doubts += [s for s in record.sessions if s.flags is None]  # type: ignore[misc]
    start, begun = before.value(name), record.start.at
    if (start is True and all(no.at < begun for no in noes)) or any(
        _stands(entry, noes) for entry in yes
    ):
        return True, noes
    if any(_stands(entry, noes) for entry in doubts):
        return UNKNOWN, noes
    return False if noes or start is False else UNKNOWN, noes


def _stands(entry: Session | Answers, noes: Iterable[Answers]) -> bool:
    return not any(follows(no, entry) for no in noes)
