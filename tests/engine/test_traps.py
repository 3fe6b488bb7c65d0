"""Each trap of durable-rules 2.0.28: that it is there, and that the adapter is not caught by it.

Beyond the measured table there are four that reading its C code showed: names known by hash alone,
an uninitialised pointer after a fact that failed, at most 254 properties, integers cut to 64 bits.
"""

import os
import signal
import subprocess
import sys
import sysconfig
import threading
import time
from importlib import metadata

import pytest

from glutemed.engine import adapter
from glutemed.engine.adapter import ProductionSystem, durable_version
from glutemed.model.errors import EngineFailed
from glutemed.reading.productions import Bound

pytestmark = pytest.mark.needs("durable")

RAW = """
import json, durable_rules_engine as C
def build(rules):
    return C.create_ruleset("raw", json.dumps({k: {"all": [{"m": v}]} for k, v in rules.items()}))
def tell(ruleset, **fact):
    return C.assert_fact(ruleset, json.dumps({"sid": "s", "id": "i", **fact}))
def ask(ruleset, **fact):
    code, state = tell(ruleset, k=1, **fact)
    assert code == 0, code
    action, names = C.start_action_for_state(ruleset, state)[1], []
    while action:
        names.append(next(iter(json.loads(action))))
        action = C.complete_and_start_action(ruleset, state)
    C.delete_state(ruleset, fact.get("sid", "s"))
    return names
"""
PUBLIC = """
from durable.lang import *
import durable.lang
def fires(*conditions, action=lambda c: None, name="public"):
    with ruleset(name):
        for condition in conditions:
            when_all(condition)(action)
"""
ALWAYS = {"*": {"k": 1}}


def alone(code, *, seconds=20, **environment):
    """Run code in an interpreter of its own; what it prints is its answer."""
    search = os.pathsep.join(filter(None, sys.path))
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": search, **environment},
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )


def printed(code, **environment):
    run = alone(code, **environment)
    assert run.returncode == 0, run.stderr
    return run.stdout.strip()


def refused(code, error):
    run = alone(code)
    assert run.returncode == 1
    assert f"error code: {error}" in run.stderr


def hangs(before, code):
    with pytest.raises(subprocess.TimeoutExpired) as hung:
        alone(f"{before}\nprint('so far', flush=True)\n{code}", seconds=2)
    return b"so far" in (hung.value.stdout or b"")


def crashed(run):
    return run.returncode in {-signal.SIGSEGV, -signal.SIGABRT, -signal.SIGBUS}


def at_least(field, value):
    return (Bound(field, "at_least", value),)


def sent(monkeypatch, *productions):
    """Build a system and return the rulesets that reached durable-rules, as text."""
    texts = []
    engine = adapter._durable()

    class Recording:
        delete_ruleset = staticmethod(engine.delete_ruleset)

        @staticmethod
        def create_ruleset(name, rules):
            texts.append((name, rules))
            return engine.create_ruleset(name, rules)

    monkeypatch.setattr(adapter, "_durable", Recording)
    ProductionSystem("recorded", productions)
    monkeypatch.undo()
    return texts


# --- Installing ---------------------------------------------------------------------------------


def test_it_is_compiled_on_the_machine_that_installs_it():
    """It has no pure wheel. That none is published, and pip's failure without a compiler, is not
    shown here: it needs the network and a machine without one."""
    wheel = metadata.distribution("durable-rules").read_text("WHEEL") or ""
    assert "Root-Is-Purelib: false" in wheel
    assert durable_version() == f"durable-rules {metadata.version('durable-rules')}"


