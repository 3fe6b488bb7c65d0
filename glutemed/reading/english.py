"""The english reading: conditions as a person would say them."""

from __future__ import annotations

from collections.abc import Mapping

from glutemed.model.condition import All, AnyOf, Compare, Comparison, Condition, Not
from glutemed.model.facts import UNKNOWN, FactValue, Members
from glutemed.model.vocabulary import FactDeclaration, Kind

_SAYS = {
    Comparison.IS: "is",
    Comparison.IS_NOT: "is not",
    Comparison.IN: "is",
    Comparison.NOT_IN: "is not",
    Comparison.AT_LEAST: "is at least",
    Comparison.AT_MOST: "is at most",
    Comparison.ABOVE: "is above",
    Comparison.BELOW: "is below",
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


def english(condition: Condition, quantities: Quantities, *, negated: bool = False) -> str:
    """A condition in words: "usual pain is at least 4, and age is below 16".

    Args:
        condition: What to say.
        quantities: The declaration of everything it asks about.
        negated: Say its opposite instead.
    """
    if isinstance(condition, Not):
        return english(condition.child, quantities, negated=not negated)
    if isinstance(condition, Compare):
        return _compare(condition, quantities[condition.fact], negated)
    if not condition.children:
        return "never" if isinstance(condition, All) is negated else "always"
    conjunction = isinstance(condition, All) is not negated
    parts = [english(child, quantities, negated=negated) for child in condition.children]
    if len(parts) == 1:
        return parts[0]
    parts = [
        f"({part})" if isinstance(child, (All, AnyOf)) and len(child.children) > 1 else part
        for part, child in zip(parts, condition.children, strict=True)
    ]
    return f" {'and' if conjunction else 'or'} ".join(parts)


def _compare(compare: Compare, declared: FactDeclaration, negated: bool) -> str:
    comparison = compare.comparison
    if comparison is Comparison.INCLUDES:
        words = [declared.say(constant) for constant in compare.constants]
        if negated:
            return (
                f"{declared.label}: {'neither ' if len(words) > 1 else 'not '}{_list(words, 'nor')}"
            )
        return f"{declared.label}: {_list(words, 'or')}"
    if declared.kind is Kind.BOOL:
        wanted = (comparison in (Comparison.IS, Comparison.IN)) is not negated
        answer = compare.constants[0] is wanted if len(compare.constants) == 1 else True
        return f"{declared.label}: {'yes' if answer else 'no'}"
    if negated:
        comparison = _OPPOSITE[comparison]
    if comparison is Comparison.IS_NOT and compare.constants == (declared.least,):
        comparison = Comparison.ABOVE
    words = [declared.say(constant) for constant in compare.constants]
    return f"{declared.label} {_SAYS[comparison]} {_list(words, 'or')}"


def _list(words: list[str], conjunction: str) -> str:
    if len(words) == 1:
        return words[0]
    return f"{', '.join(words[:-1])} {conjunction} {words[-1]}"


def say_value(value: FactValue, declared: FactDeclaration) -> str:
    """The value of a fact in words; "not known" where it is not."""
    if value is UNKNOWN:
        return "not known"
    if isinstance(value, Members):
        present = [declared.say(word) for word in declared.values if word in value.present]
        return _list(present, "and") if present else "none"
    return declared.say(value)
