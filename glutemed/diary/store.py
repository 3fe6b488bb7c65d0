"""The file of a diary: SQLite, one file, nothing beside it between two commands.

A write that returned is on disk: each is one transaction with ``synchronous=EXTRA``, which also
syncs the folder. The journal is rolled back rather than written ahead, so that the one file is
always the whole diary: copied or sent it lacks nothing, and nothing forgotten waits in a second one.
A file is read, checked and judged on a connection that cannot write before any that can is opened.
"""

from __future__ import annotations

import os
import sqlite3
import struct
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import attrs

from glutemed.diary import erasure, rows, schema
from glutemed.diary.faults import DiaryDamaged, DiaryFault, DiaryNewer, RecordInvalid
from glutemed.diary.record import Answers, Morning, Record, Session

SECONDS = 15.0
"""How long one process waits for another that is writing."""

_MAGIC = b"SQLite format 3\0"
_HEAD = 100
_DAMAGED = {"SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_FORMAT"}
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
        raise _cannot_write(path, error.strerror) from None
    made = Path(name)
    try:
        with _failing(path), closing(_connect(made, "rw")) as connection:
            connection.execute("BEGIN IMMEDIATE")
            schema.build(connection)
            rows.write_start(connection, record.start)
            for entry in record.entries():
                _write(connection, entry)
            connection.execute("COMMIT")
        _put(made, path)
        _sync(path.parent)
    except FileExistsError:
        raise DiaryFault(f"there is a diary at {path} already; it was left as it is") from None
    except OSError as error:
        raise _cannot_write(path, error.strerror) from None
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
    _inspect(path)
    try:
        return _read(path, "ro")
    except DiaryFault:
        # A killed process may have left a journal; it is rolled back on a connection that can write.
        if not path.with_name(f"{path.name}-journal").exists():
            raise
        return _read(path, "rw")


def _read(path: Path, mode: str) -> Record:
    with (
        _failing(path),
        closing(_connect(path, mode)) as file,
        closing(sqlite3.connect(":memory:", isolation_level=None)) as copy,
    ):
        _check(file)
        file.backup(copy)
        copy.execute("BEGIN")
        return _understood(copy)


def add_session(path: Path, session: Session) -> Session:
    """Write a session; gives it with the number that it got.

    Raises:
        DiaryFault: It cannot be written, or the diary cannot be read; nothing was written.
    """
    with _writing(path) as connection:
        found = attrs.evolve(session, number=rows.next_number(connection))
        rows.write_session(connection, found)
    return found


def add_answers(path: Path, given: Answers) -> Answers:
    """Write answers; gives them with the number that they got.

    Raises:
        DiaryFault: They cannot be written, or the diary cannot be read; nothing was written.
    """
    with _writing(path) as connection:
        found = attrs.evolve(given, number=rows.next_number(connection))
        rows.write_answers(connection, found)
    return found


def add_morning(path: Path, number: int, morning: Morning) -> None:
    """Write the morning after a session.

    Raises:
        RecordInvalid: There is no such session, or its morning is told already.
        DiaryFault: It cannot be written, or the diary cannot be read; nothing was written.
    """
    with _writing(path) as connection:
        session = _session(connection, number)
        if session.morning is not None:
            raise RecordInvalid(f"the morning after session {number} is told already")
        if session.forgotten:
            raise RecordInvalid(f"session {number} is forgotten, and its morning with it")
        rows.write_morning(connection, number, morning)


def forget(path: Path, number: int) -> None:
    """Erase a session, in the file too; its place stays, with unknown results.

    Raises:
        RecordInvalid: There is no such session.
        DiaryFault: It cannot be written, or the diary cannot be read; nothing was written.
    """
    with _writing(path) as connection:
        _session(connection, number)
        rows.erase_session(connection, number)
    with _failing(path), closing(_connect(path, "rw")) as connection:
        connection.execute("VACUUM")


def erase(path: Path) -> None:
    """Remove a diary, its bytes overwritten; no other file, and nothing behind a link.

    Raises:
        DiaryFault: There is none, it is no diary or a link to one, or it cannot be removed.
    """
    with suppress(DiaryNewer):
        _inspect(path)
    erasure.refuse_link(path)
    try:
        erasure.erase_files(path, _SUFFIX)
    except OSError as error:
        raise _cannot_write(path, error.strerror) from None
    with suppress(OSError):  # it is gone, whether or not the folder can be synced
        _sync(path.parent)


