"""`glutemed diary forget`: erase a session, or everything."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from glutemed.cli import exits, screen
from glutemed.cli.diary_command import DiaryCommand
from glutemed.cli.diary_place import confirm, file_option, place, yes_option
from glutemed.cli.options import language_option, rules_option
from glutemed.cli.prompts import tell

if TYPE_CHECKING:
    from glutemed.diary.record import Record
    from glutemed.model.ruleset import Ruleset


@click.command(
    "forget",
    cls=DiaryCommand,
    examples=(
        "glutemed diary start --file me.db --set screening=clear --set response.sessions_done=0",
        "glutemed diary forget --file me.db --all --yes",
    ),
)
@click.argument("number", required=False, type=click.IntRange(min=1))
@click.option("--all", "everything", is_flag=True, help="The whole diary: the file is removed.")
@yes_option
@file_option
@language_option
@rules_option
def command(
    number: int | None,
    everything: bool,
    yes: bool,
    file: Path | None,
    language: str,
    rules: tuple[str, ...],
) -> int:
    """Erase a session, by its number in `show`; or the whole diary.

    What was written of a session is erased in the file too. Its place stays, and as nobody knows
    any more how it went, it never counts as having gone well. To correct what was written last,
    `undo` it and log it again.
    """
    if (number is None) is not everything:
        raise click.UsageError("Give the number of a session, or --all.")
    from glutemed.cli import given
    from glutemed.diary import store
    from glutemed.diary.words import answers_are_open

    path = place(file)
    locale = given.locale(language)
    if number is None:
        confirm(
            locale.say("Erase the whole diary at {path}? It cannot be undone.", path=path), yes=yes
        )
        store.erase(path)
        screen.note(locale.say("The diary at {path} is gone.", path=path))
        return exits.DONE
    record = store.read(path)
    ruleset = given.ruleset(rules, "human", language)
    if number > len(record.sessions):
        raise click.UsageError(f"there is no session {number}; `glutemed diary show` lists them")
    session = record.sessions[number - 1]
    day = locale.date(session.day)
    confirm(
        locale.say(
            "Erase session {number}, of {day}? It cannot be undone.", number=number, day=day
        ),
        yes=yes,
    )
    store.forget(path, session.number)
    screen.note(
        locale.say(
            "Session {number}, of {day}, is forgotten; its place stays.", number=number, day=day
        )
    )
    if record.opened() != record:
        tell(answers_are_open(locale))
    if not _red_flags_open(store.read(path), ruleset):
        return exits.DONE
    tell(
        locale.say(
            "The red flags are asked anew: read them with {ask}, or if you have read them and none "
            "of them is true of you, say so with {clear}.",
            ask="glutemed diary next --ask",
            clear="glutemed diary log --set screening=clear",
        )
    )
    return exits.DONE


def _red_flags_open(record: Record, ruleset: Ruleset) -> bool:
    """Whether any red flag is to be asked; a record that the rules cannot read leaves all open."""
    from glutemed.diary.faults import RecordInvalid
    from glutemed.diary.known import facts
    from glutemed.model.errors import FactsInvalid
    from glutemed.model.facts import UNKNOWN

    try:
        known = facts(record, ruleset)
    except (FactsInvalid, RecordInvalid):
        return True
    return any(known.value(flag.name) is UNKNOWN for flag in ruleset.vocabulary.red_flags)
