"""What can go wrong with a diary, each said in one sentence that ends in what to do.

A fault carries its sentence and the values in it apart, so that it can be said in every language.
"""

from __future__ import annotations

import datetime as dt

from glutemed.model.errors import GlutemedError
from glutemed.model.locale import ENGLISH, Locale


class Said(Exception):
    """A sentence, as `Locale.say` takes it, and the values in it.

    Args:
        sentence: In English, with values in braces by name.
        values: What stands there: text, whole numbers, days, or another `Said`.
    """

    def __init__(self, sentence: str, **values: object) -> None:
        self.sentence = sentence
        self.values = values
        super().__init__(self.in_language(ENGLISH))

    def in_language(self, locale: Locale) -> str:
        """The sentence in a language."""
        values = {name: _in_language(value, locale) for name, value in self.values.items()}
        return locale.say(self.sentence, **values)


def _in_language(value: object, locale: Locale) -> object:
    if isinstance(value, Said):
        return value.in_language(locale)
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return locale.date(value)
    return value


class Unfit(Said, ValueError):
    """A part of a record is beyond what there is."""


class DiaryFault(Said, GlutemedError):
    """A diary cannot be read or written; nothing was changed."""


class DiaryDamaged(DiaryFault):
    """The file is no diary, or not a whole one; it was left as it was."""


class DiaryNewer(DiaryFault):
    """The file was written by a newer glutemed; it was left as it was."""


class RecordInvalid(DiaryFault):
    """What should go into a diary does not fit it; nothing was written."""
