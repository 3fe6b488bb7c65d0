"""Hazards stand apart from the rules, and what they read is asked."""

from __future__ import annotations

from glutemed.model.condition import leaves
from glutemed.rulebook.form import Findings
from glutemed.rulebook.parse import Draft


def check(draft: Draft, findings: Findings) -> None:
    """Report hazards on derived values (GM242), or on facts that no rule reads (GM234)."""
    derived = draft.computed
    read = {leaf.fact for rule in draft.rules for leaf in leaves(rule.condition)}
    for hazard in draft.hazards:
        for leaf in leaves(hazard.when):
            if leaf.fact in derived:
                findings.error(
                    "GM242",
                    f"hazard `{hazard.id}` reads `{leaf.fact}`, which rules derive",
                    leaf.span,
                    "a hazard stands on facts alone",
                )
            elif leaf.fact not in read:
                findings.error(
                    "GM234",
                    f"no rule reads `{leaf.fact}`, which a hazard reads",
                    leaf.span,
                    "a hazard can only be kept off where its facts are asked",
                )
