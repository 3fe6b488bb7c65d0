"""What comes next, and what unlocks it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from glutemed.model.condition import All, AnyOf, Compare, Condition, Not, Truth, leaves
from glutemed.model.decision import Decision, ExerciseVerdict, Standing
from glutemed.model.exercise import TIERS, Exercise
from glutemed.model.outcome import Next
from glutemed.model.ruleset import Ruleset
from glutemed.programme.questions import asked_first
from glutemed.reading.english import english
from glutemed.reading.runs import Run, Variable, Within, lower, variables

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
    return tuple(
        Next(exercise.id, unlocks(ruleset, decision.verdicts[exercise.id]))
        for exercise in (*own, *nearest.values())
    )


def unlocks(ruleset: Ruleset, verdict: ExerciseVerdict) -> str:
    """What would have to be so for a locked exercise to be offered, in words without values."""
    if verdict.standing is Standing.EXCLUDED:
        rules = dict.fromkeys((*verdict.excluded_by, *verdict.perhaps_excluded_by))
        wanted = [_opposites([ruleset.rule[rule].condition for rule in rules], ruleset)]
    else:
        wanted = []
    if verdict.equipment is not Truth.TRUE:
        needs = english(ruleset.exercise[verdict.exercise].needs, ruleset.quantities)
        wanted.append(f"you have what it needs ({needs})")
    if verdict.withheld_by:
        wanted.append(settled(ruleset, verdict))
    elif verdict.standing is Standing.WITHHELD:
        labels = [ruleset.vocabulary[fact].label for fact in asked_first(verdict.waits, ruleset)]
        wanted.append(f"this is answered: {', '.join(labels)}")
    return ", and ".join(wanted)


def settled(ruleset: Ruleset, verdict: ExerciseVerdict) -> str:
    """What must be known before an exercise that is withheld may be done, in words."""
    conditions = [ruleset.rule[rule].condition for rule in verdict.withheld_by]
    return f"it is known that {_opposites(conditions, ruleset)}"


def _opposites(conditions: Iterable[Condition], ruleset: Ruleset) -> str:
    """That none of some conditions holds, in words, with what is asked of one fact said once."""
    allowed: dict[Variable, list[Run]] = {}
    others: list[str] = []
    for kept in _alternatives(_without_guards(condition, ruleset) for condition in conditions):
        found = list(variables(lower(kept, ruleset.quantities, negated=True)))
        if len(found) == 1 and not found[0].variable.member and _ordered(found[0], ruleset):
            leaf = found[0]
            allowed[leaf.variable] = [
                (max(first, start), min(last, end))
                for first, last in allowed.get(leaf.variable, [leaf.runs[0]])
                for start, end in leaf.runs
                if max(first, start) <= min(last, end)
            ]
        else:
            others.append(english(kept, ruleset.quantities, negated=True))
    said = [_said(variable, runs, ruleset) for variable, runs in allowed.items()]
    return ", and ".join(dict.fromkeys((*said, *others)))


def _alternatives(conditions: Iterable[Condition]) -> Iterator[Condition]:
    """Conditions of which none may hold, an "any of these" taken apart."""
    for condition in conditions:
        if isinstance(condition, AnyOf) and condition.children:
            yield from _alternatives(condition.children)
        else:
            yield condition


def _ordered(leaf: Within, ruleset: Ruleset) -> bool:
    return len(leaf.runs) == 1 and ruleset.quantities[leaf.variable.fact].is_ordered


def _said(variable: Variable, runs: list[Run], ruleset: Ruleset) -> str:
    declared = ruleset.quantities[variable.fact]

    def word(number: int) -> str:
        return declared.say(declared.values[number] if declared.values else number)

    if not runs:
        return f"{declared.label} can change"
    first, last = runs[0]
    if first > variable.least and last < variable.most:
        return f"{declared.label} is from {word(first)} to {word(last)}"
    if first > variable.least:
        return f"{declared.label} is at least {word(first)}"
    return f"{declared.label} is at most {word(last)}"


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
