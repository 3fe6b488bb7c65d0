"""A cache that cannot grow without end."""

from __future__ import annotations

from contextlib import suppress
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Bounded(dict[K, V]):
    """A ``dict`` that forgets its oldest entries; looking up costs what it does in a ``dict``.

    Safe to share between threads: each step is one operation of ``dict``.
    """

    __slots__ = ("most",)

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most

    def keep(self, key: K, value: V) -> V:
        """Remember a value, and give back the one that is remembered."""
        while len(self) >= self.most:
            with suppress(StopIteration, KeyError, RuntimeError):
                del self[next(iter(self))]
        return self.setdefault(key, value)
