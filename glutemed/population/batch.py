"""Many people: rows → situations → groups → rows, in DuckDB, so that it may be larger than memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import attrs
import duckdb
import numpy as np

from glutemed.model.errors import EngineFailed
from glutemed.model.ruleset import Ruleset
from glutemed.pipeline import ready
from glutemed.population.answers import Whole
from glutemed.population.assigned import Assigned
from glutemed.population.columns import TAKEN_ALREADY, column, facts_in, unfit_id, without_id
from glutemed.population.coordinates import Coordinates, coordinates
from glutemed.population.faults import Faults
from glutemed.population.frames import every_word
from glutemed.population.groups import Groups
from glutemed.population.portions import POLL_S, Portion, portions
from glutemed.population.reader import Reader, chunks
from glutemed.population.rows import Row
from glutemed.population.table import Table

if TYPE_CHECKING:
    from glutemed.population.output import Output

INTERRUPTED = "Query interrupted"
"""What DuckDB says, in an error without a name, where a person stops it in a query."""

Begin = Callable[[Assigned], "Output"]
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
        self._threads = self._count("SELECT current_setting('threads')")

    def run(
        self, table: Table, *, id_column: str | None = None, output: Begin | None = None
    ) -> Counts:
        """Find what everybody in a table gets; afterwards `assigned` and `rejects` can be read.

        Args:
            table: The people.
            id_column: A column that is no fact and is passed on.
            output: Begins a file that each portion is written to.

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
        groups = self._decide(table, known, output)
        self.assigned.finish(self.folder)
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

    def _count(self, query: str) -> int:
        found = self.db.execute(query).fetchone()
        assert found is not None
        return int(found[0] or 0)

    # --- Rows → situations → groups ---------------------------------------------------------------

    def _decide(self, table: Table, known: Coordinates, output: Begin | None) -> Groups:
        """Read the rows, decide their situations, and assign what was found: three at a time."""
        kinds = ", ".join(f"{name} UBIGINT" for name in known.names)
        self.db.execute(f"CREATE TABLE groups ({kinds}, answer BIGINT)")
        keep = [] if self.id is None else [f"{table.passed(self.id)} AS id"]
        with portions(self.db, table, known, keep, self.people, self._wait) as read:
            groups = Groups(self.engine, known)
            words = every_word(self.ruleset, groups.prescriber.nothing_fits())
            self.assigned = Assigned(self.db, words, known.names, self.id, keep, table.source)
            with nullcontext() if output is None else output(self.assigned) as made:
                self._each(read, groups, known, made)
        self.db.execute(f"SET threads = {self._threads}")
        self.db.execute("DROP TABLE IF EXISTS staged")
        return groups

    def _each(
        self, read: Iterable[Portion], groups: Groups, known: Coordinates, output: Output | None
    ) -> None:
        """Decide each portion; what was decided is assigned and written beside the next one."""
        names = ", ".join(known.names)
        same = " AND ".join(f"m.{name} = g.{name}" for name in known.names)
        due: list[Future[None]] = []
        with ThreadPoolExecutor(1) as pool:
            try:
                for portion in read:
                    new = (
                        f"SELECT {names} FROM (SELECT DISTINCT {names} FROM {portion.name}) m "
                        f"ANTI JOIN groups g ON {same}"
                    )
                    self.db.execute(f"CREATE TABLE situations AS {known.unfold(new)}")
                    before = len(groups.rows)
                    self._groups(groups, known, portion)
                    self.db.execute("DROP TABLE situations")
                    for each in due:
                        if each.done():
                            each.result()
                    made = tuple(groups.rows[before:])
                    due.append(pool.submit(self._assign, made, portion, output))
                for each in due:
                    while not wait([each], POLL_S).done:
                        self.tell("writing", output.rows / max(1, self.people) if output else 0.0)
                    each.result()
            except BaseException:
                for each in due:
                    each.cancel()
                self.assigned.db.interrupt()
                raise
        self.tell("writing", 1.0)

    def _assign(self, new: Sequence[Row], portion: Portion, output: Output | None) -> None:
        self.assigned.add(new, portion)
        if output is not None:
            output.add()

    def _wait(self, reading: duckdb.DuckDBPyConnection, due: Future[None]) -> None:
        """Wait until something is read, and tell how far the first portion is."""
        while not wait([due], POLL_S).done:
            if not self._is_deciding:
                self.tell("reading", max(0.0, reading.query_progress()) / 100)
        if not self._is_deciding:
            # From here on one core is left to what decides, which all the rest waits for.
            self.db.execute(f"SET threads = {max(1, self._threads - 1)}")
        self._is_deciding = True

    def _groups(self, groups: Groups, known: Coordinates, portion: Portion) -> None:
        size = self._count("SELECT count(*) FROM situations")
        numbers = np.empty(size, dtype=np.int64)
        for start, words in chunks(self.db, known.unfolded, size):
            part = portion.before + (portion.until - portion.before) * start / size
            self.tell("deciding", part / self.people)
            numbers[start : start + len(words[0])] = self._group(groups, known, words)
        names = ", ".join(f"s.{name}" for name in known.names)
        self.db.register("found", {"answer": numbers})
        self.db.execute(
            f"INSERT INTO groups SELECT {names}, f.answer FROM situations s POSITIONAL JOIN found f"
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

    def rejects(self) -> str:
        """The query for the rows that are no people, and why."""
        self.db.register("reasons", self.faults.reasons())
        own = "" if self.id is None else f"s.id AS {column(self.id)}, "
        return (
            f"SELECT s.row, {own}r.reason FROM assigned s "
            "JOIN reasons r ON r.number = -1 - s.answer ORDER BY s.row"
        )


@contextmanager
def connect(
    folder: Path, *, memory: str, threads: int | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in a folder of its own, closed at the end.

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
    with duckdb.connect(str(folder / "people.duckdb"), config=config) as db:
        # The left side of a join stays the one that is read in order.
        db.execute("SET disabled_optimizers = 'join_order,build_side_probe_side'")
        try:
            yield db
        except BaseException as error:
            db.interrupt()  # to close waits for a query that goes on in another thread
            if isinstance(error, RuntimeError) and str(error) == INTERRUPTED:
                raise KeyboardInterrupt from None
            raise
