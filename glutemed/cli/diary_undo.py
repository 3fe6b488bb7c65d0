"""`glutemed diary undo`: take back what was written last."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from glutemed.cli import exits, screen
from glutemed.cli.diary_command import DiaryCommand
from glutemed.cli.diary_place import confirm, file_option, place, yes_option
from glutemed.cli.options import language_option, rules_option
from glutemed.cli.prompts import tell

if TYPE_CHECKING:
    from glutemed.diary.record import Part, Record
    from glutemed.model.ruleset import Ruleset


@click.command(
    "undo",
    cls=DiaryCommand,
    examples=(
        "glutemed diary start --file me.db --set screening=clear --set response.sessions_done=0",
        "glutemed diary log --file me.db --set person.age=35",
        "glutemed diary undo --file me.db --yes",
    ),
)
@click.option(
    "--never-was", is_flag=True, help="There was no such session at all: leave no place of it."
)
@yes_option
@file_option
@language_option
@rules_option
def command(
    never_was: bool, yes: bool, file: Path | None, language: str, rules: tuple[str, ...]
) -> int:
    """Take back what was written last: a session, the morning after one, or answers.

    It shows what that is and asks. What you said is then unknown until you say it again: a session
    keeps its place, and `log` of the same day takes it. So nothing gets harder by taking back. A
    red flag that you said yes to stays until you say no to it.
    """
    from glutemed.cli import given
    from glutemed.diary import store, undo
    from glutemed.diary.record import Answers
    from glutemed.diary.sound import check_facts
    from glutemed.diary.words import answers_are_open

    path = place(file)
    record = store.read(path)
    ruleset = given.ruleset(rules, "human", language)
    say = ruleset.locale.say
    part = undo.to_take_back(record, never_was=never_was)
    left = undo.taken_back(record, never_was=never_was)  # refuses where there is nothing
    if never_was:
        check_facts(left, ruleset, record.start.at)
    _show(part, record, ruleset)
    if never_was:
        confirm(say("Was there no such session at all? Then no place of it is left."), yes=yes)
    else:
        confirm(say("Take this back?"), yes=yes)
    store.take_back(path, part, never_was=never_was)
    _say_next(part, ruleset, never_was=never_was)
    if not isinstance(part, Answers) and record.opened() != record:
        tell(answers_are_open(ruleset.locale))
    return exits.DONE


def _show(part: Part, record: Record, ruleset: Ruleset) -> None:
    """What was written last, as it was told."""
    from glutemed.diary.record import Answers, MorningAfter
    from glutemed.diary.words import morning_words, work_words

    locale, say = ruleset.locale, ruleset.locale.say
    if isinstance(part, Answers):
        tell(say("Written last: answers of {day}.", day=locale.date(part.at.date())))
        for name, value in part.facts.items():
            screen.out(f"  {name}: {_value(value)}")
        return
    number = part.session if isinstance(part, MorningAfter) else part.number
    session = next(each for each in record.sessions if each.number == number)
    place_ = record.place(number)
    day = locale.date(session.day)
    if isinstance(part, MorningAfter):
        tell(
            say(
                "Written last: the morning after session {number}, of {day}.",
                number=place_,
                day=day,
            )
        )
        pain = "?" if part.morning.pain is None else str(part.morning.pain)
        screen.out("  " + say("Pain next morning: {pain}", pain=pain))
        screen.out("  " + say("Morning after: {morning}", morning=morning_words(session, locale)))
        return
    tell(say("Written last: session {number}, of {day}.", number=place_, day=day))
    for line in session.lines:
        name = line.exercise
        if line.exercise in ruleset.exercise:
            name = ruleset.exercise[line.exercise].name
        screen.out(f"  {name}: {work_words(line.done, locale)}")
    for flag in session.flags or ():
        label = ruleset.vocabulary[flag].label if flag in ruleset.vocabulary else flag
        screen.out("  " + say("Red flag: {flag}", flag=label))


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _say_next(part: Part, ruleset: Ruleset, *, never_was: bool) -> None:
    """What is so now, and how to say it right."""
    from glutemed.diary.record import Answers, MorningAfter

    say = ruleset.locale.say
    if isinstance(part, MorningAfter):
        tell(
            say(
                "It is taken back. To tell it right: {command}",
                command="glutemed diary log --morning",
            )
        )
        return
    if isinstance(part, Answers):
        kept = part.flags
        tell(
            say(
                "What you answered is unknown again. To answer it right: {command}",
                command="glutemed diary log --set FACT=VALUE",
            )
        )
    else:
        kept = part.flags or ()
        if never_was:
            tell(say("It is taken back, and no place of it is left."))
        else:
            command_ = f"glutemed diary log --date {part.day.isoformat()}"
            tell(
                say(
                    "It is taken back; its place stays until you tell that session again, of the "
                    "same day: {command}",
                    command=command_,
                )
            )
    for name in kept:
        tell(
            say(
                "What stays is the red flag you said yes to: {flag}. If it is not true, say so: "
                "{command}",
                flag=ruleset.vocabulary[name].label if name in ruleset.vocabulary else name,
                command=f"glutemed diary log --set {name}=false",
            )
        )
