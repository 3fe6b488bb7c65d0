"""Red flags and referrals: proved of the bundled rules, and broken where a fault is planted."""

from __future__ import annotations

from collections import Counter

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glutemed.engine import signature
from glutemed.model.condition import ALWAYS, All, Compare, Comparison, Not, leaves
from glutemed.model.errors import HazardBroken
from glutemed.model.rule import Derive, Hazard, Refer, Score, Urgency
from glutemed.model.ruleset import Ruleset
from glutemed.pipeline import recommend
from glutemed.programme import prescribe
from glutemed.proof.claims import Claim, Claims, Subject, claims_text
from glutemed.proof.encoding import Encoding
from glutemed.proof.prove import prove
from glutemed.proof.solver import Solver
from glutemed.proof.witness import ModelDisagrees, Seen
from glutemed.testing import people, plausible_people, rulebooks
from laws.examples import quick, share
from proof.planting import deleted, edited, guarded, inverted

pytest.importorskip("z3")
pytestmark = pytest.mark.needs("durable")


def proving(ruleset: Ruleset) -> Claims:
    encoding = Encoding.of(ruleset)
    return Claims(encoding, Solver("\n".join((*encoding.text(), *claims_text(encoding)))))


def unproved(claims: list[Claim]) -> dict[str, Claim]:
    return {claim.id: claim for claim in claims if not claim.proved}


def test_every_claim_about_the_bundled_rules_is_proved(bundled: Ruleset) -> None:
    proof = prove(bundled)
    wrong = [claim.id for claim in proof.claims if not claim.proved]
    assert not wrong
    subjects = {claim.subject for claim in proof.claims}
    assert subjects == set(Subject)
    assert {c.id for c in proof.claims if c.subject is Subject.HAZARD} == {
        hazard.id for hazard in bundled.hazards
    }
    assert {c.id for c in proof.claims if c.subject is Subject.RED_FLAG} == {
        flag.name for flag in bundled.vocabulary.red_flags
    }


def test_no_hazard_of_the_bundled_rules_is_left_to_the_gate(bundled: Ruleset) -> None:
    left = {claim.id: claim.asks for claim in proving(bundled).hazards() if claim.asks}
    assert not left


def test_a_red_flag_that_leads_nowhere_is_found(bundled: Ruleset) -> None:
    """Without the hazards as second locks, feverish people would get a programme."""
    faulty = attrs.evolve(edited(bundled, "safety/feverish", deleted), hazards=())
    found = unproved(list(proving(faulty).red_flags()))
    assert set(found) == {"screening.feverish"}
    witness = found["screening.feverish"].witness
    assert witness is not None
    assert witness.seen is Seen.PROGRAMME
    assert witness.facts.value("screening.feverish") is True
    assert recommend(witness.facts, faulty).programme is not None


def test_a_red_flag_that_only_the_gate_sees_is_found(bundled: Ruleset) -> None:
    faulty = edited(bundled, "safety/hot-swollen-knee", deleted)
    witness = unproved(list(proving(faulty).red_flags()))["screening.hot_swollen_knee"].witness
    assert witness is not None
    assert witness.seen is Seen.BROKEN
    with pytest.raises(HazardBroken):
        recommend(witness.facts, faulty)


@pytest.mark.parametrize(
    "fault", [guarded("screening.recent_injury", value=True), inverted("screening.locked_knee")]
)
def test_a_red_flag_that_does_not_always_refer_is_found(bundled: Ruleset, fault) -> None:
    faulty = edited(bundled, "safety/locked-knee", fault)
    assert "screening.locked_knee" in unproved(list(proving(faulty).red_flags()))


