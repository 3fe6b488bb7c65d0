"""Files in, files out: every form says the same, nothing is lost, and nothing is half-written."""

from __future__ import annotations

import csv
import json

import duckdb
import pytest

from glutemed.intake import read_mapping
from glutemed.model.errors import FactsInvalid
from glutemed.pipeline import explain
from glutemed.population import RowsRejected, person_at, recommend_file
from population_help import expected, rows_of, said

RUNNER = {
    "screening": "clear",
    "person.age": 30,
    "complaint.conditions": ["patellofemoral_pain"],
    "complaint.felt_at": ["front"],
    "complaint.side": "left",
    "complaint.weeks": 8,
    "complaint.pain_usual": 5,
    "complaint.pain_at_rest": 1,
    "history.latex_allergy": False,
    "history.unsteady": False,
    "history.kneeling_hurts": False,
    "history.hip_replaced": "neither",
    "equipment.bands": ["light", "medium"],
    "equipment.free_weights": False,
    "equipment.step": True,
    "response.sessions_done": 0,
}
OLDER = RUNNER | {"person.age": 71, "complaint.side": "right", "equipment.bands": []}
UNSURE = {"person.age": 44, "complaint.pain_usual": 7, "complaint.conditions": None}
PEOPLE = [RUNNER, OLDER, UNSURE]


def written(value):
    """A value as a CSV file has it."""
    if isinstance(value, list):
        return "; ".join(value) if value else "[]"
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def as_csv(path, people, names=tuple(RUNNER)):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        writer.writerows([[written(person.get(name)) for name in names] for person in people])
    return path


def as_lines(path, people):
    path.write_text("".join(json.dumps(person) + "\n" for person in people), encoding="utf-8")
    return path


def as_parquet(path, lines):
    """As DuckDB reads JSON lines: bools, whole numbers, words, and lists of words."""
    with duckdb.connect() as db:
        db.execute(f"COPY (SELECT * FROM read_json('{lines}')) TO '{path}' (FORMAT parquet)")
    return path


def nested(person):
    found: dict[str, object] = {}
    for name, value in person.items():
        subject, _, rest = name.partition(".")
        if rest:
            found.setdefault(subject, {})[rest] = value
        else:
            found[subject] = value
    return found


@pytest.fixture
def lines(tmp_path):
    return as_lines(tmp_path / "people.jsonl", PEOPLE)


def run(source, ruleset, **more):
    out = source.parent / "out.parquet"
    done = recommend_file(source, out, ruleset, **more)
    return done, rows_of(out)


def test_every_form_of_the_same_people_gets_the_same(tmp_path, ruleset, lines):
    wanted = [expected(read_mapping(person, ruleset.vocabulary)[0], ruleset) for person in PEOPLE]
    sources = [
        lines,
        as_csv(tmp_path / "people.csv", PEOPLE),
        as_parquet(tmp_path / "people.parquet", lines),
        as_lines(tmp_path / "nested.ndjson", [nested(person) for person in PEOPLE]),
    ]
    sources.append(as_parquet(tmp_path / "nested.parquet", sources[-1]))
    for source in sources:
        _, rows = run(source, ruleset)
        assert [said(row) for row in rows] == wanted, source.name
        assert [row["row"] for row in rows] == [1, 2, 3]
    kinds = {each["outcome"] for each in wanted}
    assert kinds == {"programme", "questions"}


def test_an_id_is_passed_on(tmp_path, ruleset):
    people = [person | {"patient": f"p{at}"} for at, person in enumerate(PEOPLE)]
    source = as_lines(tmp_path / "people.jsonl", people)
    with pytest.raises(FactsInvalid, match="unknown fact `patient`"):
        run(source, ruleset)
    source = as_csv(tmp_path / "people.csv", people, (*RUNNER, "patient"))
    _, rows = run(source, ruleset, id_column="patient")
    assert [row["patient"] for row in rows] == ["p0", "p1", "p2"]
    with pytest.raises(
        FactsInvalid, match="`nobody` cannot be the column for --id: there is no such column"
    ):
        run(source, ruleset, id_column="nobody")


def test_an_unknown_column_is_an_error_with_a_suggestion(tmp_path, ruleset):
    source = as_csv(tmp_path / "people.csv", [{"person.agee": 30}], ("person.agee",))
    with pytest.raises(
        FactsInvalid, match=r"unknown fact `person.agee`.*did you mean `person.age`"
    ):
        run(source, ruleset)
    assert not (tmp_path / "out.parquet").exists()


WRONG = {
    "person.age": 200,
    "complaint.pain_usual": 2.5,
    "complaint.side": "middle",
    "complaint.conditions": ["patellofemoral_pain", "gout_of_the_moon"],
    "history.latex_allergy": "no",
    "equipment.bands": 3,
}


