"""Which column holds which fact, and in what form."""

from __future__ import annotations

import enum
from collections.abc import Iterable

import attrs

from glutemed.intake import read_mapping, split
from glutemed.model.diagnostic import Diagnostic, Severity, Span, Text
from glutemed.model.errors import FactsInvalid
from glutemed.model.vocabulary import Vocabulary
from glutemed.model.wording import shown
from glutemed.reading.sql import name as quoted

CLEAR = "screening"
"""The one column that is no fact: ``clear`` in it answers every red flag with no."""

_WHOLE = frozenset(
    f"{sign}{size}" for sign in ("", "u") for size in ("tinyint", "smallint", "integer", "bigint")
) | {"hugeint", "uhugeint"}
_REAL = frozenset({"float", "double", "decimal"})
_TEXT = frozenset({"varchar", "enum", "string_literal"})


class Form(enum.Enum):
    """How the values of a column are written."""

    BOOL = "true and false"
    WHOLE = "whole numbers"
    REAL = "numbers that may be broken"
    TEXT = "words"
    LIST = "lists of words"
    MEMBERS = "lists of words that are present, and of words that are absent"
    JSON = "JSON"
    EMPTY = "nothing at all"
    OTHER = "something that no fact is"


@attrs.frozen
class Branch:
    """A column, or a part of one: its name, how to read it, its form, and what is in it.

    Args:
        sql: The text that reads it.
        parts: Its own parts, where it is a nested one.
    """

    name: str
    sql: str
    form: Form
    parts: tuple[Branch, ...] = ()


@attrs.frozen
class Given:
    """A fact that a column holds."""

    fact: str
    sql: str
    form: Form


def branch(name: str, sql: str, kind: object) -> Branch:
    """A column, from its DuckDB type."""
    word = str(kind.id)  # type: ignore[attr-defined]
    if word == "struct":
        children = dict(kind.children)  # type: ignore[attr-defined]
        parts = tuple(
            branch(part, f"struct_extract({sql}, '{part.replace(chr(39), chr(39) * 2)}')", child)
            for part, child in children.items()
        )
        is_set = set(children) == {"present", "absent"}
        words = all(part.form in {Form.LIST, Form.EMPTY} for part in parts)
        return Branch(name, sql, Form.MEMBERS if is_set and words else Form.OTHER, parts)
    if word == "list":
        inner = str(dict(kind.children)["child"].id)  # type: ignore[attr-defined]
        is_words = inner in _TEXT or "null" in inner
        return Branch(name, sql, Form.LIST if is_words else Form.OTHER)
    if word == "boolean":
        return Branch(name, sql, Form.BOOL)
    if word in _WHOLE:
        return Branch(name, sql, Form.WHOLE)
    if word in _REAL:
        return Branch(name, sql, Form.REAL)
    if word in _TEXT:
        return Branch(name, f"CAST({sql} AS VARCHAR)" if word == "enum" else sql, Form.TEXT)
    return Branch(name, sql, Form.EMPTY if "null" in word else Form.OTHER)


def facts_in(
    branches: Iterable[Branch], vocabulary: Vocabulary, where: str
) -> tuple[tuple[Given, ...], Given | None]:
    """The facts that columns hold, and the column of ``screening: clear`` where there is one.

    Args:
        branches: The columns, without that of the id.
        vocabulary: The facts of the ruleset.
        where: What the table is called in a diagnostic.

    Raises:
        FactsInvalid: A column holds no fact, or two hold the same one.
    """
    groups = {
        ".".join(parts[:size])
        for parts in (split(fact.name) for fact in vocabulary)
        for size in range(1, len(parts))
    }
    found: dict[str, Given] = {}
    clear: list[Given] = []
    wrong: list[Diagnostic] = []
    span = Span(Text(where, ""), 0, 0)

    def walk(one: Branch, prefix: str) -> None:
        full = f"{prefix}{one.name}"
        if full in vocabulary:
            if full in found:
                message = f"`{full}` is given twice, once nested and once dotted"
                wrong.append(Diagnostic("GM405", Severity.ERROR, message, span))
            found[full] = Given(full, one.sql, one.form)
        elif full == CLEAR and not one.parts:
            clear.append(Given(CLEAR, one.sql, one.form))
        elif full in groups and one.parts:
            for part in one.parts:
                walk(part, f"{full}.")
        elif full not in groups or one.form is not Form.EMPTY:
            _, said = read_mapping({full: 0}, vocabulary)
            wrong.extend(attrs.evolve(each, span=span) for each in said)

    for one in branches:
        walk(one, "")
    if wrong:
        raise FactsInvalid(tuple(wrong))
    return tuple(found.values()), clear[0] if clear else None


def no_column(name: str, columns: Iterable[str], where: str) -> FactsInvalid:
    """What to raise where the column of the id is not there."""
    close = ", ".join(f"`{shown(column)}`" for column in list(columns)[:5])
    return FactsInvalid(
        (
            Diagnostic(
                "GM401",
                Severity.ERROR,
                f"there is no column `{shown(name)}` for --id",
                Span(Text(where, ""), 0, 0),
                f"the first columns are {close}" if close else None,
            ),
        )
    )


def column(name: str) -> str:
    """A column's name as SQL reads it."""
    return quoted(name)
