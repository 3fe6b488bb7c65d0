"""A code gives back exactly the facts that it was made of, or is refused."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from glutemed.answer_code import CodeRefused, answers_of, code_of, facts_of, signs
from glutemed.model.condition import ALWAYS
from glutemed.model.facts import UNKNOWN, Facts, Members
from glutemed.model.vocabulary import Vocabulary
from glutemed.pipeline import load_ruleset, read_facts
from glutemed.testing.persons import complete_people, people, plausible_people

RULES = load_ruleset()
AS_TYPED = 60
EACH = "response.each."
FIRST_VISIT = {
    "screening": "clear",
    "person.age": 47,
    "complaint": {
        "conditions": ["patellofemoral_pain"],
        "side": "both",
        "weeks": 26,
        "pain_usual": 5,
        "pain_at_rest": 1,
    },
    "history": {"latex_allergy": False, "unsteady": False, "kneeling_hurts": True},
    "equipment": {"bands": ["light", "medium"], "free_weights": True, "step": False},
    "response.sessions_done": 0,
}
TYPICAL = {
    "a first visit": FIRST_VISIT,
    "one red flag": FIRST_VISIT | {"screening": {"hot_swollen_knee": True}},
    "no diagnosis": FIRST_VISIT
    | {
        "complaint": FIRST_VISIT["complaint"]
        | {"conditions": {"rest": "declined"}, "felt_at": ["front", "inner"]}
    },
    "much history": FIRST_VISIT
    | {
        "complaint": FIRST_VISIT["complaint"]
        | {"conditions": ["knee_osteoarthritis", "hip_replacement", "fragile_bones"]},
        "history": FIRST_VISIT["history"]
        | {
            "latex_allergy": True,
            "hip_replaced": "left",
            "hip_replaced_weeks": 60,
            "hip_approach": "posterior",
            "weight_bearing_allowed": True,
        },
        "equipment": FIRST_VISIT["equipment"] | {"bands_latex_free": True},
    },
    "after some weeks": FIRST_VISIT
    | {
        "response": {
            "sessions_done": 14,
            "stage_earned": 1,
            "worst_pain_during": 2,
            "settled_by_morning": True,
            "worse_next_morning": False,
        }
    },
    "nothing known": {},
}
TYPICAL["after some weeks"] = {
    name: value for name, value in TYPICAL["after some weeks"].items() if "." not in name
} | {"person.age": 47}


def known(name: str) -> Facts:
    return read_facts(TYPICAL[name], RULES)


def kept(exercises: int, sessions: int) -> Facts:
    """Somebody who has kept a diary for weeks: of every exercise it is known how it went."""
    values = known("after some weeks").stated()
    values |= {"response.sessions_done": sessions, "response.worst_pain_during": 2}
    likely = [each for each in RULES.exercises if each.stage == 1 and each.load.kind == "none"]
    for each in RULES.exercises:
        for field in ("sessions", "pain_during", "steps_earned"):
            values[f"{EACH}{each.id}.{field}"] = 0
    for place, each in enumerate(likely[:exercises]):
        values[f"{EACH}{each.id}.sessions"] = max(0, sessions - place % 3)
        values[f"{EACH}{each.id}.pain_during"] = place % 3
        values[f"{EACH}{each.id}.steps_earned"] = place % 2
    return Facts.of(values)


def accepted(code: str) -> bool:
    try:
        answers_of(code, RULES)
    except CodeRefused:
        return False
    return True


@pytest.mark.law
@pytest.mark.parametrize("strategy", [people, plausible_people, complete_people])
def test_every_person_comes_back_exactly(strategy):
    @settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow])
    @given(strategy(RULES))
    def holds(facts: Facts) -> None:
        assert facts_of(code_of(facts, RULES), RULES) == facts

    holds()


def test_every_case_of_the_rules_comes_back_exactly():
    for case in RULES.cases:
        facts = read_facts(dict(case.facts), RULES)
        assert facts_of(code_of(facts, RULES), RULES) == facts, case.name


@pytest.mark.parametrize("name", TYPICAL)
def test_a_typical_person_fits_into_sixty_signs(name):
    facts = known(name)
    code = code_of(facts, RULES)
    assert len(code) <= AS_TYPED
    assert facts_of(code, RULES) == facts


@pytest.mark.parametrize(("exercises", "sessions"), [(0, 1), (5, 6), (8, 12), (9, 18)])
def test_so_does_who_has_kept_a_diary_for_weeks(exercises, sessions):
    facts = kept(exercises, sessions)
    code = code_of(facts, RULES)
    assert len(code) <= AS_TYPED
    assert facts_of(code, RULES) == facts


@pytest.mark.law
@settings(max_examples=60)
@given(st.data())
def test_a_record_of_any_kind_comes_back_exactly(data):
    """Above the count of all sessions too, with gaps and refusals: the likely is only shorter."""
    facts = kept(data.draw(st.integers(0, 12)), data.draw(st.integers(0, 30)))
    values, declined = facts.stated(), set()
    singles = [fact for fact in RULES.vocabulary if fact.name.startswith(EACH)]
    for fact in data.draw(st.lists(st.sampled_from(singles), max_size=20, unique=True)):
        answer = data.draw(st.sampled_from(["a value", "nothing", "declined"]))
        values.pop(fact.name, None)
        if answer == "a value":
            values[fact.name] = data.draw(st.integers(fact.least, fact.most))
        elif answer == "declined":
            declined.add(fact.name)
    for name in ("response.sessions_done", "response.stage_earned", "equipment.bands"):
        if data.draw(st.booleans()):
            values.pop(name, None)
    mixed = Facts.of(values, declined)
    assert facts_of(code_of(mixed, RULES), RULES) == mixed


@pytest.mark.parametrize("stage", [1, 3])
def test_it_comes_back_where_all_exercises_are_likely_or_none_is(stage):
    every = tuple(attrs.evolve(each, stage=stage, needs=ALWAYS) for each in RULES.exercises)
    alike = attrs.evolve(RULES, exercises=every)
    facts = kept(5, 6)
    assert facts_of(code_of(facts, alike), alike) == facts


def test_a_code_rests_on_which_exercises_are_likely():
    """Were it not refused, it would be read as another person's."""
    code = code_of(kept(5, 6), RULES)
    first = RULES.exercises[0]
    moved = (attrs.evolve(first, stage=first.stage % 3 + 1), *RULES.exercises[1:])
    with pytest.raises(CodeRefused, match="other questions"):
        answers_of(code, attrs.evolve(RULES, exercises=moved))


