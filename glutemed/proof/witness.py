"""The smallest person of whom something holds, and what the real code gives to that person."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping

import attrs

from glutemed.gate import Gate
from glutemed.model.decision import Standing
from glutemed.model.errors import GlutemedError, HazardBroken
from glutemed.model.exercise import Exercise
from glutemed.model.facts import Facts
from glutemed.model.frozen import Frozen
from glutemed.model.outcome import Outcome
from glutemed.model.rule import Hazard
from glutemed.model.ruleset import Ruleset
from glutemed.model.version import VERSION
from glutemed.pipeline import decide, recommend
from glutemed.programme.prescribe import prescribe
from glutemed.proof.encoding import Encoding
from glutemed.proof.solver import Solver, SolverGaveUp
from glutemed.reading.runs import Variable
from glutemed.reading.smt import at_least, known_of, negation

NOTHING: Frozen[Variable, int] = Frozen()
MOST_MILLISECONDS = 2_000
"""How long one attempt to know one fact less may take."""


class ModelDisagrees(GlutemedError):
    """The solver found a person whom the code treats otherwise; no proof can be trusted then."""


class Seen(enum.StrEnum):
    """What the real code gives to a witness.

    ``broken``: the programme breaks the hazard, and only the gate stops it. ``programme``: a
    programme. ``asked``: only questions of the gate. ``not_chosen``: the exercise is offered, and
    others are chosen before it. ``referred``: a referral.
    """

    BROKEN = "broken"
    PROGRAMME = "programme"
    ASKED = "asked"
    REFERRED = "referred"
    NOT_CHOSEN = "not_chosen"


@attrs.frozen
class Witness:
    """One person, who shows that something is so.

    Args:
        facts: The person, with as few facts known as could be found.
        exercise: The exercise that the person gets, if it is about one.
        seen: What the real code gives to the person.
        let_out_by: Ids of the rules that are the reason to give it.
        silent: Ids of the rules that ask about the same facts, touch it, and do not hold.
    """

    facts: Facts
    exercise: str = ""
    seen: Seen = Seen.PROGRAMME
    let_out_by: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()


class Search:
    """Finds people.

    Args:
        encoding: What the rules say of everybody.
        solver: A solver that was given its text.
    """

    def __init__(self, encoding: Encoding, solver: Solver) -> None:
        self.encoding = encoding
        self.solver = solver

    def person(self, *goal: str) -> Facts | None:
        """Some person of whom all literals hold, or None."""
        if not self.solver.possible(*goal):
            return None
        return self.encoding.facts(self._values())

    def smallest(
        self, *goal: str, told: Mapping[Variable, int] = NOTHING, quickly: bool = False
    ) -> Facts | None:
        """The person of whom all literals hold, with the fewest facts known and small values.

        Args:
            goal: What must hold.
            told: What is known of everybody here, so that it need not be asked about.
            quickly: Be content with a person of whom no single fact can be forgotten; somebody
                else may then need fewer.
        """
        with self.solver.narrowed(*goal):
            if not self.solver.possible():
                return None
            known = self._forgotten(told)
            if not quickly:
                known = self._counted(known)
            self._forget(variable for variable in self.encoding.variables if variable not in known)
            values: dict[Variable, int] = {v: told[v] for v in known if v in told}
            for variable in (variable for variable in known if variable not in told):
                values[variable] = self._least(variable)
                self.solver.narrow(self.encoding.equals(variable, values[variable]))
        return self.encoding.facts(values)

    def _forgotten(self, told: Mapping[Variable, int]) -> list[Variable]:
        """What is still known of a person after all is forgotten, one by one, that can be."""
        must = [variable for variable in self.encoding.variables if variable in told]
        left = self._known(v for v in self.encoding.variables if v not in told)
        with self.solver.narrowed():
            self._forget({*self.encoding.variables}.difference(left, told))
            while left:
                variable, *left = left
                if self.solver.possible(negation(known_of(variable))):
                    still = self._known(left)
                    self._forget({variable, *left}.difference(still))
                    left = still
                else:
                    must.append(variable)
        return must

    def _counted(self, known: list[Variable]) -> list[Variable]:
        """What is known of a person of whom less cannot be known, as far as time allows."""
        everything = " ".join(known_of(variable) for variable in self.encoding.variables)
        low, high = 0, len(known)
        middle = high - 1  # mostly nothing less can be known, so this is asked first
        while low < high:
            with self.solver.narrowed(f"((_ at-most {middle}) {everything})"):
                try:
                    if self.solver.possible(within=MOST_MILLISECONDS):
                        known = self._known(self.encoding.variables)
                        high = len(known)
                    else:
                        low = middle + 1
                except SolverGaveUp:
                    low = middle + 1
            middle = (low + high) // 2
        return known

    def _known(self, variables: Iterable[Variable]) -> list[Variable]:
        """What of some variables is known of the person whom the last question found."""
        asked = list(variables)
        said = self.solver.holds(map(known_of, asked))
        return [variable for variable, is_known in zip(asked, said, strict=True) if is_known]

    def _forget(self, variables: Iterable[Variable]) -> None:
        self.solver.narrow(*(negation(known_of(variable)) for variable in variables))

    def _least(self, variable: Variable) -> int:
        """The least value that a known variable can have here."""
        least = variable.least
        for cut in self.encoding.cuts[variable]:
            if self.solver.possible(negation(at_least(variable, cut))):
                break
            least = cut
        return least

    def _values(self) -> dict[Variable, int]:
        values = {}
        for variable in self._known(self.encoding.variables):
            cuts = self.encoding.cuts[variable]
            said = self.solver.holds(self.encoding.thresholds(variable))
            reached = [cut for cut, is_reached in zip(cuts, said, strict=True) if is_reached]
            values[variable] = max(reached, default=variable.least)
        return values


def before_the_gate(ruleset: Ruleset, facts: Facts) -> Outcome:
    """What the stages before the gate give to a person."""
    return prescribe(ruleset, decide(facts, ruleset), VERSION)


def breaking(search: Search, hazard: Hazard, exercises: Iterable[Exercise]) -> Witness:
    """A person upon whom a hazard comes, and what the real code does about it.

    Looks first for the smallest person; where other exercises are chosen for that one, for people
    who are offered little else.

    Args:
        search: Everybody.
        hazard: What can be broken.
        exercises: The exercises that can be offered against it; at least one.

    Raises:
        ModelDisagrees: The real code does not offer the exercise to that person.
    """
    encoding, solver = search.encoding, search.solver
    with solver.narrowed(encoding.broken(hazard)):
        person = search.smallest()
    assert person is not None
    programme = before_the_gate(encoding.ruleset, person).programme
    for chosen in programme.exercises if programme is not None else ():
        if _watched(encoding.ruleset, hazard, person, chosen.exercise):
            return _tried(search, hazard, chosen.exercise, person)
    first: Witness | None = None
    for exercise in exercises:
        with solver.narrowed(encoding.broken(hazard), encoding.bitten(hazard, exercise)):
            alone: list[str] = []
            for other in encoding.ruleset.exercises:
                out = negation(encoding.offers.offered(other))
                if other != exercise and solver.possible(*alone, out):
                    alone.append(out)
            person = search.smallest(*alone)
        assert person is not None
        witness = _tried(search, hazard, exercise.id, person)
        if witness.seen is Seen.BROKEN:
            return witness
        first = first or witness
    assert first is not None
    return first


def _watched(ruleset: Ruleset, hazard: Hazard, facts: Facts, exercise: str) -> bool:
    """Whether the gate holds a hazard against one exercise of a person's programme."""
    programme = before_the_gate(ruleset, facts).programme
    assert programme is not None
    only = tuple(each for each in programme.exercises if each.exercise == exercise)
    gate = Gate(attrs.evolve(ruleset, hazards=(hazard,)))
    return bool(gate.watched(attrs.evolve(programme, exercises=only)))


def _tried(search: Search, hazard: Hazard, exercise: str, facts: Facts) -> Witness:
    ruleset = search.encoding.ruleset
    decision = decide(facts, ruleset)
    verdict = decision.verdicts[exercise]
    programme = before_the_gate(ruleset, facts).programme
    if verdict.standing is not Standing.OFFERED or programme is None:
        raise ModelDisagrees(
            f"the solver finds that `{exercise}` is offered against `{hazard.id}`, "
            "and the engine does not offer it; nothing is proved"
        )
    seen = Seen.NOT_CHOSEN
    if any(each.exercise == exercise for each in programme.exercises):
        if not _watched(ruleset, hazard, facts, exercise):
            raise ModelDisagrees(
                f"the solver finds that `{exercise}` breaks `{hazard.id}`, "
                "and the gate does not see it; nothing is proved"
            )
        try:
            recommend(facts, ruleset)
        except HazardBroken:
            seen = Seen.BROKEN
    return Witness(facts, exercise, seen, verdict.indicated_by)
