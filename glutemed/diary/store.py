"""The file of a diary: SQLite, one file, nothing beside it between two commands.

A write that returned is on disk: each is one transaction with ``synchronous=EXTRA``, which also
syncs the folder. The journal is rolled back rather than written ahead, so that the one file is
always the whole diary: copied or sent it lacks nothing, and nothing forgotten waits in a second one.
A file is read, checked and judged on a connection that cannot write before any that can is opened.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import attrs

from glutemed.diary import erasure, rows, schema, undo
from glutemed.diary import file as files
from glutemed.diary.faults import DiaryFault, DiaryNewer, RecordInvalid
from glutemed.diary.file import failing
from glutemed.diary.record import MorningAfter, Part, Record, Session
from glutemed.model.locale import message

_SUFFIX = ".new-diary"


def create(path: Path, record: Record) -> None:
    """Make the file of a diary, whole or not at all, readable by its owner alone.

    Raises:
        DiaryFault: There is one already, or it cannot be written.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}", suffix=_SUFFIX)
        os.close(handle)
    except OSError as error:
        raise files.cannot_write(path, error.strerror) from None
    made = Path(name)
    try:
        with failing(path), closing(files.connect(made, "rw")) as connection:
            connection.execute("BEGIN IMMEDIATE")
            schema.build(connection)
            rows.write_start(connection, record.start)
            for entry in record.entries():
                rows.write_entry(connection, entry)
            schema.seal(connection)
            connection.execute("COMMIT")
        files.put(made, path)
        files.sync(path.parent)
    except FileExistsError:
        raise DiaryFault(
            message("there is a diary at {path} already; it was left as it is"), path=path
        ) from None
    except OSError as error:
        raise files.cannot_write(path, error.strerror) from None
    finally:
        for left in (made, made.with_name(f"{made.name}-journal")):
            with suppress(OSError):
                left.unlink()


def read(path: Path) -> Record:
    """The record of a diary; writes nothing, also where the file is of an older version.

    Raises:
        DiaryFault: There is none, or it cannot be read.
        DiaryNewer: It was written by a newer glutemed.
        DiaryDamaged: It is no diary, or not a whole one.
    """
    files.inspect(path)
    try:
        return _read(path, "ro")
    except DiaryFault:
        # A killed process may have left a journal; it is rolled back on a connection that can write.
        if not path.with_name(f"{path.name}-journal").exists():
            raise
        return _read(path, "rw")


def _read(path: Path, mode: str) -> Record:
    with (
        failing(path),
        closing(files.connect(path, mode)) as file,
        closing(files.in_memory()) as copy,
    ):
        files.check(file)
        file.backup(copy)
        copy.execute("BEGIN")
        return files.understood(copy)


def write(path: Path, *parts: Part) -> tuple[Part, ...]:
    """Write what a person has told, all of it or nothing.

    Args:
        path: The diary.
        parts: Sessions, mornings and answers, in the order in which they were told; their numbers
            are given here.

    Returns:
        The parts as they were written.

    Raises:
        RecordInvalid: There is no session for a morning, or its morning is told already.
        DiaryFault: It cannot be written, or the diary cannot be read; nothing was written.
    """
    with _writing(path) as (connection, before):
        after, written = before, list[Part]()
        for number, part in enumerate(parts, rows.next_number(connection)):
            if isinstance(part, MorningAfter):
                told = attrs.evolve(part, morning=attrs.evolve(part.morning, written=number))
                after = _with_morning(after, told)
                written.append(told)
                continue
            entry = attrs.evolve(part, number=number)
            written.append(entry)
            if isinstance(entry, Session):
                after = after.with_session(entry)
            else:
                after = attrs.evolve(after, answers=(*after.answers, entry))
        rows.bring_to(connection, before, after)
    return tuple(written)


def _with_morning(record: Record, told: MorningAfter) -> Record:
    session = _session(record, told.session)
    if session.morning is not None:
        raise RecordInvalid(
            message("the morning after the session of {day} is told already"), day=session.day
        )
    if session.forgotten:
        raise RecordInvalid(
            message("the session of {day} is forgotten, and its morning with it"), day=session.day
        )
    return record.with_morning(told.session, told.morning)


def forget(path: Path, number: int) -> None:
    """Erase a session, in the file too; its place stays, with unknown results.

    Raises:
        RecordInvalid: There is no session of that number.
        DiaryFault: It cannot be written, or the diary cannot be read; nothing was written.
    """
    with _writing(path) as (connection, before):
        _session(before, number)
        rows.bring_to(connection, before, before.without(number))
    _vacuum(path)


def take_back(path: Path, part: Part, *, never_was: bool = False) -> Record:
    """Take back what was written last, in the file too; gives the record as it is then.

    Args:
        path: The diary.
        part: What that is, as `undo.to_take_back` gave it and the person saw it.
        never_was: Of a session: that there was none, so that no place of it is left.

    Raises:
        RecordInvalid: There is nothing to take back.
        DiaryFault: It cannot be written, or the diary cannot be read; nothing was written.
    """
    with _writing(path) as (connection, before):
        if undo.to_take_back(before, never_was=never_was) != part:
            raise DiaryFault(
                message("{path} was written in meanwhile; nothing was taken back: look again"),
                path=path,
            )
        after = undo.taken_back(before, never_was=never_was, number=rows.next_number(connection))
        rows.bring_to(connection, before, after)
    _vacuum(path)
    return after


def _vacuum(path: Path) -> None:
    """Leave nothing in the file of what was removed."""
    with failing(path), closing(files.connect(path, "rw")) as connection:
        connection.execute("VACUUM")


def erase(path: Path) -> None:
    """Remove a diary, its bytes overwritten; no other file, and nothing behind a link.

    Raises:
        DiaryFault: There is none, it is no diary or a link to one, or it cannot be removed.
    """
    with suppress(DiaryNewer):
        files.inspect(path)
    erasure.refuse_link(path)
    try:
        erasure.erase_files(path, _SUFFIX)
    except OSError as error:
        raise files.cannot_write(path, error.strerror) from None
    with suppress(OSError):  # it is gone, whether or not the folder can be synced
        files.sync(path.parent)


def _session(record: Record, number: int) -> Session:
    found = next((session for session in record.sessions if session.number == number), None)
    if found is None:
        raise RecordInvalid(
            message("there is no session {number}; `glutemed diary show` lists them"), number=number
        )
    return found


@contextmanager
def _writing(path: Path) -> Iterator[tuple[sqlite3.Connection, Record]]:
    """One transaction, after the file was read whole and found sound; what it holds then."""
    read(path)
    with failing(path), closing(files.connect(path, "rw")) as connection:
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection, files.understood(connection)
            schema.seal(connection)
            connection.execute("COMMIT")
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
