"""`glutemed rules diff`: what changes for whom between two rulebooks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from glutemed.cli import exits, screen
from glutemed.cli.examples import Example
from glutemed.cli.options import format_option

if TYPE_CHECKING:
    from glutemed.model.ruleset import Ruleset
    from glutemed.proof.diff import Comparison, Tally

BUNDLED = "bundled"
_FAILING = {"less-safe": {"less safe"}, "different": {"less safe", "safer", "different"}}


@click.command(
    "diff",
    cls=Example,
    examples=(
        "glutemed rules diff bundled bundled",
        "glutemed rules diff bundled bundled --fail-on less-safe --format json",
    ),
)
@click.argument("old", metavar="[OLD]", default=BUNDLED)
@click.argument("new", metavar="[NEW]", default=BUNDLED)
@click.option(
    "--with",
    "more",
    metavar="PATH",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help="Add a file or folder of rules to NEW; may be repeated.",
)
@click.option(
    "--people",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Count changes over real people: a table (parquet, CSV), or a list of facts (YAML, JSON).",
)
@click.option(
    "--id", "id_column", metavar="COLUMN", help="With a table of people: a column that is no fact."
)
@click.option(
    "--fail-on",
    "fail_on",
    type=click.Choice(tuple(_FAILING)),
    help="End with exit code 7 where somebody gets something less safe, or anything different.",
)
@click.option(
    "-o",
    "--output",
    "folder",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write each person who shows something as a file of facts in this folder.",
)
@format_option("human", "json")
def command(
    old: str,
    new: str,
    more: tuple[Path, ...],
    people: Path | None,
    id_column: str | None,
    fail_on: str | None,
    folder: Path | None,
    form: str,
) -> int:
    """Say what differs between two rulebooks, and for whom.

    OLD and NEW are folders that hold a whole rulebook each; `bundled`, the rules that come with
    glutemed; or git revisions (REVISION, whose folder `rules` is read, or REVISION:FOLDER). Left
    out, each is `bundled`, so `--with mine.yaml` alone says what that file changes. First
    comes what was added, removed and changed;
    then, proved over everybody, each kind of difference in what a person gets, with the smallest
    person found to whom it happens, tried by both books. Each is marked safer, less safe or
    different. Needs the solver z3.
    """
    from glutemed.cli.diff_people import count
    from glutemed.cli.diff_shown import as_data, lines, write
    from glutemed.proof.diff import compare
    from glutemed.proof.diff_words import in_words
    from glutemed.proof.solver import SolverMissing

    if id_column is not None and people is None:
        raise click.UsageError("--id goes with --people.")
    if old == new == BUNDLED and not more:
        screen.note("glutemed: both are `bundled`; name another, or say --with PATH")
    before, after = _book(old, (), form), _book(new, more, form)
    words = in_words(before, after)
    try:
        comparison = compare(before, after)
    except SolverMissing as missing:
        screen.note(f"glutemed: {missing}")
        return exits.USAGE
    counted: Tally | None = None
    if people is not None:
        counted = count(people, comparison.everybody, (before, after), id_column, form)
    files = {} if folder is None else write(folder, comparison)
    if form == "json":
        data = as_data(words, comparison, counted, files)
        screen.out_json(json.dumps(data, indent=2, ensure_ascii=False))
    else:
        screen.out("\n".join(lines(words, comparison, counted, files, screen.screen().width)))
    if fail_on is None:
        return exits.DONE
    # What could not be compared is not known to be safe.
    uncompared = comparison.apart or comparison.narrowed
    wrong = uncompared or _found(comparison, counted) & _FAILING[fail_on]
    return exits.FOUND if wrong else exits.DONE


def _found(comparison: Comparison, counted: Tally | None) -> set[str]:
    """The marks of everything that was found, of real people too."""
    found = {mark.value for mark in comparison.marks}
    if counted is not None:
        found |= {mark.value for mark, many in counted.marks.items() if many}
    return found


def _book(name: str, more: tuple[Path, ...], form: str) -> Ruleset:
    from glutemed.model.errors import RulesInvalid
    from glutemed.proof.diff_books import NoBook, book

    try:
        return book(name, more)
    except NoBook as missing:
        screen.note(f"glutemed: {missing}")
        raise click.exceptions.Exit(exits.USAGE) from None
    except RulesInvalid as error:
        screen.diagnostics(error.diagnostics, form, err=True)
        raise click.exceptions.Exit(exits.RULES_INVALID) from None
