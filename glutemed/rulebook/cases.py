"""Nodes → cases: people, and what they must and must not get."""

from __future__ import annotations

from typing import Any

from glutemed.document import Mapping, Node, Scalar, Sequence, to_plain
from glutemed.model.frozen import Frozen
from glutemed.model.rule import Urgency
from glutemed.model.ruleset import Case
from glutemed.rulebook.form import Findings, Form, mappings

OUTCOMES = ("programme", "questions", "referral")
_WORD_LISTS = ("has", "lacks", "unavailable", "asks", "because")
_WORD_MAPS = ("withheld", "contraindicated")
_NUMBER_MAPS = ("depth", "dose")


def case(node: Node, pack: str, findings: Findings) -> Case | None:
    """One entry of ``cases:``. Its facts are read when it is tried."""
    form = Form(node, findings, "case")
    name = form.text("name")
    facts = form.node("facts")
    expect = form.node("expect")
    form.close()
    if facts is not None and not isinstance(facts, Mapping):
        form.fault("GM203", "`facts` must be a mapping of facts", facts.span)
    expected = _expect(expect, findings) if expect is not None else {}
    if not form.sound or facts is None:
        return None
    return Case(
        name=name,
        pack=pack,
        facts=Frozen(to_plain(facts)),
        expect=Frozen(expected),
        span=form.key_span("name"),
    )


def _expect(node: Node, findings: Findings) -> dict[str, Any]:
    form = Form(node, findings, "expectation")
    found: dict[str, Any] = {"outcome": form.choice("outcome", OUTCOMES)}
    if form.node("stage", required=False) is not None:
        found["stage"] = form.whole("stage", 1, 3)
    if form.node("urgency", required=False) is not None:
        found["urgency"] = form.choice("urgency", tuple(u.word for u in Urgency))
    if form.node("asks_first", required=False) is not None:
        found["asks_first"] = form.text("asks_first")
    for key in _WORD_LISTS:
        if form.node(key, required=False) is not None:
            found[key] = form.texts(key, least=1, most=100)
    for key in (*_WORD_MAPS, *_NUMBER_MAPS):
        value = form.node(key, required=False)
        if value is not None:
            if not isinstance(value, Mapping):
                form.fault("GM203", f"`{key}` must be a mapping of exercises", value.span)
            for _, item in mappings(value):
                if key in _WORD_MAPS and not isinstance(item, Sequence):
                    form.fault("GM203", f"`{key}` names a list for each exercise", item.span)
                if key == "depth" and not isinstance(item, Scalar):
                    form.fault("GM203", "`depth` is in degrees", item.span)
                if key == "dose" and not isinstance(item, Mapping):
                    form.fault("GM203", "`dose` is a mapping for each exercise", item.span)
            found[key] = to_plain(value)
    form.close()
    return found
