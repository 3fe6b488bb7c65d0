"""Other languages: complete, right in number and date, and without any say in what is decided."""

from __future__ import annotations

import ast
import datetime as dt
import os
import re
import subprocess
import sys
from pathlib import Path

import attrs
import pytest
from hypothesis import given, settings

import glutemed as package
from glutemed.model.errors import UnknownName
from glutemed.model.facts import Facts
from glutemed.model.locale import ENGLISH
from glutemed.model.outcome import NOTICE
from glutemed.pipeline import explain, load_ruleset, read_facts, recommend
from glutemed.reading.english import english
from glutemed.render import explanation
from glutemed.render.human import as_text, ascii_only
from glutemed.render.json import as_json, as_plain
from glutemed.rulebook import cache, catalogues
from glutemed.rulebook.catalogues import locale_from, locale_of, meant
from glutemed.rulebook.files import bundled, named
from glutemed.rulebook.po_files import beside, read, standing
from glutemed.rulebook.spoken import in_language
from glutemed.testing.persons import plausible_people
from languages import ONE_AND_MANY, speaking, wanted
from languages import catalogues as catalogues_of

CODE = Path(package.__file__).parent
SAMPLE = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);\\n"

msgid "{n} session a week"
msgid_plural "{n} sessions a week"
msgstr[0] "{n} sesja w tygodniu"
msgstr[1] "{n} sesje w tygodniu"
msgstr[2] "{n} sesji w tygodniu"

msgid "weeks"
msgstr "tygodnie"

