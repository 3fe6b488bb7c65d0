"""Every end has its exit code, and none of them a traceback."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from glutemed.cli import exits
from glutemed.model.errors import EngineFailed, HazardBroken


def test_a_programme_is_0(glutemed, runner):
    done = glutemed("recommend", runner)
    assert done.exit_code == 0
    assert "Clamshell with a light band" in done.stdout
    assert "Saved" not in done.stderr


def test_a_referral_is_5_and_names_no_exercise(glutemed, runner, ruleset):
    done = glutemed("recommend", runner, "--set", "screening.hot_swollen_knee=true")
    assert done.exit_code == 5
    assert not [e.id for e in ruleset.exercises if e.name in done.stdout or e.id in done.stdout]


def test_questions_are_6(glutemed, runner):
    assert glutemed("recommend", runner, "--set", "person.age=unknown").exit_code == 6


def test_wrong_facts_are_4(glutemed, runner):
    done = glutemed("recommend", runner, "--set", "person.age=2.9")
    assert done.exit_code == 4
    assert not done.stdout
    assert "error[GM402]" in done.stderr


@pytest.mark.parametrize("command", [["recommend"], ["explain"]])
def test_wrong_rules_are_3(glutemed, runner, tmp_path, command):
    (tmp_path / "new.yaml").write_text("pack: new\nversion: 1.0.0\nrules: 3\n")
    done = glutemed(*command, runner, "--rules", "new.yaml")
    assert done.exit_code == 3
    assert not done.stdout
    assert "new.yaml" in done.stderr


@pytest.mark.parametrize(
    "args",
    [
        ["recommend"],
        ["recommend", "--set", "person.age"],
        ["recommend", "--set", "=3"],
        ["recommend", "--set", "person.age=3\ncomplaint.weeks: 2"],
        ["recommend", "-", "--ask"],
        ["recommend", "--ask", "--save", "no-such-folder/me.yaml"],
        ["recommend", "--format", "html", "x"],
        ["explain"],
        ["exercises", "clamshel"],
        ["conditions", "flu"],
        ["rules", "show", "no-such-rule"],
        ["completion", "tcsh"],
        ["recommand"],
        [],
    ],
)
def test_wrong_use_is_2(glutemed, args):
    done = glutemed(*args)
    assert done.exit_code == exits.USAGE
    assert not done.stdout
    assert "Traceback" not in done.stderr


def test_a_misspelt_command_gets_a_suggestion(glutemed):
    assert "Did you mean 'recommend'?" in glutemed("recommand").stderr
    assert "did you mean `clamshell`?" in glutemed("exercises", "clamshel").stderr


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (EngineFailed("durable-rules refused"), "glutemed: durable-rules refused"),
        (HazardBroken("a hazard; nothing was emitted"), "glutemed: a hazard"),
        (ValueError("she is 43 years old"), "glutemed: it failed inside (ValueError in"),
        (OSError(28, "No space left on device"), "failed: no space left on device"),
    ],
)
def test_a_failure_is_one_line_and_1(glutemed, runner, monkeypatch, error, said):
    def fail(*_given):
        raise error

    monkeypatch.setattr("glutemed.pipeline.recommend", fail)
    done = glutemed("recommend", runner)
    assert done.exit_code == 1
    assert not done.stdout
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert "43" not in done.stderr


def test_debugging_shows_the_traceback(glutemed, runner, monkeypatch):
    def fail(*_given):
        raise ValueError("inside")

    monkeypatch.setattr("glutemed.pipeline.recommend", fail)
    monkeypatch.setenv("GLUTEMED_DEBUG", "1")
    done = glutemed("recommend", runner)
    assert done.exit_code == 1
    assert "Traceback" in done.stderr


def test_a_failing_case_is_7(glutemed, tmp_path):
    (tmp_path / "mine.yaml").write_text(
        "pack: mine\nversion: 1.0.0\ntitle: Mine\ncases:\n"
        "  - name: somebody of whom nothing is known gets a programme\n"
        "    facts: {person.age: 30}\n"
        "    expect: {outcome: programme}\n"
    )
    done = glutemed("rules", "test", "mine.yaml")
    assert done.exit_code == 7
    assert "FAILED mine.yaml:5" in done.stdout
    assert "outcome: expected programme, got questions" in done.stdout
    assert "1 failed." in done.stdout


def test_all_bundled_cases_pass(glutemed, ruleset):
    done = glutemed("rules", "test")
    assert done.exit_code == 0
    assert done.stdout.startswith(f"{len(ruleset.cases)} cases")


@pytest.mark.parametrize("args", [["facts", "--template"], ["rules", "list"], ["--help"]])
def test_nobody_reads_on(tmp_path, args):
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as nowhere:
        done = subprocess.run(
            [sys.executable, "-m", "glutemed", *args],
            cwd=tmp_path,
            stdout=nowhere,
            stderr=subprocess.PIPE,
            timeout=60,
            check=False,
        )
    assert done.stderr == b""
    assert done.returncode in {exits.PIPE_CLOSED, 1}


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_ctrl_c_is_130(tmp_path):
    with subprocess.Popen(
        [sys.executable, "-m", "glutemed", "recommend", "--ask", "--save", "me.yaml"],
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # Where the tests run in the background, the shell has it ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509  no threads here
    ) as asking:
        assert asking.stderr is not None
        seen = b""
        while b"or 0, or ?" not in seen:
            seen += asking.stderr.read1(4096)
        time.sleep(0.1)
        asking.send_signal(signal.SIGINT)
        out, err = asking.communicate(timeout=30)
    assert asking.returncode == 130
    assert out == b""
    assert b"Traceback" not in err
    assert not (tmp_path / "me.yaml").exists()
