"""`recommend_many`: the same kind of table out as in."""

from __future__ import annotations

import json

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from glutemed.intake import read_mapping
from glutemed.model.errors import EngineFailed, FactsInvalid
from glutemed.pipeline import recommend
from glutemed.population import RowsRejected, recommend_many
from glutemed.population.assigned import Assigned
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
    found = recommend_many(pa.table(PEOPLE).to_pandas(), ruleset, id="name")
    assert isinstance(found, pd.DataFrame)
    check(pa.Table.from_pandas(found).to_pylist(), ruleset)


LATE = {
    "a broken number": ("complaint.weeks", 3, 2.5, "2.5"),
    "a word for no": ("screening.night_pain", True, "no", '"no"'),
    "a word": ("screening.night_pain", False, "declined", '"declined"'),
    "another name": ("complaint", {"weeks": 3}, {"wks": 2}, None),
    "a set": ("complaint.conditions", [], ["patellofemoral_pain"], '["patellofemoral_pain"]'),
    "the only one": ("screening.night_pain", None, True, "true"),
    "a number as a truth": ("screening.night_pain", False, 0, None),
}
"""A column, what nearly all rows hold, what one of the last holds, and that as JSON; None where no
column can hold both."""


@pytest.mark.parametrize("name", LATE)
def test_of_pandas_every_row_is_read_as_it_is_written(tmp_path, ruleset, name):
    """DuckDB looks at a thousand rows of a column of objects, and makes the others fit."""
    column, first, last, written = LATE[name]
    frame = pd.DataFrame({column: pd.Series([first] * 4_997 + [last, first], dtype=object)})
    if written is None:
        with pytest.raises(FactsInvalid, match=r"cannot read together|`complaint` must be"):
            recommend_many(frame, ruleset, skip_rejects=True)
        return
    facts, wrong = read_mapping({column: json.loads(written)}, ruleset.vocabulary)
    found = recommend_many(frame, ruleset, skip_rejects=True)
    rows = found[found["row"] == 4_998]
    if facts is None:
        assert wrong
        assert len(rows) == 0
    else:
        assert said(pa.Table.from_pandas(rows).to_pylist()[0]) == expected(facts, ruleset)
    assert len(found) == (4_999 if facts is not None else 4_998)


NOTHING = {
    "a float": [8.0, float("nan")],
    "a number": pd.array([8, None], dtype="Int64"),
    "an object": pd.Series([8, None], dtype=object),
    "an object that is no number": pd.Series([8, float("nan")], dtype=object),
    "arrow": pd.Series([8, None], dtype="int64[pyarrow]"),
}


@pytest.mark.parametrize("name", NOTHING)
def test_what_is_missing_in_pandas_is_unknown(ruleset, name):
    found = recommend_many(pd.DataFrame({"complaint.weeks": NOTHING[name]}), ruleset)
    rows = pa.Table.from_pandas(found).to_pylist()
    for row, weeks in zip(rows, (8, None), strict=True):
        facts, _ = read_mapping({"complaint.weeks": weeks}, ruleset.vocabulary)
        assert said(row) == expected(facts, ruleset)


def test_a_relation_in_a_relation_out(ruleset):
    table = pa.table(PEOPLE)
    found = recommend_many(duckdb.from_arrow(table), ruleset, id="name")
    assert isinstance(found, duckdb.DuckDBPyRelation)
    check(found.to_arrow_table().to_pylist(), ruleset)


def test_words_are_text_but_in_polars_where_they_are_enums(ruleset):
    """The same enums as in a file that polars reads; DuckDB fails on some lists of such words."""
    people = pa.table(PEOPLE)
    words = ("outcome", "urgency", "ruleset")
    found = recommend_many(people, ruleset, id="name")
    assert {found.schema.field(name).type for name in words} == {pa.large_string()}
    assert found.schema.field("rules").type.value_type == pa.large_string()
    frame = recommend_many(pl.DataFrame(PEOPLE), ruleset, id="name")
    assert {type(frame.schema[name]) for name in words} == {pl.Enum}
    relation = recommend_many(duckdb.from_arrow(people), ruleset, id="name")
    assert {str(relation.types[relation.columns.index(name)]) for name in words} == {"VARCHAR"}
    table = recommend_many(people.to_pandas(), ruleset, id="name")
    assert {str(table[name].dtype) for name in words} == {"str"}
    assert str(table["stage"].dtype) == "UInt8"


def test_what_comes_out_need_not_fit_in_the_memory_of_the_database(ruleset):
    """Each of these people is asked some seventy questions."""
    several = 40_000
    people = pl.DataFrame({"screening.night_pain": [True, None] * (several // 2)})
    found = recommend_many(people, ruleset, memory="150MB")
    assert found["row"].to_list() == list(range(1, several + 1))
    assert found["urgency"].value_counts().sort("count").height == 2


def test_rows_that_are_lost_are_no_result(ruleset, monkeypatch):
    whole = Assigned.everybody
    monkeypatch.setattr(Assigned, "everybody", lambda *given, **how: whole(*given, **how)[:2])
    with pytest.raises(EngineFailed, match="3 rows should have come out, and 2 did"):
        recommend_many(pa.table(PEOPLE), ruleset, id="name")


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
