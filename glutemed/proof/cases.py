"""Cases tried: each person of a rulebook's cases gets what the case expects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from glutemed.model.errors import FactsInvalid
from glutemed.model.facts import Facts, Members
from glutemed.model.outcome import Outcome
from glutemed.model.ruleset import Case, Ruleset
from glutemed.pipeline import read_facts, recommend


@attrs.frozen
class CaseResult:
    """One case, and in what it was disappointed; passed where that is nothing."""

    case: Case
    faults: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether the person got what the case expects."""
        return not self.faults


def try_cases(ruleset: Ruleset) -> tuple[CaseResult, ...]:
    """Every case of a ruleset, tried.

    The people of the bundled cases have no condition and no red flag that was added to the
    rulebook. Where such
    a person's diagnosis is unknown, which leaves room for any condition, and the case promises a
    programme, the case is left out.

    Raises:
        EngineFailed: The engine failed; no case can be trusted then.
        HazardBroken: A programme would have broken a hazard.
    """
    found = []
    for case in ruleset.cases:
        faults = try_case(case, ruleset)
        if faults is not None:
            found.append(CaseResult(case, faults))
    return tuple(found)


def try_case(case: Case, ruleset: Ruleset) -> tuple[str, ...] | None:
    """In what one case is disappointed; None where it cannot be tried with what was added."""
    try:
        facts = person_of(case, ruleset)
    except FactsInvalid as invalid:
        return tuple(found.plain() for found in invalid.diagnostics)
    if facts is None:
        return None
    outcome = recommend(facts, ruleset)
    faults: list[str] = []
    for key, wanted in case.expect.items():
        faults.extend(_EXPECTATIONS[key](wanted, outcome))
    return tuple(faults)


def person_of(case: Case, ruleset: Ruleset) -> Facts | None:
    """The person of a case, without what was added; None where that leaves the case open.

    Raises:
        FactsInvalid: Something is wrong with the facts.
    """
    facts = read_facts(case.facts, ruleset)
    later = {found.id for found in ruleset.conditions if found.pack in ruleset.added}
    if ruleset.added and case.pack not in ruleset.added:
        stated = facts.complaint.conditions
        for flag in ruleset.vocabulary.red_flags:
            if flag.pack in ruleset.added:
                facts = facts.with_fact(flag.name, False)
        if isinstance(stated, Members):
            absent = stated.absent | (later - stated.present)
            facts = facts.with_fact("complaint.conditions", Members(stated.present, absent))
        elif later and case.expect["outcome"] == "programme":
            return None
    return facts


def cited(outcome: Outcome) -> set[str]:
    """The ids of all rules that an outcome cites, as written."""
    found: set[str] = set()
    if outcome.programme is not None:
        found.update(outcome.programme.rules)
        found.update(rule for p in outcome.programme.exercises for rule in p.rules)
    if outcome.referral is not None:
        found.update(reason.rule for reason in outcome.referral.reasons)
    found.update(rule for question in outcome.questions for rule in question.because)
    found.update(rule for forbidden in outcome.contraindicated for rule in forbidden.rules)
    return found


def _prescribed(outcome: Outcome) -> dict[str, Any]:
    exercises = outcome.programme.exercises if outcome.programme is not None else ()
    return {found.exercise: found for found in exercises}


def _same(what: str, wanted: object, found: object) -> list[str]:
    return [] if wanted == found else [f"{what}: expected {wanted}, got {found}"]


def _outcome(wanted: str, outcome: Outcome) -> list[str]:
    return _same("outcome", wanted, outcome.kind.value)


def _stage(wanted: int, outcome: Outcome) -> list[str]:
    return _same("stage", wanted, outcome.programme.stage if outcome.programme else None)


def _urgency(wanted: str, outcome: Outcome) -> list[str]:
    found = outcome.referral.urgency.word if outcome.referral else None
    if outcome.sure_urgency is not None:
        found = outcome.sure_urgency.word
    return _same("urgency", wanted, found)


def _has(wanted: Iterable[str], outcome: Outcome) -> list[str]:
    found = _prescribed(outcome)
    return [
        f"has: `{name}` is not in the programme ({', '.join(found) or 'there is none'})"
        for name in wanted
        if name not in found
    ]


def _lacks(wanted: Iterable[str], outcome: Outcome) -> list[str]:
    found = _prescribed(outcome)
    return [f"lacks: `{name}` is in the programme" for name in wanted if name in found]


def _unavailable(wanted: Iterable[str], outcome: Outcome) -> list[str]:
    found = {unavailable.exercise for unavailable in outcome.unavailable}
    return [f"unavailable: `{name}` is not" for name in wanted if name not in found]


def _asks(wanted: Iterable[str], outcome: Outcome) -> list[str]:
    found = {question.fact for question in outcome.questions}
    return [f"asks: `{name}` is not asked" for name in wanted if name not in found]


def _asks_first(wanted: str, outcome: Outcome) -> list[str]:
    first = outcome.questions[0].fact if outcome.questions else None
    return _same("asks_first", wanted, first)


def _because(wanted: Iterable[str], outcome: Outcome) -> list[str]:
    found = cited(outcome)
    return [f"because: `{name}` is not cited" for name in wanted if name not in found]


def _withheld(wanted: Mapping[str, list[str]], outcome: Outcome) -> list[str]:
    found = {withheld.exercise: sorted(withheld.facts) for withheld in outcome.withheld}
    return [
        fault
        for name, facts in wanted.items()
        for fault in _same(f"withheld `{name}`", sorted(facts), found.get(name))
    ]


def _contraindicated(wanted: Mapping[str, list[str]], outcome: Outcome) -> list[str]:
    found = {forbidden.exercise: set(forbidden.rules) for forbidden in outcome.contraindicated}
    return [
        f"contraindicated `{name}`: `{rule}` does not say so"
        for name, rules in wanted.items()
        for rule in rules
        if rule not in found.get(name, set())
    ]


def _depth(wanted: Mapping[str, int], outcome: Outcome) -> list[str]:
    found = {name: p.knee_flexion_deg for name, p in _prescribed(outcome).items()}
    return [
        fault
        for name, depth in wanted.items()
        for fault in _same(f"depth of `{name}`", depth, found.get(name))
    ]


def _dose(wanted: Mapping[str, Mapping[str, int]], outcome: Outcome) -> list[str]:
    found = {name: attrs.asdict(p.dose) for name, p in _prescribed(outcome).items()}
    return [
        fault
        for name, amounts in wanted.items()
        for amount, number in amounts.items()
        for fault in _same(f"{amount} of `{name}`", number, found.get(name, {}).get(amount))
    ]


_EXPECTATIONS: Mapping[str, Any] = {
    "outcome": _outcome,
    "stage": _stage,
    "urgency": _urgency,
    "has": _has,
    "lacks": _lacks,
    "unavailable": _unavailable,
    "asks": _asks,
    "asks_first": _asks_first,
    "because": _because,
    "withheld": _withheld,
    "contraindicated": _contraindicated,
    "depth": _depth,
    "dose": _dose,
}
