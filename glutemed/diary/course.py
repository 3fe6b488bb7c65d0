"""What became of a programme from one session to the next, and why, in one line."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterable

import attrs

from glutemed.diary.change import MORE, Change, Kind, changes, less, more
from glutemed.diary.known import facts
from glutemed.diary.record import Morning, Record, Session
from glutemed.diary.response import last_session
from glutemed.model.facts import Facts
from glutemed.model.locale import ENGLISH, Locale
from glutemed.model.outcome import Outcome, Programme
from glutemed.model.rule import Contraindicate, Limit, Prefer, Rule
from glutemed.model.ruleset import Ruleset
from glutemed.pipeline import decide, recommend


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
        changes: What became of each exercise since then; empty where there was none, or is none.
    """

    course: Course
    reason: str
    outcome: Outcome
    before: Programme | None = None
    changes: tuple[Change, ...] = ()


@attrs.frozen
class Point:
    """A person at one point of a record, and what the rules say of them there.

    Args:
        facts: The person.
        outcome: What the rules say.
        alarmed: Whether a red flag was a yes since the session before, or may have been.
        forgotten: Whether the last session is forgotten.
        erased: Whether any session is forgotten for good, not only to be told again.
    """

    facts: Facts
    outcome: Outcome
    alarmed: bool
    forgotten: bool
    erased: bool

    @classmethod
    def of(cls, record: Record, ruleset: Ruleset, at: dt.datetime | None = None) -> Point:
        """The person at the end of a record, and at a moment."""
        known = facts(record, ruleset, at=at)
        last = last_session(record)
        forgotten = last is not None and last.forgotten
        alarmed = len(record.counted) in record.alarms
        erased = any(each.forgotten and not each.taken_back for each in record.counted)
        return cls(known, recommend(known, ruleset), alarmed, forgotten, erased)


def turn(
    record: Record, ruleset: Ruleset, locale: Locale = ENGLISH, at: dt.datetime | None = None
) -> Turn:
    """What comes next at the end of a record: the programme now, beside that of the last session.

    The same record, ruleset and moment give the same turn: both programmes are made anew from the
    record.

    Args:
        record: The record; `Record.until` gives that of an earlier moment.
        ruleset: The rules.
        locale: The language of the reason.
        at: The moment for which it is asked: a break goes on while nothing is written. Left out, it
            is that of the last entry.

    Raises:
        FactsInvalid: The record does not fit the ruleset.
        EngineFailed: The engine failed, or its readings disagree; nothing was decided.
        HazardBroken: A programme would have broken a hazard; nothing was emitted.
    """
    now = Point.of(record, ruleset, at)
    last = last_session(record)
    if last is None:
        return _turn(compare(None, now.outcome, ruleset), None, now, ruleset, locale)
    then = Point.of(record.before(last), ruleset, last.at)
    course = compare(then.outcome, now.outcome, ruleset)
    if course in {Course.EASE, Course.BACK} and last.morning is None and not last.forgotten:
        calm = Point.of(record.with_morning(last.number, _calm(last)), ruleset, at)
        if compare(then.outcome, calm.outcome, ruleset) is not course:
            course = Course.WAIT
    found = _turn(course, then, now, ruleset, locale)
    if last.slight and found.changes:
        found = attrs.evolve(found, reason=_as_slight(last, found.reason, locale))
    return found


def _as_slight(last: Session, reason: str, locale: Locale) -> str:
    if all(line.asked is None for line in last.lines):
        return locale.say(
            "No programme had asked for the last session, so the session before it counts as "
            "well. {reason}",
            reason=reason,
        )
    return locale.say(
        "Less than half of what was asked was done last time, so the session before it counts "
        "as well. {reason}",
        reason=reason,
    )


def _calm(last: Session) -> Morning:
    """The best morning that there can be after a session."""
    return Morning(at=last.at, settled=True, worse=False)


def _turn(course: Course, then: Point | None, now: Point, ruleset: Ruleset, locale: Locale) -> Turn:
    before = None if then is None else then.outcome.programme
    after = now.outcome.programme
    found = () if before is None or after is None else changes(before, after, ruleset)
    reason = _reason(course, then, now, ruleset, locale)
    if before is not None and after is not None:
        reason = _with_the_rest(course, reason, found, locale)
    return Turn(course=course, reason=reason, outcome=now.outcome, before=before, changes=found)


def _with_the_rest(course: Course, reason: str, found: tuple[Change, ...], locale: Locale) -> str:
    """The reason, with what the list holds besides: a headline alone would deny it."""
    kinds = {change.kind for change in found}
    if course in {Course.EASE, Course.BACK, Course.WAIT} and kinds & MORE:
        return locale.say("{reason} Some of the list is more all the same.", reason=reason)
    if course is Course.SAME and kinds - {Kind.SAME}:
        return locale.say("Nothing calls for more or for less, but not all of it is the same.")
    return reason


def compare(then: Outcome | None, now: Outcome, ruleset: Ruleset) -> Course:
    """Where a programme goes; what is eased anywhere counts before what goes on elsewhere."""
    if now.referral is not None or now.meanwhile is not None:
        return Course.STOP
    if now.programme is None:
        return Course.ASK
    if then is None or then.programme is None:
        return Course.BEGIN
    before, after = then.programme, now.programme
    found = changes(before, after, ruleset)
    if after.stage < before.stage:
        return Course.BACK
    if less(before, after, found, ruleset):
        return Course.EASE
    return Course.PROGRESS if more(before, after, found) else Course.SAME


