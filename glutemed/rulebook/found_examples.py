"""A condition → examples of it: facts on which it holds, does not hold, and cannot be told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice, product

from glutemed.document import compose
from glutemed.model.condition import ALWAYS, Condition, Truth, leaves
from glutemed.model.diagnostic import Text
from glutemed.model.facts import FactValue, Members
from glutemed.model.vocabulary import FactDeclaration, Kind
from glutemed.reading.truth import Situation, truth
from glutemed.rulebook.check.examples import Given
from glutemed.rulebook.conditions import condition
from glutemed.rulebook.form import Findings

_MOST_TRIED = 20_000


def found_examples(when: str, quantities: Mapping[str, FactDeclaration]) -> tuple[str, ...]:
    """Examples for a `when:` in YAML, as YAML; none where it cannot be read or none was found."""
    findings = Findings()
    node, wrong = compose(Text("when", when))
    if node is None or wrong:
        return ()
    asked = condition(node, quantities, findings)
    if findings.found or asked == ALWAYS:
        return ()
    found: dict[Truth, str] = {}
    for given in _people(asked, quantities):
        said = truth(asked, _situation(given, quantities))
        found.setdefault(said, _written(given, said))
        if len(found) == len(Truth):
            break
    wanted = (Truth.TRUE, Truth.FALSE, Truth.UNKNOWN)
    return tuple(found[said] for said in wanted if said in found)


def _people(
    asked: Condition, quantities: Mapping[str, FactDeclaration]
) -> Iterator[dict[str, FactValue]]:
    """Nobody known, and then people who differ at the borders of a condition."""
    yield {}
    names = list(dict.fromkeys(leaf.fact for leaf in leaves(asked)))
    constants = {
        name: [word for leaf in leaves(asked) if leaf.fact == name for word in leaf.constants]
        for name in names
    }
    choices = [_borders(quantities[name], constants[name]) for name in names]
    for values in islice(product(*choices), _MOST_TRIED):
        yield dict(zip(names, values, strict=True))


def _borders(fact: FactDeclaration, constants: list[bool | int | str]) -> list[FactValue]:
    if fact.kind is Kind.BOOL:
        return [True, False]
    if fact.kind is Kind.INT:
        near = {int(number) + step for number in constants for step in (0, 1, -1)}
        return [number for number in sorted(near) if fact.least <= number <= fact.most]
    if fact.kind is Kind.ENUM:
        return [*fact.values]
    others = [word for word in fact.values if word not in constants]
    chosen = [*map(str, constants), *others[:1]]
    return [*(Members(present=[word]) for word in chosen), Members()]


def _situation(
    given: Mapping[str, FactValue], quantities: Mapping[str, FactDeclaration]
) -> Situation:
    bounds = {
        name: _rank(value, quantities[name])
        for name, value in given.items()
        if name.startswith(("derived.", "score."))
    }
    unknown = {
        name: (0, len(fact.values) - 1) if fact.kind is Kind.ENUM else (fact.least, fact.most)
        for name, fact in quantities.items()
        if name.startswith(("derived.", "score."))
    }
    return Situation(quantities, Given(given), unknown | bounds)


def _rank(value: FactValue, fact: FactDeclaration) -> tuple[int, int]:
    rank = fact.values.index(value) if isinstance(value, str) else int(value)  # type: ignore[arg-type]
    return rank, rank


def _written(given: Mapping[str, FactValue], said: Truth) -> str:
    facts = ", ".join(f"{name}: {_value(value)}" for name, value in given.items())
    fires = {Truth.TRUE: "true", Truth.FALSE: "false", Truth.UNKNOWN: "unknown"}[said]
    return f"{{given: {{{facts}}}, fires: {fires}}}"


def _value(value: FactValue) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Members):
        return f"[{', '.join(sorted(value.present))}]"
    return str(value)
