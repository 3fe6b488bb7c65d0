"""What a case names is there, and its facts can be so."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import attrs

from glutemed.document import Mapping, Node, Scalar, Sequence
from glutemed.model.diagnostic import Span, suggestion
from glutemed.model.facts import Members, fault
from glutemed.model.vocabulary import RESERVED_VALUES, FactDeclaration, Kind, Vocabulary
from glutemed.model.wording import shown
from glutemed.rulebook.form import Findings
from glutemed.rulebook.parse import Draft

_EXERCISES = ("has", "lacks", "unavailable")
_BY_EXERCISE = ("withheld", "contraindicated", "depth", "dose")
_PARTS = ("present", "absent", "rest")
_NESTED = 3


@attrs.frozen
class _Names:
    facts: Vocabulary
    exercises: frozenset[str]
    rules: frozenset[str]


def check(draft: Draft, findings: Findings) -> None:
    """Report exercises, rules and facts that a case names and no file has (GM245)."""
    made = {name for rule in draft.rules for name in (rule.id, rule.written)}
    for hazard in draft.hazards:
        made.add(hazard.id)
    for exercise in draft.exercises:
        made.update(f"exercises/{exercise.id}{part}" for part in ("", "//needs"))
    ids = frozenset(exercise.id for exercise in draft.exercises)
    names = _Names(draft.vocabulary, ids, frozenset(made))
    for page in draft.pages:
        for node in page.sections["cases"]:
            _facts(_part(node, "facts"), "", names.facts, findings)
            _expected(_part(node, "expect"), names, findings)


def _expected(expect: Node | None, names: _Names, findings: Findings) -> None:
    def need(word: Scalar, known: Collection[str], what: str) -> None:
        if word.value not in known:
            message = f"no {what} is called `{shown(word.value)}`"
            findings.error("GM245", message, word.span, suggestion(str(word.value), known))

    for key in _EXERCISES:
        for word in _words(_part(expect, key)):
            need(word, names.exercises, "exercise")
    for key in _BY_EXERCISE:
        for word, given in _entries(_part(expect, key)):
            need(word, names.exercises, "exercise")
            for named in _words(given) if key in ("withheld", "contraindicated") else ():
                if key == "withheld":
                    need(named, tuple(names.facts.facts), "fact")
                else:
                    need(named, names.rules, "rule")
    for word in (*_words(_part(expect, "asks")), *_word(_part(expect, "asks_first"))):
        need(word, tuple(names.facts.facts), "fact")
    for word in _words(_part(expect, "because")):
        need(word, names.rules, "rule")


def _facts(node: Node | None, prefix: str, known: Vocabulary, findings: Findings) -> None:
    for key, value in _entries(node):
        name = f"{prefix}{key.value}"
        if name in known:
            _fact(known[name], value, findings)
        elif name == "screening" and isinstance(value, Scalar) and value.value == "clear":
            continue
        elif isinstance(value, Mapping) and prefix.count(".") < _NESTED:
            _facts(value, f"{name}.", known, findings)
        else:
            message = f"no fact is called `{shown(name)}`"
            findings.error("GM245", message, key.span, suggestion(name, known.facts))


def _fact(declared: FactDeclaration, node: Node, findings: Findings) -> None:
    """Report a value that a fact cannot have."""
    if isinstance(node, Scalar):
        if node.value not in RESERVED_VALUES:
            _judge(declared, node.value, node.span, findings)
    elif declared.kind is not Kind.SET:
        _judge(declared, None, node.span, findings)
    else:
        lists = [part for _, part in _entries(node)] if isinstance(node, Mapping) else [node]
        for part, _ in _entries(node):
            if part.value not in _PARTS:
                message = f"`{declared.name}` has no part `{shown(part.value)}`"
                advice = "it may have " + ", ".join(f"`{known}`" for known in _PARTS)
                findings.error("GM245", message, part.span, advice)
        for word in (word for part in lists for word in _words(part)):
            _judge(declared, Members(present=[str(word.value)]), word.span, findings)


def _judge(declared: FactDeclaration, value: object, span: Span, findings: Findings) -> None:
    wrong = fault(declared, value)
    if wrong:
        findings.error("GM245", f"`{declared.name}` {wrong}", span)


def _part(node: Node | None, key: str) -> Node | None:
    return node.get(key) if isinstance(node, Mapping) else None


def _entries(node: Node | None) -> Iterator[tuple[Scalar, Node]]:
    if isinstance(node, Mapping):
        yield from node.entries


def _words(node: Node | None) -> Iterator[Scalar]:
    for item in node.items if isinstance(node, Sequence) else ():
        yield from _word(item)


def _word(node: Node | None) -> Iterator[Scalar]:
    if isinstance(node, Scalar):
        yield node
