"""`glutemed diary sheet`: the next session on one page to print, with what was so far."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from glutemed.cli import exits, screen
from glutemed.cli.diary_place import date_option, file_option, moment, place, say_if_rules_changed
from glutemed.cli.examples import Example
from glutemed.cli.options import language_option, rules_option
from glutemed.cli.sheet_file import check_place, occasion_of, sheet_options, write_sheet


@click.command(
    "sheet",
    cls=Example,
    examples=(
        "glutemed diary start --file me.db --set screening=clear --set response.sessions_done=0",
        "glutemed diary sheet --file me.db -o sheet.html",
    ),
)
@file_option
@date_option
@sheet_options(".html")
@language_option
@rules_option
def command(
    file: Path | None,
    day: str | None,
    out: Path,
    paper: str,
    name: str,
    force: bool,
    language: str,
    rules: tuple[str, ...],
) -> int:
    """Make one page to print of what comes next: why, the exercises, and pain and load so far.

    The exit code is 0 for a programme, 5 for a referral, and 6 where questions remain: then there
    is no sheet. For a PDF print the page from a browser.
    """
    from glutemed.cli import given
    from glutemed.diary import store
    from glutemed.diary.course import turn
    from glutemed.diary.sheet import sheet
    from glutemed.render.handout import as_html

    check_place(out, ".html", force=force)
    record = store.read(place(file))
    today = dt.date.today()  # noqa: DTZ011
    if day is not None:
        until = moment(day)
        record, today = record.until(until), until.date()
    occasion = occasion_of(today, name)
    ruleset = given.ruleset(rules, "human", language)
    say_if_rules_changed(record, ruleset)
    coming = turn(record, ruleset, ruleset.locale)
    if coming.outcome.questions:
        screen.note("Questions remain, so no sheet was written: glutemed diary next --ask")
    else:
        made = as_html(sheet(coming, record, ruleset, occasion), paper)
        write_sheet(out, made.encode(), force=force)
    return exits.OF_OUTCOME[coming.outcome.kind.value]
