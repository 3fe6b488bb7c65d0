"""A whole checked rulebook, as one value."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

import attrs

from glutemed.model.diagnostic import NOWHERE, Span
from glutemed.model.exercise import Exercise
from glutemed.model.frozen import Frozen
from glutemed.model.locale import ENGLISH, Locale
from glutemed.model.noun import noun
from glutemed.model.rule import DerivedValue, Hazard, Rule, ScoreSum
from glutemed.model.vocabulary import FactDeclaration, Kind, Vocabulary

if TYPE_CHECKING:
    from glutemed.model.figure import Figure

_MAKE = "put off"
PUT_OFF = ("cases", "figures")
"""What no decision needs of a ruleset; it may be made when it is first asked for."""


@noun(kw_only=True)
class HealthCondition:
    """What a person may have; a member of the fact ``complaint.conditions``."""

    id: str
    name: str
    sentence: str
    icd10cm: tuple[str, ...]
    evidence: str
    evidence_note: str
    felt_at: tuple[str, ...]
    silent_absent: bool
    sources: tuple[str, ...]
    pack: str
    span: Span = attrs.field(default=NOWHERE, eq=False, repr=False)


@noun(kw_only=True)
class ClinicalSource:
    """Where a claim comes from, and how far it was read."""

    id: str
    authors: str
    year: int
    title: str
    journal: str
    doi: str
    url: str
    read: str
    says: str
    span: Span = attrs.field(default=NOWHERE, eq=False, repr=False)


@noun(kw_only=True)
class Pack:
    """One file's heading."""

    name: str
    version: str
    title: str


@noun(kw_only=True)
class Case:
    """A person, and what they must and must not get; ``facts`` and ``expect`` as written."""

    name: str
    pack: str
    facts: Frozen[str, Any] = attrs.field(eq=False)
    expect: Frozen[str, Any] = attrs.field(eq=False)
    span: Span = attrs.field(default=NOWHERE, eq=False, repr=False)


class Memo(dict[str, Any]):
    """What an engine keeps of a ruleset. No part of its value: never compared, copied or pickled."""

    def __reduce__(self) -> tuple[type[Memo], tuple[()]]:
        return Memo, ()


@attrs.define(frozen=True, slots=False, kw_only=True)
class Ruleset:
    """A checked rulebook. Every tuple is sorted by id, so no order of files or rules shows.

    Args:
        version: The version of the bundled rules, with those of added packs behind it.
        fingerprint: SHA-256 of the canonical checked ruleset, hazards and exercises included.
        rules: Every ground rule, the internal ones included.
        added: Names of the packs that did not come with glutemed.
    """

    packs: tuple[Pack, ...]
    version: str
    fingerprint: str
    vocabulary: Vocabulary
    conditions: tuple[HealthCondition, ...]
    derived: tuple[DerivedValue, ...]
    scores: tuple[ScoreSum, ...]
    rules: tuple[Rule, ...]
    exercises: tuple[Exercise, ...]
    hazards: tuple[Hazard, ...]
    sources: tuple[ClinicalSource, ...]
    cases: tuple[Case, ...]
    figures: tuple[Figure, ...] = ()
    added: frozenset[str] = frozenset()
    memo: Memo = attrs.field(factory=Memo, eq=False, repr=False, init=False)

    def put_off(self, make: Callable[[], Mapping[str, Any]]) -> None:
        """Forget the parts in `PUT_OFF`, which ``make`` gives by name when one is asked for."""
        for name in PUT_OFF:
            del self.__dict__[name]
        self.memo[_MAKE] = make

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            # Called for what is not there only. Two threads may both make it, and find the same.
            if name in PUT_OFF and _MAKE in self.memo:
                self.__dict__.update(self.memo[_MAKE]())
                return self.__dict__[name]
            raise AttributeError(f"a ruleset has no `{name}`", name=name, obj=self)

    def __getstate__(self) -> dict[str, Any]:
        """Everything, also what was put off."""
        return {**self.__dict__, **{name: getattr(self, name) for name in PUT_OFF}}

    @property
    def locale(self) -> Locale:
        """The language of every text that a person reads: the one it is written in."""
        return ENGLISH

    @cached_property
    def exercise(self) -> Frozen[str, Exercise]:
        """The exercises by id."""
        return Frozen({exercise.id: exercise for exercise in self.exercises})

    @cached_property
    def figure(self) -> Frozen[str, Figure]:
        """The figures by id."""
        return Frozen({figure.id: figure for figure in self.figures})

    @cached_property
    def rule(self) -> Frozen[str, Rule]:
        """The ground rules by id."""
        return Frozen({rule.id: rule for rule in self.rules})

    @cached_property
    def written_rules(self) -> tuple[Rule, ...]:
        """The rules that authors wrote, ground ones included, without the internal ones."""
        return tuple(rule for rule in self.rules if not rule.is_internal)

    @cached_property
    def quantities(self) -> Frozen[str, FactDeclaration]:
        """Everything that a condition may ask about: facts, derived values, and scores."""
        return quantities(self.vocabulary, self.computed.values())

    @cached_property
    def computed(self) -> Frozen[str, DerivedValue | ScoreSum]:
        """The derived values and scores by name."""
        values: tuple[DerivedValue | ScoreSum, ...] = (*self.derived, *self.scores)
        return Frozen({value.name: value for value in values})

    @cached_property
    def fact_order(self) -> Frozen[str, int]:
        """Where each fact stands in the order of declaration."""
        return Frozen({fact.name: index for index, fact in enumerate(self.vocabulary)})


def quantities(
    vocabulary: Vocabulary, computed: Iterable[DerivedValue | ScoreSum]
) -> Frozen[str, FactDeclaration]:
    """Everything that a condition may ask about, by name."""
    found = dict(vocabulary.facts)
    for value in computed:
        if isinstance(value, DerivedValue):
            found[value.name] = derived_declaration(value)
        else:
            found[value.name] = score_declaration(value)
    return Frozen(found)


def derived_declaration(value: DerivedValue) -> FactDeclaration:
    """A derived value, as something a condition may ask about."""
    return FactDeclaration(
        name=value.name,
        kind=Kind.ENUM,
        label=value.label,
        ask="",
        values=value.values,
        ordered=True,
        span=value.span,
    )


def score_declaration(total: ScoreSum) -> FactDeclaration:
    """A score, as something a condition may ask about."""
    return FactDeclaration(
        name=total.name,
        kind=Kind.INT,
        label=total.label,
        ask="",
        unit="points",
        least=total.least,
        most=total.most,
        span=total.span,
    )