def test_a_referral_by_the_calmest_reason_is_found(
    bundled: Ruleset, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault of the code, which the symbols cannot show: it is tried on the code itself."""

    def calmest(ruleset, decision):
        found = signature.referring(ruleset, decision)
        calm = min((signature.urgency_of(rule) for rule in found.sure), default=None)
        return attrs.evolve(found, urgency=calm)

    monkeypatch.setattr(prescribe, "referring", calmest)
    found = unproved(list(proving(attrs.evolve(bundled)).referrals()))
    urgent = {
        rule.written
        for rule in bundled.rules
        if isinstance(rule.conclusion, Refer) and rule.conclusion.urgency > Urgency.ROUTINE
    }
    assert set(found) & urgent
    assert all(claim.witness.seen is Seen.REFERRED for claim in found.values())


def test_a_model_that_the_code_does_not_follow_stops_the_proof(
    bundled: Ruleset, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If symbols and code differ on a witness, nothing is called proved or broken."""
    faulty = edited(bundled, "safety/hot-swollen-knee", deleted)
    claims = proving(faulty)
    monkeypatch.setattr("glutemed.proof.witness.decide", lambda facts, _: _other(faulty))
    with pytest.raises(ModelDisagrees):
        list(claims.hazards())


def _other(ruleset: Ruleset):
    from glutemed.model.facts import Facts
    from glutemed.pipeline import decide

    return decide(Facts(), ruleset)


NEVERS = (
    ALWAYS,
    Compare("effort", Comparison.ABOVE, (4,)),
    Compare("sets", Comparison.ABOVE, (2,)),
    Compare("knee_flexion_deg", Comparison.ABOVE, (45,)),
    Compare("working_sides", Comparison.INCLUDES, ("left",)),
    Not(Compare("reps", Comparison.IN, (8, 9))),
)


@st.composite
def hazards(draw: st.DrawFn, ruleset: Ruleset) -> tuple[Hazard, ...]:
    """Hazards under the condition of some rule, about an exercise that it may or may not touch."""
    made = list(ruleset.hazards)
    conditions = [
        rule.condition
        for rule in ruleset.rules
        if not {leaf.fact for leaf in leaves(rule.condition)} & ruleset.computed.keys()
        and not isinstance(rule.conclusion, Refer)
    ]
    for number in range(3):
        named = Compare("id", Comparison.IS, (draw(st.sampled_from(tuple(ruleset.exercise))),))
        never = All((named, draw(st.sampled_from(NEVERS))))
        when = draw(st.sampled_from([ALWAYS, *conditions]))
        made.append(Hazard(id=f"h/{number}", when=when, never=never, because="", sources=()))
    return tuple(made)


def tried(data: st.DataObject) -> tuple[int, int]:
    """The proof and the real code agree on who is harmed; gives how many are proved and broken."""
    whole = data.draw(rulebooks(least=15))
    locks = [r.id for r in whole.rules if not isinstance(r.conclusion, (Refer, Derive, Score))]
    gone = set(data.draw(st.lists(st.sampled_from(locks), max_size=3)))
    ruleset = attrs.evolve(
        whole,
        rules=tuple(rule for rule in whole.rules if rule.id not in gone),
        hazards=data.draw(hazards(whole)),
    )
    proving_ = proving(ruleset)
    claims = {claim.id: claim for claim in proving_.hazards()}
    flags = {claim.id: claim for claim in proving_.red_flags()}
    for claim in claims.values():
        if claim.witness is not None and claim.witness.seen is Seen.BROKEN:
            with pytest.raises(HazardBroken):
                recommend(claim.witness.facts, ruleset)
    kept = tuple(h for h in ruleset.hazards if claims[h.id].proved)
    proved = attrs.evolve(ruleset, hazards=kept)
    for _ in range(5):
        person = data.draw(st.one_of(plausible_people(proved), people(proved)))
        if recommend(person, proved).programme is not None:
            raised = {flag for flag in flags if person.value(flag) is not False}
            assert not any(flags[flag].proved for flag in raised)
    for claim in proving_.referrals():
        assert claim.proved, claim.id
    return len(kept), len(claims) - len(kept)


@pytest.mark.law
@share(0.3)
@given(st.data())
def test_nobody_breaks_what_is_proved_and_every_witness_breaks_something_by_any_rules(
    data: st.DataObject,
) -> None:
    tried(data)


def test_that_law_meets_hazards_that_are_broken_and_hazards_that_are_proved() -> None:
    tally = Counter()

    @quick(60)
    @given(st.data())
    def look(data: st.DataObject) -> None:
        proved, broken = tried(data)
        tally.update(proved=proved, broken=broken)

    look()
    assert tally["proved"] >= 60
    assert tally["broken"] >= 12
