"""Draft → `Ruleset`: the internal rules, the range of scores, the fingerprint."""

from __future__ import annotations

import attrs

from glutemed.model.condition import ALWAYS, All, Compare, Comparison, Condition
from glutemed.model.diagnostic import Span
from glutemed.model.exercise import Exercise
from glutemed.model.locale import message
from glutemed.model.rule import Earn, Need, Rule, Score, ScoreSum, Watch
from glutemed.model.ruleset import Ruleset
from glutemed.rulebook.fingerprint import fingerprint
from glutemed.rulebook.parse import Draft

MOST_PAIN_DURING = 5
"""Pain during an exercise above which it loses what it earned (the red of the pain-monitoring model)."""

NEEDS = message("{exercise} needs equipment.")
EARNED = message(
    "A step of the dose is earned in two sessions, and kept while the exercise does not "
    "hurt more than 5 of 10."
)


def build(draft: Draft, version: str, added: frozenset[str] = frozenset()) -> Ruleset:
    """The ruleset that a draft without errors makes.

    Args:
        draft: What the files say.
        version: The version of the ruleset.
        added: Names of the packs that did not come with glutemed.
    """
    # No id that an author can write has two slashes together, so these cannot meet.
    made = (*draft.rules, *_internal(draft))
    assert len({rule.id for rule in made}) == len(made)
    ruleset = Ruleset(
        packs=tuple(sorted({page.pack for page in draft.pages}, key=lambda pack: pack.name)),
        version=version,
        fingerprint="",
        vocabulary=draft.vocabulary,
        conditions=draft.conditions,
        derived=draft.derived,
        scores=tuple(_ranged(total, draft.rules) for total in draft.scores),
        rules=tuple(sorted(made, key=lambda rule: rule.id)),
        exercises=draft.exercises,
        figures=draft.figures,
        hazards=draft.hazards,
        sources=draft.sources,
        cases=draft.cases,
        added=added,
    )
    return attrs.evolve(ruleset, fingerprint=fingerprint(ruleset))


def _ranged(total: ScoreSum, rules: tuple[Rule, ...]) -> ScoreSum:
    points = [
        rule.conclusion.points
        for rule in rules
        if isinstance(rule.conclusion, Score) and rule.conclusion.name == total.name
    ]
    return attrs.evolve(
        total, least=sum(min(p, 0) for p in points), most=sum(max(p, 0) for p in points)
    )


def _internal(draft: Draft) -> list[Rule]:
    made = [rule for exercise in draft.exercises for rule in _of_exercise(exercise)]
    for hazard in draft.hazards:
        made.append(
            _rule(
                f"{hazard.id}//watch",
                hazard.id,
                hazard.when,
                Watch(hazard.id, draft.watched[hazard.id]),
                hazard.because,
                hazard.sources,
                hazard.span,
            )
        )
    return made


def _of_exercise(exercise: Exercise) -> list[Rule]:
    made = []
    name = f"exercises/{exercise.id}"
    if exercise.needs != ALWAYS:
        because = NEEDS.format(exercise=exercise.name)
        made.append(
            _rule(
                f"{name}//needs",
                name,
                exercise.needs,
                Need(exercise.id),
                because,
                exercise.sources,
                exercise.span,
            )
        )
    for step in range(1, len(exercise.dose)):
        made.append(
            _rule(
                f"{name}//step-{step:02}",
                name,
                _earned(exercise, step),
                Earn(exercise.id, step),
                EARNED,
                exercise.sources,
                exercise.span,
            )
        )
    return made


def _earned(exercise: Exercise, step: int) -> Condition:
    """When a step of the dose is earned: said to be, after two sessions a step, without red pain."""
    facts = f"response.each.{exercise.id}"

    def at(name: str, comparison: Comparison, number: int) -> Compare:
        return Compare(name, comparison, (number,), exercise.span)

    return All(
        (
            at("response.sessions_done", Comparison.AT_LEAST, 1),
            at(f"{facts}.steps_earned", Comparison.AT_LEAST, step),
            at(f"{facts}.sessions", Comparison.AT_LEAST, 2 * step),
            at(f"{facts}.pain_during", Comparison.AT_MOST, MOST_PAIN_DURING),
        )
    )


def _rule(
    identity: str,
    written: str,
    condition: Condition,
    conclusion: Need | Earn | Watch,
    because: str,
    sources: tuple[str, ...],
    span: Span,
) -> Rule:
    return Rule(
        id=identity,
        written=written,
        pack=written.partition("/")[0],
        condition=condition,
        conclusion=conclusion,
        because=because,
        sources=sources,
        span=span,
    )
