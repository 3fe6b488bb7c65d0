"""Explanation → a flowchart of the derivation: the facts of one person, the rules, what follows."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from glutemed.model.condition import Truth
from glutemed.model.decision import Standing
from glutemed.model.explanation import (
    Asked,
    Derivation,
    ExerciseExplanation,
    Explanation,
    Joined,
    Node,
)
from glutemed.model.locale import ENGLISH, Locale, message
from glutemed.render.explanation import JOINED, gets
from glutemed.render.mermaid import Flowchart, Shape

_STYLES = {
    "holds": "fill:#eefaf0,stroke:#3f8a50,color:#111",
    "open": "fill:#fdf5e6,stroke:#a8842a,color:#111,stroke-dasharray:5 3",
    "fails": "fill:#f2f2f2,stroke:#999999,color:#555",
    "verdict": "fill:#111111,stroke:#111111,color:#ffffff",
}
_STYLE = {Truth.TRUE: "holds", Truth.UNKNOWN: "open", Truth.FALSE: "fails"}
_SIGN = {
    Truth.TRUE: message("holds"),
    Truth.UNKNOWN: message("not known"),
    Truth.FALSE: message("does not hold"),
}
_STANDS = {
    Standing.CONTRAINDICATED: message("must not be done"),
    Standing.NOT_INDICATED: message("nothing speaks for it"),
    Standing.EXCLUDED: message("lies beyond a limit"),
    Standing.UNAVAILABLE: message("its equipment is not there"),
    Standing.UNINDICATED: message("not known whether anything speaks for it"),
    Standing.WITHHELD: message("withheld: something not known could forbid it"),
}


def derivation_graph(explanation: Explanation, locale: Locale = ENGLISH) -> str:
    """How a person's facts lead to what they get, or to where one exercise stands.

    Rules that do not hold are left out, but for those that keep an exercise back, and for what
    stands behind a condition that is told. `explain` without the picture tells all of them.

    Args:
        explanation: What to draw.
        locale: The language that it was derived in.
    """
    chart = _Chart(Flowchart("LR", _STYLES), locale)
    referring = [one for one in explanation.referrals if one.truth is not Truth.FALSE]
    outcome_lines = [locale.say("What you get"), _gets(explanation, locale)]
    for one in referring:
        chart.derivations([one], chart.verdict("outcome", outcome_lines))
    if explanation.asked is None:
        outcome = chart.verdict("outcome", outcome_lines)
        chart.derivations(explanation.limits, outcome)
        chosen = [one for one in explanation.exercises if one.chosen]
        for exercise in chosen:
            node = chart.verdict(exercise.exercise, [exercise.name])
            chart.drawn.edge(node, outcome)
            chart.derivations(_deciding(exercise), node)
        return chart.drawn.text()
    for exercise in explanation.exercises:
        node = chart.verdict(exercise.exercise, [exercise.name, _stands(exercise, locale)])
        chart.derivations(_deciding(exercise), node)
    return chart.drawn.text()


def _deciding(exercise: ExerciseExplanation) -> Iterable[Derivation]:
    """What may hold, and what keeps the exercise back."""
    return (one for one in exercise.derivations if one.truth is not Truth.FALSE or one.blocks)


@attrs.frozen
class _Chart:
    """The flowchart, and the language of what stands in it."""

    drawn: Flowchart
    locale: Locale

    def verdict(self, key: str, lines: list[str]) -> str:
        """What all leads to."""
        return self.drawn.node(key, lines, Shape.DOUBLE, "verdict")

    def derivations(self, derivations: Iterable[Derivation], target: str) -> None:
        """Rules, and an arrow from each to what follows."""
        for one in derivations:
            if one.truth is Truth.FALSE and not one.blocks:
                continue
            self.drawn.edge(self.rule(one), target, one.concludes, _arrow(one.truth))

    def rule(self, one: Derivation) -> str:
        """A rule with its condition before it."""
        lines = [one.written, f"{self.locale.say(_SIGN[one.truth])}; {one.where}"]
        name = self.drawn.node(one.rule, lines, Shape.BOX, _STYLE[one.truth])
        if not (isinstance(one.condition, Joined) and not one.condition.children):
            self.drawn.edge(self.node(one.condition), name, arrow=_arrow(one.truth))
        return name

    def node(self, node: Node) -> str:
        """A part of a condition; the same part is drawn once."""
        style, sign = _STYLE[node.truth], self.locale.say(_SIGN[node.truth])
        if isinstance(node, Asked):
            was = node.was
            if not was.startswith((self.locale.say("not known"), self.locale.say("declined"))):
                was = self.locale.say("was {value}: {truth}", value=was, truth=sign)
            name = self.drawn.node(node, [node.says, was], Shape.ROUND, style)
            for made in node.made_by:
                if made.truth is not Truth.FALSE:
                    self.drawn.edge(self.rule(made), name, made.concludes, _arrow(made.truth))
            return name
        joined = self.locale.say(JOINED[node.kind])
        name = self.drawn.node(node, [f"{joined}: {sign}"], Shape.HEXAGON, style)
        for child in node.children:
            self.drawn.edge(self.node(child), name, arrow=_arrow(child.truth))
        return name


def _arrow(truth: Truth) -> str:
    return "-->" if truth is Truth.TRUE else "-.->"


def _gets(explanation: Explanation, locale: Locale) -> str:
    outcome = explanation.outcome
    if outcome.referral is None and outcome.programme is None:
        return locale.say("questions that come first")
    return gets(outcome, locale)


def _stands(exercise: ExerciseExplanation, locale: Locale) -> str:
    if exercise.standing is not Standing.OFFERED:
        return locale.say(_STANDS[exercise.standing])
    if exercise.chosen:
        return locale.say("in the programme")
    return locale.say("offered, but not chosen")
