"""On a real local Spark everybody gets what DuckDB gives, row for row; rejects and all."""

from __future__ import annotations

import csv
import datetime as dt
import math
import random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from glutemed.model.errors import FactsInvalid
from glutemed.model.facts import UNKNOWN, Members
from glutemed.model.vocabulary import Kind
from glutemed.pipeline import read_facts
from glutemed.population import recommend_file
from glutemed.reading import sql
from glutemed.testing import complete_people, neighbours, people
from population_help import rows_of, said

pytestmark = [pytest.mark.needs("spark"), pytest.mark.slow]

PERSONS = 60


@pytest.fixture(scope="module")
def session():
    from pyspark.sql import SparkSession

    options = {
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.memory": "1g",
        "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1",  # it does not run for long
        "spark.sql.shuffle.partitions": "2",
        "spark.ui.enabled": "false",
    }
    builder = SparkSession.builder.master("local[2]").appName("glutemed")
    for name, value in options.items():
        builder = builder.config(name, value)
    found = builder.getOrCreate()
    found.sparkContext.setLogLevel("OFF")
    yield found
    found.stop()


@pytest.fixture(scope="module")
def persons(ruleset, repository):
    """People as Hypothesis draws them: hardly known, wholly known, and next to one who exercises."""
    runner = (repository / "docs/tutorial/runner.yaml").read_text(encoding="utf-8")
    runner = read_facts(runner, ruleset)
    found = []

    @settings(
        max_examples=PERSONS,
        phases=[Phase.generate],
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.one_of(neighbours(ruleset, runner), people(ruleset), complete_people(ruleset)))
    def draw(facts):
        found.append(facts)

    draw()
    assert len(found) > PERSONS / 2
    return [*found, runner]


# --- The two roads ----------------------------------------------------------------------------


def by_duckdb(path, ruleset):
    out, refused = path.parent / "out.parquet", path.parent / "rejects.csv"
    recommend_file(path, out, ruleset, id_column="who", rejects=refused)
    with refused.open(encoding="utf-8", newline="") as file:
        rejects = {row["who"]: row["reason"] for row in csv.DictReader(file)}
    return {str(row["who"]): said(row) for row in rows_of(out)}, rejects


def by_spark(frame, ruleset):
    from glutemed.population.spark import recommend_frame

    found = recommend_frame(frame, ruleset, id="who")
    outcomes, rejects = found.outcomes.toArrow().to_pylist(), found.rejects.toArrow().to_pylist()
    assert found.counts.people == len(outcomes) + len(rejects)
    assert (found.counts.answered, found.counts.rejected) == (len(outcomes), len(rejects))
    assert {row["ruleset"] for row in outcomes} <= {ruleset.fingerprint}
    return (
        {str(row["who"]): said(row) for row in outcomes},
        {str(row["who"]): row["reason"] for row in rejects},
    )


def check(path, frame, ruleset, size):
    outcomes, rejects = by_duckdb(path, ruleset)
    assert len(outcomes) + len(rejects) == size
    assert outcomes.keys().isdisjoint(rejects)
    found, refused = by_spark(frame, ruleset)
    assert refused == rejects
    assert found == outcomes
    return outcomes, rejects


# --- People in columns of their own types -------------------------------------------------------


def typed(ruleset, persons):
    """One column a fact that somebody knows, as Arrow has it: (name, type, values)."""
    columns = {}
    for name, declared in ruleset.vocabulary.facts.items():
        values = [facts.value(name) for facts in persons]
        if all(value is UNKNOWN for value in values):
            continue
        plain = [None if value is UNKNOWN else value for value in values]
        kind = {Kind.BOOL: pa.bool_(), Kind.INT: pa.int32(), Kind.ENUM: pa.string()}.get(
            declared.kind
        )
        if name == "complaint.weeks":
            kind, plain = pa.float64(), [None if each is None else float(each) for each in plain]
        elif name == "complaint.pain_usual":
            kind = pa.decimal128(5, 1)
        elif name == "complaint.felt_at":
            kind = pa.list_(pa.string())
            plain = [each and sorted(each.present) for each in plain]
        elif declared.kind is Kind.SET:
            kind = pa.struct([(side, pa.list_(pa.string())) for side in ("present", "absent")])
            plain = [
                {"present": sorted(each.present), "absent": sorted(each.absent)}
                if isinstance(each, Members)
                else None
                for each in plain
            ]
        columns[name] = (kind, plain)
    return columns


