"""Pain and load so far as two small pictures: legible on paper, without colour."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from xml.sax.saxutils import escape

import attrs

from glutemed.diary.record import MOST_PAIN, Record, Session
from glutemed.diary.response import worst_pain
from glutemed.diary.words import load
from glutemed.model.locale import Locale
from glutemed.model.ruleset import Ruleset
from glutemed.render.handout import Bounds, Curves, Picture, bounds

WIDTH, HEIGHT, TOP, FLOOR = 320, 72, 17, 58
PAIN_LEFT, PAIN_RIGHT = 22, 272
_LOAD_LEFT, _LOAD_RIGHT = 40, 314
_INSET, _BESIDE, _LOWER = 8, 4, 3.4
_LEGEND = 5  # the middle of the words above
_LETTER = 5.2  # how wide a letter is, on the average


@attrs.frozen
class Drawn:
    """One picture: what it is called, what it shows in words, and its elements, 320 by 72."""

    name: str
    title: str
    said: str
    parts: tuple[str, ...]


@attrs.frozen
class Dot:
    """Where a session stands from left to right, and a value of it if that is known."""

    x: float
    value: int | None


@attrs.frozen
class _Axis:
    """Where the days stand from left to right."""

    first: dt.date
    last: dt.date
    left: float
    right: float

    def across(self, day: dt.date) -> float:
        wide = self.right - self.left - 2 * _INSET
        if self.first == self.last:
            return self.left + _INSET + wide / 2
        return self.left + _INSET + wide * (day - self.first).days / (self.last - self.first).days


def curves(record: Record, ruleset: Ruleset) -> Curves | None:
    """Worst and usual pain beside load, each session where its day stands.

    Args:
        record: The record; a session that is forgotten, or a part that was not said, is a gap.
        ruleset: The rules, which say where the pain lights change, in the language that is wanted.

    Returns:
        Two pictures, or None before the first session.
    """
    sessions = record.counted
    if not sessions:
        return None
    locale = ruleset.locale
    drawn = (pain_drawn(sessions, bounds(ruleset), locale), load_drawn(sessions, locale))
    return Curves(heading=locale.say("So far"), pictures=tuple(map(_picture, drawn)))


def _axis(sessions: Sequence[Session], left: float, right: float) -> _Axis:
    days = [session.day for session in sessions]
    return _Axis(min(days), max(days), left, right)


def pain_at(pain: float) -> float:
    """How far down a pain from 0 to 10 is drawn."""
    return FLOOR - (FLOOR - TOP) * pain / MOST_PAIN


def pain_drawn(sessions: Sequence[Session], lights: Bounds | None, locale: Locale) -> Drawn:
    """Worst and usual pain of some sessions, at least one."""
    axis = _axis(sessions, PAIN_LEFT, PAIN_RIGHT)
    size = _size(len(sessions))
    parts = [*_lights(lights, locale), *_days(axis, locale)]
    kinds: tuple[tuple[str, Callable[[Session], int | None]], ...] = (
        ("usual", lambda session: session.usual),
        ("worst", pain_of),
    )
    for kind, value in kinds:
        dots = [Dot(axis.across(session.day), value(session)) for session in sessions]
        parts += _line(dots, kind, size)
    parts += _legend(locale)
    said = description(sessions, locale)
    return Drawn("pain", locale.say("Pain, 0–10"), said, tuple(parts))


def _size(many: int) -> float:
    """How wide half a dot is: less where there are many of them."""
    return max(1.1, min(2.6, 60 / many))


def _lights(found: Bounds | None, locale: Locale) -> Iterator[str]:
    """A line at each end of the scale and where a light changes, with the light's name beside."""
    changes = () if found is None else (found.green + 0.5, found.amber + 0.5)
    for pain in (0, MOST_PAIN):
        yield _rule(pain_at(pain), PAIN_LEFT, PAIN_RIGHT)
        yield _text(PAIN_LEFT - _BESIDE, pain_at(pain) + _LOWER, str(pain), "end")
    for change in changes:
        yield _rule(pain_at(change), PAIN_LEFT, PAIN_RIGHT, ' stroke-dasharray="1 2"')
    if found is None:
        return
    names = (locale.say("Green"), locale.say("Amber"), locale.say("Red"))
    ends = (0.0, *changes, float(MOST_PAIN))
    for name, low, high in zip(names, ends, ends[1:], strict=False):
        yield _text(PAIN_RIGHT + _BESIDE, pain_at((low + high) / 2) + _LOWER, name, "start")
    for most in (found.green, found.amber):
        yield _text(PAIN_LEFT - _BESIDE, pain_at(most) + _LOWER, str(most), "end")


