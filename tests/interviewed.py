"""Somebody who is interviewed: from answers to the lines that they type, and what comes of these."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Iterable
from unittest import mock

from glutemed.cli import dialogue
from glutemed.cli.answers import OneByOneError, answer, answers, numbered
from glutemed.cli.interview import Ask, Progress
from glutemed.intake import contradictions
from glutemed.model.facts import UNKNOWN, Facts, FactValue, Members
from glutemed.model.ruleset import Ruleset
from glutemed.model.vocabulary import FactDeclaration, Kind

Value = Callable[[FactDeclaration], FactValue]


def line_for(ask: Ask, value: Value) -> str:
    """What somebody types at one turn."""
    values = [value(fact) for fact in ask.facts]
    if ask.is_group:
        apply = [str(number) for number, one in enumerate(values, 1) if one is not UNKNOWN and one]
        return "?" if UNKNOWN in values else ", ".join(apply) or "0"
    (fact,), (one,) = ask.facts, values
    if fact.kind is Kind.BOOL and one is not UNKNOWN:
        return "yes" if one else "no"
    if isinstance(one, Members):
        chosen = [str(n) for n, word in enumerate(fact.values, 1) if word in one.present]
        return ", ".join(chosen) or "0"
    if isinstance(one, str):
        return str(fact.values.index(one) + 1) if one in fact.values else "?"
    return "?" if one is UNKNOWN else str(one)


def after(progress: Progress, ask: Ask, line: str) -> Progress:
    """What is known after one turn at which a line was typed."""
    try:
        if ask.is_of_exercises:
            return progress.done(ask, numbered(ask, line))
        if ask.is_group:
            return progress.answered(answers(ask, line))
        return progress.answered({ask.facts[0].name: answer(ask.facts[0], line)})
    except OneByOneError:
        return progress.one_by_one(ask)


def turns(ruleset: Ruleset, value: Value, start: Facts | None = None) -> list[tuple[Progress, str]]:
    """Each turn of an interview: what is known before it, and the line that is typed.

    An answer that cannot be right beside the others is not given: its line is "?".
    """
    progress, found = Progress(start or Facts()), []
    while (ask := progress.next_ask(ruleset)) is not None:
        line = line_for(ask, value)
        if any(contradictions(after(progress, ask, line).facts, ruleset.vocabulary)):
            line = "?"
        found.append((progress, line))
        progress = after(progress, ask, line)
    return found


def typed_by(ruleset: Ruleset, value: Value, start: Facts | None = None) -> str:
    """All that somebody types, a line each."""
    return "".join(f"{line}\n" for _, line in turns(ruleset, value, start))


def asked(
    ruleset: Ruleset, lines: Iterable[str], start: Facts | None = None
) -> dialogue.Interviewed:
    """What the interview finds where these lines are typed, and then nothing more."""
    typed = io.BytesIO("".join(f"{line}\n" for line in lines).encode())
    with (
        mock.patch("sys.stdin", io.TextIOWrapper(typed)),
        contextlib.redirect_stderr(io.StringIO()),
    ):
        return dialogue.interviewed(ruleset, start or Facts())
