"""Facts → situation: the one step that every person takes, so it is generated code and tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from operator import itemgetter
from typing import Any

from glutemed.engine.shards import EACH, OPEN, Shard, opened
from glutemed.model.facts import UNKNOWN, Facts, fault
from glutemed.model.ruleset import Ruleset
from glutemed.model.vocabulary import FactDeclaration
from glutemed.reading.cells import Axis, Share, axes, shares, situation_text
from glutemed.reading.runs import Variable, lower, span_of

MOST_VALUES_KEPT = 4_096

Situation = tuple[object, ...]
"""For each fact the state it is in; last the exercises that were tried, and what was declined."""


class Stale(Exception):
    """Facts hold something that this ruleset does not know."""


def _stale() -> None:
    raise Stale


class Table(dict[object, int]):
    """What one fact adds to a number, by its value; filled as values are met."""

    def __init__(self, share: Share, declared: FactDeclaration) -> None:
        super().__init__()
        self.share = share
        self.declared = declared

    def __missing__(self, value: object) -> int:
        if fault(self.declared, value) is not None:
            raise Stale
        found = 0
        for axis, stride in self.share.axes:
            span = span_of(axis.variable, value, self.declared)  # type: ignore[arg-type]
            found += axis.state(span) * stride
        if len(self) < MOST_VALUES_KEPT:
            self[value] = found
        return found


def situations(
    ruleset: Ruleset, shards: Iterable[Shard], declared: Mapping[str, FactDeclaration]
) -> Callable[[Facts], Situation]:
    """The function that finds the situation of a person.

    It raises `Stale`, or `KeyError`, at a fact, a red flag or an exercise that the ruleset does not
    know, and `TypeError` at a value that cannot be looked up.

    Args:
        ruleset: The rules.
        shards: Their shards.
        declared: What the conditions of the shards may ask about.
    """
    facts = ruleset.vocabulary.facts
    flags = tuple(flag.name.removeprefix("screening.") for flag in ruleset.vocabulary.red_flags)
    plain, each = _axes(ruleset, shards, declared)
    text = situation_text(
        [fact for fact in facts if fact in plain],
        [share.fact.removeprefix(OPEN) for share in each],
        len(flags),
        facts,
    )
    tried = [Table(share, declared[share.fact]) for share in each]
    room = 1
    for share in each:
        for axis, _ in share.axes:
            room *= axis.states
    scope: dict[str, Any] = {
        "U": UNKNOWN,
        "stale": _stale,
        "flags": itemgetter(*flags) if flags else None,
        "flag_names": flags,
        "known_flags": frozenset(flags),
        "known_facts": frozenset(facts),
        "places": {exercise: room * place for place, exercise in enumerate(ruleset.exercise)},
        "nothing": sum(table[UNKNOWN] for table in tried),
        "untried": frozenset(),
        **{f"x{number}": table for number, table in enumerate(tried)},
        **{f"t{n}": Table(plain[name], facts[name]) for n, name in enumerate(text.tables)},
    }
    exec(compile(text.source, "<situation>", "exec"), scope)  # noqa: S102  text we made
    return scope["situation"]  # type: ignore[no-any-return]


def _axes(
    ruleset: Ruleset, found: Iterable[Shard], declared: Mapping[str, FactDeclaration]
) -> tuple[dict[str, Share], tuple[Share, ...]]:
    """How all rules together cut each fact; and the facts about one exercise, whichever it is.

    What contradicts itself cuts as rules do, so that nobody who does shares a situation with
    somebody who does not. A red flag is its own state, so it needs none.
    """
    told = [lower(each.when, declared) for _, each in ruleset.vocabulary.contradictions]
    of_facts = [axis for shard in found for axis in shard.axes if not axis.bounded]
    cuts: dict[Variable, set[int]] = {}
    for axis in (*of_facts, *axes(told, frozenset())):
        variable = axis.variable
        if variable.fact.startswith(EACH):
            variable = variable._replace(fact=opened(variable.fact))
        cuts.setdefault(variable, set()).update(axis.cuts)
    flags = {flag.name for flag in ruleset.vocabulary.red_flags}
    plain: dict[str, list[Axis]] = {}
    each: list[Axis] = []
    for variable in sorted(cuts):
        axis = Axis(variable, tuple(sorted(cuts[variable])))
        if variable.fact.startswith(OPEN):
            each.append(axis)
        elif variable.fact not in flags:
            plain.setdefault(variable.fact, []).append(axis)
    return {fact: shares(cut)[0] for fact, cut in plain.items()}, shares(each)
