"""The file that a sheet is written to: what `handout` and `diary sheet` share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import attrs
import click

from glutemed.cli import screen
from glutemed.cli.files import check_free, write_private

if TYPE_CHECKING:
    from glutemed.model.locale import Locale
    from glutemed.render.handout import Occasion, Sheet

F = TypeVar("F", bound=Callable[..., Any])


SUFFIXES = (".html", ".pdf")


def sheet_options() -> Callable[[F], F]:
    """``-o FILE``, ``--paper``, ``--name``, ``--note`` and ``--force``."""
    named = " or ".join(f"sheet{suffix}" for suffix in SUFFIXES)
    options: tuple[Callable[[F], F], ...] = (
        click.option(
            "-o",
            "--output",
            "out",
            metavar="FILE",
            required=True,
            type=click.Path(dir_okay=False, path_type=Path),
            help=f"The file to write: {named}; only you may read it.",
        ),
        click.option(
            "--paper",
            type=click.Choice(("a4", "letter")),
            default="a4",
            show_default=True,
            help="The paper to print on.",
        ),
        click.option("--name", default="", help="A name to put at the top; at most 80 characters."),
        click.option("--note", default="", help="A note to put below it; at most 300 characters."),
        click.option("--force", is_flag=True, help="Write over a sheet that is there already."),
    )

    def shared(command: F) -> F:
        for option in reversed(options):
            command = option(command)
        return command

    return shared


def check_place(out: Path, *, force: bool) -> None:
    """Refuse a name with another ending, or a place where no sheet can be written.

    Raises:
        click.ClickException: It is one.
    """
    if out.suffix.lower() not in SUFFIXES:
        raise click.BadParameter(f"the name must end in {' or '.join(SUFFIXES)}", param_hint="'-o'")
    if not out.absolute().parent.is_dir():
        raise click.BadParameter(f"there is no folder {str(out.parent)!r}", param_hint="'-o'")
    check_free(out, force=force)


def occasion_of(day: dt.date, name: str, note: str) -> Occasion:
    """For whom and when a sheet is made.

    Raises:
        click.BadParameter: A day, a name or a note that no sheet takes.
    """
    from glutemed.render.handout import Occasion
    from glutemed.render.handout.content import LAST_DAY

    if day > LAST_DAY:
        raise click.BadParameter(f"the last day is {LAST_DAY}", param_hint="'--date'")
    hint = "'--name'"
    try:
        named = Occasion(day=day, name=name)
        hint = "'--note'"
        return attrs.evolve(named, note=note)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint=hint) from None


def write_sheet(out: Path, sheet: Sheet, paper: str, locale: Locale, *, force: bool) -> None:
    """Write a sheet, as HTML or PDF by its name, where its place is still free, and say so.

    Raises:
        click.ClickException: It cannot be made or written.
    """
    content = _made(out, sheet, paper)
    check_free(out, force=force)  # what came while it was made
    write_private(out, content)
    screen.note(
        locale.say(
            "Written to {path}, which only you may read: it holds answers about your health.",
            path=out,
        )
    )


def _made(out: Path, sheet: Sheet, paper: str) -> bytes:
    from glutemed.render.handout import PdfMissing, as_html, as_pdf

    if out.suffix.lower() == ".html":
        return as_html(sheet, paper).encode()
    try:
        return as_pdf(sheet, paper)
    except PdfMissing as error:
        raise click.UsageError(str(error)) from None
