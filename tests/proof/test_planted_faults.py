"""Faults planted in the bundled rules: each is found, with a person to whom it really happens.

The bundled rules keep off most hazards twice. So first all locks but one are taken away, by the
solver's own finding that the one is enough and none is too few; then the fault is planted in it.
"""

from __future__ import annotations

from collections.abc import Callable

import attrs
import pytest

from glutemed.cli.made_up import as_file
from glutemed.gate import Gate
from glutemed.model.condition import ALWAYS, All, Compare, Comparison
from glutemed.model.errors import HazardBroken
from glutemed.model.exercise import Exercise
from glutemed.model.facts import Facts
from glutemed.model.ruleset import Ruleset
from glutemed.pipeline import decide, read_facts, recommend
from glutemed.proof.claims import Claim
from glutemed.proof.witness import Seen, before_the_gate
from proof.planting import (
    Edit,
    capped,
    claimed,
    compared,
    deleted,
    edited,
    guarded,
    inverted,
    is_broken,
    locked_alone,
    measured,
    narrowed,
    only,
    only_advised,
    only_cautioned,
    rows,
    shifted,
    smallest,
    swapped,
    without,
)

pytest.importorskip("z3")

AT_LEAST, ABOVE = Comparison.AT_LEAST, Comparison.ABOVE
PAIN, REST, AGE = "complaint.pain_usual", "complaint.pain_at_rest", "person.age"
DONE, EARNED, WORST = (
    "response.sessions_done",
    "response.stage_earned",
    "response.worst_pain_during",
)
SETTLED, LATEX_FREE = "response.settled_by_morning", "equipment.bands_latex_free"

#: What goes wrong → the hazard that it brings, the rule that should keep it off, and the fault.
FAULTS: dict[str, tuple[str, str, Edit]] = {
    "a contraindication deleted": (
        "latex-in-latex-allergy",
        "equipment/no-latex-bands-in-latex-allergy",
        deleted,
    ),
    "a limit deleted": ("more-sets-when-not-settled", "dose/fewer-sets-when-not-settled", deleted),
    "a referral deleted": (
        "exercise-after-signs-of-fracture",
        "safety/fracture-signs",
        deleted,
    ),
    "the rule deleted that derives what a limit asks": (
        "hard-effort-in-severe-pain",
        "dose/highly-irritable",
        deleted,
    ),
    "above for at least": (
        "one-leg-work-at-pain-four",
        "dose/lie-down-from-pain-four",
        compared(PAIN, AT_LEAST, ABOVE),
    ),
    "above for at least in a derived value": (
        "added-load-in-severe-pain",
        "dose/highly-irritable",
        compared(PAIN, AT_LEAST, ABOVE),
    ),
    "a threshold of pain one too high": (
        "last-stage-while-sore",
        "dose/two-legs-above-pain-two",
        shifted(PAIN, 1),
    ),
    "a threshold of age one too low": (
        "exercise-below-sixteen",
        "safety/under-sixteen",
        shifted(AGE, -1),
    ),
    "a threshold of pain in the last session one too high": (
        "weight-bearing-after-red",
        "dose/nothing-carried-after-red",
        shifted(WORST, 1),
    ),
    "a threshold of pain at rest one too high": (
        "exercise-in-severe-rest-pain",
        "dose/no-exercise-in-severe-rest-pain",
        shifted(REST, 1),
    ),
    "a threshold of the stage one too low": (
        "one-leg-work-before-the-second-stage",
        "dose/two-legs-before-one",
        shifted(EARNED, -1),
    ),
    "all for any in a limit": (
        "standing-work-before-the-first-stage",
        "dose/begin-lying",
        swapped,
    ),
    "all for any in a referral": (
        "exercise-with-signs-of-a-clot",
        "safety/clot-possible",
        swapped,
    ),
    "all for any in a derived value": (
        "hard-effort-in-severe-pain",
        "dose/highly-irritable",
        swapped,
    ),
    "a yes for a no": (
        "latex-in-latex-allergy",
        "equipment/no-latex-bands-in-latex-allergy",
        inverted(LATEX_FREE),
    ),
    "a yes for a no in a limit": (
        "more-sets-when-not-settled",
        "dose/fewer-sets-when-not-settled",
        inverted(SETTLED),
    ),
    "one condition too many": (
        "added-load-after-red",
        "dose/no-added-load-after-red",
        guarded(SETTLED, value=False),
    ),
    "one condition too many in a referral": (
        "exercise-on-a-hot-swollen-knee",
        "safety/hot-swollen-knee",
        guarded("screening.feverish", value=True),
    ),
    "a cap on sets one too high": (
        "more-sets-when-not-settled",
        "dose/fewer-sets-when-not-settled",
        capped(3),
    ),
    "a cap on effort one too high": (
        "hard-effort-after-red",
        "dose/gentle-effort-after-red",
        capped(6),
    ),
    "a stage one too high": (
        "one-leg-work-at-pain-four",
        "dose/lie-down-from-pain-four",
        capped(3),
    ),
    "a cap on repetitions for one on sets": (
        "more-sets-when-not-settled",
        "dose/fewer-sets-when-not-settled",
        measured("reps", 15),
    ),
    "a caution for a contraindication": (
        "one-leg-work-when-unsteady",
        "equipment/no-one-leg-work-when-unsteady",
        only_cautioned,
    ),
    "advice for a referral": (
        "exercise-with-a-torn-extensor",
        "safety/cannot-lift-straight-leg",
        only_advised,
    ),
}


