"""`glutemed diary log`: write down a session, the morning after one, or new answers."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import click

from glutemed.cli import screen
from glutemed.cli.diary_place import date_option, file_option, moment, place, say_if_rules_changed
from glutemed.cli.examples import Example
from glutemed.cli.options import format_option, language_option, rules_option, set_option

if TYPE_CHECKING:
    from glutemed.diary.record import Answers, Morning, Record, Session
    from glutemed.model.ruleset import Ruleset

    Part = Answers | Morning | Session

PAIN = click.IntRange(0, 10)
_BY_FLAGS = ("every", "done", "usual", "rest", "flags", "no_flags", "note")
_OF_MORNING = ("pain", "settled", "worse")


@click.command(
    "log",
    cls=Example,
    examples=(
        "glutemed diary start --file me.db --set screening=clear --set response.sessions_done=0 --date 2025-03-01",
        "glutemed diary log --file me.db --done clamshell=2x10,5,1 --usual 3 --rest 0 --no-flags --date 2025-03-03",
        "glutemed diary log --file me.db --morning --pain 1 --settled --not-worse --date 2025-03-04",
    ),
)
@click.option("--all", "every", metavar="EFFORT,PAIN", help="All exercises as asked, such as 5,1.")
@click.option(
    "--done",
    metavar="EXERCISE=SETSxREPS,EFFORT,PAIN",
    multiple=True,
    help="One exercise, such as clamshell=2x8,6,3; may be repeated.",
)
@click.option("--usual", type=PAIN, help="Pain in ordinary activity since the last session.")
@click.option("--rest", type=PAIN, help="Pain at rest.")
@click.option("--flag", "flags", metavar="NAME", multiple=True, help="A red flag that is new.")
@click.option("--no-flags", is_flag=True, help="You were asked every red flag, and none is new.")
@click.option("--note", help="Anything else.")
@click.option("--morning", is_flag=True, help="The morning after the last session.")
@click.option("--pain", type=PAIN, help="With --morning: the pain on it.")
@click.option("--settled/--not-settled", default=None, help="With --morning: back to usual?")
@click.option("--worse/--not-worse", default=None, help="With --morning: worse than before?")
@click.option("--json", "source", metavar="FILE", help="All of it as JSON; - for stdin.")
@set_option
@file_option
@date_option
@format_option("human", "plain", "json")
@language_option
@rules_option
def command(
    file: Path | None,
    day: str | None,
    form: str,
    language: str,
    rules: tuple[str, ...],
    settings: tuple[str, ...],
    source: str | None,
    morning: bool,
    **said: Any,
) -> int:
    """Write down a session: asks you, unless options or --json say it.

    It asks how the morning after the last session was, whether a red flag is new, and for each
    exercise of your programme how hard it was and how much it hurt. What you do not tick is not
    done. --set writes down a fact that has changed, as in a facts file. The exit code is that of
    `next`: 0 for a programme, 5 for a referral, 6 where questions remain.
    """
    from glutemed.cli import given
    from glutemed.diary import store

    by_flags = any(_given(said[name]) for name in _BY_FLAGS)
    of_morning = any(said[name] is not None for name in _OF_MORNING)
    _check_use(source, morning, by_flags=by_flags, of_morning=of_morning, settings=settings)
    path = place(file)
    record = store.read(path)
    ruleset = given.ruleset(rules, "human", language)
    say_if_rules_changed(record, ruleset)
    parts: list[Part] = []
    tried = record
    if settings:
        parts.append(_answers(tried, ruleset, settings, day))
        tried = _tried(tried, parts[-1], ruleset)
    if source is not None:
        parts += _by_json(tried, ruleset, source, day)
    elif morning:
        parts.append(_by_morning(tried, ruleset, day, said))
    elif by_flags:
        parts.append(_by_flags(tried, ruleset, day, said))
    elif not settings:
        return _next(_by_asking(path, record, ruleset, day), ruleset, form)
    return _next(_written(path, record, ruleset, parts), ruleset, form)


def _given(value: Any) -> bool:
    """Whether an option was given; 0 is a pain, and given."""
    return value is not None and value is not False and value != ()


def _check_use(
    source: str | None,
    morning: bool,
    *,
    by_flags: bool,
    of_morning: bool,
    settings: tuple[str, ...],
) -> None:
    """Refuse options of which one would be left out: nothing that is said may be lost.

    Raises:
        click.UsageError: They do not go together.
    """
    if source is not None and (by_flags or morning or of_morning or settings):
        raise click.UsageError("--json says all of it, so it goes with --file and --date only.")
    if morning and by_flags:
        raise click.UsageError(
            "--morning goes with --pain, --settled and --worse only; write down a session or a red "
            "flag with a second command."
        )
    if of_morning and not morning:
        raise click.UsageError("--pain, --settled and --worse are of a morning: give --morning.")


def _next(record: Record, ruleset: Ruleset, form: str) -> int:
    from glutemed.cli.diary_turn import show_turn
    from glutemed.diary.course import turn

    return show_turn(turn(record, ruleset, ruleset.locale), record, ruleset, form)


def _tried(record: Record, part: Part, ruleset: Ruleset) -> Record:
    """The record with one part more, after trying what follows from it.

    Raises:
        RecordInvalid: The part does not fit.
        FactsInvalid: The facts cannot be right with it.
    """
    from glutemed.cli.diary_given import check_answers, next_number, waiting
    from glutemed.diary.faults import RecordInvalid
    from glutemed.diary.known import facts
    from glutemed.diary.record import Answers, Morning
    from glutemed.diary.sound import check_morning
    from glutemed.intake import contradicted
    from glutemed.model.errors import FactsInvalid

    if isinstance(part, Morning):
        last = waiting(record)
        if last is None:
            raise RecordInvalid("there is no session whose morning is still to be told")
        check_morning(last, part)
        return record.with_morning(last.number, part)
    numbered = attrs.evolve(part, number=next_number(record))
    if isinstance(numbered, Answers):
        check_answers(numbered, record, ruleset)
        return attrs.evolve(record, answers=(*record.answers, numbered))
    if not numbered.lines and not numbered.flags:
        raise RecordInvalid(
            "the diary asked for no exercise at that moment and none is named, so there is no "
            "session; nothing was written: see `glutemed diary next`"
        )
    found = attrs.evolve(record, sessions=(*record.sessions, numbered))
    wrong = contradicted(facts(found, ruleset), ruleset.vocabulary)
    if wrong:
        raise FactsInvalid(wrong)
    return found


def _written(path: Path, record: Record, ruleset: Ruleset, parts: Sequence[Part]) -> Record:
    """Write parts after trying them all, so that where one does not fit nothing is written."""
    from glutemed.cli.diary_given import waiting
    from glutemed.diary import store
    from glutemed.diary.record import Answers, Morning

    tried = record
    for part in parts:
        tried = _tried(tried, part, ruleset)
    say = ruleset.locale.say
    for part in parts:
        if isinstance(part, Morning):
            last = waiting(store.read(path))
            assert last is not None
            store.add_morning(path, last.number, part)
            screen.note(
                say("The morning after session {number} is written down.", number=last.number)
            )
        elif isinstance(part, Answers):
            store.add_answers(path, part)
        else:
            written = store.add_session(path, part)
            screen.note(say("Session {number} is written down.", number=written.number))
    return store.read(path)


def _answers(
    record: Record, ruleset: Ruleset, settings: tuple[str, ...], day: str | None
) -> Answers:
    from glutemed.cli import given
    from glutemed.diary.known import facts, plain
    from glutemed.diary.record import Answers
    from glutemed.intake import to_dict

    # With what is known beside them, so that `screening=clear` takes back no red flag.
    given.facts(None, settings, ruleset.vocabulary, begin=facts(record, ruleset))
    found = plain(to_dict(given.facts(None, settings, ruleset.vocabulary)))
    return Answers(number=1, at=moment(day, record.latest), facts=found)


def _by_flags(record: Record, ruleset: Ruleset, day: str | None, said: dict[str, Any]) -> Session:
    from glutemed.cli.diary_given import done_of, draft, flags_of, with_done
    from glutemed.diary.faults import RecordInvalid

    if said["flags"] and said["no_flags"]:
        raise click.UsageError("--flag and --no-flags cannot both be.")
    asked = said["flags"] if said["flags"] or said["no_flags"] else None
    session = draft(record, ruleset, moment(day, record.latest))
    session = with_done(session, done_of(session, said["every"], said["done"]), ruleset)
    try:
        return attrs.evolve(
            session,
            usual=said["usual"],
            rest=said["rest"],
            flags=flags_of(asked, ruleset),
            note=said["note"] or "",
        )
    except ValueError as error:
        raise RecordInvalid(f"{error}; nothing was written") from None


def _by_json(record: Record, ruleset: Ruleset, source: str, day: str | None) -> list[Part]:
    from glutemed.cli.diary_given import draft, morning_from, read_json, session_from

    text = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
    found = read_json(text.decode("utf-8", "replace"))
    at = moment(found.date or day, record.latest)
    parts: list[Part] = []
    if found.morning is not None:
        parts.append(morning_from(found.morning, at))
        record = _tried(record, parts[-1], ruleset)
    if found.session is not None:
        parts.append(session_from(found.session, draft(record, ruleset, at), ruleset))
    return parts


def _by_morning(record: Record, ruleset: Ruleset, day: str | None, said: dict[str, Any]) -> Morning:
    from glutemed.cli.diary_given import morning_from, waiting
    from glutemed.diary.faults import RecordInvalid

    at = moment(day, record.latest)
    told = {name: said[name] for name in _OF_MORNING}
    if any(value is not None for value in told.values()):
        return morning_from(told, at)
    from glutemed.cli.diary_dialogue import morning_after

    if waiting(record) is None:
        raise RecordInvalid("there is no session whose morning is still to be told")
    return attrs.evolve(morning_after(record, ruleset), at=at)


def _by_asking(path: Path, record: Record, ruleset: Ruleset, day: str | None) -> Record:
    """Ask for everything; each part is written as soon as it is told."""
    from glutemed.cli.diary_dialogue import morning_after, new_flags, session_done, settle
    from glutemed.cli.diary_given import draft, waiting
    from glutemed.diary import store
    from glutemed.diary.known import programme_now
    from glutemed.diary.record import Answers

    at = moment(day, record.latest)
    last = waiting(record)
    if last is not None and last.day < at.date():
        told = attrs.evolve(morning_after(record, ruleset), at=at)
        record = _written(path, record, ruleset, [told])
    found = new_flags(record, ruleset)
    if found:
        new: dict[str, Any] = dict.fromkeys(found, True)
        store.add_answers(path, Answers(number=1, at=at, facts=new))
        return store.read(path)
    screen.note("")
    if programme_now(record, ruleset).questions:
        record = settle(path, record, ruleset)
    session = draft(record, ruleset, max(at, record.latest))
    if session.stage is None:
        return record
    if day is not None:  # what was asked just now is written under now, the session under its day
        session = attrs.evolve(session, at=at)
    session = attrs.evolve(session_done(session, ruleset), flags=())
    screen.note("")
    return _written(path, record, ruleset, [session])
