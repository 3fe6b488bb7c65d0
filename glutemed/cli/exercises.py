"""`glutemed exercises`: the catalogue."""

from __future__ import annotations

import click

from glutemed.cli import exits, screen
from glutemed.cli.examples import Example
from glutemed.cli.options import format_option, known, language_option, rules_option


@click.command(
    "exercises",
    cls=Example,
    examples=(
        "glutemed exercises",
        "glutemed exercises clamshell",
        "glutemed exercises clamshell --draw clamshell.svg",
    ),
)
@click.argument("exercise", metavar="[ID]", required=False, shell_complete=known("exercises"))
@click.option(
    "--draw",
    "picture",
    metavar="FILE",
    type=click.Path(dir_okay=False),
    help="Write a picture of that exercise instead, as SVG; `-` prints it.",
)
@click.option(
    "--phase",
    type=click.Choice(("both", "start", "end")),
    default="both",
    show_default=True,
    help="What of the movement to draw.",
)
@click.option(
    "--knee",
    metavar="DEGREES",
    type=click.IntRange(0, 150),
    help="The bend to draw; left out, the deepest of the exercise.",
)
@format_option("human", "plain")
@rules_option
@language_option
def command(
    exercise: str | None,
    picture: str | None,
    phase: str,
    knee: int | None,
    form: str,
    rules: tuple[str, ...],
    language: str,
) -> int:
    """List the exercises that the rules know; with an ID, tell everything about that one.

    Each row is one load: a clamshell with a light band is a row of its own, in the family of the
    clamshell. With --draw, the picture of one: its start and its end, with its band or weight.
    """
    from glutemed.cli import catalogue, given
    from glutemed.cli.layout import table

    ruleset = given.ruleset(rules, language=language)
    if picture is not None:
        from glutemed.cli import exercises_draw

        return exercises_draw.draw(exercise, ruleset, picture, phase, knee)
    plain = form == "plain"
    width = screen.screen(plain=plain).width
    if exercise is not None:
        if exercise not in ruleset.exercise:
            raise catalogue.no_such("exercise", exercise, ruleset.exercise)
        lines = catalogue.exercise(ruleset.exercise[exercise], ruleset, width)
    else:
        say = ruleset.locale.say
        rows = [("id", say("stage"), say("carries"), say("name"))]
        rows += [
            (found.id, str(found.stage), say(catalogue.CARRIES[found.weight_bearing]), found.name)
            for found in sorted(ruleset.exercises, key=lambda e: (e.family, e.rung, e.id))
        ]
        lines = table(rows, width)
    screen.out("\n".join(lines), plain=plain)
    return exits.DONE
