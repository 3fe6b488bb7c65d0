"""Each kind of difference between two rulebooks, as formulas about one person.

Every formula is about what is *offered*; which of the offered exercises are chosen is left open.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import attrs

from glutemed.model.exercise import DOSE_LIMITS, SIDES, Dose, Exercise
from glutemed.model.rule import Advise, Caution, Limit, Refer, Rule, Urgency
from glutemed.proof.diff_kinds import NATURE, RANKED_BY, WHOLE_PROGRAMME, Change
from glutemed.proof.encoding import Encoding, named
from glutemed.reading.smt import FALSE, conjunction, disjunction, negation, perhaps


class Part(NamedTuple):
    """One way in which something can differ.

    Args:
        change: What kind of difference it is.
        about: The id of the exercise, or what else it is about.
        formula: Of whom it is so.
    """

    change: Change
    about: str
    formula: str


def parts(old: Encoding, new: Encoding) -> Iterator[Part]:
    """Every way in which a person can get something else by the new book."""
    before, after = Book(old), Book(new)
    yield from _less_safe(before, after)
    for part in _less_safe(after, before):
        yield part._replace(change=part.change.mirrored)
    yield from _otherwise(before, after)


@attrs.frozen
class Book:
    """One of two rulebooks."""

    encoding: Encoding

    def exercises(self) -> dict[str, Exercise]:
        """The exercises by id."""
        return {exercise.id: exercise for exercise in self.encoding.ruleset.exercises}

    def got(self, exercise: Exercise) -> str:
        """That an exercise is offered, in a programme."""
        offers = self.encoding.offers
        return conjunction((offers.unreferred, offers.offered(exercise)))

    def at_step(self, exercise: Exercise, step: int) -> str:
        """That the dose is this step."""
        offers = self.encoding.offers
        return conjunction((offers.step(exercise, step), negation(offers.step(exercise, step + 1))))

    def by_depth(self, exercise: Exercise) -> Iterator[tuple[int, str]]:
        """Each depth, and that the exercise is prescribed at it."""
        offers, before = self.encoding.offers, FALSE
        for depth in offers.depths(exercise):
            at_most = offers.depth_at_most(exercise, depth)
            yield depth, conjunction((at_most, negation(before)))
            before = at_most

    def notes(self, exercise: Exercise) -> Iterator[tuple[str, str, str]]:
        """Each caution that may be noted: its rule as written, its words, and that it is noted."""
        for place in self.encoding.offers.join.by_exercise[exercise.id].caution:
            rule = self.encoding.ruleset.rules[place]
            assert isinstance(rule.conclusion, Caution)
            yield rule.written, rule.conclusion.note, self.encoding.names.perhaps(rule.id)

    def advice(self) -> Iterator[tuple[str, str, bool, str]]:
        """Each advice: its rule, its words, whether it says when to stop, and that it is given."""
        for rule in self.encoding.ruleset.rules:
            if isinstance(rule.conclusion, Advise):
                said = rule.conclusion
                yield rule.written, said.text, said.stop, self.encoding.names.sure(rule.id)

    def demerits(self, exercise: Exercise) -> dict[tuple[str, int], str]:
        """What counts against choosing an exercise, and that it does."""
        rules = self.encoding.ruleset.rules
        return {
            (rules[place].id, strength): self.encoding.names.sure(rules[place].id)
            for place, strength in self.encoding.offers.join.by_exercise[exercise.id].demerit
        }

    def caps(self, amount: str) -> dict[int, str]:
        """Each limit on the whole programme below what it is without one, and that it holds."""
        found = [
            (conclusion.at, self.encoding.names.perhaps(rule.id))
            for rule in self.encoding.ruleset.rules
            if isinstance(conclusion := rule.conclusion, Limit)
            and conclusion.touch is None
            and conclusion.amount == amount
            and isinstance(conclusion.at, int)
        ]
        return {
            at: disjunction(holds for cap, holds in found if cap <= at)
            for at in sorted({at for at, _ in found if at < WHOLE_PROGRAMME[amount]})
        }

    def cap_at_most(self, amount: str, at: int) -> str:
        """That a limit on the whole programme is at most this."""
        return disjunction(holds for cap, holds in self.caps(amount).items() if cap <= at)

    def refers(self) -> list[tuple[Rule, Refer]]:
        """The rules that refer."""
        rules = self.encoding.ruleset.rules
        return [(rule, rule.conclusion) for rule in rules if isinstance(rule.conclusion, Refer)]

    def sure(self, urgency: int) -> str:
        """That rules refer at least so urgently."""
        names = self.encoding.names
        return disjunction(
            names.sure(r.id) for r, refer in self.refers() if refer.urgency >= urgency
        )

    def perhaps(self, urgency: int) -> str:
        """That rules may refer at least so urgently."""
        names = self.encoding.names
        return disjunction(
            names.perhaps(r.id) for r, refer in self.refers() if refer.urgency >= urgency
        )

    def nothing_fits(self) -> str:
        """That no rule refers, and a referral comes about because there is nothing."""
        offers = self.encoding.offers
        exercises = self.encoding.ruleset.exercises
        out = (negation(offers.within_reach(exercise)) for exercise in exercises)
        return conjunction((offers.unreferred, *out))

    def seen(self, urgency: int) -> str:
        """That the person is referred at least so urgently."""
        if urgency > Urgency.ROUTINE:
            return self.sure(urgency)
        return disjunction((self.sure(urgency), self.nothing_fits()))

    def asks(self) -> str:
        """That there are questions before the gate."""
        offers, exercises = self.encoding.offers, self.encoding.ruleset.exercises
        rising = (conjunction((self.perhaps(u), negation(self.sure(u)))) for u in Urgency)
        none = (negation(offers.offered(exercise)) for exercise in exercises)
        hopeful = disjunction(offers.within_reach(exercise) for exercise in exercises)
        return disjunction((*rising, conjunction((offers.unreferred, *none, hopeful))))

    def held(self) -> str:
        """That the gate may hold a programme back."""
        encoding = self.encoding
        bitten = []
        for hazard in encoding.ruleset.hazards:
            maybe = perhaps(
                encoding.lowered[named(hazard)], encoding.ruleset.computed, encoding.names
            )
            by = disjunction(encoding.bitten(hazard, e) for e in encoding.ruleset.exercises)
            bitten.append(conjunction((maybe, by)))
        return conjunction((encoding.offers.unreferred, disjunction(bitten)))


def harder(before: Dose, after: Dose) -> bool:
    """Whether a dose is higher in any amount; less rest counts as more."""
    more = any(getattr(after, amount) > getattr(before, amount) for amount in DOSE_LIMITS)
    return more or after.rest_s < before.rest_s


def _less_safe(before: Book, after: Book) -> Iterator[Part]:
    were = before.exercises()
    for exercise in after.exercises().values():
        was = were.get(exercise.id)
        new = conjunction((after.got(exercise), negation(before.got(was) if was else FALSE)))
        yield Part(Change.NEW_EXERCISE, exercise.id, new)
        if was is not None:
            both = (before.got(was), after.got(exercise))
            for change, formula in _more_of(was, exercise, before, after):
                yield Part(change, exercise.id, conjunction((*both, formula)))
    programmes = (before.encoding.programme, after.encoding.programme)
    for amount in WHOLE_PROGRAMME:
        for at, holds in before.caps(amount).items():
            looser = conjunction((*programmes, holds, negation(after.cap_at_most(amount, at))))
            yield Part(Change.LOOSER_PROGRAMME, amount, looser)
    advised = list(after.advice())
    for rule, text, stop, said in before.advice():
        still = disjunction(on for other, words, _, on in advised if rule == other or text == words)
        if stop:
            gone = conjunction((*programmes, said, negation(still)))
            yield Part(Change.STOP_GONE, rule, gone)
    seen = after.seen(Urgency.ROUTINE)
    gone = conjunction((before.seen(Urgency.ROUTINE), negation(seen)))
    yield Part(Change.REFERRAL_GONE, "", gone)
    for urgency in Urgency:
        calmer = (before.seen(urgency), negation(after.seen(urgency)), seen)
        yield Part(Change.LOWER_URGENCY, urgency.word, conjunction(calmer))
        maybe = (before.perhaps(urgency), negation(before.sure(urgency)))
        unasked = conjunction((*maybe, negation(after.perhaps(urgency))))
        yield Part(Change.LESS_LOOKED_FOR, urgency.word, unasked)
    opens = (before.held(), after.encoding.programme, negation(after.held()))
    yield Part(Change.GATE_OPENS, "", conjunction(opens))
    yield Part(Change.MORE_QUESTIONS, "", conjunction((after.asks(), negation(before.asks()))))


def _more_of(
    was: Exercise, exercise: Exercise, before: Book, after: Book
) -> Iterator[tuple[Change, str]]:
    """What can be more of one exercise, and the formula for it."""
    for step, dose in enumerate(was.dose):
        for other, more in enumerate(exercise.dose):
            if harder(dose, more):
                steps = (before.at_step(was, step), after.at_step(exercise, other))
                yield Change.HIGHER_DOSE, conjunction(steps)
    for depth, at in before.by_depth(was):
        deeper = disjunction(to for other, to in after.by_depth(exercise) if other > depth)
        yield Change.DEEPER, conjunction((at, deeper))
    for side in SIDES:
        works = after.encoding.offers.side(exercise, side)
        rests = negation(before.encoding.offers.side(was, side))
        yield Change.MORE_SIDES, conjunction((works, rests))
    noted = list(after.notes(exercise))
    for rule, note, said in before.notes(was):
        still = disjunction(on for other, text, on in noted if rule == other or note == text)
        yield Change.CAUTION_GONE, conjunction((said, negation(still)))


def _otherwise(before: Book, after: Book) -> Iterator[Part]:
    were = before.exercises()
    programmes = (before.encoding.programme, after.encoding.programme)
    for exercise in after.exercises().values():
        was = were.get(exercise.id)
        if was is None:
            continue
        both = conjunction((before.got(was), after.got(exercise)))
        if any(getattr(was, name) != getattr(exercise, name) for name in NATURE):
            yield Part(Change.OTHER_EXERCISE, exercise.id, both)
        noted = {rule: (note, said) for rule, note, said in after.notes(exercise)}
        for rule, note, said in before.notes(was):
            if rule in noted and noted[rule][0] != note:
                shown = conjunction((both, said, noted[rule][1]))
                yield Part(Change.OTHER_CAUTION, exercise.id, shown)
        if any(getattr(was, name) != getattr(exercise, name) for name in RANKED_BY):
            yield Part(Change.OTHER_CHOICE, exercise.id, both)
        first, second = before.demerits(was), after.demerits(exercise)
        for key in dict.fromkeys((*first, *second)):
            differs = _distinct(first.get(key, FALSE), second.get(key, FALSE))
            yield Part(Change.OTHER_CHOICE, exercise.id, conjunction((both, differs)))
    for rule, formula in _advised_otherwise(before, after):
        yield Part(Change.OTHER_ADVICE, rule, conjunction((*programmes, formula)))
    yield from _elsewhere(before, after)


def _advised_otherwise(before: Book, after: Book) -> Iterator[tuple[str, str]]:
    first, second = list(before.advice()), list(after.advice())
    for text in dict.fromkeys(words for _, words, stop, _ in (*first, *second) if not stop):
        here, there = (
            disjunction(said for _, words, stop, said in side if words == text and not stop)
            for side in (first, second)
        )
        rule = next(rule for rule, words, _, _ in (*first, *second) if words == text)
        yield rule, _distinct(here, there)
    for rule, text, stop, said in first:
        for other, words, also, on in second:
            if stop and also and rule == other and words != text:
                yield rule, conjunction((said, on))


def _elsewhere(before: Book, after: Book) -> Iterator[Part]:
    for urgency in Urgency:
        as_urgent = []
        for book in (before, after):
            as_urgent += [book.sure(urgency), negation(book.perhaps(urgency + 1))]
        for words in ("to", "now"):
            first, second = _said_by(before, urgency, words), _said_by(after, urgency, words)
            for word in dict.fromkeys((*first, *second)):
                differs = _distinct(first.get(word, FALSE), second.get(word, FALSE))
                yield Part(Change.SEEN_ELSEWHERE, urgency.word, conjunction((*as_urgent, differs)))


def _said_by(book: Book, urgency: Urgency, words: str) -> dict[str, str]:
    """What the referrals of one urgency say, each with when it is said."""
    found: dict[str, list[str]] = {}
    for rule, refer in book.refers():
        if refer.urgency == urgency:
            for word in refer.to if words == "to" else (refer.now,):
                found.setdefault(word, []).append(book.encoding.names.sure(rule.id))
    return {word: disjunction(said) for word, said in found.items()}


def _distinct(first: str, second: str) -> str:
    if first == second:
        return FALSE
    if FALSE in (first, second):
        return second if first == FALSE else first
    return f"(distinct {first} {second})"
