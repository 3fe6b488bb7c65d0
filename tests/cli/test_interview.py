"""What is asked, in which order, until when; and what a person meets who is asked."""

from __future__ import annotations

import random
import stat

import attrs
import pytest

from glutemed import Facts, Members, OutcomeKind, Urgency, recommend
from glutemed.cli.answers import NotUnderstoodError, OneByOneError, answer, answers
from glutemed.cli.interview import Ask, Progress, _rest, next_ask
from glutemed.intake import contradictions
from glutemed.model.facts import UNKNOWN
from glutemed.model.vocabulary import Kind
from interviewed import typed_by

RUNNER = {
    "complaint.conditions": Members(present=["patellofemoral_pain"]),
    "complaint.felt_at": Members(present=["front"]),
    "complaint.weeks": 8,
    "complaint.pain_usual": 5,
    "complaint.pain_at_rest": 3,
    "complaint.sore_hip": "neither",
    "equipment.bands": Members(present=["light"]),
    "history.pregnancy": "not_pregnant",
}


def ends(ruleset, progress, choose):
    """Answer every turn with what `choose` gives for each fact; gives the end and the turns."""
    turns = []
    while (ask := progress.next_ask(ruleset)) is not None:
        turns.append(ask)
        assert len(turns) <= len(ruleset.vocabulary.facts)
        there = progress.answered({fact.name: choose(fact) for fact in ask.facts})
        if any(contradictions(there.facts, ruleset.vocabulary)):  # it would be asked again
            there = progress.answered(dict.fromkeys((fact.name for fact in ask.facts), UNKNOWN))
        progress = there
    return progress.facts, turns


def healthy(fact):
    if fact.kind is Kind.BOOL:
        return False
    if fact.kind is Kind.INT:
        return 30 if fact.name == "person.age" else 0
    if fact.kind is Kind.ENUM:
        return fact.values[0]
    return Members(present=fact.values[:1])


def like(answers):
    """Somebody who answers so, and everything else as the healthy do."""
    return lambda fact: answers.get(fact.name, healthy(fact))


@pytest.fixture(scope="session")
def runner_types(ruleset):
    """All that the runner types."""
    return typed_by(ruleset, like(RUNNER))


def somebody(chance):
    """A function that makes up an answer to each fact, the same one whenever it is asked again."""
    made = {}

    def value(fact):
        if fact.name not in made:
            made[fact.name] = made_up(chance, fact)
        return made[fact.name]

    return value


def sound(facts, ruleset):
    """The same person with another answer, or none, in place of each that contradicts others."""
    for declared, _ in list(contradictions(facts, ruleset.vocabulary)):
        values = {Kind.BOOL: (False, True), Kind.INT: (0,)}.get(declared.kind, declared.values)
        others = [facts.with_fact(declared.name, value) for value in (*values, UNKNOWN)]
        facts = next(
            other
            for other in others
            if all(d != declared for d, _ in contradictions(other, ruleset.vocabulary))
        )
    return facts


def made_up(chance, fact):
    if fact.kind is Kind.BOOL:
        return chance.random() < (0.02 if fact.red_flag else 0.5)
    if fact.kind is Kind.INT:
        most = {"person.age": 90, "complaint.weeks": 60}.get(fact.name, fact.most)
        return chance.randint(fact.least, min(most, 90))
    if fact.kind is Kind.ENUM:
        return chance.choice(fact.values)
    present = {word for word in fact.values if chance.random() < 0.4}
    return Members(present=present, absent=set(fact.values) - present - fact.silent_absent)


# --- What is asked ---------------------------------------------------------------------------------


def test_red_flags_come_first_and_together(ruleset):
    ask = next_ask(ruleset, Facts())
    assert ask is not None
    assert ask.is_group
    assert all(fact.red_flag for fact in ask.facts)
    assert ask.urgency is Urgency.EMERGENCY


