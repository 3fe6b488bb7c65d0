"""Every condition fits the engine."""

from __future__ import annotations

from glutemed.reading.productions import Tangled, definitely, possibly
from glutemed.reading.runs import Variable, lower, variables
from glutemed.rulebook.form import Findings
from glutemed.rulebook.parse import Draft


def check(draft: Draft, findings: Findings) -> None:
    """Report conditions with too many alternatives for the engine (GM214)."""
    quantities = draft.quantities
    for rule in draft.rules:
        lowered = lower(rule.condition, quantities)
        stem: dict[Variable, str] = {}
        for leaf in variables(lowered):
            stem.setdefault(leaf.variable, f"v{len(stem)}")
        try:
            definitely(lowered, stem)
            possibly(lowered, stem)
        except Tangled:
            findings.error(
                "GM214",
                f"the condition of `{rule.written}` has too many alternatives",
                rule.span,
                "split the rule, or derive a value from a part of it",
            )
