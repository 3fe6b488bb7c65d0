"""No derived value or score rests on itself."""

from __future__ import annotations

from glutemed.reading.specification import Circular, strata
from glutemed.rulebook.form import Findings
from glutemed.rulebook.parse import Draft


def check(draft: Draft, findings: Findings) -> None:
    """Report values that are derived in a circle (GM232)."""
    values = draft.computed
    try:
        strata(draft.rules, frozenset(values))
    except Circular as circular:
        path = " → ".join(f"`{name}`" for name in (*circular.names, circular.names[0]))
        findings.error(
            "GM232",
            f"derived in a circle: {path}",
            values[circular.names[0]].span,
            "the rules that derive each of them read the next",
        )
