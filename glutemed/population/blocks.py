"""Rules → blocks: rules that share facts, so that what they say is looked up by one number.

The engine has shards of its own. These are other ones, because a block also holds rules of the
referrals apart from all others: whoever is referred needs no more of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import attrs

from glutemed.model.condition import leaves
from glutemed.model.rule import Refer
from glutemed.model.ruleset import Ruleset
from glutemed.reading.cells import Axis, axes, joined, size
from glutemed.reading.runs import Variable, lower
from glutemed.reading.specification import makers, strata

MOST_CELLS = 4096
MOST_RULES = 48


@attrs.frozen
class Block:
    """Rules that are looked up together.

    Args:
        places: Where they stand in ``Ruleset.rules``.
        axes: What cuts the facts they read.
        computed: The derived values and scores they read.
        behind: Every variable that can matter to them, those behind derived values included.
    """

    places: tuple[int, ...]
    axes: tuple[Axis, ...]
    computed: tuple[str, ...]
    behind: tuple[Variable, ...]

    @property
    def cells(self) -> int:
        """How many cells the axes make."""
        return size(self.axes)


@attrs.frozen
class Stage:
    """Blocks that are asked together, in this order, and the values that then are computed.

    Args:
        strata: For each stratum its blocks, and the derived values and scores that are known then.
    """

    strata: tuple[tuple[tuple[Block, ...], tuple[str, ...]], ...]
    places: tuple[int, ...]

    @property
    def blocks(self) -> tuple[Block, ...]:
        """All its blocks."""
        return tuple(block for blocks, _ in self.strata for block in blocks)


def stages(ruleset: Ruleset) -> tuple[Stage, Stage]:
    """The blocks of the referrals with all that they need, and those of the other rules."""
    made_by = makers(ruleset)
    reads = [frozenset(leaf.fact for leaf in leaves(rule.condition)) for rule in ruleset.rules]
    first: set[int] = set()
    due = [place for place, rule in enumerate(ruleset.rules) if isinstance(rule.conclusion, Refer)]
    while due:
        place = due.pop()
        if place not in first:
            first.add(place)
            due += [maker for name in reads[place] if name in made_by for maker in made_by[name]]
    rest = [place for place in range(len(ruleset.rules)) if place not in first]
    done: set[str] = set()
    return _stage(ruleset, sorted(first), done), _stage(ruleset, rest, done)


def _stage(ruleset: Ruleset, places: Iterable[int], done: set[str]) -> Stage:
    places = tuple(places)
    made_by = makers(ruleset)
    level = strata(ruleset.rules, frozenset(ruleset.computed))
    behind = _behind(ruleset, made_by)
    found = []
    here = set(places)
    for stratum in range(max(level.values(), default=0) + 1):
        own = [place for place in places if level[ruleset.rules[place].id] == stratum]
        known = [
            name
            for name, by in made_by.items()
            if name not in done
            and all(level[ruleset.rules[place].id] <= stratum for place in by)
            and (here.issuperset(by))
        ]
        done.update(known)
        found.append((_blocks(ruleset, own, behind), tuple(known)))
    return Stage(tuple(found), places)


def _behind(ruleset: Ruleset, made_by: Mapping[str, tuple[int, ...]]) -> dict[str, frozenset[str]]:
    """For each derived value and score the facts that it depends on, through others too."""
    found: dict[str, frozenset[str]] = {}

    def of(name: str) -> frozenset[str]:
        if name not in found:
            asked = {
                leaf.fact
                for place in made_by[name]
                for leaf in leaves(ruleset.rules[place].condition)
            }
            found[name] = frozenset().union(*(of(a) if a in made_by else {a} for a in asked))
        return found[name]

    return {name: of(name) for name in made_by}


@attrs.define
class _Growing:
    axes: tuple[Axis, ...] = ()
    places: list[int] = attrs.field(factory=list)


def _blocks(
    ruleset: Ruleset, places: Iterable[int], behind: Mapping[str, frozenset[str]]
) -> tuple[Block, ...]:
    bounded = frozenset(ruleset.computed)
    own = {
        place: axes([lower(ruleset.rules[place].condition, ruleset.quantities)], bounded)
        for place in places
    }
    growing: list[_Growing] = []
    by_fact: dict[str, set[int]] = {}
    for place in sorted(own, key=lambda place: (-size(own[place]), place)):
        near = sorted({at for axis in own[place] for at in by_fact.get(axis.variable.fact, ())})
        best: tuple[float, int] | None = None
        for at in near or range(len(growing))[-4:]:
            block = growing[at]
            if len(block.places) >= MOST_RULES:
                continue
            cells = size(joined(block.axes, own[place]))
            growth = cells / size(block.axes)
            if cells <= MOST_CELLS and (best is None or growth < best[0]):
                best = growth, at
        if best is None:
            growing.append(_Growing())
            best = 1.0, len(growing) - 1
        block = growing[best[1]]
        block.axes = joined(block.axes, own[place])
        block.places.append(place)
        for axis in own[place]:
            by_fact.setdefault(axis.variable.fact, set()).add(best[1])
    variables = _variables(ruleset)
    made = []
    for block in growing:
        computed = tuple(axis.variable.fact for axis in block.axes if axis.bounded)
        facts = {axis.variable.fact for axis in block.axes if not axis.bounded}
        facts = facts.union(*(behind[name] for name in computed))
        made.append(
            Block(
                tuple(sorted(block.places)),
                tuple(axis for axis in block.axes if not axis.bounded),
                computed,
                tuple(v for fact in sorted(facts) for v in variables.get(fact, ())),
            )
        )
    return tuple(made)


def _variables(ruleset: Ruleset) -> dict[str, tuple[Variable, ...]]:
    lowered = [lower(rule.condition, ruleset.quantities) for rule in ruleset.rules]
    found: dict[str, list[Variable]] = {}
    for axis in axes(lowered, frozenset(ruleset.computed)):
        if not axis.bounded:
            found.setdefault(axis.variable.fact, []).append(axis.variable)
    return {fact: tuple(own) for fact, own in found.items()}
