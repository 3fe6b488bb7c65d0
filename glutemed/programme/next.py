"""What comes next, and what unlocks it."""

from __future__ import annotations

from glutemed.model.decision import Decision, ExerciseVerdict, Standing
from glutemed.model.exercise import Exercise
from glutemed.model.outcome import Next
from glutemed.model.ruleset import Ruleset
from glutemed.programme.questions import asked_first
from glutemed.reading.english import english

_LOCKED = frozenset({Standing.EXCLUDED, Standing.UNAVAILABLE, Standing.WITHHELD})


def coming(ruleset: Ruleset, decision: Decision, picked: tuple[str, ...]) -> tuple[Next, ...]:
    """For each family the easiest rung that is still locked, above the one that is picked.

    Families of the programme come first, in its order; then the others by stage and id.
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
    others.sort(key=lambda exercise: (exercise.stage, exercise.id))
    return tuple(
        Next(exercise.id, unlocks(ruleset, decision.verdicts[exercise.id]))
        for exercise in (*own, *others)
    )


def unlocks(ruleset: Ruleset, verdict: ExerciseVerdict) -> str:
    """What would have to be so for a locked exercise to be offered, in words without values."""
    if verdict.standing is Standing.EXCLUDED:
        rules = dict.fromkeys((*verdict.excluded_by, *verdict.perhaps_excluded_by))
        wanted = [
            english(ruleset.rule[rule].condition, ruleset.quantities, negated=True)
            for rule in rules
        ]
        return "; ".join(dict.fromkeys(wanted))
    if verdict.standing is Standing.UNAVAILABLE:
        needs = english(ruleset.exercise[verdict.exercise].needs, ruleset.quantities)
        return f"there is what it needs: {needs}"
    labels = [ruleset.vocabulary[fact].label for fact in asked_first(verdict.waits, ruleset)]
    return f"this is answered: {', '.join(labels)}"
