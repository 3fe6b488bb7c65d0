"""What is worked out once for each different value, in tables beside the rows, and joined to them."""

from __future__ import annotations

from collections.abc import Iterator

import attrs
import duckdb


@attrs.frozen
class Listed:
    """A set in a column: a small table of its different values, and what each comes to.

    Args:
        name: What the table is called; ``value``, ``hash`` and ``code0``, ``code1``, … are its
            columns, with its name before.
        sql: The text that reads the set from a row.
        codes: The text of each code.
        places: The word and the shift of each code, and the code of an unknown set.
        by_hash: Whether rows find their value by its hash, which is quicker than by the value.
    """

    name: str
    sql: str
    codes: tuple[str, ...]
    places: tuple[tuple[int, int, int], ...]
    by_hash: bool = False

    def create(self, source: str) -> str:
        """The statement that makes the table."""
        codes = ", ".join(f"{code} AS {self.name}_code{at}" for at, code in enumerate(self.codes))
        return (
            f"CREATE TABLE {self.name} AS SELECT {self.name}_value, "
            f"hash({self.name}_value) AS {self.name}_hash, {codes} FROM (SELECT DISTINCT "
            f"{self.sql} AS {self.name}_value FROM {source} WHERE {self.sql} IS NOT NULL)"
        )

    def settled(self, db: duckdb.DuckDBPyConnection) -> Listed:
        """The same, by hash if no two of all the values there are have the same one.

        Some have: DuckDB gives an empty list that of a list of nothing.
        """
        found = db.execute(f"SELECT count(*), count(DISTINCT {self.name}_hash) FROM {self.name}")
        values, hashes = found.fetchall()[0]
        return attrs.evolve(self, by_hash=values == hashes)

    @property
    def key(self) -> str:
        """The text by which a row finds its value; nothing where it has none."""
        return (
            f"CASE WHEN {self.sql} IS NOT NULL THEN hash({self.sql}) END"
            if self.by_hash
            else self.sql
        )

    @property
    def join(self) -> str:
        """The text that joins the table to rows that have the key."""
        other = "hash" if self.by_hash else "value"
        return f" LEFT JOIN {self.name} ON {self.name}_key = {self.name}_{other}"

    def part(self, at: int) -> str:
        """The text of one code, shifted to its place."""
        _, shift, silence = self.places[at]
        return f"(coalesce({self.name}_code{at}, CAST({silence} AS UBIGINT)) << {shift})"


@attrs.frozen
class Tried:
    """What is said of single exercises: many columns, of which most people have none.

    Their words are worked out of those who have some, and each different thing that is said gets a
    number, in the table ``trials``, which stands for its words; silence is 0.

    Args:
        columns: The text of each column.
        words: The text of each word, from ``c0``, ``c1`` and so on, and what it is for the others.
    """

    columns: tuple[str, ...]
    words: tuple[tuple[str, int], ...]

    @property
    def names(self) -> tuple[str, ...]:
        """What its words are called."""
        return tuple(f"tried{at}" for at in range(len(self.words)))

    def begin(self) -> str:
        """The statement that makes the table of the numbers."""
        silences = ", ".join(
            f"CAST({silence} AS UBIGINT) AS {name}"
            for name, (_, silence) in zip(self.names, self.words, strict=True)
        )
        return f"CREATE TABLE trials AS SELECT CAST(0 AS UBIGINT) AS trial, {silences}"

    def number(self, source: str, row: str, within: str) -> Iterator[str]:
        """The statements that find the number of each row, in the table ``tried``.

        Args:
            source: What to read from.
            row: Text that numbers its rows.
            within: Text that is true for the rows that are meant.
        """
        raw = ", ".join(f"{sql} AS c{at}" for at, sql in enumerate(self.columns))
        # Said in this way it is looked up in few columns of most rows.
        none = " AND ".join(f"{sql} IS NULL" for sql in self.columns)
        texts = (text for text, _ in self.words)
        words = ", ".join(f"({t}) AS {name}" for t, name in zip(texts, self.names, strict=True))
        same = " AND ".join(f"s.{name} = t.{name}" for name in self.names)
        names = ", ".join(self.names)
        # Put aside first, they come in full portions, and each portion costs something.
        yield (
            f"CREATE OR REPLACE TEMP TABLE said AS WITH told AS MATERIALIZED "
            f"(SELECT {row} AS tried_row, {raw} FROM {source} WHERE {within} AND NOT ({none})) "
            f"SELECT tried_row, {words} FROM told"
        )
        yield (
            "INSERT INTO trials SELECT (SELECT count(*) FROM trials) + row_number() OVER () - 1, s.* "
            f"FROM (SELECT DISTINCT {names} FROM said) s ANTI JOIN trials t ON {same}"
        )
        yield (
            "CREATE OR REPLACE TEMP TABLE tried AS "
            f"SELECT s.tried_row, t.trial FROM said s JOIN trials t ON {same}"
        )
