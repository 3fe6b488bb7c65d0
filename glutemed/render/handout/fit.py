"""How large the print may be, so that a sheet keeps to one page."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

import attrs

from glutemed.render.handout.sheet import Card, Section, Sheet

_MM_PER_POINT = 0.3528
_WIDTH = 0.45  # of a letter, in parts of the type size; a little more than Helvetica has
_LINE = 1.24
_LARGEST, _SMALLEST, _STEP = 10.0, 6.0, 0.1
_TIGHT = 7.0  # below this the pictures are smaller, too
_NAME, _NAME_LETTER = 4.6, 1.95  # of a line of a name and one of its letters, in mm
_GAP = 3.5
_CODE_LETTER = 1.6  # of a sign of the code, which is wide and stands in bold
_CURVES = 27.0  # how high the curves are on paper, in mm
_PICTURE_HEIGHT = 0.404  # of their width, captions included


Lines = Callable[[Iterable[str], float], int]


@attrs.frozen
class Page:
    """A page, in mm: its name in CSS, what its margins leave, and what the log must have."""

    name: str
    width: float
    height: float
    margin: float = 8.0
    log: float = 38.0
    row: float = 5.0


PAGES = {
    "a4": Page("A4", 210 - 16, 297 - 16),
    "letter": Page("letter", 215.9 - 16, 279.4 - 16),
}


def points(sheet: Sheet, page: Page) -> float:
    """The largest type size for which everything but the log leaves room for the log."""
    size = _LARGEST
    while size > _SMALLEST and sum(parts(sheet, page, size)) > page.height - page.log:
        size = round(size - _STEP, 1)
    return size


def pictures(size: float) -> float:
    """How wide the two pictures of an exercise are together, in mm."""
    return 56.0 if size >= _TIGHT else 46.0


def parts(sheet: Sheet, page: Page, size: float) -> tuple[float, ...]:
    """How high the top, the exercises, the safety box, what comes next and the foot are, in mm."""
    line = size * _MM_PER_POINT * _LINE
    letter = size * _MM_PER_POINT * _WIDTH

    def lines(texts: Iterable[str], width: float) -> int:
        return sum(max(1, math.ceil(len(text) * letter / width)) for text in texts)

    facts = "  ".join(f"{fact.name}: {fact.text}" for fact in sheet.facts)
    top = 2.4 + line * (2.2 + lines([facts], page.width))
    top += line * lines([sheet.note], page.width) if sheet.note else 0
    top += line * 1.4 * (lines([sheet.name], 90) - 1)
    wide = pictures(size)
    cards = sum(_card(card, page.width, wide, line, lines) for card in sheet.cards)
    safety = 0.0
    if sheet.stop and sheet.lights:
        stop = lines(sheet.stop.texts, page.width - 64 - 4 - 4 - 3)
        lights = lines(
            (f"{light.name} {light.pain} {light.meaning}" for light in sheet.lights.lights), 52
        )
        safety = 5.5 + line * (1.3 + max(stop, lights)) + 0.3 * len(sheet.stop.texts)
    coming = _section(sheet.coming, page.width, line, lines)
    if sheet.curves:
        coming = _CURVES + line * 2.6
    if sheet.course:
        top += line * lines([f"{sheet.course.name}: {sheet.course.text}"], page.width)
    small = 0.86
    foot = [sheet.code_hint + sheet.privacy, sheet.provenance + sheet.notice]
    foot.append(
        f"{sheet.sources.heading} {'   '.join(sheet.sources.texts[: sheet.sources_printed])}"
    )
    code = math.ceil(len(sheet.code.text) * letter * _CODE_LETTER / page.width)
    footer = 3.0 + small * line * (0.6 + code + lines(foot, page.width / small))
    return top, cards, safety, coming, footer


def _card(card: Card, width: float, wide: float, line: float, lines: Lines) -> float:
    width -= wide + _GAP
    said = [" · ".join((*card.dose, *card.needs, *card.ways)) + "    ", " ".join(card.cues)]
    said += [f"     {caution}" for caution in card.cautions]
    said += [f"     {why}" for why in card.why[:1]]
    name = _NAME * math.ceil(len(f"{card.name}    {card.amount}   ") * _NAME_LETTER / width)
    return 2.4 + max(_PICTURE_HEIGHT * wide, name + line * lines(said, width))


def _section(found: Section | None, width: float, line: float, lines: Lines) -> float:
    if found is None:
        return 0.0
    return 1.5 + line * (1.3 + lines(found.texts[:2], width - 3))