def test_urgency_never_rises_and_every_red_flag_is_asked(ruleset):
    facts, turns = ends(ruleset, Progress(Facts()), healthy)
    urgencies = [ask.urgency or 0 for ask in turns]
    assert urgencies == sorted(urgencies, reverse=True)
    asked = {fact.name for ask in turns for fact in ask.facts}
    assert asked >= {flag.name for flag in ruleset.vocabulary.red_flags}
    assert recommend(facts, ruleset).kind is OutcomeKind.PROGRAMME


def test_an_emergency_ends_it(ruleset):
    facts, turns = ends(ruleset, Progress(Facts()), lambda fact: fact.red_flag)
    assert len(turns) == 1
    referral = recommend(facts, ruleset).referral
    assert referral is not None
    assert referral.urgency is Urgency.EMERGENCY


def test_a_calmer_reason_does_not_end_it(ruleset):
    facts = Facts.of({"screening.gives_way": True})
    ask = next_ask(ruleset, facts)
    assert ask is not None
    assert ask.urgency is Urgency.EMERGENCY


def test_nothing_known_is_an_answer_to_everything(ruleset):
    facts, turns = ends(ruleset, Progress(Facts()), lambda _fact: UNKNOWN)
    asked = [fact.name for ask in turns for fact in ask.facts]
    assert len(asked) == len(set(asked))
    assert facts.declined == set(asked)
    assert recommend(facts, ruleset).kind is OutcomeKind.REFERRAL


def test_without_a_diagnosis_it_asks_where_it_hurts(ruleset):
    def choose(fact):
        return UNKNOWN if fact.name == "complaint.conditions" else healthy(fact)

    facts, turns = ends(ruleset, Progress(Facts()), choose)
    order = [fact.name for ask in turns for fact in ask.facts]
    assert order.index("complaint.conditions") < order.index("complaint.felt_at")
    assert "complaint.conditions" in facts.declined
    outcome = recommend(facts, ruleset)
    assert outcome.programme is not None
    assert "where it hurts is not a diagnosis" in " ".join(outcome.programme.advice)


@pytest.mark.law
def test_law_10_it_ends_and_answers_what_answering_everything_would(ruleset):
    seen = set()
    for seed in range(60):
        value = somebody(random.Random(seed))
        whole = sound(Facts.of({fact.name: value(fact) for fact in ruleset.vocabulary}), ruleset)
        facts, _ = ends(
            ruleset, Progress(Facts()), lambda fact, whole=whole: whole.value(fact.name)
        )
        asked, everything = recommend(facts, ruleset), recommend(whole, ruleset)
        seen.add(asked.kind)
        assert asked.kind is everything.kind, seed
        assert asked.programme == everything.programme, seed
        if asked.referral is not None and everything.referral is not None:
            assert asked.referral.urgency is everything.referral.urgency, seed
    assert seen == {OutcomeKind.PROGRAMME, OutcomeKind.REFERRAL}


@pytest.mark.law
def test_law_10_it_ends_also_where_some_answers_are_not_known(ruleset):
    for seed in range(40):
        chance = random.Random(seed)

        def choose(fact, chance=chance):
            return UNKNOWN if chance.random() < 0.3 else made_up(chance, fact)

        facts, _ = ends(ruleset, Progress(Facts()), choose)
        assert recommend(facts, ruleset).kind is not OutcomeKind.QUESTIONS, seed


def test_of_a_set_only_what_is_open_is_asked_and_nothing_known_is_lost(ruleset):
    """As where a file was written before a condition existed."""
    fact = ruleset.vocabulary["complaint.conditions"]
    shy = attrs.evolve(fact, silent_absent=frozenset())
    known = Members(present=["patellofemoral_pain"], absent=["patellar_tendon_pain"])
    rest = _rest(shy, known)
    assert set(rest.values) == set(fact.values) - known.present - known.absent
    assert rest.ask.startswith("Besides patellofemoral pain (runner's knee): what has")
    progress = Progress(Facts.of({fact.name: known}))
    not_known = progress.answered({fact.name: UNKNOWN}).facts
    assert not_known.value(fact.name) == known
    assert fact.name in not_known.declined
    after = progress.answered({fact.name: answer(rest, "1")})
    assert fact.name in after.skipped
    chosen = {"patellofemoral_pain", rest.values[0]}
    assert after.facts.value(fact.name) == Members(present=chosen, absent=set(fact.values) - chosen)


