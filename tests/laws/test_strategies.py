"""The generators reach what the laws are about: their shares are counted, and asserted."""

from __future__ import annotations

from collections import Counter

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glutemed.model.facts import UNKNOWN, Facts, Members
from glutemed.model.outcome import OutcomeKind
from glutemed.model.rule import Derive, Limit, Refer, Score
from glutemed.model.ruleset import Ruleset
from glutemed.model.vocabulary import Kind
from glutemed.pipeline import decide, recommend
from glutemed.testing import fewer, laws, neighbours, people, plausible_people, rulebooks
from laws.examples import quick

pytestmark = [pytest.mark.law, pytest.mark.needs("durable")]

CONCLUSIONS = {
    *("Refer", "Contraindicate", "Caution", "Indicate", "Prefer", "Limit", "Derive", "Score"),
    *("Advise", "Need", "Earn", "Watch"),
}
AMOUNTS = {
    *("knee_flexion_deg", "sets", "reps", "hold_s", "effort", "working_sides"),
    *("stage", "exercises", "sessions_per_week", "review_weeks"),
}


@attrs.define
class Seen:
    """What was generated, counted."""

    truths: Counter[str] = attrs.field(factory=Counter)
    kinds: Counter[str] = attrs.field(factory=Counter)
    states: Counter[str] = attrs.field(factory=Counter)
    conclusions: Counter[str] = attrs.field(factory=Counter)
    amounts: Counter[str] = attrs.field(factory=Counter)
    others: Counter[str] = attrs.field(factory=Counter)

    def person(self, ruleset: Ruleset, facts: Facts) -> None:
        self.kinds[recommend(facts, ruleset).kind] += 1
        self.truths.update(said.name for said in decide(facts, ruleset).truths.values())
        for fact in ruleset.vocabulary:
            value = facts.value(fact.name)
            state = "declined" if fact.name in facts.declined else "unknown"
            self.states["known" if value is not UNKNOWN else state] += 1
            if isinstance(value, Members):
                open_ = set(fact.values) - value.present - value.absent - fact.silent_absent
                self.states["known in part"] += bool(open_)

    def book(self, ruleset: Ruleset) -> None:
        self.conclusions.update({type(rule.conclusion).__name__ for rule in ruleset.rules})
        for rule in ruleset.rules:
            if isinstance(rule.conclusion, Limit):
                self.amounts[rule.conclusion.amount] += 1
            if isinstance(rule.conclusion, Refer):
                self.others[f"refer {rule.conclusion.urgency.word}"] += 1
            if isinstance(rule.conclusion, Score) and rule.conclusion.points < 0:
                self.others["negative points"] += 1
            if isinstance(rule.conclusion, Derive) and reads_derived(ruleset, rule.id):
                self.others["derived from derived"] += 1
            self.others["each exercise"] += bool(rule.exercise)
        for fact in ruleset.vocabulary:
            self.others["asked after another"] += bool(fact.after and fact.pack)
            silent = fact.kind is Kind.SET and fact.pack and bool(fact.silent_absent)
            self.others["silent set"] += bool(silent)


def reads_derived(ruleset: Ruleset, rule: str) -> bool:
    text = repr(ruleset.rule[rule].condition)
    return "derived." in text or "score." in text


def share(found: Counter[str], key: str) -> float:
    return found[key] / found.total()


@pytest.fixture(scope="module")
def generated() -> Seen:
    """120 generated rulebooks, with three plausible people each and two of any kind."""
    seen = Seen()

    @quick(120)
    @given(st.data())
    def count(data: st.DataObject) -> None:
        rules = data.draw(rulebooks())
        seen.book(rules)
        for strategy in (plausible_people, plausible_people, plausible_people, people, people):
            seen.person(rules, data.draw(strategy(rules)))

    count()
    return seen


