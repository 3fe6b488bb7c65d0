"""`glutemed rules fuzz`: laws that hold are counted, and one that falls shows the smallest person."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import attrs
import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from glutemed.cli.program import program
from glutemed.model.condition import Compare, Comparison
from glutemed.model.facts import UNKNOWN, Facts
from glutemed.model.rule import Refer
from glutemed.model.ruleset import Ruleset
from glutemed.pipeline import ready
from glutemed.testing import laws, people_near_thresholds
from glutemed.testing.trials import LAWS, Held, fuzz
from laws.examples import quick
from laws.mutants import MUTANTS, Mutant, planted

pytestmark = [pytest.mark.law, pytest.mark.needs("durable")]

Call = Callable[..., Result]


def mutant(law: int, begins: str) -> Mutant:
    (found,) = [each for each in MUTANTS if each.law == law and each.before.startswith(begins)]
    return found


PRODUCTIONS = mutant(4, "low if sure else high")
WAVED_THROUGH = mutant(7, "    if found.rising:")


def fresh(ruleset: Ruleset) -> Ruleset:
    """The same rules, of which nothing is kept."""
    return attrs.evolve(ruleset)


def fewer_rules(ruleset: Ruleset) -> Ruleset:
    """A few packs and referrals, to be quick."""
    refer = [rule for rule in ruleset.rules if isinstance(rule.conclusion, Refer)][:5]
    rules = tuple(
        rule
        for rule in ruleset.rules
        if rule in refer
        or rule.pack == "surgeon"
        or (rule.is_internal and "//watch" not in rule.id)
    )
    return attrs.evolve(ruleset, rules=rules, hazards=(), cases=())


def fell(ruleset: Ruleset, name: str, examples: int) -> Held:
    return next(held for held in fuzz(ruleset, examples=examples, start=1) if held.law.name == name)


def test_every_law_of_the_package_is_tried() -> None:
    found = {
        name
        for name, law in vars(laws).items()
        if getattr(law, "__doc__", None) and str(law.__doc__).startswith("Law ")
    }
    assert {law.name for law in LAWS} == found


def test_laws_that_hold_are_counted(bundled: Ruleset) -> None:
    for held in fuzz(fresh(bundled), examples=3, start=7):
        assert held.broken == ""
        assert held.examples == 3
        assert 0 <= held.apt <= 3


@pytest.mark.parametrize(
    ("planted_", "name", "examples"),
    [
        (PRODUCTIONS, "readings_agree", 20),
        pytest.param(
            WAVED_THROUGH, "no_red_flag_lets_an_exercise_out", 100, marks=pytest.mark.slow
        ),
    ],
    ids=lambda given_: getattr(given_, "name", str(given_)),
)
def test_a_fault_fells_its_law_with_few_facts(
    bundled: Ruleset, planted_: Mutant, name: str, examples: int
) -> None:
    few = fewer_rules(bundled)
    with planted(planted_):
        held = fell(few, name, examples)
        assert held.broken
        ((_, person),) = held.given
        with pytest.raises(Exception, match=r"."):
            held.law.check(fresh(few), person)
        for fact in person.stated():
            held_again = fresh(few)
            try:
                held.law.check(held_again, person.with_fact(fact, UNKNOWN))
            except Exception:  # noqa: BLE001
                pytest.fail(f"`{fact}` can be left out, and the law still falls")
    held.law.check(fresh(few), person)


def test_the_same_seed_tries_the_same_people(bundled: Ruleset) -> None:
    def seen(start: int) -> list[Facts]:
        tried: list[Facts] = []
        law = attrs.evolve(LAWS[3], check=lambda _, person: tried.append(person))
        from glutemed.testing.trials import _held

        _held(law, fresh(bundled), 5, start)
        return tried

    assert seen(3) == seen(3)
    assert seen(3) != seen(4)


# --- People near thresholds -----------------------------------------------------------------------


def one_rule(bundled: Ruleset, comparison: Comparison, at: int) -> Ruleset:
    rule = next(rule for rule in bundled.rules if isinstance(rule.conclusion, Refer))
    condition = Compare("complaint.pain_usual", comparison, (at,))
    return attrs.evolve(
        bundled, rules=(attrs.evolve(rule, condition=condition),), hazards=(), cases=()
    )


@pytest.mark.parametrize(
    ("comparison", "near"),
    [
        (Comparison.AT_LEAST, {3, 4, 5}),
        (Comparison.ABOVE, {4, 5, 6}),
        (Comparison.IS, {3, 4, 5, 6}),
    ],
)
def test_numbers_lie_at_a_threshold_or_beside_it(
    bundled: Ruleset, comparison: Comparison, near: set[int]
) -> None:
    ruleset, seen = one_rule(bundled, comparison, 4), set()

    @quick(150)
    @given(people_near_thresholds(ruleset))
    def look(person: Facts) -> None:
        seen.add(person.complaint.pain_usual)

    look()
    assert seen == {*near, UNKNOWN}


@quick(30)
@given(data=st.data())
def test_they_are_people_whom_the_rules_can_take(data: st.DataObject, bundled: Ruleset) -> None:
    person = data.draw(people_near_thresholds(bundled))
    assert ready(bundled).engine.cells(person) == ready(bundled).engine.cells(person)
    assert person.stated()


# --- The command ----------------------------------------------------------------------------------


@pytest.fixture
def glutemed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    """Call glutemed in this process, with given rules in place of the bundled ones."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")

    def call(ruleset: Ruleset, *args: str) -> Result:
        monkeypatch.setattr("glutemed.pipeline.load_ruleset", lambda *_, **__: ruleset)
        return CliRunner().invoke(program, args, prog_name="glutemed")

    return call


