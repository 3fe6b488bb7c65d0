"""`glutemed diary show`: what was, as a table and over time."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import click

from glutemed.cli import exits, screen
from glutemed.cli.diary_command import DiaryCommand
from glutemed.cli.diary_place import file_option, moment, place
from glutemed.cli.layout import paragraph
from glutemed.cli.options import format_option, language_option, rules_option

if TYPE_CHECKING:
    from glutemed.diary.record import Record
    from glutemed.model.ruleset import Ruleset

_JOINING = "\u200c\u200d"  # parts of words in some scripts, and of signs


@click.command(
    "show",
    cls=DiaryCommand,
    examples=(
        "glutemed diary start --file me.db --set screening=clear --set response.sessions_done=0",
        "glutemed diary show --file me.db",
    ),
)
@file_option
@click.option(
    "--date", "day", metavar="DAY", help="One day: what was asked on it, and what was done."
)
@click.option(
    "--svg",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write pain and load over time as a picture.",
)
@format_option("human", "plain")
@language_option
@rules_option
def command(
    file: Path | None,
    day: str | None,
    svg: Path | None,
    form: str,
    language: str,
    rules: tuple[str, ...],
) -> int:
    """Show every session: what was done, how much it hurt, how the morning after was.

    Below the table stand the worst pain, the usual pain and the load of each session over time.
    Load is sets times repetitions times effort, over all exercises: it has no unit.
    """
    from glutemed.cli import given
    from glutemed.diary import store
    from glutemed.diary.response import worst_pain
    from glutemed.diary.spark import sparkline
    from glutemed.diary.words import head, load, session_row

    record = store.read(place(file))
    ruleset = given.ruleset(rules, "human", language)
    locale = ruleset.locale
    plain = form == "plain"
    if day is not None:
        if svg is not None:
            raise click.UsageError("--svg draws all days, so it does not go with --date.")
        _show_day(record, moment(day).date(), ruleset, plain=plain)
        return exits.DONE
    able = screen.screen(plain=plain)
    if svg is not None:
        from glutemed.cli.files import new
        from glutemed.diary.plot import plot

        new(svg, plot(record, locale), force=False)
        screen.note(locale.say("Written to {path}.", path=svg))
    if not record.sessions:
        screen.out(locale.say("No session yet."), plain=plain)
        return exits.DONE
    told = [
        head(locale),
        *(session_row(n, session, locale) for n, session in enumerate(record.sessions, 1)),
    ]
    rows = [tuple(map(_visible, row)) for row in told]
    sizes = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = "  ".join(cell.ljust(size) for cell, size in zip(row, sizes, strict=True))
        screen.out(cells.rstrip(), plain=plain)
    pains = [worst_pain(session) for session in record.counted]
    worst = [pain if isinstance(pain, int) else None for pain in pains]
    usual = [session.usual for session in record.counted]
    amounts = [load(session) for session in record.counted]
    lines = [
        (locale.say("Worst pain"), sparkline(worst, most=10, unicode=able.unicode), "0-10"),
        (locale.say("Usual pain"), sparkline(usual, most=10, unicode=able.unicode), "0-10"),
        (
            locale.say("Load"),
            sparkline(amounts, unicode=able.unicode),
            f"0-{max((amount for amount in amounts if amount is not None), default=0)}",
        ),
    ]
    wide = max(12, *(len(name) for name, _, _ in lines))
    drawn = [f"{name:<{wide}}  {signs}  {scale}" for name, signs, scale in lines]
    screen.out("\n".join(["", *drawn]), plain=plain)
    later = [given_ for given_ in record.answers if given_.facts]
    if later:
        said = locale.count(
            "{n} time you gave new answers.", "{n} times you gave new answers.", len(later)
        )
        screen.out("\n".join(["", *paragraph(said, able.width)]), plain=plain)
    return exits.DONE


def _show_day(record: Record, day: dt.date, ruleset: Ruleset, *, plain: bool) -> None:
    """What was asked in each session of a day, and what was done."""
    from glutemed.diary.words import asked_rows, morning_words

    say, locale = ruleset.locale.say, ruleset.locale
    width = screen.screen(plain=plain).width
    names = {exercise.id: exercise.name for exercise in ruleset.exercises}
    found = [session for session in record.sessions if session.day == day]
    if not found:
        none = say(
            "No session on {day}. What the diary asks for on that day: {command}",
            day=locale.date(day),
            command=f"glutemed diary next --date {day.isoformat()}",
        )
        screen.out("\n".join(paragraph(none, width)), plain=plain)
    for place_, session in enumerate(found):
        lines = ["", ""] if place_ else []
        title = say(
            "Session {number}, of {day}.",
            number=record.place(session.number),
            day=locale.date(day),
        )
        if session.stage is not None:
            title += " " + say("Stage {stage}.", stage=session.stage)
        lines += [title]
        if session.taken_back:
            lines.append(say("taken back: to be told again"))
        elif session.forgotten:
            lines.append(say("forgotten"))
        for number, (name, asked, done) in enumerate(asked_rows(session, names, locale), 1):
            lines += paragraph(name, width, first=f"{number:>3}  ")
            lines += paragraph(say("asked: {asked}", asked=asked), width, first=" " * 5)
            lines += paragraph(say("done: {done}", done=done), width, first=" " * 5)
        if not session.forgotten:
            usual = "?" if session.usual is None else str(session.usual)
            lines += paragraph(
                say(
                    "Usual pain: {usual}. Morning after: {morning}.",
                    usual=usual,
                    morning=morning_words(session, locale),
                ),
                width,
            )
        if session.note:
            lines += paragraph(say("Note: {note}", note=_visible(session.note)), width)
        screen.out("\n".join(lines), plain=plain)


def _visible(cell: str) -> str:
    """What somebody wrote as one line, without signs that steer a screen or turn text around."""
    return "".join(
        sign if sign.isprintable() or sign in _JOINING else f"<U+{ord(sign):04X}>"
        for sign in " ".join(cell.split())
    )
