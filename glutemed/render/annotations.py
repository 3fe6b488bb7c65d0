"""Findings → what CI shows beside the lines of a change: SARIF, and GitHub's workflow commands."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from glutemed.model.diagnostic import Diagnostic, Severity, Span
from glutemed.model.version import VERSION

SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_DATA = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_PROPERTY = {**_DATA, ":": "%3A", ",": "%2C"}


def as_sarif(diagnostics: Iterable[Diagnostic]) -> str:
    """The findings as one run of SARIF 2.1.0; lines and columns count from 1."""
    found = list(diagnostics)
    codes = sorted({one.code for one in found})
    driver = {
        "name": "glutemed",
        "version": VERSION,
        "semanticVersion": VERSION,
        "rules": [
            {"id": code, "shortDescription": {"text": _first(code, found)}} for code in codes
        ],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(one, codes) for one in found],
    }
    log = {"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2, ensure_ascii=True)


def as_github(diagnostics: Iterable[Diagnostic]) -> str:
    """The findings as workflow commands, one line each, whatever their texts say."""
    return "\n".join(_command(found) for found in diagnostics)


def _first(code: str, found: list[Diagnostic]) -> str:
    """What a code is about, in the words of the first finding that has it."""
    return next(one.message for one in found if one.code == code)


def _result(found: Diagnostic, codes: list[str]) -> dict[str, Any]:
    line, column, end_line, end_column = _place(found.span)
    return {
        "ruleId": found.code,
        "ruleIndex": codes.index(found.code),
        "level": "error" if found.severity is Severity.ERROR else "warning",
        "message": {"text": found.message + (f" ({found.help})" if found.help else "")},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": _uri(found.span.text.name)},
                    "region": {
                        "startLine": line,
                        "startColumn": column,
                        "endLine": end_line,
                        "endColumn": end_column,
                    },
                }
            }
        ],
    }


def _uri(name: str) -> str:
    path = Path(name)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())


def _command(found: Diagnostic) -> str:
    line, column, end_line, end_column = _place(found.span)
    places = {"file": found.span.text.name, "line": str(line), "endLine": str(end_line)}
    if line == end_line:  # GitHub takes columns only within one line
        places |= {"col": str(column), "endColumn": str(end_column)}
    listed = ",".join(
        f"{key}={_escaped(value, _PROPERTY)}"
        for key, value in (places | {"title": found.code}).items()
    )
    kind = "error" if found.severity is Severity.ERROR else "warning"
    message = found.message + (f"\n{found.help}" if found.help else "")
    return f"::{kind} {listed}::{_escaped(message, _DATA)}"


def _place(span: Span) -> tuple[int, int, int, int]:
    return *span.text.place(span.start), *span.text.place(span.end)


def _escaped(text: str, signs: dict[str, str]) -> str:
    return "".join(signs.get(char, char if char.isprintable() else " ") for char in text)
