"""`glutemed handout`, and codes on the command line."""

from __future__ import annotations

import datetime as dt
import os
import re
import stat
from pathlib import Path

import pytest

HOT = "screening.hot_swollen_knee=true"


def code_in(path: str) -> str:
    found = re.search(r'class="code">([0-9A-Z-]+)<', Path(path).read_text(encoding="utf-8"))
    assert found is not None
    return found[1]


def test_a_programme_becomes_a_sheet(glutemed, runner):
    done = glutemed(
        "handout", runner, "-o", "sheet.html", "--name", "Zoë", "--date", "2026-11-22",
        "--note", "Ring on Monday.",
    )  # fmt: skip
    assert done.exit_code == 0
    assert not done.stdout
    assert "sheet.html, which only you may read: it holds answers about your health" in done.stderr
    sheet = Path("sheet.html").read_text(encoding="utf-8")
    for text in ("Zoë", "Ring on Monday.", "22 November 2026", "3 January 2027", "size: A4"):
        assert text in sheet
    assert [path.name for path in Path().iterdir() if path.name.startswith(".")] == []


def test_letter_paper_is_another_page(glutemed, runner):
    glutemed("handout", runner, "-o", "sheet.html", "--paper", "letter")
    assert "size: letter" in Path("sheet.html").read_text(encoding="utf-8")


def test_without_a_day_it_is_made_today(glutemed, runner):
    glutemed("handout", runner, "-o", "sheet.html")
    today = dt.date.today()  # noqa: DTZ011
    assert f"{today.day} " in Path("sheet.html").read_text(encoding="utf-8")
    assert f" {today.year}</dd>" in Path("sheet.html").read_text(encoding="utf-8")


def test_a_referral_becomes_a_sheet_without_exercises_and_is_5(glutemed, runner, ruleset):
    done = glutemed("handout", runner, "-o", "sheet.html", "--set", HOT)
    assert done.exit_code == 5
    sheet = Path("sheet.html").read_text(encoding="utf-8")
    assert "What to do now" in sheet
    assert not [exercise.name for exercise in ruleset.exercises if exercise.name in sheet]


def test_questions_are_6_and_named_and_nothing_is_written(glutemed, runner, ruleset):
    done = glutemed("handout", runner, "-o", "sheet.html", "--set", "person.age=unknown")
    assert done.exit_code == 6
    assert not done.stdout
    said = " ".join(done.stderr.split())
    assert ruleset.vocabulary["person.age"].ask in said
    assert "No sheet was written" in said
    assert not Path("sheet.html").exists()


def test_what_is_sure_is_on_a_sheet_with_what_could_make_it_more_urgent(glutemed, runner, ruleset):
    swollen = ("--set", "screening=unknown", "--set", "screening.leg_swollen=true")
    done = glutemed("handout", runner, "-o", "sheet.html", *swollen)
    assert done.exit_code == 6
    assert "No sheet" not in done.stderr
    page = Path("sheet.html").read_text(encoding="utf-8")
    assert "Be seen today" in page
    assert "Still to be answered" in page
    assert not [exercise.name for exercise in ruleset.exercises if exercise.name in page]


def test_a_pdf_is_written(glutemed, runner):
    pytest.importorskip("typst")
    done = glutemed("handout", runner, "-o", "sheet.pdf", "--set", HOT)
    assert done.exit_code == 5
    assert Path("sheet.pdf").read_bytes().startswith(b"%PDF-1.7")


def test_a_sign_that_no_font_has_is_named(glutemed, runner):
    pytest.importorskip("typst")
    done = glutemed(
        "handout", runner, "-o", "sheet.pdf", "--set", HOT, "--name", "\U00012000 Secret"
    )
    assert done.exit_code == 1
    assert "U+12000" in done.stderr
    assert "Secret" not in done.stderr
    assert not Path("sheet.pdf").exists()


@pytest.mark.skipif(os.name == "nt", reason="permissions")
def test_only_its_owner_may_read_it(glutemed, runner):
    Path("sheet.html").write_text("older", encoding="utf-8")
    Path("sheet.html").chmod(0o644)
    glutemed("handout", runner, "-o", "sheet.html", "--set", HOT, "--force")
    assert stat.S_IMODE(Path("sheet.html").stat().st_mode) == 0o600
    assert "older" not in Path("sheet.html").read_text(encoding="utf-8")


