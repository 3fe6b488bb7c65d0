"""What to ask next, without asking it: the interview as a pure function of what is known.

It asks for every fact that an open rule still waits for, the most urgent first. Red flags come
first among those of one urgency, and together; so does which exercises were done. It stops early
only when a referral is sure and nothing that is still open could make it more urgent. Every turn
keeps what was known before it, so that it can be taken back.
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

EACH, DONE = "response.each.", ".sessions"
"""What the names of the facts about how often an exercise was done begin and end with."""


@attrs.frozen
class Ask:
    """One turn: a single question, or red flags or exercises that are asked together.

    Args:
        facts: What is asked.
        urgency: How urgent the most urgent rule that waits for it is, or None.
    """

    facts: tuple[FactDeclaration, ...]
    urgency: Urgency | None = None

    @property
    def is_group(self) -> bool:
        """Whether several facts are asked together."""
        return len(self.facts) > 1

    @property
    def is_of_exercises(self) -> bool:
        """Whether it asks together which exercises were done."""
        return self.is_group and bool(exercise_of(self.facts[0].name))


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
        apart: What is asked one by one, though it could be asked together.
    """
    waiting = [asked for asked in open_now(ruleset, facts) if asked.fact not in skipped]
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
    if flags:
        return Ask(flags, urgency)
    if exercise_of(first[0].name):
        exercises = dict.fromkeys(exercise_of(fact.name) for fact in first)
        done = tuple(
            ruleset.vocabulary[f"{EACH}{exercise}{DONE}"]
            for exercise in exercises
            if exercise and can_be_listed(exercise, facts, skipped | apart)
        )
        if len(done) > 1:
            return Ask(done, urgency)
    single = _rest(first[0], facts.value(first[0].name), ruleset.locale)
    return Ask((_fitting(single, facts, ruleset.vocabulary),), urgency)


def exercise_of(fact: str) -> str:
    """The id of the exercise that a fact is about; empty where it is about none."""
    return fact.removeprefix(EACH).rpartition(".")[0] if fact.startswith(EACH) else ""


def can_be_listed(exercise: str, facts: Facts, asked: frozenset[str]) -> bool:
    """Whether it may be asked in a list with others if an exercise was done at all.

    Args:
        exercise: Its id.
        facts: What is known.
        asked: The facts that were asked, or are to be asked one by one.
    """
    name = f"{EACH}{exercise}{DONE}"
    return facts.value(name) is UNKNOWN and name not in asked | facts.declined


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


def open_now(ruleset: Ruleset, facts: Facts) -> tuple[Question, ...]:
    """Every question that is open, without those that were declined."""
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
        apart: What the person wants to be asked about one by one.
        before: What it was before the last turn.
    """

    facts: Facts
    skipped: frozenset[str] = frozenset()
    apart: frozenset[str] = frozenset()
    before: Progress | None = attrs.field(default=None, eq=False, repr=False)

    @property
    def turns(self) -> int:
        """How many turns there have been."""
        return 0 if self.before is None else self.before.turns + 1

    def back(self) -> Progress:
        """Without the last turn; the same where there was none."""
        return self.before or self

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
        return attrs.evolve(self, facts=facts, skipped=self.skipped | answers.keys(), before=self)

    def one_by_one(self, ask: Ask) -> Progress:
        """With the facts of one turn to be asked one by one."""
        apart = self.apart | {fact.name for fact in ask.facts}
        return attrs.evolve(self, apart=apart, before=self)

    def done(self, ask: Ask, chosen: frozenset[str]) -> Progress:
        """With the exercises that a person chose of a list; how often is asked one by one.

        Of one that was read out and not chosen no session was done, no step was earned, and none
        hurt.
        """
        answers: dict[str, FactValue] = {}
        for fact in ask.facts:
            if fact.name not in chosen:
                answers[fact.name] = 0
                for field in (".steps_earned", ".pain_during"):
                    name = f"{fact.name.removesuffix(DONE)}{field}"
                    if self.facts.value(name) is UNKNOWN and name not in self.facts.declined:
                        answers[name] = 0
        return attrs.evolve(self.answered(answers), apart=self.apart | chosen)


def chosen(fact: FactDeclaration, words: frozenset[str]) -> Members:
    """A set from the members that a person chose of all that were read out.

    What was read out and not chosen is absent, also where the silence of a file would not say so.
    """
    return Members(present=words, absent=frozenset(fact.values) - words - fact.silent_absent)
