"""Who contradicts themselves, among many situations at once; they are rows that are no people."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from glutemed.model.ruleset import Ruleset
from glutemed.reading.cells import Axis
from glutemed.reading.runs import Every, Lowered, Variable, Within, lower

States = npt.NDArray[np.uint8]
Rows = npt.NDArray[np.bool_]


class Contradictions:
    """Finds the situations of people who contradict themselves.

    Args:
        ruleset: The rules; its facts say what their answers cannot be right beside.
    """

    def __init__(self, ruleset: Ruleset) -> None:
        self._denied = [
            (fact.name, lower(found.when, ruleset.quantities))
            for fact, found in ruleset.vocabulary.contradictions
        ]

    def rows(
        self, states: Mapping[Variable, States], axes: Mapping[Variable, Axis], size: int
    ) -> Rows:
        """Which of some situations contradict themselves.

        Args:
            states: The state of each variable in each situation; what is not in it is unknown.
            axes: What cuts each variable.
            size: How many situations there are.
        """
        found = np.zeros(size, dtype=np.bool_)
        answered: dict[str, list[Variable]] = {}
        for variable in states:
            answered.setdefault(variable.fact, []).append(variable)
        for fact, denied in self._denied:
            if fact not in answered:
                continue
            known = np.zeros(size, dtype=np.bool_)
            for variable in answered[fact]:
                known |= states[variable] < axes[variable].intervals
            found |= known & _sure(denied, states, axes, size)
        return found


def _sure(
    denied: Lowered, states: Mapping[Variable, States], axes: Mapping[Variable, Axis], size: int
) -> Rows:
    """Where a condition is TRUE."""
    if isinstance(denied, Within):
        return _within(denied, states, axes, size)
    every = isinstance(denied, Every)
    found = np.full(size, every, dtype=np.bool_)
    for child in denied.children:
        said = _sure(child, states, axes, size)
        found = found & said if every else found | said
    return found


def _within(
    leaf: Within, states: Mapping[Variable, States], axes: Mapping[Variable, Axis], size: int
) -> Rows:
    variable = leaf.variable
    always = leaf.runs == ((variable.least, variable.most),)
    if variable not in states:
        return np.full(size, always, dtype=np.bool_)
    cuts = axes[variable].cuts
    starts = (variable.least, *cuts)
    inside = [any(first <= start <= last for first, last in leaf.runs) for start in starts]
    return np.array([*inside, always], dtype=np.bool_).take(states[variable])
