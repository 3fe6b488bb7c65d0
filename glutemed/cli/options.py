"""Arguments and options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


def rules_option(command: F) -> F:
    """``--rules PATH``, as often as wanted."""
    return click.option(
        "--rules",
        "rules",
        metavar="PATH",
        multiple=True,
        help="Add a file or folder of rules to the bundled ones; may be repeated.",
    )(command)


def language_option(command: F) -> F:
    """``--language TAG``."""
    return click.option(
        "--language",
        metavar="TAG",
        default="en",
        show_default=True,
        envvar="GLUTEMED_LANGUAGE",
        show_envvar=True,
        help="The language of everything that a person reads, such as `de`.",
    )(command)


def set_option(command: F) -> F:
    """``--set FACT=VALUE``, as often as wanted."""
    return click.option(
        "--set",
        "settings",
        metavar="FACT=VALUE",
        multiple=True,
        shell_complete=_complete_facts,
        help="Give one fact, as in a facts file; overrides the file; may be repeated.",
    )(command)


def format_option(*forms: str) -> Callable[[F], F]:
    """``--format``; the first form is the default."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(forms),
        default=forms[0],
        show_default=True,
        help="How to print the answer.",
    )


def known(kind: str) -> Callable[[click.Context, click.Parameter, str], list[Any]]:
    """Completes the ids of exercises, conditions, or of everything that `rules show` knows."""

    def complete(_ctx: click.Context, _parameter: click.Parameter, begun: str) -> list[Any]:
        return [name for name in _names(kind) if name.startswith(begun)]

    return complete


def _complete_facts(_ctx: click.Context, _parameter: click.Parameter, begun: str) -> list[Any]:
    if "=" in begun:
        return []
    return [f"{name}=" for name in _names("facts") if name.startswith(begun)]


def _names(kind: str) -> list[str]:
    from glutemed.model.errors import GlutemedError
    from glutemed.pipeline import load_ruleset

    try:
        ruleset = load_ruleset()
    except GlutemedError:
        return []
    exercises = [exercise.id for exercise in ruleset.exercises]
    if kind == "facts":
        return ["screening", *ruleset.vocabulary.facts]
    if kind == "exercises":
        return exercises
    if kind == "conditions":
        return [condition.id for condition in ruleset.conditions]
    rules = sorted({rule.written for rule in ruleset.written_rules})
    return [*rules, *(hazard.id for hazard in ruleset.hazards), *exercises]
