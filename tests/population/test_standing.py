"""What sorts people says of every exercise what the engine's join says."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glutemed.engine.join import Join
from glutemed.engine.signature import open_rules
from glutemed.model.condition import Truth
from glutemed.model.decision import Standing
from glutemed.model.frozen import Frozen
from glutemed.model.rule import Contraindicate, Refer
from glutemed.population.answers import FALSE, TRUE, UNKNOWN, truth_of
from glutemed.population.standing import Judge
from glutemed.reading.specification import Reading
from glutemed.testing import rulebooks

NEVER = {Standing.CONTRAINDICATED, Standing.NOT_INDICATED}
OUT = NEVER | {Standing.EXCLUDED, Standing.UNAVAILABLE}
NOTHING: frozenset[str] = frozenset()
SOMETHING = frozenset({"person.age"})


def check(ruleset, seed) -> None:
    """Whatever the rules may say, whether or not there is a person of whom they say it."""
    judge, join, dice = Judge(ruleset), Join(ruleset), np.random.default_rng(seed)
    codes = dice.integers(FALSE, UNKNOWN + 1, size=(len(ruleset.rules), 40)).astype(np.uint16)
    for place, rule in enumerate(ruleset.rules):
        if isinstance(rule.conclusion, Refer):
            codes[place] = FALSE  # else nobody would ask how exercises stand
        elif isinstance(rule.conclusion, Contraindicate):
            codes[place] *= dice.random(40) < 0.2  # else hardly any would be left
    found = judge.standings(codes)
    some = dice.permutation(len(ruleset.rules))[: dice.integers(1, len(ruleset.rules) + 1)]
    open_ = np.zeros(codes.shape, dtype=np.bool_)
    open_[some] = judge.open(some.tolist(), codes[some], found)
    for column in range(codes.shape[1]):
        truths = tuple(truth_of(code) for code in codes[:, column].tolist())
        waits = tuple(SOMETHING if said is Truth.UNKNOWN else NOTHING for said in truths)
        decision = join.decision(
            Reading(truths, waits, Frozen({})),
            declined=frozenset(),
            answered=0,
            red_flags=0,
            decided_by=(),
            failures=(),
        )
        for row, exercise in enumerate(ruleset.exercises):
            verdict = decision.verdicts[exercise.id]
            assert found.offered[row, column] == (verdict.standing is Standing.OFFERED)
            assert found.out[row, column] == (verdict.standing in OUT)
            assert found.never[row, column] == (verdict.standing in NEVER)
            assert found.demerits[row, column] == verdict.demerits
        places = np.flatnonzero(open_[:, column]).tolist()
        asked = {ruleset.rules[place].id for place in some.tolist()}
        wanted = {rule.id for rule in open_rules(ruleset, decision)} & asked
        assert {ruleset.rules[place].id for place in places} == wanted


@pytest.mark.law
@settings(max_examples=80)
@given(st.data())
def test_exercises_stand_where_the_join_puts_them_on_generated_rulebooks(data):
    check(data.draw(rulebooks()), data.draw(st.integers(0, 1_000)))


@pytest.mark.parametrize("seed", range(5))
def test_exercises_stand_where_the_join_puts_them_on_the_real_rulebook(ruleset, seed):
    check(ruleset, seed)


def test_codes_say_the_three_truths():
    assert [truth_of(code) for code in (FALSE, TRUE, UNKNOWN, UNKNOWN + 7)] == [
        Truth.FALSE,
        Truth.TRUE,
        Truth.UNKNOWN,
        Truth.UNKNOWN,
    ]
