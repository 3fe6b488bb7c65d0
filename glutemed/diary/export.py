"""Record ↔ text, as JSON and as CSV; what is written comes back equal."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

import attrs

from glutemed.diary.faults import RecordInvalid, Unfit
from glutemed.diary.record import Answers, Asked, Line, Morning, Record, Session, Start, Work
from glutemed.json_text import value_of
from glutemed.model.locale import message

FORM = "glutemed diary"
VERSION = 4
_KNOWN = (2, 3, VERSION)
"""What is read; the second form did not say whether a session is to be told again."""

MOST_CHARACTERS = 64 * 1024 * 1024

T = TypeVar("T")


def as_json(record: Record) -> str:
    """The whole record as JSON, with a newline at its end."""
    return json.dumps(as_plain(record), ensure_ascii=False, indent=2) + "\n"


def as_plain(record: Record) -> dict[str, Any]:
    """The whole record as plain dicts and lists; moments as ISO 8601 with their offset."""
    return {
        "form": FORM,
        "version": VERSION,
        "start": _plain(record.start),
        "sessions": [_plain(session) for session in record.sessions],
        "answers": [_plain(given) for given in record.answers],
    }


def from_json(text: str) -> Record:
    """The record of JSON text.

    Raises:
        RecordInvalid: It is no diary, or one of a newer form, or something in it does not fit.
    """
    try:
        found = value_of(text) if len(text) <= MOST_CHARACTERS else None
    except (ValueError, RecursionError):
        raise RecordInvalid(
            message("this is no JSON, or a key stands twice in it, so no export of a diary")
        ) from None
    if not isinstance(found, dict) or found.get("form") != FORM:
        raise RecordInvalid(
            message("this is no export of a diary: its `form` is not `{form}`"), form=FORM
        )
    if found.get("version") not in _KNOWN:
        raise RecordInvalid(
            message("this export is of another version of glutemed; import it with that one")
        )
    try:
        return Record(
            start=_made(Start, found["start"]),
            sessions=[session_of(each) for each in found["sessions"]],
            answers=[_made(Answers, each) for each in found["answers"]],
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _misfit(error) from None


def session_of(given: Mapping[str, Any]) -> Session:
    """A session of its plain form.

    Raises:
        ValueError: Something in it does not fit; KeyError, TypeError and AttributeError likewise.
    """
    parts = dict(given)
    parts["lines"] = [
        _made(
            Line,
            {
                **line,
                "asked": _made(Asked, line.get("asked")),
                "done": _made(Work, line.get("done")),
            },
        )
        for line in parts.get("lines", ())
    ]
    parts["morning"] = _made(Morning, parts.get("morning"))
    found: Session = _made(Session, parts)
    return found


COLUMNS = (
    *("kind", "number", "at", "exercise", "done", "sets", "reps", "effort", "pain"),
    *("asked_step", "asked_sets", "asked_reps", "asked_hold_s", "asked_effort"),
    *("usual", "rest", "settled", "worse", "stage", "flags", "forgotten", "note"),
    *("ruleset", "facts", "version", "fingerprint", "taken_back", "written"),
)
"""One table for all: a row for the start, each session, each exercise of one, each morning, and
each time that answers were given. What is not said is empty."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")


def as_csv(record: Record) -> str:
    """The whole record as CSV with a header, for a spreadsheet."""
    out = io.StringIO(newline="")
    written = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\r\n")
    written.writeheader()
    for row in _rows(record):
        written.writerow({key: _cell(value) for key, value in row.items()})
    return out.getvalue()


