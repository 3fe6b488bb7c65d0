"""Every diagnostic has one code, one page and one broken file, and speaks to people."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from corpus.renew import bad_facts, bad_rules, base, diagnostics
from glutemed.document import compose
from glutemed.intake import read_text
from glutemed.model.diagnostic import Diagnostic, Severity, Span, Text
from glutemed.render.diagnostics import as_json, human, plain

BROKEN = [*bad_rules(), *bad_facts()]
CODE = re.compile(r"GM\d{3}")
SECTIONS = ["## Summary", "## Avoid", "## Prefer", "## Why", "## See also"]
CLASS_NAMES = re.compile(
    r"\b(NoneType|dict|str|int|float|bool|tuple|frozenset|Scalar|Sequence|Mapping|object at|Error)\b"
)
QUOTED = re.compile(r"`[^`]*`")


def in_source(repository: Path) -> set[str]:
    files = (repository / "glutemed").rglob("*.py")
    literal = re.compile(r"[\"'](GM\d{3})[\"']")
    return {code for file in files for code in literal.findall(file.read_text(encoding="utf-8"))}


def in_pages(repository: Path) -> set[str]:
    return {page.stem for page in (repository / "docs/reference/diagnostics").glob("GM*.md")}


def in_corpus() -> set[str]:
    return {path.name[:5] for path in BROKEN}


def test_codes_pages_and_broken_files_are_the_same_set(repository: Path) -> None:
    """A code without a page explains nothing; one without a broken file may never be emitted."""
    source, pages, corpus = in_source(repository), in_pages(repository), in_corpus()
    assert sorted(source - pages) == [], "codes without a page"
    assert sorted(source - corpus) == [], "codes without a broken file"
    assert sorted((pages | corpus) - source) == [], "codes that nothing emits"


def test_the_index_lists_every_page_with_its_title(repository: Path) -> None:
    """A reader finds each code in the index by what is wrong."""
    folder = repository / "docs/reference/diagnostics"
    index = (folder / "README.md").read_text(encoding="utf-8")
    for page in sorted(folder.glob("GM*.md")):
        title = page.read_text(encoding="utf-8").splitlines()[0].removeprefix(f"# {page.stem}: ")
        assert f"| [{page.stem}]({page.name}) | {title} |" in index


def test_each_page_has_its_sections_and_its_links_lead_somewhere(repository: Path) -> None:
    """Pages are alike, so that a reader knows where to look."""
    for page in sorted((repository / "docs/reference/diagnostics").glob("GM*.md")):
        text = page.read_text(encoding="utf-8")
        assert re.findall(r"^## .*$", text, re.MULTILINE) == SECTIONS, page.name
        for link in re.findall(r"\]\(([^)#]+)", text):
            assert (page.parent / link).is_file(), f"{page.name}: {link}"


def test_what_a_page_prefers_can_be_read(repository: Path) -> None:
    """The right example of a page is YAML that glutemed reads."""
    for page in sorted((repository / "docs/reference/diagnostics").glob("GM*.md")):
        text = page.read_text(encoding="utf-8")
        for example in re.findall(r"## Prefer\n\n```yaml\n(.*?)```", text, re.DOTALL):
            assert plain(compose(Text(page.name, example))[1]) == ""


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_messages_speak_to_people(path: Path) -> None:
    """Lower case, no full stop, one line, no class of Python; the author's words in backticks."""
    for found in diagnostics(path):
        assert re.match(r"[a-z`]|YAML ", found.message), found.message
        assert not found.message.endswith("."), found.message
        for text in (found.message, found.help or ""):
            assert text.isprintable(), text
            assert text.count("`") % 2 == 0, text
            assert not CLASS_NAMES.search(QUOTED.sub("", text)), text


@pytest.mark.parametrize("path", bad_rules(), ids=lambda path: path.stem)
def test_words_of_the_author_stand_in_backticks(path: Path) -> None:
    """A word with an underscore, a hyphen or a dot is a name, and a name is marked as one."""
    for found in diagnostics(path):
        if "may only have" in found.message:  # the words of the rulebook, in a list
            continue
        bare = QUOTED.sub("", found.message)
        assert not re.search(r"[a-z0-9]+[_.][a-z0-9]+", bare), found.message


@pytest.mark.parametrize("value", ["zebra", "98.7654", "987654", "[zebra]", "[zebra, 987654]"])
def test_plain_messages_about_facts_never_repeat_a_value(value: str) -> None:
    """A value is about somebody's health, and a plain message may end in a log."""
    vocabulary = base().vocabulary
    text = "".join(f"{fact.name}: {value}\n" for fact in vocabulary)
    facts, found = read_text(Text("facts.yaml", text), vocabulary)
    assert facts is None
    assert len(found) >= len(vocabulary.facts)
    assert not re.search("zebra|98", plain(found))


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_every_span_lies_in_its_text(path: Path) -> None:
    """A caret never points past the end."""
    for found in diagnostics(path):
        assert 0 <= found.span.start <= found.span.end <= len(found.span.text.content)


def finding(content: str, word: str, *, length: int | None = None) -> Diagnostic:
    start = content.index(word)
    end = start + (len(word) if length is None else length)
    return Diagnostic(
        "GM201", Severity.ERROR, "unknown key `x`", Span(Text("x.yaml", content), start, end)
    )


