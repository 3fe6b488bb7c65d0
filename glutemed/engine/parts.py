"""The parts of a verdict that rest on the truths of a few rules, and are the same for many people."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any, Generic, NamedTuple, TypeVar

from glutemed.engine.amounts import least_of
from glutemed.engine.bounded import Bounded
from glutemed.model.condition import Truth
from glutemed.model.decision import Amount, LimitVerdict

MOST_KEPT = 128
FALSE, TRUE = Truth.FALSE, Truth.TRUE
Made = TypeVar("Made")

Saying = tuple[tuple[str, ...], tuple[str, ...]]
"""The ids of the rules that are TRUE, and of those that are UNKNOWN."""

Limiter = tuple[str, Amount]
"""The id of a rule that limits, and what it allows."""


class Joined(Generic[Made]):
    """What some rules come to, kept by their truths: few rules have few truths between them.

    Most often none of them holds. What that comes to is the same for everybody, and found without
    looking it up.

    Args:
        places: Where the rules stand in ``Ruleset.rules``.
        make: What they come to, given their truths in the same order.
    """

    def __init__(self, places: Sequence[int], make: Callable[[Sequence[Truth]], Made]) -> None:
        self._pick = picking(places)
        self._make = make
        self._none_holds = (FALSE,) * len(places)
        self._nothing: Made | None = None
        self._kept: Bounded[object, Made] = Bounded(MOST_KEPT)

    def of(self, truths: Sequence[Truth]) -> Made:
        """What they come to, given the truths of all rules."""
        same = self._pick(truths)
        if same == self._none_holds:
            if self._nothing is None:
                self._nothing = self._make(same)
            return self._nothing
        found = self._kept.get(same)
        return self._kept.keep(same, self._make(same)) if found is None else found


def picking(places: Sequence[int]) -> Callable[[Any], tuple[Truth, ...]]:
    """What gives the truths of some rules, of those of all."""
    if len(places) > 1:
        return itemgetter(*places)
    return lambda truths: tuple([truths[place] for place in places])


class Parts(NamedTuple):
    """The parts of the verdict on one exercise that rest on truths alone."""

    contraindicate: Joined[Saying]
    caution: Joined[Saying]
    indicate: Joined[Saying]
    limits: tuple[tuple[str, Joined[LimitVerdict]], ...]


def saying(ids: Sequence[str], truths: Sequence[Truth]) -> Saying:
    """Which of some rules are TRUE and which UNKNOWN, given the truth of each."""
    sure: list[str] = []
    open_: list[str] = []
    for rule, said in zip(ids, truths, strict=True):
        if said is not FALSE:
            (sure if said is TRUE else open_).append(rule)
    return tuple(sure), tuple(open_)


def limiting(amount: str, limits: Sequence[Limiter], truths: Sequence[Truth]) -> LimitVerdict:
    """What some rules that limit one amount come to, given the truth of each."""
    sure: list[Amount] = []
    applied: list[Amount] = []
    rules: list[str] = []
    open_: list[str] = []
    for (rule, at), said in zip(limits, truths, strict=True):
        if said is not FALSE:
            applied.append(at)
            if said is TRUE:
                sure.append(at)
                rules.append(rule)
            else:
                open_.append(rule)
    return LimitVerdict(
        amount=amount,
        sure=least_of(sure),
        applied=least_of(applied),
        rules=tuple(rules),
        open=tuple(open_),
    )
