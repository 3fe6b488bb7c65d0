"""Sheet → HTML: one file that needs no network and runs no script."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

from glutemed.render.handout.fit import PAGES, Page, pictures, points
from glutemed.render.handout.lamps import SHAPES
from glutemed.render.handout.sheet import Card, Curves, Entry, Light, Lights, Log, Section, Sheet
from glutemed.render.handout.style import PRINT, SCREEN

ROWS_PRINTED = 36
ROWS_SHOWN = 6
COMING_PRINTED = 2
# Even if a text got past the escaping, nothing of it would run or be fetched.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def as_html(sheet: Sheet, paper: str = "a4") -> str:
    """The sheet as a page for the screen that prints on one sheet of paper.

    Args:
        sheet: What stands on it.
        paper: ``a4`` or ``letter``.

    Raises:
        ValueError: There is no such paper.
    """
    if paper not in PAGES:
        raise ValueError(f"paper is one of {', '.join(PAGES)}")
    kind = "programme" if sheet.cards else "referral"
    direction = ' dir="rtl"' if sheet.right_to_left else ""
    title = f"{sheet.title} – {sheet.name}" if sheet.name else sheet.title
    return "\n".join(
        [
            "<!DOCTYPE html>",
            f'<html lang="{escape(sheet.lang)}"{direction}>',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            '<meta name="referrer" content="no-referrer">',
            f"<title>{escape(title)}</title>",
            f"<style>{SCREEN}{_print(sheet, PAGES[paper])}</style>",
            "</head>",
            f'<body class="{kind}">',
            *_top(sheet),
            "<main>",
            *_main(sheet),
            "</main>",
            *_footer(sheet),
            "</body>",
            "</html>",
            "",
        ]
    )


def _print(sheet: Sheet, page: Page) -> str:
    size = points(sheet, page)
    return PRINT % {
        "page": page.name,
        "margin": page.margin,
        "height": round(page.height - 0.6, 1),
        "points": size,
        "pictures": pictures(size),
        "log": page.log - 16,
        "row": page.row,
    }


def _top(sheet: Sheet) -> list[str]:
    lines = ['<header class="top">', f"<h1>{escape(sheet.title)}</h1>"]
    lines.append(f'<p class="who"><bdi>{escape(sheet.name)}</bdi></p>')
    lines += ['<dl class="facts">', *(_entry(fact) for fact in sheet.facts), "</dl>"]
    if sheet.course:
        name = f"<strong>{escape(sheet.course.name)}:</strong>"
        lines.append(f'<p class="course">{name} {escape(sheet.course.text)}</p>')
    if sheet.note:
        label = f"<strong>{escape(sheet.note_label)}:</strong>"
        lines.append(f'<p class="note">{label} <bdi>{escape(sheet.note)}</bdi></p>')
    return [*lines, f'<p class="lead">{escape(sheet.lead)}</p>', "</header>"]


def _entry(found: Entry) -> str:
    return f"<div><dt>{escape(found.name)}</dt><dd>{escape(found.text)}</dd></div>"


def _main(sheet: Sheet) -> list[str]:
    lines: list[str] = []
    for found, name in ((sheet.now, "now"), (sheet.because, "because")):
        lines += _section(found, name)
    if sheet.cards:
        lines += _begin("exercises", sheet.cards_heading)
        lines.append('<ol class="cards">')
        for card in sheet.cards:
            lines += _card(card, sheet)
        lines += ["</ol>", "</section>"]
    if sheet.lights or sheet.stop:
        lines += ['<div class="safety">', *_lights(sheet.lights), *_section(sheet.stop, "stop")]
        lines.append("</div>")
    if sheet.log:
        lines += _log(sheet.log)
    lines += _curves(sheet.curves)
    # On paper the curves take the place of what comes later.
    coming = "coming unprinted" if sheet.curves else "coming"
    lines += _section(sheet.coming, coming, printed=COMING_PRINTED)
    return [*lines, *_section(sheet.advice, "advice")]


def _begin(names: str, heading: str) -> list[str]:
    name = names.partition(" ")[0]
    return [
        f'<section class="{names}" aria-labelledby="{name}">',
        f'<h2 id="{name}">{escape(heading)}</h2>',
    ]


def _curves(found: Curves | None) -> list[str]:
    if found is None:
        return []
    return [
        *_begin("curves", found.heading),
        '<div class="drawn">',
        *(
            f"<figure>{picture.svg.strip()}<figcaption>{escape(picture.caption)}</figcaption></figure>"
            for picture in found.pictures
        ),
        "</div>",
        "</section>",
    ]


def _section(found: Section | None, name: str, printed: int | None = None) -> list[str]:
    """A section; texts beyond ``printed`` are on the screen only."""
    if found is None or not found.texts:
        return []
    return [
        *_begin(name, found.heading),
        '<ul class="texts">',
        *(
            f"<li{_more(printed is not None and place >= printed)}>{escape(text)}</li>"
            for place, text in enumerate(found.texts)
        ),
        "</ul>",
        "</section>",
    ]


def _more(more: bool) -> str:
    return ' class="more"' if more else ""


def _card(card: Card, sheet: Sheet) -> list[str]:
    lines = [
        '<li class="card">',
        f'<div class="named"><h3><span class="number">{card.number}</span> {escape(card.name)}</h3>',
        f'<p class="amount">{escape(card.amount)}</p></div>',
        f'<div class="moments{_lying(card)}">',
    ]
    lines += [
        f'<figure class="moment">{picture.svg.strip()}<figcaption>{escape(picture.caption)}'
        "</figcaption></figure>"
        for picture in card.pictures
    ]
    lines += [
        "</div>",
        '<div class="said">',
        f'<p class="dose">{_phrases(card.dose, (*card.needs, *card.ways))}</p>',
    ]
    for caution in card.cautions:
        label = f"<strong>{escape(sheet.care_label)}:</strong>"
        lines.append(f'<p class="care">{label} {escape(caution)}</p>')
    lines += ['<ul class="cues">', *(f"<li>{escape(cue)}</li>" for cue in card.cues), "</ul>"]
    for mistake in card.mistakes:
        label = f"<strong>{escape(sheet.mistakes_label)}:</strong>"
        lines.append(f'<p class="mistakes">{label} {escape(mistake)}</p>')
    for place, why in enumerate(card.why):
        more = " more" if place else ""
        label = f"<strong>{escape(sheet.why_label)}:</strong>"
        lines.append(f'<p class="why{more}">{label} {escape(why)}</p>')
    return [*lines, "</div>", "</li>"]


def _lying(card: Card) -> str:
    """A picture that is much wider than high has room below it on a screen, and not beside it."""
    boxes = [_BOX.search(picture.svg) for picture in card.pictures]
    return " lying" if any(box and float(box[1]) > 1.3 * float(box[2]) for box in boxes) else ""


def _phrases(strong: Iterable[str], rest: Iterable[str]) -> str:
    said = [f"<strong>{escape(phrase)}</strong>" for phrase in strong]
    return " ".join(f"<span>{phrase}</span>" for phrase in (*said, *map(escape, rest)))


def _lights(found: Lights | None) -> list[str]:
    if found is None:
        return []
    return [
        *_begin("pain", found.heading),
        '<ul class="lights">',
        *(_light(light) for light in found.lights),
        "</ul>",
        "</section>",
    ]


def _light(found: Light) -> str:
    sign = f'<g class="sign">{SHAPES[found.colour]}</g>'
    return (
        f'<li class="light {found.colour}"><svg viewBox="0 0 24 24" aria-hidden="true">{sign}</svg>'
        f"<div><p><strong>{escape(found.name)}: {escape(found.pain)}</strong></p> "
        f"<p>{escape(found.meaning)}</p></div></li>"
    )


def _log(found: Log) -> list[str]:
    head = [
        f'<th scope="col" class="wide">{escape(found.date)}</th>',
        *(
            f'<th scope="col"><span aria-hidden="true">{escape(short)}</span>'
            f'<span class="heard">{escape(found.reps)}: {escape(name)}</span></th>'
            for short, name in zip(found.short, found.names, strict=True)
        ),
        *(
            f'<th scope="col" class="pain">{escape(name)} <span class="scale">'
            f"{escape(found.scale)}</span></th>"
            for name in (found.effort, found.during, found.morning)
        ),
    ]
    empty = f'<td class="wide"></td>{"<td></td>" * len(found.short)}{3 * _PAIN}'
    again = "".join(head).replace('<th scope="col"', "<td").replace("</th>", "</td>")
    return [
        '<section class="log" aria-labelledby="log"><div class="begun">',
        f'<h2 id="log">{escape(found.heading)}</h2>',
        f'<p class="hint">{escape(found.hint)}</p></div>',
        f'<div class="grid" tabindex="0"><table><caption class="heard">{escape(found.heading)}</caption>',
        f"<thead><tr>{''.join(head)}</tr>",
        f'<tr class="again" aria-hidden="true">{again}</tr></thead>',
        "<tbody>",
        *(f"<tr{'' if row < ROWS_SHOWN else _PRINTED}>{empty}</tr>" for row in range(ROWS_PRINTED)),
        "</tbody></table></div>",
        "</section>",
    ]


_BOX = re.compile(r'viewBox="[-\d.]+ [-\d.]+ ([\d.]+) ([\d.]+)"')
_PRINTED = ' class="only-paper"'
_PAIN = '<td class="pain"></td>'


def _cited(sheet: Sheet) -> str:
    printed = sheet.sources_printed
    return " ".join(
        f"<span{_more(place >= printed)}>{escape(text)}</span>"
        for place, text in enumerate(sheet.sources.texts)
    )


def _footer(sheet: Sheet) -> list[str]:
    return [
        "<footer>",
        f'<p class="codes">{escape(sheet.code.name)}: '
        f'<span class="code">{escape(sheet.code.text)}</span></p>',
        f"<p>{escape(sheet.code_hint)} {escape(sheet.privacy)}</p>",
        f'<p class="cited">{escape(sheet.sources.heading)}: {_cited(sheet)}</p>',
        f"<p>{escape(sheet.provenance)}. {escape(sheet.notice)}</p>",
        "</footer>",
    ]
