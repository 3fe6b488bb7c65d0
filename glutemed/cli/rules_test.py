"""`glutemed rules test`: people, and what they must and must not get."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from glutemed.cli import exits, screen
from glutemed.cli.examples import Example
from glutemed.cli.options import format_option

if TYPE_CHECKING:
    from glutemed.model.ruleset import Ruleset


@click.command(
    "test",
    cls=Example,
    examples=(
        "glutemed rules test",
        "glutemed rules test --format plain",
    ),
)
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path(path_type=str))
@format_option("human", "plain", "json")
def command(paths: tuple[str, ...], form: str) -> int:
    """Try every case of the rules: a person, and what they must and must not get.

    The cases of the bundled rules are tried with the files or folders added, on people who do
    not have the conditions that are added, so that you see whether yours change what others get.
    Where such a person's diagnosis is unknown, a programme cannot be promised any more: that case
    is left out, and counted. An added exercise that took the place of a bundled one is named. The
    exit code is 7 where a case fails.
    """
    from glutemed.cli import given
    from glutemed.cli.layout import paragraph
    from glutemed.proof.cases import try_cases
    from glutemed.render.words import count

    ruleset = given.ruleset(paths, form)
    results = try_cases(ruleset)
    failed = [result for result in results if not result.passed]
    if form == "json":
        told = [
            {
                "name": result.case.name,
                "where": result.case.span.where,
                "passed": result.passed,
                "faults": list(result.faults),
            }
            for result in results
        ]
        screen.out_json(json.dumps(told, indent=2, ensure_ascii=False))
        return exits.FOUND if failed else exits.DONE
    plain = form == "plain"
    width = screen.screen(plain=plain).width
    lines: list[str] = []
    for result in failed:
        lines += [f"FAILED {result.case.span.where}", *paragraph(result.case.name, width, indent=2)]
        for fault in result.faults:
            lines += paragraph(fault, width, first="    - ")
    counts = f"{count(len(results), 'case')}: {len(results) - len(failed)} passed"
    lines.append(f"{counts}, {len(failed)} failed.")
    if ruleset.added:
        lines += _beside_the_bundled(ruleset, len(ruleset.cases) - len(results), width)
    screen.out("\n".join(lines), plain=plain)
    return exits.FOUND if failed else exits.DONE


def _beside_the_bundled(ruleset: Ruleset, left_out: int, width: int) -> list[str]:
    """What the cases alone do not show: people who were not tried, and exercises that gave way."""
    from glutemed.cli import given
    from glutemed.cli.layout import paragraph
    from glutemed.proof.displaced import displacing
    from glutemed.render.words import count

    told = []
    if left_out:
        told.append(
            f"{count(left_out, 'bundled case')} left out: the diagnosis is unknown there, and could "
            "be one that was added."
        )
    for found in displacing(ruleset, given.ruleset(())):
        gone = ", ".join(f"`{name}` ({number})" for name, number in found.gone.items())
        told.append(
            f"`{found.exercise}`, which was added, takes the place of others for "
            f"{count(found.people, 'person', 'people')} of the bundled cases: {gone}. That is no "
            "failure; if it is not meant, let others be preferred over it, in a file without a "
            "`when` at its top."
        )
    return [line for text in told for line in paragraph(text, width)]
