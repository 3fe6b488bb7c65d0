"""When something was: the clock of the machine, or a day that the person names."""

from __future__ import annotations

import datetime as dt
import re

from glutemed.diary.faults import DiaryFault, RecordInvalid
from glutemed.model.locale import message

_WRITTEN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9])")
_NO_DAY = message(
    "this is no day: write it as 2025-03-03, or with a time as 2025-03-03T18:30; nothing was written"
)
NOON = dt.time(12)
AHEAD = dt.timedelta(days=1)
FIRST_YEAR = 2000
LAST_YEAR = 2100


def now() -> dt.datetime:
    """The moment that it is, with the offset of the zone that the machine is in."""
    return dt.datetime.now(dt.UTC).astimezone()


def read_moment(text: str, zone: dt.tzinfo | None = None) -> dt.datetime:
    """A moment as a person writes it: a day, or a day with a time, or these with an offset.

    Args:
        text: Such as ``2025-03-03``, ``2025-03-03T18:30`` or ``2025-03-03T18:30+01:00``. A day
            alone is its noon.
        zone: Where no offset is given; by default the zone of the machine. Of an hour that comes
            twice the first one is meant.

    Raises:
        RecordInvalid: It is no moment, or of a year of which no diary can be.
    """
    if not _WRITTEN.match(text):
        raise RecordInvalid(_NO_DAY)
    try:
        if len(text) == len("2025-03-03"):
            found = dt.datetime.combine(dt.date.fromisoformat(text), NOON)
        else:
            found = dt.datetime.fromisoformat(text)
        if found.tzinfo is None:
            found = found.replace(tzinfo=zone) if zone is not None else found.astimezone()
        found.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        raise RecordInvalid(_NO_DAY) from None
    check_day(found)
    return found


def check_day(moment: dt.datetime) -> None:
    """Refuse a day outside the years of which a diary can be.

    Raises:
        RecordInvalid: It is.
    """
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise RecordInvalid(
            message(
                "the year {year} cannot be: a diary is of {first} to {last}; nothing was written"
            ),
            year=moment.year,
            first=FIRST_YEAR,
            last=LAST_YEAR,
        )


def check_clock(moment: dt.datetime, latest: dt.datetime) -> None:
    """Refuse a clock that stands before what the diary has already.

    Raises:
        DiaryFault: It does; with a day that the person names there is no such doubt.
    """
    if moment < latest:
        raise DiaryFault(
            message(
                "the clock of this machine says {now}, but the diary goes on until {until}; "
                "nothing was written: set the clock, or name the day with --date"
            ),
            now=f"{moment:%Y-%m-%d %H:%M}",
            until=f"{latest.astimezone(moment.tzinfo):%Y-%m-%d %H:%M}",
        )


def check_not_ahead(moment: dt.datetime, clock: dt.datetime) -> None:
    """Refuse a day that is still to come.

    Raises:
        RecordInvalid: It lies more than a day ahead of the clock.
    """
    if moment > clock + AHEAD:
        raise RecordInvalid(
            message("{day} is still to come by the clock of this machine; nothing was written"),
            day=moment.date(),
        )
