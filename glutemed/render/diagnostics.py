"""Findings → text: with the line and a mark under it, one line each, or JSON."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Sequence

import attrs

from glutemed.model.diagnostic import Diagnostic, Severity, Span

_MOST_CELLS = 100
_BEFORE_MARK = 40
_TAB = 4

_BOLD, _RED, _YELLOW, _BLUE, _END = "\x1b[1m", "\x1b[1;31m", "\x1b[1;33m", "\x1b[1;34m", "\x1b[0m"


@attrs.frozen(kw_only=True)
class _Style:
    unicode: bool
    colour: bool

    @property
    def arrow(self) -> str:
        return "──▶" if self.unicode else "-->"

    @property
    def bar(self) -> str:
        return "│" if self.unicode else "|"

    @property
    def mark(self) -> str:
        return "━" if self.unicode else "^"

    @property
    def cut(self) -> str:
        return "…" if self.unicode else "..."

    def paint(self, text: str, colour: str) -> str:
        return f"{colour}{text}{_END}" if self.colour and text else text

    def safe(self, text: str) -> str:
        """A text in which nothing can steer the terminal, break the line or fail to be encoded."""
        return "".join(self.cell(char) for char in text)

    def cell(self, char: str) -> str:
        """How one character is shown."""
        if " " <= char <= "~" or (self.unicode and char.isprintable()):
            return char
        if char == "→":
            return "->"
        if self.unicode and unicodedata.combining(char):
            return char
        return char.encode("unicode_escape", "surrogatepass").decode("ascii")


def human(diagnostics: Iterable[Diagnostic], *, unicode: bool, colour: bool) -> str:
    """Every finding with the line it is about and a mark under the place, a blank line between.

    Args:
        diagnostics: What was found.
        unicode: Whether more than ASCII may be written; else other characters are escaped.
        colour: Whether to write ANSI colours.
    """
    style = _Style(unicode=unicode, colour=colour)
    return "\n\n".join("\n".join(_block(found, style)) for found in diagnostics)


def plain(diagnostics: Iterable[Diagnostic]) -> str:
    """One line for each finding, which never repeats the line that it is about."""
    style = _Style(unicode=True, colour=False)
    return "\n".join(style.safe(found.plain()) for found in diagnostics)


def as_json(diagnostics: Iterable[Diagnostic]) -> str:
    """The findings as a JSON list; lines and columns count from 1, an end is the place behind."""
    return json.dumps([_entry(found) for found in diagnostics], indent=2, ensure_ascii=True)


def _entry(found: Diagnostic) -> dict[str, object]:
    span = found.span
    line, column = span.text.place(span.start)
    end_line, end_column = span.text.place(span.end)
    return {
        "code": found.code,
        "severity": str(found.severity),
        "message": found.message,
        "help": found.help,
        "file": span.text.name,
        "line": line,
        "column": column,
        "end_line": end_line,
        "end_column": end_column,
    }


def _block(found: Diagnostic, style: _Style) -> list[str]:
    red = _RED if found.severity is Severity.ERROR else _YELLOW
    head = style.paint(f"{found.severity}[{found.code}]", red)
    message = style.paint(style.safe(found.message), _BOLD)
    gutter = " " * len(str(found.span.line))
    bar = style.paint(style.bar, _BLUE)
    lines = [
        f"{head}: {message}",
        f"{gutter}{style.paint(style.arrow, _BLUE)} {style.safe(found.span.where)}",
    ]
    if found.span.text.content:
        lines.append(f"{gutter} {bar}")
        lines.extend(_excerpt(found.span, style, red))
    if found.help:
        lines.append(f"{gutter} {style.paint('=', _BLUE)} help: {style.safe(found.help)}")
    return lines


def _excerpt(span: Span, style: _Style, red: str) -> list[str]:
    """The line of a span, and the mark under it; before an empty last line also the one above."""
    number, column = span.text.place(span.start)
    size = len(str(number))
    bar = style.paint(style.bar, _BLUE)
    line = span.text.line(number)
    start = min(column - 1, len(line))
    end = max(start, min(start + span.end - span.start, len(line)))
    text, indent, marks = _drawn(line, start, end, style)
    shown = []
    if not line and span.start == len(span.text.content):
        above = _last_with_text(span, number)
        if above is not None:
            before = _drawn(span.text.line(above), 0, 0, style)[0]
            shown.append(f"{style.paint(str(above).rjust(size), _BLUE)} {bar} {before}")
    shown.append(f"{style.paint(str(number), _BLUE)} {bar} {text}".rstrip())
    shown.append(f"{' ' * size} {bar} {' ' * indent}{style.paint(style.mark * marks, red)}")
    return shown


def _last_with_text(span: Span, number: int) -> int | None:
    lines = range(number - 1, 0, -1)
    return next((line for line in lines if span.text.line(line).strip()), None)


def _drawn(line: str, start: int, end: int, style: _Style) -> tuple[str, int, int]:
    """A line as shown, how far in its mark begins, and how long the mark is."""
    first = max(0, start - 2 * _MOST_CELLS)  # what is further away can never be shown
    cells = _cells(line[first : start + 2 * _MOST_CELLS], style)
    begin = _width(cells[: start - first])
    whole = _width(cells)
    left = 0
    if first or whole > _MOST_CELLS:
        while left < len(cells) and begin > _BEFORE_MARK:
            begin -= _wide(cells[left])
            left += 1
    right, used = left, 0
    while right < len(cells) and used + _wide(cells[right]) <= _MOST_CELLS:
        used += _wide(cells[right])
        right += 1
    head = style.cut if first + left else ""
    tail = style.cut if first + right < len(line) else ""
    marks = _width(cells[max(start - first, left) : min(end - first, right)])
    return f"{head}{''.join(cells[left:right])}{tail}", len(head) + begin, max(marks, 1)


def _cells(text: str, style: _Style) -> list[str]:
    """What is shown for each character; a tab reaches to the next stop."""
    cells: list[str] = []
    column = 0
    for char in text:
        cell = " " * (_TAB - column % _TAB) if char == "\t" else style.cell(char)
        cells.append(cell)
        column += _wide(cell)
    return cells


def _width(cells: Sequence[str]) -> int:
    return sum(_wide(cell) for cell in cells)


def _wide(cell: str) -> int:
    """How many columns of a terminal it takes."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in cell
    )
