"""What may be asked: the declaration of every fact, with its type, range, unit and question."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable, Iterator

import attrs

from glutemed.model.condition import Condition
from glutemed.model.diagnostic import NOWHERE, Span, suggestion
from glutemed.model.frozen import Frozen
from glutemed.model.locale import ENGLISH, Locale
from glutemed.model.noun import noun

RESERVED_VALUES = frozenset({"unknown", "declined"})
_LEAST_WORD = 3
_MOST_NAMED = 3
_A_TYPO = 0.8


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

    def nearest(self, name: str, among: Iterable[str] | None = None) -> str | None:
        """A help line with the fact that a name which is none probably means; or None.

        Letters that are alike say little of two red flags: ``calf`` is not ``clot_risk``. So a fact
        whose label has the words of the name comes before one that is only spelled alike.

        Args:
            name: What was written.
            among: The names that may be meant; left out, all of them.
        """
        names = self.facts.keys() if among is None else among
        subject, _, last = name.rpartition(".")
        words = [word for word in last.casefold().split("_") if len(word) >= _LEAST_WORD]
        typo = suggestion(name, names, like=_A_TYPO)
        if typo or not words:
            return typo or suggestion(name, names)
        said = [
            f"`{known}`"
            for known in names
            if known.rpartition(".")[0] == subject and _says(self.facts[known], words)
        ]
        if not said:
            return suggestion(name, names)
        return f"did you mean {ENGLISH.any_of(said)}?" if len(said) <= _MOST_NAMED else None


def _says(fact: FactDeclaration, words: list[str]) -> bool:
    """Whether a fact has all of some words in its name or label; longer ones may be begun only."""
    spoken = re.findall(r"\w+", f"{fact.name} {fact.label}".casefold().replace("_", " "))
    return all(
        any(one == word or (len(word) > _LEAST_WORD and one.startswith(word)) for one in spoken)
        for word in words
    )
