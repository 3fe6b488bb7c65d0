"""What a person types → an answer, or a sentence that says what to type instead."""

from __future__ import annotations

import re

from glutemed.cli.interview import Ask, chosen
from glutemed.model.facts import UNKNOWN, FactValue
from glutemed.model.locale import ENGLISH, Locale, message
from glutemed.model.vocabulary import FactDeclaration, Kind

# What may be typed, with commas between; English is understood in every language.
_YES = message("y, yes, yeah, yep")
_NO = message("n, no, nope")
_NONE = message("none, none of these, none of them, nothing")
_NOT_KNOWN = message("don't know, i don't know, not sure, i'm not sure, unsure, unknown, declined")
_BACK = message("back, go back, b")
_STOP = message("stop, quit, exit, end")
_SHORT = frozenset({"?", "dont know", "i dont know", "dk", "idk"})
_AND = message("and")


class NotUnderstoodError(Exception):
    """What was typed is no answer; the text says what would be."""


class OneByOneError(Exception):
    """The person wants to be asked about each item of a list by itself."""


class BackError(Exception):
    """The person wants to take back the last answer."""


class StopError(Exception):
    """The person wants no more questions now."""


def steer(typed: str, locale: Locale = ENGLISH) -> None:
    """Look for what is no answer to any question; such a word is never read as an answer.

    Raises:
        BackError: The last answer is taken back.
        StopError: The questions are to end here.
    """
    word = _plain(typed)
    if _is_one_of(word, _BACK, locale):
        raise BackError
    if _is_one_of(word, _STOP, locale):
        raise StopError


def answer(fact: FactDeclaration, typed: str, locale: Locale = ENGLISH) -> FactValue:
    """The answer to one question; `UNKNOWN` is "I don't know".

    Raises:
        NotUnderstoodError: It is no answer.
    """
    word = _plain(typed)
    if word in _SHORT or _is_one_of(word, _NOT_KNOWN, locale):
        return UNKNOWN
    if fact.kind is Kind.BOOL:
        return _yes_or_no(word, locale)
    if fact.kind is Kind.INT:
        return _whole_number(fact, word, locale)
    if fact.kind is Kind.ENUM:
        return _one_of(fact, word, locale)
    if _is_none(word, locale):
        return chosen(fact, frozenset())
    if (value := _named(fact, word, locale)) is not None:
        return chosen(fact, frozenset({value}))
    numbers = _numbers(word, len(fact.values), locale)
    return chosen(fact, frozenset(fact.values[number - 1] for number in numbers))


def answers(ask: Ask, typed: str, locale: Locale = ENGLISH) -> dict[str, FactValue]:
    """The answers to a list of red flags: which of them apply; the others do not.

    Raises:
        NotUnderstoodError: It is no answer.
        OneByOneError: The person is not sure about some of them.
    """
    apply = numbered(ask, typed, locale)
    return {fact.name: fact.name in apply for fact in ask.facts}


def numbered(ask: Ask, typed: str, locale: Locale = ENGLISH) -> frozenset[str]:
    """The names of the facts of a list whose numbers were typed.

    Raises:
        NotUnderstoodError: It is no answer.
        OneByOneError: The person is not sure about some of them.
    """
    word = _plain(typed)
    if word in _SHORT or _is_one_of(word, _NOT_KNOWN, locale):
        raise OneByOneError
    if _is_one_of(word, _YES, locale):
        raise NotUnderstoodError(
            locale.say("Which ones? Please type their numbers, such as 2 or 1, 3.")
        )
    apply = set() if _is_none(word, locale) else _numbers(word, len(ask.facts), locale)
    return frozenset(fact.name for number, fact in enumerate(ask.facts, 1) if number in apply)


def _plain(typed: str) -> str:
    return " ".join(typed.replace("’", "'").casefold().split()).rstrip(".!")


def _is_one_of(word: str, words: str, locale: Locale) -> bool:
    """Whether a word is among some that stand with commas between, in English or the language."""
    return any(
        word == _plain(known) for text in (words, locale.say(words)) for known in text.split(",")
    )


def _is_none(word: str, locale: Locale) -> bool:
    return word == "0" or _is_one_of(word, _NONE, locale) or _is_one_of(word, _NO, locale)


def _yes_or_no(word: str, locale: Locale) -> bool:
    # A word that is yes in one of the languages and no in the other is neither.
    yes, no = _is_one_of(word, _YES, locale), _is_one_of(word, _NO, locale)
    if yes is not no:
        return yes
    raise NotUnderstoodError(locale.say("Please type yes or no, or ? if you don't know."))


def _whole_number(fact: FactDeclaration, word: str, locale: Locale) -> int:
    number = word
    for unit in (fact.unit, locale.say(fact.unit)) if fact.unit else ():
        number = number.removesuffix(unit.casefold()).strip()
    if re.fullmatch(r"\d{1,9}", number, re.ASCII) and fact.least <= int(number) <= fact.most:
        return int(number)
    raise NotUnderstoodError(
        locale.say(
            "Please type a whole number from {least} to {most}, or ? if you don't know.",
            least=fact.least,
            most=fact.most,
        )
    )


def _one_of(fact: FactDeclaration, word: str, locale: Locale) -> str:
    if (value := _named(fact, word, locale)) is not None:
        return value
    numbers = _numbers(word, len(fact.values), locale, one=True)
    if len(numbers) > 1:
        raise NotUnderstoodError(locale.say("Please type one number only."))
    return fact.values[numbers.pop() - 1]


def _named(fact: FactDeclaration, word: str, locale: Locale) -> str | None:
    """The value that is meant where it is typed out and not by its number."""
    said = {fact.say(value, locale).casefold(): value for value in fact.values}
    return word if word in fact.values else said.get(word)


def _numbers(word: str, most: int, locale: Locale, *, one: bool = False) -> set[int]:
    both = "|".join(re.escape(said) for said in {_AND, locale.say(_AND)})
    several = rf"\d{{1,3}}(?:(?:\s*,\s*|\s+(?:{both})\s+|\s+|\s*;\s*)\d{{1,3}})*"
    found = set[int]()
    if re.fullmatch(several, word, re.ASCII):
        found = {int(number) for number in re.findall(r"\d+", word)}
    if not found or not all(1 <= number <= most for number in found):
        upto = locale.say("from 1 to {most}", most=most) if most > 1 else "1"
        if one:
            raise NotUnderstoodError(
                locale.say("Please type one number {range}, or ? if you don't know.", range=upto)
            )
        raise NotUnderstoodError(
            locale.say("Please type numbers {range} from the list, 0 for none, or ?.", range=upto)
        )
    return found
