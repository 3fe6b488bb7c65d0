"""What comes next, as the diary's commands print it."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

from glutemed.cli import exits, screen
from glutemed.cli.diary_questions import ASK, short
from glutemed.cli.layout import paragraph
from glutemed.cli.prompts import tell
from glutemed.diary.pace import next_day
from glutemed.diary.words import course_words, left_out, turn_rows

if TYPE_CHECKING:
    from glutemed.diary.course import Turn
    from glutemed.diary.record import Record
    from glutemed.model.ruleset import Ruleset


def show_next(
    record: Record,
    ruleset: Ruleset,
    at: dt.datetime,
    form: str = "human",
    *,
    full: bool = False,
) -> int:
    """Print what comes next at the end of a record and at a moment; gives its exit code.

    Args:
        record: The record.
        ruleset: The rules, in the language that is wanted.
        at: The moment; where the clock stands before the record, it is that of its last entry.
        form: How it is printed.
        full: With the whole programme.
    """
    from glutemed.diary.course import turn

    coming = turn(record, ruleset, ruleset.locale, max(at, record.latest))
    code = show_turn(coming, record, ruleset, form, full=full, today=at.date())
    for session in record.sessions:
        if session.taken_back:
            screen.note("")
            tell(
                ruleset.locale.say(
                    "Session {number}, of {day}, is taken back. To tell it again: {command}",
                    number=record.place(session.number),
                    day=ruleset.locale.date(session.day),
                    command=f"glutemed diary log --date {session.day.isoformat()}",
                )
            )
    return code


def show_turn(
    turn: Turn,
    record: Record,
    ruleset: Ruleset,
    form: str = "human",
    *,
    full: bool = False,
    ask: str = ASK,
    today: dt.date | None = None,
) -> int:
    """Print what comes next; gives the exit code of its outcome.

    Args:
        turn: What comes next.
        record: The record that it comes from.
        ruleset: The rules, in the language that is wanted.
        form: How it is printed.
        full: With the whole programme.
        ask: The command that asks what is open.
        today: The day of which it is said; no session is named for an earlier one.
    """
    code = exits.OF_OUTCOME[turn.outcome.kind.value]
    if form == "json":
        from glutemed.render.json import as_plain

        found = {
            "course": turn.course.value,
            "reason": turn.reason,
            "outcome": as_plain(turn.outcome),
        }
        screen.out_json(json.dumps(found, ensure_ascii=False, indent=2))
        return code
    plain = form == "plain"
    able = screen.screen(plain=plain)
    locale = ruleset.locale
    head = locale.say(
        "{course}: {reason}", course=course_words(turn.course, locale), reason=turn.reason
    )
    screen.out("\n".join(paragraph(head, able.width)), plain=plain)
    programme = turn.outcome.programme
    if turn.outcome.questions and turn.outcome.meanwhile is None and not full:
        bullet = "•" if able.unicode else "*"
        lines = short(turn.outcome.questions, ruleset, able.width, bullet)
        screen.out("\n".join(lines), plain=plain)
        return code
    if programme is None or full:
        from glutemed.render.human import as_text

        screen.out(
            "\n"
            + as_text(
                turn.outcome, ruleset, unicode=able.unicode, colour=able.colour, width=able.width
            ),
            plain=plain,
        )
        if turn.outcome.questions:
            screen.note("\n" + locale.say("To answer them here: {command}", command=ask))
        if turn.outcome.referral is not None:
            _say_way_back(record, ruleset)
        return code
    when = next_day(record, programme)
    if when is not None and today is not None:
        when = max(when, today)
    say = locale.say
    lines = [
        say("Stage {stage}.", stage=programme.stage)
        if when is None
        else say(
            "Stage {stage}; next session from {day}.", stage=programme.stage, day=locale.date(when)
        )
    ]
    for number, (name, dose, change) in enumerate(turn_rows(turn, locale), 1):
        tail = f" ({change})" if change else ""
        lines += paragraph(f"{name}: {dose}{tail}", able.width, first=f"{number:>3}  ")
    if gone := left_out(turn, locale):
        lines += ["", *paragraph(gone, able.width)]
    screen.out("\n" + "\n".join(lines), plain=plain)
    return code


def _say_way_back(record: Record, ruleset: Ruleset) -> None:
    """How somebody who was sent to be seen says afterwards that they were."""
    from glutemed.diary.known import facts, ways_back

    settings = ways_back(facts(record, ruleset), ruleset)
    if settings:
        screen.note("")
        tell(
            ruleset.locale.say(
                "Once somebody has seen you for it and it is no longer so: {command}",
                command=f"glutemed diary log {settings}",
            )
        )
