"""People as a table: a parquet, CSV or JSON-lines file, or a table of another library."""

from __future__ import annotations

import gzip
import re
import zlib
from pathlib import Path
from typing import Any

import attrs
import duckdb

from glutemed.model.vocabulary import Vocabulary
from glutemed.model.wording import shown
from glutemed.population.columns import Branch, Form, branch, column
from glutemed.population.json_lines import read_lines
from glutemed.population.unreadable import unread, unreadable, without_cells
from glutemed.reading.sql import text

PARQUET = frozenset({".parquet", ".pq"})
CSV = frozenset({".csv", ".tsv"})
LINES = frozenset({".jsonl", ".ndjson"})
PACKED = ".gz"
_UNFIT = "it has no columns, two of one name, or one of values that DuckDB cannot read together"
_SOUND = "a column holds truths, or whole numbers, or words, or lists of words"
MOST_LINE = 1 << 20


@attrs.frozen
class Table:
    """People, one a row.

    Args:
        source: What to read from, as SQL text.
        row: Text that gives the number of a row, from 1.
        branches: The columns.
        where: What it is called in a diagnostic.
        broken: Text that is true for a row that cannot be read at all.
    """

    source: str
    branches: tuple[Branch, ...]
    where: str
    broken: str = "FALSE"
    row: str = "t.rowid + 1"

    def passed(self, name: str) -> str:
        """Text that reads a column as it is; of JSON lines, what is said in text."""
        (own,) = (one for one in self.branches if one.name == name)
        return f"json_extract_string({own.sql}, '$')" if own.form is Form.JSON else column(name)


def open_file(db: duckdb.DuckDBPyConnection, path: Path, vocabulary: Vocabulary) -> Table:
    """A file of people, by the end of its name.

    Raises:
        FactsInvalid: It cannot be read as what its name says it is.
    """
    suffixes = [suffix.lower() for suffix in path.suffixes]
    kind = next((suffix for suffix in reversed(suffixes) if suffix != PACKED), "")
    quoted = f"{file_text(path)}, hive_partitioning = false"
    if suffixes[-1:] == [PACKED] and not _is_whole(path):
        raise unreadable(str(path), "it is damaged, or its end is missing")
    try:
        if kind in PARQUET:
            own = branches(db, f"read_parquet({quoted})")
            # DuckDB reads them as other numbers.
            wide = f"SELECT name FROM parquet_schema({file_text(path)}) WHERE precision > 38"
            for (name,) in db.execute(wide).fetchall():
                reason = f"the numbers of `{shown(name)}` have more than 38 digits"
                raise unreadable(str(path), reason, "write them as whole numbers of 64 bits")
            source = f"read_parquet({quoted}, file_row_number = true) t"
            return Table(source, own, str(path), row="t.file_row_number + 1")
        if kind in CSV:
            separator = ", delim = '\t'" if kind == ".tsv" else ""
            # What is not said here is guessed, such as a sign that begins a comment.
            options = (
                "header = true, all_varchar = true, comment = '', skip = 0, "
                f"quote = '\"', escape = '\"', max_line_size = {MOST_LINE}{separator}"
            )
            db.execute(f"CREATE TABLE staged AS SELECT * FROM read_csv({quoted}, {options})")
            own = branches(db, "staged")
            wrong = without_cells(str(path), tuple(one.name for one in own))
            if wrong is not None:
                raise wrong
            return Table("staged t", own, str(path))
        if kind in LINES:
            own = read_lines(db, file_text(path), MOST_LINE, str(path), vocabulary)
            return Table("staged t", own, str(path), broken="broken")
    except duckdb.Error as error:
        raise unread(str(path), kind.lstrip("."), error) from None
    raise unreadable(str(path), "its name must end in .parquet, .csv, .tsv, .jsonl or .ndjson")


def _is_whole(path: Path) -> bool:
    """Whether a compressed file has its end, and is what it was: DuckDB reads as far as it comes."""
    try:
        with gzip.open(path) as file:
            while file.read(1 << 20):
                pass
    except (EOFError, gzip.BadGzipFile, zlib.error):
        return False
    return True


def file_text(path: Path) -> str:
    """A path as SQL text that means this file alone: DuckDB takes some signs for a pattern.

    Nor may a folder such as ``screening=clear`` be read as a column, which it is by default.
    """
    return text(re.sub(r"[*?\[]", r"[\g<0>]", str(path)))


def branches(db: duckdb.DuckDBPyConnection, source: str) -> tuple[Branch, ...]:
    """The columns of a source."""
    relation = db.sql(f"SELECT * FROM {source} LIMIT 0")
    return tuple(
        branch(name, column(name), kind)
        for name, kind in zip(relation.columns, relation.types, strict=True)
    )


def open_frame(db: duckdb.DuckDBPyConnection, frame: Any, *, is_pandas: bool) -> Table:
    """A table of another library, copied, so that its rows have numbers.

    Args:
        db: Where to copy it to.
        frame: Whatever DuckDB can read.
        is_pandas: Whether it is of pandas, where a broken number that is none stands for nothing.

    Raises:
        FactsInvalid: DuckDB cannot read a column of it.
    """
    if is_pandas:
        # Of a column of objects it looks at some rows only, if it may, and makes the others fit.
        db.execute(f"SET pandas_analyze_sample = {max(1000, len(frame))}")
    try:
        db.register("given", frame)
        relation = db.sql("SELECT * FROM given LIMIT 0")
        picked = []
        for name, kind in zip(relation.columns, relation.types, strict=True):
            own = column(name)
            if is_pandas and str(kind.id) in {"double", "float"}:
                own = f"CASE WHEN isnan({own}) THEN NULL ELSE {own} END AS {own}"
            picked.append(own)
        db.execute(f"CREATE TABLE staged AS SELECT {', '.join(picked) or '1'} FROM given")
    except (duckdb.OutOfMemoryException, duckdb.IOException, duckdb.InterruptException):
        raise
    except duckdb.Error:
        raise unreadable("people", _UNFIT, _SOUND) from None
    db.unregister("given")
    return Table("staged t", branches(db, "staged"), "people")
