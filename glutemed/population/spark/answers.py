"""People who stand for many → what each of them gets, on the machine that asks."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import attrs
import duckdb

from glutemed.model.errors import EngineFailed
from glutemed.model.ruleset import Ruleset
from glutemed.population.batch import Batch, Counts, connect
from glutemed.population.spark.words import Words
from glutemed.population.table import Table, branches

# Spark has no unsigned whole numbers.
_EXERCISE = (
    "STRUCT(id VARCHAR, sets SMALLINT, reps SMALLINT, hold_s INTEGER, rest_s INTEGER, "
    "effort SMALLINT, knee_flexion_deg SMALLINT, working_sides VARCHAR)[]"
)
_SMALL = ("stage", "sessions_per_week", "review_weeks")


@attrs.frozen
class Told:
    """What some people get, as Arrow tables.

    Args:
        numbers: The words of each of them, and the ``number`` of what they get; of somebody who is
            no person it is below 0.
        outcomes: The different outcomes: ``number``, and the columns that a batch writes.
        reasons: The different reasons: ``number`` and ``reason``.
        counts: How many of what there were.
    """

    numbers: Any
    outcomes: Any
    reasons: Any
    counts: Counts


def tell(ruleset: Ruleset, met: Any, how: Words, memory: str) -> Told:
    """What some people get, by the road of everybody who comes in a file.

    Args:
        ruleset: The rules.
        met: An Arrow table of words, all different, and the ``count`` of people who have them.
        how: How words become a person.
        memory: How much memory DuckDB may take before it spills to disk.

    Raises:
        EngineFailed: The engine failed, or its readings disagree.
        HazardBroken: A programme would have broken a hazard.
    """
    with (
        tempfile.TemporaryDirectory(prefix="glutemed-") as folder,
        connect(Path(folder), memory=memory) as db,
    ):
        db.register("given", met)
        db.execute("CREATE TABLE met AS SELECT * FROM given")
        db.unregister("given")
        db.execute(f"CREATE TABLE staged AS SELECT {how.people} FROM met ORDER BY met.rowid")
        own = branches(db, "staged") if how.columns else ()
        batch = Batch(db, ruleset, Path(folder))
        counts = batch.run(Table("staged t", own, "people"))
        _number(db, "different", _signed(batch.assigned.result()), "place")
        _number(db, "refused", batch.rejects(), "-1 - place")
        return _told(db, how, counts)


def _signed(query: str) -> str:
    small = ", ".join(f"CAST({name} AS SMALLINT) AS {name}" for name in _SMALL)
    return f"SELECT * REPLACE ({small}, CAST(exercises AS {_EXERCISE}) AS exercises) FROM ({query})"


def _number(db: duckdb.DuckDBPyConnection, name: str, query: str, number: str) -> None:
    """The different rows of a query as a table, each with a number and the rows that are so."""
    db.execute(
        f"CREATE TABLE {name} AS SELECT {number} AS number, * EXCLUDE (place) FROM "
        f"(SELECT row_number() OVER () - 1 AS place, * FROM (SELECT * EXCLUDE (row), "
        f"list(row) AS rows FROM ({query}) GROUP BY ALL))"
    )


def _told(db: duckdb.DuckDBPyConnection, how: Words, counts: Counts) -> Told:
    both = " UNION ALL ".join(
        f"SELECT unnest(rows) AS row, number FROM {name}" for name in ("different", "refused")
    )
    db.execute(
        "CREATE TABLE numbered AS SELECT met.*, n.number FROM met "
        f"LEFT JOIN ({both}) n ON n.row = met.rowid + 1"
    )
    found = db.sql(
        "SELECT count(*), count(number), coalesce(sum(count), 0), "
        "coalesce(sum(count) FILTER (number < 0), 0) FROM numbered"
    ).fetchone()
    assert found is not None
    size, told, people, rejected = map(int, found)
    if size != told or size != counts.people:
        raise EngineFailed(f"{counts.people} people were asked about, {told} of them got an answer")
    return Told(
        db.sql(f"SELECT {', '.join(how.names)}, number FROM numbered").to_arrow_table(),
        db.sql("SELECT * EXCLUDE (rows, ruleset) FROM different").to_arrow_table(),
        db.sql("SELECT * EXCLUDE (rows) FROM refused").to_arrow_table(),
        attrs.evolve(counts, people=people, answered=people - rejected, rejected=rejected),
    )
