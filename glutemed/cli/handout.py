"""`glutemed handout`: a programme or a referral as one page to print."""

from __future__ import annotations

import datetime as dt
import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from glutemed.cli import exits, screen
from glutemed.cli.coded import code_option, decoded
from glutemed.cli.examples import Example
from glutemed.cli.options import language_option, rules_option, set_option

if TYPE_CHECKING:
    from glutemed.model.facts import Facts
    from glutemed.model.outcome import Outcome
    from glutemed.model.ruleset import Ruleset
    from glutemed.render.handout import Occasion, Sheet

SUFFIXES = (".html", ".pdf")


@click.command(
    "handout",
    cls=Example,
    examples=(
        "glutemed facts --template > me.yaml",
        "glutemed handout me.yaml --set screening.hot_swollen_knee=true -o sheet.html",
        'glutemed handout me.yaml --set screening.hot_swollen_knee=true -o sheet.pdf --name "A. B."',
    ),
)
@click.argument("facts", required=False, type=click.Path(path_type=str, allow_dash=True))
@click.option(
    "-o",
    "--output",
    "out",
    metavar="FILE",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write: sheet.html or sheet.pdf; only you may read it.",
)
@click.option(
    "--paper",
    type=click.Choice(("a4", "letter")),
    default="a4",
    show_default=True,
    help="The paper to print on.",
)
@click.option("--name", default="", help="A name to put at the top; at most 80 characters.")
@click.option("--note", default="", help="A note to put below it; at most 300 characters.")
@click.option(
    "--date",
    "day",
    metavar="YYYY-MM-DD",
    type=click.DateTime(("%Y-%m-%d",)),
    help="The day on which it is made; by default today.",
)
@click.option("--force", is_flag=True, help="Write over a sheet that is there already.")
@set_option
@code_option
@rules_option
@language_option
def command(
    facts: str | None,
    out: Path,
    paper: str,
    name: str,
    note: str,
    day: dt.datetime | None,
    force: bool,
    settings: tuple[str, ...],
    code: str | None,
    rules: tuple[str, ...],
    language: str,
) -> int:
    """Make one page to print of a programme, or of a referral.

    Pictures, doses, cues, when to stop, a log to fill in, and a code from which `--code` has the
    answers again. Where questions are open there is no sheet: they are named, and the exit code is
    6. It is 0 for a programme and 5 for a referral. A PDF needs `pip install 'glutemed[pdf]'`.
    """
    if facts is None and code is None and not settings:
        raise click.UsageError("Give a file of facts, - for stdin, --code, or facts by --set.")
    if out.suffix.lower() not in SUFFIXES:
        raise click.BadParameter("the name must end in .html or .pdf", param_hint="'-o'")
    if not out.absolute().parent.is_dir():
        raise click.BadParameter(f"there is no folder {str(out.parent)!r}", param_hint="'-o'")
    check_free(out, force=force)
    occasion = occasion_of(dt.date.today() if day is None else day.date(), name, note)  # noqa: DTZ011

    from glutemed.cli import given
    from glutemed.pipeline import recommend

    ruleset = given.ruleset(rules, language=language)
    known = given.facts(facts, settings, ruleset.vocabulary, begin=decoded(code, facts, ruleset))
    outcome = recommend(known, ruleset)
    if outcome.questions:
        _ask(outcome, ruleset)
    else:
        made = _made(out, _sheet(outcome, known, ruleset, occasion), paper)
        check_free(out, force=force)  # what came while it was made
        write(out, made)
    return exits.OF_OUTCOME[outcome.kind.value]


def occasion_of(day: dt.date, name: str, note: str) -> Occasion:
    """For whom and when a sheet is made.

    Raises:
        click.BadParameter: A day, a name or a note that no sheet takes.
    """
    from glutemed.render.handout import Occasion
    from glutemed.render.handout.content import LAST_DAY

    if day > LAST_DAY:
        raise click.BadParameter(f"the last day is {LAST_DAY}", param_hint="'--date'")
    for given, hint in (({"name": name}, "'--name'"), ({"note": note}, "'--note'")):
        try:
            Occasion(day=day, **given)
        except ValueError as error:
            raise click.BadParameter(str(error), param_hint=hint) from None
    return Occasion(day=day, name=name, note=note)


def _sheet(outcome: Outcome, known: Facts, ruleset: Ruleset, occasion: Occasion) -> Sheet:
    from glutemed.answer_code import code_of
    from glutemed.render.handout import handout

    return handout(outcome, ruleset, occasion, code_of(known, ruleset))


def _made(out: Path, sheet: Sheet, paper: str) -> bytes:
    from glutemed.render.handout import PdfMissing, as_html, as_pdf

    if out.suffix.lower() == ".html":
        return as_html(sheet, paper).encode()
    try:
        return as_pdf(sheet, paper)
    except PdfMissing as error:
        raise click.UsageError(str(error)) from None


def _ask(outcome: Outcome, ruleset: Ruleset) -> None:
    from glutemed.render.human import as_text

    able = screen.screen(err=True)
    screen.note(
        as_text(outcome, ruleset, unicode=able.unicode, colour=able.colour, width=able.width)
    )
    screen.note("No sheet was written: there is none before these are answered.")


def check_free(out: Path, *, force: bool) -> None:
    """Refuse a place where something is that is not to be written over, or never may be.

    Raises:
        click.UsageError: There is.
    """
    try:
        mode = out.lstat().st_mode
    except FileNotFoundError:
        return
    except OSError as error:
        raise _cannot_write(out, error) from None
    if stat.S_ISLNK(mode):
        raise click.UsageError(f"{str(out)!r} is a link; name the file itself")
    if not stat.S_ISREG(mode):
        raise click.UsageError(f"{str(out)!r} is no ordinary file")
    if not force:
        raise click.UsageError(f"{str(out)!r} is there already; --force writes over it")


def write(out: Path, content: bytes) -> None:
    """Write a file that only its owner may read, whole or not at all; a link is never followed."""
    try:
        _put(out, content)
    except OSError as error:
        raise _cannot_write(out, error) from None
    screen.note(f"Written to {out}, which only you may read: it holds answers about your health.")


def _put(out: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=out.absolute().parent, prefix=".sheet.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).replace(out)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise


def _cannot_write(out: Path, error: OSError) -> click.ClickException:
    reason = (error.strerror or "it failed").lower()
    return click.ClickException(f"cannot write {str(out)!r}: {reason}")