def full(hazard: str) -> str:
    return f"hazards/{hazard}"


def reproduces(claim: Claim, ruleset: Ruleset) -> None:
    """The witness is offered what the hazard forbids, and only the gate stops it."""
    assert not claim.proved
    witness = claim.witness
    assert witness is not None
    facts = read_facts(as_file(witness.facts, ruleset, "a test"), ruleset)
    assert decide(facts, ruleset) == decide(witness.facts, ruleset), "the file says something else"
    programme = before_the_gate(ruleset, facts).programme
    assert programme is not None
    assert ruleset.hazards[0].id in Gate(ruleset).watched(programme)
    assert witness.seen is Seen.BROKEN
    assert witness.exercise in claim.exercises
    with pytest.raises(HazardBroken):
        recommend(facts, ruleset)


@pytest.mark.slow
@pytest.mark.needs("durable")
@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found_with_a_person_who_is_harmed(fault: str, bundled: Ruleset) -> None:
    hazard, lock, edit = FAULTS[fault]
    faulty = edited(locked_alone(bundled, full(hazard), lock), lock, edit)
    reproduces(claimed(faulty), faulty)


@pytest.mark.needs("durable")
@pytest.mark.parametrize("fault", ["a yes for a no", "one condition too many"])
def test_no_fact_of_a_witness_can_be_left_out(fault: str, bundled: Ruleset) -> None:
    """Without any one of them nothing is broken, or it is asked."""
    hazard, lock, edit = FAULTS[fault]
    faulty = edited(locked_alone(bundled, full(hazard), lock), lock, edit)
    facts = smallest(faulty)
    for name in facts.stated():
        if not name.startswith("screening."):
            fewer = {known: value for known, value in facts.stated().items() if known != name}
            recommend(Facts.of(fewer), faulty)
    with pytest.raises(HazardBroken):
        recommend(facts, faulty)


@pytest.mark.needs("durable")
def test_a_selector_that_leaves_out_one_exercise_is_found(bundled: Ruleset) -> None:
    lock = "dose/no-added-load-after-red"
    locked = locked_alone(bundled, full("added-load-after-red"), lock)
    ladder = next(rule for rule in locked.rules if rule.written == lock).conclusion.touch.exercises
    carried = {each.id for each in locked.exercises if each.weight_bearing != "none"}
    first = next(
        each for each in ladder if locked.exercise[each].stage == 1 and each not in carried
    )
    faulty = edited(locked, lock, narrowed(lambda each: each.id != first, locked))
    claim = claimed(faulty)
    reproduces(claim, faulty)
    assert claim.exercises == (first,)


