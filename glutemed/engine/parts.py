"""The parts of a verdict that rest on the truths of a few rules, and are the same for many people."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Generic, NamedTuple, TypeVar

from glutemed.engine.bounded import Bounded
from glutemed.model.condition import Truth
from glutemed.model.decision import LimitVerdict

MOST_KEPT = 128
Made = TypeVar("Made")

Saying = tuple[tuple[str, ...], tuple[str, ...]]
"""The ids of the rules that are TRUE, and of those that are UNKNOWN."""


class Joined(Generic[Made]):
    """What some rules come to, kept by their truths: few rules have few truths between them."""

    def __init__(
        self, places: Sequence[int], make: Callable[[Sequence[int], Sequence[Truth]], Made]
    ) -> None:
        self._places = tuple(places)
        self._make = make
        self._pick = itemgetter(*places) if places else len
        self._kept: Bounded[object, Made] = Bounded(MOST_KEPT)

    def of(self, truths: Sequence[Truth]) -> Made:
        """What they come to, given the truths of all rules."""
        same = self._pick(truths)
        found = self._kept.get(same)
        return self._kept.keep(same, self._make(self._places, truths)) if found is None else found


class Parts(NamedTuple):
    """The parts of the verdict on one exercise that rest on truths alone."""

    contraindicate: Joined[Saying]
    caution: Joined[Saying]
    indicate: Joined[Saying]
    limits: tuple[tuple[str, Joined[LimitVerdict]], ...]
