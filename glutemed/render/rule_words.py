"""Rules in words."""

from __future__ import annotations

from glutemed.model.condition import ALWAYS, Truth
from glutemed.model.exercise import PRESCRIBED, SELECTABLE
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
from glutemed.model.vocabulary import FactDeclaration, Kind
from glutemed.reading.english import english, say_value
from glutemed.render import words

ATTRIBUTES = {
    **SELECTABLE,
    **PRESCRIBED,
    **{
        name: FactDeclaration(name=name, kind=Kind.ENUM, label=name, ask="")
        for name in ("id", "family")
    },
}
"""Everything that a selector or the ``never`` of a hazard may ask about, without the catalogue."""

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


def conclusion(rule: Rule, ruleset: Ruleset, *, listed: bool = True) -> str:
    """What a rule concludes, in words.

    Args:
        rule: The rule.
        ruleset: The rulebook that it is part of.
        listed: Whether exercises are listed by id, or said by the rule's selector.
    """

    def about(touch: Touch) -> str:
        return touched(touch, rule, ruleset) if listed else said_by_selector(touch, rule)

    match rule.conclusion:
        case Refer(urgency, to, now):
            return f"see {words.seen_by(to)} {words.URGENCY[urgency]}: {now}"
        case Contraindicate(touch):
            return f"must not be done: {about(touch)}"
        case Caution(touch, note):
            return f"take care with {about(touch)}: {note}"
        case Indicate(touch):
            return f"a reason for {about(touch)}"
        case Prefer(touch, over, strength):
            this, that = about(touch), about(over)
            return f"rather {this} than {that} (strength {strength})"
        case Limit(amount, at, touch):
            limit = ", ".join(at) if isinstance(at, tuple) else str(at)
            of = "" if touch is None else f", for {about(touch)}"
            return f"{amount} at most {limit}{of}"
        case Derive(name, value, _):
            return f"{ruleset.quantities[name].label} is at least {value}"
        case Score(name, points):
            return f"{ruleset.quantities[name].label}: {points:+d}"
        case Advise(text, stop):
            return f"when to stop: {text}" if stop else f"advice: {text}"
    return kind(rule)


def touched(touch: Touch, rule: Rule, ruleset: Ruleset) -> str:
    """The exercises that a rule is about, by id."""
    if rule.exercise is not None:
        return "that exercise"
    if len(touch.exercises) == len(ruleset.exercises):
        return "every exercise"
    return ", ".join(touch.exercises) or "nothing"


def said_by_selector(touch: Touch, rule: Rule) -> str:
    """The exercises that a rule is about, as its selector has them."""
    if rule.exercise is not None:
        return "that exercise"
    if touch.selector == ALWAYS:
        return "every exercise"
    return f"every exercise whose {english(touch.selector, ATTRIBUTES)}"


def example(found: Example, ruleset: Ruleset) -> str:
    """One example: what is given, and whether the rule fires."""
    return " -> ".join(example_parts(found, ruleset))


def example_parts(found: Example, ruleset: Ruleset) -> tuple[str, str]:
    """What an example gives, and whether the rule fires."""
    given = "; ".join(
        f"{ruleset.quantities[name].label}: {_said(name, value, ruleset)}"
        for name, value in found.given.items()
    )
    return given or "nothing known", _FIRES[found.fires]


def _said(name: str, value: FactValue, ruleset: Ruleset) -> str:
    return say_value(value, ruleset.quantities[name])
