"""The comments and blank lines of a rule file, and what each of them stands beside."""

from __future__ import annotations

from bisect import bisect_left

import attrs

from glutemed.document import Mapping, Node, Scalar, Sequence
from glutemed.model.diagnostic import Span, Text

Place = tuple[int, bool]
"""Where an entry begins, and whether it is a key: the first key of an item begins with its item."""


@attrs.define
class Remarks:
    """Comments by the entry that they stand beside; an empty text is a blank line.

    Args:
        before: What stands above an entry.
        behind: What stands at the end of its line.
        after: What stands below an entry, further in than what comes next.
        last: What stands at the end of the file.
    """

    before: dict[Place, list[str]] = attrs.field(factory=dict)
    behind: dict[Place, str] = attrs.field(factory=dict)
    after: dict[Place, list[str]] = attrs.field(factory=dict)
    last: list[str] = attrs.field(factory=list)


@attrs.frozen
class _Entry:
    place: Place
    line: int
    column: int
    inside: tuple[int, int]


def is_flow(node: Node) -> bool:
    """Whether a list or a mapping is written in brackets or braces."""
    return node.span.snippet[:1] in ("[", "{")


def remarks(text: Text, root: Node) -> Remarks:
    """The comments and blank lines of a text, by the entry of its tree that they belong to."""
    return _Reader(text, root).read()


class _Reader:
    def __init__(self, text: Text, root: Node) -> None:
        self.text = text
        self.lines = [line.rstrip("\r") for line in text.content.split("\n")]
        self.entries: list[_Entry] = []
        self.scalars: list[Span] = []
        self._walk(root)
        self.entries.sort(key=lambda entry: (entry.place[0], entry.place[1]))
        self.starts = [entry.place[0] for entry in self.entries]
        self.comments = self._comments()
        self.found = Remarks()

    def read(self) -> Remarks:
        used: set[int] = set()
        above = 0  # the last line that is spoken for
        for entry in self.entries:
            gap = self._gap(above, entry.line)
            used.update(line for line, _ in gap)
            self._place(gap, entry)
            above = max(above, entry.line)
        gap = self._gap(above, len(self.lines) + 1)
        used.update(line for line, _ in gap)
        self._place(gap, None)
        for line, offset in self.comments.items():
            if line not in used:
                self._inline(line, offset)
        return self.found

    def _walk(self, node: Node) -> None:
        if isinstance(node, Scalar):
            self.scalars.append(node.span)
            return
        keys = [key for key, _ in node.entries] if isinstance(node, Mapping) else []
        below = node.items if isinstance(node, Sequence) else [value for _, value in node.entries]
        for key in keys:
            self.scalars.append(key.span)
        if is_flow(node):
            for child in below:
                self._walk_flow(child)
            return
        for child, start in zip(below, keys or below, strict=True):
            self._enter(start.span, child, is_key=bool(keys))
            self._walk(child)

    def _walk_flow(self, node: Node) -> None:
        if isinstance(node, Scalar):
            self.scalars.append(node.span)
        elif isinstance(node, Sequence):
            for item in node.items:
                self._walk_flow(item)
        else:
            for key, value in node.entries:
                self.scalars.append(key.span)
                self._walk_flow(value)

    def _enter(self, span: Span, value: Node, *, is_key: bool) -> None:
        line, column = self.text.place(span.start)
        if not is_key:
            column = len(self.lines[line - 1]) - len(self.lines[line - 1].lstrip()) + 1
        leaf = not isinstance(value, Scalar) and is_flow(value)
        inside = (value.span.start, value.span.end) if leaf else (0, 0)
        self.entries.append(_Entry((span.start, is_key), line, column, inside))

    def _comments(self) -> dict[int, int]:
        """Where the comment of each line begins that has one, by the number of the line."""
        masked = list(self.text.content)
        for span in self.scalars:
            first = self.text.content[span.start : span.end]
            start = span.start
            if first[:1] in ("|", ">"):  # a comment may stand behind the sign of a block text
                start += len(first.partition("\n")[0])
            for offset in range(start, span.end):
                if masked[offset] != "\n":
                    masked[offset] = "x"
        found: dict[int, int] = {}
        begin = 0
        for number, line in enumerate("".join(masked).split("\n"), 1):
            sign = line.find("#")
            while sign > 0 and line[sign - 1] not in " \t":
                sign = line.find("#", sign + 1)
            if sign >= 0:
                found[number] = begin + sign
            begin += len(line) + 1
        return found

    def _gap(self, above: int, line: int) -> list[tuple[int, str]]:
        """The comment lines and blank lines right above a line, down to one already spoken for."""
        found: list[tuple[int, str]] = []
        for number in range(line - 1, above, -1):
            written = self.lines[number - 1].strip()
            own = number in self.comments and written.startswith("#")
            if written and not own:
                break
            found.append((number, written))
        return found[::-1]

    def _place(self, gap: list[tuple[int, str]], entry: _Entry | None) -> None:
        """Share a gap between what stands above it and what stands below it."""
        column = entry.column if entry is not None else 1
        cut = 0
        for place, (line, written) in enumerate(gap, 1):
            if not written:
                continue
            comment_column = self.comments[line] - self.text.starts[line - 1] + 1
            owner = self._above(self.comments[line], comment_column)
            if comment_column <= column or owner is None:
                break
            self.found.after.setdefault(owner.place, []).append(written)
            cut = place
        rest = _single([written for _, written in gap[cut:]])
        if entry is None:
            self.found.last = rest
        elif rest:
            self.found.before[entry.place] = rest

    def _above(self, offset: int, column: int) -> _Entry | None:
        """The nearest entry above that is no further in."""
        for entry in reversed(self.entries[: bisect_left(self.starts, offset)]):
            if entry.column <= column:
                return entry
        return None

    def _inline(self, line: int, offset: int) -> None:
        """A comment behind something, or in the middle of a list or a mapping in brackets."""
        written = self.text.content[offset:].partition("\n")[0].strip()
        number = bisect_left(self.starts, offset)
        ahead = self.lines[line - 1][: offset - self.text.starts[line - 1]]
        if number == 0 or (not ahead.replace("-", "").strip() and "-" in ahead):
            entry = self.entries[min(number, len(self.entries) - 1)]
            self.found.before.setdefault(entry.place, []).append(written)
            return
        entry = self.entries[number - 1]
        begin, end = entry.inside
        if begin < offset < end or entry.place in self.found.behind:
            self.found.before.setdefault(entry.place, []).append(written)
        else:
            self.found.behind[entry.place] = written


def _single(lines: list[str]) -> list[str]:
    """Lines in which no blank line follows another."""
    return [line for number, line in enumerate(lines) if line or number == 0 or lines[number - 1]]
