"""One row of a table as facts, to look at closely."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import Any

from glutemed.intake import read_mapping
from glutemed.json_text import value_of
from glutemed.model.errors import FactsInvalid
from glutemed.model.facts import Facts
from glutemed.model.ruleset import Ruleset
from glutemed.model.vocabulary import FactDeclaration, Kind
from glutemed.population.batch import connect
from glutemed.population.columns import CLEAR, Form, Given, facts_in, without_id
from glutemed.population.files import MEMORY
from glutemed.population.table import open_file
from glutemed.population.unreadable import unreadable

_WHOLE = re.compile(r"[-+]?[0-9]{1,30}\Z")
_BLANKS = " \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
"""What DuckDB trims."""
_BETWEEN = re.compile(r"[ \t\n\f\r]*[;,|][ \t\n\f\r]*|[ \t\n\f\r]+")


def person_at(people: Path, row: int, ruleset: Ruleset, *, id_column: str | None = None) -> Facts:
    """The facts of one row of a file, read as a batch reads them.

    Args:
        people: A parquet, CSV or JSON-lines file.
        row: The number of the row, from 1, as a batch writes it.
        ruleset: The rules.
        id_column: A column that is no fact.

    Raises:
        FactsInvalid: There is no such row, it is no person, or a column is no fact.
    """
    vocabulary = ruleset.vocabulary
    with (
        tempfile.TemporaryDirectory(prefix="glutemed-") as folder,
        connect(Path(folder), memory=MEMORY) as db,
    ):
        table = open_file(db, people, vocabulary)
        branches = without_id(table.branches, id_column, vocabulary, table.where)
        given, clear = facts_in(branches, vocabulary, table.where)
        columns = [*given, *([] if clear is None else [clear])]
        read = ", ".join([table.broken, *(one.sql for one in columns)])
        found = db.execute(
            f"SELECT {read} FROM {table.source} WHERE {table.row} = {int(row)}"
        ).fetchone()
    if found is None:
        raise unreadable(str(people), f"there is no row {row}")
    broken, *values = found
    if broken:
        raise unreadable(str(people), f"row {row} is no JSON object, or has one name twice")
    try:
        plain = {
            one.fact: _plain(one, value, vocabulary.facts.get(one.fact))
            for one, value in zip(columns, values, strict=True)
            if value is not None
        }
    except ValueError as error:
        raise unreadable(str(people), f"row {row} is no person: {error}") from None
    facts, wrong = read_mapping(plain, vocabulary)
    if facts is None:
        raise FactsInvalid(wrong)
    return facts


def _plain(one: Given, value: Any, declared: FactDeclaration | None) -> Any:
    """A value as a file of facts would have it."""
    if one.form is Form.JSON:
        return value_of(value)
    if one.form is Form.REAL:
        return int(value) if value == value // 1 else float(value)
    if one.form is Form.MEMBERS:
        if value["present"] is None and value["absent"] is None:
            return None
        return {
            part: words for part, words in value.items() if part == "present" or words is not None
        }
    if one.form is not Form.TEXT:
        return value
    is_bool = declared is not None and declared.kind is Kind.BOOL
    word = value.strip(_BLANKS).lower() if is_bool else value.strip(_BLANKS)
    if word in {"", "unknown"}:
        return None
    if one.fact == CLEAR or declared is None or word == "declined":
        return word
    if declared.kind is Kind.BOOL:
        return {"true": True, "false": False}.get(word, word)
    if declared.kind is Kind.INT:
        return int(word) if _WHOLE.match(word) else word
    if declared.kind is Kind.SET:
        inner = word[1:-1].strip(_BLANKS) if word.startswith("[") and word.endswith("]") else word
        return _BETWEEN.split(inner) if inner else []
    return word
