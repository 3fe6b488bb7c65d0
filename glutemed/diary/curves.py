"""Pain and load so far as two small pictures for a handout: legible on paper, without colour."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from xml.sax.saxutils import escape

import attrs

from glutemed.diary.plot import Dot, description, pain_of, runs
from glutemed.diary.record import MOST_PAIN, Record, Session
from glutemed.diary.words import load
from glutemed.model.locale import Locale
from glutemed.model.ruleset import Ruleset
from glutemed.render.handout import Bounds, Curves, Picture, bounds

WIDTH, HEIGHT, TOP, FLOOR = 320, 96, 18, 80
PAIN_LEFT, PAIN_RIGHT = 22, 272
_LOAD_LEFT, _LOAD_RIGHT = 40, 314
_INSET, _BESIDE, _LOWER = 8, 4, 3.2


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
    return Curves(
        heading=locale.say("So far"),
        pictures=(
            _pain(sessions, bounds(ruleset), locale),
            _load(sessions, locale),
        ),
    )


def _axis(sessions: Sequence[Session], left: float, right: float) -> _Axis:
    days = [session.day for session in sessions]
    return _Axis(min(days), max(days), left, right)


def pain_at(pain: float) -> float:
    """How far down a pain from 0 to 10 is drawn."""
    return FLOOR - (FLOOR - TOP) * pain / MOST_PAIN


def _pain(sessions: Sequence[Session], lights: Bounds | None, locale: Locale) -> Picture:
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
    return _picture("pain", locale.say("Pain, 0–10"), description(sessions, locale), parts)


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
    y = HEIGHT - _BESIDE
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
            yield f'<polyline fill="none" stroke="currentColor"{dashed} points="{points}"/>'
    for dot in dots:
        if dot.value is not None:
            yield _dot(dot.x, pain_at(dot.value), kind, size)


def _dot(x: float, y: float, kind: str, size: float) -> str:
    place = f'cx="{x:.1f}" cy="{y:.1f}"'
    if kind == "usual":  # larger, so that its ring shows round the other where both are the same
        return (
            f'<circle class="hollow" {place} r="{size + 0.9:.1f}" fill="#ffffff" '
            'stroke="currentColor" stroke-width="1.1"/>'
        )
    return f'<circle {place} r="{size:.1f}" fill="currentColor"/>'


def _legend(locale: Locale) -> Iterator[str]:
    yield _dot(PAIN_LEFT + 4, 6, "worst", 2.6)
    yield _text(PAIN_LEFT + 10, 6 + _LOWER, locale.say("worst in a session"), "start")
    yield _dot(PAIN_LEFT + 124, 6, "usual", 2.6)
    yield _text(PAIN_LEFT + 131, 6 + _LOWER, locale.say("usual"), "start")


def _load(sessions: Sequence[Session], locale: Locale) -> Picture:
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
                f'<rect x="{x - wide / 2:.1f}" y="{FLOOR - tall:.1f}" width="{wide:.1f}" '
                f'height="{tall:.1f}" fill="currentColor" fill-opacity="0.75"/>'
            )
    if most:
        parts.append(_text(_LOAD_LEFT - _BESIDE, TOP + _LOWER, str(most), "end"))
    parts.append(_text(_LOAD_LEFT, 6 + _LOWER, locale.say("sets × reps × effort"), "start"))
    if not known:
        said = locale.say("Not known.")
    else:
        said = locale.say(
            "From {least} to {most}, and {last} in the last session that says it.",
            least=min(known),
            most=most,
            last=known[-1],
        )
    return _picture("load", locale.say("Load"), said, parts)


def _rule(y: float, left: float, right: float, more: str = "") -> str:
    return (
        f'<line x1="{left}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}" stroke="currentColor" '
        f'stroke-width="0.6" stroke-opacity="0.6"{more}/>'
    )


def _text(x: float, y: float, said: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(said)}</text>'


def _picture(name: str, title: str, said: str, parts: Sequence[str]) -> Picture:
    title_id, said_id = f"curve-{name}-title", f"curve-{name}-text"
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'aria-labelledby="{title_id} {said_id}" fill="currentColor" font-size="10" '
        f'font-family="sans-serif"><title id="{title_id}">{escape(title)}</title>'
        f'<desc id="{said_id}">{escape(said)}</desc>' + "".join(parts) + "</svg>\n"
    )
    return Picture(svg=svg, caption=title, alt=f"{title}: {said}")
