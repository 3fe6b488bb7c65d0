"""What a generated rulebook speaks of: facts, exercises, and selectors over those."""

from __future__ import annotations

from typing import Any

import attrs
from hypothesis import strategies as st

from glutemed.model.exercise import (
    DOSE_LIMITS,
    POSITIONS,
    STANDS_ON_BENT_KNEE,
    TARGETS,
    TIERS,
    WEIGHT_BEARING,
)
from glutemed.model.facts import BUILT_IN
from glutemed.model.vocabulary import FactDeclaration, Kind

Written = dict[str, Any]

_BANDS = {"kind": "band", "strength": "light", "place": "above_knees"}
_NEEDS: tuple[Written | None, ...] = (
    None,
    None,
    {"equipment.bands": {"includes": ["light"]}},
    {"equipment.free_weights": True},
    {"any": [{"equipment.free_weights": True}, {"equipment.bands": {"includes": ["heavy"]}}]},
)
_BUILT_IN = (
    "complaint.conditions",
    "complaint.pain_usual",
    "complaint.side",
    "complaint.felt_at",
    "equipment.bands",
    "response.sessions_done",
    "person.age",
)
_KINDS = ("flag", "flag", "bool", "int", "int", "ordered", "unordered", "set", "silent")


@attrs.frozen
class Declared:
    """What rules may ask about, and how a rule file declares it."""

    facts: tuple[Written, ...]
    conditions: tuple[Written, ...]
    quantities: tuple[FactDeclaration, ...]

    @property
    def flags(self) -> tuple[str, ...]:
        """The red flags."""
        return tuple(fact["name"] for fact in self.facts if fact.get("red_flag"))


@st.composite
def facts(draw: st.DrawFn) -> Declared:
    """From 5 to 14 facts of every type, some of them built in, at least one red flag."""
    built_in = draw(st.lists(st.sampled_from(_BUILT_IN[1:]), max_size=4, unique=True))
    kinds = ["flag", *draw(st.lists(st.sampled_from(_KINDS), min_size=3, max_size=8))]
    conditions = tuple(
        {
            "id": f"condition_{letter}",
            "name": f"condition {letter}",
            "sentence": "A sore knee.",
            "evidence": "weak",
            "silence": draw(st.sampled_from(("absent", "unknown"))),
            "sources": ["source"],
        }
        for letter in "abc"[: draw(st.integers(1, 3))]
    )
    written: list[Written] = []
    for place, kind in enumerate(kinds):
        fact = _fact(draw, place, kind)
        if written and kind != "flag" and draw(st.integers(0, 4)) == 0:
            first = draw(st.sampled_from(written))
            fact["after"] = first["name"]
            if draw(st.booleans()):
                both = {**_answered(fact), **_answered(first)}
                fact["contradicts"] = [{"when": both, "because": "Both cannot be."}]
        written.append(fact)
    known = [BUILT_IN[name] for name in sorted(built_in)]
    diagnosis = attrs.evolve(
        BUILT_IN["complaint.conditions"], values=tuple(str(found["id"]) for found in conditions)
    )
    return Declared(
        tuple(written), conditions, (diagnosis, *known, *(_declaration(fact) for fact in written))
    )


def _answered(fact: Written) -> Written:
    """A condition on one fact; of a red flag, that it is denied."""
    name, words = fact["name"], fact.get("values", ())
    asked: Written = {
        "bool": {"is": not fact.get("red_flag")},
        "int": {"above": fact.get("range", (0, 0))[0]},
        "enum": {"is_not": next(iter(words), "")},
        "set": {"includes": [*words[:1]]},
    }
    return {name: asked[fact["type"]]}


def _fact(draw: st.DrawFn, place: int, kind: str) -> Written:
    subject = draw(st.sampled_from(("history", "work", "equipment")))
    name = f"screening.flag_{place}" if kind == "flag" else f"{subject}.fact_{place}"
    fact: Written = {"name": name, "label": f"fact {place}", "ask": f"Fact {place}?"}
    words = ["one", "two", "three", "four"][: draw(st.integers(2, 4))]
    if kind == "flag":
        return fact | {"type": "bool", "red_flag": True}
    if kind == "int":
        least = draw(st.sampled_from((0, 0, -3, 5)))
        return fact | {"type": "int", "range": [least, least + draw(st.sampled_from((1, 4, 90)))]}
    if kind in ("ordered", "unordered"):
        return fact | {"type": "enum", "values": words, "ordered": kind == "ordered"}
    if kind in ("set", "silent"):
        silence = "absent" if kind == "silent" else "unknown"
        return fact | {"type": "set", "values": words, "silence": silence}
    return fact | {"type": "bool"}


