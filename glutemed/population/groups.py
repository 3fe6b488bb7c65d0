"""Situations → groups of people who get the same, and the row of each group.

A group is told apart by no more than what its row can depend on: whoever is referred by the rules
that refer, whoever is asked by the open rules, and everybody else by the exercises chosen and the
rules about them. Whoever declined a fact, or has a hazard that nobody can rule out, goes the way of
a single person.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np
import numpy.typing as npt

from glutemed.engine.engine import Engine
from glutemed.model.condition import leaves
from glutemed.model.rule import Refer, Urgency, Watch
from glutemed.model.ruleset import Ruleset
from glutemed.population.answers import TRUE, UNKNOWN, Answers, Codes, Situations, Whole, keys_of
from glutemed.population.blocks import stages
from glutemed.population.coordinates import Coordinates
from glutemed.population.fields import Odd
from glutemed.population.keys import Columns, Dependence, bits, each, new, whole
from glutemed.population.prescriber import Prescriber
from glutemed.population.rows import Row
from glutemed.population.standing import Judge, Standings
from glutemed.reading.runs import Variable

Index = npt.NDArray[np.intp]

_REFERRED, _RISING, _ASKED, _PROGRAMME, _CHOSEN = (bytes([kind]) for kind in range(5))
_NOTHING = b"nothing"


@attrs.frozen
class _Choice:
    """Exercises that are chosen together, and what the hazards about one of them read."""

    exercises: tuple[str, ...]
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
        self.first, self.rest = stages(ruleset)
        self.answers = Answers(engine, known, (*self.first.blocks, *self.rest.blocks))
        self.judge = Judge(ruleset)
        self._reads = Dependence(ruleset)
        self.prescriber = Prescriber(ruleset, self.judge.concerning, known, self._reads)
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
        self._open = Columns()
        self._masks: list[npt.NDArray[np.uint8]] = []
        self._urgency = np.array([urgency for urgency, _ in refers], dtype=np.uint8)[:, None]
        self._most = [
            place
            for place in self.prescriber.limits
            if getattr(ruleset.rules[place].conclusion, "amount", "") == "exercises"
        ]

    def of(self, found: Situations) -> Whole:
        """The number of the group of each situation, in `rows`."""
        rules = len(self.ruleset.rules)
        codes = np.empty((rules, found.size), dtype=np.uint16)
        computed: dict[str, Whole] = {}
        self.answers.say(self.first, found, codes, computed)
        groups = np.full(found.size, -1, dtype=np.int64)
        left = self._refer(codes, groups)
        if left.size:
            rest, narrow = found.take(left), np.empty((rules, left.size), dtype=np.uint16)
            for place in self.first.places:
                narrow[place] = codes[place].take(left)
            part = np.full(left.size, -1, dtype=np.int64)
            self.answers.say(
                self.rest, rest, narrow, {name: own[left] for name, own in computed.items()}
            )
            self._treat(rest, narrow, part)
            groups[left] = part
        assert not (groups < 0).any(), "a situation without a group"
        return groups

    def say(self, found: Situations) -> Codes:
        """What every rule says in each situation: one row a rule, one column a situation."""
        codes = np.empty((len(self.ruleset.rules), found.size), dtype=np.uint16)
        computed: dict[str, Whole] = {}
        for stage in (self.first, self.rest):
            self.answers.say(stage, found, codes, computed)
        return codes

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
        keys = bits(_REFERRED, sure[:, referred])
        for key, row in new(self._number, keys, referred.tolist()).items():
            places = [self._refers[at] for at in np.flatnonzero(sure[:, row]).tolist()]
            self._number[key] = self._kept(self.prescriber.referral(places))
        groups[referred] = self._found(keys)
        asked = np.flatnonzero((urgency > 0) & is_rising)
        waiting = np.where(rising[:, asked], said[:, asked], np.uint16(0))
        keys = whole(_RISING, np.vstack([waiting, urgency[asked].astype(np.uint16)[None, :]]))
        for key, row in new(self._number, keys, asked.tolist()).items():
            waits = [
                (self._refers[at], self.answers.waiting(self._refers[at], int(said[at, row])))
                for at in np.flatnonzero(rising[:, row]).tolist()
            ]
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
        places = np.flatnonzero(codes.max(axis=1) >= UNKNOWN)
        said = codes[places].take(rows, axis=1)
        said[~self.judge.open(places.tolist(), said, standings.take(rows))] = 0
        keys = self._open.keys(_ASKED, places, said)
        fresh = new(self._number, keys, range(rows.size))
        for key, own in zip(fresh, each(said, fresh.values()), strict=True):
            at = np.flatnonzero(own)
            waits = zip(places[at].tolist(), own[at].tolist(), strict=True)
            made = self.prescriber.questions(
                (place, self.answers.waiting(place, code)) for place, code in waits
            )
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
                bits(_CHOSEN, np.vstack([offered, capped])), whole(b"", against), strict=True
            )
        ]
        for key, at in new(self._chosen, keys, range(rows.size)).items():
            demerits = {
                self.ruleset.exercises[e].id: int(against[e, at])
                for e in np.flatnonzero(offered[:, at]).tolist()
            }
            limited = [self._most[at_] for at_ in np.flatnonzero(capped[:, at]).tolist()]
            self._chosen[key] = self._programme(self.prescriber.chosen(demerits, limited))
        which = np.fromiter((self._chosen[key] for key in keys), dtype=np.int64, count=len(keys))
        self._grouped(found, codes.take(rows, axis=1), rows, which, groups)

    def _programme(self, exercises: tuple[str, ...]) -> int:
        """The number of a choice of exercises, with the rules that its programme depends on."""
        number = self._programme_of.setdefault(exercises, len(self._programmes))
        if number == len(self._programmes):
            about = {*self.prescriber.limits, *self.prescriber.advice}
            about.update(p for e in exercises for p in self.judge.concerning[e].every)
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
            self._programmes.append(_Choice(exercises, facts))
            self._masks.append(self._reads.mask(about, watches))
        return number

    def _grouped(
        self, found: Situations, codes: Codes, rows: Index, which: Whole, groups: Whole
    ) -> None:
        """Group people by the exercises chosen for them, and by what their programme depends on.

        Args:
            found: All situations.
            codes: What the rules say of these people alone.
            rows: Which situations they are.
            which: The number of the exercises chosen for each.
            groups: The number of the group of each situation; written to.
        """
        masks = np.stack(self._masks)
        every = self._reads.packed(codes)
        said = every & masks.take(which, axis=0)
        unsure = np.flatnonzero(said[:, self._reads.unsure :].any(axis=1))
        tags = which.astype(np.uint32)[:, None].view(np.uint8)
        keys = [_PROGRAMME + key for key in keys_of(np.concatenate([tags, said], axis=1))]
        for number in np.unique(which[unsure]).tolist():
            # What the gate then asks depends on each fact that a hazard reads.
            facts, here = self._programmes[number].facts, unsure[which[unsure] == number]
            seen = [found.states[v][rows[here]] for v in facts if v in found.states]
            if seen:
                for at, told in zip(here.tolist(), whole(b"", np.vstack(seen)), strict=True):
                    keys[at] += told
        fresh = new(self._number, keys, range(rows.size))
        first = np.fromiter(fresh.values(), dtype=np.intp, count=len(fresh))
        seen = [found.states[v][rows[first]] for v in self.prescriber.watched]
        states = whole(b"", np.vstack(seen)) if seen else [b""] * first.size
        truths = np.minimum(each(codes, first), UNKNOWN).astype(np.uint8)
        for key, at, own, bits_, state in zip(
            fresh, first.tolist(), truths, keys_of(every[first]), states, strict=True
        ):
            choice = self._programmes[int(which[at])]
            made = self.prescriber.programme(choice.exercises, own, int.from_bytes(bits_), state)
            if made is None:
                made = self.prescriber.one_by_one(self.answers.person(found, int(rows[at])))
            self._number[key] = self._kept(made)
        groups[rows] = self._found(keys)
