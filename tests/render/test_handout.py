"""A sheet says all that it must, nothing that it must not, and nobody can write into it."""

from __future__ import annotations

import datetime as dt
import re
from html.parser import HTMLParser
from itertools import pairwise

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glutemed.answer_code import code_of, facts_of
from glutemed.model.facts import UNKNOWN
from glutemed.model.outcome import OutcomeKind
from glutemed.pipeline import load_ruleset, recommend
from glutemed.render.figure import figure_svg
from glutemed.render.handout import NoSheet, Occasion, as_html, handout
from glutemed.render.handout.content import MOST_ASKED
from glutemed.render.handout.lights import bounds
from sheets import DAY, PEOPLE, fullest, person, sheet_of, some_outcomes, undrawn

RULES = load_ruleset()
UNDRAWN = undrawn(RULES)
VOID = {"meta", "br", "path", "rect", "circle"}
HOSTILE = [
    "<script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</style><img src=x onerror=alert(1)>",
    "\"' onmouseover='alert(1)' x=\"",
    "<!-- --><svg onload=alert(1)>",
    "&lt;b&gt; &amp; &#x3c;",
    "{name} %(page)s %s {0} \\0 $x",
    "#let x = 1; #panic() $ * _ ` @ <label>",
    "\u202eevil\u202c \u2066x\u2069 \u200fy",
    "a\x00b\x07c\x1b[31md\x7f",
    "line one\nline two\u2028line three",
    "Z" + "\u0335" * 60,
]


