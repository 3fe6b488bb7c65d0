"""Whatever a table holds, a row is a person just where the intake takes it, and the same person."""

from __future__ import annotations

import csv
import json
import tempfile
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from glutemed.intake import read_mapping
from glutemed.model.errors import FactsInvalid
from glutemed.model.vocabulary import Kind
from glutemed.pipeline import load_ruleset
from glutemed.population import person_at, recommend_file
from population_help import expected, rows_of, said

RULES = load_ruleset()

#: The row that is wrong is named; to make many rows fewer would take minutes.
UNSHRUNK = settings(
    phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck)
)


def words(declared):
    known = [*declared.values[:3], "declined", "unknown", "", " ", "true", "7", "Light", "\u00e4"]
    return st.sampled_from(known)


def anything(declared):
    """Any JSON value, with more of what nearly fits the fact."""
    plain = st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-2, 12),
        st.sampled_from([2**63, -(2**70), 0.5, 3.0, 1e300]),
        words(declared),
    )
    lists = st.lists(st.one_of(words(declared), plain), max_size=3)
    inner = st.one_of(plain, lists, st.just({}))
    keys = st.sampled_from(["present", "absent", "rest", "Present", "other"])
    pairs = st.fixed_dictionaries(
        {}, optional={"present": inner, "absent": inner, "rest": st.one_of(words(declared), inner)}
    )
    return st.one_of(plain, lists, pairs, st.dictionaries(keys, inner, max_size=2))


def lines():
    """Lines of JSON about a few facts of every kind."""
    told = [fact for fact in RULES.vocabulary if not fact.name.startswith("response.each.")]
    by_kind = {kind: [fact for fact in told if fact.kind is kind] for kind in Kind}
    facts = st.sampled_from([kind for kind in Kind if by_kind[kind]]).flatmap(
        lambda kind: st.sampled_from(by_kind[kind])
    )
    pairs = facts.flatmap(lambda fact: st.tuples(st.just(fact.name), anything(fact)))
    clear = st.tuples(st.just("screening"), st.sampled_from(["clear", "unknown", None, "x", 1, []]))
    line = st.lists(st.one_of(pairs, clear), min_size=1, max_size=3).map(dict)
    return st.lists(line, min_size=20, max_size=40)


def check(source, wanted):
    """Each row is what the intake makes of the values, which are wanted of it."""
    out, rejects = source.with_name("out.parquet"), source.with_name("rejects.csv")
    counts = recommend_file(source, out, RULES, rejects=rejects, threads=2).counts
    found = {row["row"]: row for row in rows_of(out)}
    assert counts.people == len(wanted) == len(found) + counts.rejected
    refused = []
    for number, values in enumerate(wanted, 1):
        facts, wrong = read_mapping(values, RULES.vocabulary)
        if facts is None:
            assert wrong
            assert number not in found, values
            refused.append(number)
            continue
        assert number in found, values
        assert said(found[number]) == expected(facts, RULES), values
    assert counts.rejected == len(refused)
    for number in refused[:2]:
        with pytest.raises(FactsInvalid):
            person_at(source, number, RULES)
    taken = next(iter(found), None)
    if taken is not None:
        facts, _ = read_mapping(wanted[taken - 1], RULES.vocabulary)
        assert person_at(source, taken, RULES) == facts


@pytest.mark.law
@settings(UNSHRUNK, max_examples=25)
@given(st.data())
def test_a_line_is_a_person_just_where_the_intake_takes_it(data):
    made = data.draw(lines())
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "people.jsonl"
        source.write_text("".join(json.dumps(line) + "\n" for line in made), encoding="utf-8")
        check(source, made)


@pytest.mark.law
@settings(UNSHRUNK, max_examples=15)
@given(st.data())
def test_a_pair_of_lists_is_a_set_just_where_the_intake_takes_it(data):
    """What is null is not said: no column can leave it out. But beside what is absent it must be
    known what is present: what is left out would be absent, too."""
    sets = [fact for fact in RULES.vocabulary if fact.kind is Kind.SET]
    fact = data.draw(st.sampled_from(sets))
    side = st.none() | st.lists(st.none() | words(fact), max_size=3)
    made = data.draw(st.lists(st.none() | st.tuples(side, side), min_size=10, max_size=30))
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "people.parquet"
        with duckdb.connect() as db:
            db.execute('CREATE TABLE p ("at" STRUCT(present VARCHAR[], absent VARCHAR[]))')
            db.execute(f'ALTER TABLE p RENAME "at" TO "{fact.name}"')
            db.executemany(
                "INSERT INTO p SELECT CASE WHEN ? THEN {'present': ?::VARCHAR[], "
                "'absent': ?::VARCHAR[]} END",
                [(pair is not None, *(pair or (None, None))) for pair in made],
            )
            db.execute(f"COPY p TO '{source}' (FORMAT parquet)")
        wanted = []
        for pair in made:
            present, absent = pair or (None, None)
            value = {"present": present} | ({} if absent is None else {"absent": absent})
            silent = present is None and absent is None
            wanted.append({fact.name: None if silent else value})
        check(source, wanted)


CELLS = st.sampled_from(
    [
        *(
            "7",
            " 7",
            "7.0",
            "+7",
            "-0",
            "007",
            "7,0",
            "1e1",
            "0x7",
            "7 ",
            "\u0667",
            "99999999999999999999",
        ),
        *("true", "TRUE", "True ", "t", "yes", "no", "1", "0", "false", "\ufb01"),
        *("declined", " declined", "Declined", "unknown", "UNKNOWN", "", " ", "null", "NaN", "inf"),
        *("[]", "[ ]", "[light]", "light;medium", "light, medium", "light|", ";", "light medium"),
        *(
            "['light']",
            '["light"]',
            "light\tmedium",
            "light;light",
            "Light",
            "left",
            " left ",
            "both",
        ),
        *(
            "a'b",
            'a"b',
            "clear",
            "clear ",
            "Clear",
            "#",
            *("\u00a0", "\u2007left", "\u200b", "left\u3000"),
            "x" * 300,
            "\n",
            "left\n",
        ),
    ]
)


@pytest.mark.law
@settings(UNSHRUNK, max_examples=12)
@given(st.data())
def test_a_row_of_words_is_the_person_that_is_read_of_it_alone(data):
    told = [fact.name for fact in RULES.vocabulary]
    names = data.draw(
        st.lists(st.sampled_from(["screening", *told]), min_size=2, max_size=5, unique=True)
    )
    cells = data.draw(st.lists(st.tuples(*[CELLS] * len(names)), min_size=15, max_size=15))
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "people.csv"
        with source.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, quoting=csv.QUOTE_ALL).writerows([names, *cells])
        out, rejects = source.with_name("out.parquet"), source.with_name("rejects.csv")
        counts = recommend_file(source, out, RULES, rejects=rejects, threads=2).counts
        found = {row["row"]: row for row in rows_of(out)}
        assert counts.people == len(cells) == len(found) + counts.rejected
        for number, values in enumerate(cells, 1):
            try:
                facts = person_at(source, number, RULES)
            except FactsInvalid:
                assert number not in found, (names, values)
                continue
            assert number in found, (names, values)
            assert said(found[number]) == expected(facts, RULES), (names, values)
