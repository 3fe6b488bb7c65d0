"""A new situation: `decide` beside the same rules through durable-rules' public Python API.

Every person is in a situation that was not met before. Three ways, in the same rounds:

- *every cell new*: what the engine kept is forgotten before each person, so each shard is decided
  by durable-rules, read once more by the specification, compared, and joined to a decision;
- *as people come*: nothing is forgotten, so a shard whose cell was met answers from memory;
- *durable-rules*: the same productions as `when_all` rules of `durable.lang`, dealt out to rulesets
  within its limits, one `assert_fact` of integer bounds a ruleset and person, actions that note
  which rule fired, and the truth of each rule from that. No specification, no decision.
"""

from __future__ import annotations

import argparse
import statistics
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import reduce
from itertools import count, islice
from operator import and_

from durable import lang
from people import SEED, seconds, spread, strangers

from glutemed import Decision, Facts, Ruleset, Truth, decide, load_ruleset
from glutemed.engine.adapter import MAX_PRODUCTIONS
from glutemed.engine.engine import Engine
from glutemed.pipeline import ready
from glutemed.reading.productions import Production, definitely, possibly
from glutemed.reading.runs import Variable, lower, span_of, variables
from glutemed.reading.specification import bounds_of, makers, strata

Told = dict[str, int]


class Written:
    """Productions as rulesets of `durable.lang`: as few as its limits allow."""

    _names = count(1)

    def __init__(self, productions: Sequence[Production]) -> None:
        self.fired: set[Production] = set()
        self.rulesets: list[tuple[str, tuple[str, ...]]] = []
        self._people = count(1)
        for start in range(0, len(productions), MAX_PRODUCTIONS):
            some = productions[start : start + MAX_PRODUCTIONS]
            name = f"bench{next(self._names)}"
            with lang.ruleset(name):
                # Each fact meets this one, else ending its session can crash.
                lang.when_all(lang.m.always == 1)(lambda _: None)
                for production in some:
                    self._rule(production)
            fields = tuple(dict.fromkeys(bound.field for p in some for bound in p))
            self.rulesets.append((name, fields))
        lang.get_host()

    def _rule(self, production: Production) -> None:
        bounds = [
            getattr(lang.m, bound.field) >= bound.value
            if bound.op == "at_least"
            else getattr(lang.m, bound.field) <= bound.value
            for bound in production
        ]
        lang.when_all(reduce(and_, bounds))(lambda _: self.fired.add(production))

    def ask(self, wide: Told) -> set[Production]:
        """The productions that hold on one person's bounds."""
        self.fired.clear()
        sid = str(next(self._people))
        for name, fields in self.rulesets:
            fact = {field: wide[field] for field in fields}
            lang.assert_fact(name, {"sid": sid, "id": "1", "always": 1, **fact})
            lang.delete_state(name, sid)
        return self.fired


class Peer:
    """The rules of a ruleset for durable-rules, stratum by stratum."""

    def __init__(self, ruleset: Ruleset) -> None:
        self.ruleset = ruleset
        self.values = {value.name: value for value in (*ruleset.derived, *ruleset.scores)}
        self.made_by = makers(ruleset)
        self.level = strata(ruleset.rules, frozenset(self.values))
        lowered = [lower(rule.condition, ruleset.quantities) for rule in ruleset.rules]
        asked = [sorted({leaf.variable for leaf in variables(one)}) for one in lowered]
        stem = {
            variable: f"v{number}"
            for number, variable in enumerate(sorted({v for own in asked for v in own}))
        }
        self.strata: list[tuple[Written, list[tuple[int, set[Production], set[Production]]]]] = []
        self.read: list[list[tuple[Variable, str]]] = []
        # In the order of the shards, so that rules which share facts share a ruleset.
        in_order = [
            place
            for shard in Engine(ruleset).shards
            for asked_of in shard.asked.values()
            for places in asked_of
            for place in places
        ]
        for stratum in sorted(set(self.level.values())):
            here = [place for place in in_order if self.level[ruleset.rules[place].id] == stratum]
            forms = [
                (p, set(definitely(lowered[p], stem)), set(possibly(lowered[p], stem)))
                for p in here
            ]
            distinct = dict.fromkeys(
                p for _, sure, open_ in forms for p in (*sorted(sure), *sorted(open_))
            )
            distinct.pop((), None)
            self.strata.append((Written(list(distinct)), forms))
            read = sorted({variable for place in here for variable in asked[place]})
            self.read.append([(variable, stem[variable]) for variable in read])

    def truths(self, facts: Facts) -> list[Truth]:
        """The truth of every rule."""
        rules = self.ruleset.rules
        found = [Truth.FALSE] * len(rules)
        bounds: dict[str, tuple[int, int]] = {}
        for stratum, ((written, forms), asked) in enumerate(
            zip(self.strata, self.read, strict=True)
        ):
            fired = written.ask(self._wide(facts, asked, bounds)) | {()}
            for place, sure, open_ in forms:
                if not fired.isdisjoint(sure):
                    found[place] = Truth.TRUE
                elif not fired.isdisjoint(open_):
                    found[place] = Truth.UNKNOWN
            for name, places in self.made_by.items():
                if all(self.level[rules[place].id] <= stratum for place in places):
                    pairs = [(rules[place], found[place]) for place in places]
                    bounds[name] = bounds_of(self.values[name], pairs)
        return found

    def _wide(
        self,
        facts: Facts,
        asked: Sequence[tuple[Variable, str]],
        bounds: Mapping[str, tuple[int, int]],
    ) -> Told:
        wide: Told = {}
        for variable, stem in asked:
            if variable.fact in bounds:
                low, high = bounds[variable.fact]
            else:
                declared = self.ruleset.quantities[variable.fact]
                low, high = span_of(variable, facts.value(variable.fact), declared)
            wide[f"{stem}_lo"], wide[f"{stem}_hi"] = low, high
        return wide


