"""A thousand rules, many threads and processes, an engine that is missing, and one that is wrong."""

from __future__ import annotations

import importlib
import multiprocessing
import os
import random
import subprocess
import sys
import warnings
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import attrs
import pytest

from glutemed.engine import decider, engine, situation
from glutemed.engine.engine import Engine, EngineMissing
from glutemed.intake import contradictions
from glutemed.model.condition import All, AnyOf, Compare, Comparison, Condition, Not, Truth
from glutemed.model.errors import EngineFailed, ReadingsDisagree
from glutemed.model.facts import UNKNOWN, Facts, FactValue
from glutemed.model.frozen import Frozen
from glutemed.model.rule import Advise, Contraindicate, Refer, Rule, Touch, Urgency
from glutemed.model.ruleset import Ruleset
from glutemed.model.vocabulary import FactDeclaration, Kind, Vocabulary
from glutemed.pipeline import load_ruleset, ready, recommend
from glutemed.reading.specification import read

RULES, FACTS, PERSONS = 1000, 60, 32


def declarations() -> list[FactDeclaration]:
    found = []
    for number in range(FACTS):
        name, kind = f"work.fact_{number:02}", (Kind.BOOL, Kind.INT, Kind.ENUM)[number % 3]
        values = ("one", "two", "three", "four") if kind is Kind.ENUM else ()
        found.append(
            FactDeclaration(
                name=name, kind=kind, label=name, ask="", values=values, ordered=True, most=20
            )
        )
    return found


def leaf(dice: random.Random, fact: FactDeclaration) -> Compare:
    if fact.kind is Kind.BOOL:
        return Compare(fact.name, Comparison.IS, (dice.random() < 0.5,))
    if fact.kind is Kind.INT:
        compared = dice.choice((Comparison.AT_LEAST, Comparison.AT_MOST, Comparison.ABOVE))
        return Compare(fact.name, compared, (dice.randint(4, 16),))
    if dice.random() < 0.5:
        return Compare(fact.name, Comparison.NOT_IN, tuple(dice.sample(fact.values, 2)))
    return Compare(fact.name, Comparison.AT_LEAST, (dice.choice(fact.values[1:]),))


def condition(dice: random.Random, facts: list[FactDeclaration]) -> Condition:
    first, second, third = (leaf(dice, fact) for fact in dice.sample(facts, 3))
    shapes = (
        AnyOf((first, second)),
        All((first, second)),
        AnyOf((All((first, second)), third)),
        All((first, AnyOf((second, third)))),
        Not(All((first, second))),
        AnyOf((first, Not(second), third)),
    )
    return dice.choice(shapes)


@pytest.fixture(scope="module")
def bundled() -> Ruleset:
    return load_ruleset()


@pytest.fixture(scope="module")
def thousand(bundled: Ruleset) -> Ruleset:
    """A thousand rules on sixty facts; no two of them ask the same."""
    dice, facts = random.Random(20261122), declarations()
    conditions: dict[str, Condition] = {}
    while len(conditions) < RULES:
        made = condition(dice, facts)
        conditions.setdefault(repr(made), made)
    some = Touch(All(()), (bundled.exercises[0].id,))
    rules = tuple(
        Rule(
            id=f"scale/r{number:04}",
            written=f"scale/r{number:04}",
            pack="scale",
            condition=made,
            conclusion=Contraindicate(some) if number % 2 else Advise(str(number)),
            because="It is one of many.",
            sources=(),
        )
        for number, made in enumerate(conditions.values())
    )
    assert len({rule.condition for rule in rules}) == RULES
    vocabulary = Vocabulary(Frozen({fact.name: fact for fact in facts}))
    return attrs.evolve(
        bundled, rules=rules, vocabulary=vocabulary, derived=(), scores=(), hazards=()
    )


def anybody(dice: random.Random, ruleset: Ruleset, known: float = 0.55) -> Facts:
    values: dict[str, FactValue] = {}
    for fact in ruleset.vocabulary:
        if dice.random() < known:
            may = {Kind.BOOL: (False, True), Kind.ENUM: fact.values}.get(fact.kind)
            values[fact.name] = dice.choice(may) if may else dice.randint(fact.least, fact.most)
    return Facts.of(values)


@pytest.fixture(scope="module")
def crowd(thousand: Ruleset) -> list[Facts]:
    dice = random.Random(7)
    return [anybody(dice, thousand) for _ in range(PERSONS)]


def answers(ruleset: Ruleset, people: list[Facts]) -> list[tuple[int, ...]]:
    return [tuple(map(int, read(ruleset, person).truths)) for person in people]


