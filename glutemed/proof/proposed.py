"""Cases proposed as text: each a person, and what the engine gives to that person today."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from glutemed.intake import to_dict
from glutemed.model.condition import Truth, leaves
from glutemed.model.facts import Facts
from glutemed.model.outcome import Outcome
from glutemed.model.ruleset import Ruleset
from glutemed.pipeline import recommend
from glutemed.proof.cases import cited
from glutemed.proof.coverage import WHOLE, Goal, instances
from glutemed.proof.reach import Proposal
from glutemed.reading.english import english

MARK = "# TODO review"
_WORD = re.compile(r"[a-z][a-z0-9_./-]*\Z")
_TAKEN = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
_MOST = 3  # exercises or facts named for one rule; a case should say what it is about, not all
_WIDTH = 110


def cases_text(ruleset: Ruleset, proposed: Iterable[Proposal], pack: str) -> str:
    """A rule file with a case for each person, every one marked to be reviewed."""
    lines = [
        "# Cases proposed by `glutemed rules coverage`. What they expect is what the engine gives",
        "# today, right or wrong: read each, correct or delete it, give it a name that is a sentence,",
        f"# and then remove its line `{MARK}`.",
        f"pack: {pack}",
        "version: 1.0.0",
        "title: Cases that were missing",
        "",
        "cases:",
    ]
    for number, each in enumerate(proposed, 1):
        outcome = recommend(each.facts, ruleset)
        expected = expectation(ruleset, each, outcome)
        lines += [f"  {MARK}: {says(goal, ruleset)}" for goal in each.goals]
        lines += [
            f"  - name: proposed {number}, {each.goals[0].rule}",
            *_flow("    facts: ", facts_of(each.facts, ruleset)),
            *_flow("    expect: ", expected),
            "",
        ]
    return "\n".join(lines).rstrip("\n") + "\n"


def says(goal: Goal, ruleset: Ruleset) -> str:
    """A goal in words."""
    if goal.leaf != WHOLE:
        return f"{goal.rule} is decided by this alone: {leaf_says(goal, ruleset)}"
    way = ("does not hold", "cannot be known", "holds")[goal.truth]
    return f"{goal.rule} {way}"


def leaf_says(goal: Goal, ruleset: Ruleset) -> str:
    """What a person says of the leaf of a goal."""
    rule = instances(ruleset)[goal.rule][0]
    leaf = tuple(leaves(rule.condition))[goal.leaf]
    return english(leaf, ruleset.quantities, negated=goal.truth is Truth.FALSE)


def facts_of(facts: Facts, ruleset: Ruleset) -> dict[str, Any]:
    """Facts as a case states them, by full name; where all red flags are answered no, in one line."""
    nested = to_dict(facts)
    flags = [flag.name for flag in ruleset.vocabulary.red_flags]
    stated = facts.stated()
    found: dict[str, Any] = {}
    clear = bool(flags) and all(stated.get(flag) is False for flag in flags)
    if clear:
        found["screening"] = "clear"
    for subject, inner in nested.items():
        for name, value in inner.items():
            if subject == "response" and name == "each":
                found |= {
                    f"response.each.{exercise}.{field}": said
                    for exercise, fields in value.items()
                    for field, said in fields.items()
                }
            elif not (clear and f"{subject}.{name}" in flags):
                found[f"{subject}.{name}"] = value
    return found


def expectation(ruleset: Ruleset, proposal: Proposal, outcome: Outcome) -> dict[str, Any]:
    """What a case can say of an outcome, as far as the rules that it is about show in it."""
    rules = list(dict.fromkeys(goal.rule for goal in proposal.goals))
    found: dict[str, Any] = {"outcome": outcome.kind.value}
    programme = outcome.programme
    if programme is not None:
        found["stage"] = programme.stage
        found["has"] = [each.exercise for each in programme.exercises]
        found["depth"] = {each.exercise: each.knee_flexion_deg for each in programme.exercises}
    if outcome.referral is not None:
        found["urgency"] = (outcome.sure_urgency or outcome.referral.urgency).word
    if outcome.questions:
        found["asks_first"] = outcome.questions[0].fact
        asked = [q.fact for q in outcome.questions if set(q.because) & set(rules)][:_MOST]
        found |= {"asks": asked} if asked else {}
    known = cited(outcome)
    because = [rule for rule in rules if rule in known]
    found |= {"because": because} if because else {}
    forbidden: dict[str, list[str]] = {}
    for rule in rules:
        named = [each.exercise for each in outcome.contraindicated if rule in each.rules]
        for exercise in named[:_MOST]:
            forbidden.setdefault(exercise, []).append(rule)
    found |= {"contraindicated": forbidden} if forbidden else {}
    made = instances(ruleset)
    read = {leaf.fact for rule in rules for each in made[rule] for leaf in leaves(each.condition)}
    held = [each for each in outcome.withheld if read.intersection(each.facts)][:_MOST]
    found |= {"withheld": {each.exercise: sorted(each.facts) for each in held}} if held else {}
    return found


def _flow(head: str, value: Mapping[str, Any]) -> list[str]:
    """A mapping in braces, over as many lines as it needs."""
    parts = [f"{_scalar(key)}: {_text(item)}" for key, item in value.items()]
    lines, line = [], f"{head}{{"
    for place, part in enumerate(parts):
        more = part + (", " if place < len(parts) - 1 else "}")
        if len(line) + len(more.rstrip()) > _WIDTH and line.strip() != "":
            lines.append(line.rstrip())
            line = " " * 6
        line += more
    return [*lines, line if parts else f"{line}}}"]


def _text(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_scalar(k)}: {_text(item)}" for k, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_text, value)) + "]"
    return _scalar(value)


def _scalar(value: Any) -> str:
    if isinstance(value, str) and _WORD.match(value) and value not in _TAKEN:
        return value
    return json.dumps(value)
