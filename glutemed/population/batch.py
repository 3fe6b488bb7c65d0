"""Many people: rows → situations → groups → rows, in DuckDB, so that it may be larger than memory."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from pathlib import Path

import attrs
import duckdb
import numpy as np

from glutemed.model.errors import EngineFailed
from glutemed.model.ruleset import Ruleset
from glutemed.pipeline import ready
from glutemed.population.answers import Whole
from glutemed.population.columns import (
    RESULT,
    TAKEN_ALREADY,
    column,
    facts_in,
    unfit_id,
    without_id,
)
from glutemed.population.coordinates import Coordinates, coordinates
from glutemed.population.faults import Faults
from glutemed.population.groups import Groups
from glutemed.population.portions import Portion, portions
from glutemed.population.reader import Reader, chunks
from glutemed.population.rows import EXERCISE_COLUMNS, as_json
from glutemed.population.table import Table, file_text
from glutemed.reading.sql import text

POLL_S = 0.2
ROW_GROUP = 122_880
MOST_JOINED = 200_000
"""More different answers than this are not joined in the order of the rows, but sorted after."""
_SHIFTS, _SHIFT = 20, 1_000_003
_TRIED_AT_ONCE = 100_000

Tell = Callable[[str, float, int], None]
"""What is told of the progress: the step, how far it is, from 0 to 1, and how many people."""


@attrs.frozen
class Counts:
    """How many of what there were.

    Args:
        situations: How many different ones the rules could tell apart.
        groups: How many different rows were given.
        decided: How many cells the engine was asked about.
    """

    people: int
    answered: int
    rejected: int
    situations: int
    groups: int
    decided: int


class Batch:
    """The steps of one batch, on a database of its own.

    Args:
        db: An empty database; DuckDB spills what memory does not hold.
        ruleset: The rules.
        tell: Is told how far it is.
    """

    def __init__(
        self,
        db: duckdb.DuckDBPyConnection,
        ruleset: Ruleset,
        folder: Path,
        tell: Tell | None = None,
    ) -> None:
        self.db = db
        self.ruleset = ruleset
        self.folder = folder
        self._tell = tell or (lambda _step, _part, _people: None)
        self.people = 0
        self.engine = ready(ruleset).engine
        self.faults = Faults(ruleset)
        self.reader = Reader(ruleset, self.faults)
        self.id: str | None = None
        self._is_deciding = False

    def run(self, table: Table, *, id_column: str | None = None) -> Counts:
        """Find what everybody in a table gets; afterwards `answers` and `rejects` can be read.

        Raises:
            FactsInvalid: A column is no fact, or there is no column of that id.
            EngineFailed: The engine failed, or its readings disagree.
            HazardBroken: A programme would have broken a hazard.
        """
        self.id = id_column
        branches = without_id(table.branches, id_column, self.ruleset.vocabulary, table.where)
        if id_column is not None and id_column.lower() == "row":
            raise unfit_id(id_column, TAKEN_ALREADY, table.where)
        given, clear = facts_in(branches, self.ruleset.vocabulary, table.where)
        known = coordinates(self.ruleset, given, clear, table.broken)
        self.people = self._count(f"SELECT count(*) FROM {table.source}")
        groups = self._decide(table, known)
        self._answers(groups)
        self._assign(known)
        rejected = self._count("SELECT sum(people) FROM shares WHERE answer < 0")
        answered = self._count("SELECT sum(people) FROM shares WHERE answer >= 0")
        if self.people != answered + rejected:
            raise EngineFailed(
                f"{self.people} people came in and {answered + rejected} went out; "
                "nothing was emitted"
            )
        situations = self._count("SELECT count(*) FROM groups")
        return Counts(
            self.people,
            answered,
            rejected,
            situations,
            len(groups.rows),
            groups.answers.decided,
        )

    def tell(self, step: str, part: float) -> None:
        """Tell how far a step is, from 0 to 1."""
        self._tell(step, part, self.people)

    def do(self, step: str, query: str) -> None:
        """Run a query that may take long, and tell how far it is."""
        done = threading.Event()

        def watch() -> None:
            while not done.wait(POLL_S):
                self.tell(step, max(0.0, self.db.query_progress()) / 100)

        watcher = threading.Thread(target=watch, daemon=True)
        self.tell(step, 0.0)
        watcher.start()
        try:
            self.db.execute(query)
        finally:
            done.set()
            watcher.join()
        self.tell(step, 1.0)

    def _count(self, query: str) -> int:
        found = self.db.execute(query).fetchone()
        assert found is not None
        return int(found[0] or 0)

    # --- Rows → situations → groups ---------------------------------------------------------------

    def _decide(self, table: Table, known: Coordinates) -> Groups:
        """Read the rows, and find the group of each situation, as the table ``groups``."""
        words = ", ".join(known.names)
        kinds = ", ".join(f"{name} UBIGINT" for name in known.names)
        self.db.execute(f"CREATE TABLE groups ({kinds}, answer BIGINT)")
        same = " AND ".join(f"m.{name} = g.{name}" for name in known.names)
        keep = [] if self.id is None else [f"{column(self.id)} AS id"]
        with portions(self.db, table, known, keep, self.people, self._wait) as read:
            groups = Groups(self.engine, known)
            for portion in read:
                self.db.execute(
                    f"CREATE TABLE situations AS SELECT {words} FROM "
                    f"(SELECT DISTINCT {words} FROM {portion.name}) m ANTI JOIN groups g ON {same}"
                )
                self._groups(groups, known, portion)
                self.db.execute("DROP TABLE situations")
        self.db.execute("DROP TABLE IF EXISTS staged")
        return groups

    def _wait(self, reading: duckdb.DuckDBPyConnection, due: Future[None]) -> None:
        """Wait until something is read, and tell how far the first portion is."""
        while not wait([due], POLL_S).done:
            if not self._is_deciding:
                self.tell("reading", max(0.0, reading.query_progress()) / 100)
        self._is_deciding = True

    def _groups(self, groups: Groups, known: Coordinates, portion: Portion) -> None:
        size = self._count("SELECT count(*) FROM situations")
        numbers = np.empty(size, dtype=np.int64)
        for start, words in chunks(self.db, known.names, size):
            part = portion.before + (portion.until - portion.before) * start / size
            self.tell("deciding", part / self.people)
            numbers[start : start + len(words[0])] = self._group(groups, known, words)
        self.db.register("found", {"answer": numbers})
        self.db.execute(
            "INSERT INTO groups SELECT s.*, f.answer FROM situations s POSITIONAL JOIN found f"
        )
        self.db.unregister("found")

    def _group(self, groups: Groups, known: Coordinates, words: list[Whole]) -> Whole:
        read = self.reader.read(known, words)
        numbers = np.empty(read.found.size, dtype=np.int64)
        plain = read.plain
        if plain.size:
            found = read.found
            numbers[plain] = groups.of(found if plain.size == found.size else found.take(plain))
        for row, number in read.rejected.items():
            numbers[row] = -1 - number
        for row, declined in read.declined.items():
            numbers[row] = groups.alone(read.found, row, declined)
        return numbers

    # --- Groups → rows --------------------------------------------------------------------------

    def _answers(self, groups: Groups) -> None:
        """The row of each group as a table, with words numbered, which makes it quick to write."""
        path = self.folder / "answers.jsonl"
        with path.open("w", encoding="utf-8") as file:
            for number, made in enumerate(groups.rows):
                file.write(as_json(made, number) + "\n")
        exercise = ", ".join(f"{name} {kind}" for name, kind in EXERCISE_COLUMNS)
        columns = {
            "answer": "BIGINT",
            "outcome": "VARCHAR",
            "urgency": "VARCHAR",
            "to": "VARCHAR[]",
            "stage": "UTINYINT",
            "sessions_per_week": "UTINYINT",
            "review_weeks": "UTINYINT",
            "exercises": f"STRUCT({exercise})[]",
            "rules": "VARCHAR[]",
            "questions": "VARCHAR[]",
        }
        stated = ", ".join(f"{text(name)}: {text(kind)}" for name, kind in columns.items())
        words = self._words(groups)
        for name, own in words.items():
            listed = ", ".join(text(word) for word in own)
            self.db.execute(f"CREATE TYPE {name} AS ENUM ({listed})")
        parts = ", ".join(
            f"{name} := CAST(e.{name} AS {_ENUM_OF.get(name, kind)})"
            for name, kind in EXERCISE_COLUMNS
        )
        self.db.execute(
            "CREATE TABLE answers AS SELECT answer, CAST(outcome AS outcome_word) AS outcome, "
            "CAST(urgency AS urgency_word) AS urgency, "
            'CAST("to" AS to_word[]) AS referred_to, stage, sessions_per_week, review_weeks, '
            f"list_transform(exercises, lambda e: struct_pack({parts})) AS exercises, "
            "CAST(rules AS rule_word[]) AS rules, CAST(questions AS fact_word[]) AS questions "
            f"FROM read_json({file_text(path)}, format = 'newline_delimited', "
            f"columns = {{{stated}}}, maximum_object_size = 4194304, hive_partitioning = false)"
        )
        path.unlink()

    def _words(self, groups: Groups) -> dict[str, list[str]]:
        rules = {rule for made in groups.rows for rule in made.rules}
        to = {word for made in groups.rows for word in made.to}
        return {
            "outcome_word": ["programme", "referral", "questions"],
            "urgency_word": ["routine", "urgent", "same_day", "emergency"],
            "to_word": sorted(to) or [""],
            "exercise_word": [exercise.id for exercise in self.ruleset.exercises] or [""],
            "side_word": ["both", "left", "right", ""],
            "rule_word": sorted({rule.written for rule in self.ruleset.rules} | rules) or [""],
            "fact_word": list(self.ruleset.vocabulary.facts) or [""],
        }

    def plain_result(self) -> str:
        """The query for what everybody gets, sorted by row, with plain words for other libraries."""
        exercise = ", ".join(f"{name} {kind}" for name, kind in EXERCISE_COLUMNS)
        plain = {
            **dict.fromkeys(("outcome", "urgency"), "VARCHAR"),
            **dict.fromkeys(("referred_to", "rules", "questions"), "VARCHAR[]"),
            "exercises": f"STRUCT({exercise})[]",
        }
        cast = ", ".join(f"CAST({name} AS {kind}) AS {name}" for name, kind in plain.items())
        return f"SELECT * REPLACE ({cast}) FROM ({self.result(sort=True)})"

    def _assign(self, known: Coordinates) -> None:
        """The answer of each row, as a table, and how many people have each."""
        own = "" if self.id is None else "p.id, "
        same = " AND ".join(f"p.{name} = g.{name}" for name in known.names)
        self.do(
            "sorting",
            f"CREATE TABLE assigned AS SELECT p.row, {own}g.answer "
            f"FROM people p JOIN groups g ON {same} ORDER BY p.row",
        )
        self.db.execute(
            "CREATE TABLE shares AS SELECT answer, count(*) AS people FROM assigned GROUP BY answer"
        )

    def result(self, *, sort: bool) -> str:
        """The query for what everybody gets.

        Args:
            sort: Whether to sort the rows, which takes long where there are many. Else they come
                in their order for nearly all tables, if what reads them keeps the order.
        """
        own = "" if self.id is None else f"s.id AS {column(self.id)}, "
        columns = ", ".join(f"a.{name}" for name in RESULT)
        shift = None if sort else self._shift()
        key = 0 if shift is None else shift
        return (
            f"SELECT s.row, {own}{columns}, {text(self.ruleset.fingerprint)} AS ruleset "
            f"FROM assigned s JOIN answers a ON s.answer + {key} = a.answer + {key}"
            f"{' ORDER BY s.row' if shift is None else ''}"
        )

    def _shift(self) -> int | None:
        """What to add to the numbers of the answers, so that a join with them keeps rows in order.

        A join by a hash table puts a row behind others where its number looks at first like
        another one. With other numbers it does not; which do not can only be tried. That is done on
        one thread: two hand over what they read in any order, as writing a file does not.
        """
        size, threads = self._count("SELECT count(*) FROM answers"), self._threads()
        self.db.execute("SET threads = 1")
        try:
            for shift in range(0, _SHIFTS * _SHIFT, _SHIFT) if size <= MOST_JOINED else ():
                if all(self._keeps(shift, start) for start in range(0, size, _TRIED_AT_ONCE)):
                    return shift
        finally:
            self.db.execute(f"SET threads = {threads}")
        return None

    def _threads(self) -> int:
        return self._count("SELECT current_setting('threads')")

    def _keeps(self, shift: int, start: int) -> bool:
        """Whether a join keeps these answers in order. It holds a list, as that for all rows does."""
        found = self.db.execute(
            f"SELECT s.answer, len(a.referred_to) FROM answers s JOIN answers a "
            f"ON s.answer + {shift} = a.answer + {shift} "
            f"WHERE s.rowid >= {start} AND s.rowid < {start + _TRIED_AT_ONCE}"
        ).fetchnumpy()
        return bool((np.diff(found["answer"]) > 0).all())

    def rejects(self) -> str:
        """The query for the rows that are no people, and why."""
        self.db.register("reasons", self.faults.reasons())
        own = "" if self.id is None else f"s.id AS {column(self.id)}, "
        return (
            f"SELECT s.row, {own}r.reason FROM assigned s "
            "JOIN reasons r ON r.number = -1 - s.answer ORDER BY s.row"
        )


_ENUM_OF = {"id": "exercise_word", "working_sides": "side_word"}


def connect(folder: Path, *, memory: str, threads: int | None = None) -> duckdb.DuckDBPyConnection:
    """A database in a folder of its own.

    Args:
        folder: Where it spills to.
        memory: How much memory DuckDB may take, such as ``1GB``.
        threads: How many threads it may use; by default one a core.
    """
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": memory,
        "temp_directory": str(folder),
        "preserve_insertion_order": True,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    if threads is not None:
        config["threads"] = threads
    db = duckdb.connect(str(folder / "people.duckdb"), config=config)
    # The left side of a join stays the one that is read in order.
    db.execute("SET disabled_optimizers = 'join_order,build_side_probe_side'")
    return db
