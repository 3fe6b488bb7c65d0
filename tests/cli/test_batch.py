"""`glutemed batch` from end to end: exit codes, rejects, the bar, and what a kill leaves behind."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys

import duckdb
import pytest

from glutemed.cli import exits
from glutemed.intake import read_mapping
from population_help import expected, rows_of, said

NAMES = ("patient", "screening", "person.age", "complaint.conditions", "complaint.pain_usual")
ROWS = [
    ("anna", "clear", "30", "patellofemoral_pain", "5"),
    ("ben", "clear", "71", "[]", ""),
    ("cleo", "", "44", "", "declined"),
]
WRONG = ("dan", "clear", "30", "patellofemoral_pain", "11")


def table(path, rows, names=NAMES):
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([names, *rows])
    return path


def facts_of(row, ruleset):
    """A row of the table as a file of facts has it."""
    named = {name: value for name, value in zip(NAMES[1:], row[1:], strict=True) if value}
    for name in ("person.age", "complaint.pain_usual"):
        if named.get(name, "").isdigit():
            named[name] = int(named[name])
    if "complaint.conditions" in named:
        named["complaint.conditions"] = [w for w in [named["complaint.conditions"]] if w != "[]"]
    facts, wrong = read_mapping(named, ruleset.vocabulary)
    assert not wrong
    return facts


@pytest.fixture
def people(tmp_path):
    return table(tmp_path / "people.csv", ROWS)


# --- What it writes --------------------------------------------------------------------------------


def test_everybody_gets_what_recommend_gives_and_the_exit_code_is_zero_whatever_that_is(
    glutemed, people, ruleset
):
    done = glutemed("batch", str(people), "-o", "out.parquet", "--id", "patient")
    assert done.exit_code == exits.DONE
    assert done.stdout == ""
    assert "3 people" in done.stderr
    found = rows_of(people.parent / "out.parquet")
    assert [row["patient"] for row in found] == ["anna", "ben", "cleo"]
    for row, one in zip(found, ROWS, strict=True):
        assert said(row) == expected(facts_of(one, ruleset), ruleset)


def test_the_summary_counts_everybody_once(glutemed, people):
    done = glutemed("batch", str(people), "-o", "out.parquet", "--id", "patient", "--summary")
    assert done.exit_code == exits.DONE
    lines = done.stdout.splitlines()
    assert lines[0] == "3 people; 0 rows rejected"
    listed = lines[lines.index("Outcomes") + 1 :]
    counts = [int(line.split()[1]) for line in listed[: listed.index("") if "" in listed else None]]
    assert sum(counts) == 3


def test_what_the_template_prints_is_a_person(glutemed, tmp_path):
    (tmp_path / "people.csv").write_text(glutemed("batch", "--template").stdout, encoding="utf-8")
    assert glutemed("batch", "people.csv", "-o", "out.parquet").exit_code == exits.DONE
    assert rows_of(tmp_path / "out.parquet")[0]["outcome"] == "questions"


def test_any_row_of_the_table_can_be_explained(glutemed, people, ruleset):
    glutemed("batch", str(people), "-o", "out.parquet", "--id", "patient")
    for number, row in enumerate(rows_of(people.parent / "out.parquet"), 1):
        done = glutemed(
            *("explain", str(people), "--row", str(number), "--id", "patient", "--format", "json")
        )
        assert done.exit_code == exits.DONE
        assert json.loads(done.stdout)["outcome"] == row["outcome"]
    assert glutemed("explain", str(people), "--row", "4", "--id", "patient").exit_code == 4


# --- What it refuses -------------------------------------------------------------------------------


def test_a_row_that_is_no_person_ends_it_unless_it_has_where_to_go(glutemed, tmp_path):
    people = str(table(tmp_path / "people.csv", [ROWS[0], WRONG, ROWS[2]]))
    done = glutemed("batch", people, "-o", "out.parquet", "--id", "patient")
    assert done.exit_code == exits.FACTS_INVALID
    assert "1 row is no person, and nothing was written" in done.stderr
    assert "--rejects FILE" in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["people.csv"]
    again = ("batch", people, "-o", "out.parquet", "--id", "patient", "--rejects", "rejects.csv")
    assert glutemed(*again).exit_code == exits.DONE
    assert [row["row"] for row in rows_of(tmp_path / "out.parquet")] == [1, 3]
    with (tmp_path / "rejects.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file)) == [
            ["row", "patient", "reason"],
            ["2", "dan", "GM403: `complaint.pain_usual` must be from 0 to 10"],
        ]


def test_a_column_that_is_no_fact_ends_it(glutemed, people):
    done = glutemed("batch", str(people), "-o", "out.parquet")
    assert done.exit_code == exits.FACTS_INVALID
    assert "unknown fact `patient`" in done.stderr
    assert not (people.parent / "out.parquet").exists()


def test_a_file_of_rules_that_is_wrong_ends_it(glutemed, people):
    (people.parent / "bad.yaml").write_text("pack: [", encoding="utf-8")
    done = glutemed("batch", str(people), "-o", "out.parquet", "--rules", "bad.yaml")
    assert done.exit_code == exits.RULES_INVALID
    assert not (people.parent / "out.parquet").exists()


@pytest.mark.parametrize(
    "args",
    [
        ["people.csv"],
        ["people.csv", "-o", "out.csv"],
        ["people.csv", "-o", "nowhere/out.parquet"],
        ["people.csv", "-o", "out.parquet", "--rejects", "out.parquet"],
        ["people.csv", "-o", "out.parquet", "--rejects", "people.csv"],
        ["missing.csv", "-o", "out.parquet"],
    ],
)
def test_what_cannot_be_meant_is_wrong_use(glutemed, people, args):
    before = people.read_bytes()
    assert glutemed("batch", *args).exit_code == exits.USAGE
    assert people.read_bytes() == before


def test_without_duckdb_it_says_what_to_install(glutemed, people, monkeypatch):
    monkeypatch.setattr("glutemed.cli.batch.find_spec", lambda _name: None)
    done = glutemed("batch", str(people), "-o", "out.parquet")
    assert done.exit_code == exits.USAGE
    assert "pip install 'glutemed[batch]'" in done.stderr


def test_an_older_output_stays_where_it_fails(glutemed, people, monkeypatch):
    from glutemed.model.errors import EngineFailed

    out = people.parent / "out.parquet"
    out.write_bytes(b"of an older run")

    def fail(*_given, **_more):
        raise EngineFailed("durable-rules failed")

    monkeypatch.setattr("glutemed.engine.engine.Engine.read", fail)
    done = glutemed("batch", str(people), "-o", "out.parquet", "--id", "patient")
    assert done.exit_code == exits.FAILED
    assert out.read_bytes() == b"of an older run"
    assert sorted(path.name for path in people.parent.iterdir()) == ["out.parquet", "people.csv"]


# --- Where a person looks on -----------------------------------------------------------------------


@pytest.mark.skipif(os.name == "nt", reason="a pseudo-terminal is of POSIX")
def test_the_bar_with_rate_and_time_left_is_on_a_terminal_only(people):
    import pty

    args = [sys.executable, "-m", "glutemed", "batch", "people.csv", "-o", "o.parquet"]
    command = [*args, "--id", "patient"]
    quiet = subprocess.run(command, cwd=people.parent, capture_output=True, check=True)
    assert quiet.stdout == b""
    assert b"people/s" not in quiet.stderr
    main, side = pty.openpty()
    with subprocess.Popen(command, cwd=people.parent, stderr=side) as running:
        os.close(side)
        seen = b""
        while True:
            try:
                part = os.read(main, 4096)
            except OSError:  # Linux says so where the other side is closed
                break
            if not part:
                break
            seen += part
    os.close(main)
    assert running.returncode == 0
    for word in (b"reading", b"writing", b"people/s", b"100%", b"3 people"):
        assert word in seen


# --- Killed ----------------------------------------------------------------------------------------

NURSERY = """
import os, random, signal, sys, time
from pathlib import Path
import duckdb, numpy
from glutemed.cli.program import program
from glutemed.pipeline import load_ruleset, ready
import glutemed.population
ready(load_ruleset())

