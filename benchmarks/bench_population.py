"""Many people at once: rows a second, memory, and what the cost follows.

Each size runs in a process of its own, so that its memory is its own. Beside it the queries that
somebody would write by hand who wants no more than the truth of every rule for each row, in polars
and in DuckDB on the same file; they only count. That both say the same is asserted first. Of what
the batch wrote some rows are held against `recommend`.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from random import Random

import duckdb
import polars_truths
from plausible_people import SEED, value_sql, write

from glutemed.pipeline import load_ruleset, recommend
from glutemed.population import person_at, recommend_file
from glutemed.population.rows import row
from glutemed.reading.runs import Variable
from glutemed.reading.sql import text, truths_sql

SIZES = (10_000, 100_000, 1_000_000)
"""And 20_000_000, where somebody asks for it: it needs a quiet quarter of an hour."""
HOSTILE = (10_000, 100_000)
BOTH = 100_000
"""With more people only polars is asked, which is far ahead."""


def used() -> float:
    """Seconds of the processor that this process has taken."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    return own.ru_utime + own.ru_stime


def peak() -> float:
    """The most memory that this process has held, in MiB.

    Not ``ru_maxrss``, which begins with what the process that started this one held.
    """
    told = Path("/proc/self/status")
    if told.exists():
        lines = dict(line.split(":", 1) for line in told.read_text().splitlines())
        return int(lines["VmHWM"].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def truths_query(people: Path) -> str:
    """The query for the truth of every rule, summed up."""
    ruleset = load_ruleset()
    with duckdb.connect() as db:
        columns = set(db.sql(f"SELECT * FROM read_parquet({text(str(people))}) LIMIT 0").columns)

    def value(variable: Variable) -> str:
        if variable.fact not in columns:
            return "CAST(NULL AS INTEGER)"
        return value_sql(ruleset, variable)

    made = truths_sql(ruleset, f"read_parquet({text(str(people))})", value)
    sums = ", ".join(f"count(*) FILTER ({column})" for column in made.columns)
    return f"SELECT {sums} FROM ({made.query})"


def measure(what: str, people: Path, out: Path) -> dict[str, float]:
    """One run, in this process."""
    ruleset = load_ruleset()
    query = truths_query(people) if what == "duckdb" else ""
    began, before = time.perf_counter(), used()
    found: dict[str, float] = {}
    if what == "duckdb":
        with duckdb.connect(config={"memory_limit": "1GB", "threads": 2}) as db:
            db.execute(query).fetchall()
    elif what == "polars":
        polars_truths.truths(ruleset, people).collect(engine="streaming")
    else:
        counts = recommend_file(people, out, ruleset, id_column="person", threads=2).counts
        found = {
            "situations": counts.situations,
            "groups": counts.groups,
            "decided": counts.decided,
        }
    return found | {
        "wall": time.perf_counter() - began,
        "processor": used() - before,
        "mebibytes": peak(),
    }


def apart(what: str, people: Path, out: Path) -> dict[str, float]:
    """One run, in a process of its own."""
    command = [sys.executable, __file__, "--one", what, str(people), str(out)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def check(people: Path, out: Path, size: int, tries: int = 50) -> None:
    """Some of the people get what `recommend` gives them."""
    ruleset = load_ruleset()
    dice = Random(SEED)
    picked = sorted({1, size, *(dice.randrange(size) + 1 for _ in range(tries))})
    with duckdb.connect() as db:
        listed = ", ".join(map(str, picked))
        found = db.execute(
            f"SELECT row, outcome, rules, questions FROM read_parquet('{out}') "
            f"WHERE row IN ({listed}) ORDER BY row"
        ).fetchall()
    assert [each[0] for each in found] == picked
    for number, outcome, rules, questions in found:
        facts = person_at(people, number, ruleset, id_column="person")
        wanted = row(recommend(facts, ruleset))
        assert (outcome, tuple(rules), tuple(questions)) == (
            wanted.outcome,
            wanted.rules,
            wanted.questions,
        ), number


def same_truths(people: Path) -> None:
    """The two queries by hand count the same."""
    with duckdb.connect(config={"memory_limit": "1GB"}) as db:
        one = db.execute(truths_query(people)).fetchone()
    other = polars_truths.truths(load_ruleset(), people).collect(engine="streaming").row(0)
    assert one is not None
    assert [count or 0 for count in one] == [count or 0 for count in other]


def line(size: int, ours: dict[str, float], theirs: list[dict[str, float]]) -> str:
    """One row: the ratios are of wall time and of processor time, to the better query."""
    ratio = "".join(
        f"{ours[what] / min(each[what] for each in theirs):>8.1f}"
        for what in ("wall", "processor")
        if theirs
    )
    return (
        f"{size:>12,}{ours['situations']:>12,}{ours['groups']:>10,}{ours['decided']:>9,}"
        f"{ours['wall']:>9.1f}{ours['processor']:>11.1f}{size / ours['wall']:>12,.0f}"
        f"{ours['mebibytes']:>8,.0f}{ratio}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    parser.add_argument("--sizes", type=int, nargs="*", default=SIZES)
    parser.add_argument("--hostile", type=int, nargs="*", default=HOSTILE)
    options = parser.parse_args()
    if options.one:
        what, people, out = options.one
        print(json.dumps(measure(what, Path(people), Path(out))))
        return
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    print(f"{os.cpu_count()} cores, load before {load:.1f}")
    print(
        f"{'people':>12}{'situations':>12}{'groups':>10}{'cells':>9}{'seconds':>9}"
        f"{'processor':>11}{'rows/s':>12}{'MiB':>8}{'ratio':>8}{'of CPU':>8}"
    )
    with tempfile.TemporaryDirectory() as name_:
        folder = Path(name_)
        for kind, sizes in (("plausible", options.sizes), ("hostile", options.hostile)):
            print(kind)
            for size in sizes:
                people, out = folder / "people.parquet", folder / "out.parquet"
                write(size, people, is_hostile=kind == "hostile")
                if kind == "plausible" and size == min(sizes):
                    same_truths(people)
                ours = apart("batch", people, out)
                check(people, out, size)
                queries = ("polars", "duckdb") if size <= BOTH else ("polars",)
                theirs = [apart(what, people, out) for what in queries if kind == "plausible"]
                print(line(size, ours, theirs), flush=True)


if __name__ == "__main__":
    main()
