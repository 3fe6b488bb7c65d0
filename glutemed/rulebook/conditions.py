"""Nodes → conditions, typed against what may be asked."""

from __future__ import annotations

from collections.abc import Mapping as Lookup

from glutemed.document import Mapping, Node, Scalar, Sequence
from glutemed.model.condition import (
    ALWAYS,
    ORDERED_COMPARISONS,
    All,
    AnyOf,
    Compare,
    Comparison,
    Condition,
    Constant,
    Not,
)
from glutemed.model.diagnostic import Span, suggestion
from glutemed.model.vocabulary import FactDeclaration, Kind
from glutemed.model.wording import shown
from glutemed.rulebook.form import Findings, elsewhere, in_truth, was

_MOST_LISTED = 12
_MOST_NEAR = 100
_TAKES_LIST = frozenset({Comparison.IN, Comparison.NOT_IN, Comparison.INCLUDES})
_WORDS = tuple(comparison.value for comparison in Comparison)
_MEANT = {
    **dict.fromkeys((">=", "min", "least", "from"), Comparison.AT_LEAST),
    **dict.fromkeys(("<=", "max", "most", "to"), Comparison.AT_MOST),
    **dict.fromkeys((">", "over", "more_than", "greater_than"), Comparison.ABOVE),
    **dict.fromkeys(("<", "under", "less_than"), Comparison.BELOW),
    **dict.fromkeys(("=", "==", "equals", "equal"), Comparison.IS),
    **dict.fromkeys(("!=", "not"), Comparison.IS_NOT),
    **dict.fromkeys(("has", "contains", "any", "any_of"), Comparison.INCLUDES),
    **dict.fromkeys(("one_of",), Comparison.IN),
}


def condition(
    node: Node | None,
    quantities: Lookup[str, FactDeclaration],
    findings: Findings,
    *,
    what: str = "fact",
    prefix: str = "",
) -> Condition:
    """A condition, over facts or over the attributes of exercises.

    Args:
        node: The mapping of a ``when:`` or a selector; nothing means always.
        quantities: What it may ask about.
        findings: Where faults go.
        what: What it asks about, to the author: "fact" or "attribute".
        prefix: What ``this.`` stands for; empty where it stands for nothing.
    """
    if node is None:
        return ALWAYS
    return _Reader(quantities, findings, what, prefix).mapping(node)


