"""Rows → words, a portion of the rows at a time: the next ones are read while one is decided."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

import attrs
import duckdb

from glutemed.population.coordinates import Coordinates
from glutemed.population.table import Table

POLL_S = 0.2
LEAST = 4096
"""A portion of fewer rows is not worth a query of its own."""
BOUNDS = (0, 1, 4, 8, 12, 15, 16)
"""Where portions begin and end, of sixteen: nothing else can be done during the first one and after
the last one, so these are small."""


@attrs.frozen
class Portion:
    """Some rows that were read.

    Args:
        name: The table of their words.
        before: How many rows came before.
        until: The same, with those of this one.
    """

    name: str
    before: int
    until: int


@contextmanager
def portions(
    db: duckdb.DuckDBPyConnection,
    table: Table,
    known: Coordinates,
    keep: Sequence[str],
    people: int,
    wait_for: Callable[[duckdb.DuckDBPyConnection, Future[None]], None],
) -> Iterator[Iterator[Portion]]:
    """Read the rows of a table, of which the first are being read at once.

    Args:
        db: Where the tables are made.
        table: What to read.
        known: How rows become words.
        keep: Columns to keep, each with its name.
        people: How many rows there are.
        wait_for: Waits until a portion is read on a connection.
    """
    bounds = _bounds(people)
    reading = db.cursor()

    def begin() -> Coordinates:
        for query in known.sets(table.source):
            reading.execute(query)
        return known.settled(reading)

    def read(at: int) -> None:
        settled = begun.result()
        within = f"{table.row} > {bounds[at]} AND {table.row} <= {bounds[at + 1]}"
        for query in settled.singly(table.source, table.row, within):
            reading.execute(query)
        made = settled.select(table.source, table.row, keep, within)
        reading.execute(f"CREATE TABLE people{at} AS {made}")

    def each() -> Iterator[Portion]:
        for at, (before, until) in enumerate(pairwise(bounds)):
            wait_for(reading, due[at])
            due[at].result()
            yield Portion(f"people{at}", before, until)

    with ThreadPoolExecutor(1) as pool:
        begun = pool.submit(begin)
        due = [pool.submit(read, at) for at in range(len(bounds) - 1)]
        try:
            yield each()
        finally:
            for later in due:
                later.cancel()
            every: list[Future[Any]] = [begun, *due]
            while running := [one for one in every if one.running()]:
                reading.interrupt()  # which does nothing between two queries
                wait(running, POLL_S)
    reading.close()


def _bounds(people: int) -> tuple[int, ...]:
    if people < LEAST * BOUNDS[-1]:
        return (0, people)
    return tuple(people * part // BOUNDS[-1] for part in BOUNDS)