@pytest.mark.parametrize("name", WRONG)
def test_a_row_that_is_no_person_is_set_aside_in_the_words_of_the_intake(tmp_path, ruleset, name):
    people = [RUNNER, RUNNER | {name: WRONG[name]}, UNSURE]
    source = as_lines(tmp_path / "people.jsonl", people)
    with pytest.raises(RowsRejected) as refused:
        run(source, ruleset)
    assert refused.value.count == 1
    assert not (tmp_path / "out.parquet").exists()
    rejects = tmp_path / "rejects.csv"
    done, rows = run(source, ruleset, rejects=rejects)
    assert [row["row"] for row in rows] == [1, 3]
    assert done.counts.people == done.counts.answered + done.counts.rejected == 3
    _, found = read_mapping(people[1], ruleset.vocabulary)
    with rejects.open(encoding="utf-8", newline="") as file:
        header, *refusals = csv.reader(file)
    assert header == ["row", "reason"]
    assert refusals == [["2", "; ".join(f"{each.code}: {each.message}" for each in found)]]


def test_a_clear_screening_beside_a_positive_flag_is_no_person(tmp_path, ruleset):
    flag = ruleset.vocabulary.red_flags[0].name
    source = as_lines(tmp_path / "people.jsonl", [RUNNER | {flag: True}, RUNNER])
    done, rows = run(source, ruleset, rejects=tmp_path / "rejects.csv")
    assert done.counts.rejected == 1
    assert [row["row"] for row in rows] == [2]
    assert f"GM407: `screening: clear` stands beside a positive `{flag}`" in (
        tmp_path / "rejects.csv"
    ).read_text(encoding="utf-8")


def test_a_line_that_is_no_json_is_no_person(tmp_path, ruleset):
    source = tmp_path / "people.jsonl"
    source.write_text('{"person.age": 30}\n[1]\n{"person.age": \n\n{}\n', encoding="utf-8")
    done, rows = run(source, ruleset, rejects=tmp_path / "rejects.csv")
    assert done.counts.rejected == 2
    assert [row["row"] for row in rows] == [1, 4]


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ('{"screening.night_pain": false, "screening.night_pain": true}', False),
        ('{"screening": {"night_pain": false, "night_pain": true}}', False),
        ('{"complaint.pain_usual": 2, "complaint.pain_usual": 2}', False),
        ('{"screening": {"night_pain": true}, "screening": {}}', False),
        ('{"screening": {"night_pain": true, "hot_swollen_knee": true}}', True),
    ],
)
def test_a_line_in_which_a_key_stands_twice_is_no_person(tmp_path, ruleset, line, read):
    source = tmp_path / "people.jsonl"
    source.write_text(f"{line}\n{{}}\n", encoding="utf-8")
    done, rows = run(source, ruleset, rejects=tmp_path / "rejects.csv")
    assert [row["row"] for row in rows] == ([1, 2] if read else [2])
    assert done.counts.rejected == (not read)


def test_beside_clear_a_red_flag_that_is_null_stays_open_and_one_left_out_is_answered(
    tmp_path, ruleset
):
    flag = "screening.hot_swollen_knee"
    people = [RUNNER | {flag: None}, RUNNER, RUNNER | {flag: False}, RUNNER | {flag: "unknown"}]
    source = as_lines(tmp_path / "people.jsonl", people)
    _, rows = run(source, ruleset)
    for number, (row, person) in enumerate(zip(rows, people, strict=True), start=1):
        facts = read_mapping(person, ruleset.vocabulary)[0]
        assert said(row) == expected(facts, ruleset)
        assert person_at(source, number, ruleset) == facts
    kinds = ["questions", "programme", "programme", "questions"]
    assert [row["outcome"] for row in rows] == kinds
    assert rows[0]["questions"] == [flag]


def test_no_sign_in_a_csv_begins_a_comment(tmp_path, ruleset):
    ids = ["#1", "2", "#3", "4#"]
    source = tmp_path / "people.csv"
    rows_ = "".join(f"{name},clear,2\n" for name in ids)
    source.write_text(f"id,screening,complaint.pain_usual\n{rows_}", encoding="utf-8")
    _, rows = run(source, ruleset, id_column="id")
    assert [row["id"] for row in rows] == ids
    source.write_text("id,screening.night_pain\n1,#true\n2,\n3,true\n", encoding="utf-8")
    (tmp_path / "out.parquet").unlink()
    done, rows = run(source, ruleset, id_column="id", rejects=tmp_path / "rejects.csv")
    assert [row["id"] for row in rows] == ["2", "3"]
    assert done.counts.rejected == 1


