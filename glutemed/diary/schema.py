"""The tables of a diary, version by version, and how each version becomes the next."""

from __future__ import annotations

import datetime as dt
import hashlib
import sqlite3
from collections.abc import Callable

APPLICATION = 0x676C7574
"""``glut``, which SQLite keeps in the head of the file; no other program's file has it."""

VERSION = 4
SEALED = 3
"""The first version with a digest over everything."""

_SESSION_1 = """
    number INTEGER PRIMARY KEY REFERENCES entry (number),
    stage INTEGER CHECK (stage BETWEEN 1 AND 3),
    usual INTEGER CHECK (usual BETWEEN 0 AND 10),
    flags TEXT,
    note TEXT NOT NULL DEFAULT '',
    ruleset TEXT NOT NULL,
    forgotten INTEGER NOT NULL DEFAULT 0 CHECK (forgotten IN (0, 1))
"""

_SHARED = """
CREATE TABLE start (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    at TEXT NOT NULL,
    facts TEXT NOT NULL,
    version TEXT NOT NULL,
    fingerprint TEXT NOT NULL
) STRICT;
CREATE TABLE entry (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL CHECK (kind IN ('session', 'answers')),
    at TEXT NOT NULL
) STRICT;
CREATE TABLE answers (
    number INTEGER PRIMARY KEY REFERENCES entry (number),
    facts TEXT NOT NULL
) STRICT;
CREATE TABLE line (
    session INTEGER NOT NULL REFERENCES session (number),
    place INTEGER NOT NULL,
    exercise TEXT NOT NULL,
    asked_step INTEGER,
    asked_sets INTEGER,
    asked_reps INTEGER,
    asked_hold_s INTEGER,
    asked_effort INTEGER,
    done INTEGER NOT NULL CHECK (done IN (0, 1)),
    sets INTEGER,
    reps INTEGER,
    effort INTEGER,
    pain INTEGER CHECK (pain BETWEEN 0 AND 10),
    PRIMARY KEY (session, place),
    UNIQUE (session, exercise)
) STRICT;
"""

TABLES_1 = f"""
{_SHARED}
CREATE TABLE session ({_SESSION_1}) STRICT;
CREATE TABLE morning (
    session INTEGER PRIMARY KEY REFERENCES session (number),
    instant TEXT NOT NULL,
    pain INTEGER CHECK (pain BETWEEN 0 AND 10),
    settled INTEGER CHECK (settled IN (0, 1)),
    worse INTEGER CHECK (worse IN (0, 1))
) STRICT;
"""
"""The first version: mornings as instants without a zone, and no pain at rest."""

_MORNING_2 = """
CREATE TABLE morning (
    session INTEGER PRIMARY KEY REFERENCES session (number),
    at TEXT NOT NULL,
    pain INTEGER CHECK (pain BETWEEN 0 AND 10),
    settled INTEGER CHECK (settled IN (0, 1)),
    worse INTEGER CHECK (worse IN (0, 1))
) STRICT
"""

_SESSION_2 = f"""{_SESSION_1.rstrip()},
    rest INTEGER CHECK (rest BETWEEN 0 AND 10)"""

TABLES_2 = f"""
{_SHARED}
CREATE TABLE session ({_SESSION_2}) STRICT;
{_MORNING_2};
"""
"""The second version: nothing said whether every byte of it was as it had been written."""

_SEAL_3 = "CREATE TABLE seal (only INTEGER PRIMARY KEY CHECK (only = 1), digest TEXT) STRICT"
_TAKEN_BACK_3 = "taken_back INTEGER NOT NULL DEFAULT 0 CHECK (taken_back IN (0, 1))"

TABLES_3 = f"""
{_SHARED}
CREATE TABLE session ({_SESSION_2},
    {_TAKEN_BACK_3}
) STRICT;
{_MORNING_2};
{_SEAL_3};
"""
"""The third version: nothing said whether a morning was written before something else or after it."""

