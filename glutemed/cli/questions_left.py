"""How many questions of an interview may still come: about so many, and never more than so many."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import attrs

from glutemed.cli.interview import Ask, Progress, can_be_listed, exercise_of, open_now
from glutemed.model.condition import Truth
from glutemed.model.decision import Decision, Standing
from glutemed.model.frozen import Frozen
from glutemed.model.rule import Refer, Urgency
from glutemed.model.ruleset import Ruleset
from glutemed.model.vocabulary import Kind

Waits = Mapping[str, tuple[str, ...]]


@attrs.frozen
class Left:
    """How many turns may come after one, whatever is answered to it.

    Args:
        about: Those that are open by now. Answers open some more, and close others.
        most: As many as there can be.
        exercises: Whether each exercise that was done may be asked about besides.
    """

    about: int
    most: int
    exercises: bool = False


def left_after(ruleset: Ruleset, progress: Progress, ask: Ask) -> Left:
    """How many turns may come after one.

    Nobody is asked more than what the rules wait for that can still matter, and an answer only
    settles rules. Asking a list one by one instead makes it more.
    """
    from glutemed.pipeline import decide

    now = {fact.name for fact in ask.facts}
    gone = now | progress.skipped
    waits = _may_wait(ruleset, decide(progress.facts, ruleset))
    rest = {fact for facts in waits.values() for fact in facts if fact not in gone}
    asked = progress.skipped | progress.apart
    besides = {
        fact
        for fact in rest
        if (exercise := exercise_of(fact)) and can_be_listed(exercise, progress.facts, asked)
    }
    open_ = {asked.fact for asked in open_now(ruleset, progress.facts)} & (rest - besides)
    a_list = bool(besides) and not ask.is_of_exercises
    most = a_list + _turns(rest - besides, progress, waits, ruleset)
    about = a_list + _turns(open_, progress, waits, ruleset)
    return Left(min(about, most), most, exercises=bool(besides))


def _turns(facts: set[str], progress: Progress, waits: Waits, ruleset: Ruleset) -> int:
    """In how many turns facts are asked at most: red flags in lists, the others one by one."""
    flags = {
        fact
        for fact in facts - progress.apart
        if ruleset.vocabulary[fact].red_flag and ruleset.vocabulary[fact].kind is Kind.BOOL
    }
    return len(facts - flags) + _lists(flags, waits, ruleset)


def _lists(flags: Iterable[str], waits: Waits, ruleset: Ruleset) -> int:
    """In how many lists red flags may be asked: one for each urgency that waits for any of them."""
    waited = set(flags)
    found = set[Urgency | None]()
    for rule, facts in waits.items():
        if waited.intersection(facts):
            concludes = ruleset.rule[rule].conclusion
            found.add(concludes.urgency if isinstance(concludes, Refer) else None)
    return min(len(waited), len(found))


def _may_wait(ruleset: Ruleset, decision: Decision) -> Waits:
    """The rules that may still be asked for, each with the facts it waits for.

    With what is open now, what opens once the equipment for an exercise is there.
    """
    from glutemed.engine.signature import open_rules, unasked

    verdicts = {
        exercise: attrs.evolve(verdict, standing=Standing.OFFERED)
        if verdict.standing is Standing.UNAVAILABLE and verdict.equipment is Truth.UNKNOWN
        else verdict
        for exercise, verdict in decision.verdicts.items()
    }
    perhaps = attrs.evolve(decision, verdicts=Frozen(verdicts))
    return {rule.id: unasked(rule.id, decision) for rule in open_rules(ruleset, perhaps)}
