"""`glutemed facts`: everything that can be asked."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from glutemed.cli import exits, screen
from glutemed.cli.examples import Example
from glutemed.cli.options import format_option, language_option, rules_option

if TYPE_CHECKING:
    from glutemed.model.ruleset import Ruleset


@click.command(
    "facts",
    cls=Example,
    examples=(
        "glutemed facts",
        "glutemed facts --template > me.yaml",
        "glutemed facts --format json > facts.schema.json",
        "glutemed facts --code me.yaml",
    ),
)
@click.option("--template", is_flag=True, help="Print a file of facts to fill in.")
@click.option(
    "--code",
    "coded",
    metavar="FACTS",
    type=click.Path(path_type=str, allow_dash=True),
    help="Print a code that holds the facts of a file, for `recommend --code`.",
)
@format_option("human", "plain", "json")
@rules_option
@language_option
def command(
    template: bool, coded: str | None, form: str, rules: tuple[str, ...], language: str
) -> int:
    """List every fact that the rules may ask for: its name, how it is answered, its question.

    With --template it prints a file to fill in, valid as it stands. With --format json it prints a
    JSON Schema (draft 2020-12) of such a file, for the forms of other apps.
    """
    from glutemed.cli import given

    ruleset = given.ruleset(rules, form, language)
    if coded is not None:
        from glutemed.answer_code import code_of

        screen.out(code_of(given.facts(coded, (), ruleset.vocabulary, form), ruleset))
    elif template:
        from glutemed.cli import facts_file

        screen.out(facts_file.template(ruleset))
    elif form == "json":
        from glutemed.render.schema import facts_schema

        screen.out_json(json.dumps(facts_schema(ruleset), indent=2, ensure_ascii=False))
    else:
        able = screen.screen(plain=form == "plain")
        screen.out("\n".join(_listed(ruleset, able.width)), plain=form == "plain")
    return exits.DONE


def _listed(ruleset: Ruleset, width: int) -> list[str]:
    from glutemed.cli.facts_file import answer_form, by_subject
    from glutemed.cli.layout import paragraph
    from glutemed.model.facts import BUILT_IN
    from glutemed.rulebook.spoken import each_spoken

    lines: list[str] = []
    locale = ruleset.locale
    for subject, facts in by_subject(ruleset).items():
        lines += ["", subject] if lines else [subject]
        if subject == "screening":
            text = locale.say(
                "Warning signs. `screening: clear` answers every one of them with no."
            )
            lines += paragraph(text, width, indent=2)
        for declared in facts:
            told = f"{declared.name}: {answer_form(declared, locale)}"
            if declared.name not in BUILT_IN and not declared.red_flag:
                told = locale.say("{fact} (declared by {pack})", fact=told, pack=declared.pack)
            lines += paragraph(told, width, indent=2)
            lines += paragraph(declared.ask, width, indent=6)
        if subject == "response":
            for declared in each_spoken(ruleset):
                lines += paragraph(
                    f"{declared.name}: {answer_form(declared, locale)}", width, indent=2
                )
                lines += paragraph(declared.ask, width, indent=6)
    return lines
