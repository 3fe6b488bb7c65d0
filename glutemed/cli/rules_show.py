"""`glutemed rules show`: everything about one rule, hazard or exercise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from glutemed.cli import exits, screen
from glutemed.cli.examples import Example
from glutemed.cli.options import format_option, known, rules_option

if TYPE_CHECKING:
    from glutemed.model.rule import Hazard, Rule
    from glutemed.model.ruleset import Ruleset


@click.command(
    "show",
    cls=Example,
    examples=(
        "glutemed rules show surgeon/no-deeper-than-45",
        "glutemed rules show clamshell",
    ),
)
@click.argument("name", metavar="ID", shell_complete=known("rules"))
@format_option("human", "plain")
@rules_option
def command(name: str, form: str, rules: tuple[str, ...]) -> int:
    """Tell everything about one rule, hazard or exercise: when, what, why, its sources, its place.

    The pack before the slash may be left out where one rule only has that id.
    """
    from glutemed.cli import given

    ruleset = given.ruleset(rules)
    plain = form == "plain"
    lines = _found(name, ruleset, screen.screen(plain=plain).width)
    screen.out("\n".join(lines), plain=plain)
    return exits.DONE


def _found(name: str, ruleset: Ruleset, width: int) -> list[str]:
    from glutemed.cli import catalogue
    from glutemed.render.rule_words import written

    rules = {rule.written: rule for rule in written(ruleset)}
    hazards = {hazard.id: hazard for hazard in ruleset.hazards}
    if name in ruleset.rule:
        name = ruleset.rule[name].written
    short = [rule for rule in rules if rule.partition("/")[2] == name]
    if name in rules:
        return _rule(rules[name], ruleset, width)
    if name in hazards:
        return _hazard(hazards[name], ruleset, width)
    if name in ruleset.exercise:
        return catalogue.exercise(ruleset.exercise[name], ruleset, width)
    if len(short) == 1:
        return _rule(rules[short[0]], ruleset, width)
    if short:
        raise click.UsageError(f"`{name}` may be {' or '.join(f'`{rule}`' for rule in short)}")
    ids = [rule.partition("/")[2] for rule in rules]
    raise catalogue.no_such(
        "rule, hazard or exercise", name, [*rules, *ids, *hazards, *ruleset.exercise]
    )


def _rule(rule: Rule, ruleset: Ruleset, width: int) -> list[str]:
    from glutemed.cli import catalogue
    from glutemed.cli.layout import paragraph
    from glutemed.render import rule_words

    field = catalogue.field
    lines = [
        f"{rule.written} ({rule_words.kind(rule)})",
        *field("when", rule_words.condition(rule, ruleset), width),
        *field("then", rule_words.conclusion(rule, ruleset), width),
        *field("because", rule.because, width),
    ]
    if rule.examples:
        lines += ["", "Examples"]
        for example in rule.examples:
            lines += paragraph(rule_words.example(example, ruleset), width, first="  - ")
    lines += catalogue.sources(rule.sources, ruleset, width)
    reviewed = f", reviewed {rule.reviewed}" if rule.reviewed else ""
    return [*lines, "", f"{rule.span.where}{reviewed}"]


def _hazard(hazard: Hazard, ruleset: Ruleset, width: int) -> list[str]:
    from glutemed.cli import catalogue
    from glutemed.reading.english import english
    from glutemed.render.rule_words import ATTRIBUTES

    field = catalogue.field
    return [
        f"{hazard.id} (hazard)",
        *field("when", catalogue.when(hazard.when, ruleset), width),
        *field("never", english(hazard.never, ATTRIBUTES), width),
        *field("because", hazard.because, width),
        *catalogue.sources(hazard.sources, ruleset, width),
        "",
        hazard.span.where,
    ]
