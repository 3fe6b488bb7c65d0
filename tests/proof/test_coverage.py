"""What the cases exercise: a missing way is found, written as a case, and closed by it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from itertools import product
from pathlib import Path

import attrs
import pytest
from click.testing import CliRunner, Result

from glutemed.cli.program import program
from glutemed.model.condition import All, AnyOf, Compare, Comparison, Condition, Not, Truth, leaves
from glutemed.model.frozen import Frozen
from glutemed.model.ruleset import Case, Ruleset
from glutemed.pipeline import load_ruleset, read_facts
from glutemed.proof.cases import try_cases
from glutemed.proof.coverage import (
    WHOLE,
    Exercised,
    Goal,
    decided,
    exercised,
    with_leaf,
)
from glutemed.proof.proposed import MARK
from glutemed.proof.reach import Reach, coverage, proposals
from glutemed.reading.truth import Situation, truth

pytestmark = pytest.mark.needs("durable")

RULE = "mine/rest"
BOOK = """\
pack: mine
version: 1.0.0
title: Mine
rules:
  - id: rest
    when: {WHEN}
    then: {advise: Rest the knee for a day.}
    because: It is sore.
    sources: [thomee-1997]
    reviewed: 2026-11-22
    examples:
      - given: {complaint.pain_usual: 7, person.age: 20, history.latex_allergy: false}
        fires: true
