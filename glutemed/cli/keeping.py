"""Keeping the answers of an interview: in a file, while it goes on and where it is stopped."""

from __future__ import annotations

import json
import shlex
from contextlib import suppress
from pathlib import Path

import click

from glutemed.cli import exits, screen
from glutemed.cli.dialogue import Ending, Interviewed, interviewed, tell_so_far
from glutemed.cli.facts_file import as_yaml
from glutemed.cli.files import write_private
from glutemed.cli.prompts import EndedError, tell, typed
from glutemed.intake import to_dict
from glutemed.model.facts import Facts
from glutemed.model.ruleset import Ruleset

_MOST_TRIES = 5


def asked(ruleset: Ruleset, facts: Facts, path: Path | None) -> Facts:
    """Ask what is open; what was answered is kept, or offered to be kept where it is stopped.

    Args:
        ruleset: The rules.
        facts: What is known already.
        path: Where the answers are kept after each of them; None where no file was named.

    Raises:
        click.exceptions.Exit: The person has pressed Ctrl-C.
    """

    def keep(so_far: Facts) -> None:
        # Whether it can be written is said once, at the end.
        if path is not None:
            with suppress(click.ClickException):
                write_private(path, _content(path, so_far, ruleset))

    found = interviewed(ruleset, facts, keep)
    if found.ending is Ending.FINISHED:
        return found.facts
    if path is not None and path.exists():
        tell(ruleset.locale.say("Your answers so far are in {path}.", path=path))
        tell(_to_go_on(path, ruleset))
        screen.note("")
    elif found.answered:
        _offer(found, ruleset)
    if found.ending is Ending.INTERRUPTED:
        tell(ruleset.locale.say("Stopped; nothing was decided."))
        raise click.exceptions.Exit(exits.INTERRUPTED)
    tell_so_far(ruleset)
    return found.facts


def saved(path: Path, facts: Facts, ruleset: Ruleset) -> bool:
    """Write facts to a file that only its owner may read; says whether it could be written."""
    try:
        write_private(path, _content(path, facts, ruleset))
    except click.ClickException as fault:
        screen.note(f"glutemed: {fault.message}")
        return False
    said = ruleset.locale.say("Saved in {path}, which only you may read.", path=path)
    screen.note(said)
    return True


def _content(path: Path, facts: Facts, ruleset: Ruleset) -> bytes:
    """Facts in the form in which a file of that name is read."""
    if path.suffix.lower() == ".json":
        return f"{json.dumps(to_dict(facts), indent=2, ensure_ascii=False)}\n".encode()
    return as_yaml(facts, ruleset).encode()


def _offer(found: Interviewed, ruleset: Ruleset) -> None:
    """Ask for a file to keep the answers in; without one they are gone, which is said as well."""
    say = ruleset.locale.say
    tell(
        say(
            "Your answers are not kept anywhere. To keep them and go on another time, type the "
            "name of a new file, such as me.yaml. To let them go, press Enter."
        )
    )
    with suppress(EndedError, KeyboardInterrupt):
        for _ in range(_MOST_TRIES):
            name = typed(say("File:")).strip()
            if not name:
                break
            path = Path(name).expanduser()
            fault = _fault(path, found.facts, ruleset)
            if not fault:
                tell(say("Saved in {path}, which only you may read.", path=path))
                tell(_to_go_on(path, ruleset))
                screen.note("")
                return
            tell(fault)
    tell(say("Your answers were not kept."))
    screen.note("")


def _fault(path: Path, facts: Facts, ruleset: Ruleset) -> str:
    """Why the facts cannot be written there; empty once they are."""
    say = ruleset.locale.say
    try:
        if path.is_symlink() or path.exists():
            return say("{path} is there already; please type another name.", path=path)
        write_private(path, _content(path, facts, ruleset))
    except (click.ClickException, OSError, ValueError, RuntimeError):
        return say("{path} cannot be written; please type another name.", path=path)
    return ""


def _to_go_on(path: Path, ruleset: Ruleset) -> str:
    command = f"glutemed recommend --resume {shlex.quote(str(path))}"
    return ruleset.locale.say("To go on with the questions: {command}", command=command)
