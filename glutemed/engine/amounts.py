"""What an exercise comes to under caps: whether it fits, how much of it, how deep, which sides."""

from __future__ import annotations

from collections.abc import Sequence

from glutemed.model.decision import Amount
from glutemed.model.exercise import DOSE_LIMITS, Dose, Exercise

Caps = dict[str, Amount | None]
"""The most that is allowed, by amount; None, or no entry, is no cap."""


def least_of(amounts: Sequence[Amount]) -> Amount | None:
    """The least of some amounts; of sides, those that are in all of them. None of none."""
    if not amounts:
        return None
    first, *others = amounts
    if isinstance(first, tuple):
        for sides in others:
            assert isinstance(sides, tuple)
            first = tuple(side for side in first if side in sides)
        return first
    return min(amounts)


def unfit(exercise: Exercise, caps: Caps) -> tuple[str, ...]:
    """The amounts whose caps an exercise does not fit even at its easiest."""
    found = []
    for amount, cap in caps.items():
        if cap is None:
            continue
        if isinstance(cap, tuple):
            fits = bool(cap)
        elif amount == "stage":
            fits = exercise.stage <= cap
        elif amount == "knee_flexion_deg":
            fits = exercise.knee_flexion_deg.least <= cap
        else:
            fits = getattr(exercise.dose[0], amount) <= cap
        if not fits:
            found.append(amount)
    return tuple(found)


def fitting_step(exercise: Exercise, caps: Caps, earned: int) -> int:
    """The highest step of the dose that is earned and within every cap; at first the first."""
    step = 0
    while step < earned and step + 1 < len(exercise.dose) and _fits(exercise.dose[step + 1], caps):
        step += 1
    return step


def _fits(dose: Dose, caps: Caps) -> bool:
    for amount in DOSE_LIMITS:
        cap = caps.get(amount)
        if isinstance(cap, int) and getattr(dose, amount) > cap:
            return False
    return True


def depth(exercise: Exercise, caps: Caps) -> int:
    """How deep the knee bends: the smaller of its most and the cap, in degrees."""
    cap = caps.get("knee_flexion_deg")
    most = exercise.knee_flexion_deg.most
    return min(most, cap) if isinstance(cap, int) and exercise.depth_counts else most
