"""What nobody can say of sessions, or of an exercise, that they have never done.

Without this a pain that was felt would be believed less than the number of sessions beside it, and
the rules about a session that hurt would not look at it.
"""

from __future__ import annotations

from glutemed.model.condition import All, Compare, Comparison
from glutemed.model.vocabulary import Contradiction

_NOT_BEGUN = Compare("response.sessions_done", Comparison.IS, (0,))
_HAS_NOT_BEGUN = "who has done no session cannot say how the last one went"


def never_begun(fact: str, comparison: Comparison, value: bool | int) -> Contradiction:
    """An answer about the last session that somebody who has done none cannot give."""
    answer = Compare(fact, comparison, (value,))
    return Contradiction(when=All((answer, _NOT_BEGUN)), because=_HAS_NOT_BEGUN)


def never_done(prefix: str) -> tuple[Contradiction, ...]:
    """Pain during an exercise before the first session, or without having done it.

    Args:
        prefix: ``response.each.EXERCISE``.
    """
    hurt = Compare(f"{prefix}.pain_during", Comparison.ABOVE, (0,))
    undone = Compare(f"{prefix}.sessions", Comparison.IS, (0,))
    return (
        Contradiction(when=All((hurt, _NOT_BEGUN)), because=_HAS_NOT_BEGUN),
        Contradiction(
            when=All((hurt, undone)), because="an exercise that was never done cannot have hurt"
        ),
    )
