"""`glutemed rules coverage`: what of the rules the cases exercise, and what they leave out."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from glutemed.cli import exits, screen
from glutemed.cli.examples import Example
from glutemed.cli.options import format_option, rules_option

if TYPE_CHECKING:
    from glutemed.model.ruleset import Ruleset
    from glutemed.proof.coverage import Coverage, Goal

_UNJUDGED = "z3 is not installed, so what nobody can reach is counted as missing, too"


@click.command(
    "coverage",
    cls=Example,
    examples=("glutemed rules coverage | tail -4",),
)
@rules_option
@click.option(
    "--write",
    "target",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the missing cases to this file, each marked to be reviewed.",
)
@click.option("--few", is_flag=True, help="With --write: fewer people, each for more rules.")
@click.option(
    "--force", is_flag=True, help="With --write: write over a file that is there already."
)
@format_option("human", "plain", "json")
def command(rules: tuple[str, ...], target: Path | None, few: bool, force: bool, form: str) -> int:
    """Tell which rules, and which single conditions inside them, the cases exercise.

    Of each rule: that it holds for somebody, does not hold for another, and cannot be known for a
    third. Of each single condition: that it holds, and that it fails, each for somebody for whom it
    alone decides the rule. What the solver z3 shows to be out of reach does not count; without z3
    nothing can be left out. With --rules only the rules of the added files are judged, by the cases
    of all files. The exit code is 7 where something is missing, else 0.
    """
    from glutemed.cli import given
    from glutemed.model.errors import FactsInvalid
    from glutemed.proof.reach import coverage
    from glutemed.proof.solver import SolverMissing

    if target is None and (few or force):
        raise click.UsageError("--few and --force go with --write")
    if target is not None and target.exists() and not force:
        raise click.UsageError(f"{str(target)!r} is there already; --force writes over it")
    ruleset = given.ruleset(rules, form)
    try:
        found = coverage(ruleset, ruleset.added if rules else None)
    except FactsInvalid as invalid:
        screen.diagnostics(invalid.diagnostics, form, err=True)
        return exits.FACTS_INVALID
    if not found.judged:
        screen.note(f"glutemed: {_UNJUDGED}")
    if target is not None:
        try:
            _write(target, ruleset, found, few=few, force=force)
        except SolverMissing as missing:
            screen.note(f"glutemed: {missing}")
            return exits.USAGE
    if form == "json":
        screen.out_json(json.dumps(_as_data(found, ruleset), indent=2, ensure_ascii=False))
    else:
        plain = form == "plain"
        lines = _lines(found, ruleset, screen.screen(plain=plain).width)
        if rules:
            lines.append("Judged were the rules of the added files alone.")
        screen.out("\n".join(lines), plain=plain)
    return exits.DONE if found.complete else exits.FOUND


def _write(target: Path, ruleset: Ruleset, found: Coverage, *, few: bool, force: bool) -> None:
    from glutemed.cli import files
    from glutemed.proof.proposed import MARK, cases_text
    from glutemed.proof.reach import proposals
    from glutemed.render.words import count

    if found.complete:
        screen.note("Nothing is missing; no file was written.")
        return
    slug = "-".join(re.findall(r"[a-z0-9]+", target.stem.lower())) or "missing"
    proposed = tuple(proposals(ruleset, found.gaps, few=few))
    files.new(target, cases_text(ruleset, proposed, f"cases-{slug}"), force=force)
    many = count(len(proposed), "case")
    screen.note(f"Written to {target}: {many}. Review each, then remove its lines `{MARK}`.")


def _lines(found: Coverage, ruleset: Ruleset, width: int) -> list[str]:
    from glutemed.cli.layout import paragraph
    from glutemed.proof.coverage import instances

    made = instances(ruleset)
    lines: list[str] = []
    for name, goals in _by_rule(found).items():
        lines += paragraph(f"{name} ({made[name][0].span.where})", width, first="MISSING ")
        for goal in goals:
            lines += paragraph(_missing(goal, ruleset), width, first="  - ")
    return [*lines, *([""] if lines else []), *paragraph(_tally(found), width)]


def _by_rule(found: Coverage) -> dict[str, list[Goal]]:
    by_rule: dict[str, list[Goal]] = {}
    for goal in found.gaps:
        by_rule.setdefault(goal.rule, []).append(goal)
    return by_rule


def _missing(goal: Goal, ruleset: Ruleset) -> str:
    from glutemed.model.condition import Truth
    from glutemed.proof.coverage import WHOLE
    from glutemed.proof.proposed import leaf_says

    if goal.leaf == WHOLE:
        return {
            Truth.TRUE: "nobody for whom it holds",
            Truth.FALSE: "nobody for whom it does not hold",
            Truth.UNKNOWN: "nobody for whom it cannot be known",
        }[goal.truth]
    return f"nobody for whom this alone decides it: {leaf_says(goal, ruleset)}"


def _tally(found: Coverage) -> str:
    from glutemed.proof.coverage import WHOLE

    gaps, met = found.gaps, found.met
    lacking = len(_by_rule(found))
    ways = [sum(goal.leaf == WHOLE for goal in goals) for goals in (met, gaps)]
    single = [len(met) - ways[0], len(gaps) - ways[1]]
    without = f"; {len(found.unreachable)} more are out of reach" if found.judged else ""
    return (
        f"{len(found.rules) - lacking} of {len(found.rules)} rules exercised in full: "
        f"{ways[0]} of {sum(ways)} ways of rules, "
        f"{single[0]} of {sum(single)} ways of single conditions{without}. "
        f"The examples beside the rules (not counted) show {len(found.shown)} rules each way."
    )


def _as_data(found: Coverage, ruleset: Ruleset) -> dict[str, Any]:
    from glutemed.proof.coverage import instances

    made = instances(ruleset)
    gaps = _by_rule(found)
    return {
        "complete": found.complete,
        "unreachable_ruled_out": found.judged,
        "rules": list(found.rules),
        "met": [{**_goal(goal, ruleset), "case": found.met[goal]} for goal in sorted(found.met)],
        "missing": [
            {**_goal(goal, ruleset), "where": made[name][0].span.where}
            for name, goals in gaps.items()
            for goal in goals
        ],
        "unreachable": [_goal(goal, ruleset) for goal in found.unreachable],
        "shown_by_examples": list(found.shown),
    }


def _goal(goal: Goal, ruleset: Ruleset) -> dict[str, Any]:
    from glutemed.proof.coverage import WHOLE
    from glutemed.proof.proposed import leaf_says

    data: dict[str, Any] = {"rule": goal.rule, "truth": goal.truth.name.lower()}
    if goal.leaf != WHOLE:
        data |= {"leaf": goal.leaf + 1, "decides": leaf_says(goal, ruleset)}
    return data
