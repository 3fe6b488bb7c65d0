"""Sheet → PDF, tagged as PDF/UA-1, through typst. The only importer of typst.

Data goes in as JSON and pictures as files: no text ever becomes a part of the template.
"""

from __future__ import annotations

import json
import re
from importlib.resources import files

import attrs

from glutemed.model.errors import GlutemedError
from glutemed.render.handout.lamps import lamp
from glutemed.render.handout.sheet import PAPERS, Sheet

_FONT = "Libertinus Serif"  # it comes with typst
_LACKING = re.compile(r"the text `\"(?P<sign>.*?)\"` could not be displayed", re.DOTALL)
_UNBROKEN = re.compile(r"[^\s\u200b]{24}(?=[^\s\u200b])")


class PdfMissing(GlutemedError):
    """The library that makes a PDF is not installed."""


class GlyphMissing(GlutemedError):
    """No font has a sign that stands on the sheet, so that it could not be printed rightly."""


def as_pdf(sheet: Sheet, paper: str = "a4") -> bytes:
    """The sheet on one page, always the same bytes for the same sheet.

    Args:
        sheet: What is printed.
        paper: ``a4`` or ``letter``.

    Raises:
        PdfMissing: typst is not installed.
        GlyphMissing: Neither the fonts that come with typst nor those of the machine have a sign.
        ValueError: There is no such paper.
    """
    if paper not in PAPERS:
        raise ValueError(f"paper is one of {', '.join(PAPERS)}")
    try:
        import typst
    except ImportError:
        raise PdfMissing("a PDF needs typst: pip install 'glutemed[pdf]'") from None
    data, given = _data(sheet, paper)
    fault = ""
    # First without the fonts of the machine: then the page is the same one everywhere.
    for only_own in (True, False):
        try:
            made: bytes = typst.compile(  # type: ignore[call-overload]  # takes files by name, too
                given,
                format="pdf",
                sys_inputs={"sheet": data},
                pdf_standards=["ua-1"],
                ignore_system_fonts=only_own,
                timestamp=0,
            )
        except typst.TypstError as error:
            fault = str(error)
            if _LACKING.search(fault) is None:
                raise
            continue
        return made
    found = _LACKING.search(fault)
    assert found is not None
    raise GlyphMissing(
        f"no font of this machine has the sign {_named(found['sign'])}; install one that has it, "
        "leave the sign out, or print the sheet as HTML"
    )


def _named(signs: str) -> str:
    return " ".join(f"U+{ord(sign):04X}" for sign in signs[:4]) or "?"


def _data(sheet: Sheet, paper: str) -> tuple[str, dict[str, bytes]]:
    """The sheet as JSON, in which a picture is the name of its file; and the files."""
    given = {"main.typ": files(__package__).joinpath("sheet.typ").read_bytes()}
    plain = attrs.asdict(sheet) | {
        "paper": "us-letter" if paper == "letter" else paper,
        "name": _breakable(sheet.name),
        "note": _breakable(sheet.note),
        "day": [sheet.day.year, sheet.day.month, sheet.day.day],
    }
    for light in (plain["lights"] or {}).get("lights", ()):
        light["file"] = f"{light['colour']}.svg"
        given[light["file"]] = lamp(light["colour"]).encode()
    for card in plain["cards"]:
        for place, picture in enumerate(card["pictures"]):
            name = f"{card['number']}-{place}.svg"
            given[name] = picture.pop("svg").encode()
            picture["file"] = name
    for place, picture in enumerate((plain["curves"] or {}).get("pictures", ())):
        picture["file"] = f"curve-{place}.svg"
        drawn = picture.pop("svg").replace("currentColor", "#000000")
        given[picture["file"]] = drawn.replace("sans-serif", _FONT).encode()
    return json.dumps(plain, ensure_ascii=False), given


def _breakable(text: str) -> str:
    """A text in which a word that is too long for a line may break."""
    return _UNBROKEN.sub(lambda found: f"{found[0]}\u200b", text)
