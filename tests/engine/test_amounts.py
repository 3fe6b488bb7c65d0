"""What an exercise comes to under caps."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from glutemed.engine.amounts import Caps, fitting_step, least_of, unfit
from glutemed.model.exercise import DOSE_LIMITS, SIDES
from glutemed.model.ruleset import Ruleset
from glutemed.pipeline import load_ruleset

NUMBERS = st.lists(st.integers(0, 200))
SIDES_THAT_MAY = st.lists(st.sampled_from([(), ("left",), ("right",), SIDES]))
BUNDLED: list[Ruleset] = []


def bundled() -> Ruleset:
    if not BUNDLED:
        BUNDLED.append(load_ruleset())
    return BUNDLED[0]


@given(NUMBERS)
def test_the_least_of_numbers_is_in_them_and_none_is_less(amounts):
    found = least_of(amounts)
    assert (found is None) == (not amounts)
    assert found is None or (found in amounts and all(found <= amount for amount in amounts))


@given(SIDES_THAT_MAY)
def test_the_least_of_sides_is_what_is_in_all_of_them(amounts):
    found = least_of(amounts)
    assert (found is None) == (not amounts)
    assert found is None or set(found) == {s for s in SIDES if all(s in each for each in amounts)}


AMOUNTS = (*DOSE_LIMITS, "stage", "knee_flexion_deg")
RULES = st.dictionaries(
    st.sampled_from(AMOUNTS), st.lists(st.tuples(st.integers(0, 130), st.booleans()), min_size=1)
)
SIDED = st.lists(st.tuples(st.sampled_from([(), ("left",), ("right",), SIDES]), st.booleans()))


@given(RULES, SIDED, st.data())
def test_what_does_not_fit_for_sure_does_not_fit_what_counts(rules, sided, data):
    """So a verdict looks at what is sure only among the amounts that do not fit what counts."""
    exercise = data.draw(st.sampled_from(bundled().exercises))
    given_ = {**rules, **({"working_sides": sided} if sided else {})}
    applied: Caps = {name: least_of([at for at, _ in own]) for name, own in given_.items()}
    sure: Caps = {
        name: least_of([at for at, is_sure in own if is_sure]) for name, own in given_.items()
    }
    excluding = unfit(exercise, sure)
    assert set(excluding) <= set(unfit(exercise, applied))
    among = {name: sure[name] for name in unfit(exercise, applied)}
    assert unfit(exercise, among) == excluding


@given(RULES, st.integers(0, 9), st.data())
def test_a_step_is_earned_and_within_every_cap(rules, earned, data):
    exercise = data.draw(st.sampled_from(bundled().exercises))
    caps: Caps = {name: least_of([at for at, _ in own]) for name, own in rules.items()}
    step = fitting_step(exercise, caps, earned)
    assert 0 <= step <= min(earned, len(exercise.dose) - 1)
    for name in {*caps} & {*DOSE_LIMITS}:
        assert step == 0 or getattr(exercise.dose[step], name) <= caps[name]
