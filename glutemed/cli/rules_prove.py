"""`glutemed rules prove`: no hazard for anybody, or a person who shows one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from glutemed.cli import exits, screen
from glutemed.cli.examples import Example
from glutemed.cli.options import format_option, rules_option

if TYPE_CHECKING:
    from glutemed.model.facts import Facts
    from glutemed.model.ruleset import Ruleset
    from glutemed.proof.claims import Claim
    from glutemed.proof.findings import Finding
    from glutemed.proof.prove import Proof
    from glutemed.proof.witness import Witness

_MOST_NAMED = 4
_SUBJECTS = {"hazard": "hazards", "red_flag": "red flags", "referral": "referrals"}
_WHOLE = {
    "red_flag": "each red flag, known or possible, lets no exercise out",
    "referral": "no referral is calmer than its reasons",
}
_HEADINGS = {
    "To no purpose, or strange (none of it unsafe):": False,
    "Without effect as the exercises are now. Another exercise could need it, so it may stay as a "
    "second lock:": True,
}
_SEEN = {
    "broken": "`glutemed recommend` ends with exit code 1: only the gate stops it",
    "programme": "`glutemed recommend` gives a programme",
    "asked": "`glutemed recommend` asks, because the gate cannot be sure",
    "referred": "`glutemed recommend` refers too calmly, or asks too calmly",
    "not_chosen": "it is offered, and other exercises are chosen before it",
}


@click.command(
    "prove",
    cls=Example,
    examples=(
        "glutemed rules prove",
        "glutemed rules prove -o witnesses",
        "glutemed rules prove --format json",
    ),
)
@rules_option
@click.option(
    "-o",
    "--output",
    "folder",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write each person who shows something as a file of facts in this folder.",
)
@click.option("--strict", is_flag=True, help="Rules to no purpose count as found, too.")
@click.option(
    "--smt",
    "only_text",
    is_flag=True,
    help="Print what the solver is asked, as SMT-LIB for any other solver, and prove nothing.",
)
@format_option("human", "plain", "json")
def command(
    rules: tuple[str, ...], folder: Path | None, strict: bool, only_text: bool, form: str
) -> int:
    """Prove that the rules alone, without the gate, bring no hazard upon anybody.

    Everybody is meant: each fact known or unknown, with every value it may have; and every
    exercise that could be offered, with every dose and depth it could be given at. A hazard is
    PROVED, or there is a person who shows how it is broken: the smallest one found, as facts to
    try. Then come rules, limits, exercises and questions that are to no purpose. Needs the solver
    z3. The exit code is 7 where something is not proved, else 0.
    """
    from glutemed.cli import given
    from glutemed.proof.prove import prove, smt_text
    from glutemed.proof.solver import SolverMissing

    ruleset = given.ruleset(rules, form)
    if only_text:
        click.echo(smt_text(ruleset), nl=False)
        return exits.DONE
    try:
        proof = prove(ruleset)
    except SolverMissing as missing:
        screen.note(f"glutemed: {missing}")
        return exits.USAGE
    files = {} if folder is None else _write(folder, proof, ruleset)
    if form == "json":
        screen.out_json(json.dumps(_as_data(proof, files), indent=2, ensure_ascii=False))
    else:
        plain = form == "plain"
        lines = _lines(proof, ruleset, files, screen.screen(plain=plain).width)
        screen.out("\n".join(lines), plain=plain)
    wrong = not proof.proved or (strict and proof.faults)
    return exits.FOUND if wrong else exits.DONE


def _write(folder: Path, proof: Proof, ruleset: Ruleset) -> dict[str, Path]:
    """Write a file of facts for each person; gives the files by what they show."""
    from glutemed.cli.facts_file import save
    from glutemed.cli.made_up import as_file

    folder.mkdir(parents=True, exist_ok=True)
    files = {}
    for name, facts in _people(proof):
        files[name] = folder / f"{_file_name(name)}.yaml"
        save(files[name], as_file(facts, ruleset, "a proof"))
    return files


def _people(proof: Proof) -> list[tuple[str, Facts]]:
    found = []
    for claim in proof.claims:
        if claim.witness is not None:
            found.append((_key(claim), claim.witness.facts))
        elif claim.open_to is not None:
            found.append((_key(claim), claim.open_to))
    found += [(one.id, one.facts) for one in proof.findings if one.facts is not None]
    return found


def _key(claim: Claim) -> str:
    return claim.id if claim.subject == "hazard" else f"{claim.subject}/{claim.id}"


def _file_name(name: str) -> str:
    return "".join(char if char.isalnum() or char == "-" else "-" for char in name.lower())


def _lines(proof: Proof, ruleset: Ruleset, files: dict[str, Path], width: int) -> list[str]:
    from glutemed.cli.layout import paragraph
    from glutemed.render.words import count

    lines: list[str] = []
    for claim in proof.claims:
        if claim.subject == "hazard" or not claim.proved:
            lines += _claim(claim, ruleset, files, width)
    for subject, says in _WHOLE.items():
        of_it = [claim for claim in proof.claims if claim.subject == subject]
        if all(claim.proved for claim in of_it):
            lines.append(f"PROVED  {_SUBJECTS[subject]} ({len(of_it)}): {says}")
    for heading, is_lock in _HEADINGS.items():
        some = [found for found in proof.findings if found.second_lock is is_lock]
        lines += ["", *paragraph(heading, width)] if some else []
        for found in some:
            where = f" ({found.where})" if found.where else ""
            kind = found.fault.replace("_", " ")
            lines += paragraph(f"{kind}: {found.id}{where}: {found.says}", width, first="  - ")
            if found.facts is not None:
                lines += _person(found.id, found.facts, ruleset, files, 4)
    tallies = []
    for subject, many in _SUBJECTS.items():
        of_it = [claim for claim in proof.claims if claim.subject == subject]
        good = sum(claim.proved for claim in of_it)
        tallies.append(f"{good} of {len(of_it)} {many} proved")
    ending = f"{', '.join(tallies)}, over {count(proof.facts, 'fact')} known or unknown."
    return [*lines, "", *paragraph(ending, width)]


def _claim(claim: Claim, ruleset: Ruleset, files: dict[str, Path], width: int) -> list[str]:
    from glutemed.cli.layout import paragraph

    if claim.witness is None:
        asks = f" (the gate may have to ask: {', '.join(claim.asks)})" if claim.asks else ""
        lines = paragraph(f"{claim.id}{asks}", width, first="PROVED  ")
        if claim.open_to is not None:
            lines += _person(_key(claim), claim.open_to, ruleset, files, 8)
        return lines
    return [
        *paragraph(f"{claim.id} ({claim.where})", width, first="BROKEN  "),
        *paragraph(claim.says, width, indent=8),
        *_told(claim, claim.witness, width),
        *_person(_key(claim), claim.witness.facts, ruleset, files, 8),
    ]


def _told(claim: Claim, witness: Witness, width: int) -> list[str]:
    """How it comes about, and the rules that matter."""
    from glutemed.cli.layout import paragraph

    told = []
    if witness.exercise:
        others = [each for each in claim.exercises if each != witness.exercise]
        more = f" and {len(others) - _MOST_NAMED} more" if len(others) > _MOST_NAMED else ""
        also = f" (also by {', '.join(others[:_MOST_NAMED])}{more})" if others else ""
        told.append(f"by: {witness.exercise}{also}")
    if witness.let_out_by:
        told.append(f"let out by: {', '.join(witness.let_out_by)}")
    if witness.silent:
        told.append(f"ask the same, and do not hold: {', '.join(witness.silent)}")
    told.append(f"seen: {_SEEN[witness.seen.value]}")
    return [line for text in told for line in paragraph(text, width, indent=8)]


def _person(
    name: str, facts: Facts, ruleset: Ruleset, files: dict[str, Path], indent: int
) -> list[str]:
    """The file that a person was written to, or the facts themselves."""
    from glutemed.cli import made_up

    lead = " " * indent
    if name in files:
        return [f"{lead}facts: {files[name]}"]
    return [f"{lead}facts:", *made_up.lines(facts, ruleset, indent + 2)]


def _as_data(proof: Proof, files: dict[str, Path]) -> dict[str, Any]:
    return {
        "proved": proof.proved,
        "claims": [_claim_data(claim, files) for claim in proof.claims],
        "findings": [_finding_data(found, files) for found in proof.findings],
        "facts": proof.facts,
    }


def _claim_data(claim: Claim, files: dict[str, Path]) -> dict[str, Any]:
    from glutemed.intake import to_dict

    data: dict[str, Any] = {
        "about": claim.subject.value,
        "id": claim.id,
        "proved": claim.proved,
        "says": claim.says,
        "where": claim.where,
    }
    if claim.asks and claim.open_to is not None:
        data |= {"gate_asks": list(claim.asks), "open_to": to_dict(claim.open_to)}
    if claim.witness is not None:
        witness = claim.witness
        data["witness"] = {
            "facts": to_dict(witness.facts),
            "exercise": witness.exercise,
            "exercises": list(claim.exercises),
            "seen": witness.seen.value,
            "let_out_by": list(witness.let_out_by),
            "silent": list(witness.silent),
        }
    return data | ({"file": str(files[_key(claim)])} if _key(claim) in files else {})


def _finding_data(found: Finding, files: dict[str, Path]) -> dict[str, Any]:
    from glutemed.intake import to_dict

    data: dict[str, Any] = {"fault": found.fault.value, "id": found.id, "says": found.says}
    data["second_lock"] = found.second_lock
    if found.where:
        data["where"] = found.where
    if found.facts is not None:
        data["facts"] = to_dict(found.facts)
    return data | ({"file": str(files[found.id])} if found.id in files else {})