def drawn(found: Diagnostic, *, unicode: bool = False) -> list[str]:
    return human([found], unicode=unicode, colour=False).splitlines()[3:]


def test_a_finding_is_drawn_with_its_line_and_a_mark() -> None:
    """The form that authors know from compilers."""
    found = Diagnostic(
        "GM201",
        Severity.ERROR,
        "unknown key `evidense` in a rule",
        Span(Text("rules/x.yaml", "a: 1\nb: 2\nc: 3\nd: 4\nevidense: [a]\n"), 20, 28),
        "did you mean `evidence`?",
    )
    assert human([found], unicode=False, colour=False) == (
        "error[GM201]: unknown key `evidense` in a rule\n"
        " --> rules/x.yaml:5:1\n"
        "  |\n"
        "5 | evidense: [a]\n"
        "  | ^^^^^^^^\n"
        "  = help: did you mean `evidence`?"
    )


def test_a_tab_reaches_to_the_next_stop_and_the_mark_with_it() -> None:
    """The mark stands under the word, whatever stands before it."""
    assert drawn(finding("a\tbad: 1", "bad")) == ["1 | a   bad: 1", "  |     ^^^"]


def test_a_wide_character_takes_two_columns() -> None:
    """In a terminal that shows them."""
    assert drawn(finding("漢字: bad", "bad"), unicode=True) == ["1 │ 漢字: bad", "  │       ━━━"]
    assert drawn(finding("漢字: bad", "漢字"), unicode=True) == ["1 │ 漢字: bad", "  │ ━━━━"]


def test_a_terminal_of_ascii_gets_ascii_with_the_mark_in_its_place() -> None:
    """Nothing that is shown can fail to be encoded."""
    lines = drawn(finding("é: bad", "bad"))
    assert lines == [r"1 | \xe9: bad", "  |       ^^^"]
    assert "\n".join(lines).isascii()


def test_a_long_line_is_cut_around_the_mark() -> None:
    """A line of a thousand characters shows the hundred that matter."""
    line, mark = drawn(finding("x" * 500 + "bad" + "y" * 500, "bad"))
    assert len(line) < 120
    assert line[mark.index("^") :].startswith("bad")
    assert mark.count("^") == 3
    assert "..." in line[:8]
    assert line.endswith("...")


def test_a_span_over_several_lines_is_marked_on_the_first() -> None:
    """The place where it begins is enough."""
    assert drawn(finding("a: b\nc: d\n", "a: b", length=9)) == ["1 | a: b", "  | ^^^^"]


@pytest.mark.parametrize(
    "content", ["\ufeffa: 1\nb: *x\n", "é: 🦵\r\nb: *x\r\n", "a: |\n  t\n\nb: *x"]
)
def test_a_mark_stands_right_behind_odd_characters(content: str) -> None:
    """Neither a byte order mark, nor a line end of Windows, nor a wide letter moves the mark."""
    (found,) = compose(Text("x.yaml", content))[1]
    assert found.span.snippet == "*x"


def test_a_mark_stands_right_in_json_with_a_byte_order_mark() -> None:
    """Some programs of Windows write one."""
    facts, found = read_text(
        Text("x.json", '\ufeff{"person": {"age": "old"}}'), base().vocabulary, is_json=True
    )
    assert facts is None
    assert [diagnostic.span.snippet for diagnostic in found] == ['"old"']


def test_a_span_at_the_end_of_a_file_shows_the_last_line_too() -> None:
    """An empty line alone would tell nobody what is missing."""
    found = finding("rules: [\n", "\n")
    found = Diagnostic(found.code, found.severity, "x", Span(found.span.text, 9, 9))
    assert drawn(found) == ["1 | rules: [", "2 |", "  | ^"]


def test_nothing_in_a_text_steers_the_terminal() -> None:
    """An escape character of a file or of its name is shown, not obeyed."""
    text = Text("\x1b[2J.yaml", "a: \x1b[31m\u202ebad")
    found = Diagnostic("GM102", Severity.ERROR, "odd \x1b[0m", Span(text, 3, 4), "x\ny")
    for shown in (human([found], unicode=True, colour=False), plain([found])):
        assert "\x1b" not in shown
        assert "\u202e" not in shown
    assert len(plain([found]).splitlines()) == 1


def test_colour_is_added_and_nothing_else() -> None:
    """Taking the colours away leaves the same text."""
    found = finding("bad: 1", "bad")
    painted = human([found], unicode=False, colour=True)
    assert "\x1b[1;31m" in painted
    assert re.sub(r"\x1b\[[0-9;]*m", "", painted) == human([found], unicode=False, colour=False)


def test_the_plain_form_is_one_line_without_the_source() -> None:
    """Facts are never repeated in a log."""
    assert plain([finding("bad: secret", "bad")]) == "x.yaml:1:1: error[GM201]: unknown key `x`"


def test_the_json_form_counts_from_one() -> None:
    """As editors do."""
    (entry,) = json.loads(as_json([finding("a: 1\n bad: 2", "bad")]))
    assert entry == {
        "code": "GM201",
        "severity": "error",
        "message": "unknown key `x`",
        "help": None,
        "file": "x.yaml",
        "line": 2,
        "column": 2,
        "end_line": 2,
        "end_column": 5,
    }
