"""What of a decision can change its outcome: who is referred for sure, what is still open.

The signature of facts is what the rules say of them, with blanked out only what changes neither
the outcome nor any list it prints.
"""

from __future__ import annotations

import attrs

from glutemed.model.condition import Truth
from glutemed.model.decision import Decision, Standing
from glutemed.model.noun import noun
from glutemed.model.rule import (
    Caution,
    Derive,
    Earn,
    Limit,
    Need,
    Prefer,
    Refer,
    Rule,
    Score,
    Urgency,
    Watch,
)
from glutemed.model.ruleset import Ruleset

_NEVER_AGAIN = frozenset({Standing.CONTRAINDICATED, Standing.NOT_INDICATED})
_OUT = _NEVER_AGAIN | {Standing.EXCLUDED, Standing.UNAVAILABLE}


@noun(kw_only=True)
class Referring:
    """The referrals of a decision.

    Args:
        sure: Rules that refer: TRUE, or UNKNOWN with nothing left to ask.
        urgency: The most urgent of them, or None.
        rising: UNKNOWN rules that could still refer more urgently than that.
    """

    sure: tuple[Rule, ...]
    urgency: Urgency | None
    rising: tuple[Rule, ...]


@attrs.frozen(cache_hash=True)
class Signature:
    """Equal signatures have equal outcomes.

    Args:
        truths: The id and truth of each rule that is not FALSE and not blanked out.
        waits: The id of each such rule that is UNKNOWN, and the facts it waits for.
    """

    truths: tuple[tuple[str, Truth], ...]
    waits: tuple[tuple[str, tuple[str, ...]], ...]
    declined: tuple[str, ...]
    answered: int
    failures: tuple[str, ...] = ()


def referring(ruleset: Ruleset, decision: Decision) -> Referring:
    """The referrals of a decision."""
    sure, open_ = [], []
    for rule in _that_refer(ruleset):
        said = decision.truths[rule.id]
        if said is Truth.TRUE or (said is Truth.UNKNOWN and not unasked(rule.id, decision)):
            sure.append(rule)
        elif said is Truth.UNKNOWN:
            open_.append(rule)
    urgency = max((urgency_of(rule) for rule in sure), default=None)
    rising = tuple(rule for rule in open_ if urgency is None or urgency_of(rule) > urgency)
    return Referring(sure=tuple(sure), urgency=urgency, rising=rising)


def _that_refer(ruleset: Ruleset) -> tuple[Rule, ...]:
    """The rules that refer: few of many, and asked for at each new situation."""
    kept = ruleset.memo.get("refer")
    if kept is None:
        found = tuple(rule for rule in ruleset.rules if isinstance(rule.conclusion, Refer))
        kept = ruleset.memo.setdefault("refer", found)
    return kept  # type: ignore[no-any-return]


def urgency_of(rule: Rule) -> Urgency:
    """The urgency of a rule that refers."""
    assert isinstance(rule.conclusion, Refer)
    return rule.conclusion.urgency


def unasked(rule: str, decision: Decision) -> tuple[str, ...]:
    """The facts that an UNKNOWN rule waits for and that were not declined."""
    return tuple(fact for fact in decision.waits.get(rule, ()) if fact not in decision.declined)


def open_rules(ruleset: Ruleset, decision: Decision) -> tuple[Rule, ...]:
    """The UNKNOWN rules whose truth could change the outcome, or a list it prints."""
    found = referring(ruleset, decision)
    if found.urgency is not None:
        return found.rising
    return tuple(
        rule
        for rule in ruleset.rules
        if decision.truths[rule.id] is Truth.UNKNOWN and not _blank(rule, decision)
    )


def signature(ruleset: Ruleset, decision: Decision) -> Signature:
    """The signature of a decision."""
    found = referring(ruleset, decision)
    open_ = open_rules(ruleset, decision)
    kept = {rule.id for rule in open_} | {rule.id for rule in found.sure}
    if found.urgency is None:
        kept |= {
            rule.id
            for rule in ruleset.rules
            if decision.truths[rule.id] is Truth.TRUE and not _blank(rule, decision)
        }
    waits = {rule: decision.waits[rule] for rule in kept if rule in decision.waits}
    concerned = {fact for facts in waits.values() for fact in facts}
    return Signature(
        truths=tuple((rule, decision.truths[rule]) for rule in sorted(kept)),
        waits=tuple(sorted(waits.items())),
        declined=tuple(sorted(decision.declined & concerned)),
        answered=decision.answered,
        failures=decision.failures,
    )


def _blank(rule: Rule, decision: Decision) -> bool:
    """Whether a rule can change nothing that is printed, whatever its truth."""
    match rule.conclusion:
        case Derive() | Score():
            return True
        case Caution(touch):
            concerned, out = touch.exercises, _OUT
        case Prefer(touch, over, _):
            concerned, out = tuple(set(over.exercises) - set(touch.exercises)), _OUT
        case Watch(_, exercises):
            concerned, out = exercises, _OUT
        case Earn(exercise, _):
            concerned, out = (exercise,), _OUT
        case Need(exercise):
            concerned, out = (exercise,), _NEVER_AGAIN
        case Limit(_, _, touch) if touch is not None:
            concerned, out = touch.exercises, _NEVER_AGAIN
        case _:
            return False
    return all(decision.verdicts[exercise].standing in out for exercise in concerned)
