"""A rule → its derivation: its condition as a tree, with the truth and the facts of one person."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from glutemed.model.condition import All, Compare, Comparison, Condition, Not, Truth
from glutemed.model.decision import Decision
from glutemed.model.explanation import (
    Asked,
    Derivation,
    DerivationKind,
    Joined,
    Node,
    NodeKind,
)
from glutemed.model.facts import UNKNOWN, Facts, Members
from glutemed.model.locale import Locale
from glutemed.model.rule import Derive, Rule, Score
from glutemed.model.ruleset import Ruleset
from glutemed.model.vocabulary import FactDeclaration, Kind
from glutemed.reading.english import english, say_value
from glutemed.reading.specification import Reading, makers
from glutemed.reading.truth import Situation, truth


@attrs.frozen
class Told:
    """One person, and what the rules say of them.

    Args:
        truths: The truth of each ground rule, as the engine decided it.
        situation: What conditions are judged on.
        makers: For each derived value and score the rules that conclude on it.
        nodes: The trees of conditions that were told already: many rules touch many exercises.
    """

    ruleset: Ruleset
    facts: Facts
    decision: Decision
    truths: dict[str, Truth]
    situation: Situation
    makers: dict[str, tuple[Rule, ...]]
    nodes: dict[Condition, Node] = attrs.field(factory=dict, repr=False)

    @classmethod
    def of(cls, ruleset: Ruleset, facts: Facts, decision: Decision, reading: Reading) -> Told:
        """What a reading of the rules says of a person."""
        return cls(
            ruleset=ruleset,
            facts=facts,
            decision=decision,
            truths={
                rule.id: said for rule, said in zip(ruleset.rules, reading.truths, strict=True)
            },
            situation=Situation(ruleset.quantities, facts, reading.bounds),
            makers={
                name: tuple(ruleset.rules[place] for place in places)
                for name, places in makers(ruleset).items()
            },
        )

    def was(self, name: str) -> str:
        """The value of a fact, derived value or score, in words."""
        locale, declared = self.ruleset.locale, self.ruleset.quantities[name]
        if name in self.situation.bounds:
            return _between(self.situation.bounds[name], declared, locale)
        value = self.facts.value(name)
        if name not in self.facts.declined:
            return say_value(value, declared, locale)
        if value is UNKNOWN:
            return locale.say("declined")
        return locale.say("{value}; the rest declined", value=say_value(value, declared, locale))


def derivation(
    told: Told, rule: Rule, kind: DerivationKind, concludes: str, *, blocks: bool = False
) -> Derivation:
    """One rule, met or not.

    Args:
        told: The person.
        rule: The rule.
        kind: What it concludes.
        concludes: The same, in words.
        blocks: Whether it keeps the exercise that is explained from being offered.
    """
    return Derivation(
        rule=rule.id,
        written=rule.written,
        kind=kind,
        concludes=concludes,
        truth=told.truths[rule.id],
        because=rule.because,
        sources=rule.sources,
        file=rule.span.text.name,
        line=rule.span.line,
        condition=_node(told, rule.condition),
        blocks=blocks,
        failed=rule.id in told.decision.failures,
    )


def _node(told: Told, condition: Condition) -> Node:
    known = told.nodes.get(condition)
    if known is None:
        known = told.nodes[condition] = _made_node(told, condition)
    return known


def _made_node(told: Told, condition: Condition) -> Node:
    if isinstance(condition, Compare):
        return Asked(
            fact=condition.fact,
            says=english(condition, told.ruleset.quantities, locale=told.ruleset.locale),
            was=_was(told, condition),
            truth=truth(condition, told.situation),
            made_by=tuple(_made(told, rule) for rule in told.makers.get(condition.fact, ())),
        )
    if isinstance(condition, Not):
        child = _node(told, condition.child)
        return Joined(kind=NodeKind.NOT, truth=child.truth.opposite, children=(child,))
    children = tuple(_node(told, child) for child in condition.children)
    said = [child.truth for child in children]
    if isinstance(condition, All):
        truths = min(said, default=Truth.TRUE)
        return Joined(kind=NodeKind.ALL, truth=truths, children=children)
    return Joined(kind=NodeKind.ANY, truth=max(said, default=Truth.FALSE), children=children)


def _was(told: Told, compare: Compare) -> str:
    """The value of a fact; of a set also which of the members that count are not known."""
    was = told.was(compare.fact)
    value = told.facts.value(compare.fact)
    if compare.comparison is not Comparison.INCLUDES or not isinstance(value, Members):
        return was
    locale, declared = told.ruleset.locale, told.ruleset.quantities[compare.fact]
    members = [str(member) for member in compare.constants]
    open_ = [
        declared.say(member, locale)
        for member in members
        if told.situation.includes(compare.fact, member) is Truth.UNKNOWN
    ]
    answered = any(member in value.present for member in members)
    if answered or not open_ or compare.fact in told.facts.declined:
        return was
    return locale.say("{value}; not known: {rest}", value=was, rest=locale.listed(open_))


def _made(told: Told, rule: Rule) -> Derivation:
    """A rule that concludes on a derived value or a score."""
    conclusion, locale = rule.conclusion, told.ruleset.locale
    if isinstance(conclusion, Derive):
        declared = told.ruleset.quantities[conclusion.name]
        value = declared.say(conclusion.value, locale)
        concludes = locale.say("{label} is at least {value}", label=declared.label, value=value)
        return derivation(told, rule, DerivationKind.DERIVED, concludes)
    assert isinstance(conclusion, Score)
    label = told.ruleset.quantities[conclusion.name].label
    return derivation(told, rule, DerivationKind.SCORE, f"{conclusion.points:+d} {label}")


def _between(bounds: tuple[int, int], declared: FactDeclaration, locale: Locale) -> str:
    least, most = (
        declared.say(bound if declared.kind is Kind.INT else declared.values[bound], locale)
        for bound in bounds
    )
    if least == most:
        return least
    return locale.say("not known, from {first} to {last}", first=least, last=most)


def asked(node: Node) -> Iterator[str]:
    """The facts that a condition asks about, those behind derived values and scores among them."""
    if isinstance(node, Joined):
        for child in node.children:
            yield from asked(child)
    elif node.made_by:
        for made in node.made_by:
            yield from asked(made.condition)
    else:
        yield node.fact


def cited(told: Told, *groups: tuple[Derivation, ...]) -> tuple[str, ...]:
    """The facts that some derivations ask about, by name."""
    names = {name for group in groups for one in group for name in asked(one.condition)}
    return tuple(sorted(name for name in names if name in told.ruleset.vocabulary))