def decided(ruleset: Ruleset, people: list[Facts]) -> list[tuple[int, ...]]:
    """What an engine made here says: for processes of their own too."""
    made = Engine(ruleset, with_durable=True)
    return [tuple(map(int, made.read(person).truths)) for person in people]


@pytest.mark.needs("durable")
def test_a_thousand_rules_decide_right(thousand: Ruleset, crowd: list[Facts]) -> None:
    """No two rules equal, at least 10 % TRUE and 10 % UNKNOWN a person; durable-rules decides."""
    made = Engine(thousand, with_durable=True)
    assert "durable-rules" in made.decided_by[0]
    for person in crowd:
        specified, found = read(thousand, person), made.read(person)
        assert found == specified
        shares = Counter(found.truths)
        assert shares[Truth.TRUE] >= RULES * 0.1
        assert shares[Truth.UNKNOWN] >= RULES * 0.1


@pytest.mark.needs("durable")
def test_eight_threads_decide_right(thousand: Ruleset, crowd: list[Facts]) -> None:
    """Eight threads share one engine whose caches are empty, each in an order of its own."""
    wanted = dict(enumerate(answers(thousand, crowd)))
    made = Engine(thousand, with_durable=True)

    def look(seed: int) -> list[tuple[int, tuple[int, ...]]]:
        order = random.Random(seed).sample(range(len(crowd)), len(crowd))
        return [(place, tuple(map(int, made.read(crowd[place]).truths))) for place in order]

    with ThreadPoolExecutor(8) as pool:
        for found in pool.map(look, range(8)):
            assert all(wanted[place] == truths for place, truths in found)


needs_fork = pytest.mark.skipif(
    "fork" not in multiprocessing.get_all_start_methods(), reason="no fork here"
)


