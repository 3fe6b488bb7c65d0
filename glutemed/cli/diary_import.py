"""`glutemed diary import`: a diary of what `export` wrote."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from glutemed.cli import exits, screen
from glutemed.cli.diary_command import DiaryCommand
from glutemed.cli.diary_place import file_option, place
from glutemed.cli.options import language_option, rules_option


@click.command(
    "import",
    cls=DiaryCommand,
    examples=(
        "glutemed diary start --file me.db --set screening=clear --set response.sessions_done=0",
        "glutemed diary export --file me.db -o me.json",
        "glutemed diary import me.json --file copy.db",
    ),
)
@click.argument("source", type=click.Path(path_type=str, allow_dash=True))
@file_option
@language_option
@rules_option
def command(source: str, file: Path | None, language: str, rules: tuple[str, ...]) -> int:
    """Make a new diary of an export, JSON or CSV; equal to the one that was exported.

    SOURCE is a file, or - for stdin. A diary that is there already is never written over.
    """
    from glutemed.cli import given
    from glutemed.diary import export, store
    from glutemed.diary.faults import RecordInvalid
    from glutemed.diary.sound import check_record
    from glutemed.model.locale import message

    raw = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise RecordInvalid(message("this is no UTF-8 text, so no export of a diary")) from None
    is_json = text.lstrip().startswith("{")
    record = export.from_json(text) if is_json else export.from_csv(text)
    check_record(record, given.ruleset(rules))
    path = place(file)
    store.create(path, record)
    locale = given.locale(language)
    screen.note(
        locale.count(
            "Your diary is in {path}, with {n} session; only you may read it.",
            "Your diary is in {path}, with {n} sessions; only you may read it.",
            len(record.sessions),
            path=path,
        )
    )
    return exits.DONE
