"""Facts from files, from stdin and by --set: strictly, with every fault, within a second."""

from __future__ import annotations

import json
import time

import pytest

from glutemed.cli.given import read_file, read_settings
from glutemed.document import MOST_BYTES


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("history.latex_allergy: 'no'\n", "GM402"),
        ("history.latex_allergy: no\n", "GM402"),
        ("complaint.pain_usual: 2.9\n", "GM402"),
        ("complaint.pain_usual: .nan\n", "GM402"),
        ("complaint.weeks: 1e400\n", "GM402"),
        ("complaint.pain_usul: 3\n", "GM401"),
        ("complaint.weeks: 3\ncomplaint.weeks: 4\n", "GM104"),
        ("complaint: {weeks: 3}\ncomplaint.weeks: 4\n", "GM405"),
        ("complaint: &a {weeks: 3}\n", "GM105"),
        ("- 3\n", "GM408"),
        ("screening: clear\nscreening.hot_swollen_knee: true\n", "GM407"),
        ('{"complaint.pain_usual": NaN}', "GM402"),
        ('{"complaint.weeks": 1e400}', "GM402"),
        ('{"complaint.weeks": 3, "complaint.weeks": 3}', "GM104"),
        ('{"complaint": {"weeks": "3"}}', "GM402"),
    ],
)
@pytest.mark.parametrize("through", ["file", "stdin"])
def test_wrong_facts_have_a_code(glutemed, tmp_path, text, code, through):
    (tmp_path / "facts").write_text(text)
    if through == "file":
        done = glutemed("recommend", "facts")
    else:
        done = glutemed("recommend", "-", typed=text)
    assert done.exit_code == 4
    assert not done.stdout
    assert f"error[{code}]" in done.stderr


def test_every_fault_is_told_at_once_with_a_suggestion(glutemed, tmp_path):
    (tmp_path / "me.yaml").write_text("person.age: x\ncomplaint.pain_usul: 3\n")
    done = glutemed("recommend", "me.yaml", "--set", "complaint.side=up", "--format", "plain")
    assert done.exit_code == 4
    assert len(done.stderr.splitlines()) == 3
    assert "did you mean `complaint.pain_usual`?" in done.stderr


def test_faults_as_json_are_on_stderr(glutemed):
    done = glutemed("recommend", "--set", "person.age=x", "--format", "json")
    assert not done.stdout
    assert json.loads(done.stderr)[0]["code"] == "GM402"


@pytest.mark.parametrize("name", ["nothing-here.yaml", "."])
def test_a_file_that_cannot_be_read(glutemed, name):
    done = glutemed("recommend", name)
    assert done.exit_code == 4
    assert "cannot read" in done.stderr


def test_a_file_that_is_no_text(glutemed, tmp_path):
    (tmp_path / "me.yaml").write_bytes(b"person.age: \xff")
    done = glutemed("recommend", "me.yaml")
    assert done.exit_code == 4
    assert "not UTF-8 text" in done.stderr


