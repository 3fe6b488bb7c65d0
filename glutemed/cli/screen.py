"""What is written where: answers on stdout, everything else on stderr; signs, colour and width."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import IO, TYPE_CHECKING, NamedTuple

import click

if TYPE_CHECKING:
    from glutemed.model.diagnostic import Diagnostic

MOST_WIDTH = 100
LEAST_WIDTH = 40
_SIGNS = "°–—…•│├└─▶→≤é"
_STEERING = re.compile(r"\x1b(?!\[[0-9;]*m)|[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f-\x9f]")


class Screen(NamedTuple):
    """What a stream can show."""

    unicode: bool
    colour: bool
    width: int


def screen(*, err: bool = False, plain: bool = False) -> Screen:
    """What stdout (or stderr) can show; `plain` asks for ASCII without colour."""
    stream = sys.stderr if err else sys.stdout
    width = max(LEAST_WIDTH, min(MOST_WIDTH, _columns()))
    return Screen(
        unicode=not plain and _can_encode(stream, _SIGNS),
        colour=not plain and _has_colour(stream),
        width=width,
    )


def out(text: str, *, plain: bool = False) -> None:
    """Write an answer to stdout."""
    _write(text, screen(plain=plain), err=False)


def note(text: str, *, nl: bool = True) -> None:
    """Write anything that is no answer to stderr."""
    _write(text, screen(err=True), err=True, nl=nl)


def out_json(text: str) -> None:
    """Write JSON to stdout; escaped where the stream could not write it."""
    if not _can_encode(sys.stdout, text):
        text = json.dumps(json.loads(text), indent=2, ensure_ascii=True)
    click.echo(text.rstrip("\n"))


MOST_FINDINGS = 100


def diagnostics(found: Sequence[Diagnostic], form: str, *, err: bool) -> None:
    """Write findings in a format: human, plain or json."""
    from glutemed.render import diagnostics as drawn

    if form == "json":
        click.echo(drawn.as_json(found), err=err)
        return
    if not found:
        return
    able = screen(err=err)
    first, more = found[:MOST_FINDINGS], len(found) - MOST_FINDINGS
    if form == "plain":
        text = drawn.plain(first)
    else:
        text = drawn.human(first, unicode=able.unicode, colour=able.colour)
    _write(text if more <= 0 else f"{text}\n\n... and {more} more", able, err=err)


def _write(text: str, able: Screen, *, err: bool, nl: bool = True) -> None:
    if not able.unicode:
        from glutemed.render.human import ascii_only

        text = ascii_only(text)
    harmless = _STEERING.sub("", text)
    click.echo(harmless.rstrip("\n") if nl else harmless, err=err, nl=nl)


def _columns() -> int:
    """How wide the terminal is; as `shutil` says it, which takes longer to import than to say it."""
    with suppress(ValueError):
        if (told := int(os.environ.get("COLUMNS", ""))) > 0:
            return told
    with suppress(AttributeError, ValueError, OSError):
        if (seen := os.get_terminal_size(sys.__stdout__.fileno()).columns) > 0:  # type: ignore[union-attr]
            return seen
    return 80


def _can_encode(stream: IO[str], text: str) -> bool:
    try:
        text.encode(getattr(stream, "encoding", None) or "ascii")
    except (UnicodeError, LookupError):
        return False
    return True


def _has_colour(stream: IO[str]) -> bool:
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    try:
        return stream.isatty()
    except ValueError:
        return False
