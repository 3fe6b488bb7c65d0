"""Which column holds which fact, and in what form."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence

import attrs

from glutemed.intake import read_mapping, split
from glutemed.model.diagnostic import Diagnostic, Severity, Span, Text
from glutemed.model.errors import FactsInvalid
from glutemed.model.vocabulary import Vocabulary
from glutemed.model.wording import shown
from glutemed.reading.sql import name as quoted

CLEAR = "screening"
"""The one column that is no fact: ``clear`` in it answers every red flag with no."""
RESULT = (
    *("outcome", "urgency", "referred_to", "stage", "sessions_per_week", "review_weeks"),
    *("exercises", "rules", "questions"),
)
"""The columns of what somebody gets."""
TAKEN = frozenset({*RESULT, "ruleset", "reason"})
"""Names that a column of an output has, in small letters."""
TAKEN_ALREADY = "a column of the output is called so"
_ROWS = frozenset({"rowid", "file_row_number"})
"""What DuckDB calls the number of a row, in small letters."""

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
        if len({part.casefold() for part in children}) < len(kind.children):  # type: ignore[attr-defined]
            return Branch(name, sql, Form.OTHER)  # DuckDB does not tell them apart
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
            wrong.extend(
                attrs.evolve(each, span=span, help=each.help if _is_near(each) else _PASSED_ON)
                for each in said
            )

    for one in branches:
        walk(one, "")
    if wrong:
        raise FactsInvalid(tuple(wrong))
    return tuple(found.values()), clear[0] if clear else None


_PASSED_ON = "`glutemed facts` lists the facts; --id names one column to pass on"


def _is_near(found: Diagnostic) -> bool:
    """Whether its help names a fact that is nearly called so."""
    return found.help is not None and found.help.startswith("did you mean")


def without_id(
    branches: Sequence[Branch], name: str | None, vocabulary: Vocabulary, where: str
) -> tuple[Branch, ...]:
    """The columns but the one of the id.

    Args:
        branches: All columns.
        name: The column that is passed on; None for none.
        vocabulary: The facts.
        where: What the table is called in a diagnostic.

    Raises:
        FactsInvalid: There is no such column, its name is taken, or it holds facts: left out, they
            would be unknown, or a red flag be answered by ``screening: clear``.
    """
    if name is None:
        return tuple(branches)
    own = next((one for one in branches if one.name == name), None)
    if own is None:
        close = ", ".join(f"`{shown(one.name)}`" for one in branches[:5])
        reason = "there is no such column"
        raise unfit_id(name, reason, where, f"the first columns are {close}" if close else None)
    if name.lower() in TAKEN:
        raise unfit_id(name, TAKEN_ALREADY, where)
    if name.lower() in _ROWS:
        raise unfit_id(name, "DuckDB calls the number of a row so", where)
    if name in vocabulary or name == CLEAR or own.parts:
        raise unfit_id(name, "it holds facts, which must not be left out", where)
    return tuple(one for one in branches if one is not own)


def unfit_id(name: str, reason: str, where: str, help: str | None = None) -> FactsInvalid:
    """What to raise where a column cannot be the id."""
    message = f"`{shown(name)}` cannot be the column for --id: {reason}"
    span = Span(Text(where, ""), 0, 0)
    return FactsInvalid((Diagnostic("GM401", Severity.ERROR, message, span, help),))


def column(name: str) -> str:
    """A column's name as SQL reads it."""
    return quoted(name)