@pytest.mark.parametrize("suffix", ["yaml", "json", "txt"])
@pytest.mark.parametrize("sign", ["[", "{", '{"a":', "é", "- ", "a: &a [*a,"])
def test_ten_megabytes_of_it_fail_within_a_second(ruleset, tmp_path, suffix, sign):
    path = tmp_path / f"large.{suffix}"
    for size in (10_000_000, MOST_BYTES - 10):
        path.write_bytes(sign.encode() * (size // len(sign.encode())))
        began = time.process_time()  # not the clock: others may be busy on this machine
        facts, found = read_file(str(path), ruleset.vocabulary)
        assert time.process_time() - began < 1
        assert facts is None
        assert found


def test_ten_megabytes_of_brackets_through_the_program(started, tmp_path):
    (tmp_path / "large.yaml").write_bytes(b"[" * 10_000_000)
    done = started("recommend", "large.yaml")
    assert done.returncode == 4
    assert b"larger than 1 MiB" in done.stderr


def test_json_is_known_by_its_suffix_or_its_beginning(glutemed, tmp_path, runner):
    as_yaml = glutemed("recommend", runner)
    from glutemed.intake import to_dict
    from glutemed.pipeline import load_ruleset, read_facts

    facts = read_facts((tmp_path / runner).read_text(), load_ruleset())
    text = json.dumps({**to_dict(facts), "complaint.felt_at": None}, indent=1)
    (tmp_path / "me.json").write_text(text)
    assert glutemed("recommend", "me.json").stdout == as_yaml.stdout
    assert glutemed("recommend", "-", typed=text).stdout == as_yaml.stdout
    assert glutemed("recommend", "-", typed="{person.age: 30}").exit_code == 6


def test_a_byte_order_mark_does_no_harm(glutemed, tmp_path):
    (tmp_path / "me.yaml").write_text("person.age: 12\nscreening: clear\n", encoding="utf-8-sig")
    assert glutemed("recommend", "me.yaml").exit_code == 5


def test_a_set_of_which_the_rest_was_declined_is_kept(glutemed, ruleset, tmp_path):
    from glutemed.intake import read_mapping

    (tmp_path / "me.yaml").write_text("equipment.bands: {present: [light], rest: declined}\n")
    settings = ("--set", "person.age=30", "--save", "saved.yaml")
    assert glutemed("recommend", "me.yaml", *settings).exit_code == 6
    saved, _ = read_file(str(tmp_path / "saved.yaml"), ruleset.vocabulary)
    bands = {"equipment.bands": {"present": ["light"], "rest": "declined"}, "person.age": 30}
    assert saved == read_mapping(bands, ruleset.vocabulary)[0]


# --- By --set --------------------------------------------------------------------------------------


def test_set_overrides_the_file(glutemed, runner):
    done = glutemed(
        *("recommend", runner, "--format", "json"),
        *("--set", "equipment.bands=[]", "--set", "complaint.pain_usual=2"),
    )
    ids = [found["id"] for found in json.loads(done.stdout)["programme"]["exercises"]]
    assert "clamshell" in ids
    assert "clamshell-band-light" not in ids


def test_set_alone_is_enough(glutemed):
    assert glutemed("recommend", "--set", "screening.feverish=true").exit_code in {5, 6}


def test_a_red_flag_by_set_overrides_a_clear_screening(glutemed, runner):
    assert glutemed("recommend", runner, "--set", "screening.feverish=true").exit_code == 5


def test_a_clear_screening_by_set_never_takes_a_red_flag_back(glutemed, tmp_path):
    (tmp_path / "me.yaml").write_text("screening.feverish: true\n")
    done = glutemed("recommend", "me.yaml", "--set", "screening=clear")
    assert done.exit_code == 4
    assert "GM407" in done.stderr
    done = glutemed("recommend", "me.yaml", "--set", "screening.feverish=false")
    assert done.exit_code == 6


def test_set_can_forget_and_decline(ruleset):
    facts, found = read_settings(["person.age=declined"], ruleset.vocabulary)
    assert not found
    assert facts is not None
    assert facts.declined == {"person.age"}


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        (["person.age='30'"], "GM402"),
        (["person.age=true"], "GM402"),
        (["person.age="], "GM406"),
        (["person.age=30", "person.age=31"], "GM104"),
        (["equipment.bands=light"], "GM404"),
        (["equipment.bands=[light", "complaint.side=left]"], "GM102"),
        (["person.age=30, complaint.weeks: 3"], "GM102"),
        (["person.age=[[[[[["], "GM102"),
        (["person.age=" + "[" * 100], "GM103"),
        (["person age=3"], "GM401"),
        (['"x: 1=3'], "GM401"),
        (["screening=clear", "screening.feverish=true"], "GM407"),
        (["person.age=\x07"], "GM102"),
    ],
)
def test_wrong_settings(ruleset, settings, code):
    facts, found = read_settings(settings, ruleset.vocabulary)
    assert facts is None
    assert code in {one.code for one in found}
    for one in found:
        assert 0 <= one.span.start <= one.span.end <= len(one.span.text.content)


DECLINED = """
screening: {hot_swollen_knee: declined}
person.age: 30
"""


def test_clear_by_set_does_not_answer_what_was_declined(glutemed, tmp_path) -> None:
    """A red flag that somebody would not answer is not denied by a word for the others."""
    path = tmp_path / "me.yaml"
    path.write_text(DECLINED, encoding="utf-8")
    done = glutemed("recommend", str(path), "--set", "screening=clear")
    assert done.exit_code == 5
    assert "emergency" in done.stdout


def test_setting_one_flag_forgets_no_other(glutemed, tmp_path) -> None:
    """Forgetting one answer under a subject leaves the others as they were."""
    path = tmp_path / "me.yaml"
    path.write_text("screening: {hot_swollen_knee: true}\n", encoding="utf-8")
    for setting in ("screening={feverish: unknown}", "screening={}"):
        assert glutemed("recommend", str(path), "--set", setting).exit_code == 5