source, out = sys.argv[1], Path(sys.argv[2])

def start():
    child = os.fork()
    if child == 0:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1), os.dup2(nowhere, 2)
        try:
            program(["batch", source, "-o", str(out)])
        except SystemExit as done:
            os._exit(done.code or 0)
        os._exit(99)
    return child

def ended(child):
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

began = time.monotonic()
assert ended(start()) == 0
took, whole = time.monotonic() - began, out.read_bytes()
dice, killed = random.Random(20261122), 0
for number in range(10):
    old = b"of an older run" if number % 2 else None
    out.unlink(missing_ok=True)
    if old is not None:
        out.write_bytes(old)
    child = start()
    time.sleep(took * (number + dice.random()) / 10)
    os.kill(child, signal.SIGKILL)
    killed += ended(child) == -signal.SIGKILL
    found = out.read_bytes() if out.exists() else None
    assert found in (old, whole), number
    if number in (4, 9):
        assert ended(start()) == 0, number
        assert out.read_bytes() == whole, number
        assert os.listdir(out.parent) == [out.name], number
print(killed)
"""


@pytest.mark.skipif(os.name == "nt", reason="kill -9 is of POSIX")
def test_killed_at_ten_moments_it_leaves_nothing_half_written_and_a_rerun_the_same_bytes(tmp_path):
    source, folder = tmp_path / "people.parquet", tmp_path / "out"
    folder.mkdir()
    with duckdb.connect() as db:
        db.execute(
            'COPY (SELECT CAST(i % 90 AS INTEGER) AS "person.age", '
            "CASE WHEN i % 7 > 0 THEN 'clear' END AS screening, "
            'CAST(i // 90 % 11 AS INTEGER) AS "complaint.pain_usual", '
            "CASE WHEN i % 3 > 0 THEN ['patellofemoral_pain'] END AS \"complaint.conditions\" "
            f"FROM range(5000) t(i)) TO '{source}' (FORMAT parquet)"
        )
    done = subprocess.run(
        [sys.executable, "-c", NURSERY, str(source), str(folder / "outcomes.parquet")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) >= 5  # else most were done before they were to be killed


@pytest.mark.parametrize("size", ["0", "1", "abc", "-1GB", "1GB; drop", ""])
def test_a_size_that_is_none_is_refused(glutemed, people, tmp_path, size):
    refused = glutemed("batch", str(people), "-o", str(tmp_path / "o.parquet"), "--memory", size)
    assert refused.exit_code == exits.USAGE
    assert "such as 500MB or 2GB" in refused.stderr


def test_the_rejects_are_not_written_over_the_output_by_another_path(glutemed, tmp_path):
    people = table(tmp_path / "p.csv", [*ROWS, WRONG])
    (tmp_path / "sub").mkdir()
    out, same = tmp_path / "o.parquet", tmp_path / "sub" / ".." / "o.parquet"
    refused = glutemed(
        "batch", str(people), "-o", str(out), "--id", "patient", "--rejects", str(same)
    )
    assert refused.exit_code == exits.USAGE
    assert not out.exists()


def test_a_full_disk_is_called_so(glutemed, people, tmp_path, monkeypatch):
    from glutemed.population.batch import Batch

    said = 'Failed to commit: Could not write file "people.duckdb.wal": No space left on device'

    def full(*_args, **_named):
        raise duckdb.TransactionException(said)

    monkeypatch.setattr(Batch, "_decide", full)
    failed = glutemed("batch", str(people), "-o", str(tmp_path / "o.parquet"), "--id", "patient")
    assert failed.exit_code == exits.FAILED
    assert "no space left on device" in failed.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["people.csv"]
