"""Seeded people and seeded rulebooks for the benchmarks; the same for a seed, on every machine.

A *situation* is what the rules can tell apart of a person: the cell in each shard. People of one
situation differ in values that no rule separates (41 years or 43, week 9 or week 30).
"""

from __future__ import annotations

import gc
import statistics
import time
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from random import Random

from glutemed import UNKNOWN, Facts, Members, Ruleset
from glutemed.engine.shards import opened
from glutemed.intake import contradictions
from glutemed.model.diagnostic import Text
from glutemed.model.facts import FactValue
from glutemed.model.vocabulary import FactDeclaration, Kind
from glutemed.pipeline import ready
from glutemed.reading.cells import axes
from glutemed.reading.runs import lower
from glutemed.rulebook.load import ruleset as checked

SEED = 20_261_122

Values = dict[str, FactValue]
Interval = tuple[int, int]


# --- Time ---------------------------------------------------------------------------------------


def seconds(work: Callable[[], object], *, collect: bool = True) -> float:
    """How long this process computes at some work, in seconds of one core.

    What others do on the machine meanwhile does not count, so that slow and quick work suffer alike
    from it: both run slower beside busy neighbours, but neither is charged for waiting its turn.
    What was made before the work is not searched for garbage meanwhile.
    """
    if collect:
        gc.collect()
    gc.freeze()
    start = time.process_time()
    work()
    spent = time.process_time() - start
    gc.unfreeze()
    return spent


def spread(samples: Sequence[float]) -> str:
    """The noise of some samples: how far the middle half lies apart, of the median."""
    quarters = statistics.quantiles(samples, n=4)
    return f"±{50 * (quarters[2] - quarters[0]) / statistics.median(samples):.0f}%"


# --- People -------------------------------------------------------------------------------------


def plausible(ruleset: Ruleset, random: Random) -> Values:
    """One person as an app might send them: most facts known, few red flags, some history."""
    values: Values = {}
    screened = random.random()
    flags = [flag.name for flag in ruleset.vocabulary.red_flags]
    if screened > 0.05:
        values.update(dict.fromkeys(flags, False))
    if screened > 0.92:
        values[random.choice(flags)] = True
    elif screened > 0.87:
        for flag in random.sample(flags, min(len(flags), random.randint(1, 3))):
            del values[flag]
    started = random.random() < 0.7
    tried = random.sample(ruleset.exercises, min(4, len(ruleset.exercises))) if started else ()
    for fact in ruleset.vocabulary:
        if fact.name in flags:
            continue
        if fact.name.startswith("response.each."):
            if fact.name.split(".")[2] in {exercise.id for exercise in tried}:
                values[fact.name] = _answer(fact, random)
        elif not started and fact.name.startswith("response."):
            if fact.name == "response.sessions_done":
                values[fact.name] = 0
        elif random.random() > 0.04:
            values[fact.name] = _answer(fact, random)
    return agreeing(ruleset, values)


def agreeing(ruleset: Ruleset, values: Values) -> Values:
    """The values without answers that contradict others, which nobody may give."""
    while True:
        wrong = {
            declared.name for declared, _ in contradictions(Facts.of(values), ruleset.vocabulary)
        }
        if not wrong:
            return values
        values = {name: value for name, value in values.items() if name not in wrong}


def _answer(fact: FactDeclaration, random: Random) -> FactValue:
    if fact.kind is Kind.BOOL:
        return random.random() < 0.2
    if fact.kind is Kind.ENUM:
        return random.choice(fact.values)
    if fact.kind is Kind.SET:
        most = min(2, len(fact.values))
        return Members(present=random.sample(fact.values, random.randint(0, most)))
    if fact.name == "person.age":
        return min(fact.most, max(fact.least, round(random.gauss(38, 16))))
    # Small numbers are the common ones: pain of 2 or 3, week 8, session 12.
    return min(fact.most, fact.least + int(random.expovariate(1 / min(12, fact.most / 3))))


