"""What became of a programme from one session to the next, and why, in one line."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator

import attrs

from glutemed.diary.known import facts
from glutemed.diary.record import Morning, Record, Session
from glutemed.diary.response import last_session
from glutemed.model.exercise import BAND_STRENGTHS
from glutemed.model.facts import Facts
from glutemed.model.locale import ENGLISH, Locale
from glutemed.model.outcome import Outcome, Prescription, Programme
from glutemed.model.rule import Contraindicate, Limit, Rule
from glutemed.model.ruleset import Ruleset
from glutemed.pipeline import decide, recommend

_DOSE = ("sets", "reps", "hold_s", "effort")


class Course(enum.StrEnum):
    """Where a programme goes from here."""

    BEGIN = "begin"
    SAME = "same"
    PROGRESS = "progress"
    EASE = "ease_off"
    BACK = "one_stage_back"
    WAIT = "wait_for_the_morning"
    ASK = "answer_questions"
    STOP = "stop_and_see_someone"


@attrs.frozen(kw_only=True)
class Turn:
    """What comes next.

    Args:
        course: Where the programme goes.
        reason: Why, in one line.
        outcome: What the rules say now.
        before: The programme of the last session, if there was one.
    """

    course: Course
    reason: str
    outcome: Outcome
    before: Programme | None = None


@attrs.frozen
class Point:
    """A person at one point of a record, and what the rules say of them there."""

    facts: Facts
    outcome: Outcome

    @classmethod
    def of(cls, record: Record, ruleset: Ruleset) -> Point:
        """The person at the end of a record."""
        known = facts(record, ruleset)
        return cls(known, recommend(known, ruleset))


def turn(record: Record, ruleset: Ruleset, locale: Locale = ENGLISH) -> Turn:
    """What comes next at the end of a record: the programme now, beside that of the last session.

    The same record and ruleset give the same turn: both programmes are made anew from the record.

    Args:
        record: The record; `Record.until` gives that of an earlier moment.
        ruleset: The rules.
        locale: The language of the reason.

    Raises:
        FactsInvalid: The record does not fit the ruleset.
        EngineFailed: The engine failed, or its readings disagree; nothing was decided.
        HazardBroken: A programme would have broken a hazard; nothing was emitted.
    """
    now = Point.of(record, ruleset)
    last = last_session(record)
    if last is None:
        return _turn(compare(None, now.outcome, ruleset), None, now, ruleset, locale)
    then = Point.of(record.before(last), ruleset)
    course = compare(then.outcome, now.outcome, ruleset)
    if course in {Course.EASE, Course.BACK} and last.morning is None and not last.forgotten:
        calm = Point.of(record.with_morning(last.number, _calm(last)), ruleset)
        if compare(then.outcome, calm.outcome, ruleset) is not course:
            course = Course.WAIT
    return _turn(course, then, now, ruleset, locale)


def _calm(last: Session) -> Morning:
    """The best morning that there can be after a session."""
    return Morning(at=last.at, settled=True, worse=False)


def _turn(course: Course, then: Point | None, now: Point, ruleset: Ruleset, locale: Locale) -> Turn:
    return Turn(
        course=course,
        reason=_reason(course, then, now, ruleset, locale),
        outcome=now.outcome,
        before=None if then is None else then.outcome.programme,
    )


def compare(then: Outcome | None, now: Outcome, ruleset: Ruleset) -> Course:
    """Where a programme goes; what is eased anywhere counts before what goes on elsewhere."""
    if now.referral is not None or now.sure_urgency is not None:
        return Course.STOP
    if now.programme is None:
        return Course.ASK
    if then is None or then.programme is None:
        return Course.BEGIN
    before, after = then.programme, now.programme
    if after.stage < before.stage:
        return Course.BACK
    if after.sessions_per_week < before.sessions_per_week or any(_eased(before, after, ruleset)):
        return Course.EASE
    if after.stage > before.stage or any(_harder(before, after, ruleset)):
        return Course.PROGRESS
    return Course.SAME


def _pairs(before: Programme, after: Programme) -> Iterator[tuple[Prescription, Prescription]]:
    """The exercises of one family in two programmes."""
    was = {prescribed.family: prescribed for prescribed in before.exercises}
    for prescribed in after.exercises:
        if prescribed.family in was:
            yield was[prescribed.family], prescribed


def _amounts(prescribed: Prescription) -> tuple[int, ...]:
    return (
        BAND_STRENGTHS.index(prescribed.load.strength),
        prescribed.load.kind != "none",
        *(getattr(prescribed.dose, part) for part in _DOSE),
    )


def _steps_on(was: Prescription, now: Prescription, ruleset: Ruleset) -> bool:
    """Whether another exercise of a family is a higher rung, or has a stronger load."""
    higher = ruleset.exercise[now.exercise].rung > ruleset.exercise[was.exercise].rung
    return higher or _amounts(now)[:2] > _amounts(was)[:2]


def _eased(before: Programme, after: Programme, ruleset: Ruleset) -> Iterator[bool]:
    """For each family: whether the same exercise is less, or another one lighter in all.

    A first dose on a higher rung or a stronger band is lower than the last one below it, and yet
    nothing is taken back.
    """
    for was, now in _pairs(before, after):
        one, other = _amounts(was), _amounts(now)
        if was.exercise == now.exercise:
            yield other != one and all(a <= b for a, b in zip(other, one, strict=True))
        else:
            yield not _steps_on(was, now, ruleset)


def _harder(before: Programme, after: Programme, ruleset: Ruleset) -> Iterator[bool]:
    """For each family: whether anything of it is more; and whether a family is new."""
    for was, now in _pairs(before, after):
        if now.exercise == was.exercise:
            yield _amounts(now) > _amounts(was)
        else:
            yield _steps_on(was, now, ruleset)
    yield bool({p.family for p in after.exercises} - {p.family for p in before.exercises})


def _reason(
    course: Course, then: Point | None, now: Point, ruleset: Ruleset, locale: Locale
) -> str:
    if course is Course.STOP:
        if now.outcome.referral is not None and now.outcome.referral.reasons:
            return now.outcome.referral.reasons[0].text
        return locale.say("Something you said must be looked at first, so please answer this.")
    if course is Course.ASK:
        return locale.say("Something must be known before the next session.")
    if course is Course.WAIT:
        return locale.say(
            "How the knee is on the morning after decides what comes next; until that is told, "
            "less is asked."
        )
    if course is Course.BEGIN or then is None:
        return locale.say("This is where you begin.")
    if course is Course.SAME:
        return locale.say("Nothing calls for more or for less, so do the same again.")
    if course is Course.PROGRESS:
        return _why_more(then, now, locale)
    for rule in _new(then, now, ruleset):
        return rule.because
    if course is Course.BACK:
        return locale.say("A stage was lost again; two good sessions running earn it back.")
    return locale.say("The last session took back something that had been earned.")


def _why_more(then: Point, now: Point, locale: Locale) -> str:
    before, after = then.outcome.programme, now.outcome.programme
    assert before is not None
    assert after is not None
    if after.stage > before.stage:
        return locale.say("The test of stage {stage} is passed.", stage=after.stage - 1)
    for prescribed in after.exercises:
        steps = f"response.each.{prescribed.exercise}.steps_earned"
        was, is_ = then.facts.value(steps), now.facts.value(steps)
        if isinstance(is_, int) and is_ > (was if isinstance(was, int) else 0):
            return locale.say("Two good sessions running have earned a little more.")
    return locale.say("The last session went well, so what was held back comes back.")


def _new(then: Point, now: Point, ruleset: Ruleset) -> list[Rule]:
    """The rules that surely hold something back now and did not before, the widest first."""
    fresh = set(_cited(now.outcome)) - set(_cited(then.outcome))
    said = decide(now.facts, ruleset)
    found = [
        rule
        for rule in ruleset.written_rules
        if rule.written in fresh
        and isinstance(rule.conclusion, (Limit, Contraindicate))
        and said.true(rule.id)
    ]
    return sorted(found, key=_width)


def _width(rule: Rule) -> tuple[int, str]:
    if isinstance(rule.conclusion, Limit) and rule.conclusion.touch is None:
        return (0 if rule.conclusion.amount == "stage" else 1), rule.id
    return (2 if isinstance(rule.conclusion, Limit) else 3), rule.id


def _cited(outcome: Outcome) -> Iterable[str]:
    """Every rule that shaped an outcome, as written."""
    if outcome.programme is not None:
        yield from outcome.programme.rules
        for prescribed in outcome.programme.exercises:
            yield from prescribed.rules
    for forbidden in outcome.contraindicated:
        yield from forbidden.rules
