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
        "glutemed rules graph > rules.mmd",
    ),
)
@click.argument("exercise", required=False, shell_complete=known("exercises"))
@rules_option
def command(exercise: str | None, rules: tuple[str, ...]) -> int:
    """Draw, as a flowchart in Mermaid, which facts lead by which rules to which conclusions.

    With the id of an EXERCISE: everything that can touch it. Without one: the packs, the kinds of
    conclusions that they draw, and the derived values that pass between them.
    """
    from glutemed.cli import given
    from glutemed.cli.catalogue import no_such
    from glutemed.render.rule_graph import exercise_graph, overview_graph

    ruleset = given.ruleset(rules)
    if exercise is None:
        screen.out(overview_graph(ruleset))
        return exits.DONE
    if exercise not in ruleset.exercise:
        raise no_such("exercise", exercise, ruleset.exercise)
    screen.out(exercise_graph(ruleset, ruleset.exercise[exercise]))
    return exits.DONE
