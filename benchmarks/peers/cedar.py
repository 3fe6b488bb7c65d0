"""Cedar through cedarpy: each rule permits, and the policies that permitted are those that hold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import cedarpy

from peers.work import Person, Work, infix


class Engine:
    how = "one `permit` each, policies and entities parsed once, `is_authorized_batch`"

    def __init__(self, work: Work) -> None:
        text = "\n".join(
            f"permit(principal, action, resource) when "
            f"{{ {infix(rule.when, prefix='context.', conjunctions=('&&', '||'))} }};"
            for rule in work.rules
        )
        self._policies = cedarpy.PolicySet.from_str(text)
        self._entities = cedarpy.Entities.from_json_str("[]")
        self._names = {f"policy{number}": rule.name for number, rule in enumerate(work.rules)}

    def native(self, person: Person) -> dict[str, Any]:
        return {
            "principal": 'User::"p"',
            "action": 'Action::"ask"',
            "resource": 'Rule::"all"',
            "context": dict(person),
        }

    def fired(self, people: Sequence[dict[str, Any]]) -> Iterable[Iterable[str]]:
        names = self._names
        for said in cedarpy.is_authorized_batch(list(people), self._policies, self._entities):
            yield [names[policy] for policy in said.diagnostics.reasons]
