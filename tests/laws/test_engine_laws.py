"""Laws 3, 4 and 8: no order shows, all readings agree, and a signature is all there is."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glutemed.model.ruleset import Ruleset
from glutemed.testing import (
    checked,
    laws,
    neighbours,
    people,
    plausible_people,
    reordered,
    rulebook_texts,
    rulebooks,
    shuffled,
)
from laws.examples import share
from laws.mutants import APART, Mutant

pytestmark = [pytest.mark.law, pytest.mark.needs("durable")]


def digests(*names: str) -> set[str]:
    """What another process prints with each of three seeds of Python's hashes."""
    tests = Path(__file__).resolve().parent.parent
    found = set()
    for seed in ("0", "1", "4242"):
        done = subprocess.run(
            [sys.executable, "-m", "laws.elsewhere", *names],
            env={
                **os.environ,
                "PYTHONHASHSEED": seed,
                "PYTHONPATH": os.pathsep.join((str(tests), *sys.path)),
            },
            cwd=tests,
            capture_output=True,
            text=True,
            check=True,
        )
        found.add(done.stdout)
    return found


def persons(ruleset: Ruleset):
    return st.one_of(plausible_people(ruleset), people(ruleset))


@share(0.4)
@given(st.data())
def test_order_never_matters_by_any_rules(data: st.DataObject) -> None:
    """Law 3: files, what is in them, and facts in another order are answered in the same bytes."""
    texts = data.draw(rulebook_texts())
    rules, same = checked(texts), checked(data.draw(shuffled(texts)))
    for _ in range(2):
        person = data.draw(persons(rules))
        laws.order_never_matters(rules, person, same, data.draw(reordered(person)))


@share(0.6)
@given(data=st.data())
def test_order_never_matters(data: st.DataObject, bundled: Ruleset) -> None:
    """Law 3, of facts, by the bundled rules."""
    person = data.draw(persons(bundled))
    laws.order_never_matters(bundled, person, bundled, data.draw(reordered(person)))


def test_elsewhere_answers_in_the_same_bytes() -> None:
    """Law 3: the same input has the same bytes with another seed of Python's hashes."""
    assert len(digests()) == 1


@pytest.mark.parametrize("mutant", APART, ids=lambda mutant: mutant.name)
def test_elsewhere_would_show_an_order_of_sets(mutant: Mutant) -> None:
    """Law 3 catches its mutant that lets the order of a set show."""
    assert len(digests(mutant.name)) > 1


@share(0.5)
@given(st.data())
def test_readings_agree_by_any_rules(data: st.DataObject) -> None:
    """Law 4: durable-rules, cells and the specification say the same of every rule."""
    rules = data.draw(rulebooks())
    for _ in range(3):
        person = data.draw(persons(rules))
        other = data.draw(neighbours(rules, person))
        laws.readings_agree(rules, person)
        laws.readings_agree(rules, other)
        laws.same_cells_same_truths(rules, person, other)


@share(1)
@given(data=st.data())
def test_readings_agree(data: st.DataObject, bundled: Ruleset) -> None:
    """Law 4, by the bundled rules."""
    person = data.draw(persons(bundled))
    other = data.draw(neighbours(bundled, person))
    laws.readings_agree(bundled, person)
    laws.same_cells_same_truths(bundled, person, other)


@share(0.4)
@given(st.data())
def test_equal_signatures_have_equal_outcomes_by_any_rules(data: st.DataObject) -> None:
    """Law 8: equal signatures give equal outcomes, rule ids, questions and withheld facts."""
    rules = data.draw(rulebooks())
    for _ in range(3):
        person = data.draw(persons(rules))
        for _ in range(3):
            laws.equal_signatures_equal_outcomes(
                rules, person, data.draw(neighbours(rules, person))
            )


@share(1)
@given(data=st.data())
def test_equal_signatures_have_equal_outcomes(data: st.DataObject, bundled: Ruleset) -> None:
    """Law 8, by the bundled rules."""
    person = data.draw(plausible_people(bundled))
    for _ in range(3):
        other = data.draw(neighbours(bundled, person))
        laws.equal_signatures_equal_outcomes(bundled, person, other)
