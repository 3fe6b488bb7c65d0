"""Each broken file of the corpus shows its author what the golden beside it holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.renew import CORPUS, bad_facts, bad_rules, base, diagnostics, golden, seen

BROKEN = [*bad_rules(), *bad_facts()]


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_an_author_sees_what_the_golden_holds(path: Path) -> None:
    """A message changes only where somebody changed it, and read it."""
    assert seen(path) == golden(path).read_text(encoding="utf-8"), "python tests/corpus/renew.py"


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_a_broken_file_shows_the_fault_that_it_is_named_after(path: Path) -> None:
    """The code in the name of a file is among the codes that it gives."""
    assert path.name[:5] in {found.code for found in diagnostics(path)}


def test_the_base_of_the_corpus_is_sound() -> None:
    """What is wrong with a broken file comes from that file alone."""
    assert base().exercises


def test_each_broken_file_has_one_golden_and_each_golden_its_file() -> None:
    """A golden that nothing produces is never compared."""
    expected = [golden(path) for path in BROKEN]
    assert len(set(expected)) == len(expected), "two files share a golden"
    assert set(CORPUS.glob("*/*.diagnostics")) == set(expected)


def test_the_corpus_is_large() -> None:
    """At least fifty-five ways to break a rule file are kept, and twenty to break facts."""
    assert len(bad_rules()) >= 55
    assert len(bad_facts()) >= 20
