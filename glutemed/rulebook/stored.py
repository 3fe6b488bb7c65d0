"""A checked ruleset as text, and back, without reading or checking a rule file.

What is stored is the canonical form, of which the fingerprint is the SHA-256: the rules that come
back are built from the very text that gives them their fingerprint. The canonical form leaves out
where things stand and the order of mappings; both are listed beside it, in the order in which
objects and mappings end in the text. Whatever else a `Ruleset` holds follows in a text of its own.

No class and no field is named here: what there is to store is asked of the classes.
"""

from __future__ import annotations

import enum
import gc
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count
from typing import Any, NamedTuple

import attrs

from glutemed.model import (
    condition,
    diagnostic,
    exercise,
    facts,
    figure,
    rule,
    ruleset,
    value,
    vocabulary,
)
from glutemed.model.diagnostic import NOWHERE, Span, Text
from glutemed.model.frozen import Frozen
from glutemed.model.ruleset import Ruleset
from glutemed.model.vocabulary import Vocabulary
from glutemed.rulebook.fingerprint import SPANS, canonical, digest

_MODULES = (condition, diagnostic, exercise, facts, figure, rule, ruleset, value, vocabulary)
_TUPLE, _DICT, _SET = "tuple", "dict", "frozenset"
"""What wraps these in the rest, where an array is a list and an object a `Frozen`."""

Object = dict[str, Any]


class Unstorable(ValueError):
    """A ruleset would not come back as it is."""


class Stored(NamedTuple):
    """A ruleset as JSON texts of one line each: the canonical one, what stands where, the rest."""

    canonical: str
    places: str
    rest: str


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
            if field.init and field.name not in {*parts, "vocabulary", "fingerprint"}
        }
    except (KeyError, AttributeError, TypeError, ValueError) as error:
        raise Unstorable(f"what cannot be stored: {error}") from error
    found = Stored(text, _line({"spans": spans, "orders": orders}), _line(rest))
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


def restored(found: Stored, texts: Sequence[Text], fingerprint: str | None = None) -> Ruleset:
    """The ruleset that was stored; its fingerprint is that of the text it is built from.

    Args:
        found: What was stored.
        texts: The texts that the ruleset was made of.
        fingerprint: The SHA-256 of the canonical text, where the caller has just computed it.

    Raises:
        ValueError, KeyError, TypeError, IndexError: The texts are not what `stored` gave.
    """
    # Everything made here stays, so that to search it for garbage meanwhile is in vain.
    searching = gc.isenabled()
    gc.disable()
    try:
        return _restored(found, texts, fingerprint or digest(found.canonical))
    finally:
        if searching:
            gc.enable()


def _restored(found: Stored, texts: Sequence[Text], fingerprint: str) -> Ruleset:
    places = json.loads(found.places)
    flat = iter(places["spans"])
    told = list(zip(flat, flat, flat, strict=True))
    # What one line of a file grew into has one place, so that there are far fewer of them.
    made = {
        (text, start, end): NOWHERE if text < 0 else Span(texts[text], start, end)
        for text, start, end in set(told)
    }
    spans = map(made.__getitem__, told)
    plans = {name: _Plan.of(made) for name, made in _classes().items()}
    asked = json.loads(found.canonical, object_hook=_hook(plans, spans, places["orders"]))
    rest = json.loads(found.rest, object_hook=_hook(plans, spans, {}))
    if next(spans, None) is not None:
        raise ValueError("more places than things")
    parts = {name: _tupled(part) for name, part in asked.items()} | rest
    facts = Frozen({fact.name: fact for fact in parts.pop("facts")})
    return Ruleset(vocabulary=Vocabulary(facts), fingerprint=fingerprint, **parts)


def _hook(
    plans: Mapping[str, _Plan], spans: Iterator[Span], orders: Mapping[str, list[str]]
) -> Callable[[Object], Any]:
    """What the JSON reader calls at the end of each object."""
    mappings = count()

    def build(one: Object) -> Any:
        # One function and few calls in it: at each start it runs ten thousand times.
        name = one.pop("", None)
        if name is None:
            keys = orders.get(str(next(mappings)))
            return Frozen(one if keys is None else {key: one[key] for key in keys})
        plan = plans.get(name)
        if plan is None:
            return _WRAPPED[name](one)
        for field, turn in plan.turned:
            one[field] = turn(one[field])
        for field in plan.placed:
            one[field] = next(spans)
        return plan.made(**one)

    return build


def _tupled(one: Any) -> Any:
    return tuple([_tupled(item) for item in one]) if one.__class__ is list else one


_WRAPPED: dict[str, Callable[[Object], Any]] = {
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


def _classes() -> dict[str, type[Any]]:
    """Every class of nouns by its name."""
    return {
        name: made
        for module in _MODULES
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
