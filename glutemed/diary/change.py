"""What became of each exercise from one programme to the next.

The headline of what comes next and the marks in its list both come from here, so that neither can
say what the other denies.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator

import attrs

from glutemed.model.exercise import BAND_STRENGTHS, TIERS, WEIGHT_BEARING, Dose
from glutemed.model.outcome import Prescription, Programme
from glutemed.model.ruleset import Ruleset

_DOSE = ("sets", "reps", "hold_s", "effort")


class Kind(enum.StrEnum):
    """What became of one exercise."""

    SAME = "same"
    MORE = "more"
    LESS = "less"
    OTHER = "other"
    """Another dose, neither more nor less in all."""
    HARDER = "harder"
    """A higher rung of its family, or one with a stronger load."""
    LIGHTER = "lighter"
    """Another rung of its family that is no step on."""
    INSTEAD = "instead"
    """Of another family, in the place of one that is left out."""
    NEW = "new"
    LEFT_OUT = "left_out"


MORE = frozenset({Kind.MORE, Kind.HARDER, Kind.NEW})
LESS = frozenset({Kind.LESS, Kind.LIGHTER, Kind.LEFT_OUT})


@attrs.frozen
class Change:
    """One exercise before and now; one of the two is None where it is new or left out."""

    kind: Kind
    was: Prescription | None
    now: Prescription | None


def changes(before: Programme, after: Programme, ruleset: Ruleset) -> tuple[Change, ...]:
    """What became of each exercise: those of `after` in their order, then what is left out."""
    families = {each.family for each in after.exercises}
    was = {each.family: each for each in before.exercises}
    gone = [each for each in before.exercises if each.family not in families]
    fresh = [each for each in after.exercises if each.family not in was]
    # The lightest takes the place of the lightest, so that what is left over is what was added.
    gone.sort(key=lambda each: demand(each, ruleset))
    fresh.sort(key=lambda each: demand(each, ruleset))
    replaced = dict(zip((each.exercise for each in fresh), gone, strict=False))
    found = [_change(was.get(each.family), each, replaced, ruleset) for each in after.exercises]
    left = [Change(Kind.LEFT_OUT, each, None) for each in gone[len(fresh) :]]
    return (*found, *left)


def _change(
    was: Prescription | None,
    now: Prescription,
    replaced: dict[str, Prescription],
    ruleset: Ruleset,
) -> Change:
    if was is None:
        if now.exercise in replaced:
            return Change(Kind.INSTEAD, replaced[now.exercise], now)
        return Change(Kind.NEW, None, now)
    if was.exercise == now.exercise:
        return Change(_dose(was, now, ruleset), was, now)
    return Change(Kind.HARDER if _steps_on(was, now, ruleset) else Kind.LIGHTER, was, now)


def _dose(was: Prescription, now: Prescription, ruleset: Ruleset) -> Kind:
    """How the dose of one exercise has changed: by its steps, else part by part."""
    steps = ruleset.exercise[now.exercise].dose
    if was.dose in steps and now.dose in steps:
        one, other = _place(was.dose, steps), _place(now.dose, steps)
    else:
        one, other = _amounts(was), _amounts(now)
    if one == other:
        return Kind.SAME
    if all(a <= b for a, b in zip(one, other, strict=True)):
        return Kind.MORE
    return Kind.LESS if all(a >= b for a, b in zip(one, other, strict=True)) else Kind.OTHER


def _place(dose: Dose, steps: tuple[Dose, ...]) -> tuple[int, ...]:
    return (steps.index(dose),)


def _amounts(prescribed: Prescription) -> tuple[int, ...]:
    return tuple(getattr(prescribed.dose, part) for part in _DOSE)


def _load(prescribed: Prescription) -> tuple[int, bool]:
    return BAND_STRENGTHS.index(prescribed.load.strength), prescribed.load.kind != "none"


def _steps_on(was: Prescription, now: Prescription, ruleset: Ruleset) -> bool:
    """Whether another exercise of a family is a higher rung, or has a stronger load.

    A first dose there may be lower than the last one below it, and yet nothing is taken back.
    """
    higher = ruleset.exercise[now.exercise].rung > ruleset.exercise[was.exercise].rung
    return higher or _load(now) > _load(was)


def demand(prescribed: Prescription, ruleset: Ruleset) -> tuple[int, ...]:
    """How much an exercise asks of a leg, to put two of different families in an order."""
    exercise = ruleset.exercise[prescribed.exercise]
    return (
        exercise.stage,
        WEIGHT_BEARING.index(exercise.weight_bearing),
        *_load(prescribed),
        TIERS.index(exercise.tier),
        prescribed.dose.sets * prescribed.dose.effort,
    )


def more(before: Programme, after: Programme, found: tuple[Change, ...]) -> bool:
    """Whether anything of a programme is more than it was."""
    return (
        after.stage > before.stage
        or after.sessions_per_week > before.sessions_per_week
        or any(change.kind in MORE for change in found)
    )


def less(before: Programme, after: Programme, found: tuple[Change, ...], ruleset: Ruleset) -> bool:
    """Whether anything of a programme is less than it was.

    With a stage that is passed other exercises come, and some of the old ones make room for them.
    """
    if after.stage < before.stage or after.sessions_per_week < before.sessions_per_week:
        return True
    counted = LESS - {Kind.LEFT_OUT} if after.stage > before.stage else LESS
    if any(change.kind in counted for change in found):
        return True
    return after.stage == before.stage and any(_eased(found, ruleset))


def _eased(found: tuple[Change, ...], ruleset: Ruleset) -> Iterator[bool]:
    """For each exercise in the place of another family's: whether it asks less."""
    for change in found:
        if change.kind is Kind.INSTEAD and change.was is not None and change.now is not None:
            yield demand(change.now, ruleset) < demand(change.was, ruleset)
