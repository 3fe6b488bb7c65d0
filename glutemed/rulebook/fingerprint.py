"""The canonical form of a ruleset, and its SHA-256."""

from __future__ import annotations

import enum
import hashlib
import json
from typing import Any

import attrs

from glutemed.model.diagnostic import Span
from glutemed.model.ruleset import Ruleset

SPANS = (Span, "Span", "Span | None")
"""The types of fields that say where something stands; no part of what is canonical."""


def fingerprint(ruleset: Ruleset) -> str:
    """SHA-256 of the canonical ruleset."""
    return digest(canonical(ruleset))


def digest(text: str) -> str:
    """SHA-256 of ASCII text."""
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def canonical(ruleset: Ruleset) -> str:
    """A ruleset as JSON, always the same: everything that a decision or its reasons rest on."""
    parts = {
        "version": ruleset.version,
        "packs": ruleset.packs,
        "facts": tuple(ruleset.vocabulary),
        "conditions": ruleset.conditions,
        "derived": ruleset.derived,
        "scores": ruleset.scores,
        "rules": ruleset.rules,
        "exercises": ruleset.exercises,
        "hazards": ruleset.hazards,
        "sources": ruleset.sources,
    }
    return json.dumps(_canonical(parts), sort_keys=True, ensure_ascii=True, separators=(",", ":"))


def _canonical(value: Any) -> Any:
    if isinstance(value, enum.IntEnum):
        return int(value)
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, (frozenset, set)):
        return sorted(_canonical(item) for item in value)
    if isinstance(value, (tuple, list)):
        return [_canonical(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _canonical(item) for key, item in value.items()}
    fields = {
        field.name: _canonical(getattr(value, field.name))
        for field in attrs.fields(type(value))
        if field.type not in SPANS
    }
    return {"": type(value).__name__, **fields}
