"""The one door to durable-rules: conjunctions of integer bounds go in, who holds comes out.

durable-rules is asked through the C calls that its own Python layer makes, without that layer's
host, timers and registry. `tests/engine/test_traps.py` shows each of its traps, and none open here.

- A ruleset takes few productions and few fields, so productions are dealt out in chunks.
- The C code knows sessions, messages and fields by 32-bit hashes of their names alone. So none of
  the caller's names reaches it: what does is made here, and its hashes are known to differ.
- A session is deleted after its decision; meanwhile no other decision has its sid. Should one
  ever be left over, the next fact of that sid has an id that was seen already: refused.
- Every fact meets the catch-all production: a session whose fact met none, or failed on the way,
  holds a pointer that nobody set, and deleting it crashes. It first gets a fact that the catch-all
  meets, and where even that fails it is left alone, and its sid never used again.
"""

import re
import struct
import weakref
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from itertools import count, islice
from operator import itemgetter
from pathlib import Path
from typing import Protocol

from glutemed.model.errors import EngineFailed
from glutemed.model.noun import noun
from glutemed.reading.productions import Bound, Production

MAX_PRODUCTIONS = 30  # of a ruleset: error 303 begins at 65 that hold at once
MAX_FIELDS = 240  # of a ruleset: error 302 begins at 255 with sid, id and the constant
MAX_BOUNDS = 100  # of a production, after bounds that another one implies are dropped
MAX_SESSIONS = 1000  # of a system at once: the 1,025th fails

_LEAST, _MOST = -(2**63), 2**63 - 1  # what a fact's value may be: `long long`
_SPAN = 2 ** (8 * struct.calcsize("l") - 1)  # beyond any bound's value: `long`
_OPERATORS = {"at_least": "$gte", "at_most": "$lte"}
_is_field = re.compile("[a-z0-9_]+").fullmatch
_CATCH_ALL, _CONSTANT = "*", "k"
_RULE_NAMES = [chr(ord("0") + n) for n in range(MAX_PRODUCTIONS)]  # one letter each, none quoted

_Owners = dict[Production, list[int]]  # a distinct production → the indices it answers for
_serial = count(1)  # what makes the names of rulesets unique in this process


class _Durable(Protocol):
    """The calls of `durable_rules_engine` that a decision needs."""

    __file__: str | None

    def create_ruleset(self, name: str, rules: str, /) -> int: ...
    def delete_ruleset(self, ruleset: int, /) -> None: ...
    def assert_fact(self, ruleset: int, fact: str, /) -> tuple[int, int]: ...
    def start_action_for_state(self, ruleset: int, state: int, /) -> tuple[str, str] | None: ...
    def complete_and_start_action(self, ruleset: int, state: int, /) -> str | None: ...
    def delete_state(self, ruleset: int, sid: str, /) -> None: ...


class _Session:
    """The texts of one sid: made once, used by one decision at a time."""

    def __init__(self, number: int) -> None:
        """Make the session of this number; the hashes of the first 1,000 are known to differ."""
        self.sid = sid = str(number)
        self.opening = f'{{"sid":"{sid}","id":"fact","{_CONSTANT}":1'  # the fields follow
        self.rescue = f'{{"sid":"{sid}","id":"rescue","{_CONSTANT}":1}}'  # meets the catch-all
        self.state = f'{{ "sid":"{sid}", "id":"sid-{sid}", "$s":1}}'  # ours, without `exception`
        self.clean = True  # False once it could not be deleted


@noun
class _Chunk:
    """One ruleset of durable-rules, and how to ask it."""

    engine: _Durable
    ruleset: int
    pick: Callable[[tuple[int, ...]], object]  # this ruleset's values among the system's
    template: str  # what `%` makes the rest of a fact with
    owners: Mapping[str, Sequence[int]]  # name of a rule → the productions it answers for

    def decide(self, session: _Session, values: tuple[int, ...]) -> list[str]:
        """Return the names of the rules that fire, the catch-all among them."""
        try:
            state, shown, first = self._begun(session.opening + self.template % self.pick(values))
        except BaseException:
            session.clean = self._rescued(session)
            raise
        try:
            # An action's text begins `{"0":`. One more is asked for than there are rules.
            more = iter(partial(self.engine.complete_and_start_action, self.ruleset, state), None)
            names = [first[2], *[text[2] for text in islice(more, MAX_PRODUCTIONS + 1)]]
        finally:
            self.engine.delete_state(self.ruleset, session.sid)
        if shown != session.state:
            raise EngineFailed("durable-rules shows a state that is not this decision's")
        if _CATCH_ALL not in names or len({*names}) != len(names):
            raise EngineFailed("durable-rules fired a rule twice, or not the one that always holds")
        return names

    def _begun(self, fact: str) -> tuple[int, str, str]:
        """Assert a fact; return where its state lies, what is in it, and the first action."""
        code, state = self.engine.assert_fact(self.ruleset, fact)
        if code:
            raise EngineFailed(f"durable-rules did not take a fact: code {code}")
        started = self.engine.start_action_for_state(self.ruleset, state)
        if started is None:
            raise EngineFailed("durable-rules did not fire the rule that always holds")
        return state, *started

    def _rescued(self, session: _Session) -> bool:
        """End the session of a fact that was not taken; False where deleting it could crash."""
        try:
            self._begun(session.rescue)
            self.engine.delete_state(self.ruleset, session.sid)
        except Exception:  # noqa: BLE001  # what led here is raised, and the sid never used again
            return False
        return True


