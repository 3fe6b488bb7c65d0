"""What may be asked: the declaration of every fact, with its type, range, unit and question."""

from __future__ import annotations

import enum
from collections.abc import Iterator

import attrs

from glutemed.model.condition import Condition
from glutemed.model.diagnostic import NOWHERE, Span
from glutemed.model.frozen import Frozen
from glutemed.model.locale import ENGLISH, Locale
from glutemed.model.noun import noun

RESERVED_VALUES = frozenset({"unknown", "declined"})


class Kind(enum.StrEnum):
    """The type of a fact."""

    BOOL = "bool"
    INT = "int"
    ENUM = "enum"
    SET = "set"


@noun(kw_only=True)
class Contradiction:
    """An answer to one fact that cannot be right beside what other facts say.

    Args:
        when: What is true of nobody who has answered the fact that declares it.
        because: Why it cannot be, in a sentence.
        span: Where it is declared.
    """

    when: Condition
    because: str
    span: Span = attrs.field(default=NOWHERE, eq=False, repr=False)


@noun(kw_only=True)
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
        contradicts: What its answers cannot be right beside.
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
    contradicts: tuple[Contradiction, ...] = ()
    pack: str = ""
    span: Span = attrs.field(default=NOWHERE, eq=False, repr=False)

    @property
    def is_ordered(self) -> bool:
        """Whether "at least" means something for it."""
        return self.kind is Kind.INT or (self.kind is Kind.ENUM and self.ordered)

    def say(self, value: object, locale: Locale = ENGLISH) -> str:
        """A value, in words: "5 of 10" stays "5", ``front`` may be "at the front"."""
        if isinstance(value, bool):
            return locale.say("yes") if value else locale.say("no")
        if isinstance(value, str):
            return self.words.get(value, value.replace("_", " "))
        if not isinstance(value, int) or not self.unit or self.unit in self.label:
            return str(value)
        # The catalogue knows the unit by its English: "{n} weeks".
        amount = f"{{n}} {self.unit}"
        return locale.count(amount, amount, value)


@noun
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
    def contradictions(self) -> tuple[tuple[FactDeclaration, Contradiction], ...]:
        """What is true of nobody who has answered a fact, with that fact."""
        return tuple((fact, found) for fact in self for found in fact.contradicts)

    @property
    def red_flags(self) -> tuple[FactDeclaration, ...]:
        """The facts that ``screening: clear`` answers."""
        return tuple(fact for fact in self if fact.red_flag)
