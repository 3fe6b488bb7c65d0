"""Logging as a person meets it: the morning after, red flags on one page, a line an exercise."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

import attrs

from glutemed.cli import screen
from glutemed.cli.answers import NotUnderstoodError, OneByOneError, answer, answers
from glutemed.cli.diary_given import answers_between, waiting, work
from glutemed.cli.diary_steps import BROKEN_OFF, Step, in_turn, understood
from glutemed.cli.interview import Ask
from glutemed.cli.prompts import choice, tell
from glutemed.diary import clock, store
from glutemed.diary.asking import not_asked
from glutemed.diary.faults import Unfit
from glutemed.diary.known import facts
from glutemed.diary.record import Answers, Line, Morning, Record, Session, Work
from glutemed.diary.red_flags import TWICE
from glutemed.model.facts import FactValue
from glutemed.model.ruleset import Ruleset
from glutemed.model.vocabulary import FactDeclaration

_NOT_DONE = frozenset({"-", "n", "no", "0", "x"})
_OF_MORNING = ("response.settled_by_morning", "response.worse_next_morning")
_PAINS = 2
"""So many questions of a session come before its exercises."""

Known = TypeVar("Known", int, bool)


def settle(path: Path, record: Record, ruleset: Ruleset, at: dt.datetime) -> Record:
    """Ask what must be known at a moment, write the answers into the diary, and give it with them."""
    from glutemed.cli.dialogue import interview

    before = facts(record.seen_at(at), ruleset, at=at)
    skipped = not_asked(record, ruleset, at, tuple(fact.name for fact in ruleset.vocabulary))
    given = answers_between(before, interview(ruleset, before, skipped))
    if not given:
        return record
    now = max(clock.now().replace(microsecond=0), record.latest)
    store.write(path, Answers(number=1, at=now, facts=given))
    return store.read(path)


def new_flags(record: Record, ruleset: Ruleset) -> tuple[str, ...]:
    """Which red flags are new, asked as one page; those that were said before are left out.

    Raises:
        BackError: The person takes back what was answered before it.
        EndedError: The input ends, or the person wants to stop.
    """
    say, before = ruleset.locale.say, facts(record, ruleset)
    flags = tuple(
        flag
        for flag in ruleset.vocabulary.red_flags
        if flag.name != TWICE and before.value(flag.name) is not True
    )
    tell(
        say(
            "Is any of these new since the last time? Please read them. If none is, type no; else "
            "type the numbers of those that are."
        )
    )
    choice("0", say("no, none of these"))
    for number, flag in enumerate(flags, 1):
        choice(str(number), flag.label)

    def read(text: str) -> tuple[str, ...]:
        try:
            found = answers(Ask(flags), text, ruleset.locale)
        except OneByOneError:
            raise NotUnderstoodError(
                say("If you are not sure about one, type its number, so that it is looked at.")
            ) from None
        return tuple(name for name, said in found.items() if said)

    prompt = say("Is any of these new? no, or their numbers (such as 2 or 1, 3):")
    return understood(prompt, read, ruleset)


def morning_after(record: Record, ruleset: Ruleset) -> Morning:
    """How the morning after the last session was.

    Raises:
        EndedError: The input ends, or the person wants to stop; what is not written is said.
    """
    say, locale = ruleset.locale.say, ruleset.locale
    last = waiting(record)
    assert last is not None
    day = locale.date(last.day)
    tell(say("The morning after your session of {day}:", day=day))
    pain = attrs.evolve(
        ruleset.vocabulary["complaint.pain_usual"],
        ask=say("Pain next morning, from 0 (none) to 10 (the worst):"),
    )
    asked_ = [pain, *(ruleset.vocabulary[name] for name in _OF_MORNING)]
    try:
        told = in_turn([_fact(fact, ruleset) for fact in asked_], ruleset)
    except BROKEN_OFF:
        screen.note("")
        command = "glutemed diary log --morning"
        tell(
            say(
                "Not written: the morning after your session of {day}. To tell it: {command}",
                day=day,
                command=command,
            )
        )
        raise
    return Morning(
        at=last.at,
        pain=_known(told[0], int),
        settled=_known(told[1], bool),
        worse=_known(told[2], bool),
    )


def session_done(session: Session, ruleset: Ruleset) -> Session:
    """Pain since the last time, then each exercise of the programme in one line, then a note.

    Raises:
        BackError: The person takes back what was answered before it.
        EndedError: The input ends, or the person wants to stop; what is not written is said, and how to go on.
    """
    say = ruleset.locale.say
    steps: list[Step] = [
        _fact(ruleset.vocabulary["complaint.pain_usual"], ruleset),
        _fact(ruleset.vocabulary["complaint.pain_at_rest"], ruleset),
    ]
    steps += [_line(place, session.lines, ruleset) for place in range(len(session.lines))]
    steps.append(
        lambda _: understood(
            say("Anything to note? (Enter for nothing)"), str.strip, ruleset, free=True
        )
    )
    told: list[Any] = []
    try:
        usual, rest, *done, note = in_turn(steps, ruleset, told, first=False)
    except BROKEN_OFF:
        _say_not_written(session, told, ruleset)
        raise
    return attrs.evolve(
        session,
        lines=_with(session.lines, done),
        usual=_known(usual, int),
        rest=_known(rest, int),
        note=note[:2000],
    )


def yes_or_no(question: str, ruleset: Ruleset) -> bool:
    """Whether a question is answered with yes; not sure is no.

    Raises:
        EndedError: The input ends, or the person wants to stop.
    """
    fact = attrs.evolve(ruleset.vocabulary["response.worse_next_morning"], ask=question)
    (said,) = in_turn([_fact(fact, ruleset)], ruleset)
    return said is True


def _with(lines: Sequence[Line], done: Sequence[Work | None]) -> list[Line]:
    return [attrs.evolve(line, done=each) for line, each in zip(lines, done, strict=True)]


def _line(place: int, lines: Sequence[Line], ruleset: Ruleset) -> Step:
    line = lines[place]
    assert line.asked is not None
    prompt = ruleset.locale.say(
        "{place}. {exercise}, {sets} × {reps}:",
        place=place + 1,
        exercise=ruleset.exercise[line.exercise].name,
        sets=line.asked.sets,
        reps=line.asked.reps,
    )

    def step(told: Sequence[Any]) -> Work | None:
        if place == 0:
            tell(
                ruleset.locale.say(
                    "Now each exercise, in the words of the sheet: effort (how hard it felt) and "
                    "pain during (the worst of it), both from 0 to 10, such as 5 1. Where you did "
                    "other sets × reps than printed, write them first: 2x8 5 1. Type Enter for the "
                    "same effort and pain as in the line before, or 2x8 alone; type - for an "
                    "exercise that you did not do, and back to change the answer before."
                )
            )
        before = next((each for each in reversed(told[_PAINS:]) if each is not None), None)
        return understood(prompt, lambda text: _work(text, line, before, ruleset), ruleset)

    return step


def _work(text: str, line: Line, before: Work | None, ruleset: Ruleset) -> Work | None:
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


def _fact(fact: FactDeclaration, ruleset: Ruleset) -> Step:
    say = ruleset.locale.say
    prompt = say("yes, no or ?:") if fact.kind == "bool" else say("0 to 10, or ?:")

    def step(_: Sequence[Any]) -> FactValue:
        tell(fact.ask)
        return understood(prompt, lambda text: answer(fact, text, ruleset.locale), ruleset)

    return step


def _known(value: Any, kind: type[Known]) -> Known | None:
    return value if isinstance(value, kind) else None


def _say_not_written(session: Session, told: Sequence[Any], ruleset: Ruleset) -> None:
    """What of a session was told and is not written, as a command that tells it."""
    say = ruleset.locale.say
    screen.note("")
    tell(
        say(
            "Not written: your session of {day}. To tell it anew: {command}",
            day=ruleset.locale.date(session.day),
            command="glutemed diary log",
        )
    )
    parts = [
        f"--{name} {pain}"
        for name, pain in zip(("usual", "rest"), told, strict=False)
        if isinstance(pain, int)
    ]
    done = [
        f"--done {line.exercise}={_amounts(each)}"
        for line, each in zip(session.lines, told[_PAINS:], strict=False)
        if each is not None
    ]
    if done:
        given = " ".join((*parts, "--no-flags", *done))
        when = session.at.isoformat(timespec="minutes")
        tell(
            say(
                "Or with what you told so far; add each other exercise that you did in the same "
                "way, as it counts as not done otherwise:"
            )
        )
        screen.note(f"  glutemed diary log --date {when} {given}")


def _amounts(done: Work) -> str:
    sets, reps, effort, pain = (
        "?" if each is None else str(each)
        for each in (done.sets, done.reps, done.effort, done.pain)
    )
    return f"{sets}x{reps},{effort},{pain}"
