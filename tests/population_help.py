"""Many people under test: a batch of a few, and what a single person gets."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb

from glutemed.intake import to_dict
from glutemed.pipeline import recommend
from glutemed.population import recommend_file
from glutemed.population.rows import row

NAMES = (
    *("outcome", "urgency", "referred_to", "stage", "sessions_per_week", "review_weeks"),
    *("exercises", "rules", "questions"),
)


def as_lines(people) -> str:
    """People as JSON lines."""
    return "".join(json.dumps(to_dict(facts)) + "\n" for facts in people)


def expected(facts, ruleset) -> dict[str, object]:
    """What one person gets, as a row says it."""
    made = row(recommend(facts, ruleset))
    names = {"referred_to": "to"}
    return {name: plain(getattr(made, names.get(name, name))) for name in NAMES}


def rows_of(path: Path) -> list[dict[str, object]]:
    """The rows of an output, in order."""
    with duckdb.connect() as db:
        relation = db.sql(f"SELECT * FROM read_parquet('{path}')")
        columns = relation.columns
        return [dict(zip(columns, each, strict=True)) for each in relation.fetchall()]


def said(found: dict[str, object]) -> dict[str, object]:
    """What a row says of the outcome."""
    return {name: plain(found[name]) for name in NAMES}


def plain(value):
    """Lists for tuples, and an exercise as its parts."""
    if isinstance(value, dict):
        return list(value.values())
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    return value


def batch(folder: Path, people, ruleset) -> list[dict[str, object]]:
    """What a batch of these people gets, by JSON lines."""
    source, out = folder / "people.jsonl", folder / "out.parquet"
    source.write_text(as_lines(people), encoding="utf-8")
    recommend_file(source, out, ruleset, threads=2)
    return rows_of(out)
