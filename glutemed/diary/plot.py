"""Pain and load over time as one picture by itself: SVG in a string."""

from __future__ import annotations

from xml.sax.saxutils import escape

from glutemed.diary.curves import HEIGHT, WIDTH, description, load_drawn, pain_drawn
from glutemed.diary.earned import GREEN
from glutemed.diary.record import MOST_PAIN, Record
from glutemed.diary.response import RED
from glutemed.model.locale import ENGLISH, Locale
from glutemed.render.handout import Bounds

_HEAD = 16  # above each of the two, for what it is called
_STYLE = """\
.diary-plot{font:10px system-ui,sans-serif;color:#1a1a1a;background:#ffffff}
@media (prefers-color-scheme: dark){.diary-plot{color:#eeeeee;background:#151515}
.diary-plot .hollow{fill:#151515}}
@media print{.diary-plot{color:#000000;background:#ffffff}.diary-plot .hollow{fill:#ffffff}}"""


def plot(record: Record, locale: Locale = ENGLISH) -> str:
    """Worst and usual pain above, load below, each session where its day stands.

    Args:
        record: The record; a session that is forgotten, or a part that was not said, is a gap.
        locale: The language of its words.

    Returns:
        An ``svg`` element, self-contained, 320 wide by `viewBox`. Lines and dots differ in their
        form, not in colour; a title and a description say in words what it shows.
    """
    sessions = record.counted
    lights = Bounds(green=GREEN, amber=RED, most=MOST_PAIN)
    title = locale.say("Pain and load over time")
    both = (pain_drawn(sessions, lights, locale), load_drawn(sessions, locale)) if sessions else ()
    parts = []
    for place, drawn in enumerate(both):
        y = place * (HEIGHT + _HEAD)
        name = f'<text x="4" y="{y + 11}" font-weight="bold">{escape(drawn.title)}</text>'
        parts.append(f'{name}<g transform="translate(0 {y + _HEAD})">{"".join(drawn.parts)}</g>')
    if not both:
        parts.append(f'<text x="4" y="11">{escape(description((), locale))}</text>')
    said = [description(sessions, locale), *(drawn.said for drawn in both[1:])]
    return (
        '<svg class="diary-plot" xmlns="http://www.w3.org/2000/svg" role="img" '
        f'viewBox="0 0 {WIDTH} {2 * (HEIGHT + _HEAD)}" fill="currentColor" '
        'aria-labelledby="diary-plot-title diary-plot-text">\n'
        f'<title id="diary-plot-title">{escape(title)}</title>\n'
        f'<desc id="diary-plot-text">{escape(" ".join(said))}</desc>\n'
        f"<style>{_STYLE}</style>\n" + "\n".join(parts) + "\n</svg>\n"
    )
