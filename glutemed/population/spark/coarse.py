"""One column of a Spark frame → a few codes, and each code → a value that stands for all with it.

The values that have one code are the same to everything that is asked of a person: they lie
between the same thresholds, or are wrong in the same way. What a wrong value is called, and what an
unknown one means, is decided where the value is read, which is not here. Codes are computed by
Spark, values by DuckDB.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import attrs

from glutemed.model.vocabulary import FactDeclaration, Kind
from glutemed.population.columns import Form, Given
from glutemed.reading.cells import Axis
from glutemed.reading.runs import Variable, variable_of
from glutemed.reading.sql import SPARK, state_sql
from glutemed.reading.sql import text as quoted

WRONG = "?"
"""A word that no fact knows, for all of them."""

Axes = Mapping[Variable, Axis]

# What DuckDB trims, and between which characters it splits.
_BLANKS = "".join(map(chr, (0x20, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000)))
_SPACE = "[ \t\n\f\r]"
_BETWEEN = f"{_SPACE}*[;,|]{_SPACE}*|{_SPACE}+"
_WHOLE = "^[-+]?[0-9]{1,30}"


@attrs.frozen
class Part:
    """One code: the text that computes it, how many there are, and that of a null."""

    sql: str
    size: int
    null: int = 0


@attrs.frozen
class Coarse:
    """A column, told apart no finer than it matters.

    Args:
        name: The fact; or the column that may say ``clear``.
        read: The text that reads the column, once for all codes.
        parts: Its codes, as text over what was read.
        value: From the text of the codes, that of a value with them.
    """

    name: str
    read: str
    parts: tuple[Part, ...]
    value: Callable[[Sequence[str]], str]


def coarse(one: Given, declared: FactDeclaration | None, axes: Axes, at: str) -> Coarse:
    """A column, as codes.

    Args:
        one: What the column holds, and how Spark reads it.
        declared: The fact; None for the column that may say ``clear``.
        axes: What cuts each variable.
        at: What the column is called once it was read.
    """
    if one.form is Form.EMPTY:
        return _listed(one, "0", (None,))
    if declared is not None and declared.kind is Kind.SET:
        return _set(one, declared, at)
    found = None
    if declared is None:
        if one.form is Form.TEXT:
            found = _words(one, {"clear": 0}, at, f"CAST({one.sql} AS STRING)", ())
    else:
        variable = variable_of(declared)
        axis = axes.get(variable, Axis(variable, ()))
        if declared.kind is Kind.BOOL:
            found = _bool(one, axis, at)
        elif declared.kind is Kind.INT:
            found = _int(one, declared, axis, at)
        elif one.form is Form.TEXT:
            places = {
                word: sum(place >= cut for cut in axis.cuts)
                for place, word in enumerate(declared.values)
            }
            found = _words(one, places, at, _trimmed(one.sql))
    return found or _misfit(one, at, WRONG)


def _text(word: str) -> str:
    return quoted(word, SPARK)


def _trimmed(sql: str) -> str:
    return f"trim(BOTH {_text(_BLANKS)} FROM CAST({sql} AS STRING))"


def _listed(one: Given, sql: str, values: Sequence[object], read: str | None = None) -> Coarse:
    part = Part(sql, len(values), values.index(None))
    listed = f"[{', '.join(map(_literal, values))}]"
    return Coarse(one.fact, read or one.sql, (part,), lambda codes: f"{listed}[{codes[0]} + 1]")


def _literal(value: object) -> str:
    if value is None:
        return "NULL"
    return quoted(value) if isinstance(value, str) else str(value)


def _misfit(one: Given, at: str, wrong: object) -> Coarse:
    """A column of a form that the fact does not have."""
    return _listed(one, f"CAST({at} IS NOT NULL AS INT)", (None, wrong))


# --- Facts that are no sets -----------------------------------------------------------------------


def _bool(one: Given, axis: Axis, at: str) -> Coarse | None:
    if one.form is Form.BOOL:
        if not axis.cuts:
            return _listed(one, f"CAST({at} IS NOT NULL AS INT)", (None, False))
        return _listed(one, f"coalesce(CAST({at} AS INT), 2)", (False, True, None))
    if one.form is Form.TEXT:
        words = {"false": 0, "true": min(1, len(axis.cuts))}
        return _words(one, words, at, f"lower({_trimmed(one.sql)})")
    return None


def _words(
    one: Given,
    codes: Mapping[str, int],
    at: str,
    read: str,
    also: Sequence[str] = ("declined",),
) -> Coarse:
    """A column of words; ``also`` are those that every fact knows."""
    values: list[str | None] = [None] * (max(codes.values(), default=-1) + 1)
    for word, code in reversed(list(codes.items())):
        values[code] = word
    null = len(values)
    values += [None, WRONG, *also]
    known = {**codes, "unknown": null, "": null}
    known |= {word: null + 2 + place for place, word in enumerate(also)}
    cases = " ".join(f"WHEN {at} = {_text(word)} THEN {code}" for word, code in known.items())
    sql = f"(CASE WHEN {at} IS NULL THEN {null} {cases} ELSE {null + 1} END)"
    return _listed(one, sql, values, read)


def _int(one: Given, declared: FactDeclaration, axis: Axis, at: str) -> Coarse | None:
    """Codes: below its range, the intervals, above its range, unknown, wrong, declined."""
    steps = Axis(axis.variable, (declared.least, *axis.cuts, declared.most + 1))
    starts = (declared.least - 1, *steps.cuts)
    null = steps.intervals
    if one.form is Form.WHOLE:
        return _listed(one, state_sql(steps, at, at), (*starts, None))
    if one.form is Form.REAL:
        whole = f"WHEN {at} % 1 = 0 THEN {state_sql(steps, at, at)}"
        sql = f"(CASE WHEN {at} IS NULL THEN {null} {whole} ELSE {null + 1} END)"
        return _listed(one, sql, (*starts, None, 0.5))
    if one.form is not Form.TEXT:
        return None
    number = state_sql(steps, *[f"TRY_CAST({at} AS DECIMAL(38, 0))"] * 2)
    sql = (
        f"(CASE WHEN {at} IS NULL OR {at} IN ('', 'unknown') THEN {null} "
        f"WHEN {at} = 'declined' THEN {null + 2} "
        f"WHEN regexp_extract({at}, {_text(_WHOLE)}, 0) = {at} THEN {number} ELSE {null + 1} END)"
    )
    values = (*map(str, starts), None, WRONG, "declined")
    return _listed(one, sql, values, _trimmed(one.sql))


# --- Sets -----------------------------------------------------------------------------------------

_PORTION = 40
"""So many members of a set are one code."""

_NULL, _DECLINED, _LIST = 0, 1, 2  # to the last, 1 is added for a null in it, 2 for a wrong word


def _set(one: Given, declared: FactDeclaration, at: str) -> Coarse:
    words = declared.values
    if one.form is Form.LIST:
        parts = _of_list(at, words)
        return Coarse(one.fact, _strings(one.sql), parts, lambda codes: _members(codes, words))
    if one.form is Form.TEXT:
        parts = _of_list(at, words, f"WHEN {at} = array('declined') THEN {_DECLINED} ")
        return Coarse(one.fact, _split(one.sql), parts, lambda codes: _written(codes, words))
    if one.form is not Form.MEMBERS:
        return _misfit(one, at, 0)
    present, absent = (_of_list(f"{at}.{side}", words) for side in ("present", "absent"))
    read = (
        f"CASE WHEN {one.sql} IS NOT NULL THEN named_struct("
        f"'present', {_strings(f'{one.sql}.present')}, "
        f"'absent', {_strings(f'{one.sql}.absent')}) END"
    )
    middle = 1 + len(present)

    def value(codes: Sequence[str]) -> str:
        sides = (
            f"present := {_members(codes[1:middle], words)}, "
            f"absent := {_members(codes[middle:], words)}"
        )
        return f"CASE WHEN {codes[0]} = 1 THEN struct_pack({sides}) END"

    parts = (Part(f"CAST({at} IS NOT NULL AS INT)", 2), *present, *absent)
    return Coarse(one.fact, read, parts, value)


def _strings(sql: str) -> str:
    return f"CAST({sql} AS ARRAY<STRING>)"


def _of_list(at: str, words: Sequence[str], declined: str = "") -> tuple[Part, ...]:
    """What is said of a list as a whole, and which words are in it."""
    known = ", ".join(map(_text, words))
    strange = f"w -> w NOT IN ({known})" if words else "w -> w IS NOT NULL"
    said = (
        f"(CASE WHEN {at} IS NULL THEN {_NULL} {declined}"
        f"ELSE {_LIST} + CAST(exists({at}, w -> w IS NULL) AS INT) "
        f"+ 2 * CAST(size(filter({at}, {strange})) > 0 AS INT) END)"
    )
    parts = [Part(said, _LIST + 4)]
    for first in range(0, len(words), _PORTION):
        bits = [
            f"coalesce(CAST(array_contains({at}, {_text(word)}) AS BIGINT), 0) * {1 << place}"
            for place, word in enumerate(words[first : first + _PORTION])
        ]
        parts.append(Part(f"({' + '.join(bits)})", 1 << len(bits)))
    return tuple(parts)


def _members(codes: Sequence[str], words: Sequence[str]) -> str:
    said, *masks = codes
    listed = ["CAST([] AS VARCHAR[])"]
    for portion, mask in enumerate(masks):
        own = ", ".join(map(quoted, words[portion * _PORTION : (portion + 1) * _PORTION]))
        listed.append(f"list_filter([{own}], lambda word, place: ({mask} >> (place - 1)) % 2 = 1)")
    listed.append(f"CASE WHEN {said} IN (3, 5) THEN [CAST(NULL AS VARCHAR)] ELSE [] END")
    listed.append(f"CASE WHEN {said} IN (4, 5) THEN [{quoted(WRONG)}] ELSE [] END")
    return f"(CASE WHEN {said} <> {_NULL} THEN {' || '.join(listed)} END)"


def _written(codes: Sequence[str], words: Sequence[str]) -> str:
    told = f"array_to_string({_members(codes, words)}, '; ')"
    return (
        f"(CASE {codes[0]} WHEN {_NULL} THEN NULL WHEN {_DECLINED} THEN 'declined' "
        f"ELSE coalesce(nullif({told}, ''), '[]') END)"
    )


def _split(sql: str) -> str:
    """The words of a text; a null where it says nothing."""
    whole = _trimmed(sql)
    inner = (
        f"(CASE WHEN {whole} LIKE '[%]' AND instr({whole}, {_text(chr(10))}) = 0 "
        f"THEN trim(BOTH {_text(_BLANKS)} FROM substring({whole}, 2, length({whole}) - 2)) "
        f"ELSE {whole} END)"
    )
    return (
        f"(CASE WHEN {sql} IS NULL OR {whole} IN ('', 'unknown') THEN NULL "
        f"WHEN {inner} = '' THEN CAST(array() AS ARRAY<STRING>) "
        f"WHEN {inner} = 'declined' AND {whole} <> {inner} THEN array({_text(WRONG)}) "
        f"ELSE split({inner}, {_text(_BETWEEN)}) END)"
    )