"""
BOTH = "{all: [{complaint.pain_usual: {at_least: 7}}, {person.age: {below: 30}}]}"
NESTED = """{any: [{complaint.pain_usual: {at_least: 7}}, {all: [{person.age: {below: 30}},
      {not: {history.latex_allergy: true}}]}]}"""
SPLIT = "{any: [{complaint.pain_usual: {at_least: 7}}, {complaint.pain_usual: {below: 4}}]}"
SURE = "{any: [{complaint.pain_usual: {at_least: 4}}, {complaint.pain_usual: {below: 8}}]}"


def only_mine(ruleset: Ruleset) -> Ruleset:
    """The rules and cases of added packs alone."""
    rules = tuple(rule for rule in ruleset.rules if rule.pack == "mine")
    cases = tuple(case for case in ruleset.cases if case.pack in ruleset.added)
    return attrs.evolve(ruleset, rules=rules, cases=cases, hazards=(), derived=(), scores=())


def book(folder: Path, when: str, *people: dict[str, object], more: Iterable[Path] = ()) -> Ruleset:
    """One rule, and a case for each person."""
    path = folder / "mine.yaml"
    path.write_text(BOOK.replace("{WHEN}", when), encoding="utf-8")
    ruleset = only_mine(load_ruleset(str(path), *map(str, more)))
    cases = [
        Case(
            name=f"person {number}",
            pack="mine",
            facts=Frozen(person),
            expect=Frozen({"outcome": "questions"}),
        )
        for number, person in enumerate(people)
    ]
    return attrs.evolve(ruleset, cases=(*ruleset.cases, *cases))


def person(pain: int | None = None, age: int | None = None) -> dict[str, object]:
    facts = {"complaint.pain_usual": pain, "person.age": age}
    return {name: value for name, value in facts.items() if value is not None}


def goal(leaf: int, value: Truth) -> Goal:
    return Goal(RULE, leaf, value)


# --- What is missing ------------------------------------------------------------------------------


def test_a_rule_without_cases_lacks_three_ways_and_each_leaf_two(tmp_path: Path) -> None:
    pytest.importorskip("z3")
    found = coverage(book(tmp_path, BOTH))
    ways = {goal(WHOLE, value) for value in Truth}
    single = {goal(leaf, value) for leaf in (0, 1) for value in (Truth.FALSE, Truth.TRUE)}
    assert set(found.gaps) == ways | single
    assert not found.complete


def test_cases_that_show_each_leaf_alone_leave_nothing_missing(tmp_path: Path) -> None:
    found = coverage(book(tmp_path, BOTH, person(7, 29), person(6, 29), person(7, 30), person(7)))
    assert found.gaps == ()
    assert found.complete
    assert found.met[goal(0, Truth.FALSE)] == "person 1"


@pytest.mark.parametrize(
    ("left_out", "missing"),
    [
        (0, {goal(0, Truth.TRUE), goal(1, Truth.TRUE), goal(WHOLE, Truth.TRUE)}),
        (1, {goal(0, Truth.FALSE)}),
        (2, {goal(1, Truth.FALSE)}),
        (3, {goal(WHOLE, Truth.UNKNOWN)}),
    ],
)
def test_each_case_left_out_is_missed_by_what_it_alone_showed(
    tmp_path: Path, left_out: int, missing: set[Goal]
) -> None:
    people = [person(7, 29), person(6, 29), person(7, 30), person(7)]
    del people[left_out]
    assert set(coverage(book(tmp_path, BOTH, *people)).gaps) == missing


def test_a_leaf_that_fails_together_with_another_does_not_count(tmp_path: Path) -> None:
    found = coverage(book(tmp_path, BOTH, person(7, 29), person(6, 30), person()))
    assert set(found.gaps) == {goal(0, Truth.FALSE), goal(1, Truth.FALSE)}


def test_a_leaf_that_is_hidden_by_something_unknown_does_not_count(tmp_path: Path) -> None:
    met = Exercised(book(tmp_path, BOTH)).met
    facts = read_facts(person(6), book(tmp_path, BOTH))
    assert met(facts) == {goal(WHOLE, Truth.FALSE)}


def test_the_examples_beside_a_rule_do_not_count_as_cases(bundled: Ruleset) -> None:
    rule = next(rule for rule in bundled.rules if len({e.fires for e in rule.examples}) == 3)
    one = attrs.evolve(bundled, rules=(rule,), cases=(), hazards=(), derived=(), scores=())
    found = coverage(one)
    assert found.met == {}
    assert found.shown == (rule.written,)


# --- What cannot be -------------------------------------------------------------------------------


def test_what_nobody_can_reach_does_not_count_against_a_rule(tmp_path: Path) -> None:
    pytest.importorskip("z3")
    found = coverage(book(tmp_path, SURE, person(5), person()))
    assert goal(WHOLE, Truth.FALSE) in found.unreachable
    assert goal(0, Truth.FALSE) in found.unreachable
    assert set(found.gaps) == {goal(0, Truth.TRUE), goal(1, Truth.TRUE)}


def test_a_rule_without_a_condition_needs_one_case_and_no_more(tmp_path: Path) -> None:
    pytest.importorskip("z3")
    always = attrs.evolve(book(tmp_path, SURE), cases=())
    rule = attrs.evolve(always.rules[0], condition=All(()))
    found = coverage(attrs.evolve(always, rules=(rule,)))
    assert found.gaps == (goal(WHOLE, Truth.TRUE),)
    assert set(found.unreachable) == {goal(WHOLE, Truth.FALSE), goal(WHOLE, Truth.UNKNOWN)}


def test_without_the_solver_it_says_that_nothing_could_be_ruled_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ruleset = book(tmp_path, SURE, person(9), person(1), person())
    monkeypatch.setitem(sys.modules, "z3", None)
    found = coverage(ruleset)
    assert not found.judged
    assert goal(WHOLE, Truth.FALSE) in found.gaps
    result = glutemed(monkeypatch, ruleset, "rules", "coverage")
    assert result.exit_code == 7
    assert "z3 is not installed" in result.stderr
    written = tmp_path / "missing.yaml"
    result = glutemed(monkeypatch, ruleset, "rules", "coverage", "--write", str(written))
    assert result.exit_code == 2
    assert not written.exists()


# --- Proposals ------------------------------------------------------------------------------------


@pytest.mark.parametrize("few", [False, True])
@pytest.mark.parametrize("when", [BOTH, NESTED, SPLIT, SURE])
def test_the_people_proposed_meet_every_gap(tmp_path: Path, when: str, few: bool) -> None:
    pytest.importorskip("z3")
    ruleset = book(tmp_path, when)
    gaps = coverage(ruleset).gaps
    met: set[Goal] = set()
    for each in proposals(ruleset, gaps, few=few):
        assert set(each.goals) <= Exercised(ruleset).met(each.facts)
        met.update(each.goals)
    assert met == set(gaps)


def test_a_proposed_person_is_told_no_more_than_is_needed(tmp_path: Path) -> None:
    pytest.importorskip("z3")
    ruleset = book(tmp_path, BOTH)
    for each in proposals(ruleset, [goal(0, Truth.FALSE)]):
        stated = {name for name in each.facts.stated() if not name.startswith("screening.")}
        assert stated == {"complaint.pain_usual", "person.age"}


@pytest.mark.parametrize("when", [BOTH, NESTED])
def test_the_people_proposed_notice_every_mutant_of_the_condition(
    tmp_path: Path, when: str
) -> None:
    pytest.importorskip("z3")
    ruleset = book(tmp_path, when)
    people = [each.facts for each in proposals(ruleset, coverage(ruleset).gaps)]
    condition = ruleset.rules[0].condition
    mutants = list(_mutants(condition))
    assert len(mutants) > 4
    for mutant in mutants:
        situations = [Situation(ruleset.quantities, facts, {}) for facts in people]
        assert any(truth(mutant, one) is not truth(condition, one) for one in situations), mutant


def _mutants(condition: Condition) -> Iterator[Condition]:
    """One leaf stuck at true or false, or turned round; one `all` for `any`, or `any` for `all`."""
    for place, leaf in enumerate(leaves(condition)):
        for value in (All(()), AnyOf(()), Not(leaf)):
            yield with_leaf(condition, place, value)
    yield from _swapped(condition)


def _swapped(condition: Condition) -> Iterator[Condition]:
    if isinstance(condition, Not):
        yield from map(Not, _swapped(condition.child))
    elif not isinstance(condition, Compare):
        kind, other = (All, AnyOf) if isinstance(condition, All) else (AnyOf, All)
        if len(condition.children) > 1:
            yield other(condition.children)
        for place, child in enumerate(condition.children):
            for mutant in _swapped(child):
                yield kind((*condition.children[:place], mutant, *condition.children[place + 1 :]))


def test_a_leaf_decides_where_the_rest_leaves_the_answer_to_it() -> None:
    a, b, c = (Compare(name, Comparison.IS, (True,)) for name in "abc")
    condition = AnyOf((a, All((b, Not(c)))))
    for values in product(Truth, repeat=3):
        first, second, third = values
        assert decided(condition, 0, values) is (min(second, third.opposite) is Truth.FALSE)
        assert decided(condition, 1, values) is (first is Truth.FALSE and third is Truth.FALSE)
        assert decided(condition, 2, values) is (first is Truth.FALSE and second is Truth.TRUE)


def test_the_solver_agrees_that_what_bundled_cases_show_can_be(bundled: Ruleset) -> None:
    pytest.importorskip("z3")
    met = exercised(bundled)
    reach = Reach(bundled, met)
    assert len(met) > len(bundled.written_rules)
    assert [each for each in met if not reach.possible(each)] == []


def test_the_bundled_cases_exercise_everything_that_can_be(bundled: Ruleset) -> None:
    """Every way of every rule and of every single condition that anybody is in."""
    pytest.importorskip("z3")
    found = coverage(bundled)
    assert found.judged
    assert found.gaps == ()
    assert found.rules == tuple(sorted({rule.written for rule in bundled.written_rules}))


def test_of_some_packs_only_their_rules_are_judged_by_all_cases(bundled: Ruleset) -> None:
    """What the cases of others show of them counts; what others lack does not."""
    alone = attrs.evolve(bundled, cases=bundled.cases[:3])
    found = coverage(alone, frozenset({"equipment"}))
    assert {rule.partition("/")[0] for rule in found.rules} == {"equipment"}
    assert found.met
    assert found.gaps
    assert coverage(bundled, frozenset({"equipment"})).complete


# --- The command ----------------------------------------------------------------------------------


def glutemed(monkeypatch: pytest.MonkeyPatch, ruleset: Ruleset, *args: str) -> Result:
    """Call glutemed in this process, with given rules in place of the bundled ones."""
    monkeypatch.setattr("glutemed.pipeline.load_ruleset", lambda *_, **__: ruleset)
    return CliRunner().invoke(program, args, prog_name="glutemed")


def test_the_command_names_what_is_missing_and_ends_with_7(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("z3")
    ruleset = book(tmp_path, BOTH, person(7, 29), person(6, 30), person())
    result = glutemed(monkeypatch, ruleset, "rules", "coverage", "--format", "plain")
    assert result.exit_code == 7
    assert f"MISSING {RULE} (" in " ".join(result.stdout.split())
    told = " ".join(result.stdout.split())
    assert "nobody for whom this alone decides it: usual pain is below 7" in told
    assert "3 of 3 ways of rules, 2 of 4 ways of single conditions" in told
    result = glutemed(monkeypatch, ruleset, "rules", "coverage", "--format", "json")
    data = json.loads(result.stdout)
    assert [(each["leaf"], each["truth"]) for each in data["missing"]] == [
        (1, "false"),
        (2, "false"),
    ]
    assert {each["case"] for each in data["met"]} == {"person 0", "person 1", "person 2"}


def test_with_added_files_the_command_judges_only_those(tmp_path: Path) -> None:
    """The bundled rules come with their own cases, and are somebody else's business here."""
    mine = tmp_path / "mine.yaml"
    mine.write_text(BOOK.replace("{WHEN}", BOTH), encoding="utf-8")
    words = ("rules", "coverage", "--rules", str(mine), "--format")
    result = CliRunner().invoke(program, (*words, "json"), prog_name="glutemed")
    assert result.exit_code == 7
    data = json.loads(result.stdout)
    assert data["rules"] == [RULE]
    assert {each["rule"] for each in (*data["missing"], *data["met"])} == {RULE}
    result = CliRunner().invoke(program, (*words, "plain"), prog_name="glutemed")
    assert "rules of the added files alone" in " ".join(result.stdout.split())


