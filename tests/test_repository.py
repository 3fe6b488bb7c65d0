"""The repository keeps the promises that it makes about itself."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from glutemed.model.version import VERSION

REPOSITORY = Path(__file__).resolve().parent.parent
LINES = 400
MEBIBYTE = 1024 * 1024
DRAWERS = {"util", "utils", "helper", "helpers", "common", "core", "manager", "managers"}
DRAWERS |= {"process", "processes", "handle", "handler", "handlers"}

# Written so that this file does not match itself.
PLACES = re.compile(
    r"""(?<![\w.:/~}$)>*-])/(?:home|root|work|tmp|Users|mnt|opt|srv|private/var)(?:/[\w.]|\b(?=["'`\s]))"""
    r"""|[A-Z]:\\Users\\"""
    r"""|(?:files|upload|test)\.pythonhosted\.org|\bpypi\.org|registry\.npmjs\.org|\bcrates\.io""",
    re.VERBOSE,
)


def files() -> list[Path]:
    """Every file that is in the repository, or would be with the next commit."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=REPOSITORY,
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    paths = [REPOSITORY / name for name in sorted(set(listed.split("\0"))) if name]
    return [path for path in paths if path.is_file()]


def name_of(path: Path) -> str:
    return path.relative_to(REPOSITORY).as_posix()


def python_files(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((REPOSITORY / folder).rglob("*.py"))]


def test_every_room_imports_only_what_stands_below_it():
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_module_is_long():
    long = {
        name_of(path): lines
        for path in python_files("glutemed")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LINES
    }
    assert not long


def test_no_module_is_a_drawer_for_odds_and_ends():
    drawers = [
        name_of(path)
        for path in python_files("glutemed", "tests", "benchmarks")
        for part in path.relative_to(REPOSITORY).with_suffix("").parts
        if DRAWERS & set(re.split(r"[_\W]+", part.lower()))
    ]
    assert not drawers


@pytest.mark.needs("git")
def test_no_place_of_a_machine_is_named():
    named = []
    for path in files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        named += [
            f"{name_of(path)}:{number}: {line.strip()[:120]}"
            for number, line in enumerate(text.splitlines(), 1)
            if PLACES.search(line)
        ]
    assert not named, "\n".join(named)


@pytest.mark.parametrize(
    "line",
    [
        "cd /" + "work/main",
        "see `/" + "home/somebody/x`",
        "'/" + "tmp/scratch'",
        "--index-url https://" + "pypi" + ".org/simple",
        "C:" + "\\Users\\somebody",
        "path=/" + "root/.cache",
    ],
)
def test_a_place_of_a_machine_is_seen(line):
    assert PLACES.search(line)


@pytest.mark.parametrize(
    "line", ["#!/usr/bin/env bash", "docs/work/plan", "a home/work balance", "rules/opt/in.yaml"]
)
def test_what_is_not_a_place_of_a_machine(line):
    assert not PLACES.search(line)


@pytest.mark.needs("git")
def test_no_file_is_large():
    assert not [name_of(path) for path in files() if path.stat().st_size > MEBIBYTE]


@pytest.mark.parametrize("package", ["click", "hypothesis", "durable", "durable_rules_engine"])
def test_importing_glutemed_does_not_import(package):
    script = f"import glutemed, sys; sys.exit({package!r} in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr or f"{package} was imported"


def test_the_changelog_knows_this_version():
    changelog = (REPOSITORY / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"## [{VERSION}]" in changelog


def test_the_lock_holds_a_hash_for_everything_and_no_address():
    lock = (REPOSITORY / "requirements.lock").read_text(encoding="utf-8")
    entries = re.split(r"^(?=[^\s#])", lock, flags=re.MULTILINE)[1:]
    assert entries
    assert not [entry for entry in entries if "--hash=sha256:" not in entry]
    assert "://" not in lock
    assert "--index-url" not in lock


def test_no_exported_name_is_the_name_of_a_submodule():
    import glutemed

    modules = {path.stem for path in (REPOSITORY / "glutemed").iterdir()}
    assert set() == set(glutemed.__all__) & modules


def test_every_exported_name_can_be_had():
    import glutemed

    assert [name for name in glutemed.__all__ if not hasattr(glutemed, name)] == []
