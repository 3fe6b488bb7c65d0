"""`glutemed exercises ID --draw FILE`: the picture of one exercise."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from glutemed.cli import exits, screen

if TYPE_CHECKING:
    from glutemed.model.ruleset import Ruleset


def draw(
    name: str | None, ruleset: Ruleset, picture: str, phase: str, knee_flexion_deg: int | None
) -> int:
    """Write the picture of an exercise to a file, or print it."""
    from glutemed.cli import catalogue
    from glutemed.render.figure import figure_svg, pair_svg

    if name is None:
        raise click.UsageError("which exercise? give its ID before --draw")
    if name not in ruleset.exercise:
        raise catalogue.no_such("exercise", name, ruleset.exercise)
    exercise = ruleset.exercise[name]
    if not exercise.figure:
        raise click.UsageError(f"the rules have no figure of `{name}`")
    bend = exercise.knee_flexion_deg
    if knee_flexion_deg is not None and not bend.least <= knee_flexion_deg <= bend.most:
        raise click.UsageError(f"the knee bends {bend.least} to {bend.most} degrees in `{name}`")
    figure = ruleset.figure[exercise.figure]
    say = ruleset.locale.say
    moments = {"both": say("start and end"), "start": say("start"), "end": say("end")}
    if phase == "both":
        drawn = pair_svg(exercise, figure, knee_flexion_deg, moments[phase])
    else:
        drawn = figure_svg(exercise, figure, phase, knee_flexion_deg, moments[phase])
    if picture == "-":
        screen.out(drawn.rstrip("\n"), plain=True)
    else:
        Path(picture).write_text(drawn, encoding="utf-8", newline="\n")
    return exits.DONE
