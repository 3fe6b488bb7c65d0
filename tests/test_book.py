"""The reference book: everything is in it, every link leads somewhere, and the one in docs is this one."""

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from glutemed import load_ruleset
from glutemed.render.book import Page, book, html, markdown
from glutemed.render.book.page import Heading, Link, Paragraph, Word

SHIPPED = Path(__file__).parent.parent / "docs" / "reference" / "rulebook"


@pytest.fixture(scope="module")
def ruleset():
    return load_ruleset()


@pytest.fixture(scope="module")
def pages(ruleset):
    return book(ruleset)


def anchors(page):
    return [block.anchor for block in page.blocks if isinstance(block, Heading)]


def test_every_rule_exercise_hazard_and_source_has_a_heading(ruleset, pages):
    found = {(page.name, anchor) for page in pages for anchor in anchors(page)}
    for rule in ruleset.written_rules:
        pack, _, name = rule.written.partition("/")
        assert (f"packs/{pack}", name) in found
    for exercise in ruleset.exercises:
        assert (f"exercises/{exercise.family}", Heading(exercise.name).anchor) in found
    assert {("hazards", Heading(hazard.id).anchor) for hazard in ruleset.hazards} <= found
    assert {("sources", source.id) for source in ruleset.sources} <= found


def test_every_red_flag_is_asked_on_its_page(ruleset, pages):
    page = next(page for page in pages if page.name == "red-flags")
    text = html(page)
    for flag in ruleset.vocabulary.red_flags:
        assert flag.ask.replace("'", "&#x27;") in text


def test_every_exercise_stands_with_its_picture(ruleset, pages):
    shown = {picture.file for page in pages for picture in page.pictures}
    assert shown == {f"figures/{exercise.id}.svg" for exercise in ruleset.exercises}
    for page in pages:
        for picture in page.pictures:
            ET.fromstring(picture.svg)
            assert picture.alternative in html(page).replace("&#x27;", "'")


@pytest.mark.parametrize(("write", "ending"), [(markdown, ".md"), (html, ".html")])
def test_every_link_leads_to_a_heading_that_is_there(pages, write, ending):
    at = {page.name: set(anchors(page)) | {""} for page in pages}
    links = 0
    for page in pages:
        pattern = r"\]\(([^)]*)\)" if write is markdown else r'href="([^"]*)"'
        for target in re.findall(pattern, write(page)):
            path, _, anchor = target.partition("#")
            if path.startswith(("http:", "https:")) or path.endswith((".css", ".svg")):
                continue
            parts = [*page.name.split("/")[:-1], *path.split("/")]
            while ".." in parts:
                place = parts.index("..")
                del parts[place - 1 : place + 1]
            name = "/".join(parts).removesuffix(ending)
            assert anchor in at[name], (page.name, target)
            links += 1
    assert links > 500


def test_a_page_has_no_heading_twice_in_the_book_that_readers_link_to(pages):
    for page in pages:
        second = [
            block.anchor for block in page.blocks if isinstance(block, Heading) and block.level == 2
        ]
        assert len(second) == len(set(second)), page.name


def test_pages_are_well_formed_html(pages):
    for page in pages:
        text = html(page).removeprefix("<!doctype html>\n")
        for void in ("meta", "link", "img", "wbr"):
            text = re.sub(rf"(<{void}\b[^>]*)>", r"\1/>", text)
        ET.fromstring(text)


def test_a_hostile_text_stays_text():
    page = Page(
        "x", "<b>", (Paragraph(("<script>alert(1)</script>", Word("a"), Link("<i>", "x"))),)
    )
    assert "<script>" not in html(page)
    assert "<i>" not in html(page)
    assert "<script>" not in markdown(page).replace("\\<", "")


def test_the_book_in_the_docs_is_this_one(pages):
    """`make docs` writes it anew."""
    wanted = {f"{page.name}.md": markdown(page) for page in pages}
    wanted |= {picture.file: picture.svg for page in pages for picture in page.pictures}
    there = {
        str(path.relative_to(SHIPPED)): path.read_text(encoding="utf-8")
        for path in SHIPPED.rglob("*")
        if path.is_file()
    }
    assert there.keys() == wanted.keys()
    assert [name for name in wanted if there[name] != wanted[name]] == []
