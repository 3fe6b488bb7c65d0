"""Cost against the number of rules: 30, 100, 300 and 1,000 generated ones over 40 facts.

Reading and checking the file, building the engine, people in new situations (the first met and
those after it), and people whose situations repeat. The sizes take turns in every round.
"""

from __future__ import annotations

import argparse
import statistics
from collections import defaultdict
from itertools import islice

from people import Crowd, built, rulebook, seconds, situations, spread, strangers

from glutemed import Facts, Ruleset, decide, recommend
from glutemed.engine.engine import Engine
from glutemed.pipeline import ready
from glutemed.reading.specification import read

SIZES = (30, 100, 300, 1000)
ROWS = {
    "load": "read and check the file, ms",
    "build": "build the engine, ms",
    "first": "the first person, ms",
    "new": "a person in a new situation, ms",
    "again": "a person in a known one, µs",
}


def right(ruleset: Ruleset, people: list[Facts]) -> None:
    """Assert that the engine and the specification say the same of every rule."""
    for facts in people:
        assert ready(ruleset).engine.read(facts) == read(ruleset, facts)


def main() -> None:
    """Print the table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rounds", type=int, default=7)
    asked.add_argument("--people", type=int, default=2_000, help="whose situations repeat")
    asked.add_argument("--situations", type=int, default=50)
    asked.add_argument("--strangers", type=int, default=20, help="in new situations")
    options = asked.parse_args()

    texts = {size: rulebook(size) for size in SIZES}
    warm = {size: built(text) for size, text in texts.items()}
    crowds, shards = {}, {}
    for size, ruleset in warm.items():
        right(ruleset, list(islice(strangers(ruleset), 20)))
        bases = situations(ruleset, options.situations)
        for values in bases:
            recommend(Facts.of(values), ruleset)
        crowds[size] = Crowd(ruleset, bases)
        shards[size] = len(ready(ruleset).engine.shards)

    samples: dict[tuple[str, int], list[float]] = defaultdict(list)
    for turn in range(options.rounds):
        for size in SIZES:
            made: list[Ruleset] = []
            spent = seconds(lambda: made.append(built(texts[size])))  # noqa: B023
            samples["load", size].append(1e3 * spent)
            samples["build", size].append(1e3 * seconds(lambda: Engine(made[0])))  # noqa: B023
            ready(made[0])
            first, *others = islice(strangers(warm[size], turn), 1 + options.strangers)
            samples["first", size].append(1e3 * seconds(lambda: decide(first, made[0])))  # noqa: B023
            spent = seconds(lambda: [decide(facts, made[0]) for facts in others])  # noqa: B023
            samples["new", size].append(1e3 * spent / len(others))
            people = crowds[size].people(options.people)
            spent = seconds(lambda: [recommend(facts, warm[size]) for facts in people])  # noqa: B023
            samples["again", size].append(1e6 * spent / len(people))

    print(f"medians of {options.rounds} rounds; in brackets, times the cost of {SIZES[0]} rules")
    print(f"{'rules':34}" + "".join(f"{size:>16,}" for size in SIZES))
    print(f"{'shards':34}" + "".join(f"{shards[size]:>16,}" for size in SIZES))
    for row, label in ROWS.items():
        middle = {size: statistics.median(samples[row, size]) for size in SIZES}
        cells = (f"{m:,.1f} ({m / middle[SIZES[0]]:.1f})" for m in middle.values())
        noise = max((spread(samples[row, size]) for size in SIZES), key=lambda s: int(s[1:-1]))
        print(f"{label:34}" + "".join(f"{cell:>16}" for cell in cells) + f"  noise to {noise}")


if __name__ == "__main__":
    main()
