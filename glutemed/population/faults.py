"""Why a row is no person, in the words of the intake."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from glutemed.intake import contradicted, read_mapping
from glutemed.model.facts import Facts
from glutemed.model.ruleset import Ruleset
from glutemed.model.vocabulary import FactDeclaration, Kind
from glutemed.population.columns import CLEAR
from glutemed.population.coordinates import Coordinates
from glutemed.population.fields import BROKEN, Odd
from glutemed.reading.runs import Variable

_NOBODY = "\x00"


class Faults:
    """The faults that were met, each said once."""

    def __init__(self, ruleset: Ruleset) -> None:
        self.vocabulary = ruleset.vocabulary
        self._number: dict[tuple[tuple[str, Odd], ...], int] = {}
        self._says: list[str] = []
        self._one: dict[tuple[str, Odd], str] = {}
        self._against: dict[str, int] = {}

    def number(self, faults: Mapping[str, Odd]) -> int:
        """The number of what is wrong with a row."""
        key = tuple(sorted(faults.items()))
        number = self._number.setdefault(key, len(self._says))
        if number == len(self._says):
            order = list(self.vocabulary.facts)
            places = {name: place for place, name in enumerate(order)}
            sorted_ = sorted(key, key=lambda pair: places.get(pair[0], -1))
            self._says.append("; ".join(self._said(fact, odd) for fact, odd in sorted_))
        return number

    def contradiction(self, facts: Facts) -> int:
        """The number of what is wrong with somebody who contradicts themselves."""
        found = contradicted(facts, self.vocabulary)
        assert found, "a contradiction that the intake does not see"
        says = "; ".join(f"{one.code}: {one.message}" for one in found)
        number = self._against.setdefault(says, len(self._says))
        if number == len(self._says):
            self._says.append(says)
        return number

    def reasons(self) -> dict[str, npt.NDArray[Any]]:
        """Every reason, with its number, as columns."""
        return {
            "number": np.arange(len(self._says), dtype=np.int64),
            "reason": np.array(self._says, dtype=object),
        }

    @property
    def first(self) -> tuple[str, ...]:
        """The first few reasons."""
        return tuple(self._says[:5])

    def _said(self, fact: str, odd: Odd) -> str:
        """One fault, as the intake says it of a value that has the same one."""
        if (fact, odd) not in self._one:
            if fact == BROKEN:
                return "GM408: the line must be a JSON object, with each name once"
            _, found = read_mapping(self._example(fact, odd), self.vocabulary)
            assert found, "a fault that the intake does not see"
            self._one[fact, odd] = f"{found[0].code}: {found[0].message}"
        return self._one[fact, odd]

    def _example(self, fact: str, odd: Odd) -> dict[str, Any]:
        if fact == CLEAR:
            return {CLEAR: _NOBODY}
        declared = self.vocabulary[fact]
        if odd is Odd.BOTH and declared.kind is not Kind.SET:
            return {CLEAR: "clear", fact: True}
        return {fact: _wrong(declared, odd)}

    def contradictions(
        self,
        known: Coordinates,
        words: Sequence[npt.NDArray[np.int64]],
        states: Mapping[Variable, npt.NDArray[np.uint8]],
    ) -> Iterator[tuple[int, str]]:
        """Rows in which ``screening: clear`` stands beside a positive red flag, and the flag."""
        clear = next((p for p in known.placed if p.field.fact == CLEAR), None)
        if clear is None:
            return
        said = ((words[clear.word] >> clear.shift) & ((1 << clear.field.bits) - 1)) == 1
        for flag in self.vocabulary.red_flags:
            for variable, state in states.items():
                if variable.fact == flag.name:
                    for row in np.flatnonzero(said & (state == 1)).tolist():
                        yield row, flag.name


def _wrong(declared: FactDeclaration, odd: Odd) -> Any:
    if odd is Odd.RANGE:
        return declared.most + 1
    if declared.kind is Kind.SET:
        if odd is Odd.WORD:
            return [_NOBODY]
        if odd is Odd.BOTH:
            return {"present": [declared.values[0]], "absent": [declared.values[0]]}
        return 0.5
    return 0.5 if declared.kind is not Kind.ENUM else _NOBODY
