"""Answers as a data frame say what the answers say, word for word."""

from __future__ import annotations

import attrs
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.exceptions import PolarsError

from glutemed.population.frames import Words, every_word, frame
from glutemed.population.rows import EXERCISE_COLUMNS, Row

WORDS = Words(
    outcome=pl.Enum(["programme", "referral", "questions"]),
    urgency=pl.Enum(["routine", "emergency"]),
    to=pl.Enum(["gp", "surgeon"]),
    exercise=pl.Enum(["bridge", "clamshell"]),
    side=pl.Enum(["both", "left"]),
    rule=pl.Enum(["a/b", "a/c", "d/e"]),
    fact=pl.Enum(["person.age", "equipment.step"]),
    ruleset=pl.Enum(["0a1b"]),
)


def some(kind):
    return st.lists(st.sampled_from(kind.categories.to_list()), max_size=4).map(tuple)


small, large = st.integers(0, 255), st.integers(0, 65_535)
prescribed = st.tuples(
    st.sampled_from(["bridge", "clamshell"]),
    *(small if kind == "UTINYINT" else large for _, kind in EXERCISE_COLUMNS[1:-1]),
    st.sampled_from(["both", "left"]),
)
answers = st.builds(
    Row,
    outcome=st.sampled_from(["programme", "referral", "questions"]),
    urgency=st.sampled_from([None, "routine", "emergency"]),
    to=some(WORDS.to),
    stage=st.none() | small,
    sessions_per_week=st.none() | small,
    review_weeks=st.none() | small,
    exercises=st.lists(prescribed, max_size=3).map(tuple),
    rules=some(WORDS.rule),
    questions=some(WORDS.fact),
)


@pytest.mark.law
@given(st.lists(answers, max_size=6))
def test_a_frame_says_what_the_answers_say(rows):
    made = frame(rows, WORDS)
    assert dict(made.schema) == WORDS.kinds
    names = [name for name, _ in EXERCISE_COLUMNS]
    for row, said in zip(rows, made.iter_rows(named=True), strict=True):
        assert said.pop("ruleset") == "0a1b"
        wanted = {field.name: getattr(row, field.name) for field in attrs.fields(Row)}
        wanted["referred_to"] = wanted.pop("to")
        wanted["exercises"] = [dict(zip(names, one, strict=True)) for one in row.exercises]
        for name in ("referred_to", "rules", "questions"):
            wanted[name] = list(wanted[name])
        assert said == wanted


@pytest.mark.parametrize(
    "row",
    [
        Row(outcome="perhaps"),
        Row(outcome="referral", urgency="soon"),
        Row(outcome="referral", to=("barber",)),
        Row(outcome="questions", questions=("person.name",)),
        Row(outcome="programme", rules=("a/z",)),
        Row(outcome="programme", exercises=(("plank", 1, 1, 0, 0, 1, 0, "both"),)),
        Row(outcome="programme", stage=256),
    ],
)
def test_what_no_column_can_hold_is_never_written_as_something_else(row):
    with pytest.raises((PolarsError, TypeError, OverflowError)):
        frame([row], WORDS)


def test_the_words_of_the_rules_are_known_beforehand(ruleset):
    words = every_word(ruleset, Row(outcome="referral", to=("somebody",), rules=("own/one",)))
    assert {"own/one", *(rule.written for rule in ruleset.rules)} <= set(words.rule.categories)
    assert {hazard.id for hazard in ruleset.hazards} <= set(words.rule.categories)
    assert {"gp", "somebody"} <= set(words.to.categories)
    assert words.fact.categories.to_list() == list(ruleset.vocabulary.facts)
