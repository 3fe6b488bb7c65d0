"""What a diary holds: who began, each session as it was done, the mornings after, new answers.

Inputs only. What follows from them is derived anew each time, so nothing in a record can be out of
step with it. A record is never changed; each noun is checked when it is made.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

import attrs

from glutemed.diary.derived import of_record
from glutemed.diary.faults import Unfit
from glutemed.diary.work import (
    MOST_NOTE,
    MOST_PAIN,
    Asked,
    Line,
    Morning,
    Work,
    minutes,
    text,
    within,
)
from glutemed.model.frozen import Frozen
from glutemed.model.locale import message

__all__ = [
    "MOST_PAIN",
    "Answers",
    "Asked",
    "Line",
    "Morning",
    "MorningAfter",
    "Part",
    "Record",
    "Session",
    "Start",
    "Work",
    "order",
]


def _lines(lines: Iterable[Line]) -> tuple[Line, ...]:
    return tuple(lines)


def _words(words: Iterable[str] | None) -> tuple[str, ...] | None:
    return None if words is None else tuple(sorted(set(words)))


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
        taken_back: Whether it is to be told again: a session of the same day then takes its place.
    """

    number: int = attrs.field(validator=within(1, 2**53))
    at: dt.datetime = attrs.field(converter=minutes)
    stage: int | None = attrs.field(default=None, validator=within(1, 3))
    lines: tuple[Line, ...] = attrs.field(default=(), converter=_lines)
    usual: int | None = attrs.field(default=None, validator=within(0, MOST_PAIN))
    rest: int | None = attrs.field(default=None, validator=within(0, MOST_PAIN))
    flags: tuple[str, ...] | None = attrs.field(default=None, converter=_words)
    note: str = attrs.field(default="", validator=text(MOST_NOTE))
    morning: Morning | None = None
    ruleset: str = attrs.field(default="", validator=text(64))
    forgotten: bool = False
    taken_back: bool = False

    def __attrs_post_init__(self) -> None:
        names = [line.exercise for line in self.lines]
        if len(names) != len(set(names)):
            raise Unfit(message("an exercise stands twice in one session"))
        held = (self.lines, self.usual, self.rest, self.flags, self.note, self.morning)
        if self.taken_back and held != ((), None, None, None, "", None):
            raise Unfit(message("a session that is taken back holds nothing but its place"))

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

    @cached_property
    def slight(self) -> bool:
        """Whether less than half of what was asked was done, by sets times repetitions.

        Such a session says little of what the knee bears. Nor does one that no programme asked for,
        as while somebody is to be seen first.
        """
        whole, done = (
            sum(part) for part in zip((0, 0), *(line.amounts for line in self.lines), strict=True)
        )
        return 2 * done < whole if whole else bool(self.done)

    def morning_can_be(self, moment: dt.datetime) -> bool:
        """Whether the morning after it can have come by a moment: its day has passed, where it was."""
        return moment.astimezone(self.at.tzinfo).date() > self.day

    def line(self, exercise: str) -> Line | None:
        """What was asked and done of one exercise."""
        return next((line for line in self.lines if line.exercise == exercise), None)

    def erased(self, *, taken_back: bool = False) -> Session:
        """Its place alone: when it was, the stage that was asked, whether something was done."""
        return Session(
            number=self.number,
            at=self.at,
            stage=self.stage,
            ruleset=self.ruleset,
            forgotten=self.counts,
            taken_back=taken_back,
        )


@attrs.frozen(kw_only=True)
class Answers:
    """Facts that a person gave later than at the start; plain values by full name."""

    number: int = attrs.field(validator=within(1, 2**53))
    at: dt.datetime = attrs.field(converter=minutes)
    facts: Frozen[str, Any] = attrs.field(converter=Frozen)

    @property
    def flags(self) -> tuple[str, ...]:
        """The red flags that were a yes."""
        return tuple(n for n, value in self.facts.items() if n.startswith(_FLAG) and value is True)

    @property
    def derived(self) -> tuple[str, ...]:
        """Those that the record gives of itself."""
        return tuple(name for name in self.facts if of_record(name))

    def opened(self, names: Iterable[str]) -> Answers:
        """The same with some of them open again."""
        open_again = {name: UNKNOWN for name in names if name in self.facts}
        return attrs.evolve(self, facts=dict(self.facts) | open_again)


_FLAG = "screening."
UNKNOWN = "unknown"
"""An answer that is none, as a facts file writes it."""


@attrs.frozen
class MorningAfter:
    """The morning after the session of a number."""

    session: int
    morning: Morning


Part = Session | Answers | MorningAfter
"""What is written into a diary at once."""


@attrs.frozen(kw_only=True)
class Start:
    """Who began, and by which rules.

    Args:
        at: When the diary was begun.
        facts: The person, as `glutemed.to_dict` gives it.
        version: The version of the rules.
        fingerprint: Their fingerprint.
    """

    at: dt.datetime = attrs.field(converter=minutes)
    facts: Mapping[str, Any]
    version: str = attrs.field(validator=text(200))
    fingerprint: str = attrs.field(validator=text(64))


def order(entry: Session | Answers) -> tuple[dt.datetime, int]:
    """What entries are sorted by; of two with one instant, the one written first comes first."""
    return entry.at, entry.number


