"""`glutemed diary log`: write down a session, the morning after one, or new answers."""

from __future__ import annotations

import datetime as dt
import sys
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import click

from glutemed.cli import screen
from glutemed.cli.diary_command import DiaryCommand
from glutemed.cli.diary_place import date_option, file_option, moment, place, say_if_rules_changed
from glutemed.cli.options import format_option, language_option, rules_option, set_option
from glutemed.cli.prompts import tell

if TYPE_CHECKING:
    from glutemed.cli.diary_parts import Told
    from glutemed.cli.diary_twice import Made
    from glutemed.diary.record import Answers, Morning, Record, Session
    from glutemed.model.ruleset import Ruleset

PAIN = click.IntRange(0, 10)
_BY_FLAGS = ("every", "done", "usual", "rest", "flags", "no_flags", "note")
_OF_MORNING = ("pain", "settled", "worse")


@click.command(
    "log",
    cls=DiaryCommand,
    examples=(
        "glutemed diary start --file me.db --set screening=clear --set response.sessions_done=0 --date 2025-03-01",
        "glutemed diary log --file me.db --done clamshell=2x10,5,1 --usual 3 --rest 0 --no-flags --date 2025-03-03",
        "glutemed diary log --file me.db --morning --pain 1 --settled --not-worse --date 2025-03-04",
    ),
)
@click.option(
    "--all",
    "every",
    metavar="EFFORT,PAIN",
    help="All exercises as asked, with effort and pain during, such as 5,1.",
)
@click.option(
    "--done",
    metavar="EXERCISE=SETSxREPS,EFFORT,PAIN",
    multiple=True,
    help="One exercise, such as clamshell=2x8,6,3; beside --all also clamshell=2x8, or "
    "clamshell=- for not done; may be repeated.",
)
@click.option("--usual", type=PAIN, help="Pain in ordinary activity since the last session.")
@click.option("--rest", type=PAIN, help="Pain at rest.")
@click.option("--flag", "flags", metavar="NAME", multiple=True, help="A red flag that is new.")
@click.option("--no-flags", is_flag=True, help="You were asked every red flag, and none is new.")
@click.option("--note", help="Anything else.")
@click.option("--morning", is_flag=True, help="The morning after the last session.")
@click.option(
    "--session",
    "place_of_it",
    type=click.IntRange(1),
    metavar="N",
    help="With --morning: the number of the session, as `show` says it, if it is an earlier one.",
)
@click.option("--pain", type=PAIN, help="With --morning: pain next morning.")
@click.option("--settled/--not-settled", default=None, help="With --morning: back to usual?")
@click.option("--worse/--not-worse", default=None, help="With --morning: worse than before?")
@click.option(
    "--again", is_flag=True, help="It is another session, though just like one of the same day."
)
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
    place_of_it: int | None,
    again: bool,
    **said: Any,
) -> int:
    """Write down a session: asks you, unless options or --json say it.

    It asks how the morning after the last session was, whether a red flag is new, and for each
    exercise of your programme how hard it was and how much it hurt. What you do not tick is not
    done. --set writes down a fact that has changed, as in a facts file. The exit code is that of
    `next`: 0 for a programme, 5 for a referral, 6 where questions remain.
    """
    from glutemed.cli import given
    from glutemed.cli.diary_given import flags_of
    from glutemed.cli.diary_parts import Told
    from glutemed.cli.diary_twice import is_another, written_already
    from glutemed.diary import store

    by_flags = any(_given(said[name]) for name in _BY_FLAGS)
    of_morning = any(said[name] is not None for name in _OF_MORNING)
    _check_use(source, morning, by_flags=by_flags, of_morning=of_morning, settings=settings)
    if place_of_it is not None and not of_morning:
        raise click.UsageError(
            "--session goes with --morning, and with --pain, --settled or --worse."
        )
    path = place(file)
    record = store.read(path)
    ruleset = given.ruleset(rules, "human", language)
    say_if_rules_changed(record, ruleset)
    told = Told(ruleset, record)
    if source is None and not morning and _only_flags(said):
        flags = flags_of(said["flags"], ruleset) or ()
        settings = (*settings, *(f"{name}=true" for name in flags))
        by_flags = False
    made: Made | None = None
    if settings:
        told = told.answers(_answers(record, ruleset, settings, day))
    if source is not None:
        made, told = _by_json(told, source, day)
    elif morning:
        told = told.morning(_by_morning(told.record, ruleset, day, said), place_of_it)
    elif by_flags:
        made = partial(_by_flags, ruleset=ruleset, day=day, said=said)
    elif not settings:
        record = _by_asking(path, record, ruleset, day, again=again)
        return _next(record, ruleset, moment(day), form)
    if made is not None:
        other = None if again else written_already(told.record, made)
        if other is not None and not is_another(
            other, record, ruleset, asks=source != "-" and sys.stdin.isatty()
        ):
            return _next(record, ruleset, record.latest, form)
        told = told.session(made(told.record))
    record = told.written(path)
    return _next(record, ruleset, record.latest, form)


