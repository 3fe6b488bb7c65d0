"""Answers ↔ symbols: which come in which order, and how likely each is.

One walk through the vocabulary serves both ways. What it asks for next rests only on what it has
met before, so that a reader meets the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

import attrs

from glutemed.answer_code.symbols import Coder
from glutemed.model.facts import UNKNOWN, FactValue, Members
from glutemed.model.vocabulary import FactDeclaration, Kind, Vocabulary

# How likely an answer is, in parts. What is guessed badly makes a code longer, never false.
_FLAGS = (54, 4, 4, 2)  # every red flag denied; none answered; most denied; most unanswered
_FLAG = ((), (), (2, 2, 58, 2), (58, 2, 2, 2))  # unanswered, declined, no, yes
_ANY_SINGLE = (60, 4)  # no exercise has an answer of its own; some have
_SINGLE = (48, 16)
_FIELD = (6, 2, 56)
_DUE = (14, 2, 48)  # unanswered, declined, answered
_NOT_DUE = (62, 1, 1)
_REST = (62, 2)  # of a set: whether the rest was declined
_SILENT_MEMBER = (56, 7, 1)  # in neither; in it; said not to be in it
_MEMBER = (6, 8, 50)
_EVEN_TO = 256

_DENIED, _NOTHING, _MOST_DENIED, _MOST_OPEN = range(4)
_UNANSWERED, _DECLINED, _ANSWERED = range(3)


@attrs.define
class Said:
    """Answers by the full name of their fact; a reader fills it.

    Args:
        values: What was answered.
        declined: What was asked and not answered; of a set, its rest.
    """

    values: dict[str, FactValue] = attrs.field(factory=dict)
    declined: set[str] = attrs.field(factory=set)

    def state(self, name: str) -> int:
        """Whether a fact is answered, declined, or neither."""
        if name in self.values:
            return _ANSWERED
        return _DECLINED if name in self.declined else _UNANSWERED

    def any_of(self, facts: Iterable[FactDeclaration]) -> int:
        """1 where something is said of some facts, else 0."""
        return int(any(self.state(fact.name) for fact in facts))


def walk(coder: Coder, vocabulary: Vocabulary, said: Said) -> None:
    """Say what is in ``said``; or, where the coder reads, put what it reads into it."""
    _red_flags(coder, vocabulary.red_flags, said)
    singles: dict[str, list[FactDeclaration]] = {}
    for fact in vocabulary:
        if fact.name.startswith("response.each."):
            singles.setdefault(fact.name.rpartition(".")[0], []).append(fact)
        elif not fact.red_flag:
            _answer(coder, fact, said, _DUE if _is_due(fact, said) else _NOT_DUE)
    every = [fact for facts in singles.values() for fact in facts]
    if not every or not coder.symbol(_ANY_SINGLE, lambda: said.any_of(every)):
        return
    for facts in singles.values():
        _single(coder, facts, said)


def _single(coder: Coder, facts: list[FactDeclaration], said: Said) -> None:
    """The answers about one exercise."""
    if coder.symbol(_SINGLE, lambda: said.any_of(facts)):
        for fact in facts:
            _answer(coder, fact, said, _FIELD)


def _red_flags(coder: Coder, flags: tuple[FactDeclaration, ...], said: Said) -> None:
    def meant() -> int:
        if all(said.values.get(flag.name) is False for flag in flags):
            return _DENIED
        states = [said.state(flag.name) for flag in flags]
        if not any(states):
            return _NOTHING
        return _MOST_OPEN if 2 * states.count(_UNANSWERED) > len(states) else _MOST_DENIED

    together = coder.symbol(_FLAGS, meant)
    if together == _DENIED:
        said.values.update((flag.name, False) for flag in flags)
    elif together != _NOTHING:
        for flag in flags:
            _red_flag(coder, flag.name, said, _FLAG[together])


def _red_flag(coder: Coder, name: str, said: Said, likely: tuple[int, ...]) -> None:
    found = coder.symbol(likely, lambda: said.state(name) + (said.values.get(name) is True))
    if found == _DECLINED:
        said.declined.add(name)
    elif found >= _ANSWERED:
        said.values[name] = found > _ANSWERED


def _is_due(fact: FactDeclaration, said: Said) -> bool:
    """Whether the answer that this fact is asked after leaves it to be asked."""
    if not fact.after:
        return True
    before = said.values.get(fact.after, UNKNOWN)
    return before is not UNKNOWN and before is not False and before != 0


def _answer(coder: Coder, fact: FactDeclaration, said: Said, likely: tuple[int, int, int]) -> None:
    name = fact.name
    state = coder.symbol(likely, lambda: said.state(name))
    if state == _DECLINED:
        said.declined.add(name)
    elif state == _ANSWERED:
        if fact.kind is Kind.SET:
            said.values[name] = _members(coder, fact, said)
            if coder.symbol(_REST, lambda: int(name in said.declined)):
                said.declined.add(name)
        else:
            said.values[name] = _value(coder, fact, said)


def _value(coder: Coder, fact: FactDeclaration, said: Said) -> FactValue:
    name = fact.name
    if fact.kind is Kind.BOOL:
        return bool(coder.even(2, lambda: int(said.values[name] is True)))
    if fact.kind is Kind.ENUM:
        return fact.values[
            coder.even(len(fact.values), lambda: fact.values.index(said.values[name]))
        ]
    return fact.least + _whole(coder, fact.most - fact.least + 1, fact, said)


def _whole(coder: Coder, size: int, fact: FactDeclaration, said: Said) -> int:
    """A number from 0 to below ``size``; of a wide range, small ones cost less."""

    def meant() -> int:
        value = said.values[fact.name]
        assert isinstance(value, int)
        return value - fact.least

    if size <= _EVEN_TO:
        return coder.even(size, meant)
    length = coder.even((size - 1).bit_length() + 1, lambda: meant().bit_length())
    if length < 2:
        return length
    top = 1 << length - 1
    return top + coder.even(top, lambda: meant() - top)


def _members(coder: Coder, fact: FactDeclaration, said: Said) -> Members:
    places: tuple[set[str], ...] = (set(), set(), set())
    for word in fact.values:
        likely = _SILENT_MEMBER if word in fact.silent_absent else _MEMBER
        places[coder.symbol(likely, partial(_place, fact.name, word, said))].add(word)
    return Members(places[1], places[2])


def _place(name: str, word: str, said: Said) -> int:
    value = said.values[name]
    assert isinstance(value, Members)
    return 1 if word in value.present else 2 if word in value.absent else 0
