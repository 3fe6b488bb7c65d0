"""Real people to count changes over, from one file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import attrs
import click

from glutemed.cli import exits, screen

if TYPE_CHECKING:
    from glutemed.model.facts import Facts
    from glutemed.model.ruleset import Ruleset
    from glutemed.model.vocabulary import Vocabulary

_COLUMNAR = {".parquet", ".csv", ".arrow", ".duckdb"}


def read_people(path: Path, everybody: Ruleset, old: Ruleset, form: str) -> list[Facts]:
    """The people in a file; ends the command where something is wrong with it.

    ``screening: clear`` answers the red flags of the old book: nobody asked them for others.
    """
    from glutemed.intake import read_mapping

    if path.suffix.lower() in _COLUMNAR:
        _refuse(f"`{path}` is a table; run `glutemed batch` on it with each book instead")
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
        return json.loads(content)
    except (ValueError, RecursionError):
        _refuse(f"`{path}`{where} is no JSON", exits.FACTS_INVALID)


def _refuse(message: str, code: int = exits.USAGE) -> NoReturn:
    screen.note(f"glutemed: {message}")
    raise click.exceptions.Exit(code)
