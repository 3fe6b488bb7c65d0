"""`glutemed diary export`: everything that a diary holds, as text."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from glutemed.cli import exits, screen
from glutemed.cli.diary_command import DiaryCommand
from glutemed.cli.diary_place import file_option, place
from glutemed.cli.options import language_option


@click.command(
    "export",
    cls=DiaryCommand,
    examples=(
        "glutemed diary start --file me.db --set screening=clear --set response.sessions_done=0",
        "glutemed diary export --file me.db -o me.json",
    ),
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["json", "csv"]),
    help="The form; by default that of the name, else json.",
)
@click.option(
    "-o",
    "out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write, which only you may read; by default stdout.",
)
@file_option
@language_option
def command(form: str | None, out: Path | None, file: Path | None, language: str) -> int:
    """Write everything that the diary holds as JSON, or as CSV for a spreadsheet.

    `glutemed diary import` makes an equal diary of either. It is health data.
    """
    from glutemed.cli import given
    from glutemed.diary import export, store

    record = store.read(place(file))
    if form is None:
        form = "csv" if out is not None and out.suffix.lower() == ".csv" else "json"
    text = export.as_json(record) if form == "json" else export.as_csv(record)
    if out is None:
        screen.out_json(text) if form == "json" else _print(text)
        return exits.DONE
    if out.exists():
        raise click.UsageError(f"{str(out)!r} is there already; nothing was written over")
    from glutemed.cli.facts_file import save

    save(out, text)
    say = given.locale(language).say
    screen.note(say("Written to {path}, which only you may read.", path=out))
    return exits.DONE


def _print(text: str) -> None:
    """Write a table to stdout: to a pipe every byte of it, to a person nothing that steers."""
    if sys.stdout.isatty():
        screen.out(text)
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode())
    sys.stdout.buffer.flush()