# --- What is typed ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("history.latex_allergy", " Yes \n", True),
        ("history.latex_allergy", "n", False),
        ("history.latex_allergy", "I don’t know.", UNKNOWN),
        ("person.age", "30", 30),
        ("person.age", "30 years", 30),
        ("person.age", "?", UNKNOWN),
        ("complaint.side", "2", "right"),
        ("complaint.side", "Both", "both"),
        ("complaint.felt_at", "at the back", Members(present=["back"])),
        ("equipment.bands", "1 and 2", Members(present=["light", "medium"])),
        ("equipment.bands", "1,3", Members(present=["light", "heavy"])),
        ("equipment.bands", "none", Members()),
        ("equipment.bands", "heavy", Members(present=["heavy"])),
    ],
)
def test_an_answer(ruleset, name, typed, value):
    assert answer(ruleset.vocabulary[name], typed) == value


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("history.latex_allergy", ""),
        ("history.latex_allergy", "maybe"),
        ("history.latex_allergy", "1"),
        ("person.age", "121"),
        ("person.age", "-3"),
        ("person.age", "2.9"),
        ("person.age", "٣٠"),
        ("person.age", "9" * 5000),
        ("complaint.side", "1, 2"),
        ("complaint.side", "0"),
        ("complaint.side", "4"),
        ("equipment.bands", "0, 1"),
        ("equipment.bands", "4"),
        ("equipment.bands", "1-3"),
        ("equipment.bands", "\x00\ufffd"),
    ],
)
def test_no_answer(ruleset, name, typed):
    with pytest.raises(NotUnderstoodError, match="Please"):
        answer(ruleset.vocabulary[name], typed)


def test_where_one_of_a_list_must_hold_none_is_not_offered(ruleset):
    with pytest.raises(NotUnderstoodError, match="one number from 1 to 3, or") as said:
        answer(ruleset.vocabulary["complaint.side"], "0")
    assert "none" not in str(said.value)


def test_answers_to_a_list(ruleset):
    ask = Ask(ruleset.vocabulary.red_flags[:3])
    names = [fact.name for fact in ask.facts]
    assert answers(ask, "1, 3") == dict(zip(names, (True, False, True), strict=True))
    assert answers(ask, "No") == dict.fromkeys(names, False)
    with pytest.raises(OneByOneError):
        answers(ask, "?")
    for typed in ("", "yes", "4", "0 1", "one"):
        with pytest.raises(NotUnderstoodError):
            answers(ask, typed)


def test_what_was_read_out_and_not_chosen_is_absent(ruleset):
    fact = ruleset.vocabulary["complaint.conditions"]
    quiet = attrs.evolve(fact, silent_absent=frozenset())
    chosen = answer(quiet, "1")
    assert isinstance(chosen, Members)
    assert chosen.present | chosen.absent == set(fact.values)


# --- What a person meets ---------------------------------------------------------------------------


def test_all_clear_gives_a_programme(glutemed, runner_types):
    done = glutemed("recommend", "--ask", typed=runner_types)
    assert done.exit_code == 0
    assert done.stdout.startswith("Your programme")
    assert done.stderr.count("Please read each one.") == 4
    assert "How old are you?" in done.stderr


def test_one_red_flag_gives_a_referral_without_any_exercise(glutemed, ruleset):
    done = glutemed("recommend", "--ask", typed="3\n")
    assert done.exit_code == 5
    assert "emergency department" in done.stdout
    names = {word for e in ruleset.exercises for word in (e.id, e.name, e.family)}
    assert not [name for name in names if name.casefold() in done.output.casefold()]


def test_not_knowing_the_diagnosis_leads_to_where_it_hurts(glutemed, ruleset):
    answers = {**RUNNER, "complaint.conditions": UNKNOWN, "history.weight_bearing_allowed": True}
    typed = typed_by(ruleset, like(answers))
    done = glutemed("recommend", "--ask", typed=typed.replace("?", "don't know"))
    assert done.exit_code == 0
    assert "Where does your knee hurt?" in done.stderr
    assert "where it hurts is not a diagnosis" in " ".join(done.stdout.split())


