"""Examples of the command line in documents, run and compared.

A fenced block of the language ``console`` holds commands and what they print::

    $ glutemed conditions
    patellofemoral_pain  ...
    $ glutemed recommend docs/tutorial/hot-knee.yaml
    Referral ...
    $ echo $?
    5

Each command runs in the shell at the top of the repository, with the `glutemed` of the interpreter
that runs the tests. What it prints, on stdout and stderr together, must be exactly what follows it;
``...`` stands for any text, a line of nothing but ``...`` for any number of lines. It must end with
exit code 0 unless a ``$ echo $?`` comes next and says otherwise. A line that ends in a backslash goes
on in the next one, which begins with ``> ``. Only lines that call glutemed are allowed, so that no
example looks tested that is not; what shall not be run belongs into a block of another language.
"""

from __future__ import annotations

import atexit
import difflib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sybil import Document, Example, Region
from sybil.parsers.markdown import CodeBlockParser

SECONDS = 60
_ANYTHING = re.compile(r"(^[ \t]*\.\.\.[ \t]*\n|\n[ \t]*\.\.\.[ \t]*$|\.\.\.)", flags=re.MULTILINE)
_CALLS_GLUTEMED = re.compile(r"(?:^|[|;&(])\s*(?:\w+=\S*\s+)*glutemed(?:\s|$)")


class ConsoleExampleError(ValueError):
    """A block that does not have the form described above."""


@dataclass(frozen=True)
class Command:
    """One command of a block: what is typed, what it prints, how it ends."""

    line: str
    prints: str
    exit_code: int = 0


def read_block(text: str) -> list[Command]:
    """Take the text of one block apart."""
    commands: list[Command] = []
    typed: str | None = None
    printed: list[str] = []

    def settle() -> None:
        nonlocal typed
        if typed is None:
            return
        prints = "\n".join(printed).strip("\n")
        if typed == "echo $?":
            if not commands:
                raise ConsoleExampleError("`$ echo $?` needs a command before it")
            if not re.fullmatch(r"\d{1,3}", prints):
                raise ConsoleExampleError(f"`$ echo $?` prints one number, not {prints!r}")
            last = commands.pop()
            commands.append(Command(last.line, last.prints, int(prints)))
        else:
            if not _CALLS_GLUTEMED.search(typed):
                raise ConsoleExampleError(
                    f"only glutemed is run here, not `{typed}`; use a block of another language"
                )
            commands.append(Command(typed, prints))
        printed.clear()
        typed = None

    for line in textwrap.dedent(text).splitlines():
        if typed is not None and typed.endswith("\\") and line.startswith("> "):
            typed = typed[:-1].rstrip() + " " + line[2:].strip()
        elif line.startswith("$ "):
            settle()
            typed = line[2:].strip()
        elif typed is not None:
            printed.append(line)
        elif line.strip():
            raise ConsoleExampleError(f"the first line must be a command `$ …`, not {line!r}")
    settle()
    if not commands:
        raise ConsoleExampleError("no command in this block")
    return commands


def matches(expected: str, printed: str) -> bool:
    """Whether the text printed is the text expected, with ``...`` for anything."""
    pattern = []
    for piece in _ANYTHING.split(expected):
        stripped = piece.strip()
        if stripped != "...":
            pattern.append(re.escape(piece))
        elif piece.endswith("\n"):
            pattern.append(r"(?:.*\n)*?")
        elif piece.startswith("\n"):
            pattern.append(r"(?:\n.*)*?")
        else:
            pattern.append(r"[\s\S]*?")
    return re.fullmatch("".join(pattern), printed) is not None


def run(command: Command, folder: Path, diary: Path | None = None) -> str | None:
    """Run one command; say what is wrong with it, or None.

    Args:
        command: What is typed, and what it prints.
        folder: Where it runs.
        diary: The file in which `glutemed diary` keeps its diary.
    """
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("GLUTEMED_", "_GLUTEMED_"))
        and name not in {"FORCE_COLOR", "CLICOLOR_FORCE", "PYTHONPATH"}
    }
    environment |= {
        "COLUMNS": "100",
        "LC_ALL": "C.UTF-8",
        "NO_COLOR": "1",
        "PYTHONUTF8": "1",
        "TERM": "dumb",
        "GLUTEMED_DIARY": str(diary or f"{os.devnull}/no-diary"),
        "PATH": str(Path(sys.executable).parent) + os.pathsep + os.environ.get("PATH", ""),
    }
    try:
        done = subprocess.run(
            ["/bin/sh", "-c", command.line],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"$ {command.line}\ndid not end within {SECONDS} seconds"
    printed = done.stdout.decode("utf-8", "replace").strip("\n")
    faults = []
    if not matches(command.prints, printed):
        faults += difflib.unified_diff(
            command.prints.splitlines(),
            printed.splitlines(),
            "the document",
            "printed",
            lineterm="",
        )
    if done.returncode != command.exit_code:
        faults.append(f"exit code {done.returncode}, not {command.exit_code}")
    return "\n".join([f"$ {command.line}", *faults]) if faults else None


class ConsoleExamples:
    """A parser for Sybil."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._diaries = Path(tempfile.mkdtemp(prefix="glutemed-"))
        atexit.register(shutil.rmtree, self._diaries, ignore_errors=True)
        self._blocks = CodeBlockParser("console", evaluator=self._evaluate)

    def __call__(self, document: Document) -> Iterable[Region]:
        """Find the blocks of one document."""
        return self._blocks(document)

    def _evaluate(self, example: Example) -> str | None:
        # The commands of a document share a diary, and no other document's.
        diary = self._diaries / f"{Path(example.path).stem}.db"
        faults = [
            fault
            for command in read_block(str(example.parsed))
            if (fault := run(command, self._folder, diary)) is not None
        ]
        return "\n\n".join(faults) or None