def from_csv(text: str) -> Record:
    """The record of CSV text.

    Raises:
        RecordInvalid: It is no export of a diary, or something in it does not fit.
    """
    read = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    plain: dict[str, Any] = {"form": FORM, "version": VERSION, "sessions": [], "answers": []}
    sessions: dict[str, dict[str, Any]] = {}
    try:
        if tuple(read.fieldnames or ()) not in {COLUMNS, COLUMNS[:-1], COLUMNS[:-2]}:
            raise RecordInvalid(
                message("this is no export of a diary: its columns are not those of one")
            )
        for row in read:
            _take(row, plain, sessions)
    except (csv.Error, KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise _misfit(error) from None
    return from_json(json.dumps(plain))


def _rows(record: Record) -> Iterable[dict[str, Any]]:
    start = record.start
    yield {"kind": "start", **_plain(start)}
    for given in record.answers:
        yield {"kind": "answers", **_plain(given)}
    for session in record.sessions:
        plain = _plain(session)
        lines, morning = plain.pop("lines"), plain.pop("morning")
        yield {"kind": "session", **plain}
        for line in lines:
            asked = {f"asked_{key}": value for key, value in (line["asked"] or {}).items()}
            yield {
                "kind": "exercise",
                "number": session.number,
                "exercise": line["exercise"],
                "done": line["done"] is not None,
                **asked,
                **(line["done"] or {}),
            }
        if morning is not None:
            yield {"kind": "morning", "number": session.number, **morning}


def _take(row: Mapping[str, Any], plain: dict[str, Any], sessions: dict[str, Any]) -> None:
    """Put one row of a table where it belongs in the plain form."""
    kind = row["kind"]
    if kind == "start":
        if "start" in plain:
            raise Unfit(message("a diary has one beginning"))
        plain["start"] = _picked(row, "at", "facts", "version", "fingerprint")
    elif kind == "answers":
        plain["answers"].append(_picked(row, "number", "at", "facts"))
    elif kind == "session":
        parts = ("number", "at", "stage", "usual", "rest", "flags", "note", "ruleset", "forgotten")
        found = {**_picked(row, *parts), "lines": [], "morning": None}
        found["taken_back"] = _value("taken_back", row.get("taken_back", "")) is True
        sessions[row["number"]] = found
        plain["sessions"].append(found)
    elif kind == "exercise":
        asked = _picked(row, *(key for key in COLUMNS if key.startswith("asked_")))
        named = {key.removeprefix("asked_"): value for key, value in asked.items()}
        done = _picked(row, "sets", "reps", "effort", "pain")
        sessions[row["number"]]["lines"].append(
            {
                "exercise": _picked(row, "exercise")["exercise"],
                "asked": named if named["step"] is not None else None,
                "done": done if row["done"] == "true" else None,
            }
        )
    elif kind == "morning":
        session = sessions[row["number"]]
        if session["morning"] is not None:
            raise Unfit(message("a session has one morning after it"))
        told = _picked(row, "at", "pain", "settled", "worse")
        session["morning"] = told | {"written": _value("written", row.get("written", ""))}
    else:
        raise Unfit(message("a row has a kind that is none"))


_TEXTS = {"kind", "at", "exercise", "note", "ruleset", "version", "fingerprint"}


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        # A spreadsheet would take it for a formula.
        return f"'{value}" if value.startswith(_FORMULA) else value
    return json.dumps(value, ensure_ascii=False)


def _picked(row: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    return {key: _value(key, row[key]) for key in keys}


def _value(key: str, cell: str) -> Any:
    if key in _TEXTS:
        return cell.removeprefix("'")
    return None if cell == "" else value_of(cell)


def _plain(thing: Any) -> Any:
    if attrs.has(type(thing)):
        return {
            field.name: _plain(getattr(thing, field.name)) for field in attrs.fields(type(thing))
        }
    if isinstance(thing, dt.datetime):
        return thing.isoformat()
    if isinstance(thing, Mapping):
        return dict(thing)
    if isinstance(thing, tuple):
        return [_plain(each) for each in thing]
    return thing


def _made(kind: type[T], given: Any) -> Any:
    """One noun of its plain form, with no part too many; None stays None."""
    if given is None:
        return None
    parts = dict(given)
    known = {field.name for field in attrs.fields(kind)}  # type: ignore[arg-type]
    if set(parts) - known:
        raise Unfit(
            message("a `{kind}` has a part that it may not have"), kind=kind.__name__.lower()
        )
    if "at" in parts:
        parts["at"] = dt.datetime.fromisoformat(parts["at"])
    if "facts" in parts and not isinstance(parts["facts"], Mapping):
        raise Unfit(message("`facts` must be a mapping"))
    if "flags" in parts and isinstance(parts["flags"], str):
        raise Unfit(message("`flags` must be a list"))
    return kind(**parts)


def _misfit(error: Exception) -> RecordInvalid:
    if isinstance(error, Unfit):
        return RecordInvalid(
            message("this export of a diary is not whole: {what}; nothing was written"), what=error
        )
    return RecordInvalid(
        message("this export of a diary is not whole: a part is missing; nothing was written")
    )
