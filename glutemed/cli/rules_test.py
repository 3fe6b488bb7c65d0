"""`glutemed rules test`: people, and what they must and must not get."""

from __future__ import annotations

import json

import click

from glutemed.cli import exits, screen
from glutemed.cli.examples import Example
from glutemed.cli.options import format_option


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
    not have the conditions that are added, so that you see whether yours change what others get. The exit code is 7 where a case fails.
    """
    from glutemed.cli import given
    from glutemed.cli.layout import paragraph
    from glutemed.proof.cases import try_cases
    from glutemed.render.words import count

    results = try_cases(given.ruleset(paths, form))
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
    screen.out("\n".join(lines), plain=plain)
    return exits.FOUND if failed else exits.DONE
