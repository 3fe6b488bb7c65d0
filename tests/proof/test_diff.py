"""`glutemed rules diff`: each planted change is found, pointed rightly, and shown by a real person."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import attrs
import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from glutemed.cli.diff_shown import listed_anew
from glutemed.cli.program import program
from glutemed.model.condition import All, Compare, Comparison
from glutemed.model.exercise import Exercise
from glutemed.model.facts import Facts
from glutemed.model.frozen import Frozen
from glutemed.model.rule import Refer, Rule, Urgency, Watch
from glutemed.model.ruleset import Ruleset
from glutemed.pipeline import read_facts, recommend
from glutemed.proof.diff import Difference, compare, name_of, questions, tally
from glutemed.proof.diff_books import NoBook, book
from glutemed.proof.diff_joint import Joint, told
from glutemed.proof.diff_kinds import DEPENDS_ON_CHOICE, Change, Mark
from glutemed.proof.diff_seen import changes, got
from glutemed.proof.diff_words import Field, in_words
from glutemed.proof.solver import Solver
from glutemed.testing import people, plausible_people
from laws.examples import share
from proof.planting import deleted, edited, only_advised, shifted

pytest.importorskip("z3")
pytestmark = pytest.mark.needs("durable")

SMALL = Path(__file__).with_name("small_book.yaml").read_text(encoding="utf-8")
Diff = Callable[..., Result]


# --- A small book, as files -----------------------------------------------------------------------


@pytest.fixture
def diff(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Diff:
    """Compare the small book with itself after words in it were replaced."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")

    def call(was: str, now: str, *options: str) -> Result:
        assert was in SMALL
        for folder, text in (("old", SMALL), ("new", SMALL.replace(was, now))):
            Path(folder).mkdir(exist_ok=True)
            Path(folder, "book.yaml").write_text(text, encoding="utf-8")
        words = ["rules", "diff", "old", "new", *options]
        return CliRunner().invoke(program, words, prog_name="glutemed")

    return call


def found(result: Result) -> dict[str, dict]:
    assert result.exit_code in (0, 7), result.output
    return {each["change"]: each for each in json.loads(result.stdout)["differences"]}


UNSTEADY = SMALL[SMALL.index("  - id: no-squat-when-unsteady") : SMALL.index("  - id: care")]
CARE = SMALL[SMALL.index("  - id: care") : SMALL.index("  - id: shallow")]
LONG_SORE = """\
  - id: weeks
    when: {complaint.weeks: {at_least: 52}}
    then: {refer: routine, to: [gp], now: Make an appointment.}
    because: A long time.
    sources: [someone-2020]
    reviewed: 2026-11-22
    examples: [{given: {complaint.weeks: 52}, fires: true}, {given: {complaint.weeks: 5}, fires: false}]
"""
STOP = "  - id: stop\n"
DOSE = "{sets: 2, reps: 10, hold_s: 0, rest_s: 60, effort: 5}"
BOUND = ("{at_least: 4}", "{above: 4}")
PLANTED = {
    "a bound that moved": (*BOUND, {"deeper": "less_safe"}),
    "a contraindication gone": (
        UNSTEADY,
        "",
        {"new_exercise": "less_safe", "gate_closes": "safer"},
    ),
    "a new referral": (
        STOP,
        LONG_SORE + STOP,
        {
            "new_referral": "safer",
            "more_looked_for": "safer",
            "lost_exercise": "safer",
            "more_questions": "different",
        },
    ),
    "a calmer referral": (
        "refer: same_day",
        "refer: routine",
        {
            "lower_urgency": "less_safe",
            "less_looked_for": "less_safe",
            "fewer_questions": "different",
            "more_questions": "different",
        },
    ),
    "another address": ("to: [gp], now: Call", "to: [surgeon], now: Call", {"seen_elsewhere": "different"}),
    "a higher dose": (DOSE, DOSE.replace("10", "12"), {"higher_dose": "less_safe"}),
    "less rest": (DOSE, DOSE.replace("60", "30"), {"higher_dose": "less_safe"}),
    "a lower dose": (DOSE, DOSE.replace("effort: 5", "effort: 4"), {"lower_dose": "safer"}),
    "other words for a reason": ("because: They may fall.", "because: A fall is likely.", {}),
    "other words for how": ("how: [Lift.]", "how: [Lift slowly.]", {}),
    "other words for a stop": ("advise: Stop if", "advise: Rest if", {"other_advice": "different"}),
    "a caution gone": (
        CARE,
        CARE.replace("caution: {position: supine}", "caution: {position: standing}"),
        {"caution_gone": "less_safe"},
    ),
    "a caution in other words": ("slowly", "with care", {"other_caution": "different"}),
    "another position": ("position: supine", "position: prone", {"other_exercise": "different"}),
    "a stricter limit": ("knee_flexion_deg: 30", "knee_flexion_deg: 20", {"less_deep": "safer"}),
}  # fmt: skip