def test_a_file_that_is_there_stays_unless_it_is_meant(glutemed, runner):
    Path("sheet.html").write_text("older", encoding="utf-8")
    done = glutemed("handout", runner, "-o", "sheet.html", "--set", HOT)
    assert done.exit_code == 2
    assert "'sheet.html' is there already; --force writes over it" in done.stderr
    assert Path("sheet.html").read_text(encoding="utf-8") == "older"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="links and pipes")
@pytest.mark.parametrize("force", [(), ("--force",)])
@pytest.mark.parametrize("kind", ["link", "dangling", "circle", "pipe"])
def test_nothing_is_written_through_a_link_or_onto_what_is_no_file(glutemed, runner, kind, force):
    out, real = Path("sheet.html"), Path("real.html")
    if kind == "pipe":
        os.mkfifo(out)
    else:
        to = {"link": real, "dangling": "none.html", "circle": out}
        out.symlink_to(to[kind])
    real.write_text("older", encoding="utf-8")
    before = sorted(path.name for path in Path().iterdir())
    done = glutemed("handout", runner, "-o", "sheet.html", "--set", HOT, *force)
    assert done.exit_code == 2
    assert ("no ordinary file" if kind == "pipe" else "is a link") in done.stderr
    assert real.read_text(encoding="utf-8") == "older"
    assert sorted(path.name for path in Path().iterdir()) == before
    assert out.is_symlink() is (kind != "pipe")


def test_a_file_that_came_meanwhile_stays(glutemed, runner, monkeypatch):
    from glutemed.cli import sheet_file

    made = sheet_file._made

    def slowly(*args):
        Path("sheet.html").write_text("meanwhile", encoding="utf-8")
        return made(*args)

    monkeypatch.setattr(sheet_file, "_made", slowly)
    done = glutemed("handout", runner, "-o", "sheet.html", "--set", HOT)
    assert done.exit_code == 2
    assert Path("sheet.html").read_text(encoding="utf-8") == "meanwhile"
    assert sorted(path.name for path in Path().iterdir()) == ["runner.yaml", "sheet.html"]


@pytest.mark.skipif(os.name == "nt", reason="permissions")
def test_a_folder_that_may_not_be_written_is_said_so(glutemed, runner, monkeypatch):
    def refused(*_args, **_more):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.mkstemp", refused)
    done = glutemed("handout", runner, "-o", "sheet.html", "--set", HOT)
    assert done.exit_code == 1
    assert "cannot write 'sheet.html': permission denied" in done.stderr


def test_the_last_day_of_a_sheet_is_that_from_which_a_review_can_be_counted(glutemed, runner):
    last = glutemed("handout", runner, "-o", "sheet.html", "--date", "9998-12-31")
    assert last.exit_code == 0, last.stderr
    done = glutemed("handout", runner, "-o", "later.html", "--date", "9999-12-31")
    assert done.exit_code == 2
    assert "9998" in done.stderr
    assert not Path("later.html").exists()


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["-o", "sheet.docx"], ".html or .pdf"),
        (["-o", "nowhere/sheet.html"], "no folder"),
        (["-o", "sheet.html", "--name", "x" * 10_000], "at most 80 characters"),
        (["-o", "sheet.html", "--note", "x" * 10_000], "at most 300 characters"),
        (["-o", "sheet.html", "--date", "22.11.2026"], "22.11.2026"),
        (["-o", "sheet.html", "--paper", "a5"], "a5"),
        ([], "-o"),
    ],
)
def test_wrong_use_is_2_and_writes_nothing(glutemed, runner, args, told):
    done = glutemed("handout", runner, *args)
    assert done.exit_code == 2
    assert told in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    assert [path.name for path in Path().iterdir()] == ["runner.yaml"]


def test_without_facts_it_says_what_to_give(glutemed):
    done = glutemed("handout", "-o", "sheet.html")
    assert done.exit_code == 2
    assert "--code" in done.stderr


def test_wrong_facts_are_4(glutemed, runner):
    done = glutemed("handout", runner, "-o", "sheet.html", "--set", "person.age=2.9")
    assert done.exit_code == 4
    assert not Path("sheet.html").exists()


