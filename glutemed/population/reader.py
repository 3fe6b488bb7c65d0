"""Words → situations: the few whole numbers that SQL made of rows, taken apart by numpy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import attrs
import duckdb
import numpy as np

from glutemed.model.ruleset import Ruleset
from glutemed.population.answers import Index, Situations, States, Whole
from glutemed.population.contradictions import Contradictions
from glutemed.population.coordinates import Coordinates, Placed
from glutemed.population.faults import Faults
from glutemed.population.fields import Odd
from glutemed.reading.runs import Variable

CHUNK = 16_384


def chunks(
    db: duckdb.DuckDBPyConnection, names: Sequence[str], size: int
) -> Iterator[tuple[int, list[Whole]]]:
    """Columns of the table ``situations``, some rows at a time, each time with the first row."""
    for start in range(0, size, CHUNK):
        found = db.execute(
            f"SELECT {', '.join(names)} FROM situations "
            f"WHERE rowid >= {start} AND rowid < {start + CHUNK} ORDER BY rowid"
        ).fetchnumpy()
        yield start, [np.asarray(found[name]).astype(np.int64) for name in names]


@attrs.frozen
class Read:
    """Some situations, and what is odd about some of them.

    Args:
        found: All of them.
        declined: What was declined in each in which something was.
        rejected: The number of what is wrong with each that is no person's.
    """

    found: Situations
    declined: Mapping[int, dict[str, Odd]]
    rejected: Mapping[int, int]

    @property
    def plain(self) -> Index:
        """The others."""
        is_plain = np.ones(self.found.size, dtype=np.bool_)
        is_plain[[*self.declined, *self.rejected]] = False
        return np.flatnonzero(is_plain)


class Reader:
    """Takes words apart, and says what is wrong with them.

    Args:
        ruleset: The rules.
        faults: Is told what is wrong, and numbers it.
    """

    def __init__(self, ruleset: Ruleset, faults: Faults) -> None:
        self.faults = faults
        self.contradictions = Contradictions(ruleset)

    def read(self, known: Coordinates, words: Sequence[Whole]) -> Read:
        """The situations that some words are.

        Args:
            known: How rows became words.
            words: The words; of each the same number.
        """
        states: dict[Variable, States] = {}
        odd: dict[int, dict[str, Odd]] = {}
        for placed in known.placed:
            codes = _codes(placed, words)
            field = placed.field
            if field.axis is not None:
                states[field.axis.variable] = _looked_up(field.states, codes)
            if not field.is_plain:
                said = _looked_up(field.odd, codes)
                for row in np.flatnonzero(said >= Odd.DECLINED).tolist():
                    odd.setdefault(row, {})[field.fact] = Odd(int(said[row]))
        for row, fact in self.faults.contradictions(known, words, states):
            odd.setdefault(row, {})[fact] = Odd.BOTH
        found = Situations(len(words[0]), states)
        rejected: dict[int, int] = {}
        for row, said_of in odd.items():
            faults = {fact: what for fact, what in said_of.items() if what > Odd.DECLINED}
            if faults:
                rejected[row] = self.faults.number(faults)
        against = self.contradictions.rows(states, known.axes, found.size)
        for row in np.flatnonzero(against).tolist():
            if row not in rejected:
                person = known.facts(found.one(row), odd.get(row, {}))
                rejected[row] = self.faults.contradiction(person)
        declined = {row: said_of for row, said_of in odd.items() if row not in rejected}
        return Read(found, declined, rejected)


def _codes(placed: Placed, words: Sequence[Whole]) -> States:
    mask = np.uint8((1 << placed.field.bits) - 1)
    return (words[placed.word] >> placed.shift).astype(np.uint8) & mask


def _looked_up(meaning: Sequence[int], codes: States) -> States:
    if list(meaning) == list(range(len(meaning))):
        return codes
    return np.array(meaning, dtype=np.uint8).take(codes, mode="clip")