@pytest.mark.needs("compiler")
def test_a_build_that_lacks_a_symbol_of_this_python_counts_as_absent(tmp_path):
    """A module that links against what CPython 3.13 dropped fails at import; glutemed goes on."""
    source = tmp_path / "lacking.c"
    source.write_text(
        "void *PyEval_Gone(void); void *PyInit_durable_rules_engine(void) { return PyEval_Gone(); }"
    )
    module = tmp_path / f"durable_rules_engine{sysconfig.get_config_var('EXT_SUFFIX')}"
    loose = ["-undefined", "dynamic_lookup"] if sys.platform == "darwin" else []
    subprocess.run(["cc", "-shared", "-fPIC", *loose, "-o", module, source], check=True)
    first = f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
    assert "PyEval_Gone" in alone(first + "import durable_rules_engine").stderr
    asked = (
        "from glutemed.engine.adapter import *\n"
        "print(durable_version())\n"
        "try: ProductionSystem('absent', [])\n"
        "except EngineFailed as error: print('cannot be imported' in str(error))"
    )
    assert printed(first + asked).split() == ["None", "True"]


# --- Building -----------------------------------------------------------------------------------


def test_sixty_five_branches_that_hold_at_once_are_too_many():
    """Error 303 comes when deciding, for those facts only; chunks stay below it."""
    rules = "build(ALL | {f'r{i}': {'$gte': {'x': i}} for i in range(%d)})".replace(
        "ALL", repr(ALWAYS)
    )
    assert printed(f"{RAW}print(len(ask({rules % 63}, x=999)))") == "64"
    refused(f"{RAW}print(len(ask({rules % 64}, x=999)))", 303)
    many = ProductionSystem("many", [at_least("x", i) for i in range(300)])
    assert many.fired({"x": 999}) == frozenset(range(300))
    assert adapter.MAX_PRODUCTIONS + 1 <= 64


def test_many_equal_conditions_are_sent_once():
    """The engine's list of equal conditions holds 256 and is written past its end: what lies behind
    it decides whether that crashes, is refused (error 108) or passes, so no ruleset gets that far."""
    equal = ProductionSystem("equal", [at_least("x", 1)] * 300)
    assert (len(equal._chunks), equal.fired({"x": 1})) == (1, frozenset(range(300)))
    few = "build({f'r{i}': {'$gte': {'k': 1}} for i in range(%d)})"
    assert printed(f"{RAW}print(len(ask({few % adapter.MAX_PRODUCTIONS})))") == "30"
    assert adapter.MAX_PRODUCTIONS < 256


def test_512_conditions_under_one_node_hang():
    """A full hash table is searched for ever, with 512 when asked and with 513 when built; no
    ruleset gets that many."""
    rules = "build({f'r{i}': {'$gte': {'x': i}} for i in range(%d)})"
    assert printed(f"{RAW}print({rules % 511} > 0)") == "True"
    assert hangs(f"{RAW}r = {rules % 512}", "ask(r, x=1)")
    assert hangs(RAW, rules % 513)
    distinct = ProductionSystem("distinct", [at_least("x", i) for i in range(600)])
    assert distinct.fired({"x": 299}) == frozenset(range(300))


def test_nested_terms_run_out_of_expressions():
    """Error 113 begins at 16 `$and` inside each other or 15 `$or` in an `$and`; one flat `$and`,
    which is all that the adapter sends, has no such limit."""
    nest = "c = {'x': 0}\nfor _ in range(%d): c = {'$and': [c, {'x': 1}]}\nbuild({'r': c})"
    assert printed(f"{RAW}{nest % 15}") == ""
    refused(f"{RAW}{nest % 16}", 113)
    refused(f"{RAW}build({{'r': {{'$and': [{{'$or': [{{'x': 1}}, {{'y': 1}}]}}] * 15}}}})", 113)
    longest = tuple(Bound(f"f{i}", "at_least", i) for i in range(adapter.MAX_BOUNDS))
    facts = {bound.field: bound.value for bound in longest}
    flat = ProductionSystem("flat", [longest])
    assert flat.fired(facts) == {0}
    assert not any(flat.fired({**facts, field: -1}) for field in facts)
    with pytest.raises(EngineFailed, match="101 bounds"):
        ProductionSystem("longer", [(*longest, Bound("one_more", "at_most", 0))])


