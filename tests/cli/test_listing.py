"""What lists and tells: facts, exercises, conditions, rules, doctor, completion, versions."""

from __future__ import annotations

import json
import shutil
import subprocess

import pytest

from glutemed import __version__, read_facts
from glutemed.cli.completion import SHELLS
from glutemed.rulebook.load import bundled

NEW_CONDITION = """\
pack: gtp
version: 0.1.0
title: Greater trochanteric pain
facts:
  - {name: history.lies_on_sore_side, type: bool, label: lying on the sore side,
     ask: Can you lie on the sore side?}
  - {name: screening.night_sweats, type: bool, red_flag: true, label: night sweats,
     ask: Do you sweat at night?}
conditions:
  - {id: hamstring_tendon_pain, name: pain at the sitting bone, evidence: moderate,
     sentence: Pain on the outer side of the hip., evidence_note: Some trials.,
     felt_at: [elsewhere], sources: [surgeon-interview]}
rules:
  - id: side-of-hip
    when: {complaint.conditions: {includes: [hamstring_tendon_pain]}}
    then: {indicate: {target: hip_abduction}}
    because: You have pain at the outer side of the hip, and strength may help.
    sources: [surgeon-interview]
    reviewed: 2026-11-22
    examples:
      - {given: {complaint.conditions: [hamstring_tendon_pain]}, fires: true}
      - {given: {complaint.conditions: [patellofemoral_pain]}, fires: unknown}
  - id: not-on-the-sore-side
    when: {history.lies_on_sore_side: false}
    then: {contraindicate: {family: clamshell}}
    because: Lying on the sore side presses on it.
    sources: [surgeon-interview]
    reviewed: 2026-11-22
    examples:
      - {given: {history.lies_on_sore_side: false}, fires: true}
  - id: night-sweats
    when: {screening.night_sweats: true}
    then: {refer: urgent, to: [gp], now: Ring your GP.}
    because: Night sweats have to be looked into.
    sources: [surgeon-interview]
    reviewed: 2026-11-22
    examples:
      - {given: {screening.night_sweats: true}, fires: true}
"""


def words(text):
    return " ".join(text.split())


# --- Facts -----------------------------------------------------------------------------------------


def test_every_fact_is_listed_with_its_question(glutemed, ruleset):
    shown = words(glutemed("facts").stdout)
    for fact in ruleset.vocabulary:
        if not fact.name.startswith("response.each."):
            assert f"{fact.name}: " in shown
            assert words(fact.ask) in shown
    assert "response.each.EXERCISE.pain_during" in shown


def test_the_template_is_valid_as_it_stands(glutemed, tmp_path, ruleset):
    text = glutemed("facts", "--template").stdout
    assert read_facts(text, ruleset).stated() == {}
    (tmp_path / "me.yaml").write_text(text)
    assert glutemed("recommend", "me.yaml").exit_code == 6
    for fact in ruleset.vocabulary:
        if not fact.name.startswith("response.each."):
            assert f"  {fact.name.partition('.')[2]}: unknown\n" in text
            assert words(fact.ask) in words(text.replace("# ", ""))
    assert "screening: clear" in text


def test_the_template_can_be_filled_in(glutemed, tmp_path):
    text = glutemed("facts", "--template").stdout
    head, _, _ = text.partition("\nscreening:\n")
    filled = head + "\nscreening: clear\n"
    for name, value in {
        "age": 30, "conditions": "[patellofemoral_pain]", "pain_usual": 5, "pain_at_rest": 1,
        "weeks": 8, "side": "left", "latex_allergy": "false", "bands": "[light]",
        "free_weights": "false", "sessions_done": 0,
    }.items():  # fmt: skip
        filled = filled.replace(f"  {name}: unknown\n", f"  {name}: {value}\n")
    (tmp_path / "me.yaml").write_text(filled)
    assert glutemed("recommend", "me.yaml").exit_code == 0


def test_a_condition_that_nobody_shipped(glutemed, tmp_path, runner):
    (tmp_path / "gtp.yaml").write_text(NEW_CONDITION)
    added = ("--rules", "gtp.yaml")
    assert glutemed("rules", "check", "gtp.yaml").exit_code == 0
    assert "lies_on_sore_side: unknown" in glutemed("facts", "--template", *added).stdout
    schema = json.loads(glutemed("facts", "--format", "json", *added).stdout)
    history = schema["properties"]["history"]["anyOf"][0]["properties"]
    assert history["lies_on_sore_side"]["description"] == "Can you lie on the sore side?"
    assert "hamstring_tendon_pain" in glutemed("conditions", *added).stdout
    assert "gtp/not-on-the-sore-side" in glutemed("rules", "list", *added).stdout
    assert "night sweats: yes" in glutemed("rules", "show", "night-sweats", *added).stdout
    assert "(declared by gtp)" in words(glutemed("facts", *added).stdout)
    file = [runner, "--set", "complaint.felt_at=[front]", *added]
    asked = glutemed("recommend", *file, "--ask", typed="no\n1\nno\n")
    assert asked.exit_code == 0
    assert "Besides patellofemoral pain (runner's knee): what has" in asked.stderr
    assert "pain at the sitting bone: Pain on the outer side of the hip." in asked.stderr
    assert "Can you lie on the sore side?" in asked.stderr
    assert "Not for you now" in asked.stdout


# --- Exercises, conditions, rules ------------------------------------------------------------------


def test_exercises(glutemed, ruleset):
    shown = glutemed("exercises").stdout
    for exercise in ruleset.exercises:
        assert exercise.id in shown
        page = words(glutemed("exercises", exercise.id).stdout)
        assert exercise.name in page
        assert all(words(cue) in page for cue in (*exercise.how, *exercise.mistakes))
        assert exercise.span.where in page


