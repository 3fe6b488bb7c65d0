"""Which rules a hazard leans on: those that could keep it off, and what those rest on.

That a hazard would be broken without a rule is costly to find out of each rule, so this takes in
more: every rule that contraindicates, limits or refers, that touches an exercise the hazard is
about, and that asks one of the hazard's facts, itself or through a derived value or score; and the
rules that make that value. A referral and a limit on the whole programme touch every exercise. Of
a hazard that asks nothing it takes in every rule that contraindicates or limits such an exercise.
"""

from __future__ import annotations

from glutemed.model.condition import leaves
from glutemed.model.rule import Contraindicate, Hazard, Limit, Refer, Rule, Watch
from glutemed.model.ruleset import Ruleset
from glutemed.reading.specification import concluded


def leaning(ruleset: Ruleset) -> dict[str, frozenset[str]]:
    """For each hazard by id, the ids of the ground rules that it leans on."""
    about = {
        rule.conclusion.hazard: frozenset(rule.conclusion.exercises)
        for rule in ruleset.rules
        if isinstance(rule.conclusion, Watch)
    }
    made: dict[str, set[str]] = {name: set() for name in ruleset.computed}
    direct = {rule.id: {leaf.fact for leaf in leaves(rule.condition)} for rule in ruleset.rules}
    for rule in ruleset.rules:
        if (name := concluded(rule)) is not None:
            made[name].add(rule.id)
    return {
        hazard.id: _of(hazard, about.get(hazard.id, frozenset()), ruleset, direct, made)
        for hazard in ruleset.hazards
    }


def _of(
    hazard: Hazard,
    exercises: frozenset[str],
    ruleset: Ruleset,
    direct: dict[str, set[str]],
    made: dict[str, set[str]],
) -> frozenset[str]:
    asked = {leaf.fact for leaf in leaves(hazard.when)}
    found: set[str] = set()
    for rule in ruleset.rules:
        if not _keeps(rule, exercises) or (not asked and isinstance(rule.conclusion, Refer)):
            continue
        behind = _behind(rule.id, direct, made)
        if not asked or any(asked & direct[each] for each in behind):
            found |= behind
    return frozenset(found)


def _keeps(rule: Rule, exercises: frozenset[str]) -> bool:
    match rule.conclusion:
        case Refer() | Limit(_, _, None):
            return True
        case Contraindicate(touch) | Limit(_, _, touch):
            return touch is not None and not exercises.isdisjoint(touch.exercises)
        case _:
            return False


def _behind(rule: str, direct: dict[str, set[str]], made: dict[str, set[str]]) -> set[str]:
    """A rule, and those that make the derived values and scores that it reads."""
    found, left = {rule}, [rule]
    while left:
        for name in direct[left.pop()] & made.keys():
            left += made[name] - found
            found |= made[name]
    return found
