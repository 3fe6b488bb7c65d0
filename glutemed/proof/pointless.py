"""Rules that another rule makes pointless."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from glutemed.model.condition import All, Condition
from glutemed.model.rule import (
    Caution,
    Conclusion,
    Contraindicate,
    Derive,
    Indicate,
    Limit,
    Refer,
    Rule,
)
from glutemed.proof.encoding import Encoding
from glutemed.proof.findings import Fault, Finding, as_written
from glutemed.proof.solver import Solver
from glutemed.reading.smt import negation

TOUCHING = (Caution, Contraindicate, Indicate, Limit)
"""The conclusions about exercises that a selector names."""


def pointless(rules: Iterable[Rule], encoding: Encoding, solver: Solver) -> Iterator[Finding]:
    """Rules whose condition implies that of another one, which says at least as much."""
    alive = [rule for rule in rules if not rule.is_internal]
    people = _People(alive, encoding, solver)
    said: dict[str, str] = {}
    dropped: set[str] = set()

    locks: dict[str, bool] = {}

    def is_pointless(rule: Rule) -> bool:
        # Among those that make it pointless, first those that would whatever exercises there were.
        for other in sorted(alive, key=lambda each: not is_wider(each.conclusion, rule.conclusion)):
            if (
                other.written != rule.written
                and other.id not in dropped
                and covers(other.conclusion, rule.conclusion)
                and people.all_say(rule.id, other.id)
            ):
                said.setdefault(rule.written, other.written)
                lock = not is_wider(other.conclusion, rule.conclusion)
                locks[rule.written] = locks.get(rule.written, False) or lock
                dropped.add(rule.id)
                return True
        return False

    for rule in as_written(alive, is_pointless):
        yield Finding(
            fault=Fault.POINTLESS,
            id=rule.written,
            says=f"Wherever it holds or may hold, `{said[rule.written]}` does, "
            "and says at least as much.",
            where=rule.span.where,
            second_lock=locks[rule.written],
        )


class _People:
    """People who showed that one rule does not imply another; most others fail with them too."""

    def __init__(self, rules: list[Rule], encoding: Encoding, solver: Solver) -> None:
        self.solver = solver
        self.names = encoding.names
        self.ids = [rule.id for rule in rules]
        self.said = [f(rule) for rule in self.ids for f in (self.names.sure, self.names.perhaps)]
        self.of = dict.fromkeys(self.ids, (0, 0))
        self.many = 0

    def all_say(self, rule: str, other: str) -> bool:
        """Whether of everybody one rule says no more than another."""
        if any(mine & ~yours for mine, yours in zip(self.of[rule], self.of[other], strict=True)):
            return False
        for said in (self.names.sure, self.names.perhaps):
            if self.solver.possible(said(rule), negation(said(other))):
                self._remember()
                return False
        return True

    def _remember(self) -> None:
        """Keep what all rules say of the person last found, as one more bit."""
        held = self.solver.holds(self.said)
        bit = 1 << self.many
        self.many += 1
        for place, rule in enumerate(self.ids):
            sure, perhaps = self.of[rule]
            is_sure, is_possible = held[2 * place : 2 * place + 2]
            self.of[rule] = (sure | bit * is_sure, perhaps | bit * is_possible)


def covers(wide: Conclusion, narrow: Conclusion) -> bool:
    """Whether one conclusion says everything that another one says, so that this one adds nothing."""
    match wide, narrow:
        case Contraindicate(), Contraindicate():
            return _within(narrow.touch.exercises, wide.touch.exercises)
        case Indicate(), Indicate():
            return _within(narrow.touch.exercises, wide.touch.exercises)
        case Caution(), Caution():
            touched = _within(narrow.touch.exercises, wide.touch.exercises)
            return touched and wide.note == narrow.note
        case Refer(), Refer():
            sooner = wide.urgency > narrow.urgency
            same = wide.urgency is narrow.urgency and set(narrow.to) <= set(wide.to)
            return sooner or (same and wide.now == narrow.now)
        case Derive(), Derive():
            return wide.name == narrow.name and wide.rank >= narrow.rank
        case Limit(), Limit():
            return _covers_limit(wide, narrow)
        case _:
            return False


def is_wider(wide: Conclusion, narrow: Conclusion) -> bool:
    """Whether one conclusion would be about everything another is about, whatever exercises there are.

    It is seen in the selectors as they are written: one asks for nothing that the other does not.
    """
    if not isinstance(wide, TOUCHING) or not isinstance(narrow, TOUCHING):
        return True
    if wide.touch is None or narrow.touch is None:
        return wide.touch is narrow.touch
    return set(_asked(wide.touch.selector)) <= set(_asked(narrow.touch.selector))


def _asked(selector: Condition) -> tuple[Condition, ...]:
    return selector.children if isinstance(selector, All) else (selector,)


def _covers_limit(wide: Limit, narrow: Limit) -> bool:
    if wide.amount != narrow.amount:
        return False
    if isinstance(wide.at, tuple) and isinstance(narrow.at, tuple):
        stricter = set(wide.at) <= set(narrow.at)
    else:
        assert isinstance(wide.at, int)
        assert isinstance(narrow.at, int)
        stricter = wide.at <= narrow.at
    if wide.touch is None or narrow.touch is None:
        return stricter and wide.touch is narrow.touch
    return stricter and _within(narrow.touch.exercises, wide.touch.exercises)


def _within(few: tuple[str, ...], many: tuple[str, ...]) -> bool:
    return set(few) <= set(many)
