"""How wide text is in print, and in how many lines it stands.

The widths are those of Helvetica, which Arial and Liberation Sans share to the letter.
"""

from __future__ import annotations

import unicodedata
from typing import Final

_MM_PER_POINT = 0.3528
_BOLD = 1.07
_SPARE = 1.01  # for fonts that are a little wider
_OTHER, _WIDE = 556, 1000
_WIDTHS: Final = {
    191: "'",
    222: "ijl‘’",
    260: "|",
    278: " !,./:;I[\\]ft·",
    333: "()-`r“”„",
    334: "{}",
    350: "•",
    355: '"',
    389: "*",
    400: "°",
    469: "^",
    500: "ckvsxyzJ",
    556: "#$0123456789?Labdeghnopqu_–äöüéè",
    584: "+<=>~×",
    611: "FTZß",
    667: "ABEKPSVXY&Ä",
    722: "CDHNRUwÜ",
    778: "GOQÖ",
    833: "Mm",
    889: "%",
    944: "W",
    1000: "—…",
    1015: "@",
}
_WIDTH: Final = {letter: width for width, letters in _WIDTHS.items() for letter in letters}


def width(text: str, points: float, *, bold: bool = False) -> float:
    """How wide a text is in one line, in mm."""
    return _thousandths(text) * points * _MM_PER_POINT / 1000 * _SPARE * (_BOLD if bold else 1)


def lines(text: str, room: float, points: float, *, bold: bool = False) -> int:
    """In how many lines a text stands where there is so much room, in mm; at least one."""
    count, used, gap = 1, 0.0, width(" ", points, bold=bold)
    for word in text.split(" "):
        wide = width(word, points, bold=bold)
        if used and used + wide > room:
            count, used = count + 1, 0.0
        count += int(wide // room)  # a word that is wider than a line is broken
        used += wide % room + gap
    return count


def _thousandths(text: str) -> int:
    return sum(map(_letter, text))


def _letter(letter: str) -> int:
    found = _WIDTH.get(letter)
    if found is not None:
        return found
    if unicodedata.category(letter) == "Mn":
        return 0
    return _WIDE if unicodedata.east_asian_width(letter) in "WF" else _OTHER
