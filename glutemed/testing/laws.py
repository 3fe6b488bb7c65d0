"""The laws, as functions that raise `AssertionError` with what was broken.

Each takes a ruleset and facts, and the strategies of this package make both. `hold` looks for a
breach of any law. The numbers are those of the design.
"""

from __future__ import annotations

from collections.abc import Iterable

import attrs
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from glutemed.gate import Gate
from glutemed.model.decision import Decision, Standing
from glutemed.model.errors import ReadingsDisagree
from glutemed.model.facts import Facts
from glutemed.model.outcome import Outcome, OutcomeKind, Screened
from glutemed.model.rule import Urgency
from glutemed.model.ruleset import Ruleset
from glutemed.model.version import VERSION
from glutemed.pipeline import decide, ready, recommend, signature
from glutemed.programme.prescribe import ask_instead, prescribe
from glutemed.programme.questions import open_questions
from glutemed.reading.specification import read
from glutemed.render.json import as_json
from glutemed.testing import safety
from glutemed.testing.persons import choices, complete_people, people, plausible_people
from glutemed.testing.strategies import fewer, neighbours, reordered, stricter

_DOSE = ("sets", "reps", "hold_s", "rest_s", "effort")


def hold(ruleset: Ruleset, *, examples: int = 200) -> None:
    """Look for a person with whom a ruleset breaks a law.

    Args:
        ruleset: The rules.
        examples: How many people to try.

    Raises:
        AssertionError: A law is broken; Hypothesis prints the smallest person it found.
    """

    @settings(
        max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(st.data())
    def look(data: st.DataObject) -> None:
        person = data.draw(st.one_of(plausible_people(ruleset), people(ruleset)))
        other = data.draw(neighbours(ruleset, person))
        forgetting(ruleset, person, data.draw(fewer(ruleset, person)))
        restricting(ruleset, data.draw(stricter(ruleset)), person)
        order_never_matters(ruleset, person, ruleset, data.draw(reordered(person)))
        readings_agree(ruleset, person)
        same_cells_same_truths(ruleset, person, other)
        offered_is_safe(ruleset, person)
        no_red_flag_lets_an_exercise_out(ruleset, person)
        equal_signatures_equal_outcomes(ruleset, person, other)
        whole = data.draw(complete_people(ruleset))
        start = data.draw(fewer(ruleset, whole, declining=False))
        interview_ends(ruleset, start, whole, data.draw(reluctance(ruleset)))

    look()


def reluctance(ruleset: Ruleset) -> st.SearchStrategy[frozenset[str]]:
    """The facts that somebody will not tell; often none."""
    names = [each.declared.name for each in choices(ruleset)]
    return st.one_of(st.just(frozenset[str]()), st.frozensets(st.sampled_from(names), max_size=5))


def forgetting(ruleset: Ruleset, more: Facts, fewer_known: Facts) -> None:
    """Law 1: with fewer facts known nothing is offered anew, raised, or more calmly referred.

    Args:
        ruleset: The rules.
        more: A person.
        fewer_known: The same person, of whom less is known.
    """
    was, became = recommend(more, ruleset), recommend(fewer_known, ruleset)
    _no_bolder(ruleset, was, decide(more, ruleset), became, "with fewer facts known")


def restricting(ruleset: Ruleset, stricter_rules: Ruleset, facts: Facts) -> None:
    """Law 2: one more contraindication, caution, limit or referral makes no outcome bolder.

    Args:
        ruleset: The rules.
        stricter_rules: The same rules with such a one added.
        facts: A person.
    """
    was, became = recommend(facts, ruleset), recommend(facts, stricter_rules)
    _no_bolder(ruleset, was, decide(facts, ruleset), became, "with a stricter rule")


def _no_bolder(
    ruleset: Ruleset, was: Outcome, decided: Decision, became: Outcome, when: str
) -> None:
    if was.referral is not None:
        assert became.programme is None, f"{when}, a referral became a programme"
        if became.referral is not None:
            calmer = became.referral.urgency < was.referral.urgency
            assert not calmer, f"{when}, a referral became calmer"
    if became.programme is None:
        return
    assert was.kind is not OutcomeKind.QUESTIONS, f"{when}, questions became a programme"
    for prescribed in became.programme.exercises:
        verdict = decided.verdicts[prescribed.exercise]
        name = f"`{prescribed.exercise}`"
        assert verdict.standing is Standing.OFFERED, f"{when}, {name} is offered anew"
        dose = ruleset.exercise[prescribed.exercise].dose[verdict.step]
        for part in _DOSE:
            rose = getattr(prescribed.dose, part) > getattr(dose, part)
            assert not rose, f"{when}, `{part}` of {name} rose"
        assert prescribed.knee_flexion_deg <= verdict.knee_flexion_deg, f"{when}, {name} is deeper"
        sides = set(prescribed.working_sides) <= set(verdict.working_sides)
        assert sides, f"{when}, {name} works another side"
    if was.programme is not None:
        for amount in ("stage", "sessions_per_week", "review_weeks"):
            rose = getattr(became.programme, amount) > getattr(was.programme, amount)
            assert not rose, f"{when}, `{amount}` of the programme rose"


def order_never_matters(
    ruleset: Ruleset, facts: Facts, same_ruleset: Ruleset, same_facts: Facts
) -> None:
    """Law 3: the same rules and facts in another order are answered in the same bytes.

    Args:
        ruleset: The rules.
        facts: A person.
        same_ruleset: The rules of the same files, these and what is in them in another order.
        same_facts: The same person, told in another order.
    """
    assert ruleset.fingerprint == same_ruleset.fingerprint, "order changes the fingerprint"
    first, second = recommend(facts, ruleset), recommend(same_facts, same_ruleset)
    assert as_json(first) == as_json(second), "order changes the outcome"
    assert decide(facts, ruleset) == decide(same_facts, same_ruleset), "order changes the decision"


def readings_agree(ruleset: Ruleset, facts: Facts) -> None:
    """Law 4: what the engine says of every rule is what the specification says.

    Args:
        ruleset: The rules.
        facts: A person.
    """
    try:
        engine = ready(ruleset).engine.read(facts)
    except ReadingsDisagree as error:
        raise AssertionError(str(error)) from error
    specified = read(ruleset, facts)
    for rule, said, wanted in zip(ruleset.rules, engine.truths, specified.truths, strict=True):
        assert said is wanted, f"`{rule.id}` is {wanted.name}, and the engine says {said.name}"
    for rule, waits, due in zip(ruleset.rules, engine.waits, specified.waits, strict=True):
        assert waits == due, f"`{rule.id}` waits for {sorted(due)}, not for {sorted(waits)}"
    assert engine.bounds == specified.bounds, "the bounds of derived values differ"


def same_cells_same_truths(ruleset: Ruleset, first: Facts, second: Facts) -> bool:
    """Law 4: people in the same cells are the same to every rule.

    Args:
        ruleset: The rules.
        first: A person.
        second: Another.

    Returns:
        Whether they are in the same cells.
    """
    engine = ready(ruleset).engine
    if engine.cells(first) != engine.cells(second):
        return False
    assert read(ruleset, first) == read(ruleset, second), "one cell, and different truths"
    return True


def offered_is_safe(ruleset: Ruleset, facts: Facts) -> None:
    """Law 6: what is offered is neither contraindicated nor withheld, and within every limit.

    Args:
        ruleset: The rules.
        facts: A person.
    """
    said = safety.Said.of(ruleset, facts)
    offered = safety.offered(iter(decide(facts, ruleset).verdicts.values()))
    for verdict in offered:
        safety.check_verdict(said, verdict)
    programme = recommend(facts, ruleset).programme
    if programme is not None:
        safety.check_programme(said, programme, {verdict.exercise for verdict in offered})


def no_red_flag_lets_an_exercise_out(ruleset: Ruleset, facts: Facts) -> None:
    """Law 7: no exercise beside a referral that holds or may hold; no hazard is broken.

    Args:
        ruleset: The rules.
        facts: A person.
    """
    said = safety.Said.of(ruleset, facts)
    before = prescribe(ruleset, decide(facts, ruleset), VERSION)
    if before.programme is not None:
        safety.check_hazards(said, before.programme)
    safety.check_referrals(said, recommend(facts, ruleset))


def equal_signatures_equal_outcomes(ruleset: Ruleset, first: Facts, second: Facts) -> bool:
    """Law 8: people with equal signatures get equal outcomes, ids, questions and lists.

    Args:
        ruleset: The rules.
        first: A person.
        second: Another.

    Returns:
        Whether their signatures are equal.
    """
    if signature(first, ruleset) != signature(second, ruleset):
        return False
    outcomes = [afresh(ruleset, facts) for facts in (first, second)]
    assert outcomes[0] == outcomes[1], "equal signatures, and different outcomes"
    kept = [recommend(facts, ruleset) for facts in (first, second)]
    assert kept == outcomes, "what was kept of a signature is not what is worked out afresh"
    return True


def afresh(ruleset: Ruleset, facts: Facts) -> Outcome:
    """An outcome, worked out without what the pipeline keeps of others."""
    decision, gate = decide(facts, ruleset), Gate(ruleset)
    outcome = prescribe(ruleset, decision, VERSION)
    if outcome.programme is None:
        return outcome
    left = gate.check(gate.watched(outcome.programme), facts)
    return ask_instead(ruleset, decision, VERSION, left.facts, left.hazards) if left else outcome


@attrs.frozen
class Interview:
    """How an interview went: what was asked, in this order, and what is known at the end."""

    asked: tuple[str, ...]
    facts: Facts


def interview(
    ruleset: Ruleset, start: Facts, whole: Facts, unsaid: Iterable[str] = ()
) -> Interview:
    """Ask the first question until none is left.

    Args:
        ruleset: The rules.
        start: What is known before.
        whole: The same person, with every fact known.
        unsaid: The facts that the person will not tell.
    """
    facts, asked, unsaid = start, list[str](), frozenset(unsaid)
    while questions := open_questions(ruleset, decide(facts, ruleset)):
        fact = questions[0].fact
        assert fact not in asked, f"`{fact}` is asked twice"
        asked.append(fact)
        told = whole.value(fact)
        facts = facts.decline(fact) if fact in unsaid else facts.with_fact(fact, told)
    assert len(asked) <= len(ruleset.vocabulary.facts), "more questions than facts"
    return Interview(tuple(asked), facts)


def interview_ends(
    ruleset: Ruleset, start: Facts, whole: Facts, unsaid: Iterable[str] = ()
) -> Interview:
    """Law 10: the interview ends, and answers what answering everything would.

    A referral is the same in its urgency: once no question can raise that, none is asked. How many
    red flags were answered may differ, for one that can change nothing is not asked.

    Args:
        ruleset: The rules.
        start: What is known before.
        whole: The same person, with every fact known.
        unsaid: The facts that the person will not tell.
    """
    found = interview(ruleset, start, whole, unsaid)
    everything, declined = whole, found.facts.declined
    for fact in sorted(declined):  # of a set, only what was not known before is declined
        everything = everything.with_fact(fact, found.facts.value(fact)).decline(fact)
    short, long = recommend(found.facts, ruleset), recommend(everything, ruleset)
    assert short.kind is long.kind, f"the interview ends with {short.kind}, everything {long.kind}"
    assert short.kind is not OutcomeKind.QUESTIONS, "no question is left, and questions remain"
    if short.referral is not None:
        assert _urgency(short) == _urgency(long), "the interview refers at another urgency"
        return found
    screened = Screened(answered=0, of=0)
    same = attrs.evolve(short, screened=screened) == attrs.evolve(long, screened=screened)
    assert same, "the interview ends with another programme than answering everything"
    return found


def _urgency(outcome: Outcome) -> Urgency:
    assert outcome.referral is not None
    return outcome.referral.urgency
