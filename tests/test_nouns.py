"""A noun is what `attrs.frozen` would have made of the class: equal where it would be, and as text."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Iterator

import attrs
import pytest

from glutemed.model.condition import Compare, Comparison
from glutemed.model.diagnostic import NOWHERE, Span, Text
from glutemed.model.noun import noun
from glutemed.model.rule import Rule
from glutemed.model.ruleset import Ruleset
from glutemed.pipeline import load_ruleset


@noun
class Bare:
    """Nothing in it."""


@noun(kw_only=True)
class One:
    """One attribute."""

    only: int


def plain(made: type) -> type:
    """The class that `attrs.frozen` makes of the same fields."""
    fields = {f.name: attrs.field(eq=f.eq, repr=f.repr) for f in attrs.fields(made)}
    return attrs.make_class(made.__qualname__, fields, frozen=True, eq=True, repr=True)


def within(one: object) -> Iterator[object]:
    """Every noun in a value, the value itself among them."""
    if isinstance(one, (tuple, list, frozenset)):
        for item in one:
            yield from within(item)
    elif isinstance(one, dict):
        yield from within(tuple(one.values()))
    elif attrs.has(type(one)) and not isinstance(one, Text):
        yield one
        for field in attrs.fields(type(one)):
            yield from within(getattr(one, field.name))


@pytest.fixture(scope="module")
def bundled() -> Ruleset:
    return load_ruleset()


@pytest.fixture(scope="module")
def nouns(bundled: Ruleset) -> dict[type, list[object]]:
    """Some values of each class that the bundled rules are made of."""
    found: dict[type, list[object]] = {}
    for one in within((bundled.rules[::5], bundled.exercises[:9], bundled.figures[:5])):
        kept = found.setdefault(type(one), [])
        if len(kept) < 40:
            kept.append(one)
    assert len(found) > 20
    return found


def test_nouns_are_written_as_attrs_writes_them(nouns: dict[type, list[object]]):
    for made, values in nouns.items():
        twin = plain(made)
        for one in values:
            given = {f.name: getattr(one, f.name) for f in attrs.fields(made)}
            assert repr(one) == repr(twin(**given))


def test_nouns_are_equal_where_attrs_would_have_them_equal(nouns: dict[type, list[object]]):
    for made, values in nouns.items():
        twin = plain(made)
        twins = [
            twin(**{f.name: getattr(one, f.name) for f in attrs.fields(made)}) for one in values
        ]
        for one, its in zip(values, twins, strict=True):
            same = [other == one for other in values]
            assert same == [other == its for other in twins]
            assert not any(other != one for other, equal in zip(values, same, strict=True) if equal)
            assert one != its


def test_equal_nouns_have_one_hash():
    text = Text("a", "b")
    here = Compare("person.age", Comparison.IS, (3,), Span(text, 0, 1))
    there = Compare("person.age", Comparison.IS, (3,), NOWHERE)
    other = Compare("person.age", Comparison.IS, (4,), NOWHERE)
    assert here == there
    assert hash(here) == hash(there)
    assert {here: 1}[there] == 1
    assert here != other
    assert here != ("person.age", Comparison.IS, (3,))


def test_a_noun_of_no_or_one_attribute_is_whole():
    assert Bare() == Bare()
    assert hash(Bare()) == hash(Bare())
    assert repr(Bare()) == "Bare()"
    assert One(only=3) == One(only=3) != One(only=4)
    assert repr(One(only=3)) == "One(only=3)"
    assert len({One(only=3), One(only=3), One(only=4)}) == 2
    assert Bare() != One(only=3)


def test_a_noun_cannot_change():
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        One(only=3).only = 4


def test_a_noun_can_be_copied_pickled_and_evolved(bundled: Ruleset):
    rule = bundled.rules[0]
    assert isinstance(rule, Rule)
    assert copy.deepcopy(rule) == rule
    assert pickle.loads(pickle.dumps(rule)) == rule
    assert attrs.evolve(rule, because="Another one.") != rule
