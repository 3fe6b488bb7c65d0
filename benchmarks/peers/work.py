"""What every engine is given: rules that compare whole numbers, and people who are whole numbers.

An engine says which rules hold of a person, by name. What becomes of that is the same for all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol, TypeVar

Native = TypeVar("Native")
Person = dict[str, int]


class Comparison(NamedTuple):
    """One field, at least or at most a number."""

    field: str
    op: str  # ">=" or "<="
    number: int


class Group(NamedTuple):
    """All of some comparisons, or any of them."""

    word: str  # "all" or "any"
    parts: tuple[Comparison, ...]


class NamedRule(NamedTuple):
    """A condition and the name that is said where it holds."""

    name: str
    when: Group


class Work(NamedTuple):
    """Rules, and every field that they may read."""

    rules: tuple[NamedRule, ...]
    fields: tuple[str, ...]


class Engine(Protocol[Native]):
    """A rule engine that was given some work. ``how`` says in which mode it is used."""

    how: str

    def native(self, person: Person) -> Native:
        """A person as this engine takes one; made before the clock starts."""

    def fired(self, people: Sequence[Native]) -> Iterable[Iterable[str]]:
        """The names of the rules that hold, for each person."""


def infix(group: Group, *, prefix: str = "", conjunctions: tuple[str, str] = ("and", "or")) -> str:
    """A condition as most languages write it: ``a >= 3 and b <= 4``."""
    word = conjunctions[group.word == "any"]
    return f" {word} ".join(f"{prefix}{part.field} {part.op} {part.number}" for part in group.parts)
