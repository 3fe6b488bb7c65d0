"""The sql reading says of every rule what the specification says."""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from glutemed.model.condition import Truth
from glutemed.model.facts import Facts
from glutemed.model.ruleset import Ruleset
from glutemed.reading.cells import axes
from glutemed.reading.runs import Variable, lower, span_of
from glutemed.reading.specification import read
from glutemed.reading.sql import cell_sql, read_by, truths_sql
from glutemed.testing import people, plausible_people, rulebooks

SAYS = {True: Truth.TRUE, False: Truth.FALSE, None: Truth.UNKNOWN}


def table(ruleset: Ruleset, persons: list[Facts]) -> tuple[str, dict[Variable, str]]:
    """People as a table of whole numbers, one column a variable that a rule reads."""
    lowered = [lower(rule.condition, ruleset.quantities) for rule in ruleset.rules]
    variables = [v for v in read_by(lowered) if v.fact not in ruleset.computed]
    columns = {variable: f"v{at}" for at, variable in enumerate(variables)}
    rows = []
    for number, facts in enumerate(persons):
        values = [str(number)]
        for variable in variables:
            declared = ruleset.vocabulary[variable.fact]
            low, high = span_of(variable, facts.value(variable.fact), declared)
            values.append(str(low) if low == high else "CAST(NULL AS INTEGER)")
        rows.append(f"({', '.join(values)})")
    named = ", ".join(["number", *columns.values()])
    return f"(SELECT * FROM (VALUES {', '.join(rows)}) t({named}))", columns


def check(ruleset: Ruleset, persons: list[Facts]) -> None:
    source, columns = table(ruleset, persons)
    made = truths_sql(ruleset, source, columns.__getitem__, keep=["number"])
    with duckdb.connect() as db:
        found = db.execute(f"{made.query} ORDER BY number").fetchall()
    for facts, (_, *values) in zip(persons, found, strict=True):
        wanted = read(ruleset, facts)
        truths = values[: len(ruleset.rules)]
        for rule, says, due in zip(ruleset.rules, truths, wanted.truths, strict=True):
            assert SAYS[says] is due, f"`{rule.id}` is {due.name}, and SQL says {says}"
        ends = values[len(ruleset.rules) :]
        for at, name in enumerate(made.bounds):
            assert tuple(ends[2 * at : 2 * at + 2]) == wanted.bounds[name], name


@pytest.mark.law
@settings(max_examples=60)
@given(st.data())
def test_sql_says_what_the_specification_says_on_generated_rulebooks(data):
    ruleset = data.draw(rulebooks())
    check(ruleset, data.draw(st.lists(people(ruleset), min_size=5, max_size=20)))


@pytest.mark.law
@settings(max_examples=10, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_sql_says_what_the_specification_says_on_the_real_rulebook(ruleset, data):
    someone = st.one_of(people(ruleset), plausible_people(ruleset))
    check(ruleset, data.draw(st.lists(someone, min_size=1, max_size=6)))


def test_sql_says_what_the_specification_says_of_nobody_known(ruleset):
    check(ruleset, [Facts()])


@pytest.mark.law
@settings(max_examples=40)
@given(st.data())
def test_the_cell_that_sql_computes_is_the_cell_of_the_axes(data):
    ruleset = data.draw(rulebooks())
    persons = data.draw(st.lists(people(ruleset), min_size=1, max_size=10))
    source, columns = table(ruleset, persons)
    lowered = [lower(rule.condition, ruleset.quantities) for rule in ruleset.rules]
    found = [axis for axis in axes(lowered, frozenset(ruleset.computed)) if not axis.bounded][:6]
    cell = cell_sql(found, lambda variable: (columns[variable], columns[variable]))
    with duckdb.connect() as db:
        cells = db.execute(f"SELECT {cell} FROM {source} ORDER BY number").fetchall()
    for facts, (got,) in zip(persons, cells, strict=True):
        number, stride = 0, 1
        for axis in found:
            variable = axis.variable
            declared = ruleset.vocabulary[variable.fact]
            span = span_of(variable, facts.value(variable.fact), declared)
            number += axis.state(span) * stride
            stride *= axis.states
        assert got == number


def test_sql_text_holds_no_value_of_anybody_and_quotes_names():
    from glutemed.reading.sql import name, text

    assert name('a"b') == '"a""b"'
    assert text("it's") == "'it''s'"
