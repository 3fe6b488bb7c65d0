"""Every law held against people made up at random; where one falls, with the smallest of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import attrs
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import HypothesisException

from glutemed.model.facts import Facts
from glutemed.model.ruleset import Ruleset
from glutemed.testing import laws
from glutemed.testing.persons import complete_people, people, plausible_people
from glutemed.testing.strategies import fewer, neighbours, reordered, stricter
from glutemed.testing.thresholds import people_near_thresholds

EXAMPLES = 100
Given = tuple[Any, ...]


@attrs.frozen(kw_only=True)
class Law:
    """One law, and what it is held against.

    Args:
        name: The name of its function in `glutemed.testing.laws`.
        says: The law, in a sentence.
        draw: What the law is given after the ruleset.
        check: The law.
        called: What each of the things given is called; nothing shrinks what is called "".
        whole: Places of people of whom everything must stay known.
    """

    name: str
    says: str
    draw: Callable[[st.DataObject, Ruleset], Given]
    check: Callable[..., object]
    called: tuple[str, ...]
    whole: frozenset[int] = frozenset()


@attrs.frozen(kw_only=True)
class Held:
    """How a law fared.

    Args:
        law: Which.
        examples: How often it was tried.
        apt: In how many of these it said anything: some laws are about people who are alike.
        broken: What was broken; empty where the law held.
        given: What broke it, as small as was found: each with what it is called.
    """

    law: Law
    examples: int
    apt: int
    broken: str = ""
    given: tuple[tuple[str, Any], ...] = ()


def anybody(ruleset: Ruleset) -> st.SearchStrategy[Facts]:
    """People as they come, people near thresholds, and people without regard to what is likely."""
    return st.one_of(plausible_people(ruleset), people_near_thresholds(ruleset), people(ruleset))


def fuzz(ruleset: Ruleset, *, examples: int = EXAMPLES, start: int = 0) -> Iterator[Held]:
    """Hold each law against people made up at random, one law after the other.

    Args:
        ruleset: The rules.
        examples: How often to try each law.
        start: Where chance begins; the same start and rules try the same people.
    """
    for law in LAWS:
        yield _held(law, ruleset, examples, start)


@attrs.define
class _Tried:
    examples: int = 0
    apt: int = 0
    failing: Given | None = None


def _held(law: Law, ruleset: Ruleset, examples: int, start: int) -> Held:
    tried = _Tried()

    @seed(start)
    @settings(
        max_examples=examples,
        phases=[Phase.generate],  # what is drawn gets no smaller by knowing less, so we do that
        deadline=None,
        database=None,
        print_blob=False,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def look(data: st.DataObject) -> None:
        drawn = law.draw(data, ruleset)
        tried.examples += 1
        failed, applies = _outcome(law, ruleset, drawn)
        tried.apt += applies
        if failed is not None:
            tried.failing = drawn
            raise failed

    try:
        look()
    except Exception:  # whatever a law ends with, it does not hold
        if tried.failing is None:
            raise
    if tried.failing is None:
        return Held(law=law, examples=tried.examples, apt=tried.apt)
    given_, failed = _smallest(law, ruleset, tried.failing)
    said = str(failed).partition("\n")[0] or type(failed).__name__
    return Held(
        law=law,
        examples=tried.examples,
        apt=tried.apt,
        broken=said,
        given=tuple(zip(law.called, given_, strict=True)),
    )


def _outcome(law: Law, ruleset: Ruleset, drawn: Given) -> tuple[Exception | None, bool]:
    """What a law was broken with, and whether it had anything to say."""
    try:
        said = law.check(ruleset, *drawn)
    except HypothesisException:
        raise
    except Exception as failed:  # noqa: BLE001  a law that cannot be tried does not hold either
        return failed, True
    return None, said is not False


def _smallest(law: Law, ruleset: Ruleset, drawn: Given) -> tuple[Given, Exception]:
    """The same with less known, as long as the law still falls in this way."""
    failed, _ = _outcome(law, ruleset, drawn)
    if failed is None:
        return drawn, AssertionError("it fell once, and not again: what was kept of others counts")
    names = sorted(_named(law, drawn))
    size = len(names)
    while size:  # halves first, then single facts: most people state many that do not matter
        for at in range(0, len(names), size):
            gone = frozenset(names[at : at + size])
            without = tuple(
                each if place in law.whole else _without(each, gone)
                for place, each in enumerate(drawn)
            )
            again, _ = _outcome(law, ruleset, without)
            if again is not None and type(again) is type(failed):
                drawn, failed = without, again
        names = [name for name in names if name in _named(law, drawn)]
        size = min(size, len(names) + 1) // 2
    return drawn, failed


def _named(law: Law, drawn: Given) -> set[str]:
    """The facts that somebody states or declines."""
    found: set[str] = set()
    for place, each in enumerate(drawn):
        if isinstance(each, Facts) and place not in law.whole:
            found |= {*each.stated(), *each.declined}
    return found


def _without(each: Any, gone: frozenset[str]) -> Any:
    if not isinstance(each, Facts):
        return each
    stated = {fact: value for fact, value in each.stated().items() if fact not in gone}
    return Facts.of(stated, each.declined - gone)


# --- The laws -------------------------------------------------------------------------------------


def _one(data: st.DataObject, ruleset: Ruleset) -> Given:
    return (data.draw(anybody(ruleset)),)


def _beside(data: st.DataObject, ruleset: Ruleset) -> Given:
    person = data.draw(anybody(ruleset))
    return person, data.draw(neighbours(ruleset, person))


def _forgetful(data: st.DataObject, ruleset: Ruleset) -> Given:
    person = data.draw(anybody(ruleset))
    return person, data.draw(fewer(ruleset, person))


def _restricted(data: st.DataObject, ruleset: Ruleset) -> Given:
    return data.draw(stricter(ruleset)), data.draw(anybody(ruleset))


def _retold(data: st.DataObject, ruleset: Ruleset) -> Given:
    person = data.draw(anybody(ruleset))
    return person, ruleset, data.draw(reordered(person))


def _asked(data: st.DataObject, ruleset: Ruleset) -> Given:
    whole = data.draw(complete_people(ruleset))
    start = data.draw(fewer(ruleset, whole, declining=False))
    return start, whole, data.draw(laws.reluctance(ruleset))


LAWS: tuple[Law, ...] = (
    Law(
        name="forgetting",
        says="with fewer facts known nothing is offered anew, raised, or referred more calmly",
        draw=_forgetful,
        check=laws.forgetting,
        called=("the person", "the same, of whom less is known"),
    ),
    Law(
        name="restricting",
        says="one more contraindication, caution, limit or referral makes no outcome bolder",
        draw=_restricted,
        check=laws.restricting,
        called=("the stricter rules", "the person"),
    ),
    Law(
        name="order_never_matters",
        says="the same facts in another order are answered in the same bytes",
        draw=_retold,
        check=laws.order_never_matters,
        called=("the person", "", "the same, told in another order"),
    ),
    Law(
        name="readings_agree",
        says="durable-rules, the engine and the specification say the same of every rule",
        draw=_one,
        check=laws.readings_agree,
        called=("the person",),
    ),
    Law(
        name="same_cells_same_truths",
        says="people in the same cells are the same to every rule",
        draw=_beside,
        check=laws.same_cells_same_truths,
        called=("the person", "another in the same cells"),
    ),
    Law(
        name="offered_is_safe",
        says="what is offered is allowed, indicated, and within every limit",
        draw=_one,
        check=laws.offered_is_safe,
        called=("the person",),
    ),
    Law(
        name="no_red_flag_lets_an_exercise_out",
        says="no exercise beside a referral that holds or may hold, and none against a hazard",
        draw=_one,
        check=laws.no_red_flag_lets_an_exercise_out,
        called=("the person",),
    ),
    Law(
        name="equal_signatures_equal_outcomes",
        says="people with equal signatures get equal outcomes",
        draw=_beside,
        check=laws.equal_signatures_equal_outcomes,
        called=("the person", "another with the same signature"),
    ),
    Law(
        name="interview_ends",
        says="the interview ends, and answers what answering everything would",
        draw=_asked,
        check=laws.interview_ends,
        called=("the person", "what they answer when asked", "what they will not tell"),
        whole=frozenset({1}),
    ),
)
