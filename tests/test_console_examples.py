"""The examples in documents are only as good as what reads them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from sybil.document import Document

from console_examples import (
    Command,
    ConsoleExampleError,
    ConsoleExamples,
    matches,
    read_block,
    run,
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a `glutemed` of three lines in it."""
    program = tmp_path / "bin" / "glutemed"
    program.parent.mkdir()
    program.write_text('#!/bin/sh\necho "said $1"\necho "aside" >&2\nexit "${2:-0}"\n')
    program.chmod(0o755)
    monkeypatch.setattr("console_examples.sys.executable", str(program.parent / "python"))
    monkeypatch.setenv("PATH", os.environ["PATH"])
    return tmp_path


def test_a_block_is_commands_and_what_they_print():
    block = "$ glutemed facts\none\n\ntwo\n$ glutemed doctor\n$ echo $?\n7\n"
    assert read_block(block) == [
        Command("glutemed facts", "one\n\ntwo"),
        Command("glutemed doctor", "", 7),
    ]


def test_a_command_may_go_on_in_the_next_line():
    assert read_block("$ glutemed recommend - \\\n>   --set person.age=30\nx") == [
        Command("glutemed recommend - --set person.age=30", "x")
    ]


def test_an_indented_block_is_read_as_if_it_were_not():
    assert read_block("   $ glutemed a\n     deep\n   flat\n") == [
        Command("glutemed a", "  deep\nflat")
    ]


@pytest.mark.parametrize(
    "line",
    [
        "glutemed",
        "echo 'a: 1' | glutemed recommend -",
        "cat f.yaml |glutemed recommend -",
        "GLUTEMED_X=1 A=b glutemed doctor",
        "cd docs && glutemed doctor",
    ],
)
def test_what_calls_glutemed_is_allowed(line):
    assert read_block(f"$ {line}\n")[0].line == line


@pytest.mark.parametrize(
    ("block", "says"),
    [
        ("", "no command"),
        ("only output\n", "first line"),
        ("$ pip install glutemed\n", "only glutemed is run"),
        ("$ echo glutemed\n", "only glutemed is run"),
        ("$ glutemedx\n", "only glutemed is run"),
        ("$ echo $?\n0\n", "needs a command before"),
        ("$ glutemed a\n$ echo $?\nfive\n", "one number"),
        ("$ glutemed a\n$ echo $?\n", "one number"),
    ],
)
def test_a_block_of_another_form_is_an_error(block, says):
    with pytest.raises(ConsoleExampleError, match=says):
        read_block(block)


@pytest.mark.parametrize(
    ("expected", "printed"),
    [
        ("a", "a"),
        ("", ""),
        ("a ... c", "a b c"),
        ("a ... c", "a b\nb c"),
        ("...", ""),
        ("...", "any\nthing"),
        ("a\n...\nz", "a\nz"),
        ("a\n...\nz", "a\nb\nc\nz"),
        ("a\n...", "a"),
        ("a\n...", "a\nb\nc"),
        ("...\nz", "z"),
        ("...\nz", "a\nb\nz"),
        ("(1.5) [x] $", "(1.5) [x] $"),
    ],
)
def test_what_matches(expected, printed):
    assert matches(expected, printed)


@pytest.mark.parametrize(
    ("expected", "printed"),
    [
        ("a", "b"),
        ("a", "a\nb"),
        ("", "a"),
        ("a ", "a"),
        ("a ... c", "a b"),
        ("a\n...\nz", "a\nbz"),
        ("a\n...", "ab"),
        ("...\nz", "yz"),
        ("1.5", "125"),
    ],
)
def test_what_does_not_match(expected, printed):
    assert not matches(expected, printed)


def test_a_command_that_does_what_it_says(folder):
    assert run(Command("glutemed hello", "said hello\naside"), folder) is None


def test_stdin_is_empty(folder):
    assert run(Command("cat; glutemed hello 2>/dev/null", "said hello"), folder) is None


def test_other_output_is_told_line_by_line(folder):
    fault = run(Command("glutemed hello", "said goodbye\naside"), folder)
    assert fault is not None
    assert "-said goodbye" in fault
    assert "+said hello" in fault


@pytest.mark.parametrize(("said", "code"), [(0, 5), (5, 0), (5, 6)])
def test_another_exit_code_is_told(folder, said, code):
    fault = run(Command(f"glutemed x {code}", "said x\naside", said), folder)
    assert fault is not None
    assert f"exit code {code}, not {said}" in fault


def test_only_blocks_called_console_are_run_in_a_document(folder):
    text = (
        "Words.\n\n```sh\n$ rm -r nothing\n```\n\n"
        "```console\n$ glutemed a\nsaid a\naside\n```\n\n"
        "```console\n$ glutemed b\nsaid c\naside\n```\n"
    )
    document = Document(text, "page.md")
    regions = list(ConsoleExamples(folder)(document))
    assert [str(region.parsed).splitlines()[0] for region in regions] == [
        "$ glutemed a",
        "$ glutemed b",
    ]
    for region in regions:
        document.add(region)
    first, second = document.examples()
    first.evaluate()
    with pytest.raises(Exception, match=r"\+said b"):
        second.evaluate()
