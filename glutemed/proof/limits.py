"""Limits that change nothing for anybody."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from glutemed.model.exercise import SIDES, Exercise
from glutemed.model.rule import Conclusion, Limit, Rule
from glutemed.programme.prescribe import DAYS, MOST_EXERCISES, REVIEW_WEEKS
from glutemed.proof.encoding import Encoding
from glutemed.proof.findings import Fault, Finding, as_written
from glutemed.proof.solver import Solver
from glutemed.reading.smt import FALSE, TRUE, conjunction, disjunction, negation

_WITHOUT_LIMIT = {
    "exercises": MOST_EXERCISES,
    "sessions_per_week": DAYS,
    "review_weeks": REVIEW_WEEKS,
}


def limits_never_reached(
    rules: Iterable[Rule], encoding: Encoding, solver: Solver
) -> Iterator[Finding]:
    """Limits that change nothing for anybody.

    A limit is reached where somebody who is not referred has it as the least on some exercise
    that would be offered but for limits on this amount, and would go beyond it: by its stage, by
    its bend, by a step of its dose that is earned, or by a side that no other limit takes away.
    """
    due: dict[str, bool] = {}

    def is_never_reached(rule: Rule) -> bool:
        formulas = [each for each in _reached(rule, encoding) if each != FALSE]
        due[rule.written] = due.get(rule.written, False) or bool(formulas)
        counts = (encoding.offers.unreferred, encoding.names.perhaps(rule.id))
        return not any(_possible(solver, conjunction((*counts, each))) for each in formulas)

    limiting = (rule for rule in rules if isinstance(rule.conclusion, Limit))
    for rule in as_written(limiting, is_never_reached):
        stricter = "Where it holds, other rules are stricter, so it changes nothing for anybody."
        yield Finding(
            fault=Fault.LIMIT_NEVER_REACHED,
            id=rule.written,
            says=stricter if due[rule.written] else "Nothing that it is about ever goes beyond it.",
            where=rule.span.where,
            second_lock=_is_of_exercises(rule.conclusion),
        )


def _is_of_exercises(conclusion: Conclusion) -> bool:
    """Whether what a limit changes depends on how the exercises are."""
    assert isinstance(conclusion, Limit)
    return conclusion.touch is not None or conclusion.amount == "stage"


def _possible(solver: Solver, formula: str) -> bool:
    with solver.narrowed(formula):
        return solver.possible()


def _reached(rule: Rule, encoding: Encoding) -> Iterator[str]:
    """For each exercise, the formula that this limit is the least, and more was due."""
    limit = rule.conclusion
    assert isinstance(limit, Limit)
    if limit.touch is None and limit.amount != "stage":
        assert isinstance(limit.at, int)
        if limit.at <= _WITHOUT_LIMIT[limit.amount]:
            yield conjunction((encoding.programme, *_least(limit, None, encoding)))
        return
    for exercise in encoding.ruleset.exercises:
        if limit.touch is None or exercise.id in limit.touch.exercises:
            yield conjunction(
                (
                    _due(rule.id, limit, exercise, encoding),
                    encoding.offers.offered_but_for(exercise, limit.amount),
                    *_least(limit, exercise, encoding),
                )
            )


def _least(limit: Limit, exercise: Exercise | None, encoding: Encoding) -> Iterator[str]:
    """That no stricter limit on the same amount counts."""
    rules = encoding.ruleset.rules
    places = encoding.offers.join.programme.get(limit.amount, ())
    others = [(rules[place].id, rules[place].conclusion) for place in places]
    if exercise is not None:
        others = list(encoding.offers.limits(exercise, limit.amount))
    for rule, other in others:
        assert isinstance(other, Limit)
        if isinstance(limit.at, int) and isinstance(other.at, int) and other.at < limit.at:
            yield negation(encoding.names.perhaps(rule))


def _due(rule: str, limit: Limit, exercise: Exercise, encoding: Encoding) -> str:
    """The formula that without limits on its amount an exercise would go beyond this one."""
    offers, at = encoding.offers, limit.at
    if isinstance(at, tuple):
        others = [
            (other, conclusion.at)
            for other, conclusion in offers.limits(exercise, limit.amount)
            if isinstance(conclusion.at, tuple) and other != rule
        ]
        return disjunction(
            conjunction(
                negation(encoding.names.perhaps(other))
                for other, kept in others
                if side not in kept
            )
            for side in SIDES
            if side not in at
        )
    if limit.amount == "stage":
        return TRUE if exercise.stage > at else FALSE
    if limit.amount == "knee_flexion_deg":
        return TRUE if exercise.knee_flexion_deg.most > at else FALSE
    return disjunction(
        offers.earned(exercise, step) if step else TRUE
        for step, dose in enumerate(exercise.dose)
        if getattr(dose, limit.amount) > at
    )
