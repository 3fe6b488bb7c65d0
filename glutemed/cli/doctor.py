"""`glutemed doctor`: whether this installation works, and how to mend it."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from importlib import metadata
from importlib.util import find_spec

import click

from glutemed.cli import exits, screen
from glutemed.cli.examples import Example

CURE = (
    "CPPFLAGS=-DPyEval_CallObject=PyObject_CallObject python -m pip install "
    "--force-reinstall --no-deps --no-cache-dir durable-rules"
)
_SOMEBODY = {
    "screening": "clear",
    "person.age": 30,
    "complaint.conditions": ["patellofemoral_pain"],
    "complaint.side": "left",
    "complaint.weeks": 8,
    "complaint.pain_usual": 3,
    "complaint.pain_at_rest": 1,
    "history.latex_allergy": False,
    "equipment.bands": [],
    "equipment.free_weights": False,
    "response.sessions_done": 0,
}


@click.command(
    "doctor",
    cls=Example,
    examples=("glutemed doctor",),
)
def command() -> int:
    """Say whether this installation works: Python, the engine, the rules, and one answer.

    The exit code is 0 where glutemed answers, else 1. Without durable-rules it answers from its
    own readings, and the line that mends the installation is shown.
    """
    from glutemed.cli.layout import table

    rows = [*_machine(), *_engine()]
    works, found = _answer()
    screen.out("\n".join(table([*rows, *found], screen.screen().width)))
    if _durable() is None:
        screen.out(f"\nTo mend durable-rules (it needs a C compiler):\n  {CURE}")
    screen.out("\nglutemed works." if works else "\nglutemed does NOT work.")
    return exits.DONE if works else exits.FAILED


def _durable() -> str | None:
    from glutemed.engine.adapter import durable_version

    return durable_version()


def _machine() -> list[tuple[str, str]]:
    from glutemed import __version__

    return [
        ("glutemed", __version__),
        ("Python", f"{platform.python_version()} ({sys.executable})"),
        ("system", f"{platform.system()} {platform.machine()}"),
        ("stdout", f"{getattr(sys.stdout, 'encoding', None) or 'unknown encoding'}"),
    ]


def _engine() -> list[tuple[str, str]]:
    compiler = next(filter(None, map(shutil.which, ("cc", "gcc", "clang", "cl"))), None)
    fast = "yes" if find_spec("yaml._yaml") else "no: rules load more slowly"
    versions = ", ".join(
        f"{name} {metadata.version(name)}" for name in ("attrs", "click", "PyYAML")
    )
    return [
        ("engine", _durable() or "durable-rules cannot be imported: own readings decide"),
        ("C compiler", compiler or "none found (needed only to install durable-rules)"),
        ("libyaml", fast),
        ("libraries", versions),
    ]


def _answer() -> tuple[bool, list[tuple[str, str]]]:
    """Whether one built-in person gets an answer, and what there is to say about it."""
    from glutemed.model.errors import GlutemedError, RulesInvalid
    from glutemed.pipeline import load_ruleset, read_facts, recommend
    from glutemed.rulebook.load import bundled

    rows = [("rules lie in", os.fspath(bundled()))]
    try:
        ruleset = load_ruleset()
    except RulesInvalid as error:
        faults = len(error.diagnostics)
        return False, [*rows, ("rules", f"invalid, {faults} faults: `glutemed rules check`")]
    counts = (
        f"{len({rule.written for rule in ruleset.written_rules})} rules, "
        f"{len(ruleset.exercises)} exercises, {len(ruleset.hazards)} hazards, "
        f"{len(ruleset.cases)} cases, {len(ruleset.sources)} sources"
    )
    rows += [("rules", f"{ruleset.version}, {counts}"), ("fingerprint", ruleset.fingerprint)]
    try:
        outcome = recommend(read_facts(_SOMEBODY, ruleset), ruleset)
    except GlutemedError as error:
        return False, [*rows, ("self-check", f"failed: {error}")]
    return True, [*rows, ("self-check", f"a {outcome.kind.value}, by {_by(outcome.decided_by)}")]


def _by(evaluators: tuple[str, ...]) -> str:
    return " and ".join(evaluators)