def cuts_of(ruleset: Ruleset) -> dict[str, tuple[int, ...]]:
    """Where a ruleset cuts the range of each whole number; a fact it never reads has no cuts."""
    bounded = frozenset(value.name for value in (*ruleset.derived, *ruleset.scores))
    asked = [rule.condition for rule in ruleset.rules]
    # What contradicts itself is a situation of its own too.
    asked += [found.when for _, found in ruleset.vocabulary.contradictions]
    conditions = [lower(condition, ruleset.quantities) for condition in asked]
    cuts: dict[str, set[int]] = {}
    for axis in axes(conditions, bounded):
        # All exercises are cut alike in a situation.
        cuts.setdefault(opened(axis.variable.fact), set()).update(axis.cuts)
    return {
        fact.name: tuple(sorted(cuts.get(opened(fact.name), ())))
        for fact in ruleset.vocabulary
        if fact.kind is Kind.INT
    }


def situations(
    ruleset: Ruleset,
    count: int,
    seed: int = SEED,
    draw: Callable[[Ruleset, Random], Values] = plausible,
) -> list[Values]:
    """People in so many different situations, each with at least a hundred others in it."""
    random, cuts = Random(seed), cuts_of(ruleset)
    found: dict[object, Values] = {}
    while len(found) < count:
        values = draw(ruleset, random)
        room = 1
        for low, high in _free(ruleset, values, cuts).values():
            room *= high - low + 1
        if room >= 100:
            found.setdefault(ready(ruleset).engine.cells(Facts.of(values)), values)
    return list(found.values())


def _free(
    ruleset: Ruleset, values: Values, cuts: dict[str, tuple[int, ...]]
) -> dict[str, Interval]:
    """The interval of each known whole number that has more than one value in it."""
    found = {}
    for name, inner in cuts.items():
        value = values.get(name, UNKNOWN)
        if value is UNKNOWN:
            continue
        assert isinstance(value, int)
        fact, place = ruleset.vocabulary[name], bisect_right(inner, value)
        low = inner[place - 1] if place else fact.least
        high = inner[place] - 1 if place < len(inner) else fact.most
        if low < high:
            found[name] = (low, high)
    return found


class Crowd:
    """People of given situations, no two of them ever equal, not even over several calls."""

    def __init__(self, ruleset: Ruleset, bases: Sequence[Values], seed: int = SEED) -> None:
        self._ruleset = ruleset
        self._random = Random(seed)
        cuts = cuts_of(ruleset)
        self._bases = [(values, _free(ruleset, values, cuts)) for values in bases]
        self._met: set[tuple[int, ...]] = set()

    def people(self, count: int) -> list[Facts]:
        """So many people nobody has met, every part of them an object of its own."""
        made: list[Facts] = []
        while len(made) < count:
            number = self._random.randrange(len(self._bases))
            values, free = self._bases[number]
            drawn = {name: self._random.randint(*ends) for name, ends in free.items()}
            key = (number, *drawn.values())
            if key in self._met:
                continue
            self._met.add(key)
            own = {name: _own(value) for name, value in {**values, **drawn}.items()}
            if agreeing(self._ruleset, own) is own:
                made.append(Facts.of(own))
        return made


def _own(value: FactValue) -> FactValue:
    """The value; of a set a copy, because a set remembers its hash once it was asked for it."""
    if isinstance(value, Members):
        return Members(present=set(value.present), absent=set(value.absent))
    return value


def strangers(ruleset: Ruleset, seed: int = SEED) -> Iterator[Facts]:
    """People without end, each in a situation that none before was in."""
    random, met = Random(seed), set()
    while True:
        facts = Facts.of(plausible(ruleset, random))
        cells = ready(ruleset).engine.cells(facts)
        if cells not in met:
            met.add(cells)
            yield facts


# --- Rulebooks ----------------------------------------------------------------------------------

EXERCISES = 12
FACTS = 40
FLAG = "screening.flag"
_KINDS = ("contraindicate", "caution", "limit", "prefer", "advise", "refer")

