"""`glutemed diary start`: the facts of one person, and an empty diary."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from glutemed.cli import screen
from glutemed.cli.diary_command import DiaryCommand
from glutemed.cli.diary_place import date_option, file_option, moment, place
from glutemed.cli.options import language_option, rules_option, set_option


@click.command(
    "start",
    cls=DiaryCommand,
    examples=("glutemed diary start --file me.db --set screening=clear --set person.age=30",),
)
@click.argument("facts", required=False, type=click.Path(path_type=str, allow_dash=True))
@set_option
@click.option("--ask", is_flag=True, help="Ask for what is still needed, question by question.")
@file_option
@date_option
@language_option
@rules_option
def command(
    facts: str | None,
    settings: tuple[str, ...],
    ask: bool,
    file: Path | None,
    day: str | None,
    language: str,
    rules: tuple[str, ...],
) -> int:
    """Begin a diary with the facts of one person.

    FACTS is a file as for `recommend`. Where questions remain, the exit code is 6, and
    `glutemed diary next --ask` asks them. Where somebody must be seen first, no diary is begun; the
    exit code is 5, or 6 where an answer could make it more urgent.
    """
    if facts is None and not settings and not ask:
        raise click.UsageError("Give a file of facts, or facts by --set; or let --ask ask you.")
    if ask and facts == "-":
        raise click.UsageError("--ask reads your answers from stdin, so FACTS cannot be -.")
    from glutemed.cli import given
    from glutemed.cli.diary_questions import ASK
    from glutemed.cli.diary_turn import show_turn

    ruleset = given.ruleset(rules, "human", language)
    known = given.facts(facts, settings, ruleset.vocabulary)
    if ask:
        from glutemed.cli.dialogue import interview

        known = interview(ruleset, known)

    from glutemed.diary import store
    from glutemed.diary.course import Course, turn
    from glutemed.diary.record import Record, Start
    from glutemed.intake import to_dict

    record = Record(
        start=Start(
            at=moment(day),
            facts=to_dict(known),
            version=ruleset.version,
            fingerprint=ruleset.fingerprint,
        )
    )
    found = turn(record, ruleset, ruleset.locale)
    say = ruleset.locale.say
    begun = found.course is not Course.STOP
    if begun:
        path = place(file)
        store.create(path, record)
        screen.note(say("Your diary is begun, in {path}, which only you may read.", path=path))
    again = "glutemed diary start --ask"
    if facts not in {None, "-"}:
        again += f" {shlex.quote(str(facts))}"
    code = show_turn(found, record, ruleset, ask=ASK if begun else again)
    if not begun:
        screen.note(say("No diary was begun: please be seen first."))
    return code
