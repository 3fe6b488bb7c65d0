"""Rows → a parquet file, written while the next ones are decided."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Full, Queue
from types import TracebackType
from typing import Self

import polars as pl
from polars.io.plugins import register_io_source

from glutemed.model.errors import EngineFailed
from glutemed.population.assigned import Assigned

ROW_GROUP = 122_880
WAITING = 4
"""How many row groups may wait to be written."""
_POLL_S = 0.2


class _Ended(Exception):
    """The batch failed, so that the file is not finished."""


class Output:
    """A parquet file that grows by portions; it is whole once the context is left without an error.

    Args:
        path: Where to write it.
        assigned: What is written; its tables are there already.
    """

    def __init__(self, path: Path, assigned: Assigned) -> None:
        self.rows = 0
        self._path = path
        self._assigned = assigned
        self._waiting: Queue[pl.DataFrame | BaseException | None] = Queue(WAITING)
        self._pool = ThreadPoolExecutor(1)

    def __enter__(self) -> Self:
        schema = self._assigned.part(0, 0).schema
        source = register_io_source(self._frames, schema=schema)
        self._writing = self._pool.submit(
            source.sink_parquet,
            self._path,
            compression="zstd",
            compression_level=1,
            row_group_size=ROW_GROUP,
            maintain_order=True,
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._pool:
            if error is None:
                self._put(None)
                self._writing.result()
                return
            while not self._writing.done():
                try:
                    self._waiting.put(_Ended(), timeout=_POLL_S)
                except Full:
                    continue
                self._writing.exception()

    def add(self) -> None:
        """Write the rows that were assigned since.

        Raises:
            OSError: They cannot be written.
        """
        rows = self._assigned.rows
        while self.rows < rows:
            until = min(self.rows + ROW_GROUP, rows)
            self._put(self._assigned.part(self.rows, until))
            self.rows = until

    def _put(self, frame: pl.DataFrame | None) -> None:
        while True:
            if self._writing.done():
                self._writing.result()
                raise EngineFailed("the output ended before its rows; nothing was emitted")
            try:
                self._waiting.put(frame, timeout=_POLL_S)
            except Full:
                continue
            return

    def _frames(self, *_: object) -> Iterator[pl.DataFrame]:
        while (frame := self._waiting.get()) is not None:
            yield _given(frame)


def _given(frame: pl.DataFrame | BaseException) -> pl.DataFrame:
    """What was given to the thread that writes, which also learns so that it shall end."""
    if isinstance(frame, BaseException):
        raise frame
    return frame
