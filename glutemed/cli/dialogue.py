"""The interview as a person meets it: questions on stderr, answers from stdin."""

from __future__ import annotations

import sys

from glutemed.cli import screen
from glutemed.cli.answers import NotUnderstoodError, OneByOneError, answer, answers
from glutemed.cli.interview import Ask, Progress
from glutemed.cli.layout import paragraph
from glutemed.model.facts import Facts, FactValue
from glutemed.model.ruleset import Ruleset
from glutemed.model.vocabulary import FactDeclaration, Kind

_LONGEST_LINE = 4096
_MOST_TRIES = 20
_CONDITIONS = "complaint.conditions"


class _EndedError(Exception):
    """The person has pressed Ctrl-D, the input is at its end, or nothing of it is understood."""


def interview(ruleset: Ruleset, facts: Facts) -> Facts:
    """Ask until nothing is open that could change the outcome, or until the input ends.

    Args:
        ruleset: The rules.
        facts: What is known already.

    Returns:
        The facts with the answers; what was answered with "I don't know" is declined.
    """
    progress = Progress(facts)
    ask = progress.next_ask(ruleset)
    if ask is None:
        _say("Nothing more needs to be asked.")
        screen.note("")
        return facts
    _say(
        "Some questions about you and your knee. If you don't know an answer, type ? and go on. "
        "Ctrl-D ends the questions early; Ctrl-C stops everything."
    )
    lists = 0
    try:
        while ask is not None:
            screen.note("")
            lists += ask.is_group
            try:
                progress = progress.answered(_turn(ask, ruleset, first=lists == 1))
            except OneByOneError:
                progress = progress.one_by_one(ask)
            ask = progress.next_ask(ruleset)
    except _EndedError:
        screen.note("\n")
        _say("You ended the questions here. This is what can be said so far:")
    screen.note("")
    return progress.facts


def _turn(ask: Ask, ruleset: Ruleset, *, first: bool) -> dict[str, FactValue]:
    if not ask.is_group:
        fact = ask.facts[0]
        return {fact.name: _single(fact, ruleset)}
    start = "Do any of these" if first else "And do any of these"
    _say(f"{start} apply to you? Please read each one.")
    for number, fact in enumerate(ask.facts, 1):
        _choice(str(number), fact.ask)
    _choice("0", "none of these")
    _choice("?", "I am not sure about some of them (they are then asked one by one)")
    for _ in range(_MOST_TRIES):
        typed = _typed("Numbers of those that apply (such as 2 or 1, 3), or 0, or ?: ")
        try:
            return answers(ask, typed)
        except NotUnderstoodError as fault:
            _say(str(fault))
    raise _EndedError


def _single(fact: FactDeclaration, ruleset: Ruleset) -> FactValue:
    _say(fact.ask)
    prompt = _prompt(fact, ruleset)
    for _ in range(_MOST_TRIES):
        typed = _typed(prompt)
        try:
            return answer(fact, typed)
        except NotUnderstoodError as fault:
            _say(str(fault))
    raise _EndedError


def _prompt(fact: FactDeclaration, ruleset: Ruleset) -> str:
    """Print the choices, if there are any; what to write before the cursor."""
    if fact.kind is Kind.BOOL:
        return "yes, no or ?: "
    if fact.kind is Kind.INT:
        what = fact.unit.capitalize() or "A number"
        return f"{what}, from {fact.least} to {fact.most}, or ?: "
    sentences = {}
    if fact.name == _CONDITIONS:
        sentences = {condition.id: condition.sentence for condition in ruleset.conditions}
    for number, value in enumerate(fact.values, 1):
        tail = f": {sentences[value]}" if value in sentences else ""
        _choice(str(number), fact.say(value) + tail)
    if fact.kind is Kind.SET:
        _choice("0", "none of these")
    _choice("?", "I don't know")
    return "One or more numbers (such as 1 or 1, 2): " if fact.kind is Kind.SET else "One number: "


def _say(text: str) -> None:
    able = screen.screen(err=True)
    screen.note("\n".join(paragraph(text, able.width)))


def _choice(sign: str, text: str) -> None:
    able = screen.screen(err=True)
    screen.note("\n".join(paragraph(text, able.width, first=f"{sign:>4}  ")))


def _typed(prompt: str) -> str:
    """One line of input."""
    screen.note(prompt, nl=False)
    raw = sys.stdin.buffer.readline(_LONGEST_LINE)
    if not raw:
        raise _EndedError
    while not raw.endswith(b"\n") and (more := sys.stdin.buffer.readline(_LONGEST_LINE)):
        if more.endswith(b"\n"):
            break
    if not sys.stdin.isatty():
        screen.note("")
    return raw.decode("utf-8", "replace")
