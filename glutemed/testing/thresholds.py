"""People on the edge of a rule: what it reads lies at its thresholds, or one step beside them."""

from __future__ import annotations

from hypothesis import strategies as st

from glutemed.model.facts import UNKNOWN, Facts, FactValue, Members
from glutemed.model.ruleset import Ruleset
from glutemed.model.vocabulary import Kind
from glutemed.reading.cells import Axis, axes
from glutemed.reading.runs import lower
from glutemed.testing.persons import choices, plausible_people, reconciled

_SAID = ("present", "absent", "unsaid")


def people_near_thresholds(ruleset: Ruleset) -> st.SearchStrategy[Facts]:
    """People of whom all that one rule reads lies close to where its truth changes.

    The rest of them speaks for exercise, so that this one rule decides; of half of them it is
    merely plausible. A number or an ordered word is at a threshold or one step beside it, a member of a set is in,
    out or unsaid, and now and then a fact is unknown.
    """
    edges = _edges(ruleset)
    if not edges:
        return plausible_people(ruleset)

    @st.composite
    def made(draw: st.DrawFn) -> Facts:
        facts = draw(_calm(ruleset) if draw(st.booleans()) else plausible_people(ruleset))
        for axis in draw(st.sampled_from(edges)):
            facts = facts.with_fact(axis.variable.fact, draw(_near(axis, facts, ruleset)))
        return reconciled(facts, ruleset)

    return made()


@st.composite
def _calm(draw: st.DrawFn, ruleset: Ruleset) -> Facts:
    """Somebody of whom everything is known, and nothing speaks against exercise."""
    calm = {
        each.declared.name: each.value(draw, calm=True, complete=True) for each in choices(ruleset)
    }
    return reconciled(Facts.of(calm), ruleset)


def _edges(ruleset: Ruleset) -> tuple[tuple[Axis, ...], ...]:
    """What each rule reads of a person, cut by that rule alone."""
    kept = ruleset.memo.get("testing edges")
    if kept is None:
        cut = (
            axes([lower(rule.condition, ruleset.quantities)], frozenset()) for rule in ruleset.rules
        )
        of_facts = (
            tuple(axis for axis in found if axis.variable.fact in ruleset.vocabulary)
            for found in cut
        )
        found = tuple(dict.fromkeys(each for each in of_facts if each))
        kept = ruleset.memo.setdefault("testing edges", found)
    return kept  # type: ignore[no-any-return]


def _near(axis: Axis, facts: Facts, ruleset: Ruleset) -> st.SearchStrategy[FactValue]:
    declared, variable = ruleset.vocabulary[axis.variable.fact], axis.variable
    if declared.kind is Kind.SET:
        old = facts.value(variable.fact)
        said = old if isinstance(old, Members) else Members()
        return st.sampled_from(_SAID).map(lambda place: _placed(said, variable.member, place))
    numbers = sorted(
        {
            number
            for cut in axis.cuts
            for number in (cut - 1, cut, cut + 1)
            if variable.least <= number <= variable.most
        }
        or {variable.least, variable.most}
    )
    values: list[FactValue] = list(numbers)
    if declared.kind is Kind.BOOL:
        values = [False, True]
    elif declared.kind is Kind.ENUM:
        values = [declared.values[number] for number in numbers]
    return st.sampled_from([*values, *values, UNKNOWN])


def _placed(said: Members, member: str, place: str) -> Members:
    present, absent = said.present - {member}, said.absent - {member}
    if place == "present":
        present |= {member}
    elif place == "absent":
        absent |= {member}
    return Members(present, absent)
