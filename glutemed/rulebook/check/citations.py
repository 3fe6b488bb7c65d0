"""Every source that is cited is there."""

from __future__ import annotations

from glutemed.model.diagnostic import suggestion
from glutemed.rulebook.form import Findings
from glutemed.rulebook.parse import Draft


def check(draft: Draft, findings: Findings) -> None:
    """Report citations of sources that no file has (GM222)."""
    known = {source.id for source in draft.sources}
    for thing in (*draft.rules, *draft.exercises, *draft.hazards, *draft.conditions):
        for cited in thing.sources:
            if cited not in known:
                findings.error(
                    "GM222",
                    f"`{getattr(thing, 'written', thing.id)}` cites `{cited}`, which is no source",
                    thing.span,
                    suggestion(cited, known),
                )
