"""Every command explains itself, with examples that work as they stand."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from glutemed.cli.lazy import LazyGroup
from glutemed.cli.program import program


def every(command, words=()):
    """Every command of the program, with the words that call it."""
    yield words, command
    if isinstance(command, LazyGroup):
        context = click.Context(command)
        for name in command.list_commands(context):
            yield from every(command.get_command(context, name), (*words, name))


COMMANDS = dict(every(program))
NAMES = [" ".join(words) for words in COMMANDS]


@pytest.mark.parametrize("words", COMMANDS, ids=NAMES)
def test_it_has_a_paragraph_and_an_example(glutemed, words):
    done = glutemed(*words, "--help")
    assert done.exit_code == 0
    assert not done.stderr
    page = done.stdout
    assert page.startswith(f"Usage: {' '.join(('glutemed', *words))}")
    assert "\nExample:\n" in page
    for line in COMMANDS[words].examples:
        assert f"  {line}\n" in f"{page}\n"
        assert line.startswith("glutemed ")
    assert len(page.partition("\n\n")[2].partition("\n\n")[0]) > 40


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="the examples are for a shell")
@pytest.mark.parametrize("words", COMMANDS, ids=NAMES)
def test_its_examples_work(tmp_path, words):
    scripts = str(Path(sys.executable).parent)
    for line in COMMANDS[words].examples:
        done = subprocess.run(
            ["/bin/sh", "-c", line],
            cwd=tmp_path,
            env={**os.environ, "PATH": scripts + os.pathsep + os.environ.get("PATH", "")},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=240,
            check=False,
        )
        assert done.returncode in {0, 5, 6}, (line, done.stderr)
        assert b"Traceback" not in done.stderr


def test_help_of_the_program_loads_no_command_and_no_rules():
    script = (
        "import sys\nfrom glutemed.cli import main\nsys.argv = ['glutemed', '--help']\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code\n"
        "loaded = {'yaml', 'attrs', 'cattrs', 'glutemed.pipeline', 'glutemed.cli.recommend'}\n"
        "print(loaded & set(sys.modules), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stderr.strip() == "set()"


def test_the_commands_that_are_listed_are_there():
    for words, command in COMMANDS.items():
        assert isinstance(command, click.Command)
        assert not words or command.name == words[-1]
