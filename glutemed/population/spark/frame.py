"""`recommend_frame`: a Spark data frame of people in, one of outcomes out.

Spark computes the words of each row and finds the different ones; what each of those gets is worked
out on the machine that asks, and joined back. No Python runs where the rows are.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import attrs

from glutemed.model.ruleset import Ruleset
from glutemed.pipeline import load_ruleset
from glutemed.population.batch import Counts
from glutemed.population.columns import RESULT, facts_in, without_id
from glutemed.population.files import MEMORY
from glutemed.population.spark.answers import Told, tell
from glutemed.population.spark.schema import branches
from glutemed.population.spark.words import Words, words
from glutemed.reading.sql import SPARK, name, text

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

MOST_BROADCAST = 1_000_000
"""More different rows than this are not sent to every machine, unless Spark chooses to."""

_CHANGED = (
    "the people are not the same as when they were first read: write them down, or cache them"
)


@attrs.frozen
class Recommended:
    """What the rows of a frame get. Each row is in one of the two frames.

    Args:
        outcomes: The columns of the id, and then those of `glutemed batch` from ``outcome`` on.
        rejects: The rows that are no people: the columns of the id, and ``reason``.
        counts: How many of what there were.
    """

    outcomes: DataFrame
    rejects: DataFrame
    counts: Counts


def recommend_frame(
    people: DataFrame,
    ruleset: Ruleset | None = None,
    *,
    id: str | Sequence[str],
    memory: str = MEMORY,
) -> Recommended:
    """What many people on many machines get.

    The rows are read once here, and again by whoever reads the frames that come back.

    Args:
        people: A frame with columns named by facts, nested or dotted.
        ruleset: The rules; by default the bundled ones.
        id: The columns that are no facts and are passed on. They tell whose a row is, because the
            rows of a frame have no order, and so no number.
        memory: How much memory DuckDB may take on this machine before it spills to disk.

    Raises:
        FactsInvalid: A column is no fact, or there is no column of that id.
        EngineFailed: The engine failed, or its readings disagree; nothing was emitted.
        HazardBroken: A programme would have broken a hazard; nothing was emitted.
    """
    ruleset = load_ruleset() if ruleset is None else ruleset
    ids = (id,) if isinstance(id, str) else tuple(id)
    every = branches(people.schema)
    own = every
    for wanted in ids:
        own = without_id(own, wanted, ruleset.vocabulary, "people")
    how = words(ruleset, *facts_in(own, ruleset.vocabulary, "people"))
    kept = [f"{name(wanted, SPARK)} AS i{at}" for at, wanted in enumerate(ids)]
    rows = how.of(people, kept)
    met = rows.groupBy(*how.names).count().toArrow()
    told = tell(ruleset, met, how, memory)
    outcomes, rejects = _joined(rows, how, told)
    named = [f"i{at} AS {name(wanted, SPARK)}" for at, wanted in enumerate(ids)]
    fingerprint = f"{text(ruleset.fingerprint, SPARK)} AS ruleset"
    return Recommended(
        outcomes.selectExpr(*named, *RESULT, fingerprint),
        rejects.selectExpr(*named, "reason"),
        told.counts,
    )


def _joined(rows: DataFrame, how: Words, told: Told) -> tuple[DataFrame, DataFrame]:
    """The rows that got an outcome, and those that got a reason."""
    session = rows.sparkSession
    numbers = _frame(session, told.numbers)
    if told.numbers.num_rows <= MOST_BROADCAST:
        numbers = numbers.hint("broadcast")
    numbered = rows.join(numbers, list(how.names), "left")
    # A row that was not there before would get nothing, and be lost in silence.
    lost = f"CASE WHEN number IS NULL THEN CAST(raise_error({text(_CHANGED, SPARK)}) AS BOOLEAN)"
    parts = []
    for wanted, table in (("number >= 0", told.outcomes), ("number < 0", told.reasons)):
        own = _frame(session, table).hint("broadcast")
        parts.append(numbered.where(f"{lost} ELSE {wanted} END").join(own, "number", "left"))
    return parts[0], parts[1]


def _frame(session: SparkSession, table: Any) -> DataFrame:
    # Spark wants a piece of each column, where Arrow has none of an empty table.
    return session.createDataFrame(table if table.num_rows else table.schema.empty_table())
