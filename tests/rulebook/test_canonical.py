"""The formatter keeps every comment and every meaning, and has nothing to do a second time."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.renew import bad_rules
from glutemed.document import Scalar, compose, to_plain
from glutemed.model.diagnostic import Span, Text
from glutemed.rulebook import canonical as formatter
from glutemed.rulebook.canonical import canonical, means_the_same, scalars
from glutemed.rulebook.form import Findings
from glutemed.rulebook.load import bundled, files, texts
from glutemed.testing.rulebooks import rulebook_texts

REPOSITORY = Path(__file__).resolve().parents[2]
SHIPPED = [*files([bundled()]), *sorted((REPOSITORY / "docs/how-to").glob("*.yaml"))]
GOLDEN = Path(__file__).with_name("canonical")


def shaped(content: str) -> str:
    made, found = canonical(Text("it.yaml", content))
    assert made is not None, [one.plain() for one in found]
    return made.content


def comments(content: str) -> list[str]:
    """What looks like a comment; the same lines are seen before and after."""
    return sorted(found.strip() for found in re.findall(r"(?:^|\s)(#[^\n]*)", content))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_nothing_is_left_to_do_a_second_time(path: Path) -> None:
    once = shaped(path.read_text(encoding="utf-8"))
    assert shaped(once) == once


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_no_comment_of_a_shipped_file_is_lost(path: Path) -> None:
    content = path.read_text(encoding="utf-8")
    assert comments(shaped(content)) == comments(content)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_only_comments_and_words_without_a_space_go_past_the_margin(path: Path) -> None:
    for line in shaped(path.read_text(encoding="utf-8")).splitlines():
        bare = line.strip().removeprefix("- ")
        assert len(line) <= 120 or bare.startswith("#") or len(bare.split()) <= 2, line


def test_all_shipped_files_mean_the_same_afterwards() -> None:
    before = texts([bundled()], Findings())
    after = [Text(text.name, shaped(text.content)) for text in before]
    assert means_the_same(before, after)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("{at_least: 4}", "{above: 4}"),
        ("because: Sore.", "because: Not sore."),
        ("stage: 1", "stage: 2"),
        ("person.age: 30", "person.age: 31"),
        ("fires: true", "fires: unknown"),
        ("values: [low, high]", "values: [high, low]"),
    ],
)
def test_another_meaning_is_seen(old: str, new: str) -> None:
    content = (
        "pack: mine\nversion: 1.0.0\n"
        "derived:\n  - {name: derived.x, values: [low, high], default: low, label: x}\n"
        "rules:\n  - id: a\n    when: {complaint.pain_usual: {at_least: 4}}\n"
        "    then: {limit: {stage: 1}}\n    because: Sore.\n    sources: [mascal-2003]\n"
        "    reviewed: 2026-11-22\n"
        "    examples: [{given: {complaint.pain_usual: 4}, fires: true}]\n"
        "cases:\n  - {name: one, facts: {person.age: 30}, expect: {outcome: questions}}\n"
    )
    assert old in content
    first, second = Text("a.yaml", content), Text("a.yaml", content.replace(old, new))
    assert means_the_same([first], [first])
    assert not means_the_same([first], [second])


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.before.yaml")), ids=lambda path: path.stem)
def test_a_file_gets_the_form_that_is_kept_beside_it(path: Path) -> None:
    after = path.with_name(path.name.replace(".before.", ".after."))
    assert shaped(path.read_text(encoding="utf-8")) == after.read_text(encoding="utf-8")


def test_there_are_goldens() -> None:
    assert len(list(GOLDEN.glob("*.before.yaml"))) >= 2


@pytest.mark.parametrize(
    ("content", "code"),
    [("", "GM108"), ("- a\n", "GM108"), ("a: [\n", "GM102"), ("a: 1\na: 2\n", "GM104")],
)
def test_what_cannot_be_read_has_no_form(content: str, code: str) -> None:
    made, found = canonical(Text("it.yaml", content))
    assert made is None
    assert found[0].code == code


def test_a_form_that_reads_back_otherwise_is_never_given_out(monkeypatch) -> None:
    monkeypatch.setattr(formatter, "page", lambda text, root: "pack: other\n")
    with pytest.raises(AssertionError, match="read back"):
        canonical(Text("it.yaml", "pack: mine\n"))


@given(st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=40), st.booleans())
def test_any_text_reads_back_as_it_was(text: str, flow: bool) -> None:
    one = Scalar(text, Span(Text("x", ""), 0, 0))
    line = scalars.written(one, flow=flow, prose=False)
    content = f"k: [{line}, {line}]\n" if flow else f"k: {line}\n"
    node, found = compose(Text("x", content))
    if any(char in text for char in "\ud800\ufffe\uffff\ufeff"):
        return  # what YAML forbids is written as an escape, and read back in other ways
    assert not found, (line, found)
    assert to_plain(node) == {"k": [text, text] if flow else text}


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=12), st.booleans())
def test_any_key_reads_back_as_it_was(word: str, flow: bool) -> None:
    line = scalars.key(word, flow=flow)
    content = f"{{{line}: 1}}\n" if flow else f"{line}: 1\n"
    node, found = compose(Text("x", content))
    assert not found, (line, found)
    assert to_plain(node) == {word: 1}


COMMENT = st.sampled_from(["", "", "", "  # one", " # two: {a}", "   #"])
BLANK = st.sampled_from(
    ["", "", "\n", "# own\n", "    # deep\n\n", "  # two\n  # lines\n", "\n\n\n"]
)


@given(st.lists(COMMENT, min_size=12, max_size=12), st.lists(BLANK, min_size=12, max_size=12))
def test_comments_anywhere_are_kept_and_stay_where_they_are_put(behind, above) -> None:
    lines = [
        "pack: mine",
        "version: 1.0.0",
        "rules:",
        "  - id: a",
        "    reviewed: 2026-11-22",
        "    when:",
        "      person.age: {at_least: 18}",
        "      any: [{complaint.side: left},",
        "        {complaint.side: right}]",
        "    then: {advise: x}",
        "    because: Why.",
        "    sources: [a, b]",
    ]
    content = "".join(
        f"{over}{line}{after}\n" for over, line, after in zip(above, lines, behind, strict=True)
    )
    once = shaped(content)
    assert comments(once) == comments(content)
    assert shaped(once) == once


@pytest.mark.parametrize("path", bad_rules(), ids=lambda path: path.stem)
def test_a_broken_rule_file_is_formatted_as_broken_or_refused(path: Path) -> None:
    """Whatever an author wrote: no traceback, nothing lost, and the same faults afterwards."""
    try:
        content = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return
    made, found = canonical(Text(path.name, content))
    if made is None:
        assert found
        return
    assert means_the_same([Text(path.name, content)], [made])
    assert comments(made.content) == comments(content)
    again, _ = canonical(made)
    assert again is not None
    assert again.content == made.content


@pytest.mark.law
@given(rulebook_texts(least=1, most=8))
def test_any_rulebook_means_the_same_in_its_canonical_form(written) -> None:
    before = tuple(written)
    after = [Text(text.name, shaped(text.content)) for text in before]
    assert means_the_same(before, after)
    assert [shaped(text.content) for text in after] == [text.content for text in after]
