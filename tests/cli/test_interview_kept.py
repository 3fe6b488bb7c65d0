"""An interview that is not one long road: taking back, seeing how far it is, stopping, going on."""

from __future__ import annotations

import re
import stat

import pytest

from glutemed.cli import dialogue, exits, prompts
from glutemed.cli.interview import Progress
from glutemed.cli.questions_left import Left, left_after
from glutemed.model.facts import UNKNOWN, Facts, Members
from glutemed.model.vocabulary import Kind
from glutemed.pipeline import load_ruleset, read_facts
from interviewed import typed_by

DONE = {"clamshell": 3, "side-lying-leg-lift": 2}
BEGUN = {
    "response.sessions_done": 6,
    "response.stage_earned": 1,
    "response.settled_by_morning": True,
    "complaint.pain_usual": 2,
    "complaint.conditions": Members(present=["patellofemoral_pain"]),
    "equipment.bands": Members(present=["light"]),
}


def well(fact):
    """Somebody who is well but for the knee, and has not begun."""
    if fact.kind is Kind.BOOL:
        return False
    if fact.kind is Kind.INT:
        return {"person.age": 30, "complaint.pain_usual": 3}.get(fact.name, 0)
    if fact.kind is Kind.ENUM:
        return fact.values[0]
    return Members(present=fact.values[:1])


def returning(fact):
    """Somebody who has done two of the exercises for some weeks."""
    exercise, _, what = fact.name.removeprefix("response.each.").rpartition(".")
    if fact.name.startswith("response.each."):
        return DONE.get(exercise, 0) if what == "sessions" else 0
    return BEGUN.get(fact.name, well(fact))


@pytest.fixture(scope="session")
def lines(ruleset):
    """All that somebody types who is well, line by line."""
    return typed_by(ruleset, well).splitlines()


def typed(*parts):
    return "".join(f"{line}\n" for line in parts)


# --- Back -------------------------------------------------------------------------------------------


def test_back_asks_the_question_before_again_and_its_new_answer_counts(glutemed, tmp_path, lines):
    at = lines.index("30")
    answers = [*lines[:at], "31", "back", *lines[at:]]
    done = glutemed("recommend", "--ask", "--save", "me.yaml", typed=typed(*answers))
    assert done.exit_code == exits.PROGRAMME
    assert done.stderr.count("How old are you?") == 2
    assert "age: 30\n" in (tmp_path / "me.yaml").read_text()


def test_a_list_of_red_flags_can_be_taken_back_too(glutemed, lines, ruleset):
    """A number typed by mistake, that calls for somebody today, is not the end."""
    at = lines.index("30")  # after the list of those of the same day
    mistaken = [*lines[: at - 1], "1", "back", *lines[at - 1 :]]
    assert glutemed("recommend", "--ask", typed=typed(*mistaken)).exit_code == exits.PROGRAMME


def test_there_is_nothing_to_take_back_before_the_first_question(glutemed, lines):
    done = glutemed("recommend", "--ask", typed=typed("back", "Back.", *lines))
    assert done.exit_code == exits.PROGRAMME
    assert done.stderr.count("there is nothing to take back") == 2


def test_back_leads_from_one_by_one_to_the_list_again(glutemed, lines):
    done = glutemed("recommend", "--ask", typed=typed("?", "no", "back", "back", *lines))
    assert done.exit_code == exits.PROGRAMME
    assert done.stderr.count("Do any of these apply to you?") == 2


def test_the_last_answer_can_be_taken_back_before_the_result(glutemed, tmp_path, lines):
    other = (
        "1" if lines[-1] not in {"1", "yes", "no"} else {"1": "2", "yes": "no"}.get(lines[-1], "?")
    )
    answers = [*lines[:-1], other, "back", lines[-1], ""]
    done = glutemed("recommend", "--ask", "--save", "me.yaml", typed=typed(*answers))
    once = glutemed("recommend", "--ask", typed=typed(*lines, ""))
    assert (done.exit_code, done.stdout) == (once.exit_code, once.stdout)
    assert "That was the last question" in done.stderr


def test_what_is_typed_after_the_last_question_is_not_taken_for_enter(glutemed, lines):
    done = glutemed("recommend", "--ask", typed=typed(*lines, "45", ""))
    once = glutemed("recommend", "--ask", typed=typed(*lines, ""))
    assert "Please press Enter alone, or type back." in done.stderr
    assert (done.exit_code, done.stdout) == (once.exit_code, once.stdout)


def test_an_emergency_is_shown_without_asking_whether_it_was_meant(glutemed):
    done = glutemed("recommend", "--ask", typed=typed("3"))
    assert done.exit_code == exits.REFERRAL
    assert "last question" not in done.stderr


