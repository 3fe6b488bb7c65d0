"""Rows that meet every combination of three columns: for where all combinations are too many."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations, product
from random import Random

STRENGTH = 3
_MOST_MISSES = 500

Part = Mapping[int, int]
"""Some columns, and the state that each is in."""


def covering(
    states: Sequence[int], fits: Callable[[Part], bool], strength: int = STRENGTH
) -> tuple[tuple[int, ...], ...]:
    """Rows in which every combination of a few columns is met that can be; always the same rows.

    Args:
        states: How many states each column has.
        fits: Whether some columns can be in these states together. What fits can be made whole.
        strength: How many columns are combined.

    Returns:
        The state of each column, for each row.
    """
    strength = min(strength, len(states))
    chosen = tuple(combinations(range(len(states)), strength))
    parts = [
        part
        for columns in chosen
        for found in product(*(range(states[column]) for column in columns))
        if fits(dict(part := tuple(zip(columns, found, strict=True))))
    ]
    any_order = Random(0)  # noqa: S311  nothing rests on its being hard to guess
    any_order.shuffle(parts)  # neighbours have much in common, and go together badly
    left = dict.fromkeys(parts)
    rows = []
    while left:
        row = _packed(left, len(states), fits)
        _fill(row, states, fits, any_order)
        for columns in chosen:
            left.pop(tuple((column, row[column]) for column in columns), None)
        rows.append(tuple(row[column] for column in range(len(states))))
    return tuple(rows)


def _packed(
    left: Mapping[tuple[tuple[int, int], ...], None], columns: int, fits: Callable[[Part], bool]
) -> dict[int, int]:
    """As many combinations that are still to be met as go into one row."""
    row: dict[int, int] = {}
    misses = 0
    for part in left:
        if len(row) == columns or misses == _MOST_MISSES:
            break
        if all(row.get(column, state) == state for column, state in part):
            wider = row | dict(part)
            if fits(wider):
                row = wider
                continue
        misses += 1
    return row


def _fill(
    row: dict[int, int], states: Sequence[int], fits: Callable[[Part], bool], any_order: Random
) -> None:
    """Give each column that has none a state."""
    for column, many in enumerate(states):
        if column not in row:
            tried = any_order.sample(range(many), many)
            row[column] = next(state for state in tried if fits(row | {column: state}))
