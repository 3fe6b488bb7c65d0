"""Where each exercise stands in many situations at once, by the joins of the engine.

It only sorts people who get the same answer together. What each such group gets comes from the
engine's own join, and a group that does not get what was foreseen stops the batch.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import attrs
import numpy as np
import numpy.typing as npt

from glutemed.engine.amounts import unfit
from glutemed.engine.join import Join
from glutemed.model.exercise import SIDES, Exercise
from glutemed.model.rule import Caution, Derive, Earn, Limit, Need, Prefer, Rule, Score, Watch
from glutemed.model.ruleset import Ruleset
from glutemed.population.answers import TRUE, UNKNOWN, Codes

Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int16]


@attrs.frozen
class Standings:
    """One row an exercise, one column a situation.

    Args:
        offered: It may be prescribed.
        out: It is contraindicated, not indicated, beyond a limit, or its equipment is not there.
        never: It is contraindicated or not indicated.
        demerits: How many points stand against it.
    """

    offered: Flags
    out: Flags
    never: Flags
    demerits: Numbers

    def take(self, columns: npt.NDArray[np.intp]) -> Standings:
        """The same of some situations."""
        own = (self.offered, self.out, self.never)
        offered, out, never = (each[:, columns] for each in own)
        return Standings(offered, out, never, self.demerits[:, columns])


@attrs.frozen
class Concerning:
    """The places in ``Ruleset.rules`` of the rules about one exercise, by what they do to it.

    Args:
        too_much: Limits that it does not fit even at its easiest, those of the stage included.
        sides: For each side, the limits that forbid it.
        every: All of them that a verdict reads.
    """

    contraindicate: tuple[int, ...]
    indicate: tuple[int, ...]
    demerit: tuple[tuple[int, int], ...]
    too_much: tuple[int, ...]
    sides: tuple[tuple[int, ...], ...]
    need: int | None
    every: tuple[int, ...]


def concerning(ruleset: Ruleset) -> dict[str, Concerning]:
    """The rules about each exercise, by its id."""
    join = Join(ruleset)
    stage = [(place, "stage") for place in join.programme.get("stage", ())]
    found = {}
    for exercise in ruleset.exercises:
        own = join.by_exercise[exercise.id]
        limits = [(place, amount) for amount, places in own.limit.items() for place in places]
        every = {
            *own.contraindicate,
            *own.caution,
            *own.indicate,
            *(place for place, _ in own.demerit),
            *(place for place, _ in limits),
            *(place for _, place in own.earn),
            *(() if own.need is None else (own.need,)),
        }
        found[exercise.id] = Concerning(
            tuple(own.contraindicate),
            tuple(own.indicate),
            tuple(own.demerit),
            tuple(p for p, a in (*limits, *stage) if _is_too_much(ruleset, exercise, p, a)),
            tuple(
                tuple(p for p, a in limits if a == "working_sides" and side not in _at(ruleset, p))
                for side in SIDES
            ),
            own.need,
            tuple(sorted(every)),
        )
    return found


def _at(ruleset: Ruleset, place: int) -> tuple[str, ...]:
    conclusion = ruleset.rules[place].conclusion
    assert isinstance(conclusion, Limit)
    assert isinstance(conclusion.at, tuple)
    return conclusion.at


def _is_too_much(ruleset: Ruleset, exercise: Exercise, place: int, amount: str) -> bool:
    conclusion = ruleset.rules[place].conclusion
    assert isinstance(conclusion, Limit)
    return amount != "working_sides" and bool(unfit(exercise, {amount: conclusion.at}))


class Judge:
    """Says where exercises stand. Made once for a ruleset."""

    def __init__(self, ruleset: Ruleset) -> None:
        self.ruleset = ruleset
        self.concerning = concerning(ruleset)
        self._row = {exercise.id: row for row, exercise in enumerate(ruleset.exercises)}
        self._blanks = [self._blank(rule) for rule in ruleset.rules]

    def standings(self, codes: Codes) -> Standings:
        """Where each exercise stands.

        Args:
            codes: What the rules say: one row a rule, one column a situation.
        """
        shape = (len(self.ruleset.exercises), codes.shape[1])
        offered, out, never = (np.zeros(shape, dtype=np.bool_) for _ in range(3))
        demerits = np.zeros(shape, dtype=np.int16)
        sure, perhaps = codes == TRUE, codes >= UNKNOWN
        for row, exercise in enumerate(self.ruleset.exercises):
            own = self.concerning[exercise.id]
            contraindicated = _any(sure, own.contraindicate)
            indicated = _any(sure, own.indicate)
            hoped = _any(perhaps, own.indicate)
            excluded = _any(sure, own.too_much)
            open_ = _any(perhaps, own.contraindicate) | _any(perhaps, own.too_much)
            forbidden = [_any(sure, places) for places in own.sides]
            excluded |= np.logical_and.reduce(forbidden)
            both = [
                here | _any(perhaps, places)
                for here, places in zip(forbidden, own.sides, strict=True)
            ]
            open_ |= np.logical_and.reduce(both)
            never[row] = contraindicated | ~(indicated | hoped)
            out[row] = never[row] | excluded
            if own.need is not None:
                out[row] |= ~(sure[own.need] | perhaps[own.need])
                open_ |= perhaps[own.need]
            offered[row] = indicated & ~out[row] & ~open_
            for place, strength in own.demerit:
                demerits[row] += np.where(sure[place], np.int16(strength), np.int16(0))
        return Standings(offered, out, never, demerits)

    def open(self, places: Sequence[int], codes: Codes, found: Standings) -> Flags:
        """Which UNKNOWN rules could change an outcome, or a question: one row a rule.

        Args:
            places: The rules.
            codes: What each of them says.
            found: Where the exercises stand.
        """
        perhaps = codes >= UNKNOWN
        known: dict[tuple[bool, tuple[int, ...]], Flags] = {}
        for row, place in enumerate(places):
            blank = self._blanks[place]
            if blank is None:
                continue
            if blank not in known:
                is_never, rows = blank
                gone = found.never if is_never else found.out
                known[blank] = ~np.logical_and.reduce(gone[list(rows)], axis=0)
            perhaps[row] &= known[blank]
        return perhaps

    def _blank(self, rule: Rule) -> tuple[bool, tuple[int, ...]] | None:
        """The exercises that make a rule matter, unless all are out (or, for True, for good)."""
        match rule.conclusion:
            case Derive() | Score():
                return True, ()
            case Caution(touch):
                return False, self._rows(touch.exercises)
            case Prefer(touch, over, _):
                return False, self._rows(set(over.exercises) - set(touch.exercises))
            case Watch(_, exercises):
                return False, self._rows(exercises)
            case Earn(exercise, _):
                return False, self._rows((exercise,))
            case Need(exercise):
                return True, self._rows((exercise,))
            case Limit(_, _, touch) if touch is not None:
                return True, self._rows(touch.exercises)
            case _:
                return None

    def _rows(self, exercises: Iterable[str]) -> tuple[int, ...]:
        return tuple(sorted(self._row[exercise] for exercise in exercises))


def _any(flags: Flags, places: Iterable[int]) -> Flags:
    found = np.zeros(flags.shape[1], dtype=np.bool_)
    for place in places:
        found |= flags[place]
    return found
