"""Changes counted over the real people of one file: a list of facts, or a table."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import attrs
import click

from glutemed.cli import exits, screen
from glutemed.json_text import value_of

if TYPE_CHECKING:
    from glutemed.model.facts import Facts
    from glutemed.model.ruleset import Ruleset
    from glutemed.model.vocabulary import Vocabulary
    from glutemed.population.alike import Crowd
    from glutemed.proof.diff import Tally

_TABLES = {".parquet", ".pq", ".csv", ".tsv"}
_OTHER_TABLES = {".arrow", ".duckdb", ".xlsx"}


def count(
    path: Path, everybody: Ruleset, books: tuple[Ruleset, Ruleset], id_column: str | None, form: str
) -> Tally:
    """What changes for the people in a file; ends the command where something is wrong with it.

    Args:
        path: The file.
        everybody: The facts of both books.
        books: The old one and the new one.
        id_column: A column of a table that is no fact.
        form: How to print what is wrong.
    """
    from glutemed.proof.diff import tally

    if path.suffix.lower() in _TABLES:
        return _of_table(path, _asked_by(books[0], everybody), books, id_column, form)
    if id_column is not None:
        _refuse("--id goes with a table of people, as `glutemed batch` reads it")
    return tally(read_people(path, everybody, books[0], form), *books)


def _of_table(
    path: Path,
    vocabulary: Vocabulary,
    books: tuple[Ruleset, Ruleset],
    id_column: str | None,
    form: str,
) -> Tally:
    from glutemed.cli.batch import MISSING, is_missing
    from glutemed.model.errors import FactsInvalid

    if is_missing():
        _refuse(MISSING)
    from glutemed.population import RowsRejected
    from glutemed.population.alike import NotComparable, crowd

    try:
        return _counted(crowd(path, *books, vocabulary, id_column=id_column), *books)
    except FactsInvalid as error:
        screen.diagnostics(error.diagnostics, form, err=True)
        raise click.exceptions.Exit(exits.FACTS_INVALID) from None
    except RowsRejected as error:
        _refuse(str(error), exits.FACTS_INVALID)
    except NotComparable as error:
        _refuse(
            f"the books mean `{error}` differently, so a table cannot be counted; "
            "write its people as JSON lines"
        )


def _counted(found: Crowd, old: Ruleset, new: Ruleset) -> Tally:
    """As `tally` counts, with one person for all who are alike to both books."""
    from glutemed.intake import contradicted
    from glutemed.proof.diff import Tally
    from glutemed.proof.diff_joint import told
    from glutemed.proof.diff_kinds import Change, Mark
    from glutemed.proof.diff_seen import changes, got

    same, refused = sum(found.same.values()), found.refused
    outcomes = Counter({(kind, kind): people for kind, people in found.same.items()})
    by_mark = Counter(dict.fromkeys(Mark, 0))
    by_change: Counter[Change] = Counter()
    first: dict[Change, int] = {}
    for alike in found.apart:
        if any(contradicted(told(alike.facts, one), one.vocabulary) for one in (old, new)):
            refused += alike.people
            continue
        before, after = got(alike.facts, old), got(alike.facts, new)
        differs = changes(before, after)
        same += 0 if differs else alike.people
        for change in differs:
            by_change[change] += alike.people
            first[change] = min(alike.first, first.get(change, alike.first))
        for mark in {change.mark for change in differs}:
            by_mark[mark] += alike.people
        outcomes[before.kind, after.kind] += alike.people
    return Tally(
        people=sum(found.same.values()) + found.refused + sum(a.people for a in found.apart),
        same=same,
        refused=refused,
        marks=dict(by_mark),
        changes={change: by_change[change] for change in Change if change in by_change},
        first=first,
        outcomes=dict(sorted(outcomes.items())),
    )


def read_people(path: Path, everybody: Ruleset, old: Ruleset, form: str) -> list[Facts]:
    """The people in a file; ends the command where something is wrong with it.

    ``screening: clear`` answers the red flags of the old book: nobody asked them for others.
    """
    from glutemed.intake import read_mapping

    if path.suffix.lower() in _OTHER_TABLES:
        _refuse(f"`{path}` is a table of a kind that is not read; parquet and CSV are")
    vocabulary = _asked_by(old, everybody)
    people = []
    for number, person in enumerate(_persons(path, form), 1):
        if not isinstance(person, dict):
            _refuse(f"`{path}`: person {number} is no mapping of facts", exits.FACTS_INVALID)
        facts, wrong = read_mapping(person, vocabulary)
        if facts is None:
            screen.note(f"glutemed: `{path}`: person {number}:")
            screen.diagnostics(wrong, "plain", err=True)
            raise click.exceptions.Exit(exits.FACTS_INVALID)
        people.append(facts)
    return people


def _asked_by(old: Ruleset, everybody: Ruleset) -> Vocabulary:
    from glutemed.model.frozen import Frozen
    from glutemed.model.vocabulary import Vocabulary as Made

    flags = {flag.name for flag in old.vocabulary.red_flags}
    facts = {
        fact.name: attrs.evolve(fact, red_flag=fact.name in flags) for fact in everybody.vocabulary
    }
    return Made(Frozen(facts))


def _persons(path: Path, form: str) -> list[Any]:
    from glutemed.document import compose, to_plain
    from glutemed.model.diagnostic import Text

    try:
        content = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        _refuse(f"cannot read `{path}`", exits.FACTS_INVALID)
    suffix = path.suffix.lower()
    if suffix in {".yaml", ".yml"}:
        node, wrong = compose(Text(str(path), content))
        if wrong:
            screen.diagnostics(wrong, form, err=True)
            raise click.exceptions.Exit(exits.FACTS_INVALID)
        found = [] if node is None else to_plain(node)
    else:
        found = _json(path, content)
    if not isinstance(found, list):
        _refuse(f"`{path}` is no list of people", exits.FACTS_INVALID)
    return found


def _json(path: Path, content: str) -> Any:
    if content.lstrip().startswith("["):
        return _parsed(path, content, "")
    rows = ((number, row) for number, row in enumerate(content.splitlines(), 1) if row.strip())
    return [_parsed(path, row, f", line {number}") for number, row in rows]


def _parsed(path: Path, content: str, where: str) -> Any:
    try:
        return value_of(content)
    except (ValueError, RecursionError):
        _refuse(f"`{path}`{where} is no JSON, or a key stands twice in it", exits.FACTS_INVALID)


def _refuse(message: str, code: int = exits.USAGE) -> NoReturn:
    screen.note(f"glutemed: {message}")
    raise click.exceptions.Exit(code)
