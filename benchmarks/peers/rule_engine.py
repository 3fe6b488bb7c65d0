"""rule-engine: one compiled `Rule` each, with the type of each field declared."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib import import_module

from peers.work import Person, Work, infix

rule_engine = import_module("rule_engine")


class Engine:
    how = "one typed `Rule` each, `matches`"

    def __init__(self, work: Work) -> None:
        types = dict.fromkeys(work.fields, rule_engine.DataType.FLOAT)
        context = rule_engine.Context(type_resolver=rule_engine.type_resolver_from_dict(types))
        self._rules = [
            (rule.name, rule_engine.Rule(infix(rule.when), context=context)) for rule in work.rules
        ]

    def native(self, person: Person) -> Person:
        return dict(person)

    def fired(self, people: Sequence[Person]) -> Iterable[Iterable[str]]:
        for person in people:
            yield [name for name, rule in self._rules if rule.matches(person)]
