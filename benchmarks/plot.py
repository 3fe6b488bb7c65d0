"""Two small plots as SVG: bars and lines, on a scale of powers of ten."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from html import escape
from typing import NamedTuple

INK, FAINT, RULE, OWN, OTHER = "#1f2933", "#61707f", "#dfe4ea", "#0b7285", "#b4bfca"
COLOURS = ("#0b7285", "#d9730d", "#6741d9", "#61707f")
FONT = "font-family=\"system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif\""


class Bar(NamedTuple):
    """One bar; ours is drawn stronger."""

    name: str
    value: float
    own: bool = False


class Line(NamedTuple):
    """One line of points, each a place and a value."""

    name: str
    points: tuple[tuple[float, float], ...]


def bars(heading: str, drawn: Sequence[Bar]) -> str:
    """Bars from the left, each with its value behind it."""
    left, top, width, step = 208, 64, 470, 30
    least = 10 ** math.floor(math.log10(min(bar.value for bar in drawn)))
    most = 10 ** math.ceil(math.log10(max(bar.value for bar in drawn)))
    bottom = top + step * len(drawn)

    def x(value: float) -> float:
        return left + width * math.log(value / least) / math.log(most / least)

    parts = [_text(24, 32, heading, size=16, weight=600)]
    for power in _powers(least, most):
        parts.append(_rule(x(power), top - 6, x(power), bottom))
        parts.append(_text(x(power), bottom + 18, _short(power), fill=FAINT, anchor="middle"))
    for place, bar in enumerate(drawn):
        y = top + step * place
        weight, fill = (600, OWN) if bar.own else (400, OTHER)
        parts.append(_text(left - 10, y + 16, bar.name, anchor="end", weight=weight))
        parts.append(
            f'<rect x="{left}" y="{y + 2}" width="{x(bar.value) - left:.1f}" height="{step - 10}" '
            f'rx="2" fill="{fill}"/>'
        )
        shown = f"{bar.value:,.0f}"
        parts.append(_text(x(bar.value) + 8, y + 16, shown, fill=OWN if bar.own else FAINT))
    parts.append(_text(left, bottom + 40, "each mark is ten times the one before", fill=FAINT))
    return _page(left + width + 90, bottom + 56, heading, parts)


def lines(heading: str, below: str, drawn: Sequence[Line]) -> str:
    """Lines over places, both on scales of powers of ten; each is named at its end."""
    left, top, width, height = 64, 64, 440, 280
    places = [place for line in drawn for place, _ in line.points]
    values = [value for line in drawn for _, value in line.points]
    first, last = min(places), max(places)
    least, most = (
        10 ** math.floor(math.log10(min(values))),
        10 ** math.ceil(math.log10(max(values))),
    )
    bottom = top + height

    def x(place: float) -> float:
        return left + width * math.log(place / first) / math.log(last / first)

    def y(value: float) -> float:
        return bottom - height * math.log(value / least) / math.log(most / least)

    parts = [_text(24, 32, heading, size=16, weight=600)]
    for power in _powers(least, most):
        parts.append(_rule(left, y(power), left + width, y(power)))
        parts.append(_text(left - 8, y(power) + 4, _time(power), fill=FAINT, anchor="end"))
    for place in sorted(set(places)):
        parts.append(_text(x(place), bottom + 20, f"{place:,.0f}", fill=FAINT, anchor="middle"))
    parts.append(_text(left + width / 2, bottom + 42, below, fill=FAINT, anchor="middle"))
    for line, colour in zip(drawn, COLOURS, strict=False):
        path = " ".join(f"{x(place):.1f},{y(value):.1f}" for place, value in line.points)
        parts.append(
            f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2.5" '
            'stroke-linejoin="round"/>'
        )
        for place, value in line.points:
            parts.append(
                f'<circle cx="{x(place):.1f}" cy="{y(value):.1f}" r="3.5" fill="{colour}"/>'
            )
    ends = sorted((y(line.points[-1][1]), number) for number, line in enumerate(drawn))
    free = 0.0
    for end, number in ends:
        free = max(end, free + 17)
        name, colour = drawn[number].name, COLOURS[number]
        parts.append(_text(left + width + 12, free + 4, name, fill=colour, weight=600))
    return _page(left + width + 190, bottom + 58, heading, parts)


def _powers(least: float, most: float) -> Iterable[float]:
    power = least
    while power <= most * 1.0001:
        yield power
        power *= 10


def _short(number: float) -> str:
    return f"{number / 1000:,.0f},000" if number >= 1000 else f"{number:,.0f}"


def _time(microseconds: float) -> str:
    if microseconds >= 1_000_000:
        return f"{microseconds / 1_000_000:,.0f} s"
    return f"{microseconds / 1000:,.0f} ms" if microseconds >= 1000 else f"{microseconds:,.0f} µs"


def _text(
    x: float,
    y: float,
    text: str,
    *,
    size: int = 13,
    fill: str = INK,
    anchor: str = "start",
    weight: int = 400,
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{fill}" '
        f'text-anchor="{anchor}" font-weight="{weight}">{escape(text)}</text>'
    )


def _rule(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{RULE}"/>'


def _page(width: float, height: float, heading: str, parts: Iterable[str]) -> str:
    inner = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'width="{width:.0f}" height="{height:.0f}" role="img" {FONT}>\n'
        f"<title>{escape(heading)}</title>\n"
        f'<rect width="100%" height="100%" fill="#ffffff"/>\n{inner}\n</svg>\n'
    )
