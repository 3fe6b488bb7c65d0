"""What comes next, and what unlocks it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from glutemed.model.condition import All, AnyOf, Compare, Condition, Not, Truth, leaves
from glutemed.model.decision import Decision, ExerciseVerdict, Standing
from glutemed.model.exercise import TIERS, Exercise
from glutemed.model.locale import Locale
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
    locale = ruleset.locale
    if verdict.standing is Standing.EXCLUDED:
        rules = dict.fromkeys((*verdict.excluded_by, *verdict.perhaps_excluded_by))
        wanted = [_opposites([ruleset.rule[rule].condition for rule in rules], ruleset)]
    else:
        wanted = []
    if verdict.equipment is not Truth.TRUE:
        needs = english(ruleset.exercise[verdict.exercise].needs, ruleset.quantities, locale=locale)
        wanted.append(locale.say("you have what it needs ({needs})", needs=needs))
    if verdict.withheld_by:
        wanted.append(settled(ruleset, verdict))
    elif verdict.standing is Standing.WITHHELD:
        labels = [ruleset.vocabulary[fact].label for fact in asked_first(verdict.waits, ruleset)]
        wanted.append(locale.say("this is answered: {facts}", facts=locale.listed(labels)))
    return _together(wanted, locale)


def _together(wanted: Iterable[str], locale: Locale) -> str:
    """What all must be so, in words."""
    told = list(wanted)
    joined = "".join(told[:1])
    for one in told[1:]:
        joined = locale.say("{first}, and {last}", first=joined, last=one)
    return joined


def settled(ruleset: Ruleset, verdict: ExerciseVerdict) -> str:
    """What must be known before an exercise that is withheld may be done, in words."""
    conditions = [ruleset.rule[rule].condition for rule in verdict.withheld_by]
    return ruleset.locale.say(
        "it is known that {conditions}", conditions=_opposites(conditions, ruleset)
    )


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
            others.append(english(kept, ruleset.quantities, negated=True, locale=ruleset.locale))
    said = [_said(variable, runs, ruleset) for variable, runs in allowed.items()]
    return _together(dict.fromkeys((*said, *others)), ruleset.locale)


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
    locale, declared = ruleset.locale, ruleset.quantities[variable.fact]
    label = declared.label

    def word(number: int) -> str:
        return declared.say(declared.values[number] if declared.values else number, locale)

    if not runs:
        return locale.say("{label} can change", label=label)
    first, last = runs[0]
    if first > variable.least and last < variable.most:
        return locale.say(
            "{label} is from {first} to {last}", label=label, first=word(first), last=word(last)
        )
    if first > variable.least:
        return locale.say("{label} is at least {value}", label=label, value=word(first))
    return locale.say("{label} is at most {value}", label=label, value=word(last))


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
