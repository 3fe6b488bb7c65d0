"""Record → the sheet to print: the next session's programme, why it is so, and what was."""

from __future__ import annotations

import datetime as dt

import attrs

from glutemed.answer_code import code_of
from glutemed.diary.course import Turn
from glutemed.diary.curves import curves
from glutemed.diary.known import facts
from glutemed.diary.pace import next_day
from glutemed.diary.record import Record
from glutemed.diary.words import course_words
from glutemed.model.ruleset import Ruleset
from glutemed.render.handout import Entry, Occasion, Sheet, handout


def sheet(
    turn: Turn,
    record: Record,
    ruleset: Ruleset,
    occasion: Occasion,
    at: dt.datetime | None = None,
) -> Sheet:
    """The sheet of what comes next, with the course at its top and the curves of what was.

    Args:
        turn: What comes next at the end of the record.
        record: The record that it comes from.
        ruleset: The rules, in the language that is wanted.
        occasion: For whom, and on which day.
        at: The moment for which `turn` was made.

    Raises:
        NoSheet: What comes next is questions, and no referral is sure yet.
    """
    locale = ruleset.locale
    code = code_of(facts(record, ruleset, at=at), ruleset)
    begun = record.counted[0].day if record.counted else None
    made = handout(turn.outcome, ruleset, attrs.evolve(occasion, begun=begun), code)
    made = attrs.evolve(made, curves=curves(record, ruleset))
    if turn.outcome.programme is None:
        return made
    course = Entry(name=course_words(turn.course, locale), text=turn.reason)
    day = next_day(record, turn.outcome.programme)
    if day is not None:
        first = max(day, occasion.day)
        when = Entry(name=locale.say("Next session from"), text=locale.date(first))
        made = attrs.evolve(made, facts=(*made.facts[:2], when, *made.facts[2:]))
    return attrs.evolve(made, course=course)