def test_nobody_is_left_out_whose_row_begins_with_a_hash(tmp_path, ruleset):
    """Two rows of four columns, for which DuckDB would guess that the sign begins a comment."""
    source = tmp_path / "people.csv"
    header = "id,person.age,complaint.pain_usual,screening.hot_swollen_knee"
    source.write_text(f"{header}\n#12,30,3,true\n7,30,3,false\n", encoding="utf-8")
    _, rows = run(source, ruleset, id_column="id")
    assert [(row["id"], row["outcome"]) for row in rows] == [
        ("#12", "referral"),
        ("7", "questions"),
    ]


def test_single_quotes_alone_quote_nothing(tmp_path, ruleset):
    source = tmp_path / "people.csv"
    source.write_text("id,complaint.pain_usual\n'1','3'\n'2','4'\n", encoding="utf-8")
    done, rows = run(source, ruleset, id_column="id", rejects=tmp_path / "rejects.csv")
    assert (done.counts.rejected, rows) == (2, [])


def test_only_double_quotes_quote_in_a_csv(tmp_path, ruleset):
    source = tmp_path / "people.csv"
    lines_ = "'1','3'\n'2','4'\n\"3\",\"5\"\n"
    source.write_text(f"id,complaint.pain_usual\n{lines_}", encoding="utf-8")
    done, rows = run(source, ruleset, id_column="id", rejects=tmp_path / "rejects.csv")
    assert [row["id"] for row in rows] == ["3"]
    assert done.counts.rejected == 2


def test_a_title_above_the_header_is_not_passed_over(tmp_path, ruleset):
    source = tmp_path / "people.csv"
    source.write_text("People of March\nperson.age,screening\n30,clear\n", encoding="utf-8")
    with pytest.raises(FactsInvalid):
        run(source, ruleset)


@pytest.mark.parametrize("name", ["people.parquet", "people.xlsx", "people"])
def test_a_file_that_is_none_of_these_is_refused(tmp_path, ruleset, name):
    source = tmp_path / name
    source.write_bytes(b"this is no table")
    with pytest.raises(FactsInvalid, match="cannot read"):
        run(source, ruleset)


def test_any_row_can_be_explained_alone(tmp_path, ruleset, lines):
    for source in (lines, as_csv(tmp_path / "people.csv", PEOPLE)):
        for number, person in enumerate(PEOPLE, start=1):
            facts = person_at(source, number, ruleset)
            assert facts == read_mapping(person, ruleset.vocabulary)[0]
            assert explain(facts, ruleset).outcome
    with pytest.raises(FactsInvalid, match="no row 4"):
        person_at(lines, 4, ruleset)


def test_the_summary_counts_everybody(ruleset, lines):
    done, _ = run(lines, ruleset)
    assert sum(people for _, people in done.summary.outcomes) == 3
    assert dict(done.summary.outcomes)["programme"] == 2
    assert done.summary.people == 3


# --- only what was named ----------------------------------------------------------------------

SORE_CHEST = RUNNER | {"screening": None, "screening.chest_pain_or_breathless": True}


@pytest.mark.parametrize("form", [as_lines, "parquet", as_csv])
@pytest.mark.parametrize("name", ["a[x]b", "a?b", "a*b", "[!q]"])
def test_a_name_with_signs_of_a_pattern_means_that_file_alone(tmp_path, ruleset, form, name):
    def put(stem, person):
        if form == "parquet":
            lines = as_lines(tmp_path / "of.jsonl", [person])
            plain = as_parquet(tmp_path / "of.parquet", lines)
            return plain.rename(tmp_path / f"{stem}.parquet")
        if form is as_csv:
            return as_csv(tmp_path / f"{stem}.csv", [person], tuple(SORE_CHEST))
        return as_lines(tmp_path / f"{stem}.jsonl", [person])

    put("axb", RUNNER)
    put("x", RUNNER)
    people, out = put(name, SORE_CHEST), tmp_path / f"out-{name}.parquet"
    done = recommend_file(people, out, ruleset)
    assert done.counts.people == 1
    assert [who for who, _ in done.summary.outcomes] == ["referral"]
    assert person_at(people, 1, ruleset).value("screening.chest_pain_or_breathless") is True


@pytest.mark.parametrize("form", [as_lines, "parquet", as_csv])
def test_a_folder_is_no_column(tmp_path, ruleset, form):
    folder = tmp_path / "screening=clear"
    folder.mkdir()
    unsure = {"person.age": 34}
    if form == "parquet":
        people = as_parquet(folder / "p.parquet", as_lines(tmp_path / "p.jsonl", [unsure]))
    elif form is as_csv:
        people = as_csv(folder / "p.csv", [unsure], ("person.age", "complaint.side"))
    else:
        people = as_lines(folder / "p.jsonl", [unsure])
    recommend_file(people, tmp_path / "out.parquet", ruleset)
    (found,) = rows_of(tmp_path / "out.parquet")
    assert "screening.chest_pain_or_breathless" in found["questions"]
    assert found["outcome"] == "questions"


