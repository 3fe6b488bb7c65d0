"""Eight weeks of a thousand made-up people with the diary; the model is told in docs/explanation/eight-weeks.md.

    python benchmarks/simulate_eight_weeks.py [--people N] [--seed N] [--svg FILE]

Each person gets a programme, does it or not, hurts or not, and logs it; what comes next is what the
diary says. It ends with exit code 1 where a hazard or a law over time is broken.
"""

from __future__ import annotations

import argparse
import collections
import datetime as dt
import random
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import attrs

from glutemed.diary.course import compare
from glutemed.diary.derived import BAD_MORNINGS
from glutemed.diary.earned import passes
from glutemed.diary.known import asked, beginning, facts
from glutemed.diary.record import Answers, Morning, Record, Session, Start, Work
from glutemed.diary.response import (
    last_session,
    settled_by_morning,
    worse_next_morning,
    worst_pain,
)
from glutemed.diary.stretches import bad_mornings_between
from glutemed.intake import to_dict
from glutemed.model.outcome import Outcome
from glutemed.model.ruleset import Ruleset
from glutemed.pipeline import load_ruleset, read_facts, recommend

WEEKS = 8
BEGAN = dt.datetime(2025, 3, 3, 18, tzinfo=dt.UTC)
ENDS = ("stage 1", "stage 2", "stage 3", "seen by someone", "gave up")


@attrs.frozen
class Sample:
    """Somebody, as the model draws them."""

    pain: float
    eases: float
    capacity: float
    grows: float
    keeps: float
    tells: float
    bands: tuple[str, ...]
    condition: str

    @classmethod
    def drawn(cls, chance: random.Random) -> Sample:
        return cls(
            pain=chance.triangular(1, 7, 3.5),
            eases=chance.gauss(0.3, 0.35),
            capacity=chance.triangular(0.6, 1.8, 1.1),
            grows=max(0.0, chance.gauss(0.1, 0.05)),
            keeps=chance.betavariate(8, 2),
            tells=chance.betavariate(9, 1),
            bands=chance.choice(((), ("light",), ("light", "medium"))),
            condition=chance.choice(("patellofemoral_pain", "knee_osteoarthritis")),
        )


def whole(pain: float) -> int:
    return max(0, min(10, round(pain)))


def begun(sample: Sample, ruleset: Ruleset) -> Record:
    given = {
        "person.age": 40,
        "screening": "clear",
        "complaint.conditions": [sample.condition],
        "complaint.side": "left",
        "complaint.weeks": 10,
        "complaint.pain_usual": whole(sample.pain),
        "complaint.pain_at_rest": whole(sample.pain / 4),
        "history.latex_allergy": False,
        "history.unsteady": False,
        "history.kneeling_hurts": False,
        "equipment.bands": list(sample.bands),
        "equipment.free_weights": False,
        "equipment.step": True,
        "response.sessions_done": 0,
    }
    known = to_dict(read_facts(given, ruleset))
    return Record(
        start=Start(at=BEGAN, facts=known, version=ruleset.version, fingerprint=ruleset.fingerprint)
    )


def answered(
    record: Record, outcome: Outcome, chance: random.Random, ruleset: Ruleset, at: dt.datetime
) -> Record | None:
    """Questions answered: truly where the model knows, a level pelvis by luck, no new red flag."""
    given: dict[str, object] = {}
    for question in outcome.questions:
        if question.fact == "response.level_pelvis":
            given[question.fact] = chance.random() < 0.8
        elif question.fact == "response.settled_by_morning":
            given[question.fact] = chance.random() < 0.85
        elif question.fact == BAD_MORNINGS:
            given[question.fact] = bad_mornings_between(record, beginning(record, ruleset))[0]
        elif question.fact.startswith("screening."):
            given[question.fact] = False
        elif question.fact == "complaint.felt_at":
            given[question.fact] = ["front"]
        elif ruleset.vocabulary[question.fact].kind == "bool":
            given[question.fact] = False
    if not given:
        return None
    number = 1 + max((entry.number for entry in record.entries()), default=0)
    return attrs.evolve(
        record, answers=(*record.answers, Answers(number=number, at=at, facts=given))
    )


