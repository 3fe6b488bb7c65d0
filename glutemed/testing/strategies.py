"""Pairs that the laws are about: facts and fewer facts, rules and stricter rules."""

from __future__ import annotations

import attrs
from hypothesis import strategies as st

from glutemed.model.condition import ALWAYS
from glutemed.model.diagnostic import Text
from glutemed.model.exercise import DOSE_LIMITS, SIDES, Exercise
from glutemed.model.facts import UNKNOWN, Facts, FactValue, Members
from glutemed.model.rule import (
    Caution,
    Conclusion,
    Contraindicate,
    Limit,
    Refer,
    Rule,
    Touch,
    Urgency,
)
from glutemed.model.ruleset import Ruleset
from glutemed.testing.conditions import conditions
from glutemed.testing.persons import Choices, choices, reconciled

_SHUFFLED = ("conditions", "derived", "scores", "rules", "exercises", "hazards", "sources")


def fewer(ruleset: Ruleset, facts: Facts, *, declining: bool = True) -> st.SearchStrategy[Facts]:
    """The same person with some facts forgotten: unknown, asked in vain, or known in part."""

    @st.composite
    def made(draw: st.DrawFn) -> Facts:
        stated = facts.stated()
        if not stated:
            return facts
        names = st.sampled_from(sorted(stated))
        forgotten = draw(st.lists(names, min_size=1, max_size=6, unique=True))
        if draw(st.integers(0, 3)) == 0:
            kept = set(draw(st.lists(names, max_size=12, unique=True)))
            forgotten = [name for name in stated if name not in kept]
        declined = set(facts.declined)
        for name in forgotten:
            value = stated[name]
            if isinstance(value, Members) and draw(st.booleans()):
                stated[name] = draw(_partly(value, ruleset.vocabulary[name].silent_absent))
                if stated[name] == value:
                    continue
            else:
                del stated[name]
            if declining and draw(st.integers(0, 3)) == 0:
                declined.add(name)
        return Facts.of(stated, declined)

    return made()


def _partly(value: Members, silent_absent: frozenset[str]) -> st.SearchStrategy[Members]:
    """A set of which less is known; who is silent about some members denies them, so those stay."""
    open_ = sorted((value.present | value.absent) - silent_absent)
    if not open_:
        return st.just(value)
    return st.lists(st.sampled_from(open_), min_size=1, unique=True).map(
        lambda gone: Members(value.present - set(gone), value.absent - set(gone))
    )


def neighbours(ruleset: Ruleset, facts: Facts) -> st.SearchStrategy[Facts]:
    """The same person with one fact changed, forgotten or declined, or one number off by one.

    Answers that contradict what was changed go with it.
    """

    @st.composite
    def made(draw: st.DrawFn) -> Facts:
        numbers = [
            (each.declared, value)
            for each in choices(ruleset)
            if isinstance(value := facts.value(each.declared.name), int)
            and not isinstance(value, bool)
        ]
        if numbers and draw(st.integers(0, 2)) == 0:
            declared, value = draw(st.sampled_from(numbers))
            steps = [
                step for step in (value - 1, value + 1) if declared.least <= step <= declared.most
            ]
            turned = facts.with_fact(declared.name, draw(st.sampled_from(steps or [value])))
            return reconciled(turned, ruleset)
        each: Choices = draw(st.sampled_from(choices(ruleset)))
        name = each.declared.name
        roll = draw(st.integers(0, 5))
        if roll == 0:
            return facts.with_fact(name, UNKNOWN)
        if roll == 1:
            return facts.with_fact(name, UNKNOWN).decline(name)
        return reconciled(facts.with_fact(name, each.value(draw, calm=False)), ruleset)

    return made()


def stricter(ruleset: Ruleset) -> st.SearchStrategy[Ruleset]:
    """The same rules and one more: a contraindication, a caution, a limit or a referral."""
    read = [each.declared for each in choices(ruleset)]
    names = [*(value.name for value in ruleset.derived), *(total.name for total in ruleset.scores)]
    asked = [ruleset.quantities[name] for name in names]
    condition = st.one_of(st.just(ALWAYS), conditions([*read, *asked]))

    @st.composite
    def made(draw: st.DrawFn) -> Ruleset:
        rule = Rule(
            id="testing/stricter",
            written="testing/stricter",
            pack="testing",
            condition=draw(condition),
            conclusion=draw(_conclusions(ruleset)),
            because="It is stricter.",
            sources=(),
        )
        rules = tuple(sorted((*ruleset.rules, rule), key=lambda each: each.id))
        return attrs.evolve(ruleset, rules=rules)

    return made()


