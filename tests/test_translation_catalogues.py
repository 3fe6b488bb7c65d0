"""Catalogues as authors meet them: begun, brought up to date, counted; and who reads which language."""

from __future__ import annotations

import shutil
from pathlib import Path

import polib
import pytest
from click.testing import CliRunner

from glutemed.cli.program import program
from glutemed.rulebook import cache, catalogues
from glutemed.rulebook.po_files import (
    Unreadable,
    Wanted,
    beside,
    brought_up,
    fault_in,
    read,
    standing,
    values_in,
)
from languages import ONE_AND_MANY, RULES

HELLO = Wanted("name", "Hello", used_by="hello")
BYE = Wanted("name", "Goodbye", used_by="bye")
STEPS = Wanted("", "{n} step", "{n} steps", used_by="steps")


def begun(*wanted, old=None):
    return brought_up(old, wanted, "de", ONE_AND_MANY)


def entries(catalogue):
    return {entry.msgid: entry for entry in catalogue if not entry.obsolete}


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """Where these tests keep checked rules, so that they are checked once and not for each."""
    return tmp_path_factory.mktemp("kept")


@pytest.fixture
def glutemed(tmp_path, monkeypatch, kept):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(cache.VARIABLE, str(kept))
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.delenv("GLUTEMED_LANGUAGE", raising=False)

    def call(*args):
        return CliRunner().invoke(program, args, prog_name="glutemed")

    return call


# --- Bringing up to date ----------------------------------------------------------------------------


def test_a_new_text_is_empty_and_counts_as_not_reviewed_once_it_is_said():
    found = entries(begun(HELLO, STEPS))
    assert found["Hello"].msgstr == ""
    assert found["Hello"].fuzzy
    assert found["Hello"].comment == "hello"
    assert found["{n} step"].msgstr_plural == {0: "", 1: ""}


def test_what_is_translated_stays_and_what_nobody_says_is_kept_at_the_end():
    old = begun(HELLO, BYE)
    for entry, said in zip(old, ("Hallo", "Tschüss"), strict=True):
        entry.msgstr, entry.flags = said, []
    new = begun(BYE, STEPS, old=read(str(old), "old"))
    assert [(entry.msgid, entry.obsolete) for entry in new] == [
        ("Goodbye", False),
        ("{n} step", False),
        ("Hello", True),
    ]
    assert entries(new)["Goodbye"].msgstr == "Tschüss"
    assert not entries(new)["Goodbye"].fuzzy
    again = begun(BYE, STEPS, old=read(str(new), "new"))
    assert str(again) == str(new)
    back = entries(begun(HELLO, old=read(str(again), "again")))
    assert back["Hello"].msgstr == "Hallo"


def test_a_text_whose_english_changed_is_missing_and_not_shown_as_it_was():
    old = begun(HELLO)
    old[0].msgstr = "Hallo"
    changed = Wanted("name", "Hello there", used_by="hello")
    new = begun(changed, old=old)
    assert entries(new)["Hello there"].msgstr == ""
    assert standing(new, [changed]).missing == (changed,)


def test_the_standing_counts_missing_unreviewed_and_stale():
    catalogue = begun(HELLO, BYE, STEPS)
    catalogue[1].msgstr = "Tschüss"
    catalogue[2].msgstr_plural = {0: "{n} Schritt", 1: ""}
    found = standing(catalogue, [HELLO, BYE, STEPS])
    assert found.missing == (HELLO, STEPS)
    assert found.unreviewed == (BYE,)
    assert standing(catalogue, [HELLO, STEPS]).stale == (BYE,)
    assert standing(None, [HELLO]).missing == (HELLO,)


# --- Values in braces -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("english", "said", "fault"),
    [
        ("Dose: {dose}", "Dosis: {dose}", ""),
        ("{a} and {b}", "{b}, {a}", ""),
        ("Dose: {dose}", "Dosis", "lacks the value {dose}"),
        ("Dose", "Dosis {dose}", "has the value {dose}"),
        ("{a}", "{a} {", "do not close"),
        ("{a}", "{a!r}", "lacks the value {a}"),
        ("{a}", "{0}", "lacks the value {a}"),
    ],
)
def test_a_translation_has_the_values_of_the_english(english, said, fault):
    found = fault_in(polib.POEntry(msgid=english, msgstr=said))
    assert (fault in found) if fault else (found == "")


def test_only_the_number_may_be_left_out_of_a_form():
    entry = polib.POEntry(msgid="{n} set of {reps}", msgid_plural="{n} sets of {reps}")
    entry.msgstr_plural = {0: "ein Satz mit {reps}", 1: "{n} Sätze mit {reps}"}
    assert fault_in(entry) == ""
    entry.msgstr_plural = {0: "ein Satz", 1: "{n} Sätze mit {reps}"}
    assert "lacks the value {reps}" in fault_in(entry)


def test_braces_are_told_by_name():
    assert values_in("{a} {b:.1f} {{c}}") == {"a", "b:.1f"}
    assert values_in("{a") is None


def test_what_is_no_catalogue_is_said_to_be_none():
    with pytest.raises(Unreadable, match="mine"):
        read("good morning\n", "mine")


# --- The commands -----------------------------------------------------------------------------------


