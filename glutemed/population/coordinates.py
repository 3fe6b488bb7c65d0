"""The situation of each row, as a few whole numbers that SQL computes and numpy takes apart.

Each fact that a column holds has a field of some bits. Rows with equal numbers are one to every
rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import attrs
import duckdb

from glutemed.model.facts import Facts, FactValue, Members
from glutemed.model.ruleset import Ruleset
from glutemed.model.vocabulary import FactDeclaration, Kind
from glutemed.population.columns import Form, Given
from glutemed.population.fields import BROKEN, Field, Odd, clear_field, scalar_field
from glutemed.population.sets import set_fields
from glutemed.population.side_tables import Listed, Tried
from glutemed.reading.cells import Axis, axes
from glutemed.reading.runs import Variable, lower

WORD_BITS = 63


@attrs.frozen
class Placed:
    """A field, and where its bits are."""

    field: Field
    word: int
    shift: int


@attrs.frozen
class Coordinates:
    """How a row becomes words, and words become facts.

    Args:
        words: The text of each word.
        listed: The sets, whose different values are looked at once each.
        tried: What is said of single exercises; its words come after the others.
        placed: Every field.
        axes: Every axis of the rules, and of what contradicts itself, that is no derived value or
            score, and those of all members of the sets that a column holds.
    """

    words: tuple[str, ...]
    listed: tuple[Listed, ...]
    tried: Tried | None
    placed: tuple[Placed, ...]
    axes: Mapping[Variable, Axis]
    vocabulary: Mapping[str, FactDeclaration]

    @property
    def names(self) -> tuple[str, ...]:
        """What tells situations apart: the words ``w0``, ``w1`` and so on, and ``trial``."""
        return (*self._own, *(() if self.tried is None else ("trial",)))

    @property
    def unfolded(self) -> tuple[str, ...]:
        """The names of all words, once what a trial stands for is among them."""
        return (*self._own, *(() if self.tried is None else self.tried.names))

    @property
    def _own(self) -> tuple[str, ...]:
        return tuple(f"w{at}" for at in range(len(self.words)))

    def unfold(self, rows: str) -> str:
        """The query for some rows of situations, with all their words."""
        if self.tried is None:
            return f"SELECT * FROM ({rows})"
        words = ", ".join(f"t.{name}" for name in self.tried.names)
        return f"SELECT s.*, {words} FROM ({rows}) s JOIN trials t ON s.trial = t.trial"

    def given(self, facts: Iterable[str]) -> tuple[Variable, ...]:
        """The variables of some facts that a column holds."""
        wanted = set(facts)
        held = {placed.field.axis.variable for placed in self.placed if placed.field.axis}
        return tuple(v for v in self.axes if v in held and v.fact in wanted)

    def settled(self, db: duckdb.DuckDBPyConnection) -> Coordinates:
        """The same, once the tables of the sets are made, with quicker ways to find a set."""
        return attrs.evolve(self, listed=tuple(one.settled(db) for one in self.listed))

    def sets(self, source: str) -> Iterator[str]:
        """The statements to run before `select`, about all rows, however many are then selected."""
        for one in self.listed:
            yield one.create(source)
        if self.tried is not None:
            yield self.tried.begin()

    def singly(self, source: str, row: str, within: str) -> Iterator[str]:
        """The statements to run then, about the rows to select, on the same connection."""
        if self.tried is not None:
            yield from self.tried.number(source, row, within)

    def select(self, source: str, row: str, keep: Sequence[str], within: str = "TRUE") -> str:
        """The query for the words of each row, and its number as ``row``.

        Args:
            source: What to read from.
            row: Text that gives the number of a row.
            keep: Columns to keep, each with its name.
            within: Text that is true for the rows to select.
        """
        keep = [f"{row} AS row", *keep]
        inner = [f"({word}) AS w{at}" for at, word in enumerate(self.words)]
        inner += [f"{one.key} AS {one.name}_key" for one in self.listed]
        words = [f"w{at}" for at in range(len(self.words))]
        joins = ""
        # The sets are joined to words, of which there are few, rather than to all columns.
        for one in self.listed:
            joins += one.join
            for at, (word, _, _) in enumerate(one.places):
                words[word] += f" | {one.part(at)}"
        if self.tried is not None:
            joins += " LEFT JOIN tried ON row = tried_row"
            words.append("coalesce(trial, 0)")
        named = [f"{word} AS {name}" for word, name in zip(words, self.names, strict=True)]
        kept = [text.rpartition(" AS ")[2] for text in keep]
        return (
            f"SELECT {', '.join([*named, *kept])} FROM "
            f"(SELECT {', '.join([*inner, *keep])} FROM {source} WHERE {within}){joins}"
        )

    def facts(self, states: Mapping[Variable, int], odd: Mapping[str, Odd]) -> Facts:
        """A person in a situation.

        Args:
            states: The state of each variable that is known; any other one is unknown.
            odd: What is said of a fact besides.
        """
        values: dict[str, FactValue] = {}
        sets: dict[str, tuple[set[str], set[str]]] = {}
        for variable, state in states.items():
            axis = self.axes[variable]
            declared = self.vocabulary[variable.fact]
            if state >= axis.intervals:
                continue
            if declared.kind is Kind.SET:
                pair = sets.setdefault(variable.fact, (set(), set()))
                pair[0 if state == 1 else 1].add(variable.member)
                continue
            number = variable.least if state == 0 else axis.cuts[state - 1]
            values[variable.fact] = _value(number, declared)
        for fact, said in odd.items():
            if said is Odd.GIVEN or (said is Odd.DECLINED and fact in sets):
                sets.setdefault(fact, (set(), set()))
        for fact, (present, absent) in sets.items():
            values[fact] = Members(present, absent)
        declined = [fact for fact, said in odd.items() if said is Odd.DECLINED]
        return Facts.of(values, declined)


def _value(number: int, declared: FactDeclaration) -> FactValue:
    if declared.kind is Kind.BOOL:
        return bool(number)
    return number if declared.kind is Kind.INT else declared.values[number]


def coordinates(
    ruleset: Ruleset,
    given: Sequence[Given],
    clear: Given | None,
    broken: str = "FALSE",
    also: Sequence[Ruleset] = (),
) -> Coordinates:
    """How the rows of a table become words.

    Args:
        ruleset: The rules.
        given: The facts that columns hold.
        clear: The column of ``screening: clear``, if any.
        broken: Text that is true for a row that cannot be read at all.
        also: More rules that can tell apart the people of a situation no better.
    """
    vocabulary = ruleset.vocabulary.facts
    every = (ruleset, *also)
    lowered = [lower(rule.condition, each.quantities) for each in every for rule in each.rules]
    lowered += [
        lower(found.when, each.quantities)
        for each in every
        for _, found in each.vocabulary.contradictions
    ]
    computed = frozenset(name for each in every for name in each.computed)
    cut = {axis.variable: axis for axis in axes(lowered, computed)}
    known = {variable: axis for variable, axis in cut.items() if not axis.bounded}
    packing = _Packing()
    code = f"CAST(coalesce({broken}, TRUE) AS UTINYINT)"
    packing.add(Field(BROKEN, "", None, code, (0, 0), (Odd.NOTHING, Odd.FORM)))
    by_fact = {one.fact: one for one in given}
    if clear is not None:
        field = clear_field(clear)
        packing.add(field)
        by_fact = _cleared(ruleset, by_fact, f"({field.sql} = 1)")
    tried: list[tuple[Field, str]] = []
    for fact, one in by_fact.items():
        declared = vocabulary[fact]
        if declared.kind is Kind.SET:
            packing.add_set(one, declared, known)
        elif fact.startswith("response.each."):
            own = attrs.evolve(one, sql=f"c{len(tried)}")
            tried.append((scalar_field(declared, own, known), one.sql))
        else:
            packing.add(scalar_field(declared, one, known))
    words = tuple(packing.texts())
    return Coordinates(
        words,
        tuple(packing.listed),
        packing.tried(tried),
        tuple(packing.placed),
        dict(known),
        vocabulary,
    )


def _cleared(ruleset: Ruleset, by_fact: Mapping[str, Given], is_clear: str) -> dict[str, Given]:
    """The same columns, with each red flag that has none, or in JSON no value, answered by clear."""
    found = dict(by_fact)
    for flag in ruleset.vocabulary.red_flags:
        one = by_fact.get(flag.name)
        if one is None:
            answer = f"(CASE WHEN {is_clear} THEN FALSE END)"
            found[flag.name] = Given(flag.name, answer, Form.BOOL)
        elif one.form is Form.JSON:
            filled = f"(CASE WHEN {one.sql} IS NULL AND {is_clear} THEN 'false' ELSE {one.sql} END)"
            found[flag.name] = attrs.evolve(one, sql=filled)
    return found


class _Packing:
    """Puts fields side by side in words."""

    def __init__(self) -> None:
        self.placed: list[Placed] = []
        self.listed: list[Listed] = []
        self._words: list[list[str]] = []
        self._used = WORD_BITS

    def _room(self, bits: int) -> int:
        """Where the next bits go, in the last word."""
        if self._used + bits > WORD_BITS:
            self._words.append([])
            self._used = 0
        at = self._used
        self._used += bits
        return at

    def add(self, field: Field) -> None:
        """Add a field."""
        at = self._room(field.bits)
        self._words[-1].append(field.shifted(at))
        self.placed.append(Placed(field, len(self._words) - 1, at))

    def add_set(self, one: Given, declared: FactDeclaration, known: dict[Variable, Axis]) -> None:
        """Add the fields of a set, which are worked out once for each of its values."""
        name = f"set{len(self.listed)}"
        fields = set_fields(declared, attrs.evolve(one, sql=f"{name}_value"), known)
        codes: list[str] = []
        places: list[tuple[int, int, int]] = []
        for part in _portions(fields):
            at = self._room(sum(field.bits for field in part))
            inner, texts, silence = 0, [], 0
            for field in part:
                texts.append(field.shifted(inner))
                silence |= field.silence << inner
                self.placed.append(Placed(field, len(self._words) - 1, at + inner))
                inner += field.bits
            codes.append(" | ".join(texts))
            places.append((len(self._words) - 1, at, silence))
        self.listed.append(Listed(name, one.sql, tuple(codes), tuple(places)))

    def tried(self, fields: Sequence[tuple[Field, str]]) -> Tried | None:
        """Add fields that are unknown of most people, in words of their own; with their columns."""
        if not fields:
            return None
        before, self._used = len(self._words), WORD_BITS
        silences: list[int] = []
        for field, _ in fields:
            self.add(field)
            placed = self.placed[-1]
            if placed.word - before == len(silences):
                silences.append(0)
            silences[-1] |= field.silence << placed.shift
        words = tuple(self.texts())[before:]
        return Tried(tuple(sql for _, sql in fields), tuple(zip(words, silences, strict=True)))

    def texts(self) -> Iterator[str]:
        """The text of each word."""
        for parts in self._words:
            yield " | ".join(parts) or "CAST(0 AS UBIGINT)"


def _portions(fields: Iterable[Field]) -> Iterable[list[Field]]:
    """Fields in portions that each fit in a word."""
    part: list[Field] = []
    for field in fields:
        if part and sum(each.bits for each in part) + field.bits > WORD_BITS:
            yield part
            part = []
        part.append(field)
    yield part