_HEAD = """\
pack: surgeon
version: 1.0.0
title: Generated rules
sources:
  - id: nobody-2026
    authors: Nobody N
    year: 2026
    title: Nothing that was ever found out
    journal: J Bench
    doi: 10.2519/jospt.2014.4936
    read: abstract
    says: Nothing.
conditions:
  - id: patellofemoral_pain
    name: patellofemoral pain
    sentence: Pain around or behind the kneecap.
    icd10cm: [M22.2X1]
    evidence: strong
    felt_at: [front]
    silence: absent
    sources: [nobody-2026]
"""


def rulebook(
    count: int, seed: int = SEED, *, facts: int = FACTS, exercises: int = EXERCISES
) -> Text:
    """A rule file of so many rules of one to three comparisons each.

    Args:
        count: How many rules; at least two more than exercises.
        seed: What they are drawn by.
        facts: How many facts the rules read; one of them is a red flag.
        exercises: How many exercises there are.
    """
    random = Random(seed)
    lines = [_HEAD, "facts:"]
    for number in range(facts - 1):
        kind = "type: bool" if number % 2 else "type: int\n    range: [0, 20]"
        lines.append(
            f"  - name: history.fact_{number}\n    {kind}\n    label: fact {number}\n"
            f"    ask: What of fact {number}?"
        )
    lines.append(f"  - name: {FLAG}\n    type: bool\n    red_flag: true")
    lines.append("    label: a flag\n    ask: Is there a flag?\nexercises:")
    for number in range(exercises):
        lines.append(
            f"  - id: exercise-{number}\n    name: Exercise {number}\n    family: family-{number}\n"
            "    rung: 1\n    target: hip_rotation\n    stage: 1\n    tier: moderate\n"
            "    position: side_lying\n    lies_on: other\n    weight_bearing: none\n"
            "    load: none\n    knee_flexion_deg: {least: 60, most: 90}\n    dose:\n"
            "      - {sets: 2, reps: 10, hold_s: 0, rest_s: 60, effort: 5}\n"
            "    how: [Lift it.]\n    mistakes: [Dropping it.]\n    sources: [nobody-2026]\n"
            "    reviewed: 2026-11-22"
        )
    lines.append("rules:")
    lines += [_rule(number, random, facts - 1, exercises) for number in range(count)]
    return Text("generated.yaml", "\n".join(lines) + "\n")


def _rule(number: int, random: Random, facts: int, exercises: int) -> str:
    parts, given = [], []
    for fact in random.sample(range(facts), random.randint(1, 3)):
        asked = "true" if fact % 2 else f"{{at_least: {random.choice((4, 8, 12, 16))}}}"
        parts.append(f"{{history.fact_{fact}: {asked}}}")
        given.append(f"history.fact_{fact}: {'true' if fact % 2 else 20}")
    when = parts[0]
    if len(parts) > 1:
        when = f"{{{random.choice(('all', 'any'))}: [{', '.join(parts)}]}}"
    exercise = f"{{id: exercise-{random.randrange(exercises)}}}"
    other = f"{{id: exercise-{random.randrange(exercises)}}}"
    kind = "indicate" if number < exercises else random.choice(_KINDS)
    if number == exercises:
        # A red flag must be read by a referral.
        when, given, kind = f"{{{FLAG}: true}}", [f"{FLAG}: true"], "refer"
    then = {
        "indicate": f"{{indicate: {{id: exercise-{number}}}}}",
        "contraindicate": f"{{contraindicate: {exercise}}}",
        "caution": f"{{caution: {exercise}, note: Go slowly.}}",
        "limit": "{limit: {exercises: 4}}",
        "prefer": f"{{prefer: {exercise}, over: {other}, strength: 1}}",
        "advise": f"{{advise: Take note of number {number}.}}",
        "refer": "{refer: routine, to: [gp], now: Make an appointment.}",
    }[kind]
    return (
        f"  - id: rule-{number}\n    when: {when}\n    then: {then}\n"
        f"    because: Number {number} was drawn.\n    sources: [nobody-2026]\n"
        "    reviewed: 2026-11-22\n"
        f"    examples: [{{given: {{{', '.join(given)}}}, fires: true}}]"
    )


def built(text: Text) -> Ruleset:
    """The checked ruleset of one rule file."""
    made, found = checked([text], "1.0.0")
    assert made is not None, [diagnostic.message for diagnostic in found][:3]
    return made