def durable_version() -> str | None:
    """Say which durable-rules decides, as `durable-rules 2.0.28`; None where its import fails."""
    try:
        home = Path(_durable().__file__ or "").parent
    except ImportError:
        return None
    # Its folder's name says it; `importlib.metadata` would cost more than everything else here.
    for found in home.glob("durable_rules-*.dist-info"):
        return f"durable-rules {found.name.removesuffix('.dist-info').partition('-')[2]}"
    from importlib import metadata

    return f"durable-rules {metadata.version('durable-rules')}"


class ProductionSystem:
    """Productions that durable-rules decides together on one fact of integers.

    Safe to ask from many threads and after a fork; a pickled one is built anew where it is read.
    """

    def __init__(self, name: str, productions: Sequence[Production]) -> None:
        """Build the rulesets.

        Args:
            name: what the rulesets are called inside durable-rules; need not be unique.
            productions: conjunctions; `fired` answers with their indices. Equal ones are decided
                once, and the empty one, which always holds, never reaches durable-rules.

        Raises:
            EngineFailed: durable-rules cannot be imported or refuses; a bound has a field, an
                operator or a value it cannot take; a production is longer than `MAX_BOUNDS`.
        """
        try:
            engine = _durable()
        except ImportError as error:
            raise EngineFailed(f"durable-rules cannot be imported: {error}") from error
        self._source = (name, tuple(tuple(production) for production in productions))
        self._sessions: list[_Session] = []
        self._minted = count(1)
        self._closed = False

        owners: _Owners = {}
        for index, production in enumerate(self._source[1]):
            owners.setdefault(_tightened(index, production), []).append(index)
        self._always = tuple(owners.pop((), ()))
        self._fields = tuple(dict.fromkeys(bound.field for key in owners for bound in key))
        self._needed = frozenset(self._fields)
        rulesets: list[int] = []
        # Before the first ruleset is made, so that what a failure leaves half built is freed too.
        self._free = weakref.finalize(self, _delete_rulesets, engine, rulesets)
        self._free.atexit = False
        place = {field: position for position, field in enumerate(self._fields)}
        self._chunks: list[_Chunk] = []
        for batch in _batches(owners):
            self._chunks.append(_chunk(engine, f"{name}#{next(_serial)}", batch, place))
            rulesets.append(self._chunks[-1].ruleset)

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), self._source

    def fired(self, message: Mapping[str, int]) -> frozenset[int]:
        """Return the indices of the productions that hold on one fact.

        Args:
            message: a plain `int` of at most 64 bits for each field that a production reads;
                other fields are not looked at.

        Raises:
            EngineFailed: a field is missing or no such integer, found before durable-rules sees
                anything; durable-rules failed or contradicted itself; the system is closed. The
                text names fields, never values.
        """
        if self._closed:
            raise EngineFailed("this production system is closed")
        if not self._fields:
            return frozenset(self._always)
        values = self._checked(message)
        session = self._session()
        fired = [*self._always]
        try:
            for chunk in self._chunks:
                for rule in chunk.decide(session, values):
                    fired += chunk.owners[rule]
        except Exception as error:
            # An interrupt is no `Exception`: it can come between any two lines, so its sid rests.
            if session.clean:
                self._sessions.append(session)
            if isinstance(error, EngineFailed):
                raise
            raise EngineFailed(f"durable-rules failed: {error}") from error
        self._sessions.append(session)
        return frozenset(fired)

    def close(self) -> None:
        """Free the rulesets; a decision after it, or under way in another thread, raises."""
        self._closed = True
        self._free()

    def _checked(self, message: Mapping[str, int]) -> tuple[int, ...]:
        """Return the values of the fields in order, or raise `EngineFailed` naming the fields."""
        # Asked for as keys first: a mapping with defaults would make up what is missing.
        if not message.keys() >= self._needed:
            raise EngineFailed(f"the fact lacks {', '.join(sorted(self._needed - message.keys()))}")
        values = tuple(map(message.__getitem__, self._fields))
        if {*map(type, values)} != {int}:
            pairs = zip(self._fields, values, strict=True)
            wrong = [f"{f} is {type(v).__name__}" for f, v in pairs if type(v) is not int]
            raise EngineFailed(f"only plain integers reach durable-rules: {', '.join(wrong)}")
        if min(values) < _LEAST or max(values) > _MOST:
            raise EngineFailed("an integer of the fact does not fit 64 bits")
        return values

    def _session(self) -> _Session:
        """Take a session that no other thread holds."""
        with suppress(IndexError):
            return self._sessions.pop()
        if (number := next(self._minted)) > MAX_SESSIONS:
            raise EngineFailed(f"durable-rules takes no more than {MAX_SESSIONS} decisions at once")
        return _Session(number)