def forget(ruleset: Ruleset) -> None:
    """Make an engine forget every cell, verdict and decision; its rulesets stay built."""
    engine = ready(ruleset).engine
    for answers in engine._answers:  # noqa: SLF001  # nothing public forgets
        answers.clear()
    join = engine._join  # noqa: SLF001
    for joined in (*join._sayings.values(), *join._limits.values()):  # noqa: SLF001
        joined._kept.clear()  # noqa: SLF001
        joined._nothing = None  # noqa: SLF001
    for _, kept in join._verdicts.values():  # noqa: SLF001
        kept.clear()
    engine._decisions.clear()  # noqa: SLF001


def same(decision: Decision, truths: Sequence[Truth], ruleset: Ruleset) -> None:
    """Assert that both say the same of every rule."""
    for rule, said in zip(ruleset.rules, truths, strict=True):
        assert decision.truths[rule.id] is said, f"they differ on {rule.id}"


def main() -> None:
    """Print the table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--people", type=int, default=40, help="in each round")
    asked.add_argument("--rounds", type=int, default=9)
    options = asked.parse_args()

    ruleset, flowing = load_ruleset(), load_ruleset()
    peer = Peer(ruleset)
    met = strangers(load_ruleset(), SEED)
    for facts in islice(met, 100):
        same(decide(facts, ruleset), peer.truths(facts), ruleset)
        decide(facts, flowing)

    ways = ("every cell new", "as people come", "durable-rules")
    rates: dict[str, list[float]] = defaultdict(list)
    for _ in range(options.rounds):
        people = list(islice(met, options.people))
        decisions: list[Decision] = []
        spent = 0.0
        for facts in people:
            forget(ruleset)
            spent += seconds(lambda: decisions.append(decide(facts, ruleset)), collect=False)  # noqa: B023
        rates["every cell new"].append(len(people) / spent)
        spent = seconds(lambda: [decide(facts, flowing) for facts in people])  # noqa: B023
        rates["as people come"].append(len(people) / spent)
        truths: list[list[Truth]] = []
        spent = seconds(lambda: truths.extend(map(peer.truths, people)))  # noqa: B023
        rates["durable-rules"].append(len(people) / spent)
        for decision, said in zip(decisions, truths, strict=True):
            same(decision, said, ruleset)

    rulesets = sum(len(written.rulesets) for written, _ in peer.strata)
    print(
        f"{len(ruleset.rules)} rules, {len(ready(ruleset).engine.shards)} shards; durable-rules has "
        f"them in {rulesets} rulesets; {options.people} people a round, {options.rounds} rounds"
    )
    print(f"{'':28}{'decisions/s':>12}{'ms':>8}{'ratio':>8}  noise")
    for way in ways:
        rate = statistics.median(rates[way])
        ratio = statistics.median(
            mine / theirs for mine, theirs in zip(rates[way], rates["durable-rules"], strict=True)
        )
        print(f"{way:28}{rate:>12,.0f}{1000 / rate:>8.2f}{ratio:>8.2f}  {spread(rates[way])}")


if __name__ == "__main__":
    main()
