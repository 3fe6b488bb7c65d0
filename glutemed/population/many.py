"""`recommend_many`: people of another library's table in, the same kind of table out."""

from __future__ import annotations

import importlib
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from glutemed.model.errors import EngineFailed
from glutemed.model.facts import Facts
from glutemed.model.ruleset import Ruleset
from glutemed.pipeline import load_ruleset, recommend
from glutemed.population.batch import Batch, connect
from glutemed.population.files import MEMORY, RowsRejected
from glutemed.population.table import open_frame


def recommend_many(
    people: Any,
    ruleset: Ruleset | None = None,
    *,
    id: str | None = None,
    skip_rejects: bool = False,
    memory: str = MEMORY,
) -> Any:
    """What many people get.

    Args:
        people: An Arrow table, a polars or pandas data frame, or a DuckDB relation, with columns
            named by facts, nested or dotted; or facts objects.
        ruleset: The rules; by default the bundled ones.
        id: A column that is no fact and is passed on.
        skip_rejects: Whether rows that are no people are left out instead of raised; the column
            ``row`` tells which are left.
        memory: How much memory DuckDB may take before it spills to disk.

    Returns:
        The same kind of table, with one row a person in the same order; for facts objects a list
        of outcomes.

    Raises:
        FactsInvalid: A column is no fact, or cannot be read.
        RowsRejected: Some rows are no people.
        EngineFailed: The engine failed, or its readings disagree; nothing was emitted.
        HazardBroken: A programme would have broken a hazard; nothing was emitted.
    """
    ruleset = load_ruleset() if ruleset is None else ruleset
    kind = type(people).__module__.partition(".")[0].lstrip("_")
    if kind not in {"pyarrow", "polars", "pandas", "duckdb"}:
        return _each(people, ruleset)
    frame = people
    if kind == "duckdb":
        frame = people.to_arrow_table()
    elif kind == "polars" and hasattr(people, "collect"):
        frame = people.collect()
    with tempfile.TemporaryDirectory(prefix="glutemed-") as name:
        folder = Path(name)
        with connect(folder, memory=memory) as db:
            batch = Batch(db, ruleset, folder)
            table = open_frame(db, frame, is_pandas=kind == "pandas")
            counts = batch.run(table, id_column=id)
            if counts.rejected and not skip_rejects:
                raise RowsRejected(counts.rejected, batch.faults.first)
            found = batch.assigned.everybody(in_words=kind != "polars")
    if found.height != counts.answered:
        raise EngineFailed(
            f"{counts.answered} rows should have come out, and {found.height} did; nothing was emitted"
        )
    if kind == "polars":
        return found
    table = found.to_arrow(compat_level=pl.CompatLevel.oldest())
    if kind == "pyarrow":
        return table
    if kind == "pandas":
        small = importlib.import_module("pandas").UInt8Dtype()
        return table.to_pandas(types_mapper=lambda own: small if own == "uint8" else None)
    return duckdb.from_arrow(table)


def _each(people: Any, ruleset: Ruleset) -> Any:
    if isinstance(people, Iterable) and not isinstance(people, (str, bytes, dict)):
        found = list(people)
        if all(isinstance(person, Facts) for person in found):
            return [recommend(person, ruleset) for person in found]
    message = (
        "people must be an Arrow table, a polars or pandas data frame, a DuckDB relation or facts"
    )
    raise TypeError(message)
