"""What must hold of everybody: no hazard, no exercise under a red flag, no referral too calm."""

from __future__ import annotations

import enum
from collections.abc import Iterator

import attrs

from glutemed.model.condition import Truth, leaves
from glutemed.model.errors import HazardBroken
from glutemed.model.exercise import Exercise
from glutemed.model.facts import Facts
from glutemed.model.outcome import Outcome, OutcomeKind
from glutemed.model.rule import Contraindicate, Hazard, Limit, Refer, Rule, Urgency
from glutemed.model.ruleset import Ruleset
from glutemed.model.vocabulary import FactDeclaration
from glutemed.pipeline import decide, recommend
from glutemed.proof.encoding import Encoding
from glutemed.proof.solver import Solver
from glutemed.proof.witness import ModelDisagrees, Search, Seen, Witness, breaking
from glutemed.reading.smt import (
    conjunction,
    defined,
    disjunction,
    known_of,
    negation,
    symbol,
)

_KEEPING = (Contraindicate, Limit, Refer)


class Subject(enum.StrEnum):
    """What a claim is about."""

    HAZARD = "hazard"
    RED_FLAG = "red_flag"
    REFERRAL = "referral"


@attrs.frozen(kw_only=True)
class Claim:
    """One thing that must hold of everybody, and whether it does.

    Args:
        subject: What it is about.
        id: The hazard, the red flag, or the rule that refers.
        says: What must hold, in a sentence.
        where: Where it is written.
        witness: A person of whom it does not hold; without one it is proved.
        exercises: The exercises by which it can be broken.
        asks: The facts that the gate would have to ask before it is sure, where the hazard is
            proved and yet left open to somebody: it cannot hold, and that shows only when asked.
        open_to: A person of whom the hazard is left open.
    """

    subject: Subject
    id: str
    says: str
    where: str
    witness: Witness | None = None
    exercises: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    open_to: Facts | None = None

    @property
    def proved(self) -> bool:
        """Whether it holds of everybody."""
        return self.witness is None


def claims_text(encoding: Encoding) -> Iterator[str]:
    """Lines of SMT-LIB that name every person of whom a claim does not hold."""
    for flag in encoding.ruleset.vocabulary.red_flags:
        answered_no = conjunction(
            (symbol("known", flag.name), negation(symbol(flag.name, "at least 1")))
        )
        yield from defined(
            _let_out(encoding, flag), conjunction((encoding.programme, negation(answered_no)))
        )
    refers = _refers(encoding.ruleset)
    for degree in Urgency:
        sure = (encoding.names.sure(rule.id) for rule, r in refers if r.urgency >= degree)
        yield from defined(_seen_by(encoding, degree), disjunction(sure))
    for rule, refer in refers:
        calmer = negation(_seen_by(encoding, refer.urgency))
        unsaid = (
            conjunction((encoding.names.sure(rule.id), calmer)),
            conjunction((encoding.names.perhaps(rule.id), encoding.programme)),
        )
        yield from defined(_too_calm(encoding, rule), disjunction(unsaid))


def _let_out(encoding: Encoding, flag: FactDeclaration) -> str:
    return symbol(f"{encoding.names.tag}let-out", flag.name)


def _seen_by(encoding: Encoding, urgency: Urgency) -> str:
    return symbol(f"{encoding.names.tag}urgency at least", urgency.word)


def _too_calm(encoding: Encoding, rule: Rule) -> str:
    return symbol(f"{encoding.names.tag}too-calm", rule.id)


def _read(hazard: Hazard) -> frozenset[str]:
    return frozenset(leaf.fact for leaf in leaves(hazard.when))


def _refers(ruleset: Ruleset) -> list[tuple[Rule, Refer]]:
    return [(r, r.conclusion) for r in ruleset.rules if isinstance(r.conclusion, Refer)]


