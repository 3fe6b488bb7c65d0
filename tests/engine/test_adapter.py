"""The adapter answers as its productions say, whoever asks, and fails aloud."""

import copy
import gc
import multiprocessing
import pickle
import random
import threading
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glutemed.engine import adapter
from glutemed.engine.adapter import ProductionSystem, durable_version
from glutemed.model.errors import EngineFailed, GlutemedError
from glutemed.reading.productions import Bound

pytestmark = pytest.mark.needs("durable")


def at_least(field, value):
    return Bound(field, "at_least", value)


def at_most(field, value):
    return Bound(field, "at_most", value)


def naive(productions, message):
    return frozenset(
        index
        for index, production in enumerate(productions)
        if all(
            message[bound.field] >= bound.value
            if bound.op == "at_least"
            else message[bound.field] <= bound.value
            for bound in production
        )
    )


def generated(seed, count=70, fields=12):
    """Productions and messages, the same for a seed."""
    choose = random.Random(seed)
    names = [f"c{n}" for n in range(fields)]
    productions = [
        tuple(
            choose.choice([at_least, at_most])(name, choose.randint(2, 8))
            for name in choose.sample(names, choose.randint(1, 3))
        )
        for _ in range(count)
    ]
    messages = [{name: choose.randint(0, 10) for name in names} for _ in range(50)]
    return productions, messages


# --- Answers ------------------------------------------------------------------------------------

FIELDS = ["a", "b_lo", "b_hi", "c_1", "id", "sid", "k", "m", "f0", "liquid", "costarring"]
VALUES = st.one_of(
    st.integers(-3, 3),
    st.sampled_from([-(2**63), -(2**62), 2**53 + 1, 2**53, 10**18, 2**63 - 1]),
)
BOUNDS = st.builds(Bound, st.sampled_from(FIELDS), st.sampled_from(["at_least", "at_most"]), VALUES)


@given(
    st.lists(st.lists(BOUNDS, max_size=5).map(tuple), min_size=1, max_size=200),
    st.lists(st.fixed_dictionaries(dict.fromkeys(FIELDS, VALUES)), min_size=1, max_size=5),
)
def test_what_fires_is_what_holds(productions, messages):
    """On any productions and facts the answer is that of comparing one by one."""
    system = ProductionSystem("generated", productions)
    for message in messages:
        assert system.fired(message) == naive(productions, message)
    system.close()


