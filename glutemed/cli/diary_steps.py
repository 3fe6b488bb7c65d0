"""Questions one after another, each of which can be taken back by the one behind it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from glutemed.cli.answers import BackError, StopError, steer
from glutemed.cli.prompts import EndedError, tell, until_understood
from glutemed.model.ruleset import Ruleset

BROKEN_OFF = (EndedError, KeyboardInterrupt)
"""What is raised where somebody does not go on."""

Step = Callable[[Sequence[Any]], Any]
"""A question, which may look at the answers before it; gives its own."""

Understood = TypeVar("Understood")


def in_turn(
    steps: Sequence[Step], ruleset: Ruleset, told: list[Any] | None = None, *, first: bool = True
) -> list[Any]:
    """Ask one question after another; after `back` the one before is asked again.

    Args:
        steps: The questions.
        ruleset: The rules, in the language that is wanted.
        told: Holds the answers so far at any time, whatever happens.
        first: Whether there is nothing before the first one that can be taken back.

    Raises:
        BackError: What was asked before the first one is taken back.
        EndedError: The input ends, nothing of it is understood, or the person wants to stop.
    """
    found = [] if told is None else told
    while len(found) < len(steps):
        try:
            found.append(steps[len(found)](tuple(found)))
        except BackError:
            if found:
                found.pop()
            elif first:
                say_first(ruleset)
            else:
                raise
    return found


def say_first(ruleset: Ruleset) -> None:
    """Say that nothing comes before a question."""
    tell(ruleset.locale.say("This is the first question: there is nothing to take back."))


def understood(
    prompt: str, read: Callable[[str], Understood], ruleset: Ruleset, *, free: bool = False
) -> Understood:
    """What is typed, as it is read, unless it takes back an answer or ends the questions.

    Args:
        prompt: What stands before the cursor.
        read: Raises `NotUnderstoodError` for what it cannot read.
        ruleset: The rules, in the language that is wanted.
        free: Whether it is free text, which nothing ends but the end of the input.

    Raises:
        BackError: The last answer is taken back.
        EndedError: The input ends, nothing of it is understood, or the person wants to stop.
    """

    def steered(typed: str) -> Understood:
        try:
            steer(typed, ruleset.locale)
        except StopError:
            if not free:
                raise EndedError from None
        return read(typed)

    return until_understood(prompt, steered)
