"""Every example of a rule comes true."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from glutemed.model.condition import Truth, leaves
from glutemed.model.facts import UNKNOWN, FactValue
from glutemed.model.rule import Example, Rule
from glutemed.model.vocabulary import Contradiction
from glutemed.reading.specification import bounds_of, concluded
from glutemed.reading.truth import Situation, truth, waiting
from glutemed.rulebook.form import Findings
from glutemed.rulebook.parse import Draft

_SAYS = {Truth.TRUE: "true", Truth.FALSE: "false", Truth.UNKNOWN: "unknown"}


@attrs.frozen
class Given:
    """The facts of an example; whatever is not given is unknown."""

    facts: Mapping[str, FactValue]

    def value(self, name: str) -> FactValue:
        """The value of a fact."""
        return self.facts.get(name, UNKNOWN)


def check(draft: Draft, findings: Findings) -> None:
    """Report examples that do not come true, and those that are true of nobody (GM225)."""
    quantities, computed = draft.quantities, draft.computed

    def bounds(name: str, example: Example) -> tuple[int, int]:
        given = example.given.get(name)
        if given is not None:
            values = quantities[name].values
            rank = values.index(given) if isinstance(given, str) else int(given)  # type: ignore[arg-type]
            return rank, rank
        makers = [rule for rule in draft.rules if concluded(rule) == name]
        return bounds_of(computed[name], [(maker, said(maker, example)) for maker in makers])

    def said(rule: Rule, example: Example) -> Truth:
        return truth(rule.condition, situation(rule, example))

    def situation(rule: Rule, example: Example) -> Situation:
        asked = {leaf.fact for leaf in leaves(rule.condition)}
        derived = asked & set(computed)
        ranges = {name: bounds(name, example) for name in derived}
        return Situation(quantities, Given(example.given), ranges)

    for rule in draft.rules:
        for example in rule.examples:
            for name in example.given:
                for against in _against(name, draft):
                    situated = Situation(quantities, Given(example.given), {})
                    if truth(against.when, situated) is Truth.TRUE:
                        findings.error(
                            "GM225",
                            f"this example of `{rule.written}` is true of nobody: what it says of "
                            f"`{name}` contradicts the rest",
                            example.span,
                            against.because,
                        )
            found = said(rule, example)
            if found is not example.fires:
                open_facts = sorted(waiting(rule.condition, situation(rule, example)))
                findings.error(
                    "GM225",
                    f"this example of `{rule.written}` says {_SAYS[example.fires]}, "
                    f"but the rule says {_SAYS[found]}",
                    example.span,
                    _advice(open_facts, example),
                )


def _against(name: str, draft: Draft) -> tuple[Contradiction, ...]:
    return draft.vocabulary[name].contradicts if name in draft.vocabulary else ()


def _advice(open_facts: list[str], example: Example) -> str | None:
    if not open_facts:
        return None
    missing = [name for name in open_facts if name not in example.given]
    if missing:
        listed = ", ".join(f"`{name}`" for name in missing)
        return f"it does not give {listed}, so that is unknown"
    return (
        f"what a list for `{open_facts[0]}` does not name is unknown, unless it is declared with "
        "`silence: absent`"
    )
