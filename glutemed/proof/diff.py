"""Two rulebooks compared over everybody: each kind of difference, with a person to whom it happens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import attrs

from glutemed.intake import contradicted
from glutemed.model.facts import Facts
from glutemed.model.ruleset import Ruleset
from glutemed.proof.diff_formulas import Book, parts
from glutemed.proof.diff_joint import Joint, told
from glutemed.proof.diff_kinds import DEPENDS_ON_CHOICE, OF_EXERCISES, Change, Mark
from glutemed.proof.diff_seen import Got, changes, got
from glutemed.proof.solver import Solver
from glutemed.proof.witness import ModelDisagrees, Search
from glutemed.reading.smt import FALSE, defined, disjunction, negation, symbol

_MOST_TRIED = 2


@attrs.frozen(kw_only=True)
class Difference:
    """One kind of difference, and a person to whom it happens.

    Args:
        change: What kind it is.
        about: The exercises, or what else, that it can be about; over everybody.
        facts: The person, with as few facts known as could be found.
        shows: What of it the real code gives to this person.
        shown: Whether the outcome itself shows it; if not, the exercise is offered and others are
            chosen before it, or the gate holds it back.
        before: What the person gets by the old book.
        after: What the person gets by the new one.
    """

    change: Change
    about: tuple[str, ...]
    facts: Facts
    shows: tuple[str, ...]
    shown: bool
    before: Got
    after: Got


@attrs.frozen(kw_only=True)
class Comparison:
    """Everything that was found.

    Args:
        differences: Each kind of difference that can happen to anybody; none: nobody gets
            anything else.
        everybody: The new book with the facts of both, for reading and writing people.
        apart: Facts that the books mean differently; only people without them were compared.
        narrowed: Facts of which the books allow other values; only those that both allow were
            compared.
        facts: How many facts the two books ask of a person.
    """

    differences: tuple[Difference, ...]
    everybody: Ruleset
    apart: tuple[str, ...]
    narrowed: tuple[str, ...]
    facts: int

    @property
    def marks(self) -> frozenset[Mark]:
        """Which ways the differences point."""
        return frozenset(found.change.mark for found in self.differences)


def compare(old: Ruleset, new: Ruleset) -> Comparison:
    """Compare two rulebooks.

    Raises:
        SolverMissing: z3 is not installed.
        SolverGaveUp: z3 came to no answer; nothing is proved then.
        ModelDisagrees: The solver and the real code differ on a person; nothing is proved then.
        EngineFailed: The engine failed on a person.
    """
    joint = Joint(old, new)
    asked, lines = questions(joint)
    search = Search(joint.people, Solver("\n".join(lines)))
    comparing = _Comparing(joint, search)
    differences = tuple(
        found
        for change in Change
        if change in asked and (found := comparing.difference(change, asked[change])) is not None
    )
    return Comparison(
        differences=differences,
        everybody=joint.people.ruleset,
        apart=joint.apart,
        narrowed=joint.narrowed,
        facts=len({variable.fact for variable in joint.people.variables}),
    )


def questions(joint: Joint) -> tuple[dict[Change, dict[str, str]], list[str]]:
    """What each kind of difference may be about, by its symbol; and the text that defines them."""
    by_change: dict[Change, dict[str, list[str]]] = {}
    for part in parts(joint.old, joint.new):
        formula = joint.said(part.formula)
        if formula != FALSE and not contradicts(formula):
            by_change.setdefault(part.change, {}).setdefault(part.about, []).append(formula)
    asked: dict[Change, dict[str, str]] = {}
    lines = list(joint.text())
    for change, ways in by_change.items():
        asked[change] = {
            symbol("difference", change.name, str(number)): about
            for number, about in enumerate(ways)
        }
        for name, about in asked[change].items():
            lines += defined(name, disjunction(ways[about]))
        lines += defined(name_of(change), disjunction(asked[change]))
    return asked, lines


def contradicts(formula: str) -> bool:
    """Whether a conjunction of symbols names one of them and its opposite."""
    inner = set(formula.removeprefix("(and ").split("| ")) if formula.startswith("(and |") else ()
    return any(f"(not {part}|)" in formula for part in inner if part.startswith("|"))


def name_of(change: Change) -> str:
    """That a person has one kind of difference."""
    return symbol("difference", change.name)


class _Comparing:
    """Finds and tries people to whom something happens."""

    def __init__(self, joint: Joint, search: Search) -> None:
        self.joint, self.search, self.solver = joint, search, search.solver

    def difference(self, change: Change, asked: Mapping[str, str]) -> Difference | None:
        """One kind of difference, or None where it happens to nobody.

        Args:
            change: The kind.
            asked: What it may be about, by the symbol of it.
        """
        names = sorted(self._possible(asked), key=asked.__getitem__)
        about = tuple(asked[name] for name in names)
        if not about:
            return None
        facts = self.search.smallest(name_of(change))
        assert facts is not None
        first = self._tried(change, about, facts)
        if first.shown:
            return first
        for name in names[:_MOST_TRIED] if change in OF_EXERCISES else ():
            found = self._tried(change, about, self._alone(name, asked[name]))
            if found.shown:
                return self._shortened(found)
        return first

    def _shortened(self, found: Difference) -> Difference:
        """The same difference with fewer facts, as long as the real programs still show it.

        What was said so that no other exercise is offered is more than is needed.
        """
        flags = {flag.name for flag in self.joint.people.ruleset.vocabulary.red_flags}
        left = [name for name in found.facts.stated() if name not in flags]
        size = len(left)
        while size > 1:
            size = (size + 1) // 2
            for start in range(0, len(left), size):
                gone = {*left[start : start + size]}
                said = {n: v for n, v in found.facts.stated().items() if n not in gone}
                fewer = self._seen(found.change, found.about, Facts.of(said))
                found = fewer if fewer is not None and fewer.shown else found
            stated = found.facts.stated()
            left = [name for name in left if name in stated]
        return found

    def _seen(self, change: Change, about: tuple[str, ...], facts: Facts) -> Difference | None:
        try:
            return self._tried(change, about, facts)
        except ModelDisagrees:  # there is no such difference without what was forgotten
            return None

    def _possible(self, asked: Iterable[str]) -> Iterator[str]:
        """Which of these symbols hold of somebody; a person found for one may show others."""
        left = list(asked)
        while left:
            if self.solver.possible(left[0]):
                said = list(zip(left, self.solver.holds(left), strict=True))
                yield from (name for name, holds in said if holds)
                left = [name for name, holds in said if not holds]
            else:
                del left[0]

    def _alone(self, name: str, exercise: str) -> Facts:
        """A person to whom it happens with one exercise, and who is offered little else."""
        goal = [name]
        with self.solver.narrowed(name):
            for rival in dict.fromkeys(self._rivals(exercise)):
                if self.solver.possible(*goal, rival):
                    goal.append(rival)
        facts = self.search.smallest(*goal)
        assert facts is not None
        return facts

    def _rivals(self, exercise: str) -> Iterator[str]:
        """That nothing counts against an exercise, that no other is offered, or much counts there."""
        books = [Book(side) for side in (self.joint.old, self.joint.new)]
        for book in books:
            for found in (e for e in book.encoding.ruleset.exercises if e.id == exercise):
                yield from map(self._not, book.demerits(found).values())
        others = [(b, e) for b in books for e in b.encoding.ruleset.exercises if e.id != exercise]
        for book, other in others:
            yield self._not(book.encoding.offers.offered(other))
        for book, other in others:
            yield from map(self.joint.said, book.demerits(other).values())

    def _not(self, formula: str) -> str:
        return self.joint.said(negation(formula))

    def _tried(self, change: Change, about: tuple[str, ...], facts: Facts) -> Difference:
        before, after = got(facts, self.joint.old.ruleset), got(facts, self.joint.new.ruleset)
        shows = changes(before, after).get(change)
        if shows is None and change not in DEPENDS_ON_CHOICE:
            raise ModelDisagrees(
                f"the solver finds a person with `{change}`, and the engine gives the same by "
                "both books; nothing is proved"
            )
        return Difference(
            change=change,
            about=tuple(filter(None, about)),
            facts=facts,
            shows=tuple(filter(None, shows or ())),
            shown=shows is not None and _is_shown(change, shows, before, after),
            before=before,
            after=after,
        )


def _is_shown(change: Change, about: Iterable[str], before: Got, after: Got) -> bool:
    if change not in OF_EXERCISES:
        return True
    seen = set(after.chosen) & set(before.chosen)
    if change is Change.NEW_EXERCISE:
        seen = set(after.chosen) - set(before.chosen)
    elif change is Change.LOST_EXERCISE:
        seen = set(before.chosen) - set(after.chosen)
    return not seen.isdisjoint(about)


@attrs.frozen(kw_only=True)
class Tally:
    """How many real people get something else.

    Args:
        people: How many there are.
        same: How many of them get the same by both books.
        refused: How many contradict themselves by one of the books, and get nothing by it.
        marks: How many have a difference that points each way; one person may count for several.
        changes: How many have each kind of difference.
        first: The number of the first person who has it, counted from 1.
        outcomes: How many go from one outcome to another.
    """

    people: int
    same: int
    refused: int
    marks: Mapping[Mark, int]
    changes: Mapping[Change, int]
    first: Mapping[Change, int]
    outcomes: Mapping[tuple[str, str], int]


def tally(people: Iterable[Facts], old: Ruleset, new: Ruleset) -> Tally:
    """Run people through both books, and count what differs.

    Raises:
        EngineFailed: The engine failed on a person.
    """
    number = same = refused = 0
    by_mark = dict.fromkeys(Mark, 0)
    by_change: dict[Change, int] = {}
    first: dict[Change, int] = {}
    outcomes: dict[tuple[str, str], int] = {}
    for number, facts in enumerate(people, 1):  # the last number says how many
        if any(contradicted(told(facts, one), one.vocabulary) for one in (old, new)):
            refused += 1
            continue
        before, after = got(facts, old), got(facts, new)
        found = changes(before, after)
        same += not found
        for change in found:
            by_change[change] = by_change.get(change, 0) + 1
            first.setdefault(change, number)
        for mark in {change.mark for change in found}:
            by_mark[mark] += 1
        went = (before.kind, after.kind)
        outcomes[went] = outcomes.get(went, 0) + 1
    return Tally(
        people=number,
        same=same,
        refused=refused,
        marks=by_mark,
        changes={change: by_change[change] for change in Change if change in by_change},
        first=first,
        outcomes=dict(sorted(outcomes.items())),
    )