@pytest.mark.parametrize("planted", PLANTED.values(), ids=PLANTED)
def test_a_change_is_found_and_marked_and_its_person_really_gets_something_else(
    planted: tuple[str, str, dict[str, str]], diff: Diff
) -> None:
    was, now, expected = planted
    differences = found(diff(was, now, "--format", "json"))
    assert {name: each["mark"] for name, each in differences.items()} == expected
    old, new = book("old"), book("new")
    for name, each in differences.items():
        facts = read_facts(each["facts"], new)
        shown = changes(got(facts, old), got(facts, new))
        assert (Change[name.upper()] in shown) or not each["shows"]


def test_a_moved_bound_is_shown_by_a_person_on_the_bound(diff: Diff) -> None:
    deeper = found(diff(*BOUND, "--format", "json"))["deeper"]
    facts = read_facts(deeper["facts"], book("new"))
    assert facts.complaint.pain_usual == 4
    depths = []
    for name in ("old", "new"):
        programme = recommend(facts, book(name)).programme
        assert programme is not None
        depths += [e.knee_flexion_deg for e in programme.exercises if e.exercise == "mini-squat"]
    assert depths == [30, 60]


def test_books_that_are_the_same_make_no_difference(diff: Diff) -> None:
    result = diff(STOP, STOP, "--fail-on", "different")
    assert result.exit_code == 0
    assert "No rule, exercise, hazard, source, fact or condition differs." in result.stdout
    assert "PROVED: nobody is referred" in result.stdout


@pytest.mark.parametrize(
    ("now", "fail_on", "code"),
    [
        ("20", "less-safe", 0),
        ("20", "different", 7),
        ("40", "less-safe", 7),
        ("40", "different", 7),
        ("40", None, 0),
    ],
)
def test_the_exit_code_says_what_it_was_asked_to(
    diff: Diff, now: str, fail_on: str | None, code: int
) -> None:
    options = [] if fail_on is None else ["--fail-on", fail_on]
    assert diff("_deg: 30", f"_deg: {now}", *options).exit_code == code


def test_the_text_shows_words_and_a_person_before_and_after(diff: Diff) -> None:
    result = diff("_deg: 30", "_deg: 40", "-o", "people")
    assert "  ~ surgeon/shallow-when-sore" in result.stdout
    assert "then: knee_flexion_deg at most 30" in result.stdout
    assert "> knee_flexion_deg at most 40" in result.stdout
    assert "LESS SAFE  deeper bend" in result.stdout
    said = " ".join(result.stdout.split())
    assert "knee to 30 degrees" in said
    assert "knee to 40 degrees" in said
    written = Path("people", "deeper.yaml")
    assert f"facts: {written}" in result.stdout
    assert written.stat().st_mode & 0o777 == 0o600
    facts = read_facts(written.read_text(encoding="utf-8"), book("old"))
    assert recommend(facts, book("old")).programme is not None