def session(
    sample: Sample,
    record: Record,
    outcome: Outcome,
    at: dt.datetime,
    chance: random.Random,
    ruleset: Ruleset,
) -> tuple[Session, float]:
    """One session by the model, and how much too much it was."""
    weeks = (at - BEGAN).days / 7
    strong = sample.capacity + sample.grows * weeks
    usual = max(0.0, sample.pain - sample.eases * weeks + chance.gauss(0, 0.6))
    bad_day = 3.0 if chance.random() < 0.03 else 0.0
    too_much = 0.0
    lines = []
    for line in asked(outcome, ruleset):
        exercise = ruleset.exercise[line.exercise]
        assert line.asked is not None
        load = (0.5 + 0.25 * (exercise.stage - 1)) * line.asked.effort / 5
        over = load - strong
        too_much = max(too_much, over)
        pain = 0.35 * usual + 3 * max(0.0, over) + bad_day + chance.gauss(0, 0.8)
        effort = line.asked.effort + (1 if over > 0 and chance.random() < 0.5 else 0)
        fewer = 2 if over > 0.3 else 0
        done = Work(
            sets=line.asked.sets,
            reps=max(1, line.asked.reps - fewer),
            effort=min(10, effort),
            pain=whole(pain),
        )
        lines.append(attrs.evolve(line, done=done if chance.random() < 0.97 else None))
    number = 1 + max((entry.number for entry in record.entries()), default=0)
    assert outcome.programme is not None
    made = Session(
        number=number,
        at=at,
        stage=outcome.programme.stage,
        lines=lines,
        usual=whole(usual),
        rest=whole(usual / 4),
        flags=("screening.swollen_knee",) if chance.random() < 0.0005 else (),
    )
    return made, too_much


def morning(
    sample: Sample, made: Session, too_much: float, chance: random.Random
) -> Morning | None:
    if chance.random() > sample.tells:
        return None
    flare = chance.random() < 0.04 + 0.5 * max(0.0, too_much)
    usual = made.usual or 0
    pain = whole(usual + (1.5 if flare else -0.3) + chance.gauss(0, 0.3))
    at = made.at + dt.timedelta(hours=14)
    return Morning(at=at, pain=pain, settled=pain <= usual, worse=flare)


def check(record: Record, outcome: Outcome, ruleset: Ruleset) -> list[str]:
    """The laws over time that are broken; the gate has held the hazards already."""
    if outcome.programme is None:
        return []
    broken = []
    last = last_session(record)
    stage = outcome.programme.stage
    if last is not None and last.stage is not None:
        if stage > last.stage + 1:
            broken.append("the stage rises by more than one")
        pain = worst_pain(last)
        if isinstance(pain, int) and pain > 5:
            asked_then = {line.exercise: line.asked for line in last.lines}
            for each in outcome.programme.exercises:
                was = asked_then.get(each.exercise)
                if each.load.kind != "none" or each.dose.effort > 5 or stage > 1:
                    broken.append("load after a red session")
                if was is not None and each.dose.sets > was.sets:
                    broken.append("load rises after a red session")
        before = beginning(record, ruleset)
        calm = settled_by_morning(record, before) is True
        if not calm or worse_next_morning(record, before) is not False:
            if stage > last.stage:
                broken.append("the stage rises after a morning that was not good")
            if any(each.load.kind != "none" for each in outcome.programme.exercises):
                broken.append("load after a morning that was not good")
    doses = {exercise.id: exercise.dose for exercise in ruleset.exercises}
    for left in range(1, stage):
        met = [s for s in record.counted if s.stage == left and passes(s, doses)]
        if len(met) < 2:
            broken.append("a stage is left before its test is met")
    return broken


