"""In which language glutemed speaks to a person: what is said, how many, which day."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

import attrs

if TYPE_CHECKING:
    import datetime as dt


def message(text: str) -> str:
    """A message that is said elsewhere, as it is; so that it is found and translated."""
    return text


class Catalogue(Protocol):
    """What a gettext catalogue can do; ``gettext.NullTranslations`` and its kin can."""

    def gettext(self, message: str, /) -> str:
        """The message in the catalogue's language, or as it is."""
        ...

    def ngettext(self, one: str, many: str, number: int, /) -> str:
        """The form that goes with the number."""
        ...

    def pgettext(self, context: str, message: str, /) -> str:
        """The message as it is in a context."""
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
        unreviewed: How many of its texts no speaker of the language has reviewed.
    """

    tag: str = "en"
    catalogue: Catalogue | None = attrs.field(default=None, eq=False, repr=False)
    unreviewed: int = 0

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
        whole, sign, rest = ("0" if text == "-0" else text).partition(".")
        return whole + (self.say(".") + rest if sign else "")

    def listed(self, words: Sequence[str]) -> str:
        """Some words after each other: "a, b, c"."""
        said = "".join(words[:1])
        for word in words[1:]:
            said = self.say("{first}, {next}", first=said, next=word)
        return said

    def all_of(self, words: Sequence[str]) -> str:
        """Words that hold together: "a, b and c"."""
        return self._closed(words, message("{first} and {last}"))

    def any_of(self, words: Sequence[str]) -> str:
        """Words of which one will do: "a, b or c"."""
        return self._closed(words, message("{first} or {last}"))

    def _closed(self, words: Sequence[str], last: str) -> str:
        if len(words) < 2:
            return "".join(words)
        return self.say(last, first=self.listed(words[:-1]), last=words[-1])


ENGLISH = Locale()