def test_a_fact_of_255_properties_is_refused():
    """Error 302; productions that together read more fields are dealt out to more rulesets."""
    code = RAW + f"print(ask(build({ALWAYS!r}), **{{f'f{{i}}': i for i in range(%d)}}))"
    assert printed(code % 251) == "['*']"
    refused(code % 252, 302)
    wide = [tuple(Bound(f"p{p}_{i}", "at_least", 1) for i in range(90)) for p in range(5)]
    facts = {bound.field: 1 for production in wide for bound in production}
    system = ProductionSystem("wide", wide)
    assert len(system._chunks) == 3
    assert system.fired(facts) == {0, 1, 2, 3, 4}
    assert system.fired({**facts, "p3_7": 0}) == {0, 1, 2, 4}


def test_or_fires_once_a_branch(monkeypatch):
    """A rule with `$or` fires for each branch that holds; no `$or` is ever sent."""
    rules = {"r": {"$or": [{"$gte": {"x": 1}}, {"$gte": {"x": 2}}, {"$gte": {"x": 3}}]}, **ALWAYS}
    assert printed(f"{RAW}print(ask(build({rules!r}), x=2))") == "['r', 'r', '*']"
    [(_, text)] = sent(monkeypatch, at_least("x", 1), at_least("x", 2) + at_least("y", 2))
    assert not {"$or", "$nex", "$ex", "$not"} & {part.split('"')[0] for part in text.split('"')}
    assert ProductionSystem("either", [at_least("x", 1), at_least("x", 2)]).fired({"x": 2}) == {
        0,
        1,
    }


def test_nex_hangs():
    """What a fact lacks, the state lacks too, so its rule fires for ever; a lack is refused."""
    assert hangs(PUBLIC + "fires(-m.y)", "assert_fact('public', {'x': 1})")
    with pytest.raises(EngineFailed, match="lacks y"):
        ProductionSystem("lack", [at_least("y", 1)]).fired({"x": 1})


def test_not_is_not_supported():
    """Error 102; a production has no place for a negation."""
    refused(f"{RAW}build({{'r': {{'$not': [{{'x': 1}}]}}}})", 102)
    with pytest.raises(EngineFailed, match="'is_not' is no operator"):
        ProductionSystem("negated", [(Bound("x", "is_not", 1),)])


def test_a_misspelt_field_or_operator_never_fires():
    """Both are taken (an unknown operator where its operand is a text); the adapter knows both."""
    rules = {"r": {"$gte": {"xx": 5}}, "s": {"$ge": {"x": "5"}}, **ALWAYS}
    assert printed(f"{RAW}print(ask(build({rules!r}), x=9))") == "['*']"
    with pytest.raises(EngineFailed, match="the fact lacks xx"):
        ProductionSystem("misspelt", [at_least("xx", 5)]).fired({"x": 9})
    with pytest.raises(EngineFailed, match="'ge' is no operator"):
        ProductionSystem("misspelt", [(Bound("x", "ge", 5),)])


def test_the_same_name_twice_is_refused(monkeypatch):
    """A host takes a name once; the adapter's names are never the same."""
    again = "ruleset_ = {'again': {'r': {'all': [{'m': {'x': 1}}], 'run': lambda c: None}}}\n"
    code = f"{PUBLIC}fires(m.x == 1, name='again')\nhost = get_host()\n{again}"
    assert "already registered" in alone(code + "host.register_rulesets(ruleset_)").stderr
    names = [
        name
        for _ in range(2)
        for name, _ in sent(monkeypatch, *map(at_least, "ab" * 20, range(40)))
    ]
    assert len(names) == len(set(names)) == 4
    twice = [ProductionSystem("same", [at_least("x", 1)]) for _ in range(2)]
    assert [system.fired({"x": 1}) for system in twice] == [{0}, {0}]


# --- Sessions -----------------------------------------------------------------------------------


def test_the_1025th_live_session_fails():
    """It runs out of memory; the adapter's sessions end, after a decision and after a failure."""
    live = "for n in range(1025): print(n, flush=True); tell(r, k=1, sid=str(n))"
    run = alone(f"{RAW}r = build({ALWAYS!r})\n{live}")
    assert run.stdout.split()[-1] == "1024"
    assert "MemoryError" in run.stderr
    system = ProductionSystem("sessions", [at_least("x", 1)])
    assert all(system.fired({"x": n % 2}) == ({0} if n % 2 else set()) for n in range(3000))
    assert next(system._minted) == 2