class _Reader:
    def __init__(
        self,
        quantities: Lookup[str, FactDeclaration],
        findings: Findings,
        what: str,
        prefix: str,
    ) -> None:
        self.quantities = quantities
        self.findings = findings
        self.what = what
        self.prefix = prefix

    def mapping(self, node: Node) -> Condition:
        if not isinstance(node, Mapping):
            if self.what == "fact":
                said, advice = "a condition", "like `{complaint.pain_usual: {at_least: 4}}`"
            else:
                said, advice = "a selector", "like `{target: hip_abduction}`, or `{}` for all"
            self.findings.error("GM203", f"{said} must be a mapping{was(node)}", node.span, advice)
            return ALWAYS
        parts: list[Condition] = []
        for key, value in node.entries:
            word = str(key.value)
            if word in ("all", "any"):
                children = tuple(self.listed(word, value))
                parts.append(All(children) if word == "all" else AnyOf(children))
            elif word == "not":
                parts.append(Not(self.mapping(value)))
            else:
                parts.extend(self.fact(key, value))
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def listed(self, word: str, node: Node) -> list[Condition]:
        if not isinstance(node, Sequence) or not node.items:
            self.findings.error(
                "GM203",
                f"`{word}` must be a list of conditions, with at least one",
                node.span,
                "begin each condition in a line of its own with `- `",
            )
            return []
        return [self.mapping(item) for item in node.items]

    def fact(self, key: Scalar, node: Node) -> list[Condition]:
        name = str(key.value)
        if name.startswith("this."):
            if not self.prefix:
                self.findings.error(
                    "GM215",
                    f"`{shown(name)}` speaks of one exercise, "
                    "but this does not say `each: exercise`",
                    key.span,
                    "add it to the rule, or name the exercise, as in `response.each.clamshell."
                    f"{shown(name.removeprefix('this.'))}`",
                )
                return []
            name = f"{self.prefix}.{name.removeprefix('this.')}"
        declared = self.quantities.get(name)
        if declared is None:
            self.findings.error(
                "GM210",
                f"unknown {self.what} `{shown(key.value)}`",
                key.span,
                self.known(name),
            )
            return []
        if not isinstance(node, Mapping):
            return self.compare(declared, Comparison.IS, node, key.span)
        if not node.entries:
            self.findings.error(
                "GM203", f"`{name}` is compared with nothing", key.span, "like `{at_least: 4}`"
            )
        found: list[Condition] = []
        for word, operand in node.entries:
            if word.value not in _WORDS:
                self.findings.error(
                    "GM205",
                    f"`{shown(word.value)}` is no comparison",
                    word.span,
                    _comparison(str(word.value)),
                )
                continue
            found.extend(self.compare(declared, Comparison(str(word.value)), operand, key.span))
        return found

    def known(self, name: str) -> str | None:
        """What may have been meant by an unknown name."""
        if self.what == "fact":
            close = suggestion(name, self.quantities) if len(name) <= _MOST_NEAR else None
            return close or "`glutemed facts` lists them"
        if "." in name:
            return "a selector asks about exercises alone; ask about a person in `when`"
        return suggestion(name, self.quantities) or "it may be " + ", ".join(self.quantities)

    def compare(
        self, declared: FactDeclaration, comparison: Comparison, node: Node, span: Span
    ) -> list[Condition]:
        fits = _fits(declared, comparison)
        if fits is not None:
            self.findings.error("GM211", f"`{declared.name}` {fits}", span, _advice(declared))
            return []
        if comparison in _TAKES_LIST:
            if not isinstance(node, Sequence) or not node.items:
                self.findings.error(
                    "GM203",
                    f"`{comparison}` takes a list, with at least one value",
                    node.span,
                    f"write `[{shown(node.span.snippet)}]`" if isinstance(node, Scalar) else None,
                )
                return []
            items = node.items
        else:
            items = (node,)
        constants = [self.constant(declared, item) for item in items]
        if any(constant is None for constant in constants):
            return []
        unique = tuple(dict.fromkeys(c for c in constants if c is not None))
        return [Compare(declared.name, comparison, unique, span)]

    def constant(self, declared: FactDeclaration, node: Node) -> Constant | None:
        value = node.value if isinstance(node, Scalar) else None
        if declared.kind is Kind.BOOL:
            if isinstance(value, bool):
                return value
            wanted = "true or false"
        elif declared.kind is Kind.INT:
            if isinstance(value, int) and not isinstance(value, bool):
                if declared.least <= value <= declared.most:
                    return value
                self.findings.error(
                    "GM213",
                    f"`{declared.name}` goes from {declared.least} to {declared.most}, "
                    f"so it can never be {value}",
                    node.span,
                )
                return None
            wanted = "a whole number"
        else:
            if isinstance(value, str):
                if value in declared.values:
                    return value
                can = "can never include" if declared.kind is Kind.SET else "can never be"
                advice = suggestion(value, declared.values) or _listed(declared)
                if declared.name in ("id", "family"):
                    advice = elsewhere(node.span, advice)
                self.findings.error(
                    "GM213", f"`{declared.name}` {can} `{shown(value)}`", node.span, advice
                )
                return None
            wanted = "a word"
        self.findings.error(
            "GM212",
            f"`{declared.name}` must be compared with {wanted}{was(node)}",
            node.span,
            in_truth(node) if declared.kind is Kind.BOOL else None,
        )
        return None


def _comparison(word: str) -> str:
    close = f"did you mean `{_MEANT[word]}`?" if word in _MEANT else suggestion(word, _WORDS)
    return close or "it may be " + ", ".join(_WORDS)


def _fits(declared: FactDeclaration, comparison: Comparison) -> str | None:
    if declared.kind is Kind.SET:
        return None if comparison is Comparison.INCLUDES else "is a set"
    if comparison is Comparison.INCLUDES:
        return "is no set, so it includes nothing"
    if comparison in ORDERED_COMPARISONS and not declared.is_ordered:
        return f"has no order, so `{comparison}` means nothing"
    return None


def _advice(declared: FactDeclaration) -> str:
    if declared.kind is Kind.SET:
        return "ask with `{includes: [...]}`"
    return "ask with `is`, `is_not`, `in` or `not_in`"


def _listed(declared: FactDeclaration) -> str | None:
    if declared.name in ("id", "family") and len(declared.values) > _MOST_LISTED:
        return "`glutemed exercises` lists them"
    if not 0 < len(declared.values) <= _MOST_LISTED:
        return None
    return "it may be " + ", ".join(declared.values)
