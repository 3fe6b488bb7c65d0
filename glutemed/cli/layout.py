"""Lines and tables of a width."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap

_GAP = 2
_LEAST_LAST = 28


def paragraph(text: str, width: int, *, indent: int = 0, first: str = "") -> list[str]:
    """A text in lines; the first begins with `first`, the others hang below its text."""
    lead = " " * indent + first
    return wrap(
        text,
        width,
        initial_indent=lead,
        subsequent_indent=" " * len(lead),
        break_long_words=False,
        break_on_hyphens=False,
    ) or [lead.rstrip()]


def table(rows: Sequence[Sequence[str]], width: int) -> list[str]:
    """Rows whose columns stand below each other; the last column is wrapped.

    Where the last column would be too narrow, it goes below its row.
    """
    if not rows:
        return []
    sizes = [max(len(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
    left = sum(size + _GAP for size in sizes)
    below = width - left < _LEAST_LAST
    lines: list[str] = []
    for *cells, last in rows:
        if below:
            lines += [*paragraph("  ".join(cells), width), *paragraph(last, width, indent=4)]
        else:
            head = "".join(cell.ljust(size + _GAP) for cell, size in zip(cells, sizes, strict=True))
            lines += paragraph(last, width, first=head) if last else [head.rstrip()]
    return lines
