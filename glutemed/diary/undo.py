"""Taking back what was written last, so that nothing is bolder for it.

What was said becomes unknown, and never what stood there before: a session keeps its place, to be
told again, and a fact is open again. A yes to a red flag stays until a no follows it. Only of a
session that never was nothing stays but that: this is something said, and what hurt in it did not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs

from glutemed.diary.faults import RecordInvalid
from glutemed.diary.record import Answers, MorningAfter, Part, Record, Session
from glutemed.model.locale import message


def last_written(record: Record) -> Part | None:
    """What was written last, as far as the record shows; None where it has only its beginning.

    A morning from an older file does not say when it was written: then it is the one after the last
    session, and beside answers the one that was told later counts.
    """
    entries = list(record.entries())
    last = entries[-1] if entries else None
    numbered = [
        (s.morning.written, s.number, s.morning)
        for s in record.sessions
        if s.morning is not None and s.morning.written is not None
    ]
    if numbered:
        written, number, morning = max(numbered, key=lambda each: each[0])
        if last is None or written > last.number:
            return MorningAfter(number, morning)
    told = record.counted[-1] if record.counted else None
    if told is None or told.morning is None or told.morning.written is not None:
        return last
    if last is not None and last.number != told.number and last.at > told.morning.at:
        return last
    return MorningAfter(told.number, told.morning)


def to_take_back(record: Record, *, never_was: bool = False) -> Part:
    """What is taken back: what was written last, or a session that never was.

    Args:
        record: The record.
        never_was: That it is a session, and there was none; it may be taken back already.

    Raises:
        RecordInvalid: There is no such thing.
    """
    waiting = next((session for session in record.sessions if session.taken_back), None)
    if never_was and waiting is not None:
        return waiting
    part = last_written(record)
    if part is None:
        raise RecordInvalid(
            message("nothing is written in this diary but its beginning; nothing was taken back")
        )
    if never_was and not isinstance(part, Session):
        raise RecordInvalid(message("what was written last is no session; nothing was taken back"))
    return part


def taken_back(record: Record, *, never_was: bool = False, number: int | None = None) -> Record:
    """The record with what `to_take_back` gives taken back.

    Args:
        record: The record.
        never_was: Of a session: that there was none, so that no place of it is left.
        number: A number that no entry has or had, for red flags that are kept.

    Raises:
        RecordInvalid: There is nothing to take back.
    """
    part, kept = to_take_back(record, never_was=never_was), record.opened()
    if isinstance(part, Session):
        free = 1 + max(entry.number for entry in record.entries())
        return _without_session(kept, part, never_was=never_was, number=number or free)
    if isinstance(part, MorningAfter):
        sessions = [
            attrs.evolve(s, morning=None) if s.number == part.session else s for s in kept.sessions
        ]
        return attrs.evolve(kept, sessions=sessions)
    open_again = part.opened(name for name in part.facts if name not in part.flags)
    if open_again == part:
        raise _nothing_left(part.flags)
    answers = [open_again if a.number == part.number else a for a in record.answers]
    return attrs.evolve(record, answers=answers)


def _without_session(record: Record, session: Session, *, never_was: bool, number: int) -> Record:
    if session.taken_back and not never_was:
        raise _nothing_left(())
    others = [s for s in record.sessions if s.number != session.number]
    sessions = others if never_was else [*others, session.erased(taken_back=True)]
    answers = list(record.answers)
    if session.flags:
        kept: dict[str, Any] = dict.fromkeys(session.flags, True)
        answers.append(Answers(number=number, at=session.at, facts=kept))
    return attrs.evolve(record, sessions=sessions, answers=answers)


def _nothing_left(flags: Sequence[str]) -> RecordInvalid:
    if not flags:
        return RecordInvalid(
            message("what was written last is taken back already; nothing more was taken back")
        )
    return RecordInvalid(
        message(
            "what was written last is a yes to a red flag, and `undo` does not take that back; if it "
            "is not so, say no to it: glutemed diary log {answer}"
        ),
        answer=" ".join(f"--set {name}=false" for name in flags),
    )
