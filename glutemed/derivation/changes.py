"""The nearest change: the fewest facts that would have to be otherwise for a rule to turn.

A goal is a condition over facts alone: a derived value or a score is replaced by the rules that
conclude on it. A *way* to reach it says for some variables in which runs they must lie. What holds
already is part of a way, so that one change does not undo another; it just costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations, product

import attrs

from glutemed.derivation.tree import Told
from glutemed.derivation.turned import change
from glutemed.model.condition import Truth
from glutemed.model.explanation import Change
from glutemed.model.facts import UNKNOWN
from glutemed.model.rule import Derive, Rule
from glutemed.model.vocabulary import Kind
from glutemed.reading.runs import (
    Every,
    Lowered,
    Run,
    Some,
    Variable,
    Within,
    lower,
    span_of,
    variables,
)
from glutemed.reading.specification import score_bounds

Way = dict[Variable, tuple[Run, ...]]
Cost = tuple[int, int, int, int, tuple[tuple[int, str], ...]]
_Asked = tuple[str, Truth, tuple[tuple[str, ...], ...]]

MOST_WAYS = 32
"""How many ways to a part of a goal are kept: the cheapest."""


def nearest(
    told: Told, rule: Rule, to: Truth, keeping: Iterable[tuple[Rule, ...]] = ()
) -> tuple[Change, ...]:
    """The fewest changes after which a rule is TRUE, or FALSE: see `Changes.nearest`."""
    return Changes.of(told).nearest(rule, to, keeping)


@attrs.frozen
class _Turn:
    """What it costs to bring one variable into some runs.

    Args:
        known: Whether its fact is known, so that more than an answer is asked for.
        gates: Whether other facts are asked after that fact, and it is known.
        distance: How far it is from the nearest run.
        place: Where it is declared.
    """

    known: bool
    gates: bool
    distance: int
    place: tuple[int, str]


@attrs.frozen
class _Contradiction:
    """Two answers that nobody gives at once.

    Args:
        fact: The fact that declares it.
        when: What is true where it is there.
        opposite: The goal that it is not.
        asks: The facts that it is about.
        holds: Whether it is there already, whatever else is told.
    """

    fact: str
    when: Lowered
    opposite: Lowered
    asks: frozenset[str]
    holds: bool


@attrs.frozen(eq=False)
class Changes:
    """The nearest changes of one person.

    The same rules block one exercise after another, so what was worked out is kept: by the rule,
    or by the goal itself, which stays alive beside what was found for it.
    """

    told: Told
    gates: frozenset[str]
    _contradictions: list[_Contradiction] = attrs.field(factory=list, init=False)
    _goals: dict[tuple[str, Truth], Lowered] = attrs.field(factory=dict, init=False)
    _sound: dict[tuple[str, Truth], Lowered] = attrs.field(factory=dict, init=False)
    _groups: dict[tuple[str, ...], Lowered] = attrs.field(factory=dict, init=False)
    _ways: dict[int, tuple[Lowered, list[Way]]] = attrs.field(factory=dict, init=False)
    _turns: dict[tuple[Variable, tuple[Run, ...]], _Turn | None] = attrs.field(
        factory=dict, init=False
    )
    _found: dict[_Asked, tuple[Change, ...]] = attrs.field(factory=dict, init=False)

    @classmethod
    def of(cls, told: Told) -> Changes:
        """Of a person of whom nothing is worked out yet."""
        vocabulary = told.ruleset.vocabulary
        made = cls(told, frozenset(fact.after for fact in vocabulary if fact.after))
        for fact, found in vocabulary.contradictions:
            when = lower(found.when, vocabulary.facts)
            made._contradictions.append(
                _Contradiction(
                    fact=fact.name,
                    when=when,
                    opposite=lower(found.when, vocabulary.facts, negated=True),
                    asks=frozenset(leaf.variable.fact for leaf in variables(when)),
                    holds=made._may_hold(when, {}, frozenset()),
                )
            )
        return made

    def nearest(
        self, rule: Rule, to: Truth, keeping: Iterable[tuple[Rule, ...]] = ()
    ) -> tuple[Change, ...]:
        """The fewest changes after which a rule is TRUE, or FALSE; empty where nothing can do it.

        Among as few changes those come first that spoil nothing the exercise needs, then those
        that take only an answer, then those that leave a fact alone which others are asked after,
        then the smaller ones, then the order of declaration.

        Args:
            rule: The rule to turn.
            to: TRUE or FALSE.
            keeping: Groups of TRUE rules; of each group one should stay TRUE.
        """
        groups = tuple(keeping)
        asked = (rule.id, to, tuple(tuple(one.id for one in group) for group in groups))
        found = self._found.get(asked)
        if found is None:
            found = self._found[asked] = self._nearest(rule, to, groups)
        return found

    def _nearest(
        self, rule: Rule, to: Truth, groups: tuple[tuple[Rule, ...], ...]
    ) -> tuple[Change, ...]:
        told = self.told
        goal = self._sound.get((rule.id, to))
        if goal is None:
            goal = self._sound[rule.id, to] = self.sound(self.turned(rule, to))
        ways = self.ways(goal)
        if not ways:
            return ()
        gentle = self.ways(self.sound(Every((goal, *map(self._kept, groups)))))
        turned = self.altered(ways[0])
        if gentle and len(self.altered(gentle[0])) == len(turned):
            turned = self.altered(gentle[0])
        turned.sort(key=lambda pair: (told.ruleset.fact_order[pair[0].fact], pair[0].member))
        return tuple(change(told, variable, runs) for variable, runs in turned)

    def _kept(self, group: tuple[Rule, ...]) -> Lowered:
        """The goal that one rule of a group is TRUE."""
        ids = tuple(rule.id for rule in group)
        found = self._groups.get(ids)
        if found is None:
            turned = tuple(self.turned(rule, Truth.TRUE) for rule in group)
            found = self._groups[ids] = Some(turned)
        return found

    def grounded(self, goal: Lowered) -> Lowered:
        """A goal that asks about facts alone."""
        if isinstance(goal, Within):
            name = goal.variable.fact
            if name not in self.told.makers:
                return goal
            if self.told.ruleset.quantities[name].kind is Kind.INT:
                return self._summed(name, goal.runs)
            return Some(tuple(self._derived(name, run) for run in goal.runs))
        children = tuple(self.grounded(child) for child in goal.children)
        return Every(children) if isinstance(goal, Every) else Some(children)

    def sound(self, goal: Lowered) -> Lowered:
        """A goal whose cheapest way makes nobody contradict themselves."""
        for _ in range(MOST_WAYS):
            ways = self.ways(goal)
            against = self._against(ways[0]) if ways else ()
            if not against:
                break
            goal = Every((goal, *against))
        return goal

    def _against(self, way: Way) -> tuple[Lowered, ...]:
        """The opposite of each contradiction that may be true of somebody who has gone a way."""
        turned = dict(self.altered(way))
        told = frozenset(variable.fact for variable in turned)
        return tuple(
            one.opposite
            for one in self._contradictions
            if (one.fact in told or self.told.facts.value(one.fact) is not UNKNOWN)
            and (one.holds if told.isdisjoint(one.asks) else self._may_hold(one.when, turned, told))
        )

    def _may_hold(self, lowered: Lowered, turned: Way, told: frozenset[str]) -> bool:
        if not isinstance(lowered, Within):
            may = (self._may_hold(child, turned, told) for child in lowered.children)
            return all(may) if isinstance(lowered, Every) else any(may)
        variable = lowered.variable
        if variable in turned:
            return bool(_shared(turned[variable], lowered.runs))
        span = self._span(variable)
        silent = variable.member in self.told.ruleset.vocabulary[variable.fact].silent_absent
        if silent and variable.fact in told and span != (1, 1):
            span = (0, 0)
        return _inside(span, lowered.runs)

    def turned(self, rule: Rule, to: Truth) -> Lowered:
        """The goal that a rule is TRUE, or FALSE."""
        found = self._goals.get((rule.id, to))
        if found is None:
            negated = to is not Truth.TRUE
            goal = lower(rule.condition, self.told.ruleset.quantities, negated=negated)
            found = self._goals[rule.id, to] = self.grounded(goal)
        return found

    def _derived(self, name: str, run: Run) -> Lowered:
        """The greatest of what is derived lies in a run: none above it, and one that reaches it."""
        first, last = run
        value = next(value for value in self.told.ruleset.derived if value.name == name)
        default = value.values.index(value.default)
        if default > last:
            return Some(())
        above, reaching = [], []
        for rule in self.told.makers[name]:
            assert isinstance(rule.conclusion, Derive)
            if rule.conclusion.rank > last:
                above.append(self.turned(rule, Truth.FALSE))
            elif rule.conclusion.rank >= first:
                reaching.append(self.turned(rule, Truth.TRUE))
        reached = Every(()) if default >= first else Some(tuple(reaching))
        return Every((*above, reached))

    def _summed(self, name: str, runs: tuple[Run, ...]) -> Lowered:
        """The sum of a score lies in some runs, with as few rules turned as will do."""
        rules = self.told.makers[name]
        for number in range(len(rules) + 1):
            found = [
                Every(
                    tuple(
                        self.turned(rule, said)
                        for rule, said in zip(rules, saying, strict=True)
                        if said is not Truth.UNKNOWN
                    )
                )
                for saying in self._sayings(rules, number)
                if _inside(score_bounds(zip(rules, saying, strict=True)), runs)
            ]
            if self.ways(Some(tuple(found))):
                return Some(tuple(found))
        return Some(())

    def _sayings(self, rules: tuple[Rule, ...], number: int) -> Iterator[list[Truth]]:
        """The truths of some rules with this many of them turned."""
        now = [self.told.truths[rule.id] for rule in rules]
        for places in combinations(range(len(rules)), number):
            settled = [
                [said for said in (Truth.FALSE, Truth.TRUE) if said is not now[place]]
                for place in places
            ]
            for said in product(*settled):
                saying = list(now)
                for place, new in zip(places, said, strict=True):
                    saying[place] = new
                yield saying

    def ways(self, goal: Lowered) -> list[Way]:
        """The cheapest ways to reach a goal, the cheapest first."""
        if isinstance(goal, Within):
            return [{goal.variable: goal.runs}] if goal.runs else []
        kept = self._ways.get(id(goal))
        if kept is None:
            kept = self._ways[id(goal)] = (goal, self._worked_out(goal))
        return kept[1]

    def _worked_out(self, goal: Every | Some) -> list[Way]:
        if isinstance(goal, Some):
            return self._cheapest(way for child in goal.children for way in self.ways(child))
        found: list[Way] = [{}]
        for child in goal.children:
            own = self.ways(child)
            joined = (_joined(first, second) for first in found for second in own)
            found = self._cheapest(way for way in joined if way is not None)
        return found

    def _cheapest(self, ways: Iterable[Way]) -> list[Way]:
        return sorted(ways, key=self._cost)[:MOST_WAYS]

    def _cost(self, way: Way) -> Cost:
        known = gates = distance = 0
        places = []
        for each in way.items():  # one pass: this is asked of every way that is thought of
            turn = self._turn(each)
            if turn is not None:
                known += turn.known
                gates += turn.gates
                distance += turn.distance
                places.append(turn.place)
        places.sort()
        return len(places), known, gates, distance, tuple(places)

    def _turn(self, asked: tuple[Variable, tuple[Run, ...]]) -> _Turn | None:
        """What it costs to bring a variable into some runs, or None where it lies there."""
        if asked not in self._turns:
            self._turns[asked] = self._priced(*asked)
        return self._turns[asked]

    def _priced(self, variable: Variable, runs: tuple[Run, ...]) -> _Turn | None:
        if _inside(self._span(variable), runs):
            return None
        known = self.told.facts.value(variable.fact) is not UNKNOWN
        return _Turn(
            known=known,
            gates=known and variable.fact in self.gates,
            distance=self._distance(variable, runs),
            place=(self.told.ruleset.fact_order[variable.fact], variable.member),
        )

    def _span(self, variable: Variable) -> Run:
        declared = self.told.ruleset.vocabulary[variable.fact]
        return span_of(variable, self.told.facts.value(variable.fact), declared)

    def altered(self, way: Way) -> list[tuple[Variable, tuple[Run, ...]]]:
        """What a way changes; the rest of it holds already."""
        return [
            (variable, runs)
            for variable, runs in way.items()
            if self._turn((variable, runs)) is not None
        ]

    def _distance(self, variable: Variable, runs: tuple[Run, ...]) -> int:
        """How far a variable is from the nearest run; nothing for an answer that is missing."""
        first, last = self._span(variable)
        if first != last:
            return 0
        declared = self.told.ruleset.vocabulary[variable.fact]
        if not declared.is_ordered:
            return 1
        return min(max(start - first, first - end, 0) for start, end in runs)


def _inside(span: Run, runs: tuple[Run, ...]) -> bool:
    return any(first <= span[0] and span[1] <= last for first, last in runs)


def _joined(first: Way, second: Way) -> Way | None:
    """Both ways at once, or None where they contradict each other."""
    found = dict(first)
    for variable, runs in second.items():
        both = _shared(found[variable], runs) if variable in found else runs
        if not both:
            return None
        found[variable] = both
    return found


def _shared(first: tuple[Run, ...], second: tuple[Run, ...]) -> tuple[Run, ...]:
    found = ((max(a, c), min(b, d)) for a, b in first for c, d in second)
    return tuple(sorted(run for run in found if run[0] <= run[1]))
