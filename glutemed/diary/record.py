"""What a diary holds: who began, each session as it was done, the mornings after, new answers.

Inputs only. What follows from them is derived anew each time, so nothing in a record can be out of
step with it. A record is never changed; each noun is checked when it is made.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

import attrs

from glutemed.model.frozen import Frozen

MOST_PAIN = 10
MOST_SETS = 20
MOST_REPS = 200
MOST_STEP = 20
MOST_NOTE = 2000
_UNWRITABLE = re.compile("[\x00\ud800-\udfff]")


def _within(least: int, most: int) -> Any:
    def check(_owner: object, attribute: attrs.Attribute[Any], value: object) -> None:
        if value is None:
            return
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise ValueError(f"`{attribute.name}` must be a whole number from {least} to {most}")

    return check


def _yes_no(_owner: object, attribute: attrs.Attribute[Any], value: object) -> None:
    if value is not None and not isinstance(value, bool):
        raise ValueError(f"`{attribute.name}` must be true or false")


def _text(most: int) -> Any:
    def check(_owner: object, attribute: attrs.Attribute[Any], value: object) -> None:
        if not isinstance(value, str) or len(value) > most or _UNWRITABLE.search(value):
            raise ValueError(f"`{attribute.name}` must be text of at most {most} characters")

    return check


def _minutes(moment: dt.datetime) -> dt.datetime:
    """With an offset of whole minutes, which is all that a diary keeps of a zone."""
    offset = moment.utcoffset()
    if offset is None:
        raise ValueError("a moment needs the offset of its zone from UTC")
    if offset.total_seconds() % 60:
        offset = dt.timedelta(minutes=round(offset.total_seconds() / 60))
    try:
        return moment.astimezone(dt.timezone(offset))
    except OverflowError:
        raise ValueError("`at` lies beyond the days that there are") from None


def _words(words: Iterable[str] | None) -> tuple[str, ...] | None:
    return None if words is None else tuple(sorted(set(words)))


@attrs.frozen(kw_only=True)
class Asked:
    """What a programme asked of one exercise.

    Args:
        step: Which step of its dose that was, from 0.
        sets: How many sets.
        reps: Repetitions in a set.
        hold_s: Seconds that each is held.
        effort: How hard it should feel at the most, 0 to 10.
    """

    step: int = attrs.field(validator=_within(0, MOST_STEP))
    sets: int = attrs.field(validator=_within(0, MOST_SETS))
    reps: int = attrs.field(validator=_within(0, MOST_REPS))
    hold_s: int = attrs.field(validator=_within(0, 600))
    effort: int = attrs.field(validator=_within(0, 10))


@attrs.frozen(kw_only=True)
class Work:
    """How one exercise was done; None is what was not said.

    Args:
        sets: How many sets.
        reps: Repetitions in the set with the fewest.
        effort: How hard it felt, 0 to 10.
        pain: The worst pain during it, 0 to 10.
    """

    sets: int | None = attrs.field(default=None, validator=_within(1, MOST_SETS))
    reps: int | None = attrs.field(default=None, validator=_within(1, MOST_REPS))
    effort: int | None = attrs.field(default=None, validator=_within(0, 10))
    pain: int | None = attrs.field(default=None, validator=_within(0, MOST_PAIN))


@attrs.frozen(kw_only=True)
class Line:
    """One exercise of a session: what was asked of it, and what was done. Not ticked is not done."""

    exercise: str = attrs.field(validator=_text(100))
    asked: Asked | None = None
    done: Work | None = None


def _lines(lines: Iterable[Line]) -> tuple[Line, ...]:
    return tuple(lines)


@attrs.frozen(kw_only=True)
class Morning:
    """The morning after a session; None is what was not said.

    Args:
        at: When it was told, with the offset of the zone.
        pain: Pain on that morning, 0 to 10.
        settled: Whether the pain was back to its usual level.
        worse: Whether the knee was more painful or stiffer than on the morning before.
    """

    at: dt.datetime = attrs.field(converter=_minutes)
    pain: int | None = attrs.field(default=None, validator=_within(0, MOST_PAIN))
    settled: bool | None = attrs.field(default=None, validator=_yes_no)
    worse: bool | None = attrs.field(default=None, validator=_yes_no)


@attrs.frozen(kw_only=True)
class Session:
    """One session.

    Args:
        number: Its number in the diary; larger is written later.
        at: When it was done, with the offset of the zone: the instant, and the day as it was lived.
        stage: The stage of the programme that was asked, or None where there was none.
        lines: What was asked and done of each exercise.
        usual: Pain in ordinary activity since the session before, 0 to 10.
        rest: Pain at rest, 0 to 10.
        flags: The red flags that were new; empty where they were asked and none was, None where
            they were not asked.
        note: Anything else.
        morning: The morning after, once it is told.
        ruleset: The fingerprint of the rules that asked.
        forgotten: Whether what was done is erased: only its place is left, its results are unknown.
    """

    number: int = attrs.field(validator=_within(1, 2**53))
    at: dt.datetime = attrs.field(converter=_minutes)
    stage: int | None = attrs.field(default=None, validator=_within(1, 3))
    lines: tuple[Line, ...] = attrs.field(default=(), converter=_lines)
    usual: int | None = attrs.field(default=None, validator=_within(0, MOST_PAIN))
    rest: int | None = attrs.field(default=None, validator=_within(0, MOST_PAIN))
    flags: tuple[str, ...] | None = attrs.field(default=None, converter=_words)
    note: str = attrs.field(default="", validator=_text(MOST_NOTE))
    morning: Morning | None = None
    ruleset: str = attrs.field(default="", validator=_text(64))
    forgotten: bool = False

    def __attrs_post_init__(self) -> None:
        names = [line.exercise for line in self.lines]
        if len(names) != len(set(names)):
            raise ValueError("an exercise stands twice in one session")

    @property
    def day(self) -> dt.date:
        """The day on which it was done, as the person lived it."""
        return self.at.date()

    @cached_property
    def done(self) -> tuple[tuple[str, Work], ...]:
        """The exercises that were done, by id."""
        return tuple((line.exercise, line.done) for line in self.lines if line.done is not None)

    @property
    def counts(self) -> bool:
        """Whether it is a session: something was done in it, or it is forgotten what."""
        return self.forgotten or bool(self.done)

    def line(self, exercise: str) -> Line | None:
        """What was asked and done of one exercise."""
        return next((line for line in self.lines if line.exercise == exercise), None)

    def erased(self) -> Session:
        """Its place alone: when it was, the stage that was asked, whether something was done."""
        return Session(
            number=self.number,
            at=self.at,
            stage=self.stage,
            ruleset=self.ruleset,
            forgotten=self.counts,
        )


@attrs.frozen(kw_only=True)
class Answers:
    """Facts that a person gave later than at the start; plain values by full name."""

    number: int = attrs.field(validator=_within(1, 2**53))
    at: dt.datetime = attrs.field(converter=_minutes)
    facts: Frozen[str, Any] = attrs.field(converter=Frozen)


@attrs.frozen(kw_only=True)
class Start:
    """Who began, and by which rules.

    Args:
        at: When the diary was begun.
        facts: The person, as `glutemed.to_dict` gives it.
        version: The version of the rules.
        fingerprint: Their fingerprint.
    """

    at: dt.datetime = attrs.field(converter=_minutes)
    facts: Mapping[str, Any]
    version: str = attrs.field(validator=_text(200))
    fingerprint: str = attrs.field(validator=_text(64))


def _by_number(entry: Session | Answers) -> int:
    return entry.number


def _sessions(sessions: Iterable[Session]) -> tuple[Session, ...]:
    return tuple(sorted(sessions, key=lambda session: (session.at, session.number)))


def _answers(answers: Iterable[Answers]) -> tuple[Answers, ...]:
    return tuple(sorted(answers, key=lambda given: (given.at, given.number)))


@attrs.frozen(kw_only=True)
class Record:
    """A whole diary. Sessions and answers are in the order in which they came to pass.

    Of two with one instant, the one written first comes first. Zones do not count: only instants do.
    """

    start: Start = attrs.field(validator=attrs.validators.instance_of(Start))
    sessions: tuple[Session, ...] = attrs.field(default=(), converter=_sessions)
    answers: tuple[Answers, ...] = attrs.field(default=(), converter=_answers)

    def __attrs_post_init__(self) -> None:
        numbers = [entry.number for entry in self.entries()]
        if len(numbers) != len(set(numbers)):
            raise ValueError("a number stands twice in one diary")

    def entries(self) -> Iterator[Session | Answers]:
        """Sessions and answers in the order in which they were written."""
        entries: list[Session | Answers] = [*self.sessions, *self.answers]
        yield from sorted(entries, key=_by_number)

    @cached_property
    def events(self) -> tuple[Session | Answers, ...]:
        """Sessions and answers in the order in which they came to pass."""
        entries: list[Session | Answers] = [*self.sessions, *self.answers]
        return tuple(sorted(entries, key=lambda entry: (entry.at, entry.number)))

    @cached_property
    def counted(self) -> tuple[Session, ...]:
        """The sessions in which something was done, or of which it is forgotten."""
        return tuple(session for session in self.sessions if session.counts)

    @property
    def latest(self) -> dt.datetime:
        """The latest moment that the diary knows of."""
        moments = [self.start.at, *(entry.at for entry in self.entries())]
        moments += [s.morning.at for s in self.sessions if s.morning is not None]
        return max(moments)

    def until(self, moment: dt.datetime) -> Record:
        """What the diary held of everything up to a moment, that moment included."""
        sessions = [session for session in self.sessions if session.at <= moment]
        known = [
            attrs.evolve(session, morning=None)
            if session.morning is not None and session.morning.at > moment
            else session
            for session in sessions
        ]
        answers = [given for given in self.answers if given.at <= moment]
        return attrs.evolve(self, sessions=known, answers=answers)

    def before(self, session: Session) -> Record:
        """What the diary held right before a session."""
        earlier = [s for s in self.sessions if (s.at, s.number) < (session.at, session.number)]
        return attrs.evolve(self.until(session.at), sessions=earlier)

    def with_morning(self, number: int, morning: Morning) -> Record:
        """The same with the morning after one session."""
        sessions = [
            attrs.evolve(s, morning=morning) if s.number == number else s for s in self.sessions
        ]
        return attrs.evolve(self, sessions=sessions)

    def without(self, number: int) -> Record:
        """The same with one session erased, its place left."""
        sessions = [s.erased() if s.number == number else s for s in self.sessions]
        return attrs.evolve(self, sessions=sessions)
