"""What in a rulebook is to no purpose: what it is called, and the rules of which something holds."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Iterator

import attrs

from glutemed.model.facts import Facts
from glutemed.model.rule import Rule


class Fault(enum.StrEnum):
    """What is to no purpose, or strange; none of it is unsafe."""

    NEVER_FIRES = "never_fires"
    POINTLESS = "pointless"
    LIMIT_NEVER_REACHED = "limit_never_reached"
    NOBODY_GETS = "nobody_gets"
    STEP_NEVER_REACHED = "step_never_reached"
    NEVER_PRODUCED = "never_produced"
    NEVER_HOLDS = "hazard_never_holds"
    ASKED_IN_VAIN = "asked_in_vain"
    NOTHING_FITS = "nothing_fits"


@attrs.frozen(kw_only=True)
class Finding:
    """One of them.

    Args:
        fault: What kind.
        id: The rule, exercise, value or fact.
        says: A sentence.
        where: Where it is written, if it is.
        facts: A person who shows it, where one can.
        second_lock: Whether it is so only as the exercises are now: other ones could need the rule.
    """

    fault: Fault
    id: str
    says: str
    where: str = ""
    facts: Facts | None = None
    second_lock: bool = False


def as_written(concerned: Iterable[Rule], holds: Callable[[Rule], bool]) -> Iterator[Rule]:
    """The rules of authors of which something holds for every ground rule made of them."""
    by_written: dict[str, list[Rule]] = {}
    for rule in concerned:
        if not rule.is_internal:
            by_written.setdefault(rule.written, []).append(rule)
    for rules in by_written.values():
        if all(holds(rule) for rule in rules):
            yield rules[0]
