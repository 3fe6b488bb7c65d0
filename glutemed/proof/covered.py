"""How much of what authors wrote a walk has tried in every cell."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from glutemed.model.ruleset import Ruleset
from glutemed.proof.leaning import leaning
from glutemed.proof.walk import Walk


@attrs.frozen(kw_only=True)
class Covered:
    """Rules by what was tried of them, each as its author wrote it.

    Args:
        all: Every rule.
        wholly: Those of which every ground rule was tried in every cell.
        leaned_on: Those that some hazard leans on.
    """

    all: frozenset[str]
    wholly: frozenset[str]
    leaned_on: frozenset[str]

    @staticmethod
    def written(ids: Iterable[str], ruleset: Ruleset) -> tuple[str, ...]:
        """What authors wrote of some ground rules."""
        found = (ruleset.rule[each] for each in ids)
        return tuple(sorted({rule.written for rule in found if not rule.is_internal}))


def covered(ruleset: Ruleset, done: Walk) -> Covered:
    """How much of a ruleset a walk has tried in every cell."""
    every = frozenset(rule.written for rule in ruleset.written_rules)
    leaned = {rule for rules in leaning(ruleset).values() for rule in rules}
    return Covered(
        all=every,
        wholly=every - set(Covered.written(done.partly, ruleset)),
        leaned_on=frozenset(Covered.written(leaned, ruleset)),
    )
