"""What is to no purpose: each kind of it planted and found; nothing else is called so."""

from __future__ import annotations

from collections.abc import Iterator

import attrs
import pytest

from glutemed.model.condition import ALWAYS, All, AnyOf, Compare, Comparison, Condition
from glutemed.model.exercise import Dose
from glutemed.model.outcome import OutcomeKind
from glutemed.model.rule import (
    Advise,
    Contraindicate,
    Derive,
    Indicate,
    Limit,
    Refer,
    Rule,
    Touch,
    Urgency,
)
from glutemed.model.ruleset import Ruleset
from glutemed.pipeline import recommend
from glutemed.programme.prescribe import NOTHING_FITS
from glutemed.proof import purpose
from glutemed.proof.encoding import Encoding
from glutemed.proof.findings import Fault, Finding
from glutemed.proof.pointless import covers
from glutemed.proof.purpose import Purpose
from glutemed.proof.solver import Solver
from glutemed.proof.vain import asked_in_vain
from proof.planting import edited, guarded, without

pytest.importorskip("z3")

PAIN = "complaint.pain_usual"


#: What of `Purpose.all` looks for a fault; by itself, because all of it takes thrice as long.
LOOKS: dict[Fault, str] = {
    Fault.NEVER_FIRES: "never_fires",
    Fault.POINTLESS: "pointless",
    Fault.LIMIT_NEVER_REACHED: "limits_never_reached",
    Fault.NOBODY_GETS: "exercises_nobody_gets",
    Fault.STEP_NEVER_REACHED: "exercises_nobody_gets",
    Fault.NEVER_PRODUCED: "values_never_produced",
    Fault.NEVER_HOLDS: "hazards_that_never_hold",
    Fault.NOTHING_FITS: "nothing_fits",
}


def looking(ruleset: Ruleset) -> Purpose:
    encoding = Encoding.of(ruleset)
    return Purpose(encoding, Solver("\n".join(encoding.text())))


def found(ruleset: Ruleset, fault: Fault) -> dict[str, Finding]:
    looks, name = looking(ruleset), LOOKS[fault]
    if hasattr(Purpose, name):
        said = getattr(looks, name)()
    else:
        alive = tuple(rule for rule in ruleset.written_rules if rule.id not in looks.dead)
        said = getattr(purpose, name)(alive, looks.encoding, looks.solver)
    return {each.id: each for each in said if each.fault is fault}