def _reason(
    course: Course, then: Point | None, now: Point, ruleset: Ruleset, locale: Locale
) -> str:
    if course is Course.STOP:
        referral = now.outcome.referral or now.outcome.meanwhile
        if referral is not None and referral.reasons:
            return referral.reasons[0].text
        return locale.say("Something you said must be looked at first.")
    if course is Course.ASK:
        return locale.say("Something must be known before the next session.")
    if course is Course.WAIT:
        return locale.say(
            "How the knee is on the morning after decides what comes next; until that is told, "
            "less is asked."
        )
    if then is None:
        return locale.say("This is where you begin.")
    if course is Course.BEGIN:
        if then.erased and then.outcome.referral is None and then.outcome.meanwhile is None:
            return locale.say("A session was erased; this goes on from what is still known.")
        return locale.say("There was no programme to go on from, so this is where you begin again.")
    if course is Course.SAME:
        for rule in _holding(now, ruleset):
            return locale.say("More is earned, and waits: {reason}", reason=rule.because)
        return locale.say("Nothing calls for more or for less, so do the same again.")
    if course is Course.PROGRESS:
        return _why_more(then, now, locale)
    if now.forgotten:
        return locale.say(
            "The last session is forgotten, so each exercise begins again at its first step, and "
            "what may have been done in it counts as if it had hurt."
        )
    if now.alarmed:
        return locale.say("After a warning sign each exercise begins again at its first step.")
    for rule in _new(then, now, ruleset):
        return rule.because
    if course is Course.BACK:
        return locale.say("A stage was lost again; two good sessions running earn it back.")
    return _why_less(then, now, ruleset, locale)


def _why_less(then: Point, now: Point, ruleset: Ruleset, locale: Locale) -> str:
    """Why less is asked where no rule that holds something back is new."""
    before, after = then.outcome.programme, now.outcome.programme
    assert before is not None
    assert after is not None
    gone = {each.exercise for each in before.exercises} - {e.exercise for e in after.exercises}
    for held in now.outcome.withheld:
        if held.exercise in gone and held.facts:
            ask = ruleset.vocabulary[held.facts[0]].ask
            return locale.say("Something is not known, so it holds some back: {ask}", ask=ask)
    if gone & {each.exercise for each in now.outcome.unavailable}:
        return locale.say("What some exercises need is not there, so others take their place.")
    steps = [f"response.each.{each.exercise}.steps_earned" for each in before.exercises]
    for name in ("response.stage_earned", *steps):
        was, is_ = then.facts.value(name), now.facts.value(name)
        if isinstance(was, int) and was > (is_ if isinstance(is_, int) else 0):
            return locale.say("The last session took back something that had been earned.")
    return locale.say("Less of it suits you now, by what is known of you.")


def _holding(now: Point, ruleset: Ruleset) -> list[Rule]:
    """The rules that surely keep an exercise below the step that is earned."""
    programme = now.outcome.programme
    assert programme is not None
    said = decide(now.facts, ruleset)
    for each in programme.exercises:
        steps = ruleset.exercise[each.exercise].dose
        earned = now.facts.value(f"response.each.{each.exercise}.steps_earned")
        if isinstance(earned, int) and each.dose in steps[: min(earned, len(steps) - 1)]:
            found = [
                rule
                for rule in ruleset.rules
                if rule.written in each.rules
                and isinstance(rule.conclusion, Limit)
                and rule.conclusion.amount in {"effort", "sets", "reps"}
                and said.true(rule.id)
            ]
            if found:
                return sorted(found, key=_width)
    return []


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
    calm = now.facts.response.settled_by_morning is True
    if calm and now.facts.value("response.worse_next_morning") is False:
        return locale.say("The last session went well, so what was held back comes back.")
    return locale.say("What held some of it back is answered, so it comes back.")


def _new(then: Point, now: Point, ruleset: Ruleset) -> list[Rule]:
    """The rules that surely hold something back now and did not before, the widest first."""
    fresh = set(_cited(now.outcome)) - set(_cited(then.outcome))
    fresh &= _easing(then.outcome, now.outcome, ruleset)
    said = decide(now.facts, ruleset)
    found = [
        rule
        for rule in ruleset.written_rules
        if rule.written in fresh
        and isinstance(rule.conclusion, (Limit, Contraindicate))
        and said.true(rule.id)
    ]
    return sorted(found, key=_width) or _preferring(then, now, ruleset)


def _preferring(then: Point, now: Point, ruleset: Ruleset) -> list[Rule]:
    """The rules that surely prefer what is there now to what was, and did not before."""
    before, after = then.outcome.programme, now.outcome.programme
    assert before is not None
    assert after is not None
    gone = {each.exercise for each in before.exercises} - {e.exercise for e in after.exercises}
    said, said_before = decide(now.facts, ruleset), decide(then.facts, ruleset)
    return [
        rule
        for rule in ruleset.rules
        if isinstance(rule.conclusion, Prefer)
        and gone & (set(rule.conclusion.over.exercises) - set(rule.conclusion.touch.exercises))
        and said.true(rule.id)
        and not said_before.true(rule.id)
    ]


def _easing(then: Outcome, now: Outcome, ruleset: Ruleset) -> set[str]:
    """The rules, as written, that shape what is less now: others only keep it as it was."""
    before, after = then.programme, now.programme
    assert before is not None
    assert after is not None
    found = set(after.rules)
    forbidden = {each.exercise: each.rules for each in now.contraindicated}
    for change in changes(before, after, ruleset):
        if change.kind is Kind.LESS and change.now is not None:
            found.update(change.now.rules)
        if change.was is not None and change.kind not in {Kind.SAME, Kind.LESS, Kind.MORE}:
            found.update(forbidden.get(change.was.exercise, ()))
    return found


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
