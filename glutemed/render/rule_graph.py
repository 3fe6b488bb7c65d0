"""Ruleset → flowcharts: which facts lead to which conclusions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import attrs

from glutemed.derivation.touching import limited
from glutemed.model.condition import ALWAYS, leaves
from glutemed.model.exercise import Exercise
from glutemed.model.rule import (
    Caution,
    Contraindicate,
    Derive,
    Earn,
    Indicate,
    Limit,
    Need,
    Prefer,
    Rule,
    Score,
)
from glutemed.model.ruleset import Ruleset
from glutemed.reading.english import english
from glutemed.render.mermaid import Flowchart, Shape
from glutemed.render.rule_words import kind, written
from glutemed.render.words import count

_STYLES = {
    "fact": "fill:#eef4fb,stroke:#4a78a8,color:#111",
    "rule": "fill:#ffffff,stroke:#666666,color:#111",
    "derived": "fill:#f5effb,stroke:#7a54a0,color:#111",
    "forbids": "fill:#fbeeee,stroke:#a84a4a,color:#111",
    "bounds": "fill:#fdf5e6,stroke:#a8842a,color:#111",
    "favours": "fill:#eefaf0,stroke:#3f8a50,color:#111",
    "exercise": "fill:#111111,stroke:#111111,color:#ffffff",
}


@attrs.frozen
class _Said:
    """What a rule concludes on an exercise: in words, and the style of it."""

    words: str
    style: str


def exercise_graph(ruleset: Ruleset, exercise: Exercise) -> str:
    """Which facts lead, by which rules, to which conclusions on one exercise."""
    chart = Flowchart("LR", _STYLES)
    rules = [(rule, said) for rule in ruleset.rules if (said := _about(rule, exercise))]
    makers = _makers(ruleset, [rule for rule, _ in rules])
    everything = [*makers, *(rule for rule, _ in rules)]
    _facts(chart, ruleset, everything)
    for rule in everything:
        _rule(chart, ruleset, rule)
    target = chart.node("exercise", [exercise.name, exercise.id], Shape.DOUBLE, "exercise")
    for rule, said in rules:
        end = chart.node(said, [said.words], Shape.PILL, said.style)
        chart.edge(chart.node(rule.id, []), end)
        chart.edge(end, target)
    return chart.text()


def overview_graph(ruleset: Ruleset) -> str:
    """Which packs lead to which kinds of conclusions, and what passes between packs."""
    chart = Flowchart("LR", _STYLES)
    rules = written(ruleset)
    links = {
        pack: _Links.of([rule for rule in rules if rule.pack == pack], ruleset)
        for pack in sorted({rule.pack for rule in rules})
    }
    for name, computed in ruleset.computed.items():
        chart.node(name, [name, computed.label], Shape.HEXAGON, "derived")
    for linked in dict.fromkeys(links.values()):
        packs = [pack for pack, own in links.items() if own == linked]
        counted = Counter(kind(rule) for rule in rules if rule.pack in packs)
        number = count(sum(counted.values()), "rule")
        node = chart.node(linked, [*packs, number], Shape.BOX, "rule")
        for name in sorted(linked.reads):
            chart.edge(chart.node(name, []), node, arrow="-.->")
        for name in sorted(linked.makes):
            chart.edge(node, chart.node(name, []))
        for concluded in sorted(linked.kinds):
            end = chart.node(("kind", concluded), [concluded], Shape.PILL, _STYLE_OF[concluded])
            chart.edge(node, end, str(counted[concluded]))
    return chart.text()


@attrs.frozen
class _Links:
    """What a pack is tied to; packs with the same ties are drawn as one."""

    kinds: frozenset[str]
    makes: frozenset[str]
    reads: frozenset[str]

    @classmethod
    def of(cls, rules: Iterable[Rule], ruleset: Ruleset) -> _Links:
        made = [rule for rule in rules if isinstance(rule.conclusion, (Derive, Score))]
        makes = {
            rule.conclusion.name for rule in made if isinstance(rule.conclusion, (Derive, Score))
        }
        return cls(
            kinds=frozenset(kind(rule) for rule in rules if rule not in made),
            makes=frozenset(makes),
            reads=frozenset(name for name in _asked(rules) if name in ruleset.computed) - makes,
        )


_STYLE_OF = {
    "refer": "forbids",
    "contraindicate": "forbids",
    "caution": "bounds",
    "limit": "bounds",
    "indicate": "favours",
    "prefer": "favours",
    "advise": "fact",
}


def _about(rule: Rule, exercise: Exercise) -> _Said | None:
    """What a rule may say of an exercise; None where it cannot touch it."""
    ours = exercise.id
    match rule.conclusion:
        case Contraindicate(touch) if ours in touch.exercises:
            return _Said("must not be done", "forbids")
        case Limit(amount, at, None) if amount == "stage":
            return _Said(limited(amount, at), "bounds")
        case Limit(amount, at, touch) if touch is not None and ours in touch.exercises:
            return _Said(limited(amount, at), "bounds")
        case Caution(touch, _) if ours in touch.exercises:
            return _Said("may be done with care", "bounds")
        case Indicate(touch) if ours in touch.exercises:
            return _Said("a reason to do it", "favours")
        case Prefer(touch, _, _) if ours in touch.exercises:
            return _Said("rather than others", "favours")
        case Prefer(_, over, _) if ours in over.exercises:
            return _Said("rather others", "bounds")
        case Need(needing) if needing == ours:
            return _Said("its equipment is there", "favours")
        case Earn(earning, step) if earning == ours:
            return _Said(f"step {step + 1} of its dose", "favours")
    return None


def _makers(ruleset: Ruleset, rules: Iterable[Rule]) -> list[Rule]:
    """The rules that conclude on what some rules ask about, and on what those ask about."""
    found: dict[str, Rule] = {}
    wanted = [name for name in _asked(rules) if name in ruleset.computed]
    while wanted:
        name = wanted.pop()
        for rule in ruleset.rules:
            made = rule.conclusion
            if isinstance(made, (Derive, Score)) and made.name == name and rule.id not in found:
                found[rule.id] = rule
                wanted += [fact for fact in _asked([rule]) if fact in ruleset.computed]
    return [found[name] for name in sorted(found)]


def _asked(rules: Iterable[Rule]) -> list[str]:
    """The names of what some rules ask about, once each."""
    return list(dict.fromkeys(leaf.fact for rule in rules for leaf in leaves(rule.condition)))


def _facts(chart: Flowchart, ruleset: Ruleset, rules: Iterable[Rule]) -> None:
    """The facts that some rules read, subject by subject, and what is computed of them."""
    asked = set(_asked(rules))
    facts = [name for name in ruleset.vocabulary.facts if name in asked]
    for name in facts:
        chart.node(name, [ruleset.quantities[name].label, name], Shape.ROUND, "fact")
    for name in ruleset.computed:
        if name in asked:
            chart.node(name, [ruleset.quantities[name].label, name], Shape.HEXAGON, "derived")


def _rule(chart: Flowchart, ruleset: Ruleset, rule: Rule) -> None:
    """A rule, the facts that it reads, and the value that it derives."""
    when = "" if rule.condition == ALWAYS else english(rule.condition, ruleset.quantities)
    name = chart.node(rule.id, [rule.written, when or "always"], Shape.BOX, "rule")
    for fact in _asked([rule]):
        chart.edge(chart.node(fact, []), name)
    if isinstance(rule.conclusion, Derive):
        chart.edge(name, chart.node(rule.conclusion.name, []), rule.conclusion.value)
    elif isinstance(rule.conclusion, Score):
        chart.edge(name, chart.node(rule.conclusion.name, []), f"{rule.conclusion.points:+d}")
