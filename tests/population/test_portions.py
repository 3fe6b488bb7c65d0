"""A table that is read in portions gives what it gives as a whole, to the byte."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import threading
from random import Random

import duckdb
import pytest
from polars.exceptions import ComputeError

from glutemed.model.errors import EngineFailed
from glutemed.population import output, portions, recommend_file
from glutemed.population.assigned import Assigned
from glutemed.population.batch import Batch, connect
from glutemed.population.columns import Form, Given
from glutemed.population.coordinates import coordinates
from glutemed.population.table import open_file

SEED = 20_261_122
AGES = (15, 30, 44, 71, None, 200)
"""The last one is nobody's."""


class Failed(Exception):
    pass


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


def test_rows_that_are_lost_stop_the_batch(table, ruleset, monkeypatch):
    whole = Assigned.part
    monkeypatch.setattr(Assigned, "part", lambda *given: whole(*given)[:5])
    with pytest.raises(EngineFailed, match="5 were"):
        written(table, ruleset, "out")
    assert not table.with_name("out.parquet").exists()


def test_rows_out_of_order_stop_the_batch(table, ruleset, monkeypatch):
    whole = Assigned.part
    monkeypatch.setattr(Assigned, "part", lambda *given: whole(*given).reverse())
    with pytest.raises(EngineFailed, match="out of order"):
        written(table, ruleset, "out")
    assert not table.with_name("out.parquet").exists()


@pytest.mark.parametrize("before", [2, 5])
@pytest.mark.parametrize("stage", [(Assigned, "add"), (Assigned, "part"), (output, "_given")])
def test_what_fails_while_rows_are_written_ends_the_batch(
    table, ruleset, monkeypatch, stage, before
):
    """In the thread that assigns, in the one that makes frames, and in the one that writes.

    There are six portions; what fails in the last one is not seen beside a later one.
    """
    room, name = stage
    whole, calls = getattr(room, name), []

    def fail(*given):
        calls.append(given)
        if len(calls) > before:
            raise Failed
        return whole(*given)

    monkeypatch.setattr(portions, "LEAST", 1)
    monkeypatch.setattr(room, name, fail)
    with pytest.raises(Failed):
        written(table, ruleset, "out")
    assert not table.with_name("out.parquet").exists()
    assert list(table.parent.glob(".out*")) == []


def test_a_disk_that_is_full_while_rows_are_written_is_called_so(table, ruleset, monkeypatch):
    def full(*_):
        raise ComputeError("underlying IO error: No space left on device (os error 28)")

    monkeypatch.setattr(output, "_given", full)
    with pytest.raises(OSError, match="No space left") as raised:
        written(table, ruleset, "out")
    assert raised.value.errno == errno.ENOSPC


@pytest.mark.parametrize(
    ("values", "by_hash"), [("['front'], ['inner'], []", True), ("['front'], [NULL], []", False)]
)
def test_sets_that_have_one_hash_are_not_taken_for_each_other(ruleset, values, by_hash):
    """An empty list has the hash of a list of nothing, which is no set of words."""
    with duckdb.connect() as db:
        db.execute(
            "CREATE TABLE people AS SELECT row_number() OVER () AS n, v AS felt FROM "
            f"(SELECT CAST(unnest([{values}, NULL, ['front']]) AS VARCHAR[]) AS v)"
        )
        given = Given("complaint.felt_at", "felt", Form.LIST)
        known = coordinates(ruleset, [given], None)
        for query in known.sets("people"):
            db.execute(query)
        settled = known.settled(db)
        assert [one.by_hash for one in known.listed] == [False]
        assert [one.by_hash for one in settled.listed] == [by_hash]
        plain, quick = (
            db.execute(f"FROM ({one.select('people', 'n', [])}) ORDER BY row").fetchall()
            for one in (known, settled)
        )
    assert quick == plain
    assert len({row[:-1] for row in plain}) == 4


def test_what_is_said_of_single_exercises_has_one_number_in_all_portions(ruleset):
    with duckdb.connect() as db:
        db.execute(
            "CREATE TABLE people AS SELECT unnest(range(1, 7)) AS n, "
            "unnest([NULL, '3', 'unknown', '3', NULL, '4']) AS sessions"
        )
        given = Given("response.each.clamshell.sessions", "sessions", Form.TEXT)
        known = coordinates(ruleset, [given], None)
        rows = []
        for query in known.sets("people"):
            db.execute(query)
        for within in ("n <= 3", "n > 3"):
            for query in known.singly("people", "n", within):
                db.execute(query)
            names = ", ".join(("row", *known.unfolded, "trial"))
            unfolded = known.unfold(known.select("people", "n", [], within))
            rows += db.execute(f"SELECT {names} FROM ({unfolded}) ORDER BY row").fetchall()
    assert [row[-1] for row in rows] == [0, 1, 0, 1, 0, 2]
    words = [row[1:-1] for row in rows]
    assert words[0] == words[2] == words[4]
    assert words[1] == words[3]
    assert len({words[0], words[1], words[5]}) == 3


@pytest.fixture
def heeded():
    """The interrupt is heeded; what runs in the background of a shell begins without."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


STOPPED = """
import os, random, signal, sys, tempfile, threading, time
from pathlib import Path
from glutemed.population.batch import connect

def busy():
    while True:
        pass

def stopped(delay):
    endless = "SELECT count(*) FROM range(1000000000) a, range(1000000000) b"
    with tempfile.TemporaryDirectory() as folder, connect(Path(folder), memory="1GB") as db:
        threading.Timer(delay, os.kill, (os.getpid(), signal.SIGINT)).start()
        db.execute(endless).fetchall()

signal.signal(signal.SIGINT, signal.default_int_handler)
for _ in range(2):
    threading.Thread(target=busy, daemon=True).start()
for turn in range(30):
    try:
        stopped(0.01 + 0.01 * turn)
    except KeyboardInterrupt:
        print("stopped", flush=True)
sys.stdout.flush()
os._exit(0)
"""


def test_a_query_that_is_stopped_is_not_waited_for_however_busy_the_machine_is():
    """DuckDB goes on with it in another thread, at times, and to close waits for that."""
    done = subprocess.run(
        [sys.executable, "-c", STOPPED], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.stdout.split() == ["stopped"] * 30, done.stderr


def stopped(folder):
    endless = "SELECT count(*) FROM range(1000000000) a, range(1000000000) b"
    with connect(folder, memory="1GB") as db:
        stop = threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT))
        give_up = threading.Timer(30, db.interrupt)
        for timer in (stop, give_up):
            timer.start()
        try:
            db.execute(endless).fetchall()
        finally:
            give_up.cancel()


@pytest.mark.usefixtures("heeded")
def test_a_person_who_stops_it_in_a_query_has_stopped_it(table):
    """DuckDB makes an error without a name of the interrupt, if it comes in a query."""
    with pytest.raises(KeyboardInterrupt):
        stopped(table.parent)
    with pytest.raises(RuntimeError, match="else"), connect(table.parent, memory="1GB"):
        raise RuntimeError("something else")
