"""`recommend` in a warm process: many different people whose situations repeat, on one core.

Beside it, in the same rounds: the truth reading called for each person, and where `recommend`
spends its time. Every round has people of its own, whom nothing has met before.
"""

from __future__ import annotations

import argparse
import statistics
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable

from people import Crowd, built, rulebook, seconds, situations, spread

from glutemed import Facts, Ruleset, decide, load_ruleset, recommend
from glutemed.pipeline import ready
from glutemed.reading.specification import read

SLICE = 200
FEW = 30


def right(ruleset: Ruleset, people: list[Facts]) -> str:
    """Assert that what is kept of one person is right for others; say which outcomes there are."""
    fresh, met = load_ruleset(), set()
    kinds: Counter[str] = Counter()
    for facts in people:
        outcome = recommend(facts, ruleset)
        kinds[outcome.kind.value] += 1
        cells = ready(ruleset).engine.cells(facts)
        if cells not in met:
            # The first of a situation here is another person than the one that was warmed with.
            met.add(cells)
            assert outcome == recommend(facts, fresh)
            assert ready(ruleset).engine.read(facts) == read(ruleset, facts)
    return ", ".join(f"{n / len(people):.0%} {kind}" for kind, n in kinds.most_common())


class Figures:
    """People a second, by what was done with them, over all rounds."""

    def __init__(self) -> None:
        self.samples: dict[str, list[float]] = defaultdict(list)

    def time(
        self, name: str, work: Callable[..., object], given: Iterable[tuple[object, ...]]
    ) -> None:
        """Do the work on each of what is given, and keep how many a second that was.

        Each few hundred are timed by themselves: shorter than the turns that a busy machine takes.
        """
        arguments = list(given)
        for start in range(0, len(arguments), SLICE):
            some = arguments[start : start + SLICE]

            def run(some: list[tuple[object, ...]] = some) -> None:
                for one in some:
                    work(*one)

            self.samples[name].append(len(some) / seconds(run, collect=start == 0))

    def median(self, name: str) -> float:
        """The median of all that were timed."""
        return statistics.median(self.samples[name])


def main() -> None:
    """Print the table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--people", type=int, default=20_000, help="in each round")
    asked.add_argument("--situations", type=int, default=300)
    asked.add_argument("--rounds", type=int, default=7)
    options = asked.parse_args()

    ruleset = load_ruleset()
    bases = situations(ruleset, options.situations)
    kept, watched_in = ready(ruleset), {}
    for values in bases:
        facts = Facts.of(values)
        programme = recommend(facts, ruleset).programme
        watched_in[kept.engine.cells(facts)] = programme and kept.gate.watched(programme)
    crowd = Crowd(ruleset, bases)
    kinds = right(ruleset, crowd.people(5 * options.situations))

    few = built(rulebook(FEW))
    few_bases = situations(few, options.situations)
    for values in few_bases:
        recommend(Facts.of(values), few)
    few_crowd = Crowd(few, few_bases)

    figures, gated = Figures(), 0.0
    for _ in range(options.rounds):
        people = few_crowd.people(options.people)
        figures.time("few", recommend, ((facts, few) for facts in people))
        people = crowd.people(options.people)
        figures.time("recommend", recommend, ((facts, ruleset) for facts in people))
        people = crowd.people(options.people // 4)
        figures.time("decide", decide, ((facts, ruleset) for facts in people))
        people = crowd.people(max(50, options.people // 400))
        figures.time("truth reading", read, ((ruleset, facts) for facts in people))
        people = crowd.people(options.people)
        figures.time("cells", kept.engine.cells, ((facts,) for facts in people))
        cells = [kept.engine.cells(facts) for facts in people]
        figures.time("look-up", watched_in.get, ((cell,) for cell in cells))
        pairs = [
            (watched, facts)
            for cell, facts in zip(cells, people, strict=True)
            if (watched := watched_in[cell])  # a person in a new situation raises here
        ]
        figures.time("gate", kept.gate.check, pairs)
        gated = len(pairs) / len(people)

    print(
        f"{len(ruleset.rules)} rules, {options.situations} situations ({kinds}), "
        f"{options.people:,} people a round, {options.rounds} rounds"
    )
    print(f"{'':36}{'people/s':>10}{'µs':>8}  noise")
    rows = {
        "recommend": "recommend",
        "  of it: cells": "cells",
        "  of it: look-up": "look-up",
        f"  of it: gate (of the {gated:.0%} it meets)": "gate",
        "decide, warm": "decide",
        "the truth reading for each person": "truth reading",
        f"`recommend` by {FEW} generated rules": "few",
    }
    for label, name in rows.items():
        rate = figures.median(name)
        noise = spread(figures.samples[name])
        print(f"{label:36}{rate:>10,.0f}{1e6 / rate:>8.1f}  {noise}")
    ratio = figures.median("recommend") / figures.median("truth reading")
    print(f"recommend is {ratio:.0f} times the truth reading")


if __name__ == "__main__":
    main()
