"""One change of a fact → what it asks for, in words."""

from __future__ import annotations

from glutemed.derivation.tree import Told
from glutemed.model.condition import Constant
from glutemed.model.explanation import Change
from glutemed.model.locale import Locale
from glutemed.model.vocabulary import FactDeclaration, Kind
from glutemed.reading.runs import Run, Variable


def change(told: Told, variable: Variable, runs: tuple[Run, ...]) -> Change:
    """What a variable would have to be: in one of some runs.

    Args:
        told: The person.
        variable: A fact, or one member of a set.
        runs: The values that will do, as whole numbers.
    """
    locale, declared = told.ruleset.locale, told.ruleset.vocabulary[variable.fact]
    if variable.member:
        member = declared.say(variable.member, locale)
        if runs == ((1, 1),):
            needs = locale.say("{label} with {value}", label=declared.label, value=member)
        else:
            needs = locale.say("{label} without {value}", label=declared.label, value=member)
    elif declared.kind is Kind.BOOL:
        answer = declared.say(runs == ((1, 1),), locale)
        needs = locale.say("{label}: {value}", label=declared.label, value=answer)
    else:
        wanted = _runs(runs, variable, declared, locale)
        needs = locale.say("{label} {wanted}", label=declared.label, wanted=wanted)
    return Change(
        fact=variable.fact,
        member=variable.member,
        needs=needs,
        was=told.was(variable.fact),
        allowed=runs,
    )


def _runs(
    runs: tuple[Run, ...], variable: Variable, declared: FactDeclaration, locale: Locale
) -> str:
    """Some runs in words: "at most 3", "left or both"."""

    def say(number: int) -> str:
        value: Constant = number if declared.kind is Kind.INT else declared.values[number]
        return declared.say(value, locale)

    if not declared.is_ordered:
        return _either([say(number) for a, b in runs for number in range(a, b + 1)], locale)
    words = []
    for first, last in runs:
        if first == last:
            words.append(say(first))
        elif first == variable.least:
            words.append(locale.say("at most {value}", value=say(last)))
        elif last == variable.most:
            words.append(locale.say("at least {value}", value=say(first)))
        else:
            words.append(locale.say("{first} to {last}", first=say(first), last=say(last)))
    return _either(words, locale)


def _either(words: list[str], locale: Locale) -> str:
    """Words of which any will do, each after an "or"."""
    said = "".join(words[:1])
    for word in words[1:]:
        said = locale.say("{first} or {last}", first=said, last=word)
    return said
