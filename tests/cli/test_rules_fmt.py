"""`rules fmt`: files are rewritten whole, only where they mean the same, and a check writes nothing."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from glutemed.rulebook import canonical

UGLY = "version: 1.0.0\npack:   mine # kept\n"
FAIR = "pack: mine  # kept\nversion: 1.0.0\n"


@pytest.fixture
def ugly(glutemed) -> Path:
    path = Path("mine.yaml")
    path.write_text(UGLY)
    return path


def test_it_writes_the_canonical_form(glutemed, ugly):
    done = glutemed("rules", "fmt", "mine.yaml")
    assert done.exit_code == 0
    assert ugly.read_text() == FAIR
    assert "1 file changed" in done.stderr
    assert not done.stdout


def test_a_second_time_it_changes_nothing(glutemed, ugly):
    glutemed("rules", "fmt", "mine.yaml")
    before = ugly.stat().st_mtime_ns
    assert glutemed("rules", "fmt", "mine.yaml").exit_code == 0
    assert ugly.stat().st_mtime_ns == before
    assert glutemed("rules", "fmt", "--check", "mine.yaml").exit_code == 0


@pytest.mark.parametrize("option", ["--check", "--diff"])
def test_a_check_writes_nothing_and_ends_with_7(glutemed, ugly, option):
    done = glutemed("rules", "fmt", option, "mine.yaml")
    assert done.exit_code == 7
    assert ugly.read_text() == UGLY
    assert "mine.yaml" in done.stdout


def test_a_difference_can_be_read(glutemed, ugly):
    shown = glutemed("rules", "fmt", "--diff", "mine.yaml").stdout
    assert "-pack:   mine # kept\n" in shown
    assert "+pack: mine  # kept\n" in shown


def test_stdin_goes_to_stdout(glutemed):
    done = glutemed("rules", "fmt", "-", typed=UGLY)
    assert done.exit_code == 0
    assert done.stdout == FAIR


def test_a_folder_is_formatted_with_everything_in_it(glutemed, ugly):
    Path("more").mkdir()
    Path("more/deep.yml").write_text(UGLY.replace("mine", "deep"))
    assert glutemed("rules", "fmt", ".").exit_code == 0
    assert ugly.read_text() == FAIR
    assert Path("more/deep.yml").read_text() == FAIR.replace("mine", "deep")


def test_one_file_that_cannot_be_read_stops_all(glutemed, ugly):
    Path("broken.yaml").write_text("pack: [\n")
    done = glutemed("rules", "fmt", ".")
    assert done.exit_code == 3
    assert "GM102" in done.stderr
    assert ugly.read_text() == UGLY


def test_nothing_is_written_where_the_meaning_would_change(glutemed, ugly, monkeypatch):
    monkeypatch.setattr(canonical, "_worded", lambda value: None)
    monkeypatch.setattr(canonical, "page", lambda text, root: FAIR.replace("1.0.0", "1.0.1"))
    done = glutemed("rules", "fmt", "mine.yaml")
    assert done.exit_code == 1
    assert "mean something else" in done.stderr
    assert ugly.read_text() == UGLY


@pytest.mark.skipif(os.name == "nt", reason="permissions of another kind")
def test_the_permissions_and_the_link_stay(glutemed, ugly):
    ugly.chmod(0o640)
    Path("link.yaml").symlink_to("mine.yaml")
    assert glutemed("rules", "fmt", "link.yaml").exit_code == 0
    assert Path("link.yaml").is_symlink()
    assert stat.S_IMODE(ugly.stat().st_mode) == 0o640
    assert ugly.read_text() == FAIR


def test_a_write_that_fails_leaves_the_file_and_no_other(glutemed, ugly, monkeypatch):
    def fail(_self, _target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    done = glutemed("rules", "fmt", "mine.yaml")
    assert done.exit_code == 1
    assert ugly.read_text() == UGLY
    assert [path.name for path in Path().iterdir()] == ["mine.yaml"]


def test_wrong_use_is_said(glutemed, ugly):
    assert glutemed("rules", "fmt", "-", "mine.yaml").exit_code == 2
    Path("empty").mkdir()
    assert glutemed("rules", "fmt", "empty").exit_code == 2
    assert glutemed("rules", "fmt", "nowhere.yaml").exit_code == 3


def test_without_a_path_it_is_the_rules_of_the_checkout(glutemed):
    done = glutemed("rules", "fmt", "--check")
    assert done.exit_code in {0, 7}
    assert all(line.startswith("rules/") for line in done.stdout.splitlines())


def test_rules_that_are_installed_are_left_alone(glutemed, monkeypatch):
    inside = Path(canonical.__file__).parents[2] / "rules"
    monkeypatch.setattr("glutemed.rulebook.load.bundled", lambda: inside)
    done = glutemed("rules", "fmt")
    assert done.exit_code == 2
    assert "not to be edited" in done.stderr
