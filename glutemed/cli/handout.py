"""`glutemed handout`: a programme or a referral as one page to print."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import click

from glutemed.cli import exits, screen
from glutemed.cli.coded import code_option, decoded
from glutemed.cli.examples import Example
from glutemed.cli.options import language_option, rules_option, set_option
from glutemed.cli.sheet_file import check_place, occasion_of, sheet_options, write_sheet

if TYPE_CHECKING:
    from glutemed.model.facts import Facts
    from glutemed.model.outcome import Outcome
    from glutemed.model.ruleset import Ruleset
    from glutemed.render.handout import Occasion, Sheet


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
@sheet_options()
@click.option(
    "--date",
    "day",
    metavar="YYYY-MM-DD",
    type=click.DateTime(("%Y-%m-%d",)),
    help="The day on which it is made; by default today.",
)
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
    answers again. Where questions are open they are named, the exit code is 6, and there is a
    sheet only if it is sure that someone must see you. It is 0 for a programme and 5 for a
    referral. A PDF needs `pip install 'glutemed[pdf]'`.
    """
    if facts is None and code is None and not settings:
        raise click.UsageError("Give a file of facts, - for stdin, --code, or facts by --set.")
    check_place(out, force=force)
    occasion = occasion_of(dt.date.today() if day is None else day.date(), name, note)  # noqa: DTZ011

    from glutemed.cli import given
    from glutemed.pipeline import recommend

    ruleset = given.ruleset(rules, language=language)
    known = given.facts(facts, settings, ruleset.vocabulary, begin=decoded(code, facts, ruleset))
    outcome = recommend(known, ruleset)
    if outcome.questions:
        _ask(outcome, ruleset)
    if not outcome.questions or outcome.meanwhile is not None:
        sheet = _sheet(outcome, known, ruleset, occasion)
        write_sheet(out, sheet, paper, ruleset.locale, force=force)
    return exits.OF_OUTCOME[outcome.kind.value]


def _sheet(outcome: Outcome, known: Facts, ruleset: Ruleset, occasion: Occasion) -> Sheet:
    from glutemed.answer_code import code_of
    from glutemed.render.handout import handout

    return handout(outcome, ruleset, occasion, code_of(known, ruleset))


def _ask(outcome: Outcome, ruleset: Ruleset) -> None:
    from glutemed.render.human import as_text

    able = screen.screen(err=True)
    screen.note(
        as_text(outcome, ruleset, unicode=able.unicode, colour=able.colour, width=able.width)
    )
    if outcome.meanwhile is None:
        screen.note(
            ruleset.locale.say("No sheet was written: there is none before these are answered.")
        )
