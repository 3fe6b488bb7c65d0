"""In which language glutemed speaks to a person: what is said, how many, which day."""

from __future__ import annotations

import datetime as dt
from typing import Protocol

import attrs


class Catalogue(Protocol):
    """What a gettext catalogue can do; ``gettext.NullTranslations`` and its kin can."""

    def gettext(self, message: str, /) -> str:
        """The message in the catalogue's language, or as it is."""
        ...

    def ngettext(self, one: str, many: str, number: int, /) -> str:
        """The form that goes with the number."""
        ...


@attrs.frozen
class Locale:
    """A language, and its catalogue of messages.

    Messages are written in English where they are said, with values in braces by name:
    ``locale.say("Stage {stage}", stage=2)``. Numbers in them are whole unless formatted before
    by `number`.

    Args:
        tag: The language as BCP 47 names it, such as ``de``.
        catalogue: Its messages; None says all of them as they are written, in English.
    """

    tag: str = "en"
    catalogue: Catalogue | None = attrs.field(default=None, eq=False, repr=False)

    def say(self, message: str, /, **values: object) -> str:
        """A message in this language, with its values put in."""
        said = message if self.catalogue is None else self.catalogue.gettext(message)
        return said.format(**values) if values else said

    def count(self, one: str, many: str, number: int, /, **values: object) -> str:
        """A message in the form that goes with the number, which stands in it as ``{n}``."""
        if self.catalogue is None:
            said = one if number == 1 else many
        else:
            said = self.catalogue.ngettext(one, many, number)
        return said.format(n=number, **values)

    def date(self, day: dt.date) -> str:
        """A day as people write it, such as 3 March 2026."""
        months = (
            self.say("January"),
            self.say("February"),
            self.say("March"),
            self.say("April"),
            self.say("May"),
            self.say("June"),
            self.say("July"),
            self.say("August"),
            self.say("September"),
            self.say("October"),
            self.say("November"),
            self.say("December"),
        )
        return self.say(
            "{day} {month} {year}", day=day.day, month=months[day.month - 1], year=day.year
        )

    def number(self, value: float) -> str:
        """A number with the decimal sign of this language, at most two digits after it."""
        text = f"{value:.2f}".rstrip("0").rstrip(".")
        return text.replace(".", self.say("."))


ENGLISH = Locale()
