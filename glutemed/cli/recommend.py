"""`glutemed recommend`: facts in; a programme, questions or a referral out."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from glutemed.cli import exits, screen
from glutemed.cli.coded import code_option, decoded
from glutemed.cli.examples import Example
from glutemed.cli.options import format_option, language_option, rules_option, set_option

if TYPE_CHECKING:
    from glutemed.model.facts import Facts
    from glutemed.model.outcome import Outcome
    from glutemed.model.ruleset import Ruleset


@click.command(
    "recommend",
    cls=Example,
    examples=(
        "glutemed recommend --ask --save me.yaml",
        "glutemed recommend --resume me.yaml",
        "glutemed facts --template > me.yaml",
        "glutemed recommend me.yaml --set screening=clear --set person.age=30",
        "glutemed recommend me.yaml --format json",
    ),
)
@click.argument("facts", required=False, type=click.Path(path_type=str, allow_dash=True))
@set_option
@code_option
@click.option("--ask", is_flag=True, help="Ask for what is still needed, question by question.")
@click.option(
    "--resume",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Go on with questions that were stopped: FILE is what --save wrote, and keeps the rest.",
)
@click.option(
    "--save",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Write the facts, answers included, to a file that only you may read.",
)
@format_option("human", "plain", "markdown", "json")
@rules_option
@language_option
def command(
    facts: str | None,
    settings: tuple[str, ...],
    code: str | None,
    ask: bool,
    resume: Path | None,
    save: Path | None,
    form: str,
    rules: tuple[str, ...],
    language: str,
) -> int:
    """Say what one person should do: a programme, or see somebody, or answer questions first.

    FACTS is a file of YAML or JSON (`glutemed facts --template` prints one to fill in), or - for
    stdin. What it leaves out is unknown, and what is unknown is never taken as safe. The exit code
    is 0 for a programme, 5 for a referral and 6 where questions remain.
    """
    if resume is not None:
        if facts is not None or code is not None or save is not None:
            raise click.UsageError("--resume takes the answers from its FILE and keeps them there.")
        facts, ask, save = str(resume), True, resume
    if facts is None and code is None and not settings and not ask:
        raise click.UsageError(
            "Give a file of facts, - for stdin, --code, or facts by --set; or let --ask ask you."
        )
    if ask and facts == "-":
        raise click.UsageError("--ask reads your answers from stdin, so FACTS cannot be -.")
    if save is not None and not os.access(save.parent, os.W_OK):
        raise click.BadParameter(f"cannot write in {str(save.parent)!r}", param_hint="'--save'")
    if save is not None and save.exists() and str(save) != facts:
        raise click.BadParameter(
            f"{str(save)!r} is there already; only FACTS itself is written over",
            param_hint="'--save'",
        )

    from glutemed.cli import given

    ruleset = given.ruleset(rules, form, language)
    begin = decoded(code, facts, ruleset)
    known = given.facts(facts, settings, ruleset.vocabulary, form, begin)
    if ask:
        from glutemed.cli.keeping import asked

        known = asked(ruleset, known, save)
    kept = save is None or _saved(save, known, ruleset)

    from glutemed.pipeline import recommend

    outcome = recommend(known, ruleset)
    _show(outcome, ruleset, form)
    return exits.OF_OUTCOME[outcome.kind.value] if kept else exits.FAILED


def _saved(path: Path, facts: Facts, ruleset: Ruleset) -> bool:
    from glutemed.cli.keeping import saved

    return saved(path, facts, ruleset)


def _show(outcome: Outcome, ruleset: Ruleset, form: str) -> None:
    if form == "json":
        from glutemed.render.json import as_json

        screen.out_json(as_json(outcome))
    elif form == "markdown":
        from glutemed.render.markdown import as_markdown

        screen.out(as_markdown(outcome, ruleset))
    else:
        from glutemed.render.human import as_text

        able = screen.screen(plain=form == "plain")
        text = as_text(outcome, ruleset, unicode=able.unicode, colour=able.colour, width=able.width)
        screen.out(text, plain=form == "plain")
