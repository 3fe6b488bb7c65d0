"""Which goals of coverage anybody meets, and the smallest person who does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import attrs

from glutemed.model.condition import ALWAYS, AnyOf, Condition, Truth, leaves
from glutemed.model.facts import Facts
from glutemed.model.rule import Rule
from glutemed.model.ruleset import Ruleset
from glutemed.proof.coverage import (
    WHOLE,
    Coverage,
    Exercised,
    Goal,
    exercised,
    instances,
    shown_by_examples,
    with_leaf,
)
from glutemed.proof.encoding import Encoding
from glutemed.proof.solver import Solver, SolverMissing
from glutemed.proof.witness import ModelDisagrees, Search
from glutemed.reading.runs import lower
from glutemed.reading.smt import (
    conjunction,
    defined,
    disjunction,
    negation,
    perhaps,
    sure,
    symbol,
)

NEVER = AnyOf(())


@attrs.frozen
class Proposal:
    """A person whom no case shows yet, and the goals that this person meets."""

    facts: Facts
    goals: tuple[Goal, ...]


class Reach:
    """What can be met.

    Args:
        ruleset: The rules.
        goals: The goals that will be asked about.

    Raises:
        SolverMissing: z3 is not installed.
    """

    def __init__(self, ruleset: Ruleset, goals: Iterable[Goal]) -> None:
        self.ruleset = ruleset
        self._encoding = Encoding.of(ruleset)
        self._instances = instances(ruleset)
        named = (line for goal in goals for line in defined(_symbol(goal), self._formula(goal)))
        self._solver = Solver("\n".join((*self._encoding.text(), *named)))
        self._search = Search(self._encoding, self._solver)

    def possible(self, goal: Goal) -> bool:
        """Whether anybody meets a goal."""
        return self._solver.possible(_symbol(goal))

    def person(self, goal: Goal, more: Iterable[Goal] = ()) -> Facts | None:
        """The smallest person who meets a goal: one who gets a programme, where there is such.

        Else one without a warning sign; else anybody. What a rule does shows best in a programme.

        Args:
            goal: What must be met.
            more: What should be met by the same person, each as far as it goes with the others.
        """
        flags = {flag.name for flag in self.ruleset.vocabulary.red_flags}
        denied = {v: v.least for v in self._encoding.variables if v.fact in flags}
        clear = tuple(self._encoding.is_told(denied))
        for narrower, told in (
            ((*clear, self._encoding.programme), denied),
            (clear, denied),
            ((), {}),
        ):
            with self._solver.narrowed(_symbol(goal), *narrower):
                if not self._solver.possible():
                    continue
                also = [_symbol(each) for each in more if each != goal]
                while also:
                    symbol_, *also = also
                    if self._solver.possible(symbol_):
                        self._solver.narrow(symbol_)
                return self._search.smallest(told=told, quickly=True)
        return None

    def _formula(self, goal: Goal) -> str:
        return disjunction(self._of(rule, goal) for rule in self._instances[goal.rule])

    def _of(self, rule: Rule, goal: Goal) -> str:
        names = self._encoding.names
        if goal.leaf == WHOLE:
            return _is(goal.truth, names.sure(rule.id), names.perhaps(rule.id))
        leaf = tuple(leaves(rule.condition))[goal.leaf]
        said = [self._both(with_leaf(rule.condition, goal.leaf, way)) for way in (NEVER, ALWAYS)]
        (no_sure, no_perhaps), (yes_sure, yes_perhaps) = said
        decides = disjunction(
            (
                conjunction((negation(no_perhaps), yes_sure)),
                conjunction((no_sure, negation(yes_perhaps))),
            )
        )
        return conjunction((_is(goal.truth, *self._both(leaf)), decides))

    def _both(self, condition: Condition) -> tuple[str, str]:
        lowered = lower(condition, self.ruleset.quantities)
        computed, names = self.ruleset.computed, self._encoding.names
        return sure(lowered, computed, names), perhaps(lowered, computed, names)


def _form(goal: Goal, made: Mapping[str, list[Rule]]) -> tuple[object, ...]:
    """What goals have in common whose rules ask the same of different exercises."""
    rule = made[goal.rule][0]
    asked = tuple(
        (leaf.fact.rpartition(".")[2], leaf.comparison)
        if leaf.fact.startswith("response.each.")
        else leaf
        for leaf in leaves(rule.condition)
    )
    return type(rule.conclusion), asked, goal.leaf, goal.truth


def _symbol(goal: Goal) -> str:
    return symbol("goal", goal.rule, str(goal.leaf), goal.truth.name)


def _is(truth: Truth, sure_: str, perhaps_: str) -> str:
    if truth is Truth.TRUE:
        return sure_
    return negation(perhaps_) if truth is Truth.FALSE else conjunction((negation(sure_), perhaps_))


def coverage(ruleset: Ruleset, packs: frozenset[str] | None = None) -> Coverage:
    """What the cases of a ruleset exercise, and what they could.

    Args:
        ruleset: The rules, with all cases.
        packs: The packs whose rules are judged; by default all of them.

    Raises:
        FactsInvalid: The facts of a case do not fit the rules.
        EngineFailed: The engine failed; nothing can be said then.
    """
    goals = tuple(
        goal
        for goal in Exercised(ruleset).goals
        if packs is None or goal.rule.partition("/")[0] in packs
    )
    found = exercised(ruleset)
    met = {goal: found[goal] for goal in goals if goal in found}
    left = tuple(goal for goal in goals if goal not in met)
    judged, reachable = True, left
    try:
        reach = Reach(ruleset, left)
        reachable = tuple(goal for goal in left if reach.possible(goal))
    except SolverMissing:
        judged = False
    unreachable = tuple(goal for goal in left if goal not in set(reachable))
    shown = shown_by_examples(ruleset, (*met, *reachable))
    return Coverage(met, reachable, unreachable, judged, shown)


def proposals(ruleset: Ruleset, gaps: Iterable[Goal], *, few: bool = False) -> Iterator[Proposal]:
    """People who together meet every goal of some, each the smallest who meets one of them.

    Args:
        ruleset: The rules.
        gaps: Goals that can be met.
        few: Fewer people: each meets, of the rules that ask the same of different exercises, as
            many of the same goal as go together.

    Raises:
        SolverMissing: z3 is not installed.
        ModelDisagrees: The engine does not read a person as the solver does.
    """
    left = sorted(gaps, key=lambda goal: (goal.leaf == WHOLE, goal))
    reach, exercise, made = Reach(ruleset, left), Exercised(ruleset), instances(ruleset)
    while left:
        alike = [goal for goal in left if _form(goal, made) == _form(left[0], made)]
        facts = reach.person(left[0], alike if few else ())
        met = exercise.met(facts) if facts is not None else set()
        if facts is None or left[0] not in met:
            raise ModelDisagrees(
                f"the solver finds a person for `{left[0].rule}`, and the engine reads the rule "
                "otherwise; no case is proposed"
            )
        yield Proposal(facts, tuple(goal for goal in left if goal in met))
        left = [goal for goal in left if goal not in met]