def test_conditions_are_read_out_with_their_sentences(glutemed, ruleset, runner_types):
    shown = " ".join(glutemed("recommend", "--ask", typed=runner_types).stderr.split())
    for condition in ruleset.conditions:
        assert f"{condition.name}: {condition.sentence}" in shown


def test_not_sure_asks_one_by_one_and_ends_with_the_first_yes(glutemed):
    done = glutemed("recommend", "--ask", typed="?\nno\nyes\n")
    assert done.exit_code == 5
    assert done.stderr.count("yes, no or ?:") == 2


def test_a_red_flag_that_is_not_known_is_not_ruled_out(glutemed):
    done = glutemed("recommend", "--ask", typed="?\n?\nno\nno\nno\nno\nno\nno\n")
    assert done.exit_code == 5
    assert "could not be ruled out" in " ".join(done.stdout.split())


def test_what_is_not_understood_is_asked_again(glutemed, runner_types):
    typed = runner_types.replace("\n30\n", "\n130\nthirty\n30\n", 1)
    done = glutemed("recommend", "--ask", typed=f"yes\n99 99\n\n{typed}")
    assert done.exit_code == 0
    assert "Which ones?" in done.stderr
    assert done.stderr.count("Please type a whole number from 0 to 120") == 2


def test_ctrl_d_ends_it_with_what_can_be_said(glutemed):
    done = glutemed("recommend", "--ask", typed="0\n")
    assert done.exit_code == 6
    assert "You ended the questions here" in done.stderr
    assert "Some questions must be answered first" in done.stdout


def test_what_is_given_is_not_asked(glutemed, runner):
    given = [runner, "--set", "complaint.felt_at=[front]"]
    done = glutemed("recommend", *given, "--ask", typed="")
    assert done.exit_code == 0
    assert "Nothing more needs to be asked" in done.stderr
    done = glutemed("recommend", *given, "--set", "person.age=unknown", "--ask", typed="41\n")
    assert done.exit_code == 0
    assert done.stderr.count("or ?:") == 1


def test_input_that_is_no_text_does_no_harm(started):
    done = started("recommend", "--ask", typed=b"\xff\xfe\x00\n" + b"9" * 100_000 + b"\n0\n")
    assert done.returncode == 6
    assert b"Traceback" not in done.stderr
    assert done.stderr.count(b"Please type numbers from 1 to ") == 2


def test_the_answers_are_saved_for_the_owner_alone(glutemed, tmp_path, ruleset, runner_types):
    done = glutemed("recommend", "--ask", "--save", "me.yaml", typed=runner_types)
    path = tmp_path / "me.yaml"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    text = path.read_text()
    assert all(flag.name.partition(".")[2] in text for flag in ruleset.vocabulary.red_flags)
    again = glutemed("recommend", "me.yaml")
    assert (again.exit_code, again.stdout) == (0, done.stdout)
    path.chmod(0o644)
    assert glutemed("recommend", "me.yaml", "--save", "me.yaml").exit_code == 0
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text() == text


def test_what_was_declined_is_saved_too(glutemed, tmp_path, ruleset):
    typed = typed_by(ruleset, like({**RUNNER, "complaint.conditions": UNKNOWN}))
    glutemed("recommend", "--ask", "--save", "me.yaml", typed=typed)
    assert "conditions: declined" in (tmp_path / "me.yaml").read_text()
    assert glutemed("recommend", "me.yaml").exit_code == 0


def test_nothing_said_is_saved_as_nothing(glutemed, tmp_path):
    glutemed("recommend", "--ask", "--save", "me.yaml", typed="")
    assert glutemed("recommend", "me.yaml").exit_code == 6
    assert "{}" in (tmp_path / "me.yaml").read_text()


def test_an_answer_that_is_never_understood_ends_the_interview(glutemed):
    """Something that types without end gets an outcome, not a question without end."""
    done = glutemed("recommend", "--ask", typed="maybe\n" * 200)
    assert done.exit_code == 6
    assert done.stderr.count("Please type") <= 25
