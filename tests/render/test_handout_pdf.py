"""The PDF is one page, tagged so that it can be heard, and refuses what it could not show."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import attrs
import pytest

from glutemed.pipeline import load_ruleset
from glutemed.render.handout import GlyphMissing, Occasion, PdfMissing, as_pdf
from glutemed.render.handout.pdf import _data
from sheets import DAY, diary_sheet, fullest, sheet_of

pypdf = pytest.importorskip("pypdf")
pytest.importorskip("typst")

RULES = load_ruleset()
GERMAN = load_ruleset(language="de")


class Heard:
    """A PDF as whoever hears it meets it: the tree of its structure."""

    def __init__(self, content: bytes) -> None:
        self.reader = pypdf.PdfReader(BytesIO(content))
        self.root = self.reader.trailer["/Root"]
        top = self.root["/StructTreeRoot"]
        roles = {str(name): str(role) for name, role in top.get("/RoleMap", {}).items()}
        self.tags = [
            (roles.get(tag, tag).lstrip("/"), element) for tag, element in self._walk(top["/K"])
        ]
        self.counts = Counter(tag for tag, _ in self.tags)
        self.text = " ".join(self.reader.pages[0].extract_text().split())

    def _walk(self, found: Any) -> Iterator[tuple[str, Any]]:
        found = found.get_object()
        if isinstance(found, list):
            for each in found:
                yield from self._walk(each)
        elif isinstance(found, dict) and "/S" in found:
            yield str(found["/S"]), found
            if "/K" in found:
                yield from self._walk(found["/K"])

    def children(self, element: Any) -> list[str]:
        kids = element.get("/K", [])
        kids = kids if isinstance(kids, list) else [kids]
        return [str(kid.get_object()["/S"]) for kid in kids if "/S" in _mapping(kid.get_object())]


def _mapping(found: Any) -> Any:
    return found if isinstance(found, dict) else {}


@pytest.fixture(scope="module")
def programme() -> Heard:
    return Heard(as_pdf(sheet_of("stage 2", RULES)))


@pytest.fixture(scope="module")
def referral() -> Heard:
    return Heard(as_pdf(sheet_of("a referral", RULES)))


def test_it_says_that_it_is_for_everybody_and_what_it_is(programme, referral):
    for heard, title in ((programme, "Your knee programme"), (referral, "Get help now")):
        assert heard.root["/MarkInfo"]["/Marked"]
        assert heard.root["/Lang"] == "en"
        assert heard.root["/ViewerPreferences"]["/DisplayDocTitle"]
        assert heard.reader.metadata.title.startswith(title)
        assert b"pdfuaid:part" in heard.root["/Metadata"].get_data()


def test_its_headings_are_those_of_the_sheet(programme):
    sheet = sheet_of("stage 2", RULES)
    headings = [tag for tag, _ in programme.tags if tag in {"H1", "H2", "H3", "H4"}]
    assert headings[0] == "H1"
    assert headings.count("H1") == 1
    assert headings.count("H3") == len(sheet.cards)
    assert headings == ["H1", "H2", *["H3"] * 5, *["H2"] * 4]


def test_every_picture_says_what_it_shows(programme):
    sheet = sheet_of("stage 2", RULES)
    said = [str(found.get("/Alt", "")) for tag, found in programme.tags if tag == "Figure"]
    wanted = [picture.alt for card in sheet.cards for picture in card.pictures]
    assert sorted(said) == sorted(wanted)


def test_the_log_is_a_table_with_headings(programme):
    sheet = sheet_of("stage 2", RULES)
    columns = len(sheet.cards) + 4
    assert programme.counts["Table"] == 2
    assert programme.counts["TH"] == 2 * columns
    rows = [programme.children(found) for tag, found in programme.tags if tag == "TR"]
    assert {tuple(row) for row in rows} == {("/TH",) * columns, ("/TD",) * columns}
    assert rows.count(["/TD"] * columns) >= 8


def test_when_to_stop_is_a_list(programme):
    sheet = sheet_of("stage 2", RULES)
    assert sheet.stop is not None
    lists = [found for tag, found in programme.tags if tag == "L"]
    assert len(lists) >= 2
    assert programme.children(lists[0]) == ["/LI"] * len(sheet.stop.texts)
    assert programme.counts["LI"] > len(sheet.stop.texts)


def test_everything_stands_on_it(programme):
    sheet = sheet_of("stage 2", RULES)
    said = "".join(programme.text.split())
    wanted = [sheet.code.text, sheet.privacy, sheet.notice, *(sheet.stop or sheet.sources).texts]
    for card in sheet.cards:
        wanted += [card.name, card.amount, *card.dose, *card.cues, *card.cautions]
        wanted += [card.why[0], card.why_printed]
    assert not [text for text in wanted if "".join(text.split()) not in said]


def test_a_diary_is_heard_with_its_curves_and_why_it_goes_on_so():
    sheet = diary_sheet(RULES)
    assert sheet.curves is not None
    assert sheet.course is not None
    heard = Heard(as_pdf(sheet))
    said = [str(found.get("/Alt", "")) for tag, found in heard.tags if tag == "Figure"]
    wanted = [picture.alt for card in sheet.cards for picture in card.pictures]
    assert sorted(said) == sorted([*wanted, *(picture.alt for picture in sheet.curves.pictures)])
    headings = [tag for tag, _ in heard.tags if tag in {"H1", "H2", "H3", "H4"}]
    assert headings == ["H1", "H2", *["H3"] * len(sheet.cards), *["H2"] * 5]
    assert heard.counts["Table"] == 1
    told = "".join(heard.text.split())
    for text in (sheet.course.text, sheet.curves.heading, sheet.code.text, *sheet.stop.texts):
        assert "".join(text.split()) in told
    assert b"pdfuaid:part" in heard.root["/Metadata"].get_data()


def test_a_referral_of_a_diary_shows_what_was_and_no_exercise():
    sheet = attrs.evolve(sheet_of("a referral", RULES), curves=diary_sheet(RULES).curves)
    assert sheet.curves is not None
    heard = Heard(as_pdf(sheet))
    said = [str(found.get("/Alt", "")) for tag, found in heard.tags if tag == "Figure"]
    assert said == [picture.alt for picture in sheet.curves.pictures]
    assert len(heard.reader.pages) == 1


def lines_of(heard: Heard) -> list[tuple[float, float, float, str]]:
    """Each piece of text: from the left, from below, its type size, and what it says."""
    found: list[tuple[float, float, float, str]] = []

    def seen(text: str, cm: list[float], tm: list[float], _font: Any, size: float) -> None:
        if text.strip():
            x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
            y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
            found.append((x, y, abs(size * tm[3] * cm[3]), text.strip()))

    heard.reader.pages[0].extract_text(visitor_text=seen)
    return found


@pytest.mark.parametrize("paper", ["a4", "letter"])
@pytest.mark.parametrize("language", ["en", "de"])
def test_a_diary_of_months_is_one_page_and_says_what_comes_next(paper, language):
    sheet = diary_sheet(RULES if language == "en" else GERMAN, 30)
    assert len(sheet.cards) == 5
    assert sheet.coming is not None
    assert sheet.curves is not None
    heard = Heard(as_pdf(sheet, paper))
    assert len(heard.reader.pages) == 1
    told = "".join(heard.text.split())
    assert "".join(sheet.coming.heading.split()) in told
    assert "".join(sheet.coming.texts[0].split()) in told
    # The name of each curve stands above its words, and what comes next below them all.
    places = lines_of(heard)
    high = {text: y for _, y, _, text in places}
    pain, load = (picture.caption for picture in sheet.curves.pictures)
    heading, coming = sheet.curves.heading, sheet.coming.heading
    assert high[heading] > high[pain] > high[load] > high[coming]
    left = next(x for x, *_, text in places if text == pain)
    drawn = [  # letter by letter, as they stand in a picture
        (y, size)
        for x, y, size, text in places
        if x > left and len(text) == 1 and high[coming] < y < high[heading]
    ]
    assert all(y < high[pain] for y, _ in drawn)
    assert sum(high[load] < y for y, _ in drawn) >= 20 <= sum(y < high[load] for y, _ in drawn)
    assert min(size for _, size in drawn) >= 7.5
    assert min(size for *_, size, _ in places) >= 6.9


@pytest.mark.parametrize("name", ["fullest", "diary"])
def test_what_stands_below_a_long_name_keeps_clear_of_it(name):
    sheet = fullest(GERMAN) if name == "fullest" else diary_sheet(GERMAN, 30)
    places = lines_of(Heard(as_pdf(sheet)))
    words = {word for card in sheet.cards for word in card.name.split()}
    names = [place for place in places if 8.9 < place[2] < 11.6 and set(place[3].split()) <= words]
    assert len(names) >= len(sheet.cards)
    for x, y, size, text in names:
        below = [place for place in places if place[1] < y - 0.4 * size and abs(place[0] - x) < 150]
        _, next_y, next_size, _ = max(below, key=lambda place: place[1])
        # What goes below the line of the one, what stands above the line of the other, and a gap.
        assert y - next_y >= 0.22 * size + 0.72 * next_size + 2, text


def test_a_referral_has_no_picture_and_no_table(referral):
    assert not {"Figure", "Table", "H3"} & set(referral.counts)
    assert "No exercises until then." in referral.text
    assert "What to do now" in referral.text


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_the_fullest_sheet_is_one_page(paper):
    heard = Heard(as_pdf(fullest(RULES), paper))
    assert len(heard.reader.pages) == 1
    box = heard.reader.pages[0].mediabox
    size = (round(float(box.width)), round(float(box.height)))
    assert size == {"a4": (595, 842), "letter": (612, 792)}[paper]
    assert all(
        "".join(card.name.split()) in "".join(heard.text.split()) for card in fullest(RULES).cards
    )


def small(name: str = "A", note: str = "") -> Any:
    """A sheet that is quickly set."""
    occasion = Occasion(day=DAY, name=name, note=note)
    return attrs.evolve(sheet_of("a referral", RULES), name=occasion.name, note=occasion.note)


def test_the_same_sheet_is_the_same_bytes():
    assert as_pdf(small()) == as_pdf(small())


@pytest.mark.parametrize("name", ["Zoë Müller", "Łukasz Żółć", "Ολυμπία", "Мария Щербина"])
def test_a_name_in_another_script_is_set(name):
    assert name in Heard(as_pdf(small(name))).text


def test_a_sign_that_no_font_has_is_named_and_nothing_is_made():
    with pytest.raises(GlyphMissing, match=r"U\+12000"):
        as_pdf(small(name="\U00012000"))  # a sign of cuneiform


@pytest.mark.parametrize(
    "typed",
    [
        '#panic("x")',
        '#image("main.typ")',
        "$ x $ * _ ` = - + / @a <b> \\ ~ [ ] { } ( )",
        '"}, "title": "x',
        "</script><script>",
        "../../x.svg",
    ],
)
def test_a_hostile_name_is_only_text(typed):
    heard = Heard(as_pdf(small(name=typed, note=typed)))
    assert "".join(heard.text.split()).count("".join(typed.split())) == 2
    assert len(heard.reader.pages) == 1


def test_a_name_without_a_gap_stays_on_the_page():
    wide = Heard(as_pdf(small(name="W" * 80, note="M" * 300)))
    assert len(wide.reader.pages) == 1
    right = float(wide.reader.pages[0].mediabox.width)
    places: list[float] = []
    wide.reader.pages[0].extract_text(
        visitor_text=lambda text, _cm, tm, _font, _size: (
            places.append(tm[4]) if text.strip() else None
        )
    )
    assert places
    assert max(places) < right


def test_the_pictures_are_those_of_the_page():
    sheet = sheet_of("stage 3", RULES)
    data, files = _data(sheet, "a4")
    assert "<svg" not in data
    for card in sheet.cards:
        for place, picture in enumerate(card.pictures):
            assert files[f"{card.number}-{place}.svg"] == picture.svg.encode()


def test_another_paper_is_refused():
    with pytest.raises(ValueError, match="a4, letter"):
        as_pdf(small(), "a5")


def test_without_typst_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(PdfMissing, match=r"glutemed\[pdf\]"):
        as_pdf(small())
