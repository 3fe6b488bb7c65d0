"""The rule language as data: which keys stand where, in which order, and what each holds.

The readers of the rulebook say what is wrong with a file. This says what a right one looks like, for
those who write files: the formatter, the JSON Schema of editors, and `rules new`. A test compares
it with what the readers ask for, so that neither knows a key that the other does not.
"""

from __future__ import annotations

import enum

import attrs

from glutemed.rulebook.form import MOST_NAME


class Speaks(enum.StrEnum):
    """What a condition is about."""

    FACTS = "facts"
    EQUIPMENT = "equipment"
    EXERCISES = "exercises"
    PRESCRIPTIONS = "prescriptions"


class Names(enum.StrEnum):
    """What a word names."""

    SOURCE = "source"
    EXERCISE = "exercise"
    FAMILY = "family"
    FACT = "fact"
    RULE = "rule"
    FIGURE = "figure"


@attrs.frozen
class Text:
    """A sentence, or a name for people."""


@attrs.frozen
class Word:
    """A word of a form, as a regular expression."""

    pattern: str
    longest: int = MOST_NAME


@attrs.frozen
class Choice:
    """One of some words."""

    words: tuple[str, ...]


@attrs.frozen
class Whole:
    """A whole number in a range."""

    least: int
    most: int


@attrs.frozen
class Flag:
    """True or false."""


@attrs.frozen
class Day:
    """A day, ``YYYY-MM-DD``."""


@attrs.frozen
class Named:
    """The name of something that a file declares."""

    of: Names


@attrs.frozen
class Asking:
    """A condition, or a selector."""

    about: Speaks


@attrs.frozen
class Facts:
    """Facts by name with their values; ``nested`` where they may also stand under their subject."""

    nested: bool = False


@attrs.frozen
class Listed:
    """A list.

    Args:
        of: What each item is.
        tall: Whether each item stands in a line of its own, however short the list is.
        apart: Whether a blank line stands between its items.
    """

    of: Shape
    least: int = 0
    most: int = 100_000
    tall: bool = False
    apart: bool = False


@attrs.frozen
class Keyed:
    """A mapping whose keys an author chooses, at most so many; 0 is as many as wanted."""

    keys: Shape
    of: Shape
    most: int = 0


@attrs.frozen
class Part:
    """A mapping with keys of its own, by the name of its form."""

    form: str
    tall: bool = False


@attrs.frozen
class AnyOf:
    """One of several shapes."""

    shapes: tuple[Shape, ...]


Shape = (
    Text
    | Word
    | Choice
    | Whole
    | Flag
    | Day
    | Named
    | Asking
    | Facts
    | Listed
    | Keyed
    | Part
    | AnyOf
)


@attrs.frozen
class Key:
    """One key of a form.

    Args:
        name: As files write it.
        shape: What its value is.
        says: What it means, in a line.
        required: Whether it must be there.
    """

    name: str
    shape: Shape
    says: str
    required: bool = False


@attrs.frozen
class FormOf:
    """A mapping with keys of its own.

    Args:
        what: What the readers call it in a message: "rule", "exercise".
        keys: Its keys, in the order in which files have them.
    """

    what: str
    keys: tuple[Key, ...]

    @property
    def key(self) -> dict[str, Key]:
        """The keys by name."""
        return {key.name: key for key in self.keys}