WRONG = [
    ("person.age", -1),
    ("person.age", 121),
    ("complaint.weeks", 2.5),
    ("complaint.weeks", math.nan),
    ("complaint.weeks", -math.inf),
    ("complaint.weeks", 1e300),
    ("complaint.weeks", -0.0),
    ("complaint.side", "middle"),
    ("complaint.side", " left\u2003"),
    ("complaint.felt_at", []),
    ("complaint.felt_at", ["front", "front", "inner"]),
    ("complaint.felt_at", ["front", None]),
    ("complaint.felt_at", ["front", "on_the_moon"]),
    ("complaint.felt_at", ["declined"]),
    ("equipment.bands", {"present": ["light"], "absent": None}),
    ("equipment.bands", {"present": None, "absent": None}),
    ("equipment.bands", {"present": ["light"], "absent": ["light", "heavy"]}),
    ("equipment.bands", {"present": ["light"], "absent": ["rubber"]}),
    ("equipment.bands", {"present": [None], "absent": []}),
    ("complaint.conditions", {"present": [], "absent": ["knee_osteoarthritis"]}),
]


def written(path, columns, size):
    fields = [pa.field(name, kind) for name, (kind, _) in columns.items()]
    arrays = [pa.array(values, kind) for kind, values in columns.values()]
    fields.insert(0, pa.field("who", pa.int64()))
    arrays.insert(0, pa.array(range(1000, 1000 + size)))
    pq.write_table(pa.Table.from_arrays(arrays, schema=pa.schema(fields)), path)
    return path


def test_columns_of_types_nested_and_dotted(tmp_path, ruleset, session, persons):
    columns = typed(ruleset, persons)
    for row, (name, value) in enumerate(WRONG):
        columns[name][1][row] = value
    columns["screening"] = (pa.string(), [None] * len(persons))
    for row, said_of in enumerate(("clear", "unknown", "", "clean", " clear"), start=len(WRONG)):
        columns["screening"][1][row] = said_of
    # Facts of which nothing is known, in columns of every type that they do not have.
    wrong_types = {
        "history.unsteady": (pa.int16(), [None, 1]),
        "history.latex_allergy": (pa.null(), [None, None]),
        "response.stage_earned": (pa.date32(), [None, dt.date(2026, 11, 22)]),
        "history.pregnancy": (pa.list_(pa.string()), [None, ["later"]]),
    }
    for name, (kind, (nothing, something)) in wrong_types.items():
        values = [nothing] * len(persons)
        values[len(WRONG) + 10] = something
        columns[name] = (kind, values)
    path = written(tmp_path / "people.parquet", columns, len(persons))
    outcomes, rejects = check(path, session.read.parquet(str(path)), ruleset, len(persons))
    assert {row["outcome"] for row in outcomes.values()} == {"programme", "questions", "referral"}
    assert len(set(rejects.values())) > 10


def nested(columns, size):
    """Columns below the first dot of their names, and those of exercises below three."""
    tree = {}
    for name, (kind, values) in columns.items():
        first, _, rest = name.partition(".")
        parts = ["each", *rest.removeprefix("each.").split(".")] if "each." in rest else [rest]
        inner = tree.setdefault(first, {})
        for part in parts[:-1]:
            inner = inner.setdefault(part, {})
        inner[parts[-1]] = pa.array(values, kind)

    def made(branch):
        if isinstance(branch, dict):
            own = [made(part) for part in branch.values()]
            return pa.StructArray.from_arrays(own, names=list(branch))
        return branch

    return pa.table({"who": pa.array(range(size)), **{k: made(v) for k, v in tree.items()}})


def test_nested_columns(tmp_path, ruleset, session, persons):
    every = typed(ruleset, persons[:40])
    # Of the exercises one is enough: they all lie as deep.
    tried = next(name for name in every if name.startswith("response.each.")).rpartition(".")[0]
    wanted = {tried, "complaint", "equipment", "response", "screening"}
    columns = {name: own for name, own in every.items() if name.rpartition(".")[0] in wanted}
    table = nested(columns, 40)
    path = tmp_path / "people.parquet"
    pq.write_table(table, path)
    _, rejects = check(path, session.read.parquet(str(path)), ruleset, 40)
    assert not rejects


# --- People in columns of words ---------------------------------------------------------------

NUMBERS = [
    *("4", " 4", "\u00a04\u3000", "+4", "-0", "007", "4.0", "4\n", "\t4", "-4", "9" * 30, "9" * 31),
    *("", " ", "unknown", "declined", " declined ", "Unknown", "four", "0x4", "٤", "4 4", "+", "["),
]
TRUTHS = ["true", "FALSE", " True ", "false\u2009", "yes", "1", "", "unknown", "declined", "tr ue"]
CHOICES = [
    "left",
    " right",
    "both\u00a0",
    "Left",
    "left right",
    "",
    "unknown",
    "declined",
    "\tleft",
]
SETS = [
    *("light", "light; medium", "light,heavy", "heavy|light", " light  medium ", "[light, medium]"),
    *("[]", "[ ]", "[", "]", "[]]", "[[light]]", "[light", "", " ", "unknown", "[unknown]"),
    *("declined", " declined", "[declined]", "light;", ";light", "light;;medium", "light;declined"),
    *("light\nmedium", "[light\nmedium]", "light\vmedium", "light\u00a0medium", "Light", "'light'"),
]
SCREENINGS = ["clear", "", "unknown", "clear", "clear", "no"]