def test_what_was_declined_stays_declined_and_what_is_unknown_unknown():
    facts = Facts.of(
        {
            "complaint.conditions": Members({"patellofemoral_pain"}, {"hip_replacement"}),
            "screening.hot_swollen_knee": True,
        },
        {"complaint.conditions", "person.age", "screening.fever_with_knee_pain"}
        & {*RULES.vocabulary.facts},
    )
    found = facts_of(code_of(facts, RULES), RULES)
    assert found == facts
    assert found.declined == facts.declined
    assert found.value("complaint.weeks") is UNKNOWN


@pytest.mark.parametrize("most", [False, True])
def test_every_value_of_every_fact_comes_back(most):
    """The edges of each range, which a code of a few bits might lose."""
    values = {}
    for fact in RULES.vocabulary:
        if fact.kind == "int":
            values[fact.name] = fact.most if most else fact.least
        elif fact.kind == "bool":
            values[fact.name] = most
        elif fact.kind == "enum":
            values[fact.name] = fact.values[-1 if most else 0]
        else:
            values[fact.name] = Members(fact.values) if most else Members(absent=fact.values)
    facts = Facts.of(values)
    assert facts_of(code_of(facts, RULES), RULES) == facts


@pytest.mark.parametrize("weeks", [0, 1, 2, 3, 4, 255, 256, 1023, 1024, 2599, 2600])
def test_every_length_of_a_wide_range_comes_back(weeks):
    facts = Facts.of({"complaint.weeks": weeks})
    assert facts_of(code_of(facts, RULES), RULES) == facts


@pytest.mark.parametrize("name", ["a first visit", "much history", "nothing known"])
def test_any_single_wrong_sign_is_found(name):
    plain = code_of(known(name), RULES).replace("-", "")
    wrong = [
        f"{plain[:place]}{sign}{plain[place + 1 :]}"
        for place in range(len(plain))
        for sign in signs.ALPHABET
        if sign != plain[place]
    ]
    assert len(wrong) == 31 * len(plain)
    assert not [code for code in wrong if accepted(code)]


@pytest.mark.parametrize("name", TYPICAL)
def test_any_swap_of_neighbours_and_any_lost_or_doubled_sign_is_found(name):
    plain = code_of(known(name), RULES).replace("-", "")
    wrong = {
        made
        for at in range(len(plain))
        for made in (
            plain[:at] + plain[at : at + 2][::-1] + plain[at + 2 :],
            plain[:at] + plain[at + 1 :],
            plain[:at] + plain[at] + plain[at:],
        )
    } - {plain}
    assert len(wrong) > 2 * len(set(plain))
    assert not [code for code in wrong if accepted(code)]