def _by_number(entry: Session | Answers) -> int:
    return entry.number


def _sessions(sessions: Iterable[Session]) -> tuple[Session, ...]:
    return tuple(sorted(sessions, key=order))


def _answers(answers: Iterable[Answers]) -> tuple[Answers, ...]:
    return tuple(sorted(answers, key=order))


@attrs.frozen(kw_only=True)
class Record:
    """A whole diary. Sessions and answers are in the order in which they came to pass.

    Of two with one instant, the one written first comes first. Zones do not count: only instants do.

    Args:
        start: Who began.
        sessions: The sessions.
        answers: The facts that were given later.
        looked_at: The moment at which it is looked at, where that is known: the morning after a
            session of that day has not come yet. It is no part of what was said.
    """

    start: Start = attrs.field(validator=attrs.validators.instance_of(Start))
    sessions: tuple[Session, ...] = attrs.field(default=(), converter=_sessions)
    answers: tuple[Answers, ...] = attrs.field(default=(), converter=_answers)
    looked_at: dt.datetime | None = attrs.field(default=None, eq=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        numbers = [entry.number for entry in self.entries()]
        if len(numbers) != len(set(numbers)):
            raise Unfit(message("a number stands twice in one diary"))

    def entries(self) -> Iterator[Session | Answers]:
        """Sessions and answers in the order in which they were written."""
        entries: list[Session | Answers] = [*self.sessions, *self.answers]
        yield from sorted(entries, key=_by_number)

    @cached_property
    def events(self) -> tuple[Session | Answers, ...]:
        """Sessions and answers in the order in which they came to pass."""
        entries: list[Session | Answers] = [*self.sessions, *self.answers]
        return tuple(sorted(entries, key=order))

    @cached_property
    def counted(self) -> tuple[Session, ...]:
        """The sessions in which something was done, or of which it is forgotten."""
        return tuple(session for session in self.sessions if session.counts)

    @cached_property
    def alarms(self) -> frozenset[int]:
        """The places in `counted` before which a red flag was a yes, or in the session right there.

        The place after the last session stands for what is now. Of a session that is forgotten
        nobody knows, so it counts as one with a red flag.
        """
        place, found = 0, set[int]()
        for entry in self.events:
            if isinstance(entry, Session) and entry.counts:
                place += 1
            if entry.flags or (isinstance(entry, Session) and entry.forgotten):
                found.add(place)
        return frozenset(found)

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
        earlier = [s for s in self.sessions if order(s) < order(session)]
        held = self.until(session.at).seen_at(session.at)
        return attrs.evolve(held, sessions=earlier)

    def seen_at(self, moment: dt.datetime) -> Record:
        """The same, looked at from a moment; nothing of it is left out."""
        return attrs.evolve(self, looked_at=moment)

    @cached_property
    def awaited(self) -> tuple[Session, ...]:
        """The last sessions, those whose morning after cannot have come yet.

        Empty where nobody says at which moment the record is looked at, and for a session that is
        forgotten: its morning may have been told.
        """
        if self.looked_at is None:
            return ()
        moment = max(self.looked_at, *(entry.at for entry in (self.start, *self.events)))
        found = list[Session]()
        for session in reversed(self.counted):
            if session.forgotten or session.morning is not None or session.morning_can_be(moment):
                break
            found.insert(0, session)
        return tuple(found)

    def with_morning(self, number: int, morning: Morning) -> Record:
        """The same with the morning after one session."""
        sessions = [
            attrs.evolve(s, morning=morning) if s.number == number else s for s in self.sessions
        ]
        return attrs.evolve(self, sessions=sessions)

    def with_session(self, session: Session) -> Record:
        """The same with one session more, in the place of the one that it tells again."""
        kept = self if self.told_again(session.day) is None else self.opened()
        others = kept.to_tell(session.day).sessions
        return attrs.evolve(kept, sessions=(*others, session))

    def to_tell(self, day: dt.date) -> Record:
        """What somebody looks back on who tells a session: without one of that day to tell again."""
        place = self.told_again(day)
        others = [s for s in self.sessions if place is None or s.number != place.number]
        return attrs.evolve(self, sessions=others)

    def told_again(self, day: dt.date) -> Session | None:
        """The session of a day that was taken back and is not told again yet."""
        return next((s for s in self.sessions if s.taken_back and s.day == day), None)

    def place(self, number: int) -> int:
        """Which session of the diary, from 1 by their days, the one of a number is."""
        return 1 + [session.number for session in self.sessions].index(number)

    def without(self, number: int) -> Record:
        """The same with one session erased, its place left, and `opened`."""
        kept = self.opened()
        sessions = [s.erased() if s.number == number else s for s in kept.sessions]
        return attrs.evolve(kept, sessions=sessions)

    def opened(self) -> Record:
        """The same with what was answered about the sessions unknown again, from the first one on.

        Such an answer fills a gap, and counts for nothing where the session itself speaks. What it
        says was never held against it, so it may not fill the gap that erasing the session leaves.
        """
        first = self.sessions[0] if self.sessions else None
        answers = [
            given if first is None or order(given) < order(first) else given.opened(given.derived)
            for given in self.answers
        ]
        return attrs.evolve(self, answers=answers)
