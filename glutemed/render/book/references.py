"""From one page of the book to another."""

from __future__ import annotations

from glutemed.model.rule import Rule
from glutemed.model.ruleset import Ruleset
from glutemed.render.book.page import Heading, Inline, Line, Link


def rule_link(rule: Rule) -> Link:
    """To a rule, on the page of its pack."""
    return Link(rule.written, f"packs/{rule.pack}", rule.written.partition("/")[2])


def family_of(exercise: str, ruleset: Ruleset) -> str:
    """The family that an exercise belongs to."""
    return ruleset.exercise[exercise].family


def exercise_link(exercise: str, ruleset: Ruleset) -> Link:
    """To an exercise, on the page of its family."""
    found = ruleset.exercise[exercise]
    return Link(found.name, f"exercises/{found.family}", Heading(found.name).anchor)


def cited(sources: tuple[str, ...]) -> Line:
    """To some sources."""
    found: list[Inline] = []
    for source in sources:
        found += [", "] if found else []
        found.append(Link(source, "sources", source))
    return tuple(found)
