"""The specification of a whole ruleset: strata, and how derived values and scores get their bounds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from glutemed.model.condition import Truth, leaves
from glutemed.model.facts import Facts
from glutemed.model.frozen import Frozen
from glutemed.model.noun import noun
from glutemed.model.rule import Derive, DerivedValue, Rule, Score, ScoreSum
from glutemed.model.ruleset import Ruleset
from glutemed.reading.truth import Situation, truth, waiting

Bounds = Mapping[str, tuple[int, int]]


class Circular(ValueError):
    """Rules derive a value from itself; ``names`` are the values in the circle."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(names)
        self.names = names


@noun
class Reading:
    """What the rules say of some facts, each tuple aligned with ``Ruleset.rules``.

    Args:
        truths: The truth of each rule's condition.
        waits: For each UNKNOWN rule the facts it still waits for.
        bounds: The least and the most of each derived value and score.
    """

    truths: tuple[Truth, ...]
    waits: tuple[frozenset[str], ...]
    bounds: Frozen[str, tuple[int, int]]


def concluded(rule: Rule) -> str | None:
    """The derived value or score that a rule concludes on, if any."""
    return rule.conclusion.name if isinstance(rule.conclusion, (Derive, Score)) else None


def strata(rules: Iterable[Rule], names: frozenset[str]) -> dict[str, int]:
    """The stratum of each rule by id: 0 where it reads no derived value or score.

    Raises:
        Circular: A value is derived from itself.
    """
    reads: dict[str, frozenset[str]] = {}
    makers: dict[str, list[str]] = {name: [] for name in names}
    for rule in rules:
        asked = {leaf.fact for leaf in leaves(rule.condition)} if names else names
        reads[rule.id] = names & asked
        made = concluded(rule)
        if made is not None and made in makers:
            makers[made].append(rule.id)
    height: dict[str, int] = {}

    def rise(name: str, path: tuple[str, ...]) -> int:
        if name in path:
            raise Circular(path[path.index(name) :])
        if name not in height:
            below = (rise(read, (*path, name)) for made in makers[name] for read in reads[made])
            height[name] = max(below, default=0) + 1
        return height[name]

    return {
        rule: max((rise(name, ()) for name in sorted(found)), default=0)
        for rule, found in reads.items()
    }


def derived_bounds(value: DerivedValue, rules: Iterable[tuple[Rule, Truth]]) -> tuple[int, int]:
    """The least and the greatest rank of a derived value, given the truth of the rules on it."""
    default = value.values.index(value.default)
    sure, open_ = [default], [default]
    for rule, said in rules:
        assert isinstance(rule.conclusion, Derive)
        if said is Truth.TRUE:
            sure.append(rule.conclusion.rank)
        elif said is Truth.UNKNOWN:
            open_.append(rule.conclusion.rank)
    return max(sure), max(sure + open_)


def score_bounds(rules: Iterable[tuple[Rule, Truth]]) -> tuple[int, int]:
    """The least and the greatest a score may be, given the truth of the rules that add to it."""
    least = most = 0
    for rule, said in rules:
        assert isinstance(rule.conclusion, Score)
        points = rule.conclusion.points
        if said is Truth.TRUE:
            least, most = least + points, most + points
        elif said is Truth.UNKNOWN:
            least, most = least + min(points, 0), most + max(points, 0)
    return least, most


def widening(rule: Rule, said: Truth, bounds: tuple[int, int]) -> bool:
    """Whether an UNKNOWN rule keeps a derived value or score from being known."""
    if said is not Truth.UNKNOWN:
        return False
    return not isinstance(rule.conclusion, Derive) or rule.conclusion.rank > bounds[0]


def makers(ruleset: Ruleset) -> dict[str, tuple[int, ...]]:
    """For each derived value and score, the places in ``Ruleset.rules`` of the rules on it."""
    found: dict[str, list[int]] = {name: [] for name in ruleset.computed}
    for index, rule in enumerate(ruleset.rules):
        made = concluded(rule)
        if made is not None:
            found[made].append(index)
    return {name: tuple(indices) for name, indices in found.items()}


def bounds_of(
    value: DerivedValue | ScoreSum, rules: Iterable[tuple[Rule, Truth]]
) -> tuple[int, int]:
    """The bounds of a derived value or a score."""
    return derived_bounds(value, rules) if isinstance(value, DerivedValue) else score_bounds(rules)


def read(ruleset: Ruleset, facts: Facts) -> Reading:
    """What every rule says of some facts, by the truth reading alone."""
    level = strata(ruleset.rules, frozenset(ruleset.computed))
    made_by = makers(ruleset)
    truths = [Truth.FALSE] * len(ruleset.rules)
    waits: list[frozenset[str]] = [frozenset()] * len(ruleset.rules)
    bounds: dict[str, tuple[int, int]] = {}
    open_facts: dict[str, frozenset[str]] = {}
    for stratum in range(max(level.values(), default=0) + 1):
        situation = Situation(ruleset.quantities, facts, bounds)
        for index, rule in enumerate(ruleset.rules):
            if level[rule.id] == stratum:
                truths[index] = truth(rule.condition, situation)
                waits[index] = grounded(waiting(rule.condition, situation), open_facts)
        for name, indices in made_by.items():
            if name not in bounds and all(
                level[ruleset.rules[index].id] <= stratum for index in indices
            ):
                bounds[name] = bounds_of(
                    ruleset.computed[name],
                    [(ruleset.rules[index], truths[index]) for index in indices],
                )
                open_facts[name] = frozenset().union(
                    *(
                        waits[index]
                        for index in indices
                        if widening(ruleset.rules[index], truths[index], bounds[name])
                    )
                )
    return Reading(tuple(truths), tuple(waits), Frozen(bounds))


def grounded(waits: frozenset[str], open_facts: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """The facts behind what a rule waits for: a derived value waits for what its rules wait for."""
    if not any(name in open_facts for name in waits):
        return waits
    return frozenset().union(
        *(open_facts[name] if name in open_facts else {name} for name in waits)
    )
