"""A diary in a folder of its own, and somebody to keep it."""

from __future__ import annotations

import datetime as dt

import pytest

from glutemed.diary import store
from glutemed.diary.record import Asked, Line, Morning, Record, Session, Start, Work

AT = dt.datetime(2025, 3, 3, 18, tzinfo=dt.timezone(dt.timedelta(hours=1)))
ASKED = Asked(step=0, sets=2, reps=10, hold_s=0, effort=5)
START = Start(at=AT, facts={"person": {"age": 34}}, version="1.0.0", fingerprint="f" * 64)


def session(number: int = 1, pain: int | None = 1, *, days: int = 0, **parts: object) -> Session:
    """A session with one exercise done as asked, and a calm morning unless it says otherwise."""
    at = AT + dt.timedelta(days=days or 2 * number)
    given = {
        "number": number,
        "at": at,
        "stage": 1,
        "lines": [
            Line(
                exercise="clamshell",
                asked=ASKED,
                done=Work(sets=2, reps=10, effort=5, pain=pain),
            )
        ],
        "usual": 2,
        "rest": 0,
        "flags": (),
        "morning": Morning(at=at + dt.timedelta(hours=13), pain=1, settled=True, worse=False),
    }
    return Session(**(given | parts))


def record(*sessions: Session, answers: object = ()) -> Record:
    return Record(start=START, sessions=sessions, answers=answers)


@pytest.fixture
def diary(tmp_path):
    """A diary with one session."""
    path = tmp_path / "kept" / "diary.db"
    store.create(path, record(session()))
    return path


def five_of_twenty(number, pain=0, **parts):
    """A session in which a quarter of what was asked was done."""
    done = Work(sets=1, reps=5, effort=5, pain=pain)
    return session(number, lines=[Line(exercise="clamshell", asked=ASKED, done=done)], **parts)
