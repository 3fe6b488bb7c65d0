"""Asking on stderr and reading stdin: what every command does that puts questions to a person."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TypeVar

import click

from glutemed.cli import screen
from glutemed.cli.answers import NotUnderstoodError
from glutemed.cli.layout import paragraph

_LONGEST_LINE = 4096
_MOST_TRIES = 20

Understood = TypeVar("Understood")


class EndedError(click.Abort):
    """The person has pressed Ctrl-D, the input is at its end, or nothing of it is understood."""


def tell(text: str) -> None:
    """A paragraph, as wide as the screen."""
    screen.note("\n".join(paragraph(text, screen.screen(err=True).width)))


def choice(sign: str, text: str) -> None:
    """A line of a list to choose from, behind the sign to type for it."""
    screen.note("\n".join(paragraph(text, screen.screen(err=True).width, first=f"{sign:>4}  ")))


def line(prompt: str) -> str | None:
    """One line of input, or None where there is no more; what is too long of it is left out."""
    screen.note(prompt, nl=False)
    raw = sys.stdin.buffer.readline(_LONGEST_LINE)
    if not raw:
        return None
    while not raw.endswith(b"\n") and (more := sys.stdin.buffer.readline(_LONGEST_LINE)):
        if more.endswith(b"\n"):
            break
    if not sys.stdin.isatty():
        screen.note("")
    return raw.decode("utf-8", "replace")


def typed(prompt: str) -> str:
    """One line of input.

    Raises:
        EndedError: There is no more.
    """
    found = line(f"{prompt} ")
    if found is None:
        raise EndedError
    return found


def until_understood(prompt: str, read: Callable[[str], Understood]) -> Understood:
    """What is typed, as it is read; asked again, with the reason, while it cannot be read.

    Args:
        prompt: What stands before the cursor.
        read: Raises `NotUnderstoodError` for what it cannot read.

    Raises:
        EndedError: The input ends, or nothing of it is understood.
    """
    for _ in range(_MOST_TRIES):
        try:
            return read(typed(prompt))
        except NotUnderstoodError as fault:
            tell(str(fault))
    raise EndedError
