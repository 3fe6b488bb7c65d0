"""What one real person gets by a rulebook, and in what kinds that differs from another book."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress

import attrs

from glutemed.engine.signature import referring
from glutemed.model.condition import Truth
from glutemed.model.decision import Decision, Standing
from glutemed.model.errors import HazardBroken
from glutemed.model.exercise import Dose, Exercise
from glutemed.model.facts import Facts
from glutemed.model.outcome import Outcome, OutcomeKind
from glutemed.model.rule import Advise, Caution, Refer
from glutemed.model.ruleset import Ruleset
from glutemed.model.version import VERSION
from glutemed.pipeline import decide, recommend
from glutemed.programme.prescribe import prescribe
from glutemed.proof.diff_formulas import harder
from glutemed.proof.diff_joint import told
from glutemed.proof.diff_kinds import NATURE, WHOLE_PROGRAMME, Change


@attrs.frozen(kw_only=True)
class Given:
    """One exercise as it is offered.

    Args:
        notes: The cautions, each by its rule as written.
    """

    exercise: Exercise
    dose: Dose
    depth: int
    sides: tuple[str, ...]
    notes: Mapping[str, str]


@attrs.frozen(kw_only=True)
class Got:
    """What one person gets by one rulebook.

    Args:
        outcome: What the whole pipeline gives; None where the gate stopped a programme.
        asks: Whether there are questions before the gate.
        urgency: How urgently the person is referred for sure; 0 for not at all.
        by_rules: The same, by rules alone.
        possible: How urgently the person could be referred, were more known.
        referral: To whom, and what to do now; empty without a referral by rules.
        offered: The exercises of which a programme is chosen, by id.
        amounts: The limits on the programme.
        advice: What is advised, each by its rule as written.
        stop: When to stop, each by its rule as written.
        held: Whether the gate holds a programme back.
    """

    outcome: Outcome | None
    asks: bool
    urgency: int
    by_rules: int
    possible: int
    referral: tuple[frozenset[str], frozenset[str]]
    offered: Mapping[str, Given]
    amounts: Mapping[str, int]
    advice: Mapping[str, str]
    stop: Mapping[str, str]
    held: bool

    @property
    def chosen(self) -> tuple[str, ...]:
        """The exercises of the programme, if there is one."""
        programme = None if self.outcome is None else self.outcome.programme
        return () if programme is None else tuple(each.exercise for each in programme.exercises)

    @property
    def kind(self) -> str:
        """Which outcome it is; ``stopped`` where the gate stopped a programme."""
        return "stopped" if self.outcome is None else self.outcome.kind.value


def got(facts: Facts, ruleset: Ruleset) -> Got:
    """What a person gets by one rulebook, told what it has words for.

    Raises:
        EngineFailed: The engine failed; nothing was decided.
    """
    person = told(facts, ruleset)
    decision = decide(person, ruleset)
    before_gate = prescribe(ruleset, decision, VERSION)
    outcome: Outcome | None = None
    with suppress(HazardBroken):
        outcome = recommend(person, ruleset)
    refers = [(r, r.conclusion) for r in ruleset.rules if isinstance(r.conclusion, Refer)]
    found = referring(ruleset, decision)
    by_rules = found.urgency or 0
    urgency = by_rules
    if not by_rules and before_gate.referral is not None:
        urgency = before_gate.referral.urgency
    top = [r.conclusion for r in found.sure if isinstance(r.conclusion, Refer)]
    top = [refer for refer in top if refer.urgency == by_rules]
    is_programme = before_gate.programme is not None
    return Got(
        outcome=outcome,
        asks=before_gate.kind is OutcomeKind.QUESTIONS,
        urgency=urgency,
        by_rules=by_rules,
        possible=max(
            (r.urgency for rule, r in refers if decision.truths[rule.id] is not Truth.FALSE),
            default=0,
        ),
        referral=(
            frozenset(word for refer in top for word in refer.to),
            frozenset(refer.now for refer in top),
        ),
        offered=dict(_offered(ruleset, decision)) if is_programme else {},
        amounts=_amounts(decision) if is_programme else {},
        advice=_advice(ruleset, decision, stop=False) if is_programme else {},
        stop=_advice(ruleset, decision, stop=True) if is_programme else {},
        held=is_programme and (outcome is None or outcome.kind is not OutcomeKind.PROGRAMME),
    )


def _offered(ruleset: Ruleset, decision: Decision) -> Iterable[tuple[str, Given]]:
    for verdict in decision.verdicts.values():
        if verdict.standing is Standing.OFFERED:
            exercise = ruleset.exercise[verdict.exercise]
            notes = {}
            for rule in (*verdict.cautioned_by, *verdict.perhaps_cautioned_by):
                conclusion = ruleset.rule[rule].conclusion
                assert isinstance(conclusion, Caution)
                notes[ruleset.rule[rule].written] = conclusion.note
            yield (
                exercise.id,
                Given(
                    exercise=exercise,
                    dose=exercise.dose[verdict.step],
                    depth=verdict.knee_flexion_deg,
                    sides=verdict.working_sides,
                    notes=notes,
                ),
            )


def _amounts(decision: Decision) -> dict[str, int]:
    found = dict(WHOLE_PROGRAMME)
    for amount, limit in decision.limits.items():
        if amount in found and isinstance(limit.applied, int):
            found[amount] = min(found[amount], limit.applied)
    return found


def _advice(ruleset: Ruleset, decision: Decision, *, stop: bool) -> dict[str, str]:
    return {
        rule.written: rule.conclusion.text
        for rule in ruleset.rules
        if isinstance(rule.conclusion, Advise)
        and rule.conclusion.stop is stop
        and decision.true(rule.id)
    }


def changes(before: Got, after: Got) -> dict[Change, tuple[str, ...]]:
    """The kinds in which what a person gets differs, each with what it is about, sorted."""
    found: dict[Change, set[str]] = {}
    for change, about in _less_safe(before, after):
        found.setdefault(change, set()).add(about)
    for change, about in _less_safe(after, before):
        found.setdefault(change.mirrored, set()).add(about)
    for change, about in _otherwise(before, after):
        found.setdefault(change, set()).add(about)
    return {change: tuple(sorted(found[change])) for change in Change if change in found}


def _less_safe(before: Got, after: Got) -> Iterable[tuple[Change, str]]:
    for exercise, given in after.offered.items():
        was = before.offered.get(exercise)
        if was is None:
            yield Change.NEW_EXERCISE, exercise
            continue
        if harder(was.dose, given.dose):
            yield Change.HIGHER_DOSE, exercise
        if given.depth > was.depth:
            yield Change.DEEPER, exercise
        if set(given.sides) - set(was.sides):
            yield Change.MORE_SIDES, exercise
        if _gone(was.notes, given.notes):
            yield Change.CAUTION_GONE, exercise
    if before.amounts and after.amounts:
        for amount, most in after.amounts.items():
            if most > before.amounts[amount]:
                yield Change.LOOSER_PROGRAMME, amount
        for rule in _gone(before.stop, after.stop):
            yield Change.STOP_GONE, rule
    if before.urgency and not after.urgency:
        yield Change.REFERRAL_GONE, ""
    elif before.urgency > after.urgency:
        yield Change.LOWER_URGENCY, ""
    if before.possible > max(before.by_rules, after.possible):
        yield Change.LESS_LOOKED_FOR, ""
    if before.held and after.outcome is not None and after.outcome.programme is not None:
        yield Change.GATE_OPENS, ""
    if after.asks and not before.asks:
        yield Change.MORE_QUESTIONS, ""


def _gone(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """The rules that said something, where neither the rule nor the same words are left."""
    left = set(after.values())
    return [rule for rule, text in before.items() if rule not in after and text not in left]


def _otherwise(before: Got, after: Got) -> Iterable[tuple[Change, str]]:
    for exercise, given in after.offered.items():
        was = before.offered.get(exercise)
        if was is None:
            continue
        if any(getattr(was.exercise, n) != getattr(given.exercise, n) for n in NATURE):
            yield Change.OTHER_EXERCISE, exercise
        if any(given.notes.get(rule, note) != note for rule, note in was.notes.items()):
            yield Change.OTHER_CAUTION, exercise
    if before.amounts and after.amounts:
        for one, other in ((before.advice, after.advice), (after.advice, before.advice)):
            said = set(other.values())
            for rule, text in one.items():
                if text not in said:
                    yield Change.OTHER_ADVICE, rule
        for rule, text in before.stop.items():
            if after.stop.get(rule, text) != text:
                yield Change.OTHER_ADVICE, rule
    if before.by_rules and before.by_rules == after.by_rules:
        rising = before.possible > before.by_rules or after.possible > after.by_rules
        if before.referral != after.referral and not rising:
            yield Change.SEEN_ELSEWHERE, ""
    if before.chosen and after.chosen and set(before.chosen) != set(after.chosen):
        yield Change.OTHER_CHOICE, ""
