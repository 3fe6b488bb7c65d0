"""Cost against the number of rules, 30 to 3,000 over 40 facts, and against that of exercises.

Reading and checking the file, building the engine, people in new situations (the first met and
those after it), and people whose situations repeat. The sizes take turns in every round.
"""

from __future__ import annotations

import argparse
import statistics
from collections import defaultdict
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from people import EXERCISES, Crowd, built, rulebook, seconds, situations, spread, strangers
from plot import Line, lines

from glutemed import Facts, Ruleset, decide, recommend
from glutemed.engine.engine import Engine
from glutemed.pipeline import ready
from glutemed.reading.specification import read

Size = tuple[int, int]
"""So many rules, and so many exercises."""

RULES: tuple[Size, ...] = tuple((count, EXERCISES) for count in (30, 100, 300, 1000, 3000))
EXERCISED: tuple[Size, ...] = tuple((300, count) for count in (12, 40, 120))
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


class Measured:
    """What each size costs."""

    def __init__(self, sizes: Sequence[Size], options: argparse.Namespace) -> None:
        self.sizes = sizes
        self.samples: dict[tuple[str, Size], list[float]] = defaultdict(list)
        self.shards: dict[Size, int] = {}
        texts = {size: rulebook(size[0], exercises=size[1]) for size in sizes}
        warm = {size: built(text) for size, text in texts.items()}
        crowds = {}
        for size, ruleset in warm.items():
            right(ruleset, list(islice(strangers(ruleset), 20)))
            bases = situations(ruleset, options.situations)
            for values in bases:
                recommend(Facts.of(values), ruleset)
            crowds[size] = Crowd(ruleset, bases)
            self.shards[size] = len(ready(ruleset).engine.shards)
        for turn in range(options.rounds):
            for size in sizes:
                made: list[Ruleset] = []
                self._add("load", size, 1e3 * seconds(lambda: made.append(built(texts[size]))))  # noqa: B023
                self._add("build", size, 1e3 * seconds(lambda: Engine(made[0])))  # noqa: B023
                ready(made[0])
                first, *others = islice(strangers(warm[size], turn), 1 + options.strangers)
                self._add("first", size, 1e3 * seconds(lambda: decide(first, made[0])))  # noqa: B023
                spent = seconds(lambda: [decide(facts, made[0]) for facts in others])  # noqa: B023
                self._add("new", size, 1e3 * spent / len(others))
                people = crowds[size].people(options.people)
                spent = seconds(lambda: [recommend(facts, warm[size]) for facts in people])  # noqa: B023
                self._add("again", size, 1e6 * spent / len(people))

    def _add(self, row: str, size: Size, value: float) -> None:
        self.samples[row, size].append(value)

    def median(self, row: str, size: Size) -> float:
        """The median of a row."""
        return statistics.median(self.samples[row, size])

    def show(self, heading: str, which: int) -> None:
        """Print a table; in brackets how many times what the first column costs."""
        print(f"{heading:34}" + "".join(f"{size[which]:>16,}" for size in self.sizes))
        print(f"{'shards':34}" + "".join(f"{self.shards[size]:>16,}" for size in self.sizes))
        for row, label in ROWS.items():
            middle = {size: self.median(row, size) for size in self.sizes}
            cells = (f"{m:,.1f} ({m / middle[self.sizes[0]]:.1f})" for m in middle.values())
            noise = max(
                (spread(self.samples[row, size]) for size in self.sizes), key=lambda s: int(s[1:-1])
            )
            print(f"{label:34}" + "".join(f"{cell:>16}" for cell in cells) + f"  noise to {noise}")


def main() -> None:
    """Print the tables and draw the plot."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rounds", type=int, default=7)
    asked.add_argument("--people", type=int, default=2_000, help="whose situations repeat")
    asked.add_argument("--situations", type=int, default=50)
    asked.add_argument("--strangers", type=int, default=20, help="in new situations")
    asked.add_argument("--plot", type=Path, help="an SVG file to draw")
    options = asked.parse_args()

    print(f"medians of {options.rounds} rounds; in brackets, times the cost of the first column\n")
    by_rules = Measured(RULES, options)
    by_rules.show(f"rules, with {EXERCISES} exercises", 0)
    print()
    Measured(EXERCISED, options).show(f"exercises, with {EXERCISED[0][0]} rules", 1)
    if options.plot:
        named = {
            "read and check": ("load", 1e3),
            "the first person": ("first", 1e3),
            "a new situation": ("new", 1e3),
            "a known situation": ("again", 1.0),
        }
        drawn = [
            Line(name, tuple((size[0], to * by_rules.median(row, size)) for size in RULES))
            for name, (row, to) in named.items()
        ]
        text = lines("What a rulebook costs by its number of rules", "rules", drawn)
        options.plot.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
