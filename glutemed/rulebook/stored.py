"""A checked ruleset as text, and back, without reading or checking a rule file.

What is stored is the canonical form, of which the fingerprint is the SHA-256: the rules that come
back are built from the very text that gives them their fingerprint. The canonical form leaves out
where things stand and the order of mappings; both are listed beside it, in the order in which
objects and mappings end in the text. Whatever else a `Ruleset` holds follows in a text of its own,
and so does what no decision needs, which is read only when it is asked for.

No class and no field is named here: what there is to store is asked of the classes.
"""

from __future__ import annotations

import enum
import gc
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count
from types import ModuleType
from typing import Any, NamedTuple

import attrs

from glutemed.model import (
    condition,
    diagnostic,
    exercise,
    facts,
    rule,
    ruleset,
    value,
    vocabulary,
)
from glutemed.model.diagnostic import NOWHERE, Span, Text
from glutemed.model.frozen import Frozen
from glutemed.model.ruleset import PUT_OFF, Ruleset
from glutemed.model.vocabulary import Vocabulary
from glutemed.rulebook.fingerprint import SPANS, canonical, digest

_MODULES = (condition, diagnostic, exercise, facts, rule, ruleset, value, vocabulary)
_TUPLE, _DICT, _SET = "tuple", "dict", "frozenset"
"""What wraps these in the rest, where an array is a list and an object a `Frozen`."""

Object = dict[str, Any]


class Unstorable(ValueError):
    """A ruleset would not come back as it is."""


class Stored(NamedTuple):
    """A ruleset as JSON texts of one line each.

    Args:
        canonical: What its fingerprint is of.
        places: What stands where in the files.
        rest: Everything else.
        late: What is put off until it is asked for.
    """

    canonical: str
    places: str
    rest: str
    late: str


def stored(made: Ruleset, texts: Sequence[Text]) -> Stored:
    """A ruleset as text.

    Args:
        made: A checked ruleset.
        texts: The texts that it was made of; they are not stored.

    Raises:
        Unstorable: What is stored would not come back the same.
    """
    text = canonical(made)
    parts = json.loads(text)
    number = {id(one): place for place, one in enumerate(texts)}
    spans: list[int] = []
    orders: dict[int, list[str]] = {}
    mappings = count()

    def place(span: Span) -> None:
        spans.extend(
            (-1, 0, 0) if span is NOWHERE else (number[id(span.text)], span.start, span.end)
        )

    def look(one: Any) -> None:
        """List spans and orders in the order in which what holds them ends in the text."""
        if isinstance(one, (tuple, list)):
            for item in one:
                look(item)
        elif isinstance(one, dict):
            for key in sorted(one):
                look(one[key])
            own = next(mappings)
            if list(one) != sorted(one):
                orders[own] = list(one)
        elif attrs.has(type(one)):
            kinds = {field.name: field.type for field in attrs.fields(type(one))}
            for name in sorted(kinds):
                if kinds[name] not in SPANS:
                    look(getattr(one, name))
            for name, kind in kinds.items():
                if kind in SPANS:
                    place(getattr(one, name))

    try:
        for part in sorted(parts):
            look(tuple(made.vocabulary) if part == "facts" else getattr(made, part))
        rest = {
            field.name: _plain(getattr(made, field.name), place)
            for field in attrs.fields(Ruleset)
            if field.init and field.name not in {*parts, *PUT_OFF, "vocabulary", "fingerprint"}
        }
        late = {name: _plain(getattr(made, name), place) for name in PUT_OFF}
    except (KeyError, AttributeError, TypeError, ValueError) as error:
        raise Unstorable(f"what cannot be stored: {error}") from error
    found = Stored(text, _line({"spans": spans, "orders": orders}), _line(rest), _line(late))
    if not _same(made, restored(found, texts)):
        raise Unstorable("a stored ruleset does not come back as it was")
    return found


def _line(plain: Any) -> str:
    return json.dumps(plain, ensure_ascii=True, separators=(",", ":"))