def lived(seed: int) -> tuple[list[str], collections.Counter[str], list[str], int]:
    """Eight weeks of one person: where they stood each week, the courses, and what broke."""
    ruleset = RULES
    chance = random.Random(seed)
    sample = Sample.drawn(chance)
    record = begun(sample, ruleset)
    before = beginning(record, ruleset)
    weeks: list[str] = []
    courses: collections.Counter[str] = collections.Counter()
    broken: list[str] = []
    then: Outcome | None = None
    at, stood, done, end = BEGAN, "stage 1", 0, BEGAN + dt.timedelta(weeks=WEEKS)
    while True:
        while len(weeks) < (at - BEGAN).days // 7:
            weeks.append(stood)
        outcome = recommend(facts(record, ruleset, before), ruleset)
        for _ in range(6):
            if not outcome.questions:
                break
            more = answered(record, outcome, chance, ruleset, at)
            if more is None:
                break
            record = more
            outcome = recommend(facts(record, ruleset, before), ruleset)
        broken += check(record, outcome, ruleset)
        courses[compare(then, outcome, ruleset).value] += 1
        if outcome.programme is None:
            stood = "seen by someone" if outcome.referral else "gave up"
            break
        stood = f"stage {outcome.programme.stage}"
        then = outcome
        if at >= end:
            break
        if chance.random() < sample.keeps:
            made, too_much = session(sample, record, outcome, at, chance, ruleset)
            told = morning(sample, made, too_much, chance)
            record = attrs.evolve(
                record, sessions=(*record.sessions, attrs.evolve(made, morning=told))
            )
            done += 1
        at = min(end, at + dt.timedelta(days=7 // outcome.programme.sessions_per_week))
    weeks += [stood] * (WEEKS + 1 - len(weeks))
    return weeks[: WEEKS + 1], courses, broken, done


COLOURS = ("#9ecae1", "#4292c6", "#08519c", "#f4a582", "#bababa")


def drawn(counts: list[collections.Counter[str]], people: int) -> str:
    """Where everybody stood at the end of each week, as bars on top of one another."""
    wide, tall, left, top = 640, 300, 48, 40
    step = (wide - left - 150) / len(counts)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {wide} {tall + 90}" '
        'font-family="system-ui, sans-serif" font-size="13">',
        f"<title>Where {people} simulated people stood, week by week</title>",
        f'<rect width="{wide}" height="{tall + 90}" fill="#ffffff"/>',
        f'<text x="{left}" y="22">Of {people} simulated people, where they stand after each '
        "week</text>",
    ]
    for share in (0, 25, 50, 75, 100):
        y = top + tall * (1 - share / 100)
        parts.append(f'<text x="{left - 6}" y="{y + 4:.0f}" text-anchor="end">{share} %</text>')
    for week, count in enumerate(counts):
        x, base = left + week * step, float(top + tall)
        for name, colour in zip(ENDS, COLOURS, strict=True):
            high = tall * count[name] / people
            base -= high
            parts.append(
                f'<rect x="{x + 3:.1f}" y="{base:.1f}" width="{step - 6:.1f}" '
                f'height="{high:.1f}" fill="{colour}"/>'
            )
        parts.append(
            f'<text x="{x + step / 2:.1f}" y="{top + tall + 18}" text-anchor="middle">{week}</text>'
        )
    middle = left + step * len(counts) / 2
    parts.append(f'<text x="{middle:.0f}" y="{top + tall + 40}" text-anchor="middle">week</text>')
    for place, (name, colour) in enumerate(reversed(list(zip(ENDS, COLOURS, strict=True)))):
        y = top + 20 + place * 24
        parts.append(
            f'<rect x="{wide - 138}" y="{y - 11}" width="14" height="14" fill="{colour}"/>'
        )
        parts.append(f'<text x="{wide - 118}" y="{y}">{name}</text>')
    return "\n".join([*parts, "</svg>", ""])


RULES = load_ruleset()


def main() -> int:
    asks = argparse.ArgumentParser(description=__doc__)
    asks.add_argument("--people", type=int, default=1000)
    asks.add_argument("--seed", type=int, default=20250303)
    asks.add_argument("--svg", type=Path)
    asks.add_argument("--jobs", type=int, default=2)
    given = asks.parse_args()
    started = time.perf_counter()
    seeds = [given.seed * 1_000_003 + place for place in range(given.people)]
    with ProcessPoolExecutor(given.jobs) as pool:
        found = list(pool.map(lived, seeds, chunksize=20))
    counts = [collections.Counter(weeks[week] for weeks, *_ in found) for week in range(WEEKS + 1)]
    courses: collections.Counter[str] = collections.Counter()
    broken: collections.Counter[str] = collections.Counter()
    for _, course, wrong, _ in found:
        courses.update(course)
        broken.update(wrong)
    sessions = sum(done for *_, done in found)
    print(f"{given.people} people, seed {given.seed}, rules {RULES.version}: {sessions} sessions")
    print("week " + "".join(f"{name:>17}" for name in ENDS))
    for week, count in enumerate(counts):
        print(f"{week:>4} " + "".join(f"{count[name]:>17}" for name in ENDS))
    print("courses: " + ", ".join(f"{name} {number}" for name, number in courses.most_common()))
    print("hazards broken: 0 (the gate raises at the first)")
    print("laws broken: " + (", ".join(f"{n} {name}" for name, n in broken.items()) or "0"))
    print(f"{time.perf_counter() - started:.0f} s")
    if given.svg is not None:
        given.svg.write_text(drawn(counts, given.people), encoding="utf-8")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
