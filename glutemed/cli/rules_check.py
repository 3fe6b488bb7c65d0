"""`glutemed rules check`: everything that is wrong with rule files."""

from __future__ import annotations

import click

from glutemed.cli import exits, screen
from glutemed.cli.examples import Example
from glutemed.cli.options import format_option


@click.command(
    "check",
    cls=Example,
    examples=(
        "glutemed rules check",
        "glutemed rules check --format json",
    ),
)
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path(path_type=str))
@format_option("human", "plain", "json")
def command(paths: tuple[str, ...], form: str) -> int:
    """Find everything that is wrong with the bundled rules and with files or folders added to them.

    All faults are shown at once, each with its place, a code and what to try. The exit code is 3
    where one of them is an error, else 0.
    """
    from glutemed.model.diagnostic import Severity
    from glutemed.render.words import count
    from glutemed.rulebook.load import load

    ruleset, found = load(paths)
    screen.diagnostics(found, form, err=False)
    errors = sum(one.severity is Severity.ERROR for one in found)
    if form == "human":
        warnings = count(len(found) - errors, "warning")
        if found:
            screen.out("")
        text = f"{count(errors, 'error')}, {warnings}"
        if ruleset is not None:
            text += (
                f": {count(len({rule.written for rule in ruleset.written_rules}), 'rule')}, "
                f"{count(len(ruleset.exercises), 'exercise')}, "
                f"{count(len(ruleset.hazards), 'hazard')}, "
                f"{count(len(ruleset.cases), 'case')}, all examples come true"
            )
        screen.out(f"{text}.")
    return exits.RULES_INVALID if ruleset is None else exits.DONE
