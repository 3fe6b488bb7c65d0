"""The truth of every rule for each row of a parquet file, as polars expressions.

Only what somebody would write by hand who wants no more than that; beside it the batch is measured.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from operator import and_, or_
from pathlib import Path

import polars as pl

from glutemed.model.rule import Derive, DerivedValue, Score
from glutemed.model.ruleset import Ruleset
from glutemed.model.vocabulary import Kind
from glutemed.reading.runs import Every, Lowered, Variable, Within, lower
from glutemed.reading.specification import makers, strata

Span = tuple[pl.Expr, pl.Expr]


def truths(ruleset: Ruleset, people: Path) -> pl.LazyFrame:
    """How many rows each rule holds of, as one row, to be collected."""
    frame = pl.scan_parquet(people)
    columns = set(frame.collect_schema().names())
    made_by, level = makers(ruleset), strata(ruleset.rules, frozenset(ruleset.computed))

    def span(variable: Variable) -> Span:
        if variable.fact in made_by:
            return pl.col(f"{variable.fact} least"), pl.col(f"{variable.fact} most")
        value = _value(ruleset, variable, columns)
        return value, value

    ready: set[str] = set()
    for stratum in range(max(level.values(), default=0) + 1):
        frame = frame.with_columns(
            _truth(lower(rule.condition, ruleset.quantities), span).alias(f"r{place}")
            for place, rule in enumerate(ruleset.rules)
            if level[rule.id] == stratum
        )
        due = [
            name
            for name, places in made_by.items()
            if name not in ready and all(level[ruleset.rules[p].id] <= stratum for p in places)
        ]
        ready.update(due)
        frame = frame.with_columns(
            end.alias(f"{name} {word}")
            for name in due
            for word, end in zip(
                ("least", "most"), _bounds(ruleset, name, made_by[name]), strict=True
            )
        )
    return frame.select(pl.col(f"r{place}").sum() for place in range(len(ruleset.rules)))


def _value(ruleset: Ruleset, variable: Variable, columns: set[str]) -> pl.Expr:
    declared, own = ruleset.vocabulary[variable.fact], pl.col(variable.fact)
    if variable.fact not in columns:
        return pl.lit(None, dtype=pl.Int32)
    if declared.kind is Kind.SET:
        is_in = own.list.contains(variable.member)
        return is_in if variable.member in declared.silent_absent else is_in.replace(False, None)
    if declared.kind is Kind.ENUM:
        places = {word: place for place, word in enumerate(declared.values)}
        return own.replace_strict(places, default=None, return_dtype=pl.Int32)
    return own


def _truth(lowered: Lowered, span: Callable[[Variable], Span]) -> pl.Expr:
    if isinstance(lowered, Within):
        return _within(lowered, *span(lowered.variable))
    parts = [_truth(child, span) for child in lowered.children]
    every = isinstance(lowered, Every)
    return reduce(and_ if every else or_, parts) if parts else pl.lit(every)


def _within(leaf: Within, low: pl.Expr, high: pl.Expr) -> pl.Expr:
    least, most = leaf.variable.least, leaf.variable.most
    if leaf.runs in ((), ((least, most),)):
        return pl.lit(bool(leaf.runs))
    inside = reduce(or_, (_inside(run, least, most, low, high) for run in leaf.runs))
    if low is high:
        return inside
    outside = reduce(and_, ((high < first) | (low > last) for first, last in leaf.runs))
    return pl.when(inside).then(True).when(outside).then(False).otherwise(None)


def _inside(run: tuple[int, int], least: int, most: int, low: pl.Expr, high: pl.Expr) -> pl.Expr:
    first, last = run
    if (least, most) == (0, 1) and low is high:  # a bool, or a member of a set
        return low.cast(pl.Boolean) if first else ~low.cast(pl.Boolean)
    if first == last and low is high:
        return low == first
    if first <= least:
        return high <= last
    if last >= most:
        return low >= first
    return (low >= first) & (high <= last)


def _bounds(ruleset: Ruleset, name: str, places: tuple[int, ...]) -> Span:
    value = ruleset.computed[name]
    rules = [(ruleset.rules[place].conclusion, pl.col(f"r{place}")) for place in places]
    if isinstance(value, DerivedValue):
        ranked = [(said.rank, own) for said, own in rules if isinstance(said, Derive)]
        ranked.sort(key=lambda pair: pair[0])
        least = most = pl.lit(value.values.index(value.default))
        for rank, own in ranked:
            if rank > value.values.index(value.default):
                least = pl.when(own.fill_null(False)).then(rank).otherwise(least)
                most = pl.when(own.fill_null(True)).then(rank).otherwise(most)
        return least, most
    least = most = pl.lit(0)
    for said, own in rules:
        assert isinstance(said, Score)
        ends = own.fill_null(False), own.fill_null(True)
        sure, perhaps = ends if said.points >= 0 else ends[::-1]
        least += pl.when(sure).then(said.points).otherwise(0)
        most += pl.when(perhaps).then(said.points).otherwise(0)
    return least, most