def _days(axis: _Axis, locale: Locale) -> Iterator[str]:
    """The first day on the left and the last one on the right."""
    y = HEIGHT - 2.5
    if axis.first == axis.last:
        yield _text((axis.left + axis.right) / 2, y, locale.date(axis.first), "middle")
        return
    yield _text(axis.left, y, locale.date(axis.first), "start")
    yield _text(axis.right, y, locale.date(axis.last), "end")


def _line(dots: Sequence[Dot], kind: str, size: float) -> Iterator[str]:
    """A line that breaks where a value is not known, and a dot on each."""
    usual = kind == "usual"
    dashed = ' stroke-dasharray="4 2.5" stroke-width="1.1"' if usual else ' stroke-width="1.6"'
    for run in runs(dots):
        if len(run) > 1:
            points = " ".join(f"{dot.x:.1f},{pain_at(dot.value or 0):.1f}" for dot in run)
            yield f'<polyline class="{kind}" fill="none" stroke="currentColor"{dashed} points="{points}"/>'
    for dot in dots:
        if dot.value is not None:
            yield _dot(dot.x, pain_at(dot.value), kind, size)


def _dot(x: float, y: float, kind: str, size: float) -> str:
    place = f'cx="{x:.1f}" cy="{y:.1f}"'
    if kind == "usual":  # larger, so that its ring shows round the other where both are the same
        return (
            f'<circle class="hollow usual" {place} r="{size + 0.9:.1f}" fill="#ffffff" '
            'stroke="currentColor" stroke-width="1.1"/>'
        )
    return f'<circle class="worst" {place} r="{size:.1f}" fill="currentColor"/>'


def _legend(locale: Locale) -> Iterator[str]:
    yield _dot(PAIN_LEFT + 4, _LEGEND, "worst", 2.6)
    worst = locale.say("worst in a session")
    yield _text(PAIN_LEFT + 10, _LEGEND + _LOWER, worst, "start")
    beside = PAIN_LEFT + 30 + _LETTER * len(worst)
    yield _dot(beside, _LEGEND, "usual", 2.6)
    yield _text(beside + 7, _LEGEND + _LOWER, locale.say("usual"), "start")


def load_drawn(sessions: Sequence[Session], locale: Locale) -> Drawn:
    """The load of some sessions, at least one."""
    axis = _axis(sessions, _LOAD_LEFT, _LOAD_RIGHT)
    parts = [_rule(FLOOR, _LOAD_LEFT, _LOAD_RIGHT), *_days(axis, locale)]
    parts.append(_text(_LOAD_LEFT - _BESIDE, FLOOR + _LOWER, "0", "end"))
    amounts = [(axis.across(session.day), load(session)) for session in sessions]
    known = [amount for _, amount in amounts if amount is not None]
    most = max(known, default=0)
    wide = max(1.2, min(9.0, 0.6 * (_LOAD_RIGHT - _LOAD_LEFT) / len(sessions)))
    for x, amount in amounts:
        if amount:
            tall = (FLOOR - TOP) * amount / most
            parts.append(
                f'<rect class="load" x="{x - wide / 2:.1f}" y="{FLOOR - tall:.1f}" width="{wide:.1f}" '
                f'height="{tall:.1f}" fill="currentColor" fill-opacity="0.75"/>'
            )
    if most:
        parts.append(_text(_LOAD_LEFT - _BESIDE, TOP + _LOWER, str(most), "end"))
    parts.append(_text(_LOAD_LEFT, _LEGEND + _LOWER, locale.say("sets × reps × effort"), "start"))
    if not known:
        said = locale.say("Not known.")
    else:
        said = locale.say(
            "From {least} to {most}, and {last} in the last session that says it.",
            least=min(known),
            most=most,
            last=known[-1],
        )
    return Drawn("load", locale.say("Load"), said, tuple(parts))


def _rule(y: float, left: float, right: float, more: str = "") -> str:
    return (
        f'<line x1="{left}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}" stroke="currentColor" '
        f'stroke-width="0.6" stroke-opacity="0.6"{more}/>'
    )


def _text(x: float, y: float, said: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(said)}</text>'


def _picture(drawn: Drawn) -> Picture:
    title_id, said_id = f"curve-{drawn.name}-title", f"curve-{drawn.name}-text"
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'aria-labelledby="{title_id} {said_id}" fill="currentColor" font-size="10" '
        f'font-family="sans-serif"><title id="{title_id}">{escape(drawn.title)}</title>'
        f'<desc id="{said_id}">{escape(drawn.said)}</desc>' + "".join(drawn.parts) + "</svg>\n"
    )
    return Picture(svg=svg, caption=drawn.title, alt=f"{drawn.title}: {drawn.said}")


def pain_of(session: Session) -> int | None:
    """The worst pain in a session, if it is known."""
    found = worst_pain(session)
    return found if isinstance(found, int) else None


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
