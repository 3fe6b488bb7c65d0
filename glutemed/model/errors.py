"""What glutemed raises: wrong use of the library, and its own failures.

Wrong *content* (rules, facts) is a list of diagnostics; the two exceptions that carry such a list
are raised only at the edge, by the pipeline. No text here ever holds the value of a fact.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from glutemed.model.diagnostic import Diagnostic


class GlutemedError(Exception):
    """Base of everything glutemed raises on purpose."""


class _Invalid(GlutemedError):
    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        super().__init__(diagnostics)
        self.diagnostics = diagnostics

    def __str__(self) -> str:
        return "\n".join(found.plain() for found in self.diagnostics)


class RulesInvalid(_Invalid):
    """The rulebook has errors; ``diagnostics`` holds all of them."""


class FactsInvalid(_Invalid):
    """The facts have errors; ``diagnostics`` holds all of them."""


class UnknownName(GlutemedError):
    """A name was asked for that the ruleset does not have."""


class EngineFailed(GlutemedError):
    """The engine could not decide; nothing was emitted."""


class ReadingsDisagree(EngineFailed):
    """durable-rules and the specification differ on a rule; nothing was emitted."""


class HazardBroken(GlutemedError):
    """A programme would have broken a hazard; nothing was emitted."""