@pytest.mark.parametrize(
    "name", ["screening.chest_pain_or_breathless", "person.age", "screening", "outcome", "ROW"]
)
def test_the_column_of_the_id_holds_no_fact_and_no_answer(tmp_path, ruleset, name):
    person = SORE_CHEST | {"screening": "clear", "outcome": "x", "ROW": "x"}
    keep = {k: v for k, v in person.items() if k not in {"outcome", "ROW"} or k == name}
    people = as_csv(tmp_path / "p.csv", [keep], tuple(keep))
    with pytest.raises(FactsInvalid, match="cannot be the column for --id"):
        recommend_file(people, tmp_path / "out.parquet", ruleset, id_column=name)
    if name != "ROW":
        with pytest.raises(FactsInvalid, match="cannot be the column for --id"):
            person_at(people, 1, ruleset, id_column=name)
    assert not (tmp_path / "out.parquet").exists()


def test_a_group_of_facts_is_no_id(tmp_path, ruleset):
    people = as_lines(tmp_path / "p.jsonl", [nested(RUNNER | {"screening": None})])
    with pytest.raises(FactsInvalid, match="it holds facts"):
        recommend_file(people, tmp_path / "out.parquet", ruleset, id_column="complaint")


PASSED = {
    "CAST(range AS UTINYINT)": "UTINYINT",
    "range / 3": "DOUBLE",
    "CAST(range AS DECIMAL(20, 2))": "DECIMAL(20,2)",
    "range > 1": "BOOLEAN",
    "DATE '2026-11-23' + CAST(range AS INTEGER)": "DATE",
    "TIMESTAMP '2026-11-23' + range * INTERVAL 1 SECOND": "TIMESTAMP",
    "TIMESTAMPTZ '2026-11-23 10:00:00Z' + range * INTERVAL 1 SECOND": "TIMESTAMP WITH TIME ZONE",
    "CAST('a' || range AS BLOB)": "BLOB",
    "nullif(range, 1)": "BIGINT",
    "NULL": "INTEGER",
    "[range, 1]": "VARCHAR",
    "CAST('00000000-0000-0000-0000-00000000000' || range AS UUID)": "VARCHAR",
    "range * INTERVAL 1 DAY": "VARCHAR",
}


@pytest.mark.parametrize("own", PASSED)
@pytest.mark.parametrize("name", ["answer", "passed", "w0", "trial", 'my "own" ü'])
def test_a_column_is_passed_on_whatever_it_holds_and_is_called(tmp_path, ruleset, own, name):
    people, out = tmp_path / "people.parquet", tmp_path / "out.parquet"
    quoted = '"' + name.replace('"', '""') + '"'
    with duckdb.connect() as db:
        made = f'SELECT {own} AS {quoted}, 40 AS "person.age" FROM range(3)'
        db.execute(f"COPY ({made}) TO '{people}' (FORMAT parquet)")
        recommend_file(people, out, ruleset, id_column=name)
        text = f"SELECT CAST({quoted} AS VARCHAR) FROM"
        given = db.execute(f"{text} '{people}'").fetchall()
        assert db.execute(f"{text} (FROM '{out}' ORDER BY row)").fetchall() == given
        kind = db.sql(f"SELECT {quoted} FROM '{out}'").types[0]
        assert str(kind) == PASSED[own]
        assert db.sql(f"FROM '{out}'").columns[1] == name


def test_a_column_of_json_lines_is_passed_on(tmp_path, ruleset):
    people = [
        {"patient": "anna", "person": {"age": 40}},
        {"patient": 17, "person": {"age": 41}},
        {"patient": None},
        {"person": {"age": 200}, "patient": "dora"},
        {"patient": {"a": "b"}},
        {},
    ]
    source, out = as_lines(tmp_path / "people.jsonl", people), tmp_path / "out.parquet"
    rejects = tmp_path / "rejects.csv"
    recommend_file(source, out, ruleset, id_column="patient", rejects=rejects)
    with duckdb.connect() as db:
        found = db.execute(f"SELECT row, patient FROM '{out}' ORDER BY row").fetchall()
    assert found == [(1, "anna"), (2, "17"), (3, None), (5, '{"a":"b"}'), (6, None)]
    assert rejects.read_text(encoding="utf-8").splitlines()[1].startswith("4,dora,")
