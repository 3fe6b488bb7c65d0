"""The values a fact may have, and `UNKNOWN`, which is none of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NoReturn

import attrs

from glutemed.model.frozen import Frozen
from glutemed.model.vocabulary import Contradiction, FactDeclaration, Kind


def _words(words: Iterable[str]) -> frozenset[str]:
    return frozenset(words)


class Unknown:
    """The type of `UNKNOWN`, which is not false, not zero and not less than anything."""

    __slots__ = ()

    def __new__(cls) -> Unknown:  # noqa: PYI034
        """The one instance there is."""
        # The one instance is made right below; whatever unpickles or copies one gets it.
        return UNKNOWN if "UNKNOWN" in globals() else super().__new__(cls)

    def __repr__(self) -> str:
        return "UNKNOWN"

    def __bool__(self) -> NoReturn:
        raise TypeError("an unknown fact is neither true nor false")

    def _refuse(self, _other: object) -> NoReturn:
        raise TypeError("an unknown fact cannot be compared")

    __lt__ = __le__ = __gt__ = __ge__ = _refuse

    def __reduce__(self) -> tuple[type[Unknown], tuple[()]]:
        return Unknown, ()


UNKNOWN = Unknown()


@attrs.frozen(cache_hash=True)
class Members:
    """What is known of a set: what is in it, and what is said not to be.

    What is named in neither follows the silence that the rulebook declares for it.
    """

    present: frozenset[str] = attrs.field(default=frozenset(), converter=_words)
    absent: frozenset[str] = attrs.field(default=frozenset(), converter=_words)

    def __attrs_post_init__(self) -> None:
        for word in self.present | self.absent:
            if not isinstance(word, str):
                raise TypeError("the members of a set are words")
        if self.present & self.absent:
            raise ValueError("a member cannot be both present and absent")


FactValue = bool | int | str | Members | Unknown


def fault(declaration: FactDeclaration, value: object, *, open_set: bool = False) -> str | None:
    """What is wrong with a value for a fact, or None.

    Strict: ``"no"`` is not a bool, ``2.0`` and ``True`` are not ints. The text never repeats the value.
    """
    if value is UNKNOWN:
        return None
    if declaration.kind is Kind.BOOL:
        return None if isinstance(value, bool) else "must be true or false"
    if declaration.kind is Kind.INT:
        if isinstance(value, bool) or not isinstance(value, int):
            return "must be a whole number"
        if not declaration.least <= value <= declaration.most:
            return f"must be from {declaration.least} to {declaration.most}"
        return None
    choices = ", ".join(declaration.values)
    if declaration.kind is Kind.ENUM:
        return None if value in declaration.values else f"must be one of {choices}"
    if not isinstance(value, Members):
        return "must be a list of words"
    if not open_set and (value.present | value.absent) - set(declaration.values):
        return f"may only have {choices}" if choices else "has no members in this rulebook"
    return None


def members_of(value: Any) -> Any:
    """A set from a list, tuple or set of words; anything else as it is."""
    if isinstance(value, (list, tuple, set, frozenset)):
        return Members(present=value)
    return value


def fact_field(
    kind: Kind,
    label: str,
    ask: str,
    *,
    unit: str = "",
    least: int = 0,
    most: int = 0,
    values: tuple[str, ...] = (),
    words: Mapping[str, str] | None = None,
    silent_absent: bool = False,
    after: str = "",
    contradicts: tuple[Contradiction, ...] = (),
) -> Any:
    """An attrs field that holds a fact: unknown by default, checked strictly, with its declaration."""
    declaration = FactDeclaration(
        name="",
        kind=kind,
        label=label,
        ask=ask,
        unit=unit,
        least=least,
        most=most,
        values=values,
        words=Frozen(words or {}),
        silent_absent=frozenset(values) if silent_absent else frozenset(),
        after=after,
        contradicts=contradicts,
    )

    def check(_instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
        wrong = fault(declaration, value, open_set=not values)
        if wrong:
            raise ValueError(f"`{attribute.name}` {wrong}")

    return attrs.field(
        default=UNKNOWN,
        converter=members_of if kind is Kind.SET else None,
        validator=check,
        metadata={"declaration": declaration},
    )
