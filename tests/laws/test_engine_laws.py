"""Laws 3, 4 and 8: no order shows, all readings agree, and a signature is all there is."""

from __future__ import annotations

import os
import subprocess
import sys

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

pytestmark = [pytest.mark.law, pytest.mark.needs("durable")]

# Fixed people from this package's own generator, decided in a process of their own.
_ANOTHER_PROCESS = """
import hashlib
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from glutemed.pipeline import load_ruleset, recommend
from glutemed.render.json import as_json
from glutemed.testing import checked, people, plausible_people, rulebook_texts

bundled, seen = load_ruleset(), hashlib.sha256()

@settings(max_examples=12, derandomize=True, database=None, deadline=None,
          phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(st.data())
def decide(data):
    rules = checked(data.draw(rulebook_texts()))
    for ruleset in (bundled, rules):
        for strategy in (plausible_people, people):
            outcome = recommend(data.draw(strategy(ruleset)), ruleset)
            seen.update(as_json(outcome).encode())

decide()
print(seen.hexdigest())
"""


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


@share(0.2)
@given(data=st.data())
def test_order_never_matters(data: st.DataObject, bundled: Ruleset) -> None:
    """Law 3, of facts, by the bundled rules."""
    person = data.draw(persons(bundled))
    laws.order_never_matters(bundled, person, bundled, data.draw(reordered(person)))


def test_another_process_answers_in_the_same_bytes() -> None:
    """Law 3: the same input has the same bytes with another seed of Python's hashes."""
    found = set()
    for seed in ("0", "1", "4242"):
        done = subprocess.run(
            [sys.executable, "-c", _ANOTHER_PROCESS],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        )
        found.add(done.stdout)
    assert len(found) == 1


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


@share(0.5)
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
            laws.equal_signatures_equal_outcomes(rules, person, data.draw(neighbours(rules, person)))


@share(0.4)
@given(data=st.data())
def test_equal_signatures_have_equal_outcomes(data: st.DataObject, bundled: Ruleset) -> None:
    """Law 8, by the bundled rules."""
    person = data.draw(plausible_people(bundled))
    for _ in range(3):
        other = data.draw(neighbours(bundled, person))
        laws.equal_signatures_equal_outcomes(bundled, person, other)
