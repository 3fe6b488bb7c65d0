"""Record ↔ rows of the tables of a diary."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from typing import Any

from glutemed.diary.record import Answers, Asked, Line, Morning, Record, Session, Start, Work
from glutemed.json_text import value_of

_ASKED = ("step", "sets", "reps", "hold_s", "effort")
_DONE = ("sets", "reps", "effort", "pain")


def read_record(connection: sqlite3.Connection) -> Record:
    """The whole record.

    Raises:
        ValueError: A row does not fit.
        sqlite3.Error: It cannot be read.
    """
    row = connection.execute("SELECT at, facts, version, fingerprint FROM start").fetchone()
    if row is None:
        raise ValueError("it has no beginning")
    start = Start(at=_moment(row[0]), facts=_facts(row[1]), version=row[2], fingerprint=row[3])
    lines: dict[int, list[Line]] = {}
    asked, done = ", ".join(f"asked_{part}" for part in _ASKED), ", ".join(_DONE)
    for session, exercise, ticked, *amounts in connection.execute(
        f"SELECT session, exercise, done, {asked}, {done} FROM line ORDER BY session, place"  # noqa: S608  # names of ours
    ):
        lines.setdefault(session, []).append(_line(exercise, bool(ticked), amounts))
    mornings = {
        session: Morning(
            at=_moment(at),
            pain=pain,
            settled=_said(settled),
            worse=_said(worse),
            written=written,
        )
        for session, at, pain, settled, worse, written in connection.execute(
            "SELECT session, at, pain, settled, worse, written FROM morning"
        )
    }
    sessions = [
        Session(
            number=number,
            at=_moment(at),
            stage=stage,
            lines=lines.get(number, []),
            usual=usual,
            rest=rest,
            flags=None if flags is None else _words(flags),
            note=note,
            morning=mornings.get(number),
            ruleset=ruleset,
            forgotten=bool(forgotten),
            taken_back=bool(taken_back),
        )
        for (
            number,
            at,
            stage,
            usual,
            rest,
            flags,
            note,
            ruleset,
            forgotten,
            taken_back,
        ) in connection.execute(
            "SELECT number, at, stage, usual, rest, flags, note, ruleset, forgotten, taken_back"
            " FROM session JOIN entry USING (number)"
        )
    ]
    answers = [
        Answers(number=number, at=_moment(at), facts=_facts(facts))
        for number, at, facts in connection.execute(
            "SELECT number, at, facts FROM answers JOIN entry USING (number)"
        )
    ]
    return Record(start=start, sessions=sessions, answers=answers)


def write_start(connection: sqlite3.Connection, start: Start) -> None:
    """Write who began; there is one of them."""
    connection.execute(
        "INSERT INTO start (only, at, facts, version, fingerprint) VALUES (1, ?, ?, ?, ?)",
        (start.at.isoformat(), _json(dict(start.facts)), start.version, start.fingerprint),
    )


def _write_session(connection: sqlite3.Connection, session: Session) -> None:
    """Write a session under its number, its morning with it."""
    _entry(connection, session.number, "session", session.at)
    flags = None if session.flags is None else _json(list(session.flags))
    connection.execute(
        "INSERT INTO session"
        " (number, stage, usual, rest, flags, note, ruleset, forgotten, taken_back)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            session.number,
            session.stage,
            session.usual,
            session.rest,
            flags,
            session.note,
            session.ruleset,
            session.forgotten,
            session.taken_back,
        ),
    )
    for place, line in enumerate(session.lines):
        amounts = [getattr(line.asked, part, None) for part in _ASKED]
        amounts += [getattr(line.done, part, None) for part in _DONE]
        ticked = line.done is not None
        connection.execute(
            "INSERT INTO line VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (session.number, place, line.exercise, *amounts[:5], ticked, *amounts[5:]),
        )
    if session.morning is not None:
        _write_morning(connection, session.number, session.morning)


def _write_morning(connection: sqlite3.Connection, number: int, morning: Morning) -> None:
    """Write the morning after a session, once."""
    connection.execute(
        "INSERT INTO morning (session, at, pain, settled, worse, written)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (
            number,
            morning.at.isoformat(),
            morning.pain,
            morning.settled,
            morning.worse,
            morning.written,
        ),
    )


def _write_answers(connection: sqlite3.Connection, given: Answers) -> None:
    """Write answers under their number."""
    _entry(connection, given.number, "answers", given.at)
    connection.execute(
        "INSERT INTO answers (number, facts) VALUES (?, ?)", (given.number, _json(given.facts))
    )


def next_number(connection: sqlite3.Connection) -> int:
    """A number that no entry has or had, and no morning has."""
    row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'entry'").fetchone()
    last = connection.execute("SELECT max(written) FROM morning").fetchone()[0]
    return 1 + max(0 if row is None else int(row[0]), last or 0)


def bring_to(connection: sqlite3.Connection, before: Record, after: Record) -> None:
    """Write what differs between two records: entries that are new, changed, or gone."""
    was = {entry.number: entry for entry in before.entries()}
    now = {entry.number: entry for entry in after.entries()}
    for number, entry in was.items():
        if now.get(number) != entry:
            _remove(connection, number)
    for number, entry in now.items():
        if was.get(number) != entry:
            write_entry(connection, entry)


def _remove(connection: sqlite3.Connection, number: int) -> None:
    connection.execute("DELETE FROM line WHERE session = ?", (number,))
    connection.execute("DELETE FROM morning WHERE session = ?", (number,))
    connection.execute("DELETE FROM session WHERE number = ?", (number,))
    connection.execute("DELETE FROM answers WHERE number = ?", (number,))
    connection.execute("DELETE FROM entry WHERE number = ?", (number,))


def write_entry(connection: sqlite3.Connection, entry: Session | Answers) -> None:
    """Write a session or answers under their number."""
    if isinstance(entry, Session):
        _write_session(connection, entry)
    else:
        _write_answers(connection, entry)


def _entry(connection: sqlite3.Connection, number: int, kind: str, at: dt.datetime) -> None:
    connection.execute("INSERT INTO entry VALUES (?, ?, ?)", (number, kind, at.isoformat()))


def _line(exercise: str, ticked: bool, amounts: list[int | None]) -> Line:
    asked_amounts = dict(zip(_ASKED, amounts, strict=False))
    asked = None
    if asked_amounts["step"] is not None:
        asked = Asked(**asked_amounts)  # type: ignore[arg-type]
    done = Work(**dict(zip(_DONE, amounts[len(_ASKED) :], strict=True))) if ticked else None
    return Line(exercise=exercise, asked=asked, done=done)


def _moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def _said(value: int | None) -> bool | None:
    return None if value is None else bool(value)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _facts(text: str) -> dict[str, Any]:
    found = value_of(text)
    if not isinstance(found, dict):
        raise ValueError("facts must be a mapping")  # noqa: TRY004  # a wrong value in a file
    return found


def _words(text: str) -> list[str]:
    found = value_of(text)
    if not isinstance(found, list) or not all(isinstance(word, str) for word in found):
        raise ValueError("red flags must be a list of words")
    return found
