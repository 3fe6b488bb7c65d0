"""What the gate says of a fact that is not known, it says by all values that the fact may have."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glutemed.gate import NO, PERHAPS, YES, _judge
from glutemed.model.condition import ORDERED_COMPARISONS, Compare, Comparison
from glutemed.model.facts import UNKNOWN
from glutemed.model.vocabulary import FactDeclaration, Kind

NUMBER = FactDeclaration(name="n", kind=Kind.INT, label="", ask="", least=2, most=9)
WORD = FactDeclaration(
    name="w", kind=Kind.ENUM, label="", ask="", values=tuple("abc"), ordered=True
)
YES_OR_NO = FactDeclaration(name="y", kind=Kind.BOOL, label="", ask="")
OF = {NUMBER: list(range(2, 10)), WORD: list("abc"), YES_OR_NO: [False, True]}
SOME = (Comparison.IS, Comparison.IS_NOT, Comparison.IN, Comparison.NOT_IN)


@pytest.mark.parametrize("declared", OF, ids=lambda declared: declared.name)
@given(data=st.data())
def test_an_unknown_fact_is_judged_by_all_its_values(declared, data):
    ordered = () if declared is YES_OR_NO else tuple(sorted(ORDERED_COMPARISONS))
    comparison = data.draw(st.sampled_from((*SOME, *ordered)))
    constants = data.draw(st.lists(st.sampled_from(OF[declared]), min_size=1, max_size=8))
    if comparison not in (Comparison.IN, Comparison.NOT_IN):
        constants = constants[:1]
    judge = _judge(Compare("n", comparison, tuple(constants)), declared)
    said = {judge(value) for value in OF[declared]}
    assert said <= {YES, NO}
    assert judge(UNKNOWN) == (PERHAPS if len(said) == 2 else said.pop())
