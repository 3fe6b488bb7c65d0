"""Checks of a whole rulebook, one a module; each is a function from a draft to its findings."""

from __future__ import annotations

from glutemed.rulebook.check import (
    cases,
    circles,
    citations,
    examples,
    figures,
    hazards,
    ladders,
    never,
    owners,
    red_flags,
    size,
)
from glutemed.rulebook.form import Findings
from glutemed.rulebook.parse import Draft


def structure(draft: Draft, findings: Findings) -> None:
    """What can be checked although other things are wrong."""
    citations.check(draft, findings)
    circles.check(draft, findings)
    owners.check(draft, findings)
    ladders.check(draft, findings)
    figures.check(draft, findings)


def meaning(draft: Draft, findings: Findings) -> None:
    """What can be checked only where the structure is sound."""
    size.check(draft, findings)
    red_flags.check(draft, findings)
    hazards.check(draft, findings)
    examples.check(draft, findings)
    cases.check(draft, findings)
    never.check(draft, findings)