UNMET = """
import glutemed.engine.adapter as adapter
from glutemed.reading.productions import Bound
adapter.MAX_PRODUCTIONS = 80
adapter._RULE_NAMES[:] = [letter for letter in map(chr, range(35, 127)) if letter not in "\\\\*"]
system = adapter.ProductionSystem("unmet", [(Bound("x", "at_least", i),) for i in range(80)])
for n in range(1500):
    try: system.fired({"x": 80})
    except adapter.EngineFailed as error: assert "303" in str(error)
    else: raise SystemExit("it should have failed")
    assert system.fired({"x": 3}) == {0, 1, 2, 3}
    assert system.fired({"x": -3}) == set()
print(len(system._sessions), next(system._minted))
"""


def test_deleting_a_session_whose_fact_met_no_rule_crashes():
    """It frees a pointer nobody set, seen when memory is not zero; every fact meets a rule here,
    and a session whose fact failed on the way is mended before it is deleted."""
    code = f"{RAW}r = build({ALWAYS!r})\nprint(tell(r, x=1)[0])\nC.delete_state(r, 's')"
    run = alone(code, MALLOC_PERTURB_="165")
    if sys.platform == "linux" and os.confstr("CS_GNU_LIBC_VERSION"):
        assert crashed(run)
    assert printed(UNMET, MALLOC_PERTURB_="165") == "1 2"


def test_one_fact_twice_in_a_session_is_refused():
    """It was observed already; each decision begins a session."""
    code = "fires(m.x == 1)\nfor _ in range(2): assert_fact('public', {'x': 1, 'id': '1'})"
    assert "MessageObservedException" in alone(PUBLIC + code).stderr
    system = ProductionSystem("twice", [at_least("x", 1)])
    assert [system.fired({"x": 1}) for _ in range(3)] == [{0}] * 3


def test_a_session_that_was_left_over_is_seen_never_mixed_in():
    """Should a deletion ever not happen, the next decision of that sid fails, and mends it."""
    system = ProductionSystem("stale", [at_least("x", 1)])
    assert system.fired({"x": 1}) == {0}
    [session], [chunk] = system._sessions, system._chunks
    chunk.engine.assert_fact(chunk.ruleset, session.opening + ',"f0":5}')
    with pytest.raises(EngineFailed, match="code 2"):
        system.fired({"x": 0})
    assert system.fired({"x": 0}) == set()


def test_a_rule_on_the_existence_of_id_fires_for_ever(monkeypatch):
    """Each state has an id too; what the adapter sends never names id or sid."""
    assert hangs(PUBLIC + "fires(+m.id)", "assert_fact('public', {'id': '1'})")
    [(_, text)] = sent(monkeypatch, at_least("id", 1), at_least("sid", 2))
    assert '"id"' not in text
    assert '"sid"' not in text
    system = ProductionSystem("id", [at_least("id", 1), at_least("sid", 2)])
    assert system.fired({"id": 1, "sid": 1}) == {0}


def test_names_with_equal_hashes_are_one_name():
    """`liquid` and `costarring` are one field and one session; none of the caller's names is sent,
    and all the names that are have hashes of their own."""
    rules = {"r": {"$gte": {"liquid": 5}}, **ALWAYS}
    assert printed(f"{RAW}print(ask(build({rules!r}), costarring=9))") == "['r', '*']"
    sids = "print([tell(r, k=1, sid=sid)[0] for sid in ('liquid', 'costarring')])"
    assert printed(f"{RAW}r = build({ALWAYS!r})\n{sids}") == "[0, 2]"
    mixed = ProductionSystem("mixed", [at_least("liquid", 5), at_least("costarring", 5)])
    assert mixed.fired({"liquid": 0, "costarring": 9}) == {1}

    def fnv(name):
        number = 0x811C9DC5
        for byte in name.encode():
            number = (number ^ byte) * 16777619 % 2**32
        return number

    own = {
        "fields": [f"f{n}" for n in range(adapter.MAX_FIELDS)] + ["k", "id", "sid", "$s"],
        "sids": [str(n) for n in range(1, adapter.MAX_SESSIONS + 1)],
    }
    assert all(len({fnv(name) for name in names}) == len(names) for names in own.values())
    assert not {fnv(f"sid-{sid}") for sid in own["sids"]} & {fnv("fact"), fnv("rescue")}


