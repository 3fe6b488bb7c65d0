"""What is kept of one person's programme is right for every other to whom it is given."""

from __future__ import annotations

from random import Random

import pytest

from glutemed.model.condition import leaves
from glutemed.model.errors import HazardBroken
from glutemed.model.vocabulary import Kind
from glutemed.pipeline import ready
from glutemed.population.columns import Form, Given
from glutemed.population.coordinates import coordinates
from glutemed.population.groups import Groups

SEED = 20_261_123
FORM = {Kind.BOOL: Form.BOOL, Kind.INT: Form.WHOLE, Kind.SET: Form.LIST}


def let_through(check, *given):
    try:
        return check(*given)
    except HazardBroken:
        return "broken"


@pytest.mark.law
def test_the_gate_lets_through_whom_it_lets_through_alone(ruleset):
    """A prescriber asks the gate once for all who are one to the hazards that bite."""
    read = {leaf.fact for hazard in ruleset.hazards for leaf in leaves(hazard.when)}
    given = [
        Given(fact.name, "c", FORM.get(fact.kind, Form.TEXT))
        for fact in ruleset.vocabulary
        if fact.name in read
    ]
    known = coordinates(ruleset, given, None)
    prescriber = Groups(ready(ruleset).engine, known).prescriber
    dice, ids = Random(SEED), [hazard.id for hazard in ruleset.hazards]
    assert len(prescriber.watched) > 20
    kinds = [frozenset(dice.sample(ids, dice.randint(1, 6))) for _ in range(30)]
    seen = set()
    for _ in range(3_000):
        bites = dice.choice(kinds)
        # Most are well, else hardly anybody would be let through.
        states = bytes(
            dice.randint(0, known.axes[v].intervals) if dice.random() < 0.05 else 0
            for v in prescriber.watched
        )
        person = known.facts(dict(zip(prescriber.watched, states, strict=True)), {})
        alone = let_through(lambda b, p: prescriber.gate.check(b, p) is None, bites, person)
        assert let_through(prescriber._passes, bites, states) == alone
        seen.add(alone)
    assert seen == {True, False, "broken"}
