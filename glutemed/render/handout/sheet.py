"""The sheet as nouns: every text in its place, said already; no layout."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable
from typing import Any

import attrs

PAPERS = ("a4", "letter")
MOST_NAME = 80
MOST_NOTE = 300
_INVISIBLE = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
_BOX = re.compile(r'viewBox="[-\d.]+ [-\d.]+ ([\d.]+) ([\d.]+)"')
_JOINERS = "\u200c\u200d"  # without them some names are misspelt
_MARKS = frozenset({"Mn", "Me"})
_MOST_MARKS = 2


def harmless(text: str) -> str:
    """What a person typed, in one line, without what steers text or piles up over other lines."""
    found: list[str] = []
    marks = 0
    for sign in unicodedata.normalize("NFC", " ".join(text.split())):
        kind = unicodedata.category(sign)
        marks = marks + 1 if kind in _MARKS else 0
        if (kind in _INVISIBLE and sign not in _JOINERS) or marks > _MOST_MARKS:
            continue
        found.append(sign)
    return " ".join("".join(found).split())


def _short(most: int) -> Callable[[Any, attrs.Attribute[str], str], None]:
    def check(_instance: Any, attribute: attrs.Attribute[str], value: str) -> None:
        if len(value) > most:
            raise ValueError(f"a {attribute.name} has at most {most} characters")

    return check


@attrs.frozen(kw_only=True)
class Occasion:
    """For whom a sheet is made, and when.

    Args:
        day: The day on which it is made.
        name: The person's name, or empty; at most 80 characters.
        note: What somebody wants to say to the person, or empty; at most 300 characters.
        begun: The day on which the exercises were begun, from which reviews count; None for `day`.

    Raises:
        ValueError: The name or the note is longer.
    """

    day: dt.date
    name: str = attrs.field(default="", converter=harmless, validator=_short(MOST_NAME))
    note: str = attrs.field(default="", converter=harmless, validator=_short(MOST_NOTE))
    begun: dt.date | None = None

    def review(self, weeks: int) -> dt.date:
        """The next day on which to look at it again, where that is every so many weeks."""
        begun, days = self.begun or self.day, 7 * max(1, weeks)
        past = max(0, (self.day - begun).days)
        return begun + dt.timedelta(days=days * (past // days + 1))


@attrs.frozen(kw_only=True)
class Picture:
    """One moment of an exercise: the drawing, a word below it, and what it shows."""

    svg: str
    caption: str
    alt: str

    @property
    def height(self) -> float:
        """How high it is, in parts of its width."""
        found = _BOX.search(self.svg)
        return float(found[2]) / float(found[1]) if found else 1.0


@attrs.frozen(kw_only=True)
class Card:
    """One exercise.

    Args:
        amount: How many sets of how many.
        dose: How long and how hard, a short phrase each.
        needs: What is at hand for it, a short phrase each.
        ways: Which leg, and how far the knee bends; a short phrase each.
        cues: How it is done.
        mistakes: How it is not done.
        cautions: What to read before.
        why: The reasons, the first being the one to print.
        why_printed: What is printed of it: that reason, or of which exercise it was read already.
    """

    number: int
    name: str
    pictures: tuple[Picture, ...]
    amount: str
    dose: tuple[str, ...]
    needs: tuple[str, ...]
    ways: tuple[str, ...]
    cues: tuple[str, ...]
    mistakes: tuple[str, ...]
    cautions: tuple[str, ...]
    why: tuple[str, ...]
    why_printed: str = ""

    def own(self, shared: tuple[str, ...]) -> tuple[str, ...]:
        """How long and how hard, what is at hand and which leg, without what all have alike."""
        phrases = (*self.dose, *self.needs, *self.ways)
        return tuple(phrase for phrase in phrases if phrase not in shared)


@attrs.frozen(kw_only=True)
class Light:
    """How much pain is all right. ``colour`` is green, amber or red, whatever the language."""

    colour: str
    name: str
    pain: str
    meaning: str


@attrs.frozen(kw_only=True)
class Entry:
    """A list under one name: what stands on the left, and what on the right."""

    name: str
    text: str


@attrs.frozen(kw_only=True)
class Lights:
    """The pain lights, under their heading."""

    heading: str
    lights: tuple[Light, ...]


@attrs.frozen(kw_only=True)
class Log:
    """The grid to fill in.

    Args:
        reps: The heading over the columns of the exercises, in which sets and reps are written.
        short: What stands over each of these columns, such as ``1``.
        names: The exercises, as whoever does not see the grid hears them.
        scale: From where to where effort and pain are counted.
    """

    heading: str
    hint: str
    date: str
    reps: str
    short: tuple[str, ...]
    names: tuple[str, ...]
    effort: str
    during: str
    morning: str
    scale: str


@attrs.frozen(kw_only=True)
class Curves:
    """What was so far, drawn over time.

    Each drawing is 320 wide by `viewBox` and of one height, and has no colour but its page's:
    `currentColor` for what is drawn, and the class ``hollow`` for what shows the paper.
    """

    heading: str
    pictures: tuple[Picture, ...]


@attrs.frozen(kw_only=True)
class Section:
    """A heading and a list of texts."""

    heading: str
    texts: tuple[str, ...]


@attrs.frozen(kw_only=True)
class Sheet:
    """A whole sheet: a programme, or a referral, which has no cards and no log.

    Args:
        lang: The language, as BCP 47 names it.
        right_to_left: Whether it is written from right to left.
        facts: What stands at the top, such as the day of the review.
        now: What to do now; of a referral.
        asked: What could make it more urgent; of a referral, where questions are open.
        because: Why; of a referral.
        shared: The phrases that hold of every exercise, which paper says once.
        every: They, under their name; None where there are none.
        course: Where the programme goes from here, and why; of somebody who keeps a diary.
        curves: Pain and load so far; of somebody who keeps a diary.
        sources_printed: How many of the sources belong to the reasons that are printed; they
            stand first, and the others only where there is room.
    """

    lang: str
    right_to_left: bool
    title: str
    name: str
    note: str
    note_label: str
    day: dt.date
    facts: tuple[Entry, ...]
    lead: str
    cards_heading: str = ""
    cards: tuple[Card, ...] = ()
    shared: tuple[str, ...] = ()
    every: Entry | None = None
    why_label: str = ""
    care_label: str = ""
    mistakes_label: str = ""
    lights: Lights | None = None
    stop: Section | None = None
    log: Log | None = None
    now: Section | None = None
    asked: Section | None = None
    because: Section | None = None
    coming: Section | None = None
    course: Entry | None = None
    curves: Curves | None = None
    advice: Section | None = None
    sources: Section
    sources_printed: int = 0
    code: Entry
    code_hint: str
    privacy: str
    provenance: str
    notice: str
