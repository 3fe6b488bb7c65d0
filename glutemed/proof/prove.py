"""A whole rulebook proved: what must hold of everybody, and what is to no purpose."""

from __future__ import annotations

import attrs

from glutemed.model.ruleset import Ruleset
from glutemed.proof.claims import Claim, Claims, claims_text
from glutemed.proof.encoding import Encoding
from glutemed.proof.findings import Fault, Finding
from glutemed.proof.purpose import Purpose
from glutemed.proof.solver import Solver
from glutemed.proof.vain import asked_in_vain


@attrs.frozen
class Proof:
    """What was proved of a ruleset, and what was found.

    Args:
        claims: Hazards, red flags and referrals, each proved or with a witness.
        findings: What is to no purpose.
        facts: How many facts the rules ask of a person.
        asked: How many questions the solver was asked.
    """

    claims: tuple[Claim, ...]
    findings: tuple[Finding, ...]
    facts: int
    asked: int

    @property
    def proved(self) -> bool:
        """Whether every claim holds of everybody."""
        return all(claim.proved for claim in self.claims)

    @property
    def faults(self) -> tuple[Finding, ...]:
        """The findings that somebody should mend.

        Without people for whom nothing fits, and without rules that other exercises could need.
        """
        return tuple(
            found
            for found in self.findings
            if found.fault is not Fault.NOTHING_FITS and not found.second_lock
        )


def prove(ruleset: Ruleset) -> Proof:
    """Prove a ruleset.

    Raises:
        SolverMissing: z3 is not installed.
        SolverGaveUp: z3 came to no answer; nothing is proved then.
        ModelDisagrees: The solver and the real code differ on a person; nothing is proved then.
    """
    encoding = Encoding.of(ruleset)
    solver = Solver(text_of(encoding))
    claims = Claims(encoding, solver)
    proved = (*claims.hazards(), *claims.red_flags(), *claims.referrals())
    found = (*Purpose(encoding, solver).all(), *asked_in_vain(encoding))
    facts = len({variable.fact for variable in encoding.variables})
    return Proof(proved, found, facts, solver.asked)


def text_of(encoding: Encoding) -> str:
    """The whole text that a solver is given."""
    return "\n".join((*encoding.text(), *claims_text(encoding)))


def smt_text(ruleset: Ruleset) -> str:
    """The text with its questions, for any solver; each answer must be ``unsat``."""
    encoding = Encoding.of(ruleset)
    questions = (
        f"(push 1) ; {hazard.id}\n(assert {encoding.broken(hazard)})\n(check-sat)\n(pop 1)"
        for hazard in ruleset.hazards
    )
    return "\n".join(("(set-logic QF_UF)", text_of(encoding), *questions, ""))