def _declaration(fact: Written) -> FactDeclaration:
    least, most = fact.get("range", (0, 0))
    return FactDeclaration(
        name=fact["name"],
        kind=Kind(fact["type"]),
        label=fact["label"],
        ask=fact["ask"],
        least=least,
        most=most,
        values=tuple(fact.get("values", ())),
        ordered=fact.get("ordered", False),
        red_flag=fact.get("red_flag", False),
    )


@st.composite
def exercises(draw: st.DrawFn) -> tuple[Written, ...]:
    """From 3 to 8 exercises in 2 to 4 families, with one to three steps of dose each."""
    rungs = draw(st.lists(st.integers(1, 2), min_size=2, max_size=4))
    if sum(rungs) < 3:
        rungs[0] = 2
    made: list[Written] = []
    for family, count in zip(("bridge", "clam", "lift", "squat"), rungs, strict=False):
        stage = 1
        for rung in range(1, count + 1):
            stage = draw(st.integers(stage, min(3, stage + 1)))
            made.append(_exercise(draw, family, rung, stage))
    return tuple(made)


def _exercise(draw: st.DrawFn, family: str, rung: int, stage: int) -> Written:
    least = draw(st.sampled_from((0, 20, 40)))
    step = {"sets": 2, "reps": 8, "hold_s": 0, "rest_s": 60, "effort": 4}
    steps = [step]
    for _ in range(draw(st.integers(0, 2))):
        step = {amount: n + draw(st.sampled_from((0, 1, 2))) for amount, n in step.items()}
        steps.append(step)
    made: Written = {
        "id": f"{family}-{rung}",
        "name": f"{family} {rung}",
        "family": family,
        "rung": rung,
        "target": draw(st.sampled_from(TARGETS[:3])),
        "stage": stage,
        "tier": draw(st.sampled_from(TIERS)),
        "position": draw(st.sampled_from(POSITIONS)),
        "weight_bearing": draw(st.sampled_from(WEIGHT_BEARING)),
        "load": draw(st.sampled_from(("none", "none", _BANDS))),
        "knee_flexion_deg": {"least": least, "most": least + draw(st.sampled_from((0, 30, 60)))},
        "dose": steps,
        "how": ["Move slowly."],
        "mistakes": [],
        "sources": ["source"],
        "reviewed": "2026-11-22",
    }
    needs = draw(st.sampled_from(_NEEDS))
    return made if needs is None else made | {"needs": needs}


def selectors(found: tuple[Written, ...], *, deep: bool = False) -> list[Written]:
    """Selectors of which each selects something; with ``deep``, something that stands bent."""
    concerned = [e for e in found if not deep or e["weight_bearing"] in STANDS_ON_BENT_KNEE]
    made: list[Written] = [{}, {}] if concerned else []
    for exercise in concerned:
        made += [{"id": exercise["id"]}, {"id": exercise["id"]}]
        made += [{key: exercise[key]} for key in ("family", "target", "weight_bearing")]
        made.append({"stage": {"at_least": exercise["stage"]}, "family": exercise["family"]})
        made.append({"tier": {"at_most": exercise["tier"]}})
    if len(concerned) > 1:
        made.append({"not": {"id": concerned[0]["id"]}})
    return made


def caps(found: tuple[Written, ...], amount: str) -> list[int]:
    """Caps on an amount, beside what some exercise has of it."""
    if amount == "knee_flexion_deg":
        edges = [e["knee_flexion_deg"][end] for e in found for end in ("least", "most")]
        return sorted({n + by for n in edges for by in (-1, 0, 10) if n + by >= 0})
    assert amount in DOSE_LIMITS
    edges = [step[amount] for e in found for step in e["dose"]]
    floor = 0 if amount == "hold_s" else 1
    return sorted({n + by for n in edges for by in (-1, 0, 1) if floor <= n + by <= 10 or by == 0})
