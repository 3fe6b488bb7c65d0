"""`glutemed diary forget`: erase a session, or everything."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from glutemed.cli import exits, screen
from glutemed.cli.diary_place import file_option, place
from glutemed.cli.examples import Example


@click.command(
    "forget",
    cls=Example,
    examples=(
        "glutemed diary start --file me.db --set screening=clear --set response.sessions_done=0",
        "glutemed diary forget --file me.db --all --yes",
    ),
)
@click.argument("number", required=False, type=click.IntRange(min=1))
@click.option("--all", "everything", is_flag=True, help="The whole diary: the file is removed.")
@click.option("--yes", is_flag=True, help="Do not ask whether it is meant.")
@file_option
def command(number: int | None, everything: bool, yes: bool, file: Path | None) -> int:
    """Erase a session, by its number in `show`; or the whole diary.

    What was written of a session is erased in the file too. Its place stays, and as nobody knows
    any more how it went, it never counts as having gone well.
    """
    if (number is None) is not everything:
        raise click.UsageError("Give the number of a session, or --all.")
    from glutemed.diary import store

    path = place(file)
    record = store.read(path) if number is not None else None
    if record is not None and number not in {session.number for session in record.sessions}:
        raise click.UsageError(f"there is no session {number}; `glutemed diary show` lists them")
    if not yes:
        if not sys.stdin.isatty():
            raise click.UsageError("This cannot be undone; say that it is meant with --yes.")
        what = f"session {number}" if number is not None else f"the whole diary at {path}"
        click.confirm(f"Erase {what}? It cannot be undone.", abort=True, err=True)
    if number is not None:
        store.forget(path, number)
        screen.note(f"Session {number} is forgotten; its place stays.")
    else:
        store.erase(path)
        screen.note(f"The diary at {path} is gone.")
    return exits.DONE