def test_conditions(glutemed, ruleset):
    shown = words(glutemed("conditions").stdout)
    for condition in ruleset.conditions:
        assert condition.id in shown
        page = words(glutemed("conditions", condition.id).stdout)
        assert condition.sentence in page
        assert condition.icd10cm[0] in page


def test_every_rule_and_hazard_can_be_shown(glutemed, ruleset):
    shown = glutemed("rules", "list").stdout
    doi = {source.id: source.doi for source in ruleset.sources}
    for rule in ruleset.written_rules[::7]:
        assert f"{rule.written}  " in shown
        page = words(glutemed("rules", "show", rule.written).stdout)
        assert words(rule.because) in page
        assert rule.span.where in page
        assert all(doi[source] in page for source in rule.sources)
    for hazard in ruleset.hazards[::5]:
        page = words(glutemed("rules", "show", hazard.id).stdout)
        assert words(hazard.because) in page
        assert "never:" in page
    assert "How" in glutemed("rules", "show", "clamshell").stdout


def test_a_rule_may_be_named_without_its_pack(glutemed):
    short = glutemed("rules", "show", "no-deeper-than-45")
    assert short.exit_code == 0
    assert short.stdout == glutemed("rules", "show", "surgeon/no-deeper-than-45").stdout


def test_the_summary_counts(glutemed, ruleset):
    shown = words(glutemed("rules", "list", "--summary").stdout)
    assert f"exercises {len(ruleset.exercises)}" in shown
    assert f"cases {len(ruleset.cases)}" in shown
    assert "read: abstract" in shown
    assert ruleset.fingerprint in shown


def test_the_bundled_rules_are_in_order(glutemed):
    assert glutemed("rules", "check").exit_code == 0
    same = glutemed("rules", "check", str(bundled()))
    assert same.exit_code == 0
    assert same.stdout == glutemed("rules", "check").stdout
    assert json.loads(glutemed("rules", "check", "--format", "json").stdout) == []
    assert glutemed("rules", "check", "--format", "plain").stdout == ""


@pytest.mark.parametrize("form", ["human", "plain", "json"])
def test_faults_of_rules_are_the_answer_of_a_check(glutemed, tmp_path, form):
    (tmp_path / "new.yaml").write_text("pack: new\nversion: 1.0.0\nruls: []\n")
    done = glutemed("rules", "check", "new.yaml", "--format", form)
    assert done.exit_code == 3
    assert "GM2" in done.stdout
    assert "new.yaml" in done.stdout
    assert not done.stderr


def test_results_of_cases_as_json(glutemed, ruleset):
    told = json.loads(glutemed("rules", "test", "--format", "json").stdout)
    assert len(told) == len(ruleset.cases)
    assert all(one["passed"] for one in told)


# --- The installation ------------------------------------------------------------------------------


def test_doctor(glutemed, ruleset):
    done = glutemed("doctor")
    assert done.exit_code == 0
    assert ruleset.fingerprint in done.stdout
    assert "self-check    a programme" in done.stdout
    assert "glutemed works." in done.stdout


def test_doctor_says_how_to_mend_a_broken_engine(glutemed, monkeypatch):
    monkeypatch.setattr("glutemed.engine.adapter.durable_version", lambda: None)
    done = glutemed("doctor")
    assert done.exit_code == 0
    assert "CPPFLAGS=-DPyEval_CallObject=PyObject_CallObject" in done.stdout


def test_doctor_says_when_nothing_works(glutemed, monkeypatch):
    from glutemed.model.errors import EngineFailed

    def fail(*_given):
        raise EngineFailed("it broke")

    monkeypatch.setattr("glutemed.pipeline.recommend", fail)
    done = glutemed("doctor")
    assert done.exit_code == 1
    assert "failed: it broke" in done.stdout
    assert "NOT" in done.stdout


def test_without_durable_one_warning_and_an_answer(started, tmp_path, runner):
    (tmp_path / "durable_rules_engine.py").write_text("raise ImportError('not built')\n")
    done = started("recommend", runner, PYTHONPATH=str(tmp_path))
    assert done.returncode == 0
    assert done.stderr.decode().count("durable-rules cannot be imported") == 1
    assert len(done.stderr.splitlines()) == 1
    assert b"decided by truth;" in done.stdout.replace(b"\n", b" ")


def test_version(glutemed, ruleset):
    assert glutemed("--version").stdout == f"glutemed {__version__}, rules {ruleset.version}\n"


@pytest.mark.parametrize("shell", SHELLS)
def test_completion_scripts(glutemed, shell):
    done = glutemed("completion", shell)
    assert done.exit_code == 0
    assert "_GLUTEMED_COMPLETE" in done.stdout
    assert len(done.stdout) > 200


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash")
def test_the_bash_script_is_bash(glutemed):
    script = glutemed("completion", "bash").stdout
    assert subprocess.run(["bash", "-n"], input=script, text=True, check=False).returncode == 0


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("glutemed rec", "recommend"),
        ("glutemed rules sh", "show"),
        ("glutemed exercises clam", "clamshell-band-light"),
        ("glutemed conditions pes", "pes_anserine_bursitis"),
        ("glutemed recommend --set person", "person.age="),
        ("glutemed rules show surgeon/no-deeper", "surgeon/no-deeper-than-30"),
    ],
)
def test_completion_knows(started, line, offered):
    words_ = line.split()
    done = started(
        _GLUTEMED_COMPLETE="bash_complete", COMP_WORDS=line, COMP_CWORD=str(len(words_) - 1)
    )
    assert f"plain,{offered}" in done.stdout.decode().splitlines()
