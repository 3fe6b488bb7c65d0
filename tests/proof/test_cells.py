"""Every cell in durable-rules itself: nothing is left out, and what disagrees is found."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from itertools import combinations, product
from math import prod
from pathlib import Path

import attrs
import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from glutemed.cli.program import program
from glutemed.engine.adapter import ProductionSystem
from glutemed.engine.engine import Engine
from glutemed.engine.shards import OPEN, quantities
from glutemed.model.condition import Not
from glutemed.model.facts import Facts
from glutemed.model.frozen import Frozen
from glutemed.model.ruleset import Ruleset
from glutemed.pipeline import read_facts
from glutemed.proof.covered import covered
from glutemed.proof.covering import covering
from glutemed.proof.grid import Grid
from glutemed.proof.leaning import leaning
from glutemed.proof.walk import Walk, missorted, walk
from glutemed.reading.runs import span_of
from glutemed.testing import people, people_near_thresholds, rulebooks
from laws.examples import quick
from laws.mutants import CELLS, MUTANTS, PRODUCTIONS, RUNS, TRUTH, Mutant, planted

pytestmark = pytest.mark.needs("durable")

Call = Callable[..., Result]
FEW = 60
READINGS = (PRODUCTIONS, TRUTH, RUNS, CELLS, "glutemed.model.condition")


def fresh(ruleset: Ruleset) -> Ruleset:
    """The same rules, of which no engine has kept anything."""
    return attrs.evolve(ruleset)


def part(ruleset: Ruleset, *packs: str) -> Ruleset:
    """Only the rules of some packs, and those about the exercises."""
    rules = tuple(r for r in ruleset.rules if r.pack in packs or r.is_internal)
    return attrs.evolve(ruleset, rules=rules, hazards=(), cases=())


# --- Triples --------------------------------------------------------------------------------------


@given(st.lists(st.integers(1, 4), min_size=1, max_size=7))
def test_rows_meet_every_combination_of_three_columns(states: list[int]) -> None:
    rows = covering(states, lambda _: True)
    for columns in combinations(range(len(states)), min(3, len(states))):
        met = {tuple(row[column] for column in columns) for row in rows}
        assert met == set(product(*(range(states[column]) for column in columns)))


@given(st.integers(2, 6), st.integers(0, 4))
def test_rows_hold_what_fits_together_and_miss_none_of_it(columns: int, forbidden: int) -> None:
    def fits(some: Mapping[int, int]) -> bool:
        """A zero in the first column is for a row of zeros."""
        return some.get(0) != 0 or not any(some.values())

    states = [3] * columns
    rows = covering(states, fits)
    assert all(fits(dict(enumerate(row))) for row in rows)
    whole = [row for row in product(*map(range, states)) if fits(dict(enumerate(row)))]
    for chosen in combinations(range(columns), min(3, columns)):
        wanted = {tuple(row[column] for column in chosen) for row in whole}
        assert {tuple(row[column] for column in chosen) for row in rows} == wanted


def test_triples_are_far_fewer_than_all() -> None:
    states = [3] * 12
    assert len(covering(states, lambda _: True)) < 200 < prod(states)


# --- Cells ----------------------------------------------------------------------------------------


def states_of(shard, declared, value, bounds) -> tuple[int, ...]:
    """In which state each axis of a shard is."""
    found = []
    for axis in shard.axes:
        name = axis.variable.fact
        span = bounds.get(name) or span_of(axis.variable, value(name), declared[name])
        found.append(axis.state(span))
    return tuple(found)


def test_each_cell_comes_once_and_those_who_stand_for_it_are_in_it(bundled: Ruleset) -> None:
    declared = quantities(bundled)
    for shard in Engine(bundled).shards:
        if shard.cells > 2_000:
            continue
        grid, seen = Grid(shard.axes, declared), set()
        for cell in grid.cells():
            inside = {
                states_of(shard, declared, told.value, told.bounds) for told in grid.people(cell)
            }
            assert len(inside) == 1
            assert not inside & seen
            seen |= inside
        assert len(seen) == grid.size


def test_everybody_is_in_a_cell_that_is_tried(bundled: Ruleset) -> None:
    declared, engine = quantities(bundled), Engine(bundled)
    shards = [shard for shard in engine.shards if shard.cells <= 1_000]
    assert shards
    grids = [Grid(shard.axes, declared) for shard in shards]
    tried = [
        {
            states_of(shard, declared, told.value, told.bounds)
            for cell in grid.cells()
            for told in grid.people(cell)
        }
        for shard, grid in zip(shards, grids, strict=True)
    ]

    @quick(20)
    @given(st.one_of(people(bundled), people_near_thresholds(bundled)))
    def look(person: Facts) -> None:
        bounds = engine.read(person).bounds
        for shard, cells in zip(shards, tried, strict=True):
            for exercise in shard.asked:

                def value(name: str, exercise: str = exercise):
                    return person.value(name.replace(OPEN, f"{OPEN[:-2]}{exercise}."))

                assert states_of(shard, declared, value, bounds) in cells

    look()


def test_a_threshold_is_tried_on_both_sides(bundled: Ruleset) -> None:
    declared = quantities(bundled)
    met: dict[str, set[int]] = {}
    cuts: dict[str, set[int]] = {}
    for shard in Engine(bundled).shards:
        for axis in shard.axes:
            if axis.variable.fact == "complaint.pain_usual":
                cuts.setdefault("pain", set()).update(axis.cuts)
                grid = Grid([axis], declared)
                for cell in grid.cells():
                    for told in grid.people(cell):
                        if told.values:
                            met.setdefault("pain", set()).add(told.values[axis.variable.fact])
    assert cuts["pain"]
    assert {cut + by for cut in cuts["pain"] for by in (-1, 0)} <= met["pain"]


# --- Agreement ------------------------------------------------------------------------------------


@pytest.mark.slow
def test_every_cell_of_the_bundled_rules_agrees(bundled: Ruleset) -> None:
    """At least 95 % of the rules in every cell, among them all that a hazard leans on."""
    done = walk(fresh(bundled), jobs=2)
    assert done.disagreements == ()
    reached = covered(bundled, done)
    assert reached.all
    assert len(reached.wholly) >= 0.95 * len(reached.all)
    assert reached.leaned_on
    assert reached.leaned_on <= reached.wholly
    assert {rule for shard in done.shards for rule in shard.rules} == set(bundled.rule)


@quick(8)
@given(rulebooks(most=25))
def test_every_cell_of_any_rules_agrees(rules: Ruleset) -> None:
    assert walk(rules, most=400).disagreements == ()


def test_what_has_too_many_cells_is_named_and_tried_in_triples(bundled: Ruleset) -> None:
    few = part(bundled, "surgeon", "dose")
    done = walk(fresh(few), most=FEW)
    assert done.disagreements == ()
    reached = covered(few, done)
    assert reached.all - reached.wholly
    for shard in done.shards:
        assert shard.whole == (shard.cells <= FEW)
        assert shard.whole or shard.tried < shard.cells


@pytest.mark.parametrize(
    "mutant",
    [mutant for mutant in MUTANTS if mutant.law == 4 and mutant.module in READINGS],
    ids=lambda mutant: mutant.name,
)
def test_a_reading_that_goes_its_own_way_is_found(bundled: Ruleset, mutant: Mutant) -> None:
    with planted(mutant):
        done = walk(fresh(bundled), most=FEW)
    assert done.disagreements


class _Deaf(ProductionSystem):
    """durable-rules, were it not to say when the last production holds."""

    def fired(self, message: Mapping[str, int]) -> frozenset[int]:
        said = super().fired(message)
        return said - {max(said)} if said else said


def test_a_durable_rules_that_misses_one_rule_is_found(
    bundled: Ruleset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("glutemed.proof.walk.ProductionSystem", _Deaf)
    done = walk(part(bundled, "surgeon"), most=FEW)
    (first, *_) = done.disagreements
    assert first.says.startswith("durable-rules says ")
    assert first.where
    assert first.facts is not None


def test_an_engine_whose_durable_rules_misses_one_rule_is_found(
    bundled: Ruleset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("glutemed.engine.decider.ProductionSystem", _Deaf)
    done = walk(part(bundled, "surgeon"), most=FEW)
    assert any("differ on" in found.says for found in done.disagreements)


def test_a_shard_that_asks_another_condition_or_leaves_a_rule_out_is_found(
    bundled: Ruleset,
) -> None:
    few = part(bundled, "surgeon")
    shards = Engine(few).shards
    assert list(missorted(few, shards)) == []
    (first, *others) = shards
    turned = first._replace(conditions=tuple(Not(each) for each in first.conditions))
    assert {found.says for found in missorted(few, [turned, *others])} == {
        "its shard asks another condition"
    }
    assert {found.says for found in missorted(few, others)} == {"it is in 0 shards"}
    assert {found.says for found in missorted(few, [first, *shards])} == {"it is in 2 shards"}
    empty = first._replace(asked=Frozen({name: ((),) * len(a) for name, a in first.asked.items()}))
    assert list(missorted(few, [empty, *others]))


def test_a_hazard_leans_on_the_rule_whose_loss_breaks_it(bundled: Ruleset) -> None:
    found = leaning(bundled)
    assert set(found) == {hazard.id for hazard in bundled.hazards}
    assert all(found.values())
    latex = found["hazards/latex-in-latex-allergy"]
    assert "equipment/no-latex-bands-in-latex-allergy" in latex
    assert "surgeon/never-past-60" in found["hazards/loaded-bend-past-60"]


# --- The command ----------------------------------------------------------------------------------


@pytest.fixture
def glutemed(monkeypatch: pytest.MonkeyPatch) -> Call:
    """Call glutemed in this process, with given rules in place of the bundled ones."""
    monkeypatch.setenv("COLUMNS", "100")

    def call(ruleset: Ruleset, *args: str) -> Result:
        monkeypatch.setattr("glutemed.pipeline.load_ruleset", lambda *_, **__: ruleset)
        return CliRunner().invoke(program, args, prog_name="glutemed")

    return call


def test_where_all_agree_it_says_how_many_cells_and_ends_with_0(
    bundled: Ruleset, glutemed: Call
) -> None:
    few = part(bundled, "surgeon")
    result = glutemed(few, "rules", "cells", "--jobs", "1")
    assert result.exit_code == 0
    done = walk(fresh(few))
    cells = sum(shard.cells for shard in done.shards)
    said = " ".join(result.stdout.split())
    assert f"all {cells:,} cells tried" in said
    assert "no disagreement" in said
    many = len({rule.written for rule in few.written_rules})
    assert f"In every cell: {many} of {many} rules (100.0 %)" in said


def test_two_processes_find_what_one_does(bundled: Ruleset) -> None:
    few = part(bundled, "surgeon")

    def counted(done: Walk) -> list[object]:
        return [attrs.astuple(shard, recurse=False) for shard in done.shards]

    assert counted(walk(fresh(few), most=FEW, jobs=2)) == counted(walk(fresh(few), most=FEW))


def test_a_disagreement_ends_with_7_and_shows_somebody(
    bundled: Ruleset, glutemed: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("glutemed.proof.walk.ProductionSystem", _Deaf)
    few = part(bundled, "surgeon")
    result = glutemed(few, "rules", "cells", "--jobs", "1", "--most", str(FEW))
    assert result.exit_code == 7
    assert "DIFFER  surgeon/" in result.stdout
    assert "durable-rules says" in result.stdout
    assert "facts:" in result.stdout
    result = glutemed(
        fresh(few), "rules", "cells", "--jobs", "1", "--most", str(FEW), "--format", "json"
    )
    assert result.exit_code == 7
    data = json.loads(result.stdout)
    assert data["agreed"] is False
    shown = next(found for found in data["disagreements"] if found["rule"].startswith("surgeon/"))
    assert read_facts(shown["facts"], few) is not None
    assert data["tried"] == sum(shard["tried"] for shard in data["shards"]) < data["cells"]


def test_too_many_cells_are_told_with_the_rules_concerned(bundled: Ruleset, glutemed: Call) -> None:
    few = part(bundled, "surgeon")
    result = glutemed(few, "rules", "cells", "--jobs", "1", "--most", "10")
    assert result.exit_code == 0
    assert "Too many cells (" in result.stdout
    missed = covered(few, walk(fresh(few), most=10))
    told = " ".join(result.stdout.split())
    assert missed.all - missed.wholly
    assert all(rule in told for rule in missed.all - missed.wholly)


WITHOUT_DURABLE = """
import sys
sys.modules["durable_rules_engine"] = None
from glutemed.cli import main
main()
"""


def test_without_durable_rules_one_line_says_so(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", WITHOUT_DURABLE, "rules", "cells"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ended.returncode == 2
    assert ended.stdout == ""
    (line,) = ended.stderr.splitlines()
    assert "durable-rules cannot be imported" in line
