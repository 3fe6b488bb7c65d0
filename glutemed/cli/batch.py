"""`glutemed batch`: a file of people in, a file of outcomes out."""

from __future__ import annotations

import re
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Self

import click

from glutemed.cli import exits, screen
from glutemed.cli.examples import Example
from glutemed.cli.options import rules_option
from glutemed.model.errors import FactsInvalid

if TYPE_CHECKING:
    from glutemed.model.facts import Facts
    from glutemed.model.ruleset import Ruleset
    from glutemed.population.summary import Summary

_SHARE = {"reading": 60, "deciding": 880, "writing": 60}
_SOMEBODY = {
    "screening": "clear",
    "person.age": "30",
    "complaint.conditions": "patellofemoral_pain",
    "complaint.pain_usual": "4",
    "equipment.bands": "light; medium",
}
MISSING = "Tables of people need duckdb, numpy and polars: pip install 'glutemed[batch]'."


def _template(ctx: click.Context, _option: click.Parameter, wanted: bool) -> None:
    if not wanted or ctx.resilient_parsing:
        return
    from glutemed.pipeline import load_ruleset

    names = [
        fact.name
        for fact in load_ruleset().vocabulary
        if not fact.red_flag and not fact.name.startswith("response.each.")
    ]
    line = dict.fromkeys(["screening", *names], "") | _SOMEBODY
    screen.out(",".join(line))
    screen.out(",".join(line.values()))
    ctx.exit(exits.DONE)