# --- Values -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "raw"),
    [
        pytest.param("'abc'", "['r', '*']", id="a text is compared as text, so it may fire"),
        pytest.param("'5'", "['r', '*']", id="so is a number in a text"),
        pytest.param("None", "['*']", id="no rule fires on None: an exclusion would fail open"),
        pytest.param("float('nan')", "['*']", id="nor on NaN"),
        pytest.param("2**64 + 3", "['r', '*']", id="an integer is cut to 64 bits"),
    ],
)
def test_a_value_that_is_no_small_integer_is_misread(value, raw):
    """`x >= 5` on such a value is wrong; it never reaches durable-rules."""
    rules = {"r": {"$gte": {"x": 5}}, **ALWAYS}
    assert printed(f"{RAW}print(ask(build({rules!r}), x={value}))") == raw
    with pytest.raises(EngineFailed, match=r"plain integers|64 bits"):
        ProductionSystem("values", [at_least("x", 5)]).fired({"x": eval(value)})


def test_true_is_one():
    """True equals 1; the adapter wants 0 or 1 said as such."""
    rules = {"r": {"x": 1}, **ALWAYS}
    assert printed(f"{RAW}print(ask(build({rules!r}), x=True))") == "['r', '*']"
    with pytest.raises(EngineFailed, match="x is bool"):
        ProductionSystem("truth", [at_least("x", 1)]).fired({"x": True})


@pytest.mark.parametrize("value", [1e-07, 1e22])
def test_an_exponent_is_not_read(value):
    """Error 204; no float reaches durable-rules, neither in a fact nor in a bound."""
    refused(f"{RAW}ask(build({ALWAYS!r}), x={value!r})", 204)
    with pytest.raises(EngineFailed, match="x is float"):
        ProductionSystem("float", [at_least("x", 1)]).fired({"x": value})
    with pytest.raises(EngineFailed, match="no integer that fits"):
        ProductionSystem("float", [at_least("x", value)])


# --- The layer above the C module ---------------------------------------------------------------


def test_an_action_that_raises_is_swallowed(monkeypatch):
    """Only `exception` in the state tells; the adapter wants the state to be exactly its own."""
    code = (
        "def fail(c): raise ValueError('lost')\nfires(m.x == 1, action=fail)\n"
        "print('lost' in assert_fact('public', {'x': 1})['exception'])"
    )
    assert printed(PUBLIC + code) == "True"
    system = ProductionSystem("exception", [at_least("x", 1)])
    system._sessions.append(adapter._Session(7))
    system._sessions[0].state = '{ "sid":"7", "id":"sid-7", "$s":1, "exception":"x"}'
    with pytest.raises(EngineFailed, match="not this decision's"):
        system.fired({"x": 1})


def test_an_action_with_two_parameters_stops_the_agenda():
    """A default argument makes it asynchronous; the adapter has no actions."""
    agenda = (
        "ran = []\nfires(m.x >= 0, m.x >= 1, action=lambda %s: ran.append(1))\n"
        "assert_fact('public', {'x': 9})\nprint(len(ran))"
    )
    assert printed(PUBLIC + agenda % "c") == "2"
    assert printed(PUBLIC + agenda % "c, rule=1") == "1"
    system = ProductionSystem("agenda", [at_least("x", 0), at_least("x", 1)])
    assert system.fired({"x": 9}) == {0, 1}


def test_one_event_fires_one_rule():
    """An event is used up; a fact is not, and facts are what the adapter asserts."""
    code = "ran = []\nfires(m.x >= 0, m.x >= 1, m.x >= 2, action=lambda c: ran.append(1))\n"
    assert printed(f"{PUBLIC}{code}post('public', {{'x': 9}})\nprint(len(ran))") == "1"
    assert printed(f"{PUBLIC}{code}assert_fact('public', {{'x': 9}})\nprint(len(ran))") == "3"
    system = ProductionSystem("facts", [at_least("x", 0), at_least("x", 1), at_least("x", 2)])
    assert system.fired({"x": 9}) == {0, 1, 2}


