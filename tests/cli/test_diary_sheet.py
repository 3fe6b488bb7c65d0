"""The sheet of a diary: what comes next and what was, on one page."""

from __future__ import annotations

import pytest

PERSON = ("--set", "screening=clear", "--set", "response.sessions_done=0")


@pytest.fixture
def begun(glutemed, tmp_path, runner):
    def to_diary(*words):
        return glutemed("diary", words[0], "--file", str(tmp_path / "me.db"), *words[1:])

    assert to_diary("start", str(runner), "--date", "2026-10-01").exit_code == 0
    for day in ("03", "06"):
        log = ("log", "--all", "5,2", "--usual", "4", "--rest", "1", "--no-flags")
        assert to_diary(*log, "--date", f"2026-10-{day}").exit_code == 0
    return to_diary


def test_it_says_why_and_draws_pain_and_load(begun, tmp_path):
    out = tmp_path / "sheet.html"
    done = begun("sheet", "-o", str(out), "--date", "2026-10-06")
    page = out.read_text(encoding="utf-8")
    assert done.exit_code == 0
    assert '<p class="course">' in page
    assert page.count('viewBox="0 0 320 96"') == 2
    assert "3 October 2026" in page
    assert begun("sheet", "-o", str(out), "--date", "2026-10-06").exit_code == 2  # it is there


def test_a_red_flag_makes_it_a_referral_without_exercises(begun, tmp_path):
    out = tmp_path / "sheet.html"
    begun("log", "--flag", "hot_swollen_knee", "--date", "2026-10-08")
    done = begun("sheet", "-o", str(out), "--date", "2026-10-08")
    assert done.exit_code == 5
    assert '<ol class="cards">' not in out.read_text(encoding="utf-8")


def test_with_questions_open_there_is_no_sheet(begun, glutemed, tmp_path):
    file, out = str(tmp_path / "other.db"), tmp_path / "none.html"
    glutemed("diary", "start", "--file", file, *PERSON, "--date", "2026-10-01")
    done = glutemed("diary", "sheet", "--file", file, "-o", str(out), "--date", "2026-10-02")
    assert done.exit_code == 6
    assert not out.exists()
