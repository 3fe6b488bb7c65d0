"""Every source that is cited is there."""

from __future__ import annotations

from glutemed.model.diagnostic import suggestion
from glutemed.model.exercise import Exercise
from glutemed.model.rule import Hazard, Rule
from glutemed.model.ruleset import HealthCondition
from glutemed.rulebook.form import Findings
from glutemed.rulebook.parse import Draft


def check(draft: Draft, findings: Findings) -> None:
    """Report citations of sources that no file has (GM222)."""
    known = {source.id for source in draft.sources}
    things: tuple[Rule | Exercise | Hazard | HealthCondition, ...]
    things = (*draft.rules, *draft.exercises, *draft.hazards, *draft.conditions)
    for thing in things:
        for cited in thing.sources:
            if cited not in known:
                findings.error(
                    "GM222",
                    f"`{getattr(thing, 'written', thing.id)}` cites `{cited}`, which is no source",
                    thing.span,
                    suggestion(cited, known),
                )
