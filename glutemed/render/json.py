"""Outcome → JSON, as docs/reference/outcome.schema.json describes it."""

from __future__ import annotations

import json
from typing import Any

import attrs

from glutemed.model.exercise import LoadKind
from glutemed.model.outcome import Outcome, Prescription, Programme, Referral


def as_json(outcome: Outcome) -> str:
    """The outcome as JSON text, the same bytes for the same outcome, with a newline at the end."""
    return json.dumps(as_plain(outcome), ensure_ascii=False, indent=2) + "\n"


def as_plain(outcome: Outcome) -> dict[str, Any]:
    """The outcome as plain dicts and lists; keys that do not apply are left out."""
    found: dict[str, Any] = {"outcome": outcome.kind.value}
    if outcome.programme is not None:
        found["programme"] = _programme(outcome.programme)
    if outcome.referral is not None:
        found["referral"] = _referral(outcome.referral)
    if outcome.sure_urgency is not None:
        found["sure_urgency"] = outcome.sure_urgency.word
    if outcome.meanwhile is not None:
        found["meanwhile"] = _referral(outcome.meanwhile)
    if outcome.questions:
        found["questions"] = [
            {"fact": asked.fact, "ask": asked.ask, "because": list(asked.because)}
            | ({"urgency": asked.urgency.word} if asked.urgency is not None else {})
            for asked in outcome.questions
        ]
    if outcome.withheld:
        found["withheld"] = [{"id": w.exercise, "facts": list(w.facts)} for w in outcome.withheld]
    if outcome.contraindicated:
        found["contraindicated"] = [
            {"id": c.exercise, "rules": list(c.rules)} for c in outcome.contraindicated
        ]
    if outcome.unavailable:
        found["unavailable"] = [{"id": u.exercise, "needs": u.needs} for u in outcome.unavailable]
    if outcome.failures:
        found["failures"] = list(outcome.failures)
    return found | {
        "screened": {"answered": outcome.screened.answered, "of": outcome.screened.of},
        "decided_by": list(outcome.decided_by),
        "ruleset": {
            "version": outcome.ruleset_version,
            "fingerprint": outcome.ruleset_fingerprint,
        },
        "version": outcome.version,
        "notice": outcome.notice,
    }


def _programme(programme: Programme) -> dict[str, Any]:
    return {
        "stage": programme.stage,
        "sessions_per_week": programme.sessions_per_week,
        "review_weeks": programme.review_weeks,
        "exercises": [_prescription(found) for found in programme.exercises],
        "stop": list(programme.stop),
        "advice": list(programme.advice),
        "next": [{"id": coming.exercise, "unlocks": coming.unlocks} for coming in programme.next],
        "rules": list(programme.rules),
    }


def _prescription(found: Prescription) -> dict[str, Any]:
    load: dict[str, str] = {"kind": found.load.kind.value}
    if found.load.kind is LoadKind.BAND:
        load["strength"] = found.load.strength
    if found.load.kind is not LoadKind.NONE:
        load["place"] = found.load.place
    return {
        "id": found.exercise,
        "name": found.name,
        "family": found.family,
        "position": found.position,
        "weight_bearing": found.weight_bearing,
        "load": load,
        "working_sides": list(found.working_sides),
        "knee_flexion_deg": found.knee_flexion_deg,
        "dose": attrs.asdict(found.dose),
        "how": list(found.how),
        "mistakes": list(found.mistakes),
        "cautions": list(found.cautions),
        "why": list(found.why),
        "rules": list(found.rules),
    }


def _referral(referral: Referral) -> dict[str, Any]:
    return {
        "urgency": referral.urgency.word,
        "to": list(referral.to),
        "reasons": [
            {"rule": reason.rule, "text": reason.text}
            | ({} if reason.sure else {"could_not_be_ruled_out": True})
            for reason in referral.reasons
        ],
        "now": referral.now,
    }
