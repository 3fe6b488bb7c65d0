"""What a group of people gets: put together from what the programme room says of its parts.

A prescription depends on the rules about its exercise alone, and the rest of a programme on the
rules about the whole; each such part is made once, and kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter

import attrs
import numpy as np
import numpy.typing as npt

from glutemed.engine.join import Join
from glutemed.gate import Gate
from glutemed.model.condition import leaves
from glutemed.model.errors import ReadingsDisagree
from glutemed.model.facts import Facts
from glutemed.model.frozen import Frozen
from glutemed.model.outcome import Outcome, Programme
from glutemed.model.rule import (
    Advise,
    Caution,
    Conclusion,
    Earn,
    Indicate,
    Limit,
    Refer,
    Urgency,
)
from glutemed.model.ruleset import Ruleset
from glutemed.model.version import VERSION
from glutemed.pipeline import recommend
from glutemed.population.answers import TRUE, truth_of
from glutemed.population.coordinates import Coordinates
from glutemed.population.keys import Dependence
from glutemed.population.narrow import about, decision, verdict
from glutemed.population.rows import Row, of_programme, prescribed, row
from glutemed.population.standing import Concerning
from glutemed.programme.prescribe import MOST_EXERCISES, chosen, prescribe
from glutemed.programme.questions import question, rank
from glutemed.reading.runs import Variable
from glutemed.reading.specification import Reading

Said = npt.NDArray[np.uint8]
"""What each rule says of somebody: FALSE, TRUE or UNKNOWN."""

_Asked = tuple[tuple[int, int, int], str, tuple[str, ...]]
_Taking = Callable[[bytes], tuple[int, ...]]


def _taking(places: Iterable[int]) -> _Taking:
    """What takes some bytes out of others. An itemgetter of fewer than two gives no tuple."""
    found = tuple(places)
    if len(found) > 1:
        return itemgetter(*found)
    return lambda said: tuple(said[place] for place in found)


@attrs.frozen
class _Made:
    """An exercise with its dose, as a row says it.

    Args:
        rules: Ids of the rules that led to it, as written.
        bites: Ids of the hazards that it is subject to.
    """

    prescribed: tuple[str | int, ...]
    rules: frozenset[str]
    bites: frozenset[str]


@attrs.frozen
class _Part:
    """The rules about one exercise and about the whole programme, as a ruleset of their own.

    Args:
        index: The places of all of them.
        reads: Which bits its dose depends on: limits and cautions count where they apply or may,
            indications and earned steps where they are sure.
    """

    index: npt.NDArray[np.intp]
    reads: int
    ruleset: Ruleset
    join: Join


class Prescriber:
    """Makes the rows of one ruleset.

    Args:
        ruleset: The rules.
        about: The rules about each exercise.
        known: How states become facts.
        reads: What programmes may depend on, as bits.
    """

    def __init__(
        self,
        ruleset: Ruleset,
        about: Mapping[str, Concerning],
        known: Coordinates,
        reads: Dependence,
    ) -> None:
        self.ruleset = ruleset
        self.about = about
        self.known = known
        self.gate = Gate(ruleset)
        self.watched = known.given(leaf.fact for h in ruleset.hazards for leaf in leaves(h.when))
        """The variables that hazards read, of those that a column holds."""
        self.limits = self._places(lambda c: isinstance(c, Limit) and c.touch is None)
        self.advice = self._places(lambda c: isinstance(c, Advise))
        self._questions: dict[tuple[str, tuple[int, ...]], _Asked] = {}
        self._parts: dict[str, _Part] = {}
        self._prescriptions: dict[tuple[str, int], _Made] = {}
        self._wholes: dict[int, Row] = {}
        self._bites: dict[tuple[str | int, ...], frozenset[str]] = {}
        self._asked_by: dict[frozenset[str], tuple[tuple[Variable, ...], _Taking]] = {}
        self._passed: dict[tuple[frozenset[str], tuple[int, ...]], bool] = {}
        self._reads = reads
        self._limits = reads.number(self.limits, ())
        self._advised = reads.number((), self.advice)
        self._advice_of: dict[int, frozenset[str]] = {}
        self._verdicts = {each.id: verdict(each.id) for each in ruleset.exercises}

    def _places(self, wanted: Callable[[Conclusion], bool]) -> tuple[int, ...]:
        return tuple(p for p, rule in enumerate(self.ruleset.rules) if wanted(rule.conclusion))

    # --- Referrals and questions --------------------------------------------------------------

    def referral(self, places: Sequence[int]) -> Row:
        """The row of people for whom exactly these rules that refer hold."""
        rules = [self.ruleset.rules[place] for place in places]
        refers = [rule.conclusion for rule in rules if isinstance(rule.conclusion, Refer)]
        urgency = max(refer.urgency for refer in refers)
        to = {word for refer in refers if refer.urgency is urgency for word in refer.to}
        return Row(
            outcome="referral",
            urgency=urgency.word,
            to=tuple(sorted(to)),
            rules=tuple(sorted({rule.written for rule in rules})),
        )

    def nothing_fits(self) -> Row:
        """The row of people for whom there is no exercise and no question."""
        empty = attrs.evolve(self.ruleset, exercises=(), rules=(), hazards=())
        return row(prescribe(empty, decision({}, {}, {}), VERSION))

    def questions(
        self, waits: Iterable[tuple[int, frozenset[str]]], sure: Urgency | None = None
    ) -> Row | None:
        """The row of people who are asked what some open rules wait for; None if that is nothing.

        Args:
            waits: The places of the open rules, in their order, and what each waits for.
            sure: The urgency of a referral that is sure already.
        """
        waiting: dict[str, list[int]] = {}
        for place, facts in waits:
            for fact in facts:
                waiting.setdefault(fact, []).append(place)
        vocabulary = self.ruleset.vocabulary
        asked = sorted(
            self._asked(fact, tuple(places))
            for fact, places in waiting.items()
            if vocabulary[fact].after not in waiting
        )
        if not asked:
            return None
        return Row(
            outcome="questions",
            urgency=None if sure is None else sure.word,
            rules=tuple(sorted(frozenset[str]().union(*(each[2] for each in asked)))),
            questions=tuple(each[1] for each in asked),
        )

    def _asked(self, fact: str, places: tuple[int, ...]) -> _Asked:
        """A question that the rules at some places wait for: where it stands, and who asks it."""
        kept = self._questions.get((fact, places))
        if kept is None:
            rules = tuple(self.ruleset.rules[place] for place in places)
            made = question(fact, rules, self.ruleset)
            kept = rank(made, rules, self.ruleset), fact, made.because
            self._questions[fact, places] = kept
        return kept

    def one_by_one(self, facts: Facts) -> Row:
        """The row of a person, by the way that every single person goes."""
        return row(recommend(facts, self.ruleset))

    # --- Programmes -----------------------------------------------------------------------------

    def chosen(self, demerits: Mapping[str, int], limited: Sequence[int]) -> tuple[str, ...]:
        """The exercises of a programme.

        Args:
            demerits: The exercises that are offered, and what stands against each.
            limited: The places of the rules on the whole programme that apply, or may.
        """
        caps = [MOST_EXERCISES]
        for place in limited:
            conclusion = self.ruleset.rules[place].conclusion
            if isinstance(conclusion, Limit) and conclusion.amount == "exercises":
                assert isinstance(conclusion.at, int)
                caps.append(conclusion.at)
        offered = [attrs.evolve(self._verdicts[e], demerits=n) for e, n in demerits.items()]
        return tuple(verdict.exercise for verdict in chosen(self.ruleset, offered, min(caps)))

    def programme(
        self, exercises: Sequence[str], said: Said, bits: int, states: bytes
    ) -> Row | None:
        """The row of people with these exercises, or None where the gate wants to know more.

        Args:
            exercises: What was chosen.
            said: What every rule says.
            bits: The same, as far as programmes depend on it.
            states: The states that one of the people is in, of what is `watched`.

        Raises:
            HazardBroken: The programme would break a hazard.
            ReadingsDisagree: The engine does not offer what was chosen.
        """
        made = [self._prescription(exercise, said, bits) for exercise in exercises]
        bites = frozenset[str]().union(*[found.bites for found in made])
        if bites and not self._passes(bites, states):
            return None
        whole = self._whole(exercises[0], said, bits)
        rules = set(self._advice(said, bits)).union(whole.rules, *[found.rules for found in made])
        return Row(
            outcome=whole.outcome,
            stage=whole.stage,
            sessions_per_week=whole.sessions_per_week,
            review_weeks=whole.review_weeks,
            exercises=tuple([found.prescribed for found in made]),
            rules=tuple(sorted(rules)),
        )

    def _passes(self, bites: frozenset[str], states: bytes) -> bool:
        """Whether the gate lets somebody through; it looks at each kind of person once."""
        asked = self._asked_by.get(bites)
        if asked is None:
            conditions = (hazard.when for hazard in self.ruleset.hazards if hazard.id in bites)
            facts = {leaf.fact for when in conditions for leaf in leaves(when)}
            places = [at for at, v in enumerate(self.watched) if v.fact in facts]
            asked = tuple(self.watched[at] for at in places), _taking(places)
            self._asked_by[bites] = asked
        variables, take = asked
        own = take(states)
        passed = self._passed.get((bites, own))
        if passed is None:
            person = self.known.facts(dict(zip(variables, own, strict=True)), {})
            passed = self.gate.check(bites, person) is None
            self._passed[bites, own] = passed
        return passed

    def _advice(self, said: Said, bits: int) -> frozenset[str]:
        """The ids of the advice that is given."""
        key = bits & self._advised
        known = self._advice_of.get(key)
        if known is None:
            rules = self.ruleset.rules
            known = frozenset(rules[p].written for p in self.advice if said[p] == TRUE)
            self._advice_of[key] = known
        return known

    def _prescription(self, exercise: str, said: Said, bits: int) -> _Made:
        part = self._part(exercise)
        key = exercise, bits & part.reads
        known = self._prescriptions.get(key)
        if known is None:
            programme = self._programme(part, said)
            found = programme.exercises[0]
            as_row = prescribed(found)
            if as_row not in self._bites:
                self._bites[as_row] = self.gate.watched(programme)
            known = _Made(as_row, frozenset(found.rules), self._bites[as_row])
            self._prescriptions[key] = known
        return known

    def _whole(self, exercise: str, said: Said, bits: int) -> Row:
        """The row of a programme, without its exercises and their rules."""
        key = bits & self._limits
        known = self._wholes.get(key)
        if known is None:
            programme = attrs.evolve(self._programme(self._part(exercise), said), exercises=())
            known = self._wholes[key] = of_programme(programme)
        return known

    def _part(self, exercise: str) -> _Part:
        part = self._parts.get(exercise)
        if part is None:
            places = tuple(sorted({*self.about[exercise].every, *self.limits}))
            found = attrs.evolve(
                self.ruleset,
                exercises=(self.ruleset.exercise[exercise],),
                rules=tuple(about(self.ruleset.rules[place], exercise) for place in places),
                hazards=(),
            )
            reads = self._reads.number(
                self._of(places, Limit, Caution), self._of(places, Indicate, Earn)
            )
            part = _Part(np.array(places), reads, found, Join(found))
            self._parts[exercise] = part
        return part

    def _of(self, places: Iterable[int], *kinds: type) -> list[int]:
        """The places of the rules with such a conclusion."""
        rules = self.ruleset.rules
        return [place for place in places if isinstance(rules[place].conclusion, kinds)]

    def _programme(self, part: _Part, said: Said) -> Programme:
        truths = tuple(truth_of(code) for code in said[part.index].tolist())
        nothing: frozenset[str] = frozenset()
        decision = part.join.decision(
            Reading(truths, (nothing,) * len(truths), Frozen({})),
            declined=frozenset(),
            answered=0,
            red_flags=0,
            decided_by=(),
            failures=(),
        )
        outcome: Outcome = prescribe(part.ruleset, decision, VERSION)
        if outcome.programme is None:
            raise ReadingsDisagree(
                f"the batch and the engine differ on `{part.ruleset.exercises[0].id}`; "
                "nothing was emitted"
            )
        return outcome.programme
