"""What may be asked: the declaration of every fact, with its type, range, unit and question."""

from __future__ import annotations

import enum
from collections.abc import Iterator

import attrs

from glutemed.model.diagnostic import NOWHERE, Span
from glutemed.model.frozen import Frozen

RESERVED_VALUES = frozenset({"unknown", "declined"})


class Kind(enum.StrEnum):
    """The type of a fact."""

    BOOL = "bool"
    INT = "int"
    ENUM = "enum"
    SET = "set"


@attrs.frozen(kw_only=True)
class FactDeclaration:
    """One fact that may be asked.

    Args:
        name: ``subject.name``.
        kind: Its type.
        label: What it is called in a sentence: "usual pain".
        ask: The question that asks for it, in plain words.
        unit: What an int counts: "years"; empty for a bare number.
        least: The smallest int it may be.
        most: The greatest int it may be.
        values: The words an enum may be, or the members a set may have.
        words: How to say a value or member to a person, where the word itself will not do.
        ordered: Whether the values of an enum rise in the order given.
        red_flag: Whether ``screening: clear`` answers it with "no".
        silent_absent: The members of a set that are absent where a list does not name them.
        after: A fact that is asked first, because its answer may make this one pointless.
        pack: The pack that declares it; empty for the built-in ones.
        span: Where it is declared.
    """

    name: str
    kind: Kind
    label: str
    ask: str
    unit: str = ""
    least: int = 0
    most: int = 0
    values: tuple[str, ...] = ()
    words: Frozen[str, str] = Frozen()
    ordered: bool = False
    red_flag: bool = False
    silent_absent: frozenset[str] = frozenset()
    after: str = ""
    pack: str = ""
    span: Span = attrs.field(default=NOWHERE, eq=False, repr=False)

    @property
    def is_ordered(self) -> bool:
        """Whether "at least" means something for it."""
        return self.kind is Kind.INT or (self.kind is Kind.ENUM and self.ordered)

    def say(self, value: object) -> str:
        """A value, in words: "5 of 10" stays "5", ``front`` may be "at the front"."""
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, str):
            return self.words.get(value, value.replace("_", " "))
        unit = "" if self.unit in self.label else self.unit
        return f"{value} {unit}".rstrip()


@attrs.frozen
class Vocabulary:
    """Every fact of a ruleset by name, in the order in which it is asked."""

    facts: Frozen[str, FactDeclaration]

    def __iter__(self) -> Iterator[FactDeclaration]:
        return iter(self.facts.values())

    def __contains__(self, name: object) -> bool:
        return name in self.facts

    def __getitem__(self, name: str) -> FactDeclaration:
        return self.facts[name]

    @property
    def red_flags(self) -> tuple[FactDeclaration, ...]:
        """The facts that ``screening: clear`` answers."""
        return tuple(fact for fact in self if fact.red_flag)
