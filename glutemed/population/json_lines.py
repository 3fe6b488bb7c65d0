"""JSON lines → a table in which every value is JSON still."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

import duckdb

from glutemed.model.vocabulary import Vocabulary
from glutemed.model.wording import shown
from glutemed.population.columns import CLEAR, Branch, Form
from glutemed.population.unreadable import unreadable
from glutemed.reading.sql import text

LINES_AT_ONCE = 2048
MOST_OPENED = 500
"""So many brackets may stand in a line of JSON: DuckDB ends the process where they nest deeply."""


def read_lines(
    db: duckdb.DuckDBPyConnection, file: str, longest: int, where: str, vocabulary: Vocabulary
) -> tuple[Branch, ...]:
    """Read JSON lines into the table ``staged``, every value as JSON, so that each keeps its type.

    Its column ``broken`` is true for a line that is no JSON object, or gives a key twice.

    Args:
        db: Where to.
        file: The file, as SQL text.
        longest: How many bytes a line may have.
        where: What the file is called in a diagnostic.
        vocabulary: The facts.

    Returns:
        The columns.

    Raises:
        FactsInvalid: Two keys of one object differ in capitals only.
    """
    options = (
        "columns = {'line': 'VARCHAR'}, delim = '\x01\x02\x03\x04', quote = '', escape = '', "
        f"header = false, auto_detect = false, max_line_size = {longest}, hive_partitioning = false"
    )
    db.execute(
        "CREATE TABLE lines AS SELECT CASE WHEN is_object THEN line ELSE '{}' END AS line, "
        "NOT is_object AS broken FROM (SELECT line, coalesce(json_valid(line) AND "
        "json_type(CASE WHEN json_valid(line) THEN line END) = 'OBJECT', FALSE) AS is_object "
        "FROM (SELECT CASE WHEN len(line) - len(translate(line, '[{', '')) "
        f"<= {MOST_OPENED} THEN line ELSE '' END AS line "
        f"FROM read_csv({file}, {options}) WHERE trim(line) <> ''))"
    )
    structure = _structure(db)
    mixed = _mixed(db, structure, vocabulary)
    shape, parts = _shape(structure, "", where, vocabulary)
    taken = f"json_transform(line, {text(json.dumps(shape))})" if shape else "NULL"
    twice = [_twice(place) for place in _objects(structure, "")]
    neither = [
        f"coalesce(json_type(line, {text(f'/{key}')}) NOT IN ('OBJECT', 'NULL'), FALSE)"
        for key in mixed
        if key != CLEAR
    ]
    broken = " OR ".join(["broken", *twice, *neither])
    flags = {each.name for each in vocabulary.red_flags}
    # Beside `clear` a red flag that is null was not asked; one that is left out is answered by it.
    is_clear = CLEAR in parts or CLEAR in mixed
    asked = [place for place, full in _leaves(parts) if full in flags] if is_clear else []
    kinds = f"json_type(line, [{', '.join(map(text, asked))}])" if asked else "NULL"
    clear = f"CASE WHEN NOT {_is_object(CLEAR)} THEN json_extract(line, {text(f'/{CLEAR}')}) END"
    db.execute(
        f"CREATE TABLE staged AS SELECT {broken} AS broken, {taken} AS j, {kinds} AS kinds"
        f"{f', {clear} AS clear' if CLEAR in mixed else ''} FROM lines"
    )
    db.execute("DROP TABLE lines")
    own = tuple(_json_branch("j", name, part, asked) for name, part in parts.items())
    return (*own, Branch(CLEAR, "clear", Form.JSON)) if CLEAR in mixed else own


def _mixed(
    db: duckdb.DuckDBPyConnection, structure: dict[str, Any], vocabulary: Vocabulary
) -> tuple[str, ...]:
    """Groups of facts that are objects in some lines only; the structure then has their keys."""
    found = []
    for key in sorted({fact.name.partition(".")[0] for fact in vocabulary} & set(structure)):
        if isinstance(structure[key], dict):
            continue
        some = db.execute(f"SELECT 1 FROM lines WHERE {_is_object(key)} LIMIT 1").fetchone()
        if some is not None:
            found.append(key)
            own = _structure(db, f"json_extract(line, {text(f'/{key}')})", _is_object(key))
            structure.pop(key)
            structure |= {key: own} if own else {}
    return tuple(found)


def _is_object(key: str) -> str:
    return f"coalesce(json_type(line, {text(f'/{key}')}) = 'OBJECT', FALSE)"


def _structure(
    db: duckdb.DuckDBPyConnection, value: str = "CAST(line AS JSON)", only: str = "TRUE"
) -> dict[str, Any]:
    """The keys of the table ``lines``, nested; found in parts, each of which must be in memory.

    Args:
        db: The database.
        value: Of what in a line, as text.
        only: Text that is true for the lines to look at.
    """
    last = db.execute("SELECT max(rowid) FROM lines").fetchall()[0][0]
    found: Any = {}
    try:
        for start in range(0, -1 if last is None else last + 1, LINES_AT_ONCE):
            rows = f"{only} AND rowid >= {start} AND rowid < {start + LINES_AT_ONCE}"
            part = _keys(db, value, rows)
            found = _joined(found, {} if part == _ANYTHING else part)
    except _PerhapsEmpty:
        found = _keys(db, value, only)
    return found if isinstance(found, dict) else {}


_ANYTHING = "JSON"
"""What DuckDB says of values that are different, or are nothing but empty objects."""


class _PerhapsEmpty(Exception):
    """Only all lines together tell whether something is an object in all of them."""


def _keys(db: duckdb.DuckDBPyConnection, value: str, only: str) -> Any:
    found = db.execute(f"SELECT json_group_structure({value}) FROM lines WHERE {only}")
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


def _shape(
    structure: dict[str, Any], prefix: str, where: str, vocabulary: Vocabulary
) -> tuple[Any, Any]:
    """What to take out of each line: groups of facts as they are nested, each fact as JSON.

    Raises:
        FactsInvalid: Two keys differ in capitals only: DuckDB would not tell them apart.
    """
    shape: dict[str, Any] = {}
    parts: dict[str, Any] = {}
    known: dict[str, str] = {}
    for key, inner in structure.items():
        full = f"{prefix}{key}"
        other = known.setdefault(key.casefold(), key)
        if other != key:
            raise unreadable(where, f"`{shown(other)}` and `{shown(key)}` differ in capitals only")
        if full not in vocabulary and isinstance(inner, dict) and inner:
            shape[key], parts[key] = _shape(inner, f"{full}.", where, vocabulary)
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
