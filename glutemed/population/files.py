"""A file of people in, a parquet file out: whole or not at all, also when it is killed."""

from __future__ import annotations

import errno
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

import attrs
import duckdb
from polars.exceptions import PolarsError

from glutemed.model.errors import EngineFailed, GlutemedError
from glutemed.model.ruleset import Ruleset
from glutemed.population.batch import Batch, Counts, Tell, connect
from glutemed.population.output import Output
from glutemed.population.summary import Summary, summary
from glutemed.population.table import file_text, open_file
from glutemed.reading.sql import text

MEMORY = "1GB"
_PART = ".part"


class RowsRejected(GlutemedError):
    """Some rows are no people, and nobody said where to put them.

    Args:
        count: How many.
        reasons: The first few reasons, in the words of the intake.
    """

    def __init__(self, count: int, reasons: tuple[str, ...]) -> None:
        super().__init__(count, reasons)
        self.count = count
        self.reasons = reasons

    def __str__(self) -> str:
        rows = "1 row is" if self.count == 1 else f"{self.count:,} rows are"
        return "\n".join([f"{rows} no person, and nothing was written:", *self.reasons])


@attrs.frozen
class Done:
    """What was done."""

    counts: Counts
    summary: Summary


def recommend_file(
    people: Path,
    out: Path,
    ruleset: Ruleset,
    *,
    id_column: str | None = None,
    rejects: Path | None = None,
    memory: str = MEMORY,
    threads: int | None = None,
    tell: Tell | None = None,
) -> Done:
    """What everybody in a file gets, as a parquet file.

    Args:
        people: A parquet, CSV or JSON-lines file.
        out: The parquet file to write, over an older one.
        ruleset: The rules.
        id_column: A column that is no fact and is passed on.
        rejects: Where to write the rows that are no people, as CSV, with the reason of each.
        memory: How much memory DuckDB may take before it spills to disk.
        threads: How many threads it may use; by default one a core.
        tell: Is told how far it is.

    Raises:
        FactsInvalid: The file cannot be read, or a column of it is no fact.
        RowsRejected: Some rows are no people, and ``rejects`` is not given.
        EngineFailed: The engine failed, or its readings disagree; nothing was written.
        HazardBroken: A programme would have broken a hazard; nothing was written.
        OSError: The disk is full, where the output stands, or something else than a file stands
            there, or a `?` is on the path of its folder; nothing was written.
    """
    for path in (out, rejects):
        if path is not None and path.exists() and not path.is_file():
            raise OSError(errno.EINVAL, "no regular file", str(path))
    with (
        _full_disk(out),
        scratch(out) as folder,
        connect(folder, memory=memory, threads=threads) as db,
    ):
        batch = Batch(db, ruleset, folder, tell)
        made = folder / "out.parquet"
        table = open_file(db, people, ruleset.vocabulary)
        counts = batch.run(table, id_column=id_column, output=partial(Output, made))
        if counts.rejected and rejects is None:
            raise RowsRejected(counts.rejected, batch.faults.first)
        _check(db, made, counts)
        if rejects is not None:
            refused = folder / "rejects.csv"
            db.execute(f"COPY ({batch.rejects()}) TO {text(str(refused))} (FORMAT csv, HEADER)")
            _publish(refused, rejects)
        _publish(made, out)
        return Done(counts, summary(db, counts))


def _check(db: duckdb.DuckDBPyConnection, made: Path, counts: Counts) -> None:
    """Check that every row that was answered is in the file, once and in order.

    Raises:
        EngineFailed: It is not.
    """
    file = f"read_parquet({file_text(made)}, file_row_number = true, hive_partitioning = false)"
    if counts.rejected:
        query = f"SELECT row, lag(row) OVER (ORDER BY file_row_number) AS before FROM {file}"
    else:
        query = (
            f"SELECT row, CASE WHEN row <> file_row_number + 1 THEN row END AS before FROM {file}"
        )
    written, unordered = db.execute(
        f"SELECT count(*), count(*) FILTER (row <= before) FROM ({query})"
    ).fetchall()[0]
    if written != counts.answered or unordered:
        raise EngineFailed(
            f"{counts.answered} rows should have been written in order, and {written} were "
            f"({unordered} out of order); nothing was emitted"
        )


def _publish(made: Path, path: Path) -> None:
    """Put a finished file in its place, at once."""
    with made.open("rb") as file:
        os.fsync(file.fileno())
    if not _same_disk(made, _folder(path)):
        moved = _folder(path) / _hidden(path, os.getpid())
        try:
            shutil.copyfile(made, moved)
            with moved.open("rb") as file:
                os.fsync(file.fileno())
            moved.replace(path)
        except BaseException:
            moved.unlink(missing_ok=True)
            raise
    else:
        made.replace(path)
    with suppress(OSError):  # not every system can do this with a folder
        folder = os.open(_folder(path), os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _same_disk(one: Path, other: Path) -> bool:
    return one.stat().st_dev == other.stat().st_dev


def _folder(path: Path) -> Path:
    return path.absolute().parent


@contextmanager
def _full_disk(out: Path) -> Iterator[None]:
    """Say of a full disk that it is one: DuckDB and polars do so in the text of their errors."""
    full = os.strerror(errno.ENOSPC)
    try:
        yield
    except (duckdb.Error, PolarsError) as error:
        if full not in str(error):
            raise
        raise OSError(errno.ENOSPC, full, str(_folder(out))) from None


@contextmanager
def scratch(out: Path) -> Iterator[Path]:
    """A folder beside the output that only its owner may read, gone at the end.

    What a killed run left behind is taken away by the next one that writes the same output.
    """
    for left in _folder(out).glob(_hidden(out, "*")):
        owner = left.name.removesuffix(_PART).rpartition(".")[2]
        if owner.isdigit() and (int(owner) == os.getpid() or not _runs(int(owner))):
            shutil.rmtree(left, ignore_errors=True)
            left.unlink(missing_ok=True)
    folder = _folder(out) / _hidden(out, os.getpid())
    if "?" in str(folder):  # its log would lie in another folder, and never be found
        raise OSError(errno.EINVAL, "the output needs a folder without `?` on its path", str(out))
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _hidden(path: Path, owner: int | str) -> str:
    """A name beside a file, without the signs by which DuckDB or a glob means something else."""
    name = re.sub(r"[^\w.-]", "_", path.name)
    return f".{name}.{owner}{_PART}"


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