class Claims:
    """Proves the claims of one ruleset.

    Args:
        encoding: The rules.
        solver: A solver that was given its text, and that of the claims.
    """

    def __init__(self, encoding: Encoding, solver: Solver) -> None:
        self.encoding = encoding
        self.solver = solver
        self.search = Search(encoding, solver)

    def hazards(self) -> Iterator[Claim]:
        """Each hazard, in order."""
        for hazard in self.encoding.ruleset.hazards:
            yield self._hazard(hazard)

    def _hazard(self, hazard: Hazard) -> Claim:
        encoding, solver = self.encoding, self.solver
        claim = Claim(
            subject=Subject.HAZARD, id=hazard.id, says=hazard.because, where=hazard.span.where
        )
        with solver.narrowed(encoding.broken(hazard)):
            if solver.possible():
                exercises = [e for e in encoding.ruleset.exercises if self._bitten(hazard, e)]
                witness = breaking(self.search, hazard, exercises)
                claim = attrs.evolve(
                    claim,
                    witness=attrs.evolve(witness, silent=self._silent(hazard, witness)),
                    exercises=tuple(exercise.id for exercise in exercises),
                )
        read = _read(hazard)
        with solver.narrowed(encoding.left_open(hazard)):
            person = self.search.smallest() if claim.proved else None
            if person is not None:
                asks = {
                    variable.fact
                    for variable in encoding.variables
                    if variable.fact in read and solver.possible(negation(known_of(variable)))
                }
                claim = attrs.evolve(claim, asks=tuple(sorted(asks)), open_to=person)
        return claim

    def _bitten(self, hazard: Hazard, exercise: Exercise) -> bool:
        with self.solver.narrowed(self.encoding.bitten(hazard, exercise)):
            return self.solver.possible()

    def _silent(self, hazard: Hazard, witness: Witness) -> tuple[str, ...]:
        """The rules that ask what the hazard asks and touch the exercise, yet do not hold."""
        read = _read(hazard)
        truths = decide(witness.facts, self.encoding.ruleset).truths
        found = []
        for rule in self.encoding.ruleset.rules:
            touch = getattr(rule.conclusion, "touch", None)
            touches = touch is None or witness.exercise in touch.exercises
            keeps = touches and isinstance(rule.conclusion, _KEEPING)
            asks = read & {leaf.fact for leaf in leaves(rule.condition)}
            if asks and keeps and truths[rule.id] is Truth.FALSE:
                found.append(rule.written)
        return tuple(dict.fromkeys(found))

    def red_flags(self) -> Iterator[Claim]:
        """Each red flag: who has it, or may have it, gets no exercise."""
        for flag in self.encoding.ruleset.vocabulary.red_flags:
            let_out, known = _let_out(self.encoding, flag), symbol("known", flag.name)
            facts = self.search.smallest(let_out, known) or self.search.smallest(let_out)
            yield Claim(
                subject=Subject.RED_FLAG,
                id=flag.name,
                says=f"Nobody with {flag.label}, or who may have it, is given exercises.",
                where=flag.span.where,
                witness=None if facts is None else self._programme(facts),
            )

    def _programme(self, facts: Facts) -> Witness:
        try:
            outcome = recommend(facts, self.encoding.ruleset)
        except HazardBroken:
            return Witness(facts, seen=Seen.BROKEN)
        if outcome.kind is OutcomeKind.REFERRAL:
            raise ModelDisagrees("the solver finds a programme, and the engine refers")
        if outcome.programme is None:
            return Witness(facts, seen=Seen.ASKED)
        return Witness(facts, outcome.programme.exercises[0].exercise)

    def referrals(self) -> Iterator[Claim]:
        """Each rule that refers: whenever it holds, the outcome is at least as urgent.

        Proved in symbols, and tried on the real code with a person for whom calmer rules of each
        degree hold as well, and with one who declines to say.
        """
        for rule, refer in _refers(self.encoding.ruleset):
            facts = self.search.smallest(_too_calm(self.encoding, rule))
            for person in () if facts is not None else self._pressed(rule, refer):
                if _urgency_given(recommend(person, self.encoding.ruleset)) < refer.urgency:
                    facts = person
            yield Claim(
                subject=Subject.REFERRAL,
                id=rule.written,
                says=f"Whoever is meant by it is seen as {refer.urgency.word}, or sooner.",
                where=rule.span.where,
                witness=None if facts is None else Witness(facts, seen=Seen.REFERRED),
            )

    def _pressed(self, rule: Rule, refer: Refer) -> Iterator[Facts]:
        """People for whom a rule holds, or may hold and nothing is left to ask."""
        names, possible = self.encoding.names, self.solver.possible
        goal = [names.sure(rule.id)]
        if possible(*goal):
            for degree in Urgency:
                calmer = (
                    r for r, other in _refers(self.encoding.ruleset) if other.urgency == degree
                )
                more = names.sure(next((r.id for r in calmer), rule.id))
                if degree < refer.urgency and possible(*goal, more):
                    goal.append(more)
            yield self._person(goal)
        maybe = [names.perhaps(rule.id), negation(names.sure(rule.id))]
        if possible(*maybe):
            facts = self._person(maybe)
            waits = decide(facts, self.encoding.ruleset).waits[rule.id]
            yield Facts.of(facts.stated(), waits)

    def _person(self, goal: list[str]) -> Facts:
        facts = self.search.person(*goal)
        assert facts is not None
        return facts


def _urgency_given(outcome: Outcome) -> int:
    found = outcome.sure_urgency if outcome.referral is None else outcome.referral.urgency
    return found or 0