def _size(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    if re.fullmatch(r"[1-9][0-9]{0,5} ?[KMGT]i?B", value, re.IGNORECASE) is None:
        raise click.BadParameter("a size is a whole number with its unit, such as 500MB or 2GB")
    return value


@click.command(
    "batch",
    cls=Example,
    examples=(
        "glutemed batch --template > people.csv",
        "glutemed batch people.csv -o outcomes.parquet --summary",
        "glutemed batch people.csv -o outcomes.parquet --rejects rejects.csv",
    ),
)
@click.argument(
    "people", metavar="IN", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option(
    "-o",
    "--output",
    "out",
    metavar="OUT",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The parquet file to write; it appears whole or not at all, over an older one.",
)
@click.option("--id", "id_column", metavar="COLUMN", help="A column to pass on that is no fact.")
@click.option(
    "--rejects",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the rows that are no people to this CSV file, each with its reason.",
)
@click.option("--summary", "summed", is_flag=True, help="Print who gets what, in numbers.")
@click.option(
    "--memory",
    metavar="SIZE",
    default="1GB",
    show_default=True,
    callback=_size,
    help="What DuckDB may hold in memory before it spills to disk, such as 500MB or 2GB.",
)
@click.option(
    "--template",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_template,
    help="Print a CSV file with one person in it, to fill in, and stop.",
)
@rules_option
def command(
    people: Path,
    out: Path,
    id_column: str | None,
    rejects: Path | None,
    summed: bool,
    memory: str,
    rules: tuple[str, ...],
) -> int:
    """Say what each of many people should do: parquet, CSV or JSON lines in, parquet out.

    Columns are named by facts (`glutemed facts` lists them), nested or dotted; an empty value is
    unknown. Without --rejects a row that is no person stops it, and nothing is written. The exit
    code is 0 when OUT was written, 4 where a column or a row is wrong.
    """
    if out.suffix.lower() != ".parquet":
        raise click.BadParameter("the name must end in .parquet", param_hint="'-o'")
    if rejects is not None and rejects.resolve() == out.resolve():
        raise click.BadParameter("it is the same file as OUT", param_hint="'--rejects'")
    for path, hint in ((out, "'-o'"), (rejects, "'--rejects'")):
        if path is not None and path.exists() and path.samefile(people):
            raise click.BadParameter("it is the same file as IN", param_hint=hint)
        if path is not None and path.exists() and not path.is_file():
            raise click.BadParameter("it is no regular file", param_hint=hint)
        if path is not None and not path.absolute().parent.is_dir():
            raise click.BadParameter(f"there is no folder {str(path.parent)!r}", param_hint=hint)
    _need()

    from glutemed.cli import given
    from glutemed.population import RowsRejected, recommend_file

    ruleset = given.ruleset(rules)
    started = time.monotonic()
    with _Bar() as bar:
        try:
            done = recommend_file(
                people,
                out,
                ruleset,
                id_column=id_column,
                rejects=rejects,
                memory=memory,
                tell=bar.tell,
            )
        except RowsRejected as rejected:
            bar.close()
            screen.note(f"glutemed: {rejected}")
            screen.note("  = help: --rejects FILE sets such rows aside, each with its reason")
            return exits.FACTS_INVALID
    counts, spent = done.counts, time.monotonic() - started
    screen.note(
        f"{_people(counts.people)}, {counts.situations:,} different to the rules, "
        f"{counts.groups:,} different outcome{'' if counts.groups == 1 else 's'}; {spent:.1f} s"
    )
    if rejects is not None:
        one = counts.rejected == 1
        screen.note(
            f"{counts.rejected:,} {'row is no person' if one else 'rows are no people'}: {rejects}"
        )
    if summed:
        screen.out("\n".join(_lines(done.summary)))
    return exits.DONE


def is_missing() -> bool:
    """Whether the libraries that read tables are not installed."""
    return any(find_spec(name) is None for name in ("duckdb", "numpy", "polars"))


def _need() -> None:
    if is_missing():
        raise click.UsageError(MISSING)


def row_of(people: str, row: int, ruleset: Ruleset, id_column: str | None, form: str) -> Facts:
    """The facts of one row of a table; ends the command where there is something wrong with it."""
    _need()
    from glutemed.population import person_at

    try:
        return person_at(Path(people), row, ruleset, id_column=id_column)
    except FactsInvalid as error:
        screen.diagnostics(error.diagnostics, form, err=True)
        raise click.exceptions.Exit(exits.FACTS_INVALID) from None


class _Bar:
    """A bar on stderr with the step, the rate and the time left, where a person can see it."""

    def __init__(self) -> None:
        self._bar = click.progressbar(
            length=1000, label="reading", file=sys.stderr, hidden=not sys.stderr.isatty()
        )
        self._open = False
        self._began = time.monotonic()

    def __enter__(self) -> Self:
        self._bar.__enter__()
        self._open = True
        return self

    def __exit__(self, *_given: object) -> None:
        self.close()

    def close(self) -> None:
        """End its line."""
        if self._open:
            self._open = False
            self._bar.__exit__(None, None, None)

    def tell(self, step: str, part: float, people: int) -> None:
        """Move it on."""
        before = sum(_SHARE[name] for name in list(_SHARE)[: list(_SHARE).index(step)])
        at = before + int(_SHARE[step] * min(part, 1.0))
        spent = time.monotonic() - self._began
        if at and spent:
            self._bar.label = f"{step}, {people * at / 1000 / spent:,.0f} people/s"
        self._bar.update(max(0, at - self._bar.pos))


def _people(number: int) -> str:
    return "1 person" if number == 1 else f"{number:,} people"


def _lines(found: Summary) -> list[str]:
    answered = max(1, found.people - found.rejected)
    tables = (
        ("Outcomes", found.outcomes),
        ("Referrals by urgency", found.urgencies),
        ("Programmes by stage", found.stages),
        ("Exercises, the most frequent", found.exercises),
        ("Questions, the most frequent", found.questions),
    )
    rows = "row" if found.rejected == 1 else "rows"
    lines = [f"{_people(found.people)}; {found.rejected:,} {rows} rejected"]
    for title, tally in tables:
        if tally:
            width = max(len(name) for name, _ in tally)
            lines += ["", title]
            lines += [
                f"  {name:{width}}  {people:>12,}  {100 * people / answered:5.1f} %"
                for name, people in tally
            ]
    return lines
