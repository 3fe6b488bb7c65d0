"""What a person reads where a table of people cannot be read."""

from __future__ import annotations

import re

import duckdb

from glutemed.model.diagnostic import Diagnostic, Severity, Span, Text
from glutemed.model.errors import FactsInvalid

_LINE = re.compile(r"CSV Error on Line: (\d+)")
_CELLS = "line {line} has more or fewer cells than the first line"
_QUOTED = "a value that has a separator in it stands between double quotes"
_WHY = (
    (re.compile(r"^Expected Number of Columns: \d+ Found: \d+$", re.MULTILINE), _CELLS, _QUOTED),
    (
        re.compile(r"^Value with unterminated quote found", re.MULTILINE),
        "a double quote in line {line} has no end",
        "a double quote in a value is written twice",
    ),
    (
        re.compile(r"^Invalid unicode ", re.MULTILINE),
        "line {line} is not UTF-8",
        "save the file as UTF-8",
    ),
    (re.compile(r"^Maximum line size of ", re.MULTILINE), "a line of it is too long", None),
)
"""What DuckDB says, what that means, and what helps."""


def unreadable(where: str, reason: str, help: str | None = None) -> FactsInvalid:
    """What to raise where a file cannot be read."""
    span = Span(Text(where, ""), 0, 0)
    message = f"cannot read `{where}`: {reason}"
    return FactsInvalid((Diagnostic("GM107", Severity.ERROR, message, span, help),))


def unread(where: str, kind: str, error: duckdb.Error) -> FactsInvalid:
    """What to raise where DuckDB could not read a file.

    Args:
        where: The file.
        kind: What its name says it is, such as ``csv``.
        error: What DuckDB raised.
    """
    says = str(error)
    if isinstance(error, duckdb.OutOfMemoryException):
        return unreadable(where, "there is too little memory for it")
    if isinstance(error, duckdb.IOException):
        first = says.splitlines()[0].partition(": ")[2].lower()
        return unreadable(where, first or f"it is no {kind} file")
    if line := _LINE.search(says):
        for sign, reason, advice in _WHY:
            if sign.search(says):
                return unreadable(where, reason.format(line=line[1]), advice)
    return unreadable(where, f"it is no {kind} file")


def without_cells(where: str, names: tuple[str, ...]) -> FactsInvalid | None:
    """What to raise of a CSV file that was read as one column, because its lines differ; or None.

    Args:
        where: The file.
        names: Its columns.
    """
    if names == ("column0",):
        return unreadable(where, "there is no line with the names of its columns")
    if len(names) == 1 and re.search(r"[,;|\t]", names[0]):
        return unreadable(where, "some lines have more or fewer cells than the first line", _QUOTED)
    return None
