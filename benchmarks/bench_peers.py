"""glutemed beside other rule engines and Python written by hand: 30 rules, 12 facts, one core.

Many different people whose situations repeat; all are made before the clock starts, each engine's in
the form it takes, and no two are ever equal. An engine says which rules hold. What they come to is,
for the others, looked up in a table by what held; `recommend` finds it by itself. Twice: for people
of whom every fact is known, where each rule is one condition; and for people of whom some facts are
unknown, where each rule is two for engines of two values: it holds for sure, it may hold.

It needs an environment of its own: make bench-peers.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from peers.work import Comparison, Group, NamedRule, Person, Work
from people import Crowd, Values, built, rulebook, seconds, situations, spread
from plot import Bar, bars

from glutemed import UNKNOWN, Facts, Outcome, Ruleset, Truth, decide, recommend
from glutemed.pipeline import ready
from glutemed.reading.runs import Every, Lowered, Variable, Within, lower, span_of, variables

RULES, FACTS, SLICE = 30, 12, 250
OWN, UNMET, BY_HAND = "glutemed", "glutemed, every cell new", "Python by hand"
MODULES = {
    BY_HAND: "by_hand",
    "zen-engine": "zen_engine",
    "cedarpy": "cedar",
    "clipspy": "clips",
    "durable-rules": "durable_rules",
    "rule-engine": "rule_engine",
    "business-rules": "business_rules",
}
Key = tuple[frozenset[str], frozenset[str]]
"""The rules that hold, and the facts that are unknown: what an outcome rests on."""


class Task:
    """One rulebook as every engine gets it, and people for it."""

    def __init__(self, ruleset: Ruleset, unknown: float, count: int) -> None:
        self.ruleset = ruleset
        self.two_valued = unknown == 0
        conditions = {
            rule.id: lower(rule.condition, ruleset.quantities) for rule in ruleset.written_rules
        }
        found = {leaf.variable for own in conditions.values() for leaf in variables(own)}
        self.fields = {v: f"f{number}" for number, v in enumerate(sorted(found))}
        ends = ("",) if self.two_valued else ("_lo", "_hi")
        self.work = Work(
            tuple(self._rules(conditions)),
            tuple(field + end for field in self.fields.values() for end in ends),
        )
        self.bases = situations(ruleset, count, draw=lambda _, random: self._draw(random, unknown))
        self.crowd = Crowd(ruleset, self.bases)
        self.outcomes: dict[Key, Outcome] = {}
        for values in self.bases:
            facts = Facts.of(values)
            outcome = recommend(facts, ruleset)
            kept = self.outcomes.setdefault(self.key(facts), outcome)
            assert kept == outcome, "what held does not say what it comes to"

    def _rules(self, conditions: dict[str, Lowered]) -> Iterable[NamedRule]:
        for name, condition in conditions.items():
            plain = name.replace("/", "-")
            if self.two_valued:
                yield NamedRule(plain, self._group(condition, ""))
                continue
            yield NamedRule(plain, self._group(condition, "_lo"))
            yield NamedRule(f"{plain}-perhaps", self._group(condition, "_hi"))

    def _group(self, condition: Lowered, end: str) -> Group:
        parts = (condition,) if isinstance(condition, Within) else condition.children
        compared = []
        for part in parts:
            assert isinstance(part, Within)
            ((first, last),) = part.runs
            assert last == part.variable.most, "only `at least` is written here"
            compared.append(Comparison(self.fields[part.variable] + end, ">=", first))
        return Group("all" if isinstance(condition, (Within, Every)) else "any", tuple(compared))

    def _draw(self, random: Random, unknown: float) -> Values:
        values: Values = {}
        for variable in self.fields:
            if unknown and random.random() < unknown:
                continue
            drawn = random.randint(variable.least, variable.most)
            values[variable.fact] = drawn if variable.most > 1 else bool(drawn)
            if variable.fact.startswith("screening."):
                values[variable.fact] = random.random() < 0.05
        return values

    def key(self, facts: Facts) -> Key:
        """What the rules say of a person, by the engine and the specification of glutemed."""
        said = decide(facts, self.ruleset).truths
        names = set()
        for rule in self.ruleset.written_rules:
            if said[rule.id] is Truth.TRUE:
                names.add(rule.id.replace("/", "-"))
            if said[rule.id] is not Truth.FALSE and not self.two_valued:
                names.add(rule.id.replace("/", "-") + "-perhaps")
        return frozenset(names), self.unknown(facts)

    def unknown(self, facts: Facts) -> frozenset[str]:
        """Which facts are unknown."""
        return frozenset(v.fact for v in self.fields if facts.value(v.fact) is UNKNOWN)

    def person(self, facts: Facts) -> Person:
        """A person as whole numbers."""
        found = {}
        for variable, field in self.fields.items():
            low, high = self._span(variable, facts)
            if self.two_valued:
                found[field] = low
            else:
                found[f"{field}_lo"], found[f"{field}_hi"] = low, high
        return found

    def _span(self, variable: Variable, facts: Facts) -> tuple[int, int]:
        declared = self.ruleset.quantities[variable.fact]
        return span_of(variable, facts.value(variable.fact), declared)


Answer = Callable[[Sequence[Any]], list[Outcome]]


class Entry(NamedTuple):
    """One that is timed: how it is used, how people are made for it, and how it answers them."""

    how: str
    build_ms: float
    made: Callable[[Facts], Any]
    answer: Answer


def entries(task: Task) -> dict[str, Entry]:
    """glutemed and every peer, ready for one task."""
    ruleset = task.ruleset
    found = {}
    start = time.perf_counter()
    forgetful = built(rulebook(RULES, facts=FACTS))
    kept = ready(forgetful)
    spent = 1e3 * (time.perf_counter() - start)

    def unmet(people: Sequence[Facts]) -> list[Outcome]:
        outcomes = []
        for facts in people:
            kept.by_cells.clear()
            kept.engine._decisions.clear()  # noqa: SLF001  # nothing public forgets
            for answers in kept.engine._answers:  # noqa: SLF001
                answers.clear()
            outcomes.append(recommend(facts, forgetful))
        return outcomes

    def met(people: Sequence[Facts]) -> list[Outcome]:
        return [recommend(facts, ruleset) for facts in people]

    found[OWN] = Entry("`recommend`", spent, lambda facts: facts, met)
    # Outcomes stay, by what the rules said, as the others keep theirs.
    how = "the same, but before each person all cells and decisions are forgotten"
    found[UNMET] = Entry(how, spent, lambda facts: facts, unmet)
    for name, module in MODULES.items():
        start = time.perf_counter()
        engine = import_module(f"peers.{module}").Engine(task.work)
        spent = 1e3 * (time.perf_counter() - start)

        def made(facts: Facts, engine: Any = engine) -> tuple[Any, frozenset[str]]:
            return engine.native(task.person(facts)), task.unknown(facts)

        def answer(people: Sequence[Any], engine: Any = engine) -> list[Outcome]:
            outcomes = task.outcomes
            fired = engine.fired([native for native, _ in people])
            return [
                outcomes[frozenset(names), unknown]
                for names, (_, unknown) in zip(fired, people, strict=True)
            ]

        found[name] = Entry(engine.how, spent, made, answer)
    return found


def right(task: Task, engines: dict[str, Entry], people: Sequence[Facts]) -> Counter[str]:
    """Assert that all give every person the same; say which outcomes there are."""
    wanted = [recommend(facts, task.ruleset) for facts in people]
    for facts, outcome in zip(people, wanted, strict=True):
        assert task.outcomes[task.key(facts)] == outcome
    for name, engine in engines.items():
        given = [engine.made(facts) for facts in people]
        assert engine.answer(given) == wanted, f"{name} answers something else"
    return Counter(outcome.kind.value for outcome in wanted)


def timed(
    task: Task, engines: dict[str, Entry], rounds: int, people: int
) -> dict[str, list[float]]:
    """Decisions a second, slice by slice; in each round all take turns on the same new people."""
    rates: dict[str, list[float]] = defaultdict(list)
    slow: dict[str, int] = {}
    for _ in range(rounds):
        crowd = task.crowd.people(people)
        for name, engine in engines.items():
            given = [engine.made(facts) for facts in crowd[: slow.get(name, people)]]
            for start in range(0, len(given), SLICE):
                some = given[start : start + SLICE]
                spent = seconds(lambda: engine.answer(some), collect=start == 0)  # noqa: B023
                rates[name].append(len(some) / spent)
            # An engine that takes long gets fewer people in the rounds that follow.
            share = int(statistics.median(rates[name]) * 0.5) // SLICE * SLICE
            slow[name] = max(2 * SLICE, min(people, share))
    return rates


def table(engines: dict[str, Entry], rates: dict[str, list[float]]) -> list[str]:
    """The figures as a table, the fastest first."""
    middle = {name: statistics.median(found) for name, found in rates.items()}
    best = max(rate for name, rate in middle.items() if name not in {OWN, UNMET, BY_HAND})
    lines = ["| engine | decisions/s | µs | of the best other engine | noise | used as |"]
    lines.append("|---|--:|--:|--:|--:|---|")
    for name in sorted(middle, key=middle.__getitem__, reverse=True):
        rate = middle[name]
        cells = (f"{rate:,.0f}", f"{1e6 / rate:,.1f}", f"{rate / best:.2f}", spread(rates[name]))
        lines.append(f"| {name} | {' | '.join(cells)} | {engines[name].how} |")
    return lines


def main() -> None:
    """Print the tables and draw the plot."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--people", type=int, default=5_000, help="at most, in each round")
    asked.add_argument("--situations", type=int, default=300)
    asked.add_argument("--rounds", type=int, default=9)
    asked.add_argument("--plot", type=Path, help="an SVG file to draw")
    options = asked.parse_args()
    try:
        for module in MODULES.values():
            import_module(f"peers.{module}")
    except ImportError as error:
        print(f"{error}: the other engines have an environment of their own; make bench-peers")
        return
    with suppress(AttributeError, OSError):  # where the system cannot, it is said below
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})

    pinned = hasattr(os, "sched_getaffinity") and len(os.sched_getaffinity(0)) == 1
    print(f"{RULES} rules, {FACTS} facts, {'one core' if pinned else 'NOT held to one core'}")
    ruleset = built(rulebook(RULES, facts=FACTS))
    drawn: list[Bar] = []
    for title, unknown in (("every fact is known", 0.0), ("one fact in ten is unknown", 0.1)):
        task = Task(ruleset, unknown, options.situations)
        engines = entries(task)
        kinds = right(task, engines, task.crowd.people(3 * options.situations))
        rates = timed(task, engines, options.rounds, options.people)
        mix = ", ".join(f"{n / sum(kinds.values()):.0%} {kind}" for kind, n in kinds.most_common())
        print(f"\n{title}: {len(task.bases)} situations, {mix}\n")
        print("\n".join(table(engines, rates)))
        if not drawn:
            middle = {name: statistics.median(found) for name, found in rates.items()}
            for name in sorted(middle, key=middle.__getitem__, reverse=True):
                drawn.append(Bar(name, middle[name], own=name in {OWN, UNMET}))
            how = ", ".join(f"{name} {entry.build_ms:.0f}" for name, entry in engines.items())
            print(f"\nfrom rules to ready, ms: {how}")
    if options.plot:
        heading = f"Decisions a second on one core: {RULES} rules, {FACTS} facts"
        options.plot.write_text(bars(heading, drawn), encoding="utf-8")


if __name__ == "__main__":
    main()
