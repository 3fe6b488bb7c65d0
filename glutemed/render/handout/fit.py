"""How a sheet is laid out so that it keeps to one page: how large its print is, and what it leaves out.

Everything a person must read stands on every sheet. What is good to know besides is printed as far
as the type stays large enough for it.
"""

from __future__ import annotations

import math

import attrs

from glutemed.render.handout.letters import lines, width
from glutemed.render.handout.sheet import Card, Section, Sheet

SMALL = 0.9  # of the type, if that is no smaller than what follows: captions, the log, the foot
LEAST_SMALL = 7.0
_MM_PER_POINT = 0.3528
_LINE, _SMALL_LINE = 1.24, 1.2
_LARGEST, _SMALLEST, _STEP = 10.0, 6.0, 0.1
_NAME_SIZE, _NAME_LEAST, _NAME_LINE = 10.5, 9.0, 1.18
_GAP = 3.5
CURVE = 86.0
"""How wide a curve is on paper, in mm: so that its words, 10 of its 320, have 7.5 points."""
_DRAWN = 72 / 320 * CURVE  # how high it is
_LIGHTS, _BESIDE = 64.0, 4.0
_SPARE = 1.5  # mm, for what no sum foresees


@attrs.frozen
class Page:
    """A page, in mm: its name in CSS, and what its margins leave."""

    name: str
    width: float
    height: float
    margin: float = 8.0
    row: float = 5.0


PAGES = {
    "a4": Page("A4", 210 - 16, 297 - 16),
    "letter": Page("letter", 215.9 - 16, 279.4 - 16),
}


@attrs.frozen(kw_only=True)
class Layout:
    """What a page holds besides what it must.

    Args:
        points: The type size.
        pictures: How wide the two pictures of an exercise are together, in mm.
        mistakes: How many mistakes of each exercise are printed.
        advice: How many texts of what is good to know are printed.
        coming: How many texts of what comes next are printed.
        log: What the log has at least, in mm; with its heading.
        highest: How high a picture is at most, in mm.
        needs: Whether each exercise says again what is at hand for it.
        line: How far it is from line to line, in parts of the type size.
    """

    points: float = _SMALLEST
    pictures: float
    mistakes: int
    advice: int
    coming: int = 2
    log: float = 38.0
    highest: float = 20.0
    line: float = _LINE
    needs: bool = True

    @property
    def small(self) -> float:
        """The smallest type, in points."""
        return max(min(LEAST_SMALL, self.points), round(SMALL * self.points, 2))

    @property
    def name(self) -> float:
        """The type of the names of exercises, in points."""
        most = _NAME_SIZE if self.needs else _NAME_LEAST
        return round(max(min(most, 1.4 * self.points), 1.2 * self.points), 2)


# What is at hand stands at the top already, so that the exercises can do without it.
_LEAST = Layout(
    pictures=32, mistakes=0, advice=0, coming=1, log=24, highest=13, line=1.13, needs=False
)
# The richest first, each with the least type at which it is taken; the last one always.
_WISHED = (
    (Layout(pictures=74, mistakes=2, advice=6), 9.4),
    (Layout(pictures=66, mistakes=1, advice=5), 8.8),
    (Layout(pictures=60, mistakes=1, advice=4), 8.4),
    (Layout(pictures=56, mistakes=1, advice=3), 8.2),
    (Layout(pictures=56, mistakes=1, advice=2), 8.0),
    (Layout(pictures=52, mistakes=1, advice=1), 7.8),
    (Layout(pictures=50, mistakes=0, advice=1), 7.7),
    (Layout(pictures=46, mistakes=0, advice=0), 7.5),
    (Layout(pictures=46, mistakes=0, advice=0, coming=1), 7.5),
    (Layout(pictures=44, mistakes=0, advice=0, coming=1, log=32), 7.5),
    (Layout(pictures=44, mistakes=0, advice=0, coming=1, log=32, highest=16, line=1.2), 7.5),
    (_LEAST, 0.0),
)


def layout(sheet: Sheet, page: Page) -> Layout:
    """The richest layout whose type is large enough, with the largest type that leaves room."""
    for wished, least in _WISHED:
        found = attrs.evolve(wished, points=_points(sheet, page, wished))
        if found.points >= least:
            return found
    raise AssertionError("the last one is always taken")


def _points(sheet: Sheet, page: Page, wished: Layout) -> float:
    least, beyond = 0, round((_LARGEST - _SMALLEST) / _STEP) + 1
    while beyond - least > 1:
        middle = (least + beyond) // 2
        tried = attrs.evolve(wished, points=_SMALLEST + middle * _STEP)
        if sum(parts(sheet, page, tried)) + _log(sheet, tried) + _SPARE <= page.height:
            least = middle
        else:
            beyond = middle
    return round(_SMALLEST + least * _STEP, 1)