def test_all_of_it_looks_for_every_fault(bundled: Ruleset, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test below finds by one of its parts, a command finds."""

    def said(name: str) -> Iterator[str]:
        yield name

    for name in LOOKS.values():
        room = Purpose if hasattr(Purpose, name) else purpose
        monkeypatch.setattr(room, name, lambda *_, name=name: said(name))
    monkeypatch.setattr(Purpose, "_dead", lambda _: frozenset())
    assert set(LOOKS) == set(Fault) - {Fault.ASKED_IN_VAIN}
    assert set(looking(bundled).all()) == set(LOOKS.values())


def at_least(number: int, fact: str = PAIN) -> Compare:
    return Compare(fact, Comparison.AT_LEAST, (number,))


def added(ruleset: Ruleset, condition: Condition, conclusion, name: str = "added") -> Ruleset:
    """The same rules and one more."""
    rule = Rule(
        id=f"test/{name}",
        written=f"test/{name}",
        pack="test",
        condition=condition,
        conclusion=conclusion,
        because="It follows.",
    )
    rules = sorted((*ruleset.rules, rule), key=lambda each: each.id)
    return attrs.evolve(ruleset, rules=tuple(rules))


def everything(ruleset: Ruleset) -> Touch:
    return Touch(ALWAYS, tuple(ruleset.exercise))


def test_a_rule_whose_condition_holds_of_nobody_is_found(bundled: Ruleset) -> None:
    nobody = All((at_least(7), Compare(PAIN, Comparison.BELOW, (4,))))
    faulty = added(bundled, nobody, Advise("Rest."))
    assert "test/added" in found(faulty, Fault.NEVER_FIRES)
    assert "test/added" not in found(
        added(bundled, at_least(7), Advise("Rest.")), Fault.NEVER_FIRES
    )


def test_a_rule_that_waits_for_a_value_nobody_derives_is_found(bundled: Ruleset) -> None:
    """The rules on the worst value gone, whatever reads it fires for nobody."""
    value = bundled.derived[0]
    worst = len(value.values) - 1
    makers = {
        rule.written
        for rule in bundled.rules
        if isinstance(rule.conclusion, Derive) and rule.conclusion.rank == worst
    }
    faulty = without(bundled, makers)
    never = found(faulty, Fault.NEVER_PRODUCED)
    assert value.values[worst] in never[value.name].says
    readers = added(
        faulty, Compare(value.name, Comparison.IS, (value.values[worst],)), Advise("Rest.")
    )
    assert "test/added" in found(readers, Fault.NEVER_FIRES)


def test_a_rule_made_pointless_by_another_is_found(bundled: Ruleset) -> None:
    wide = added(bundled, at_least(4), Contraindicate(everything(bundled)), "wide")
    some = Touch(ALWAYS, tuple(bundled.exercise)[:2])
    both = added(wide, at_least(6), Contraindicate(some), "narrow")
    pointless = found(both, Fault.POINTLESS)
    assert "`test/wide`" in pointless["test/narrow"].says
    assert "test/wide" not in pointless


def test_a_rule_that_other_exercises_could_need_is_called_a_second_lock(bundled: Ruleset) -> None:
    """Both select the same exercises today; only one of them would select whatever came."""
    ids = tuple(bundled.exercise)[:2]
    listed = Touch(Compare("position", Comparison.IS, ("prone",)), ids)
    other = Touch(Compare("target", Comparison.IS, ("trunk",)), ids)
    both = All((other.selector, listed.selector))
    for narrow, is_lock in ((listed, True), (Touch(both, ids), False)):
        book = added(bundled, ALWAYS, Contraindicate(other), "wide")
        book = added(book, at_least(3), Contraindicate(narrow), "narrow")
        (said,) = [each for each in looking(book).all() if each.id == "test/narrow"]
        assert said.fault is Fault.POINTLESS
        assert said.second_lock is is_lock


def test_of_two_rules_that_say_the_same_one_is_found(bundled: Ruleset) -> None:
    touch = everything(bundled)
    twice = added(
        added(bundled, at_least(3), Indicate(touch), "a"), at_least(3), Indicate(touch), "b"
    )
    assert {"test/a", "test/b"} & set(found(twice, Fault.POINTLESS)) in ({"test/a"}, {"test/b"})


def test_a_rule_that_may_hold_where_the_other_cannot_is_not_pointless(bundled: Ruleset) -> None:
    """It is TRUE nowhere else; but it is UNKNOWN where the other is FALSE, and withholds there."""
    side = [Compare("complaint.side", Comparison.IS, (word,)) for word in ("left", "both")]
    touch = everything(bundled)
    narrow = All((AnyOf(tuple(side)), at_least(5)))
    wide = AnyOf((All((side[0], at_least(5))), All((side[1], at_least(5)))))
    book = added(
        added(bundled, narrow, Contraindicate(touch), "a"), wide, Contraindicate(touch), "b"
    )
    said = found(book, Fault.POINTLESS)
    assert {"test/a", "test/b"} & set(said), "these two are one and the same"
    apart = All((Compare("complaint.side", Comparison.IN, ("left", "both")), at_least(5)))
    book = added(
        added(bundled, apart, Contraindicate(touch), "a"), wide, Contraindicate(touch), "b"
    )
    assert "test/b" not in found(book, Fault.POINTLESS)


@pytest.mark.parametrize(
    ("wide", "narrow", "expected"),
    [
        (Refer(Urgency.URGENT, ("gp",), ""), Refer(Urgency.ROUTINE, ("surgeon",), ""), True),
        (Refer(Urgency.URGENT, ("gp",), ""), Refer(Urgency.URGENT, ("surgeon",), ""), False),
        (Refer(Urgency.URGENT, ("gp", "surgeon"), ""), Refer(Urgency.URGENT, ("gp",), ""), True),
        (Refer(Urgency.URGENT, ("gp",), "Ring."), Refer(Urgency.URGENT, ("gp",), "Say."), False),
        (Limit("stage", 1, None), Limit("stage", 2, None), True),
        (Limit("stage", 2, None), Limit("stage", 1, None), False),
        (Limit("exercises", 1, None), Limit("stage", 2, None), False),
        (Limit("sets", 1, Touch(ALWAYS, ("a",))), Limit("sets", 2, Touch(ALWAYS, ("b",))), False),
        (
            Limit("working_sides", ("left",), Touch(ALWAYS, ("a",))),
            Limit("working_sides", ("left", "right"), Touch(ALWAYS, ("a",))),
            True,
        ),
        (Derive("derived.x", "high", 2), Derive("derived.x", "low", 1), True),
        (Derive("derived.y", "high", 2), Derive("derived.x", "low", 1), False),
        (Advise("Rest."), Advise("Rest."), False),
    ],
)
def test_one_conclusion_covers_another_where_it_says_at_least_as_much(
    wide, narrow, expected: bool
) -> None:
    assert covers(wide, narrow) is expected


def test_a_limit_behind_a_stricter_one_is_found(bundled: Ruleset) -> None:
    every = tuple(rule.id for rule in bundled.rules if isinstance(rule.conclusion, Limit))
    assert every
    touch = everything(bundled)
    strict = added(bundled, ALWAYS, Limit("effort", 3, touch), "strict")
    both = added(strict, at_least(2), Limit("effort", 4, touch), "lax")
    reached = found(both, Fault.LIMIT_NEVER_REACHED)
    assert "test/lax" in reached


def test_a_limit_beyond_everything_is_found(bundled: Ruleset) -> None:
    faulty = added(bundled, at_least(2), Limit("reps", 200, everything(bundled)))
    said = found(faulty, Fault.LIMIT_NEVER_REACHED)["test/added"].says
    assert said.startswith("Nothing")


def test_a_limit_that_somebody_reaches_is_not_called_so(bundled: Ruleset) -> None:
    """By a step of the dose, by a side, and by the stage."""
    touch = everything(bundled)
    for limit in (
        Limit("sets", 2, touch),
        Limit("working_sides", ("left",), touch),
        Limit("stage", 1, None),
        Limit("exercises", 2, None),
    ):
        book = added(bundled, at_least(2), limit)
        assert "test/added" not in found(book, Fault.LIMIT_NEVER_REACHED)


def test_an_exercise_that_nobody_gets_is_found(bundled: Ruleset) -> None:
    exercise = bundled.exercises[0]
    forbidden = added(bundled, ALWAYS, Contraindicate(Touch(ALWAYS, (exercise.id,))))
    assert set(found(forbidden, Fault.NOBODY_GETS)) - set(found(bundled, Fault.NOBODY_GETS)) == {
        exercise.id
    }


def test_a_step_of_a_dose_that_nobody_reaches_is_found(bundled: Ruleset) -> None:
    first = next(each for each in bundled.exercises if len(each.dose) > 1)
    last = attrs.evolve(first.dose[-1], effort=10)
    assert isinstance(last, Dose)
    tall = attrs.evolve(first, dose=(*first.dose[:-1], last))
    book = attrs.evolve(
        added(bundled, ALWAYS, Limit("effort", 9, everything(bundled))),
        exercises=tuple(tall if each.id == first.id else each for each in bundled.exercises),
    )
    assert first.id in found(book, Fault.STEP_NEVER_REACHED)


def test_a_hazard_that_holds_of_nobody_is_found(bundled: Ruleset) -> None:
    nobody = All((at_least(7), Compare(PAIN, Comparison.BELOW, (4,))))
    hazard = attrs.evolve(bundled.hazards[0], when=nobody)
    faulty = attrs.evolve(bundled, hazards=(hazard, *bundled.hazards[1:]))
    assert hazard.id in found(faulty, Fault.NEVER_HOLDS)


@pytest.mark.needs("durable")
def test_somebody_who_gets_nothing_though_no_rule_refers_them_is_found(bundled: Ruleset) -> None:
    """Nobody with pain of exactly 1 is allowed anything, and no rule says where they should go."""
    gap = Compare(PAIN, Comparison.IS, (1,))
    faulty = added(bundled, gap, Contraindicate(everything(bundled)))
    facts = found(faulty, Fault.NOTHING_FITS)["glutemed/nothing-fits"].facts
    assert facts is not None
    outcome = recommend(facts, faulty)
    assert outcome.kind is OutcomeKind.REFERRAL
    assert outcome.referral is not None
    assert outcome.referral.reasons == (NOTHING_FITS,)


def test_a_question_whose_answers_make_no_difference_is_found(bundled: Ruleset) -> None:
    """A caution that is given on a yes and on a no, and to nobody else, asks in vain."""
    flag = "equipment.free_weights"
    readers = {
        rule.written
        for rule in bundled.rules
        if not rule.is_internal and flag in str(rule.condition)
    }
    without_readers = without(bundled, readers)
    rows = tuple(attrs.evolve(each, needs=ALWAYS) for each in bundled.exercises)
    bare = attrs.evolve(
        without_readers,
        exercises=rows,
        rules=tuple(r for r in without_readers.rules if flag not in str(r.condition)),
    )
    vain = AnyOf((Compare(flag, Comparison.IS, (True,)), Compare(flag, Comparison.IS, (False,))))
    asked = added(bare, vain, Contraindicate(Touch(ALWAYS, (bundled.exercises[0].id,))))
    assert flag in {each.id for each in asked_in_vain(Encoding.of(asked))}
    assert flag not in {each.id for each in asked_in_vain(Encoding.of(bundled))}


def test_a_question_of_a_rule_that_holds_of_nobody_is_found(bundled: Ruleset) -> None:
    """What is read by a rule that can never fire, and by no other, is asked in vain."""
    fact = "complaint.weeks"
    bare = attrs.evolve(
        bundled, rules=tuple(rule for rule in bundled.rules if fact not in str(rule.condition))
    )
    asked = added(bare, at_least(12, fact), Advise("Rest."))
    assert fact not in {each.id for each in asked_in_vain(Encoding.of(asked))}
    never = edited(edited(asked, "test/added", guarded(PAIN, 4)), "test/added", guarded(PAIN, 5))
    assert fact in {each.id for each in asked_in_vain(Encoding.of(never))}


def test_nothing_is_found_that_the_bundled_rules_are_not_known_for(bundled: Ruleset) -> None:
    """Every rule fires for somebody, every exercise and value is met, every question tells.

    What another exercise could need may stay: the surgeon's own words, or a second lock.
    """
    found_ = list(looking(bundled).all())
    strange = [e for e in found_ if e.fault is not Fault.NOTHING_FITS and not e.second_lock]
    assert not strange
    assert {each.fault for each in found_ if each.second_lock} <= {
        Fault.LIMIT_NEVER_REACHED,
        Fault.POINTLESS,
    }
    assert not list(asked_in_vain(Encoding.of(bundled)))
