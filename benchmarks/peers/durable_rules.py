"""durable-rules through `durable.lang`, the public layer that its README documents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from itertools import count
from operator import and_, or_
from typing import Any

from durable import lang

from peers.work import Group, Person, Work

MOST = 30  # rules of one ruleset: beyond 64 that hold at once it fails

_names = count(1)


class Engine:
    how = "`when_all` rules, `assert_fact`, one session a person"

    def __init__(self, work: Work) -> None:
        self._found: set[str] = set()
        self._rulesets: list[str] = []
        self._people = count(1)
        for start in range(0, len(work.rules), MOST):
            name = f"peer{next(_names)}"
            with lang.ruleset(name):
                # Each fact meets this one, else ending its session can crash.
                lang.when_all(lang.m.always == 1)(lambda _: None)
                for rule in work.rules[start : start + MOST]:
                    lang.when_all(_written(rule.when))(self._saying(rule.name))
            self._rulesets.append(name)
        lang.get_host()

    def _saying(self, name: str) -> Any:
        # Of one parameter: one more, even with a default, would make it an asynchronous action.
        return lambda _: self._found.add(name)

    def native(self, person: Person) -> dict[str, Any]:
        return {"sid": str(next(self._people)), "id": "1", "always": 1, **person}

    def fired(self, people: Sequence[dict[str, Any]]) -> Iterable[Iterable[str]]:
        for person in people:
            self._found.clear()
            for name in self._rulesets:
                lang.assert_fact(name, person)
                lang.delete_state(name, person["sid"])
            yield self._found


def _written(group: Group) -> Any:
    parts = [
        getattr(lang.m, part.field) >= part.number
        if part.op == ">="
        else getattr(lang.m, part.field) <= part.number
        for part in group.parts
    ]
    return reduce(and_ if group.word == "all" else or_, parts)
