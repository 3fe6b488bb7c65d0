"""The program `glutemed`, and what becomes of everything that can go wrong under it."""

from __future__ import annotations

import os
import sys
import warnings
from contextlib import suppress
from pathlib import Path
from typing import Any

import click

from glutemed.cli import exits, screen
from glutemed.cli.lazy import LazyGroup

COMMANDS = {
    "recommend": ("glutemed.cli.recommend", "A programme, questions or a referral for one person."),
    "handout": ("glutemed.cli.handout", "The same as one page to print: HTML or PDF."),
    "diary": ("glutemed.cli.diary", "Sessions over time, and a programme that moves with them."),
    "explain": ("glutemed.cli.explain", "Why it came out like that, and what would change it."),
    "batch": ("glutemed.cli.batch", "What each of many people gets, from a file of them."),
    "facts": ("glutemed.cli.facts", "Everything that can be asked; a file to fill in."),
    "exercises": ("glutemed.cli.exercises", "The exercises that the rules know."),
    "conditions": ("glutemed.cli.conditions", "The conditions that the rules know."),
    "rules": ("glutemed.cli.rules", "Check, test, list and show the rules."),
    "doctor": ("glutemed.cli.doctor", "Say whether this installation works."),
    "completion": ("glutemed.cli.completion", "A script that completes commands in your shell."),
}


class Program(LazyGroup):
    """Turns every failure into one line on stderr and an exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was called; what it returns is the exit code."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.filterwarnings("once", message="durable-rules cannot be imported")
            warnings.showwarning = _warn
            ctx.exit(self._code(ctx))

    def _code(self, ctx: click.Context) -> int:
        try:
            code = super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit):
            raise
        except (click.Abort, KeyboardInterrupt):
            screen.note("\nStopped; nothing was decided.")
            return exits.INTERRUPTED
        except BrokenPipeError:
            _let_go_of_stdout()
            return exits.PIPE_CLOSED
        except Exception as error:  # noqa: BLE001  # the last door: nothing may leave as a traceback
            return _failed(error)
        return code if isinstance(code, int) else exits.DONE


def _warn(message: Warning | str, *_where: Any, **_more: Any) -> None:
    screen.note(f"glutemed: {message}")


def _let_go_of_stdout() -> None:
    """Nobody reads on, so that what is still buffered goes nowhere, quietly."""
    with suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def _failed(error: Exception) -> int:
    from glutemed.model.errors import FactsInvalid, GlutemedError, RulesInvalid

    if os.environ.get("GLUTEMED_DEBUG", "") not in {"", "0"}:
        import traceback

        screen.note("".join(traceback.format_exception(error)))
    if isinstance(error, (FactsInvalid, RulesInvalid)):
        screen.diagnostics(error.diagnostics, "human", err=True)
        is_facts = isinstance(error, FactsInvalid)
        return exits.FACTS_INVALID if is_facts else exits.RULES_INVALID
    if isinstance(error, GlutemedError):
        from glutemed.diary.faults import RecordInvalid

        screen.note(f"glutemed: {error}")
        if isinstance(error, RecordInvalid):
            return exits.FACTS_INVALID
    elif isinstance(error, OSError) and error.strerror:
        screen.note(f"glutemed: reading or writing failed: {error.strerror.lower()}")
    else:
        screen.note(
            f"glutemed: it failed inside ({type(error).__name__} in {_place(error)}), and nothing "
            "was decided; with GLUTEMED_DEBUG=1 it says more, your answers perhaps among it"
        )
    return exits.FAILED


def _place(error: Exception) -> str:
    """Where it was raised, by the innermost line of glutemed; never what the exception says."""
    import traceback

    own = Path(__file__).resolve().parent.parent
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        path = Path(frame.filename)
        if path.is_relative_to(own):
            return f"{path.relative_to(own).as_posix()}:{frame.lineno}"
    return "an unknown place"


def _version(ctx: click.Context, _option: click.Parameter, wanted: bool) -> None:
    if not wanted or ctx.resilient_parsing:
        return
    from glutemed import __version__
    from glutemed.model.errors import RulesInvalid
    from glutemed.pipeline import load_ruleset

    try:
        rules = load_ruleset().version
    except RulesInvalid:
        rules = "invalid (see `glutemed rules check`)"
    click.echo(f"glutemed {__version__}, rules {rules}")
    ctx.exit(exits.DONE)


program = Program(
    lazy=COMMANDS,
    examples=(
        "glutemed recommend --ask",
        "glutemed facts --template > me.yaml",
        "glutemed recommend me.yaml",
    ),
    name="glutemed",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    help="""Safe hip-exercise programmes for sore knees, from rules a clinician can read.

    Facts about a person go in; a programme, the questions that are still open, or a referral comes
    out, each with its reasons. It is general guidance, no medical advice and no diagnosis.

    Exit codes: 0 programme, 1 glutemed failed, 2 wrong use, 3 rules invalid, 4 facts invalid,
    5 referral, 6 questions remain, 7 a check found something.
    """,
    params=[
        click.Option(
            ["--version"],
            is_flag=True,
            expose_value=False,
            is_eager=True,
            callback=_version,
            help="Print the versions of glutemed and of its rules.",
        )
    ],
)