def test_a_hostile_name_stays_a_name(glutemed, runner):
    typed = "</title><script>alert(1)</script>"
    done = glutemed("handout", runner, "-o", "sheet.html", "--set", HOT, "--name", typed)
    assert done.exit_code == 5
    sheet = Path("sheet.html").read_text(encoding="utf-8")
    assert "<script" not in sheet
    assert "&lt;script&gt;alert(1)" in sheet


# --- Codes ----------------------------------------------------------------------------------------


def test_the_code_of_a_sheet_gives_the_same_answer_again(glutemed, runner):
    glutemed("handout", runner, "-o", "sheet.html")
    code = code_in("sheet.html")
    again = glutemed("recommend", "--code", code)
    assert again.exit_code == 0
    assert not again.stderr
    assert again.stdout == glutemed("recommend", runner).stdout
    assert glutemed("facts", "--code", runner).stdout == f"{code}\n"


def test_a_sheet_can_be_made_from_a_code(glutemed, runner):
    glutemed("handout", runner, "-o", "sheet.html", "--set", HOT, "--date", "2026-11-22")
    code = code_in("sheet.html")
    done = glutemed("handout", "--code", code.lower(), "-o", "again.html", "--date", "2026-11-22")
    assert done.exit_code == 5
    assert Path("again.html").read_bytes() == Path("sheet.html").read_bytes()


def test_single_facts_override_a_code(glutemed, runner):
    code = glutemed("facts", "--code", runner).stdout.strip()
    assert glutemed("recommend", "--code", code, "--set", HOT).exit_code == 5
    assert glutemed("recommend", "--code", code, "--set", "person.age=unknown").exit_code == 6


@pytest.mark.parametrize("wrong", ["", "FXZ7P", "not a code at all, but long enough"])
def test_what_is_no_code_is_4_in_one_line(glutemed, wrong):
    done = glutemed("recommend", "--code", wrong)
    assert done.exit_code == 4
    assert not done.stdout
    assert len(done.stderr.splitlines()) == 1


def test_a_mistyped_code_is_4_and_is_not_repeated(glutemed, runner):
    code = glutemed("facts", "--code", runner).stdout.strip()
    wrong = code[:8] + ("2" if code[8] != "2" else "3") + code[9:]
    done = glutemed("recommend", "--code", wrong)
    assert done.exit_code == 4
    assert "mistyped" in done.stderr
    assert wrong not in done.stderr


def test_a_file_and_a_code_are_too_much(glutemed, runner):
    code = glutemed("facts", "--code", runner).stdout.strip()
    done = glutemed("recommend", runner, "--code", code)
    assert done.exit_code == 2


PACK = "pack: mine\nversion: 1.0.0\ntitle: Mine\n"
FACT = "facts:\n  - {name: history.sore_elbow, type: bool, label: a sore elbow, ask: Is your elbow sore?}\n"
RULE = (
    "rules:\n  - id: look-after-it\n    when: {complaint.pain_usual: {at_least: 9}}\n"
    "    then: {advise: Look after it.}\n    because: It is sore.\n    sources: [powers-2014]\n"
    "    reviewed: 2026-11-22\n    examples:\n"
    "      - {given: {complaint.pain_usual: 9}, fires: true}\n"
    "      - {given: {complaint.pain_usual: 8}, fires: false}\n"
    "      - {given: {}, fires: unknown}\n"
)


def test_a_code_of_other_questions_is_refused(glutemed, runner):
    code = glutemed("facts", "--code", runner).stdout.strip()
    Path("mine.yaml").write_text(PACK + FACT, encoding="utf-8")
    done = glutemed("recommend", "--code", code, "--rules", "mine.yaml")
    assert done.exit_code == 4, done.stderr
    assert "other questions" in done.stderr


def test_a_code_of_other_rules_is_read_with_a_word_of_warning(glutemed, runner):
    code = glutemed("facts", "--code", runner).stdout.strip()
    Path("mine.yaml").write_text(PACK + RULE, encoding="utf-8")
    done = glutemed("recommend", "--code", code, "--rules", "mine.yaml")
    assert done.exit_code == 0, done.stderr
    assert "may differ from its sheet" in " ".join(done.stderr.split())
