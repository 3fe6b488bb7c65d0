"""`glutemed rules sources`: what the rules rest on, and how far it was read."""

from __future__ import annotations

import json
import re
from collections import Counter
from textwrap import shorten
from typing import TYPE_CHECKING

import click

from glutemed.cli import exits, screen
from glutemed.cli.examples import Example
from glutemed.cli.options import format_option, rules_option
from glutemed.rulebook.declarations import READ

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from glutemed.model.ruleset import ClinicalSource, Ruleset

UNREAD = READ[-1]
CITING = ("rule", "condition", "exercise", "hazard")
_MOST_TITLE = 70
_MOST_AUTHORS = 60
_PERSON = re.compile(r".+ [A-Z]{1,5}")


@click.command(
    "sources",
    cls=Example,
    examples=(
        "glutemed rules sources",
        "glutemed rules sources --unread",
    ),
)
@click.option("--unread", is_flag=True, help=f"Only those not read: short for --read {UNREAD}.")
@click.option(
    "--read",
    "levels",
    type=click.Choice(READ),
    multiple=True,
    help="Only those read this far; may be repeated.",
)
@format_option("human", "plain", "json")
@rules_option
def command(unread: bool, levels: tuple[str, ...], form: str, rules: tuple[str, ...]) -> int:
    """List the sources: who, when, what, how far it was read, and how much cites it.

    A source is read in full, as its abstract, as another page reports it (secondary), or was only
    recalled: written down from memory, and still to be looked up.
    """
    from glutemed.cli import given

    ruleset = given.ruleset(rules, form)
    wanted = {*levels, UNREAD} if unread else set(levels or READ)
    found = [source for source in ruleset.sources if source.read in wanted]
    cited = citations(ruleset)
    if form == "json":
        listed = [_as_json(source, cited) for source in found]
        screen.out_json(json.dumps(listed, indent=2, ensure_ascii=False))
    else:
        plain = form == "plain"
        lines = _listed(found, cited, screen.screen(plain=plain).width)
        screen.out("\n".join(lines or ["There is no such source."]), plain=plain)
    return exits.DONE


def citations(ruleset: Ruleset) -> Mapping[str, Counter[str]]:
    """For each source, how many rules (as written), conditions, exercises and hazards cite it."""
    from glutemed.render.rule_words import written

    citing = {
        "rule": [rule.sources for rule in written(ruleset)],
        "condition": [condition.sources for condition in ruleset.conditions],
        "exercise": [exercise.sources for exercise in ruleset.exercises],
        "hazard": [hazard.sources for hazard in ruleset.hazards],
    }
    cited: dict[str, Counter[str]] = {source.id: Counter() for source in ruleset.sources}
    for kind in CITING:
        for sources in citing[kind]:
            for name in set(sources):
                cited[name][kind] += 1
    return cited


def _listed(
    sources: Sequence[ClinicalSource], cited: Mapping[str, Counter[str]], width: int
) -> list[str]:
    from glutemed.cli.layout import paragraph

    lines: list[str] = []
    for source in sources:
        title = shorten(source.title, _MOST_TITLE, placeholder=" ...")
        lines.append(f"{source.id}  {source.read}")
        lines += paragraph(f"{_who(source.authors)} ({source.year}). {title}", width, indent=4)
        lines += paragraph(f"cited by {_how_much(cited[source.id])}", width, indent=4)
    return lines


def _who(authors: str) -> str:
    """The first of three or more persons; two persons or an institution as they stand."""
    names = authors.partition(" (")[0]
    first, *others = names.split(", ")
    many = len(others) > 1 or others == ["et al."]
    if many and _PERSON.fullmatch(first) and (_PERSON.fullmatch(others[0]) or not others[1:]):
        return f"{first} et al."
    return shorten(names, _MOST_AUTHORS, placeholder=" ...")


def _how_much(cited: Counter[str]) -> str:
    counts = [(cited[kind], kind) for kind in CITING if cited[kind]]
    said = [f"{number} {kind}{'' if number == 1 else 's'}" for number, kind in counts]
    return ", ".join(said) or "nothing yet"


def _as_json(source: ClinicalSource, cited: Mapping[str, Counter[str]]) -> dict[str, object]:
    return {
        "id": source.id,
        "authors": source.authors,
        "year": source.year,
        "title": source.title,
        "journal": source.journal,
        "doi": source.doi,
        "url": source.url,
        "read": source.read,
        "says": source.says,
        "cited_by": {f"{kind}s": cited[source.id][kind] for kind in CITING},
    }
