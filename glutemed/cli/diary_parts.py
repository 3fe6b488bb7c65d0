"""What a person tells a diary: each part tried once, and all of them written at once."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import attrs

from glutemed.cli import screen
from glutemed.cli.diary_given import check_answers, next_number, waiting
from glutemed.cli.prompts import tell
from glutemed.diary import store
from glutemed.diary.faults import RecordInvalid
from glutemed.diary.known import facts, ways_back
from glutemed.diary.pace import too_early
from glutemed.diary.record import Answers, Morning, MorningAfter, Part, Record, Session
from glutemed.diary.response import settled, worse
from glutemed.diary.sound import check_facts, check_morning
from glutemed.diary.words import too_hard
from glutemed.model.locale import message
from glutemed.model.ruleset import Ruleset


@attrs.frozen
class Told:
    """What was told so far.

    Args:
        ruleset: The rules.
        record: The record with all of it in.
        parts: What of it is not written yet, in the order in which it was told.
    """

    ruleset: Ruleset
    record: Record
    parts: tuple[Part, ...] = ()

    def answers(self, given: Answers) -> Told:
        """With answers.

        Raises:
            RecordInvalid: The record says one of the facts.
            FactsInvalid: They cannot be right beside the facts of the person.
        """
        numbered = attrs.evolve(given, number=next_number(self.record))
        check_answers(numbered, self.record, self.ruleset)
        record = attrs.evolve(self.record, answers=(*self.record.answers, numbered))
        return Told(self.ruleset, record, (*self.parts, numbered))

    def morning(self, morning: Morning, place: int | None = None) -> Told:
        """With the morning after a session.

        Args:
            morning: The morning.
            place: Which session of the diary, from 1; by default the last one.

        Raises:
            RecordInvalid: There is no such session, it waits for no morning, or the morning is not
                of a later day.
        """
        session = waiting(self.record, place)
        if session is None:
            raise none_waiting()
        check_morning(session, morning)
        record = self.record.with_morning(session.number, morning)
        return Told(self.ruleset, record, (*self.parts, MorningAfter(session.number, morning)))

    def session(self, session: Session) -> Told:
        """With a session.

        Raises:
            RecordInvalid: Nothing was asked and nothing is named, so that it is none.
            FactsInvalid: The facts cannot be right with it.
        """
        if not session.lines and not session.flags:
            raise paused(self.record, self.ruleset, session.at)
        numbered = attrs.evolve(session, number=next_number(self.record))
        record = self.record.with_session(numbered)
        check_facts(record, self.ruleset, numbered.at)
        return Told(self.ruleset, record, (*self.parts, numbered))

    def written(self, path: Path) -> Record:
        """Write all of it or nothing, and say what was written; gives the record as it is then."""
        before = self.record
        parts = store.write(path, *self.parts)
        record = store.read(path)
        for part in parts:
            _say_written(part, record, self.ruleset)
        return record if parts else before


def _say_written(part: Part, record: Record, ruleset: Ruleset) -> None:
    say, locale = ruleset.locale.say, ruleset.locale
    if isinstance(part, MorningAfter):
        number = record.place(part.session)
        screen.note(say("The morning after session {number} is written down.", number=number))
        session = next(each for each in record.sessions if each.number == part.session)
        calm, sorer = settled(session), worse(session)
        if calm is not False and sorer is not True and not (calm is True and sorer is False):
            tell(
                say(
                    "By what you told it is still not known whether that morning was good, so "
                    "nothing gets harder because of it. Once you know: {command}, then tell it "
                    "again.",
                    command="glutemed diary undo",
                )
            )
    elif isinstance(part, Answers):
        screen.note(
            locale.count(
                "{n} answer is written down.", "{n} answers are written down.", len(part.facts)
            )
        )
    else:
        screen.note(say("Session {number} is written down.", number=record.place(part.number)))
        if early := too_early(record, part, ruleset, locale):
            tell(early)
        names = {exercise.id: exercise.name for exercise in ruleset.exercises}
        if hard := too_hard(part, names, locale):
            tell(hard)


def none_waiting() -> RecordInvalid:
    """No morning can be told."""
    return RecordInvalid(
        message(
            "there is no session whose morning is still to be told; nothing was written. That of an "
            "earlier session is told with --session and its number, as `glutemed diary show` says it"
        )
    )


def paused(record: Record, ruleset: Ruleset, at: dt.datetime) -> RecordInvalid:
    """Why no exercise was asked for at a moment, and what can be written down all the same."""
    from glutemed.pipeline import recommend

    known = facts(record.to_tell(at.date()).until(at).seen_at(at), ruleset, at=at)
    outcome = recommend(known, ruleset)
    referral = outcome.referral or outcome.meanwhile
    if referral is not None:
        return RecordInvalid(
            message(
                "exercise is paused: {reason} So nothing was asked for that could be done as asked; "
                "nothing was written. You can still write down an exercise that you did "
                "(--done), the morning after (--morning), a red flag (--flag) and, once somebody "
                "has looked at it, the answer ({answer}). What to do now: glutemed diary next"
            ),
            reason=referral.reasons[0].text,
            answer=ways_back(known, ruleset) or "--set",
        )
    return RecordInvalid(
        message(
            "something must be known before the next session, so no exercise was asked for yet; "
            "nothing was written: glutemed diary next --ask. An exercise that you did all the "
            "same is named with --done"
        )
    )
