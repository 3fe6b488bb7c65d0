"""Ruleset → flowcharts: which facts lead to which conclusions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import PurePosixPath

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
from glutemed.render.rule_words import conclusion, kind, written
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


def overview_graph(ruleset: Ruleset, *, packs: bool = False) -> str:
    """Which files lead to which kinds of conclusions, and what passes between them.

    Args:
        ruleset: The rules.
        packs: Whether each pack is drawn by itself; else the files of one folder are drawn as one.
    """
    chart = Flowchart("LR", _STYLES)
    rules = written(ruleset)
    for name, computed in ruleset.computed.items():
        chart.node(name, [name, computed.label], Shape.HEXAGON, "derived")
    placed: dict[str, list[Rule]] = {}
    for rule in rules:
        folder = "" if packs or rule.pack in ruleset.added else _folder(rule)
        placed.setdefault(folder or rule.pack, []).append(rule)
    for place, among in sorted(placed.items()):
        linked = _Links.of(among, ruleset)
        counted = Counter(kind(rule) for rule in among)
        inside = {rule.pack for rule in among}
        files = "" if inside == {place} else count(len(inside), "pack")
        number = count(len(among), "rule")
        node = chart.node(("place", place), [place, files, number], Shape.BOX, "rule")
        for name in sorted(linked.reads):
            chart.edge(chart.node(name, []), node, arrow="-.->")
        for name in sorted(linked.makes):
            chart.edge(node, chart.node(name, []))
        for concluded in sorted(linked.kinds):
            end = chart.node(("kind", concluded), [concluded], Shape.PILL, _STYLE_OF[concluded])
            chart.edge(node, end, str(counted[concluded]))
    return chart.text()


def about_graph(ruleset: Ruleset, name: str) -> str:
    """What leads to a rule and what follows from it; or what follows from a fact.

    Args:
        ruleset: The rules.
        name: The name of a fact, of a derived value or of a score, or the id of a rule as written.
    """
    chart = Flowchart("LR", _STYLES)
    rules = written(ruleset)
    own = [rule for rule in rules if rule.written == name]
    before = _makers(ruleset, own)
    after = _followers(rules, own, name)
    of_rule = [*before, *own]
    _facts(chart, ruleset, of_rule)
    quantity = ruleset.quantities.get(name)
    if quantity is not None and name not in ruleset.computed:
        chart.node(name, [quantity.label, name], Shape.ROUND, "fact")
    computed = {*_made_by((*own, *after)), name}
    for each in ruleset.computed:
        if each in computed:
            _computed(chart, ruleset, each)
    for rule in (*of_rule, *after):
        _rule(chart, ruleset, rule, only_known=rule in after)
        for said in _concluded(ruleset, rule):
            end = chart.node(said, [said.words], Shape.PILL, said.style)
            chart.edge(chart.node(rule.id, []), end)
    return chart.text()


def _followers(rules: Iterable[Rule], own: Iterable[Rule], name: str) -> list[Rule]:
    """The rules that ask about something, and about what is computed from it."""
    found: dict[str, Rule] = {}
    wanted = [name, *_made_by(own)]
    while wanted:
        asked = wanted.pop()
        for rule in rules:
            if rule.id not in found and asked in _asked([rule]):
                found[rule.id] = rule
                wanted += _made_by([rule])
    return [found[rule] for rule in sorted(found)]


def _made_by(rules: Iterable[Rule]) -> list[str]:
    return [r.conclusion.name for r in rules if isinstance(r.conclusion, (Derive, Score))]


def _concluded(ruleset: Ruleset, rule: Rule) -> list[_Said]:
    """What a rule concludes, in words; several things where it limits several amounts."""
    among = [made for made in ruleset.written_rules if made.written == rule.written]
    found = (
        _Said(conclusion(made, ruleset, listed=False), _STYLE_OF[kind(made)])
        for made in among
        if not isinstance(made.conclusion, (Derive, Score))
    )
    return list(dict.fromkeys(found))


def _folder(rule: Rule) -> str:
    """The folder of a bundled rule inside the rules; empty where it stands in none."""
    inside = PurePosixPath(rule.span.text.name).parts[1:-1]
    return "/".join(inside)


@attrs.frozen
class _Links:
    """What some rules are tied to."""

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
            _computed(chart, ruleset, name)


def _computed(chart: Flowchart, ruleset: Ruleset, name: str) -> None:
    chart.node(name, [ruleset.quantities[name].label, name], Shape.HEXAGON, "derived")


def _rule(chart: Flowchart, ruleset: Ruleset, rule: Rule, *, only_known: bool = False) -> None:
    """A rule, the facts that it reads (or those that are drawn already), and what it derives."""
    when = "" if rule.condition == ALWAYS else english(rule.condition, ruleset.quantities)
    name = chart.node(rule.id, [rule.written, when or "always"], Shape.BOX, "rule")
    for fact in _asked([rule]):
        if not only_known or chart.has(fact):
            chart.edge(chart.node(fact, []), name)
    if isinstance(rule.conclusion, Derive):
        chart.edge(name, chart.node(rule.conclusion.name, []), rule.conclusion.value)
    elif isinstance(rule.conclusion, Score):
        chart.edge(name, chart.node(rule.conclusion.name, []), f"{rule.conclusion.points:+d}")
