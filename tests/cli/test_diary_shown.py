"""What a diary says on a screen is harmless, and what it writes to a pipe is the bytes themselves."""

from __future__ import annotations

import pytest

from glutemed.cli import exits

RED = "\x1b[31mred\x1b[0m"
TURNED = "a\u202eb\u2066c\u200fd"


def log(diary, note):
    said = ("--all", "5,1", "--usual", "3", "--rest", "1", "--no-flags")
    done = diary("log", "--date", "2025-03-05", *said, "--note", note)
    assert done.exit_code == exits.PROGRAMME, done.stderr


@pytest.mark.parametrize("form", ["json", "csv"])
@pytest.mark.parametrize("note", [RED, TURNED, "\x9bm", "ünïcode ☂", "'=1"])
def test_an_export_to_a_pipe_is_byte_for_byte_that_to_a_file(diary, tmp_path, form, note):
    log(diary, note)
    out = tmp_path / f"out.{form}"
    assert diary("export", "--format", form, "-o", str(out)).exit_code == exits.DONE
    piped = diary("export", "--format", form).stdout_bytes
    assert piped == out.read_bytes()
    (tmp_path / "piped").write_bytes(piped)
    other = ("--file", str(tmp_path / "other.db"))
    assert diary("import", str(tmp_path / "piped"), *other).exit_code == exits.DONE
    assert diary("export", *other).stdout_bytes == diary("export").stdout_bytes


def test_signs_that_steer_a_screen_or_turn_text_around_are_shown_by_their_number(diary):
    log(diary, f"{TURNED} {RED}")
    shown = diary("show").stdout
    assert "a<U+202E>b<U+2066>c<U+200F>d" in shown
    assert "<U+001B>[31mred" in shown
    assert all(sign.isprintable() or sign == "\n" for sign in shown)


def test_a_note_of_several_lines_stays_in_its_row(diary):
    log(diary, "one\ntwo\u2028three")
    assert "one two three" in diary("show").stdout


def test_letters_that_are_joined_stay_joined(diary):
    log(diary, "می‌خواهم")
    assert "می‌خواهم" in diary("show").stdout


def test_a_diary_that_is_a_link_is_not_said_to_be_gone(diary, file, tmp_path):
    link = tmp_path / "link.db"
    link.symlink_to(file)
    before = file.read_bytes()
    done = diary("forget", "--file", str(link), "--all", "--yes")
    assert done.exit_code == exits.FAILED
    assert "is a link" in done.stderr
    assert "gone" not in done.stderr
    assert file.read_bytes() == before
