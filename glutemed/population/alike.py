"""People whom two rulebooks cannot tell apart: one of them stands for all."""

from __future__ import annotations

import hashlib
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import attrs
import numpy as np

from glutemed.model.errors import HazardBroken
from glutemed.model.facts import Facts
from glutemed.model.rule import Refer
from glutemed.model.ruleset import Ruleset
from glutemed.model.vocabulary import Vocabulary
from glutemed.pipeline import ready
from glutemed.population.answers import FALSE, Codes, Index, Situations, Whole, keys_of
from glutemed.population.batch import connect
from glutemed.population.columns import facts_in, without_id
from glutemed.population.contradictions import Contradictions
from glutemed.population.coordinates import Coordinates, coordinates
from glutemed.population.faults import Faults
from glutemed.population.files import MEMORY, RowsRejected
from glutemed.population.groups import Groups
from glutemed.population.reader import Read, Reader, chunks
from glutemed.population.table import open_file


class NotComparable(Exception):
    """Two rulebooks mean a fact differently, so that nobody stands for others."""


@attrs.frozen
class Alike:
    """People who are one to both rulebooks.

    Args:
        facts: One of them.
        people: How many they are.
        first: The row of the first one, from 1.
    """

    facts: Facts
    people: int
    first: int


@attrs.frozen
class Crowd:
    """The people of a table, before two rulebooks.

    Args:
        same: How many get the same by both for sure, by outcome: no rule that differs is about them.
        refused: How many contradict themselves by one of the books.
        apart: The others.
    """

    same: Mapping[str, int]
    refused: int
    apart: tuple[Alike, ...]


def crowd(
    people: Path,
    old: Ruleset,
    new: Ruleset,
    vocabulary: Vocabulary,
    *,
    id_column: str | None = None,
    memory: str = MEMORY,
) -> Crowd:
    """The people in a file, those together who are one to both rulebooks.

    Args:
        people: A parquet, CSV or JSON-lines file.
        old: The rules before.
        new: The rules after.
        vocabulary: The facts of both, with the red flags that ``screening: clear`` answers.
        id_column: A column that is no fact.
        memory: How much memory DuckDB may take before it spills to disk.

    Raises:
        FactsInvalid: The file cannot be read, or a column of it is no fact.
        RowsRejected: Some rows are no people.
        NotComparable: A fact of both has other values in each.
        EngineFailed: The engine failed, or its readings disagree.
    """
    _comparable(old, new)
    both = attrs.evolve(new, vocabulary=vocabulary)
    with (
        tempfile.TemporaryDirectory(prefix="glutemed-") as folder,
        connect(Path(folder), memory=memory) as db,
    ):
        table = open_file(db, people, vocabulary)
        branches = without_id(table.branches, id_column, vocabulary, table.where)
        given, clear = facts_in(branches, vocabulary, table.where)
        known = coordinates(both, given, clear, table.broken, also=(old,))
        for query in known.sets(table.source):
            db.execute(query)
        known = known.settled(db)
        for query in known.singly(table.source, table.row, "TRUE"):
            db.execute(query)
        names = ", ".join(known.names)
        each = (
            f"SELECT {names}, count(*) AS people, min(row) AS first "
            f"FROM ({known.select(table.source, table.row, [])}) GROUP BY {names}"
        )
        db.execute(f"CREATE TABLE situations AS {known.unfold(each)}")
        found = db.execute("SELECT count(*) FROM situations").fetchone()
        assert found is not None
        faults = Faults(both)
        reader, sorting = Reader(_trusting(both), faults), _Sorting(old, new, known)
        rejected = 0
        for _, columns in chunks(db, (*known.unfolded, "people", "first"), int(found[0])):
            *words, count, first = columns
            read = reader.read(known, words)
            rejected += sum(int(count[row]) for row in read.rejected)
            if not rejected:
                sorting.add(read, count, first)
    if rejected:
        raise RowsRejected(rejected, faults.first)
    return sorting.crowd()


def _trusting(ruleset: Ruleset) -> Ruleset:
    """The same rules, that believe whoever contradicts themselves."""
    facts = ruleset.vocabulary.facts
    kept = {name: attrs.evolve(fact, contradicts=()) for name, fact in facts.items()}
    return attrs.evolve(ruleset, vocabulary=Vocabulary(type(facts)(kept)))