def _conclusions(ruleset: Ruleset) -> st.SearchStrategy[Conclusion]:
    bent = {exercise.id for exercise in ruleset.exercises if exercise.depth_counts}
    ids = [exercise.id for exercise in ruleset.exercises]
    touches = st.sets(st.sampled_from(ids), min_size=1).map(
        lambda found: Touch(ALWAYS, tuple(sorted(found)))
    )

    def limits(touch: Touch) -> st.SearchStrategy[Conclusion]:
        deep = Touch(ALWAYS, tuple(exercise for exercise in touch.exercises if exercise in bent))
        amounts = [(a, cap) for a in DOSE_LIMITS for cap in _edges(ruleset.exercises, a)]
        made: list[Conclusion] = [Limit(amount, cap, touch) for amount, cap in amounts]
        made += [Limit("working_sides", (side,), touch) for side in SIDES]
        if deep.exercises:
            made += [Limit("knee_flexion_deg", cap, deep) for cap in (0, 15, 30, 45, 60, 90)]
        return st.sampled_from(made)

    def again(limit: Limit) -> st.SearchStrategy[Conclusion]:
        """A cap on what is capped already, which may be the laxer one."""
        if isinstance(limit.at, tuple):
            return st.sampled_from([attrs.evolve(limit, at=at) for at in (("left",), SIDES)])
        laxer = limit.at + (15 if limit.amount == "knee_flexion_deg" else 1)
        return st.sampled_from([attrs.evolve(limit, at=at) for at in (laxer, max(1, limit.at - 1))])

    limited = [rule.conclusion for rule in ruleset.rules if isinstance(rule.conclusion, Limit)]
    whole = {"stage": (1, 2), "exercises": (1, 2, 4), "sessions_per_week": (1, 3)}
    echoes = [st.sampled_from(limited).flatmap(again)] * 2 if limited else []
    return st.one_of(
        *echoes,
        touches.map(Contraindicate),
        touches.map(lambda touch: Caution(touch, "Go slowly.")),
        touches.flatmap(limits),
        st.sampled_from([Limit(name, at, None) for name, found in whole.items() for at in found]),
        st.sampled_from([Refer(urgency, ("gp",), "Go.") for urgency in Urgency]),
    )


def _edges(exercises: tuple[Exercise, ...], amount: str) -> list[int]:
    values = {getattr(step, amount) for exercise in exercises for step in exercise.dose}
    return sorted({value + by for value in values for by in (-1, 0)})


def reordered(facts: Facts) -> st.SearchStrategy[Facts]:
    """The same facts, told in another order."""

    def told(pairs: list[tuple[str, FactValue]]) -> Facts:
        return Facts.of({name: _retold(value) for name, value in pairs}, facts.declined)

    return st.permutations(list(facts.stated().items())).map(told)


def _retold(value: FactValue) -> FactValue:
    if not isinstance(value, Members):
        return value
    backwards = (sorted(value.present, reverse=True), sorted(value.absent, reverse=True))
    return Members(frozenset(backwards[0]), frozenset(backwards[1]))


def shuffled(texts: tuple[Text, ...]) -> st.SearchStrategy[tuple[Text, ...]]:
    """The same rule files, they and what is in them in another order.

    The order of facts stays, because they are asked in the order of their declaration. A file is
    taken as `rulebook_texts` writes it: one line an entry.
    """

    @st.composite
    def made(draw: st.DrawFn) -> tuple[Text, ...]:
        found = [Text(text.name, _turned(draw, text.content)) for text in texts]
        return tuple(draw(st.permutations(found)))

    return made()


def _turned(draw: st.DrawFn, content: str) -> str:
    sections: list[list[str]] = []
    for line in content.splitlines():
        if line.startswith("  - "):
            sections[-1].append(line)
        else:
            sections.append([line])
    turned = [
        [head, *(draw(st.permutations(lines)) if head.rstrip(":") in _SHUFFLED else lines)]
        for head, *lines in sections
    ]
    return "\n".join(line for section in draw(st.permutations(turned)) for line in section) + "\n"