def test_translate_begins_a_catalogue_beside_a_file_of_rules(glutemed, tmp_path):
    rules = tmp_path / "mine.yaml"
    rules.write_text(RULES, encoding="utf-8")
    done = glutemed("rules", "translate", "pl", "mine.yaml")
    assert done.exit_code == 0, done.stderr
    made = polib.pofile(str(beside(rules, "pl")))
    assert made.metadata["Plural-Forms"].startswith("nplurals=3")
    assert {entry.msgid: entry.msgctxt for entry in made} == {
        "a stiff knee": "name",
        "The knee feels stiff.": "sentence",
        "Little is known.": "evidence_note",
    }
    assert all(entry.fuzzy and entry.comment == "stiff_knee" for entry in made)
    assert "0 of 1 catalogues written" in glutemed("rules", "translate", "pl", "mine.yaml").stderr


def test_translate_writes_nothing_when_it_is_only_asked(glutemed, tmp_path):
    rules = tmp_path / "mine.yaml"
    rules.write_text(RULES, encoding="utf-8")
    done = glutemed("rules", "translate", "de", "mine.yaml", "--dry-run")
    assert "1 of 1 catalogues would be written" in done.stderr
    assert not beside(rules, "de").exists()


@pytest.mark.parametrize("language", ["en", "../de", "German", "de po"])
def test_translate_refuses_what_is_no_other_language(glutemed, language):
    assert glutemed("rules", "translate", language, "mine.yaml").exit_code == 2


def test_check_counts_what_a_language_lacks_and_that_is_no_error(glutemed, tmp_path):
    (tmp_path / "mine.yaml").write_text(RULES, encoding="utf-8")
    done = glutemed("rules", "check", "mine.yaml", "--language", "de")
    assert done.exit_code == 0
    missing = [line for line in done.stdout.splitlines() if "mine.de.po: missing" in line]
    assert missing == [
        "mine.de.po: missing: name: a stiff knee",
        "mine.de.po: missing: sentence: The knee feels stiff.",
        "mine.de.po: missing: evidence_note: Little is known.",
    ]
    summed_up = glutemed("rules", "check", "mine.yaml").stdout
    assert "texts in de (" in summed_up
    assert "not reviewed by a speaker)" in summed_up
    assert glutemed("rules", "check", "--language", "xx").exit_code == 2


def test_check_finds_a_translation_with_other_values(glutemed, tmp_path):
    (tmp_path / "mine.yaml").write_text(RULES, encoding="utf-8")
    glutemed("rules", "translate", "de", "mine.yaml")
    path = tmp_path / "mine.de.po"
    catalogue = polib.pofile(str(path))
    catalogue[0].msgstr = "ein {steifes} Knie"
    catalogue.save()
    done = glutemed("rules", "check", "mine.yaml")
    assert done.exit_code == 3
    fault = "error: it has the value {steifes}, which the English has not, so it is not shown"
    assert fault in done.stdout.replace("\n", " ")
    path.write_text("good morning\n", encoding="utf-8")
    assert glutemed("rules", "check", "mine.yaml").exit_code == 3


def test_recommend_speaks_the_language_that_is_asked_for(glutemed, monkeypatch):
    asked = ("recommend", "--set", "person.age=30")
    assert "Wie alt" not in glutemed(*asked).stdout
    assert (
        "Zuerst müssen einige Fragen beantwortet werden"
        in glutemed(*asked, "--language", "de").stdout
    )
    monkeypatch.setenv("GLUTEMED_LANGUAGE", "de-AT")
    assert "Zuerst müssen einige Fragen" in glutemed(*asked).stdout
    assert "Some questions" in glutemed(*asked, "--language", "en").stdout
    refused = glutemed(*asked, "--language", "xx")
    assert refused.exit_code == 2
    assert "it speaks en, de" in refused.stderr


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("facts",), "Wie alt sind Sie?"),
        (("facts", "--template"), "# Wie alt sind Sie?"),
        (("facts", "--format", "json"), "Wie alt sind Sie?"),
        (("conditions",), "Kniescheibe"),
        (("conditions", "patellofemoral_pain"), "Beleglage"),
        (("exercises",), "Muschelübung"),
        (("exercises", "clamshell"), "Seitenlage"),
        (("explain", "--set", "person.age=30", "clamshell"), "Was Sie bekommen"),
    ],
)
def test_every_command_for_people_speaks_german(glutemed, command, said):
    if command[0] == "explain":
        Path("me.yaml").write_text("person: {age: 30}\n", encoding="utf-8")
        command = ("explain", "me.yaml", "clamshell")
    assert said in glutemed(*command, "--language", "de").stdout


def test_a_third_language_takes_a_catalogue_and_nothing_else(tmp_path, monkeypatch, glutemed):
    """One more file in the folder of the program, and it is spoken."""
    folder = tmp_path / "translations"
    shutil.copytree(catalogues.folder(), folder)
    text = (folder / "de.po").read_text("utf-8").replace("Wie alt sind Sie?", "Jak stary?")
    (folder / "pl.po").write_text(text, encoding="utf-8")
    monkeypatch.setattr(catalogues, "folder", lambda: folder)
    done = glutemed("recommend", "--set", "complaint.side=left", "--language", "pl")
    assert "Jak stary?" in done.stdout
