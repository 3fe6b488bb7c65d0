"""Logging as a person meets it: the morning after, red flags on one page, a line an exercise."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import attrs

from glutemed.cli.answers import NotUnderstoodError, OneByOneError, answer, answers
from glutemed.cli.diary_given import answers_between, waiting, work
from glutemed.cli.interview import Ask
from glutemed.cli.prompts import choice, tell, typed, until_understood
from glutemed.diary import clock, store
from glutemed.diary.faults import Unfit
from glutemed.diary.known import facts
from glutemed.diary.record import Answers, Line, Morning, Record, Session, Work
from glutemed.diary.red_flags import TWICE
from glutemed.model.facts import FactValue
from glutemed.model.ruleset import Ruleset
from glutemed.model.vocabulary import FactDeclaration

_NOT_DONE = frozenset({"-", "n", "no", "0", "x"})


def settle(path: Path, record: Record, ruleset: Ruleset, at: dt.datetime) -> Record:
    """Ask what must be known at a moment, write the answers into the diary, and give it with them."""
    from glutemed.cli.dialogue import interview

    before = facts(record, ruleset, at=at)
    given = answers_between(before, interview(ruleset, before))
    if not given:
        return record
    now = max(clock.now().replace(microsecond=0), record.latest)
    store.write(path, Answers(number=1, at=now, facts=given))
    return store.read(path)


def new_flags(record: Record, ruleset: Ruleset) -> tuple[str, ...]:
    """Which red flags are new, asked as one page; those that were said before are left out."""
    say, before = ruleset.locale.say, facts(record, ruleset)
    flags = tuple(
        flag
        for flag in ruleset.vocabulary.red_flags
        if flag.name != TWICE and before.value(flag.name) is not True
    )
    tell(say("Is any of these new since the last time? Please read each one."))
    for number, flag in enumerate(flags, 1):
        choice(str(number), flag.label)
    choice("0", say("none of these"))

    def read(text: str) -> tuple[str, ...]:
        try:
            found = answers(Ask(flags), text, ruleset.locale)
        except OneByOneError:
            raise NotUnderstoodError(
                say("If you are not sure about one, type its number, so that it is looked at.")
            ) from None
        return tuple(name for name, said in found.items() if said)

    return until_understood(say("Numbers of those that are new (such as 2 or 1, 3), or 0:"), read)


def morning_after(record: Record, ruleset: Ruleset) -> Morning:
    """How the morning after the last session was."""
    say, locale = ruleset.locale.say, ruleset.locale
    last = waiting(record)
    assert last is not None
    tell(say("The morning after your session of {day}:", day=locale.date(last.day)))
    pain = _fact(
        attrs.evolve(
            ruleset.vocabulary["complaint.pain_usual"],
            ask=say("Pain next morning, from 0 (none) to 10 (the worst):"),
        ),
        ruleset,
    )
    settled = _fact(ruleset.vocabulary["response.settled_by_morning"], ruleset)
    worse = _fact(ruleset.vocabulary["response.worse_next_morning"], ruleset)
    return Morning(
        at=last.at,
        pain=pain if isinstance(pain, int) else None,
        settled=settled if isinstance(settled, bool) else None,
        worse=worse if isinstance(worse, bool) else None,
    )


def session_done(session: Session, ruleset: Ruleset) -> Session:
    """Pain since the last time, then each exercise of the programme in one line, then a note."""
    say = ruleset.locale.say
    usual = _fact(ruleset.vocabulary["complaint.pain_usual"], ruleset)
    rest = _fact(ruleset.vocabulary["complaint.pain_at_rest"], ruleset)
    tell(
        say(
            "Now each exercise, in the words of the sheet: effort (how hard it felt) and pain during "
            "(the worst of it), both from 0 to 10, such as 5 1. Where you did other sets × reps than "
            "printed, write them first: 2x8 5 1. Type Enter for the same effort and pain as in the "
            "line before, or 2x8 alone; type - for an exercise that you did not do."
        )
    )
    lines, before = list[Line](), None
    for place, line in enumerate(session.lines, 1):
        done = _line(place, line, before, ruleset)
        before = done or before
        lines.append(attrs.evolve(line, done=done))
    note = typed(say("Anything to note? (Enter for nothing)")).strip()
    return attrs.evolve(
        session,
        lines=lines,
        usual=usual if isinstance(usual, int) else None,
        rest=rest if isinstance(rest, int) else None,
        note=note[:2000],
    )


def _line(place: int, line: Line, before: Work | None, ruleset: Ruleset) -> Work | None:
    assert line.asked is not None
    prompt = ruleset.locale.say(
        "{place}. {exercise}, {sets} × {reps}:",
        place=place,
        exercise=ruleset.exercise[line.exercise].name,
        sets=line.asked.sets,
        reps=line.asked.reps,
    )

    def read(text: str) -> Work | None:
        if text.strip().casefold() in _NOT_DONE:
            return None
        try:
            return work(text.strip(), line, before)
        except Unfit as fault:
            raise NotUnderstoodError(
                ruleset.locale.say(
                    "That does not fit: {fault}. Type - if it was not done.",
                    fault=fault.in_language(ruleset.locale),
                )
            ) from None

    return until_understood(prompt, read)


def _fact(fact: FactDeclaration, ruleset: Ruleset) -> FactValue:
    tell(fact.ask)
    say = ruleset.locale.say
    prompt = say("yes, no or ?:") if fact.kind == "bool" else say("0 to 10, or ?:")
    return until_understood(prompt, lambda text: answer(fact, text, ruleset.locale))
