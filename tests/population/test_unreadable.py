"""A table that cannot be read: what is said of it names the line, where there is one, and the way out."""

from __future__ import annotations

from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from glutemed.model.errors import FactsInvalid
from glutemed.population import person_at, recommend_file, recommend_many

HEADER = "person.age,person.sex\n"
MANY = "50,female\n" * 60_000
"""More lines than are looked at before the file is read."""

CELLS = "has more or fewer cells than the first line"
QUOTED = "a value that has a separator in it stands between double quotes"

UNREADABLE = {
    "a short line": (
        b"person.age,complaint.weeks\n50,7\n60\n",
        "some lines have more or fewer cells than the first line",
        QUOTED,
    ),
    "a long line": (
        b"person.age,complaint.weeks\n50,7\n60,5,4\n",
        "some lines have more or fewer cells than the first line",
        QUOTED,
    ),
    "a short line, late": (f"{HEADER}{MANY}50\n50,male\n".encode(), f"line 60002 {CELLS}", QUOTED),
    "a long line, late": (f"{HEADER}{MANY}1,a,b\n".encode(), f"line 60002 {CELLS}", QUOTED),
    "an open quote": (
        f'{HEADER}{MANY}50,"male\n50,male\n'.encode(),
        "a double quote in line 60002 has no end",
        "a double quote in a value is written twice",
    ),
    "another encoding": (
        "person.age,person.sex\n50,m\u00e4nnlich\n".encode("latin-1"),
        "line 2 is not UTF-8",
        "save the file as UTF-8",
    ),
    "no end of a line": (
        f"{HEADER}50,{'x' * 2_000_000}\n".encode(),
        "a line of it is too long",
        None,
    ),
    "nothing": (b"", "there is no line with the names of its columns", None),
    "blank lines": (b"\n\n", "there is no line with the names of its columns", None),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_is_wrong_with_a_csv_is_said_with_its_line_and_what_helps(tmp_path, ruleset, name):
    content, reason, advice = UNREADABLE[name]
    source = tmp_path / "people.csv"
    source.write_bytes(content)
    with pytest.raises(FactsInvalid) as refused:
        recommend_file(source, tmp_path / "out.parquet", ruleset)
    (found,) = refused.value.diagnostics
    assert found.message == f"cannot read `{source}`: {reason}"
    assert found.help == advice
    assert [path.name for path in tmp_path.iterdir()] == ["people.csv"]


@pytest.mark.parametrize("digits", [39, 50, 54, 76])
def test_numbers_that_the_database_would_read_as_others_are_refused(tmp_path, ruleset, digits):
    """Of 54 digits it makes 256 weeks of one."""
    source = tmp_path / "people.parquet"
    weeks = pa.array([Decimal(1), None], pa.decimal256(digits, 0))
    pq.write_table(pa.table({"complaint.weeks": weeks}), source)
    with pytest.raises(
        FactsInvalid, match=r"numbers of `complaint\.weeks` have more than 38 digits"
    ):
        recommend_file(source, tmp_path / "out.parquet", ruleset)


def test_numbers_that_the_database_cannot_read_from_another_library_are_refused(ruleset):
    table = pa.table({"complaint.weeks": pa.array([Decimal(1)], pa.decimal256(50, 0))})
    with pytest.raises(FactsInvalid, match="one of values that DuckDB cannot read together"):
        recommend_many(table, ruleset)


def test_decimal_numbers_that_the_database_reads_rightly_are_taken(tmp_path, ruleset):
    source = tmp_path / "people.parquet"
    weeks = pa.array([Decimal(1), None], pa.decimal128(38, 2))
    pq.write_table(pa.table({"complaint.weeks": weeks}), source)
    recommend_file(source, tmp_path / "out.parquet", ruleset)
    assert person_at(source, 1, ruleset).value("complaint.weeks") == 1


def test_what_a_value_says_is_not_taken_for_what_is_wrong(tmp_path, ruleset):
    source = tmp_path / "people.csv"
    source.write_text(f"{HEADER}{MANY}Invalid unicode ,a,b\n", encoding="utf-8")
    with pytest.raises(FactsInvalid, match=f"line 60002 {CELLS}"):
        recommend_file(source, tmp_path / "out.parquet", ruleset)


def test_a_line_of_json_lines_that_is_not_utf_8_is_named(tmp_path, ruleset):
    source = tmp_path / "people.jsonl"
    source.write_bytes('{"person.age": 50}\n{"complaint.side": "\u00e4"}\n'.encode("latin-1"))
    with pytest.raises(FactsInvalid, match=r"line 2 is not UTF-8.*save the file as UTF-8"):
        recommend_file(source, tmp_path / "out.parquet", ruleset)


def test_a_line_that_is_no_json_object_is_called_so(tmp_path, ruleset):
    source, rejects = tmp_path / "people.jsonl", tmp_path / "rejects.csv"
    source.write_text('{"person.age": 50}\n{"person.age": 60\n', encoding="utf-8")
    recommend_file(source, tmp_path / "out.parquet", ruleset, rejects=rejects)
    assert rejects.read_text(encoding="utf-8").splitlines() == [
        "row,reason",
        '2,"GM408: the line must be a JSON object, with each name once"',
    ]
    with pytest.raises(FactsInvalid, match="row 2 is no JSON object, or has one name twice"):
        person_at(source, 2, ruleset)


@pytest.mark.parametrize("name", ["member", "person", "screening.night_pian"])
def test_of_a_column_that_is_no_fact_is_said_how_to_pass_it_on(tmp_path, ruleset, name):
    source = tmp_path / "people.csv"
    source.write_text(f"{name},complaint.weeks\n7,8\n", encoding="utf-8")
    with pytest.raises(FactsInvalid) as refused:
        recommend_file(source, tmp_path / "out.parquet", ruleset)
    (found,) = refused.value.diagnostics
    passed_on = "`glutemed facts` lists the facts; --id names one column to pass on"
    meant = "did you mean `screening.night_pain`?"
    assert found.help == (meant if "pian" in name else passed_on)


def test_a_folder_in_which_the_database_cannot_work_is_refused_by_its_name(tmp_path, ruleset):
    folder = tmp_path / "a?b"
    folder.mkdir()
    source = tmp_path / "people.csv"
    source.write_text("complaint.weeks\n8\n", encoding="utf-8")
    with pytest.raises(OSError, match="the output needs a folder without `\\?` on its path"):
        recommend_file(source, folder / "out.parquet", ruleset)
    assert list(folder.iterdir()) == []
