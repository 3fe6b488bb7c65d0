"""What is drawn of a diary is what stands in it."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import attrs
import pytest

from diary.conftest import record, session
from glutemed.diary.curves import FLOOR, TOP
from glutemed.diary.plot import plot
from glutemed.diary.spark import sparkline

SVG = "{http://www.w3.org/2000/svg}"


def drawn(*sessions):
    return ET.fromstring(plot(record(*sessions)))


def heights(picture, kind):
    """The pains that the dots of one kind stand for."""
    dots = [dot for dot in picture.iter(f"{SVG}circle") if kind in dot.get("class").split()]
    return [
        round(10 * (FLOOR - float(dot.get("cy"))) / (FLOOR - TOP))
        for dot in dots
        if float(dot.get("cy")) > TOP - 1
    ]


def test_each_dot_stands_at_its_pain():
    picture = drawn(session(1, 0), session(2, 7, usual=5), session(3, 10))
    assert heights(picture, "worst") == [0, 7, 10]
    assert heights(picture, "usual") == [2, 5, 2]


def test_what_is_not_known_is_a_gap():
    picture = drawn(session(1, 1), session(2, 2), session(3, 3).erased(), session(4, 4))
    assert heights(picture, "worst") == [1, 2, 4]
    lines = [line for line in picture.iter(f"{SVG}polyline") if line.get("class") == "worst"]
    assert [len(line.get("points").split()) for line in lines] == [2]
    assert len([r for r in picture.iter(f"{SVG}rect") if r.get("class") == "load"]) == 3


def test_bars_are_as_tall_as_the_load():
    one, two = session(1), session(2)
    (line,) = two.lines
    half = attrs.evolve(line, done=attrs.evolve(line.done, sets=1))
    picture = drawn(one, attrs.evolve(two, lines=[half]))
    bars = [r for r in picture.iter(f"{SVG}rect") if r.get("class") == "load"]
    tall = [float(bar.get("height")) for bar in bars]
    assert tall[0] == pytest.approx(2 * tall[1])


@pytest.mark.parametrize("sessions", [(), (session(1),), (session(1, None),)])
def test_little_is_drawn_without_fault(sessions):
    picture = drawn(*sessions)
    assert picture.find(f"{SVG}title").text == "Pain and load over time"
    assert picture.find(f"{SVG}desc").text


def test_the_picture_fetches_nothing_and_runs_nothing():
    text = plot(record(session(1), session(2)))
    assert re.findall(r"https?://[^\"' ]+", text) == ["http://www.w3.org/2000/svg"]
    assert "<script" not in text
    assert "url(" not in text


def test_a_sparkline_has_a_sign_for_each():
    assert sparkline([0, 5, 10], most=10) == "▁▅█"
    assert sparkline([0, 10, None, 0], most=10, unicode=False) == "_# _"
    assert sparkline([]) == ""
    assert sparkline([0, 0]) == "▁▁"
