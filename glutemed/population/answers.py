"""What every rule says in many situations at once; each cell of a block is decided once.

The engine decides the cell on a person who is in it, so durable-rules has decided it and the
specification has agreed, rule by rule.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import prod

import numpy as np
import numpy.typing as npt

from glutemed.engine.engine import Engine
from glutemed.model.condition import Truth
from glutemed.model.facts import Facts
from glutemed.population.blocks import Block, Stage
from glutemed.population.coordinates import Coordinates
from glutemed.reading.cells import Axis
from glutemed.reading.runs import Variable
from glutemed.reading.specification import bounds_of, makers, widening

Codes = npt.NDArray[np.uint16]
States = npt.NDArray[np.uint8]
Whole = npt.NDArray[np.int64]
Small = npt.NDArray[np.uint16]
Index = npt.NDArray[np.intp]

FALSE, TRUE, UNKNOWN = 0, 1, 2
"""A code from `UNKNOWN` on says, besides, which facts the rule waits for."""

_MOST_DENSE = 1 << 16
_PAIRED = 1 << 24
_MOST_NUMBERED = 1 << 62


class Situations:
    """Some situations: for each variable, the state it is in.

    Args:
        size: How many there are.
        states: The state of each variable in each situation; what is not in it is unknown.
    """

    def __init__(self, size: int, states: Mapping[Variable, States]) -> None:
        self.size = size
        self.states = states
        self.sums: dict[tuple[Axis, ...], Small] = {}
        """What the first few axes of a block add to the number of its cell; blocks share them."""

    def one(self, index: int, variables: tuple[Variable, ...] | None = None) -> dict[Variable, int]:
        """The states of one situation, of these variables only."""
        chosen = self.states if variables is None else variables
        return {v: int(self.states[v][index]) for v in chosen if v in self.states}

    def take(self, rows: npt.NDArray[np.intp]) -> Situations:
        """Some of them."""
        return Situations(len(rows), {v: found[rows] for v, found in self.states.items()})


class _Cells:
    """The cells of one block that were met, and what its rules say in them.

    Args:
        block: The block.
        known: How situations number the states of each variable.
        often: How many blocks have each axis. Those that many have come first, so that what they
            add is summed once for all of these.
    """

    def __init__(
        self, block: Block, known: Mapping[Variable, Axis], often: Mapping[Axis, int]
    ) -> None:
        self.block = block
        self.axes = tuple(sorted(block.axes, key=lambda axis: -often[axis]))
        self.states = [
            (axis, np.array(_translated(known[axis.variable], axis), dtype=np.uint16))
            for axis in self.axes
        ]
        self.is_small = not block.computed and block.cells <= _MOST_DENSE
        self.dense = np.full(block.cells if self.is_small else 0, -1, dtype=np.intp)
        self.sparse: dict[int, int] = {}
        self.rows: list[list[int]] = []
        self.table: Codes = np.zeros((len(block.places), 0), dtype=np.uint16)
        self._wide: dict[bytes, int] = {}

    def small(self, found: Situations) -> Small:
        """The number of the cell of each situation, in a block with few cells and no values."""
        cells, stride = np.zeros(found.size, dtype=np.uint16), 1
        for at, (axis, table) in enumerate(self.states):
            known = found.sums.get(self.axes[: at + 1])
            if known is None:
                states = found.states.get(axis.variable)
                if states is None:
                    known = cells + np.uint16(axis.intervals * stride)
                else:
                    known = (table * np.uint16(stride)).take(states, mode="clip")
                    known += cells
                found.sums[self.axes[: at + 1]] = known
            cells = known
            stride *= axis.states
        return cells

    def numbers(self, found: Situations, computed: Mapping[str, Whole]) -> Whole:
        """The number of the cell of each situation."""
        parts: list[tuple[Whole | np.int64, int]] = [
            (computed[name], _PAIRED) for name in self.block.computed
        ]
        for axis, table in self.states:
            states = found.states.get(axis.variable)
            if states is None:
                parts.append((np.int64(axis.intervals), axis.states))
            else:
                parts.append((table.take(states).astype(np.int64), axis.states))
        if prod(room for _, room in parts) > _MOST_NUMBERED:
            return self._numbered(found.size, [part for part, _ in parts])
        cells = np.zeros(found.size, dtype=np.int64)
        stride = 1
        for part, room in parts:
            cells += part * stride
            stride *= room
        return cells

    def _numbered(self, size: int, parts: Sequence[Whole | np.int64]) -> Whole:
        """Numbers for cells of which there could be more than there are numbers."""
        columns = np.empty((size, len(parts)), dtype=np.int64)
        for at, part in enumerate(parts):
            columns[:, at] = part
        keys = keys_of(columns)
        numbers = (self._wide.setdefault(key, len(self._wide)) for key in keys)
        return np.fromiter(numbers, dtype=np.int64, count=size)


def keys_of(columns: npt.NDArray[np.generic]) -> list[bytes]:
    """The bytes of each row."""
    width = columns.shape[1] * columns.itemsize
    if not width:
        return [b""] * columns.shape[0]
    return columns.view(np.dtype((np.void, width))).ravel().tolist()  # type: ignore[return-value]


def _translated(whole: Axis, part: Axis) -> list[int]:
    """The state on an axis with fewer cuts, for each state on the one with all."""
    starts = [whole.variable.least, *whole.cuts]
    return [*(bisect_right(part.cuts, start) for start in starts), part.intervals]


class Answers:
    """What the rules of one ruleset say, kept for the length of one batch.

    Args:
        engine: It decides.
        known: How situations number their states, and how they become facts.
        blocks: Every block that may be asked.
    """

    def __init__(self, engine: Engine, known: Coordinates, blocks: Iterable[Block]) -> None:
        self.engine = engine
        self.known = known
        self.ruleset = engine.ruleset
        self.makers = makers(engine.ruleset)
        self.decided = 0
        self.waits: list[list[frozenset[str]]] = [[] for _ in engine.ruleset.rules]
        self._code: list[dict[frozenset[str], int]] = [{} for _ in engine.ruleset.rules]
        self._cells: dict[int, _Cells] = {}
        self._often = Counter(axis for block in blocks for axis in block.axes)
        self._number: dict[str, dict[bytes, int]] = {name: {} for name in self.makers}
        self._same: dict[str, dict[object, int]] = {name: {} for name in self.makers}

    def say(
        self, stage: Stage, found: Situations, codes: Codes, computed: dict[str, Whole]
    ) -> None:
        """Write what the rules of a stage say.

        Args:
            stage: The rules.
            found: The situations.
            codes: One row a rule of the ruleset, one column a situation; written to.
            computed: The number of each derived value and score in each situation; added to.
        """
        for blocks, made in stage.strata:
            for block in blocks:
                self._block(block, found, codes, computed)
            for name in made:
                computed[name] = self._numbered(name, codes)

    def _block(
        self, block: Block, found: Situations, codes: Codes, computed: Mapping[str, Whole]
    ) -> None:
        cells = self._cells.get(id(block))
        if cells is None:
            cells = self._cells.setdefault(id(block), _Cells(block, self.known.axes, self._often))
        index = (
            self._dense(cells, found) if cells.is_small else self._sparse(cells, found, computed)
        )
        if len(cells.rows) != cells.table.shape[1]:
            cells.table = np.array(cells.rows, dtype=np.uint16).T.copy()
        for row, place in enumerate(block.places):
            np.take(cells.table[row], index, out=codes[place], mode="clip")

    def _dense(self, cells: _Cells, found: Situations) -> Index:
        """Where in the table of a block each situation is, in a block with few cells."""
        numbers = cells.small(found)
        index = cells.dense.take(numbers, mode="clip")
        if index.size and index.min() < 0:
            new, first = np.unique(numbers[index < 0], return_index=True)
            at = np.flatnonzero(index < 0)[first]
            for number, row in zip(new.tolist(), at.tolist(), strict=True):
                cells.dense[number] = self._decide(cells, found, row)
            index = cells.dense.take(numbers, mode="clip")
        return index

    def _sparse(self, cells: _Cells, found: Situations, computed: Mapping[str, Whole]) -> Index:
        """The same in a block of which only the cells that are met are kept."""
        numbers = cells.numbers(found, computed)
        new, first, inverse = np.unique(numbers, return_index=True, return_inverse=True)
        places = []
        for number, row in zip(new.tolist(), first.tolist(), strict=True):
            if number not in cells.sparse:
                cells.sparse[number] = self._decide(cells, found, row)
            places.append(cells.sparse[number])
        return np.array(places, dtype=np.intp).take(inverse)

    def _decide(self, cells: _Cells, found: Situations, row: int) -> int:
        """Let the engine decide a cell on a person who is in it."""
        person = self.known.facts(found.one(row, cells.block.behind), {})
        reading = self.engine.read(person)
        self.decided += 1
        cells.rows.append(
            [
                self._coded(place, reading.truths[place], reading.waits[place])
                for place in cells.block.places
            ]
        )
        return len(cells.rows) - 1

    def _coded(self, place: int, said: Truth, waits: frozenset[str]) -> int:
        if said is not Truth.UNKNOWN:
            return TRUE if said is Truth.TRUE else FALSE
        codes = self._code[place]
        if waits not in codes:
            codes[waits] = UNKNOWN + len(codes)
            self.waits[place].append(waits)
        return codes[waits]

    def _numbered(self, name: str, codes: Codes) -> Whole:
        """A number for what is known of a derived value or score: its bounds, and who may move them."""
        places = list(self.makers[name])
        keys = keys_of(np.ascontiguousarray(codes[places].T))
        numbers = self._number[name]
        for key in set(keys):
            if key not in numbers:
                numbers[key] = self._meaning(name, np.frombuffer(key, dtype=np.uint16).tolist())
        return np.fromiter((numbers[key] for key in keys), dtype=np.int64, count=len(keys))

    def _meaning(self, name: str, said: list[int]) -> int:
        rules = self.ruleset.rules
        places = self.makers[name]
        truths = [(rules[place], truth_of(code)) for place, code in zip(places, said, strict=True)]
        bounds = bounds_of(self.ruleset.computed[name], truths)
        open_: frozenset[str] = frozenset()
        for place, code, (rule, truth) in zip(places, said, truths, strict=True):
            if widening(rule, truth, bounds):
                open_ |= self.waits[place][code - UNKNOWN]
        same = self._same[name]
        return same.setdefault((bounds, open_), len(same))

    def waiting(self, place: int, code: int) -> frozenset[str]:
        """The facts that a rule waits for, by its code."""
        return self.waits[place][code - UNKNOWN] if code >= UNKNOWN else frozenset()

    def person(self, found: Situations, row: int) -> Facts:
        """A person in a situation."""
        return self.known.facts(found.one(row), {})


def truth_of(code: int) -> Truth:
    """The truth that a code says."""
    return Truth.UNKNOWN if code >= UNKNOWN else Truth.TRUE if code == TRUE else Truth.FALSE
