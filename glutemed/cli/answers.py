"""What a person types → an answer, or a sentence that says what to type instead."""

from __future__ import annotations

import re

from glutemed.cli.interview import Ask, chosen
from glutemed.model.facts import UNKNOWN, FactValue
from glutemed.model.vocabulary import FactDeclaration, Kind

_YES = frozenset({"y", "yes", "yeah", "yep"})
_NO = frozenset({"n", "no", "nope"})
_NONE = frozenset({"0", "none", "none of these", "none of them", "nothing", *_NO})
_NOT_KNOWN = frozenset(
    {"?", "don't know", "dont know", "i don't know", "i dont know", "dk", "idk", "not sure"}
    | {"i'm not sure", "unsure", "unknown", "declined"}
)
_NUMBERS = re.compile(r"\d{1,3}(?:(?:\s*,\s*|\s+and\s+|\s+|\s*;\s*)\d{1,3})*\Z", re.ASCII)


class NotUnderstoodError(Exception):
    """What was typed is no answer; the text says what would be."""


class OneByOneError(Exception):
    """The person wants to be asked about each red flag of a list by itself."""


def answer(fact: FactDeclaration, typed: str) -> FactValue:
    """The answer to one question; `UNKNOWN` is "I don't know".

    Raises:
        NotUnderstoodError: It is no answer.
    """
    word = _plain(typed)
    if word in _NOT_KNOWN:
        return UNKNOWN
    if fact.kind is Kind.BOOL:
        return _yes_or_no(word)
    if fact.kind is Kind.INT:
        return _whole_number(fact, word)
    if fact.kind is Kind.ENUM:
        return _one_of(fact, word)
    if word in _NONE:
        return chosen(fact, frozenset())
    if (value := _named(fact, word)) is not None:
        return chosen(fact, frozenset({value}))
    return chosen(fact, frozenset(fact.values[n - 1] for n in _numbers(word, len(fact.values))))


def answers(ask: Ask, typed: str) -> dict[str, FactValue]:
    """The answers to a list of red flags: which of them apply; the others do not.

    Raises:
        NotUnderstoodError: It is no answer.
        OneByOneError: The person is not sure about some of them.
    """
    word = _plain(typed)
    if word in _NOT_KNOWN:
        raise OneByOneError
    if word in _YES:
        raise NotUnderstoodError("Which ones? Please type their numbers, such as 2 or 1, 3.")
    apply = set() if word in _NONE else _numbers(word, len(ask.facts))
    return {fact.name: number in apply for number, fact in enumerate(ask.facts, 1)}


def _plain(typed: str) -> str:
    return " ".join(typed.replace("’", "'").casefold().split()).rstrip(".!")


def _yes_or_no(word: str) -> bool:
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise NotUnderstoodError("Please type yes or no, or ? if you don't know.")


def _whole_number(fact: FactDeclaration, word: str) -> int:
    number = word.removesuffix(fact.unit).strip() if fact.unit else word
    if re.fullmatch(r"\d{1,9}", number, re.ASCII) and fact.least <= int(number) <= fact.most:
        return int(number)
    raise NotUnderstoodError(
        f"Please type a whole number from {fact.least} to {fact.most}, or ? if you don't know."
    )


def _one_of(fact: FactDeclaration, word: str) -> str:
    if (value := _named(fact, word)) is not None:
        return value
    numbers = _numbers(word, len(fact.values), one=True)
    if len(numbers) > 1:
        raise NotUnderstoodError("Please type one number only.")
    return fact.values[numbers.pop() - 1]


def _named(fact: FactDeclaration, word: str) -> str | None:
    """The value that is meant where it is typed out and not by its number."""
    said = {fact.say(value).casefold(): value for value in fact.values}
    return word if word in fact.values else said.get(word)


def _numbers(word: str, most: int, *, one: bool = False) -> set[int]:
    found = {int(number) for number in re.findall(r"\d+", word)} if _NUMBERS.match(word) else set()
    if not found or not all(1 <= number <= most for number in found):
        upto = "1" if most == 1 else f"from 1 to {most}"
        if one:
            raise NotUnderstoodError(f"Please type one number {upto}, or ? if you don't know.")
        raise NotUnderstoodError(f"Please type numbers {upto} from the list, 0 for none, or ?.")
    return found