class Page(HTMLParser):
    """The tags and texts of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, tuple[str, ...]]] = []
        self.values: list[tuple[str, str]] = []
        self.open: list[str] = []
        self.found: list[tuple[str, str]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, tuple(name for name, _ in attrs)))
        self.values += [(name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, tuple(name for name, _ in attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.found.append((self.open[-1] if self.open else "", data))

    def texts(self, tag: str) -> list[str]:
        return [text for within, text in self.found if within == tag]

    @property
    def said(self) -> str:
        """All that a person reads, in one line."""
        drop = {"style", "title", "desc"}
        return " ".join(" ".join(t for tag, t in self.found if tag not in drop).split())


def page_of(name: str, occasion: Occasion | None = None) -> Page:
    sheet = sheet_of(name, RULES)
    if occasion is not None:
        sheet = attrs.evolve(sheet, name=occasion.name, note=occasion.note, cards=sheet.cards[:1])
    return Page(as_html(sheet))


# --- What stands on it ----------------------------------------------------------------------------


def test_every_programme_of_the_cases_stands_on_its_sheet_whole():
    seen = 0
    for name, facts, outcome in some_outcomes(RULES, 4):
        if outcome.programme is None:
            continue
        seen += 1
        code = code_of(facts, RULES)
        said = Page(as_html(handout(outcome, UNDRAWN, Occasion(day=DAY), code))).said
        wanted = [*outcome.programme.stop, *outcome.programme.advice, code, outcome.notice]
        for each in outcome.programme.exercises:
            wanted += [each.name, *each.how, *each.cautions, *each.mistakes, *each.why]
            wanted.append(f"{each.dose.reps}")
            if each.depth_counts:
                wanted.append(f"{each.knee_flexion_deg}°")
        assert not [text for text in wanted if " ".join(text.split()) not in said], name
    assert seen > 20


def test_every_referral_of_the_cases_says_what_to_do_and_names_no_exercise():
    seen = 0
    names = {exercise.name for exercise in RULES.exercises}
    for case, facts, outcome in some_outcomes(RULES, 4):
        if outcome.referral is None:
            continue
        seen += 1
        sheet = handout(outcome, UNDRAWN, Occasion(day=DAY), code_of(facts, RULES))
        said = Page(as_html(sheet)).said
        wanted = [*outcome.referral.now.splitlines(), "No exercises until then."]
        wanted += [reason.text for reason in outcome.referral.reasons]
        assert not [text for text in wanted if " ".join(text.split()) not in said], case
        assert not [name for name in names if name in said]
        assert "<table" not in as_html(sheet)
        assert sheet.log is None
        assert not sheet.cards
    assert seen > 20


def test_questions_have_no_sheet():
    facts = person("stage 1", RULES).with_fact("person.age", person("a referral", RULES).person.age)
    outcome = recommend(facts, RULES)
    assert outcome.kind is OutcomeKind.QUESTIONS
    with pytest.raises(NoSheet):
        handout(outcome, RULES, Occasion(day=DAY), code_of(facts, RULES))


def test_beside_a_sure_referral_stand_the_questions_that_could_make_it_more_urgent():
    facts = person("stage 1", RULES).with_fact("screening.leg_swollen", True)
    for name in ("chest_pain_or_breathless", "leg_sore_or_dented"):
        facts = facts.with_fact(f"screening.{name}", UNKNOWN)
    outcome = recommend(facts, RULES)
    sure = outcome.meanwhile
    assert sure is not None
    sheet = handout(outcome, RULES, Occasion(day=DAY), code_of(facts, RULES))
    graver = [each.ask for each in outcome.questions if (each.urgency or 0) > sure.urgency]
    assert graver
    assert list(sheet.asked.texts[1:]) == graver
    assert not sheet.cards
    said = as_html(sheet)
    assert said.index(">What to do now<") < said.index(">Still to be answered<")


def test_of_many_questions_beside_a_sure_referral_the_sheet_says_how_many_they_are():
    facts = person("stage 1", RULES)
    for flag in RULES.vocabulary.red_flags:
        facts = facts.with_fact(flag.name, UNKNOWN)
    facts = facts.with_fact("screening.leg_swollen", True)
    outcome = recommend(facts, RULES)
    graver = [q for q in outcome.questions if (q.urgency or 0) > outcome.meanwhile.urgency]
    sheet = handout(outcome, RULES, Occasion(day=DAY), code_of(facts, RULES))
    assert len(graver) > MOST_ASKED
    assert sheet.asked.texts[1:] == (f"{len(graver)} questions are open.",)


def test_the_dose_the_review_and_the_band_stand_on_it():
    said = page_of("stage 1").said
    for text in (
        "2 sets of 10",
        "rest 60 seconds between sets",
        "effort up to 5 of 10 (somewhat hard)",
        "a light band above the knees",
        "3 sessions a week",
        "22 November 2026",
        "3 January 2027",
        RULES.version,
        RULES.fingerprint[:12],
        "This sheet holds answers about your health",
    ):
        assert text in said


def test_a_step_is_named_with_its_height():
    stepped = next(exercise for exercise in RULES.exercises if exercise.step_cm)
    found = recommend(person("stage 3", RULES), RULES)
    assert found.programme is not None
    first = attrs.evolve(found.programme.exercises[0], exercise=stepped.id, name=stepped.name)
    programme = attrs.evolve(found.programme, exercises=(first,))
    sheet = handout(attrs.evolve(found, programme=programme), RULES, Occasion(day=DAY), "X")
    assert f"a step {stepped.step_cm} cm high" in sheet.cards[0].needs
    assert f"a step {stepped.step_cm} cm high" in {f.text for f in sheet.facts}


@pytest.mark.parametrize("name", ["stage 2", "stage 3"])
def test_the_picture_shows_the_knee_as_it_is_prescribed(name):
    facts = person(name, RULES)
    programme = recommend(facts, RULES).programme
    sheet = sheet_of(name, RULES)
    assert programme is not None
    for each, card in zip(programme.exercises, sheet.cards, strict=True):
        exercise = RULES.exercise[each.exercise]
        figure = RULES.figure[exercise.figure]
        drawn = [
            figure_svg(exercise, figure, phase, each.knee_flexion_deg, phase.capitalize())
            for phase in ("start", "end")
        ]
        assert [picture.svg for picture in card.pictures] == drawn
        assert all(picture.alt.startswith(exercise.name) for picture in card.pictures)


def test_a_lesser_bend_draws_another_picture():
    found = recommend(person("stage 3", RULES), RULES)
    assert found.programme is not None
    deep = next(each for each in found.programme.exercises if each.depth_counts)
    drawn = []
    for bend in (deep.knee_flexion_deg, RULES.exercise[deep.exercise].knee_flexion_deg.least):
        programme = attrs.evolve(
            found.programme, exercises=(attrs.evolve(deep, knee_flexion_deg=bend),)
        )
        outcome = attrs.evolve(found, programme=programme)
        sheet = handout(outcome, RULES, Occasion(day=DAY), "X")
        drawn.append(sheet.cards[0].pictures[1].svg)
        assert f"knee bent {bend}° at most" in sheet.cards[0].ways
    assert drawn[0] != drawn[1]


def test_the_code_on_it_gives_the_answers_back():
    facts = person("stage 1", RULES)
    shown = Page(as_html(sheet_of("stage 1", RULES)))
    code = next(text for text in shown.texts("span") if re.fullmatch(r"[0-9A-Z]{5}(-\w+)+", text))
    assert facts_of(code, RULES) == facts


# --- The pain lights ------------------------------------------------------------------------------


def test_the_lights_change_where_the_rules_change():
    found = bounds(RULES)
    assert found is not None
    assert (found.green, found.amber, found.most) == (2, 5, 10)
    rules = {rule.written: rule for rule in RULES.written_rules}
    told = rules["dose/when-to-do-more"].conclusion.text
    assert f"at {found.green} of 10 or less" in told
    again = rules["dose/same-again-after-amber"].conclusion.text
    assert f"{found.green + 1} to {found.amber} of 10" in again


def test_where_the_rules_have_no_two_thresholds_there_are_no_lights():
    calm = tuple(rule for rule in RULES.rules if "red" not in rule.id and "amber" not in rule.id)
    fewer = attrs.evolve(RULES, rules=tuple(rule for rule in calm if rule.pack != "dose"))
    assert bounds(fewer) is None
    facts = person("stage 1", RULES)
    sheet = handout(recommend(facts, RULES), undrawn(fewer), Occasion(day=DAY), "X")
    assert sheet.lights is None
    assert "When to stop" in Page(as_html(sheet)).said


# --- As a page ------------------------------------------------------------------------------------


@pytest.mark.parametrize("paper", ["a4", "letter"])
@pytest.mark.parametrize("name", PEOPLE)
def test_it_is_one_file_without_a_script_or_an_address(name, paper):
    html = as_html(sheet_of(name, RULES), paper)
    shown = Page(html)
    assert not {tag for tag, _ in shown.tags} & {"script", "link", "iframe", "img", "object"}
    assert not {"src", "href", "srcset"} & {name for name, _ in shown.values}
    assert not [name for name, _ in shown.values if name.startswith("on")]
    assert "url(" not in html
    assert "@import" not in html
    assert ("http-equiv", "Content-Security-Policy") in shown.values
    assert f"size: {'A4' if paper == 'a4' else 'letter'}" in html


@pytest.mark.parametrize("name", PEOPLE)
def test_headings_go_down_by_one_and_ids_are_met_once(name):
    shown = page_of(name)
    levels = [int(tag[1]) for tag, _ in shown.tags if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    ids = [value for name, value in shown.values if name == "id"]
    assert len(ids) == len(set(ids))
    named = [
        word for key, value in shown.values if key == "aria-labelledby" for word in value.split()
    ]
    assert set(named) <= set(ids)
    assert {"header", "main", "footer"} <= {tag for tag, _ in shown.tags}


def test_every_picture_has_a_title_and_says_what_it_shows():
    sheet = sheet_of("stage 2", RULES)
    html = as_html(sheet)
    pictures = [picture for card in sheet.cards for picture in card.pictures]
    assert len(pictures) == 10
    assert html.count('role="img"') == html.count("<desc") == len(pictures)


def test_every_column_of_the_log_has_a_heading():
    sheet = sheet_of("stage 1", RULES)
    html = as_html(sheet)
    assert html.count('<th scope="col"') == len(sheet.cards) + 4
    row = re.search(r"<tbody>\s*<tr>(.*?)</tr>", html)
    assert row is not None
    assert row[1].count("<td") == len(sheet.cards) + 4


def test_the_same_person_gets_the_same_bytes():
    facts = person("stage 2", RULES)
    made = handout(
        recommend(facts, RULES),
        RULES,
        Occasion(day=DAY, name="A. Tester", note="Begin on a calm day."),
        code_of(facts, RULES),
    )
    assert as_html(made) == as_html(sheet_of("stage 2", RULES))


def test_another_paper_is_refused():
    with pytest.raises(ValueError, match="a4, letter"):
        as_html(sheet_of("stage 1", RULES), "a5")


def test_its_title_says_what_it_is_and_for_whom():
    shown = page_of("stage 1", Occasion(day=DAY, name="A. <B>"))
    assert shown.texts("title")[0] == "Your knee programme – A. <B>"
    assert page_of("a referral", Occasion(day=DAY)).texts("title") == [
        "Get help now: this is an emergency"
    ]


def test_the_language_stands_in_the_page():
    sheet = attrs.evolve(sheet_of("stage 1", RULES), lang="de")
    assert '<html lang="de">' in as_html(sheet)
    assert '<html lang="ar" dir="rtl">' in as_html(
        attrs.evolve(sheet, lang="ar", right_to_left=True)
    )


# --- Names ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", HOSTILE)
def test_a_hostile_name_or_note_is_only_text(typed):
    calm = page_of("stage 1", Occasion(day=DAY, name="A", note="B"))
    for occasion in (
        Occasion(day=DAY, name=typed, note="B"),
        Occasion(day=DAY, name="A", note=typed),
    ):
        shown = page_of("stage 1", occasion)
        assert shown.tags == calm.tags
        assert not shown.open
        assert (occasion.name if occasion.note == "B" else occasion.note) in shown.texts("bdi")


@settings(max_examples=150)
@given(st.text(max_size=80))
def test_any_name_is_one_harmless_line(typed):
    name = Occasion(day=DAY, name=typed).name
    assert not set(name) & set(
        "\n\r\t\v\f\x00\x1b\x7f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"
    )
    assert name == name.strip()
    assert Occasion(day=DAY, name=name).name == name


def test_a_name_in_any_script_stays_as_it_is():
    for name in ("Zoë Müller", "Łukasz", "Ολυμπία", "Мария", "مريم", "美咲", "अनुष्का"):
        assert Occasion(day=DAY, name=name).name == name


def test_marks_do_not_pile_up_over_other_lines():
    assert Occasion(day=DAY, name="Z" + "\u0335" * 60).name == "Z" + "\u0335" * 2


@pytest.mark.parametrize("given_", [{"name": "x" * 10_000}, {"note": "y" * 10_000}])
def test_ten_thousand_characters_are_refused(given_):
    with pytest.raises(ValueError, match="has at most"):
        Occasion(day=DAY, **given_)


def test_the_fullest_sheet_is_still_all_there():
    sheet = fullest(RULES)
    said = Page(as_html(sheet)).said
    assert len(sheet.cards) == 5
    for card in sheet.cards:
        assert card.name in said
        assert all(cue in said for cue in card.cues)


def test_a_review_falls_on_the_day_that_the_programme_says():
    facts = person("stage 1", RULES)
    outcome = recommend(facts, RULES)
    assert outcome.programme is not None
    for day in (dt.date(2027, 12, 31), dt.date(2028, 2, 29)):
        sheet = handout(outcome, UNDRAWN, Occasion(day=day), "X")
        review = day + dt.timedelta(weeks=outcome.programme.review_weeks)
        shown = {fact.name: fact.text for fact in sheet.facts}["Look at it again on"]
        assert shown.startswith(f"{review.day} ")
        assert shown.endswith(f" {review.year}")
