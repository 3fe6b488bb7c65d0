"""The one way from texts to a checked `Ruleset`."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from glutemed.model.diagnostic import Diagnostic, Text, has_errors
from glutemed.model.ruleset import Ruleset
from glutemed.rulebook import check
from glutemed.rulebook import files as _files
from glutemed.rulebook.build import build
from glutemed.rulebook.files import SUFFIXES, RuleTexts, bundled, files
from glutemed.rulebook.form import Findings
from glutemed.rulebook.parse import Draft, parse

__all__ = ["SUFFIXES", "bundled", "files", "load", "of", "ruleset", "texts"]


def texts(paths: Iterable[Path], findings: Findings) -> tuple[Text, ...]:
    """The rule files under some paths, sorted by path; faults go to the findings (GM107)."""
    read, faults = _files.texts(paths)
    findings.extend(faults)
    return read


def ruleset(
    rule_texts: Iterable[Text], version: str
) -> tuple[Ruleset | None, tuple[Diagnostic, ...]]:
    """A checked ruleset from texts, or None, and everything that was found."""
    findings = Findings()
    draft = parse(rule_texts, findings)
    return _checked(draft, findings, version)


def load(
    extra: Iterable[str | os.PathLike[str]] = (),
) -> tuple[Ruleset | None, tuple[Diagnostic, ...]]:
    """The bundled rules with files or folders added to them, checked.

    What is added can only add: there is no conclusion that takes a rule, a hazard or a fact away,
    and an id or a pack name that is taken is an error.
    """
    return of(RuleTexts.under(extra))


def of(given: RuleTexts) -> tuple[Ruleset | None, tuple[Diagnostic, ...]]:
    """The ruleset of texts that were read, checked, or None; and everything that was found."""
    findings = Findings()
    findings.extend(given.faults)
    draft = parse((*given.own, *given.added), findings)
    others = set(map(id, given.added))
    packs = tuple(page.pack for page in draft.pages if id(page.span.text) in others)
    version = next((p.pack.version for p in draft.pages if p.pack.name == "surgeon"), "0")
    suffixes = sorted(f"{pack.name}-{pack.version}" for pack in packs)
    return _checked(
        draft, findings, "+".join((version, *suffixes)), frozenset(pack.name for pack in packs)
    )


def _checked(
    draft: Draft, findings: Findings, version: str, added: frozenset[str] = frozenset()
) -> tuple[Ruleset | None, tuple[Diagnostic, ...]]:
    check.structure(draft, findings)
    if not has_errors(findings.sorted()):
        check.meaning(draft, findings)
    found = findings.sorted()
    return (None if has_errors(found) else build(draft, version, added)), found
