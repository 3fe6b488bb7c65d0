"""`glutemed diary log`: write down a session, the morning after one, or new answers."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import click

from glutemed.cli import screen
from glutemed.cli.diary_place import date_option, file_option, moment, place, say_if_rules_changed
from glutemed.cli.examples import Example
from glutemed.cli.options import format_option, language_option, rules_option, set_option

if TYPE_CHECKING:
    from glutemed.diary.record import Morning, Record, Session
    from glutemed.model.ruleset import Ruleset

PAIN = click.IntRange(0, 10)
_BY_FLAGS = ("every", "done", "usual", "rest", "flags", "no_flags", "note")


@click.command(
    "log",
    cls=Example,
    examples=(
        "glutemed diary start --file me.db --set screening=clear --set response.sessions_done=0",
        "glutemed diary log --file me.db --done clamshell=2x10,5,1 --usual 3 --rest 0 --no-flags",
        "glutemed diary log --file me.db --morning --pain 1 --settled --not-worse",
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

    path = place(file)
    record = store.read(path)
    ruleset = given.ruleset(rules, "human", language)
    say_if_rules_changed(record, ruleset)
    by_flags = any(said[name] not in {None, False} and said[name] != () for name in _BY_FLAGS)
    if settings:
        record = _answer(path, record, ruleset, settings, day)
    if source is not None:
        if by_flags or morning:
            raise click.UsageError("--json says all of it, so it goes with --file and --date only.")
        record = _by_json(path, record, ruleset, source, day)
    elif morning:
        record = _by_morning(path, record, ruleset, day, said)
    elif by_flags:
        record = _by_flags(path, record, ruleset, day, said)
    elif not settings:
        record = _by_asking(path, record, ruleset, day)
    return _next(record, ruleset, form)


def _next(record: Record, ruleset: Ruleset, form: str) -> int:
    from glutemed.cli.diary_turn import show_turn
    from glutemed.diary.course import turn

    return show_turn(turn(record, ruleset, ruleset.locale), record, ruleset, form)


def _write_session(path: Path, record: Record, ruleset: Ruleset, session: Session) -> Record:
    """Write a session after trying what follows from it, so that nothing unfit is written."""
    from glutemed.diary import store
    from glutemed.diary.known import facts

    tried = attrs.evolve(session, number=1 + max((e.number for e in record.entries()), default=0))
    facts(attrs.evolve(record, sessions=(*record.sessions, tried)), ruleset)
    written = store.add_session(path, session)
    screen.note(ruleset.locale.say("Session {number} is written down.", number=written.number))
    return store.read(path)


def _write_morning(path: Path, record: Record, ruleset: Ruleset, morning: Morning) -> Record:
    from glutemed.cli.diary_given import waiting
    from glutemed.diary import store
    from glutemed.diary.faults import RecordInvalid

    last = waiting(record)
    if last is None:
        raise RecordInvalid("there is no session whose morning is still to be told")
    if morning.at < last.at:
        raise RecordInvalid(f"session {last.number} is of {last.day}, after that morning")
    store.add_morning(path, last.number, morning)
    screen.note(
        ruleset.locale.say(
            "The morning after session {number} is written down.", number=last.number
        )
    )
    return store.read(path)


def _answer(
    path: Path, record: Record, ruleset: Ruleset, settings: tuple[str, ...], day: str | None
) -> Record:
    from glutemed.cli import given
    from glutemed.cli.diary_given import check_answers
    from glutemed.diary import store
    from glutemed.diary.known import plain
    from glutemed.diary.record import Answers
    from glutemed.intake import to_dict

    found = plain(to_dict(given.facts(None, settings, ruleset.vocabulary)))
    answers = Answers(number=1, at=moment(day, record.latest), facts=found)
    check_answers(answers, record, ruleset)
    store.add_answers(path, answers)
    return store.read(path)


def _by_flags(
    path: Path, record: Record, ruleset: Ruleset, day: str | None, said: dict[str, Any]
) -> Record:
    from glutemed.cli.diary_given import done_of, draft, flags_of, with_done
    from glutemed.diary.faults import RecordInvalid

    if said["flags"] and said["no_flags"]:
        raise click.UsageError("--flag and --no-flags cannot both be.")
    asked = said["flags"] if said["flags"] or said["no_flags"] else None
    session = draft(record, ruleset, moment(day, record.latest))
    session = with_done(session, done_of(session, said["every"], said["done"]), ruleset)
    try:
        session = attrs.evolve(
            session,
            usual=said["usual"],
            rest=said["rest"],
            flags=flags_of(asked, ruleset),
            note=said["note"] or "",
        )
    except ValueError as error:
        raise RecordInvalid(f"{error}; nothing was written") from None
    return _write_session(path, record, ruleset, session)


def _by_json(path: Path, record: Record, ruleset: Ruleset, source: str, day: str | None) -> Record:
    from glutemed.cli.diary_given import draft, morning_from, read_json, session_from

    text = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
    found = read_json(text.decode("utf-8", "replace"))
    at = moment(found.date or day, record.latest)
    if found.morning is not None:
        record = _write_morning(path, record, ruleset, morning_from(found.morning, at))
    if found.session is not None:
        session = session_from(found.session, draft(record, ruleset, at), ruleset)
        record = _write_session(path, record, ruleset, session)
    return record


def _by_morning(
    path: Path, record: Record, ruleset: Ruleset, day: str | None, said: dict[str, Any]
) -> Record:
    from glutemed.cli.diary_given import morning_from, waiting
    from glutemed.diary.faults import RecordInvalid

    at = moment(day, record.latest)
    told = {name: said[name] for name in ("pain", "settled", "worse")}
    if any(value is not None for value in told.values()):
        return _write_morning(path, record, ruleset, morning_from(told, at))
    from glutemed.cli.diary_dialogue import morning_after

    if waiting(record) is None:
        raise RecordInvalid("there is no session whose morning is still to be told")
    return _write_morning(
        path, record, ruleset, attrs.evolve(morning_after(record, ruleset), at=at)
    )


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
        record = _write_morning(
            path, record, ruleset, attrs.evolve(morning_after(record, ruleset), at=at)
        )
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
    session = attrs.evolve(session_done(session, ruleset), flags=())
    screen.note("")
    return _write_session(path, record, ruleset, session)