def as_words(ruleset, size):
    """Words of which most are right, one column a fact."""
    dice = random.Random(20261122)
    pools = {
        "screening": SCREENINGS,
        "person.age": NUMBERS,
        "complaint.weeks": NUMBERS,
        "complaint.pain_usual": NUMBERS,
        "response.sessions_done": NUMBERS,
        "response.worst_pain_during": NUMBERS,
        "history.latex_allergy": TRUTHS,
        "history.unsteady": TRUTHS,
        ruleset.vocabulary.red_flags[0].name: ["false", "FALSE ", *TRUTHS],
        "complaint.side": CHOICES,
        "equipment.bands": SETS,
        "complaint.conditions": [
            *("patellofemoral_pain", "knee_osteoarthritis; patellofemoral_pain", "[]", ""),
        ],
    }
    right = {id(NUMBERS): 3, id(TRUTHS): 4, id(CHOICES): 3, id(SETS): 9}
    names = list(pools)
    rows = []
    for row in range(size):
        # One odd value at most, and each of them in turn.
        odd = names[row % len(names)]
        values = []
        for name, pool in pools.items():
            if name == odd:
                values.append(pool[row // len(names) % len(pool)])
            else:
                values.append(dice.choice(pool[: right.get(id(pool), 2)]))
        rows.append([str(row), *values])
    return ["who", *names], rows


def test_columns_of_words(tmp_path, ruleset, session):
    names, rows = as_words(ruleset, 330)
    columns = {
        name: pa.array(list(column))
        for name, column in zip(names, zip(*rows, strict=True), strict=True)
    }
    path = tmp_path / "people.parquet"
    pq.write_table(pa.table(columns), path)
    outcomes, rejects = check(path, session.read.parquet(str(path)), ruleset, len(rows))
    assert len(outcomes) > 150
    assert len(rejects) > 50
    assert any("GM410" in reason for reason in rejects.values())


# --- What a frame promises ------------------------------------------------------------------------


def test_it_has_the_columns_that_a_batch_writes_of_the_types_that_spark_reads(
    tmp_path, ruleset, session
):
    from glutemed.population.spark import recommend_frame

    path, out = tmp_path / "people.parquet", tmp_path / "out.parquet"
    pq.write_table(pa.table({"patient": ["a", "b"], "person.age": [30, 300]}), path)
    recommend_file(path, out, ruleset, id_column="patient", rejects=tmp_path / "rejects.csv")
    frame = session.read.parquet(str(path)).selectExpr("_metadata.row_index + 1 AS row", "*")
    found = recommend_frame(frame, ruleset, id=("row", "patient"))
    wanted = session.read.parquet(str(out))
    assert found.outcomes.dtypes == wanted.dtypes
    assert found.outcomes.toArrow().to_pylist() == wanted.toArrow().to_pylist()
    assert found.rejects.columns == ["row", "patient", "reason"]
    assert [(row.row, row.patient) for row in found.rejects.collect()] == [(2, "b")]


def test_people_who_change_in_between_are_not_lost_in_silence(tmp_path, ruleset, session):
    from glutemed.population.spark import recommend_frame

    path = tmp_path / "people.csv"
    path.write_text("who,person.age\na,30\nb,31\n", encoding="utf-8")
    found = recommend_frame(session.read.csv(str(path), header=True), ruleset, id="who")
    path.write_text("who,person.age\na,99\nb,xx\n", encoding="utf-8")
    for frame in (found.outcomes, found.rejects):
        with pytest.raises(Exception, match="not the same as when they were first read"):
            frame.collect()


def test_a_column_that_is_no_fact_is_refused_before_anything_runs(ruleset, session):
    from glutemed.population.spark import recommend_frame

    frame = session.sql("SELECT 1 AS who, 30 AS `person.agee`")
    with pytest.raises(FactsInvalid, match=r"unknown fact `person.agee`"):
        recommend_frame(frame, ruleset, id="who")
    with pytest.raises(FactsInvalid, match=r"`nobody` cannot be .*: there is no such column"):
        recommend_frame(frame, ruleset, id="nobody")


def test_nobody_and_nothing_known_are_answered_too(ruleset, session):
    frame = session.sql("SELECT explode(array(1, 2)) AS who")
    outcomes, rejects = by_spark(frame, ruleset)
    assert [row["outcome"] for row in outcomes.values()] == ["questions", "questions"]
    assert by_spark(frame.where("who > 2"), ruleset) == ({}, {})
    assert not rejects


@pytest.mark.parametrize("word", ["it's", "a`b", 'a"b', "a\\nb", "tab\there", "\\", "''", "%_"])
def test_names_and_texts_come_through_as_they_are(session, word):
    found = session.sql(f"SELECT {sql.text(word, sql.SPARK)} AS {sql.name(word, sql.SPARK)}")
    assert found.columns == [word]
    assert found.collect()[0][0] == word
