"""Catalogues as files: which are read at all, and which are found to be cut short."""

from __future__ import annotations

import os

import pytest
from click.testing import CliRunner

from glutemed.cli.program import program
from glutemed.model.errors import UnknownName
from glutemed.rulebook import catalogues, po_files
from glutemed.rulebook.po_files import Unreadable, read
from glutemed.rulebook.program_messages import plural_forms
from languages import RULES

WHOLE = 'msgid ""\nmsgstr ""\n"Language: de\\n"\n\n#, fuzzy\nmsgid "one"\nmsgstr "eins"\n'


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes")
@pytest.mark.parametrize("kind", ["pipe", "link to a pipe", "folder"])
def test_what_is_no_ordinary_file_is_refused_without_waiting_for_it(tmp_path, kind):
    path = tmp_path / "mine.de.po"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "link to a pipe":
        os.mkfifo(tmp_path / "pipe")
        path.symlink_to(tmp_path / "pipe")
    else:
        path.mkdir()
    with pytest.raises(Unreadable, match=r"mine\.de\.po.*no ordinary file"):
        po_files.content(path)


def test_a_catalogue_may_have_four_mebibytes_and_no_more(tmp_path):
    path = tmp_path / "mine.de.po"
    path.write_bytes(b"#" * po_files.MOST_BYTES)
    assert len(po_files.content(path)) == 4 * 1024 * 1024
    path.write_bytes(b"#" * (po_files.MOST_BYTES + 1))
    with pytest.raises(Unreadable, match="larger than 4 MiB"):
        po_files.content(path)


def test_a_catalogue_behind_a_link_is_read(tmp_path):
    (tmp_path / "real.po").write_text(WHOLE)
    path = tmp_path / "mine.de.po"
    path.symlink_to(tmp_path / "real.po")
    assert po_files.content(path).decode() == WHOLE


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes")
def test_a_language_is_not_waited_for_where_a_catalogue_is_a_pipe(tmp_path):
    (tmp_path / "mine.yaml").write_text(RULES, encoding="utf-8")
    os.mkfifo(tmp_path / "mine.de.po")
    with pytest.raises(Unreadable, match="no ordinary file"):
        catalogues.locale_of("de", [tmp_path / "mine.yaml"])


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('msgid "one\nmsgstr "eins"\n', 1),
        ('msgid "one"\nmsgstr "eins\n', 2),
        ('msgid "one"\nmsgstr "eins\\"\n', 2),
        ('msgid "one"\nmsgstr ""\n"ei', 3),
        ('msgid "one"\nmsgstr "eins"\n\nmsgid "two"\n', 4),
        ('msgid "one"\n\nmsgid "two"\nmsgstr "zwei"\n', 1),
        ('msgctxt "name"\n', 1),
        ('#~ msgid "one"\n#~ msgstr "eins\n', 2),
    ],
)
def test_a_catalogue_that_is_cut_short_is_none_and_its_line_is_named(text, line):
    with pytest.raises(Unreadable, match=rf"`mine` is no catalogue: line {line}\b"):
        read(text, "mine")


def test_a_whole_catalogue_is_one_however_it_is_written():
    parts = (
        WHOLE,
        '# words\n#~ msgid "old"\n#~ msgstr ""\n#~ "alt"\n',
        'msgctxt "name"\nmsgid "a \\"b\\""\nmsgid_plural "c"\nmsgstr[0] "d"\nmsgstr[1] "e\\\\"\n',
        '#| msgid "before"\nmsgid  "tab"\nmsgstr\t"Reiter"\n',
    )
    assert len(read("\n".join(parts), "mine")) == 4
    assert len(read("\n".join(parts).replace("\n", "\r\n"), "mine")) == 4
    assert len(read("", "mine")) == 0


def test_every_cut_of_a_catalogue_is_found_or_leaves_whole_entries():
    text = WHOLE + '\nmsgid "two"\nmsgstr ""\n"zw"\n"ei"\n'
    for place in range(len(text)):
        try:
            found = read(text[:place], "mine")
        except Unreadable:
            continue
        for entry in found:
            assert (entry.msgid, entry.msgstr) in {
                ("one", "eins"),
                ("two", "zwei"),
                # Cut between two lines of one text, nothing shows that there was more.
                ("two", "zw"),
                ("two", ""),
            }


def test_check_names_a_catalogue_that_is_cut_short(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.yaml").write_text(RULES, encoding="utf-8")
    (tmp_path / "mine.de.po").write_text('msgid "a stiff knee"\nmsgstr "ein st', encoding="utf-8")
    done = CliRunner().invoke(program, ["rules", "check", "mine.yaml"], prog_name="glutemed")
    assert done.exit_code == 3
    assert "mine.de.po" in done.stdout
    assert "line 2" in done.stdout


@pytest.mark.parametrize("language", ["xx", "pl-XX", "de-poo"])
def test_a_language_that_nobody_knows_is_said_so_and_nothing_is_written(
    tmp_path, monkeypatch, language
):
    with pytest.raises(UnknownName, match=language):
        plural_forms(language)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.yaml").write_text(RULES, encoding="utf-8")
    done = CliRunner().invoke(
        program, ["rules", "translate", language, "mine.yaml"], prog_name="glutemed"
    )
    assert done.exit_code == 2, done.stderr
    assert language in done.stderr
    assert "as in `de`" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine.yaml"]
