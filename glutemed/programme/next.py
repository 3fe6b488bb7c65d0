"""What comes next, and what unlocks it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from glutemed.model.condition import All, AnyOf, Compare, Condition, Not, Truth, leaves
from glutemed.model.decision import Decision, ExerciseVerdict, Standing
from glutemed.model.exercise import TIERS, Exercise
from glutemed.model.outcome import Next
from glutemed.model.ruleset import Ruleset
from glutemed.programme.clauses import clauses, facts_in
from glutemed.programme.questions import asked_first
from glutemed.reading.runs import Lowered, lower

_LOCKED = frozenset({Standing.EXCLUDED, Standing.UNAVAILABLE, Standing.WITHHELD})


def coming(ruleset: Ruleset, decision: Decision, picked: tuple[str, ...]) -> tuple[Next, ...]:
    """For each family the easiest rung that is still locked, above the one that is picked.

    Families of the programme come first, in its order. Of the others only those of the stage that
    comes next, one for each target: what lies further off would say too much too early.
    """
    rung = {
        ruleset.exercise[exercise].family: ruleset.exercise[exercise].rung for exercise in picked
    }
    locked: dict[str, Exercise] = {}
    for exercise in sorted(ruleset.exercises, key=lambda exercise: exercise.rung):
        standing = decision.verdicts[exercise.id].standing
        if standing in _LOCKED and exercise.rung > rung.get(exercise.family, 0):
            locked.setdefault(exercise.family, exercise)
    own = [locked[family] for family in rung if family in locked]
    others = [exercise for family, exercise in locked.items() if family not in rung]
    others.sort(key=lambda exercise: (exercise.stage, -TIERS.index(exercise.tier), exercise.id))
    nearest: dict[str, Exercise] = {}
    for exercise in others:
        if exercise.stage == others[0].stage:
            nearest.setdefault(exercise.target, exercise)
    found = (
        Next(exercise.id, unlocks(ruleset, decision.verdicts[exercise.id]))
        for exercise in (*own, *nearest.values())
    )
    return tuple(one for one in found if one.unlocks)


def unlocks(ruleset: Ruleset, verdict: ExerciseVerdict) -> str:
    """What would have to be so for a locked exercise to be offered, in words behind "once".

    Empty where it can never be so.
    """
    wanted: list[Lowered] = []
    if verdict.standing is Standing.EXCLUDED:
        wanted += _none_of((*verdict.excluded_by, *verdict.perhaps_excluded_by), ruleset)
    if verdict.equipment is not Truth.TRUE:
        wanted.append(lower(ruleset.exercise[verdict.exercise].needs, ruleset.quantities))
    wanted += _none_of(verdict.withheld_by, ruleset)
    found = clauses(wanted, ruleset, verdict.exercise)
    if found is None:
        return ""
    locale = ruleset.locale
    if verdict.standing is Standing.WITHHELD and not verdict.withheld_by:
        said = {fact for one in wanted for fact in facts_in(one)}
        asked = [fact for fact in asked_first(verdict.waits, ruleset) if fact not in said]
        labels = [locale.say("“{label}”", label=ruleset.vocabulary[fact].label) for fact in asked]
        if labels:
            things = locale.all_of(labels)
            found = (
                *found,
                locale.say("you have answered what is asked about {things}", things=things),
            )
    return locale.all_of(found)


def needs(ruleset: Ruleset, verdict: ExerciseVerdict) -> str:
    """What somebody lacks for an exercise whose equipment is not there, in words behind "once"."""
    wanted = lower(ruleset.exercise[verdict.exercise].needs, ruleset.quantities)
    others = _none_of(verdict.withheld_by, ruleset)
    found = clauses((wanted, *others), ruleset, verdict.exercise)
    if found is None:
        found = clauses((wanted,), ruleset, verdict.exercise)
    return ruleset.locale.all_of(found or ())


def _none_of(rules: Iterable[str], ruleset: Ruleset) -> Iterator[Lowered]:
    """That none of some rules holds."""
    for rule in dict.fromkeys(rules):
        kept = _without_guards(ruleset.rule[rule].condition, ruleset)
        yield lower(kept, ruleset.quantities, negated=True)


def _without_guards(condition: Condition, ruleset: Ruleset) -> Condition:
    """A condition without comparisons that only guard a fact that is asked after theirs."""
    if isinstance(condition, Not):
        return Not(_without_guards(condition.child, ruleset))
    if isinstance(condition, Compare):
        return condition
    first = {
        ruleset.vocabulary[leaf.fact].after
        for leaf in leaves(condition)
        if leaf.fact in ruleset.vocabulary
    }
    kept = tuple(
        _without_guards(child, ruleset)
        for child in condition.children
        if not (isinstance(child, Compare) and child.fact in first)
    )
    if len(kept) == 1:
        return kept[0]
    return All(kept) if isinstance(condition, All) else AnyOf(kept)
