"""German as a person meets it: no English in it, nothing that reads like a rule, and no trap of words."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from glutemed.cli.answers import answer
from glutemed.cli.catalogue import exercise as told_of
from glutemed.model.facts import Facts
from glutemed.model.outcome import OutcomeKind
from glutemed.model.vocabulary import Kind
from glutemed.pipeline import explain, load_ruleset, read_facts, recommend
from glutemed.reading.english import english
from glutemed.render import explanation
from glutemed.render.handout.content import handout
from glutemed.render.handout.page import as_html
from glutemed.render.handout.sheet import Occasion
from glutemed.render.human import as_text
from glutemed.rulebook import catalogues
from glutemed.rulebook.files import bundled, named
from glutemed.rulebook.po_files import beside, read

ENGLISH_WORDS = {
    "a", "and", "are", "at", "back", "bend", "by", "degrees", "do", "does", "each", "for", "from",
    "has", "have", "if", "is", "it", "knee", "known", "more", "most", "no", "not", "of", "on", "or",
    "pain", "session", "sessions", "stage", "that", "the", "this", "to", "unknown", "week", "weeks",
    "when", "with", "yes", "you", "your",
}  # fmt: skip
"""Words of English that are no words of German."""


@pytest.fixture(scope="module")
def german():
    return load_ruleset(language="de")


@pytest.fixture(scope="module")
def outcomes(german):
    """What some people of the cases get, of every kind and every stage."""
    found = {}
    for case in german.cases:
        facts = read_facts(dict(case.facts), german)
        outcome = recommend(facts, german)
        urgency = outcome.referral.urgency if outcome.referral else outcome.sure_urgency
        stage = outcome.programme.stage if outcome.programme else None
        found.setdefault((outcome.kind, urgency, stage, bool(outcome.withheld)), (facts, outcome))
    assert {kind for kind, *_ in found} == set(OutcomeKind)
    assert {stage for _, _, stage, _ in found} >= {1, 2, 3}
    return list(found.values())


def in_english(text, ruleset):
    """The words of a German text that are English: without ids, names of facts and commands."""
    text = re.sub(r"`[^`]*`|\[[^\]]*\]|\bglutemed [\w -]*", " ", text)
    text = re.sub(r"[\w./-]*[/_][\w./:-]*|[a-z]+(?:-[a-z0-9]+){1,}", " ", text)
    text = text.replace(ruleset.fingerprint[:12], " ")  # of which some parts look like words
    words = re.findall(r"[a-zäöüß]+", text.casefold())
    return sorted(set(words) & ENGLISH_WORDS)


def catalogue_entries():
    yield from read(catalogues.program("de").read_text("utf-8"), "de")
    for path in (beside(one, "de") for one in named([bundled()]).values()):
        if path.exists():
            yield from read(path.read_text("utf-8"), path.name)


def said_in(entry):
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


# --- No English -------------------------------------------------------------------------------------


def test_the_check_finds_an_english_word(german):
    assert in_english("das Knie hoechstens 45 degrees beugen", german) == ["degrees"]
    assert in_english("Regeln: dose/begin-gently [complaint.side]", german) == []


def test_no_translation_has_an_english_word(german):
    typed = re.compile(r"^(y|n|don't|none|back|stop|and)\b.*,|^and$")
    for entry in catalogue_entries():
        if entry.obsolete or typed.match(entry.msgid):
            continue
        for said in said_in(entry):
            text = re.sub(
                r"\{\w+\}|--\w+|pain, settled|\(sessions\)", " ", said
            )  # names of fields stay
            assert in_english(text, german) == [], entry.msgid


@pytest.mark.parametrize("unicode", [True, False])
def test_no_outcome_has_an_english_word(german, outcomes, unicode):
    for _, outcome in outcomes:
        said = as_text(outcome, german, unicode=unicode, width=10_000)
        assert in_english(said, german) == []
        assert unicode or said.isascii()


def test_a_bend_is_said_in_german_where_there_is_only_ascii(german, outcomes):
    bends = [
        as_text(outcome, german, unicode=False, width=10_000)
        for _, outcome in outcomes
        if outcome.programme and any(one.depth_counts for one in outcome.programme.exercises)
    ]
    assert bends
    for said in bends:
        assert re.search(r"Knie hoechstens \d+ Grad beugen", said)
        assert "°" not in said


def test_no_explanation_has_an_english_word(german, outcomes):
    for facts, _ in outcomes[::3]:
        told = explain(facts, german, "single-leg-squat")
        said = explanation.as_text(told, width=10_000, locale=german.locale)
        assert in_english(said, german) == []


def test_a_day_is_written_as_germans_write_it(german):
    for found in german.exercises[::8]:
        last = told_of(found, german, 100)[-1]
        day = dt.date.fromisoformat(found.reviewed)
        assert last.endswith(f"geprüft am {german.locale.date(day)}")
        assert not re.search(r"\d{4}-\d\d-\d\d", last)


# --- No sentence like a rule ------------------------------------------------------------------------


def colons(line):
    """How many colons stand in a line, not counting those of what is quoted or in brackets."""
    return re.sub(r"„[^“]*“|\([^()]*\)|\[[^\]]*\]", "", line).count(": ")


def test_a_condition_in_german_has_no_colon(german):
    """It stands after one, or in a sentence."""
    for rule in german.rules:
        for negated in (False, True):
            said = english(rule.condition, german.quantities, negated=negated, locale=german.locale)
            assert ": " not in said, rule.id


def test_what_comes_next_has_one_colon_a_line(german, outcomes):
    met = 0
    for _, outcome in outcomes:
        said = as_text(outcome, german, width=10_000).splitlines()
        for heading in ("Was als Nächstes kommt", "Mit anderer Ausrüstung"):
            if heading not in said:
                continue
            at = said.index(heading) + 1
            for line in said[at : said.index("", at) if "" in said[at:] else None]:
                assert colons(line) == 1, line
                met += 1
    assert met > 5


def test_the_tree_of_an_explanation_has_one_colon_a_line_at_most(german, outcomes):
    for facts, _ in outcomes[::3]:
        told = explain(facts, german, "single-leg-squat")
        for line in explanation.as_text(told, width=10_000, locale=german.locale).splitlines():
            if re.search(r"[─✓✗?] ", line) and "/" not in line:
                assert colons(line) <= 1, line


def test_nobody_is_told_of_a_form_where_somebody_should_look_at_them(german):
    """An Überweisung is a doctor's slip of paper; what is meant is: let yourself be examined."""
    for entry in catalogue_entries():
        assert not any("Überweisung" in said for said in said_in(entry)), entry.msgid


