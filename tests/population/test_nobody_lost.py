"""Files that are not what they seem: nobody is left out in silence, and nothing said is dropped."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys

import pyarrow as pa
import pytest

from glutemed.intake import read_mapping
from glutemed.model.errors import FactsInvalid
from glutemed.population import RowsRejected, person_at, recommend_file, recommend_many
from population_help import expected, rows_of, said

PERSON = {"screening": "clear", "person.age": 34, "complaint.conditions": ["patellofemoral_pain"]}
FLAG = "screening.hot_swollen_knee"


def run(tmp_path, lines, ruleset, **more):
    """The rows that came out of some lines, and the numbers of those that were refused."""
    source, out = tmp_path / "people.jsonl", tmp_path / "out.parquet"
    source.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    rejects = tmp_path / "rejects.csv"
    counts = recommend_file(source, out, ruleset, rejects=rejects, **more).counts
    refused = [int(line.split(",")[0]) for line in rejects.read_text("utf-8").splitlines()[1:]]
    found = rows_of(out)
    assert counts.people == len(lines) == len(found) + len(refused)
    return found, refused


def test_a_set_that_names_a_part_twice_is_no_person_whatever_others_write(tmp_path, ruleset):
    once, twice = '["patellofemoral_pain"]', '["patellofemoral_pain", "hip_replacement"]'
    pair = f'{{"complaint.conditions": {{"present": {once}, "present": {twice}}}}}'
    _, refused = run(tmp_path, [json.dumps(PERSON), pair], ruleset)
    assert refused == [2]
    with pytest.raises(FactsInvalid):
        person_at(tmp_path / "people.jsonl", 2, ruleset)


@pytest.mark.parametrize(
    "line",
    [
        f'{{"{FLAG.capitalize()}": false, "{FLAG}": true}}',
        f'{{"screening": {{"hot_swollen_knee": true, "Hot_swollen_knee": false}}, "{FLAG}x": 1}}',
    ],
)
def test_keys_that_differ_in_capitals_only_are_refused(tmp_path, ruleset, line):
    with pytest.raises(FactsInvalid, match="differ in capitals only"):
        run(tmp_path, [line], ruleset, id_column=FLAG.capitalize())


def test_parts_of_a_struct_of_one_name_are_refused(ruleset):
    parts = [pa.array([False]), pa.array([True])]
    twice = pa.StructArray.from_arrays(parts, names=["hot_swollen_knee", "hot_swollen_knee"])
    with pytest.raises(RowsRejected):
        recommend_many(pa.table({"screening": twice}), ruleset)
    with pytest.raises(FactsInvalid, match="`person` must be a mapping of facts"):
        recommend_many(pa.table({"person": twice}), ruleset)


def test_of_two_lists_that_are_both_unknown_nothing_is_taken_as_absent(ruleset):
    kind = pa.struct([("present", pa.list_(pa.string())), ("absent", pa.list_(pa.string()))])
    sets = pa.array([None, {"present": None, "absent": None}, {"present": []}], kind)
    found = recommend_many(pa.table({"complaint.conditions": sets}), ruleset)
    unknown, both, none = found.column("questions").to_pylist()
    assert unknown == both
    assert "complaint.conditions" in unknown
    assert none != unknown


@pytest.mark.parametrize("name", ["people.csv.gz", "people.jsonl.gz", "people.tsv.gz"])
@pytest.mark.parametrize("part", [0.25, 0.5, 0.75, 0.999])
def test_of_a_compressed_file_that_is_cut_off_nobody_is_read(tmp_path, ruleset, name, part):
    lines = [f'{{"person.age": {20 + place % 60}}}\n' for place in range(20_000)]
    if "jsonl" not in name:
        lines = ["person.age\n", *(f"{20 + place * 7 % 60}\n" for place in range(20_000))]
    packed = gzip.compress("".join(lines).encode())
    source, out = tmp_path / name, tmp_path / "out.parquet"
    source.write_bytes(packed[: int(len(packed) * part)])
    with pytest.raises(FactsInvalid, match="it is damaged, or its end is missing"):
        recommend_file(source, out, ruleset)
    source.write_bytes(packed[:-8] + bytes(4) + packed[-4:])
    with pytest.raises(FactsInvalid, match="it is damaged, or its end is missing"):
        recommend_file(source, out, ruleset)
    assert not out.exists()
    source.write_bytes(packed + packed)
    assert recommend_file(source, out, ruleset, rejects=tmp_path / "rejects.csv").counts.people in {
        40_000,
        40_001,
    }


def test_a_compression_whose_end_cannot_be_seen_is_refused(tmp_path, ruleset):
    source = tmp_path / "people.csv.zst"
    source.write_bytes(b"\x28\xb5\x2f\xfd")
    with pytest.raises(FactsInvalid, match="its name must end in"):
        recommend_file(source, tmp_path / "out.parquet", ruleset)


@pytest.mark.parametrize("name", ["rowid", "ROWID", "file_row_number"])
def test_no_id_is_called_as_the_number_of_a_row(ruleset, name):
    people = pa.table({name: [2, 1, 0], FLAG: [True, False, None]})
    with pytest.raises(FactsInvalid, match="DuckDB calls the number of a row so"):
        recommend_many(people, ruleset, id=name)


@pytest.mark.parametrize("depth", [20, 499, 501, 5_000, 200_000])
def test_a_line_that_is_nested_deeply_is_no_person_and_ends_nothing(tmp_path, ruleset, depth):
    deep = '{"person.age": ' + "[" * depth + "]" * depth + "}"
    _, refused = run(tmp_path, [json.dumps(PERSON), deep, json.dumps(PERSON)], ruleset)
    assert refused == [2]
    with pytest.raises(FactsInvalid):
        person_at(tmp_path / "people.jsonl", 2, ruleset)


@pytest.mark.parametrize("line", ["\x01", "\x01\x01\x01", "\x01\x02", '{"person.age": 3}\x01'])
def test_a_line_of_signs_that_nobody_sees_counts(tmp_path, ruleset, line):
    _, refused = run(tmp_path, [json.dumps(PERSON), line, json.dumps(PERSON)], ruleset)
    assert refused == [2]


@pytest.mark.parametrize("value", ["NaN", "-Infinity"])
def test_a_number_that_is_none_is_refused_alone_as_well(tmp_path, ruleset, value):
    _, refused = run(tmp_path, [f'{{"person.age": {value}}}'], ruleset)
    assert refused == [1]
    with pytest.raises(FactsInvalid):
        person_at(tmp_path / "people.jsonl", 1, ruleset)


def test_what_a_killed_run_of_the_same_number_left_behind_is_taken_away(tmp_path, ruleset):
    """As in a container, where every run may have the same number."""
    (tmp_path / f".out.parquet.{os.getpid()}.part").mkdir()
    run(tmp_path, [json.dumps(PERSON)], ruleset)
    assert list(tmp_path.glob(".out*")) == []


@pytest.mark.skipif(sys.platform == "win32", reason="no pipes with names")
@pytest.mark.parametrize("option", ["--output", "--rejects"])
def test_what_is_no_regular_file_is_not_replaced(tmp_path, option):
    (tmp_path / "people.csv").write_text("person.age\n34\n", encoding="utf-8")
    pipe = tmp_path / "pipe.parquet"
    os.mkfifo(pipe)
    options = {"--output": "out.parquet", option: "pipe.parquet"}
    command = [sys.executable, "-m", "glutemed", "batch", "people.csv"]
    for name, value in options.items():
        command += [name, value]
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 2
    assert "it is no regular file" in done.stderr
    assert pipe.is_fifo()
    assert not (tmp_path / "out.parquet").exists()


def test_a_disk_that_is_full_beside_the_rejects_is_left_as_it_was(tmp_path, ruleset, monkeypatch):
    def full(_from, to):
        to.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("glutemed.population.files.shutil.copyfile", full)
    monkeypatch.setattr("glutemed.population.files._same_disk", lambda *_: False)
    with pytest.raises(OSError, match="No space left"):
        run(tmp_path, [json.dumps(PERSON)], ruleset)
    assert [path.name for path in tmp_path.iterdir()] == ["people.jsonl"]


MIXED = [
    {"screening": "clear", "person": {"age": 34}},
    {"screening": {"hot_swollen_knee": True}, "person": {}},
    {"screening": {"night_pain": None}, "person": None},
    {"screening": None, "complaint": {"weeks": 8}},
    {"screening": {}, "complaint": None},
    {"screening": "unknown"},
]
FAULTY = [
    {"screening": "yes"},
    {"screening": 1},
    {"screening": {"hot_swollen_knee": "yes"}},
    {"person": 5},
    {"person": "unknown"},
    {"complaint": []},
]


@pytest.mark.parametrize("at_once", [1, 3, 2048])
def test_a_line_is_read_alike_whatever_other_lines_hold(tmp_path, ruleset, monkeypatch, at_once):
    """A group of facts may be an object in one line, and missing, or something else, in another."""
    monkeypatch.setattr("glutemed.population.json_lines.LINES_AT_ONCE", at_once)
    lines = [*MIXED, *FAULTY, {"person": {"age": 71}}]
    found, refused = run(tmp_path, as_json(lines), ruleset)
    assert refused == list(range(len(MIXED) + 1, len(MIXED) + len(FAULTY) + 1))
    for row in found:
        values = lines[row["row"] - 1]
        facts, wrong = read_mapping(values, ruleset.vocabulary)
        assert not wrong
        assert said(row) == expected(facts, ruleset), values
        assert person_at(tmp_path / "people.jsonl", row["row"], ruleset) == facts


def test_beside_a_clear_screening_a_red_flag_in_the_same_line_is_not_lost(tmp_path, ruleset):
    lines = [
        {"screening": {"hot_swollen_knee": True}},
        {"screening": "clear", FLAG: True},
        {"screening": "clear", FLAG: None},
    ]
    with pytest.raises(FactsInvalid, match="given twice, once nested and once dotted"):
        run(tmp_path, as_json(lines), ruleset)


def as_json(lines):
    return [json.dumps(line) for line in lines]
