"""What the engine keeps of one person is right for every other to whom it is given."""

from __future__ import annotations

import random

import attrs
import pytest

from glutemed.engine.engine import Engine
from glutemed.engine.join import WITHHELD, Join
from glutemed.intake import contradictions
from glutemed.model.condition import Compare, leaves
from glutemed.model.decision import Decision
from glutemed.model.errors import FactsInvalid
from glutemed.model.facts import UNKNOWN, Facts, FactValue, Members
from glutemed.model.ruleset import Ruleset
from glutemed.model.vocabulary import FactDeclaration, Kind
from glutemed.pipeline import load_ruleset
from glutemed.reading.specification import read
from glutemed.reading.truth import holds

PERSONS = 24


@pytest.fixture(scope="module")
def bundled() -> Ruleset:
    return load_ruleset()


def answer(dice: random.Random, fact: FactDeclaration) -> FactValue:
    if fact.kind is Kind.BOOL:
        return dice.random() < 0.2
    if fact.kind is Kind.ENUM:
        return dice.choice(fact.values)
    if fact.kind is Kind.SET:
        return Members(present=dice.sample(fact.values, min(len(fact.values), dice.randint(0, 2))))
    return min(fact.most, fact.least + dice.choice((0, 1, 2, 3, 5, 8, 30)))


def anybody(dice: random.Random, ruleset: Ruleset) -> Facts:
    """Somebody who has answered most questions, and contradicted themselves in none."""
    values: dict[str, FactValue] = {}
    for fact in ruleset.vocabulary:
        if fact.name.startswith("response.each."):
            known = dice.random() < 0.1
        else:
            known = dice.random() < 0.85
        if known:
            values[fact.name] = False if fact.red_flag else answer(dice, fact)
    while True:
        facts = Facts.of(values)
        wrong = {declared.name for declared, _ in contradictions(facts, ruleset.vocabulary)}
        if not wrong:
            return facts
        values = {name: value for name, value in values.items() if name not in wrong}


def meeting(leaf: Compare, ruleset: Ruleset) -> FactValue:
    """A value of which a comparison holds."""
    fact = ruleset.vocabulary[leaf.fact]
    if fact.kind is Kind.SET:
        return Members(present=[str(constant) for constant in leaf.constants])
    possible = {Kind.BOOL: (False, True), Kind.INT: range(fact.least, fact.most + 1)}
    return next(v for v in possible.get(fact.kind, fact.values) if holds(v, leaf, fact))


def withheld(decision: Decision) -> list[str]:
    return [name for name, found in decision.verdicts.items() if found.standing is WITHHELD]


def test_a_warm_engine_decides_as_one_that_met_nobody(bundled: Ruleset):
    """Verdicts are kept by the truths of the rules they rest on; each is made anew beside."""
    dice = random.Random(11)
    warm = Engine(bundled)
    standings = set()
    for _ in range(PERSONS):
        person = anybody(dice, bundled)
        decision = warm.decide(person)
        anew = Join(bundled).decision(
            read(bundled, person),
            declined=person.declined,
            answered=decision.answered,
            red_flags=decision.red_flags,
            decided_by=decision.decided_by,
            failures=(),
        )
        assert decision == anew
        standings |= {verdict.standing for verdict in decision.verdicts.values()}
    assert WITHHELD in standings
    assert len(standings) >= 4


def test_a_verdict_rests_on_the_rules_by_which_it_is_kept(bundled: Ruleset):
    """Turning the truth of any other rule round does not change a verdict."""
    dice = random.Random(12)
    join = Join(bundled)
    reading = read(bundled, anybody(dice, bundled))
    stage = join._limiting("stage", join.programme["stage"]).of(reading.truths)
    for exercise in bundled.exercises[::9]:
        mine = set(join._concerning(join.by_exercise[exercise.id]))
        before = join._verdict(exercise, reading, stage)
        for place in range(len(bundled.rules)):
            if place not in mine:
                truths = list(reading.truths)
                truths[place] = truths[place].opposite
                changed = attrs.evolve(reading, truths=tuple(truths))
                assert join._verdict(exercise, changed, stage) == before


def test_what_a_withheld_exercise_waits_for_is_each_persons_own(bundled: Ruleset):
    """Two people of whom the rules say the same may still wait for different facts."""
    join = Join(bundled)
    dice, warm = random.Random(11), Engine(bundled)
    people = (anybody(dice, bundled) for _ in range(PERSONS))
    person = next(each for each in people if withheld(warm.decide(each)))
    reading = read(bundled, person)
    other = frozenset({"person.age"})
    waits = tuple(other if own else own for own in reading.waits)
    elsewhere = attrs.evolve(reading, waits=waits)
    given = {"declined": frozenset(), "answered": 0, "red_flags": 1}
    given |= {"decided_by": (), "failures": ()}
    first, second = (join.decision(each, **given) for each in (reading, elsewhere))
    for name in withheld(first):
        assert first.verdicts[name].waits != ("person.age",)
        assert second.verdicts[name].waits == ("person.age",)


def test_a_decision_is_kept_for_everybody_in_the_same_situation(
    bundled: Ruleset, monkeypatch: pytest.MonkeyPatch
):
    """The shards are not asked again; whoever is in another situation gets one of their own."""
    warm = Engine(bundled)
    first = Facts.of({"person.age": 30, "complaint.weeks": 8})
    second = Facts.of({"person.age": 31, "complaint.weeks": 8})
    assert warm.cells(first) == warm.cells(second)
    decision = warm.decide(first)
    monkeypatch.setattr(warm, "_read", None)
    assert warm.decide(second) is decision
    for other in (
        Facts.of({"person.age": 30}),
        Facts.of({"person.age": 30, "complaint.weeks": 8, "screening.hot_swollen_knee": False}),
        Facts.of({"person.age": 30, "complaint.weeks": 8}, declined=["history.unsteady"]),
    ):
        with pytest.raises(TypeError):
            warm.decide(other)


def test_who_contradicts_themselves_is_refused_by_an_engine_that_met_their_neighbours(
    bundled: Ruleset,
):
    """Each is refused although all but the fact that contradicts was decided about before."""
    warm, tried = Engine(bundled), 0
    for _, found in bundled.vocabulary.contradictions:
        values = {leaf.fact: meeting(leaf, bundled) for leaf in leaves(found.when)}
        person = Facts.of(values)
        if not list(contradictions(person, bundled.vocabulary)):
            continue  # it asks for what is not so
        for name in values:
            near = person.with_fact(name, UNKNOWN)
            if not list(contradictions(near, bundled.vocabulary)):
                warm.decide(near)
        with pytest.raises(FactsInvalid):
            warm.decide(person)
        tried += 1
    assert tried > 100