_WRITTEN_4 = "ALTER TABLE morning ADD COLUMN written INTEGER"

TABLES = f"{TABLES_3}{_WRITTEN_4};"


def mornings_get_a_zone(connection: sqlite3.Connection) -> None:
    """Version 1 → 2: a morning is told where its session was done; rest pain was never asked."""
    connection.execute("ALTER TABLE session ADD COLUMN rest INTEGER CHECK (rest BETWEEN 0 AND 10)")
    rows = connection.execute(
        "SELECT session, instant, entry.at, pain, settled, worse"
        " FROM morning JOIN entry ON entry.number = morning.session"
    ).fetchall()
    connection.execute("DROP TABLE morning")
    connection.execute(_MORNING_2)
    for session, instant, session_at, *said in rows:
        zone = dt.datetime.fromisoformat(session_at).tzinfo
        utc = dt.datetime.fromisoformat(instant).replace(tzinfo=dt.UTC)
        connection.execute(
            "INSERT INTO morning VALUES (?, ?, ?, ?, ?)",
            (session, utc.astimezone(zone).isoformat(), *said),
        )


def contents_get_a_seal(connection: sqlite3.Connection) -> None:
    """Version 2 → 3: a digest over everything, and whether a session is to be told again."""
    connection.execute(f"ALTER TABLE session ADD COLUMN {_TAKEN_BACK_3}")
    connection.execute(_SEAL_3)


def mornings_get_a_place(connection: sqlite3.Connection) -> None:
    """Version 3 → 4: when a morning was written, among all else; of older ones nobody knows."""
    connection.execute(_WRITTEN_4)


MIGRATIONS: dict[int, Callable[[sqlite3.Connection], None]] = {
    1: mornings_get_a_zone,
    2: contents_get_a_seal,
    3: mornings_get_a_place,
}
"""What makes the next version of each."""


def build(connection: sqlite3.Connection) -> None:
    """Make the tables of the newest version in an empty file, within the open transaction."""
    for statement in TABLES.split(";"):
        if statement.strip():
            connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION}")
    connection.execute(f"PRAGMA user_version = {VERSION}")


def migrate(connection: sqlite3.Connection) -> None:
    """Bring an older diary to the newest version, within the open transaction.

    Raises:
        KeyError: There is no such version.
        ValueError: A moment in it is none, or it is not as it was sealed.
    """
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version >= SEALED and _sealed(connection) != digest(connection):
        raise ValueError("it is not what was written last")
    while version < VERSION:
        MIGRATIONS[version](connection)
        version += 1
        connection.execute(f"PRAGMA user_version = {version}")


def seal(connection: sqlite3.Connection) -> None:
    """Write down the digest of everything, at the end of the open transaction."""
    connection.execute("INSERT OR REPLACE INTO seal VALUES (1, ?)", (digest(connection),))


def _sealed(connection: sqlite3.Connection) -> object:
    row = connection.execute("SELECT digest FROM seal").fetchone()
    return None if row is None else row[0]


def digest(connection: sqlite3.Connection) -> str:
    """A digest of every row: SQLite reads a page on which a byte has turned as if it were sound."""
    found = hashlib.sha256()
    for table in sorted(columns(connection).keys() - {"seal"}):
        for row in connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2"):  # noqa: S608  # a name of ours
            found.update(repr((table, row)).encode())
    return found.hexdigest()


def columns(connection: sqlite3.Connection) -> dict[str, set[str]]:
    """The columns of every table."""
    names = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    ).fetchall()
    return {
        name: {row[1] for row in connection.execute(f"PRAGMA table_info({name})")}
        for (name,) in names
        if name.isidentifier()
    }


def expected() -> dict[str, set[str]]:
    """The columns that a diary of the newest version has."""
    connection = sqlite3.connect(":memory:")
    try:
        build(connection)
        return columns(connection)
    finally:
        connection.close()
