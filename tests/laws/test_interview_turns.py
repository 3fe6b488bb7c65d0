"""An interview with detours finds what it finds without them, and never lasts longer than it says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glutemed.cli.dialogue import Ending
from glutemed.cli.interview import Ask, Progress
from glutemed.cli.questions_left import left_after
from glutemed.intake import contradictions
from glutemed.model.facts import UNKNOWN, Facts, FactValue
from glutemed.model.rule import Urgency
from glutemed.model.ruleset import Ruleset
from glutemed.model.vocabulary import FactDeclaration, Kind
from glutemed.pipeline import recommend
from glutemed.testing import plausible_people
from interviewed import Value, after, asked, turns
from laws.examples import share

pytestmark = [pytest.mark.law, pytest.mark.needs("durable")]

BACK = ("back", "b", "Go back", " BACK ")


def value_of(whole: Facts) -> Value:
    """What somebody answers who is like that."""
    return lambda fact: whole.value(fact.name)


def begun(data: st.DataObject, ruleset: Ruleset) -> tuple[Facts, Facts]:
    """Somebody, and what is known of them before: how it went with single exercises, which is long."""
    whole = data.draw(plausible_people(ruleset))
    known = whole.stated().items()
    return whole, Facts.of({name: value for name, value in known if name.startswith("response.")})


def lines_at(ask: Ask) -> tuple[str, ...]:
    """Some lines that are answers at one turn."""
    if ask.is_group:
        return "0", "1", "2", "?"
    fact = ask.facts[0]
    if fact.kind is Kind.BOOL:
        return "yes", "no", "?"
    if fact.kind is Kind.INT:
        return str(fact.least), str(fact.most), str((fact.least + fact.most) // 2), "?"
    return "1", str(len(fact.values)), "?"


def can_be_taken_back(progress: Progress, ruleset: Ruleset) -> bool:
    """Whether the interview goes on; an emergency is shown at once, and a contradiction is refused."""
    if any(contradictions(progress.facts, ruleset.vocabulary)):
        return False
    referral = recommend(progress.facts, ruleset).referral
    return referral is None or referral.urgency is not Urgency.EMERGENCY


def detour(data: st.DataObject, progress: Progress, ruleset: Ruleset) -> list[str]:
    """Some other answers, and as often back."""
    lines: list[str] = []
    for _ in range(data.draw(st.integers(0, 2))):
        ask = progress.next_ask(ruleset)
        if ask is None:
            break
        line = data.draw(st.sampled_from(lines_at(ask)))
        there = after(progress, ask, line)
        if not can_be_taken_back(there, ruleset):
            break
        lines.append(line)
        progress = there
    return [*lines, *(data.draw(st.sampled_from(BACK)) for _ in lines)]


@share(0.06)
@given(data=st.data())
def test_what_is_taken_back_leaves_no_trace(data: st.DataObject, bundled: Ruleset) -> None:
    """With other answers taken back on the way, the facts are those without the detours."""
    whole, start = begun(data, bundled)
    straight = turns(bundled, value_of(whole), start)
    lines = [line for _, line in straight]
    winding = [
        line for progress, typed in straight for line in (*detour(data, progress, bundled), typed)
    ]
    found, other = asked(bundled, lines, start), asked(bundled, winding, start)
    assert found.ending is other.ending is Ending.FINISHED
    assert other.facts == found.facts


@share(0.04)
@given(data=st.data())
def test_whoever_goes_back_to_the_start_has_said_nothing(
    data: st.DataObject, bundled: Ruleset
) -> None:
    """As many times back as there were turns, and more, lead to what was known at first."""
    whole, start = begun(data, bundled)
    lines = [line for _, line in turns(bundled, value_of(whole), start)[:-1]]
    found = asked(bundled, [*lines, *["back"] * (len(lines) + 2), "stop"], start)
    assert found.facts == start
    assert not found.answered
    assert found.ending is Ending.STOPPED


@share(0.1)
@given(data=st.data())
def test_the_interview_never_lasts_longer_than_it_says(
    data: st.DataObject, bundled: Ruleset
) -> None:
    """After each turn come at most as many as it says, besides those about single exercises."""
    whole, start = begun(data, bundled)
    shy = data.draw(st.frozensets(st.sampled_from(sorted(bundled.vocabulary.facts)), max_size=25))

    def value(fact: FactDeclaration) -> FactValue:
        return UNKNOWN if fact.name in shy else whole.value(fact.name)

    progress, said = Progress(start), []
    while (ask := progress.next_ask(bundled)) is not None:
        said.append(left_after(bundled, progress, ask))
        values = {fact.name: value(fact) for fact in ask.facts}
        if ask.is_of_exercises:
            chosen = frozenset(name for name, one in values.items() if one is UNKNOWN or one)
            progress = progress.done(ask, chosen)
            continue
        there = progress.answered(values)
        if any(contradictions(there.facts, bundled.vocabulary)):
            there = progress.answered(dict.fromkeys(values, UNKNOWN))
        progress = there
    for turn, left in enumerate(said, 1):
        assert left.about <= left.most
        assert left.exercises or len(said) - turn <= left.most, (turn, len(said), left)