def test_a_fact_that_only_one_book_knows_is_not_told_to_the_other(diff: Diff) -> None:
    flag = "  - {name: screening.clot, type: bool, red_flag: true, label: a clot, ask: A clot?}\n"
    rule = LONG_SORE.replace("complaint.weeks: {at_least: 52}", "screening.clot: true")
    rule = rule.replace("complaint.weeks: 52", "screening.clot: true")
    rule = rule.replace("complaint.weeks: 5}", "screening.clot: false}")
    begin = "  - {name: history.unsteady"
    first, rest = SMALL.split(begin)
    text = first + flag + begin + rest.replace(STOP, rule + STOP)
    differences = found(diff(SMALL, text, "--format", "json"))
    assert differences["new_referral"]["mark"] == "safer"
    assert differences["more_looked_for"]["mark"] == "safer"
    assert differences["new_referral"]["facts"]["screening"]["clot"] is True
    old = book("old")
    assert "screening.clot" not in old.vocabulary
    assert not any(each["mark"] == "less_safe" for each in differences.values())


FALLS = "  - {name: history.falls, type: %s, label: falls, ask: How often did you fall?}\n"
FELL = LONG_SORE.replace("complaint.weeks: {at_least: 52}", "history.falls: {at_least: 2}").replace(
    LONG_SORE[LONG_SORE.index("    examples:") :],
    "    examples: [{given: {history.falls: 2}, fires: true}, {given: {}, fires: unknown}]\n",
)


def _falling(kind: str) -> str:
    text = SMALL.replace(
        "  - {name: history.unsteady", FALLS % kind + "  - {name: history.unsteady"
    )
    return text.replace(STOP, FELL + STOP)