def test_a_host_runs_threads_in_the_background():
    """Two timers, module-wide; the adapter starts no thread and does not import that layer."""
    code = "import threading\nfires(m.x == 1)\nget_host()\nprint(threading.active_count())"
    assert printed(PUBLIC + code) == "3"
    code = (
        "import sys, threading\nfrom glutemed.engine.adapter import *\n"
        "print('durable_rules_engine' in sys.modules)\n"
        "system = ProductionSystem('quiet', [(Bound('x', 'at_least', 1),)])\n"
        "print(system.fired({'x': 1}) == {0}, threading.active_count(), 'durable' in sys.modules)"
    )
    assert printed(code).split() == ["False", "True", "1", "False"]


SPEED = f"""{PUBLIC}
import time
from glutemed.engine.adapter import ProductionSystem
from glutemed.reading.productions import Bound
fields = [f"f{{i}}" for i in range(12)]
system = ProductionSystem("speed", [(Bound(fields[i % 12], "at_least", i),) for i in range(30)])
fires(*(getattr(m, fields[i % 12]) >= i for i in range(30)))
def direct(n): system.fired(dict.fromkeys(fields, 7))
def layered(n):
    assert_fact("public", {{**dict.fromkeys(fields, 7), "sid": str(n), "id": str(n)}})
    delete_state("public", str(n))
def seconds(ask):
    start = time.perf_counter()
    for n in range(300): ask(n)
    return time.perf_counter() - start
print(min(seconds(layered) for _ in range(3)) / min(seconds(direct) for _ in range(3)))
"""


def test_the_public_layer_is_several_times_slower_than_the_c_calls():
    """About eight times on a quiet machine; the adapter makes those calls itself."""
    assert float(printed(SPEED)) > 2


JOINS = f"""{RAW}
import time
from glutemed.engine.adapter import ProductionSystem
from glutemed.reading.productions import Bound
both = lambda i: [{{"p": {{"$gte": {{"pain": i % 10}}}}}}, {{"e": {{"$gte": {{"load": i % 7}}}}}}]
rules = {{f"r{{i}}": {{"all": both(i)}} for i in range(40)}}
joins = C.create_ruleset("joins", json.dumps(rules | {{"*": {{"all": [{{"m": {{"k": 1}}}}]}}}}))
wide = ProductionSystem("wide", [tuple(Bound(f, "at_least", i % n) for f, n in
                                      (("pain", 10), ("load", 7))) for i in range(40)])
def joined():
    tell(joins, id="p", k=1, pain=5)
    for e in range(24): code, state = tell(joins, id=f"e{{e}}", k=1, load=e % 7)
    action = C.start_action_for_state(joins, state)[1]
    while action: action = C.complete_and_start_action(joins, state)
    C.delete_state(joins, "s")
def seconds(ask):
    start = time.perf_counter()
    for _ in range(30): ask()
    return time.perf_counter() - start
print(min(seconds(joined) for _ in range(3)) /
      min(seconds(lambda: wide.fired({{"pain": 5, "load": 3}})) for _ in range(3)))
"""


def test_joins_are_many_times_slower_than_one_wide_fact():
    """Each pair of facts is an action of its own; the adapter takes one wide fact."""
    assert float(printed(JOINS)) > 3


def test_eight_threads_with_sessions_of_their_own_are_right():
    """No trap here: nothing is shared but the ruleset, and each C call holds the interpreter."""
    system = ProductionSystem("threads", [at_least("x", i) for i in range(40)])
    wrong = []

    def ask(thread):
        until = time.monotonic() + 1
        x = thread
        while time.monotonic() < until:
            x = (x * 7 + 3) % 41
            if system.fired({"x": x}) != frozenset(range(min(x + 1, 40))):
                wrong.append(x)

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
