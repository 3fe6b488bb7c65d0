"""What was asked and done in one session, and the morning after it; each noun is checked when made."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import attrs

from glutemed.diary.faults import Unfit
from glutemed.model.locale import message

MOST_PAIN = 10
MOST_SETS = 20
MOST_REPS = 200
MOST_STEP = 20
MOST_NOTE = 2000
_UNWRITABLE = re.compile("[\x00\ud800-\udfff]")


def within(least: int, most: int) -> Any:
    """A validator: a whole number from one to another, or None."""

    def check(_owner: object, attribute: attrs.Attribute[Any], value: object) -> None:
        if value is None:
            return
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise Unfit(
                message("`{part}` must be a whole number from {least} to {most}"),
                part=attribute.name,
                least=least,
                most=most,
            )

    return check


def yes_no(_owner: object, attribute: attrs.Attribute[Any], value: object) -> None:
    """A validator: yes, no, or None."""
    if value is not None and not isinstance(value, bool):
        raise Unfit(message("`{part}` must be true or false"), part=attribute.name)


def text(most: int) -> Any:
    """A validator: text of at most so many signs, each of which can be written."""

    def check(_owner: object, attribute: attrs.Attribute[Any], value: object) -> None:
        if not isinstance(value, str) or len(value) > most or _UNWRITABLE.search(value):
            raise Unfit(
                message("`{part}` must be text of at most {most} characters"),
                part=attribute.name,
                most=most,
            )

    return check


def minutes(moment: dt.datetime) -> dt.datetime:
    """With an offset of whole minutes, which is all that a diary keeps of a zone."""
    offset = moment.utcoffset()
    if offset is None:
        raise Unfit(message("a moment needs the offset of its zone from UTC"))
    if offset.total_seconds() % 60:
        offset = dt.timedelta(minutes=round(offset.total_seconds() / 60))
    try:
        return moment.astimezone(dt.timezone(offset))
    except OverflowError:
        raise Unfit(message("`at` lies beyond the days that there are")) from None


@attrs.frozen(kw_only=True)
class Asked:
    """What a programme asked of one exercise.

    Args:
        step: Which step of its dose that was, from 0.
        sets: How many sets.
        reps: Repetitions in a set.
        hold_s: Seconds that each is held.
        effort: How hard it should feel at the most, 0 to 10.
    """

    step: int = attrs.field(validator=within(0, MOST_STEP))
    sets: int = attrs.field(validator=within(0, MOST_SETS))
    reps: int = attrs.field(validator=within(0, MOST_REPS))
    hold_s: int = attrs.field(validator=within(0, 600))
    effort: int = attrs.field(validator=within(0, 10))


@attrs.frozen(kw_only=True)
class Work:
    """How one exercise was done; None is what was not said.

    Args:
        sets: How many sets.
        reps: Repetitions in the set with the fewest.
        effort: How hard it felt, 0 to 10.
        pain: The worst pain during it, 0 to 10.
    """

    sets: int | None = attrs.field(default=None, validator=within(1, MOST_SETS))
    reps: int | None = attrs.field(default=None, validator=within(1, MOST_REPS))
    effort: int | None = attrs.field(default=None, validator=within(0, 10))
    pain: int | None = attrs.field(default=None, validator=within(0, MOST_PAIN))

    def amount(self, asked: int) -> int:
        """Sets times repetitions; what was asked where either was not said."""
        return asked if self.sets is None or self.reps is None else self.sets * self.reps


@attrs.frozen(kw_only=True)
class Line:
    """One exercise of a session: what was asked of it, and what was done. Not ticked is not done."""

    exercise: str = attrs.field(validator=text(100))
    asked: Asked | None = None
    done: Work | None = None

    @property
    def amounts(self) -> tuple[int, int]:
        """How much was asked, and how much of that was done, by sets times repetitions."""
        if self.asked is None:
            return 0, 0
        whole = self.asked.sets * self.asked.reps
        return whole, 0 if self.done is None else min(self.done.amount(whole), whole)

    @property
    def slight(self) -> bool:
        """Whether less than half of what was asked was done; where nothing was asked, it was not."""
        whole, done = self.amounts
        return 2 * done < whole


@attrs.frozen(kw_only=True)
class Morning:
    """The morning after a session; None is what was not said.

    Args:
        at: When it was told, with the offset of the zone.
        pain: Pain on that morning, 0 to 10.
        settled: Whether the pain was back to its usual level.
        worse: Whether the knee was more painful or stiffer than on the morning before.
        written: Its place in the order in which sessions, answers and mornings were written, larger
            is later; None where the file does not say, as older ones.
    """

    at: dt.datetime = attrs.field(converter=minutes)
    pain: int | None = attrs.field(default=None, validator=within(0, MOST_PAIN))
    settled: bool | None = attrs.field(default=None, validator=yes_no)
    worse: bool | None = attrs.field(default=None, validator=yes_no)
    written: int | None = attrs.field(default=None, validator=within(1, 2**53))
