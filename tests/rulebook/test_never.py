"""What is called impossible is impossible: held against every person there can be."""

from __future__ import annotations

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from glutemed.model.condition import All, Compare, Comparison, Condition, Truth
from glutemed.model.facts import Members
from glutemed.model.vocabulary import FactDeclaration, Kind
from glutemed.reading.runs import lower
from glutemed.reading.truth import Situation, truth
from glutemed.rulebook.check.examples import Given
from glutemed.rulebook.check.never import can_hold
from glutemed.testing.conditions import conditions

FACTS = {
    fact.name: fact
    for fact in (
        FactDeclaration(name="a.pain", kind=Kind.INT, label="pain", ask="?", least=0, most=6),
        FactDeclaration(name="a.allergy", kind=Kind.BOOL, label="allergy", ask="?"),
        FactDeclaration(name="a.side", kind=Kind.ENUM, label="side", ask="?", values=("l", "r")),
        FactDeclaration(name="a.bands", kind=Kind.SET, label="bands", ask="?", values=("x", "y")),
    )
}
SETS = [Members(("x", "y")[:n], ("x", "y")[n:]) for n in range(3)] + [Members(["y"], ["x"])]
EVERYBODY = [
    dict(zip(FACTS, values, strict=True))
    for values in product(range(7), (True, False), ("l", "r"), SETS)
]
PAIN = st.builds(
    Compare,
    st.just("a.pain"),
    st.sampled_from(
        [Comparison.AT_LEAST, Comparison.AT_MOST, Comparison.ABOVE, Comparison.BELOW, Comparison.IS]
    ),
    st.integers(0, 6).map(lambda number: (number,)),
)


def holds_for_somebody(condition: Condition) -> bool:
    return any(
        truth(condition, Situation(FACTS, Given(person), {})) is Truth.TRUE for person in EVERYBODY
    )


@given(conditions(FACTS.values()), conditions(FACTS.values()))
def test_what_cannot_hold_holds_for_nobody(first: Condition, second: Condition) -> None:
    both = All((first, second))
    if not can_hold(lower(both, FACTS)):
        assert not holds_for_somebody(both)


@given(st.lists(PAIN, min_size=1, max_size=4))
def test_of_one_fact_every_contradiction_is_seen(parts: list[Compare]) -> None:
    both = All(tuple(parts))
    assert can_hold(lower(both, FACTS)) == holds_for_somebody(both)
