"""Where the pain lights change, as the rules have it."""

from __future__ import annotations

import attrs

from glutemed.model.ruleset import Ruleset
from glutemed.reading.runs import lower, variables

PAIN = "response.worst_pain_during"


@attrs.frozen
class Bounds:
    """The most pain in a session that is green, and the most that is amber, from 0 to 10."""

    green: int
    amber: int
    most: int


def bounds(ruleset: Ruleset) -> Bounds | None:
    """Where the lights change: the two thresholds that the rules have for pain in a session.

    None where the rules have fewer or more of them, so that nothing is made up.
    """
    if PAIN not in ruleset.vocabulary:
        return None
    fact = ruleset.vocabulary[PAIN]
    starts: set[int] = set()
    for rule in ruleset.rules:
        for leaf in variables(lower(rule.condition, ruleset.quantities)):
            if leaf.variable.fact == PAIN:
                starts |= {first for first, _ in leaf.runs} | {last + 1 for _, last in leaf.runs}
    inside = sorted(start for start in starts if fact.least < start <= fact.most)
    if len(inside) != 2:
        return None
    return Bounds(green=inside[0] - 1, amber=inside[1] - 1, most=fact.most)
