"""Record → the facts of one person now, and the programme that they were asked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import attrs

from glutemed.diary.derived import BAD_MORNINGS, BREAK, DERIVED, EACH, SINCE_FIRST
from glutemed.diary.earned import stage_earned, steps_earned
from glutemed.diary.faults import RecordInvalid
from glutemed.diary.record import Answers, Asked, Line, Record, Session
from glutemed.diary.red_flags import flag
from glutemed.diary.response import (
    pain_at_rest,
    pain_during,
    pain_usual,
    sessions_done,
    sessions_with,
    settled_by_morning,
    two_points_better,
    worse_next_morning,
    worst_pain_during,
)
from glutemed.diary.stretches import (
    SEEN,
    bad_mornings_running,
    weeks_of_break,
    weeks_since_first,
)
from glutemed.model.facts import UNKNOWN, ExerciseResponse, Facts, FactValue
from glutemed.model.locale import message
from glutemed.model.outcome import Outcome
from glutemed.model.ruleset import Ruleset
from glutemed.pipeline import read_facts, recommend


def beginning(record: Record, ruleset: Ruleset) -> Facts:
    """The facts with which a diary was begun, with what was answered before the first session.

    Raises:
        FactsInvalid: They do not fit the ruleset.
    """
    found = read_facts(record.start.facts, ruleset)
    for entry in record.events:
        if isinstance(entry, Session):
            break
        found = _answered(found, entry, ruleset)
    return found


def _answered(known: Facts, given: Answers, ruleset: Ruleset) -> Facts:
    """Facts with answers put in place of what was said before."""
    later = read_facts(given.facts, ruleset)
    values = {name: value for name, value in known.stated().items() if name not in given.facts}
    declined = (known.declined - set(given.facts)) | later.declined
    return Facts.of(values | later.stated(), declined)


def facts(
    record: Record,
    ruleset: Ruleset,
    before: Facts | None = None,
    at: dt.datetime | None = None,
) -> Facts:
    """The facts of one person at the end of a record.

    Args:
        record: The record; `Record.until` gives that of an earlier moment.
        ruleset: The rules whose facts they are.
        before: What `beginning` gives, where it is at hand.
        at: The moment for which the facts are asked: a break goes on while nothing is written. Left
            out it is the moment of the last entry, so a record alone gives the same facts on every
            day. When a morning was told does not count: that is lost where its session is forgotten.

    Raises:
        FactsInvalid: The record does not fit the ruleset.
    """
    _check_flags(record, ruleset)
    begun = before or beginning(record, ruleset)
    now = begun
    for given in record.answers:
        now = _answered(now, given, ruleset)
    values, declined = now.stated(), now.declined
    _put(values, "complaint.pain_usual", pain_usual(record, begun))
    _put(values, "complaint.pain_at_rest", pain_at_rest(record, begun))
    for red in ruleset.vocabulary.red_flags:
        _put(values, red.name, flag(record, begun, red.name))
    moment = max(entry.at for entry in (record.start, *record.events)) if at is None else at
    if not record.counted:
        _put(values, BREAK, weeks_of_break(record, begun, moment))
        _put(values, SINCE_FIRST, weeks_since_first(record, begun, moment))
    else:
        doses = {exercise.id: exercise.dose for exercise in ruleset.exercises}
        stage = stage_earned(record, begun, doses)
        for name, value in zip(
            DERIVED,
            (
                sessions_done(record, begun),
                worst_pain_during(record, begun),
                settled_by_morning(record, begun),
                worse_next_morning(record, begun),
                stage,
                two_points_better(record, begun),
                bad_mornings_running(record, begun),
                weeks_of_break(record, begun, moment),
                weeks_since_first(record, begun, moment),
            ),
            strict=True,
        ):
            _put(values, name, value)
        for name in [name for name in values if name.startswith(EACH)]:
            del values[name]
        _each(values, record, begun, ruleset)
    known = {name for name, value in values.items() if value is not UNKNOWN}
    return Facts.of({name: values[name] for name in values}, declined - known)


def _check_flags(record: Record, ruleset: Ruleset) -> None:
    """Refuse a red flag that the rules do not know: dropped, it would be taken for a no."""
    known = {red.name for red in ruleset.vocabulary.red_flags}
    unknown = sorted({name for s in record.sessions for name in s.flags or ()} - known)
    if unknown:
        read_facts(dict.fromkeys(unknown, True), ruleset)  # says which, and what is meant
        raise RecordInvalid(message("`{name}` is no red flag in these rules"), name=unknown[0])


def _put(values: dict[str, FactValue], name: str, value: FactValue) -> None:
    if value is UNKNOWN:
        values.pop(name, None)
    else:
        values[name] = value


def _each(values: dict[str, FactValue], record: Record, before: Facts, ruleset: Ruleset) -> None:
    """How each exercise has gone; of those that the record never names, all the same."""
    named = {line.exercise for session in record.sessions for line in session.lines}
    named |= before.response.each.keys()
    named |= {name.split(".")[2] for a in record.answers for name in a.facts if EACH in name}
    others = _one(record, before, "", 0)
    for exercise in ruleset.exercises:
        found = others
        if exercise.id in named:
            found = _one(record, before, exercise.id, len(exercise.dose))
        for field in attrs.fields(ExerciseResponse):
            value = getattr(found, field.name)
            _put(values, f"{EACH}{exercise.id}.{field.name}", value)


def _one(record: Record, before: Facts, exercise: str, steps: int) -> ExerciseResponse:
    return ExerciseResponse(
        sessions=sessions_with(record, before, exercise),
        pain_during=pain_during(record, before, exercise),
        steps_earned=steps_earned(record, before, exercise, steps),
    )


def programme_now(record: Record, ruleset: Ruleset, at: dt.datetime | None = None) -> Outcome:
    """What the rules say at the end of a record; the same record and rules give the same bytes.

    Args:
        record: The record.
        ruleset: The rules.
        at: The moment for which it is asked; left out, that of the last entry.

    Raises:
        FactsInvalid: The record does not fit the ruleset.
        EngineFailed: The engine failed, or its readings disagree; nothing was decided.
        HazardBroken: A programme would have broken a hazard; nothing was emitted.
    """
    return recommend(facts(record, ruleset, at=at), ruleset)


def asked(outcome: Outcome, ruleset: Ruleset) -> tuple[Line, ...]:
    """The lines of a session that asks for a programme, nothing done yet; empty without one."""
    if outcome.programme is None:
        return ()
    return tuple(
        Line(
            exercise=prescribed.exercise,
            asked=Asked(
                step=ruleset.exercise[prescribed.exercise].dose.index(prescribed.dose),
                sets=prescribed.dose.sets,
                reps=prescribed.dose.reps,
                hold_s=prescribed.dose.hold_s,
                effort=prescribed.dose.effort,
            ),
        )
        for prescribed in outcome.programme.exercises
    )


def sent_for_mornings(known: Facts) -> bool:
    """Whether somebody is sent to be seen for bad mornings running."""
    running = known.value(BAD_MORNINGS)
    return isinstance(running, int) and running >= SEEN


def ways_back(known: Facts, ruleset: Ruleset) -> str:
    """What somebody says who was sent to be seen and was, as ``--set FACT=VALUE``; may be empty."""
    flags = [red.name for red in ruleset.vocabulary.red_flags if known.value(red.name) is True]
    said = [f"{name}=false" for name in flags]
    if sent_for_mornings(known):
        said.append(f"{BAD_MORNINGS}=0")
    return " ".join(f"--set {each}" for each in said)


def plain(given: Mapping[str, Any]) -> dict[str, Any]:
    """Nested facts as plain values by full name, as `Answers` holds them."""
    found: dict[str, Any] = {}
    for name, value in given.items():
        if isinstance(value, Mapping) and not value.keys() <= {"present", "absent", "rest"}:
            inner = plain(value)
            found |= {f"{name}.{key}": item for key, item in inner.items()}
        else:
            found[name] = value
    return found
