"""A derived value or score is concluded only by the pack that declares it.

Otherwise an added pack could add points below zero to a score that a bundled referral reads, and
so switch it off.
"""

from __future__ import annotations

from glutemed.reading.specification import concluded
from glutemed.rulebook.form import Findings
from glutemed.rulebook.parse import Draft


def check(draft: Draft, findings: Findings) -> None:
    """Report rules that derive or score what another pack declares (GM247)."""
    computed = draft.computed
    for rule in draft.rules:
        name = concluded(rule)
        if name is not None and computed[name].pack != rule.pack:
            findings.error(
                "GM247",
                f"`{rule.written}` concludes on `{name}`, which belongs to `{computed[name].pack}`",
                rule.span,
                "declare a value of your own",
            )
