"""Groups → rows: the answers that there are, and which of them each person gets."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb
import polars as pl

from glutemed.population.columns import RESULT, column
from glutemed.population.frames import Words, frame, plain
from glutemed.population.portions import Portion
from glutemed.population.rows import Row
from glutemed.population.table import file_text

_SIZES = ("tinyint", "smallint", "integer", "bigint")
_TIMES = ("timestamp", "timestamp_s", "timestamp_ms", "timestamp_ns", "timestamp with time zone")
_OTHERS = ("boolean", "float", "double", "decimal", "varchar", "blob", "date", "time")
_PLAIN = frozenset([*_SIZES, *(f"u{size}" for size in _SIZES), *_TIMES, *_OTHERS])
"""What a passed column may be; of any other kind it becomes text."""


class Assigned:
    """What was found so far: every answer, and in the table ``assigned`` who gets which, by row.

    Its queries run on a connection of its own, so that they may run beside others.

    Args:
        db: The database, with the table ``groups``.
        words: Those that may be in the answers.
        names: What the words of a situation are called.
        id_column: A column that is passed on.
        keep: The text of it, as ``id``; nothing where there is none.
        source: Where it comes from.
    """

    def __init__(
        self,
        db: duckdb.DuckDBPyConnection,
        words: Words,
        names: Sequence[str],
        id_column: str | None,
        keep: Sequence[str],
        source: str,
    ) -> None:
        self.db = db.cursor()
        self.words = words
        self.id = id_column
        self.answers = pl.DataFrame(schema=words.kinds)
        self._names = names
        own = ", ".join(["CAST(0 AS BIGINT) AS row", "CAST(0 AS BIGINT) AS answer", *keep])
        self.db.execute(f"CREATE TABLE assigned AS SELECT {own} FROM {source} LIMIT 0")
        kind = str(self.db.table("assigned").types[-1].id)
        self._passed = "id" if kind in _PLAIN else "CAST(id AS VARCHAR)"

    def add(self, new: Sequence[Row], portion: Portion) -> None:
        """Add the answers that are new, and what the people of a portion get; its words then go."""
        self.answers = pl.concat([self.answers, frame(new, self.words)], rechunk=True)
        own = "" if self.id is None else ", p.id"
        same = " AND ".join(f"p.{name} = g.{name}" for name in self._names)
        self.db.execute(
            f"INSERT INTO assigned SELECT p.row, g.answer{own} "
            f"FROM {portion.name} p JOIN groups g ON {same} ORDER BY p.row"
        )
        self.db.execute(f"DROP TABLE {portion.name}")

    def finish(self, folder: Path) -> None:
        """Make ``answers``, in plain words, and ``shares``: how many get each.

        Args:
            folder: Where the answers stand for as long as they are read.
        """
        path = folder / "answers.parquet"
        self.answers.with_row_index("answer").write_parquet(path, compression="lz4")
        self.db.execute(
            f"CREATE VIEW answers AS FROM read_parquet({file_text(path)}, hive_partitioning = false)"
        )
        self.db.execute(
            "CREATE TABLE shares AS SELECT answer, count(*) AS people FROM assigned GROUP BY answer"
        )

    @property
    def rows(self) -> int:
        """How many people were assigned."""
        found = self.db.execute("SELECT count(*) FROM assigned").fetchone()
        assert found is not None
        return int(found[0])

    def everybody(self, *, in_words: bool = False) -> pl.DataFrame:
        """What all people get, in the order of their rows, without those that are none.

        Args:
            in_words: Whether words are text, and not numbers of lists of words.
        """
        answers = plain(self.answers) if in_words else self.answers
        return self._frame(answers, "TRUE")

    def part(self, before: int, until: int) -> pl.DataFrame:
        """What some people get, in the order of their rows, without those that are none.

        Args:
            before: How many of those that were assigned stand before them.
            until: How many stand before what follows on them.
        """
        return self._frame(self.answers, f"rowid >= {before} AND rowid < {until}")

    def _frame(self, answers: pl.DataFrame, where: str) -> pl.DataFrame:
        own = "" if self.id is None else f", {self._passed} AS passed"
        part = pl.DataFrame(
            self.db.sql(
                f"SELECT row, answer{own} FROM assigned WHERE {where} AND answer >= 0 ORDER BY row"
            )
        )
        named = part.drop("answer")
        if self.id is not None:
            named = named.rename({"passed": self.id})
        return pl.concat([named, answers[part["answer"]]], how="horizontal")

    def result(self) -> str:
        """The query for what everybody gets, sorted by row, once it is finished."""
        own = "" if self.id is None else f"s.id AS {column(self.id)}, "
        columns = ", ".join(f"a.{name}" for name in (*RESULT, "ruleset"))
        return (
            f"SELECT s.row, {own}{columns} "
            "FROM assigned s JOIN answers a ON s.answer = a.answer ORDER BY s.row"
        )
