"""`glutemed facts`: everything that can be asked."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from glutemed.cli import exits, screen
from glutemed.cli.examples import Example
from glutemed.cli.options import format_option, rules_option

if TYPE_CHECKING:
    from glutemed.model.ruleset import Ruleset


@click.command(
    "facts",
    cls=Example,
    examples=(
        "glutemed facts",
        "glutemed facts --template > me.yaml",
        "glutemed facts --format json > facts.schema.json",
    ),
)
@click.option("--template", is_flag=True, help="Print a file of facts to fill in.")
@format_option("human", "plain", "json")
@rules_option
def command(template: bool, form: str, rules: tuple[str, ...]) -> int:
    """List every fact that the rules may ask for: its name, how it is answered, its question.

    With --template it prints a file to fill in, valid as it stands. With --format json it prints a
    JSON Schema (draft 2020-12) of such a file, for the forms of other apps.
    """
    from glutemed.cli import given

    ruleset = given.ruleset(rules, form)
    if template:
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
    from glutemed.model.facts import BUILT_IN, each_declarations

    lines: list[str] = []
    for subject, facts in by_subject(ruleset).items():
        lines += ["", subject] if lines else [subject]
        if subject == "screening":
            text = "Warning signs. `screening: clear` answers every one of them with no."
            lines += paragraph(text, width, indent=2)
        for declared in facts:
            where = "" if declared.name in BUILT_IN else f" (declared by {declared.pack})"
            if declared.red_flag:
                where = ""
            lines += paragraph(f"{declared.name}: {answer_form(declared)}{where}", width, indent=2)
            lines += paragraph(declared.ask, width, indent=6)
        if subject == "response":
            for declared in each_declarations("EXERCISE", "It").values():
                name = declared.name
                lines += paragraph(f"{name}: {answer_form(declared)}", width, indent=2)
                lines += paragraph(declared.ask.removeprefix("It: "), width, indent=6)
    return lines
