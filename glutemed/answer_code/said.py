"""The answers that a code holds, while they are said or read."""

from __future__ import annotations

import attrs

from glutemed.model.facts import UNKNOWN, FactValue

UNANSWERED, DECLINED, ANSWERED = range(3)


@attrs.define
class Said:
    """Answers by the full name of their fact; a reader fills it.

    Args:
        values: What was answered.
        declined: What was asked and not answered; of a set, its rest.
    """

    values: dict[str, FactValue] = attrs.field(factory=dict)
    declined: set[str] = attrs.field(factory=set)

    def value(self, name: str) -> FactValue:
        """The answer to a fact, `UNKNOWN` where there is none."""
        return self.values.get(name, UNKNOWN)

    def state(self, name: str) -> int:
        """Whether a fact is answered, declined, or neither."""
        if name in self.values:
            return ANSWERED
        return DECLINED if name in self.declined else UNANSWERED