@pytest.mark.parametrize("count", [1, 29, 30, 31, 60, 61, 200])
def test_productions_at_the_edges_of_chunks_fire(count):
    """Dealing out to rulesets loses and repeats nothing, whatever the number is."""
    system = ProductionSystem("edges", [(at_least("x", n),) for n in range(count)])
    assert len(system._chunks) == -(-count // adapter.MAX_PRODUCTIONS)
    for x in (-1, 0, count // 2, count - 1, count):
        assert system.fired({"x": x}) == frozenset(range(min(x + 1, count)))


def test_the_empty_conjunction_always_holds_and_needs_no_fact():
    """It is answered without durable-rules, alone and beside others."""
    assert ProductionSystem("none", []).fired({}) == frozenset()
    assert ProductionSystem("empty", [(), ()]).fired({}) == {0, 1}
    assert ProductionSystem("empty", [(at_least("x", 1),), ()]).fired({"x": 0}) == {1}


def test_equal_productions_are_one_and_answer_for_all():
    """The order of bounds, repeated ones and looser ones make no other production."""
    productions = [
        (at_least("x", 1), at_most("y", 2)),
        (at_most("y", 2), at_least("x", 1)),
        (at_least("x", 0), at_least("x", 1), at_most("y", 5), at_most("y", 2)),
    ]
    system = ProductionSystem("equal", productions)
    assert len(system._chunks[0].owners) == 2
    assert system.fired({"x": 1, "y": 2}) == {0, 1, 2}
    assert system.fired({"x": 0, "y": 2}) == frozenset()


def test_a_contradiction_never_holds():
    """Bounds that exclude each other are no error."""
    system = ProductionSystem("contradiction", [(at_least("x", 5), at_most("x", 4))])
    assert not any(system.fired({"x": x}) for x in range(10))


def test_fields_that_no_production_reads_are_not_looked_at():
    """One wide fact serves many systems, so the others' fields may hold anything."""
    system = ProductionSystem("narrow", [(at_least("x", 1),)])
    assert system.fired({"x": 1, "other": None, "note": "text"}) == {0}


# --- Refusals -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value", [True, False, "5", "abc", None, 5.0, float("nan"), 2**63, -(2**64)]
)
def test_only_integers_of_64_bits_are_asked_about(value):
    """Anything else is refused before durable-rules sees it, and the text never holds it."""
    system = ProductionSystem("strict", [(at_least("pain", 5),)])
    system._chunks = ()
    with pytest.raises(EngineFailed) as refusal:
        system.fired({"pain": value})
    assert isinstance(refusal.value, GlutemedError)
    assert value is None or repr(value) not in str(refusal.value)


def test_a_missing_field_is_refused_even_by_a_mapping_with_defaults():
    """What is not there is not made up."""
    system = ProductionSystem("missing", [(at_least("x", 1), at_least("y_lo", 1))])
    for message in ({"x": 1}, defaultdict(int, x=1)):
        with pytest.raises(EngineFailed, match="the fact lacks y_lo"):
            system.fired(message)
        assert "y_lo" not in message


@pytest.mark.parametrize(
    "bound",
    [
        Bound("x", "above", 1),
        Bound("X", "at_least", 1),
        Bound("", "at_least", 1),
        Bound('x"', "at_least", 1),
        Bound("x", "at_least", True),
        Bound("x", "at_least", 1.0),
        Bound("x", "at_least", None),
        Bound("x", "at_least", 2**63),
    ],
)
def test_a_bound_it_cannot_take_is_refused_when_built(bound):
    """Unknown operators, fields that are no names and values that are no integers are errors."""
    with pytest.raises(EngineFailed, match="production 1"):
        ProductionSystem("wrong", [(), (bound,)])


def test_a_name_that_c_cannot_hold_is_refused():
    """A NUL ends a name in C; that is an error here, not a shorter name."""
    with pytest.raises(EngineFailed, match="refuses a ruleset"):
        ProductionSystem("a\0b", [(at_least("x", 1),)])


# --- Failures -----------------------------------------------------------------------------------


class Failing:
    """The C module, one call of which fails."""

    def __init__(self, call, failure):
        self._call, self._failure = call, failure

    def __getattr__(self, name):
        if name != self._call:
            return getattr(adapter._durable(), name)

        def fail(*_):
            if isinstance(self._failure, BaseException):
                raise self._failure
            return self._failure

        return fail


def live(chunk):
    """Say which of the first sessions are still in durable-rules."""
    return [session for session in map(str, range(1, 10)) if is_live(chunk, session)]


def is_live(chunk, session):
    try:
        chunk.engine.get_facts(chunk.ruleset, session)
    except chunk.engine.error:
        return False
    return True


@pytest.mark.parametrize("failure", [RuntimeError("code 303"), MemoryError(), KeyboardInterrupt()])
@pytest.mark.parametrize(
    "call", ["assert_fact", "start_action_for_state", "complete_and_start_action"]
)
def test_a_failure_in_c_is_raised_and_leaves_no_session(call, failure):
    """Whatever the C layer raises becomes `EngineFailed`; an interrupt stays an interrupt."""
    system = ProductionSystem("failing", [(at_least("x", 1),), (at_least("x", 2),)])
    [sound] = system._chunks
    expected = EngineFailed if isinstance(failure, Exception) else KeyboardInterrupt
    for x in range(3):
        system._chunks = [attrs.evolve(sound, engine=Failing(call, failure))]
        with pytest.raises(expected):
            system.fired({"x": 1})
        system._chunks = [sound]
        assert system.fired({"x": x}) == frozenset(range(x))
    # Where no action can be started, deleting could crash: those sessions stay, unused.
    assert live(sound) == (["1", "2", "3"] if call == "start_action_for_state" else [])


STARTED = {
    "not this decision's": lambda state, action: ("{}", action),
    "not the one that always holds": lambda state, action: (state, '{"0":{}}'),
}


@pytest.mark.parametrize("text", STARTED)
def test_a_start_that_cannot_be_is_a_failure(text):
    """A state of another decision, or a catch-all that did not fire, is seen."""
    system = ProductionSystem("odd", [(at_least("x", 1),)])
    [sound] = system._chunks
    engine = Failing("complete_and_start_action", None)
    # The true call is made: ending an action that never began crashes.
    engine.start_action_for_state = lambda ruleset, state: STARTED[text](
        *sound.engine.start_action_for_state(ruleset, state)
    )
    system._chunks = [attrs.evolve(sound, engine=engine)]
    with pytest.raises(EngineFailed, match=text):
        system.fired({"x": 1})
    assert live(sound) == []


@pytest.mark.parametrize(
    ("call", "answer", "text"),
    [
        ("assert_fact", (1, 0), "code 1"),
        ("start_action_for_state", None, "always holds"),
        ("complete_and_start_action", '{"0":{}}', "fired a rule twice"),
    ],
)
def test_an_answer_that_cannot_be_is_a_failure(call, answer, text):
    """A fact not taken, an agenda that never begins or never ends: all are seen."""
    system = ProductionSystem("odd", [(at_least("x", 1),)])
    [sound] = system._chunks
    system._chunks = [attrs.evolve(sound, engine=Failing(call, answer))]
    with pytest.raises(EngineFailed, match=text):
        system.fired({"x": 1})


def test_more_decisions_at_once_than_sessions_are_refused():
    """Beyond a thousand, a decision fails before durable-rules runs out of memory."""
    system = ProductionSystem("crowd", [(at_least("x", 1),)])
    taken = [system._session() for _ in range(adapter.MAX_SESSIONS)]
    with pytest.raises(EngineFailed, match="at once"):
        system.fired({"x": 1})
    system._sessions.append(taken.pop())
    assert system.fired({"x": 1}) == {0}


# --- Closing ------------------------------------------------------------------------------------


def test_a_closed_system_answers_no_more():
    """Closing is harmless twice; asking afterwards is an error, and so is a ruleset gone."""
    system = ProductionSystem("closed", [(at_least("x", 1),)])
    system.close()
    system.close()
    with pytest.raises(EngineFailed, match="closed"):
        system.fired({"x": 1})
    system._closed = False
    with pytest.raises(EngineFailed, match="111"):
        system.fired({"x": 1})


def test_a_system_nobody_holds_is_freed():
    """Its rulesets go with it, also those of one that failed while it was built."""
    system = ProductionSystem("forgotten", [(at_least("x", 1),)])
    [chunk] = system._chunks
    del system
    gc.collect()
    with pytest.raises(Exception, match="111"):
        chunk.engine.assert_fact(chunk.ruleset, "{}")


# --- Threads and processes ----------------------------------------------------------------------


def test_eight_threads_share_one_system():
    """Each decision has its session to itself."""
    productions, messages = generated(1)
    system = ProductionSystem("shared", productions)
    expected = [naive(productions, message) for message in messages]
    with ThreadPoolExecutor(8) as threads:
        answers = [
            threads.submit(lambda: [system.fired(m) for m in messages * 10]) for _ in range(8)
        ]
        assert all(answer.result() == expected * 10 for answer in answers)
    assert next(system._minted) <= 9


def test_eight_threads_build_and_ask_at_once():
    """Names are unique without a lock, so systems of one name may be built together."""
    start = threading.Barrier(8)

    def build(seed):
        productions, messages = generated(seed)
        start.wait()
        for _ in range(10):
            system = ProductionSystem("together", productions)
            assert [system.fired(m) for m in messages] == [naive(productions, m) for m in messages]
        return True

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(build, range(8)))


