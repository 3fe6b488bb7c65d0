"""Reading a mapping key by key, strictly, with every fault collected and none raised."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from glutemed.document import Mapping, Node, Scalar, Sequence
from glutemed.model.diagnostic import Diagnostic, Severity, Span, suggestion
from glutemed.model.wording import shown

KEBAB = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*\Z")
SNAKE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*\Z")
MOST_TEXT = 2000
MOST_NAME = 100
_MOST_LISTED = 12
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_LISTED = frozenset({"fact", "condition", "rule", "exercise", "hazard", "source", "case"})
_TRUTHS = {
    **dict.fromkeys(("yes", "y", "on", "true"), "true"),
    **dict.fromkeys(("no", "n", "off", "false"), "false"),
}


def elsewhere(span: Span, close: str | None) -> str:
    """What to try where a name may stand in another file of the author's that was not given.

    Args:
        span: Where the name is.
        close: What was probably meant instead, as a help line; nothing where nothing is close.
    """
    named = shown(span.text.name)
    both = f"where another file has it, name both: `glutemed rules check OTHER.yaml {named}`"
    if not close:
        return both
    return f"{close} Or, {both}" if close.endswith("?") else f"{close}; or, {both}"


class Findings:
    """The faults found so far."""

    def __init__(self) -> None:
        self.found: list[Diagnostic] = []

    def error(self, code: str, message: str, span: Span, help: str | None = None) -> None:
        """Add a fault."""
        self.found.append(Diagnostic(code, Severity.ERROR, message, span, help))

    def warning(self, code: str, message: str, span: Span, help: str | None = None) -> None:
        """Add what stops nothing and is probably not meant."""
        self.found.append(Diagnostic(code, Severity.WARNING, message, span, help))

    def extend(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Add what another stage found."""
        self.found.extend(diagnostics)

    def sorted(self) -> tuple[Diagnostic, ...]:
        """All of them, once each, by text and place."""
        unique = {found.order: found for found in self.found}
        return tuple(unique[order] for order in sorted(unique))


