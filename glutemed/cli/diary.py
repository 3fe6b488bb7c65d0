"""`glutemed diary`: one person over time."""

from __future__ import annotations

from glutemed.cli.lazy import LazyGroup

COMMANDS = {
    "start": ("glutemed.cli.diary_start", "Begin a diary with the facts of one person."),
    "log": ("glutemed.cli.diary_log", "Write down a session, or the morning after one."),
    "next": ("glutemed.cli.diary_next", "What comes next, and why, in one line."),
    "show": ("glutemed.cli.diary_show", "What was: a table, and pain and load over time."),
    "sheet": ("glutemed.cli.diary_sheet", "What comes next, on one page to print."),
    "undo": ("glutemed.cli.diary_undo", "Take back what was written last."),
    "forget": ("glutemed.cli.diary_forget", "Erase a session, or the whole diary."),
    "export": ("glutemed.cli.diary_export", "Write everything as JSON or CSV."),
    "import": ("glutemed.cli.diary_import", "Make a diary of what `export` wrote."),
}

command = LazyGroup(
    lazy=COMMANDS,
    examples=(
        "glutemed diary start --file me.db --set screening=clear --set response.sessions_done=0",
        "glutemed diary --help",
    ),
    name="diary",
    help="""Keep a diary of your sessions, and let the programme move with it.

    Begin once with `start`. Then `log` after each session and `log --morning` on the morning after
    it; `next` says what comes next. The diary is one file on your machine, which only you may
    read; nothing is sent anywhere.
    """,
)
