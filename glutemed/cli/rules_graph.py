"""`glutemed rules graph`: which facts lead to which conclusions, as a picture in Mermaid."""

from __future__ import annotations

import click

from glutemed.cli import exits, screen
from glutemed.cli.examples import Example
from glutemed.cli.options import known, rules_option


@click.command(
    "graph",
    cls=Example,
    examples=(
        "glutemed rules graph clamshell > clamshell.mmd",
        "glutemed rules graph --about complaint.pain_usual",
        "glutemed rules graph > rules.mmd",
    ),
)
@click.argument("exercise", required=False, shell_complete=known("exercises"))
@click.option(
    "--about",
    metavar="FACT|RULE",
    help="Only what follows from one fact or derived value, or what leads to one rule and follows.",
)
@click.option("--packs", is_flag=True, help="In the overview, each pack by itself.")
@rules_option
def command(exercise: str | None, about: str | None, packs: bool, rules: tuple[str, ...]) -> int:
    """Draw, as a flowchart in Mermaid, which facts lead by which rules to which conclusions.

    With the id of an EXERCISE: everything that can touch it. Without one: the files of rules, those
    of one folder as one, the kinds of conclusions that they draw, and the derived values that pass
    between them.
    """
    from glutemed.cli import given
    from glutemed.cli.catalogue import no_such
    from glutemed.render.rule_graph import about_graph, exercise_graph, overview_graph

    if sum((exercise is not None, about is not None, packs)) > 1:
        raise click.UsageError("Give one of these: an EXERCISE, --about or --packs.")
    ruleset = given.ruleset(rules)
    if about is not None:
        named = {*ruleset.quantities, *(rule.written for rule in ruleset.written_rules)}
        if about not in named:
            raise no_such("fact or rule", about, named)
        screen.out(about_graph(ruleset, about))
        return exits.DONE
    if exercise is None:
        screen.out(overview_graph(ruleset, packs=packs))
        return exits.DONE
    if exercise not in ruleset.exercise:
        raise no_such("exercise", exercise, ruleset.exercise)
    screen.out(exercise_graph(ruleset, ruleset.exercise[exercise]))
    return exits.DONE