class Form:
    """One mapping of a rule file: asks for keys, and at the end says which ones nobody asked for.

    Args:
        node: What should be a mapping.
        findings: Where faults go.
        what: What it is to the author: "rule", "exercise".
    """

    def __init__(self, node: Node, findings: Findings, what: str) -> None:
        self.findings = findings
        self.what = what
        self.span = node.span
        self.sound = True
        self._missing: dict[str, Diagnostic] = {}
        self._asked: set[str] = set()
        self._entries: dict[str, tuple[Scalar, Node]] = {}
        if isinstance(node, Mapping):
            self._entries = {str(key.value): (key, value) for key, value in node.entries}
        else:
            self.fault(
                "GM203",
                f"{_a(what)} must be a mapping of keys to values",
                node.span,
                "such as `id: ...`, each key in a line of its own" if what in _LISTED else None,
            )

    def fault(self, code: str, message: str, span: Span, help: str | None = None) -> None:
        """Report a fault of this mapping."""
        self.sound = False
        self.findings.error(code, message, span, help)

    def __contains__(self, key: str) -> bool:
        return key in self._entries

    def node(self, key: str, *, required: bool = True) -> Node | None:
        """The value of a key as it stands."""
        self._asked.add(key)
        if key in self._entries:
            return self._entries[key][1]
        if required and (self.sound or self._entries):
            self.fault("GM202", f"this {self.what} has no `{key}`", self.head)
            self._missing[key] = self.findings.found[-1]
        return None

    @property
    def head(self) -> Span:
        """The first key, which stands for the whole mapping in a message."""
        for key, _ in self._entries.values():
            return key.span
        return Span(self.span.text, self.span.start, self.span.start)

    def key_span(self, key: str) -> Span:
        """Where a key stands; the whole mapping's head where it does not."""
        return self._entries[key][0].span if key in self._entries else self.head

    def value_span(self, key: str) -> Span:
        """Where the value of a key stands; the whole mapping's head where it does not."""
        return self._entries[key][1].span if key in self._entries else self.head

    def text(self, key: str, *, default: str | None = None) -> str:
        """A sentence or a name: a word that is not empty."""
        node = self.node(key, required=default is None)
        if node is None:
            return default or ""
        if not isinstance(node, Scalar) or not isinstance(node.value, str):
            self.fault("GM203", f"`{key}` must be text", node.span, "put it in quotes")
            return ""
        text = " ".join(node.value.split())
        if not text:
            self.fault("GM207", f"`{key}` is empty", node.span)
        elif len(text) > MOST_TEXT:
            message = f"`{key}` must have from 1 to {MOST_TEXT} characters, has {len(text)}"
            self.fault("GM207", message, node.span)
        return text

    def name(self, key: str, pattern: re.Pattern[str], form: str) -> str:
        """An id or a name of a given form."""
        text = self.text(key)
        if text and not pattern.match(text):
            message = f"`{key}` must be {form}, was `{shown(text)}`"
            self.fault("GM206", message, self.value_span(key), _reformed(text, pattern))
            return ""
        if len(text) > MOST_NAME:
            message = f"`{key}` must have at most {MOST_NAME} characters, has {len(text)}"
            self.fault("GM206", message, self.value_span(key))
            return ""
        return text

    def choice(self, key: str, words: Iterable[str], *, default: str | None = None) -> str:
        """One of some words."""
        node = self.node(key, required=default is None)
        if node is None:
            return default or ""
        return self.one_of(node, tuple(words), f"`{key}`")

    def one_of(self, node: Node, words: tuple[str, ...], what: str) -> str:
        """A node that must be one of some words; the first of them where it is not."""
        value = node.value if isinstance(node, Scalar) else None
        if isinstance(value, str) and value in words:
            return value
        seen = f"cannot be `{shown(node.span.snippet)}`" if _simple(node) else "must be one word"
        close = suggestion(value, words) if isinstance(value, str) else None
        listed = ", ".join(words) if len(words) <= _MOST_LISTED else None
        self.fault(
            "GM205",
            f"{what} {seen}",
            node.span,
            close or (f"it may be {listed}" if listed else None),
        )
        return words[0] if words else ""

    def whole(self, key: str, least: int, most: int, *, default: int | None = None) -> int:
        """A whole number in a range."""
        node = self.node(key, required=default is None)
        if node is None:
            return least if default is None else default
        return self.number(node, least, most, f"`{key}`")

    def number(self, node: Node, least: int, most: int, what: str) -> int:
        """A node that must be a whole number in a range; ``least`` where it is not."""
        value = node.value if isinstance(node, Scalar) else None
        if isinstance(value, bool) or not isinstance(value, int):
            self.fault("GM203", f"{what} must be a whole number{was(node)}", node.span)
            return least
        if not least <= value <= most:
            self.fault("GM204", f"{what} must be from {least} to {most}, was {value}", node.span)
            return least
        return value

    def flag(self, key: str, *, default: bool) -> bool:
        """A true or a false."""
        node = self.node(key, required=False)
        if node is None:
            return default
        if not isinstance(node, Scalar) or not isinstance(node.value, bool):
            message = f"`{key}` must be true or false{was(node)}"
            self.fault("GM203", message, node.span, in_truth(node))
            return default
        return node.value

    def items(self, key: str, *, required: bool = False) -> tuple[Node, ...]:
        """A list, whatever is in it."""
        node = self.node(key, required=required)
        if node is None:
            return ()
        if not isinstance(node, Sequence):
            advice = "begin each item in a line of its own with `- `"
            if isinstance(node, Scalar) and node.value is not None and _simple(node):
                advice = f"write `[{shown(node.span.snippet)}]`"
            self.fault("GM203", f"`{key}` must be a list", node.span, advice)
            return ()
        return node.items

    def texts(self, key: str, *, least: int, most: int) -> tuple[str, ...]:
        """A list of texts."""
        return tuple(text for text, _ in self.placed(key, least=least, most=most))

    def placed(self, key: str, *, least: int, most: int) -> tuple[tuple[str, Span], ...]:
        """A list of texts, each with its place."""
        items = self.items(key, required=least > 0)
        found = []
        for item in items:
            if isinstance(item, Scalar) and isinstance(item.value, str) and item.value.strip():
                found.append((" ".join(item.value.split()), item.span))
            else:
                advice = "put each in quotes" if isinstance(item, Scalar) else None
                self.fault("GM203", f"`{key}` must be a list of texts", item.span, advice)
        is_list = isinstance(self._entries.get(key, (None, None))[1], Sequence)
        if is_list and not least <= len(items) <= most:
            self.fault(
                "GM204",
                f"`{key}` must have from {least} to {most} items, has {len(items)}",
                self.key_span(key),
            )
        return tuple(found)

    def choices(
        self, key: str, words: tuple[str, ...], *, least: int, most: int
    ) -> tuple[str, ...]:
        """A list of some words."""
        found = self.placed(key, least=least, most=most)
        for word, span in found:
            if word not in words:
                self.one_of(Scalar(word, span), words, f"`{key}`")
        return tuple(word for word, _ in found if word in words)

    def close(self) -> bool:
        """Report the keys that nobody asked for; whether all was sound."""
        for key, (name, _) in self._entries.items():
            if key not in self._asked:
                close = suggestion(key, self._asked - self._entries.keys())
                self.fault(
                    "GM201",
                    f"unknown key `{shown(key)}` in {_a(self.what)}",
                    name.span,
                    close or self._may_have(),
                )
                for missed in [missed for missed in self._missing if close and missed in close]:
                    if close == f"did you mean `{missed}`?":  # one fault is enough to say so
                        self.findings.found.remove(self._missing.pop(missed))
        return self.sound

    def _may_have(self) -> str | None:
        more = sorted(self._asked - self._entries.keys())
        return "it may also have " + ", ".join(more) if more else "nothing else may stand here"


def mappings(node: Node) -> Iterator[tuple[Scalar, Node]]:
    """The entries of a node that is a mapping; nothing of any other."""
    if isinstance(node, Mapping):
        yield from node.entries


def was(node: Node) -> str:
    """What an author wrote instead, where that is one word."""
    return f", was `{shown(node.span.snippet)}`" if _simple(node) and node.span.snippet else ""


def in_truth(node: Node) -> str | None:
    """What to write for a yes or a no."""
    value = node.value if isinstance(node, Scalar) else None
    meant = _TRUTHS.get(value.lower()) if isinstance(value, str) else None
    return f"write `{meant}`, without quotes" if meant else None


def _simple(node: Node) -> bool:
    return isinstance(node, Scalar) and "\n" not in node.span.snippet


def _a(what: str) -> str:
    return f"{'an' if what[0] in 'aeiou' else 'a'} {what}" if what[0] != "`" else what


def _reformed(text: str, pattern: re.Pattern[str]) -> str | None:
    """The same name in the form that is asked for, where that is easy."""
    words = [word for word in re.split(r"[^a-z0-9.]+", _HUMP.sub("-", text).lower()) if word]
    return next(
        (f"did you mean `{sign.join(words)}`?" for sign in "-_" if pattern.match(sign.join(words))),
        None,
    )
