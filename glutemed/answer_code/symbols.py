"""Symbols ↔ one whole number, by asymmetric numeral systems over integers of any size.

A symbol that is expected costs little of the number, one that is not costs much. The arithmetic is
exact, and whatever number is read gives symbols.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import accumulate
from typing import Protocol

Meant = Callable[[], int]


class Coder(Protocol):
    """What says symbols, or reads them; ``meant`` is asked only by what says them."""

    def symbol(self, frequencies: tuple[int, ...], meant: Meant) -> int:
        """One symbol, a number from 0, of which each is as likely as its frequency says."""
        ...

    def even(self, size: int, meant: Meant) -> int:
        """One number from 0 to below ``size``, each as likely."""
        ...


class Writer:
    """Collects symbols in the order in which they will be read."""

    def __init__(self) -> None:
        self._said: list[tuple[int, int, int]] = []

    def symbol(self, frequencies: tuple[int, ...], meant: Meant) -> int:
        """Say a symbol."""
        found = meant()
        self._said.append((sum(frequencies[:found]), frequencies[found], sum(frequencies)))
        return found

    def even(self, size: int, meant: Meant) -> int:
        """Say a number."""
        found = meant()
        self._said.append((found, 1, size))
        return found

    def number(self) -> int:
        """The number that holds all of them: the last goes in first."""
        value = 0
        for before, frequency, total in reversed(self._said):
            value = value // frequency * total + before + value % frequency
        return value


class Reader:
    """Takes symbols out of a number again."""

    def __init__(self, number: int) -> None:
        self._left = number

    def symbol(self, frequencies: tuple[int, ...], meant: Meant) -> int:  # noqa: ARG002
        """Read a symbol."""
        ends = list(accumulate(frequencies))
        rest, place = divmod(self._left, ends[-1])
        found = next(index for index, end in enumerate(ends) if place < end)
        frequency = frequencies[found]
        self._left = frequency * rest + place - (ends[found] - frequency)
        return found

    def even(self, size: int, meant: Meant) -> int:  # noqa: ARG002
        """Read a number."""
        self._left, found = divmod(self._left, size)
        return found
