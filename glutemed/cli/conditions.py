"""`glutemed conditions`: what a person may have."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from glutemed.cli import exits, screen
from glutemed.cli.examples import Example
from glutemed.cli.options import format_option, known, language_option, rules_option
from glutemed.model.locale import message

if TYPE_CHECKING:
    from glutemed.model.ruleset import HealthCondition, Ruleset

_EVIDENCE = {
    "strong": message("strong"),
    "moderate": message("moderate"),
    "weak": message("weak"),
}


@click.command(
    "conditions",
    cls=Example,
    examples=(
        "glutemed conditions",
        "glutemed conditions patellofemoral_pain",
    ),
)
@click.argument("condition", metavar="[ID]", required=False, shell_complete=known("conditions"))
@format_option("human", "plain")
@rules_option
@language_option
def command(condition: str | None, form: str, rules: tuple[str, ...], language: str) -> int:
    """List the conditions that the rules know; with an ID, tell everything about that one.

    They are what a clinician has said that a person has. glutemed never makes a diagnosis.
    """
    from glutemed.cli import catalogue, given
    from glutemed.cli.layout import table

    ruleset = given.ruleset(rules, language=language)
    plain = form == "plain"
    width = screen.screen(plain=plain).width
    by_id = {found.id: found for found in ruleset.conditions}
    if condition is not None and condition not in by_id:
        raise catalogue.no_such("condition", condition, by_id)
    if condition is not None:
        lines = _told(by_id[condition], ruleset, width)
    else:
        lines = table([(found.id, found.sentence) for found in ruleset.conditions], width)
    screen.out("\n".join(lines), plain=plain)
    return exits.DONE


def _told(found: HealthCondition, ruleset: Ruleset, width: int) -> list[str]:
    from glutemed.cli.catalogue import field, sources
    from glutemed.cli.layout import paragraph

    say = ruleset.locale.say
    felt = ruleset.vocabulary["complaint.felt_at"]
    where = ruleset.locale.listed([felt.say(place) for place in found.felt_at])
    evidence = f"{say(_EVIDENCE[found.evidence])}. {found.evidence_note}".strip()
    absent = say("counts as absent") if found.silent_absent else say("unknown")
    return [
        *paragraph(f"{found.name} ({found.id})", width),
        *paragraph(found.sentence, width),
        "",
        *field(say("felt"), where, width),
        *field(say("evidence"), evidence, width),
        *field("ICD-10-CM", ", ".join(found.icd10cm), width),
        *field(say("not listed"), absent, width),
        *sources(found.sources, ruleset, width),
        "",
        found.span.where,
    ]
