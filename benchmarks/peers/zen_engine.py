"""zen-engine: one decision graph, all rules in one decision table that collects, in batches."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

import zen

from peers.work import Person, Work, infix


class Engine:
    how = "one decision table, `evaluate_batch`"

    def __init__(self, work: Work) -> None:
        # An input column without a field holds whole expressions, so that "any" needs one row too.
        table = {
            "hitPolicy": "collect",
            "inputs": [{"id": "if", "name": "If", "type": "expression"}],
            "outputs": [{"id": "then", "name": "Then", "field": "rule", "type": "expression"}],
            "rules": [
                {"_id": rule.name, "if": infix(rule.when), "then": json.dumps(rule.name)}
                for rule in work.rules
            ],
        }
        nodes = [
            {"id": "in", "name": "in", "type": "inputNode"},
            {"id": "table", "name": "table", "type": "decisionTableNode", "content": table},
            {"id": "out", "name": "out", "type": "outputNode"},
        ]
        edges = [
            {"id": "e1", "sourceId": "in", "targetId": "table", "type": "edge"},
            {"id": "e2", "sourceId": "table", "targetId": "out", "type": "edge"},
        ]
        content = {"nodes": nodes, "edges": edges}
        self._engine = zen.ZenEngine({"loader": {"type": "static", "content": {"rules": content}}})

    def native(self, person: Person) -> dict[str, Any]:
        return {"key": "rules", "context": dict(person)}

    def fired(self, people: Sequence[dict[str, Any]]) -> Iterable[Iterable[str]]:
        for said in self._engine.evaluate_batch(list(people)):
            yield [row["rule"] for row in said["data"]["result"]]
