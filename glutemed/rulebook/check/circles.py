"""No derived value or score rests on itself, and no question waits for itself."""

from __future__ import annotations

from glutemed.model.vocabulary import FactDeclaration
from glutemed.reading.specification import Circular, strata
from glutemed.rulebook.form import Findings
from glutemed.rulebook.parse import Draft


def check(draft: Draft, findings: Findings) -> None:
    """Report values that are derived, and facts that are asked, in a circle (GM232) or too long a chain (GM214)."""
    try:
        strata(draft.rules, frozenset(draft.computed))
    except RecursionError:  # a chain of hundreds, which no reader could follow either
        first = min(draft.computed.values(), key=lambda value: value.name)
        findings.error(
            "GM214",
            f"`{first.name}` and others rest on each other in too long a chain",
            first.span,
            "derive the later values from facts",
        )
    except Circular as circular:
        start = circular.names.index(min(circular.names))
        names = (*circular.names[start:], *circular.names[: start + 1])
        path = " → ".join(f"`{name}`" for name in names)
        findings.error(
            "GM232",
            f"derived in a circle: {path}",
            draft.computed[names[0]].span,
            "the rules that derive each of them read the next",
        )
    for fact in draft.vocabulary:
        if fact.after and _returns(fact, draft):
            findings.error("GM232", f"`{fact.name}` is asked only after itself", fact.span)


def _returns(fact: FactDeclaration, draft: Draft) -> bool:
    seen: set[str] = set()
    before = fact.after
    while before and before not in seen and before in draft.vocabulary:
        if before == fact.name:
            return True
        seen.add(before)
        before = draft.vocabulary[before].after
    return False
