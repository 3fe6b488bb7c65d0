"""The only place that chains stages: facts and rules in; decision, outcome or explanation out."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from glutemed.engine.bounded import Bounded
from glutemed.engine.engine import Engine
from glutemed.engine.signature import Signature
from glutemed.engine.signature import signature as _signature
from glutemed.engine.situation import Situation
from glutemed.gate import Gate
from glutemed.intake import contradicted, read_mapping, read_text
from glutemed.model.decision import Decision
from glutemed.model.diagnostic import Text, suggestion
from glutemed.model.errors import FactsInvalid, RulesInvalid, UnknownName
from glutemed.model.facts import Facts
from glutemed.model.locale import ENGLISH
from glutemed.model.outcome import Outcome
from glutemed.model.ruleset import Ruleset
from glutemed.model.version import VERSION
from glutemed.programme.prescribe import ask_instead, prescribe
from glutemed.rulebook.cache import load

if TYPE_CHECKING:
    from glutemed.model.explanation import Explanation

MOST_SITUATIONS = 65_536
MOST_OUTCOMES = 4_096

Judged = tuple[Outcome, frozenset[str]]
"""An outcome, and the ids of the hazards that the gate must hold against each person who gets it."""


class _Ready:
    """What is kept of one ruleset: its engine, its gate, and the outcomes that were met.

    An outcome is kept once for each signature, and found again by the cells of a person.
    """

    def __init__(self, ruleset: Ruleset) -> None:
        self.engine = Engine(ruleset)
        self.gate = Gate(ruleset)
        self.by_cells: Bounded[Situation, Judged] = Bounded(MOST_SITUATIONS)
        self.by_signature: Bounded[Signature, Judged] = Bounded(MOST_OUTCOMES)

    def judged(self, facts: Facts, cells: Situation) -> Judged:
        """The outcome of a situation that was not met before."""
        ruleset = self.engine.ruleset
        decision = self.engine.decide(facts)
        sign = _signature(ruleset, decision)
        found = self.by_signature.get(sign)
        if found is None:
            outcome = prescribe(ruleset, decision, VERSION)
            watched = frozenset[str]()
            if outcome.programme is not None:
                watched = self.gate.watched(outcome.programme)
            found = self.by_signature.keep(sign, (outcome, watched))
        return self.by_cells.keep(cells, found)


def load_ruleset(*extra: str | os.PathLike[str], language: str = ENGLISH.tag) -> Ruleset:
    """The bundled rules, with files or folders of rules added to them.

    Nothing added can take away a bundled rule, hazard or red flag.

    Args:
        extra: Paths of rule files, or of folders of them.
        language: The language of everything that a person reads, such as ``de``: of the texts of
            the rules, and of what `recommend` and `explain` make with them. It decides nothing.

    Raises:
        RulesInvalid: Something is wrong with the rules; it carries every diagnostic.
        UnknownName: There is no catalogue of that language.
    """
    ruleset, found = load(extra)
    if ruleset is None:
        raise RulesInvalid(found)
    if language == ENGLISH.tag:
        return ruleset
    # Late, because English needs nothing of this.
    from glutemed.rulebook.catalogues import locale_of
    from glutemed.rulebook.spoken import in_language

    return in_language(ruleset, locale_of(language, extra))


def read_facts(given: str | Mapping[str, Any] | Facts, ruleset: Ruleset) -> Facts:
    """Facts about one person, read strictly.

    Args:
        given: YAML or JSON text, or a mapping, nested or with dotted names; facts that are made
            already are held against the ruleset.
        ruleset: The rules whose vocabulary they use; ``screening: clear`` answers its red flags.

    Raises:
        FactsInvalid: Something is wrong with the facts; it carries every diagnostic.
    """
    if isinstance(given, Facts):
        ready(ruleset).engine.cells(given)
        wrong = contradicted(given, ruleset.vocabulary)
        if wrong:
            raise FactsInvalid(wrong)
        return given
    if isinstance(given, str):
        is_json = given.lstrip().startswith("{")
        facts, found = read_text(Text("facts", given), ruleset.vocabulary, is_json=is_json)
    else:
        facts, found = read_mapping(given, ruleset.vocabulary)
    if facts is None:
        raise FactsInvalid(found)
    return facts


def ready(ruleset: Ruleset) -> _Ready:
    """The engine and gate of a ruleset, made at the first call and kept with the ruleset."""
    kept = ruleset.memo.get("ready")
    if kept is None:
        kept = ruleset.memo.setdefault("ready", _Ready(ruleset))
    return kept  # type: ignore[no-any-return]


def decide(facts: Facts, ruleset: Ruleset) -> Decision:
    """What the rules say of a person: every exercise's clearance, indication and limits.

    Raises:
        FactsInvalid: A fact does not fit the ruleset, or contradicts another one.
        EngineFailed: The engine failed, or its readings disagree; nothing was decided.
    """
    return ready(ruleset).engine.decide(facts)


def signature(facts: Facts, ruleset: Ruleset) -> Signature:
    """What of facts the rules can tell apart; equal signatures have equal outcomes.

    Raises:
        FactsInvalid: A fact does not fit the ruleset, or contradicts another one.
        EngineFailed: The engine failed, or its readings disagree.
    """
    return _signature(ruleset, decide(facts, ruleset))


def recommend(facts: Facts, ruleset: Ruleset) -> Outcome:
    """A programme, questions, or a referral for one person.

    Raises:
        FactsInvalid: A fact does not fit the ruleset, or contradicts another one.
        EngineFailed: The engine failed, or its readings disagree; nothing was emitted.
        HazardBroken: A programme would have broken a hazard; nothing was emitted.
    """
    kept = ready(ruleset)
    cells = kept.engine.cells(facts)
    found = kept.by_cells.get(cells)
    if found is None:
        found = kept.judged(facts, cells)
    outcome, watched = found
    if watched:
        unanswered = kept.gate.check(watched, facts)
        if unanswered is not None:
            decision = kept.engine.decide(facts)
            return ask_instead(ruleset, decision, VERSION, unanswered.facts, unanswered.hazards)
    return outcome


def explain(facts: Facts, ruleset: Ruleset, exercise: str | None = None) -> Explanation:
    """Why one person gets what they get: every rule, met or not, down to the person's facts.

    Args:
        facts: The person.
        ruleset: The rules.
        exercise: The id of one exercise; by default all are explained.

    Raises:
        UnknownName: There is no exercise of that id.
        FactsInvalid: A fact does not fit the ruleset, or contradicts another one.
        EngineFailed: The engine failed, or its readings disagree; nothing was decided.
        HazardBroken: A programme would have broken a hazard; nothing was emitted.
    """
    from glutemed.derivation.explanation import derive

    if exercise is not None and exercise not in ruleset.exercise:
        meant = suggestion(exercise, ruleset.exercise)
        raise UnknownName(f"there is no exercise `{exercise}`" + (f": {meant}" if meant else ""))
    outcome = recommend(facts, ruleset)
    engine = ready(ruleset).engine
    decision, reading = engine.decide(facts), engine.read(facts)
    return derive(ruleset, facts, decision, reading, outcome, exercise)
