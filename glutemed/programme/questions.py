"""What must still be answered, most urgent first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from glutemed.engine.signature import open_rules, unasked, urgency_of
from glutemed.model.decision import Decision
from glutemed.model.outcome import Question
from glutemed.model.rule import Refer, Rule, Urgency
from glutemed.model.ruleset import Ruleset


def open_questions(ruleset: Ruleset, decision: Decision) -> tuple[Question, ...]:
    """Every fact that an open rule still waits for, without those that were declined.

    A fact that is declared to come after another one is left out while that one is open.
    By urgency, then by how many rules of that urgency wait for the fact, then by declaration: a
    fact that many milder rules wait for as well does not overtake a graver one.
    """
    waiting: dict[str, list[Rule]] = {}
    for rule in open_rules(ruleset, decision):
        for fact in unasked(rule.id, decision):
            waiting.setdefault(fact, []).append(rule)
    questions = [
        question(fact, tuple(rules), ruleset)
        for fact, rules in waiting.items()
        if ruleset.vocabulary[fact].after not in waiting
    ]
    return tuple(sorted(questions, key=lambda asked: rank(asked, waiting[asked.fact], ruleset)))


def rank(asked: Question, rules: Iterable[Rule], ruleset: Ruleset) -> tuple[int, int, int]:
    """Where a question stands among others, the first being the lowest.

    Args:
        asked: The question.
        rules: The open rules that wait for it.
        ruleset: Where the facts are declared.
    """
    as_urgent = {rule.written for rule in _as_urgent(rules, asked.urgency)}
    return -(asked.urgency or 0), -len(as_urgent), ruleset.fact_order[asked.fact]


def _as_urgent(rules: Iterable[Rule], urgency: Urgency | None) -> Iterator[Rule]:
    for rule in rules:
        refers = isinstance(rule.conclusion, Refer)
        if not rule.is_internal and (urgency_of(rule) if refers else None) == urgency:
            yield rule


def question(fact: str, rules: tuple[Rule, ...], ruleset: Ruleset) -> Question:
    """The question about a fact that some rules wait for."""
    urgent = [urgency_of(rule) for rule in rules if isinstance(rule.conclusion, Refer)]
    return Question(
        fact=fact,
        ask=ruleset.vocabulary[fact].ask,
        because=tuple(sorted({rule.written for rule in rules})),
        urgency=max(urgent, default=None),
    )


def asked_first(facts: Iterable[str], ruleset: Ruleset) -> tuple[str, ...]:
    """Facts in the order of declaration, without those that come after another one of them."""
    found = set(facts)
    kept = (fact for fact in found if ruleset.vocabulary[fact].after not in found)
    return tuple(sorted(kept, key=ruleset.fact_order.__getitem__))
