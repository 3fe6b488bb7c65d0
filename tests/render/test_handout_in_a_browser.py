"""The sheet in a real browser: for eyes, for ears, on a phone, in the dark, and on one page of paper."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import attrs
import pytest

from browser import Browser, axe, browser
from glutemed.pipeline import load_ruleset
from glutemed.render.handout import Occasion, Sheet, as_html
from glutemed.render.handout.letters import width
from sheets import DAY, diary_sheet, fullest, sheet_of

RULES = load_ruleset()
GERMAN = load_ruleset(language="de")
SHEETS = ["a programme", "a referral", "a diary"]
_MM = 96 / 25.4
SMALLEST = """
    Math.min(...[...document.querySelectorAll('body *')].filter(element =>
        !element.closest('svg, .heard') && element.getBoundingClientRect().width
        && [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim()))
        .map(element => parseFloat(getComputedStyle(element).fontSize) * 0.75))
"""
"""The smallest type of what is shown, in points."""

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.slow]


@pytest.fixture(scope="module")
def page() -> Iterator[Browser]:
    with browser() as found:
        yield found


def made(name: str) -> Sheet:
    if name == "a diary":
        return diary_sheet(RULES)
    return sheet_of("stage 3" if name == "a programme" else "a referral", RULES)


def written(sheet: Sheet, folder: Path, paper: str = "a4") -> Path:
    path = folder / "sheet.html"
    path.write_text(as_html(sheet, paper), encoding="utf-8")
    return path


@pytest.mark.needs("axe-core")
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1000, 390])
@pytest.mark.parametrize("name", SHEETS)
def test_axe_finds_nothing(page, tmp_path, name, width, dark):
    page.show(written(made(name), tmp_path), width=width, dark=dark)
    script = axe()
    assert script is not None
    assert page.violations(script) == []


@pytest.mark.needs("axe-core")
def test_axe_would_find_something(page, tmp_path):
    path = tmp_path / "bad.html"
    path.write_text("<title>x</title><p style='color:#ccc;background:#fff'>pale<img src='x'>")
    page.show(path)
    script = axe()
    assert script is not None
    assert {"color-contrast", "html-has-lang", "image-alt"} <= {
        found.partition(":")[0] for found in page.violations(script)
    }


def test_the_dark_is_dark_and_the_light_is_light(page, tmp_path):
    shown = "getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3).map(Number)"
    page.show(written(made("a programme"), tmp_path), dark=True)
    assert max(page.evaluate(shown)) < 60
    page.show(written(made("a programme"), tmp_path))
    assert min(page.evaluate(shown)) > 200


@pytest.mark.parametrize("name", SHEETS)
def test_nothing_stands_out_of_a_narrow_phone(page, tmp_path, name):
    sheet = attrs.evolve(made(name), name="W" * 80, note="M" * 300)
    page.show(written(sheet, tmp_path), width=320)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.needs("helvetica")
@pytest.mark.parametrize("paper", ["a4", "letter"])
@pytest.mark.parametrize(
    "name",
    ["the fullest", "in German", "stage 2", "a referral", "a diary", "a diary in German"],
)
def test_it_prints_on_one_page(page, tmp_path, name, paper):
    sheet = {
        "the fullest": lambda: fullest(RULES),
        "in German": lambda: sheet_of("stage 1", GERMAN),
        "a diary": lambda: diary_sheet(RULES),
        "a diary in German": lambda: diary_sheet(GERMAN, 30),
    }.get(name, lambda: sheet_of(name, RULES))()
    path = written(sheet, tmp_path, paper)
    page.show(path)
    pdf = page.printed(paper)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1
    box = re.search(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)", pdf)
    assert box is not None
    size = tuple(round(float(side)) for side in box.groups())
    wanted = {"a4": (595, 842), "letter": (612, 792)}[paper]
    assert all(abs(side - other) <= 1 for side, other in zip(size, wanted, strict=True))


@pytest.mark.needs("helvetica")
@pytest.mark.parametrize("paper", ["a4", "letter"])
@pytest.mark.parametrize("name", ["the fullest", "a diary", "stage 1"])
def test_on_paper_only_empty_rows_are_left_out(page, tmp_path, name, paper):
    """The log takes what room there is; everything else is shown whole, and in its place."""
    sheets = {"the fullest": fullest(RULES), "a diary": diary_sheet(RULES)}
    page.show(written(sheets.get(name) or sheet_of(name, RULES), tmp_path, paper))
    page.on_paper(round({"a4": 194, "letter": 199.9}[paper] * _MM))
    cut = page.evaluate("""
        [...document.querySelectorAll('body *')].filter(element =>
            !element.closest('.log, svg') && getComputedStyle(element).overflow !== 'visible'
            && element.scrollHeight > element.clientHeight + 1).map(element => element.className)
    """)
    assert cut == []
    order = page.evaluate("""
        ['.top', '.exercises', '.safety', '.kept, main > .log', '.coming', 'footer']
            .map(name => document.querySelector(name)?.getBoundingClientRect())
            .filter(box => box?.height).map(box => [box.top, box.bottom])
    """)
    assert len(order) == 6
    assert all(after[0] >= before[1] - 1 for before, after in pairwise(order))
    assert order[-1][1] <= {"a4": 281, "letter": 263.4}[paper] * _MM + 1
    rows = page.evaluate("""
        (() => { const end = document.querySelector('tbody').getBoundingClientRect();
            return [...document.querySelectorAll('tbody tr')].filter(row => {
                const box = row.getBoundingClientRect();
                return box.bottom <= end.bottom + 1 && box.right <= end.right + 1; }).length; })()
    """)
    assert rows >= (4 if name == "a diary" else 6)
    assert page.evaluate(SMALLEST) >= 6.99


@pytest.mark.parametrize("paper", ["a4", "letter"])
@pytest.mark.parametrize("rules", [RULES, GERMAN], ids=["en", "de"])
def test_beside_the_log_stand_the_curves_with_their_names_above_them(page, tmp_path, rules, paper):
    page.show(written(diary_sheet(rules, 30), tmp_path, paper))
    page.on_paper(round({"a4": 194, "letter": 199.9}[paper] * _MM))
    box = """(name => [...document.querySelectorAll(name)].map(element => {
        const found = element.getBoundingClientRect();
        return [found.left, found.top, found.right, found.bottom]; }))"""
    (log,), curves = page.evaluate(f"{box}('.log')"), page.evaluate(f"{box}('.curves svg')")
    names = page.evaluate(f"{box}('.curves figcaption')")
    assert len(curves) == len(names) == 2
    for curve, name in zip(curves, names, strict=True):
        assert name[3] <= curve[1] + 1
        assert curve[0] >= log[2]
        assert curve[3] <= log[3] + 1
        # Its words are 10 of the 320 that it is wide.
        assert 10 * (curve[2] - curve[0]) / 320 * 0.75 >= 7.5
    rows = page.evaluate(f"{box}('tbody tr')")
    (end,) = page.evaluate(f"{box}('tbody')")
    shown = [row for row in rows if row[2] <= end[2] + 1]
    assert len(shown) >= 5
    assert all(row[3] <= end[3] + 1 for row in shown)
    assert page.evaluate("document.querySelector('.coming li').getBoundingClientRect().height > 0")


def test_a_sheet_that_is_too_long_goes_on_to_another_page_and_covers_nothing(page, tmp_path):
    full = fullest(RULES)
    assert full.stop is not None
    sheet = attrs.evolve(full, stop=attrs.evolve(full.stop, texts=full.stop.texts * 8))
    page.show(written(sheet, tmp_path))
    page.on_paper(round(194 * _MM))
    order = page.evaluate("""
        ['.exercises', '.safety', '.log', '.coming', 'footer'].map(name => {
            const box = document.querySelector(name).getBoundingClientRect();
            return [box.top, box.bottom]; })
    """)
    assert all(after[0] >= before[1] - 1 for before, after in pairwise(order))
    assert len(re.findall(rb"/Type\s*/Page\b", page.printed("a4"))) == 2


@pytest.mark.needs("helvetica")
@pytest.mark.parametrize("bold", [False, True])
def test_text_is_as_wide_as_the_layout_takes_it_to_be(page, tmp_path, bold):
    """Where there is Helvetica, or a font of its widths; elsewhere the browser says how wide."""
    texts = [text for card in fullest(RULES).cards for text in (*card.cues, *card.why)]
    page.show(written(made("a referral"), tmp_path))
    found = page.evaluate(f"""
        (() => {{ const pen = document.createElement('canvas').getContext('2d');
            pen.font = '{"bold" if bold else ""} 100px Helvetica, Arial, "Liberation Sans"';
            return {texts!r}.map(text => pen.measureText(text).width); }})()
    """)
    for text, wide in zip(texts, found, strict=True):
        ours = width(text, 100 / 0.3528 / _MM, bold=bold) * _MM
        assert ours == pytest.approx(wide, rel=0.03), text


def test_a_hostile_name_runs_nothing(page, tmp_path):
    typed = "</title></style><script>window.ran=1</script><img src=x onerror='window.ran=1'>"
    occasion = Occasion(day=DAY, name=typed[:80], note=typed)
    sheet = attrs.evolve(made("a programme"), name=occasion.name, note=occasion.note)
    page.show(written(sheet, tmp_path))
    assert page.evaluate("window.ran") is None
    assert page.evaluate("document.querySelectorAll('script, img').length") == 0
    assert page.evaluate("document.querySelector('.note bdi').textContent") == occasion.note


def test_nothing_runs_even_if_it_got_into_the_page(page, tmp_path):
    path = written(made("a referral"), tmp_path)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("<main>", "<main><script>window.ran=1</script>"), encoding="utf-8")
    page.show(path)
    assert page.evaluate("window.ran") is None


def test_nothing_is_fetched(page, tmp_path):
    page.show(written(made("a programme"), tmp_path))
    assert page.evaluate("performance.getEntriesByType('resource').length") == 0
