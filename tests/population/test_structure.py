"""The keys of JSON lines are found in parts, and are the same as those of the whole."""

from __future__ import annotations

import json

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glutemed.population import json_lines

KEYS = st.sampled_from("abc")
VALUES = st.recursive(
    st.sampled_from([None, True, 1, 2.5, "word", [], ["x"], [None], {}]),
    lambda inner: st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=4,
)


def keys(structure):
    """The same without the kinds of what is no object, which nobody reads."""
    if not isinstance(structure, dict):
        return None
    return {key: keys(inner) for key, inner in structure.items()}


def found(lines, at_once, monkeypatch):
    monkeypatch.setattr(json_lines, "LINES_AT_ONCE", at_once)
    with duckdb.connect() as db:
        db.execute("CREATE TABLE lines (line VARCHAR)")
        db.executemany("INSERT INTO lines VALUES (?)", [[json.dumps(line)] for line in lines])
        return keys(json_lines._structure(db))


@pytest.mark.law
@settings(max_examples=60)
@given(st.lists(st.dictionaries(KEYS, VALUES, max_size=3), min_size=1, max_size=5))
def test_the_keys_of_lines_are_those_of_their_parts(lines):
    with pytest.MonkeyPatch.context() as monkeypatch:
        assert found(lines, 1, monkeypatch) == found(lines, 100, monkeypatch)


def test_no_lines_have_no_keys(monkeypatch):
    with duckdb.connect() as db:
        db.execute("CREATE TABLE lines (line VARCHAR)")
        assert json_lines._structure(db) == {}
