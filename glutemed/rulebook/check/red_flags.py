"""Every red flag leads to a referral."""

from __future__ import annotations

from glutemed.model.condition import leaves
from glutemed.model.rule import Derive, Refer, Score
from glutemed.rulebook.form import Findings
from glutemed.rulebook.parse import Draft


def check(draft: Draft, findings: Findings) -> None:
    """Report red flags that no referral reads, directly or through a derived value (GM235)."""
    read = {
        leaf.fact
        for rule in draft.rules
        if isinstance(rule.conclusion, Refer)
        for leaf in leaves(rule.condition)
    }
    grown = True
    while grown:
        more = {
            leaf.fact
            for rule in draft.rules
            if isinstance(rule.conclusion, (Derive, Score)) and rule.conclusion.name in read
            for leaf in leaves(rule.condition)
        }
        grown = not more <= read
        read |= more
    for fact in draft.vocabulary:
        if fact.red_flag and fact.name not in read:
            findings.error(
                "GM235",
                f"no referral reads the red flag `{fact.name}`",
                fact.span,
                "add a rule that refers when it is true",
            )
