"""Text, mapping or attrs object → facts, strictly, with every fault at once; and back.

Messages name facts and what is allowed; they never repeat a value, which is health data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from collections.abc import Mapping as Lookup
from typing import Any

import attrs

from glutemed.document import (
    MOST_DEPTH,
    Mapping,
    Node,
    Scalar,
    Sequence,
    compose,
    compose_json,
    from_plain,
)
from glutemed.model.condition import Truth, leaves
from glutemed.model.diagnostic import Diagnostic, Severity, Span, Text, suggestion
from glutemed.model.facts import UNKNOWN, Facts, FactValue, Members, fault
from glutemed.model.vocabulary import Contradiction, FactDeclaration, Kind, Vocabulary
from glutemed.model.wording import shown
from glutemed.reading.truth import Situation, truth

_CODES = {Kind.BOOL: "GM402", Kind.INT: "GM402", Kind.ENUM: "GM404", Kind.SET: "GM404"}
_SET_KEYS = ("present", "absent", "rest")
_MOST_SUGGESTED = 50
_MOST_NEAR = 100

Found = tuple[Facts | None, tuple[Diagnostic, ...]]


def read_text(text: Text, vocabulary: Vocabulary, *, is_json: bool = False) -> Found:
    """Facts from YAML or JSON text, or None, and everything that is wrong with it.

    Args:
        text: Nested or dotted keys; ``unknown`` and ``declined`` are words that any fact may have.
        vocabulary: The facts of the ruleset.
        is_json: JSON, where null means unknown.
    """
    node, found = (compose_json if is_json else compose)(text)
    if found:
        return None, found
    if node is None:
        return Facts(), ()
    return _read(node, vocabulary, null_is_unknown=is_json)


def read_mapping(values: Lookup[str, Any], vocabulary: Vocabulary) -> Found:
    """Facts from a mapping, nested or dotted; None means unknown."""
    span = Span(Text("facts", ""), 0, 0)
    try:
        node = from_plain(_plain(values, MOST_DEPTH), span)
    except _TooDeep:
        message = f"nested deeper than {MOST_DEPTH} levels"
        return None, (Diagnostic("GM103", Severity.ERROR, message, span),)
    return _read(node, vocabulary, null_is_unknown=True)


def misfits(facts: Facts, vocabulary: Vocabulary) -> tuple[Diagnostic, ...]:
    """What is wrong with facts that were made as objects, for one ruleset."""
    span = Span(Text("facts", ""), 0, 0)
    found = []
    for name, value in facts.known():
        if name not in vocabulary:
            found.append(_unknown(name, span, vocabulary))
        else:
            wrong = fault(vocabulary[name], value)
            if wrong:
                found.append(_wrong(vocabulary[name], wrong, span))
    for name in sorted(facts.declined):
        if name not in vocabulary:
            found.append(_unknown(name, span, vocabulary))
    return tuple(sorted(found, key=lambda diagnostic: diagnostic.message))


def contradictions(
    facts: Facts, vocabulary: Vocabulary
) -> Iterator[tuple[FactDeclaration, Contradiction]]:
    """The answers that cannot be right beside others, each with the fact that was answered.

    Only what is known contradicts: what is unknown or declined may still be as the other answer
    says. So nobody contradicts themselves by saying less.
    """
    situation = Situation(vocabulary.facts, facts, {})
    for name, value in facts.known():
        if value is UNKNOWN or name not in vocabulary:
            continue
        declared = vocabulary[name]
        for found in declared.contradicts:
            if truth(found.when, situation) is Truth.TRUE:
                yield declared, found


def contradicted(facts: Facts, vocabulary: Vocabulary) -> tuple[Diagnostic, ...]:
    """What contradicts itself in facts that were made as objects."""
    span = Span(Text("facts", ""), 0, 0)
    return tuple(_contradiction(*found, span) for found in contradictions(facts, vocabulary))


def to_dict(facts: Facts) -> dict[str, Any]:
    """Facts as a nested dict of plain values, without the unknown ones; `read_mapping` undoes it.

    A set is a list where nothing more is said of it, else ``{"present": [...], "absent": [...]}``,
    with ``"rest": "declined"`` where the rest was asked and not answered.
    """
    nested: dict[str, Any] = {}
    stated: dict[str, Any] = {**dict.fromkeys(facts.declined, "declined"), **facts.stated()}
    for name in sorted(stated):
        *path, last = split(name)
        inner = nested
        for part in path:
            inner = inner.setdefault(part, {})
        value = stated[name]
        if isinstance(value, Members):
            value = _members_out(value, declined=name in facts.declined)
        inner[last] = value
    return nested


def split(name: str) -> list[str]:
    """The keys under which a fact stands in a nested file."""
    if name.startswith("response.each."):
        exercise, _, field = name.removeprefix("response.each.").rpartition(".")
        return ["response", "each", exercise, field]
    return list(name.split(".", 1))


def _members_out(members: Members, *, declined: bool) -> Any:
    if not members.absent and not declined:
        return sorted(members.present)
    rest = {"rest": "declined"} if declined else {}
    return {"present": sorted(members.present), "absent": sorted(members.absent), **rest}


class _TooDeep(Exception):
    pass


def _plain(value: Any, depth: int) -> Any:
    if isinstance(value, (Lookup, list, tuple)) and depth == 0:
        raise _TooDeep
    if isinstance(value, Lookup):
        return {str(key): _plain(item, depth - 1) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item, depth - 1) for item in value]
    if isinstance(value, Members):
        return {"present": sorted(value.present), "absent": sorted(value.absent)}
    if isinstance(value, (set, frozenset)):
        return sorted(value, key=str)
    if attrs.has(type(value)) and not isinstance(value, type):
        return {
            field.name: _plain(getattr(value, field.name), depth - 1)
            for field in attrs.fields(type(value))
        }
    return "unknown" if value is UNKNOWN else value


def _read(node: Node, vocabulary: Vocabulary, *, null_is_unknown: bool) -> Found:
    reader = _Reader(vocabulary, null_is_unknown)
    if isinstance(node, Mapping):
        reader.walk(node, "")
    else:
        reader.error("GM408", "facts must be a mapping of names to values", node.span)
    reader.expand()
    if reader.found:
        found = sorted(reader.found, key=lambda diagnostic: diagnostic.order)
        return None, tuple(found)
    try:
        facts = Facts.of(reader.values, reader.declined)
    except ValueError as error:
        return None, (Diagnostic("GM402", Severity.ERROR, str(error), node.span),)
    for declared, contradiction in contradictions(facts, vocabulary):
        span = reader.places.get(declared.name, reader.clear or node.span)
        reader.found.append(_contradiction(declared, contradiction, span))
    if reader.found:
        return None, tuple(sorted(reader.found, key=lambda diagnostic: diagnostic.order))
    return facts, ()


class _Reader:
    def __init__(self, vocabulary: Vocabulary, null_is_unknown: bool) -> None:
        self.vocabulary = vocabulary
        self.null_is_unknown = null_is_unknown
        self.values: dict[str, FactValue] = {}
        self.declined: set[str] = set()
        self.found: list[Diagnostic] = []
        self.places: dict[str, Span] = {}
        self.clear: Span | None = None
        self.groups = {
            ".".join(parts[:size])
            for parts in (split(fact.name) for fact in vocabulary)
            for size in range(1, len(parts))
        }
        self.unknown = 0

    def error(self, code: str, message: str, span: Span, help: str | None = None) -> None:
        self.found.append(Diagnostic(code, Severity.ERROR, message, span, help))

    def walk(self, node: Mapping, prefix: str) -> None:
        for key, value in node.entries:
            name = f"{prefix}{key.value}"
            if name == "screening" and isinstance(value, Scalar) and value.value == "clear":
                self.clear = key.span
            elif name in self.vocabulary:
                self.fact(self.vocabulary[name], key.span, value)
            elif name not in self.groups:
                self.unknown += 1
                if isinstance(value, Mapping) and (close := _near(name, self.groups)):
                    self.error("GM401", f"no facts are under `{shown(name)}`", key.span, close)
                    continue
                known = self.vocabulary if self.unknown <= _MOST_SUGGESTED else None
                self.found.append(_unknown(name, key.span, known))
            elif isinstance(value, Mapping):
                self.walk(value, f"{name}.")
            elif not isinstance(value, Scalar) or not self.says_unknown(value):
                clear = "`clear`, or " if name == "screening" else ""
                message = f"`{name}` must be {clear}a mapping of facts"
                self.error("GM408", message, value.span, "`glutemed facts` lists them")

    def says_unknown(self, node: Scalar) -> bool:
        return node.value == "unknown" or (node.value is None and self.null_is_unknown)

    def fact(self, declared: FactDeclaration, span: Span, node: Node) -> None:
        name = declared.name
        if name in self.places:
            self.error(
                "GM405",
                f"`{name}` is given twice, once nested and once dotted",
                span,
                f"it stands in line {self.places[name].line} already",
            )
            return
        self.places[name] = span
        if isinstance(node, Scalar):
            if self.says_unknown(node):
                return
            if node.value == "declined":
                self.declined.add(name)
                return
            if node.value is None:
                self.error(
                    "GM406",
                    f"`{name}` has no value",
                    span,
                    "write `unknown` where it is not known, `declined` where it was not answered",
                )
                return
            value: Any = node.value
        else:
            value = self.members(declared, node)
            if value is None:
                return
        wrong = fault(declared, value)
        if wrong:
            close = _near(value, declared.values) if isinstance(value, str) else None
            self.found.append(_wrong(declared, wrong, node.span, close))
        else:
            self.values[name] = value

    def members(self, declared: FactDeclaration, node: Sequence | Mapping) -> Members | None:
        if declared.kind is not Kind.SET:
            self.found.append(_wrong(declared, _wants(declared), node.span))
            return None
        parts: dict[str, Node] = {"present": node}
        if isinstance(node, Mapping):
            parts = {str(key.value): value for key, value in node.entries}
            for key, _ in node.entries:
                if key.value not in _SET_KEYS:
                    self.error(
                        "GM401",
                        f"`{declared.name}` has no part `{shown(key.value)}`",
                        key.span,
                        "it may have `present`, `absent` and `rest`",
                    )
                    return None
        rest = parts.pop("rest", None)
        if isinstance(rest, Scalar) and rest.value == "declined":
            self.declined.add(declared.name)
        elif rest is not None and not (isinstance(rest, Scalar) and rest.value == "unknown"):
            self.error(
                "GM404", f"the `rest` of `{declared.name}` must be declined or unknown", rest.span
            )
            return None
        words: dict[str, set[str]] = {"present": set(), "absent": set()}
        sound = True
        for part, listed in parts.items():
            items = listed.items if isinstance(listed, Sequence) else None
            if items is None or not all(
                isinstance(item, Scalar) and isinstance(item.value, str) for item in items
            ):
                self.found.append(_wrong(declared, "must be a list of words", listed.span))
                sound = False
                continue
            for item in items:
                assert isinstance(item, Scalar)
                if item.value not in declared.values:
                    self.unknown += 1
                    near = declared.values if self.unknown <= _MOST_SUGGESTED else ()
                    self.error(
                        "GM404",
                        f"`{declared.name}` has a word that it may not have",
                        item.span,
                        _near(str(item.value), near) or _choices(declared),
                    )
                    sound = False
                words[part].add(str(item.value))
        if not sound:
            return None
        if words["present"] & words["absent"]:
            self.error("GM409", f"`{declared.name}` has a word both present and absent", node.span)
            return None
        return Members(present=words["present"], absent=words["absent"])

    def expand(self) -> None:
        """``screening: clear`` → a named answer for each red flag."""
        if self.clear is None:
            return
        for flag in self.vocabulary.red_flags:
            if self.values.get(flag.name) is True:
                self.error(
                    "GM407",
                    f"`screening: clear` stands beside a positive `{flag.name}`",
                    self.clear,
                    "answer each red flag by its name",
                )
            elif flag.name not in self.declined and flag.name not in self.places:
                self.values[flag.name] = False


def _wants(declared: FactDeclaration) -> str:
    wanted: dict[Kind, Callable[[], str]] = {
        Kind.BOOL: lambda: "must be true or false",
        Kind.INT: lambda: "must be a whole number",
        Kind.ENUM: lambda: "must be one of " + ", ".join(declared.values),
        Kind.SET: lambda: "must be a list of words",
    }
    return wanted[declared.kind]()


def _choices(declared: FactDeclaration) -> str | None:
    return "it may have " + ", ".join(declared.values) if declared.values else None


def _wrong(
    declared: FactDeclaration, wrong: str, span: Span, close: str | None = None
) -> Diagnostic:
    code = "GM403" if wrong.startswith("must be from") else _CODES[declared.kind]
    unit = f" ({declared.unit})" if declared.unit and code == "GM403" else ""
    form = ""
    if code == "GM402" and declared.kind is Kind.BOOL:
        form = "write `true` or `false`, without quotes: "
    elif wrong == "must be a list of words":
        form = "write words in brackets, like `[a, b]`, or `[]` for none: "
    message = f"`{declared.name}` {wrong}{unit}"
    use = close if declared.kind is Kind.ENUM else None
    return Diagnostic(code, Severity.ERROR, message, span, use or f"{form}{declared.ask}" or None)


def _contradiction(declared: FactDeclaration, found: Contradiction, span: Span) -> Diagnostic:
    others = dict.fromkeys(leaf.fact for leaf in leaves(found.when) if leaf.fact != declared.name)
    against = " and ".join(f"`{name}`" for name in others)
    message = f"`{declared.name}` contradicts {against}"
    return Diagnostic("GM410", Severity.ERROR, message, span, found.because)


def _unknown(name: str, span: Span, vocabulary: Vocabulary | None) -> Diagnostic:
    close = vocabulary.nearest(name) if vocabulary and len(name) <= _MOST_NEAR else None
    return Diagnostic(
        "GM401",
        Severity.ERROR,
        f"unknown fact `{shown(name)}`",
        span,
        close or "`glutemed facts` lists them",
    )


def _near(word: str, known: Iterable[str]) -> str | None:
    return suggestion(word, known) if len(word) <= _MOST_NEAR else None
