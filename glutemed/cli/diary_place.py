"""Where a diary lies, and when something was: options that the diary's commands share."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from glutemed.cli import screen

if TYPE_CHECKING:
    from glutemed.diary.record import Record
    from glutemed.model.ruleset import Ruleset

F = TypeVar("F", bound=Callable[..., Any])


def file_option(command: F) -> F:
    """``--file PATH``."""
    return click.option(
        "--file",
        "file",
        type=click.Path(dir_okay=False, path_type=Path),
        envvar="GLUTEMED_DIARY",
        show_envvar=True,
        help="The diary; by default one in your own data folder.",
    )(command)


def date_option(command: F) -> F:
    """``--date DAY``."""
    return click.option(
        "--date",
        "day",
        metavar="DAY",
        help="When it was, such as 2025-03-03 or 2025-03-03T18:30; by default now.",
    )(command)


def yes_option(command: F) -> F:
    """``--yes``."""
    return click.option("--yes", is_flag=True, help="Do not ask whether it is meant.")(command)


def confirm(question: str, *, yes: bool) -> None:
    """Ask whether something is meant, unless it was said so.

    Raises:
        click.UsageError: There is nobody to ask.
        click.Abort: It is not meant.
    """
    if yes:
        return
    if not sys.stdin.isatty():
        raise click.UsageError("There is nobody to ask whether it is meant; say so with --yes.")
    click.confirm(question, abort=True, err=True)


def place(file: Path | None) -> Path:
    """The file of the diary: the one that is named, or the one in the user's data folder."""
    if file is not None:
        return file
    from platformdirs import user_data_path

    return user_data_path("glutemed", appauthor=False) / "diary.db"


def moment(day: str | None, latest: dt.datetime | None = None) -> dt.datetime:
    """When something was: the day that is named, or now by the clock of the machine.

    Raises:
        RecordInvalid: What is named is no day, or still to come.
        DiaryFault: The clock stands before `latest`, which the diary has already.
    """
    from glutemed.diary import clock

    now = clock.now().replace(microsecond=0)
    if day is not None:
        named = clock.read_moment(day)
        clock.check_not_ahead(named, now)
        return named
    if latest is not None:
        clock.check_clock(now, latest)
    return now


def say_if_rules_changed(record: Record, ruleset: Ruleset) -> None:
    """Note that the diary was kept by other rules before."""
    named = record.sessions[-1].ruleset if record.sessions else record.start.fingerprint
    if named not in {"", ruleset.fingerprint}:
        screen.note(
            ruleset.locale.say(
                "The rules have changed since this diary was last written in (now {now}, begun "
                "with {begun}); what is said here is by the rules of now.",
                now=ruleset.version,
                begun=record.start.version,
            )
        )
