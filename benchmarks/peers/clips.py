"""CLIPS through clipspy: a template, a rule each, and a function of Python that they call."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib import import_module

from peers.work import Group, Person, Work

clips = import_module("clips")


class Engine:
    how = "`defrule`s on one template, `assert_fact`, `run`, `reset`"

    def __init__(self, work: Work) -> None:
        self._found: list[str] = []
        self._all = clips.Environment()
        self._all.define_function(self._found.append, "say")
        slots = " ".join(f"(slot {field} (type INTEGER))" for field in work.fields)
        self._all.build(f"(deftemplate person {slots})")
        for rule in work.rules:
            self._all.build(f'(defrule {rule.name} {_written(rule.when)} => (say "{rule.name}"))')
        self._person = self._all.find_template("person")

    def native(self, person: Person) -> Person:
        return dict(person)

    def fired(self, people: Sequence[Person]) -> Iterable[Iterable[str]]:
        for person in people:
            self._found.clear()
            self._person.assert_fact(**person)
            self._all.run()
            yield self._found
            self._all.reset()


def _written(group: Group) -> str:
    fields = dict.fromkeys(part.field for part in group.parts)
    if group.word == "all":
        tests = {field: [f"?{field}"] for field in fields}
        for part in group.parts:
            tests[part.field].append(f":({part.op} ?{part.field} {part.number})")
        return f"(person {' '.join(f'({field} {_both(own)})' for field, own in tests.items())})"
    slots = " ".join(f"({field} ?{field})" for field in fields)
    tested = " ".join(f"({part.op} ?{part.field} {part.number})" for part in group.parts)
    either = f"(or {tested})" if len(group.parts) > 1 else tested
    return f"(person {slots}) (test {either})"


def _both(tests: Iterable[str]) -> str:
    return "&".join(tests)
