"""`rules new`: what it writes is refused at the lines that it names, and at no other."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from glutemed.cli.new_answers import CONCLUSIONS
from glutemed.document import compose
from glutemed.model.diagnostic import Text
from glutemed.model.exercise import POSITIONS
from glutemed.rulebook.beginnings import MARK
from glutemed.rulebook.begun_figures import begun_figures
from glutemed.rulebook.canonical import canonical
from glutemed.rulebook.gaps import THEN
from glutemed.rulebook.load import load

NAMED = re.compile(r"^(\S+):(\d+): TODO: (.+)$", re.MULTILINE)


def open_ends(stderr: str) -> dict[int, str]:
    """The lines that were named, and what to put there."""
    return {int(line): says for _, line, says in NAMED.findall(stderr)}


def check(path: Path) -> list[tuple[int, str]]:
    """Line and code of everything that is wrong."""
    ruleset, found = load([path])
    assert (ruleset is None) is bool(found)
    assert {one.span.text.name for one in found} <= {str(path)}
    return sorted({(one.span.line, one.code) for one in found})


KINDS = {
    "condition": (
        "sore_shin",
        [
            *[(8, "GM207"), (9, "GM207"), (10, "GM205"), (11, "GM204")],
            *[(15, "GM213"), (16, "GM207"), (17, "GM223"), (18, "GM208")],
        ],
    ),
    "rule": (
        "rest-a-sore-shin",
        [
            *[(7, "GM210"), (8, "GM240"), (9, "GM207"), (10, "GM223"), (11, "GM208")],
            *[(13, "GM210"), (14, "GM210")],
        ],
    ),
    "exercise": (
        "heel-slide",
        [
            *[(7, "GM207"), (10, "GM205"), (11, "GM203"), (12, "GM205"), (13, "GM205")],
            *[(14, "GM205"), (15, "GM205"), (16, "GM205"), (17, "GM203"), (18, "GM203")],
            *[(19, "GM203"), (20, "GM203"), (21, "GM203"), (22, "GM210"), (23, "GM204")],
            *[(24, "GM204"), (25, "GM203"), (26, "GM204"), (27, "GM208")],
        ],
    ),
    "fact": ("complaint.shin_hurts", [(7, "GM205"), (8, "GM207"), (9, "GM207")]),
    "hazard": (
        "no-hop-on-a-sore-shin",
        [(7, "GM210"), (8, "GM210"), (9, "GM207"), (10, "GM223")],
    ),
    "case": ("somebody with a sore shin", [(7, "GM203"), (8, "GM205")]),
}


@pytest.mark.parametrize("kind", KINDS)
def test_the_check_refuses_the_lines_that_say_todo_and_no_others(glutemed, tmp_path, kind):
    identity, expected = KINDS[kind]
    done = glutemed("rules", "new", kind, identity, "-o", "it.yaml")
    assert done.exit_code == 0, done.stderr
    assert not done.stdout
    assert check(Path("it.yaml")) == expected
    named = open_ends(done.stderr)
    assert list(named) == sorted({line for line, _ in expected})
    lines = Path("it.yaml").read_text().splitlines()
    for number, says in named.items():
        assert lines[number - 1].endswith(f"{MARK}{says}")


@pytest.mark.parametrize("kind", KINDS)
def test_what_it_writes_is_canonical(glutemed, kind):
    glutemed("rules", "new", kind, KINDS[kind][0], "-o", "it.yaml")
    content = Path("it.yaml").read_text()
    made, _ = canonical(Text("it.yaml", content))
    assert made is not None
    assert made.content == content


@pytest.mark.parametrize("concludes", THEN)
def test_every_kind_of_conclusion_can_be_begun(glutemed, concludes):
    args = ("--then", concludes, "--set", "when={person.age: {below: 30}}")
    done = glutemed("rules", "new", "rule", "mine", *args)
    assert done.exit_code == 0, done.stderr
    found = check(Path("mine.yaml"))
    assert {line for line, _ in found} == set(open_ends(done.stderr))
    assert concludes in Path("mine.yaml").read_text()


RULE = (
    *("--set", "when={complaint.pain_usual: {at_least: 7}, person.age: {below: 60}}"),
    *("--set", "then={contraindicate: {stage: 3}}"),
    *("--set", "because=Pain of 7: this is too much for one leg."),
    *("--set", "sources=[mascal-2003]", "--set", "reviewed=2026-11-22"),
)


def test_a_rule_that_is_given_in_full_passes_with_examples_of_its_own(glutemed):
    done = glutemed("rules", "new", "rule", "not-at-seven", *RULE)
    assert done.exit_code == 0, done.stderr
    assert not open_ends(done.stderr)
    assert check(Path("not-at-seven.yaml")) == []
    content = Path("not-at-seven.yaml").read_text()
    assert [f"fires: {said}" in content for said in ("true", "false", "unknown")] == [True] * 3


@pytest.mark.parametrize(
    "when",
    [
        "{equipment.bands: {includes: [light]}}",
        "{complaint.conditions: {includes: [patellofemoral_pain]}}",
        "{derived.irritability: {at_least: moderate}}",
        "{any: [{complaint.side: left}, {not: {complaint.weeks: {below: 6}}}]}",
        "{history.latex_allergy: true}",
    ],
)
def test_examples_are_found_for_every_kind_of_fact(glutemed, when):
    changed = tuple(f"when={when}" if part.startswith("when=") else part for part in RULE)
    assert glutemed("rules", "new", "rule", "mine", *changed).exit_code == 0
    assert check(Path("mine.yaml")) == []
    assert "fires: true" in Path("mine.yaml").read_text()


def test_a_condition_a_case_and_an_exercise_can_be_given_in_full(glutemed):
    condition = (
        *("--set", "name=sore shin", "--set", "sentence=It is sore: below the knee."),
        *("--set", "evidence=weak", "--set", "sources=[mascal-2003]"),
        *("--set", "then={indicate: {target: trunk}}", "--set", "because=Why not."),
        *("--set", "reviewed=2026-11-22"),
    )
    case = (
        *("--set", "facts={screening: clear}"),
        *("--set", "expect={outcome: questions}"),
    )
    exercise = (
        *("--set", "name=Heel slide", "--set", "target=trunk", "--set", "stage=1"),
        *("--set", "tier=low", "--set", "position=supine", "--set", "lies_on=none"),
        *("--set", "weight_bearing=none", "--set", "support=none", "--set", "kneels=false"),
        *("--set", "step_cm=0", "--set", "load=none"),
        *("--set", "hip={flexion: 60, abduction: 0, adducts: false, turns_in: false}"),
        *("--set", "knee_flexion_deg={least: 0, most: 90}"),
        *("--set", "needs={equipment.bands: {includes: [light]}}"),
        *("--set", "dose=[{sets: 2, reps: 10, hold_s: 0, rest_s: 60, effort: 5}]"),
        *("--set", "how=[Slide the heel.]", "--set", "mistakes=[Sliding too fast.]"),
        *("--set", "sources=[mascal-2003]", "--set", "reviewed=2026-11-22", "--no-figure"),
    )
    for kind, identity, given in (
        ("condition", "sore_shin", condition),
        ("case", "one", case),
        ("exercise", "heel-slide", exercise),
    ):
        done = glutemed("rules", "new", kind, identity, *given, "-o", f"{kind}.yaml")
        assert done.exit_code == 0, done.stderr
        assert not open_ends(done.stderr)
        assert check(Path(f"{kind}.yaml")) == []


def test_nothing_is_written_over_without_force(glutemed):
    Path("mine.yaml").write_text("mine")
    done = glutemed("rules", "new", "rule", "mine")
    assert done.exit_code == 2
    assert "--force" in done.stderr
    assert Path("mine.yaml").read_text() == "mine"
    assert glutemed("rules", "new", "rule", "mine", "--force").exit_code == 0
    assert Path("mine.yaml").read_text().startswith("pack: mine\n")


def test_it_asks_for_what_is_not_given_and_leaves_open_what_is_not_answered(glutemed):
    typed = "sore_shin\nsore shin\nIt is sore: there.\nweak\n\n"
    done = glutemed("rules", "new", "condition", "--ask", typed=typed)
    assert done.exit_code == 0, done.stderr
    assert "What it is like, in one sentence for the person." in done.stderr
    content = Path("sore-shin.yaml").read_text()
    assert 'sentence: "It is sore: there."' in content
    assert "evidence: weak\n" in content
    named = open_ends(done.stderr)
    assert {line for line, _ in check(Path("sore-shin.yaml"))} == set(named)
    assert len(named) == 5


def test_an_answer_that_is_no_yaml_is_asked_for_again(glutemed):
    typed = "{person.age: {below: 30}\n{person.age: {below: 30}}\n\n\n\n\n"
    done = glutemed("rules", "new", "rule", "mine", "--ask", typed=typed)
    assert done.exit_code == 0, done.stderr
    assert done.stderr.count("  when: ") == 2
    assert "below: 30" in Path("mine.yaml").read_text()


def test_a_rule_can_be_answered_in_plain_words_and_needs_no_yaml(glutemed):
    typed = (
        "complaint.pain_usual is at least 7 and person.age below 60\ncontraindicate\nstage is 3\n"
        "Pain of 7: this is too much.\nmascal-2003, powers-2014\n2026-11-22\n"
    )
    done = glutemed("rules", "new", "rule", "not-at-seven", "--ask", typed=typed)
    assert done.exit_code == 0, done.stderr
    assert not open_ends(done.stderr)
    assert check(Path("not-at-seven.yaml")) == []
    content = Path("not-at-seven.yaml").read_text()
    assert "when: {complaint.pain_usual: {at_least: 7}, person.age: {below: 60}}" in content
    assert "then: {contraindicate: {stage: 3}}" in content
    assert "sources: [mascal-2003, powers-2014]" in content


def test_a_source_or_a_fact_that_nobody_has_is_asked_for_again(glutemed):
    typed = "complaint.pain_usul above 3\ncomplaint.pain_usual above 3\nadvise\nWhy not.\n"
    typed += "powers-2041\nnobody-at-all\npowers-2014\n"
    done = glutemed("rules", "new", "rule", "mine", "--ask", typed=typed)
    assert done.exit_code == 0, done.stderr
    assert "did you mean `complaint.pain_usual`?" in done.stderr
    assert "no source is called `powers-2041`; did you mean `powers-2014`?" in done.stderr
    assert "no source is called `nobody-at-all`; `glutemed rules sources` lists them" in done.stderr
    assert "sources: [powers-2014]" in Path("mine.yaml").read_text()
    assert {line for line, _ in check(Path("mine.yaml"))} == set(open_ends(done.stderr))


EXERCISE = (
    "Heel slide\ntrunk\nhigh up\n1\nlow\nsupine\nnone\nnone\nnone\nno\n0\n60 0 no no\nnone\n0 90\n"
    "none\n2 10 0 60 5; 3 12 0 60 6\nSlide the heel; slowly.\nSliding too fast.\nmascal-2003\n"
    "2026-11-22\n"
)


def test_an_exercise_is_asked_for_in_plain_words_and_gets_the_beginning_of_a_figure(glutemed):
    done = glutemed("rules", "new", "exercise", "heel-slide", "--ask", typed=EXERCISE)
    assert done.exit_code == 0, done.stderr
    assert "it must be a whole number from 1 to 3" in done.stderr
    path = Path("heel-slide.yaml")
    assert {line for line, _ in check(path)} == set(open_ends(done.stderr))
    content = path.read_text()
    assert "hip: {flexion: 60, abduction: 0, adducts: false, turns_in: false}" in content
    assert "- {sets: 3, reps: 12, hold_s: 0, rest_s: 60, effort: 6}" in content
    assert "needs:" not in content
    assert "figure: heel-slide" in content
    # Only what the picture shows is left to be said; then it can be drawn.
    (line,) = open_ends(done.stderr)
    assert content.splitlines()[line - 1].strip().startswith("shows:")
    path.write_text(re.sub(r'shows: "".*', "shows: A person slides a heel.", content))
    assert check(path) == []
    drawn = glutemed("exercises", "heel-slide", "--rules", str(path), "--draw", "it.svg")
    assert drawn.exit_code == 0, drawn.stderr
    assert "A person slides a heel." in Path("it.svg").read_text()


def test_a_figure_that_does_not_fit_an_open_row_is_refused_only_where_it_says_todo(glutemed):
    done = glutemed("rules", "new", "exercise", "mine", "--set", "position=side_lying")
    assert done.exit_code == 0, done.stderr
    content = Path("mine.yaml").read_text()
    assert "posture: side_lying" in content
    assert {line for line, _ in check(Path("mine.yaml"))} == set(open_ends(done.stderr))


@pytest.mark.parametrize("position", POSITIONS)
def test_every_position_has_figures_to_begin_with_the_most_alike_first(ruleset, position):
    like = next(e for e in ruleset.exercises if e.position == position and e.figure)
    given = {"position": position, "support": like.support, "target": like.target}
    first = next(begun_figures(ruleset, given, "mine"))
    copied = ruleset.exercise[first.like]
    assert (copied.position, copied.support, copied.target) == (
        position,
        like.support,
        like.target,
    )
    node, wrong = compose(Text("it", "\n".join(first.lines(MARK, fits=True))))
    assert node is not None
    assert not wrong


def test_a_fact_of_numbers_is_asked_from_what_to_what(glutemed):
    typed = "number\nint\nfalls in a year\nHow often did you fall?\n0 50\n"
    done = glutemed("rules", "new", "fact", "history.falls_in_a_year", "--ask", typed=typed)
    assert done.exit_code == 0, done.stderr
    assert not open_ends(done.stderr)
    assert "it may be bool, int, enum, set" in done.stderr
    assert "range: [0, 50]" in Path("history-falls-in-a-year.yaml").read_text()
    assert check(Path("history-falls-in-a-year.yaml")) == []


def test_a_hazard_can_be_answered_in_plain_words(glutemed):
    typed = (
        "complaint.pain_usual above 8\nweight_bearing is one_leg and knee_flexion_deg above 60\n"
    )
    typed += "Nobody in much pain squats deep on one leg.\npowers-2014\n"
    done = glutemed("rules", "new", "hazard", "no-deep-bend-in-pain", "--ask", typed=typed)
    assert done.exit_code == 0, done.stderr
    assert check(Path("no-deep-bend-in-pain.yaml")) == []
    assert "knee_flexion_deg: {above: 60}" in Path("no-deep-bend-in-pain.yaml").read_text()


def test_the_conclusions_that_can_be_asked_for_are_those_of_the_language():
    assert set(CONCLUSIONS) == set(THEN)


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("rule", "Mine"), "is like rest-a-sore-shin"),
        (("condition", "sore-shin"), "is like sore_shin"),
        (("rule", "mine", "--set", "becuase=x"), "did you mean `because`"),
        (("rule", "mine", "--set", "because"), "KEY=VALUE"),
        (("case", "one", "--then", "refer"), "--then is for a rule"),
        (("rule", "mine", "--set", "then={"), "in what was given"),
        (("rule",), "Give the id of the rule"),
        (("sonnet", "mine"), "is not one of"),
    ],
)
def test_wrong_use_writes_nothing(glutemed, tmp_path, args, says):
    done = glutemed("rules", "new", *args)
    assert done.exit_code == 2
    assert says in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_what_is_wrong_with_what_was_given_is_shown_besides(glutemed):
    done = glutemed("rules", "new", "rule", "mine", "--set", "sources=[nobody-1900]")
    assert done.exit_code == 3
    assert "no source is called `nobody-1900`" in done.stderr
    done = glutemed("rules", "new", "rule", "mine", "--force", "--set", "reviewed=tomorrow")
    assert done.exit_code == 3
    assert "GM208" in done.stderr


def test_a_file_that_cannot_be_written_is_said(glutemed):
    done = glutemed("rules", "new", "rule", "mine", "-o", "nowhere/mine.yaml")
    assert done.exit_code == 1
    assert "cannot write" in done.stderr
