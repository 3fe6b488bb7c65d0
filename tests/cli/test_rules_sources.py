"""`glutemed rules sources` and the counts of `glutemed rules list --summary`."""

from __future__ import annotations

import json
from collections import Counter

import attrs
import pytest

from glutemed.rulebook.declarations import READ

MORE = """\
pack: more
version: 0.1.0
title: Sources of every kind
sources:
  - {id: alone-2001, authors: Alone AB, year: 2001, title: One, url: "https://a.org", read: recalled, says: A.}
  - {id: pair-2002, authors: "First AB, Second CD", year: 2002, title: Two, url: "https://a.org", read: full, says: A.}
  - {id: many-2003, authors: "First AB, Second CD, Third EF", year: 2003, title: Three, url: "https://a.org",
     read: full, says: A.}
  - {id: rest-2004, authors: "First AB, et al. (the rest was not seen)", year: 2004, title: Four,
     url: "https://a.org", read: full, says: A.}
  - {id: body-2005, authors: "Pelvic, Obstetric and Gynaecological Physiotherapy (once ACPWH)", year: 2005,
     title: "A title that is so long that nobody would want the whole of it in a list of titles", url: "https://a.org",
     read: full, says: A.}
rules:
  - id: one
    when: {person.age: {below: 19}}
    then: {advise: Take somebody along.}
    because: You may want company.
    sources: [pair-2002]
    reviewed: 2026-11-22
    examples:
      - {given: {person.age: 18}, fires: true}
"""


def words(text):
    return " ".join(text.split())


@pytest.fixture
def more(tmp_path):
    (tmp_path / "more.yaml").write_text(MORE, encoding="utf-8")
    return ("--rules", "more.yaml")


def listed(glutemed, *args):
    done = glutemed("rules", "sources", "--format", "json", *args)
    assert done.exit_code == 0
    return json.loads(done.stdout)


# --- Sources ---------------------------------------------------------------------------------------


def test_every_source_is_listed_with_how_far_it_was_read(glutemed, ruleset):
    done = glutemed("rules", "sources")
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    for source in ruleset.sources:
        assert f"{source.id}  {source.read}" in lines


def test_the_years_and_the_beginning_of_the_titles_are_told(glutemed, ruleset):
    shown = words(glutemed("rules", "sources").stdout)
    for source in ruleset.sources:
        assert f"({source.year}). {source.title[:30].rsplit(' ', 1)[0]}" in shown


def test_json_holds_the_whole_of_each_source(glutemed, ruleset):
    told = listed(glutemed)
    assert [one["id"] for one in told] == [source.id for source in ruleset.sources]
    for one, source in zip(told, ruleset.sources, strict=True):
        for name in ("authors", "year", "title", "journal", "doi", "url", "read", "says"):
            assert one[name] == getattr(source, name)


def test_each_citation_is_counted_once(glutemed, ruleset):
    cited = {one["id"]: one["cited_by"] for one in listed(glutemed)}
    rules = {(rule.written, name) for rule in ruleset.written_rules for name in rule.sources}
    for kind, pairs in {
        "rules": rules,
        "conditions": {(one.id, name) for one in ruleset.conditions for name in one.sources},
        "exercises": {(one.id, name) for one in ruleset.exercises for name in one.sources},
        "hazards": {(one.id, name) for one in ruleset.hazards for name in one.sources},
    }.items():
        expected = Counter(name for _, name in pairs)
        assert {name: counts[kind] for name, counts in cited.items() if counts[kind]} == expected


def test_unread_lists_what_was_only_recalled(glutemed, ruleset, more):
    told = listed(glutemed, "--unread", *more)
    expected = {source.id for source in ruleset.sources if source.read == "recalled"}
    assert {one["id"] for one in told} == expected | {"alone-2001"}
    shown = glutemed("rules", "sources", "--unread", *more).stdout
    assert "alone-2001  recalled\n" in shown
    assert "pair-2002" not in shown


@pytest.mark.parametrize("level", READ)
def test_a_level_lists_what_was_read_that_far(glutemed, ruleset, level):
    told = listed(glutemed, "--read", level)
    assert {one["id"] for one in told} == {one.id for one in ruleset.sources if one.read == level}


def test_levels_add_up(glutemed, more):
    both = listed(glutemed, "--unread", "--read", "full", *more)
    assert {one["read"] for one in both} == {"recalled", "full"}


def test_a_level_that_there_is_not_is_a_wrong_call(glutemed):
    assert glutemed("rules", "sources", "--read", "skimmed").exit_code == 2


def test_authors_and_titles_are_shortened_only_where_they_are_long(glutemed, more):
    shown = words(glutemed("rules", "sources", *more).stdout)
    assert "Alone AB (2001). One cited by nothing yet" in shown
    assert "First AB, Second CD (2002). Two cited by 1 rule " in shown
    assert "First AB et al. (2003). Three" in shown
    assert "First AB et al. (2004). Four" in shown
    assert "Pelvic, Obstetric and Gynaecological Physiotherapy (2005). A title that is" in shown
    assert "in a list of titles" not in shown


def test_where_none_is_left_it_says_so(glutemed, monkeypatch, ruleset):
    read = tuple(attrs.evolve(source, read="full") for source in ruleset.sources)
    monkeypatch.setattr(
        "glutemed.pipeline.load_ruleset", lambda *_, **__: attrs.evolve(ruleset, sources=read)
    )
    done = glutemed("rules", "sources", "--read", "secondary")
    assert done.exit_code == 0
    assert done.stdout == "There is no such source.\n"
    assert listed(glutemed, "--read", "secondary") == []


def test_plain_has_no_sign_beyond_ascii(glutemed):
    assert glutemed("rules", "sources", "--format", "plain").stdout.isascii()


# --- The summary -----------------------------------------------------------------------------------


def counted(glutemed, *args):
    rows = glutemed("rules", "list", "--summary", *args).stdout.splitlines()
    return {words(row.rsplit(None, 1)[0]): row.rsplit(None, 1)[1] for row in rows}


def test_the_summary_counts_what_there_is(glutemed, ruleset):
    told = counted(glutemed)
    assert int(told["packs"]) == len({pack.name for pack in ruleset.packs})
    assert int(told["rules"]) == len({rule.written for rule in ruleset.written_rules})
    assert int(told["ground rules"]) == len(ruleset.written_rules)
    assert int(told["conditions"]) == len(ruleset.conditions)
    assert int(told["exercises"]) == len(ruleset.exercises)
    assert int(told["families"]) == len({exercise.family for exercise in ruleset.exercises})
    assert int(told["hazards"]) == len(ruleset.hazards)
    assert int(told["red flags"]) == len(ruleset.vocabulary.red_flags)
    assert int(told["cases"]) == len(ruleset.cases)
    assert int(told["sources"]) == len(ruleset.sources)
    assert told["fingerprint"] == ruleset.fingerprint


def test_the_sources_of_the_summary_add_up(glutemed, ruleset):
    told = counted(glutemed)
    read = {name: int(told.get(f"read: {name}", 0)) for name in READ}
    assert read == {name: sum(one.read == name for one in ruleset.sources) for name in READ}
    assert sum(read.values()) == int(told["sources"])


def test_an_added_pack_shows_in_the_summary(glutemed, ruleset, more):
    before, after = counted(glutemed), counted(glutemed, *more)
    grown = {name: int(after[name]) - int(before[name]) for name in ("packs", "rules", "sources")}
    assert grown == {"packs": 1, "rules": 1, "sources": 5}
    assert int(after["read: recalled"]) == int(before.get("read: recalled", 0)) + 1
