"""The reading in words: conditions as a person would say them, in English or another language.

Each comparison is one message with its label and its value, so that a language may order them as it
likes. Conditions are told without a clause around them, so that they fit after a colon and in
brackets in any language.
"""

from __future__ import annotations

from collections.abc import Mapping

from glutemed.model.condition import All, AnyOf, Compare, Comparison, Condition, Not
from glutemed.model.facts import UNKNOWN, FactValue, Members
from glutemed.model.locale import ENGLISH, Locale, message
from glutemed.model.vocabulary import FactDeclaration, Kind

_SAYS = {
    Comparison.IS: message("{label} is {value}"),
    Comparison.IS_NOT: message("{label} is not {value}"),
    Comparison.IN: message("{label} is {value}"),
    Comparison.NOT_IN: message("{label} is not {value}"),
    Comparison.AT_LEAST: message("{label} is at least {value}"),
    Comparison.AT_MOST: message("{label} is at most {value}"),
    Comparison.ABOVE: message("{label} is above {value}"),
    Comparison.BELOW: message("{label} is below {value}"),
}
_OPPOSITE = {
    Comparison.IS: Comparison.IS_NOT,
    Comparison.IS_NOT: Comparison.IS,
    Comparison.IN: Comparison.NOT_IN,
    Comparison.NOT_IN: Comparison.IN,
    Comparison.AT_LEAST: Comparison.BELOW,
    Comparison.BELOW: Comparison.AT_LEAST,
    Comparison.AT_MOST: Comparison.ABOVE,
    Comparison.ABOVE: Comparison.AT_MOST,
}

Quantities = Mapping[str, FactDeclaration]


def english(
    condition: Condition,
    quantities: Quantities,
    *,
    negated: bool = False,
    locale: Locale = ENGLISH,
) -> str:
    """A condition in words: "usual pain is at least 4, and age is below 16".

    Args:
        condition: What to say.
        quantities: The declaration of everything it asks about, in the language that is wanted.
        negated: Say its opposite instead.
        locale: The language.
    """
    if isinstance(condition, Not):
        return english(condition.child, quantities, negated=not negated, locale=locale)
    if isinstance(condition, Compare):
        return _compare(condition, quantities[condition.fact], negated, locale)
    if not condition.children:
        is_never = isinstance(condition, All) is negated
        return locale.say("never") if is_never else locale.say("always")
    conjunction = isinstance(condition, All) is not negated
    parts = [
        english(child, quantities, negated=negated, locale=locale) for child in condition.children
    ]
    if len(parts) == 1:
        return parts[0]
    parts = [
        f"({part})" if isinstance(child, (All, AnyOf)) and len(child.children) > 1 else part
        for part, child in zip(parts, condition.children, strict=True)
    ]
    told = parts[0]
    for part in parts[1:]:
        if conjunction:
            told = locale.say("{first} and {last}", first=told, last=part)
        else:
            told = locale.say("{first} or {last}", first=told, last=part)
    return told


def _compare(compare: Compare, declared: FactDeclaration, negated: bool, locale: Locale) -> str:
    comparison = compare.comparison
    label = declared.label
    words = [declared.say(constant, locale) for constant in compare.constants]
    if comparison is Comparison.INCLUDES:
        if not negated:
            return locale.say("{label}: {value}", label=label, value=locale.any_of(words))
        if len(words) == 1:
            return locale.say("{label}: not {value}", label=label, value=words[0])
        first = locale.listed(words[:-1])
        return locale.say(
            "{label}: neither {first} nor {last}", label=label, first=first, last=words[-1]
        )
    if declared.kind is Kind.BOOL:
        wanted = (comparison in (Comparison.IS, Comparison.IN)) is not negated
        answer = compare.constants[0] is wanted if len(compare.constants) == 1 else True
        return locale.say("{label}: {value}", label=label, value=declared.say(answer, locale))
    if negated:
        comparison = _OPPOSITE[comparison]
    if comparison is Comparison.IS_NOT and compare.constants == (declared.least,):
        comparison = Comparison.ABOVE
    return locale.say(_SAYS[comparison], label=label, value=locale.any_of(words))


def say_value(value: FactValue, declared: FactDeclaration, locale: Locale = ENGLISH) -> str:
    """The value of a fact in words; "not known" where it is not."""
    if value is UNKNOWN:
        return locale.say("not known")
    if isinstance(value, Members):
        present = [declared.say(word, locale) for word in declared.values if word in value.present]
        return locale.all_of(present) if present else locale.say("none")
    return declared.say(value, locale)
