"""The interview as a person meets it: questions on stderr, answers from stdin."""

from __future__ import annotations

from glutemed.cli import screen
from glutemed.cli.answers import OneByOneError, answer, answers
from glutemed.cli.interview import Ask, Progress
from glutemed.cli.prompts import EndedError, choice, tell, until_understood
from glutemed.intake import contradictions
from glutemed.model.condition import leaves
from glutemed.model.facts import Facts, FactValue
from glutemed.model.ruleset import Ruleset
from glutemed.model.vocabulary import FactDeclaration, Kind

_CONDITIONS = "complaint.conditions"


def interview(ruleset: Ruleset, facts: Facts) -> Facts:
    """Ask until nothing is open that could change the outcome, or until the input ends.

    Args:
        ruleset: The rules.
        facts: What is known already.

    Returns:
        The facts with the answers; what was answered with "I don't know" is declined.
    """
    progress, say = Progress(facts), ruleset.locale.say
    ask = progress.next_ask(ruleset)
    if ask is None:
        tell(say("Nothing more needs to be asked."))
        screen.note("")
        return facts
    tell(
        say(
            "Some questions about you and your knee. If you don't know an answer, type ? and go "
            "on. Ctrl-D ends the questions early; Ctrl-C stops everything."
        )
    )
    lists = 0
    try:
        while ask is not None:
            screen.note("")
            lists += ask.is_group
            try:
                turned = progress.answered(_turn(ask, ruleset, first=lists == 1))
                if _contradicted(turned.facts, ruleset):
                    continue
                progress = turned
            except OneByOneError:
                progress = progress.one_by_one(ask)
            ask = progress.next_ask(ruleset)
    except EndedError:
        screen.note("\n")
        tell(say("You ended the questions here. This is what can be said so far:"))
    screen.note("")
    return progress.facts


def _contradicted(facts: Facts, ruleset: Ruleset) -> bool:
    """Whether an answer cannot be right beside the others; says so."""
    for answered, found in contradictions(facts, ruleset.vocabulary):
        names = dict.fromkeys((answered.name, *(leaf.fact for leaf in leaves(found.when))))
        labels = "; ".join(ruleset.vocabulary[name].label for name in names)
        tell(
            ruleset.locale.say(
                "These answers cannot all be right: {facts}. Please answer again, or type ?.",
                facts=labels,
            )
        )
        return True
    return False


def _turn(ask: Ask, ruleset: Ruleset, *, first: bool) -> dict[str, FactValue]:
    if not ask.is_group:
        fact = ask.facts[0]
        return {fact.name: _single(fact, ruleset)}
    locale, say = ruleset.locale, ruleset.locale.say
    if first:
        tell(say("Do any of these apply to you? Please read each one."))
    else:
        tell(say("And do any of these apply to you? Please read each one."))
    for number, fact in enumerate(ask.facts, 1):
        choice(str(number), fact.ask)
    choice("0", say("none of these"))
    choice("?", say("I am not sure about some of them (they are then asked one by one)"))
    prompt = say("Numbers of those that apply (such as 2 or 1, 3), or 0, or ?:")
    return until_understood(prompt, lambda typed: answers(ask, typed, locale))


def _single(fact: FactDeclaration, ruleset: Ruleset) -> FactValue:
    tell(fact.ask)
    prompt = _prompt(fact, ruleset)
    return until_understood(prompt, lambda typed: answer(fact, typed, ruleset.locale))


def _prompt(fact: FactDeclaration, ruleset: Ruleset) -> str:
    """Print the choices, if there are any; what to write before the cursor."""
    say = ruleset.locale.say
    if fact.kind is Kind.BOOL:
        return say("yes, no or ?:")
    if fact.kind is Kind.INT:
        unit = say(fact.unit) if fact.unit else say("A number")
        return say(
            "{unit}, from {least} to {most}, or ?:",
            unit=unit[:1].upper() + unit[1:],
            least=fact.least,
            most=fact.most,
        )
    sentences = {}
    if fact.name == _CONDITIONS:
        sentences = {condition.id: condition.sentence for condition in ruleset.conditions}
    for number, value in enumerate(fact.values, 1):
        tail = f": {sentences[value]}" if value in sentences else ""
        choice(str(number), fact.say(value, ruleset.locale) + tail)
    if fact.kind is Kind.SET:
        choice("0", say("none of these"))
    choice("?", say("I don't know"))
    if fact.kind is Kind.SET:
        return say("One or more numbers (such as 1 or 1, 2):")
    return say("One number:")
