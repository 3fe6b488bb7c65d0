"""`glutemed rules cells`: every cell of every shard, in durable-rules itself."""

from __future__ import annotations

import json
import os
import time
from typing import TYPE_CHECKING, Any

import click

from glutemed.cli import exits, screen
from glutemed.cli.examples import Example
from glutemed.cli.options import format_option, rules_option

if TYPE_CHECKING:
    from glutemed.model.ruleset import Ruleset
    from glutemed.proof.covered import Covered
    from glutemed.proof.walk import Disagreement, ShardWalk, Walk


@click.command(
    "cells",
    cls=Example,
    examples=(
        "glutemed rules cells",
        "glutemed rules cells --most 500 --jobs 1",
        "glutemed rules cells --format json",
    ),
)
@rules_option
@click.option(
    "--most",
    metavar="N",
    type=click.IntRange(min=1),
    default=20_000,
    show_default=True,
    help="Of a shard with more cells, try all triples of its variables instead.",
)
@click.option(
    "--jobs",
    metavar="N",
    type=click.IntRange(min=1),
    help="How many processes share the work; by default one a processor.",
)
@format_option("human", "plain", "json")
def command(rules: tuple[str, ...], most: int, jobs: int | None, form: str) -> int:
    """Runs every cell of the rules through durable-rules, and compares.

    The rules are decided in shards, small groups that share facts. Their thresholds cut the facts
    into cells, with unknown as one more value, and everybody in one cell is the same to them. So
    one try a cell and end of it is exhaustive: durable-rules, the engine and the specification
    must say the same of each rule. The exit code is 7 where they do not, else 0; without
    durable-rules it is 2.
    """
    from glutemed.cli import given
    from glutemed.proof.covered import covered
    from glutemed.proof.walk import EngineAbsent, walk

    ruleset = given.ruleset(rules, form)
    started = time.monotonic()
    try:
        done = walk(ruleset, most=most, jobs=jobs or os.cpu_count() or 1)
    except EngineAbsent as absent:
        screen.note(f"glutemed: {absent}")
        return exits.USAGE
    spent = time.monotonic() - started
    reached = covered(ruleset, done)
    if form == "json":
        data = _as_data(done, reached, spent)
        screen.out_json(json.dumps(data, indent=2, ensure_ascii=False))
    else:
        plain = form == "plain"
        width = screen.screen(plain=plain).width
        screen.out("\n".join(_lines(done, reached, ruleset, spent, width)), plain=plain)
    return exits.FOUND if done.disagreements else exits.DONE


def _lines(done: Walk, reached: Covered, ruleset: Ruleset, spent: float, width: int) -> list[str]:
    from glutemed.cli.layout import paragraph
    from glutemed.render.words import count

    lines: list[str] = []
    for found in done.disagreements:
        lines += _disagreement(found, ruleset, width)
    partly = [shard for shard in done.shards if not shard.whole]
    for shard in partly:
        lines += paragraph(_triples(shard, reached, ruleset), width)
    asked = sum(shard.asked for shard in done.shards)
    cells, tried = (sum(getattr(s, what) for s in done.shards) for what in ("cells", "tried"))
    many = len(done.disagreements)
    tally = f"all {cells:,} cells" if tried == cells else f"{tried:,} of {cells:,} cells"
    lines += paragraph(
        f"{count(len(done.shards), 'shard')}: {tally} tried, durable-rules asked {asked:,} times, "
        f"in {spent:.1f} s; {count(many, 'disagreement') if many else 'no disagreement'}.",
        width,
    )
    lines += paragraph(_share(reached), width)
    return lines


def _disagreement(found: Disagreement, ruleset: Ruleset, width: int) -> list[str]:
    from glutemed.cli import made_up
    from glutemed.cli.layout import paragraph

    lines = paragraph(f"{found.rule} ({found.where}): {found.says}", width, first="DIFFER  ")
    for name, (least, most) in found.bounds:
        lines.append(
            f"        {name}: from {_place(name, least, ruleset)} to {_place(name, most, ruleset)}"
        )
    if found.facts is not None:
        lines += ["        facts:", *made_up.lines(found.facts, ruleset, 10)]
    return lines


def _place(name: str, rank: int, ruleset: Ruleset) -> str:
    """A value of a derived value by its rank; the points of a score."""
    values = ruleset.quantities[name].values
    return values[rank] if values else str(rank)


def _triples(shard: ShardWalk, reached: Covered, ruleset: Ruleset) -> str:
    names = ", ".join(reached.written(shard.rules, ruleset)) or "no rule of an author"
    return (
        f"Too many cells ({shard.cells:,}, of {shard.variables} variables), so every triple of "
        f"their states instead, in {shard.tried:,} cells: {names}."
    )


def _share(reached: Covered) -> str:
    whole, many = len(reached.wholly), len(reached.all)
    leaned = len(reached.leaned_on)
    missed = sorted(reached.leaned_on - reached.wholly)
    said = f"In every cell: {whole} of {many} rules ({100 * whole / max(many, 1):.1f} %), "
    if missed:
        return f"{said}{leaned - len(missed)} of the {leaned} that a hazard leans on."
    return f"{said}among them all {leaned} that a hazard leans on."


def _as_data(done: Walk, reached: Covered, spent: float) -> dict[str, Any]:
    from glutemed.intake import to_dict

    return {
        "agreed": not done.disagreements,
        "seconds": round(spent, 3),
        "cells": sum(shard.cells for shard in done.shards),
        "tried": sum(shard.tried for shard in done.shards),
        "asked": sum(shard.asked for shard in done.shards),
        "rules": len(reached.all),
        "rules_in_every_cell": len(reached.wholly),
        "rules_in_triples_only": sorted(reached.all - reached.wholly),
        "rules_that_a_hazard_leans_on": sorted(reached.leaned_on),
        "disagreements": [
            {"rule": found.rule, "where": found.where, "says": found.says}
            | ({} if found.facts is None else {"facts": to_dict(found.facts)})
            | (
                {"bounds": {name: list(span) for name, span in found.bounds}}
                if found.bounds
                else {}
            )
            for found in done.disagreements
        ],
        "shards": [
            {
                "variables": shard.variables,
                "cells": shard.cells,
                "tried": shard.tried,
                "rules": len(shard.rules),
            }
            for shard in done.shards
        ],
    }