def test_a_fact_with_another_range_is_compared_where_both_books_have_values(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    few, many, words = "int, range: [0, 3]", "int, range: [1, 9]", "enum, values: [a, b]"
    books = {"few": _falling(few), "many": _falling(many).replace("at_least: 2", "at_least: 3")}
    ordered = _falling(f"{words}, ordered: true").replace("at_least: 2", "at_least: b")
    books["ordered"] = ordered.replace("history.falls: 2", "history.falls: b")
    for name, text in books.items():
        Path(name).mkdir()
        Path(name, "book.yaml").write_text(
            text.replace("given: {history.falls: 2}", "given: {history.falls: 3}"), encoding="utf-8"
        )
    comparison = compare(book("few"), book("many"))
    assert (comparison.apart, comparison.narrowed) == ((), ("history.falls",))
    by_change = {each.change: each for each in comparison.differences}
    assert by_change[Change.REFERRAL_GONE].facts.value("history.falls") == 2
    comparison = compare(book("few"), book("ordered"))
    assert comparison.apart == ("history.falls",)
    assert comparison.differences == ()
    result = CliRunner().invoke(program, ["rules", "diff", "few", "ordered"])
    assert result.exit_code == 0
    assert "mean differently" in " ".join(result.stdout.split())
    words = ["rules", "diff", "few", "ordered", "--fail-on", "less-safe"]
    assert CliRunner().invoke(program, words).exit_code == 7


def test_real_people_are_counted(diff: Diff, tmp_path: Path) -> None:
    sore = {
        "screening": "clear",
        "history": {"unsteady": False},
        "complaint": {"pain_usual": 6, "pain_at_rest": 0},
    }
    well = {**sore, "complaint": {"pain_usual": 1, "pain_at_rest": 0}}
    rows = [well, sore, {"screening.fever": True}, sore]
    (tmp_path / "people.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    (tmp_path / "people.json").write_text(json.dumps(rows), encoding="utf-8")
    (tmp_path / "people.yaml").write_text(json.dumps(rows), encoding="utf-8")
    for name in ("people.jsonl", "people.json", "people.yaml"):
        result = diff("_deg: 30", "_deg: 40", "--people", name, "--format", "json")
        counted = json.loads(result.stdout)["people"]
        assert (counted["count"], counted["same"]) == (4, 2)
        assert counted["marks"] == {"less safe": 2, "safer": 0, "different": 0}
        assert counted["changes"] == {"deeper": {"count": 2, "first": 2}}
    told_ = diff("_deg: 30", "_deg: 40", "--people", "people.jsonl").stdout
    assert "Over 4 people: 2 get the same." in told_
    assert "2 deeper bend, less safe (first: person 2)" in told_


@pytest.mark.parametrize(
    ("name", "content", "code", "says"),
    [
        ("p.parquet", "PAR1", 4, "cannot read"),
        ("p.arrow", "", 2, "not read"),
        ("p.json", "{}", 4, "person 1"),
        ("p.jsonl", "nonsense", 4, "line 1"),
        ("p.jsonl", '{"complaint.nonsense": 1}', 4, "person 1"),
        ("p.yaml", "a: b", 4, "no list"),
    ],
)
def test_a_file_that_holds_no_people_is_refused(
    diff: Diff, tmp_path: Path, name: str, content: str, code: int, says: str
) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    result = diff("_deg: 30", "_deg: 40", "--people", name)
    if content == "{}":
        assert result.exit_code == 0  # one person, of whom nothing is known
        return
    assert result.exit_code == code
    assert says in result.stderr
    assert result.stdout == ""


# --- Where books come from ------------------------------------------------------------------------


@pytest.mark.needs("git")
def test_a_book_can_be_a_revision(diff: Diff, tmp_path: Path) -> None:
    diff("_deg: 30", "_deg: 40")
    (tmp_path / "old").rename(tmp_path / "rules")
    who = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    for words in (["init", "-q"], ["add", "rules"], [*who, "commit", "-q", "-m", "A book"]):
        subprocess.run(["git", *words], check=True, cwd=tmp_path)
    for name in ("HEAD", "HEAD:rules"):
        assert book(name).fingerprint == book("rules").fingerprint
    where = book("HEAD").rules[0].span.where
    assert where.startswith("HEAD:rules/book.yaml:")
    result = CliRunner().invoke(program, ["rules", "diff", "HEAD", "new", "--fail-on", "less-safe"])
    assert result.exit_code == 7
    with pytest.raises(NoBook, match="git knows no revision `nonsense`"):
        book("nonsense")
    with pytest.raises(NoBook, match="no folder `elsewhere`"):
        book("HEAD:elsewhere")
    with pytest.raises(NoBook, match="neither"):
        book("--upload-pack=x")


def test_what_is_no_book_is_said_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    result = CliRunner().invoke(program, ["rules", "diff", "v1", "v2"])
    assert result.exit_code == 2
    (line,) = result.stderr.splitlines()
    assert "`v1` is no folder, and this is no git repository" in line


def test_a_book_with_faults_is_not_compared(diff: Diff) -> None:
    result = diff("refer: same_day", "refer: tomorrow")
    assert result.exit_code == 3
    assert "GM2" in result.stderr
    assert result.stdout == ""


def test_without_z3_one_line_says_how_to_get_it(diff: Diff, tmp_path: Path) -> None:
    diff(STOP, STOP)
    code = "import sys\nsys.modules['z3'] = None\nfrom glutemed.cli import main\nmain()"
    ended = subprocess.run(
        [sys.executable, "-c", code, "rules", "diff", "old", "new"],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        timeout=60,
    )
    assert (ended.returncode, ended.stdout) == (2, "")
    (line,) = ended.stderr.splitlines()
    assert line.endswith("pip install 'glutemed[prove]'")


# --- The shipped book -----------------------------------------------------------------------------


def differing(old: Ruleset, new: Ruleset) -> dict[Change, Difference]:
    return {each.change: each for each in compare(old, new).differences}


def test_the_shipped_book_is_the_same_as_itself(bundled: Ruleset) -> None:
    assert not differing(bundled, bundled)
    assert all(s.changed == {} for s in in_words(bundled, bundled).values())


def test_a_reworded_reason_in_the_shipped_book_changes_words_alone(bundled: Ruleset) -> None:
    name = "equipment/no-latex-bands-in-latex-allergy"
    new = edited(bundled, name, lambda rule: attrs.evolve(rule, because="Latex may harm."))
    assert not differing(bundled, new)
    (field,) = in_words(bundled, new)["rules"].changed[name]
    assert (field.name, field.after) == ("because", "Latex may harm.")


def test_a_later_start_of_a_contraindication_is_less_safe(bundled: Ruleset) -> None:
    new = edited(
        bundled,
        "equipment/no-one-leg-work-when-unsteady",
        shifted("response.sessions_done", 20),
    )
    gained = differing(bundled, new)[Change.NEW_EXERCISE]
    assert gained.change.mark is Mark.LESS_SAFE
    assert gained.shown
    assert set(gained.shows) <= set(gained.about)
    assert set(gained.about) <= {e.id for e in bundled.exercises if e.weight_bearing == "one_leg"}
    assert gained.facts.value("history.unsteady") is not False


def test_a_contraindication_that_is_gone_is_less_safe_though_the_gate_holds_back(
    bundled: Ruleset,
) -> None:
    new = edited(bundled, "equipment/no-latex-bands-in-latex-allergy", deleted)
    gained = differing(bundled, new)[Change.NEW_EXERCISE]
    bands = {e.id for e in bundled.exercises if e.attribute("load") == "band"}
    assert set(gained.about) == bands
    assert gained.after.held
    assert not gained.shown


def _first(ruleset: Ruleset, urgency: Urgency) -> Rule:
    return next(
        rule
        for rule in ruleset.rules
        if isinstance(rule.conclusion, Refer) and rule.conclusion.urgency is urgency
    )


def _as(urgency: Urgency) -> Callable[[Rule], Rule]:
    return lambda rule: attrs.evolve(
        rule, conclusion=attrs.evolve(rule.conclusion, urgency=urgency)
    )


def test_a_calmer_referral_of_the_shipped_book_is_less_safe(bundled: Ruleset) -> None:
    rule = _first(bundled, Urgency.EMERGENCY)
    new = edited(bundled, rule.written, _as(Urgency.URGENT))
    calmer = differing(bundled, new)[Change.LOWER_URGENCY]
    assert calmer.before.urgency is Urgency.EMERGENCY
    assert 0 < calmer.after.urgency < Urgency.EMERGENCY
    assert len(calmer.facts.stated()) == 1
    back = differing(new, bundled)
    assert Change.HIGHER_URGENCY in back
    assert {each.mark for each in back} <= {Mark.SAFER, Mark.DIFFERENT}


def test_a_sentence_in_place_of_a_referral_is_less_safe(bundled: Ruleset) -> None:
    rule = _first(bundled, Urgency.URGENT)
    gone = differing(bundled, edited(bundled, rule.written, only_advised))[Change.REFERRAL_GONE]
    assert gone.change.mark is Mark.LESS_SAFE
    assert gone.before.urgency
    assert not gone.after.urgency


def test_more_repetitions_are_a_higher_dose_of_that_exercise_alone(bundled: Ruleset) -> None:
    exercise = bundled.exercises[0]
    dose = (attrs.evolve(exercise.dose[0], reps=exercise.dose[0].reps + 1), *exercise.dose[1:])
    (only,) = compare(bundled, _with(bundled, attrs.evolve(exercise, dose=dose))).differences
    assert (only.change, only.about) == (Change.HIGHER_DOSE, (exercise.id,))
    assert only.shown


def _with(ruleset: Ruleset, changed: Exercise) -> Ruleset:
    rows = tuple(changed if e.id == changed.id else e for e in ruleset.exercises)
    return attrs.evolve(ruleset, exercises=rows)


def test_an_exercise_more_is_offered_to_somebody(bundled: Ruleset) -> None:
    gone = bundled.exercises[-1].id
    kept = tuple(e for e in bundled.exercises if e.id != gone)
    rules = tuple(r for r in bundled.rules if getattr(r.conclusion, "exercise", None) != gone)
    facts = {n: fact for n, fact in bundled.vocabulary.facts.items() if f".{gone}." not in n}
    less = attrs.evolve(
        bundled,
        exercises=kept,
        rules=tuple(_untouched(rule, gone) for rule in rules if f".each.{gone}." not in str(rule)),
        vocabulary=attrs.evolve(bundled.vocabulary, facts=Frozen(facts)),
    )
    assert differing(less, bundled)[Change.NEW_EXERCISE].about == (gone,)
    assert differing(bundled, less)[Change.LOST_EXERCISE].about == (gone,)


def _untouched(rule: Rule, gone: str) -> Rule:
    conclusion = rule.conclusion
    for name in ("touch", "over"):
        touch = getattr(conclusion, name, None)
        if touch is not None:
            left = tuple(each for each in touch.exercises if each != gone)
            conclusion = attrs.evolve(conclusion, **{name: attrs.evolve(touch, exercises=left)})
    if isinstance(conclusion, Watch):
        left = tuple(each for each in conclusion.exercises if each != gone)
        conclusion = attrs.evolve(conclusion, exercises=left)
    return attrs.evolve(rule, conclusion=conclusion)


def test_people_are_counted_by_the_shipped_book(bundled: Ruleset) -> None:
    rule = _first(bundled, Urgency.EMERGENCY)
    new = edited(bundled, rule.written, _as(Urgency.URGENT))
    fact = next(iter(differing(bundled, new)[Change.LOWER_URGENCY].facts.stated()))
    counted = tally([Facts.of({fact: True}), Facts.of({"person.age": 40})], bundled, new)
    assert counted.people == 2
    assert counted.first[Change.LOWER_URGENCY] == 1
    assert counted.marks[Mark.LESS_SAFE] >= 1


def test_who_contradicts_themselves_by_a_book_is_counted_apart(bundled: Ruleset) -> None:
    """They get nothing by it, so nothing of theirs can change."""
    wrong = Facts.of({"response.sessions_done": 0, "response.worst_pain_during": 6})
    counted = tally([wrong, Facts.of({"person.age": 40})], bundled, bundled)
    assert (counted.people, counted.same, counted.refused) == (2, 1, 1)


# --- What is added to a book ----------------------------------------------------------------------

ADDED = """\
pack: mine
version: 1.0.0
rules:
  - id: never-in-pain
    when: {complaint.pain_usual: {at_least: 3}}
    then: {contraindicate: {id: mini-squat}}
    because: It hurts.
    sources: [someone-2020]
    reviewed: 2026-11-22
    examples: [{given: {complaint.pain_usual: 3}, fires: true}, {given: {}, fires: unknown}]
"""


def test_files_can_be_added_to_the_new_book(diff: Diff) -> None:
    """The same book twice, the second time with one rule more."""
    Path("mine.yaml").write_text(ADDED, encoding="utf-8")
    result = diff("They may fall.", "They may fall.", "--with", "mine.yaml", "--format", "json")
    data = json.loads(result.stdout)
    assert data["changed"]["rules"]["added"] == ["mine/never-in-pain"]
    marks = {each["mark"] for each in data["differences"]}
    assert "safer" in marks
    assert "less_safe" not in marks


def test_without_names_the_bundled_book_is_compared_with_itself_and_more() -> None:
    """Two names that are left out mean the same book."""
    result = CliRunner().invoke(program, ("rules", "diff", "--help"), prog_name="glutemed")
    assert "--with" in result.stdout
    assert book("bundled", ()).fingerprint == book("bundled").fingerprint


def test_a_list_that_grew_is_told_by_what_came_in() -> None:
    """Not by two lists of sixty exercises."""
    names = frozenset({"bridge", "clamshell", "mini-squat", "heel-press"})
    grown = Field(
        "then", "a reason for bridge, clamshell", "a reason for bridge, clamshell, heel-press"
    )
    assert listed_anew(grown, names) == "now with heel-press"
    both = Field("then", "not to be done: bridge", "not to be done: mini-squat")
    assert listed_anew(both, names) == "now with mini-squat and no longer with bridge"
    other = Field("then", "a reason for bridge", "must not be done: bridge, clamshell")
    assert listed_anew(other, names) is None


# --- The law: the formulas say of a person what the real code gives ------------------------------


@pytest.fixture(scope="module")
def planted(bundled: Ruleset) -> tuple[Ruleset, Ruleset, Joint, Solver]:
    """The shipped book, and one in which many things differ at once."""
    new = edited(bundled, "equipment/no-one-leg-work-when-unsteady", deleted)
    new = edited(new, "equipment/no-latex-bands-in-latex-allergy", _whenever)
    new = edited(new, _first(bundled, Urgency.EMERGENCY).written, _as(Urgency.ROUTINE))
    new = edited(new, _first(bundled, Urgency.URGENT).written, _as(Urgency.EMERGENCY))
    new = edited(new, _first(bundled, Urgency.SAME_DAY).written, deleted)
    rows = []
    for number, exercise in enumerate(new.exercises):
        first = exercise.dose[0]
        other = attrs.evolve(first, reps=first.reps + number % 3 - 1, sets=first.sets)
        rows.append(attrs.evolve(exercise, dose=(other, *exercise.dose[1:])))
    new = attrs.evolve(new, exercises=tuple(rows))
    joint = Joint(bundled, new)
    asked, lines = questions(joint)
    assert len(asked) > 10
    return bundled, new, joint, Solver("\n".join(lines))


def _whenever(rule: Rule) -> Rule:
    child = Compare("history.latex_allergy", Comparison.IS, (True,))
    return attrs.evolve(rule, condition=All((child,)))


@pytest.mark.law
@share(0.6)
@given(data=st.data())
def test_the_formulas_say_of_a_person_what_the_code_gives(
    data: st.DataObject, planted: tuple[Ruleset, Ruleset, Joint, Solver]
) -> None:
    old, new, joint, solver = planted
    drawn = data.draw(st.one_of(people(old), plausible_people(old)))
    facts = Facts.of(drawn.stated())
    real = changes(got(facts, old), got(facts, new))
    asked = _asked(joint)
    with solver.narrowed(*joint.people.is_person(facts)):
        assert solver.possible()
        for change in Change:
            said = change in asked and solver.holds((name_of(change),))[0]
            if change in DEPENDS_ON_CHOICE:
                continue
            assert said is (change in real), change


def _asked(joint: Joint) -> frozenset[Change]:
    """The kinds of which the solver has a formula, found once."""
    kept = joint.people.ruleset.memo
    if "asked" not in kept:
        kept["asked"] = frozenset(questions(joint)[0])
    return kept["asked"]


def test_what_a_book_has_no_word_for_is_not_told_to_it(bundled: Ruleset) -> None:
    facts = Facts.of({"person.age": 30, "history.nonsense": True})
    assert told(facts, bundled).stated() == {"person.age": 30}


# --- Over a table of people -----------------------------------------------------------------------


def as_columns(path: Path, rows: list[dict]) -> None:
    duckdb = pytest.importorskip("duckdb")
    path.with_suffix(".jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    with duckdb.connect() as db:
        db.execute(f"COPY (FROM read_json('{path.with_suffix('.jsonl')}')) TO '{path}'")


TABLE = [
    {
        "patient": number,
        "screening.fever": (False, False, False, True, None)[number % 5],
        "history.unsteady": (False, True, None)[number % 3],
        "complaint.pain_usual": number % 11 if number % 4 else None,
        "complaint.pain_at_rest": number % 7,
        "complaint.weeks": 13 * (number % 6),
    }
    for number in range(60)
]


@pytest.mark.parametrize(
    "name", ["a bound that moved", "a new referral", "a calmer referral", "less rest"]
)
def test_a_table_of_people_is_counted_like_a_list_of_them(
    diff: Diff, tmp_path: Path, name: str
) -> None:
    was, now, _ = PLANTED[name]
    as_columns(tmp_path / "people.parquet", TABLE)
    known = [
        {key: value for key, value in row.items() if key != "patient" and value is not None}
        for row in TABLE
    ]
    (tmp_path / "people.json").write_text(json.dumps(known), encoding="utf-8")
    one_by_one = diff(was, now, "--people", "people.json", "--format", "json")
    words = ("--people", "people.parquet", "--id", "patient", "--format", "json")
    together = diff(was, now, *words)
    counted = json.loads(together.stdout)["people"]
    assert counted == json.loads(one_by_one.stdout)["people"]
    assert 0 < counted["same"] < counted["count"] == 60


def test_a_table_with_a_row_that_is_no_person_or_with_no_such_column_is_refused(
    diff: Diff, tmp_path: Path
) -> None:
    as_columns(tmp_path / "p.parquet", [{"complaint.pain_usual": 5}, {"complaint.pain_usual": 50}])
    result = diff("_deg: 30", "_deg: 40", "--people", "p.parquet")
    assert result.exit_code == 4
    assert "GM403: `complaint.pain_usual`" in result.stderr
    as_columns(tmp_path / "p.parquet", [{"complaint.nonsense": 5}])
    assert diff("_deg: 30", "_deg: 40", "--people", "p.parquet").exit_code == 4
    assert diff("_deg: 30", "_deg: 40", "--id", "patient").exit_code == 2
