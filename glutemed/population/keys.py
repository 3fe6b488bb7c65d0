"""Keys of situations: whoever has equal ones is put together."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from collections.abc import Set as AbstractSet

import numpy as np
import numpy.typing as npt

from glutemed.model.rule import Advise, Caution, Earn, Indicate, Limit, Watch
from glutemed.model.ruleset import Ruleset
from glutemed.population.answers import TRUE, UNKNOWN, Codes, Index, keys_of


def bits(tag: bytes, flags: npt.NDArray[np.bool_]) -> list[bytes]:
    """One key a column: its flags, eight a byte."""
    return whole(tag, np.packbits(flags, axis=0))


def whole(tag: bytes, values: npt.NDArray[np.generic]) -> list[bytes]:
    """One key a column: its values as they are."""
    return [tag + key for key in keys_of(np.ascontiguousarray(values.T))]


class Columns:
    """Keys for columns of which most values are 0, and the same ones."""

    def __init__(self) -> None:
        self._places: list[int] = []
        self._seen: set[int] = set()

    def keys(self, tag: bytes, places: Index, values: Codes) -> list[bytes]:
        """One key a column.

        Its rows stand in the order in which one of their values was first found not to be 0, and
        the zeros at the end are left out, so that what was not found yet changes no older key.

        Args:
            tag: What each key begins with.
            places: Which rows there are, of all that there could be; any other is 0.
            values: The rows.
        """
        some = places[values.any(axis=1)].tolist()
        self._places += [place for place in some if place not in self._seen]
        self._seen.update(some)
        kept = np.zeros((len(self._places), values.shape[1]), dtype=values.dtype)
        row_of = {place: row for row, place in enumerate(places.tolist())}
        for at, place in enumerate(self._places):
            if place in row_of:
                kept[at] = values[row_of[place]]
        return [key.rstrip(b"\0") for key in whole(tag, kept)]


class Dependence:
    """What programmes may depend on, as bits.

    A cap counts and is cited where it applies or may, a reason only where it is sure, and of a
    hazard either may matter. What may be sits in the last bytes.
    """

    def __init__(self, ruleset: Ruleset) -> None:
        kinds = [(place, rule.conclusion) for place, rule in enumerate(ruleset.rules)]
        caps = [place for place, kind in kinds if isinstance(kind, (Limit, Caution))]
        reasons = [p for p, kind in kinds if isinstance(kind, (Indicate, Earn, Advise))]
        watches = [place for place, kind in kinds if isinstance(kind, Watch)]
        self._caps, self._sure, self._perhaps = (
            np.array(places, dtype=np.intp) for places in (caps, [*reasons, *watches], watches)
        )
        self.unsure = (len(caps) + 7) // 8 + (len(self._sure) + 7) // 8

    def packed(self, codes: Codes) -> npt.NDArray[np.uint8]:
        """The bits of each situation: one row a situation."""
        caps, sure = codes[self._caps] != 0, codes[self._sure] == TRUE
        perhaps = codes[self._perhaps] >= UNKNOWN
        parts = [np.packbits(part, axis=0) for part in (caps, sure, perhaps)]
        return np.ascontiguousarray(np.concatenate(parts).T)

    def mask(self, about: AbstractSet[int], watches: Sequence[int]) -> npt.NDArray[np.uint8]:
        """The bits that matter to a programme: of these rules, and of these hazards."""
        return self._mask({*about, *watches}, {*about, *watches}, set(watches))

    def number(self, caps: Iterable[int], sure: Iterable[int]) -> int:
        """The bits of some caps and of some reasons, as a number."""
        return int.from_bytes(self._mask(set(caps), set(sure), set()).tobytes())

    def _mask(
        self, caps: AbstractSet[int], sure: AbstractSet[int], perhaps: AbstractSet[int]
    ) -> npt.NDArray[np.uint8]:
        own = ((self._caps, caps), (self._sure, sure), (self._perhaps, perhaps))
        parts = [
            np.packbits(np.array([place in kept for place in places.tolist()], dtype=np.bool_))
            for places, kept in own
        ]
        return np.concatenate(parts).astype(np.uint8)


def new(known: Container[bytes], keys: Iterable[bytes], rows: Iterable[int]) -> dict[bytes, int]:
    """The keys that are not known yet, each once, with the first row that has it."""
    found: dict[bytes, int] = {}
    for key, row in zip(keys, rows, strict=True):
        if key not in known:
            found.setdefault(key, row)
    return found


def each(codes: Codes, columns: Iterable[int]) -> Codes:
    """Some columns as rows. Picked one by one, each would be read from all over the memory."""
    return np.ascontiguousarray(codes.take(np.fromiter(columns, dtype=np.intp), axis=1).T)
