"""People as a table: a parquet, CSV or JSON-lines file, or a table of another library."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import attrs
import duckdb

from glutemed.model.vocabulary import Vocabulary
from glutemed.model.wording import shown
from glutemed.population.columns import CLEAR, Branch, Form, branch, column
from glutemed.population.unreadable import unread, unreadable, without_cells
from glutemed.reading.sql import text

PARQUET = frozenset({".parquet", ".pq"})
CSV = frozenset({".csv", ".tsv"})
LINES = frozenset({".jsonl", ".ndjson"})
PACKED = frozenset({".gz", ".zst"})
_UNFIT = "it has no columns, two of one name, or one of values that DuckDB cannot read together"
_SOUND = "a column holds truths, or whole numbers, or words, or lists of words"
MOST_LINE = 1 << 20
LINES_AT_ONCE = 2048


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
    kind = next((suffix for suffix in reversed(suffixes) if suffix not in PACKED), "")
    quoted = f"{file_text(path)}, hive_partitioning = false"
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
            return _lines(db, path, vocabulary)
    except duckdb.Error as error:
        raise unread(str(path), kind.lstrip("."), error) from None
    raise unreadable(str(path), "its name must end in .parquet, .csv, .tsv, .jsonl or .ndjson")


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


def _lines(db: duckdb.DuckDBPyConnection, path: Path, vocabulary: Vocabulary) -> Table:
    """JSON lines, with every value as JSON, so that each keeps its own type."""
    options = (
        "columns = {'line': 'VARCHAR'}, delim = chr(1), quote = '', escape = '', header = false, "
        f"auto_detect = false, max_line_size = {MOST_LINE}, hive_partitioning = false"
    )
    db.execute(
        "CREATE TABLE lines AS SELECT CASE WHEN is_object THEN line ELSE '{}' END AS line, "
        "NOT is_object AS broken FROM (SELECT line, coalesce(json_valid(line) AND "
        "json_type(CASE WHEN json_valid(line) THEN line END) = 'OBJECT', FALSE) AS is_object "
        f"FROM read_csv({file_text(path)}, {options}) WHERE trim(line) <> '')"
    )
    structure = _structure(db)
    shape, parts = _shape(structure, "", vocabulary)
    taken = f"json_transform(line, {text(json.dumps(shape))})" if shape else "NULL"
    broken = " OR ".join(["broken", *(_twice(place) for place in _objects(structure, ""))])
    flags = {each.name for each in vocabulary.red_flags}
    # Beside `clear` a red flag that is null was not asked; one that is left out is answered by it.
    asked = [place for place, full in _leaves(parts) if full in flags] if CLEAR in parts else []
    kinds = f"json_type(line, [{', '.join(map(text, asked))}])" if asked else "NULL"
    db.execute(
        f"CREATE TABLE staged AS SELECT {broken} AS broken, {taken} AS j, {kinds} AS kinds "
        "FROM lines"
    )
    db.execute("DROP TABLE lines")
    made = tuple(_json_branch("j", name, part, asked) for name, part in parts.items())
    return Table("staged t", made, str(path), broken="broken")


def _structure(db: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """The keys of the table ``lines``, nested; found in parts, each of which must be in memory."""
    last = db.execute("SELECT max(rowid) FROM lines").fetchall()[0][0]
    found: Any = {}
    try:
        for start in range(0, -1 if last is None else last + 1, LINES_AT_ONCE):
            part = _keys(db, f"WHERE rowid >= {start} AND rowid < {start + LINES_AT_ONCE}")
            found = _joined(found, {} if part == _ANYTHING else part)
    except _PerhapsEmpty:
        found = _keys(db, "")
    return found if isinstance(found, dict) else {}


_ANYTHING = "JSON"
"""What DuckDB says of values that are different, or are nothing but empty objects."""


class _PerhapsEmpty(Exception):
    """Only all lines together tell whether something is an object in all of them."""


def _keys(db: duckdb.DuckDBPyConnection, where: str) -> Any:
    found = db.execute(f"SELECT json_group_structure(CAST(line AS JSON)) FROM lines {where}")
    text = found.fetchall()[0][0]
    return json.loads(text) if text else {}


def _joined(one: Any, other: Any) -> Any:
    """Two structures as one: objects have the keys of both; beside something else they are none.

    Raises:
        _PerhapsEmpty: One is an object, and the other may be an empty one.
    """
    if isinstance(one, dict) and isinstance(other, dict):
        return {
            key: _joined(one[key], other[key]) if key in one and key in other else inner
            for key, inner in {**one, **other}.items()
        }
    if other in (one, "NULL"):
        return one
    if one == "NULL":
        return other
    if _ANYTHING in (one, other) and (isinstance(one, dict) or isinstance(other, dict)):
        raise _PerhapsEmpty
    return "VARCHAR"  # whatever it is, it is no object


def _objects(structure: dict[str, Any], place: str) -> Iterator[str]:
    """Where objects stand in the lines, as JSON pointers."""
    yield place
    for key, inner in structure.items():
        if isinstance(inner, dict):
            yield from _objects(inner, f"{place}/{_escaped(key)}")


def _twice(place: str) -> str:
    """Text that is true for a line in which a key stands twice, of which only the first is read."""
    keys = f"json_keys(line, {text(place)})" if place else "json_keys(line)"
    return f"coalesce(len({keys}) > list_unique({keys}), FALSE)"


def _shape(structure: dict[str, Any], prefix: str, vocabulary: Vocabulary) -> tuple[Any, Any]:
    """What to take out of each line: groups of facts as they are nested, each fact as JSON."""
    shape: dict[str, Any] = {}
    parts: dict[str, Any] = {}
    for key, inner in structure.items():
        full = f"{prefix}{key}"
        if full not in vocabulary and isinstance(inner, dict) and inner:
            shape[key], parts[key] = _shape(inner, f"{full}.", vocabulary)
        else:
            shape[key], parts[key] = "JSON", None
    return shape, parts


def _leaves(parts: dict[str, Any], place: str = "", prefix: str = "") -> Iterator[tuple[str, str]]:
    """Each value that is taken out: its JSON pointer, and the full name of its fact."""
    for key, inner in parts.items():
        here, full = f"{place}/{_escaped(key)}", f"{prefix}{key}"
        if inner is None:
            yield here, full
        else:
            yield from _leaves(inner, here, f"{full}.")


def _escaped(key: str) -> str:
    """A key as a JSON pointer names it."""
    return key.replace("~", "~0").replace("/", "~1")


def _json_branch(base: str, key: str, parts: Any, asked: Sequence[str], place: str = "") -> Branch:
    sql, here = f"struct_extract({base}, {text(key)})", f"{place}/{_escaped(key)}"
    if parts is None:
        if here in asked:
            unknown = text('"unknown"')
            sql = f"CASE WHEN kinds[{asked.index(here) + 1}] = 'NULL' THEN {unknown} ELSE {sql} END"
        return Branch(key, sql, Form.JSON)
    inner = tuple(_json_branch(sql, part, more, asked, here) for part, more in parts.items())
    return Branch(key, sql, Form.OTHER, inner)