def parts(sheet: Sheet, page: Page, found: Layout) -> tuple[float, ...]:
    """How high the top, the exercises, the safety box, what comes next and the foot are, in mm."""
    size = found.points
    line = size * _MM_PER_POINT * found.line
    facts = "".join(f"{fact.name}: {fact.text}      " for fact in sheet.facts)
    top = 2.4 + line * (1.85 + lines(facts, page.width, size, bold=True))
    if sheet.every:
        top += line * lines(f"{sheet.every.name}: {sheet.every.text}", page.width, size, bold=True)
    if sheet.note:
        note = f"{sheet.note_label}: {sheet.note}"
        top += 0.8 + line * lines(note, page.width - 2.5, size)
    if sheet.name:
        top += 1.4 * line * (lines(sheet.name, 100, 1.35 * size) - 1)
    if sheet.course:
        course = f"{sheet.course.name}: {sheet.course.text}"
        top += 0.5 + line * lines(course, page.width, size)
    cards = sum(_card(card, sheet, page, found) for card in sheet.cards)
    safety = _safety(sheet, page, found)
    after = _section(sheet.coming, page, found, found.coming)
    after += _section(sheet.advice, page, found, found.advice)
    return top, cards, safety, after, _foot(sheet, page, found)


def _card(card: Card, sheet: Sheet, page: Page, found: Layout) -> float:
    size = found.points
    line = size * _MM_PER_POINT * found.line
    room = page.width - found.pictures - _GAP
    said_before = sheet.shared if found.needs else (*sheet.shared, *card.needs)
    strong = " · ".join((*card.own(said_before), "")).strip()
    said = [*card.cues]
    said += [f"{sheet.mistakes_label}: {text}" for text in card.mistakes[: found.mistakes]]
    said.append(f"{sheet.why_label}: {card.why_printed}")
    # What is in bold is wider; as the text runs on, it is counted as so many more letters.
    count = lines(f"{strong}{' ' * (2 + len(strong) // 14)}{' '.join(said)}", room, size)
    cautions = sum(lines(f"{sheet.care_label}: {text}", room, size) for text in card.cautions)
    amount = width(card.amount, found.name, bold=True) + 3 + 1.45 * size * _MM_PER_POINT + 1.4
    name_lines = lines(card.name, room - amount, found.name, bold=True)
    name = name_lines * _NAME_LINE * found.name * _MM_PER_POINT
    text = name + 0.8 + line * (count + cautions) + 0.25 * len(card.cautions)
    wide = found.pictures / 2 - 0.5
    picture = max((min(found.highest, wide * each.height) for each in card.pictures), default=0.0)
    caption = found.small * _MM_PER_POINT * 1.1 if card.pictures else 0.0
    return 2.9 + max(picture + caption, text)


def _log(sheet: Sheet, found: Layout) -> float:
    """What the log has at least; beside curves no less than they."""
    if sheet.curves is None:
        return found.log
    line = found.points * _MM_PER_POINT
    drawn = len(sheet.curves.pictures) * (_DRAWN + 1.15 * line + 0.8)
    return max(found.log, (1.15 * found.line + 0.3) * line + drawn + 0.5)


def _safety(sheet: Sheet, page: Page, found: Layout) -> float:
    size = found.points
    line = size * _MM_PER_POINT * found.line
    room = page.width - 0.6 - 4.7
    stop = lights = 0.0
    if sheet.stop:
        beside = room - (_LIGHTS + _BESIDE if sheet.lights else 0) - 4
        stop = sum(line * lines(text, beside, size) + 0.25 for text in sheet.stop.texts)
    if sheet.lights:
        for light in sheet.lights.lights:
            said = f"{light.name}: {light.pain}   {light.meaning}"
            lights += 0.7 + max(5.4, line * lines(said, _LIGHTS - 7.0, size))
    if not (stop or lights):
        return 0.0
    return 3.2 + line * 1.35 + max(stop, lights)


def _section(section: Section | None, page: Page, found: Layout, printed: int) -> float:
    if section is None or not printed or not section.texts:
        return 0.0
    line = found.points * _MM_PER_POINT * found.line
    told = sum(lines(text, page.width - 4, found.points) for text in section.texts[:printed])
    return 1.0 + line * (1.35 + told) + 0.25 * printed


def _foot(sheet: Sheet, page: Page, found: Layout) -> float:
    size = found.small
    texts = [
        sheet.privacy,
        f"{sheet.sources.heading}: {' ·  '.join(sheet.sources.texts[: sheet.sources_printed])}",
        f"{sheet.provenance}. {sheet.notice}",
    ]
    count = sum(lines(text, page.width, size) for text in texts)
    code = 0.72 * len(sheet.code.text) * size * _MM_PER_POINT
    code += width(f"{sheet.code.name}: {sheet.code_hint}", size) + 4
    count_code = math.ceil(code / page.width)
    return 2.4 + size * _MM_PER_POINT * _SMALL_LINE * (count + 1.3 * count_code)
