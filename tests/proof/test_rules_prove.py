"""`glutemed rules prove`: what it prints, what it writes, and how it ends."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from glutemed.cli.program import program
from glutemed.model.ruleset import Ruleset
from glutemed.pipeline import read_facts
from proof.planting import deleted, edited, only

pytest.importorskip("z3")
pytestmark = pytest.mark.needs("durable")

Call = Callable[..., Result]
HAZARD = "hazards/latex-in-latex-allergy"


@pytest.fixture
def faulty(bundled: Ruleset) -> Ruleset:
    """One hazard, and the rule that keeps it off gone."""
    return edited(only(bundled, HAZARD), "equipment/no-latex-bands-in-latex-allergy", deleted)


@pytest.fixture
def glutemed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    """Call glutemed in this process, with given rules in place of the bundled ones."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")

    def call(ruleset: Ruleset, *args: str) -> Result:
        monkeypatch.setattr("glutemed.pipeline.load_ruleset", lambda *_, **__: ruleset)
        return CliRunner().invoke(program, args, prog_name="glutemed")

    return call


def test_the_bundled_rules_are_proved_with_one_line_a_hazard(
    bundled: Ruleset, glutemed: Call
) -> None:
    result = glutemed(bundled, "rules", "prove")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    for hazard in bundled.hazards:
        assert lines.count(f"PROVED  {hazard.id}") == 1
    many = len(bundled.hazards)
    assert f"{many} of {many} hazards proved" in result.stdout
    assert "lets no exercise out" in result.stdout
    assert "no referral is calmer than its reasons" in result.stdout


def test_a_hazard_that_is_broken_shows_a_person_and_ends_with_7(
    faulty: Ruleset, glutemed: Call
) -> None:
    result = glutemed(faulty, "rules", "prove")
    assert result.exit_code == 7
    assert re.search(
        rf"^BROKEN  {HAZARD} \(.*hazards\.yaml:\d+:\d+\)$", result.stdout, re.MULTILINE
    )
    assert "only the gate stops it" in result.stdout
    assert "screening: clear" in result.stdout
    assert "latex_allergy: true" in result.stdout
    assert "0 of 1 hazards proved" in result.stdout


def test_the_person_can_be_written_and_given_to_recommend(
    faulty: Ruleset, glutemed: Call, tmp_path: Path
) -> None:
    result = glutemed(faulty, "rules", "prove", "-o", "people")
    assert result.exit_code == 7
    file = tmp_path / "people" / "hazards-latex-in-latex-allergy.yaml"
    assert f"facts: {file.relative_to(tmp_path)}" in result.stdout
    assert file.stat().st_mode & 0o777 == 0o600
    tried = glutemed(faulty, "recommend", str(file))
    assert tried.exit_code == 1
    assert HAZARD in tried.stderr
    assert tried.stdout == ""


def test_as_json_everything_is_data(faulty: Ruleset, glutemed: Call) -> None:
    result = glutemed(faulty, "rules", "prove", "--format", "json")
    assert result.exit_code == 7
    data = json.loads(result.stdout)
    assert data["proved"] is False
    claim = next(each for each in data["claims"] if each["id"] == HAZARD)
    witness = claim["witness"]
    assert witness["seen"] == "broken"
    assert witness["exercise"] in witness["exercises"]
    assert witness["let_out_by"]
    assert read_facts(witness["facts"], faulty).history.latex_allergy is True
    assert {each["about"] for each in data["claims"]} == {"hazard", "red_flag", "referral"}


def test_rules_to_no_purpose_count_only_where_it_is_strict(
    bundled: Ruleset, glutemed: Call
) -> None:
    idle = edited(bundled, "dose/both-knees", _never)
    lax, strict = (
        glutemed(only(idle, HAZARD), "rules", "prove", *more) for more in ((), ("--strict",))
    )
    assert "never fires: dose/both-knees (" in lax.stdout
    assert (lax.exit_code, strict.exit_code) == (0, 7)


def _never(rule):
    import attrs

    from glutemed.model.condition import AnyOf

    return attrs.evolve(rule, condition=AnyOf(()))


def test_the_text_for_another_solver_asks_about_every_hazard(
    bundled: Ruleset, glutemed: Call
) -> None:
    result = glutemed(bundled, "rules", "prove", "--smt")
    assert result.exit_code == 0
    asked = re.findall(r"^\(push 1\) ; (.+)$", result.stdout, re.MULTILINE)
    assert result.stdout.count("(check-sat)") == len(asked)
    assert asked == [hazard.id for hazard in bundled.hazards]


WITHOUT_Z3 = """
import sys
sys.modules["z3"] = None
from glutemed.cli import main
main()
"""


def test_without_z3_one_line_says_how_to_get_it() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", WITHOUT_Z3, "rules", "prove"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ended.returncode == 2
    assert ended.stdout == ""
    (line,) = ended.stderr.splitlines()
    assert line.endswith("pip install 'glutemed[prove]'")


def test_no_other_command_imports_z3() -> None:
    watching = (
        "import sys; from click.testing import CliRunner; import glutemed.cli.program as p;"
        "CliRunner().invoke(p.program, ['rules', 'list']);"
        "CliRunner().invoke(p.program, ['rules', 'prove', '--help']);"
        "import glutemed.proof.prove;"
        "assert 'z3' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", watching], check=True, timeout=60)
