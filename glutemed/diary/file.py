"""The file of a diary as SQLite and the disk see it: opened, judged, and what goes wrong with it."""

from __future__ import annotations

import os
import sqlite3
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from glutemed.diary import rows, schema
from glutemed.diary.faults import DiaryDamaged, DiaryFault, DiaryNewer
from glutemed.diary.record import Record
from glutemed.model.locale import message

SECONDS = 15.0
"""How long one process waits for another that is writing."""

_MAGIC = b"SQLite format 3\0"
_HEAD = 100
_DAMAGED = {"SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_FORMAT"}


def connect(path: Path, mode: str) -> sqlite3.Connection:
    """A connection that can read (``ro``) or write (``rw``); it writes nothing by itself."""
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}", uri=True, timeout=SECONDS, isolation_level=None
    )
    try:
        connection.text_factory = _text
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


def _text(raw: bytes) -> str:
    """Text of a file; what is none raises `ValueError`, where SQLite's own error says nothing."""
    return raw.decode("utf-8")


def in_memory() -> sqlite3.Connection:
    """An empty database in memory that reads text as a file does."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.text_factory = _text
    return connection


def inspect(path: Path) -> None:
    """Judge a file by its first bytes, before SQLite sees it.

    Raises:
        DiaryFault: There is none, or it is no diary, or a newer one.
    """
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except FileNotFoundError:
        raise DiaryFault(
            message("there is no diary at {path}; begin one: glutemed diary start FACTS"), path=path
        ) from None
    except OSError as error:
        raise DiaryFault(
            message("the diary at {path} cannot be read: {reason}"),
            path=path,
            reason=(error.strerror or "it failed").lower(),
        ) from None
    if len(head) < _HEAD or not head.startswith(_MAGIC):
        raise damaged(path)
    version, application = struct.unpack(">i4xI", head[60:72])
    if application != schema.APPLICATION or version < 1:
        raise DiaryDamaged(
            message("{path} is no diary of glutemed; it was left as it is"), path=path
        )
    if version > schema.VERSION:
        raise DiaryNewer(
            message(
                "the diary at {path} was written by a newer glutemed (version {version} of its "
                "form, this one knows {known}); it was left as it is: update glutemed"
            ),
            path=path,
            version=version,
            known=schema.VERSION,
        )


def check(connection: sqlite3.Connection) -> None:
    """Hold every page and every link of a file.

    Raises:
        ValueError: One is damaged.
    """
    found = connection.execute("PRAGMA integrity_check").fetchone()
    if found != ("ok",) or connection.execute("PRAGMA foreign_key_check").fetchone():
        raise ValueError("a page or a link of it is damaged")


def understood(connection: sqlite3.Connection) -> Record:
    """Bring a diary to the newest version, and read it; within the open transaction.

    Raises:
        ValueError: It is not as it was sealed, or is none; KeyError and TypeError likewise.
    """
    schema.migrate(connection)
    if schema.columns(connection) != schema.expected():
        raise ValueError("its tables are not those of a diary")
    return rows.read_record(connection)


@contextmanager
def failing(path: Path) -> Iterator[None]:
    """Say in one sentence what SQLite or a row cannot do."""
    try:
        yield
    except sqlite3.Error as error:
        name = getattr(error, "sqlite_errorname", "")
        base = "_".join(name.split("_")[:2])
        if base in _DAMAGED or isinstance(error, sqlite3.IntegrityError):
            raise damaged(path) from None
        if base == "SQLITE_BUSY":
            raise DiaryFault(
                message("another glutemed is writing in {path}; nothing was written: try again"),
                path=path,
            ) from None
        if base == "SQLITE_FULL":
            raise DiaryFault(
                message("the disk is full; nothing was written in {path}"), path=path
            ) from None
        if base in {"SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM"}:
            raise DiaryFault(
                message("nothing was written in {path}: the file or its folder may not be written"),
                path=path,
            ) from None
        raise cannot_write(path, str(error)) from None
    except (ValueError, KeyError, TypeError, RecursionError):
        raise damaged(path) from None


def damaged(path: Path) -> DiaryDamaged:
    """A file that is no whole diary."""
    return DiaryDamaged(
        message(
            "the diary at {path} is damaged; it was left as it is: put back a copy, or import an "
            "export of it with `glutemed diary import`"
        ),
        path=path,
    )


def cannot_write(path: Path, reason: str | None) -> DiaryFault:
    """A file that the machine does not let be written, with what it says of it."""
    said = reason or "it failed"
    return DiaryFault(
        message("nothing was written in {path}: {reason}"),
        path=path,
        reason=f"{said[:1].lower()}{said[1:]}",
    )


def put(made: Path, path: Path) -> None:
    """Give a finished file its name, unless there is one of that name.

    Raises:
        OSError: It cannot; `FileExistsError` where there is one.
    """
    try:
        os.link(made, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        with path.open("xb"):
            pass
        made.replace(path)


def sync(folder: Path) -> None:
    """Bring a new name in a folder to the disk, where folders can be synced."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