def test_a_long_code_is_guarded_as_well():
    numbers = [fact for fact in RULES.vocabulary if fact.kind == "int"]
    values = {fact.name: fact.least + place % (fact.most + 1) for place, fact in enumerate(numbers)}
    plain = code_of(Facts.of(values), RULES).replace("-", "")
    assert len(plain) > 89
    swapped = [plain[:at] + plain[at : at + 2][::-1] + plain[at + 2 :] for at in range(len(plain))]
    changed = [
        plain[:at] + signs.ALPHABET[signs.ALPHABET.index(plain[at]) ^ by] + plain[at + 1 :]
        for at in range(len(plain))
        for by in (1, 31)
    ]
    assert not [code for code in {*swapped, *changed} - {plain} if accepted(code)]


def test_it_is_read_as_people_write_it():
    facts = known("a first visit")
    code = code_of(facts, RULES)
    for written in (
        code.lower(),
        code.replace("-", ""),
        code.replace("-", " – "),
        f"  {code}\n",
        code.replace("0", "o").replace("1", "l"),
        code.replace("0", "O").replace("1", "I"),
    ):
        assert facts_of(written, RULES) == facts


def test_its_signs_cannot_be_taken_for_each_other():
    assert len(signs.ALPHABET) == 32
    assert not set("ILOU") & set(signs.ALPHABET)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("", "too short"),
        ("ABC", "too short"),
        ("U" * 30, "no U"),
        ("é" * 30, "letters from A to Z"),
        ("0" * 30, "mistyped"),
        ("0" * 100_000, "too long"),
    ],
)
def test_what_is_no_code_is_refused_with_a_reason(code, said):
    with pytest.raises(CodeRefused, match=said):
        answers_of(code, RULES)


def test_other_questions_refuse_it():
    code = code_of(known("a first visit"), RULES)
    facts = [fact for fact in RULES.vocabulary if fact.name != "history.kneeling_hurts"]
    fewer = attrs.evolve(
        RULES, vocabulary=Vocabulary(type(RULES.vocabulary.facts)({f.name: f for f in facts}))
    )
    with pytest.raises(CodeRefused, match="other questions"):
        answers_of(code, fewer)


def test_other_rules_with_the_same_questions_are_told_apart():
    facts = known("a first visit")
    code = code_of(facts, RULES)
    other = attrs.evolve(RULES, fingerprint="0" * 64)
    assert answers_of(code, RULES).same_rules
    assert not answers_of(code, other).same_rules
    assert answers_of(code, other).facts == facts


@settings(max_examples=200)
@given(st.text(max_size=80))
def test_any_text_is_refused_or_read(text):
    assert accepted(text) in {True, False}


@settings(max_examples=300)
@given(st.lists(st.integers(0, 31), min_size=1, max_size=120))
def test_a_code_that_somebody_forged_is_refused_or_the_code_of_what_it_says(answers):
    """No two codes say the same: what is read must be written again just so."""
    code = code_of(Facts(), RULES).replace("-", "")
    bound = [signs.ALPHABET.index(sign) for sign in code[:6]]
    forged = signs.grouped(signs.checked([*bound, *answers]))
    try:
        facts = facts_of(forged, RULES)
    except CodeRefused:
        return
    assert code_of(facts, RULES) == forged


def test_a_fact_that_the_rules_do_not_know_has_no_code():
    with pytest.raises(ValueError, match="there is no fact"):
        code_of(Facts.of({"history.made_up": True}), RULES)


def test_no_message_repeats_what_was_typed():
    code = code_of(known("one red flag"), RULES)
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    with pytest.raises(CodeRefused) as refused:
        answers_of(wrong, RULES)
    assert wrong not in str(refused.value)


@pytest.mark.parametrize(
    "published",
    ["a1lqfn3a", "abcdef1l7aum6echk45nj3s0wdvt2fg8x9yrzpqzd3ryx", "?1v759aa"],
)
def test_the_checksum_is_the_published_one(published):
    """Valid strings of BIP 350, in its own letters: so its promises are ours."""
    letters = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
    prefix, _, rest = published.rpartition("1")
    spread = [ord(sign) >> 5 for sign in prefix] + [0] + [ord(sign) & 31 for sign in prefix]
    found = spread + [letters.index(sign) for sign in rest]
    assert signs.checked(found[: -signs.CHECK]) == found
