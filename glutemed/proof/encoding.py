"""Everything that a ruleset says of everybody, as one SMT-LIB text, and what its symbols mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import attrs

from glutemed.model.condition import Compare, Comparison
from glutemed.model.exercise import Exercise
from glutemed.model.facts import Facts, FactValue, Members
from glutemed.model.rule import Hazard
from glutemed.model.ruleset import Ruleset
from glutemed.model.vocabulary import FactDeclaration, Kind
from glutemed.proof.offers import Offers
from glutemed.reading.runs import Lowered, Variable, lower, span_of
from glutemed.reading.smt import (
    Names,
    at_least,
    conjunction,
    cuts_of,
    defined,
    disjunction,
    facts_text,
    known_of,
    lowered_of,
    negation,
    perhaps,
    rules_text,
    sound_text,
    sure,
    symbol,
    told,
)


@attrs.frozen
class Encoding:
    """One ruleset in symbols.

    Args:
        ruleset: The rules.
        names: What they are called; two rulesets over the same facts have different tags.
        offers: The join of their conclusions.
        lowered: The condition of each rule and hazard, by name.
        cuts: What the conditions and contradictions ask about, and every red flag, each with its
            thresholds.
    """

    ruleset: Ruleset
    names: Names
    offers: Offers
    lowered: Mapping[str, Lowered]
    cuts: Mapping[Variable, tuple[int, ...]]

    @classmethod
    def of(cls, ruleset: Ruleset, tag: str = "") -> Encoding:
        """The encoding of a ruleset."""
        names = Names(tag)
        conditions = {rule.id: rule.condition for rule in ruleset.rules}
        conditions |= {named(hazard): hazard.when for hazard in ruleset.hazards}
        lowered = lowered_of(conditions, ruleset.quantities)
        flags = (
            lower(Compare(flag.name, Comparison.IS, (True,)), ruleset.quantities)
            for flag in ruleset.vocabulary.red_flags
        )
        denied = told(ruleset.vocabulary, ruleset.quantities)
        cuts = cuts_of((*lowered.values(), *flags, *denied), ruleset.computed)
        return cls(ruleset, names, Offers.of(ruleset, names), lowered, cuts)

    @property
    def variables(self) -> tuple[Variable, ...]:
        """What the conditions ask about, sorted."""
        return tuple(self.cuts)

    def thresholds(self, variable: Variable) -> tuple[str, ...]:
        """That a variable is at least each of its thresholds."""
        return tuple(at_least(variable, cut) for cut in self.cuts[variable])

    def text(self, *, facts: bool = True) -> Iterator[str]:
        """Lines of SMT-LIB that declare and define every symbol.

        Args:
            facts: Whether to declare the facts too; two rulesets share theirs.
        """
        if facts:
            yield from facts_text(self.cuts, self.ruleset.quantities)
            yield from sound_text(self.ruleset.vocabulary, self.ruleset.quantities)
        yield from rules_text(self.ruleset, self.lowered, self.names)
        yield from self.offers.text()
        anything = disjunction(self.offers.offered(e) for e in self.ruleset.exercises)
        yield from defined(self.programme, conjunction((self.offers.unreferred, anything)))

    @property
    def programme(self) -> str:
        """That the outcome before the gate is a programme."""
        return symbol(f"{self.names.tag}programme")

    def bitten(self, hazard: Hazard, exercise: Exercise) -> str:
        """The formula that an exercise is offered in a way that a hazard forbids."""
        bites = self.offers.bites(exercise, hazard.never)
        return conjunction((self.offers.offered(exercise), bites))

    def broken(self, hazard: Hazard) -> str:
        """The formula that the rules alone break a hazard."""
        return conjunction((self._met(hazard), self.holds(hazard)))

    def left_open(self, hazard: Hazard) -> str:
        """The formula that the rules leave it to the gate to ask about a hazard."""
        lowered = self.lowered[named(hazard)]
        maybe = perhaps(lowered, self.ruleset.computed, self.names)
        return conjunction((self._met(hazard), maybe, negation(self.holds(hazard))))

    def holds(self, hazard: Hazard) -> str:
        """The formula that the condition of a hazard holds."""
        return sure(self.lowered[named(hazard)], self.ruleset.computed, self.names)

    def _met(self, hazard: Hazard) -> str:
        bitten = (self.bitten(hazard, exercise) for exercise in self.ruleset.exercises)
        return conjunction((self.offers.unreferred, disjunction(bitten)))

    def is_person(self, facts: Facts) -> tuple[str, ...]:
        """Formulas that together say: everything that the rules can ask of this one person."""
        found = []
        for variable in self.variables:
            declared = self.ruleset.quantities[variable.fact]
            least, most = span_of(variable, facts.value(variable.fact), declared)
            is_known = least == most
            known = known_of(variable)
            found.append(known if is_known else negation(known))
            if is_known:
                found.append(self.equals(variable, least))
        return tuple(found)

    def is_told(self, values: Mapping[Variable, int]) -> Iterator[str]:
        """Formulas that together say: these variables are known, and have these values."""
        for variable, number in values.items():
            yield known_of(variable)
            for cut, reached in zip(self.cuts[variable], self.thresholds(variable), strict=True):
                yield reached if cut <= number else negation(reached)

    def equals(self, variable: Variable, number: int) -> str:
        """That a variable lies between the same thresholds as a number."""
        return conjunction(
            at_least(variable, cut) if cut <= number else negation(at_least(variable, cut))
            for cut in self.cuts[variable]
        )

    def facts(self, values: Mapping[Variable, int]) -> Facts:
        """The person whose known variables have these values."""
        found: dict[str, FactValue] = {}
        members: dict[str, dict[str, int]] = {}
        for variable, number in values.items():
            declared = self.ruleset.quantities[variable.fact]
            if variable.member:
                members.setdefault(variable.fact, {})[variable.member] = number
            else:
                found[variable.fact] = _decoded(number, declared)
        for fact, said in members.items():
            silent = self.ruleset.quantities[fact].silent_absent
            found[fact] = Members(
                present={member for member, number in said.items() if number},
                absent={m for m, number in said.items() if not number and m not in silent},
            )
        return Facts.of(found)


def named(hazard: Hazard) -> str:
    """The name of a hazard among the rules."""
    return f"hazard {hazard.id}"


def _decoded(number: int, declared: FactDeclaration) -> FactValue:
    if declared.kind is Kind.BOOL:
        return bool(number)
    return number if declared.kind is Kind.INT else declared.values[number]
