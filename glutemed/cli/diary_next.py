"""`glutemed diary next`: what comes next, and why."""

from __future__ import annotations

from pathlib import Path

import click

from glutemed.cli.diary_command import DiaryCommand
from glutemed.cli.diary_place import date_option, file_option, moment, place, say_if_rules_changed
from glutemed.cli.options import format_option, language_option, rules_option


@click.command(
    "next",
    cls=DiaryCommand,
    examples=(
        "glutemed diary start --file me.db --set screening=clear --set response.sessions_done=0",
        "glutemed diary next --file me.db",
    ),
)
@file_option
@date_option
@click.option("--full", is_flag=True, help="The whole programme, as `recommend` prints it.")
@click.option("--ask", is_flag=True, help="Ask what must be known, and write the answers down.")
@format_option("human", "plain", "json")
@language_option
@rules_option
def command(
    file: Path | None,
    day: str | None,
    full: bool,
    ask: bool,
    form: str,
    language: str,
    rules: tuple[str, ...],
) -> int:
    """Say what comes next: the same, more, less, one stage back, or stop and see someone.

    Everything is made anew from the diary each time; with --date it is what the diary says of that
    day. The exit code is 0 for a programme, 5 for a referral and 6 where questions remain.
    """
    from glutemed.cli import given
    from glutemed.cli.diary_turn import show_next
    from glutemed.diary import store

    if ask and day is not None:
        raise click.UsageError(
            "--ask asks how you are today, so it cannot go with --date. To see an earlier day: "
            "--date alone. To write down what was so on that day: "
            f"glutemed diary log --date {day} --set FACT=VALUE"
        )
    path = place(file)
    record = store.read(path)
    ruleset = given.ruleset(rules, "human", language)
    if ask:
        from glutemed.cli.diary_dialogue import settle

        record = settle(path, record, ruleset, moment(None))
    at = moment(day)
    if day is not None:
        record = record.until(at)
    say_if_rules_changed(record, ruleset)
    return show_next(record, ruleset, at, form, full=full)