def _plain(one: Any, place: Callable[[Span], None]) -> Any:
    """A value as JSON that says which kinds of mappings and lists it holds."""
    if isinstance(one, enum.Enum):
        return one.value
    if one is None or isinstance(one, (bool, int, float, str)):
        return one
    if type(one) is list:
        return [_plain(item, place) for item in one]
    if type(one) is Frozen:
        return {str(key): _plain(item, place) for key, item in one.items()}
    if type(one) is tuple:
        return {"": _TUPLE, "of": [_plain(item, place) for item in one]}
    if type(one) is dict:
        return {"": _DICT, "of": {str(key): _plain(item, place) for key, item in one.items()}}
    if type(one) is frozenset:
        return {"": _SET, "of": sorted(one)}
    fields = attrs.fields(type(one))
    found = {f.name: _plain(getattr(one, f.name), place) for f in fields if f.type not in SPANS}
    for field in fields:
        if field.type in SPANS:
            place(getattr(one, field.name))
    return {"": type(one).__name__, **found}


def restored(
    found: Stored,
    texts: Sequence[Text],
    fingerprint: str | None = None,
    otherwise: Callable[[], Ruleset] | None = None,
) -> Ruleset:
    """The ruleset that was stored; its fingerprint is that of the text it is built from.

    Args:
        found: What was stored.
        texts: The texts that the ruleset was made of.
        fingerprint: The SHA-256 of the canonical text, where the caller has just computed it.
        otherwise: What makes the ruleset where what was put off is not what `stored` gave.

    Raises:
        ValueError, KeyError, TypeError, IndexError: The texts are not what `stored` gave.
    """
    # Everything made here stays, so that to search it for garbage meanwhile is in vain.
    searching = gc.isenabled()
    gc.disable()
    try:
        return _restored(found, texts, fingerprint or digest(found.canonical), otherwise)
    finally:
        if searching:
            gc.enable()


def _restored(
    found: Stored,
    texts: Sequence[Text],
    fingerprint: str,
    otherwise: Callable[[], Ruleset] | None,
) -> Ruleset:
    places = json.loads(found.places)
    flat = iter(places["spans"])
    told = zip(flat, flat, flat, strict=True)
    spans = _Spans(texts)
    orders = {int(number): keys for number, keys in places["orders"].items()}
    plans = {name: _Plan.of(made) for name, made in _classes(_MODULES).items()}
    placed = map(spans.__getitem__, told)
    asked = json.loads(found.canonical, object_hook=_hook(plans, placed, orders))
    rest = json.loads(found.rest, object_hook=_hook(plans, placed, {}))
    left = tuple(told)

    def late() -> Mapping[str, Any]:
        try:
            return _late(found.late, plans, map(spans.__getitem__, left))
        except Exception:
            if otherwise is None:
                raise
            made = otherwise()
            return {name: getattr(made, name) for name in PUT_OFF}

    parts = {name: _tupled(part) for name, part in asked.items()} | rest
    facts = Frozen({fact.name: fact for fact in parts.pop("facts")})
    nothing: dict[str, Any] = dict.fromkeys(PUT_OFF, ())
    made = Ruleset(vocabulary=Vocabulary(facts), fingerprint=fingerprint, **parts, **nothing)
    made.put_off(late)
    return made


def _late(text: str, plans: Mapping[str, _Plan], placed: Iterator[Span]) -> dict[str, Any]:
    """What was put off, by the names of its fields."""
    more = {name: _Plan.of(made) for name, made in _classes(_late_modules()).items()}
    found: dict[str, Any] = json.loads(text, object_hook=_hook({**plans, **more}, placed, {}))
    if next(placed, None) is not None:
        raise ValueError("more places than things")
    if found.keys() != set(PUT_OFF):
        raise ValueError("not what was put off")
    return found


class _Spans(dict[tuple[int, int, int], Span]):
    """The spans of some texts. What one line of a file grew into has one, so that they are fewer."""

    def __init__(self, texts: Sequence[Text]) -> None:
        super().__init__()
        self._texts = texts

    def __missing__(self, told: tuple[int, int, int]) -> Span:
        text, start, end = told
        found = self[told] = NOWHERE if text < 0 else Span(self._texts[text], start, end)
        return found


