"""Facts → a short code that a person can type again, and back, without a network.

A code has four parts: the vocabulary and the rulebook with which it was made, the answers, and a
checksum. It holds health answers, as a file of facts does, and it is not encrypted.
"""

from __future__ import annotations

import hashlib
import json

import attrs

from glutemed.answer_code import signs
from glutemed.answer_code.answers import walk
from glutemed.answer_code.said import Said
from glutemed.answer_code.signs import CodeRefused
from glutemed.answer_code.symbols import Reader, Writer
from glutemed.model.facts import Facts, fault
from glutemed.model.ruleset import Ruleset

__all__ = ["Answers", "CodeRefused", "answers_of", "code_of", "facts_of"]

_VOCABULARY, _RULES = 4, 2
_WAY = 2  # how answers become signs; another number is another vocabulary to every code


@attrs.frozen
class Answers:
    """What a code holds.

    Args:
        facts: The answers.
        same_rules: Whether the rules are still those with which the code was made. Where they are
            not, the questions are the same ones, but what follows from the answers may differ.
    """

    facts: Facts
    same_rules: bool


def code_of(facts: Facts, ruleset: Ruleset) -> str:
    """The code of what is known of a person: capital letters and digits, in groups of five.

    Raises:
        ValueError: A fact does not fit the ruleset.
    """
    return signs.grouped(signs.checked([*_binding(ruleset), *_answered(facts, ruleset)]))


def facts_of(code: str, ruleset: Ruleset) -> Facts:
    """The facts that a code holds; the inverse of `code_of`.

    Raises:
        CodeRefused: It is mistyped, or was made with other questions than these rules ask.
    """
    return answers_of(code, ruleset).facts


def answers_of(code: str, ruleset: Ruleset) -> Answers:
    """What a code holds; small letters, spaces and hyphens do not matter.

    Raises:
        CodeRefused: It is mistyped, or was made with other questions than these rules ask.
    """
    found = signs.read(code, least=_VOCABULARY + _RULES + 1)
    bound = _binding(ruleset)
    if found[:_VOCABULARY] != bound[:_VOCABULARY]:
        raise CodeRefused(
            "the code was made with other questions than these rules ask; use the rules that its "
            "sheet names, or answer the questions again"
        )
    answered = found[len(bound) :]
    said = Said()
    walk(Reader(signs.number(answered)), ruleset, said)
    facts = _found(said, ruleset, answered)
    if facts is None:
        raise CodeRefused("this is no code of glutemed")
    return Answers(facts, same_rules=found[: len(bound)] == bound)


def _found(said: Said, ruleset: Ruleset, answered: list[int]) -> Facts | None:
    """The facts that were read; None where no person's code reads like that."""
    try:
        facts = Facts.of(said.values, said.declined)
        return facts if _answered(facts, ruleset) == answered else None
    except ValueError:
        return None


def _answered(facts: Facts, ruleset: Ruleset) -> list[int]:
    said = Said(facts.stated(), set(facts.declined))
    for name in (*said.values, *said.declined):
        if name not in ruleset.vocabulary:
            raise ValueError(f"there is no fact `{name}` in these rules")
        if name in said.values and (wrong := fault(ruleset.vocabulary[name], said.values[name])):
            raise ValueError(f"`{name}` {wrong}")
    writer = Writer()
    walk(writer, ruleset, said)
    return signs.digits(writer.number())


def _binding(ruleset: Ruleset) -> list[int]:
    """The signs for the questions, then those for the rulebook.

    The questions by what the numbers of a code rest on: one that is said in other words, or in
    another language, is still the same question.
    """
    asked = [
        [
            fact.name, str(fact.kind), fact.unit, fact.least, fact.most, fact.values,
            fact.ordered, fact.red_flag, sorted(fact.silent_absent), fact.after,
        ]
        for fact in ruleset.vocabulary
    ]  # fmt: skip
    exercises = [
        [exercise.id, exercise.stage, str(exercise.needs)] for exercise in ruleset.exercises
    ]
    rested_on = json.dumps([_WAY, asked, exercises]).encode("ascii")
    vocabulary = hashlib.sha256(rested_on).hexdigest()
    return [
        *signs.of_digest(vocabulary, _VOCABULARY),
        *signs.of_digest(ruleset.fingerprint, _RULES),
    ]
