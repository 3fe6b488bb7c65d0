"""The command line under test: in this process, and as a program of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from glutemed.cli import exits
from glutemed.cli.program import program
from glutemed.pipeline import load_ruleset

RUNNER = """\
screening: clear
person: {age: 30}
complaint:
  conditions: [patellofemoral_pain]
  side: left
  weeks: 8
  pain_usual: 5
  pain_at_rest: 1
history: {latex_allergy: false, unsteady: false, kneeling_hurts: false}
equipment: {bands: [light], free_weights: false, step: false}
response: {sessions_done: 0}
"""


@pytest.fixture(scope="session")
def ruleset():
    return load_ruleset()


@pytest.fixture
def glutemed(tmp_path, monkeypatch, ruleset):
    """Call glutemed in this process, in a folder of its own; gives click's result."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.delenv("GLUTEMED_DEBUG", raising=False)

    def load(*extra, language="en"):
        return load_ruleset(*extra, language=language) if extra or language != "en" else ruleset

    monkeypatch.setattr("glutemed.pipeline.load_ruleset", load)

    def call(*args, typed=None):
        return CliRunner().invoke(program, args, input=typed, prog_name="glutemed")

    return call


@pytest.fixture
def file(tmp_path):
    """Where the diary is."""
    return tmp_path / "kept" / "me.db"


@pytest.fixture
def diary(glutemed, runner, file, monkeypatch):
    """A diary that is begun, and a way to call its commands."""
    monkeypatch.setenv("GLUTEMED_DIARY", str(file))

    def call(*args, typed=None):
        return glutemed("diary", *args, typed=typed)

    assert call("start", runner, "--date", "2025-03-03").exit_code == exits.PROGRAMME
    return call


@pytest.fixture
def started(tmp_path):
    """Call glutemed as a program; gives the finished process, its output as bytes."""

    def call(*args, typed=b"", **environment):
        return subprocess.run(
            [sys.executable, "-m", "glutemed", *args],
            cwd=tmp_path,
            env=surroundings() | environment,
            input=typed,
            capture_output=True,
            timeout=60,
            check=False,
        )

    return call


def surroundings() -> dict[str, str]:
    """The environment without what would change what is printed."""
    changes = {"NO_COLOR", "FORCE_COLOR", "COLUMNS", "PYTHONIOENCODING", "GLUTEMED_DEBUG"}
    kept = {name: value for name, value in os.environ.items() if name not in changes}
    scripts = str(Path(sys.executable).parent)
    path = scripts + os.pathsep + os.environ.get("PATH", "")
    return kept | {"PYTHONUTF8": "1", "TERM": "xterm", "PATH": path}


@pytest.fixture
def runner(tmp_path):
    """A file of facts that gets a programme."""
    path = tmp_path / "runner.yaml"
    path.write_text(RUNNER, encoding="utf-8")
    return path.name
