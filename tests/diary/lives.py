"""Lives with the diary: what somebody's programme asks is done, well or badly, and told."""

from __future__ import annotations

import datetime as dt
import functools

import attrs
from hypothesis import strategies as st

from glutemed.diary.known import asked, programme_now
from glutemed.diary.record import Morning, Record, Session, Start, Work
from glutemed.intake import to_dict
from glutemed.model.ruleset import Ruleset
from glutemed.pipeline import load_ruleset, read_facts

PERSON = """
person: {{age: 34}}
screening: clear
complaint: {{conditions: [patellofemoral_pain], side: right, weeks: 9, pain_usual: {usual}, pain_at_rest: 1}}
history: {{latex_allergy: false, unsteady: false, kneeling_hurts: false}}
equipment: {{bands: {bands}, free_weights: true, step: true}}
response: {response}
"""
NOTHING_YET = "{sessions_done: 0}"
EARLIER = (
    "{{sessions_done: 20, stage_earned: {}, worst_pain_during: 1, settled_by_morning: true, "
    "worse_next_morning: false, level_pelvis: true, two_points_better: true}}"
)
BEGAN = dt.datetime(2025, 3, 3, 18, tzinfo=dt.UTC)


@functools.cache
def load_rules() -> Ruleset:
    return load_ruleset()


HOW = st.sampled_from(["well"] * 6 + ["amber", "red", "one red", "half", "slight", "restless"])


def lived(rules: Ruleset, person: str, days: list[tuple[str, int]]) -> list[Record]:
    """The record after each session and each morning of somebody's days."""
    start = Start(
        at=BEGAN,
        facts=to_dict(read_facts(person, rules)),
        version=rules.version,
        fingerprint=rules.fingerprint,
    )
    record, at, found = Record(start=start), BEGAN, []
    for number, (how, hours) in enumerate(days, 1):
        at += dt.timedelta(hours=hours)
        outcome = programme_now(record, rules)
        if outcome.programme is None:
            break
        lines = [
            attrs.evolve(line, done=worked(line, place, how))
            for place, line in enumerate(asked(outcome, rules))
        ]
        session = Session(
            number=number,
            at=at,
            stage=outcome.programme.stage,
            lines=lines,
            usual=4 if how in {"amber", "red"} else 2,
            rest=0,
            flags=(),
        )
        record = attrs.evolve(record, sessions=(*record.sessions, session))
        found.append(record)
        at += dt.timedelta(hours=13)
        bad = how in {"red", "restless"}
        record = record.with_morning(number, Morning(at=at, pain=1, settled=not bad, worse=bad))
        found.append(record)
    return found


def worked(line, place, how):
    if how == "half" and place % 2:
        return None
    if how == "slight":
        return Work(sets=1, reps=3, effort=3, pain=0)
    pain = {"amber": 4, "red": 7, "one red": 7 if place == 1 else 1}.get(how, 1)
    return Work(sets=line.asked.sets, reps=line.asked.reps + 2, effort=line.asked.effort, pain=pain)
