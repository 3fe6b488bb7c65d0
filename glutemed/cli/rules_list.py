"""`glutemed rules list`: the rules at a glance."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import click

from glutemed.cli import exits, screen
from glutemed.cli.examples import Example
from glutemed.cli.options import format_option, rules_option

if TYPE_CHECKING:
    from glutemed.model.ruleset import Ruleset


@click.command(
    "list",
    cls=Example,
    examples=(
        "glutemed rules list",
        "glutemed rules list --summary",
    ),
)
@click.option("--summary", is_flag=True, help="Only how many there are of each.")
@format_option("human", "plain")
@rules_option
def command(summary: bool, form: str, rules: tuple[str, ...]) -> int:
    """List the rules: the id, what kind of conclusion it draws, and its condition in words."""
    from glutemed.cli import given

    ruleset = given.ruleset(rules)
    plain = form == "plain"
    width = screen.screen(plain=plain).width
    lines = _summary(ruleset, width) if summary else _listed(ruleset, width)
    screen.out("\n".join(lines), plain=plain)
    return exits.DONE


def _listed(ruleset: Ruleset, width: int) -> list[str]:
    from glutemed.cli.layout import paragraph
    from glutemed.render.rule_words import condition, kind, written

    lines: list[str] = []
    for rule in written(ruleset):
        lines.append(f"{rule.written}  {kind(rule)}")
        lines += paragraph(condition(rule, ruleset), width, indent=4)
    return lines


def _summary(ruleset: Ruleset, width: int) -> list[str]:
    from glutemed.cli.layout import table
    from glutemed.render.rule_words import kind, written
    from glutemed.rulebook.declarations import READ

    kinds = Counter(kind(rule) for rule in written(ruleset))
    read = Counter(source.read for source in ruleset.sources)
    rows = [
        ("packs", str(len(ruleset.packs))),
        ("rules", str(sum(kinds.values()))),
        *((f"  {name}", str(number)) for name, number in sorted(kinds.items())),
        ("ground rules", str(len(ruleset.written_rules))),
        ("conditions", str(len(ruleset.conditions))),
        ("exercises", str(len(ruleset.exercises))),
        ("families", str(len({exercise.family for exercise in ruleset.exercises}))),
        ("hazards", str(len(ruleset.hazards))),
        ("red flags", str(len(ruleset.vocabulary.red_flags))),
        ("cases", str(len(ruleset.cases))),
        ("sources", str(len(ruleset.sources))),
        *((f"  read: {name}", str(read[name])) for name in READ),
        ("version", ruleset.version),
        ("fingerprint", ruleset.fingerprint),
    ]
    return table(rows, width)
