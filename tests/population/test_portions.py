"""A table that is read in portions gives what it gives as a whole, to the byte."""

from __future__ import annotations

import json
from random import Random

import duckdb
import pytest

from glutemed.model.errors import EngineFailed
from glutemed.population import batch, portions, recommend_file
from glutemed.population.batch import Batch, connect
from glutemed.population.table import open_file

SEED = 20_261_122
AGES = (15, 30, 44, 71, None, 200)
"""The last one is nobody's."""


@pytest.fixture
def table(tmp_path):
    dice = Random(SEED)
    people = [
        {
            "person.age": dice.choice(AGES),
            "complaint.conditions": dice.choice((["patellofemoral_pain"], [], None)),
            "complaint.pain_usual": dice.choice((2, 5, 7, None)),
            "response.each.clamshell.sessions": dice.choice((None, None, 3)),
            "equipment.step": dice.choice((True, False, None)),
        }
        for _ in range(90)
    ]
    path = tmp_path / "people.jsonl"
    path.write_text("".join(json.dumps(person) + "\n" for person in people), encoding="utf-8")
    with duckdb.connect() as db:
        read = f"SELECT * FROM read_json('{path}')"
        db.execute(f"COPY ({read}) TO '{path.with_suffix('.parquet')}' (FORMAT parquet)")
    return path.with_suffix(".parquet")


def written(table, ruleset, name):
    out, rejects = table.with_name(f"{name}.parquet"), table.with_name(f"{name}.csv")
    done = recommend_file(table, out, ruleset, rejects=rejects, threads=2)
    return done, out.read_bytes(), rejects.read_bytes()


def test_portions_change_nothing(table, ruleset, monkeypatch):
    done, *whole = written(table, ruleset, "whole")
    assert done.counts.people == 90
    assert 0 < done.counts.rejected < 90
    read = []
    bounds = portions._bounds
    monkeypatch.setattr(portions, "LEAST", 1)
    monkeypatch.setattr(portions, "_bounds", lambda people: read.append(people) or bounds(people))
    again, *apart = written(table, ruleset, "apart")
    assert read == [90]
    assert len(bounds(90)) > 2
    assert apart == whole
    assert again.counts == done.counts
    assert again.summary == done.summary


def test_portions_hold_each_row_once(monkeypatch):
    monkeypatch.setattr(portions, "LEAST", 1)
    for people in (0, 1, 15, 16, 17, 100, 20_000_000):
        bounds = portions._bounds(people)
        assert (bounds[0], bounds[-1]) == (0, people)
        assert list(bounds) == sorted(bounds)


def test_what_fails_while_the_next_portion_is_read_ends_the_batch(table, ruleset, monkeypatch):
    class Failed(Exception):
        pass

    def fail(*_):
        raise Failed

    monkeypatch.setattr(portions, "LEAST", 1)
    monkeypatch.setattr(Batch, "_groups", fail)
    with pytest.raises(Failed):
        written(table, ruleset, "out")
    assert not table.with_name("out.parquet").exists()
    assert list(table.parent.glob(".out*")) == []


def test_a_portion_that_cannot_be_read_ends_the_batch(table, ruleset, monkeypatch):
    monkeypatch.setattr(portions, "LEAST", 1)
    monkeypatch.setattr(portions, "BOUNDS", (0, 8, 12, 16))
    with connect(table.parent, memory="1GB") as db:
        opened = open_file(db, table, ruleset.vocabulary)
        broken = type(opened)(
            opened.source,
            opened.branches,
            opened.where,
            "CASE WHEN t.file_row_number = 70 THEN error('no such row') ELSE FALSE END",
            opened.row,
        )
        with pytest.raises(duckdb.Error, match="no such row"):
            Batch(db, ruleset, table.parent).run(broken)


def test_rows_that_a_join_mixes_up_are_sorted(table, ruleset, monkeypatch):
    _, *straight = written(table, ruleset, "straight")
    mixed, said = Batch.result, []

    def result(self, *, sort):
        said.append(sort)
        return mixed(self, sort=True) + ("" if sort else " DESC")

    monkeypatch.setattr(Batch, "result", result)
    _, *sorted_ = written(table, ruleset, "sorted")
    assert said == [False, True]
    assert sorted_ == straight


def test_rows_that_are_lost_stop_the_batch(table, ruleset, monkeypatch):
    whole = Batch.result
    monkeypatch.setattr(
        Batch, "result", lambda self, *, sort: f"SELECT * FROM ({whole(self, sort=sort)}) LIMIT 5"
    )
    with pytest.raises(EngineFailed, match="5 were"):
        written(table, ruleset, "out")
    assert not table.with_name("out.parquet").exists()


def test_a_join_that_would_mix_up_answers_is_seen(table, ruleset, monkeypatch):
    """Where no number keeps the order, or there are too many answers, the rows are sorted."""
    monkeypatch.setattr(Batch, "_keeps", lambda *_: False)
    _, *sorted_ = written(table, ruleset, "sorted")
    monkeypatch.undo()
    monkeypatch.setattr(batch, "MOST_JOINED", 0)
    _, *many = written(table, ruleset, "many")
    monkeypatch.undo()
    _, *straight = written(table, ruleset, "straight")
    assert sorted_ == many == straight