def _write(connection: sqlite3.Connection, entry: Session | Answers) -> None:
    if isinstance(entry, Session):
        rows.write_session(connection, entry)
    else:
        rows.write_answers(connection, entry)


def _session(connection: sqlite3.Connection, number: int) -> Session:
    found = [s for s in rows.read_record(connection).sessions if s.number == number]
    if not found:
        raise RecordInvalid(f"there is no session {number}; `glutemed diary show` lists them")
    return found[0]


@contextmanager
def _writing(path: Path) -> Iterator[sqlite3.Connection]:
    """One transaction, after the file was read whole and found sound."""
    read(path)
    with _failing(path), closing(_connect(path, "rw")) as connection:
        connection.execute("BEGIN IMMEDIATE")
        _understood(connection)
        try:
            yield connection
            connection.execute("COMMIT")
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}", uri=True, timeout=SECONDS, isolation_level=None
    )
    try:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA temp_store = MEMORY")  # no copy of it in a folder of all
        if mode == "rw":
            connection.execute("PRAGMA journal_mode = DELETE")
            connection.execute("PRAGMA synchronous = EXTRA")
            connection.execute("PRAGMA secure_delete = ON")
    except BaseException:
        connection.close()
        raise
    return connection


def _inspect(path: Path) -> None:
    """Judge a file by its first bytes, before SQLite sees it."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except FileNotFoundError:
        raise DiaryFault(
            f"there is no diary at {path}; begin one: glutemed diary start FACTS"
        ) from None
    except OSError as error:
        reason = (error.strerror or "it failed").lower()
        raise DiaryFault(f"the diary at {path} cannot be read: {reason}") from None
    if len(head) < _HEAD or not head.startswith(_MAGIC):
        raise _damaged(path)
    version, application = struct.unpack(">i4xI", head[60:72])
    if application != schema.APPLICATION or version < 1:
        raise DiaryDamaged(f"{path} is no diary of glutemed; it was left as it is")
    if version > schema.VERSION:
        raise DiaryNewer(
            f"the diary at {path} was written by a newer glutemed (version {version} of its form, "
            f"this one knows {schema.VERSION}); it was left as it is: update glutemed"
        )


def _check(connection: sqlite3.Connection) -> None:
    """Hold every page and every link of a file."""
    found = connection.execute("PRAGMA integrity_check").fetchone()
    if found != ("ok",) or connection.execute("PRAGMA foreign_key_check").fetchone():
        raise ValueError("a page or a link of it is damaged")


def _understood(connection: sqlite3.Connection) -> Record:
    """Bring a diary to the newest version, and read it; within the open transaction."""
    schema.migrate(connection)
    if schema.columns(connection) != schema.expected():
        raise ValueError("its tables are not those of a diary")
    return rows.read_record(connection)


@contextmanager
def _failing(path: Path) -> Iterator[None]:
    """Say in one sentence what SQLite or a row cannot do."""
    try:
        yield
    except sqlite3.Error as error:
        name = getattr(error, "sqlite_errorname", "")
        base = "_".join(name.split("_")[:2])
        if base in _DAMAGED or isinstance(error, sqlite3.IntegrityError):
            raise _damaged(path) from None
        if base == "SQLITE_BUSY":
            raise DiaryFault(
                f"another glutemed is writing in {path}; nothing was written: try again"
            ) from None
        if base == "SQLITE_FULL":
            raise DiaryFault(f"the disk is full; nothing was written in {path}") from None
        if base in {"SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM"}:
            raise _cannot_write(path, "the file or its folder may not be written") from None
        raise _cannot_write(path, str(error)) from None
    except (ValueError, KeyError, TypeError, RecursionError):
        raise _damaged(path) from None


def _damaged(path: Path) -> DiaryDamaged:
    return DiaryDamaged(
        f"the diary at {path} is damaged; it was left as it is: put back a copy, or import an "
        "export of it with `glutemed diary import`"
    )


def _cannot_write(path: Path, reason: Any) -> DiaryFault:
    said = str(reason or "it failed")
    return DiaryFault(f"nothing was written in {path}: {said[:1].lower()}{said[1:]}")


def _put(made: Path, path: Path) -> None:
    """Give a finished file its name, unless there is one of that name."""
    try:
        os.link(made, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        with path.open("xb"):
            pass
        made.replace(path)


def _sync(folder: Path) -> None:
    """Bring a new name in a folder to the disk, where folders can be synced."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
