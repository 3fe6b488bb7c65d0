"""What to ask next, without asking it: the interview as a pure function of what is known.

It asks for every fact that an open rule still waits for, the most urgent first. Red flags come
first among those of one urgency, and together. It stops early only when a referral is sure and
nothing that is still open could make it more urgent.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from glutemed.intake import contradictions
from glutemed.model.facts import UNKNOWN, Facts, FactValue, Members
from glutemed.model.locale import ENGLISH, Locale
from glutemed.model.outcome import Question
from glutemed.model.rule import Urgency
from glutemed.model.ruleset import Ruleset
from glutemed.model.vocabulary import FactDeclaration, Kind, Vocabulary


@attrs.frozen
class Ask:
    """One turn: a single question, or red flags that are asked together.

    Args:
        facts: What is asked.
        urgency: How urgent the most urgent rule that waits for it is, or None.
    """

    facts: tuple[FactDeclaration, ...]
    urgency: Urgency | None = None

    @property
    def is_group(self) -> bool:
        """Whether several red flags are asked together."""
        return len(self.facts) > 1


def next_ask(
    ruleset: Ruleset,
    facts: Facts,
    skipped: frozenset[str] = frozenset(),
    apart: frozenset[str] = frozenset(),
) -> Ask | None:
    """What to ask next, or None where the interview is over.

    Args:
        ruleset: The rules.
        facts: What is known so far; what was declined is not asked again.
        skipped: What was asked already, whatever came of it.
        apart: Red flags that are asked one by one.
    """
    waiting = [asked for asked in _open(ruleset, facts) if asked.fact not in skipped]
    if not waiting:
        return None
    urgency = max((asked.urgency for asked in waiting if asked.urgency), default=None)
    first = sorted(
        (ruleset.vocabulary[asked.fact] for asked in waiting if asked.urgency is urgency),
        key=lambda fact: ruleset.fact_order[fact.name],
    )
    flags = tuple(fact for fact in first if fact.red_flag and fact.kind is Kind.BOOL)
    if any(fact.name in apart for fact in flags):
        flags = flags[:1]
    single = _rest(first[0], facts.value(first[0].name), ruleset.locale)
    return Ask(flags or (_fitting(single, facts, ruleset.vocabulary),), urgency)


def _fitting(fact: FactDeclaration, facts: Facts, vocabulary: Vocabulary) -> FactDeclaration:
    """A question without the words that would contradict what is known."""
    if fact.kind is not Kind.ENUM or not fact.contradicts:
        return fact
    fits = (
        word
        for word in fact.values
        if all(
            answered.name != fact.name
            for answered, _ in contradictions(facts.with_fact(fact.name, word), vocabulary)
        )
    )
    return attrs.evolve(fact, values=tuple(fits))


def _rest(fact: FactDeclaration, value: FactValue, locale: Locale = ENGLISH) -> FactDeclaration:
    """The question about what is still open of a set of which a part is known."""
    if not isinstance(value, Members):
        return fact
    settled = value.present | value.absent | fact.silent_absent
    ask = fact.ask
    if value.present:
        known = locale.listed(
            [fact.say(word, locale) for word in fact.values if word in value.present]
        )
        # English goes on in small letters there; another language has its own way.
        question = f"{ask[:1].lower()}{ask[1:]}" if locale.catalogue is None else ask
        ask = locale.say("Besides {known}: {question}", known=known, question=question)
    rest = tuple(word for word in fact.values if word not in settled)
    return attrs.evolve(fact, values=rest, ask=ask)


def _open(ruleset: Ruleset, facts: Facts) -> tuple[Question, ...]:
    from glutemed.pipeline import decide, recommend
    from glutemed.programme.questions import open_questions

    found = open_questions(ruleset, decide(facts, ruleset))
    if found:
        return found
    # The gate may hold a programme back for a fact that no rule is waiting for.
    asked = recommend(facts, ruleset).questions
    return tuple(question for question in asked if question.fact not in facts.declined)


@attrs.frozen
class Progress:
    """What an interview has so far.

    Args:
        facts: What is known, and what was declined.
        skipped: What was asked already. Every turn adds to it, so that the interview ends.
        apart: Red flags that the person wants to be asked about one by one.
    """

    facts: Facts
    skipped: frozenset[str] = frozenset()
    apart: frozenset[str] = frozenset()

    def next_ask(self, ruleset: Ruleset) -> Ask | None:
        """What to ask next, or None where the interview is over."""
        return next_ask(ruleset, self.facts, self.skipped, self.apart)

    def answered(self, answers: Mapping[str, FactValue]) -> Progress:
        """With answers to one turn; `UNKNOWN` is "I don't know", and is not asked again."""
        facts = self.facts
        for name, value in answers.items():
            before = facts.value(name)
            if isinstance(value, Members) and isinstance(before, Members):
                present, absent = before.present | value.present, before.absent | value.absent
                facts = facts.with_fact(name, Members(present, absent - present))
            elif value is not UNKNOWN:
                facts = facts.with_fact(name, value)
            else:
                facts = facts.decline(name)
        return attrs.evolve(self, facts=facts, skipped=self.skipped | answers.keys())

    def one_by_one(self, ask: Ask) -> Progress:
        """With the red flags of one turn to be asked one by one."""
        return attrs.evolve(self, apart=self.apart | {fact.name for fact in ask.facts})


def chosen(fact: FactDeclaration, words: frozenset[str]) -> Members:
    """A set from the members that a person chose of all that were read out.

    What was read out and not chosen is absent, also where the silence of a file would not say so.
    """
    return Members(present=words, absent=frozenset(fact.values) - words - fact.silent_absent)
