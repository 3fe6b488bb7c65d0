"""The same people on Spark and on DuckDB: both answers equal, row for row, and what each took.

    python benchmarks/bench_spark.py [--people 1000000] [--hostile] [--master 'local[2]']

Needs the extra `spark` and Java; without them it says so, and that is all. Of Spark the steps are
told apart: what the cluster does for every row (`find`, `write`), and what one machine does for
every different row (`decide`). `find` is run twice, because Java is slow at first.
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import duckdb
from bench_population import used
from plausible_people import write

from glutemed.pipeline import load_ruleset
from glutemed.population import recommend_file

COLUMNS = (
    *("person", "outcome", "urgency", "referred_to", "stage", "sessions_per_week"),
    *("review_weeks", "exercises", "rules", "questions", "ruleset"),
)


def start(master: str, memory: str) -> Any:
    from pyspark.sql import SparkSession

    cores = os.cpu_count() or 1
    session = (
        SparkSession.builder.master(master)
        .config("spark.driver.memory", memory)
        .config("spark.sql.shuffle.partitions", str(2 * cores))
        .config("spark.ui.enabled", "false")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    return session


def java_used(session: Any) -> float:
    """Seconds of the processor that Java has taken, where the system tells."""
    process = session.sparkContext._jvm.java.lang.ProcessHandle.current().pid()  # noqa: SLF001 - no other way
    try:
        fields = (
            Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        )
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def timed(name: str, session: Any, step: Callable[[], Any]) -> Any:
    began, own, java = time.perf_counter(), used(), java_used(session) if session else 0.0
    found = step()
    wall, own = time.perf_counter() - began, used() - own
    java = java_used(session) - java if session else 0.0
    print(f"{name:>14}{wall:>9.1f}{own + java:>11.1f}", flush=True)
    return found


def same(first: Path, second: Path, people: int) -> None:
    """Both files say the same of everybody."""
    with duckdb.connect() as db:
        db.execute(f"CREATE VIEW one AS SELECT * FROM read_parquet('{first}')")
        db.execute(f"CREATE VIEW two AS SELECT * FROM read_parquet('{second}/*.parquet')")
        kinds = dict(zip(*[getattr(db.table("two"), n) for n in ("columns", "types")], strict=True))
        cast = ", ".join(f"CAST({name} AS {kinds[name]}) AS {name}" for name in COLUMNS)
        differ = " OR ".join(f"one.{name} IS DISTINCT FROM two.{name}" for name in COLUMNS)
        found = db.execute(
            f"SELECT count(one.person), count(two.person), count(*) FILTER ({differ}) "
            f"FROM (SELECT {cast} FROM one) one FULL JOIN two ON one.person = two.person"
        ).fetchall()
    assert found == [(people, people, 0)], f"rows, rows, different rows: {found}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--hostile", action="store_true", help="every value as likely as any other")
    parser.add_argument("--master", default="local[2]")
    parser.add_argument("--memory", default="4g", help="of the driver, which here does all")
    options = parser.parse_args()
    if find_spec("pyspark") is None or shutil.which("java") is None:
        print("pyspark or java is not here: make spark")
        return
    from glutemed.population.spark import frame, recommend_frame

    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    print(f"{options.people:,} people, {os.cpu_count()} cores, load before {load:.1f}")
    print(f"{'':>14}{'seconds':>9}{'processor':>11}")
    ruleset = load_ruleset()
    with tempfile.TemporaryDirectory() as folder:
        source, one, two = (Path(folder) / name for name in ("in.parquet", "one.parquet", "two"))
        write(options.people, source, is_hostile=options.hostile)
        timed("DuckDB", None, lambda: recommend_file(source, one, ruleset, id_column="person"))
        session = start(options.master, options.memory)
        people = session.read.parquet(str(source))
        tell = frame.tell
        frame.tell = lambda *given: timed("of it, decide", session, lambda: tell(*given))
        for turn in ("find, cold", "find, warm"):
            found = timed(turn, session, lambda: recommend_frame(people, ruleset, id="person"))
        for turn in ("write, cold", "write, warm"):
            out = found.outcomes.write.mode("overwrite")
            timed(turn, session, lambda out=out: out.parquet(str(two)))
        counts = found.counts
        session.stop()
        same(one, two, options.people)
    print(f"{counts.situations:,} different rows, {counts.groups:,} outcomes; all rows are equal")


if __name__ == "__main__":
    main()