def test_back_without_end_ends(glutemed, monkeypatch):
    monkeypatch.setattr(dialogue, "_MOST_TURNS", 20)
    done = glutemed("recommend", "--ask", typed=typed(*["back"] * 30))
    assert done.exit_code == exits.QUESTIONS


def test_a_value_that_is_called_back_is_chosen_by_its_number(glutemed, ruleset):
    """Where the knee hurts at the back, `back` is still the way back; what it says is an answer."""
    known = {"complaint.conditions": UNKNOWN}
    text = typed_by(ruleset, lambda fact: known.get(fact.name, well(fact))).splitlines()
    progress, at = Progress(Facts()), 0
    while (ask := progress.next_ask(ruleset)).facts[0].name != "complaint.felt_at":
        values = {fact.name: known.get(fact.name, well(fact)) for fact in ask.facts}
        progress, at = progress.answered(values), at + 1
    answers = [*text[:at], "back", text[at - 1], "at the back", "stop"]
    done = glutemed("recommend", "--ask", "--save", "me.yaml", typed=typed(*answers))
    assert done.stderr.count("Where does your knee hurt?") == 2


# --- How far it is ----------------------------------------------------------------------------------


def test_each_question_says_how_many_may_come_and_the_last_that_it_is_the_last(glutemed, lines):
    told = " ".join(glutemed("recommend", "--ask", typed=typed(*lines)).stderr.split())
    numbers = [int(number) for number in re.findall(r"Question (\d+)[;,]", told)]
    assert numbers == list(range(1, len(lines) + 1))
    most = [int(number) for number in re.findall(r"at most (\d+)", told)]
    assert most == sorted(most, reverse=True)
    assert f"Question {len(lines)}, the last one." in told


def test_what_was_taken_back_is_not_counted(glutemed):
    told = glutemed("recommend", "--ask", typed=typed("0", "back", "0", "stop")).stderr
    assert re.findall(r"Question (\d+);", told) == ["1", "2", "1", "2"]


def test_exercises_are_asked_in_one_list_and_only_those_done_one_by_one(ruleset, glutemed):
    """Who has done two of them is not asked about each of the others."""
    text = typed_by(ruleset, returning)
    done = glutemed("recommend", "--ask", "--save", "me.yaml", typed=text)
    assert done.exit_code in {exits.PROGRAMME, exits.REFERRAL}
    assert done.stderr.count("Which of these exercises have you done so far") == 1
    assert done.stderr.count("How often have you done it?") == len(DONE)
    assert len(text.splitlines()) < 45
    facts = glutemed("recommend", "me.yaml", "--format", "json")
    assert facts.exit_code == done.exit_code


def test_of_an_exercise_that_was_not_done_no_step_is_asked(ruleset):
    begun = {"response": {"sessions_done": 6}, "screening": "clear", "person": {"age": 30}}
    progress = Progress(read_facts(begun, ruleset))
    while not (ask := progress.next_ask(ruleset)).is_of_exercises:
        progress = progress.answered({fact.name: returning(fact) for fact in ask.facts})
    assert left_after(ruleset, progress, ask).exercises
    after = progress.done(ask, frozenset())
    told = {fact.name.rpartition(".")[0] for fact in ask.facts}
    assert {after.facts.value(f"{one}.sessions") for one in told} == {0}
    assert {after.facts.value(f"{one}.steps_earned") for one in told} == {0}
    ask = after.next_ask(ruleset)
    assert ask is None or not ask.facts[0].name.startswith("response.each.")


def test_nobody_who_has_not_begun_is_told_of_exercises(ruleset):
    facts = read_facts({"response": {"sessions_done": 0}}, ruleset)
    progress = Progress(facts)
    ask = progress.next_ask(ruleset)
    assert ask is not None
    left = left_after(ruleset, progress, ask)
    assert left == Left(left.about, left.most, exercises=False)
    assert 0 < left.about < left.most


# --- Stopping, and going on --------------------------------------------------------------------------


def test_who_stops_is_asked_for_a_file_and_goes_on_from_it(glutemed, tmp_path, lines):
    half = len(lines) // 2
    stopped = glutemed("recommend", "--ask", typed=typed(*lines[:half], "stop", "me.yaml"))
    assert stopped.exit_code == exits.QUESTIONS
    assert stat.S_IMODE((tmp_path / "me.yaml").stat().st_mode) == 0o600
    assert "glutemed recommend --resume me.yaml" in stopped.stderr
    resumed = glutemed("recommend", "--resume", "me.yaml", typed=typed(*lines[half:]))
    once = glutemed("recommend", "--ask", typed=typed(*lines))
    assert (resumed.exit_code, resumed.stdout) == (once.exit_code, once.stdout)
    assert "not asked again" in resumed.stderr
    assert glutemed("recommend", "me.yaml").stdout == once.stdout


