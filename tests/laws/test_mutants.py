"""Each law catches its mutants, and the code that is shipped passes the same examples."""

from __future__ import annotations

import random

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glutemed.model.ruleset import Ruleset
from glutemed.testing import (
    checked,
    complete_people,
    fewer,
    laws,
    neighbours,
    people,
    plausible_people,
    reordered,
    rulebook_texts,
    rulebooks,
    shuffled,
    stricter,
)
from laws.examples import quick
from laws.mutants import APART, MUTANTS, Mutant, planted

pytestmark = [pytest.mark.law, pytest.mark.needs("durable")]

EXAMPLES = 1_000  # at the most, until a mutant is caught
UNMUTATED = 20
PERSONS = 4


def persons(data: st.DataObject, rules: Ruleset):
    for strategy in (plausible_people, plausible_people, people, plausible_people)[:PERSONS]:
        yield data.draw(strategy(rules))


def law_1(data: st.DataObject) -> None:
    rules = data.draw(rulebooks())
    for person in persons(data, rules):
        for _ in range(4):
            laws.forgetting(rules, person, data.draw(fewer(rules, person)))


def law_2(data: st.DataObject) -> None:
    rules = data.draw(rulebooks())
    for person in persons(data, rules):
        laws.restricting(rules, data.draw(stricter(rules)), person)


def law_3(data: st.DataObject) -> None:
    texts = data.draw(rulebook_texts())
    rules, same = checked(texts), checked(data.draw(shuffled(texts)))
    for person in persons(data, rules):
        laws.order_never_matters(rules, person, same, data.draw(reordered(person)))


def law_4(data: st.DataObject) -> None:
    rules = data.draw(rulebooks())
    for person in persons(data, rules):
        for other in (person, data.draw(neighbours(rules, person))):
            laws.readings_agree(rules, other)


def law_6(data: st.DataObject) -> None:
    rules = data.draw(rulebooks())
    for person in persons(data, rules):
        laws.offered_is_safe(rules, person)


def law_7(data: st.DataObject) -> None:
    rules = data.draw(rulebooks())
    for person in persons(data, rules):
        laws.no_red_flag_lets_an_exercise_out(rules, person)


def law_8(data: st.DataObject) -> None:
    rules = data.draw(rulebooks())
    for person in persons(data, rules):
        for _ in range(3):
            laws.equal_signatures_equal_outcomes(
                rules, person, data.draw(neighbours(rules, person))
            )


def law_10(data: st.DataObject) -> None:
    rules = data.draw(rulebooks())
    for _ in range(3):
        whole = data.draw(complete_people(rules))
        start = data.draw(fewer(rules, whole, declining=False))
        laws.interview_ends(rules, start, whole, data.draw(laws.reluctance(rules)))


LAWS = {1: law_1, 2: law_2, 3: law_3, 4: law_4, 6: law_6, 7: law_7, 8: law_8, 10: law_10}


@attrs.define
class Caught:
    """After how many examples a law fell."""

    examples: int = 0


def look(law: int, examples: int, caught: Caught) -> None:
    @quick(examples)
    @given(st.data())
    def body(data: st.DataObject) -> None:
        caught.examples += 1
        LAWS[law](data)

    state = random.getstate()
    try:
        body()
    finally:
        random.setstate(state)


def test_every_law_has_a_mutant() -> None:
    """No law here is without a kept mutant, and there are at least 16."""
    assert {mutant.law for mutant in MUTANTS} == set(LAWS)
    assert len(MUTANTS) >= 16


@pytest.mark.parametrize("law", sorted(LAWS))
def test_shipped_code_passes(law: int) -> None:
    """What catches the mutants lets the shipped code through."""
    look(law, UNMUTATED, Caught())


@pytest.mark.parametrize(
    "mutant", sorted(set(MUTANTS) - set(APART), key=MUTANTS.index), ids=lambda mutant: mutant.name
)
def test_the_law_catches_its_mutant(mutant: Mutant) -> None:
    """A changed operator, bound or row of shipped code breaks the law it is kept for."""
    caught = Caught()
    with planted(mutant), pytest.raises(AssertionError):
        look(mutant.law, EXAMPLES, caught)
    print(f"caught after {caught.examples}")
