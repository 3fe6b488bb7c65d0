"""Text → nodes with spans. YAML with the scalars of YAML 1.2, and JSON; the only importer of yaml.

Strict where it is a matter of safety: a key given twice, an anchor, an alias or a tag is an error,
and a text that is too large or too deep is refused before anything is built from it.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Any

import yaml

from glutemed.model.diagnostic import Diagnostic, Span, Text
from glutemed.model.noun import noun
from glutemed.model.wording import not_json, not_yaml, reading_error, shown, sign_not_allowed

MOST_BYTES = 1024 * 1024
MOST_DEPTH = 64

Plain = None | bool | int | float | str

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INT = re.compile(r"[-+]?[0-9]+\Z")
_OCTAL = re.compile(r"0o[0-7]+\Z")
_HEX = re.compile(r"0x[0-9a-fA-F]+\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_WORDS: dict[str, Plain] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), math.inf),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -math.inf),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
}
_MOST_DIGITS = 18
_MARK = "\ufeff"
_JSON_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]|[^\s\[\]{}:,"]+', re.DOTALL)


@noun
class Scalar:
    """A single value."""

    value: Plain
    span: Span


@noun
class Sequence:
    """A list."""

    items: tuple[Node, ...]
    span: Span


@noun
class Mapping:
    """Keys (always words) and values, in the order written."""

    entries: tuple[tuple[Scalar, Node], ...]
    span: Span

    def get(self, key: str) -> Node | None:
        """The value of a key."""
        return next((value for name, value in self.entries if name.value == key), None)


Node = Scalar | Sequence | Mapping

Parsed = tuple[Node | None, tuple[Diagnostic, ...]]


def compose(text: Text) -> Parsed:
    """The one document in a text, or what is wrong with it.

    A text that is empty gives neither node nor diagnostic.
    """
    content = text.content
    size = len(content.encode("utf-8", "surrogatepass"))
    if size > MOST_BYTES:
        return None, (_too_large(text),)
    odd = _odd_character(content)
    if odd is not None:
        return None, (
            reading_error(
                "GM102",
                f"YAML does not allow the character U+{ord(content[odd]):04X}",
                Span(text, odd, odd + 1),
                "delete it; it may have come along with a copied text",
            ),
        )
    composer = _Composer(text)
    try:
        node = composer.document()
    except _Refused as refused:
        return None, (*composer.found, refused.diagnostic)
    except yaml.YAMLError as error:
        return None, (*composer.found, not_yaml(text, error, composer.shift))
    if composer.found:
        return None, tuple(composer.found)
    return node, ()


def compose_json(text: Text) -> Parsed:
    """The one value in a JSON text, or what is wrong with it."""
    content = text.content
    if len(content.encode("utf-8", "surrogatepass")) > MOST_BYTES:
        return None, (_too_large(text),)
    deep = _too_deep(content)
    if deep is not None:
        return None, (_too_deeply(Span(text, deep, deep + 1)),)
    shift = len(content) - len(content.removeprefix(_MARK))
    try:
        json.loads(content[shift:])
    except json.JSONDecodeError as error:
        return None, (not_json(text, error.msg, error.pos + shift),)
    except ValueError:
        return None, (reading_error("GM102", "a number with too many digits", Span(text, 0, 0)),)
    reader = _JsonReader(text, shift)
    node = reader.value(next(reader.tokens))
    return (None, tuple(reader.found)) if reader.found else (node, ())


def from_plain(value: object, span: Span) -> Node:
    """Nodes from plain Python values; whatever is no plain value becomes a scalar as it is."""
    if isinstance(value, dict):
        return Mapping(
            tuple((Scalar(key, span), from_plain(item, span)) for key, item in value.items()), span
        )
    if isinstance(value, (list, tuple)):
        return Sequence(tuple(from_plain(item, span) for item in value), span)
    return Scalar(value, span)  # type: ignore[arg-type]


def to_plain(node: Node) -> Any:
    """A node as plain dicts, lists and scalars."""
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Sequence):
        return [to_plain(item) for item in node.items]
    return {str(key.value): to_plain(value) for key, value in node.entries}


def plain_scalar(word: str) -> Plain:
    """What an unquoted word means in YAML 1.2."""
    if word in _WORDS:
        return _WORDS[word]
    if _INT.match(word):
        return int(word) if len(word) <= _MOST_DIGITS else float(word)
    if _OCTAL.match(word) and len(word) <= _MOST_DIGITS:
        return int(word[2:], 8)
    if _HEX.match(word) and len(word) <= _MOST_DIGITS:
        return int(word[2:], 16)
    if _FLOAT.match(word):
        return float(word)
    return word


class _Refused(Exception):
    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.code)
        self.diagnostic = diagnostic


class _Composer:
    """Builds nodes from the event stream, which no depth of nesting can make recurse."""

    def __init__(self, text: Text) -> None:
        self.text = text
        self.found: list[Diagnostic] = []
        self.depth = 0
        self.shift = len(text.content) - len(text.content.removeprefix(_MARK))
        self.events: Iterator[Any] = iter(yaml.parse(text.content[self.shift :], Loader=_LOADER))

    def document(self) -> Node | None:
        node: Node | None = None
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                if node is not None:
                    raise _Refused(
                        reading_error("GM102", "a second document begins here", self.span(event))
                    )
                node = self.node(next(self.events))
        if isinstance(node, Scalar) and node.value is None and not self.text.content.strip():
            return None
        return node

    def node(self, event: Any) -> Node:
        if isinstance(event, yaml.AliasEvent):
            raise _Refused(self.sign("an alias", "*", event))
        if event.anchor is not None:
            self.found.append(self.sign("an anchor", "&", event))
        if event.tag is not None:
            self.found.append(self.sign("a tag", "!", event))
        if isinstance(event, yaml.ScalarEvent):
            plain = event.style is None or event.style == ""
            return Scalar(plain_scalar(event.value) if plain else event.value, self.span(event))
        self.depth += 1
        if self.depth > MOST_DEPTH:
            raise _Refused(_too_deeply(self.span(event)))
        is_list = isinstance(event, yaml.SequenceStartEvent)
        built = self.sequence(event) if is_list else self.mapping(event)
        self.depth -= 1
        return built

    def sequence(self, start: Any) -> Sequence:
        items = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            items.append(self.node(event))
        return Sequence(tuple(items), self.span(start, event))

    def mapping(self, start: Any) -> Mapping:
        entries: list[tuple[Scalar, Node]] = []
        seen: dict[str, Span] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = self.node(event)
            value = self.node(next(self.events))
            if not isinstance(key, Scalar):
                self.found.append(
                    reading_error(
                        "GM106",
                        "a key must be a word",
                        key.span,
                        "a text with braces or brackets must be in quotes",
                    )
                )
                continue
            word = key.span.snippet if not isinstance(key.value, str) else key.value
            if word in seen:
                self.found.append(_twice(word, key.span, seen[word]))
                continue
            seen[word] = key.span
            entries.append((Scalar(word, key.span), value))
        return Mapping(tuple(entries), self.span(start, event))

    def sign(self, what: str, sign: str, event: Any) -> Diagnostic:
        return sign_not_allowed(what, sign, self.span(event))

    def span(self, event: Any, end: Any = None) -> Span:
        size = len(self.text.content)
        first = min(event.start_mark.index + self.shift, size)
        last = min((end or event).end_mark.index + self.shift, size)
        return Span(self.text, first, max(first, last))


class _JsonReader:
    """Builds nodes with spans from the tokens of a text that is known to be JSON."""

    def __init__(self, text: Text, start: int) -> None:
        self.text = text
        self.found: list[Diagnostic] = []
        self.tokens: Iterator[re.Match[str]] = _JSON_TOKEN.finditer(text.content, start)

    def value(self, token: re.Match[str]) -> Node:
        if token.group() == "[":
            items: list[Node] = []
            while (inner := next(self.tokens)).group() != "]":
                items.append(self.value(inner))
            return Sequence(tuple(items), Span(self.text, token.start(), inner.end()))
        if token.group() == "{":
            entries: dict[str, tuple[Scalar, Node]] = {}
            while (inner := next(self.tokens)).group() != "}":
                key = self.scalar(inner)
                word = str(key.value)
                value = self.value(next(self.tokens))
                if word in entries:
                    self.found.append(_twice(word, key.span, entries[word][0].span))
                entries.setdefault(word, (key, value))
            return Mapping(tuple(entries.values()), Span(self.text, token.start(), inner.end()))
        return self.scalar(token)

    def scalar(self, token: re.Match[str]) -> Scalar:
        return Scalar(json.loads(token.group()), Span(self.text, token.start(), token.end()))


def _too_large(text: Text) -> Diagnostic:
    advice = "nothing of it was read; split it into several files"
    return reading_error("GM101", "the text is larger than 1 MiB", Span(text, 0, 0), advice)


def _too_deeply(span: Span) -> Diagnostic:
    return reading_error("GM103", f"nested deeper than {MOST_DEPTH} levels", span)


def _twice(word: str, span: Span, first: Span) -> Diagnostic:
    advice = f"it stands in line {first.line} already"
    return reading_error("GM104", f"key `{shown(word)}` is given twice", span, advice)


def _odd_character(content: str) -> int | None:
    found = re.search(
        "[^\x09\x0a\x0d\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", content
    )
    return found.start() if found else None


def _too_deep(content: str) -> int | None:
    """Where a JSON text is nested too deeply, if anywhere."""
    depth, quoted, skip = 0, False, False
    for offset, char in enumerate(content):
        if skip:
            skip = False
        elif quoted:
            if char == "\\":
                skip = True
            elif char == '"':
                quoted = False
        elif char == '"':
            quoted = True
        elif char in "[{":
            depth += 1
            if depth > MOST_DEPTH:
                return offset
        elif char in "]}":
            depth -= 1
    return None
