"""A cold start: `glutemed recommend FILE` in a new process, beside an empty one with the imports.

Once with the checked rules in the disk cache, once with the cache off, so that all rule files are
read and checked. The processes take turns, eleven times by default. Of each are printed the best and
the median by the clock, and what it computed, which depends less on what else the machine does.
Then, inside new processes, how long each step takes and how much memory the process has by then, and
which imports weigh most.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

FACTS = """\
screening: clear
person: {age: 30}
complaint:
  conditions: [patellofemoral_pain]
  side: left
  weeks: 8
  pain_usual: 5
  pain_at_rest: 1
history: {latex_allergy: false, unsteady: false, kneeling_hurts: false}
equipment: {bands: [light], free_weights: false, step: false}
response: {sessions_done: 0}
"""

STEPS = """\
import resource, sys, time
times, memory = [time.process_time()], []
def done():
    times.append(time.process_time())
    memory.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
from glutemed import decide, load_ruleset, read_facts, recommend
done()
ruleset = load_ruleset()
done()
facts = read_facts(open(sys.argv[1], encoding="utf-8").read(), ruleset)
done()
decide(facts, ruleset)
done()
outcome = recommend(facts, ruleset)
done()
assert outcome.kind.value == "programme"
print(*(after - before for before, after in zip(times, times[1:])), *memory)
"""

WARM, UNCACHED = "glutemed recommend FILE", "the same, cache off"

STEP_NAMES = (
    "import the names",
    "load_ruleset",
    "read_facts",
    "the first decision",
    "recommend after it",
)


def ran(
    command: list[str], folder: Path, *, cache: bool = True
) -> subprocess.CompletedProcess[bytes]:
    """A command that succeeded, with every module compiled beforehand, as in an installation.

    What is compiled goes into the folder: a checkout stays clean, and whether the machine lets
    Python write beside the sources makes no difference.
    """
    environment = {
        **os.environ,
        "PYTHONPYCACHEPREFIX": os.fspath(folder / "compiled"),
        "GLUTEMED_CACHE": os.fspath(folder / "cache") if cache else "off",
    }
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return subprocess.run(command, capture_output=True, check=True, env=environment)


def children() -> float:
    """How many seconds the processes that were started and have ended computed."""
    found = resource.getrusage(resource.RUSAGE_CHILDREN)
    return found.ru_utime + found.ru_stime


def imports(shown: str) -> list[tuple[int, int, str]]:
    """What ``-X importtime`` shows of each module: microseconds alone, with others, its name."""
    found = []
    for line in shown.splitlines():
        alone, _, rest = line.removeprefix("import time:").partition("|")
        together, _, name = rest.partition("|")
        if alone.strip().isdigit():
            found.append((int(alone), int(together), name.strip()))
    return found


def main() -> None:
    """Print the tables."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rounds", type=int, default=11)
    options = asked.parse_args()

    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        file = folder / "runner.yaml"
        file.write_text(FACTS, encoding="utf-8")
        glutemed = Path(sys.executable).with_name("glutemed")
        anchor = "the three imports"
        commands = {
            "python": [sys.executable, "-c", "pass"],
            anchor: [sys.executable, "-c", "import click, attrs, yaml"],
            "glutemed --version": [str(glutemed), "--version"],
            WARM: [str(glutemed), "recommend", str(file)],
            UNCACHED: [str(glutemed), "recommend", str(file)],
        }
        # These first runs also compile every module, and leave the files in the disk's cache.
        first = {name: ran(command, folder).stdout for name, command in commands.items()}
        assert b"lamshell" in first[WARM], "no programme came out"

        spent: dict[str, list[float]] = defaultdict(list)
        computed: dict[str, list[float]] = defaultdict(list)
        steps: list[list[float]] = []
        for _ in range(options.rounds):
            for name, command in commands.items():
                start, before = time.perf_counter(), children()
                printed = ran(command, folder, cache=name != UNCACHED).stdout
                spent[name].append(time.perf_counter() - start)
                computed[name].append(children() - before)
                assert printed == first[name], "the same command printed something else"
            line = ran([sys.executable, "-c", STEPS, str(file)], folder).stdout
            steps.append([float(number) for number in line.split()])
        weighed = ran([sys.executable, "-X", "importtime", "-c", STEPS, str(file)], folder)
        modules = imports(weighed.stderr.decode())

    print(f"{options.rounds} rounds")
    print(f"{'':28}{'best ms':>10}{'median ms':>11}{'ratio':>7}{'computed ms':>13}{'ratio':>7}")
    middle, middle_computed = statistics.median(spent[anchor]), statistics.median(computed[anchor])
    for name, times in spent.items():
        median, cpu = statistics.median(times), statistics.median(computed[name])
        print(
            f"{name:28}{1e3 * min(times):>10.0f}{1e3 * median:>11.0f}{median / middle:>7.2f}"
            f"{1e3 * cpu:>13.0f}{cpu / middle_computed:>7.2f}"
        )
    for what, by in (("by the clock", spent), ("computed", computed)):
        ratios = [mine / a for mine, a in zip(by[WARM], by[anchor], strict=True)]
        print(f"median of the rounds' ratios of `{WARM}`, {what}: {statistics.median(ratios):.2f}")

    print(f"\n{'a step, in a new process':28}{'best ms':>10}{'median ms':>11}{'MiB by then':>13}")
    columns = list(zip(*steps, strict=True))
    unit = 1024**2 if sys.platform == "darwin" else 1024  # what a kernel counts memory in
    for name, times, memory in zip(STEP_NAMES, columns, columns[len(STEP_NAMES) :], strict=False):
        mebibytes = statistics.median(memory) / unit
        best, median = 1e3 * min(times), 1e3 * statistics.median(times)
        print(f"{name:28}{best:>10.1f}{median:>11.1f}{mebibytes:>13.0f}")

    rooms: dict[str, int] = defaultdict(int)
    for alone, _, name in modules:
        rooms[name.partition(".")[0]] += alone
    print(f"\n{len(modules)} modules, {sum(rooms.values()) / 1e3:.0f} ms with -X importtime")
    heaviest = sorted(rooms.items(), key=lambda room: -room[1])[:10]
    print("by package, ms: " + ", ".join(f"{name} {cost / 1e3:.1f}" for name, cost in heaviest))
    alone = sorted(modules, reverse=True)[:10]
    print("alone, ms: " + ", ".join(f"{name} {cost / 1e3:.1f}" for cost, _, name in alone))


if __name__ == "__main__":
    main()