def _only_flags(said: dict[str, Any]) -> bool:
    """Whether red flags were said and nothing of a session: then there was none."""
    rest = (name for name in _BY_FLAGS if name != "flags")
    return bool(said["flags"]) and not any(_given(said[name]) for name in rest)


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


def _next(record: Record, ruleset: Ruleset, at: dt.datetime, form: str) -> int:
    from glutemed.cli.diary_turn import show_next

    return show_next(record, ruleset, at, form)


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
    from glutemed.cli.diary_given import done_of, draft, flags_of, unwritten, with_done
    from glutemed.cli.diary_parts import paused

    if said["flags"] and said["no_flags"]:
        raise click.UsageError("--flag and --no-flags cannot both be.")
    asked = said["flags"] if said["flags"] or said["no_flags"] else None
    session = draft(record, ruleset, moment(day, record.latest))
    if said["every"] is not None and not session.lines:
        raise paused(record, ruleset, session.at)
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
        raise unwritten(error) from None


def _by_json(told: Told, source: str, day: str | None) -> tuple[Made | None, Told]:
    from glutemed.cli.diary_given import draft, morning_from, read_json, session_from

    text = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
    found = read_json(text.decode("utf-8", "replace"))
    at = moment(found.date or day, told.record.latest)
    if found.morning is not None:
        told = told.morning(morning_from(found.morning, at))
    if found.session is None:
        return None, told
    said, ruleset = found.session, told.ruleset
    return lambda kept: session_from(said, draft(kept, ruleset, at), ruleset), told


def _by_morning(record: Record, ruleset: Ruleset, day: str | None, said: dict[str, Any]) -> Morning:
    from glutemed.cli.diary_given import morning_from, waiting

    at = moment(day, record.latest)
    told = {name: said[name] for name in _OF_MORNING}
    if any(value is not None for value in told.values()):
        return morning_from(told, at)
    from glutemed.cli.diary_dialogue import morning_after
    from glutemed.cli.diary_parts import none_waiting

    if waiting(record) is None:
        raise none_waiting()
    return attrs.evolve(morning_after(record, ruleset), at=at)


def _by_asking(
    path: Path, record: Record, ruleset: Ruleset, day: str | None, *, again: bool
) -> Record:
    """Ask for everything; each part is written as soon as it is told."""
    from glutemed.cli.answers import BackError
    from glutemed.cli.diary_dialogue import morning_after, session_done, settle
    from glutemed.cli.diary_given import draft, waiting
    from glutemed.cli.diary_parts import Told
    from glutemed.cli.diary_twice import is_another, of_the_same_day
    from glutemed.diary.known import programme_now
    from glutemed.diary.record import Answers

    at = moment(day, record.latest)
    last = waiting(record)
    if last is not None and last.morning_can_be(at):
        told = attrs.evolve(morning_after(record, ruleset), at=at)
        record = Told(ruleset, record).morning(told).written(path)
    other = None if again else of_the_same_day(record, at)
    if other is not None and not is_another(other, record, ruleset, asks=True):
        return record
    while True:
        seen = record.to_tell(at.date())
        found = _new_flags(seen, ruleset)
        if found:
            new: dict[str, Any] = dict.fromkeys(found, True)
            given = Answers(number=1, at=at, facts=new)
            return Told(ruleset, record).answers(given).written(path)
        screen.note("")
        if programme_now(seen.seen_at(at), ruleset, at).questions:
            record = settle(path, seen, ruleset, at)
        session = draft(record, ruleset, max(at, record.latest))
        if session.stage is None:
            return record
        if day is not None:  # what was asked now is written under now, the session under its day
            session = attrs.evolve(session, at=at)
        with suppress(BackError):  # it takes back what was said of the red flags
            session = attrs.evolve(session_done(session, ruleset), flags=())
            break
    screen.note("")
    return Told(ruleset, record).session(session).written(path)


def _new_flags(record: Record, ruleset: Ruleset) -> tuple[str, ...]:
    """The red flags that are new; where nobody goes on, what is not written is said."""
    from glutemed.cli.answers import BackError
    from glutemed.cli.diary_dialogue import new_flags
    from glutemed.cli.diary_steps import BROKEN_OFF, say_first

    while True:
        try:
            return new_flags(record, ruleset)
        except BackError:
            say_first(ruleset)
        except BROKEN_OFF:
            screen.note("")
            tell(
                ruleset.locale.say(
                    "Not written: anything of this session. To tell it: {command}",
                    command="glutemed diary log",
                )
            )
            raise
