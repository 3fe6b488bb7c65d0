"""Whole rulebooks as text, through the real parser: every kind of fact and of conclusion."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import attrs
from hypothesis import strategies as st

from glutemed.model.condition import Truth
from glutemed.model.diagnostic import Severity, Text
from glutemed.model.exercise import DOSE_LIMITS
from glutemed.model.facts import Facts
from glutemed.model.ruleset import Ruleset
from glutemed.model.vocabulary import FactDeclaration, Kind
from glutemed.reading.specification import read
from glutemed.rulebook.build import build
from glutemed.rulebook.form import Findings
from glutemed.rulebook.load import ruleset
from glutemed.rulebook.parse import parse
from glutemed.testing.catalogue import Declared, Written, caps, exercises, facts, selectors
from glutemed.testing.conditions import conditions, written

MOST_RULES = 60
_UNTRUE = "GM225"  # an example that does not come true
_SOURCE = {
    "id": "source",
    "authors": "A",
    "year": 2020,
    "title": "T",
    "doi": "10.1000/xyz",
    "read": "recalled",
    "says": "S.",
}
_KINDS = (
    *("contraindicate", "contraindicate", "contraindicate", "caution", "indicate", "indicate"),
    *("prefer", "limit", "limit", "depth", "sides", "whole", "whole", "derive", "score", "advise"),
    *("refer", "each"),
)
_WHOLE = {"stage": (1, 3), "exercises": (1, 5), "sessions_per_week": (1, 7), "review_weeks": (1, 6)}
_DERIVED = ("derived.value_0", "derived.value_1")
_SCORES = ("score.sum_0", "score.sum_1")
_SENT_TO = ("gp", "surgeon", "ambulance")


@attrs.frozen
class Drafted:
    """A rulebook as plain mappings, one a file."""

    pages: tuple[Written, ...]

    def texts(self) -> tuple[Text, ...]:
        """The files."""
        return tuple(Text(f"{page['pack']}.yaml", _yaml(page)) for page in self.pages)


@st.composite
def drafts(draw: st.DrawFn, *, least: int = 5, most: int = MOST_RULES) -> Drafted:
    """Rulebooks of two files, right but for the examples.

    Args:
        draw: What Hypothesis draws with.
        least: The fewest rules, besides those that each red flag needs.
        most: The most of them.
    """
    declared, found = draw(facts()), draw(exercises())
    book = _Book(draw, declared, found)
    kinds = draw(st.lists(st.sampled_from(_KINDS), min_size=least, max_size=most))
    rules = [*book.referrals(), book.indication(), *book.makers()]
    for kind in kinds[: most - len(rules)]:
        rule = book.rule(kind)
        if rule is not None:
            rules.append(rule)
    for number, rule in enumerate(rules):
        rule["id"] = f"r{number:02}-{rule.pop('kind')}"
    rules.sort(key=lambda rule: not {"derive", "score"} & rule["then"].keys())
    makers = sum(bool({"derive", "score"} & rule["then"].keys()) for rule in rules)
    cut = draw(st.integers(makers, len(rules)))  # who declares a value concludes on it
    first: Written = {
        "pack": "first",
        "version": "1",
        "facts": list(declared.facts),
        "conditions": list(declared.conditions),
        "derived": book.derived,
        "scores": [{"name": name, "label": name} for name in book.scores],
        "exercises": list(found),
        "rules": rules[:cut],
        "hazards": book.hazards(rules),
        "sources": [_SOURCE],
    }
    second: Written = {"pack": "second", "version": "1", "rules": rules[cut:]}
    if draw(st.integers(0, 9)) == 0 and not any(r["then"].get("shown") for r in rules[cut:]):
        second["when"] = {declared.flags[0]: False}
        for rule in second["rules"]:
            rule["examples"] = [{"given": {}, "fires": "unknown"}]
        first["hazards"] = book.hazards(rules[:cut])
    return Drafted((first, second))


def rulebook_texts(
    *, least: int = 5, most: int = MOST_RULES
) -> st.SearchStrategy[tuple[Text, ...]]:
    """The files of rulebooks without a fault, as text."""
    return drafts(least=least, most=most).map(lambda drafted: _exemplified(drafted)[0])


def rulebooks(*, least: int = 5, most: int = MOST_RULES) -> st.SearchStrategy[Ruleset]:
    """Checked rulebooks of 5 to 60 rules on 5 to 14 facts, through the real parser."""
    return drafts(least=least, most=most).map(lambda drafted: _exemplified(drafted)[1])


def checked(texts: Iterable[Text]) -> Ruleset:
    """The ruleset of texts that have no fault."""
    made, found = ruleset(texts, "0")
    assert made is not None, "\n".join(each.plain() for each in found)
    return made


def _exemplified(drafted: Drafted) -> tuple[tuple[Text, ...], Ruleset]:
    """The files, each example saying what the rule says where nothing is known; and the ruleset."""
    texts = drafted.texts()
    made, faults = ruleset(texts, "0")
    if made is not None:
        return texts, made
    wrong = [each for each in faults if each.severity is Severity.ERROR]
    others = [each.plain() for each in wrong if each.code != _UNTRUE]
    assert not others, "\n".join(others)
    draft = build(parse(texts, Findings()), "0")
    truths = dict(zip((rule.id for rule in draft.rules), read(draft, Facts()).truths, strict=True))
    fires = {Truth.TRUE: True, Truth.FALSE: False, Truth.UNKNOWN: "unknown"}
    for page in drafted.pages:
        for rule in page["rules"]:
            identity = f"{page['pack']}/{rule['id']}"
            ground = next(k for k in truths if k == identity or k.startswith(f"{identity}:"))
            if "examples" in rule:
                rule["examples"] = [{"given": {}, "fires": fires[truths[ground]]}]
    texts = drafted.texts()
    return texts, checked(texts)


def _yaml(page: Written) -> str:
    lines: list[str] = []
    for key, value in page.items():
        if isinstance(value, list):
            lines.append(f"{key}:" if value else f"{key}: []")
            lines.extend(f"  - {json.dumps(item)}" for item in value)
        else:
            lines.append(f"{key}: {json.dumps(value)}")
    return "\n".join(lines) + "\n"


class _Book:
    """Draws the rules of one rulebook, so that nothing derives itself."""

    def __init__(self, draw: st.DrawFn, declared: Declared, found: tuple[Written, ...]) -> None:
        self.draw, self.declared, self.found = draw, declared, found
        self.selectors, self.deep = selectors(found), selectors(found, deep=True)
        words = ["low", "middle", "high", "worst"][: draw(st.integers(2, 4))]
        names = _DERIVED[: draw(st.sampled_from((0, 1, 2, 2)))]
        self.derived: list[Written] = [
            {"name": n, "values": words, "default": draw(st.sampled_from(words[:2])), "label": n}
            for n in names
        ]
        self.scores = _SCORES[: draw(st.integers(0, 2))]
        self.made = [*names, *self.scores]
        self._as_facts = {
            **{n: _quantity(n, Kind.ENUM, tuple(words)) for n in names},
            **{n: _quantity(n, Kind.INT) for n in self.scores},
        }

    def _condition(self, below: int | None = None, *, facts_only: bool = False) -> Written:
        """A condition on facts and on the derived values and scores below one of them."""
        may = [] if facts_only else self.made[:below]
        known = self.declared.quantities
        weight = len(known) // (2 * len(may)) if may else 0
        asked = (*known, *(self._as_facts[name] for name in may * weight))
        return written(self.draw(conditions(asked)))

    def _pick(self, found: Iterable[Any]) -> Any:
        return self.draw(st.sampled_from(tuple(found)))

    def referrals(self) -> list[Written]:
        """For each red flag a rule that refers where it is true, or where it comes with more."""
        made = []
        for flag in self.declared.flags:
            when: Written = {flag: True}
            if self.draw(st.integers(0, 3)) == 0:
                when = {"all": [when, self._condition()]}
            made.append(self._written("refer", when, self._refer()))
        return made

    def indication(self) -> Written:
        """A reason to exercise that many people have."""
        members = [found["id"] for found in self.declared.conditions]
        when: Written = {"complaint.conditions": {"includes": members[:2]}}
        return self._written("indicate", when, {"indicate": {}})

    def _refer(self) -> Written:
        to = self.draw(st.lists(st.sampled_from(_SENT_TO), min_size=1, max_size=2, unique=True))
        urgency = self._pick(("emergency", "same_day", "urgent", "routine"))
        return {"refer": urgency, "to": to, "now": f"Go: {urgency}."}

    def rule(self, kind: str) -> Written | None:
        """One rule, or None where it would say nothing here."""
        if kind == "refer":
            members = {"all": [self._condition(), self._condition()]}
            return self._written(kind, members, self._refer())
        if kind == "each":
            when = {"this.pain_during": {"at_least": self._pick((1, 4, 7))}}
            touched = self._pick(self.selectors)
            then = self._pick(({"contraindicate": touched}, {"limit": {"sets": 2}, "for": touched}))
            return self._written(kind, when, then) | {"each": "exercise"}
        if kind == "advise" and self.draw(st.booleans()):
            return self._written(kind, {}, {"advise": "Stop if it hurts.", "shown": "stop"})
        if kind in ("derive", "score"):
            names = [name for name in self.made if (name in _DERIVED) is (kind == "derive")]
            return self._maker(self._pick(names)) if names else None
        if kind == "depth" and not self.deep:
            return None
        always = self.draw(st.integers(0, 9)) == 0
        when = {} if always else self._condition(facts_only=self.draw(st.booleans()))
        return self._written(kind, when, self._then(kind))

    def makers(self) -> list[Written]:
        """Rules that each derived value and score rests on; of some there are none."""
        made = (
            self._maker(name) for name in self.made for _ in range(self.draw(st.integers(0, 3)))
        )
        return list(made)

    def _maker(self, name: str) -> Written:
        kind = "derive" if name in _DERIVED else "score"
        value = self._pick(self.derived[0]["values"] if kind == "derive" else (-2, -1, 1, 2, 3))
        return self._written(kind, self._condition(self.made.index(name)), {kind: {name: value}})

    def _then(self, kind: str) -> Written:
        touched = self._pick(self.selectors)
        match kind:
            case "caution":
                return {"caution": touched, "note": "Go slowly."}
            case "prefer":
                other = self._pick(self.selectors)
                return {"prefer": touched, "over": other, "strength": self.draw(st.integers(1, 3))}
            case "limit":
                amount = self._pick(DOSE_LIMITS)
                return {"limit": {amount: self._pick(caps(self.found, amount))}, "for": touched}
            case "depth":
                cap = self._pick(caps(self.found, "knee_flexion_deg"))
                return {"limit": {"knee_flexion_deg": cap}, "for": self._pick(self.deep)}
            case "sides":
                sides = self._pick((["left"], ["right"], ["left", "right"]))
                return {"limit": {"working_sides": sides}, "for": touched}
            case "whole":
                amount = self._pick(_WHOLE)
                return {"limit": {amount: self.draw(st.integers(*_WHOLE[amount]))}}
            case "advise":
                return {"advise": "Keep moving."}
            case _:
                return {kind: touched}

    def hazards(self, rules: list[Written]) -> list[Written]:
        """Hazards that a rule keeps off: what it forbids under its own condition, or what is more."""
        made = []
        known = {fact.name for fact in self.declared.quantities}
        for rule in rules:
            then, when = rule["then"], rule.get("when", {})
            if "each" in rule or not _asked(when) <= known or self.draw(st.booleans()):
                continue
            if "contraindicate" in then:
                never = then["contraindicate"]
            elif "for" in then:
                ((amount, at),) = then["limit"].items()
                others = [side for side in ("left", "right") if at == [side]]
                bound: Written = {"above": at} if isinstance(at, int) else {}
                if others:
                    bound = {"includes": ["left" if others == ["right"] else "right"]}
                if not bound or (isinstance(at, int) and at > (100 if amount == "reps" else 9)):
                    continue
                bent = [{"weight_bearing": {"in": ["both_legs", "one_leg"]}}]
                only = bent if amount == "knee_flexion_deg" else []
                never = {"all": [then["for"], {amount: bound}, *only]} if then["for"] else None
                never = never or {"all": [{amount: bound}, *only]}
            else:
                continue
            made.append(
                {
                    "id": f"h-{rule['id']}",
                    "when": when,
                    "never": never,
                    "because": "It would hurt.",
                    "sources": ["source"],
                }
            )
        return made

    def _written(self, kind: str, when: Written, then: Written) -> Written:
        rule: Written = {
            "kind": kind,
            "then": then,
            "because": "It follows.",
            "sources": ["source"],
            "reviewed": "2026-11-22",
        }
        if when:
            rule |= {"when": when, "examples": [{"given": {}, "fires": "unknown"}]}
        return rule


def _asked(when: Any) -> set[str]:
    if isinstance(when, list):
        return {name for part in when for name in _asked(part)}
    found: set[str] = set()
    for key, value in when.items():
        found |= _asked(value) if key in ("all", "any", "not") else {key}
    return found


def _quantity(name: str, kind: Kind, values: tuple[str, ...] = ()) -> FactDeclaration:
    """A derived value or a score, as something to compare; a score with small numbers."""
    return FactDeclaration(
        name=name, kind=kind, label=name, ask="", values=values, ordered=True, least=-2, most=4
    )
