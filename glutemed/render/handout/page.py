"""Sheet → HTML: one file that needs no network and runs no script."""

from __future__ import annotations

from html import escape

from glutemed.render.handout.fit import CURVE, PAGES, Layout, Page, layout
from glutemed.render.handout.lamps import SHAPES
from glutemed.render.handout.sheet import Card, Curves, Entry, Light, Lights, Log, Section, Sheet
from glutemed.render.handout.style import PRINT, SCREEN

ROWS_PRINTED = 36
ROWS_SHOWN = 6
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
    found = layout(sheet, PAGES[paper])
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
            f"<style>{SCREEN}{_print(found, PAGES[paper])}</style>",
            "</head>",
            f'<body class="{kind}">',
            *_top(sheet),
            "<main>",
            *_main(sheet, found),
            "</main>",
            *_footer(sheet),
            "</body>",
            "</html>",
            "",
        ]
    )


def _print(found: Layout, page: Page) -> str:
    return PRINT % {
        "page": page.name,
        "margin": page.margin,
        "height": round(page.height - 0.6, 1),
        "points": found.points,
        "small": found.small,
        "pictures": found.pictures,
        "highest": found.highest,
        "name": found.name,
        "log": found.log - 24,
        "line": found.line,
        "curve": CURVE,
        "row": page.row,
    }


def _top(sheet: Sheet) -> list[str]:
    lines = ['<header class="top">', f"<h1>{escape(sheet.title)}</h1>"]
    lines.append(f'<p class="who"><bdi>{escape(sheet.name)}</bdi></p>')
    lines += ['<dl class="facts">', *(_entry(fact) for fact in sheet.facts), "</dl>"]
    if sheet.every:
        name = f"{escape(sheet.every.name)}: <strong>{escape(sheet.every.text)}</strong>"
        lines.append(f'<p class="every only-paper">{name}</p>')
    if sheet.course:
        name = f"<strong>{escape(sheet.course.name)}:</strong>"
        lines.append(f'<p class="course">{name} {escape(sheet.course.text)}</p>')
    if sheet.note:
        label = f"<strong>{escape(sheet.note_label)}:</strong>"
        lines.append(f'<p class="note">{label} <bdi>{escape(sheet.note)}</bdi></p>')
    return [*lines, f'<p class="lead">{escape(sheet.lead)}</p>', "</header>"]


def _entry(found: Entry) -> str:
    return f"<div><dt>{escape(found.name)}</dt><dd>{escape(found.text)}</dd></div>"


def _main(sheet: Sheet, found: Layout) -> list[str]:
    lines: list[str] = []
    lines += _section(sheet.now, "now")
    lines += _section(sheet.asked, "asked")
    lines += _section(sheet.because, "because")
    if sheet.cards:
        lines += _begin("exercises", sheet.cards_heading)
        lines.append('<ol class="cards">')
        for card in sheet.cards:
            lines += _card(card, sheet, found)
        lines += ["</ol>", "</section>"]
    if sheet.lights or sheet.stop:
        lines += ['<div class="safety">', *_lights(sheet.lights), *_section(sheet.stop, "stop")]
        lines.append("</div>")
    lines += _kept(sheet)
    lines += _section(sheet.coming, "coming", printed=found.coming)
    return [*lines, *_section(sheet.advice, "advice", printed=found.advice)]


def _begin(names: str, heading: str) -> list[str]:
    name = names.partition(" ")[0]
    return [
        f'<section class="{names}" aria-labelledby="{name}">',
        f'<h2 id="{name}">{escape(heading)}</h2>',
    ]


def _kept(sheet: Sheet) -> list[str]:
    """The log, and beside it on paper the curves of what was."""
    log = _log(sheet.log) if sheet.log else []
    drawn = _curves(sheet.curves)
    return ['<div class="kept">', *log, *drawn, "</div>"] if log and drawn else [*log, *drawn]


def _curves(found: Curves | None) -> list[str]:
    if found is None:
        return []
    return [
        *_begin("curves", found.heading),
        '<div class="drawn">',
        *(
            f"<figure><figcaption>{escape(picture.caption)}</figcaption>{picture.svg.strip()}</figure>"
            for picture in found.pictures
        ),
        "</div>",
        "</section>",
    ]


def _section(found: Section | None, name: str, printed: int | None = None) -> list[str]:
    """A section; texts beyond ``printed`` are on the screen only, and it is where none is printed."""
    if found is None or not found.texts:
        return []
    return [
        *_begin(name if printed is None or printed else f"{name} unprinted", found.heading),
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


def _card(card: Card, sheet: Sheet, found: Layout) -> list[str]:
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
    ]
    for caution in card.cautions:
        lines.append(_labelled("care", sheet.care_label, caution))
    before = sheet.shared if found.needs else (*sheet.shared, *card.needs)
    lines.append(f'<p class="dose">{_phrases(card, before)}</p>')
    lines += ['<ul class="cues">', *(f"<li>{escape(cue)}</li>" for cue in card.cues), "</ul>"]
    for place, mistake in enumerate(card.mistakes):
        more = " more" if place >= found.mistakes else ""
        lines.append(_labelled(f"mistakes{more}", sheet.mistakes_label, mistake))
    for why in card.why:
        more = "" if why == card.why_printed else " more"
        lines.append(_labelled(f"why{more}", sheet.why_label, why))
    if card.why_printed not in card.why:
        lines.append(_labelled("why only-paper", sheet.why_label, card.why_printed))
    return [*lines, "</div>", "</li>"]


def _labelled(names: str, label: str, text: str) -> str:
    return f'<p class="{names}"><strong>{escape(label)}:</strong> {escape(text)}</p>'


def _lying(card: Card) -> str:
    """A picture that is much wider than high has room below it on a screen, and not beside it."""
    return " lying" if any(picture.height < 1 / 1.3 for picture in card.pictures) else ""


def _phrases(card: Card, before: tuple[str, ...]) -> str:
    """How long, how hard, with what and which leg; on paper without what was said before."""
    said = [(phrase, f"<strong>{escape(phrase)}</strong>") for phrase in card.dose]
    said += [(phrase, escape(phrase)) for phrase in (*card.needs, *card.ways)]
    return " ".join(f"<span{_more(phrase in before)}>{shown}</span>" for phrase, shown in said)


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
        f'<span class="code">{escape(sheet.code.text)}</span> '
        f"<span>{escape(sheet.code_hint)}</span></p>",
        f"<p>{escape(sheet.privacy)}</p>",
        f'<p class="cited">{escape(sheet.sources.heading)}: {_cited(sheet)}</p>',
        f"<p>{escape(sheet.provenance)}. {escape(sheet.notice)}</p>",
        "</footer>",
    ]
