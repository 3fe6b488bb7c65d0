"""Questions to no purpose: facts that rules read, though no answer changes anything for anybody."""

from __future__ import annotations

import re
from collections.abc import Iterator

from glutemed.model.exercise import SIDES, Exercise
from glutemed.model.rule import Advise, Limit, Refer
from glutemed.proof.encoding import Encoding
from glutemed.proof.findings import Fault, Finding
from glutemed.proof.solver import Solver
from glutemed.reading.smt import conjunction, defined, disjunction, known_of, symbol

_SYMBOL = re.compile(r"\|([^|]*)\|")
_DIFFERS = symbol("differs")


def asked_in_vain(encoding: Encoding) -> Iterator[Finding]:
    """The facts of which no two answers differ in what they lead to.

    Two people are looked for who differ in their answer to one question alone, and get something
    else: a referral, an exercise, its dose, depth or sides, a caution, an advice, or a rank. How
    single exercises have gone is one question for all of them.
    """
    solver = Solver("\n".join(_two_people(encoding)))
    facts = tuple(dict.fromkeys(variable.fact for variable in encoding.variables))
    telling: set[str] = set()
    idle = list(_idle(facts, solver, telling))
    for fact in (fact for fact in idle if _question(fact) not in telling):
        yield Finding(
            fault=Fault.ASKED_IN_VAIN,
            id=fact,
            says="Rules ask it, and no answer makes a difference to anybody.",
            where=encoding.ruleset.vocabulary[fact].span.where,
        )


def _question(fact: str) -> str:
    """What is asked; the same for all exercises where it is about how one of them has gone."""
    each, _, field = fact.rpartition(".")
    return field if each.startswith("response.each.") else fact


def _idle(facts: tuple[str, ...], solver: Solver, telling: set[str]) -> Iterator[str]:
    """Those of some facts that make no difference, of two people who are alike in all others.

    Args:
        facts: The facts in which they may differ.
        solver: Both people.
        telling: Questions of which some answer makes a difference; more are added.
    """
    if telling.issuperset(map(_question, facts)):
        return
    if len(facts) == 1:
        if solver.possible(_DIFFERS, _answered(facts[0])):
            telling.add(_question(facts[0]))
        else:
            yield facts[0]
        return
    middle = len(facts) // 2  # by halves, so that most of two people is made alike only once
    for open_, alike in ((facts[:middle], facts[middle:]), (facts[middle:], facts[:middle])):
        with solver.narrowed(*map(_same, alike)):
            yield from _idle(open_, solver, telling)


def _same(fact: str) -> str:
    return symbol("same", fact)


def _answered(fact: str) -> str:
    return symbol("answered", fact)


def other(formula: str) -> str:
    """What a formula says of the second person."""
    return _SYMBOL.sub(r"|other \1|", formula)


def differing(formula: str) -> str:
    """That something holds of one of the two people and not of the other."""
    return f"(distinct {formula} {other(formula)})"


def both(formula: str) -> str:
    """That something holds of both."""
    return conjunction((formula, other(formula)))


def _two_people(encoding: Encoding) -> Iterator[str]:
    text = list(encoding.text())
    yield from text
    yield from map(other, text)
    for fact in dict.fromkeys(variable.fact for variable in encoding.variables):
        pairs, known = [], []
        for variable in encoding.variables:
            if variable.fact == fact:
                for each in (known_of(variable), *encoding.thresholds(variable)):
                    pairs.append(f"(= {each} {other(each)})")
                known.append(both(known_of(variable)))
        yield from defined(_same(fact), conjunction(pairs))
        yield from defined(_answered(fact), conjunction(known))
    yield from defined(_DIFFERS, disjunction(_differences(encoding)))


def _differences(encoding: Encoding) -> Iterator[str]:
    names, offers = encoding.names, encoding.offers
    programme = both(encoding.programme)
    for rule in encoding.ruleset.rules:
        sure, perhaps = names.sure(rule.id), names.perhaps(rule.id)
        match rule.conclusion:
            case Refer():
                yield differing(sure)
                yield differing(perhaps)
            case Advise():
                yield conjunction((programme, differing(sure)))
            case Limit(_, _, None):
                yield conjunction((programme, differing(perhaps)))
            case _:
                pass
    exercises = encoding.ruleset.exercises
    yield conjunction(
        (
            both(offers.unreferred),
            disjunction(part for each in exercises for part in _of_exercise(encoding, each)),
        )
    )


def _of_exercise(encoding: Encoding, exercise: Exercise) -> Iterator[str]:
    names, offers, rules = encoding.names, encoding.offers, encoding.ruleset.rules
    concerned = offers.join.by_exercise[exercise.id]
    yield differing(offers.offered(exercise))
    yield differing(offers.within_reach(exercise))
    done = [offers.step(exercise, step) for step in range(1, len(exercise.dose))]
    done += [offers.depth_at_most(exercise, depth) for depth in offers.depths(exercise)[:-1]]
    done += [offers.side(exercise, side) for side in SIDES]
    done += [names.sure(rules[place].id) for place, _ in concerned.demerit]
    for place in concerned.caution:
        done += [names.sure(rules[place].id), names.perhaps(rules[place].id)]
    yield conjunction((both(offers.offered(exercise)), disjunction(map(differing, done))))
