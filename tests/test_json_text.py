"""JSON is read strictly: nothing that is said is dropped, and nothing is a number that is none."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glutemed.json_text import value_of

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(value=values)
def test_what_the_library_writes_is_read_as_it_was(value):
    assert value_of(json.dumps(value)) == value


@pytest.mark.parametrize(
    "text", ['{"a": 1, "a": 1}', '[{"b": {"a": 1, "a": 2}}]', "NaN", "[-Infinity]", "{", ""]
)
def test_a_key_that_stands_twice_and_a_number_that_is_none_are_refused(text):
    with pytest.raises(ValueError):  # which it is does not matter to anybody
        value_of(text)
