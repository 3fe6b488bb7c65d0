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
from glutemed.model.condition import Constant, Truth
from glutemed.model.explanation import Change
from glutemed.model.facts import UNKNOWN
from glutemed.model.locale import Locale
from glutemed.model.rule import Derive, Rule
from glutemed.model.vocabulary import FactDeclaration, Kind
from glutemed.reading.runs import Every, Lowered, Run, Some, Variable, Within, lower, span_of
from glutemed.reading.specification import score_bounds

Way = dict[Variable, tuple[Run, ...]]
Cost = tuple[int, int, int, int, tuple[tuple[int, str], ...]]

MOST_WAYS = 32
"""How many ways to a part of a goal are kept: the cheapest."""


def nearest(
    told: Told, rule: Rule, to: Truth, keeping: Iterable[tuple[Rule, ...]] = ()
) -> tuple[Change, ...]:
    """The fewest changes after which a rule is TRUE, or FALSE; empty where nothing can do it.

    Among as few changes those come first that spoil nothing the exercise needs, then those that
    take only an answer, then those that leave a fact alone which others are asked after, then the
    smaller ones, then the order of declaration.

    Args:
        told: The person.
        rule: The rule to turn.
        to: TRUE or FALSE.
        keeping: Groups of TRUE rules; of each group one should stay TRUE.
    """
    search = _Search(told, frozenset(fact.after for fact in told.ruleset.vocabulary if fact.after))
    goal = lower(rule.condition, told.ruleset.quantities, negated=to is not Truth.TRUE)
    goal = search.sound(search.grounded(goal))
    ways = search.ways(goal)
    if not ways:
        return ()
    kept = (Some(tuple(search.turned(one, Truth.TRUE) for one in group)) for group in keeping)
    gentle = search.ways(search.sound(Every((goal, *kept))))
    turned = search.altered(ways[0])
    if gentle and len(search.altered(gentle[0])) == len(turned):
        turned = search.altered(gentle[0])
    turned.sort(key=lambda pair: (told.ruleset.fact_order[pair[0].fact], pair[0].member))
    return tuple(_change(told, variable, runs) for variable, runs in turned)


@attrs.frozen
class _Search:
    told: Told
    gates: frozenset[str]

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
        vocabulary = self.told.ruleset.vocabulary
        turned = dict(self.altered(way))
        told = {variable.fact for variable in turned}

        def may_hold(lowered: Lowered) -> bool:
            if not isinstance(lowered, Within):
                may = [may_hold(child) for child in lowered.children]
                return all(may) if isinstance(lowered, Every) else any(may)
            variable = lowered.variable
            if variable in turned:
                return bool(_shared(turned[variable], lowered.runs))
            silent = variable.member in vocabulary[variable.fact].silent_absent
            span = (0, 0) if silent and variable.fact in told else self._span(variable)
            if silent and self._span(variable) == (1, 1):
                span = (1, 1)
            return _inside(span, lowered.runs)

        return tuple(
            lower(found.when, vocabulary.facts, negated=True)
            for fact, found in vocabulary.contradictions
            if (fact.name in told or self.told.facts.value(fact.name) is not UNKNOWN)
            and may_hold(lower(found.when, vocabulary.facts))
        )

    def turned(self, rule: Rule, to: Truth) -> Lowered:
        """The goal that a rule is TRUE, or FALSE."""
        negated = to is not Truth.TRUE
        return self.grounded(lower(rule.condition, self.told.ruleset.quantities, negated=negated))

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
        declared = self.told.ruleset.fact_order
        turned = self.altered(way)
        known = [v for v, _ in turned if self.told.facts.value(v.fact) is not UNKNOWN]
        return (
            len(turned),
            len(known),
            sum(variable.fact in self.gates for variable in known),
            sum(self._distance(variable, runs) for variable, runs in turned),
            tuple(sorted((declared[variable.fact], variable.member) for variable, _ in turned)),
        )

    def _span(self, variable: Variable) -> Run:
        declared = self.told.ruleset.vocabulary[variable.fact]
        return span_of(variable, self.told.facts.value(variable.fact), declared)

    def altered(self, way: Way) -> list[tuple[Variable, tuple[Run, ...]]]:
        """What a way changes; the rest of it holds already."""
        return [
            (variable, runs)
            for variable, runs in way.items()
            if not _inside(self._span(variable), runs)
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


def _change(told: Told, variable: Variable, runs: tuple[Run, ...]) -> Change:
    locale, declared = told.ruleset.locale, told.ruleset.vocabulary[variable.fact]
    if variable.member:
        member = declared.say(variable.member, locale)
        if runs == ((1, 1),):
            needs = locale.say("{label} with {value}", label=declared.label, value=member)
        else:
            needs = locale.say("{label} without {value}", label=declared.label, value=member)
    elif declared.kind is Kind.BOOL:
        answer = declared.say(runs == ((1, 1),), locale)
        needs = locale.say("{label}: {value}", label=declared.label, value=answer)
    else:
        wanted = _runs(runs, variable, declared, locale)
        needs = locale.say("{label} {wanted}", label=declared.label, wanted=wanted)
    return Change(
        fact=variable.fact,
        member=variable.member,
        needs=needs,
        was=told.was(variable.fact),
        allowed=runs,
    )


def _runs(
    runs: tuple[Run, ...], variable: Variable, declared: FactDeclaration, locale: Locale
) -> str:
    """Some runs in words: "at most 3", "left or both"."""

    def say(number: int) -> str:
        value: Constant = number if declared.kind is Kind.INT else declared.values[number]
        return declared.say(value, locale)

    if not declared.is_ordered:
        return _either([say(number) for a, b in runs for number in range(a, b + 1)], locale)
    words = []
    for first, last in runs:
        if first == last:
            words.append(say(first))
        elif first == variable.least:
            words.append(locale.say("at most {value}", value=say(last)))
        elif last == variable.most:
            words.append(locale.say("at least {value}", value=say(first)))
        else:
            words.append(locale.say("{first} to {last}", first=say(first), last=say(last)))
    return _either(words, locale)


def _either(words: list[str], locale: Locale) -> str:
    """Words of which any will do, each after an "or"."""
    said = "".join(words[:1])
    for word in words[1:]:
        said = locale.say("{first} or {last}", first=said, last=word)
    return said
