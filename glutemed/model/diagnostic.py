"""A place in a text, and a finding about it."""

from __future__ import annotations

import enum
from bisect import bisect_right
from collections.abc import Iterable
from functools import cached_property

import attrs

from glutemed.model.noun import noun


@attrs.define(frozen=True, slots=False, eq=False)
class Text:
    """A named text that spans point into.

    Args:
        name: What a person knows it by: a path as it was given, or a word such as ``facts``.
        content: The whole text.
    """

    name: str
    content: str = attrs.field(repr=False)

    @cached_property
    def starts(self) -> tuple[int, ...]:
        """The offset at which each line begins."""
        found = [0]
        for offset, char in enumerate(self.content):
            if char == "\n":
                found.append(offset + 1)
        return tuple(found)

    def place(self, offset: int) -> tuple[int, int]:
        """The line and the column of an offset, both counted from 1."""
        line = bisect_right(self.starts, offset) - 1
        return line + 1, offset - self.starts[line] + 1

    def line(self, number: int) -> str:
        """The text of one line, counted from 1, without its end."""
        start = self.starts[number - 1]
        stop = self.starts[number] if number < len(self.starts) else len(self.content)
        return self.content[start:stop].rstrip("\r\n")


@attrs.frozen(eq=False)
class Span:
    """From one offset of a text up to another, ``0 <= start <= end <= len(content)``."""

    text: Text
    start: int
    end: int

    @property
    def line(self) -> int:
        """The line it begins in, counted from 1."""
        return self.text.place(self.start)[0]

    @property
    def where(self) -> str:
        """``name:line:column``, counted from 1."""
        line, column = self.text.place(self.start)
        return f"{self.text.name}:{line}:{column}"

    @property
    def snippet(self) -> str:
        """The text it covers."""
        return self.text.content[self.start : self.end]


NOWHERE = Span(Text("built in", ""), 0, 0)


class Severity(enum.StrEnum):
    """How bad a finding is; only an error stops anything."""

    ERROR = "error"
    WARNING = "warning"


@noun
class Diagnostic:
    """One finding about a text.

    Args:
        code: Stable, ``GM`` and three digits; each has a page in the docs.
        severity: Whether it stops anything.
        message: Lower case, no full stop, the author's words in backticks.
        span: Where.
        help: What to try, or nothing.
    """

    code: str
    severity: Severity
    message: str
    span: Span
    help: str | None = None

    def plain(self) -> str:
        """One line: where, what, and what to try."""
        tail = f" ({self.help})" if self.help else ""
        return f"{self.span.where}: {self.severity}[{self.code}]: {self.message}{tail}"

    @property
    def order(self) -> tuple[str, int, str, str]:
        """Sorts by text, place, code and message."""
        return self.span.text.name, self.span.start, self.code, self.message


def has_errors(diagnostics: tuple[Diagnostic, ...]) -> bool:
    """Whether any of them stops the work."""
    return any(found.severity is Severity.ERROR for found in diagnostics)


_NEAR = 0.5


def suggestion(word: str, known: Iterable[str], like: float = _NEAR) -> str | None:
    """A help line with what was probably meant; nothing where nothing is close.

    What stands before a full stop is shared by many names, so that the rest must be close too.

    Args:
        word: What was written.
        known: What may be meant.
        like: How much of the rest must be alike, from 0 to 1.
    """
    from difflib import SequenceMatcher, get_close_matches

    names, tail = sorted(known), word.rpartition(".")[2]
    close = [
        name
        for name in get_close_matches(word, names, cutoff=0.7)
        if SequenceMatcher(None, tail, name.rpartition(".")[2]).ratio() >= like
    ] or [name for name in names if tail and name.rpartition(".")[2] == tail]
    return f"did you mean `{close[0]}`?" if close else None
