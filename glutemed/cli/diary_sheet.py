"""`glutemed diary sheet`: the next session on one page to print, with what was so far."""

from __future__ import annotations

from pathlib import Path

import click

from glutemed.cli import exits, screen
from glutemed.cli.diary_command import DiaryCommand
from glutemed.cli.diary_place import date_option, file_option, moment, place, say_if_rules_changed
from glutemed.cli.options import language_option, rules_option
from glutemed.cli.sheet_file import check_place, occasion_of, sheet_options, write_sheet


@click.command(
    "sheet",
    cls=DiaryCommand,
    examples=(
        "glutemed diary start --file me.db --set screening=clear --set response.sessions_done=0",
        "glutemed diary sheet --file me.db -o sheet.html",
    ),
)
@file_option
@date_option
@sheet_options()
@language_option
@rules_option
def command(
    file: Path | None,
    day: str | None,
    out: Path,
    paper: str,
    name: str,
    note: str,
    force: bool,
    language: str,
    rules: tuple[str, ...],
) -> int:
    """Make one page to print of what comes next: why, the exercises, and pain and load so far.

    The exit code is 0 for a programme, 5 for a referral, and 6 where questions remain: then there
    is a sheet only if it is sure that someone must see you. A PDF needs
    `pip install 'glutemed[pdf]'`.
    """
    from glutemed.cli import given
    from glutemed.cli.diary_turn import show_turn
    from glutemed.diary import store
    from glutemed.diary.asking import coming
    from glutemed.diary.sheet import sheet

    check_place(out, force=force)
    record = store.read(place(file))
    at = moment(day)
    if day is not None:
        record = record.until(at)
    occasion = occasion_of(at.date(), name, note)
    ruleset = given.ruleset(rules, "human", language)
    say_if_rules_changed(record, ruleset)
    at = max(at, record.latest)
    found = coming(record, ruleset, ruleset.locale, at)
    if found.outcome.questions:
        show_turn(found, record, ruleset)  # whom to see meanwhile is not left out
    if found.outcome.questions and found.outcome.meanwhile is None:
        screen.note(
            ruleset.locale.say(
                "Questions remain, so no sheet was written: {command}",
                command="glutemed diary next --ask",
            )
        )
    else:
        made = sheet(found, record, ruleset, occasion, at)
        write_sheet(out, made, paper, ruleset.locale, force=force)
    return exits.OF_OUTCOME[found.outcome.kind.value]
