"""The smt reading: what rules say of every person at once, as SMT-LIB text.

Everything is a Boolean. A fact, or a member of a set, is whether it is known, and for each threshold
of a rule whether it is at least that. A rule is two: *sure* is true exactly where it is TRUE,
*perhaps* where it is TRUE or UNKNOWN. A derived value or score is, for each number, whether its
least is at least that, and whether its most is. Nothing is run here; any solver can read the text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import pairwise

import attrs

from glutemed.model.condition import Condition
from glutemed.model.rule import Derive, DerivedValue, Rule, Score, ScoreSum
from glutemed.model.ruleset import Ruleset
from glutemed.model.vocabulary import FactDeclaration, Kind, Vocabulary
from glutemed.reading.runs import Every, Lowered, Variable, Within, lower, variable_of, variables
from glutemed.reading.specification import makers

TRUE, FALSE = "true", "false"


def symbol(*words: str) -> str:
    """A name of several words; no id or name of a rulebook holds a bar or a backslash."""
    return f"|{' '.join(words)}|"


def negation(formula: str) -> str:
    """The opposite of a formula."""
    if formula in (TRUE, FALSE):
        return FALSE if formula == TRUE else TRUE
    return formula[5:-1] if formula.startswith("(not ") else f"(not {formula})"


def conjunction(formulas: Iterable[str]) -> str:
    """All of some formulas; of none, true."""
    return _joined("and", formulas, TRUE, FALSE)


def disjunction(formulas: Iterable[str]) -> str:
    """At least one of some formulas; of none, false."""
    return _joined("or", formulas, FALSE, TRUE)


def _joined(operator: str, formulas: Iterable[str], neutral: str, decisive: str) -> str:
    parts = [part for part in dict.fromkeys(formulas) if part != neutral]
    if decisive in parts:
        return decisive
    if len(parts) < 2:
        return parts[0] if parts else neutral
    return f"({operator} {' '.join(parts)})"


def defined(name: str, formula: str) -> tuple[str, str]:
    """Lines that name a formula."""
    return f"(declare-const {name} Bool)", f"(assert (= {name} {formula}))"


def at_least(variable: Variable, number: int) -> str:
    """That a variable, as far as it is known, has this value or a greater one."""
    if number <= variable.least:
        return TRUE
    if number > variable.most:
        return FALSE
    return symbol(*_words(variable), "at least", str(number))


def known_of(variable: Variable) -> str:
    """That a variable is known."""
    return symbol("known", *_words(variable))


def _words(variable: Variable) -> Iterable[str]:
    return filter(None, (variable.fact, variable.member))


@attrs.frozen
class Names:
    """What the rules of one book are called; two books over the same facts differ in the tag."""

    tag: str = ""

    def sure(self, name: str) -> str:
        """That a rule is TRUE."""
        return symbol(f"{self.tag}sure", name)

    def perhaps(self, name: str) -> str:
        """That a rule is TRUE or UNKNOWN."""
        return symbol(f"{self.tag}perhaps", name)

    def least(self, name: str, number: int) -> str:
        """That the least a derived value (by rank) or a score may be is at least a number."""
        return symbol(f"{self.tag}least", name, "at least", str(number))

    def most(self, name: str, number: int) -> str:
        """That the most it may be is at least a number."""
        return symbol(f"{self.tag}most", name, "at least", str(number))


def sure(lowered: Lowered, bounded: Mapping[str, object], names: Names) -> str:
    """The formula that is true exactly where a condition is TRUE."""
    return _formula(lowered, bounded, names, sure=True)


def perhaps(lowered: Lowered, bounded: Mapping[str, object], names: Names) -> str:
    """The formula that is true exactly where a condition is not FALSE."""
    return _formula(lowered, bounded, names, sure=False)


def _formula(lowered: Lowered, bounded: Mapping[str, object], names: Names, *, sure: bool) -> str:
    if isinstance(lowered, Within):
        if lowered.variable.fact in bounded:
            return _within_bounds(lowered, names, sure=sure)
        return _within(lowered, sure=sure)
    parts = [_formula(child, bounded, names, sure=sure) for child in lowered.children]
    return conjunction(parts) if isinstance(lowered, Every) else disjunction(parts)


def _within(leaf: Within, *, sure: bool) -> str:
    variable = leaf.variable
    inside = disjunction(
        conjunction((at_least(variable, first), negation(at_least(variable, last + 1))))
        for first, last in leaf.runs
    )
    if inside in (TRUE, FALSE):
        return inside
    known = known_of(variable)
    return conjunction((known, inside)) if sure else disjunction((negation(known), inside))


def _within_bounds(leaf: Within, names: Names, *, sure: bool) -> str:
    variable = leaf.variable
    low, high = (names.least, names.most) if sure else (names.most, names.least)
    return disjunction(
        conjunction(
            (
                low(variable.fact, first) if first > variable.least else TRUE,
                negation(high(variable.fact, last + 1)) if last < variable.most else TRUE,
            )
        )
        for first, last in leaf.runs
    )


def cuts_of(
    found: Iterable[Lowered], bounded: Mapping[str, object]
) -> dict[Variable, tuple[int, ...]]:
    """The variables of facts that conditions ask about, sorted, each with its thresholds, sorted."""
    cuts: dict[Variable, set[int]] = {}
    for leaf in (leaf for each in found for leaf in variables(each)):
        if leaf.variable.fact not in bounded:
            here = cuts.setdefault(leaf.variable, set())
            for first, last in leaf.runs:
                here.update((first, last + 1))
    return {
        variable: tuple(n for n in sorted(cuts[variable]) if variable.least < n <= variable.most)
        for variable in sorted(cuts)
    }


def facts_text(
    cuts: Mapping[Variable, tuple[int, ...]], quantities: Mapping[str, FactDeclaration]
) -> Iterator[str]:
    """Every person: each variable somewhere between its thresholds, and known or not.

    Where a set is silent about a member, to say anything of the set says something of that member.
    """
    sets: dict[str, list[Variable]] = {}
    for variable, numbers in cuts.items():
        yield f"(declare-const {known_of(variable)} Bool)"
        for number in numbers:
            yield f"(declare-const {at_least(variable, number)} Bool)"
        for lower_, higher in pairwise(numbers):
            yield f"(assert (=> {at_least(variable, higher)} {at_least(variable, lower_)}))"
        if variable.member:
            sets.setdefault(variable.fact, []).append(variable)
    for fact, members in sets.items():
        silent = [v for v in members if v.member in quantities[fact].silent_absent]
        for variable in members if silent else ():
            if variable in silent[1:]:
                yield f"(assert (= {known_of(variable)} {known_of(silent[0])}))"
            elif variable not in silent:
                yield f"(assert (=> {known_of(variable)} {known_of(silent[0])}))"


def sound_text(vocabulary: Vocabulary, quantities: Mapping[str, FactDeclaration]) -> Iterator[str]:
    """That nobody contradicts themselves."""
    for fact, found in vocabulary.contradictions:
        formulas = [sure(lower(found.when, quantities), {}, Names())]
        if fact.kind is not Kind.SET:
            formulas.append(known_of(variable_of(fact)))
        yield f"(assert {negation(conjunction(formulas))})"


def told(vocabulary: Vocabulary, quantities: Mapping[str, FactDeclaration]) -> Iterator[Lowered]:
    """What contradictions ask about."""
    for _, found in vocabulary.contradictions:
        yield lower(found.when, quantities)


def rules_text(ruleset: Ruleset, lowered: Mapping[str, Lowered], names: Names) -> Iterator[str]:
    """What every rule says, and the bounds of every derived value and score.

    Args:
        ruleset: The rules.
        lowered: The condition of each rule, by id.
        names: What they are called.
    """
    for rule in ruleset.rules:
        for name in (names.sure(rule.id), names.perhaps(rule.id)):
            yield f"(declare-const {name} Bool)"
    for name, places in makers(ruleset).items():
        rules = [ruleset.rules[place] for place in places]
        yield from _bounds_text(ruleset.computed[name], rules, names)
    for rule in ruleset.rules:
        yield from condition_text(rule.id, lowered[rule.id], ruleset.computed, names)[1::2]


def condition_text(
    name: str, lowered: Lowered, bounded: Mapping[str, object], names: Names
) -> tuple[str, ...]:
    """Lines that name where a condition is TRUE, and where it is not FALSE."""
    return (
        *defined(names.sure(name), sure(lowered, bounded, names)),
        *defined(names.perhaps(name), perhaps(lowered, bounded, names)),
    )


def _bounds_text(value: DerivedValue | ScoreSum, rules: list[Rule], names: Names) -> Iterator[str]:
    """Lines that say how far the least and the most of a derived value or a score reach."""
    if isinstance(value, DerivedValue):
        for name, said in ((names.least, names.sure), (names.most, names.perhaps)):
            for rank in range(1, len(value.values)):
                yield from defined(name(value.name, rank), _derived(value, rules, rank, said))
        return
    for name, sum_ in ((names.least, _Sum("least", names)), (names.most, _Sum("most", names))):
        for number in range(value.least + 1, value.most + 1):
            reached = sum_.at_least(value.name, tuple(rules), number)
            yield from sum_.lines
            sum_.lines.clear()
            yield from defined(name(value.name, number), reached)


def _derived(value: DerivedValue, rules: list[Rule], rank: int, said: Callable[[str], str]) -> str:
    if value.values.index(value.default) >= rank:
        return TRUE
    return disjunction(
        said(rule.id)
        for rule in rules
        if isinstance(rule.conclusion, Derive) and rule.conclusion.rank >= rank
    )


class _Sum:
    """A bound of a score, rule by rule: whether the first few of them reach a number."""

    def __init__(self, bound: str, names: Names) -> None:
        self.bound, self.names = bound, names
        self.lines: list[str] = []
        self._known: set[str] = set()

    def at_least(self, name: str, rules: tuple[Rule, ...], number: int) -> str:
        """That the points of some rules reach a number."""
        points = [rule.conclusion.points for rule in rules if isinstance(rule.conclusion, Score)]
        if number <= sum(min(p, 0) for p in points):
            return TRUE
        if number > sum(max(p, 0) for p in points):
            return FALSE
        words = (f"{self.names.tag}{self.bound}", name, str(number), "of", str(len(rules)))
        reached = symbol(*words)
        if reached not in self._known:
            self._known.add(reached)
            *before, last = rules
            sure = (self.bound == "least") is (points[-1] > 0)
            counts = self.names.sure(last.id) if sure else self.names.perhaps(last.id)
            with_it = self.at_least(name, tuple(before), number - points[-1])
            without = self.at_least(name, tuple(before), number)
            either = (conjunction((counts, with_it)), conjunction((negation(counts), without)))
            self.lines += defined(reached, disjunction(either))
        return reached


def lowered_of(
    conditions: Mapping[str, Condition], quantities: Mapping[str, FactDeclaration]
) -> dict[str, Lowered]:
    """Conditions over whole numbers, by name."""
    return {name: lower(condition, quantities) for name, condition in conditions.items()}
