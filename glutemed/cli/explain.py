"""`glutemed explain`: why it came out like that."""

from __future__ import annotations

import json

import click

from glutemed.cli import exits, screen
from glutemed.cli.examples import Example
from glutemed.cli.options import format_option, known, language_option, rules_option, set_option


@click.command(
    "explain",
    cls=Example,
    examples=(
        "glutemed facts --template > me.yaml",
        "glutemed explain me.yaml",
        "glutemed explain me.yaml clamshell --set screening=clear",
        "glutemed batch --template > people.csv",
        "glutemed explain people.csv --row 1",
        "glutemed explain me.yaml clamshell --graph > clamshell.mmd",
    ),
)
@click.argument("facts", required=False, type=click.Path(path_type=str, allow_dash=True))
@click.argument("exercise", required=False, shell_complete=known("exercises"))
@click.option("--graph", is_flag=True, help="Draw the derivation, as a flowchart in Mermaid.")
@set_option
@click.option(
    "--row",
    type=click.IntRange(min=1),
    help="FACTS is a table of many people, as `glutemed batch` reads it: explain this row of it.",
)
@click.option("--id", "id_column", metavar="COLUMN", help="With --row: a column that is no fact.")
@format_option("human", "plain", "json")
@rules_option
@language_option
def command(
    facts: str | None,
    exercise: str | None,
    graph: bool,
    settings: tuple[str, ...],
    row: int | None,
    id_column: str | None,
    form: str,
    rules: tuple[str, ...],
    language: str,
) -> int:
    """Say why one person gets what they get, rule by rule, and what would change it.

    Without EXERCISE it goes through all exercises in short; with its id it tells every rule that
    touches that one, each with its file and line, its source and the facts that it read. With
    --graph the same is drawn, without the rules that do not hold.
    """
    if facts is None and not settings:
        raise click.UsageError("Give a file of facts, - for stdin, or facts by --set.")
    if row is not None and (facts is None or settings):
        raise click.UsageError("--row takes a table of people as FACTS, and no --set.")
    if id_column is not None and row is None:
        raise click.UsageError("--id goes with --row.")
    if graph and form == "json":
        raise click.UsageError("--graph is drawn in Mermaid, so it has no --format json.")

    from glutemed.cli import given
    from glutemed.cli.catalogue import no_such
    from glutemed.pipeline import explain

    ruleset = given.ruleset(rules, form, language)
    if exercise is not None and exercise not in ruleset.exercise:
        raise no_such("exercise", exercise, ruleset.exercise)
    if row is not None and facts is not None:
        from glutemed.cli.batch import row_of

        person = row_of(facts, row, ruleset, id_column, form)
    else:
        person = given.facts(facts, settings, ruleset.vocabulary, form)
    told = explain(person, ruleset, exercise)

    if graph:
        from glutemed.render.derivation_graph import derivation_graph

        screen.out(derivation_graph(told, ruleset.locale), plain=form == "plain")
        return exits.DONE

    from glutemed.render import explanation

    if form == "json":
        text = json.dumps(explanation.as_json(told), indent=2, ensure_ascii=False)
        screen.out_json(text)
        return exits.DONE
    able = screen.screen(plain=form == "plain")
    text = explanation.as_text(told, unicode=able.unicode, width=able.width, locale=ruleset.locale)
    screen.out(text, plain=form == "plain")
    return exits.DONE