def answer(system, messages, results):
    """What a child does (at the top of the module, so that a spawned one finds it)."""
    own = ProductionSystem("own", system._source[1])
    results.put([(system.fired(message), own.fired(message)) for message in messages])


needs_fork = pytest.mark.skipif(
    "fork" not in multiprocessing.get_all_start_methods(), reason="no fork here"
)


@pytest.mark.parametrize("method", [pytest.param("fork", marks=needs_fork), "spawn"])
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_four_processes_answer_as_their_parent(method, monkeypatch):
    """A forked child goes on with the parent's system, a spawned one builds it anew."""
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    productions, messages = generated(2)
    system = ProductionSystem("parent", productions)
    expected = [(naive(productions, m),) * 2 for m in messages]
    assert [(system.fired(m),) * 2 for m in messages] == expected
    context = multiprocessing.get_context(method)
    results = context.SimpleQueue()
    if method == "spawn":
        import test_adapter as importable

        target = importable.answer
    else:
        target = answer
    children = [context.Process(target=target, args=(system, messages, results)) for _ in range(4)]
    for child in children:
        child.start()
    assert all(results.get() == expected for _ in children)
    for child in children:
        child.join(30)
        assert child.exitcode == 0
    assert [(system.fired(m),) * 2 for m in messages] == expected


def test_a_pickled_or_copied_system_is_built_anew():
    """A number of a ruleset means nothing in another process, so it does not travel."""
    productions, messages = generated(3)
    system = ProductionSystem("travels", productions)
    for other in (pickle.loads(pickle.dumps(system)), copy.copy(system), copy.deepcopy(system)):
        assert not {c.ruleset for c in other._chunks} & {c.ruleset for c in system._chunks}
        assert [other.fired(m) for m in messages] == [system.fired(m) for m in messages]


# --- Memory -------------------------------------------------------------------------------------


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read from /proc")
def test_memory_stays_flat():
    """Neither decisions nor systems that come and go leave anything behind."""
    productions, messages = generated(4, count=30)

    def pages():
        return int(Path("/proc/self/statm").read_text().split()[1])

    def work():
        for _ in range(10):
            system = ProductionSystem("flat", productions)
            for message in messages * 5:
                system.fired(message)

    work()
    before = pages()
    for _ in range(4):
        work()
    assert pages() - before < 500


def test_the_version_is_that_of_the_distribution():
    """Outcomes say by which durable-rules they were decided."""
    version = durable_version()
    assert version is not None
    assert version.startswith("durable-rules 2.")
