"""A rule file's tree → its canonical text."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from glutemed.document import Mapping, Node, Scalar, Sequence
from glutemed.model.diagnostic import Text
from glutemed.rulebook.canonical import scalars
from glutemed.rulebook.canonical.remarks import Place, Remarks, is_flow, remarks
from glutemed.rulebook.grammar import FILE, FORMS
from glutemed.rulebook.language import (
    AnyOf,
    Asking,
    Facts,
    FormOf,
    Keyed,
    Listed,
    Part,
    Shape,
)
from glutemed.rulebook.language import Text as Prose
from glutemed.rulebook.parse import SECTIONS

MOST_WIDTH = 120
_STEP = 2
_AS_WRITTEN = frozenset(
    {"conclusion", "limit", "expectation", "pose", "leg", "`arms`", "hip of a leg"}
)
_LOGIC = frozenset({"all", "any"})
_HEADING = tuple(key.name for key in FILE.keys if key.name not in SECTIONS)


@attrs.frozen
class _Compared:
    """The comparisons of one fact."""


@attrs.frozen
class _Anything:
    """What no form knows."""


_Form = Shape | _Compared | _Anything
_ANYTHING = _Anything()


def page(text: Text, root: Mapping) -> str:
    """The canonical text of a rule file."""
    return _Page(remarks(text, root)).whole(root)


class _Page:
    def __init__(self, found: Remarks) -> None:
        self.remarks = found
        self.lines: list[str] = []

    def whole(self, root: Mapping) -> str:
        heading = [entry for name in _HEADING for entry in root.entries if entry[0].value == name]
        rest = [entry for entry in root.entries if entry[0].value not in _HEADING]
        if root.entries:  # what a file begins with stays above everything
            first = (root.entries[0][0].span.start, True)
            self.before(_without_blank(self.remarks.before.pop(first, [])), 0)
        for key, value in (*heading, *rest):
            place = (key.span.start, True)
            before = self.remarks.before.get(place, [])
            if self.lines and key.value not in _HEADING and before[:1] != [""]:
                before = ["", *before]
            self.before(before, 0)
            name = str(key.value)
            shape = FILE.key[name].shape if name in FILE.key else _ANYTHING
            self.entry(f"{scalars.key(name, flow=False)}:", value, shape, 0, place)
        self.before(self.remarks.last, 0)
        while self.lines and not self.lines[-1]:
            self.lines.pop()
        return "\n".join(self.lines) + "\n"

    def before(self, lines: Iterable[str], indent: int) -> None:
        self.lines += [f"{' ' * indent}{line}".rstrip() for line in lines]

    def entry(self, head: str, node: Node, shape: _Form, indent: int, place: Place) -> None:
        """A key or a dash with what stands behind it, and the comments beside and below it."""
        shape = _fitting(shape, node)
        behind = self.remarks.behind.get(place, "")
        start = len(self.lines)
        self.value(head, node, shape, indent, behind)
        if behind and any(len(line) > MOST_WIDTH for line in self.lines[start:] if behind in line):
            margin = len(head) - len(head.lstrip())
            del self.lines[start:]
            self.lines.append(f"{' ' * margin}{behind}")
            self.value(head, node, shape, indent, "")
        self.before(self.remarks.after.get(place, ()), indent or _STEP)

    def value(self, head: str, node: Node, shape: _Form, indent: int, behind: str) -> None:
        tail = f"  {behind}" if behind else ""
        one_line = self.flow(node, shape) if self.may_flow(node, shape) else None
        if isinstance(node, Scalar):
            self.scalar(head, node, shape, indent, tail)
        elif one_line is not None and len(head) + 1 + len(one_line) <= MOST_WIDTH:
            self.lines.append(f"{head} {one_line}{tail}")
        elif one_line is not None and (parts := _filling(self, node, shape)):
            self.lines += _filled(head, parts, indent + _STEP, isinstance(node, Mapping))
            self.lines[-1] += tail
        elif isinstance(node, Sequence):
            self.lines.append(f"{head}{tail}")
            self.items(node, shape, indent + _STEP)
        else:
            self.lines.append(f"{head}{tail}")
            self.mapping(node, shape, indent + _STEP)

    def scalar(self, head: str, node: Scalar, shape: _Form, indent: int, tail: str) -> None:
        prose = isinstance(shape, Prose)
        text = scalars.written(node, flow=False, prose=prose)
        line = f"{head} {text}".rstrip()
        if prose and isinstance(node.value, str) and len(line) > MOST_WIDTH:
            words = " ".join(node.value.split())
            lines = scalars.folded(words, indent + _STEP, MOST_WIDTH)
            if lines is not None and len(words.split()) > 1:
                self.lines += [f"{head} >-{tail}", *lines]
                return
        self.lines.append(f"{line}{tail}")

    def items(self, node: Sequence, shape: _Form, indent: int) -> None:
        of: _Form = shape.of if isinstance(shape, Listed) else _ANYTHING
        of = shape if isinstance(shape, Asking) else of
        apart = isinstance(shape, Listed) and shape.apart
        section = isinstance(of, Part) and of.tall
        for number, item in enumerate(node.items):
            place = (item.span.start, False)
            before = self.remarks.before.get(place, [])
            if isinstance(item, Mapping) and not is_flow(item) and item.entries:
                first = _ordered(item, _form(_fitting(of, item)))[0][0]
                before = [*before, *self.remarks.before.get((first.span.start, True), [])]
            if number == 0 or not section:
                before = _without_blank(before)
            elif apart and before[:1] != [""]:
                before = ["", *before]
            self.before(before, indent)
            self.item(item, of, indent, place)

    def item(self, item: Node, of: _Form, indent: int, place: Place) -> None:
        shape = _fitting(of, item)
        head = f"{' ' * indent}-"
        short = not isinstance(item, Mapping) or (
            self.may_flow(item, shape) and len(head) + 1 + len(self.flow(item, shape)) <= MOST_WIDTH
        )
        if short or not isinstance(item, Mapping) or not item.entries:
            self.entry(head, item, of, indent, place)
            return
        behind = self.remarks.behind.get(place)
        if behind:
            self.before([behind], indent)
        start = len(self.lines)
        self.mapping(item, shape, indent + _STEP, in_item=True)
        if self.lines[start].lstrip().startswith("#"):  # it had no room behind the first key
            self.lines[start] = f"{' ' * indent}{self.lines[start].lstrip()}"
            start += 1
        self.lines[start] = f"{head} {self.lines[start].lstrip()}"
        self.before(self.remarks.after.get(place, ()), indent)

    def mapping(self, node: Mapping, shape: _Form, indent: int, *, in_item: bool = False) -> None:
        form = _form(shape)
        for number, (key, value) in enumerate(_ordered(node, form)):
            place = (key.span.start, True)
            if not (in_item and number == 0):
                self.before(_without_blank(self.remarks.before.get(place, [])), indent)
            word = str(key.value)
            head = f"{' ' * indent}{scalars.key(word, flow=False)}:"
            self.entry(head, value, _below(shape, form, word), indent, place)

    def may_flow(self, node: Node, shape: _Form) -> bool:
        """Whether something may stand in brackets or braces."""
        if isinstance(node, Scalar):
            return True
        empty = not (node.items if isinstance(node, Sequence) else node.entries)
        if empty or (is_flow(node) and not _is_tall(shape)):
            return True
        if _is_tall(shape) or self.is_remarked(node):
            return False
        return not _is_as_written(shape)

    def is_remarked(self, node: Node) -> bool:
        """Whether a comment stands inside of something written in lines."""
        start, end = node.span.start, node.span.end
        places = (*self.remarks.behind, *self.remarks.after)
        lines = {place for place, found in self.remarks.before.items() if any(found)}
        return any(start <= place[0] < end for place in (*places, *lines))

    def flow(self, node: Node, shape: _Form) -> str:
        """Something in one line."""
        shape = _fitting(shape, node)
        if isinstance(node, Scalar):
            return scalars.written(node, flow=True, prose=isinstance(shape, Prose))
        if isinstance(node, Sequence):
            return f"[{', '.join(self.flow(item, _item(shape)) for item in node.items)}]"
        return f"{{{', '.join(self.pairs(node, shape))}}}"

    def pairs(self, node: Mapping, shape: _Form) -> list[str]:
        """The entries of a mapping, each in one line."""
        form = _form(shape)
        return [
            f"{scalars.key(str(key.value), flow=True)}: "
            f"{self.flow(value, _below(shape, form, str(key.value)))}"
            for key, value in _ordered(node, form)
        ]


def _filling(page: _Page, node: Node, shape: _Form) -> list[str]:
    """The parts of a long list of words, or of the facts of a case; nothing of anything else."""
    if isinstance(node, Sequence) and all(isinstance(item, Scalar) for item in node.items):
        return [page.flow(item, _item(shape)) for item in node.items]
    if isinstance(node, Mapping) and isinstance(shape, Facts) and is_flow(node):
        return page.pairs(node, shape)
    return []


def _filled(head: str, parts: list[str], indent: int, braces: bool) -> list[str]:
    """Parts in brackets or braces, as many in each line as there is room for."""
    opening, closing = "{}" if braces else "[]"
    lines = [f"{head} {opening}"]
    for number, part in enumerate(parts, 1):
        piece = part + ("," if number < len(parts) else closing)
        begun = lines[-1].endswith(opening) and number == 1
        joined = f"{lines[-1]}{'' if begun else ' '}{piece}"
        if len(joined) <= MOST_WIDTH or begun:
            lines[-1] = joined
        else:
            lines.append(f"{' ' * indent}{piece}")
    return lines


def _fitting(shape: _Form, node: Node) -> _Form:
    """Of several shapes the one that a node has."""
    if not isinstance(shape, AnyOf):
        return shape
    wanted: tuple[type, ...] = (Listed,) if isinstance(node, Sequence) else (Part, Keyed)
    if isinstance(node, Scalar):
        return next(
            (one for one in shape.shapes if not isinstance(one, (Part, Keyed, Listed))), shape
        )
    return next((one for one in shape.shapes if isinstance(one, wanted)), _ANYTHING)


def _form(shape: _Form) -> FormOf | None:
    return FORMS[shape.form] if isinstance(shape, Part) else None


def _item(shape: _Form) -> _Form:
    if isinstance(shape, Listed):
        return shape.of
    return shape if isinstance(shape, Asking) else _ANYTHING


def _below(shape: _Form, form: FormOf | None, word: str) -> _Form:
    """The shape of what stands under a key."""
    if form is not None:
        return form.key[word].shape if word in form.key else _ANYTHING
    if isinstance(shape, Asking):
        return shape if word in _LOGIC or word == "not" else _Compared()
    if isinstance(shape, Keyed):
        return shape.of
    return shape if isinstance(shape, Facts) else _ANYTHING


def _ordered(node: Mapping, form: FormOf | None) -> tuple[tuple[Scalar, Node], ...]:
    """The entries of a mapping: of one with a form in the order of its keys."""
    if form is None:
        return node.entries
    order = {key.name: number for number, key in enumerate(form.keys)}
    return tuple(sorted(node.entries, key=lambda entry: order.get(str(entry[0].value), len(order))))


def _is_tall(shape: _Form) -> bool:
    return isinstance(shape, (Listed, Part)) and shape.tall


def _is_as_written(shape: _Form) -> bool:
    """Whether an author chooses between one line and several."""
    if isinstance(shape, Part):
        return shape.form in _AS_WRITTEN
    return isinstance(shape, (Asking, Facts, Keyed, _Anything))


def _without_blank(lines: list[str]) -> list[str]:
    return lines[1:] if lines[:1] == [""] else lines
