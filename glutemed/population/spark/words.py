"""The codes of a row side by side in a few whole numbers, and back to people who stand for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import attrs

from glutemed.model.ruleset import Ruleset
from glutemed.population.columns import Given, column
from glutemed.population.coordinates import coordinates
from glutemed.population.spark.coarse import Coarse, Part, coarse

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_ROOM = 1 << 62


@attrs.frozen
class Place:
    """Where a code is: in which word, and what it is multiplied with."""

    word: int
    stride: int
    size: int


@attrs.frozen
class Words:
    """How a row becomes whole numbers, and these become a person.

    Args:
        columns: The columns that hold facts.
        texts: The text of each word, over columns ``c0``, ``c1`` and so on.
        places: Of each column, where its codes are.
    """

    columns: tuple[Coarse, ...]
    texts: tuple[str, ...]
    places: tuple[tuple[Place, ...], ...]

    @property
    def names(self) -> tuple[str, ...]:
        """What the words are called."""
        return tuple(f"w{at}" for at in range(len(self.texts)))

    def of(self, people: DataFrame, keep: Sequence[str]) -> DataFrame:
        """The words of each row of a frame.

        Args:
            people: The frame.
            keep: What to keep beside them, as text, each with a name.
        """
        read = [f"{one.read} AS c{at}" for at, one in enumerate(self.columns)]
        kept = [text.rpartition(" AS ")[2] for text in keep]
        words = [f"{text} AS w{at}" for at, text in enumerate(self.texts)]
        return people.selectExpr(*keep, *read).selectExpr(*kept, *words)

    @property
    def people(self) -> str:
        """The columns of a person with some words, as text that DuckDB reads."""
        return ", ".join(self._columns()) or "1 AS nothing"

    def _columns(self) -> Iterator[str]:
        for one, places in zip(self.columns, self.places, strict=True):
            codes = [f"(w{at.word} // {at.stride} % {at.size})" for at in places]
            yield f"{one.value(codes)} AS {column(one.name)}"


def words(ruleset: Ruleset, given: Sequence[Given], clear: Given | None) -> Words:
    """How the rows of a frame become whole numbers.

    Args:
        ruleset: The rules.
        given: The facts that columns hold, as Spark reads them.
        clear: The column of ``screening: clear``, if any.
    """
    # Cut as the one road that reads these people afterwards cuts.
    axes = coordinates(ruleset, given, clear).axes
    every = [*([] if clear is None else [clear]), *given]
    # Most people have done few exercises, so that these stand together, and one look spares them.
    every.sort(key=_is_tried)
    packing = _Packing()
    columns: list[Coarse] = []
    places: list[tuple[Place, ...]] = []
    was_tried = False
    for at, one in enumerate(every):
        made = coarse(one, ruleset.vocabulary.facts.get(one.fact), axes, f"c{at}")
        if _is_tried(one) and not was_tried:
            packing.turn()
            was_tried = True
        columns.append(made)
        places.append(tuple(packing.add(part, f"c{at}", was_tried) for part in made.parts))
    return Words(tuple(columns), tuple(packing.texts()), tuple(places))


def _is_tried(one: Given) -> bool:
    return one.fact.startswith("response.each.")


class _Packing:
    """Puts codes side by side in words."""

    def __init__(self) -> None:
        self._words: list[list[str]] = [[]]
        self._used = 1
        self._guards: dict[int, tuple[dict[str, None], int]] = {}

    def turn(self) -> None:
        """Begin a new word."""
        self._words.append([])
        self._used = 1

    def add(self, part: Part, column: str, is_guarded: bool) -> Place:
        """Add a code; a guarded word is not worked out where all its columns are null."""
        if self._used * part.size > _ROOM:
            self.turn()
        place = Place(len(self._words) - 1, self._used, part.size)
        self._words[-1].append(f"CAST({part.sql} AS BIGINT) * {place.stride}")
        if is_guarded:
            read, silence = self._guards.get(place.word, ({}, 0))
            self._guards[place.word] = {**read, column: None}, silence + part.null * place.stride
        self._used *= part.size
        return place

    def texts(self) -> Iterable[str]:
        """The text of each word."""
        for at, parts in enumerate(self._words):
            word = " + ".join(parts) or "0"
            if at in self._guards:
                read, silence = self._guards[at]
                silent = " AND ".join(f"{column} IS NULL" for column in read)
                word = f"CASE WHEN {silent} THEN {silence} ELSE {word} END"
            yield f"CAST({word} AS BIGINT)"