msgid "{n} weeks"
msgid_plural "{n} weeks"
msgstr[0] "{n} tydzień"
msgstr[1] "{n} tygodnie"
msgstr[2] "{n} tygodni"
"""


@pytest.fixture(scope="module")
def ruleset():
    return load_ruleset()


@pytest.fixture(scope="module")
def german():
    return load_ruleset(language="de")


@pytest.fixture(scope="module")
def messages(ruleset):
    return wanted(ruleset)


# --- Complete ---------------------------------------------------------------------------------------


def test_the_catalogue_of_the_program_has_every_message_and_no_other(messages):
    found = standing(read(catalogues.program("de").read_text("utf-8"), "de"), messages[""])
    assert found.missing == ()
    assert found.stale == ()
    assert found.wrong == ()
    assert found.of > 300


def test_the_catalogues_of_the_rules_have_every_text_and_no_other(messages):
    lying = named([bundled()])
    for file in messages.keys() - {""}:
        path = beside(lying[file], "de")
        found = standing(read(path.read_text("utf-8"), file), messages[file])
        assert found.missing == (), path
        assert found.stale == (), path
        assert found.wrong == (), path


def test_every_message_in_the_code_is_one_that_the_extraction_finds(messages):
    """Babel does not look into f-strings, so that no message may stand in one."""
    found = {one.english for one in messages[""]} | {one.many for one in messages[""]}
    for file in CODE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            most = {"say": 1, "message": 1, "count": 2}.get(name, 0)
            said = [getattr(arg, "value", None) for arg in node.args[:most]]
            # `count` of a tuple or a text, and in English for authors, has no two messages first.
            if said and len(said) == most and all(isinstance(text, str) for text in said):
                assert set(said) <= found, f"{file.name}: {said}"


def test_a_message_is_never_made_of_pieces_before_it_is_said():
    for file in CODE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "say":
                assert not any(isinstance(arg, ast.JoinedStr | ast.BinOp) for arg in node.args), (
                    f"{file.name}:{node.lineno}"
                )


def test_no_two_texts_of_one_place_differ_only_in_their_catalogue(messages):
    """What is found by its file and what it is must be one text."""
    for file, of_file in messages.items():
        keys = [one.key for one in of_file]
        assert len(set(keys)) == len(keys), file


def numbers(text):
    """The numbers in a text but those of telephones and of what Germans say as per cent."""
    text = re.sub(r"\{[^}]*\}|\(4 inches\)|in 100 of|\b(999|111|112|116 117)\b", "", text)
    return sorted(re.findall(r"\d+", text))


def test_german_has_the_numbers_of_the_english():
    """A dose, a pain or a week that changes on the way is the worst that a translation can do."""
    files = [catalogues.program("de")]
    files += [beside(path, "de") for path in named([bundled()]).values()]
    compared = 0
    for file in files:
        if not file.exists():
            continue
        for entry in read(file.read_text("utf-8"), file.name):
            said = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
            for one in said:
                assert numbers(one) == numbers(entry.msgid), entry.msgid
                assert ("112" in one) >= ("999" in entry.msgid), entry.msgid
                assert ("116 117" in one) >= bool(re.search(r"\b111\b", entry.msgid)), entry.msgid
            compared += not entry.obsolete
    assert compared > 1400


# --- It decides nothing -----------------------------------------------------------------------------


def without_texts(value):
    """JSON with only the number of texts in place of texts."""
    if isinstance(value, dict):
        return {
            key: len(inner) if key in {"how", "mistakes", "cautions", "stop", "advice"} else inner
            for key, inner in ((key, without_texts(inner)) for key, inner in value.items())
            if key not in {"name", "why", "unlocks", "text", "now", "ask", "notice"}
            and not (key == "needs" and isinstance(inner, str))
        }
    return [without_texts(inner) for inner in value] if isinstance(value, list) else value


def test_a_language_decides_nothing(ruleset, german):
    @settings(max_examples=25)
    @given(plausible_people(ruleset))
    def law(facts):
        one, other = as_plain(recommend(facts, ruleset)), as_plain(recommend(facts, german))
        assert without_texts(one) == without_texts(other)
        assert one["notice"] != other["notice"]

    law()


def test_a_catalogue_that_changes_nothing_changes_no_byte(ruleset, messages):
    """So English is said as it was before there were languages: through messages with values."""
    plain = speaking(ruleset, catalogues_of(messages, lambda text: text))
    assert plain.locale.catalogue is not None
    for case in ruleset.cases[::12]:
        facts = read_facts(dict(case.facts), ruleset)
        assert as_json(recommend(facts, plain)) == as_json(recommend(facts, ruleset))
    facts = read_facts(dict(ruleset.cases[0].facts), ruleset)
    for exercise in (None, "clamshell"):
        one, other = explain(facts, plain, exercise), explain(facts, ruleset, exercise)
        assert explanation.as_json(one) == explanation.as_json(other)
        assert explanation.as_text(one, locale=plain.locale) == explanation.as_text(other)


def test_ids_fingerprint_and_conditions_are_those_of_the_english(ruleset, german):
    assert german.fingerprint == ruleset.fingerprint
    assert german.version == ruleset.version
    assert list(german.vocabulary.facts) == list(ruleset.vocabulary.facts)
    assert list(german.quantities) == list(ruleset.quantities)
    for one, other in zip(ruleset.rules, german.rules, strict=True):
        assert (one.id, one.condition, one.sources) == (other.id, other.condition, other.sources)
        assert type(one.conclusion) is type(other.conclusion)
    for one, other in zip(ruleset.exercises, german.exercises, strict=True):
        said = attrs.evolve(other, name=one.name, how=one.how, mistakes=one.mistakes)
        assert said == one
    assert german.hazards == ruleset.hazards


def test_english_is_the_ruleset_itself(ruleset):
    assert in_language(ruleset, ENGLISH) is ruleset
    assert load_ruleset(language="en") == ruleset
    assert ruleset.locale is ENGLISH


# --- Numbers, dates, plurals ------------------------------------------------------------------------


def test_german_says_numbers_and_days_as_germans_write_them():
    german = locale_of("de")
    assert german.number(2.5) == "2,5"
    assert german.number(1234) == "1234"
    assert german.number(-0.004) == "0"
    assert german.date(dt.date(2026, 3, 3)) == "3. März 2026"
    assert (
        german.count("{n} session a week", "{n} sessions a week", 1) == "1 Übungseinheit pro Woche"
    )
    assert (
        german.count("{n} session a week", "{n} sessions a week", 0)
        == "0 Übungseinheiten pro Woche"
    )


def test_english_says_them_as_before():
    assert ENGLISH.number(2.5) == "2.5"
    assert ENGLISH.number(2.0) == "2"
    assert ENGLISH.date(dt.date(2026, 3, 3)) == "3 March 2026"
    assert ENGLISH.any_of(("a", "b", "c")) == "a, b or c"
    assert ENGLISH.all_of(("a",)) == "a"


@pytest.mark.parametrize(
    ("number", "said"),
    [(1, "1 sesja"), (2, "2 sesje"), (5, "5 sesji"), (12, "12 sesji"), (22, "22 sesje")],
)
def test_a_language_with_three_forms_says_each(number, said):
    polish = locale_from("pl", catalogues.compiled("pl", {"": SAMPLE}))
    assert polish.count("{n} session a week", "{n} sessions a week", number) == f"{said} w tygodniu"


def test_an_amount_of_a_fact_has_the_form_of_its_number(ruleset):
    polish = in_language(ruleset, locale_from("pl", catalogues.compiled("pl", {"": SAMPLE})))
    weeks = polish.vocabulary["complaint.weeks"]
    assert [weeks.say(n, polish.locale) for n in (1, 3, 5)] == [
        "1 tydzień",
        "3 tygodnie",
        "5 tygodni",
    ]
    assert ruleset.vocabulary["complaint.weeks"].say(3) == "3 weeks"


def test_a_language_may_order_a_condition_as_it_likes(ruleset):
    text = f'{SAMPLE}\nmsgid "{{label}} is at least {{value}}"\nmsgstr "≥ {{value}}: {{label}}"\n'
    polish = in_language(ruleset, locale_from("pl", catalogues.compiled("pl", {"": text})))
    rule = polish.rule["dose/lie-down-from-pain-four"]
    assert english(rule.condition, polish.quantities, locale=polish.locale) == "≥ 4: usual pain"


def test_a_heading_that_is_longer_in_another_language_is_shown_whole(german):
    said = as_text(recommend(Facts(), german), german, width=60)
    heading = "Davon hängt ab, ob Sie bald bei einem normalen Termin untersucht werden müssen"
    assert heading in " ".join(said.split())


def test_where_a_terminal_has_only_ascii_german_is_spelled_out():
    assert ascii_only("Übungsbänder: „groß“") == 'Uebungsbaender: "gross"'
    assert ascii_only("żółć") == "zo?c"
    assert ascii_only("höchstens 45° beugen", locale_of("de")) == "hoechstens 45 Grad beugen"
    assert ascii_only("45° at the most") == "45 degrees at the most"


# --- What is lacking --------------------------------------------------------------------------------


def test_what_a_catalogue_lacks_stays_in_english(ruleset):
    polish = in_language(ruleset, locale_from("pl", catalogues.compiled("pl", {"": SAMPLE})))
    said = as_json(recommend(Facts(), polish))
    assert said == as_json(recommend(Facts(), ruleset))


def test_a_translation_with_other_values_is_not_shown():
    text = SAMPLE + '\nmsgid "Dose: {dose}"\nmsgstr "Dawka: {ilość}"\n'
    text += '\nmsgid "Why: {why}"\nmsgstr "Dlaczego: {why"\n'
    polish = locale_from("pl", catalogues.compiled("pl", {"": text}))
    assert polish.say("Dose: {dose}", dose=3) == "Dose: 3"
    assert polish.say("Why: {why}", why="x") == "Why: x"


def test_what_no_speaker_has_reviewed_is_shown_and_said_to_be_so(ruleset, messages):
    of_all = catalogues_of(messages, lambda text: text, fuzzy=True)
    unreviewed = speaking(ruleset, of_all)
    assert unreviewed.locale.unreviewed > 1000
    assert "translated from English" in recommend(Facts(), unreviewed).notice
    reviewed = speaking(ruleset, catalogues_of(messages, lambda text: text))
    assert reviewed.locale.unreviewed == 0
    assert recommend(Facts(), reviewed).notice == NOTICE


def test_the_same_words_in_two_files_may_be_said_differently(ruleset):
    head = f'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Plural-Forms: {ONE_AND_MANY}\\n"\n'
    entry = '\nmsgctxt "name"\nmsgid "Clamshell"\nmsgstr "Klapp"\n'
    file = "rules/exercises/clamshell.yaml"
    here = speaking(ruleset, {"": head, file: head + entry})
    assert here.exercise["clamshell"].name == "Klapp"
    elsewhere = speaking(ruleset, {"": head, "rules/exercises/bridge.yaml": head + entry})
    assert elsewhere.exercise["clamshell"].name == "Clamshell"


# --- Which language ---------------------------------------------------------------------------------


@pytest.mark.parametrize("tag", ["de", "DE", "de-AT", "de_CH", "de_DE.UTF-8"])
def test_german_is_meant_by_every_tag_of_it(tag):
    assert meant(tag) == "de"


@pytest.mark.parametrize("tag", ["xx", "", "../de", "d", "en\n"])
def test_a_language_without_a_catalogue_is_refused(tag):
    with pytest.raises(UnknownName, match="does not speak"):
        locale_of(tag)


def test_rules_that_are_added_bring_their_own_catalogue(tmp_path, monkeypatch):
    monkeypatch.setenv(cache.VARIABLE, os.fspath(tmp_path / "kept"))
    rules = tmp_path / "mine.yaml"
    rules.write_text(
        "pack: mine\nversion: 1.0.0\nrules:\n"
        "  - {id: hello, then: {advise: Drink water.}, because: It is good., sources: [powers-2014],"
        " reviewed: 2026-11-22}\n"
    )
    assert advice(load_ruleset(rules, language="de")) == "Drink water."
    beside(rules, "de").write_text(
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'
        'msgctxt "advise"\nmsgid "Drink water."\nmsgstr "Trinken Sie Wasser."\n',
        encoding="utf-8",
    )
    assert advice(load_ruleset(rules, language="de")) == "Trinken Sie Wasser."
    assert advice(load_ruleset(rules)) == "Drink water."


def advice(ruleset):
    return ruleset.rule["mine/hello"].conclusion.text


# --- What it costs ----------------------------------------------------------------------------------


def test_english_needs_neither_gettext_nor_polib():
    told = (
        "import sys, glutemed; r = glutemed.load_ruleset();"
        "glutemed.as_text(glutemed.recommend(glutemed.read_facts({}, r), r), r);"
        "print(sorted({'gettext', 'polib', 'babel'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_catalogue_is_kept_compiled_and_read_anew_where_that_is_damaged(tmp_path, monkeypatch):
    kept = tmp_path / "kept"
    monkeypatch.setenv(cache.VARIABLE, os.fspath(kept))
    first = locale_of("de")
    (entry,) = kept.glob("*.mo")
    monkeypatch.setattr(catalogues, "compiled", lambda *_: pytest.fail("read again"))
    assert locale_of("de") == first
    monkeypatch.undo()
    monkeypatch.setenv(cache.VARIABLE, os.fspath(kept))
    entry.write_bytes(entry.read_bytes()[:999])
    assert locale_of("de").say("yes") == "ja"
    entry.chmod(0o666)
    assert locale_of("de").say("yes") == "ja"
