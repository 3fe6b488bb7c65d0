"""Sheets for tests: people of every stage, and the fullest sheet that the catalogue can give."""

from __future__ import annotations

import datetime as dt

import attrs

from glutemed.answer_code import code_of
from glutemed.diary.course import turn
from glutemed.diary.known import asked, programme_now
from glutemed.diary.record import Morning, Record, Session, Start, Work
from glutemed.diary.sheet import sheet
from glutemed.intake import to_dict
from glutemed.model.exercise import Exercise
from glutemed.model.facts import Facts
from glutemed.model.outcome import Outcome, Prescription
from glutemed.model.ruleset import Ruleset
from glutemed.pipeline import read_facts, recommend
from glutemed.render.handout import Occasion, Sheet, handout

DAY = dt.date(2026, 11, 22)
RUNNER = {
    "screening": "clear",
    "person.age": 30,
    "complaint.conditions": ["patellofemoral_pain"],
    "complaint.side": "left",
    "complaint.weeks": 8,
    "complaint.pain_usual": 5,
    "complaint.pain_at_rest": 1,
    "history": {"latex_allergy": False, "unsteady": False, "kneeling_hurts": False},
    "equipment": {"bands": ["light"], "free_weights": False, "step": False},
    "response.sessions_done": 0,
}
LATER = RUNNER | {
    "complaint.pain_usual": 2,
    "response": {
        "sessions_done": 24,
        "weeks_of_break": 0,
        "stage_earned": 2,
        "worst_pain_during": 1,
        "settled_by_morning": True,
        "worse_next_morning": False,
        "level_pelvis": True,
        "two_points_better": True,
    },
}
LATER.pop("response.sessions_done")
PEOPLE = {
    "stage 1": RUNNER,
    "stage 2": LATER | {"response": LATER["response"] | {"stage_earned": 1}},
    "stage 3": LATER,
    "a referral": {"screening.hot_swollen_knee": True},
}


def person(name: str, ruleset: Ruleset) -> Facts:
    """One of `PEOPLE`, as facts."""
    return read_facts(PEOPLE[name], ruleset)


def sheet_of(name: str, ruleset: Ruleset) -> Sheet:
    """The sheet of one of `PEOPLE`, drawn once."""
    made = ruleset.memo.setdefault("sheets of tests", {})
    if name not in made:
        facts = person(name, ruleset)
        occasion = Occasion(day=DAY, name="A. Tester", note="Begin on a calm day.")
        outcome = recommend(facts, ruleset)
        made[name] = handout(outcome, ruleset, occasion, code_of(facts, ruleset))
    return made[name]  # type: ignore[no-any-return]


def undrawn(ruleset: Ruleset) -> Ruleset:
    """The same rules without pictures, whose sheets are quickly made."""
    exercises = tuple(attrs.evolve(exercise, figure="") for exercise in ruleset.exercises)
    return attrs.evolve(ruleset, exercises=exercises)


def with_cards(many: int, ruleset: Ruleset) -> Sheet:
    """The sheet of a person with so many of their exercises."""
    facts = person("stage 1", ruleset)
    found = recommend(facts, ruleset)
    assert found.programme is not None
    fewer = attrs.evolve(found.programme, exercises=found.programme.exercises[:many])
    occasion = Occasion(day=DAY, name="A. Tester")
    return handout(attrs.evolve(found, programme=fewer), ruleset, occasion, code_of(facts, ruleset))


def fullest(ruleset: Ruleset) -> Sheet:
    """A sheet with a note and the five exercises of which there is most to say, one a family."""
    facts = person("stage 3", ruleset)
    found = recommend(facts, ruleset)
    assert found.programme is not None
    first = found.programme.exercises[0]
    taken: dict[str, Exercise] = {}
    for exercise in sorted(ruleset.exercises, key=_length, reverse=True):
        taken.setdefault(exercise.family, exercise)
    exercises = tuple(_prescribed(first, each) for each in [*taken.values()][:5])
    full = attrs.evolve(found, programme=attrs.evolve(found.programme, exercises=exercises))
    occasion = Occasion(
        day=DAY,
        name="Wilhelmina Featherstonehaugh-Cholmondeley",
        note="Sit down between sets. " * 6,
    )
    return handout(full, ruleset, occasion, code_of(facts, ruleset))


def _length(exercise: Exercise) -> int:
    return 3 * len(exercise.name) + sum(map(len, exercise.how))


def _prescribed(like: Prescription, exercise: Exercise) -> Prescription:
    return attrs.evolve(
        like,
        exercise=exercise.id,
        name=exercise.name,
        load=exercise.load,
        how=exercise.how,
        knee_flexion_deg=exercise.knee_flexion_deg.most,
        depth_counts=True,
        dose=attrs.evolve(exercise.dose[-1], hold_s=5),
        cautions=(
            "Keep the pelvis level and do not sink into the standing hip; stop when you cannot.",
        ),
    )


def kept(ruleset: Ruleset, sessions: int = 9) -> Record:
    """The diary of the person at stage 1: done as asked, with some pain in every third session."""
    at = dt.datetime(2026, 10, 5, 18, tzinfo=dt.UTC)
    record = Record(
        start=Start(
            at=at - dt.timedelta(days=1),
            facts=to_dict(person("stage 1", ruleset)),
            version=ruleset.version,
            fingerprint=ruleset.fingerprint,
        )
    )
    for number in range(1, sessions + 1):
        lines = [
            attrs.evolve(
                line, done=Work(sets=a.sets, reps=a.reps, effort=a.effort, pain=number % 3)
            )
            for line in asked(programme_now(record, ruleset), ruleset)
            if (a := line.asked) is not None
        ]
        assert lines
        session = Session(
            number=number,
            at=at,
            stage=1,
            lines=lines,
            usual=max(2, 6 - number // 2),
            rest=1,
            flags=(),
            morning=Morning(at=at + dt.timedelta(hours=13), pain=1, settled=True, worse=False),
        )
        record = attrs.evolve(record, sessions=(*record.sessions, session))
        at += dt.timedelta(days=2 if number % 3 else 3)
    return record


def diary_sheet(ruleset: Ruleset, sessions: int = 9) -> Sheet:
    """What `kept` prints."""
    made = ruleset.memo.setdefault("diary sheets of tests", {})
    if sessions not in made:
        record = kept(ruleset, sessions)
        occasion = Occasion(day=DAY, name="A. Tester", note="Begin on a calm day.")
        made[sessions] = sheet(turn(record, ruleset, ruleset.locale), record, ruleset, occasion)
    return made[sessions]  # type: ignore[no-any-return]


def some_outcomes(ruleset: Ruleset, step: int) -> list[tuple[str, Facts, Outcome]]:
    """What some cases of the rules get, without those who get questions."""
    found = []
    for case in ruleset.cases[::step]:
        facts = read_facts(dict(case.facts), ruleset)
        outcome = recommend(facts, ruleset)
        if not outcome.questions:
            found.append((case.name, facts, outcome))
    return found
