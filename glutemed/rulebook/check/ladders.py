"""Each rung of a family is one exercise, and no rung stands in an earlier stage than an easier one."""

from __future__ import annotations

from itertools import groupby, pairwise

from glutemed.rulebook.form import Findings
from glutemed.rulebook.parse import Draft


def check(draft: Draft, findings: Findings) -> None:
    """Report rungs that are taken twice, and stages that fall along a family (GM244)."""
    ladder = sorted(draft.exercises, key=lambda exercise: (exercise.family, exercise.rung))
    for _, family in groupby(ladder, key=lambda exercise: exercise.family):
        for easier, harder in pairwise(family):
            if easier.rung == harder.rung:
                findings.error(
                    "GM244",
                    f"`{easier.id}` and `{harder.id}` are both rung {harder.rung}",
                    harder.span,
                )
            elif harder.stage < easier.stage:
                findings.error(
                    "GM244",
                    f"`{harder.id}` is a harder rung than `{easier.id}`, but in an earlier stage",
                    harder.span,
                )