def _durable() -> _Durable:
    """Import the C module, late: where it cannot be built the rest still works."""
    import durable_rules_engine

    return durable_rules_engine


def _tightened(index: int, production: Production) -> Production:
    """Check a production and return its tightest bounds in order, one a field and operator."""
    tightest: dict[tuple[str, str], Bound] = {}
    for bound in production:
        field, operator, value = bound
        if not _is_field(field):
            raise EngineFailed(f"production {index}: {field!r} is no name of a field")
        if operator not in _OPERATORS:
            raise EngineFailed(f"production {index}: {operator!r} is no operator")
        if type(value) is not int or not -_SPAN <= value < _SPAN:
            raise EngineFailed(f"production {index}: {value!r} is no integer that fits")
        other = tightest.setdefault((field, operator), bound)
        if value > other.value if operator == "at_least" else value < other.value:
            tightest[field, operator] = bound
    if len(tightest) > MAX_BOUNDS:
        raise EngineFailed(f"production {index} has {len(tightest)} bounds, over {MAX_BOUNDS}")
    return tuple(tightest[key] for key in sorted(tightest))


def _batches(owners: _Owners) -> list[_Owners]:
    """Deal productions out, in order, so that each batch stays within the limits of a ruleset."""
    batches: list[_Owners] = []
    fields: set[str] = set()
    for production, indices in owners.items():
        fields |= {bound.field for bound in production}
        if not batches or len(batches[-1]) == MAX_PRODUCTIONS or len(fields) > MAX_FIELDS:
            batches.append({})
            fields = {bound.field for bound in production}
        batches[-1][production] = indices
    return batches


def _chunk(engine: _Durable, title: str, owners: _Owners, place: Mapping[str, int]) -> _Chunk:
    """Make one ruleset; raise `EngineFailed` where durable-rules refuses it."""
    fields = list(dict.fromkeys(bound.field for production in owners for bound in production))
    wire = {field: f"f{number}" for number, field in enumerate(fields)}
    rules = [_rule(_CATCH_ALL, f'{{"{_CONSTANT}":1}}')]
    for rule, production in zip(_RULE_NAMES, owners, strict=False):
        bounds = [
            f'{{"{_OPERATORS[operator]}":{{"{wire[field]}":{value}}}}}'
            for field, operator, value in production
        ]
        alone = len(bounds) == 1
        rules.append(_rule(rule, bounds[0] if alone else f'{{"$and":[{",".join(bounds)}]}}'))
    try:
        ruleset = engine.create_ruleset(title, f"{{{','.join(rules)}}}")
    except Exception as error:
        raise EngineFailed(f"durable-rules refuses a ruleset: {error}") from error
    return _Chunk(
        engine=engine,
        ruleset=ruleset,
        pick=itemgetter(*(place[field] for field in fields)),
        template="".join(f',"{wire[field]}":%d' for field in fields) + "}",
        owners={_CATCH_ALL: [], **dict(zip(_RULE_NAMES, owners.values(), strict=False))},
    )


def _rule(name: str, condition: str) -> str:
    """A rule as JSON; neither its name nor anything in it has to be quoted."""
    return f'"{name}":{{"all":[{{"m":{condition}}}]}}'


def _delete_rulesets(engine: _Durable, rulesets: list[int]) -> None:
    """Free what durable-rules holds."""
    for ruleset in rulesets:
        engine.delete_ruleset(ruleset)
