"""The interview as a person meets it: questions on stderr, answers from stdin."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import TypeVar

import attrs

from glutemed.cli import screen
from glutemed.cli.answers import (
    BackError,
    NotUnderstoodError,
    OneByOneError,
    StopError,
    answer,
    answers,
    numbered,
    steer,
)
from glutemed.cli.interview import Ask, Progress, exercise_of
from glutemed.cli.prompts import EndedError, choice, tell, until_understood
from glutemed.cli.questions_left import left_after
from glutemed.intake import contradictions
from glutemed.model.condition import leaves
from glutemed.model.facts import Facts, FactValue
from glutemed.model.locale import message
from glutemed.model.rule import Urgency
from glutemed.model.ruleset import Ruleset
from glutemed.model.vocabulary import FactDeclaration, Kind

_CONDITIONS = "complaint.conditions"
_MOST_TURNS = 600

Understood = TypeVar("Understood")
Keep = Callable[[Facts], None]


class Ending(enum.Enum):
    """How an interview came to its end."""

    FINISHED = "finished"
    STOPPED = "stopped"
    INTERRUPTED = "interrupted"


@attrs.frozen
class Interviewed:
    """What an interview has found.

    Args:
        facts: With the answers; what was answered with "I don't know" is declined.
        ending: How it came to its end.
        answered: Whether anything was answered.
    """

    facts: Facts = attrs.field(repr=False)
    ending: Ending = Ending.FINISHED
    answered: bool = False


def interview(ruleset: Ruleset, facts: Facts, skipped: frozenset[str] = frozenset()) -> Facts:
    """Ask until nothing is open that could change the outcome, or until the person stops.

    Args:
        ruleset: The rules.
        facts: What is known already.
        skipped: What is not asked, though it is open.

    Returns:
        The facts with the answers; what was answered with "I don't know" is declined.

    Raises:
        KeyboardInterrupt: The person has pressed Ctrl-C.
    """
    found = interviewed(ruleset, facts, skipped=skipped)
    if found.ending is Ending.INTERRUPTED:
        raise KeyboardInterrupt
    if found.ending is Ending.STOPPED:
        tell_so_far(ruleset)
    return found.facts


def tell_so_far(ruleset: Ruleset) -> None:
    """Say that an outcome follows which more answers could change."""
    tell(ruleset.locale.say("You ended the questions here. This is what can be said so far:"))
    screen.note("")


def interviewed(
    ruleset: Ruleset,
    facts: Facts,
    keep: Keep = lambda _: None,
    skipped: frozenset[str] = frozenset(),
) -> Interviewed:
    """Ask until nothing is open that could change the outcome, or until the person stops.

    Args:
        ruleset: The rules.
        facts: What is known already.
        keep: Is given the facts after each turn, so that nothing is lost whatever happens.
        skipped: What is not asked, though it is open.
    """
    progress, say = Progress(facts, skipped), ruleset.locale.say
    if progress.next_ask(ruleset) is None:
        tell(say("Nothing more needs to be asked."))
        screen.note("")
        return Interviewed(facts)
    tell(
        say(
            "Some questions about you and your knee. If you don't know an answer, type ? and go "
            "on. To change your last answer, type back. To end the questions early, type stop."
        )
    )
    if facts.stated():
        tell(say("What you have answered already is not asked again."))
    ending = Ending.STOPPED
    try:
        for _ in range(_MOST_TURNS):
            turned = _turned(progress, ruleset)
            if turned is None:
                ending = Ending.FINISHED
                break
            progress = turned
            keep(progress.facts)
    except (EndedError, StopError):
        screen.note("\n")
    except KeyboardInterrupt:
        screen.note("\n")
        ending = Ending.INTERRUPTED
    screen.note("")
    return Interviewed(progress.facts, ending, answered=progress.before is not None)


def _turned(progress: Progress, ruleset: Ruleset) -> Progress | None:
    """What is known after one turn, or after one was taken back; None where it is over.

    Raises:
        EndedError: The input ends, or nothing of it is understood.
        StopError: The person wants no more questions.
    """
    ask = progress.next_ask(ruleset)
    try:
        if ask is None:
            _last_look(progress, ruleset)
            return None
        screen.note("")
        tell(_place(progress, ask, ruleset))
        return _answered(progress, ask, ruleset)
    except BackError:
        if progress.before is None:
            tell(ruleset.locale.say("This is the first question: there is nothing to take back."))
        return progress.back()


def _last_look(progress: Progress, ruleset: Ruleset) -> None:
    """Let the person take back the last answer; an emergency is shown without any delay.

    Raises:
        BackError: The person does.
    """
    from glutemed.pipeline import recommend

    referral = recommend(progress.facts, ruleset).referral
    if progress.before is None or (referral and referral.urgency is Urgency.EMERGENCY):
        return
    screen.note("")
    prompt = ruleset.locale.say("That was the last question. Press Enter for the result, or back:")

    def nothing(text: str) -> None:
        if text.strip():
            raise NotUnderstoodError(ruleset.locale.say("Please press Enter alone, or type back."))

    with suppress(EndedError, StopError):
        _understood(prompt, nothing, ruleset)


def _place(progress: Progress, ask: Ask, ruleset: Ruleset) -> str:
    """Which question it is, and how many may come after it."""
    left = left_after(ruleset, progress, ask)
    if ask.is_of_exercises:
        said = message("Question {number}; then some about each exercise that you choose.")
        if left.most:
            said = message(
                "Question {number}; then some about each exercise that you choose, and at most "
                "{most} more."
            )
    elif left.exercises and left.about < left.most:
        said = message(
            "Question {number}; about {about} more, at most {most} unless you do the exercises "
            "already."
        )
    elif left.exercises:
        said = message(
            "Question {number}; at most {most} more unless you do the exercises already."
        )
    elif left.most == 0:
        said = message("Question {number}, the last one.")
    elif left.about < left.most:
        said = message("Question {number}; about {about} more, at most {most}.")
    else:
        said = message("Question {number}; at most {most} more.")
    number = progress.turns + 1
    return ruleset.locale.say(said, number=number, about=left.about, most=left.most)


def _answered(progress: Progress, ask: Ask, ruleset: Ruleset) -> Progress:
    """What is known after a question was answered; as before where the answer cannot be right."""
    try:
        if ask.is_of_exercises:
            turned = progress.done(ask, _exercises(ask, ruleset))
        elif ask.is_group:
            turned = progress.answered(_flags(ask, ruleset, first=progress.before is None))
        else:
            fact = ask.facts[0]
            turned = progress.answered({fact.name: _single(fact, ruleset)})
    except OneByOneError:
        return progress.one_by_one(ask)
    return progress if _contradicted(turned.facts, ruleset) else turned


def _understood(prompt: str, read: Callable[[str], Understood], ruleset: Ruleset) -> Understood:
    """What is typed, as it is read, unless it takes back an answer or ends the questions.

    Raises:
        BackError: The last answer is taken back.
        EndedError: The input ends, or nothing of it is understood.
        StopError: The questions are to end here.
    """

    def steered(typed: str) -> Understood:
        steer(typed, ruleset.locale)
        return read(typed)

    return until_understood(prompt, steered)


def _contradicted(facts: Facts, ruleset: Ruleset) -> bool:
    """Whether an answer cannot be right beside the others; says so."""
    for answered, found in contradictions(facts, ruleset.vocabulary):
        names = dict.fromkeys((answered.name, *(leaf.fact for leaf in leaves(found.when))))
        labels = "; ".join(ruleset.vocabulary[name].label for name in names)
        tell(
            ruleset.locale.say(
                "These answers cannot all be right: {facts}. Please answer again, or type ?; to "
                "change the answer before this one, type back.",
                facts=labels,
            )
        )
        return True
    return False


def _flags(ask: Ask, ruleset: Ruleset, *, first: bool) -> dict[str, FactValue]:
    """Red flags that are asked as one list."""
    locale, say = ruleset.locale, ruleset.locale.say
    if first:
        tell(say("Do any of these apply to you? Please read each one."))
    else:
        tell(say("And do any of these apply to you? Please read each one."))
    prompt = say("Numbers of those that apply (such as 2 or 1, 3), or 0, or ?:")
    _list([fact.ask for fact in ask.facts], ruleset)
    return _understood(prompt, lambda typed: answers(ask, typed, locale), ruleset)


def _exercises(ask: Ask, ruleset: Ruleset) -> frozenset[str]:
    """Which exercises were done, asked as one list; the names of the facts about those."""
    locale, say = ruleset.locale, ruleset.locale.say
    tell(say("Which of these exercises have you done so far, if only once?"))
    prompt = say("Numbers of those that you have done (such as 2 or 1, 3), or 0, or ?:")
    ids = [exercise_of(fact.name) for fact in ask.facts]
    _list([ruleset.exercise[exercise].name for exercise in ids], ruleset)
    return _understood(prompt, lambda typed: numbered(ask, typed, locale), ruleset)


def _list(items: Iterable[str], ruleset: Ruleset) -> None:
    say = ruleset.locale.say
    for number, item in enumerate(items, 1):
        choice(str(number), item)
    choice("0", say("none of these"))
    choice("?", say("I am not sure about some of them (they are then asked one by one)"))


def _single(fact: FactDeclaration, ruleset: Ruleset) -> FactValue:
    tell(fact.ask)
    prompt = _prompt(fact, ruleset)
    return _understood(prompt, lambda typed: answer(fact, typed, ruleset.locale), ruleset)


def _prompt(fact: FactDeclaration, ruleset: Ruleset) -> str:
    """Print the choices, if there are any; what to write before the cursor."""
    say = ruleset.locale.say
    if fact.kind is Kind.BOOL:
        return say("yes, no or ?:")
    if fact.kind is Kind.INT:
        least, most = fact.least, fact.most
        if not fact.unit:
            return say("A whole number from {least} to {most}, or ?:", least=least, most=most)
        return say(
            "A whole number from {least} to {most} ({unit}), or ?:",
            least=least,
            most=most,
            unit=say(fact.unit),
        )
    sentences = {}
    if fact.name == _CONDITIONS:
        sentences = {condition.id: condition.sentence for condition in ruleset.conditions}
    for number, value in enumerate(fact.values, 1):
        tail = f": {sentences[value]}" if value in sentences else ""
        choice(str(number), fact.say(value, ruleset.locale) + tail)
    if fact.kind is Kind.SET:
        choice("0", say("none of these"))
    choice("?", say("I don't know"))
    if fact.kind is Kind.SET:
        return say("One or more numbers (such as 1 or 1, 2):")
    return say("One number:")