@pytest.mark.needs("durable")
def test_a_depth_that_is_too_great_is_found(bundled: Ruleset) -> None:
    lock, hazard = "surgeon/no-deeper-than-30", full("loaded-bend-past-30-at-pain-four")
    faulty = edited(locked_alone(bundled, hazard, lock), lock, capped(45))
    reproduces(claimed(faulty), faulty)


def raised(dose_amount: str, to: int) -> Callable[[Exercise], Exercise]:
    def change(exercise: Exercise) -> Exercise:
        last = attrs.evolve(exercise.dose[-1], **{dose_amount: to})
        return attrs.evolve(exercise, dose=(*exercise.dose[:-1], last))

    return change


@pytest.mark.needs("durable")
def test_a_dose_that_grew_past_a_hazard_is_found(bundled: Ruleset) -> None:
    """Where no rule caps it; and it is found at the last step of the dose, which must be earned."""
    hazard = full("effort-above-eight")
    faulty = rows(raised("effort", 9))(only(bundled, hazard))
    claim = claimed(faulty)
    reproduces(claim, faulty)
    assert claim.witness is not None
    earned = f"response.each.{claim.witness.exercise}.steps_earned"
    assert claim.witness.facts.value(earned) == len(faulty.exercises[0].dose) - 1


@pytest.mark.needs("durable")
def test_a_row_in_a_stage_too_low_is_found(bundled: Ruleset) -> None:
    """One-leg work in stage 1 gets past every rule that limits the stage."""

    def lowered(exercise: Exercise) -> Exercise:
        first = exercise.weight_bearing == "one_leg"
        return attrs.evolve(exercise, stage=1) if first else exercise

    faulty = rows(lowered)(only(bundled, full("one-leg-work-at-pain-four")))
    reproduces(claimed(faulty), faulty)


@pytest.mark.needs("durable")
def test_a_hazard_that_grew_by_a_fact_no_rule_keeps_off_is_found(bundled: Ruleset) -> None:
    hazard = next(h for h in bundled.hazards if h.id == full("exercise-below-sixteen"))
    condition = next(rule.condition for rule in bundled.rules if rule.written == "dose/both-knees")
    grown = attrs.evolve(bundled, hazards=(attrs.evolve(hazard, when=condition),))
    claim = claimed(grown)
    reproduces(claim, grown)
    assert claim.witness is not None
    assert claim.witness.facts.value("complaint.side") == "both"


def test_a_hazard_that_is_left_to_the_gate_is_named_though_it_is_proved(bundled: Ruleset) -> None:
    """Nobody's knee hurts on the left side only and on both; who says nothing is asked all the same."""
    sides = tuple(Compare("complaint.side", Comparison.IS, (side,)) for side in ("left", "both"))
    hazard = attrs.evolve(bundled.hazards[0], when=All(sides), never=ALWAYS)
    left_open = attrs.evolve(bundled, hazards=(hazard,))
    claim = claimed(left_open)
    assert claim.proved
    assert claim.asks == ("complaint.side",)
    assert claim.open_to is not None
    outcome = recommend(claim.open_to, left_open)
    assert [asked.fact for asked in outcome.questions] == ["complaint.side"]


def test_a_lock_that_is_doubled_may_be_lost_once(bundled: Ruleset) -> None:
    """What is proved with a rule less is proved rightly: the other lock holds everybody off."""
    hazard = full("exercise-in-severe-rest-pain")
    locks = ("safety/settle-first", "dose/no-exercise-in-severe-rest-pain")
    book = only(bundled, hazard)
    assert not any(is_broken(without(book, {lock})) for lock in locks)
    assert is_broken(without(book, locks))
