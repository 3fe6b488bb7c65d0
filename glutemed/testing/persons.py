"""People: every fact known, unknown or declined, with values beside the thresholds of the rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import attrs
from hypothesis import strategies as st

from glutemed.intake import contradictions
from glutemed.model.condition import Truth, leaves
from glutemed.model.facts import UNKNOWN, Facts, FactValue, Members
from glutemed.model.rule import Derive, Indicate, Refer, Rule, Score
from glutemed.model.ruleset import Ruleset
from glutemed.model.vocabulary import Contradiction, FactDeclaration, Kind
from glutemed.reading.cells import axes
from glutemed.reading.runs import Run, Variable, code, lower, variables
from glutemed.reading.truth import Situation, truth

_DECLINED = object()
_IN, _NOT_IN, _SILENT = "present", "absent", "silent"


@attrs.frozen
class Choices:
    """What one fact may be.

    Args:
        declared: The fact.
        every: Values beside each threshold and at the edges; of a set, of each of its members.
        calm: Those of them that meet the fewest reasons not to exercise, and the most to.
    """

    declared: FactDeclaration
    every: tuple[tuple[FactValue, ...], ...]
    calm: tuple[tuple[FactValue, ...], ...]
    # A person is some 300 draws: to make a strategy for each anew takes longer than to draw.
    _any_of: tuple[st.SearchStrategy[FactValue], ...] = attrs.field(init=False, eq=False)
    _calm_of: tuple[st.SearchStrategy[FactValue], ...] = attrs.field(init=False, eq=False)

    @_any_of.default
    def _of_every(self) -> tuple[st.SearchStrategy[FactValue], ...]:
        return tuple(map(st.sampled_from, self.every))

    @_calm_of.default
    def _of_calm(self) -> tuple[st.SearchStrategy[FactValue], ...]:
        return tuple(map(st.sampled_from, self.calm))

    def value(self, draw: st.DrawFn, *, calm: bool, complete: bool = False) -> FactValue:
        """One value that the fact may have."""
        found = [draw(each) for each in (self._calm_of if calm else self._any_of)]
        if self.declared.kind is not Kind.SET:
            return found[0]
        said = zip(self.declared.values, found, strict=True)
        places: dict[str, set[str]] = {_IN: set(), _NOT_IN: set(), _SILENT: set()}
        for member, place in said:
            places[str(place)].add(member)
        if complete or calm:
            places[_NOT_IN] |= places[_SILENT]
        return Members(places[_IN], places[_NOT_IN])

    def whole(self) -> tuple[FactValue, ...]:
        """Some values that leave nothing of it open: of a set, none of its members, or one alone."""
        if self.declared.kind is not Kind.SET:
            return tuple(value for value in self.every[0] if value is not UNKNOWN)
        members = frozenset(self.declared.values)
        alone = (Members({member}, members - {member}) for member in self.declared.values)
        return (Members((), members), *alone)


def choices(ruleset: Ruleset) -> tuple[Choices, ...]:
    """What each fact may be that some rule reads, and one or two that none does."""
    kept = ruleset.memo.get("testing choices")
    if kept is None:
        kept = ruleset.memo.setdefault("testing choices", _choices(ruleset))
    return kept  # type: ignore[no-any-return]


def people(ruleset: Ruleset) -> st.SearchStrategy[Facts]:
    """Anybody: each fact known, unknown or declined, without regard to what is likely."""
    return _people(ruleset, _anybody)


def plausible_people(ruleset: Ruleset) -> st.SearchStrategy[Facts]:
    """People as they come: red flags mostly answered with no, a reason to exercise, few gaps.

    Many of them get a programme.
    """
    return _people(ruleset, _plausible)


def complete_people(ruleset: Ruleset) -> st.SearchStrategy[Facts]:
    """People of whom everything that a rule reads is known."""
    names = [each.declared.name for each in choices(ruleset)]

    def whole(facts: Facts) -> bool:
        return all(facts.value(name) is not UNKNOWN for name in names)

    return _people(ruleset, _complete).filter(whole)


def _people(
    ruleset: Ruleset, person: Callable[[st.DrawFn, tuple[Choices, ...]], Facts]
) -> st.SearchStrategy[Facts]:
    @st.composite
    def made(draw: st.DrawFn) -> Facts:
        found = choices(ruleset)
        return _reconciled(draw, person(draw, found), found, ruleset)

    return made()


def reconciled(facts: Facts, ruleset: Ruleset) -> Facts:
    """The same person without the answers that contradict others: nobody contradicts themselves."""
    wrong = {declared.name for declared, _ in contradictions(facts, ruleset.vocabulary)}
    if not wrong:
        return facts
    said = {name: value for name, value in facts.stated().items() if name not in wrong}
    return Facts.of(said, facts.declined - wrong)


def _reconciled(
    draw: st.DrawFn, facts: Facts, found: tuple[Choices, ...], ruleset: Ruleset
) -> Facts:
    """The same person with other answers in place of those that contradict, as far as there are."""
    wrong = {declared.name for declared, _ in contradictions(facts, ruleset.vocabulary)}
    if not wrong:
        return facts
    facts, concerned = reconciled(facts, ruleset), _concerned(ruleset)
    for each in found:
        name = each.declared.name
        if name not in wrong:
            continue
        fits = [
            value
            for value in each.whole()
            if not _Otherwise(facts, name, value).contradicts(ruleset, concerned.get(name, ()))
        ]
        facts = facts.with_fact(name, draw(st.sampled_from(fits))) if fits else facts
    return facts


def _concerned(ruleset: Ruleset) -> Mapping[str, tuple[tuple[str, Contradiction], ...]]:
    """For each fact what may contradict another answer to it, with the fact that declares that."""
    kept = ruleset.memo.get("testing contradictions")
    if kept is None:
        made: dict[str, tuple[tuple[str, Contradiction], ...]] = {}
        for declared, found in ruleset.vocabulary.contradictions:
            for name in {declared.name, *(leaf.fact for leaf in leaves(found.when))}:
                made[name] = (*made.get(name, ()), (declared.name, found))
        kept = ruleset.memo.setdefault("testing contradictions", made)
    return kept  # type: ignore[no-any-return]


@attrs.frozen
class _Otherwise:
    """Somebody who contradicts nothing, with one other answer."""

    facts: Facts
    name: str
    other: FactValue

    def value(self, name: str) -> FactValue:
        """What is known of a fact."""
        return self.other if name == self.name else self.facts.value(name)

    def contradicts(
        self, ruleset: Ruleset, concerned: tuple[tuple[str, Contradiction], ...]
    ) -> bool:
        """Whether the other answer makes one of what it concerns come true."""
        situation = Situation(ruleset.vocabulary.facts, self, {})
        return any(
            self.value(declaring) is not UNKNOWN and truth(found.when, situation) is Truth.TRUE
            for declaring, found in concerned
        )


def _facts(values: Mapping[str, object], partly: Iterable[str] = ()) -> Facts:
    declined = {*partly, *(name for name, value in values.items() if value is _DECLINED)}
    stated = {
        name: value
        for name, value in values.items()
        if value is not _DECLINED and value is not UNKNOWN
    }
    return Facts.of(stated, declined)  # type: ignore[arg-type]


_GAPS = st.sampled_from((UNKNOWN, UNKNOWN, _DECLINED))
_TENTH, _TWENTIETH, _QUARTER = st.integers(0, 9), st.integers(0, 19), st.integers(0, 3)
_EITHER = st.booleans()


def _anybody(draw: st.DrawFn, found: tuple[Choices, ...]) -> Facts:
    known = draw(st.sampled_from((2, 5, 8)))
    values: dict[str, object] = {}
    partly: list[str] = []
    for each in found:
        name = each.declared.name
        if draw(_TENTH) < known:
            value = values[name] = each.value(draw, calm=draw(_EITHER))
            if isinstance(value, Members) and draw(_QUARTER) == 0:
                partly.append(name)  # what is not known of the set was asked in vain
        else:
            values[name] = draw(_GAPS)
    return _facts(values, partly)


def _plausible(draw: st.DrawFn, found: tuple[Choices, ...]) -> Facts:
    clear = draw(_TENTH) < 8
    gaps = draw(st.sampled_from((0, 1, 3)))
    values: dict[str, object] = {}
    for each in found:
        roll = draw(_TWENTIETH)
        calm = (clear and each.declared.red_flag) or roll < 15
        if roll >= 20 - gaps and not (clear and each.declared.red_flag):
            values[each.declared.name] = draw(_GAPS)
        else:
            values[each.declared.name] = each.value(draw, calm=calm)
    return _facts(values)


def _complete(draw: st.DrawFn, found: tuple[Choices, ...]) -> Facts:
    calm = draw(_TENTH) < 7
    return _facts(
        {
            each.declared.name: each.value(draw, calm=calm and draw(_TENTH) < 9, complete=True)
            for each in found
        }
    )


def _choices(ruleset: Ruleset) -> tuple[Choices, ...]:
    lowered = [lower(rule.condition, ruleset.quantities) for rule in ruleset.rules]
    cuts = {axis.variable: axis.cuts for axis in axes(lowered, frozenset())}
    read = {variable.fact for variable in cuts}
    pull = _pull(ruleset)
    unread = [fact.name for fact in ruleset.vocabulary if fact.name not in read][:2]
    return tuple(
        _of_fact(fact, cuts, pull)
        for fact in ruleset.vocabulary
        if fact.name in read or fact.name in unread
    )


def _of_fact(
    fact: FactDeclaration,
    cuts: Mapping[Variable, tuple[int, ...]],
    pull: dict[Variable, list[_Pull]],
) -> Choices:
    if fact.kind is Kind.SET:
        every, calm = [], []
        for member in fact.values:
            weight = _weight(pull.get(Variable(fact.name, member, 0, 1), []))
            every.append((_IN, _NOT_IN, _SILENT))
            calm.append((_IN, _IN, _NOT_IN) if weight(1) > weight(0) else (_NOT_IN, _SILENT))
            if weight(1) == weight(0):
                calm[-1] = (_IN, _NOT_IN)
        return Choices(fact, tuple(every), tuple(calm))
    if fact.kind is Kind.BOOL:
        values: tuple[FactValue, ...] = (False, True)
    elif fact.kind is Kind.ENUM:
        values = fact.values
    else:
        found = [own for variable, own in cuts.items() if variable.fact == fact.name]
        near = {cut + step for own in found for cut in own for step in (-1, 0)}
        values = tuple(sorted({fact.least, fact.most} | near))
    own = [each for variable, pulls in pull.items() if variable.fact == fact.name for each in pulls]
    weight = _weight(own)
    most = max(weight(code(value, fact)) for value in values)  # type: ignore[arg-type]
    calm_values = tuple(v for v in values if weight(code(v, fact)) == most)  # type: ignore[arg-type]
    return Choices(fact, (values,), (calm_values,))


@attrs.frozen
class _Pull:
    runs: tuple[Run, ...]
    good: int


def _weight(pulls: list[_Pull]) -> Callable[[int], int]:
    def weight(number: int) -> int:
        met = (p.good for p in pulls if any(first <= number <= last for first, last in p.runs))
        return sum(met)

    return weight


def _pull(ruleset: Ruleset) -> dict[Variable, list[_Pull]]:
    """What each comparison of a rule speaks for: for exercise, or against it."""
    found: dict[Variable, list[_Pull]] = {}
    for rule in ruleset.rules:
        good = _speaks_for(rule)
        if good:
            for leaf in variables(lower(rule.condition, ruleset.quantities)):
                found.setdefault(leaf.variable, []).append(_Pull(leaf.runs, good))
    return found


def _speaks_for(rule: Rule) -> int:
    match rule.conclusion:
        case Indicate():
            return 2
        case Refer():
            return -4
        case Derive():
            return -1
        case Score(_, points):
            return -1 if points > 0 else 1
        case _:
            return 0
