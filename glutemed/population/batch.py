"""Many people: rows → situations → groups → rows, in DuckDB, so that it may be larger than memory."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import attrs
import duckdb
import numpy as np

from glutemed.model.errors import EngineFailed
from glutemed.model.ruleset import Ruleset
from glutemed.pipeline import ready
from glutemed.population.answers import Whole
from glutemed.population.columns import column, facts_in, no_column
from glutemed.population.coordinates import Coordinates, coordinates
from glutemed.population.faults import Faults
from glutemed.population.groups import Groups
from glutemed.population.reader import Reader, chunks
from glutemed.population.rows import EXERCISE_COLUMNS, as_json
from glutemed.population.table import Table
from glutemed.reading.sql import text

POLL_S = 0.2
ROW_GROUP = 122_880
MOST_LISTED = 200_000
"""More different answers than this are not held as one list."""

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

    def run(self, table: Table, *, id_column: str | None = None) -> Counts:
        """Find what everybody in a table gets; afterwards `answers` and `rejects` can be read.

        Raises:
            FactsInvalid: A column is no fact, or there is no column of that id.
            EngineFailed: The engine failed, or its readings disagree.
            HazardBroken: A programme would have broken a hazard.
        """
        self.id = id_column
        branches = table.branches
        if id_column is not None:
            if all(one.name != id_column for one in branches):
                raise no_column(id_column, (one.name for one in branches), table.where)
            branches = tuple(one for one in branches if one.name != id_column)
        given, clear = facts_in(branches, self.ruleset.vocabulary, table.where)
        known = coordinates(self.ruleset, given, clear, table.broken)
        self.people = self._count(f"SELECT count(*) FROM {table.source}")
        people = self._rows(table, known)
        situations = self._situations(known)
        groups = Groups(self.engine, known)
        self._groups(groups, known, situations)
        self._answers(groups)
        rejected = self._count("SELECT sum(people) FROM groups WHERE answer < 0")
        answered = self._count("SELECT sum(people) FROM groups WHERE answer >= 0")
        self._whole(self.people, people)
        self._whole(people, answered + rejected)
        return Counts(
            people, answered, rejected, situations, len(groups.rows), groups.answers.decided
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

    def _whole(self, before: int, after: int) -> None:
        if before != after:
            raise EngineFailed(f"{before} people came in and {after} went out; nothing was emitted")

    def _count(self, query: str) -> int:
        found = self.db.execute(query).fetchone()
        assert found is not None
        return int(found[0] or 0)

    # --- Rows → situations ----------------------------------------------------------------------

    def _rows(self, table: Table, known: Coordinates) -> int:
        keep = [] if self.id is None else [f"{column(self.id)} AS id"]
        for query in known.before(table.source, table.row):
            self.db.execute(query)
        made = known.select(table.source, table.row, keep)
        self.do("reading", f"CREATE TABLE people AS {made}")
        self.db.execute("DROP TABLE IF EXISTS staged")
        return self._count("SELECT count(*) FROM people")

    def _situations(self, known: Coordinates) -> int:
        words = ", ".join(known.names)
        self.do(
            "grouping",
            f"CREATE TABLE situations AS SELECT {words}, count(*) AS people "
            f"FROM people GROUP BY {words}",
        )
        return self._count("SELECT count(*) FROM situations")

    # --- Situations → groups --------------------------------------------------------------------

    def _groups(self, groups: Groups, known: Coordinates, situations: int) -> None:
        numbers = np.empty(situations, dtype=np.int64)
        for start, words in chunks(self.db, known.names, situations):
            self.tell("deciding", start / max(1, situations))
            numbers[start : start + len(words[0])] = self._group(groups, known, words)
        self.db.register("found", {"answer": numbers})
        own = ", ".join(f"s.{name}" for name in known.names)
        self.db.execute(
            f"CREATE TABLE groups AS SELECT {own}, s.people, f.answer "
            "FROM situations s POSITIONAL JOIN found f"
        )
        self.db.unregister("found")
        self.db.execute("DROP TABLE situations")

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
            f"FROM read_json({text(str(path))}, format = 'newline_delimited', "
            f"columns = {{{stated}}}, maximum_object_size = 4194304)"
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
        """The query for what everybody gets, with plain words for other libraries."""
        exercise = ", ".join(f"{name} {kind}" for name, kind in EXERCISE_COLUMNS)
        plain = {
            **dict.fromkeys(("outcome", "urgency"), "VARCHAR"),
            **dict.fromkeys(("referred_to", "rules", "questions"), "VARCHAR[]"),
            "exercises": f"STRUCT({exercise})[]",
        }
        cast = ", ".join(f"CAST({name} AS {kind}) AS {name}" for name, kind in plain.items())
        return f"SELECT * REPLACE ({cast}) FROM ({self.result()})"

    def result(self) -> str:
        """The query for what everybody gets, in the order of the rows."""
        named = [f"{column(self.id)}"] if self.id is not None else []
        own = [f"id AS {name}" for name in named]
        self.do(
            "sorting",
            f"CREATE OR REPLACE TABLE assigned AS SELECT {', '.join(['p.row', *(['p.id'] if own else [])])}, "
            f"g.answer FROM people p JOIN groups g ON {self._same()} WHERE g.answer >= 0 ORDER BY p.row",
        )
        columns = ", ".join(f"a.{name} AS {name}" for name in _COLUMNS)
        fingerprint = f"{text(self.ruleset.fingerprint)} AS ruleset"
        if self._count("SELECT count(*) FROM answers") > MOST_LISTED:
            return (
                f"SELECT {', '.join(['row', *own])}, {columns}, {fingerprint} FROM assigned "
                "JOIN answers a USING (answer) ORDER BY row"
            )
        # A join would mix up the rows; an element of a list is found in their order.
        return (
            f"SELECT {', '.join(['row', *own])}, {columns}, {fingerprint} FROM "
            f"(SELECT row, {'id, ' if own else ''}every[answer + 1] AS a FROM assigned, "
            "(SELECT list(answers ORDER BY answer) AS every FROM answers))"
        )

    def rejects(self) -> str:
        """The query for the rows that are no people, and why."""
        self.db.register("reasons", self.faults.reasons())
        own = [f"p.id AS {column(self.id)}"] if self.id is not None else []
        return (
            f"SELECT {', '.join(['p.row', *own])}, r.reason "
            f"FROM people p JOIN groups g ON {self._same()} "
            "JOIN reasons r ON r.number = -1 - g.answer WHERE g.answer < 0 ORDER BY p.row"
        )

    def _same(self) -> str:
        words = [name for name in self.db.sql("FROM groups LIMIT 0").columns if name[0] == "w"]
        return " AND ".join(f"p.{word} = g.{word}" for word in words)


_COLUMNS = (
    *("outcome", "urgency", "referred_to", "stage", "sessions_per_week", "review_weeks"),
    *("exercises", "rules", "questions"),
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
