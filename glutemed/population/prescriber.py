"""What a group of people gets: put together from what the programme room says of its parts.

A prescription depends on the rules about its exercise alone, and the rest of a programme on the
rules about the whole; each such part is made once, and kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import attrs
import numpy as np
import numpy.typing as npt

from glutemed.engine.join import Join
from glutemed.gate import Gate
from glutemed.model.condition import Truth
from glutemed.model.decision import Clearance, Decision, ExerciseVerdict, Standing
from glutemed.model.errors import ReadingsDisagree
from glutemed.model.facts import Facts
from glutemed.model.frozen import Frozen
from glutemed.model.outcome import Outcome, Prescription, Programme
from glutemed.model.rule import (
    Advise,
    Caution,
    Conclusion,
    Earn,
    Indicate,
    Limit,
    Refer,
    Rule,
    Touch,
    Urgency,
)
from glutemed.model.ruleset import Ruleset
from glutemed.model.version import VERSION
from glutemed.pipeline import recommend
from glutemed.population.answers import TRUE, truth_of
from glutemed.population.coordinates import Coordinates
from glutemed.population.rows import Row, of_programme, row
from glutemed.population.standing import Concerning
from glutemed.programme.prescribe import MOST_EXERCISES, chosen, prescribe
from glutemed.programme.questions import open_questions
from glutemed.reading.runs import Variable
from glutemed.reading.specification import Reading

Said = npt.NDArray[np.uint8]
"""What each rule says of somebody: FALSE, TRUE or UNKNOWN."""


@attrs.frozen
class _Part:
    """The rules about one exercise and about the whole programme, as a ruleset of their own.

    Args:
        index: The places of all of them.
        caps: Those of limits and cautions, which count where they apply or may.
        reasons: Those of indications and earned steps, which count where they are sure.
    """

    index: npt.NDArray[np.intp]
    caps: npt.NDArray[np.intp]
    reasons: npt.NDArray[np.intp]
    ruleset: Ruleset
    join: Join


class Prescriber:
    """Makes the rows of one ruleset."""

    def __init__(self, ruleset: Ruleset, about: Mapping[str, Concerning]) -> None:
        self.ruleset = ruleset
        self.about = about
        self.gate = Gate(ruleset)
        self.limits = self._places(lambda c: isinstance(c, Limit) and c.touch is None)
        self.advice = self._places(lambda c: isinstance(c, Advise))
        self._parts: dict[str, _Part] = {}
        self._prescriptions: dict[tuple[str, bytes], Prescription] = {}
        self._wholes: dict[bytes, Programme] = {}
        self._passed: dict[tuple[frozenset[str], tuple[int, ...]], bool] = {}
        self._watched: dict[int, tuple[Prescription, frozenset[str]]] = {}
        self._verdicts = {each.id: _verdict(each.id) for each in ruleset.exercises}

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
        return row(prescribe(empty, _decision({}, {}, {}), VERSION))

    def questions(
        self, waits: Mapping[int, frozenset[str]], sure: Urgency | None = None
    ) -> Row | None:
        """The row of people who are asked what some open rules wait for; None if that is nothing.

        Args:
            waits: The places of the open rules, and what each waits for.
            sure: The urgency of a referral that is sure already.
        """
        rules = tuple(self.ruleset.rules[place] for place in sorted(waits))
        found = attrs.evolve(self.ruleset, rules=rules)
        truths = {rule.id: Truth.UNKNOWN for rule in rules}
        said = {self.ruleset.rules[place].id: tuple(sorted(on)) for place, on in waits.items()}
        asked = open_questions(found, _decision(truths, said, self._verdicts))
        if not asked:
            return None
        return Row(
            outcome="questions",
            urgency=None if sure is None else sure.word,
            rules=tuple(sorted({rule for each in asked for rule in each.because})),
            questions=tuple(each.fact for each in asked),
        )

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
        self,
        exercises: Sequence[str],
        said: Said,
        states: Mapping[Variable, int],
        known: Coordinates,
    ) -> Row | None:
        """The row of people with these exercises, or None where the gate wants to know more.

        Args:
            exercises: What was chosen.
            said: What every rule says.
            states: What the hazards read of one of the people, as states.
            known: How states become facts.

        Raises:
            HazardBroken: The programme would break a hazard.
            ReadingsDisagree: The engine does not offer what was chosen.
        """
        made = tuple(self._prescription(exercise, said) for exercise in exercises)
        whole = self._whole(exercises[0], said)
        advised = {
            self.ruleset.rules[place].written for place in self.advice if said[place] == TRUE
        }
        programme = attrs.evolve(whole, exercises=made, rules=(*whole.rules, *advised))
        bites = frozenset[str]().union(*(self._bites(found, programme) for found in made))
        if bites and not self._passes(bites, states, known):
            return None
        return of_programme(programme)

    def _passes(
        self, bites: frozenset[str], states: Mapping[Variable, int], known: Coordinates
    ) -> bool:
        """Whether the gate lets somebody through; it looks at each kind of person once."""
        key = bites, tuple(states.values())
        if key not in self._passed:
            self._passed[key] = self.gate.check(bites, known.facts(states, {})) is None
        return self._passed[key]

    def _bites(self, found: Prescription, programme: Programme) -> frozenset[str]:
        kept = self._watched.get(id(found))
        if kept is None:
            alone = attrs.evolve(programme, exercises=(found,))
            # With the prescription itself, so that its place in memory stays its own.
            kept = self._watched[id(found)] = found, self.gate.watched(alone)
        return kept[1]

    def _prescription(self, exercise: str, said: Said) -> Prescription:
        part = self._part(exercise)
        caps, reasons = said[part.caps] != 0, said[part.reasons] == TRUE
        key = exercise, caps.tobytes() + reasons.tobytes()
        known = self._prescriptions.get(key)
        if known is None:
            programme = self._programme(part, said)
            known = self._prescriptions[key] = programme.exercises[0]
        return known

    def _whole(self, exercise: str, said: Said) -> Programme:
        key = (said[list(self.limits)] != 0).tobytes()
        known = self._wholes.get(key)
        if known is None:
            part = self._part(exercise)
            known = self._wholes[key] = self._programme(part, said)
        return known

    def _part(self, exercise: str) -> _Part:
        part = self._parts.get(exercise)
        if part is None:
            places = tuple(sorted({*self.about[exercise].every, *self.limits}))
            found = attrs.evolve(
                self.ruleset,
                exercises=(self.ruleset.exercise[exercise],),
                rules=tuple(_about(self.ruleset.rules[place], exercise) for place in places),
                hazards=(),
            )
            caps = self._of(places, Limit, Caution)
            reasons = self._of(places, Indicate, Earn)
            part = _Part(np.array(places), caps, reasons, found, Join(found))
            self._parts[exercise] = part
        return part

    def _of(self, places: Iterable[int], *kinds: type) -> npt.NDArray[np.intp]:
        """The places of the rules with such a conclusion."""
        rules = self.ruleset.rules
        found = [place for place in places if isinstance(rules[place].conclusion, kinds)]
        return np.array(found, dtype=np.intp)

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


def _about(rule: Rule, exercise: str) -> Rule:
    """The same rule, about no other exercise."""
    narrowed = {
        name: Touch(touch.selector, tuple(e for e in touch.exercises if e == exercise))
        for name in ("touch", "over")
        if isinstance(touch := getattr(rule.conclusion, name, None), Touch)
    }
    conclusion: Any = rule.conclusion
    return attrs.evolve(rule, conclusion=attrs.evolve(conclusion, **narrowed))


def _decision(
    truths: Mapping[str, Truth],
    waits: Mapping[str, tuple[str, ...]],
    verdicts: Mapping[str, ExerciseVerdict],
) -> Decision:
    return Decision(
        truths=Frozen(truths),
        waits=Frozen(waits),
        verdicts=Frozen(verdicts),
        limits=Frozen({}),
        declined=frozenset(),
        answered=0,
        red_flags=0,
        decided_by=(),
    )


def _verdict(exercise: str) -> ExerciseVerdict:
    """A verdict of which only the exercise, the standing and the demerits count."""
    return ExerciseVerdict(
        exercise=exercise,
        standing=Standing.OFFERED,
        clearance=Clearance.CLEAR,
        indicated=Truth.TRUE,
        equipment=Truth.TRUE,
        contraindicated_by=(),
        withheld_by=(),
        cautioned_by=(),
        perhaps_cautioned_by=(),
        indicated_by=(),
        perhaps_indicated_by=(),
        excluded_by=(),
        perhaps_excluded_by=(),
        demerits=0,
        demerited_by=(),
        limits=Frozen({}),
        waits=(),
        step=0,
        knee_flexion_deg=0,
        working_sides=(),
    )
