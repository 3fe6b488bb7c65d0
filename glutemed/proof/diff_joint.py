"""Two rulebooks over the same people, as one SMT-LIB text in which what is alike is one symbol."""

from __future__ import annotations

import re
from collections.abc import Iterator

import attrs

from glutemed.model.facts import Facts, FactValue, Members, fault
from glutemed.model.frozen import Frozen
from glutemed.model.ruleset import Ruleset
from glutemed.model.vocabulary import FactDeclaration, Kind, Vocabulary
from glutemed.proof.encoding import Encoding
from glutemed.reading.runs import Variable
from glutemed.reading.smt import at_least, facts_text, known_of, negation, sound_text

_SYMBOL = re.compile(r"\|[^|]*\|")
_DEFINITION = re.compile(r"\(assert \(= (\|[^|]*\|) (.*)\)\)")


class Joint:
    """Two rulebooks, and everybody whom both can read.

    A fact that one book does not know is not told to it. A number or a word that only one of them
    allows is left out; a fact that the two mean differently is left unknown (`apart`). Who
    contradicts themselves by either book is nobody.

    Args:
        old: The rules before.
        new: The rules after.
    """

    def __init__(self, old: Ruleset, new: Ruleset) -> None:
        self.old, self.new = Encoding.of(old, "old "), Encoding.of(new, "new ")
        self.apart = tuple(
            fact.name
            for fact in new.vocabulary
            if fact.name in old.vocabulary and not _alike(old.vocabulary[fact.name], fact)
        )
        self.narrowed = tuple(
            fact.name
            for fact in new.vocabulary
            if fact.name in old.vocabulary
            and fact.name not in self.apart
            and fact.kind is not Kind.SET
            and _range(fact) != _range(old.vocabulary[fact.name])
        )
        self.people = self._people()
        self._meant: dict[str, str] = {}
        self._named: dict[str, str] = {}
        self._formulas: dict[str, str] = {}
        for line in (*self.old.text(facts=False), *self.new.text(facts=False)):
            found = _DEFINITION.fullmatch(line)
            if found is not None:
                self._formulas[found[1]] = found[2]
        for name in self._formulas:
            self._canonical(name)

    def _people(self) -> Encoding:
        """The facts of both books; its rules are of no account."""
        old, new = self.old.ruleset.vocabulary, self.new.ruleset.vocabulary
        facts = {fact.name: fact for fact in new}
        for fact in old:
            facts[fact.name] = _merged(fact, facts[fact.name]) if fact.name in facts else fact
        ruleset = attrs.evolve(self.new.ruleset, vocabulary=Vocabulary(Frozen(facts)))
        cuts: dict[tuple[str, str], set[int]] = {}
        spans: dict[tuple[str, str], list[int]] = {}
        for variable, numbers in (*self.old.cuts.items(), *self.new.cuts.items()):
            place = (variable.fact, variable.member)
            cuts.setdefault(place, set()).update(numbers)
            spans.setdefault(place, []).extend((variable.least, variable.most))
            if variable.fact in self.narrowed:
                (least, most), (other_least, other_most) = (
                    _range(old[variable.fact]),
                    _range(new[variable.fact]),
                )
                spans[place] += [least, most, other_least, other_most]
                cuts[place].update((max(least, other_least), min(most, other_most) + 1))
        merged = {}
        for place in sorted(cuts):
            variable = Variable(*place, min(spans[place]), max(spans[place]))
            merged[variable] = tuple(
                n for n in sorted(cuts[place]) if variable.least < n <= variable.most
            )
        return attrs.evolve(self.new, ruleset=ruleset, cuts=merged)

    def _canonical(self, name: str) -> str:
        """The one symbol for everything that is defined alike."""
        found = self._meant.get(name)
        if found is None:
            formula = self._formulas.get(name)
            if formula is None:
                return name
            said = self.said(formula)
            is_plain = said in ("true", "false") or _SYMBOL.fullmatch(said)
            found = said if is_plain else self._named.setdefault(said, name)
            self._meant[name] = found
        return found

    def said(self, formula: str) -> str:
        """A formula about either book, in the symbols of the text."""
        return _SYMBOL.sub(lambda found: self._canonical(found[0]), formula)

    def text(self) -> Iterator[str]:
        """Every person, and what either book says of them."""
        yield from facts_text(self.people.cuts, self.people.ruleset.quantities)
        for book in (self.old.ruleset, self.new.ruleset):
            yield from sound_text(book.vocabulary, book.quantities)
        for variable in self.people.variables:
            if variable.fact in self.apart:
                yield f"(assert {negation(known_of(variable))})"
            elif variable.fact in self.narrowed:
                ranges = [
                    _range(side.ruleset.vocabulary[variable.fact]) for side in (self.old, self.new)
                ]
                yield f"(assert {at_least(variable, max(least for least, _ in ranges))})"
                most = min(most for _, most in ranges)
                yield f"(assert {negation(at_least(variable, most + 1))})"
        for name in self._named.values():
            yield f"(declare-const {name} Bool)"
        for formula, name in self._named.items():
            yield f"(assert (= {name} {formula}))"


def told(facts: Facts, ruleset: Ruleset) -> Facts:
    """What of a person a rulebook has words for."""
    values: dict[str, FactValue] = {}
    for name, stated in facts.stated().items():
        if name not in ruleset.vocabulary:
            continue
        declared, value = ruleset.vocabulary[name], stated
        if isinstance(stated, Members):
            words = set(declared.values)
            value = Members(present=stated.present & words, absent=stated.absent & words)
        if not fault(declared, value):
            values[name] = value
    return Facts.of(values, (name for name in facts.declined if name in ruleset.vocabulary))


def _range(declared: FactDeclaration) -> tuple[int, int]:
    if declared.kind is Kind.INT:
        return declared.least, declared.most
    return 0, max(len(declared.values), 2) - 1


def _alike(old: FactDeclaration, new: FactDeclaration) -> bool:
    """Whether a known value means the same in both books."""
    if old.kind is not new.kind:
        return False
    if old.kind is Kind.INT:
        return max(old.least, new.least) <= min(old.most, new.most)
    if old.kind is Kind.ENUM:
        both = min(len(old.values), len(new.values))
        return old.values[:both] == new.values[:both]
    common = set(old.values) & set(new.values)
    return old.silent_absent & common == new.silent_absent & common


def _merged(old: FactDeclaration, new: FactDeclaration) -> FactDeclaration:
    if old.kind is not new.kind:
        return new
    return attrs.evolve(
        new,
        least=min(old.least, new.least),
        most=max(old.most, new.most),
        values=tuple(dict.fromkeys((*new.values, *old.values))),
        silent_absent=old.silent_absent | new.silent_absent,
    )
