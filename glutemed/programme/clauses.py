"""What must come to be so, as a person would say it: clauses that stand behind "once".

They are made from conditions over whole numbers, so whatever means the same says the same. Where one
of several things will do, those are left out that nobody comes to by exercising, such as a stage
that is lost again: what is said is then still enough.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from glutemed.model.locale import Locale
from glutemed.model.ruleset import Ruleset
from glutemed.model.vocabulary import FactDeclaration, Kind
from glutemed.reading.runs import Every, Lowered, Run, Some, Variable, Within

_EACH = "response.each."
_ALONE, _HAVE, _YES, _NO, _EITHER = "alone", "have", "yes", "no", "either"
_ORDER = (_ALONE, _HAVE, _YES, _NO, _EITHER)
_Phrase = Callable[[int, Locale], str]
_NEVER, _ALWAYS = Some(()), Every(())


def clauses(wanted: Iterable[Lowered], ruleset: Ruleset, exercise: str) -> tuple[str, ...] | None:
    """What must be so for an exercise, a clause each: "your usual pain is 3 of 10 or less".

    Args:
        wanted: All of it must be so.
        ruleset: Whose facts it asks about, in the language that is wanted.
        exercise: The exercise, which is still locked: nobody can do it to unlock it.

    Returns:
        The clauses, or None where it can never be so.
    """
    found = _simple(Every(tuple(wanted)), exercise)
    parts = found.children if isinstance(found, Every) else (found,)
    if _NEVER in parts:
        return None
    return tuple(_Words(ruleset).all_of(parts))


def facts_in(found: Lowered) -> Iterator[str]:
    """The facts that a condition asks about."""
    if isinstance(found, Within):
        yield found.variable.fact
    else:
        for child in found.children:
            yield from facts_in(child)


def _simple(found: Lowered, exercise: str) -> Lowered:
    """The same or something that implies it, with what is asked of one fact asked once."""
    if isinstance(found, Within):
        return found if found.runs else _NEVER
    children = [_simple(child, exercise) for child in found.children]
    if isinstance(found, Some):
        children = [child for child in children if child != _NEVER]
        reached = [child for child in children if not _out_of_reach(child, exercise)] or children
        return _some(reached)
    return _every(children)


def _out_of_reach(found: Lowered, exercise: str) -> bool:
    """Whether nobody comes to it by exercising, or should.

    It is a count that falls, pain that rises, or the locked exercise done.
    """
    if not isinstance(found, Within):
        return False
    variable, first, last = found.variable, found.runs[0][0], found.runs[-1][1]
    if variable.fact.startswith(f"{_EACH}{exercise}."):
        return True
    if variable.fact in _MOST:
        return first > variable.least
    counts = variable.fact.startswith(_EACH) and not variable.fact.endswith("pain_during")
    return (counts or variable.fact in _LEAST) and last < variable.most


def _some(children: Iterable[Lowered]) -> Lowered:
    children = tuple(children)
    if _ALWAYS in children:
        return _ALWAYS
    runs: dict[Variable, list[Run]] = {}
    for child in children:
        if isinstance(child, Within):
            runs.setdefault(child.variable, []).extend(child.runs)
    kept = dict.fromkeys(
        Within(child.variable, _joined(runs[child.variable]))
        if isinstance(child, Within)
        else child
        for child in children
    )
    return next(iter(kept)) if len(kept) == 1 else Some(tuple(kept))


def _joined(runs: Iterable[Run]) -> tuple[Run, ...]:
    """Runs in their order, those that touch made one."""
    found: list[Run] = []
    for first, last in sorted(runs):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(last, found[-1][1]))
        else:
            found.append((first, last))
    return tuple(found)


def _every(children: Iterable[Lowered]) -> Lowered:
    flat: list[Lowered] = []
    for child in children:
        flat += child.children if isinstance(child, Every) else (child,)
    runs: dict[Variable, tuple[Run, ...]] = {}
    for child in flat:
        if isinstance(child, Within):
            before = runs.get(child.variable, child.runs)
            runs[child.variable] = _in_both(before, child.runs)
    if () in runs.values() or _NEVER in flat:
        return _NEVER
    kept = dict.fromkeys(
        Within(child.variable, runs[child.variable]) if isinstance(child, Within) else child
        for child in flat
        if not (isinstance(child, Some) and _implied(child, runs))
    )
    return next(iter(kept)) if len(kept) == 1 else Every(tuple(kept))


def _in_both(one: tuple[Run, ...], other: tuple[Run, ...]) -> tuple[Run, ...]:
    shared = ((max(a, c), min(b, d)) for a, b in one for c, d in other)
    return tuple((first, last) for first, last in shared if first <= last)


def _implied(found: Some, runs: dict[Variable, tuple[Run, ...]]) -> bool:
    """Whether one of its alternatives is asked for anyway."""
    return any(
        isinstance(child, Within)
        and child.variable in runs
        and _in_both(runs[child.variable], child.runs) == runs[child.variable]
        for child in found.children
    )


def _stage(least: int, locale: Locale) -> str:
    return locale.say("the test of stage {stage} is passed", stage=least)


def _sessions(least: int, locale: Locale) -> str:
    return locale.count("you have done {n} session", "you have done {n} sessions", least)


def _usual(most: int, locale: Locale) -> str:
    return locale.say("your usual pain is {pain} of 10 or less", pain=most)


def _worst(most: int, locale: Locale) -> str:
    return locale.say("the worst pain in your last session was {pain} of 10 or less", pain=most)


def _break(most: int, locale: Locale) -> str:
    return locale.count(
        "no more than {n} week has gone by since your last session",
        "no more than {n} weeks have gone by since your last session",
        most,
    )


_LEAST: dict[str, _Phrase] = {"response.stage_earned": _stage, "response.sessions_done": _sessions}
_MOST: dict[str, _Phrase] = {
    "complaint.pain_usual": _usual,
    "response.worst_pain_during": _worst,
    "response.weeks_of_break": _break,
}


def _place(part: Lowered) -> tuple[bool, str]:
    """Where a part is told: the stage first."""
    fact = part.variable.fact if isinstance(part, Within) else ""
    return fact != "response.stage_earned", fact


class _Words:
    """Conditions in the words of a ruleset."""

    def __init__(self, ruleset: Ruleset) -> None:
        self._ruleset = ruleset
        self._locale = ruleset.locale

    def all_of(self, parts: Iterable[Lowered]) -> Iterator[str]:
        """A clause each; what one must have, may say yes or must say no to stands in one."""
        told: dict[str, list[str]] = {kind: [] for kind in _ORDER}
        for part in sorted(parts, key=_place):
            kind, said = self._one(part)
            if said not in told[kind]:
                told[kind].append(said)
        for kind, things in told.items():
            if kind in {_ALONE, _EITHER}:
                yield from things
            elif things:
                yield self._grouped(kind, things)

    def _grouped(self, kind: str, things: list[str]) -> str:
        locale = self._locale
        if kind == _HAVE:
            return locale.say("you have {things}", things=locale.all_of(things))
        quoted = locale.all_of([locale.say("“{label}”", label=thing) for thing in things])
        if kind == _YES:
            return locale.say("you can say yes to {things}", things=quoted)
        return locale.say("you can say no to {things}", things=quoted)

    def _one(self, part: Lowered) -> tuple[str, str]:
        """Under what a part is grouped, and its words; those of a part alone are a clause."""
        locale = self._locale
        if isinstance(part, Every):
            return _ALONE, locale.all_of(list(self.all_of(part.children)))
        if isinstance(part, Some):
            told = [locale.all_of([*self.all_of([child])]) for child in part.children]
            return _EITHER, locale.say(
                "either {first} or {last}", first=locale.listed(told[:-1]), last=told[-1]
            )
        declared = self._ruleset.quantities[part.variable.fact]
        if declared.kind is Kind.SET:
            return self._member(declared, part.variable.member, is_in=part.runs == ((1, 1),))
        if declared.kind is Kind.BOOL:
            is_yes = part.runs == ((1, 1),)
            owned = is_yes and declared.name.startswith("equipment.")
            return (_HAVE if owned else _YES if is_yes else _NO), declared.label
        if declared.is_ordered:
            amounts = [self._amount(declared, part.variable, run) for run in part.runs]
            return _ALONE, locale.any_of(amounts)
        return _ALONE, self._among(declared, part)

    def _member(self, declared: FactDeclaration, member: str, *, is_in: bool) -> tuple[str, str]:
        locale = self._locale
        word = declared.say(member, locale)
        if not declared.name.startswith("equipment."):
            return (_YES if is_in else _NO), word
        band = {
            "light": locale.say("a light band"),
            "medium": locale.say("a medium band"),
            "heavy": locale.say("a heavy band"),
        }
        if declared.name == "equipment.bands" and member in band:
            word = band[member]
        else:
            word = locale.say("{thing} ({kind})", thing=declared.label, kind=word)
        return (_HAVE if is_in else _NO), word

    def _amount(self, declared: FactDeclaration, variable: Variable, run: Run) -> str:
        locale, label, (first, last) = self._locale, declared.label, run

        def word(number: int) -> str:
            return declared.say(declared.values[number] if declared.values else number, locale)

        if first > variable.least and last < variable.most:
            return locale.say(
                "“{label}” is from {first} to {last}",
                label=label,
                first=word(first),
                last=word(last),
            )
        if first > variable.least:
            if declared.name in _LEAST:
                return _LEAST[declared.name](first, locale)
            if declared.name.startswith(_EACH):
                return self._of_one(declared, first)
            return locale.say("“{label}” is {value} or more", label=label, value=word(first))
        if declared.name in _MOST:
            return _MOST[declared.name](last, locale)
        return locale.say("“{label}” is {value} or less", label=label, value=word(last))

    def _of_one(self, declared: FactDeclaration, least: int) -> str:
        """How far one exercise has come."""
        locale = self._locale
        exercise, _, field = declared.name.removeprefix(_EACH).rpartition(".")
        name = self._ruleset.exercise[exercise].name
        if field == "steps_earned":
            return locale.count(
                "you have moved up {n} step in “{exercise}”",
                "you have moved up {n} steps in “{exercise}”",
                least,
                exercise=name,
            )
        return locale.count(
            "you have done “{exercise}” {n} time",
            "you have done “{exercise}” {n} times",
            least,
            exercise=name,
        )

    def _among(self, declared: FactDeclaration, part: Within) -> str:
        """One of some answers, or none of the others, whichever is shorter to say."""
        locale = self._locale
        least, most = part.variable.least, part.variable.most
        inside: list[str] = []
        outside: list[str] = []
        for place in range(least, most + 1):
            told = inside if any(first <= place <= last for first, last in part.runs) else outside
            told.append(declared.say(declared.values[place], locale))
        if len(outside) < len(inside):
            return locale.say(
                "your answer to “{label}” is not {value}",
                label=declared.label,
                value=locale.any_of(outside),
            )
        return locale.say(
            "your answer to “{label}” is {value}",
            label=declared.label,
            value=locale.any_of(inside),
        )
