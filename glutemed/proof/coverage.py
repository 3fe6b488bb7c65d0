"""Which ways of each written rule the cases exercise: masking MC/DC over three values.

A rule has three ways: it holds, it does not, it cannot be known. A single condition inside it, a
leaf, has two: it holds and it fails, each time in a person for whom this leaf alone decides, which
means that the rule would be TRUE one way and FALSE the other with the truth of every other leaf
left as it is. A rule that was made for each exercise is exercised where one of its instances is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import attrs

from glutemed.model.condition import All, AnyOf, Compare, Condition, Not, Truth, leaves
from glutemed.model.facts import Facts
from glutemed.model.rule import Rule
from glutemed.model.ruleset import Ruleset
from glutemed.pipeline import ready
from glutemed.proof.cases import person_of
from glutemed.reading.truth import Situation, truth

WHOLE = -1
"""In place of the number of a leaf: the rule itself."""


@attrs.frozen(order=True)
class Goal:
    """One way of a rule or of a leaf that a case should exercise.

    Args:
        rule: The id of the rule as written.
        leaf: The place of a leaf in its condition, from left to right; `WHOLE` for the rule.
        truth: What it should be. A leaf must decide alone while it is that.
    """

    rule: str
    leaf: int
    truth: Truth


@attrs.frozen
class Coverage:
    """What the cases exercise.

    Args:
        met: For each goal that is met, the name of the first case that meets it.
        gaps: The goals that can be met, and that no case meets.
        unreachable: The goals that nobody meets, as the solver shows.
        judged: Whether a solver was there; without one every goal that is not met is a gap.
        shown: The rules whose own examples show them each way that can be.
    """

    met: Mapping[Goal, str]
    gaps: tuple[Goal, ...]
    unreachable: tuple[Goal, ...]
    judged: bool
    shown: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Whether the cases exercise everything that can be."""
        return not self.gaps

    @property
    def rules(self) -> tuple[str, ...]:
        """The written rules."""
        return tuple(sorted({goal.rule for goal in (*self.met, *self.gaps, *self.unreachable)}))


class Exercised:
    """Judges people by the goals that they meet.

    Args:
        ruleset: The rules.
    """

    def __init__(self, ruleset: Ruleset) -> None:
        self.ruleset = ruleset
        self.instances = instances(ruleset)
        found = {leaf for rule in ruleset.written_rules for leaf in leaves(rule.condition)}
        self._leaves = {leaf: place for place, leaf in enumerate(found)}
        self._places = {
            rule.id: tuple(self._leaves[leaf] for leaf in leaves(rule.condition))
            for rule in ruleset.written_rules
        }
        self._kept: dict[tuple[str, tuple[Truth, ...]], tuple[Goal, ...]] = {}

    @property
    def goals(self) -> tuple[Goal, ...]:
        """Everything that could be asked of the cases, sorted."""
        found = []
        for name, (first, *_) in self.instances.items():
            found += [Goal(name, WHOLE, each) for each in Truth]
            for leaf, _ in enumerate(leaves(first.condition)):
                found += [Goal(name, leaf, Truth.FALSE), Goal(name, leaf, Truth.TRUE)]
        return tuple(sorted(found))

    def met(self, facts: Facts) -> set[Goal]:
        """The goals that one person meets."""
        reading = ready(self.ruleset).engine.read(facts)
        situation = Situation(self.ruleset.quantities, facts, reading.bounds)
        said = [truth(leaf, situation) for leaf in self._leaves]
        found: set[Goal] = set()
        for rule in self.ruleset.written_rules:
            values = tuple(said[place] for place in self._places[rule.id])
            key = (rule.id, values)
            if key not in self._kept:
                self._kept[key] = tuple(_met(rule, values))
            found.update(self._kept[key])
        return found


def instances(ruleset: Ruleset) -> dict[str, list[Rule]]:
    """The ground rules of each written rule, by its id."""
    found: dict[str, list[Rule]] = {}
    for rule in ruleset.written_rules:
        found.setdefault(rule.written, []).append(rule)
    return found


def exercised(ruleset: Ruleset) -> dict[Goal, str]:
    """The goals that the cases meet, each with the name of the first case."""
    exercise = Exercised(ruleset)
    found: dict[Goal, str] = {}
    for case in ruleset.cases:
        facts = person_of(case, ruleset)
        for goal in exercise.met(facts) if facts is not None else ():
            found.setdefault(goal, case.name)
    return found


def shown_by_examples(ruleset: Ruleset, needed: Iterable[Goal]) -> tuple[str, ...]:
    """The rules whose own examples show each of the ways that are needed of the whole rule."""
    found: dict[str, set[Truth]] = {}
    for goal in needed:
        ways = found.setdefault(goal.rule, set())
        if goal.leaf == WHOLE:
            ways.add(goal.truth)
    made = instances(ruleset)
    return tuple(
        name
        for name, ways in sorted(found.items())
        if ways <= {example.fires for rule in made[name] for example in rule.examples}
    )


def decided(condition: Condition, leaf: int, values: Sequence[Truth]) -> bool:
    """Whether one leaf alone decides a condition, while the others have these values."""
    ways = [
        _said(condition, iter((*values[:leaf], way, *values[leaf + 1 :])))
        for way in (Truth.FALSE, Truth.TRUE)
    ]
    return set(ways) == {Truth.FALSE, Truth.TRUE}


def with_leaf(condition: Condition, leaf: int, value: Condition) -> Condition:
    """The same condition with one leaf replaced."""
    return _replaced(condition, iter(range(leaf + 1)), value, leaf)


def _met(rule: Rule, values: tuple[Truth, ...]) -> Iterator[Goal]:
    yield Goal(rule.written, WHOLE, _said(rule.condition, iter(values)))
    for leaf, value in enumerate(values):
        if value is not Truth.UNKNOWN and decided(rule.condition, leaf, values):
            yield Goal(rule.written, leaf, value)


def _said(condition: Condition, values: Iterator[Truth]) -> Truth:
    """The truth of a condition whose leaves, from left to right, have these values."""
    if isinstance(condition, Compare):
        return next(values)
    if isinstance(condition, Not):
        return _said(condition.child, values).opposite
    children = [_said(child, values) for child in condition.children]
    if isinstance(condition, All):
        return min(children, default=Truth.TRUE)
    return max(children, default=Truth.FALSE)


def _replaced(
    condition: Condition, places: Iterator[int], value: Condition, leaf: int
) -> Condition:
    if isinstance(condition, Compare):
        return value if next(places, None) == leaf else condition
    if isinstance(condition, Not):
        return Not(_replaced(condition.child, places, value, leaf))
    children = tuple(_replaced(child, places, value, leaf) for child in condition.children)
    return AnyOf(children) if isinstance(condition, AnyOf) else All(children)
