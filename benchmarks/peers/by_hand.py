"""Python as somebody would write it by hand: one function, one `if` a rule."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from peers.work import Group, Person, Work


class Engine:
    how = "one function of `if`s, on dicts"

    def __init__(self, work: Work) -> None:
        lines = ["def fired(p):", "    found = []"]
        for rule in work.rules:
            lines += [f"    if {_written(rule.when)}:", f"        found.append({rule.name!r})"]
        scope: dict[str, Any] = {}
        exec("\n".join([*lines, "    return found"]), scope)
        self._fired = scope["fired"]

    def native(self, person: Person) -> Person:
        return dict(person)

    def fired(self, people: Sequence[Person]) -> Iterable[Iterable[str]]:
        return map(self._fired, people)


def _written(group: Group) -> str:
    word = "and" if group.word == "all" else "or"
    return f" {word} ".join(f"p[{part.field!r}] {part.op} {part.number}" for part in group.parts)
