"""Pain and load over time as a picture: SVG in a string, for a page or by itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from xml.sax.saxutils import escape

import attrs

from glutemed.diary.record import MOST_PAIN, Record, Session
from glutemed.diary.response import worst_pain
from glutemed.diary.words import load
from glutemed.model.locale import ENGLISH, Locale

WIDTH, PAIN_HEIGHT, LOAD_HEIGHT = 640, 150, 90
LEFT, RIGHT, TOP, GAP, BOTTOM = 44, 12, 30, 34, 30
GREEN_UNTIL, AMBER_UNTIL = 2, 5
_HEIGHT = TOP + PAIN_HEIGHT + GAP + LOAD_HEIGHT + BOTTOM
_MOST_DATES = 8

_STYLE = """\
.diary-plot{font:12px system-ui,sans-serif;color:#1a1a1a;background:#fff}
.diary-plot text{fill:currentColor}
.diary-plot .rule{stroke:currentColor;stroke-width:1;opacity:.25}
.diary-plot .green{fill:#2e7d32;opacity:.12}
.diary-plot .amber{fill:#f9a825;opacity:.16}
.diary-plot .red{fill:#c62828;opacity:.14}
.diary-plot .worst{fill:none;stroke:#8a1c1c;stroke-width:2}
.diary-plot .worst-dot{fill:#8a1c1c}
.diary-plot .usual{fill:none;stroke:#0b4f8a;stroke-width:2;stroke-dasharray:5 3}
.diary-plot .usual-dot{fill:#fff;stroke:#0b4f8a;stroke-width:2}
.diary-plot .load{fill:#4a4a4a}
@media (prefers-color-scheme: dark){.diary-plot{color:#eee;background:#151515}
.diary-plot .worst{stroke:#ff9a9a}.diary-plot .worst-dot{fill:#ff9a9a}
.diary-plot .usual{stroke:#8fc7ff}.diary-plot .usual-dot{fill:#151515;stroke:#8fc7ff}
.diary-plot .load{fill:#bbb}}
@media print{.diary-plot{color:#000;background:#fff}
.diary-plot .worst{stroke:#8a1c1c}.diary-plot .worst-dot{fill:#8a1c1c}
.diary-plot .usual{stroke:#0b4f8a}.diary-plot .usual-dot{fill:#fff;stroke:#0b4f8a}
.diary-plot .load{fill:#4a4a4a}}"""


@attrs.frozen
class Dot:
    """Where a session stands from left to right, and a value of it if that is known."""

    x: float
    value: int | None


def plot(record: Record, locale: Locale = ENGLISH) -> str:
    """Worst and usual pain above, load below, each session where its day stands.

    Args:
        record: The record; a session that is forgotten, or a part that was not said, is a gap.
        locale: The language of its words.

    Returns:
        An ``svg`` element, self-contained, 640 wide by `viewBox`. Lines differ in dashes and dots
        as well as in colour; a title and a description say in words what it shows.
    """
    sessions = record.counted
    days = [session.day for session in sessions] or [record.start.at.date()]
    first, last = min(days), max(days)
    span = max(1, (last - first).days)

    def across(day: dt.date) -> float:
        return LEFT + 8 + (day - first).days / span * (WIDTH - LEFT - RIGHT - 16)

    def up(pain: int) -> float:
        return TOP + PAIN_HEIGHT * (1 - pain / MOST_PAIN)

    parts = [*_frame(up, locale), *_dates(days, across)]
    said: Sequence[tuple[str, Callable[[Session], int | None]]] = (
        ("usual", lambda session: session.usual),
        ("worst", pain_of),
    )
    for kind, value in said:
        dots = [Dot(across(session.day), value(session)) for session in sessions]
        parts += _line(dots, up, kind)
    parts += _loads([Dot(across(session.day), load(session)) for session in sessions], locale)
    parts += _legend(locale)
    title = locale.say("Pain and load over time")
    return (
        f'<svg class="diary-plot" xmlns="http://www.w3.org/2000/svg" role="img" '
        f'viewBox="0 0 {WIDTH} {_HEIGHT}" aria-labelledby="diary-plot-title diary-plot-text">\n'
        f'<title id="diary-plot-title">{escape(title)}</title>\n'
        f'<desc id="diary-plot-text">{escape(description(sessions, locale))}</desc>\n'
        f"<style>{_STYLE}</style>\n" + "\n".join(parts) + "\n</svg>\n"
    )


def pain_of(session: Session) -> int | None:
    """The worst pain in a session, if it is known."""
    found = worst_pain(session)
    return found if isinstance(found, int) else None


def _frame(up: Callable[[int], float], locale: Locale) -> Iterator[str]:
    wide = WIDTH - LEFT - RIGHT
    bands = (
        ("green", 0, GREEN_UNTIL + 0.5),
        ("amber", GREEN_UNTIL + 0.5, AMBER_UNTIL + 0.5),
        ("red", AMBER_UNTIL + 0.5, MOST_PAIN),
    )
    for name, low, high in bands:
        top = TOP + PAIN_HEIGHT * (1 - high / MOST_PAIN)
        tall = PAIN_HEIGHT * (high - low) / MOST_PAIN
        yield (
            f'<rect class="{name}" x="{LEFT}" y="{top:.1f}" width="{wide}" height="{tall:.1f}"/>'
        )
    for pain in (0, GREEN_UNTIL, AMBER_UNTIL, MOST_PAIN):
        y = up(pain)
        yield f'<line class="rule" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{pain}</text>'
    floor = TOP + PAIN_HEIGHT + GAP + LOAD_HEIGHT
    yield f'<line class="rule" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{floor}" y2="{floor}"/>'
    yield f'<text x="{LEFT}" y="{TOP + PAIN_HEIGHT + GAP - 8}">{escape(locale.say("Load"))}</text>'


def _dates(days: Sequence[dt.date], across: Callable[[dt.date], float]) -> Iterator[str]:
    """A few days below, none so near to another that they would touch."""
    every = max(1, -(-len(days) // _MOST_DATES))
    taken: float | None = None
    for day in days[::every]:
        x = across(day)
        if taken is not None and x - taken < (WIDTH - LEFT - RIGHT) / (_MOST_DATES + 1):
            continue
        taken = x
        yield f'<text x="{x:.1f}" y="{_HEIGHT - 10}" text-anchor="middle">{day:%m-%d}</text>'


def _line(dots: Sequence[Dot], up: Callable[[int], float], kind: str) -> Iterator[str]:
    """A line that breaks where a value is not known, and a dot on each."""
    for run in runs(dots):
        points = " ".join(f"{dot.x:.1f},{up(dot.value or 0):.1f}" for dot in run)
        if len(run) > 1:
            yield f'<polyline class="{kind}" points="{points}"/>'
    for dot in dots:
        if dot.value is not None:
            yield (
                f'<circle class="{kind}-dot" cx="{dot.x:.1f}" cy="{up(dot.value):.1f}" r="3.5"/>'
            )


def runs(dots: Iterable[Dot]) -> Iterator[list[Dot]]:
    """Dots that stand next to each other, broken where a value is not known."""
    run: list[Dot] = []
    for dot in dots:
        if dot.value is None:
            yield run
            run = []
        else:
            run.append(dot)
    yield run


def _loads(dots: Sequence[Dot], locale: Locale) -> Iterator[str]:
    floor = TOP + PAIN_HEIGHT + GAP + LOAD_HEIGHT
    most = max((dot.value for dot in dots if dot.value is not None), default=0)
    wide = max(3.0, min(14.0, 0.5 * (WIDTH - LEFT - RIGHT) / max(1, len(dots))))
    for dot in dots:
        if dot.value:
            tall = LOAD_HEIGHT * dot.value / most
            yield (
                f'<rect class="load" x="{dot.x - wide / 2:.1f}" y="{floor - tall:.1f}" '
                f'width="{wide:.1f}" height="{tall:.1f}"/>'
            )
    if most:
        said = escape(locale.number(most))
        yield f'<text x="{LEFT - 6}" y="{floor - LOAD_HEIGHT + 4}" text-anchor="end">{said}</text>'


def _legend(locale: Locale) -> Iterator[str]:
    worst, usual = locale.say("Worst pain in the session"), locale.say("Usual pain")
    yield f'<line class="worst" x1="{LEFT}" x2="{LEFT + 24}" y1="14" y2="14"/>'
    yield f'<circle class="worst-dot" cx="{LEFT + 12}" cy="14" r="3.5"/>'
    yield f'<text x="{LEFT + 30}" y="18">{escape(worst)}</text>'
    x = LEFT + 250
    yield f'<line class="usual" x1="{x}" x2="{x + 24}" y1="14" y2="14"/>'
    yield f'<circle class="usual-dot" cx="{x + 12}" cy="14" r="3.5"/>'
    yield f'<text x="{x + 30}" y="18">{escape(usual)}</text>'


def description(sessions: Sequence[Session], locale: Locale) -> str:
    """What the picture shows, in words, for who does not see it."""
    if not sessions:
        return locale.say("No session yet.")
    pains = [found for found in map(pain_of, sessions) if found is not None]
    if not pains:
        return locale.count("{n} session.", "{n} sessions.", len(sessions))
    return locale.count(
        "{n} session; the worst pain in one was {least} to {most} of 10, and {last} in the last "
        "one that says it.",
        "{n} sessions; the worst pain in one was {least} to {most} of 10, and {last} in the last "
        "one that says it.",
        len(sessions),
        least=min(pains),
        most=max(pains),
        last=pains[-1],
    )
