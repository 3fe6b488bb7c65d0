"""Law 4 for the smt reading: it says of a person what truth, join and gate say of that person."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glutemed.engine.engine import Engine
from glutemed.gate import Gate
from glutemed.model.condition import Truth
from glutemed.model.decision import Decision, ExerciseVerdict, Standing
from glutemed.model.exercise import SIDES
from glutemed.model.facts import Facts
from glutemed.model.outcome import OutcomeKind, Programme
from glutemed.model.rule import Rule
from glutemed.model.ruleset import Ruleset
from glutemed.model.version import VERSION
from glutemed.programme.prescribe import _prescription, prescribe
from glutemed.proof.encoding import Encoding
from glutemed.proof.solver import Solver
from glutemed.proof.witness import Search
from glutemed.reading.runs import Variable, span_of
from glutemed.reading.smt import facts_text, known_of, negation
from glutemed.reading.specification import read
from glutemed.reading.truth import Situation, truth
from glutemed.testing import people, plausible_people, rulebooks
from laws.examples import quick, share
from laws.mutants import Mutant, planted

pytest.importorskip("z3")
pytestmark = pytest.mark.law


class Encoded:
    """A ruleset in symbols, with a solver that was given them."""

    def __init__(self, ruleset: Ruleset) -> None:
        self.ruleset = ruleset
        self.encoding = Encoding.of(ruleset)
        self.solver = Solver("\n".join(self.encoding.text()))
        self.engine = Engine(ruleset, with_durable=False)
        self.gate = Gate(ruleset)

    def agree(self, facts: Facts) -> None:
        """Everything that is said in symbols of one person is what the code says."""
        with self.solver.narrowed(*self.encoding.is_person(facts)):
            assert self.solver.possible(), "nobody is this person"
            self.rules(facts)
            self.offers(self.engine.decide(facts))
            self.hazards(self.engine.decide(facts), facts)

    def both(self, name: str) -> Truth:
        names = self.encoding.names
        sure, perhaps = self.solver.holds((names.sure(name), names.perhaps(name)))
        assert perhaps or not sure, f"{name} is TRUE and FALSE"
        return Truth(sure + perhaps)

    def rules(self, facts: Facts) -> None:
        reading = read(self.ruleset, facts)
        for rule, said in zip(self.ruleset.rules, reading.truths, strict=True):
            assert self.both(rule.id) is said, rule.id
        for name, (least, most) in reading.bounds.items():
            names = self.encoding.names
            declared = self.ruleset.quantities[name]
            last = len(declared.values) - 1 if declared.values else declared.most
            for number in range(declared.least + 1, last + 1):
                assert self.holds(names.least(name, number)) is (least >= number), name
                assert self.holds(names.most(name, number)) is (most >= number), name

    def holds(self, formula: str) -> bool:
        return self.solver.holds((formula,))[0]

    def offers(self, decision: Decision) -> None:
        offers = self.encoding.offers
        out = {Standing.OFFERED, Standing.WITHHELD, Standing.UNINDICATED}
        for exercise in self.ruleset.exercises:
            verdict = decision.verdicts[exercise.id]
            assert self.holds(offers.offered(exercise)) is (verdict.standing is Standing.OFFERED)
            assert self.holds(offers.within_reach(exercise)) is (verdict.standing in out)
            for step in range(len(exercise.dose) + 1):
                assert self.holds(offers.step(exercise, step)) is (verdict.step >= step)
            for side in SIDES:
                assert self.holds(offers.side(exercise, side)) is (side in verdict.working_sides)
            depths = offers.depths(exercise)
            assert verdict.knee_flexion_deg in depths
            for depth in depths:
                shallow = verdict.knee_flexion_deg <= depth
                assert self.holds(offers.depth_at_most(exercise, depth)) is shallow
        programme = prescribe(self.ruleset, decision, VERSION).kind is OutcomeKind.PROGRAMME
        assert self.holds(self.encoding.programme) is programme

    def hazards(self, decision: Decision, facts: Facts) -> None:
        """A hazard holds, and bites what is offered, in symbols where it does for the gate."""
        situation = Situation(self.ruleset.quantities, facts, {})
        watched = {each: self.watched(verdict) for each, verdict in decision.verdicts.items()}
        programme = self.holds(self.encoding.programme)
        for hazard in self.ruleset.hazards:
            bitten = False
            for exercise in self.ruleset.exercises:
                offered = decision.verdicts[exercise.id].standing is Standing.OFFERED
                bites = offered and hazard.id in watched[exercise.id]
                assert self.holds(self.encoding.bitten(hazard, exercise)) is bites
                bitten |= bites
            said = truth(hazard.when, situation)
            hit = bitten and programme
            assert self.holds(self.encoding.holds(hazard)) is (said is Truth.TRUE)
            assert self.holds(self.encoding.broken(hazard)) is (hit and said is Truth.TRUE)
            assert self.holds(self.encoding.left_open(hazard)) is (hit and said is Truth.UNKNOWN)

    def watched(self, verdict: ExerciseVerdict) -> frozenset[str]:
        """The hazards that the gate holds against an exercise, as it would be prescribed."""
        programme = Programme(
            stage=1,
            sessions_per_week=1,
            review_weeks=1,
            exercises=(_prescription(self.ruleset, verdict),),
            stop=(),
            advice=(),
            next=(),
            rules=(),
        )
        return self.gate.watched(programme)

    def same_person(self, facts: Facts) -> None:
        """What is known of a person, as far as rules ask, is kept on the way there and back."""
        found, values = [], {}
        for variable in self.encoding.variables:
            declared = self.ruleset.quantities[variable.fact]
            span = span_of(variable, facts.value(variable.fact), declared)
            found.append(span)
            if span[0] == span[1]:
                values[variable] = span[0]
        back = self.encoding.facts(values)
        for variable, span in zip(self.encoding.variables, found, strict=True):
            declared = self.ruleset.quantities[variable.fact]
            assert span_of(variable, back.value(variable.fact), declared) == span, variable

    def found_people(self, rule: Rule) -> None:
        """What the solver says of a person whom it found, the code says; also of the smallest."""
        search, names = Search(self.encoding, self.solver), self.encoding.names
        sure, perhaps = names.sure(rule.id), names.perhaps(rule.id)
        for said, goal in (
            (Truth.TRUE, (sure,)),
            (Truth.UNKNOWN, (perhaps, negation(sure))),
            (Truth.FALSE, (negation(perhaps),)),
        ):
            for person in (search.person(*goal), search.smallest(*goal)):
                if person is not None:
                    truths = read(self.ruleset, person).truths
                    assert truths[self.ruleset.rules.index(rule)] is said, rule.id


def symbols_agree_with_code(data: st.DataObject) -> None:
    encoded = Encoded(data.draw(rulebooks()))
    for _ in range(4):
        person = data.draw(st.one_of(people(encoded.ruleset), plausible_people(encoded.ruleset)))
        encoded.agree(person)
        encoded.same_person(person)
    encoded.found_people(data.draw(st.sampled_from(encoded.ruleset.rules)))


@share(0.3)
@given(st.data())
def test_the_symbols_say_of_a_person_what_the_code_says_by_any_rules(data: st.DataObject) -> None:
    symbols_agree_with_code(data)


@pytest.fixture(scope="module")
def shipped(bundled: Ruleset) -> Encoded:
    return Encoded(bundled)


@share(1)
@given(data=st.data())
def test_the_symbols_say_of_a_person_what_the_bundled_rules_say(
    data: st.DataObject, shipped: Encoded
) -> None:
    person = data.draw(st.one_of(people(shipped.ruleset), plausible_people(shipped.ruleset)))
    shipped.agree(person)
    shipped.same_person(person)


def test_to_speak_of_a_set_is_to_speak_of_every_member_it_may_be_silent_about(
    shipped: Encoded,
) -> None:
    """A list of bands that names no heavy one denies it; so to know one band is to know them all."""
    fact = "equipment.bands"
    silent = shipped.ruleset.vocabulary[fact].silent_absent
    known = [
        known_of(variable)
        for variable in shipped.encoding.variables
        if variable.fact == fact and variable.member in silent
    ]
    assert len(known) > 1
    for first in known:
        for second in known:
            if first != second:
                assert not shipped.solver.possible(first, negation(second))


def test_of_a_set_that_denies_some_members_the_others_may_be_open(bundled: Ruleset) -> None:
    """Where a condition has the silence `unknown`, a list of conditions leaves it open."""
    fact = bundled.vocabulary["complaint.conditions"]
    first, second = fact.values[:2]
    declared = attrs.evolve(fact, silent_absent=frozenset({first}))
    pair = tuple(Variable(fact.name, member, 0, 1) for member in (first, second))
    solver = Solver("\n".join(facts_text(dict.fromkeys(pair, (1,)), {fact.name: declared})))
    known = tuple(map(known_of, pair))
    assert solver.possible(known[0], negation(known[1]))
    assert solver.possible(*known)
    assert solver.possible(*map(negation, known))
    assert not solver.possible(negation(known[0]), known[1])


# --- Kept mutants ---------------------------------------------------------------------------------

SMT, OFFERS = "glutemed.reading.smt", "glutemed.proof.offers"
MUTANTS = (
    Mutant(4, SMT, "return conjunction((known, inside)) if sure", "return inside if sure"),
    Mutant(4, SMT, "else disjunction((negation(known), inside))", "else conjunction((known, inside))"),
    Mutant(4, SMT, "low, high = (names.least, names.most) if sure", "low, high = (names.least, names.least) if sure"),
    Mutant(4, SMT, "is (points[-1] > 0)", "is (points[-1] != 0)"),
    Mutant(4, SMT, "negation(at_least(variable, last + 1))", "negation(at_least(variable, last))"),
    Mutant(4, SMT, "(names.most, names.perhaps)", "(names.most, names.sure)"),
    Mutant(4, OFFERS, "disjunction(self._sure(self._id(p)) for p in concerned.indicate)", "disjunction(self._perhaps(self._id(p)) for p in concerned.indicate)"),
    Mutant(4, OFFERS, "*(negation(self._perhaps(self._id(p))) for p in concerned.contraindicate)", "*(negation(self._sure(self._id(p))) for p in concerned.contraindicate)"),
    Mutant(4, OFFERS, "for at, p in earning if at >= step", "for at, p in earning if at > step"),
    Mutant(4, OFFERS, "for dose in exercise.dose[1 : step + 1]", "for dose in exercise.dose[1:step]"),
    Mutant(4, OFFERS, "and side not in limit.at", "and side in limit.at"),
    Mutant(4, OFFERS, "limit.at <= degrees", "limit.at < degrees"),
    Mutant(4, OFFERS, "conjunction(parts) if isinstance(never, All)", "disjunction(parts) if isinstance(never, All)"),
)  # fmt: skip


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_the_law_catches_a_change_of_one_operator(mutant: Mutant) -> None:
    look = quick(200)(given(st.data())(symbols_agree_with_code))
    with planted(mutant), pytest.raises((AssertionError, IndexError, ValueError)):
        look()
