"""One fact → some bits: in which interval it lies, that it is unknown, or that it is no value."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping

import attrs

from glutemed.model.vocabulary import FactDeclaration, Kind
from glutemed.population.columns import CLEAR, Form, Given
from glutemed.reading.cells import Axis
from glutemed.reading.runs import Variable, variable_of
from glutemed.reading.sql import text


class Odd(enum.IntEnum):
    """What a code says besides a state; greater ones are faults."""

    NOTHING = 0
    GIVEN = 1
    DECLINED = 2
    FORM = 3
    RANGE = 4
    WORD = 5
    BOTH = 6


@attrs.frozen
class Field:
    """Some bits of a word.

    Args:
        fact: The fact it is about.
        member: The member of the set that it is about; empty for any other fact, ``()`` for what
            is said of a set as a whole.
        axis: What its states are; None where it has none.
        sql: The text that computes its code; empty where `cases` do.
        states: The state that each code means.
        odd: What each code says besides.
        cases: Texts of which the first that is true says the code; the last one always is.
    """

    fact: str
    member: str
    axis: Axis | None
    sql: str
    states: tuple[int, ...]
    odd: tuple[Odd, ...]
    cases: tuple[tuple[str, int], ...] = ()

    def shifted(self, bits: int) -> str:
        """The text that computes its code, shifted to its place in a word."""
        if not self.cases:
            return f"(CAST({self.sql} AS UBIGINT) << {bits})"
        # What is shifted here is not shifted for every row.
        codes = [f"CAST({code << bits} AS UBIGINT)" for _, code in self.cases]
        whens = [f"WHEN {when} THEN {c}" for (when, _), c in zip(self.cases, codes, strict=True)]
        return f"(CASE {' '.join(whens[:-1])} ELSE {codes[-1]} END)"

    @property
    def bits(self) -> int:
        """How many bits hold any code."""
        return max(1, (len(self.states) - 1).bit_length())

    @property
    def silence(self) -> int:
        """The code of what is unknown."""
        if self.member == WHOLE_SET:
            return 0
        unknown = max(self.states)
        codes = zip(self.states, self.odd, strict=True)
        return next(at for at, (s, o) in enumerate(codes) if s == unknown and not o)

    @property
    def is_plain(self) -> bool:
        """Whether no code of it says more than a state."""
        return not any(self.odd)


WHOLE_SET = "()"
BROKEN = ""
"""The fact that a field is about which says that a row cannot be read at all."""


def clear_field(one: Given) -> Field:
    """The field of ``screening: clear``: 1 where it says so."""
    written = {Form.TEXT: "clear", Form.JSON: '"clear"'}.get(one.form)
    unknown = {Form.TEXT: ("unknown", ""), Form.JSON: ('"unknown"', "null")}.get(one.form, ())
    if written is None:
        sql = "0" if one.form is Form.EMPTY else f"CASE WHEN {one.sql} IS NULL THEN 0 ELSE 2 END"
    else:
        silent = ", ".join(text(word) for word in unknown)
        sql = (
            f"CASE WHEN {one.sql} IS NULL OR {one.sql} IN ({silent}) THEN 0 "
            f"WHEN {one.sql} = {text(written)} THEN 1 ELSE 2 END"
        )
    return Field(CLEAR, "", None, f"({sql})", (0, 1, 0), (Odd.NOTHING, Odd.NOTHING, Odd.FORM))


def scalar_field(declared: FactDeclaration, one: Given, known: dict[Variable, Axis]) -> Field:
    """The field of a fact that is no set.

    Args:
        declared: The fact.
        one: The column that holds it.
        known: What cuts each variable; added to where no rule reads it.
    """
    variable = variable_of(declared)
    axis = known.setdefault(variable, Axis(variable, ()))
    if one.form is Form.EMPTY:
        return Field(declared.name, "", axis, "0", (axis.intervals,), (Odd.NOTHING,))
    make: Mapping[Kind, Callable[[FactDeclaration, Given, Axis], Field]] = {
        Kind.BOOL: _bool_field,
        Kind.INT: _int_field,
        Kind.ENUM: _enum_field,
    }
    return make[declared.kind](declared, one, axis)


def _codes(axis: Axis) -> tuple[tuple[int, ...], tuple[Odd, ...]]:
    """States, unknown, of a wrong form, declined."""
    n = axis.intervals
    plain = (Odd.NOTHING,) * (n + 1)
    return (*range(n + 1), n, n), (*plain, Odd.FORM, Odd.DECLINED)


def _bool_field(declared: FactDeclaration, one: Given, axis: Axis) -> Field:
    n = axis.intervals
    if one.form is Form.BOOL:
        states = (*range(n), n) if n > 1 else (0, 0, n)
        cases = (f"{one.sql} IS NULL", 2), (one.sql, 1), ("TRUE", 0)
        return Field(declared.name, "", axis, "", states, (Odd.NOTHING,) * 3, cases)
    states, odd = _codes(axis)
    true, false = (1, 0) if n > 1 else (0, 0)
    words = {"true": true, "false": false}
    return Field(declared.name, "", axis, _words(one, words, axis, lower_case=True), states, odd)


def _enum_field(declared: FactDeclaration, one: Given, axis: Axis) -> Field:
    states, odd = _codes(axis)
    places = {
        word: sum(place >= cut for cut in axis.cuts) for place, word in enumerate(declared.values)
    }
    return Field(declared.name, "", axis, _words(one, places, axis), states, odd)


def _words(one: Given, codes: Mapping[str, int], axis: Axis, *, lower_case: bool = False) -> str:
    """The code of a value that is a word; that of a wrong form where it is none of them."""
    n = axis.intervals
    is_bool = lower_case
    if one.form is Form.JSON:
        mark = "" if is_bool else '"'
        known = {f"{mark}{word}{mark}": code for word, code in codes.items()}
        known |= {'"unknown"': n, "null": n, '"declined"': n + 2}
        value = one.sql
    elif one.form is Form.TEXT:
        known = {**codes, "unknown": n, "": n, "declined": n + 2}
        value = f"lower(trim({one.sql}))" if lower_case else f"trim({one.sql})"
    else:
        return f"(CASE WHEN {one.sql} IS NULL THEN {n} ELSE {n + 1} END)"
    cases = " ".join(f"WHEN {text(word)} THEN {code}" for word, code in known.items())
    # Most words are written as they should be, and to trim one costs more than to look it up.
    return (
        f"(CASE {one.sql} {cases} ELSE CASE WHEN {one.sql} IS NULL THEN {n} "
        f"ELSE CASE {value} {cases} ELSE {n + 1} END END END)"
    )


def _int_field(declared: FactDeclaration, one: Given, axis: Axis) -> Field:
    """Codes: below its range, the intervals, above its range, unknown, wrong form, declined."""
    n = axis.intervals
    states = (n, *range(n), n, n, n, n)
    odd = (Odd.RANGE, *(Odd.NOTHING,) * n, Odd.RANGE, Odd.NOTHING, Odd.FORM, Odd.DECLINED)
    unknown, form, declined = n + 2, n + 3, n + 4
    steps = (declared.least, *axis.cuts, declared.most + 1)

    def place(value: str) -> str:
        return " + ".join(f"CAST({value} >= {step} AS UTINYINT)" for step in steps)

    null = f"{one.sql} IS NULL"
    if one.form is Form.WHOLE:
        below = ((f"{one.sql} < {step}", at) for at, step in enumerate(steps))
        cases = (null, unknown), *below, ("TRUE", n + 1)
        return Field(declared.name, "", axis, "", states, odd, cases)
    if one.form is Form.REAL:
        whole = f"isfinite(CAST({one.sql} AS DOUBLE)) AND {one.sql} = floor({one.sql})"
        sql = (
            f"(CASE WHEN {null} THEN {unknown} WHEN {whole} THEN {place(one.sql)} ELSE {form} END)"
        )
    elif one.form in {Form.TEXT, Form.JSON}:
        quote = '"' if one.form is Form.JSON else ""
        value = f"trim({one.sql})"
        silent = f"{value} IN ('{quote}unknown{quote}', '{'null' if quote else ''}')"
        digits = f"regexp_full_match({value}, '[-+]?[0-9]{{1,30}}')"
        number = place(f"TRY_CAST({value} AS HUGEINT)")
        sql = (
            f"(CASE WHEN {null} OR {silent} THEN {unknown} "
            f"WHEN {value} = '{quote}declined{quote}' THEN {declined} "
            f"WHEN {digits} THEN {number} ELSE {form} END)"
        )
    else:
        sql = f"(CASE WHEN {null} THEN {unknown} ELSE {form} END)"
    return Field(declared.name, "", axis, sql, states, odd)