def test_a_file_that_is_there_is_not_written_over(glutemed, tmp_path):
    (tmp_path / "mine.txt").write_text("Mine.")
    (tmp_path / "link").symlink_to("mine.txt")
    answers = ("0", "stop", "mine.txt", "link", "no/such/folder", "me.yaml")
    done = glutemed("recommend", "--ask", typed=typed(*answers))
    assert done.stderr.count("is there already") == 2
    assert done.stderr.count("cannot be written") == 1
    assert (tmp_path / "mine.txt").read_text() == "Mine."
    assert "screening:" in (tmp_path / "me.yaml").read_text()


def test_enter_lets_the_answers_go_and_says_so(glutemed, tmp_path):
    done = glutemed("recommend", "--ask", typed=typed("0", "stop", ""))
    assert done.exit_code == exits.QUESTIONS
    assert "Your answers were not kept." in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_offered_where_nothing_was_answered(glutemed):
    done = glutemed("recommend", "--ask", typed=typed("stop"))
    assert done.exit_code == exits.QUESTIONS
    assert "not kept" not in done.stderr


def test_with_save_every_answer_is_on_disk_before_the_next_question(
    glutemed, tmp_path, lines, monkeypatch
):
    seen = []
    real = prompts.line

    def line(prompt):
        path = tmp_path / "me.yaml"
        seen.append(path.read_text() if path.exists() else "")
        return real(prompt)

    monkeypatch.setattr(prompts, "line", line)
    glutemed("recommend", "--ask", "--save", "me.yaml", typed=typed(*lines))
    assert seen[0] == ""
    at = lines.index("30")
    assert "age" not in seen[at]
    assert "age: 30" in seen[at + 1]


def test_ctrl_c_offers_to_keep_the_answers_and_decides_nothing(glutemed, tmp_path, monkeypatch):
    answers = iter(["0", KeyboardInterrupt, "me.yaml"])

    def line(_prompt):
        found = next(answers)
        if found is KeyboardInterrupt:
            raise KeyboardInterrupt
        return found

    monkeypatch.setattr(prompts, "line", line)
    done = glutemed("recommend", "--ask")
    assert done.exit_code == exits.INTERRUPTED
    assert done.stdout == ""
    assert "screening:" in (tmp_path / "me.yaml").read_text()


def test_a_second_ctrl_c_leaves_at_once(glutemed, tmp_path, monkeypatch):
    answers = iter(["0"])

    def line(_prompt):
        for found in answers:
            return found
        raise KeyboardInterrupt

    monkeypatch.setattr(prompts, "line", line)
    assert glutemed("recommend", "--ask").exit_code == exits.INTERRUPTED
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["me.yaml", "me.json", "me", "my answers.YML"])
def test_whatever_its_name_is_the_file_can_be_gone_on_from(glutemed, lines, name):
    half = len(lines) // 2
    stopped = glutemed("recommend", "--ask", "--save", name, typed=typed(*lines[:half], "stop"))
    assert stopped.exit_code == exits.QUESTIONS
    resumed = glutemed("recommend", "--resume", name, typed=typed(*lines[half:]))
    assert resumed.exit_code == exits.PROGRAMME
    assert glutemed("recommend", name).stdout == resumed.stdout


def test_resume_takes_no_other_facts(glutemed, runner):
    for other in ((runner,), ("--save", "other.yaml"), ("--code", "ABC")):
        done = glutemed("recommend", *other, "--resume", runner)
        assert done.exit_code == exits.USAGE
        assert "--resume" in done.stderr


def test_what_cannot_be_resumed_is_said(glutemed):
    done = glutemed("recommend", "--resume", "nothing.yaml")
    assert done.exit_code == exits.FACTS_INVALID
    assert "cannot read `nothing.yaml`" in done.stderr


# --- In German ---------------------------------------------------------------------------------------


def test_in_german_the_way_back_has_a_german_name(glutemed, tmp_path):
    german = load_ruleset(language="de")
    lines = typed_by(german, well).splitlines()
    at = lines.index("30")
    said = {"yes": "ja", "no": "nein"}
    spoken = [said.get(line, line) for line in lines]
    answers = [*spoken[:at], "31", "zurück", *spoken[at:]]
    done = glutemed(
        "recommend", "--ask", "--language", "de", "--save", "ich.yaml", typed=typed(*answers)
    )
    assert done.exit_code == exits.PROGRAMME
    assert "age: 30\n" in (tmp_path / "ich.yaml").read_text()
    assert "Frage 1; danach noch etwa" in " ".join(done.stderr.split())
