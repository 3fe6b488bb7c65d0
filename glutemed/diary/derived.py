"""The facts that a record gives of itself, by name; an answer to one fills only a gap in it."""

from __future__ import annotations

BAD_MORNINGS = "response.bad_mornings_running"
BREAK = "response.weeks_of_break"
SINCE_FIRST = "response.weeks_since_first"

DERIVED = (
    "response.sessions_done",
    "response.worst_pain_during",
    "response.settled_by_morning",
    "response.worse_next_morning",
    "response.stage_earned",
    "response.two_points_better",
    BAD_MORNINGS,
    BREAK,
    SINCE_FIRST,
)
"""Those of the sessions as a whole."""

OF_MORNING = ("response.settled_by_morning", "response.worse_next_morning", BAD_MORNINGS)
"""Those that the morning after the last session decides."""

EACH = "response.each."
"""How the names of those of one exercise begin."""


def of_record(name: str) -> bool:
    """Whether a record gives a fact."""
    return name in DERIVED or name.startswith(EACH)
