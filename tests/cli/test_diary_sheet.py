"""The sheet of a diary: what comes next and what was, on one page."""

from __future__ import annotations

import json
import re

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
    assert page.count('viewBox="0 0 320 72"') == 2
    assert "3 October 2026" in page
    assert begun("sheet", "-o", str(out), "--date", "2026-10-06").exit_code == 2  # it is there


def test_it_is_a_pdf_too_with_a_note(begun, tmp_path):
    pypdf = pytest.importorskip("pypdf")
    pytest.importorskip("typst")
    out = tmp_path / "sheet.pdf"
    done = begun("sheet", "-o", str(out), "--date", "2026-10-06", "--note", "Ring on Monday.")
    assert done.exit_code == 0, done.stderr
    (page,) = pypdf.PdfReader(out).pages
    said = " ".join(page.extract_text().split())
    for text in ("Ring on Monday.", "So far", "worst in a session", "Next session from"):
        assert text in said


def test_the_review_counts_from_the_first_session_and_the_next_one_is_not_past(begun, tmp_path):
    out = tmp_path / "sheet.html"
    begun("sheet", "-o", str(out), "--date", "2026-10-06")
    assert "<dt>Look at it again on</dt><dd>14 November 2026</dd>" in out.read_text("utf-8")
    begun("sheet", "-o", str(out), "--date", "2026-10-11", "--force")
    page = out.read_text("utf-8")
    assert "<dt>Made on</dt><dd>11 October 2026</dd>" in page
    assert "<dt>Next session from</dt><dd>11 October 2026</dd>" in page


def test_its_code_gives_the_record_back_too(begun, glutemed, tmp_path):
    out = tmp_path / "sheet.html"
    begun("sheet", "-o", str(out), "--date", "2026-10-06")
    code = re.search(r'class="code">([0-9A-Z-]+)<', out.read_text("utf-8"))
    assert code is not None
    assert len(code[1]) <= 60
    again = glutemed("recommend", "--code", code[1], "--format", "json")
    assert again.exit_code == 0
    names = [each["name"] for each in json.loads(again.stdout)["programme"]["exercises"]]
    assert names
    assert all(name in out.read_text("utf-8") for name in names)


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
