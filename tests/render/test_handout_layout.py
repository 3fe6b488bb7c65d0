"""What is printed besides what must be, and how large."""

from __future__ import annotations

from itertools import pairwise

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glutemed.pipeline import load_ruleset, recommend
from glutemed.render.handout import Occasion, as_html, handout
from glutemed.render.handout.fit import PAGES, layout, parts
from glutemed.render.handout.letters import lines, width
from sheets import DAY, diary_sheet, fullest, person, sheet_of, undrawn, with_cards

RULES = load_ruleset()
GERMAN = load_ruleset(language="de")
ENGLISH = ["stage 1", "stage 2", "stage 3"]


@pytest.mark.parametrize("paper", PAGES)
def test_fewer_exercises_are_larger_and_say_more(paper):
    found = [layout(with_cards(many, RULES), PAGES[paper]) for many in (5, 3, 1)]
    for more, less in pairwise(found):
        assert less.points >= more.points
        assert less.pictures > more.pictures
        assert (less.mistakes, less.advice) >= (more.mistakes, more.advice)
    assert found[-1].mistakes > 0
    assert found[-1].advice > 0


@pytest.mark.parametrize("paper", PAGES)
@pytest.mark.parametrize("name", [*ENGLISH, "the fullest", "a diary"])
def test_in_english_the_text_has_seven_points_and_a_half_or_nearly_and_nothing_less_than_seven(
    name, paper
):
    sheets = {"the fullest": fullest, "a diary": diary_sheet}
    sheet = sheets[name](RULES) if name in sheets else sheet_of(name, RULES)
    found = layout(sheet, PAGES[paper])
    assert found.points >= 7.3
    assert found.small >= 7.0
    assert sum(parts(sheet, PAGES[paper], found)) < PAGES[paper].height


def test_what_all_exercises_share_is_printed_once():
    sheet = sheet_of("stage 1", RULES)
    assert sheet.every is not None
    assert "effort up to 5 of 10 (somewhat hard)" in sheet.shared
    assert sheet.every.text == " · ".join(sheet.shared)
    for card in sheet.cards:
        assert not set(card.own(sheet.shared)) & set(sheet.shared)
        assert {*card.own(sheet.shared), *sheet.shared} == {*card.dose, *card.needs, *card.ways}
    assert with_cards(1, RULES).every is None


def test_a_reason_that_was_read_is_named_by_its_exercise():
    cards = sheet_of("stage 1", RULES).cards
    first: dict[str, int] = {}
    for card in cards:
        number = first.setdefault(card.why[0], card.number)
        wanted = card.why[0] if number == card.number else f"as for {number}"
        assert card.why_printed == wanted
    assert len(first) < len(cards)


def test_safety_comes_first_in_what_is_good_to_know():
    texts = sheet_of("stage 1", RULES).advice.texts
    packs = {
        rule.conclusion.text: rule.pack for rule in RULES.rules if hasattr(rule.conclusion, "text")
    }
    assert packs[texts[0]] == "safety"
    assert [packs[text] for text in texts].count("safety") == next(
        place for place, text in enumerate(texts) if packs[text] != "safety"
    )


def test_who_speaks_is_named_before_the_studies_and_the_newspaper_only_after_them():
    sheet = sheet_of("stage 1", RULES)
    assert sheet.sources.texts[0] == "Mr Jonathan Miles, in HuffPost UK 2026"
    assert not [text for text in sheet.sources.texts if text.startswith("HuffPost")]


def test_the_review_counts_from_where_it_was_begun():
    outcome = recommend(person("stage 1", RULES), RULES)
    assert outcome.programme is not None
    weeks = outcome.programme.review_weeks
    for day in range(0, 200, 9):
        now = attrs.evolve(Occasion(day=DAY), begun=DAY.replace(month=5, day=1))
        now = attrs.evolve(now, day=now.begun.fromordinal(now.begun.toordinal() + day))
        review = now.review(weeks)
        assert 0 < (review - now.day).days <= 7 * weeks
        assert (review - now.begun).days % (7 * weeks) == 0
    shown = handout(outcome, undrawn(RULES), Occasion(day=DAY), "X")
    assert "3 January 2027" in as_html(shown)


@given(st.text(alphabet="abc defghij W,.", max_size=300), st.floats(20, 200), st.floats(6, 10))
def test_lines_hold_their_text_and_are_no_more_than_words(text, room, points):
    found = lines(text, room, points)
    assert found * room >= width(text, points) - len(text.split(" ")) * width(" ", points) - 1e-6
    if all(width(word, points) <= room for word in text.split(" ")):
        assert found <= max(1, len(text.split(" ")))


@pytest.mark.parametrize("paper", PAGES)
@pytest.mark.parametrize(("language", "least"), [("en", 7.3), ("de", 6.7)])
def test_beside_curves_what_comes_next_is_printed(language, least, paper):
    page = PAGES[paper]
    for full in (diary_sheet(RULES if language == "en" else GERMAN, 30),):
        assert len(full.cards) == 5
        assert full.coming is not None
        found = layout(full, page)
        assert found.coming >= 1
        assert found.points >= least
        assert sum(parts(full, page, found)) + 40 <= page.height


@pytest.mark.parametrize("paper", PAGES)
def test_in_german_five_exercises_have_seven_points_and_a_half_and_the_fullest_nearly(paper):
    for sheet, least in ((sheet_of("stage 1", GERMAN), 7.5), (fullest(GERMAN), 7.2)):
        assert len(sheet.cards) == 5
        assert layout(sheet, PAGES[paper]).points >= least


def test_what_is_at_hand_is_left_out_of_an_exercise_only_where_the_top_says_it():
    sheet = fullest(GERMAN)
    assert not layout(sheet, PAGES["letter"]).needs
    top = " ".join(fact.text for fact in sheet.facts)
    needs = [need for card in sheet.cards for need in card.needs]
    assert needs
    assert all(need in top for need in needs)
    page = as_html(sheet, "letter")
    for need in needs:
        assert f'<span class="more">{need}</span>' in page
    for card in sheet.cards:
        for phrase in (*card.dose, *card.ways):
            if phrase not in sheet.shared:
                assert f'class="more">{phrase}' not in page
                assert f'class="more"><strong>{phrase}' not in page
