"""Situations → groups of people who get the same, and the row of each group.

A group is told apart by no more than what its row can depend on: whoever is referred by the rules
that refer, whoever is asked by the open rules, and everybody else by the exercises chosen and the
rules about them. Whoever declined a fact, or has a hazard that nobody can rule out, goes the way of
a single person.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import attrs
import numpy as np
import numpy.typing as npt

from glutemed.engine.engine import Engine
from glutemed.model.condition import leaves
from glutemed.model.rule import Advise, Caution, Earn, Indicate, Limit, Refer, Urgency, Watch
from glutemed.model.ruleset import Ruleset
from glutemed.population.answers import TRUE, UNKNOWN, Answers, Codes, Situations, Whole, keys_of
from glutemed.population.blocks import stages
from glutemed.population.coordinates import Coordinates
from glutemed.population.fields import Odd
from glutemed.population.prescriber import Prescriber
from glutemed.population.rows import Row
from glutemed.population.standing import Judge, Standings
from glutemed.reading.runs import Variable

Index = npt.NDArray[np.intp]

_REFERRED, _RISING, _ASKED, _PROGRAMME, _CHOSEN = (bytes([kind]) for kind in range(5))
_NOTHING = b"nothing"


@attrs.frozen
class _Choice:
    """Exercises that are chosen together.

    Args:
        caps: The places of the limits and cautions that their programme depends on.
        reasons: Those of the indications, earned steps and pieces of advice.
        watches: The places of the hazards about one of them.
        facts: What those hazards read.
    """

    exercises: tuple[str, ...]
    caps: Index
    reasons: Index
    watches: Index
    facts: tuple[Variable, ...]


class Groups:
    """Finds the group of each situation, for one ruleset and one table.

    Args:
        engine: It decides.
        known: How rows become situations.
    """

    def __init__(self, engine: Engine, known: Coordinates) -> None:
        ruleset: Ruleset = engine.ruleset
        self.ruleset = ruleset
        self.answers = Answers(engine, known)
        self.judge = Judge(ruleset)
        self.prescriber = Prescriber(ruleset, self.judge.concerning)
        self.first, self.rest = stages(ruleset)
        self.rows: list[Row] = []
        self._number: dict[bytes, int] = {}
        self._known_rows: dict[Row, int] = {}
        self._chosen: dict[bytes, int] = {}
        self._programmes: list[_Choice] = []
        self._programme_of: dict[tuple[str, ...], int] = {}
        refers = [
            (rule.conclusion.urgency, place)
            for place, rule in enumerate(ruleset.rules)
            if isinstance(rule.conclusion, Refer)
        ]
        self._refers = [place for _, place in refers]
        self._urgency = np.array([urgency for urgency, _ in refers], dtype=np.uint8)[:, None]
        self._most = [
            place
            for place in self.prescriber.limits
            if getattr(ruleset.rules[place].conclusion, "amount", "") == "exercises"
        ]

    def of(self, found: Situations) -> Whole:
        """The number of the group of each situation, in `rows`."""
        codes = np.zeros((len(self.ruleset.rules), found.size), dtype=np.uint16)
        computed: dict[str, Whole] = {}
        self.answers.say(self.first, found, codes, computed)
        groups = np.full(found.size, -1, dtype=np.int64)
        left = self._refer(codes, groups)
        if left.size:
            rest, narrow = found.take(left), np.ascontiguousarray(codes[:, left])
            part = np.full(left.size, -1, dtype=np.int64)
            self.answers.say(
                self.rest, rest, narrow, {name: own[left] for name, own in computed.items()}
            )
            self._treat(rest, narrow, part)
            groups[left] = part
        assert not (groups < 0).any(), "a situation without a group"
        return groups

    def alone(self, found: Situations, row: int, odd: dict[str, Odd]) -> int:
        """The group of one situation, by the way that every single person goes."""
        facts = self.answers.known.facts(found.one(row), odd)
        return self._kept(self.prescriber.one_by_one(facts))

    def _kept(self, made: Row) -> int:
        number = self._known_rows.setdefault(made, len(self.rows))
        if number == len(self.rows):
            self.rows.append(made)
        return number

    # --- Who is referred, or may have to be ---------------------------------------------------

    def _refer(self, codes: Codes, groups: Whole) -> Index:
        """Group whoever is referred for sure; gives the others."""
        said = codes[self._refers]
        sure, perhaps = said == TRUE, said >= UNKNOWN
        if not self._refers:
            return np.arange(codes.shape[1])
        urgency = np.where(sure, self._urgency, np.uint8(0)).max(axis=0)
        rising = perhaps & (self._urgency > urgency)
        is_rising = rising.any(axis=0)
        referred = np.flatnonzero((urgency > 0) & ~is_rising)
        keys = _bits(_REFERRED, sure[:, referred])
        for key, row in _new(self._number, keys, referred):
            places = [self._refers[at] for at in np.flatnonzero(sure[:, row]).tolist()]
            self._number[key] = self._kept(self.prescriber.referral(places))
        groups[referred] = self._found(keys)
        asked = np.flatnonzero((urgency > 0) & is_rising)
        waiting = np.where(rising[:, asked], said[:, asked], np.uint16(0))
        keys = _whole(_RISING, np.vstack([waiting, urgency[asked].astype(np.uint16)[None, :]]))
        for key, row in _new(self._number, keys, asked):
            waits = {
                self._refers[at]: self.answers.waiting(self._refers[at], int(said[at, row]))
                for at in np.flatnonzero(rising[:, row]).tolist()
            }
            made = self.prescriber.questions(waits, Urgency(int(urgency[row])))
            assert made is not None
            self._number[key] = self._kept(made)
        groups[asked] = self._found(keys)
        return np.flatnonzero(urgency == 0)

    def _found(self, keys: Sequence[bytes]) -> Whole:
        return np.fromiter((self._number[key] for key in keys), dtype=np.int64, count=len(keys))

    # --- Everybody else -----------------------------------------------------------------------

    def _treat(self, found: Situations, codes: Codes, groups: Whole) -> None:
        standings = self.judge.standings(codes)
        rising = (codes[self._refers] >= UNKNOWN).any(axis=0)
        treated = standings.offered.any(axis=0) & ~rising
        hopeful = (~standings.offered & ~standings.out).any(axis=0)
        self._ask(codes, standings, np.flatnonzero(rising | (~treated & hopeful)), groups)
        nothing = np.flatnonzero(~rising & ~treated & ~hopeful)
        if nothing.size:
            groups[nothing] = self._nothing()
        self._prescribe(found, codes, standings, np.flatnonzero(treated), groups)

    def _nothing(self) -> int:
        if _NOTHING not in self._number:
            self._number[_NOTHING] = self._kept(self.prescriber.nothing_fits())
        return self._number[_NOTHING]

    def _ask(self, codes: Codes, standings: Standings, rows: Index, groups: Whole) -> None:
        if not rows.size:
            return
        own = codes[:, rows]
        part = standings.take(rows)
        open_ = np.where(self.judge.open(own, part), own, np.uint16(0))
        # Most rules are open for nobody here, and what is left out of the key is the same for all.
        some = np.flatnonzero(open_.any(axis=1))
        keys = _sparse(_ASKED, open_[some], some)
        for key, at in _new(self._number, keys, np.arange(rows.size)):
            waits = {
                place: self.answers.waiting(place, int(open_[place, at]))
                for place in np.flatnonzero(open_[:, at]).tolist()
            }
            made = self.prescriber.questions(waits)
            self._number[key] = self._nothing() if made is None else self._kept(made)
        groups[rows] = self._found(keys)

    def _prescribe(
        self, found: Situations, codes: Codes, standings: Standings, rows: Index, groups: Whole
    ) -> None:
        if not rows.size:
            return
        offered = standings.offered[:, rows]
        against = np.where(offered, standings.demerits[:, rows], np.int16(0))
        capped = codes[self._most][:, rows] != 0
        keys = [
            first + second
            for first, second in zip(
                _bits(_CHOSEN, np.vstack([offered, capped])), _whole(b"", against), strict=True
            )
        ]
        for key, at in _new(self._chosen, keys, np.arange(rows.size)):
            demerits = {
                self.ruleset.exercises[e].id: int(against[e, at])
                for e in np.flatnonzero(offered[:, at]).tolist()
            }
            limited = [self._most[at_] for at_ in np.flatnonzero(capped[:, at]).tolist()]
            self._chosen[key] = self._programme(self.prescriber.chosen(demerits, limited))
        which = np.fromiter((self._chosen[key] for key in keys), dtype=np.int64, count=len(keys))
        for number in np.unique(which).tolist():
            self._grouped(found, codes, rows[which == number], number, groups)

    def _programme(self, exercises: tuple[str, ...]) -> int:
        """The number of a choice of exercises, with the rules that its programme depends on."""
        number = self._programme_of.setdefault(exercises, len(self._programmes))
        if number == len(self._programmes):
            about = {*self.prescriber.limits, *self.prescriber.advice}
            about.update(p for e in exercises for p in self.judge.concerning[e].every)
            kinds = [(p, self.ruleset.rules[p].conclusion) for p in sorted(about)]
            caps = [place for place, kind in kinds if isinstance(kind, (Limit, Caution))]
            reasons = [p for p, kind in kinds if isinstance(kind, (Indicate, Earn, Advise))]
            watches = [
                place
                for place, rule in enumerate(self.ruleset.rules)
                if isinstance(rule.conclusion, Watch)
                and not set(exercises).isdisjoint(rule.conclusion.exercises)
            ]
            read = {
                leaf.fact for at in watches for leaf in leaves(self.ruleset.rules[at].condition)
            }
            facts = tuple(v for v in self.answers.known.axes if v.fact in read)
            self._programmes.append(
                _Choice(exercises, _index(caps), _index(reasons), _index(watches), facts)
            )
        return number

    def _grouped(
        self, found: Situations, codes: Codes, rows: Index, number: int, groups: Whole
    ) -> None:
        """Group people for whom the same exercises were chosen."""
        choice = self._programmes[number]
        # A cap counts and is cited where it applies or may, a reason only where it is sure.
        caps = codes[np.ix_(choice.caps, rows)] != 0
        sure = codes[np.ix_(choice.reasons, rows)] == TRUE
        watch = codes[np.ix_(choice.watches, rows)]
        perhaps = watch >= UNKNOWN
        tag = _PROGRAMME + number.to_bytes(4, "little")
        keys = _bits(tag, np.vstack([caps, sure, watch == TRUE, perhaps]))
        unsure = np.flatnonzero(perhaps.any(axis=0))
        if unsure.size:  # what the gate then asks depends on each fact that a hazard reads
            seen = [found.states[v][rows[unsure]] for v in choice.facts if v in found.states]
            more = _whole(b"", np.vstack(seen)) if seen else [b""] * unsure.size
            for at, told in zip(unsure.tolist(), more, strict=True):
                keys[at] += told
        for key, at in _new(self._number, keys, np.arange(rows.size)):
            row = int(rows[at])
            said = np.minimum(codes[:, row], UNKNOWN).astype(np.uint8)
            states = found.one(row, choice.facts)
            made = self.prescriber.programme(choice.exercises, said, states, self.answers.known)
            if made is None:
                made = self.prescriber.one_by_one(self.answers.person(found, row))
            self._number[key] = self._kept(made)
        groups[rows] = self._found(keys)


# --- Keys ----------------------------------------------------------------------------------------


def _index(places: Sequence[int]) -> Index:
    return np.array(places, dtype=np.intp)


def _bits(tag: bytes, flags: npt.NDArray[np.bool_]) -> list[bytes]:
    """One key a column: its flags, eight a byte."""
    return _whole(tag, np.packbits(flags, axis=0))


def _whole(tag: bytes, values: npt.NDArray[np.generic]) -> list[bytes]:
    """One key a column: its values as they are."""
    return [tag + key for key in keys_of(np.ascontiguousarray(values.T))]


def _sparse(tag: bytes, values: Codes, places: Index) -> list[bytes]:
    """One key a column: the places whose value is not 0, and the values."""
    keys = []
    for column in np.ascontiguousarray(values.T):
        at = np.flatnonzero(column)
        keys.append(tag + places[at].astype(np.uint16).tobytes() + b"|" + column[at].tobytes())
    return keys


def _new(
    known: dict[bytes, int], keys: Sequence[bytes], rows: Iterable[int]
) -> Iterator[tuple[bytes, int]]:
    """The keys that are not known yet, each once, with a row that has it."""
    for key, row in zip(keys, rows, strict=True):
        if key not in known:
            yield key, int(row)
