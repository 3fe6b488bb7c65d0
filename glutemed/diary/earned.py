"""Record → what was earned: steps of a dose, and stages.

Each session moves a state, and a bad one moves it down. A forgotten one moves it as the worst would,
so that forgetting never raises anything.

The numbers are those of the book: `dose/when-to-do-more` for a step, `dose/ready-for-standing`,
`dose/ready-for-one-leg` and `dose/last-stage-and-after` for the leaving tests.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from glutemed.diary.record import Line, Record, Session
from glutemed.diary.response import RED, above, settled, worse, worst_pain
from glutemed.diary.stretches import LONG_PAUSE, PAUSE, SEEN, break_before
from glutemed.model.exercise import Dose
from glutemed.model.facts import Facts, Unknown

GREEN = 2
"""Pain up to this is no reason to hold back."""

RUNNING = 2
"""Good sessions running that earn a step or pass a leaving test."""

APART = dt.timedelta(hours=30)
"""Of good sessions closer together than this one counts: between them lies no free day."""

TEST_SETS = 3
TEST_REPS = 12
USUAL_TO_LEAVE = {1: 3, 2: 2, 3: 2}
"""The most usual pain with which each stage may be left."""

SEEN_RED = 2
"""So many sessions above 5 running are seen by somebody (dose/red-twice-running)."""

LAST_STAGE = 3

Doses = Mapping[str, tuple[Dose, ...]]


def steps_earned(record: Record, before: Facts, exercise: str, steps: int) -> int:
    """How many steps of an exercise's dose are earned.

    One more after two sessions running in which it was done as asked, all sets, no harder than
    asked, with pain of 2 or less, that had settled by the morning and left the knee no worse. One
    less after a session with it that hurt more than 5, or is not known to have settled and left the
    knee no worse: a morning that is not told counts as a bad one until it is. Of sessions less than
    30 hours apart one counts towards a step, and sessions two weeks apart are not running. After a
    break of four weeks none is left, nor where somebody was sent to be seen: by a red flag, three
    bad mornings or two sessions above 5 running. What is asked of it must have been the dose of
    that step, so that no step is passed over.

    Args:
        record: The record.
        before: The facts with which the diary was begun.
        exercise: Its id.
        steps: How many steps its dose has; no more are earned.
    """
    said = before.value(f"response.each.{exercise}.steps_earned")
    earned = min(said, steps) if isinstance(said, int) and 0 not in record.alarms else 0
    running, last, bad, reds = 0, None, 0, 0
    for place, session in enumerate(record.counted):
        earned, running = after_break(record, before, place, earned, running)
        bad = 0 if quiet(session) else bad + 1
        reds = reds + 1 if red(session) is True else 0
        line = session.line(exercise)
        if session.forgotten:
            earned, running = max(earned - 1, 0), 0
        elif line is None or line.done is None:
            running = 0
        elif not quiet(session) or (line.done.pain is not None and line.done.pain > RED):
            earned, running = max(earned - 1, 0), 0
        elif not calm(session) or not as_asked(line, min(earned, steps - 1)):
            running = 0
        elif last is None or session.at - last >= APART:
            last, running = session.at, running + 1
            if running == RUNNING:
                earned, running = min(earned + 1, steps), 0
        if place + 1 in record.alarms or bad >= SEEN or reds >= SEEN_RED:
            earned, running = 0, 0
    return earned


def stage_earned(record: Record, before: Facts, doses: Doses) -> int:
    """The highest stage whose leaving test is passed, and whose stage was not lost again.

    Args:
        record: The record.
        before: The facts with which the diary was begun.
        doses: The dose of each exercise, step by step.

    The test of a stage is passed by two sessions of it running, 30 hours apart or more and less than
    two weeks, each with every exercise that was asked done for 3 sets of 12 (of one that is held, as
    asked) with pain of 2 or less, settled and no worse by the morning, and with usual pain low enough. A session of a lower stage takes the
    earned stage down to its own. One that hurt more than 5, or is not known to have settled and left
    the knee no worse, takes it one further, and so does such a one that no programme asked for, and
    a red flag: so a programme's stage never rises by more than one from a session to the next, and
    not at all after a bad morning or one that is not told. After a break of four weeks none is
    left.
    """
    said = before.response.stage_earned
    earned = said if isinstance(said, int) else 0
    running, last = 0, None
    for place, session in enumerate(record.counted):
        earned, running = after_break(record, before, place, earned, running)
        if place in record.alarms:
            earned, running = max(earned - 1, 0), 0
        stage = session.stage
        if stage is None:
            running = 0
            if session.forgotten:
                earned = 0
            elif red(session) is not False or not quiet(session):
                earned = max(earned - 1, 0)
        elif session.forgotten or red(session) is not False or not quiet(session):
            earned, running = min(earned, stage - 1), 0
        elif stage != earned + 1 or not passes(session, doses):
            earned, running = min(earned, stage), 0
        elif last is None or session.at - last >= APART:
            last, running = session.at, running + 1
            if running == RUNNING:
                earned, running = min(earned + 1, LAST_STAGE), 0
    return max(earned - 1, 0) if len(record.counted) in record.alarms else earned


def after_break(
    record: Record, before: Facts, place: int, earned: int, running: int
) -> tuple[int, int]:
    """What is left of what was earned, and of good sessions running, when a session comes.

    Two sessions with two weeks between them are not running, and after four weeks all is earned
    anew. A break of which nobody can tell how long it was counts as a long one.
    """
    pause = break_before(record, before, place)
    if pause is None or pause >= LONG_PAUSE:
        return 0, 0
    return earned, 0 if pause >= PAUSE else running


def passes(session: Session, doses: Doses) -> bool:
    """Whether a session meets the leaving test of the stage that was asked."""
    if session.stage is None or not calm(session) or session.usual is None:
        return False
    if session.usual > USUAL_TO_LEAVE[session.stage]:
        return False
    asked = [line for line in session.lines if line.asked is not None]
    return bool(asked) and all(_tested(line, doses.get(line.exercise, ())) for line in asked)


def _tested(line: Line, dose: tuple[Dose, ...]) -> bool:
    """Whether one exercise was done for 3 sets of 12, or as asked where it is held."""
    if line.asked is None or line.done is None:
        return False
    if line.done.sets is None or line.done.reps is None or line.done.pain is None:
        return False
    sets = min(TEST_SETS, max((step.sets for step in dose), default=TEST_SETS))
    reps = line.asked.reps if line.asked.hold_s else TEST_REPS
    reps = min(reps, max((step.reps for step in dose), default=reps))
    return line.done.sets >= sets and line.done.reps >= reps and line.done.pain <= GREEN


def as_asked(line: Line, step: int) -> bool:
    """Whether an exercise was done as asked, with ease, and what was asked was at least a step."""
    asked, done = line.asked, line.done
    if asked is None or done is None or asked.step < step:
        return False
    if done.sets is None or done.reps is None or done.effort is None or done.pain is None:
        return False
    in_full = done.sets >= asked.sets and done.reps >= asked.reps
    return in_full and done.effort <= asked.effort and done.pain <= GREEN


def calm(session: Session) -> bool:
    """Whether a session is known to have stayed green in all, and to have settled."""
    if above(worst_pain(session), GREEN) is not False:
        return False
    return quiet(session)


def quiet(session: Session) -> bool:
    """Whether a session is known to have settled by the morning, and left the knee no worse."""
    return settled(session) is True and worse(session) is False


def red(session: Session) -> bool | Unknown:
    """Whether a session hurt more than 5, as far as it is known."""
    if any(work.pain is not None and work.pain > RED for _, work in session.done):
        return True
    return above(worst_pain(session), RED)
