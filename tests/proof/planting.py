"""Faults planted in a parsed rulebook, where one rule is made the only lock before a hazard."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import attrs

from glutemed.model.condition import (
    All,
    AnyOf,
    Compare,
    Comparison,
    Condition,
    Constant,
    Not,
    leaves,
)
from glutemed.model.exercise import Exercise
from glutemed.model.facts import Facts
from glutemed.model.rule import (
    Advise,
    Caution,
    Contraindicate,
    Derive,
    Hazard,
    Limit,
    Refer,
    Rule,
    Score,
)
from glutemed.model.ruleset import Ruleset
from glutemed.proof.claims import Claim, Claims, claims_text
from glutemed.proof.encoding import Encoding
from glutemed.proof.solver import Solver
from glutemed.proof.witness import Search

LOCKS = (Contraindicate, Limit, Refer, Derive, Score)
Edit = Callable[[Rule], Rule | None]


# --- Proving one hazard ---------------------------------------------------------------------------


def only(ruleset: Ruleset, hazard: str) -> Ruleset:
    """The same rules with one hazard."""
    return attrs.evolve(ruleset, hazards=tuple(h for h in ruleset.hazards if h.id == hazard))


def claimed(ruleset: Ruleset) -> Claim:
    """What is proved of the first hazard."""
    encoding = Encoding.of(ruleset)
    solver = Solver("\n".join((*encoding.text(), *claims_text(encoding))))
    return next(Claims(encoding, solver).hazards())


def is_broken(ruleset: Ruleset) -> bool:
    """Whether the first hazard can be broken, without looking for a witness."""
    encoding = Encoding.of(ruleset)
    solver = Solver("\n".join(encoding.text()))
    with solver.narrowed(encoding.broken(ruleset.hazards[0])):
        return solver.possible()


def smallest(ruleset: Ruleset) -> Facts:
    """The smallest person upon whom the first hazard comes."""
    encoding = Encoding.of(ruleset)
    solver = Solver("\n".join(encoding.text()))
    with solver.narrowed(encoding.broken(ruleset.hazards[0])):
        person = Search(encoding, solver).smallest()
    assert person is not None
    return person


# --- One lock -------------------------------------------------------------------------------------


def without(ruleset: Ruleset, gone: Iterable[str]) -> Ruleset:
    """The same rules without some of them."""
    names = set(gone)
    return attrs.evolve(
        ruleset, rules=tuple(rule for rule in ruleset.rules if rule.written not in names)
    )


def locked_alone(ruleset: Ruleset, hazard: str, lock: str) -> Ruleset:
    """As many of the rules as leave this one rule the only lock before a hazard.

    It takes a proof for each rule that may lock, and several faults share a lock, so it is kept.
    """
    key = f"locked alone: {hazard}, {lock}"
    kept = ruleset.memo.get(key)
    if kept is None:
        kept = ruleset.memo.setdefault(key, _locked_alone(ruleset, hazard, lock))
    return kept


def _locked_alone(ruleset: Ruleset, hazard: str, lock: str) -> Ruleset:
    found = only(ruleset, hazard)
    assert any(rule.written == lock for rule in found.rules), f"there is no rule {lock}"
    others = sorted(
        {
            rule.written
            for rule in found.rules
            if rule.written != lock
            and not rule.is_internal
            and isinstance(rule.conclusion, LOCKS)
            and _may_lock(rule, found.hazards[0], found)
        }
    )
    gone = set(others)
    assert is_broken(without(found, {lock, *gone})), f"{hazard} is not kept off by rules"
    _give_back(others, gone, lambda left: is_broken(without(found, {lock, *left})))
    locked = without(found, gone)
    assert not is_broken(locked), f"{lock} alone does not keep off {hazard}"
    return locked


def _give_back(some: Sequence[str], gone: set[str], broken: Callable[[set[str]], bool]) -> None:
    """Take from what is gone, in their order, those without which the hazard is still broken.

    Many at once where that can be: if all of them together keep nothing off, none of them does.
    """
    if not some:
        return
    if broken(gone - {*some}):
        gone -= {*some}
    elif len(some) > 1:
        half = len(some) // 2
        _give_back(some[:half], gone, broken)
        _give_back(some[half:], gone, broken)


def _may_lock(rule: Rule, hazard: Hazard, ruleset: Ruleset) -> bool:
    """Whether a rule reads what a hazard reads; or always holds, or the hazard does."""
    read, reads = _cone(hazard.when, ruleset), _cone(rule.condition, ruleset)
    return not read or not reads or not read.isdisjoint(reads)


def _cone(condition: Condition, ruleset: Ruleset) -> set[str]:
    found: set[str] = set()
    for leaf in leaves(condition):
        found.add(leaf.fact)
        for rule in ruleset.rules:
            if getattr(rule.conclusion, "name", None) == leaf.fact:
                found |= _cone(rule.condition, ruleset)
    return found


# --- Faults ---------------------------------------------------------------------------------------


def edited(ruleset: Ruleset, written: str, edit: Edit) -> Ruleset:
    """The same rules with one of them changed, or gone."""
    rules = []
    for rule in ruleset.rules:
        changed = edit(rule) if rule.written == written else rule
        if changed is not None:
            rules.append(changed)
    assert tuple(rules) != ruleset.rules, f"nothing was changed in {written}"
    return attrs.evolve(ruleset, rules=tuple(rules))


def deleted(_rule: Rule) -> None:
    """A rule that somebody took out."""


def compared(fact: str, old: Comparison, new: Comparison) -> Edit:
    """Another comparison of the same constants."""

    def leaf(compare: Compare) -> Compare:
        wrong = compare.fact == fact and compare.comparison is old
        return attrs.evolve(compare, comparison=new) if wrong else compare

    return _each_leaf(leaf)


def shifted(fact: str, by: int) -> Edit:
    """A threshold that is off."""

    def leaf(compare: Compare) -> Compare:
        if compare.fact != fact:
            return compare
        moved = tuple(_moved(constant, by) for constant in compare.constants)
        return attrs.evolve(compare, constants=moved)

    return _each_leaf(leaf)


def _moved(constant: Constant, by: int) -> Constant:
    assert isinstance(constant, int)
    return constant + by


def inverted(fact: str) -> Edit:
    """A yes for a no."""

    def leaf(compare: Compare) -> Compare:
        if compare.fact != fact:
            return compare
        return attrs.evolve(compare, constants=tuple(not each for each in compare.constants))

    return _each_leaf(leaf)


def _each_leaf(change: Callable[[Compare], Compare]) -> Edit:
    def changed(condition: Condition) -> Condition:
        if isinstance(condition, Compare):
            return change(condition)
        if isinstance(condition, Not):
            return Not(changed(condition.child))
        return type(condition)(tuple(map(changed, condition.children)))

    return lambda rule: attrs.evolve(rule, condition=changed(rule.condition))


def swapped(rule: Rule) -> Rule:
    """All for any, and any for all."""
    assert isinstance(rule.condition, (All, AnyOf))
    other = AnyOf if isinstance(rule.condition, All) else All
    return attrs.evolve(rule, condition=other(rule.condition.children))


def guarded(fact: str, value: Constant) -> Edit:
    """A condition that asks for more than it should."""

    def edit(rule: Rule) -> Rule:
        more = Compare(fact, Comparison.IS, (value,))
        return attrs.evolve(rule, condition=All((rule.condition, more)))

    return edit


def narrowed(keeps: Callable[[Exercise], bool], ruleset: Ruleset) -> Edit:
    """A selector that leaves some exercises out."""

    def edit(rule: Rule) -> Rule:
        touch = rule.conclusion.touch
        left = tuple(each for each in touch.exercises if keeps(ruleset.exercise[each]))
        conclusion = attrs.evolve(rule.conclusion, touch=attrs.evolve(touch, exercises=left))
        return attrs.evolve(rule, conclusion=conclusion)

    return edit


def capped(at: int) -> Edit:
    """Another cap."""
    return lambda rule: attrs.evolve(rule, conclusion=attrs.evolve(rule.conclusion, at=at))


def measured(amount: str, at: int) -> Edit:
    """A cap on something else."""

    def edit(rule: Rule) -> Rule:
        conclusion = attrs.evolve(rule.conclusion, amount=amount, at=at)
        return attrs.evolve(rule, conclusion=conclusion)

    return edit


def only_cautioned(rule: Rule) -> Rule:
    """A note in place of a contraindication."""
    assert isinstance(rule.conclusion, Contraindicate)
    return attrs.evolve(rule, conclusion=Caution(rule.conclusion.touch, "Take care."))


def only_advised(rule: Rule) -> Rule:
    """A sentence in place of a referral."""
    return attrs.evolve(rule, conclusion=Advise("See somebody."))


def rows(change: Callable[[Exercise], Exercise]) -> Callable[[Ruleset], Ruleset]:
    """The same rules over rows of exercises that were written down wrongly."""
    return lambda ruleset: attrs.evolve(ruleset, exercises=tuple(map(change, ruleset.exercises)))
