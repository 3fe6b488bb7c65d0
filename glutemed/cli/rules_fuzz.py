"""`glutemed rules fuzz`: the laws, held against people made up at random."""

from __future__ import annotations

import random
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from glutemed.cli import exits, screen
from glutemed.cli.examples import Example
from glutemed.cli.options import format_option, rules_option

if TYPE_CHECKING:
    from glutemed.model.rule import Rule
    from glutemed.model.ruleset import Ruleset
    from glutemed.testing.trials import Held


@click.command(
    "fuzz",
    cls=Example,
    examples=(
        "glutemed rules fuzz --examples 10",
        "glutemed rules fuzz --examples 10 --seed 4242 -o people",
    ),
)
@rules_option
@click.option(
    "--examples",
    metavar="N",
    type=click.IntRange(min=1),
    default=100,
    show_default=True,
    help="How often to try each law.",
)
@click.option(
    "--seed",
    "start",
    metavar="N",
    type=click.IntRange(min=0),
    help="Where chance begins, to try the same people again; by default anywhere.",
)
@click.option(
    "-o",
    "--output",
    "folder",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write the people with whom a law falls as files of facts in this folder.",
)
@format_option("human", "plain")
def command(
    rules: tuple[str, ...], examples: int, start: int | None, folder: Path | None, form: str
) -> int:
    """Holds the laws of glutemed against people made up at random.

    The laws say what must hold of every rulebook and everybody: that knowing less makes nothing
    bolder, that what is offered is safe, and so on. Each is tried on people as they come, people
    near the thresholds of a rule, and people who are merely possible. Where a law falls, it
    prints the person with the fewest facts with whom it does. The exit code is 7 then, else 0;
    without hypothesis it is 2.
    """
    from glutemed.cli import given

    try:
        from glutemed.testing.trials import fuzz
    except ImportError as missing:
        screen.note(f"glutemed: {missing}")
        return exits.USAGE

    ruleset = given.ruleset(rules, form)
    begin = random.SystemRandom().randrange(10**6) if start is None else start
    plain = form == "plain"
    width = screen.screen(plain=plain).width
    fallen = tried = 0
    for held in fuzz(ruleset, examples=examples, start=begin):
        screen.out("\n".join(_lines(held, ruleset, folder, width)), plain=plain)
        fallen += bool(held.broken)
        tried += 1
    says = f"{tried - fallen} of {tried} laws held; --seed {begin} tries the same people again."
    screen.out(f"\n{says}", plain=plain)
    return exits.FOUND if fallen else exits.DONE


def _lines(held: Held, ruleset: Ruleset, folder: Path | None, width: int) -> list[str]:
    from glutemed.cli.layout import paragraph
    from glutemed.render.words import count

    law = held.law
    name = law.name.replace("_", " ")
    if not held.broken:
        tries = count(held.examples, "try", "tries")
        apt = "" if held.apt == held.examples else f", {held.apt} to which it applies"
        return paragraph(f"{name} ({tries}{apt})", width, first="HELD    ")
    told = paragraph(f"{name}: {law.says}", width, first="FELL    ")
    told += paragraph(f"at try {held.examples}: {held.broken}", width, indent=8)
    for place, (called, given) in enumerate(held.given):
        if called:
            told += _given(called, given, ruleset, folder, f"{law.name}-{place}", width)
    return told


def _given(
    called: str, given: Any, ruleset: Ruleset, folder: Path | None, name: str, width: int
) -> list[str]:
    """A person, a rule that was added, or some names."""
    from glutemed.cli import made_up
    from glutemed.cli.facts_file import save
    from glutemed.cli.layout import paragraph
    from glutemed.model.facts import Facts
    from glutemed.model.ruleset import Ruleset as Rules

    if isinstance(given, Rules):
        added = [rule for rule in given.rules if rule not in ruleset.rules]
        return [line for rule in added for line in paragraph(_rule(rule, given), width, indent=8)]
    if not isinstance(given, Facts):
        return paragraph(f"{called}: {', '.join(sorted(given)) or 'nothing'}", width, indent=8)
    if folder is None:
        return [f"        {called}:", *made_up.lines(given, ruleset, 10)]
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name.replace('_', '-')}.yaml"
    save(file, made_up.as_file(given, ruleset, "`rules fuzz`"))
    return [f"        {called}: {file}"]


def _rule(rule: Rule, ruleset: Ruleset) -> str:
    """A rule that was added, in words."""
    from glutemed.render import rule_words

    says, when = rule_words.conclusion(rule, ruleset), rule_words.condition(rule, ruleset)
    return f"the rule added: {says}; where {when}"
