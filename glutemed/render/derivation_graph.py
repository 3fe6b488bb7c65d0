"""Explanation → a flowchart of the derivation: the facts of one person, the rules, what follows."""

from __future__ import annotations

from collections.abc import Iterable

from glutemed.model.condition import Truth
from glutemed.model.decision import Standing
from glutemed.model.explanation import (
    Asked,
    Derivation,
    ExerciseExplanation,
    Explanation,
    Joined,
    Node,
    NodeKind,
)
from glutemed.render import words
from glutemed.render.mermaid import Flowchart, Shape

_STYLES = {
    "holds": "fill:#eefaf0,stroke:#3f8a50,color:#111",
    "open": "fill:#fdf5e6,stroke:#a8842a,color:#111,stroke-dasharray:5 3",
    "fails": "fill:#f2f2f2,stroke:#999999,color:#555",
    "verdict": "fill:#111111,stroke:#111111,color:#ffffff",
}
_STYLE = {Truth.TRUE: "holds", Truth.UNKNOWN: "open", Truth.FALSE: "fails"}
_SIGN = {Truth.TRUE: "holds", Truth.UNKNOWN: "not known", Truth.FALSE: "does not hold"}
_JOINED = {NodeKind.ALL: "all of these", NodeKind.ANY: "any of these", NodeKind.NOT: "not this"}
_STANDS = {
    Standing.CONTRAINDICATED: "must not be done",
    Standing.NOT_INDICATED: "nothing speaks for it",
    Standing.EXCLUDED: "lies beyond a limit",
    Standing.UNAVAILABLE: "its equipment is not there",
    Standing.UNINDICATED: "not known whether anything speaks for it",
    Standing.WITHHELD: "withheld: something not known could forbid it",
}


def derivation_graph(explanation: Explanation) -> str:
    """How a person's facts lead to what they get, or to where one exercise stands.

    Rules that do not hold are left out, but for those that keep an exercise back, and for what
    stands behind a condition that is told. `explain` without the picture tells all of them.
    """
    chart = Flowchart("LR", _STYLES)
    referring = [one for one in explanation.referrals if one.truth is not Truth.FALSE]
    gets = ["What you get", _gets(explanation)]
    for one in referring:
        outcome = chart.node("outcome", gets, Shape.DOUBLE, "verdict")
        _derivations(chart, [one], outcome)
    if explanation.asked is None:
        outcome = chart.node("outcome", gets, Shape.DOUBLE, "verdict")
        _derivations(chart, explanation.limits, outcome)
        chosen = [one for one in explanation.exercises if one.chosen]
        for exercise in chosen:
            node = chart.node(exercise.exercise, [exercise.name], Shape.DOUBLE, "verdict")
            chart.edge(node, outcome)
            _derivations(chart, _deciding(exercise), node)
        return chart.text()
    for exercise in explanation.exercises:
        node = chart.node(
            exercise.exercise, [exercise.name, _stands(exercise)], Shape.DOUBLE, "verdict"
        )
        _derivations(chart, _deciding(exercise), node)
    return chart.text()


def _deciding(exercise: ExerciseExplanation) -> Iterable[Derivation]:
    """What may hold, and what keeps the exercise back."""
    return (one for one in exercise.derivations if one.truth is not Truth.FALSE or one.blocks)


def _derivations(chart: Flowchart, derivations: Iterable[Derivation], target: str) -> None:
    for one in derivations:
        if one.truth is Truth.FALSE and not one.blocks:
            continue
        chart.edge(_rule(chart, one), target, one.concludes, _arrow(one.truth))


def _rule(chart: Flowchart, one: Derivation) -> str:
    """A rule with its condition before it."""
    name = chart.node(
        one.rule, [one.written, f"{_SIGN[one.truth]}; {one.where}"], Shape.BOX, _STYLE[one.truth]
    )
    if not (isinstance(one.condition, Joined) and not one.condition.children):
        chart.edge(_node(chart, one.condition), name, arrow=_arrow(one.truth))
    return name


def _node(chart: Flowchart, node: Node) -> str:
    """A part of a condition; the same part is drawn once."""
    style = _STYLE[node.truth]
    if isinstance(node, Asked):
        known = not node.was.startswith(("not known", "declined"))
        was = f"was {node.was}: {_SIGN[node.truth]}" if known else node.was
        name = chart.node(node, [node.says, was], Shape.ROUND, style)
        for made in node.made_by:
            if made.truth is not Truth.FALSE:
                chart.edge(_rule(chart, made), name, made.concludes, _arrow(made.truth))
        return name
    name = chart.node(node, [f"{_JOINED[node.kind]}: {_SIGN[node.truth]}"], Shape.HEXAGON, style)
    for child in node.children:
        chart.edge(_node(chart, child), name, arrow=_arrow(child.truth))
    return name


def _arrow(truth: Truth) -> str:
    return "-->" if truth is Truth.TRUE else "-.->"


def _gets(explanation: Explanation) -> str:
    outcome = explanation.outcome
    if outcome.referral is not None:
        to = words.seen_by(outcome.referral.to)
        return f"a referral to {to}, {words.URGENCY[outcome.referral.urgency]}"
    return "a programme" if outcome.programme is not None else "questions that come first"


def _stands(exercise: ExerciseExplanation) -> str:
    if exercise.standing is Standing.OFFERED:
        return "in the programme" if exercise.chosen else "offered, but not chosen"
    return _STANDS[exercise.standing]