def _comparable(old: Ruleset, new: Ruleset) -> None:
    for fact in new.vocabulary:
        if fact.name in old.vocabulary:
            was = old.vocabulary[fact.name]
            same = (
                fact.kind is was.kind
                and fact.values == was.values
                and (fact.least, fact.most) == (was.least, was.most)
                and fact.silent_absent == was.silent_absent
            )
            if not same:
                raise NotComparable(fact.name)


class _Sorting:
    """Puts people together who are one to two rulebooks."""

    def __init__(self, old: Ruleset, new: Ruleset, known: Coordinates) -> None:
        books = old, new
        self._known = known
        self._sides = tuple(Groups(ready(book).engine, known) for book in books)
        self._against = tuple(Contradictions(book) for book in books)
        self._refers = tuple(
            np.array([isinstance(rule.conclusion, Refer) for rule in book.rules]) for book in books
        )
        self._changed = _changed(old, new), _changed(new, old)
        # Who is prescribed what, and what the gate asks of it, may then differ for everybody.
        self._is_whole = (
            old.exercises != new.exercises
            or old.hazards != new.hazards
            or old.computed != new.computed
        )
        self._same: Counter[str] = Counter()
        self._refused = 0
        self._apart: dict[bytes, Alike] = {}
        self._alone: list[Alike] = []

    def add(self, read: Read, count: Whole, first: Whole) -> None:
        """Add some situations, with how many people are in each, and the row of the first."""
        found = read.found
        refused = np.zeros(found.size, dtype=np.bool_)
        for against in self._against:
            refused |= against.rows(found.states, self._known.axes, found.size)
        self._refused += int(count[refused].sum())
        for row, declined in read.declined.items():
            if not refused[row]:
                facts = self._known.facts(found.one(row), declined)
                self._alone.append(Alike(facts, int(count[row]), int(first[row])))
        rows = read.plain[~refused[read.plain]]
        if rows.size:
            self._sort(found.take(rows), count[rows], first[rows])

    def _sort(self, found: Situations, count: Whole, first: Whole) -> None:
        said = [side.say(found) for side in self._sides]
        touched = np.full(found.size, self._is_whole)
        for codes, changed in zip(said, self._changed, strict=True):
            touched |= (codes[changed] != FALSE).any(axis=0)
        plain = np.flatnonzero(~touched)
        if plain.size:
            try:
                groups = self._sides[0].of(found.take(plain))
            except HazardBroken:  # somebody's programme is stopped; each is looked at
                touched[:] = True
            else:
                for number in np.unique(groups).tolist():
                    people = int(count[plain[groups == number]].sum())
                    self._same[self._sides[0].rows[number].outcome] += people
        rows = np.flatnonzero(touched)
        for at, key in zip(rows.tolist(), self._keys(said, rows), strict=True):
            kept = self._apart.get(key)
            if kept is None:
                facts = self._known.facts(found.one(at), {})
                kept = Alike(facts, 0, int(first[at]))
            self._apart[key] = attrs.evolve(
                kept,
                people=kept.people + int(count[at]),
                first=min(kept.first, int(first[at])),
            )

    def _keys(self, said: Sequence[Codes], rows: Index) -> list[bytes]:
        """A key for each situation: what both books say, and of who is referred only that."""
        parts = []
        for codes, refers in zip(said, self._refers, strict=True):
            part = codes.take(rows, axis=1)
            is_referred = (part[refers] != FALSE).any(axis=0)
            parts.append(np.where(is_referred & ~refers[:, None], np.uint16(0), part))
        keys = keys_of(np.ascontiguousarray(np.concatenate(parts).T))
        return [hashlib.blake2b(key, digest_size=16).digest() for key in keys]

    def crowd(self) -> Crowd:
        """All that were added."""
        apart = (*self._apart.values(), *self._alone)
        return Crowd(dict(self._same), self._refused, apart)


def _changed(here: Ruleset, there: Ruleset) -> Index:
    """The places of the rules that the other book does not have, or has otherwise."""
    others = {(rule.id, rule.condition, rule.conclusion) for rule in there.rules}
    return np.array(
        [
            place
            for place, rule in enumerate(here.rules)
            if (rule.id, rule.condition, rule.conclusion) not in others
        ],
        dtype=np.intp,
    )