# --- No trap ----------------------------------------------------------------------------------------


def test_runners_knee_is_named_as_germans_name_it(german):
    """In German a Läuferknie is the iliotibial band, and not the kneecap as in English."""
    names = {one.id: one.name for one in german.conditions}
    assert "Läuferknie" in names["iliotibial_band_syndrome"]
    assert not any(
        "Läuferknie" in names[one] for one in names.keys() - {"iliotibial_band_syndrome"}
    )


def test_the_place_below_the_kneecap_is_not_behind_it(german):
    words = german.vocabulary["complaint.felt_at"].words
    assert "unterhalb der Kniescheibe" in words["below_kneecap"]
    assert "hinter der Kniescheibe" in words["front"]


def test_a_german_yes_is_a_yes_and_a_german_no_is_a_no(german):
    for fact in german.vocabulary:
        if fact.kind is Kind.BOOL and fact.red_flag:
            for typed, value in (("ja", True), ("j", True), ("nein", False), ("n", False)):
                assert answer(fact, typed, german.locale) is value


def test_no_yes_or_no_question_asks_whether_something_is_not_so(german):
    """A no to a question with a "nicht" in it may be meant as a yes."""
    for fact in german.vocabulary:
        if fact.kind is not Kind.BOOL:
            continue
        asked = re.sub(r"\([^()]*\)", "", fact.ask)
        for question in re.findall(r"[^.?!:]*\?", asked):
            first = question.split(",")[0]
            assert not re.search(r"\bnicht\b", first), fact.name


def test_a_sheet_in_german_has_no_english_heading(german, outcomes):
    by_kind = {outcome.kind: outcome for _, outcome in outcomes}
    for kind in (OutcomeKind.PROGRAMME, OutcomeKind.REFERRAL):
        outcome = by_kind[kind]
        sheet = handout(outcome, german, Occasion(day=dt.date(2026, 11, 22)), "CODE")
        page = re.sub(r"<(style|script|svg)\b.*?</\1>", " ", as_html(sheet), flags=re.DOTALL)
        headings = re.findall(r"<h[1-4][^>]*>(.*?)</h[1-4]>", page, flags=re.DOTALL)
        assert headings
        for heading in headings:
            assert in_english(re.sub(r"<[^>]+>", " ", heading), german) == []


def test_whoever_has_said_nothing_is_asked_in_german(german):
    said = as_text(recommend(Facts(), german), german, width=10_000)
    assert "Davon hängt ab, ob Sie sofort als Notfall untersucht werden müssen" in said
    assert in_english(said, german) == []