def test_where_all_hold_each_law_has_a_line_and_the_end_is_0(
    bundled: Ruleset, glutemed: Call
) -> None:
    result = glutemed(fresh(bundled), "rules", "fuzz", "--examples", "2", "--seed", "5")
    assert result.exit_code == 0
    for law in LAWS:
        assert f"HELD    {law.name.replace('_', ' ')} (2 tries" in result.stdout
    many = len(LAWS)
    assert f"{many} of {many} laws held; --seed 5 tries the same people again." in result.stdout


def test_a_law_that_falls_ends_with_7_and_its_person_can_be_tried(
    bundled: Ruleset, glutemed: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    law = next(law for law in LAWS if law.name == "readings_agree")
    monkeypatch.setattr("glutemed.testing.trials.LAWS", (law,))
    with planted(PRODUCTIONS):
        printed = glutemed(fresh(bundled), "rules", "fuzz", "--examples", "20", "--seed", "1")
        kept = glutemed(
            fresh(bundled), "rules", "fuzz", "--examples", "20", "--seed", "1", "-o", "people"
        )
        file = tmp_path / "people" / "readings-agree-0.yaml"
        tried = glutemed(fresh(bundled), "recommend", str(file))
    assert (printed.exit_code, kept.exit_code, tried.exit_code) == (7, 7, 1)
    assert "FELL    readings agree: durable-rules, the engine" in printed.stdout
    assert "the person:" in printed.stdout
    assert f"the person: {file.relative_to(tmp_path)}" in kept.stdout
    assert "0 of 1 laws held" in kept.stdout
    assert file.stat().st_mode & 0o777 == 0o600
    assert "durable-rules and the specification differ" in tried.stderr
    assert glutemed(fresh(bundled), "recommend", str(file)).exit_code in {0, 5, 6}


def test_a_rule_that_was_added_is_told_in_words(
    bundled: Ruleset, glutemed: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    def falls(ruleset: Ruleset, stricter: Ruleset, person: Facts) -> None:
        raise AssertionError("it falls")

    law = attrs.evolve(next(law for law in LAWS if law.name == "restricting"), check=falls)
    monkeypatch.setattr("glutemed.testing.trials.LAWS", (law,))
    result = glutemed(bundled, "rules", "fuzz", "--examples", "1", "--seed", "1")
    assert result.exit_code == 7
    assert ": it falls" in result.stdout
    assert "the rule added: " in result.stdout
    assert "the person:\n          {}" in result.stdout


WITHOUT_HYPOTHESIS = """
import sys
sys.modules["hypothesis"] = None
"""
CLI = f"{WITHOUT_HYPOTHESIS}\nfrom glutemed.cli import main\nmain()\n"


def test_without_hypothesis_the_command_says_in_one_line_how_to_get_it() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", CLI, "rules", "fuzz"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ended.returncode == 2
    assert ended.stdout == ""
    (line,) = ended.stderr.splitlines()
    assert line.endswith("pip install 'glutemed[testing]'")


@pytest.mark.parametrize("module", ["glutemed.testing", "glutemed.testing.laws"])
def test_without_hypothesis_the_import_says_in_one_line_how_to_get_it(module: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", f"{WITHOUT_HYPOTHESIS}\nimport {module}\n"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ended.returncode == 1
    assert ended.stderr.splitlines()[-1] == (
        "ImportError: glutemed.testing needs hypothesis; "
        "get it with: pip install 'glutemed[testing]'"
    )


def test_no_other_command_imports_hypothesis() -> None:
    watching = (
        "import sys; from click.testing import CliRunner; import glutemed.cli.program as p;"
        "CliRunner().invoke(p.program, ['rules', 'list']);"
        "CliRunner().invoke(p.program, ['rules', 'fuzz', '--help']);"
        "assert 'hypothesis' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", watching], check=True, timeout=60)