def _hook(
    plans: Mapping[str, _Plan], spans: Iterator[Span], orders: Mapping[int, list[str]]
) -> Callable[[Object], Any]:
    """What the JSON reader calls at the end of each object."""
    mappings = count()

    def mapping(one: Object) -> Frozen[str, Any]:
        keys = orders.get(next(mappings))
        return Frozen(one if keys is None else {key: one[key] for key in keys})

    # Few calls and no loops in what runs ten thousand times at each start.
    makers: dict[str | None, Callable[[Object], Any]] = {None: mapping, **_WRAPPED}
    makers |= {name: plan.maker(spans) for name, plan in plans.items()}

    def build(one: Object) -> Any:
        return makers[one.pop("", None)](one)

    return build


def _tupled(one: Any) -> Any:
    return tuple([_tupled(item) for item in one]) if one.__class__ is list else one


_WRAPPED: dict[str | None, Callable[[Object], Any]] = {
    _TUPLE: lambda one: tuple(one["of"]),
    _DICT: lambda one: dict(one["of"]),
    _SET: lambda one: frozenset(one["of"]),
}


class _Plan(NamedTuple):
    """How an object is made of its fields as JSON has them: which are turned into what they were."""

    made: type[Any]
    turned: tuple[tuple[str, Callable[[Any], Any]], ...]
    placed: tuple[str, ...]

    @classmethod
    def of(cls, made: type[Any]) -> _Plan:
        """How objects of a class are made."""
        turned: list[tuple[str, Callable[[Any], Any]]] = []
        placed: list[str] = []
        for field in attrs.fields(made):
            kind = str(field.type)
            known = getattr(sys.modules[made.__module__], kind, None)
            if field.type in SPANS:
                placed.append(field.name)
            elif isinstance(known, type) and issubclass(known, enum.Enum):
                # A dictionary's look-up is many times faster than the call of an enum.
                turned.append((field.name, {one.value: one for one in known}.__getitem__))
            elif kind.startswith("frozenset"):
                turned.append((field.name, frozenset))
            elif kind.startswith("tuple") and kind.count("tuple") == 1:
                turned.append((field.name, tuple))
            elif "tuple" in kind:
                turned.append((field.name, _tupled))
        return cls(made, tuple(turned), tuple(placed))

    def maker(self, spans: Iterator[Span]) -> Callable[[Object], Any]:
        """What makes an object of its fields, with the next of the spans."""
        made, turned, placed = self
        # The commonest kinds, without loops.
        if not turned and not placed:
            return lambda one: made(**one)
        if len(turned) == 1 and not placed:
            ((alone, turn_it),) = turned

            def with_turn(one: Object) -> Any:
                one[alone] = turn_it(one[alone])
                return made(**one)

            return with_turn
        if len(turned) == 2 and len(placed) == 1:
            (first, turn_first), (second, turn_second) = turned
            (own,) = placed

            def with_turns_and_span(one: Object) -> Any:
                one[first] = turn_first(one[first])
                one[second] = turn_second(one[second])
                one[own] = next(spans)
                return made(**one)

            return with_turns_and_span

        def maker(one: Object) -> Any:
            for field, turn in turned:
                one[field] = turn(one[field])
            for field in placed:
                one[field] = next(spans)
            return made(**one)

        return maker


def _late_modules() -> tuple[ModuleType, ...]:
    """The modules of nouns that only what is put off is made of."""
    from glutemed.model import figure

    return (figure,)


def _classes(modules: Sequence[ModuleType]) -> dict[str, type[Any]]:
    """Every class of nouns in some modules by its name."""
    return {
        name: made
        for module in modules
        for name, made in vars(module).items()
        if isinstance(made, type) and attrs.has(made) and made.__module__ == module.__name__
    }


def _same(one: Any, other: Any) -> bool:
    """Whether two values are the same to the last span and the order of each mapping."""
    if type(one) is not type(other):
        return False
    if isinstance(one, Span):
        return one.text is other.text and (one.start, one.end) == (other.start, other.end)
    if isinstance(one, dict):
        return list(one) == list(other) and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, (tuple, list)):
        return len(one) == len(other) and all(map(_same, one, other))
    if attrs.has(type(one)):
        names = [field.name for field in attrs.fields(type(one)) if field.init]
        return all(_same(getattr(one, name), getattr(other, name)) for name in names)
    return bool(one == other)
