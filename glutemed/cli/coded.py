"""Facts from the code of a sheet, in place of a file."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from glutemed.cli import exits, screen

if TYPE_CHECKING:
    from glutemed.model.facts import Facts
    from glutemed.model.ruleset import Ruleset

F = TypeVar("F", bound=Callable[..., Any])


def code_option(command: F) -> F:
    """``--code CODE``."""
    return click.option(
        "--code",
        metavar="CODE",
        help="Take the facts from the code of a sheet, in place of FACTS.",
    )(command)


def decoded(code: str | None, path: str | None, ruleset: Ruleset) -> Facts | None:
    """The facts of a code, or None without one; ends the command where the code is refused."""
    if code is None:
        return None
    if path is not None:
        raise click.UsageError("Give FACTS or --code, not both; --set changes single facts.")
    from glutemed.answer_code import CodeRefused, answers_of

    try:
        found = answers_of(code, ruleset)
    except CodeRefused as error:
        screen.note(f"glutemed: {error}")
        raise click.exceptions.Exit(exits.FACTS_INVALID) from None
    if not found.same_rules:
        screen.note(
            "glutemed: this code was made with other rules than these. The questions are the same, "
            "but what follows from the answers may differ from its sheet."
        )
    return found.facts