def test_plausible_people_often_get_a_programme(bundled: Ruleset) -> None:
    """At least 30 % of plausible people get a programme by the bundled rules; all kinds occur."""
    seen = Seen()

    @quick(400)
    @given(st.data())
    def count(data: st.DataObject) -> None:
        seen.person(bundled, data.draw(plausible_people(bundled)))

    count()
    print(seen.kinds, seen.truths)
    assert share(seen.kinds, OutcomeKind.PROGRAMME) >= 0.3
    assert share(seen.kinds, OutcomeKind.REFERRAL) >= 0.05
    assert share(seen.kinds, OutcomeKind.QUESTIONS) >= 0.05


def test_anybody_meets_every_truth_by_the_bundled_rules(bundled: Ruleset) -> None:
    """TRUE, UNKNOWN and FALSE each make up at least a twelfth; facts are known, not, declined."""
    seen = Seen()

    @quick(100)
    @given(st.data())
    def count(data: st.DataObject) -> None:
        seen.person(bundled, data.draw(people(bundled)))

    count()
    print(seen.truths, seen.states, seen.kinds)
    assert min(share(seen.truths, said) for said in ("TRUE", "UNKNOWN", "FALSE")) >= 0.08
    assert share(seen.states, "known") >= 0.2
    assert share(seen.states, "declined") >= 0.05


def test_generated_rulebooks_meet_every_truth(generated: Seen) -> None:
    """TRUE, UNKNOWN and FALSE each make up at least a tenth of what generated rules say."""
    print(generated.truths)
    assert min(share(generated.truths, said) for said in ("TRUE", "UNKNOWN", "FALSE")) >= 0.1


def test_generated_rulebooks_meet_every_outcome(generated: Seen) -> None:
    """A programme, questions and a referral each come to at least an eighth of the people."""
    print(generated.kinds)
    assert min(share(generated.kinds, kind) for kind in OutcomeKind) >= 0.12


def test_generated_rulebooks_have_every_conclusion(generated: Seen) -> None:
    """Every kind of conclusion is in at least an eighth of the rulebooks, every amount is limited."""
    print(generated.conclusions, generated.amounts)
    assert set(generated.conclusions) == CONCLUSIONS
    assert min(generated.conclusions.values()) >= 10
    assert set(generated.amounts) == AMOUNTS


def test_generated_rulebooks_have_what_is_hard(generated: Seen) -> None:
    """Chains of derived values, negative points, sets known in part: each occurs."""
    print(generated.others, generated.states)
    assert generated.states["known in part"] >= 20
    wanted = ("derived from derived", "negative points", "each exercise", "silent set")
    urgencies = [f"refer {word}" for word in ("emergency", "same_day", "urgent", "routine")]
    for what in (*wanted, "asked after another", *urgencies):
        assert generated.others[what] >= 10, what


def test_neighbours_share_cells_and_signatures(bundled: Ruleset) -> None:
    """Of people who differ in one fact, at least a tenth share a signature, and some their cells."""
    found = Counter[str]()

    @quick(60)
    @given(st.data())
    def count(data: st.DataObject) -> None:
        person = data.draw(plausible_people(bundled))
        other = data.draw(neighbours(bundled, person))
        if person != other:
            found["pairs"] += 1
            found["signature"] += laws.equal_signatures_equal_outcomes(bundled, person, other)
            found["cells"] += laws.same_cells_same_truths(bundled, person, other)

    count()
    print(found)
    assert found["signature"] >= found["pairs"] * 0.1
    assert found["cells"] >= 1


def test_fewer_facts_are_fewer(bundled: Ruleset) -> None:
    """Forgetting leaves no fact that was not there, and answers none anew."""

    @quick(50)
    @given(st.data())
    def look(data: st.DataObject) -> None:
        more = data.draw(plausible_people(bundled))
        less = data.draw(fewer(bundled, more)).stated()
        for name, value in less.items():
            was = more.value(name)
            if isinstance(value, Members):
                assert isinstance(was, Members)
                silent = bundled.vocabulary[name].silent_absent
                assert value.present <= was.present
                assert value.absent <= was.absent
                assert was.present & silent <= value.present
            else:
                assert value == was

    look()
