"""What comes next, as the diary's commands print it."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

from glutemed.cli import exits, screen
from glutemed.cli.diary_questions import ASK, short
from glutemed.cli.layout import paragraph
from glutemed.cli.prompts import tell
from glutemed.diary.pace import Pace, pace
from glutemed.diary.words import course_words, left_out, turn_rows

if TYPE_CHECKING:
    from glutemed.diary.course import Turn
    from glutemed.diary.record import Record
    from glutemed.model.locale import Locale
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
    from glutemed.diary.asking import coming

    moment = max(at, record.latest)
    found = coming(record, ruleset, ruleset.locale, moment)
    again = _to_tell_again(record, ruleset)
    urgent = found.outcome.referral or found.outcome.meanwhile
    for said in () if urgent else again:  # what to do next stands before some twenty questions
        tell(said)
        screen.note("")
    code = show_turn(found, record, ruleset, form, full=full, at=at)
    for said in again if urgent else ():
        screen.note("")
        tell(said)
    return code


def _to_tell_again(record: Record, ruleset: Ruleset) -> list[str]:
    """What is said of each session that is taken back."""
    return [
        ruleset.locale.say(
            "Session {number}, of {day}, is taken back. To tell it again: {command}",
            number=record.place(session.number),
            day=ruleset.locale.date(session.day),
            command=f"glutemed diary log --date {session.day.isoformat()}",
        )
        for session in record.sessions
        if session.taken_back
    ]


def show_turn(
    turn: Turn,
    record: Record,
    ruleset: Ruleset,
    form: str = "human",
    *,
    full: bool = False,
    ask: str = ASK,
    at: dt.datetime | None = None,
) -> int:
    """Print what comes next; gives the exit code of its outcome.

    Args:
        turn: What comes next.
        record: The record that it comes from.
        ruleset: The rules, in the language that is wanted.
        form: How it is printed.
        full: With the whole programme.
        ask: The command that asks what is open.
        at: The moment at which it is said; left out, no session is named for a day.
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
    when = None if at is None else pace(record, programme, ruleset, at, locale)
    lines = paragraph(_stage_and_day(programme.stage, when, turn, locale), able.width)
    for number, (name, dose, change) in enumerate(turn_rows(turn, locale), 1):
        tail = f" ({change})" if change else ""
        lines += paragraph(f"{name}: {dose}{tail}", able.width, first=f"{number:>3}  ")
    if gone := left_out(turn, locale):
        lines += ["", *paragraph(gone, able.width)]
    screen.out("\n" + "\n".join(lines), plain=plain)
    return code


def _stage_and_day(stage: int, when: Pace | None, turn: Turn, locale: Locale) -> str:
    if when is None:
        return locale.say("Stage {stage}.", stage=stage)
    day = locale.date(when.day)
    if when.reason in {"", turn.reason}:
        return locale.say(
            "Stage {stage}; next session from {day}: {why}.", stage=stage, day=day, why=when.why
        )
    return locale.say(
        "Stage {stage}; next session from {day}: {why}. {reason}",
        stage=stage,
        day=day,
        why=when.why,
        reason=when.reason,
    )


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