@pytest.mark.needs("durable")
@pytest.mark.parametrize("method", [pytest.param("fork", marks=needs_fork), "spawn"])
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_four_processes_decide_right(
    method: str, thousand: Ruleset, crowd: list[Facts], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Four processes at once decide right, forked from a warm one or started anew."""
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    people = crowd[:4]
    wanted = answers(thousand, people)
    assert decided(thousand, people) == wanted  # this process is warm before it forks
    apart = decided if method == "fork" else importlib.import_module("test_scale").decided
    with ProcessPoolExecutor(4, multiprocessing.get_context(method)) as pool:
        found = [pool.submit(apart, thousand, people) for _ in range(4)]
        assert [future.result() for future in found] == [wanted] * 4


@needs_fork
@pytest.mark.needs("durable")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_warm_engine_still_decides_after_a_fork(thousand: Ruleset, crowd: list[Facts]) -> None:
    """An engine that has decided, forked into four processes, decides new people right in each."""
    warm = Engine(thousand, with_durable=True)
    for person in crowd[:4]:
        warm.read(person)
    context = multiprocessing.get_context("fork")
    queue = context.SimpleQueue()

    def child(part: int) -> None:
        mine = crowd[4 + part :: 4][:4]
        queue.put((part, [tuple(map(int, warm.read(person).truths)) for person in mine]))

    started = [context.Process(target=child, args=(part,)) for part in range(4)]
    for each in started:
        each.start()
    found = dict(queue.get() for _ in started)
    for each in started:
        each.join(30)
        assert each.exitcode == 0
    for part, truths in found.items():
        assert truths == answers(thousand, crowd[4 + part :: 4][:4])


# --- Without durable-rules ------------------------------------------------------------------------

_BLOCKED = """
import sys, warnings
sys.modules["durable_rules_engine"] = None
from glutemed.engine.engine import EngineMissing
from glutemed.pipeline import load_ruleset, read_facts, recommend
ruleset = load_ruleset()
with warnings.catch_warnings(record=True) as seen:
    warnings.simplefilter("always")
    for age in (20, 30, 40):
        facts = read_facts({"screening": "clear", "person.age": age}, ruleset)
        outcome = recommend(facts, ruleset)
    print(outcome.kind, outcome.decided_by, [w.category.__name__ for w in seen])
"""


def test_without_durable_answers_still_come(bundled: Ruleset) -> None:
    """Where durable-rules cannot be imported: an answer, one warning, and it says what decided."""
    done = subprocess.run(
        [sys.executable, "-c", _BLOCKED],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert done.stdout == "questions ('truth',) ['EngineMissing']\n"


def test_without_durable_the_specification_decides(thousand: Ruleset, crowd: list[Facts]) -> None:
    """An engine that is told to do without warns nobody, and says the same."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        made = Engine(thousand, with_durable=False)
    assert made.decided_by == ("truth",)
    for person in crowd[:4]:
        assert made.read(person) == read(thousand, person)
        assert made.decide(person).decided_by == ("truth",)


def test_each_engine_warns_once(bundled: Ruleset, monkeypatch: pytest.MonkeyPatch) -> None:
    """One warning an engine, however many people it decides about."""
    monkeypatch.setattr(engine, "durable_version", lambda: None)
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        made = Engine(bundled)
        made.decide(Facts())
        made.decide(Facts.of({"person.age": 30}))
    assert [each.category for each in seen] == [EngineMissing]


# --- When something is wrong ----------------------------------------------------------------------


@pytest.mark.needs("durable")
@pytest.mark.parametrize("side", ["truth", "productions"])
def test_a_disagreement_emits_nothing(
    side: str, bundled: Ruleset, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where durable-rules and the specification differ on one rule, nothing is emitted."""
    ruleset = attrs.evolve(bundled)
    wrong = next(rule for rule in ruleset.rules if rule.written == "safety/hot-swollen-knee")
    if side == "truth":
        right = decider.truth

        def lying(asked: Condition, situation: object) -> Truth:
            said = right(asked, situation)
            return said.opposite if asked == wrong.condition else said

        monkeypatch.setattr(decider, "truth", lying)
    else:
        monkeypatch.setattr(decider, "definitely", lambda lowered, stem: ())
    with pytest.raises(ReadingsDisagree, match="nothing was emitted"):
        recommend(Facts.of({"screening.hot_swollen_knee": True}), ruleset)
    assert not ready(ruleset).by_cells
    assert not ready(ruleset).by_signature


def failing(monkeypatch: pytest.MonkeyPatch, broken: Rule) -> None:
    right = decider.truth

    def truth(asked: Condition, situation: object) -> Truth:
        if asked == broken.condition:
            raise ZeroDivisionError
        return right(asked, situation)

    monkeypatch.setattr(decider, "truth", truth)


def test_a_rule_that_fails_counts_as_unknown(
    bundled: Ruleset, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fail closed: a contraindication that cannot be evaluated is UNKNOWN, and reported."""
    ruleset = attrs.evolve(bundled)
    broken = next(
        rule
        for rule in ruleset.rules
        if isinstance(rule.conclusion, Contraindicate) and rule.condition != All(())
    )
    failing(monkeypatch, broken)
    made = Engine(ruleset)
    decision = made.decide(Facts())
    assert decision.truths[broken.id] is Truth.UNKNOWN
    assert broken.id in decision.failures
    assert decision.waits[broken.id]
    assert broken.id in recommend(Facts(), ruleset).failures


def test_a_referral_that_fails_raises(bundled: Ruleset, monkeypatch: pytest.MonkeyPatch) -> None:
    """A referral that cannot be evaluated is never passed over: nothing is emitted."""
    ruleset = attrs.evolve(bundled)
    broken = next(
        rule
        for rule in ruleset.rules
        if isinstance(rule.conclusion, Refer) and rule.conclusion.urgency is Urgency.EMERGENCY
    )
    failing(monkeypatch, broken)
    with pytest.raises(EngineFailed, match="could not be evaluated"):
        recommend(Facts(), ruleset)


def test_caches_stay_bounded(bundled: Ruleset, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many situations are met, each cache keeps no more than its limit; answers stay right."""
    monkeypatch.setattr(engine, "MOST_CELLS_KEPT", 3)
    monkeypatch.setattr(engine, "MOST_DECISIONS", 5)
    monkeypatch.setattr(situation, "MOST_VALUES_KEPT", 4)
    ruleset = attrs.evolve(bundled)
    made, dice = Engine(ruleset), random.Random(3)
    for _ in range(40):
        values: dict[str, FactValue] = {
            fact.name: dice.choice((True, False, UNKNOWN))
            for fact in ruleset.vocabulary
            if fact.kind is Kind.BOOL
        }
        known = {name: value for name, value in values.items() if value is not UNKNOWN}
        known |= {"person.age": dice.randint(0, 120), "complaint.pain_usual": dice.randint(0, 10)}
        person = Facts.of(known)
        for wrong in {declared.name for declared, _ in contradictions(person, ruleset.vocabulary)}:
            person = person.with_fact(wrong, UNKNOWN)
        assert made.read(person).truths == read(ruleset, person).truths
        made.decide(person)
        assert len(made._decisions) <= 5
        assert max(map(len, made._answers)) <= 3
    tables = [
        value for value in made._cells.__globals__.values() if isinstance(value, situation.Table)
    ]
    assert tables
    assert max(map(len, tables)) <= 4
