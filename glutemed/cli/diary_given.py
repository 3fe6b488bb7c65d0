"""What a person or a script gives of a session → a session to write, checked."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import attrs

from glutemed.diary.asking import check_morning_told
from glutemed.diary.derived import BAD_MORNINGS
from glutemed.diary.faults import RecordInvalid, Said, Unfit
from glutemed.diary.known import asked, facts, plain, sent_for_mornings
from glutemed.diary.record import Answers, Line, Morning, Record, Session, Work
from glutemed.diary.response import last_session, least_pain
from glutemed.diary.sound import check_facts
from glutemed.intake import to_dict
from glutemed.json_text import value_of
from glutemed.model.diagnostic import suggestion
from glutemed.model.facts import UNKNOWN, Facts
from glutemed.model.locale import message
from glutemed.model.ruleset import Ruleset
from glutemed.pipeline import recommend

_AMOUNTS = re.compile(
    r"(?:(?P<sets>\d{1,3})\s*[x×*]\s*(?P<reps>\d{1,3})(?:[\s,;]+|\Z))?"
    r"(?:(?P<effort>\d{1,2}|\?)[\s,;]+(?P<pain>\d{1,2}|\?))?\Z",
    re.ASCII,
)
_PARTS = {"date", "exercises", "usual", "rest", "flags", "note", "morning"}
_WORK = {"sets", "reps", "effort", "pain"}


def work(text: str, line: Line, as_before: Work | None = None) -> Work:
    """What was done of one exercise: ``3x10 6 1`` for sets, reps, effort and pain during it.

    Sets and reps that are left out are those that were asked. ``?`` is not known.

    Args:
        text: What was written.
        line: What was asked.
        as_before: Where effort and pain that are left out come from.

    Raises:
        Unfit: It is written otherwise, or an amount is beyond what there is.
    """
    found = _AMOUNTS.match(text.strip())
    if found is None or (found["effort"] is None and as_before is None):
        raise Unfit(
            message("write effort and pain during it, such as 5 1, or with other sets: 2x8 5 1")
        )
    sets, reps = found["sets"], found["reps"]
    effort, pain = _number(found["effort"]), _number(found["pain"])
    if found["effort"] is None and as_before is not None:
        effort, pain = as_before.effort, as_before.pain
    return Work(
        sets=int(sets) if sets else (line.asked.sets if line.asked else None),
        reps=int(reps) if reps else (line.asked.reps if line.asked else None),
        effort=effort,
        pain=pain,
    )


def _number(text: str | None) -> int | None:
    return None if text is None or text == "?" else int(text)


def draft(record: Record, ruleset: Ruleset, at: dt.datetime) -> Session:
    """A session in which nothing is done yet, with the programme that the diary asks for then."""
    before = record.to_tell(at.date()).until(at).seen_at(at)
    outcome = recommend(facts(before, ruleset, at=at), ruleset)
    return Session(
        number=1,
        at=at,
        stage=None if outcome.programme is None else outcome.programme.stage,
        lines=asked(outcome, ruleset),
        ruleset=ruleset.fingerprint,
    )


def with_done(session: Session, done: Mapping[str, Work], ruleset: Ruleset) -> Session:
    """A session with what was done; what was not asked is put behind it.

    Raises:
        RecordInvalid: There is no such exercise.
    """
    for name in done:
        if name not in ruleset.exercise:
            hint = suggestion(name, ruleset.exercise)
            raise RecordInvalid(
                message("there is no exercise `{name}`; nothing was written{hint}"),
                name=name,
                hint=f": {hint}" if hint else "",
            )
    lines = [attrs.evolve(line, done=done.get(line.exercise)) for line in session.lines]
    named = {line.exercise for line in lines}
    lines += [Line(exercise=name, done=each) for name, each in done.items() if name not in named]
    return attrs.evolve(session, lines=lines)


def done_of(session: Session, every: str | None, single: Sequence[str]) -> dict[str, Work]:
    """What ``--all`` and ``--done`` say.

    Raises:
        RecordInvalid: One of them is written otherwise.
    """
    lines = {line.exercise: line for line in session.lines}
    try:
        done = {} if every is None else {name: work(every, line) for name, line in lines.items()}
        for text in single:
            name, _, amounts = (part.strip() for part in text.partition("="))
            if amounts == "-":
                done.pop(name, None)
                continue
            line = lines.get(name, Line(exercise=name))
            done[name] = work(amounts, line, done.get(name))
    except Unfit as error:
        raise unwritten(error) from None
    return done


def unwritten(what: Exception) -> RecordInvalid:
    """What is wrong with what was given, and that nothing was written."""
    return RecordInvalid(
        message("{what}; nothing was written"), what=what if isinstance(what, Said) else str(what)
    )


def flags_of(names: Iterable[str] | None, ruleset: Ruleset) -> tuple[str, ...] | None:
    """Red flags by full or short name.

    Raises:
        RecordInvalid: One of them is none.
    """
    if names is None:
        return None
    known = {flag.name for flag in ruleset.vocabulary.red_flags}
    found = []
    for name in names:
        full = name if name.startswith("screening.") else f"screening.{name}"
        if full not in known:
            hint = ruleset.vocabulary.nearest(full, sorted(known))
            raise RecordInvalid(
                message("`{name}` is no red flag; nothing was written{hint}"),
                name=name,
                hint=f": {hint}" if hint else "",
            )
        found.append(full)
    return tuple(found)


@attrs.frozen
class Given:
    """What one JSON text says: the morning after the last session, a session, or both."""

    morning: dict[str, Any] | None
    session: dict[str, Any] | None
    date: str | None


def read_json(text: str) -> Given:
    """The JSON that ``--json`` takes.

    Raises:
        RecordInvalid: It is none, or has a part that it may not have.
    """
    try:
        found = value_of(text)
    except (ValueError, RecursionError):
        raise RecordInvalid(
            message("--json: this is no JSON, or a key stands twice in it; nothing was written")
        ) from None
    if not isinstance(found, dict) or set(found) - _PARTS:
        parts = ", ".join(sorted(_PARTS))
        raise RecordInvalid(
            message("--json: it may have {parts}; nothing was written"), parts=parts
        )
    morning, day = found.pop("morning", None), found.pop("date", None)
    if not isinstance(morning, (dict, type(None))) or not isinstance(day, (str, type(None))):
        raise RecordInvalid(
            message("--json: `morning` must be a mapping and `date` a text; nothing was written")
        )
    return Given(morning, found or None, day)


def session_from(found: Mapping[str, Any], session: Session, ruleset: Ruleset) -> Session:
    """A session with what JSON says of it.

    Raises:
        RecordInvalid: Something in it does not fit.
    """
    exercises = found.get("exercises", {})
    flags = found.get("flags")
    if not isinstance(exercises, dict) or not isinstance(flags, (list, type(None))):
        raise RecordInvalid(
            message("--json: `exercises` must be a mapping and `flags` a list; nothing was written")
        )
    lines = {line.exercise: line for line in session.lines}
    done = {}
    try:
        for name, amounts in exercises.items():
            if amounts is not None:
                done[name] = _work_from(amounts, lines.get(name))
        return attrs.evolve(
            with_done(session, done, ruleset),
            usual=found.get("usual"),
            rest=found.get("rest"),
            flags=flags_of(None if flags is None else [str(name) for name in flags], ruleset),
            note=found.get("note", ""),
        )
    except (TypeError, ValueError) as error:
        raise unwritten(error) from None


def _work_from(amounts: Any, line: Line | None) -> Work:
    if not isinstance(amounts, dict) or set(amounts) - _WORK:
        raise Unfit(message("an exercise may have {parts}"), parts=", ".join(sorted(_WORK)))
    planned = {}
    if line is not None and line.asked is not None:
        planned = {"sets": line.asked.sets, "reps": line.asked.reps}
    return Work(**(planned | amounts))


def morning_from(found: Mapping[str, Any], at: dt.datetime) -> Morning:
    """A morning of what was said of it.

    Raises:
        RecordInvalid: Something in it does not fit.
    """
    try:
        if set(found) - {"pain", "settled", "worse"}:
            raise Unfit(message("a morning may have pain, settled, worse"))
        return Morning(at=at, **found)
    except ValueError as error:
        raise unwritten(error) from None


def waiting(record: Record, place: int | None = None) -> Session | None:
    """The session whose morning is told next, if it is not told yet.

    Args:
        record: The record.
        place: Which session of the diary, from 1; by default the last one in which something was
            done.
    """
    among = record.counted if place is None else record.sessions[place - 1 : place]
    for session in among[-1:]:
        if session.done and session.morning is None and not session.forgotten:
            return session
    return None


def answers_between(before: Facts, after: Facts) -> dict[str, Any]:
    """The facts that are answered anew, as `Answers` holds them."""
    old, new = plain(to_dict(before)), plain(to_dict(after))
    return {name: value for name, value in new.items() if old.get(name, UNKNOWN) != value}


def check_answers(given: Answers, record: Record, ruleset: Ruleset) -> None:
    """Refuse an answer to what the diary itself says, or one that contradicts the others.

    Raises:
        RecordInvalid: The record says one of the facts.
        FactsInvalid: They cannot be right beside the facts of the person.
    """
    known = facts(record, ruleset)
    for name in given.derived:
        if known.value(name) is not UNKNOWN and not _was_seen(name, given, known):
            raise RecordInvalid(
                message("`{name}` follows from the sessions in the diary; log them instead"),
                name=name,
            )
    if not any(_was_seen(name, given, known) for name in given.derived):
        check_morning_told(given, record)
    _check_told(given, record)
    tried = attrs.evolve(given, number=next_number(record))
    check_facts(attrs.evolve(record, answers=(*record.answers, tried)), ruleset, given.at)


def _was_seen(name: str, given: Answers, known: Facts) -> bool:
    """Whether somebody who was sent to be seen for bad mornings says that they count anew."""
    return name == BAD_MORNINGS and given.facts[name] == 0 and sent_for_mornings(known)


def _check_told(given: Answers, record: Record) -> None:
    """Refuse a worst pain that is less than what was said of one exercise."""
    last, told = last_session(record), given.facts.get("response.worst_pain_during")
    if last is not None and isinstance(told, int) and told < least_pain(last):
        raise RecordInvalid(
            message(
                "an exercise of the session of {day} hurt {pain} of 10, so the worst pain was no "
                "less; nothing was written"
            ),
            day=last.day,
            pain=least_pain(last),
        )


def next_number(record: Record) -> int:
    """A number larger than that of every entry."""
    return 1 + max((entry.number for entry in record.entries()), default=0)
