"""`recommend_many`: the same kind of table out as in."""

from __future__ import annotations

import duckdb
import polars as pl
import pyarrow as pa
import pytest

from glutemed.intake import read_mapping
from glutemed.pipeline import recommend
from glutemed.population import RowsRejected, recommend_many
from population_help import expected, said

PEOPLE = {
    "name": ["a", "b", "c"],
    "person.age": [30, 71, None],
    "complaint.conditions": [["patellofemoral_pain"], [], None],
    "complaint.pain_usual": [4, None, 7],
    "screening": ["clear", "clear", None],
}


def persons(ruleset):
    names = [name for name in PEOPLE if name != "name"]
    rows = [{name: PEOPLE[name][at] for name in names} for at in range(3)]
    made = []
    for row in rows:
        facts, found = read_mapping(
            {k: v for k, v in row.items() if v is not None}, ruleset.vocabulary
        )
        assert not found
        made.append(facts)
    return made


def check(rows, ruleset):
    assert [row["name"] for row in rows] == ["a", "b", "c"]
    for row, facts in zip(rows, persons(ruleset), strict=True):
        assert said(row) == expected(facts, ruleset)


def test_arrow_in_arrow_out(ruleset):
    found = recommend_many(pa.table(PEOPLE), ruleset, id="name")
    assert isinstance(found, pa.Table)
    check(found.to_pylist(), ruleset)


def test_polars_in_polars_out(ruleset):
    found = recommend_many(pl.DataFrame(PEOPLE), ruleset, id="name")
    assert isinstance(found, pl.DataFrame)
    check(found.to_dicts(), ruleset)


def test_pandas_in_pandas_out(ruleset):
    pandas = pytest.importorskip("pandas")
    found = recommend_many(pa.table(PEOPLE).to_pandas(), ruleset, id="name")
    assert isinstance(found, pandas.DataFrame)
    check(pa.Table.from_pandas(found).to_pylist(), ruleset)


def test_a_relation_in_a_relation_out(ruleset):
    table = pa.table(PEOPLE)
    found = recommend_many(duckdb.from_arrow(table), ruleset, id="name")
    assert isinstance(found, duckdb.DuckDBPyRelation)
    check(found.to_arrow_table().to_pylist(), ruleset)


def test_facts_in_outcomes_out(ruleset):
    found = recommend_many(persons(ruleset), ruleset)
    assert found == [recommend(facts, ruleset) for facts in persons(ruleset)]


def test_a_row_that_is_no_person_is_raised_or_left_out(ruleset):
    table = pa.table({"person.age": [30, 300, None]})
    with pytest.raises(RowsRejected, match=r"`person.age` must be from 0 to 120"):
        recommend_many(table, ruleset)
    found = recommend_many(table, ruleset, skip_rejects=True)
    assert found.column("row").to_pylist() == [1, 3]


def test_whatever_is_no_table_is_refused(ruleset):
    with pytest.raises(TypeError, match="polars"):
        recommend_many({"person.age": [30]}, ruleset)
    with pytest.raises(TypeError, match="polars"):
        recommend_many("people.parquet", ruleset)
