"""`rules graph`, `explain --graph` and `rules schema` on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest


@pytest.mark.parametrize(
    "args",
    [
        ("rules", "graph"),
        ("rules", "graph", "clamshell"),
        ("rules", "graph", "--packs"),
        ("rules", "graph", "--about", "complaint.side"),
        ("rules", "graph", "--about", "surgeon/bands-rather-than-free-weights"),
        ("explain", "runner.yaml", "--graph"),
        ("explain", "runner.yaml", "lateral-walk", "--graph"),
    ],
)
def test_it_prints_a_flowchart_and_nothing_else(glutemed, runner, args):
    done = glutemed(*args)
    assert done.exit_code == 0, done.stderr
    assert not done.stderr
    assert "\nflowchart LR\n" in done.stdout
    assert done.stdout.startswith("---\nconfig:\n")


def test_a_misspelt_exercise_gets_a_suggestion(glutemed):
    done = glutemed("rules", "graph", "clamshel")
    assert done.exit_code == 2
    assert "did you mean `clamshell`?" in done.stderr


def test_a_misspelt_fact_gets_a_suggestion(glutemed):
    done = glutemed("rules", "graph", "--about", "complaint.sied")
    assert done.exit_code == 2
    assert "did you mean `complaint.side`?" in done.stderr


def test_one_picture_at_a_time(glutemed):
    done = glutemed("rules", "graph", "clamshell", "--about", "complaint.side")
    assert done.exit_code == 2
    assert "Give one of these" in done.stderr


def test_a_picture_is_no_json(glutemed, runner):
    assert glutemed("explain", runner, "--graph", "--format", "json").exit_code == 2


def test_a_picture_holds_the_rules_of_added_files(glutemed):
    given = (
        *("--set", "when={person.age: {below: 20}}", "--set", "then={indicate: {id: clamshell}}"),
        *("--set", "because=Why not.", "--set", "sources=[mascal-2003]"),
        *("--set", "reviewed=2026-11-22"),
    )
    assert glutemed("rules", "new", "rule", "the-young", *given).exit_code == 0
    shown = glutemed("rules", "graph", "clamshell", "--rules", "the-young.yaml").stdout
    assert "the-young/the-young<br/>age is below 20" in shown


def test_a_picture_can_be_ascii(started, runner):
    done = started("explain", runner, "--graph", PYTHONUTF8="0", PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    assert done.stdout.isascii()


def test_the_schema_knows_what_added_files_declare(glutemed):
    Path("mine.yaml").write_text(
        "pack: mine\nversion: 1.0.0\n"
        "facts:\n  - {name: history.falls_counted, type: bool, label: falls, ask: Did you fall?}\n"
    )
    done = glutemed("rules", "schema", "--rules", "mine.yaml", "-o", "it.json")
    assert done.exit_code == 0
    schema = json.loads(Path("it.json").read_text(encoding="utf-8"))
    facts = schema["definitions"]["facts"]["properties"]
    assert facts["history.falls_counted"]["description"] == "Did you fall?"
    assert not done.stdout
    assert "history.falls_counted" not in glutemed("rules", "schema").stdout