@pytest.mark.parametrize("options", [(), ("--few",)])
def test_the_file_that_is_written_is_sound_and_closes_every_gap(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...]
) -> None:
    pytest.importorskip("z3")
    ruleset = book(tmp_path, NESTED)
    written = tmp_path / "missing.yaml"
    with monkeypatch.context() as patch:
        args = ("rules", "coverage", "--write", str(written), *options)
        assert glutemed(patch, ruleset, *args).exit_code == 7
    text = written.read_text(encoding="utf-8")
    assert text.count("\n  - name: ") <= text.count(f"\n  {MARK}: ")
    closed = book(tmp_path, NESTED, more=[written])  # refuses a file with anything wrong in it
    assert closed.cases
    assert [result.faults for result in try_cases(closed) if not result.passed] == []
    assert coverage(closed).complete
    with monkeypatch.context() as patch:
        assert glutemed(patch, closed, "rules", "coverage").exit_code == 0


def test_a_file_that_is_there_is_not_written_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = tmp_path / "missing.yaml"
    written.write_text("mine\n", encoding="utf-8")
    args = ("rules", "coverage", "--write", str(written))
    result = glutemed(monkeypatch, book(tmp_path, BOTH), *args)
    assert result.exit_code == 2
    assert written.read_text(encoding="utf-8") == "mine\n"
