"""Answers ↔ symbols: which come in which order, and how likely each is.

One walk through the vocabulary serves both ways. What it asks for next rests only on what it has
met before, so that a reader meets the same.
"""

from __future__ import annotations

from functools import partial

from glutemed.answer_code.responses import EACH, walk_responses
from glutemed.answer_code.said import ANSWERED, DECLINED, UNANSWERED, Said
from glutemed.answer_code.symbols import Coder
from glutemed.model.facts import UNKNOWN, FactValue, Members
from glutemed.model.ruleset import Ruleset
from glutemed.model.vocabulary import FactDeclaration, Kind

# How likely an answer is, in parts. What is guessed badly makes a code longer, never false.
_FLAGS = (54, 4, 4, 2)  # every red flag denied; none answered; most denied; most unanswered
_FLAG = ((), (), (2, 2, 58, 2), (58, 2, 2, 2))  # unanswered, declined, no, yes
_DUE = (14, 2, 48)  # unanswered, declined, answered
_NOT_DUE = (62, 1, 1)
_NOT_DUE_RESPONSE = (32, 1, 31)  # a diary tells it all the same
_REST = (62, 2)  # of a set: whether the rest was declined
_SILENT_MEMBER = (56, 7, 1)  # in neither; in it; said not to be in it
_MEMBER = (6, 8, 50)
_FEWER_TO = 16  # up to so many numbers the first are likelier: pain, mornings, weeks of a break
_EVEN_TO = 256
_RESPONSE = "response."

_DENIED, _NOTHING, _MOST_DENIED, _MOST_OPEN = range(4)


def walk(coder: Coder, ruleset: Ruleset, said: Said) -> None:
    """Say what is in ``said``; or, where the coder reads, put what it reads into it."""
    _red_flags(coder, ruleset.vocabulary.red_flags, said)
    for fact in ruleset.vocabulary:
        if not fact.red_flag and not fact.name.startswith(EACH):
            _answer(coder, fact, said, _likely(fact, said))
    walk_responses(coder, ruleset, said)


def _red_flags(coder: Coder, flags: tuple[FactDeclaration, ...], said: Said) -> None:
    def meant() -> int:
        if all(said.values.get(flag.name) is False for flag in flags):
            return _DENIED
        states = [said.state(flag.name) for flag in flags]
        if not any(states):
            return _NOTHING
        return _MOST_OPEN if 2 * states.count(UNANSWERED) > len(states) else _MOST_DENIED

    together = coder.symbol(_FLAGS, meant)
    if together == _DENIED:
        said.values.update((flag.name, False) for flag in flags)
    elif together != _NOTHING:
        for flag in flags:
            _red_flag(coder, flag.name, said, _FLAG[together])


def _red_flag(coder: Coder, name: str, said: Said, likely: tuple[int, ...]) -> None:
    found = coder.symbol(likely, lambda: said.state(name) + (said.values.get(name) is True))
    if found == DECLINED:
        said.declined.add(name)
    elif found >= ANSWERED:
        said.values[name] = found > ANSWERED


def _is_due(fact: FactDeclaration, said: Said) -> bool:
    """Whether the answer that this fact is asked after leaves it to be asked."""
    if not fact.after:
        return True
    before = said.values.get(fact.after, UNKNOWN)
    return before is not UNKNOWN and before is not False and before != 0


def _likely(fact: FactDeclaration, said: Said) -> tuple[int, int, int]:
    if _is_due(fact, said):
        return _DUE
    return _NOT_DUE_RESPONSE if fact.name.startswith(_RESPONSE) else _NOT_DUE


def _answer(coder: Coder, fact: FactDeclaration, said: Said, likely: tuple[int, int, int]) -> None:
    name = fact.name
    state = coder.symbol(likely, lambda: said.state(name))
    if state == DECLINED:
        said.declined.add(name)
    elif state == ANSWERED:
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

    if size <= _FEWER_TO:
        return coder.symbol(tuple(1 + 24 // (1 + place) for place in range(size)), meant)
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
