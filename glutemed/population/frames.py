"""Answers → a data frame, in which words are numbers of lists that are known beforehand.

That makes them quick to write: a list of rules stands beside each of millions of people, and to
look up every word of it would cost more than to decide.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain

import attrs
import numpy as np
import polars as pl

from glutemed.model.rule import Refer
from glutemed.model.ruleset import Ruleset
from glutemed.population.rows import EXERCISE_COLUMNS, Row

_OF_KIND = {"UTINYINT": pl.UInt8(), "USMALLINT": pl.UInt16()}


@attrs.frozen
class Words:
    """Every word that an output of some rules can hold, as kinds of columns."""

    outcome: pl.Enum
    urgency: pl.Enum
    to: pl.Enum
    exercise: pl.Enum
    side: pl.Enum
    rule: pl.Enum
    fact: pl.Enum
    ruleset: pl.Enum

    @property
    def kinds(self) -> dict[str, pl.DataType]:
        """The columns of what somebody gets."""
        return {
            "outcome": self.outcome,
            "urgency": self.urgency,
            "referred_to": pl.List(self.to),
            "stage": pl.UInt8(),
            "sessions_per_week": pl.UInt8(),
            "review_weeks": pl.UInt8(),
            "exercises": pl.List(self.prescribed),
            "rules": pl.List(self.rule),
            "questions": pl.List(self.fact),
            "ruleset": self.ruleset,
        }

    @property
    def prescribed(self) -> pl.Struct:
        """One exercise with its dose."""
        words = {"id": self.exercise, "working_sides": self.side}
        return pl.Struct(
            [pl.Field(name, words.get(name) or _OF_KIND[kind]) for name, kind in EXERCISE_COLUMNS]
        )


def every_word(ruleset: Ruleset, nothing_fits: Row) -> Words:
    """The words of an output.

    Args:
        ruleset: The rules.
        nothing_fits: What is said where there is no exercise and no question.
    """
    to = set(nothing_fits.to)
    for rule in ruleset.rules:
        if isinstance(rule.conclusion, Refer):
            to.update(rule.conclusion.to)
    rules = {rule.written for rule in ruleset.rules} | {hazard.id for hazard in ruleset.hazards}
    return Words(
        outcome=pl.Enum(["programme", "referral", "questions"]),
        urgency=pl.Enum(["routine", "urgent", "same_day", "emergency"]),
        to=pl.Enum(sorted(to)),
        exercise=pl.Enum([exercise.id for exercise in ruleset.exercises]),
        side=pl.Enum(["both", "left", "right", ""]),
        rule=pl.Enum(sorted(rules.union(nothing_fits.rules))),
        fact=pl.Enum(list(ruleset.vocabulary.facts)),
        ruleset=pl.Enum([ruleset.fingerprint]),
    )


def frame(rows: Sequence[Row], words: Words) -> pl.DataFrame:
    """Answers as a data frame, one row each, in the same order.

    Raises:
        polars.exceptions.PolarsError: A word is none of those that were known.
    """
    made = [
        pl.Series("outcome", [row.outcome for row in rows], dtype=words.outcome),
        pl.Series("urgency", [row.urgency for row in rows], dtype=words.urgency),
        _lists("referred_to", [row.to for row in rows], _of(words.to)),
        *(
            pl.Series(name, [getattr(row, name) for row in rows], dtype=pl.UInt8)
            for name in ("stage", "sessions_per_week", "review_weeks")
        ),
        _lists("exercises", [row.exercises for row in rows], _structs(words.prescribed)),
        _lists("rules", [row.rules for row in rows], _of(words.rule)),
        _lists("questions", [row.questions for row in rows], _of(words.fact)),
        pl.Series("ruleset", words.ruleset.categories, dtype=words.ruleset).new_from_index(
            0, len(rows)
        ),
    ]
    return pl.DataFrame(made)


def _of(words: pl.Enum) -> Callable[[Sequence[object]], pl.Series]:
    return lambda different: pl.Series(different, dtype=words)


def _structs(kind: pl.Struct) -> Callable[[Sequence[object]], pl.Series]:
    schema = {field.name: field.dtype for field in kind.fields}

    def made(different: Sequence[object]) -> pl.Series:
        return pl.DataFrame(different, schema=schema, orient="row").to_struct()

    return made


def _lists(
    name: str,
    lists: Sequence[Sequence[object]],
    series: Callable[[Sequence[object]], pl.Series],
) -> pl.Series:
    """Lists as a column; each different member is made once."""
    numbers: dict[object, int] = {}
    flat = np.fromiter(
        (numbers.setdefault(one, len(numbers)) for one in chain.from_iterable(lists)),
        dtype=np.int64,
    )
    own = np.repeat(np.arange(len(lists)), np.fromiter(map(len, lists), dtype=np.int64))
    members = series(list(numbers)).gather(flat)
    grouped = (
        pl.DataFrame({"row": own, name: members}).group_by("row", maintain_order=True).agg(name)
    )
    every = pl.DataFrame({"row": np.arange(len(lists))})
    return every.join(grouped, on="row", how="left", maintain_order="left")[name].fill_null([])


def plain(given: pl.DataFrame) -> pl.DataFrame:
    """A data frame with text instead of numbers of lists of words."""
    return given.cast({name: _text(kind) for name, kind in given.schema.items()})


def _text(kind: pl.DataType) -> pl.DataType:
    if isinstance(kind, pl.List):
        return pl.List(_text(pl.Series(dtype=kind.inner).dtype))
    if isinstance(kind, pl.Struct):
        return pl.Struct(
            [pl.Field(part.name, _text(pl.Series(dtype=part.dtype).dtype)) for part in kind.fields]
        )
    return pl.String() if isinstance(kind, pl.Enum) else kind
