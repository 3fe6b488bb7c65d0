"""What in a rulebook is to no purpose, found over everybody."""

from __future__ import annotations

from collections.abc import Iterator

from glutemed.model.decision import Standing
from glutemed.model.outcome import OutcomeKind
from glutemed.pipeline import decide
from glutemed.programme.prescribe import NOTHING_FITS
from glutemed.proof.encoding import Encoding
from glutemed.proof.findings import Fault, Finding, as_written
from glutemed.proof.limits import limits_never_reached
from glutemed.proof.pointless import pointless
from glutemed.proof.solver import Solver
from glutemed.proof.witness import ModelDisagrees, Search, before_the_gate
from glutemed.reading.smt import negation


class Purpose:
    """Looks for what is to no purpose in one ruleset.

    Args:
        encoding: The rules.
        solver: A solver that was given its text.
    """

    def __init__(self, encoding: Encoding, solver: Solver) -> None:
        self.encoding = encoding
        self.ruleset = encoding.ruleset
        self.possible = solver.possible
        self.solver = solver
        self.dead = self._dead()

    def _dead(self) -> frozenset[str]:
        """The rules that hold of nobody; whoever is found for one shows others that hold."""
        rules = self.ruleset.written_rules
        left = {rule.id: self.encoding.names.sure(rule.id) for rule in rules}
        dead = set()
        while left:
            rule, sure = next(iter(left.items()))
            if self.possible(sure):
                said = self.solver.holds(left.values())
                left = {r: left[r] for r, holds in zip(left, said, strict=True) if not holds}
            else:
                dead.add(rule)
                del left[rule]
        return frozenset(dead)

    def all(self) -> Iterator[Finding]:
        """Everything that was found."""
        yield from self.never_fires()
        alive = tuple(rule for rule in self.ruleset.written_rules if rule.id not in self.dead)
        yield from pointless(alive, self.encoding, self.solver)
        yield from limits_never_reached(alive, self.encoding, self.solver)
        yield from self.exercises_nobody_gets()
        yield from self.values_never_produced()
        yield from self.hazards_that_never_hold()
        yield from self.nothing_fits()

    def never_fires(self) -> Iterator[Finding]:
        """Rules that are TRUE of nobody."""
        for rule in as_written(self.ruleset.rules, lambda rule: rule.id in self.dead):
            yield Finding(
                fault=Fault.NEVER_FIRES,
                id=rule.written,
                says="There is nobody of whom its condition holds.",
                where=rule.span.where,
            )

    def exercises_nobody_gets(self) -> Iterator[Finding]:
        """Exercises that are offered to nobody, and steps of a dose that nobody is given."""
        offers = self.encoding.offers
        for exercise in self.ruleset.exercises:
            got = (offers.unreferred, offers.offered(exercise))
            if not self.possible(*got):
                yield Finding(
                    fault=Fault.NOBODY_GETS,
                    id=exercise.id,
                    says="The rules offer it to nobody.",
                    where=exercise.span.where,
                )
                continue
            last = len(exercise.dose) - 1
            while last and not self.possible(*got, offers.step(exercise, last)):
                last -= 1
            if last < len(exercise.dose) - 1:
                yield Finding(
                    fault=Fault.STEP_NEVER_REACHED,
                    id=exercise.id,
                    says=f"Nobody gets past step {last} of its dose (counted from 0).",
                    where=exercise.span.where,
                )

    def values_never_produced(self) -> Iterator[Finding]:
        """Values of derived quantities that are certain of nobody."""
        names = self.encoding.names
        for value in self.ruleset.derived:
            last = len(value.values) - 1
            for rank, word in enumerate(value.values):
                produced = self.possible(
                    *([names.least(value.name, rank)] if rank else []),
                    *([negation(names.most(value.name, rank + 1))] if rank < last else []),
                )
                if not produced:
                    yield Finding(
                        fault=Fault.NEVER_PRODUCED,
                        id=value.name,
                        says=f"It is never `{word}`.",
                        where=value.span.where,
                    )

    def hazards_that_never_hold(self) -> Iterator[Finding]:
        """Hazards that are proved only because their condition holds of nobody."""
        for hazard in self.ruleset.hazards:
            with self.solver.narrowed(self.encoding.holds(hazard)):
                holds = self.possible()
            if not holds:
                yield Finding(
                    fault=Fault.NEVER_HOLDS,
                    id=hazard.id,
                    says="There is nobody of whom its condition holds, so it keeps nobody safe.",
                    where=hazard.span.where,
                )

    def nothing_fits(self) -> Iterator[Finding]:
        """Somebody whom no rule refers, and for whom there is nothing all the same."""
        encoding = self.encoding
        out = (negation(encoding.offers.within_reach(e)) for e in self.ruleset.exercises)
        facts = Search(encoding, self.solver).smallest(encoding.offers.unreferred, *out)
        if facts is None:
            return
        outcome = before_the_gate(self.ruleset, facts)
        if outcome.kind is not OutcomeKind.REFERRAL or outcome.referral is None:
            raise ModelDisagrees("the solver finds that nothing fits, and the engine refers nobody")
        assert outcome.referral.reasons == (NOTHING_FITS,)
        verdicts = decide(facts, self.ruleset).verdicts.values()
        tally = dict.fromkeys(Standing, 0)
        for verdict in verdicts:
            tally[verdict.standing] += 1
        said = ", ".join(f"{n} {standing.replace('_', ' ')}" for standing, n in tally.items() if n)
        yield Finding(
            fault=Fault.NOTHING_FITS,
            id="glutemed/nothing-fits",
            says=f"No rule refers this person, and nothing fits ({said}).",
            facts=facts,
        )
