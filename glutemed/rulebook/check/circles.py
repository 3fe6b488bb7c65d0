"""No derived value or score rests on itself, and no question waits for itself."""

from __future__ import annotations

from glutemed.model.vocabulary import FactDeclaration
from glutemed.reading.specification import Circular, strata
from glutemed.rulebook.form import Findings
from glutemed.rulebook.parse import Draft


def check(draft: Draft, findings: Findings) -> None:
    """Report values that are derived, and facts that are asked, in a circle (GM232)."""
    try:
        strata(draft.rules, frozenset(draft.computed))
    except Circular as circular:
        path = " → ".join(f"`{name}`" for name in (*circular.names, circular.names[0]))
        span = draft.computed[circular.names[0]].span
        findings.error("GM232", f"derived in a circle: {path}", span)
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
