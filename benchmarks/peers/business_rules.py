"""business-rules: variables and actions as its README shows them, and `run_all`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import Any

from peers.work import Group, Person, Work

library = import_module("business_rules")
actions = import_module("business_rules.actions")
fields = import_module("business_rules.fields")
variables = import_module("business_rules.variables")
_WORDS = {">=": "greater_than_or_equal_to", "<=": "less_than_or_equal_to"}


class Engine:
    how = "`run_all`"

    def __init__(self, work: Work) -> None:
        self._rules = [
            {
                "conditions": _written(rule.when),
                "actions": [{"name": "say", "params": {"name": rule.name}}],
            }
            for rule in work.rules
        ]
        self._variables = type(
            "Variables",
            (variables.BaseVariables,),
            {"__init__": _keep, **{field: _variable(field) for field in work.fields}},
        )

    def native(self, person: Person) -> Person:
        return dict(person)

    def fired(self, people: Sequence[Person]) -> Iterable[Iterable[str]]:
        for person in people:
            said = _Actions()
            library.run_all(
                rule_list=self._rules,
                defined_variables=self._variables(person),
                defined_actions=said,
                stop_on_first_trigger=False,
            )
            yield said.found


class _Actions(actions.BaseActions):  # type: ignore[name-defined, misc]
    def __init__(self) -> None:
        self.found: list[str] = []

    @actions.rule_action(params={"name": fields.FIELD_TEXT})  # type: ignore[untyped-decorator]
    def say(self, name: str) -> None:
        self.found.append(name)


def _keep(self: Any, person: Person) -> None:
    self.person = person


def _variable(field: str) -> Any:
    def value(self: Any) -> int:
        return self.person[field]  # type: ignore[no-any-return]

    value.__name__ = field
    return variables.numeric_rule_variable(value)


def _written(group: Group) -> dict[str, Any]:
    tests = [
        {"name": part.field, "operator": _WORDS[part.op], "value": part.number}
        for part in group.parts
    ]
    return {group.word: tests}
