"""How each exercise went ↔ symbols: most are alike, and those that are not are like one another.

Who keeps a diary has an answer for every exercise there is, nearly all of them that it was never
done. So one symbol says what holds of the exercises that are not listed; the others are listed, and
what was met of one makes the same more likely of the next. Nothing is left out: a code that forgot
the record would give another programme back than the one beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import attrs

from glutemed.answer_code.said import ANSWERED, DECLINED, UNANSWERED, Said
from glutemed.answer_code.symbols import Coder
from glutemed.model.condition import Truth
from glutemed.model.ruleset import Ruleset
from glutemed.model.vocabulary import FactDeclaration
from glutemed.reading.truth import Situation, truth

EACH = "response.each."

_SESSIONS = "sessions"
_ALL_SESSIONS, _WORST = "response.sessions_done", "response.worst_pain_during"
_ANY = ((14, 2), (1, 15))  # none, some: of the exercises out of reach, and of those within it
_NEVER = {_SESSIONS: 0, "steps_earned": 0, "pain_during": 0}
_BEFORE = (60, 2, 2)  # nothing said of any; nothing of those not listed; those never done
_SINCE = (16, 2, 46)  # the same, of somebody who has done a session
_STATE = (1, 1, 14)  # unanswered, declined, answered
_MET = 12  # how much likelier a value is once it was met
_NEAR = 3  # and one beside it
_STEPS = (9, 6, 6, 6)  # how much likelier the first steps are than the others
_PAIN = 16  # how much likelier pain is that is no more than the worst of the last session


@attrs.define
class _Likely:
    """How often the values of one field were met so far, as frequencies."""

    states: list[int]
    values: list[int]

    def meet(self, value: int) -> None:
        self.values[value] += _MET
        for beside in (value - 1, value + 1):
            if 0 <= beside < len(self.values):
                self.values[beside] += _NEAR


def walk_responses(coder: Coder, ruleset: Ruleset, said: Said) -> None:
    """Say how each exercise went, or read it.

    Args:
        coder: What says or reads.
        ruleset: The exercises, and what may be said of each.
        said: The answers; whoever reads knows already everything else.
    """
    exercises: dict[str, list[FactDeclaration]] = {}
    for fact in ruleset.vocabulary:
        if fact.name.startswith(EACH):
            exercises.setdefault(fact.name.split(".")[2], []).append(fact)
    if not exercises:
        return
    likely = _likely(next(iter(exercises.values())), said)
    begun = said.values.get(_ALL_SESSIONS, 0) != 0
    rest = coder.symbol(_SINCE if begun else _BEFORE, lambda: _rest(exercises, said))
    if rest == 0:
        return
    common = _NEVER if rest == 2 else {}
    within_reach = _within_reach(ruleset, said)
    for reached in (True, False):
        some = [each for name, each in exercises.items() if (name in within_reach) is reached]
        if some:
            _list(coder, some, reached, common, likely, said)


def _within_reach(ruleset: Ruleset, said: Said) -> set[str]:
    """The exercises that were probably done: not beyond the stage, and with what is at hand."""
    earned = said.values.get("response.stage_earned")
    stage = earned + 1 if isinstance(earned, int) else 1
    situation = Situation(ruleset.quantities, said, {})
    return {
        exercise.id
        for exercise in ruleset.exercises
        if exercise.stage <= stage and truth(exercise.needs, situation) is Truth.TRUE
    }


def _list(
    coder: Coder,
    exercises: list[list[FactDeclaration]],
    reached: bool,
    common: dict[str, int],
    likely: dict[str, _Likely],
    said: Said,
) -> None:
    """How many exercises are not as is common, which, and how each of these went."""

    def is_other(each: list[FactDeclaration]) -> int:
        return int(not _is_common(each, common, said))

    others = sum(map(is_other, exercises))
    left = len(exercises)
    listed = 0
    if coder.symbol(_ANY[reached], lambda: int(others > 0)):
        listed = 1 + coder.symbol(_fewer(left), lambda: others - 1)
    for each in exercises:
        is_listed = coder.symbol((left - listed, listed), partial(is_other, each))
        left -= 1
        listed -= is_listed
        for fact in each:
            if is_listed:
                _answer(coder, fact, likely[_field(fact)], said)
            elif _field(fact) in common:
                said.values[fact.name] = common[_field(fact)]


def _fewer(most: int) -> tuple[int, ...]:
    """How likely so many are, from 1 to ``most``: fewer rather than more, from five on."""
    return tuple(1 + 96 // (4 + max(4, n)) for n in range(most))


def _field(fact: FactDeclaration) -> str:
    return fact.name.rpartition(".")[2]


def _rest(exercises: dict[str, list[FactDeclaration]], said: Said) -> int:
    empty = sum(_is_common(each, {}, said) for each in exercises.values())
    if empty == len(exercises):
        return 0
    return 2 if sum(_is_common(each, _NEVER, said) for each in exercises.values()) > empty else 1


def _is_common(each: list[FactDeclaration], common: dict[str, int], said: Said) -> bool:
    return all(
        said.values.get(fact.name) == common[_field(fact)]
        if _field(fact) in common
        else said.state(fact.name) == UNANSWERED
        for fact in each
    )


def _likely(each: list[FactDeclaration], said: Said) -> dict[str, _Likely]:
    """How likely what is, before anything was met. A count is seldom above that of all sessions."""
    sessions, worst = (said.values.get(name) for name in (_ALL_SESSIONS, _WORST))
    found = {}
    for fact in each:
        size = fact.most - fact.least + 1
        if _field(fact) == _SESSIONS and isinstance(sessions, int):
            size = min(size, sessions + 1)
        favoured: Sequence[int] = ()
        if _field(fact) == "steps_earned":
            favoured = _STEPS
        elif _field(fact) == "pain_during":
            favoured = [_PAIN] * (1 + (worst if isinstance(worst, int) else 2))
        values = [1 + more for more in favoured[:size]]
        found[_field(fact)] = _Likely([*_STATE], [*values, *[1] * (size - len(values))])
    return found


def _answer(coder: Coder, fact: FactDeclaration, likely: _Likely, said: Said) -> None:
    name = fact.name
    state = coder.symbol(tuple(likely.states), lambda: said.state(name))
    likely.states[state] += _MET
    if state == DECLINED:
        said.declined.add(name)
    elif state == ANSWERED:
        said.values[name] = fact.least + _value(coder, fact, likely, said)


def _value(coder: Coder, fact: FactDeclaration, likely: _Likely, said: Said) -> int:
    """A number from 0; one for which there is no frequency stands behind an escape."""
    beyond = len(likely.values)
    size = fact.most - fact.least + 1

    def meant() -> int:
        value = said.values[fact.name]
        assert isinstance(value, int)
        return value - fact.least

    if beyond == size:
        found = coder.symbol(tuple(likely.values), meant)
    else:
        found = coder.symbol((*likely.values, 1), lambda: min(meant(), beyond))
        if found == beyond:
            return beyond + coder.even(size - beyond, lambda: meant() - beyond)
    likely.meet(found)
    return found
