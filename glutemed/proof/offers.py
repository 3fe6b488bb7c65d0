"""The join of conclusions as SMT-LIB text: who is referred, what is offered, how far and how much.

It says of every person what `engine.join` says of one, and sorts the rules by the same class.
Which of the offered exercises are chosen is left open: any of them could be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import attrs

from glutemed.engine.amounts import unfit
from glutemed.engine.join import Concerned, Join
from glutemed.model.condition import All, Compare, Comparison, Condition, Not
from glutemed.model.exercise import DOSE_LIMITS, PRESCRIBED, SELECTABLE, SIDES, Exercise
from glutemed.model.rule import Limit, Refer
from glutemed.model.ruleset import Ruleset
from glutemed.model.vocabulary import FactDeclaration, Kind
from glutemed.reading.smt import (
    FALSE,
    TRUE,
    Names,
    conjunction,
    defined,
    disjunction,
    negation,
    symbol,
)
from glutemed.reading.truth import holds

_WORD = FactDeclaration(name="", kind=Kind.ENUM, label="", ask="")
ATTRIBUTES = {**SELECTABLE, **PRESCRIBED, "id": _WORD, "family": _WORD}
"""What the selector of a hazard may name."""


@attrs.frozen
class Offers:
    """The join of one ruleset, in symbols.

    Args:
        ruleset: The rules.
        names: What they are called.
    """

    ruleset: Ruleset
    names: Names
    join: Join

    @classmethod
    def of(cls, ruleset: Ruleset, names: Names) -> Offers:
        """The join of a ruleset."""
        return cls(ruleset, names, Join(ruleset))

    # --- symbols ---

    @property
    def unreferred(self) -> str:
        """That no rule refers, nor may refer: only then there is a programme."""
        return symbol(f"{self.names.tag}unreferred")

    def offered(self, exercise: Exercise) -> str:
        """That an exercise is offered, referrals aside."""
        return symbol(f"{self.names.tag}offered", exercise.id)

    def within_reach(self, exercise: Exercise) -> str:
        """That an exercise is offered or could be, were more known; referrals aside."""
        return symbol(f"{self.names.tag}within-reach", exercise.id)

    def step(self, exercise: Exercise, step: int) -> str:
        """That the step of the dose is at least this one."""
        if step <= 0:
            return TRUE
        if step >= len(exercise.dose):
            return FALSE
        return symbol(f"{self.names.tag}step", str(step), exercise.id)

    def depth_at_most(self, exercise: Exercise, degrees: int) -> str:
        """That the knee is bent no further than this."""
        if degrees >= exercise.knee_flexion_deg.most:
            return TRUE
        below = [depth for depth in self.depths(exercise) if depth <= degrees]
        if not below:
            return FALSE
        return symbol(f"{self.names.tag}depth", str(below[-1]), exercise.id)

    def side(self, exercise: Exercise, side: str) -> str:
        """That a side may work."""
        return symbol(f"{self.names.tag}side", side, exercise.id)

    def depths(self, exercise: Exercise) -> tuple[int, ...]:
        """Every depth that an exercise may be prescribed at, if it is offered at all."""
        bend = exercise.knee_flexion_deg
        if not exercise.depth_counts:
            return (bend.most,)
        caps = {
            limit.at
            for _, limit in self.limits(exercise, "knee_flexion_deg")
            if isinstance(limit.at, int) and limit.at < bend.most
        }
        return (*sorted(caps), bend.most)

    # --- text ---

    def text(self) -> Iterator[str]:
        """Lines that define every symbol."""
        refers = [r.id for r in self.ruleset.rules if isinstance(r.conclusion, Refer)]
        yield from defined(self.unreferred, conjunction(negation(self._perhaps(r)) for r in refers))
        for exercise in self.ruleset.exercises:
            yield from self._exercise(exercise)

    def _exercise(self, exercise: Exercise) -> Iterator[str]:
        concerned = self.join.by_exercise[exercise.id]
        for side in SIDES:
            yield from defined(
                self.side(exercise, side), self._side(exercise, side, self.names.perhaps)
            )
        yield from defined(self.offered(exercise), self.offered_but_for(exercise, ""))
        yield from defined(
            self.within_reach(exercise),
            conjunction(
                (
                    *(negation(self._sure(self._id(p))) for p in concerned.contraindicate),
                    disjunction(self._perhaps(self._id(p)) for p in concerned.indicate),
                    self._need(concerned, self.names.perhaps),
                    *self._fits(exercise, self.names.sure),
                )
            ),
        )
        for step in range(1, len(exercise.dose)):
            yield from defined(self.step(exercise, step), self._step(exercise, step))
        for degrees in self.depths(exercise)[:-1]:
            yield from defined(
                self.depth_at_most(exercise, degrees),
                disjunction(
                    self._perhaps(rule)
                    for rule, limit in self.limits(exercise, "knee_flexion_deg")
                    if isinstance(limit.at, int) and limit.at <= degrees
                ),
            )

    def offered_but_for(self, exercise: Exercise, amount: str) -> str:
        """The formula that an exercise is offered, whatever the limits on one amount."""
        concerned = self.join.by_exercise[exercise.id]
        return conjunction(
            (
                *(negation(self._perhaps(self._id(p))) for p in concerned.contraindicate),
                disjunction(self._sure(self._id(p)) for p in concerned.indicate),
                self._need(concerned, self.names.sure),
                *self._fits(exercise, self.names.perhaps, amount),
            )
        )

    def earned(self, exercise: Exercise, step: int) -> str:
        """The formula that a step of the dose is earned."""
        earning = self.join.by_exercise[exercise.id].earn
        return disjunction(self._sure(self._id(p)) for at, p in earning if at >= step)

    def _id(self, place: int) -> str:
        return self.ruleset.rules[place].id

    def _sure(self, rule: str) -> str:
        return self.names.sure(rule)

    def _perhaps(self, rule: str) -> str:
        return self.names.perhaps(rule)

    def _need(self, concerned: Concerned, said: Callable[[str], str]) -> str:
        return TRUE if concerned.need is None else said(self._id(concerned.need))

    def limits(self, exercise: Exercise, amount: str) -> Iterator[tuple[str, Limit]]:
        """The limits on one amount of an exercise, each by the id of its rule."""
        places: Iterable[int] = self.join.by_exercise[exercise.id].limit.get(amount, ())
        if amount == "stage":
            places = self.join.programme.get("stage", ())
        for place in places:
            conclusion = self.ruleset.rules[place].conclusion
            assert isinstance(conclusion, Limit)
            yield self._id(place), conclusion

    def _side(self, exercise: Exercise, side: str, said: Callable[[str], str]) -> str:
        """A side works where every limit that counts leaves it in."""
        return conjunction(
            negation(said(rule))
            for rule, limit in self.limits(exercise, "working_sides")
            if isinstance(limit.at, tuple) and side not in limit.at
        )

    def _fits(
        self, exercise: Exercise, said: Callable[[str], str], without: str = ""
    ) -> Iterator[str]:
        """That no limit that counts is one which the exercise cannot fit."""
        for amount in ("stage", "knee_flexion_deg", *DOSE_LIMITS):
            for rule, limit in self.limits(exercise, amount):
                if amount != without and unfit(exercise, {amount: limit.at}):
                    yield negation(said(rule))
        if without != "working_sides":
            yield disjunction(self._side(exercise, side, said) for side in SIDES)

    def _step(self, exercise: Exercise, step: int) -> str:
        earned = self.earned(exercise, step)
        over = {
            rule
            for amount in DOSE_LIMITS
            for rule, limit in self.limits(exercise, amount)
            if isinstance(limit.at, int)
            and any(getattr(dose, amount) > limit.at for dose in exercise.dose[1 : step + 1])
        }
        return conjunction((earned, *(negation(self._perhaps(rule)) for rule in sorted(over))))

    # --- hazards ---

    def bites(self, exercise: Exercise, never: Condition) -> str:
        """That an exercise, as it would be prescribed, is one that a hazard forbids."""
        if isinstance(never, Compare):
            return self._compare(exercise, never)
        if isinstance(never, Not):
            return negation(self.bites(exercise, never.child))
        parts = (self.bites(exercise, child) for child in never.children)
        return conjunction(parts) if isinstance(never, All) else disjunction(parts)

    def _compare(self, exercise: Exercise, compare: Compare) -> str:
        declared = ATTRIBUTES[compare.fact]
        if compare.comparison is Comparison.INCLUDES:
            return disjunction(self.side(exercise, str(side)) for side in compare.constants)
        if compare.fact == "knee_flexion_deg":
            depths = self.depths(exercise)
            return disjunction(
                conjunction(
                    (
                        self.depth_at_most(exercise, depth),
                        negation(self.depth_at_most(exercise, before)),
                    )
                )
                for before, depth in zip((-1, *depths), depths, strict=False)
                if holds(depth, compare, declared)
            )
        if compare.fact in PRESCRIBED:
            return disjunction(
                conjunction((self.step(exercise, step), negation(self.step(exercise, step + 1))))
                for step, dose in enumerate(exercise.dose)
                if holds(getattr(dose, compare.fact), compare, declared)
            )
        return TRUE if holds(exercise.attribute(compare.fact), compare, declared) else FALSE
