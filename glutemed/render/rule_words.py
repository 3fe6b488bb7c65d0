"""Rules in words."""

from __future__ import annotations

from glutemed.model.condition import Truth
from glutemed.model.facts import FactValue
from glutemed.model.rule import (
    Advise,
    Caution,
    Contraindicate,
    Derive,
    Example,
    Indicate,
    Limit,
    Prefer,
    Refer,
    Rule,
    Score,
    Touch,
)
from glutemed.model.ruleset import Ruleset
from glutemed.reading.english import english, say_value
from glutemed.render import words

_FIRES = {Truth.TRUE: "yes", Truth.FALSE: "no", Truth.UNKNOWN: "not known"}


def written(ruleset: Ruleset) -> tuple[Rule, ...]:
    """The rules as authors wrote them: one of each that was made for every exercise."""
    first: dict[str, Rule] = {}
    for rule in ruleset.written_rules:
        first.setdefault(rule.written, rule)
    return tuple(first[name] for name in sorted(first))


def kind(rule: Rule) -> str:
    """What kind of conclusion a rule draws, as rule files call it."""
    return type(rule.conclusion).__name__.lower()


def condition(rule: Rule, ruleset: Ruleset) -> str:
    """The condition of a rule in words; of one made for every exercise, without its name."""
    said = english(rule.condition, ruleset.quantities)
    if rule.exercise is None:
        return said
    return f"for each exercise: {said.replace(f' ({ruleset.exercise[rule.exercise].name})', '')}"


def conclusion(rule: Rule, ruleset: Ruleset) -> str:
    """What a rule concludes, in words."""
    match rule.conclusion:
        case Refer(urgency, to, now):
            return f"see {words.seen_by(to)} {words.URGENCY[urgency]}: {now}"
        case Contraindicate(touch):
            return f"must not be done: {_touched(touch, rule, ruleset)}"
        case Caution(touch, note):
            return f"take care with {_touched(touch, rule, ruleset)}: {note}"
        case Indicate(touch):
            return f"a reason for {_touched(touch, rule, ruleset)}"
        case Prefer(touch, over, strength):
            this, that = _touched(touch, rule, ruleset), _touched(over, rule, ruleset)
            return f"rather {this} than {that} (strength {strength})"
        case Limit(amount, at, touch):
            limit = ", ".join(at) if isinstance(at, tuple) else str(at)
            of = "" if touch is None else f", for {_touched(touch, rule, ruleset)}"
            return f"{amount} at most {limit}{of}"
        case Derive(name, value, _):
            return f"{ruleset.quantities[name].label} is at least {value}"
        case Score(name, points):
            return f"{ruleset.quantities[name].label}: {points:+d}"
        case Advise(text, stop):
            return f"when to stop: {text}" if stop else f"advice: {text}"
    return kind(rule)


def _touched(touch: Touch, rule: Rule, ruleset: Ruleset) -> str:
    if rule.exercise is not None:
        return "that exercise"
    if len(touch.exercises) == len(ruleset.exercises):
        return "every exercise"
    return ", ".join(touch.exercises) or "nothing"


def example(found: Example, ruleset: Ruleset) -> str:
    """One example: what is given, and whether the rule fires."""
    given = "; ".join(
        f"{ruleset.quantities[name].label}: {_said(name, value, ruleset)}"
        for name, value in found.given.items()
    )
    return f"{given or 'nothing known'} -> {_FIRES[found.fires]}"


def _said(name: str, value: FactValue, ruleset: Ruleset) -> str:
    return say_value(value, ruleset.quantities[name])
