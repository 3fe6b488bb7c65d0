"""`glutemed rules schema`: a JSON Schema of rule files, for editors."""

from __future__ import annotations

from pathlib import Path

import click

from glutemed.cli import exits, files, screen
from glutemed.cli.examples import Example
from glutemed.cli.options import rules_option


@click.command(
    "schema",
    cls=Example,
    examples=(
        "glutemed rules schema -o rules.schema.json",
        "glutemed rules schema > rules.schema.json",
    ),
)
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write it; by default to stdout.",
)
@rules_option
def command(output: Path | None, rules: tuple[str, ...]) -> int:
    """Write a JSON Schema (draft-07) of rule files, for editors that know YAML.

    It has every fact with its question, and every exercise, family, rule and source by name. The one
    for the bundled rules lies beside the package as rules.schema.json; with --rules it knows what
    your files declare as well.
    """
    from glutemed.cli import given
    from glutemed.render.rule_schema import as_text, rules_schema

    text = as_text(rules_schema(given.ruleset(rules)))
    if output is None:
        screen.out_json(text)
        return exits.DONE
    files.new(output, text, force=True)
    screen.note(f"Written to {output}.")
    return exits.DONE
