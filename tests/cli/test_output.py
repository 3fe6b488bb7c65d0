"""Answers on stdout and the rest on stderr, in what the terminal can show."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

ESCAPE = b"\x1b"


def test_only_the_answer_is_on_stdout(started, runner):
    done = started("recommend", runner, "--format", "json", "--save", "saved.yaml")
    assert done.returncode == 0
    assert json.loads(done.stdout)["outcome"] == "programme"
    assert b"Saved in saved.yaml" in done.stderr


def test_prompts_are_on_stderr(started):
    done = started("recommend", "--ask", "--format", "json", typed=b"3\n")
    assert json.loads(done.stdout)["referral"]["urgency"] == "emergency"
    assert b"Do any of these apply to you?" in done.stderr


@pytest.mark.parametrize("form", ["human", "plain", "markdown", "json"])
def test_ascii_where_that_is_all_there_is(started, runner, form):
    done = started("recommend", runner, "--format", form, PYTHONUTF8="0", PYTHONIOENCODING="ascii")
    assert done.returncode == 0, done.stderr
    assert done.stdout.isascii()
    assert done.stderr.isascii()


@pytest.mark.parametrize(
    "args",
    [
        ["facts"],
        ["facts", "--format", "json"],
        ["exercises", "clamshell"],
        ["conditions", "patellofemoral_pain"],
        ["rules", "list"],
        ["explain", "runner.yaml"],
        ["recommend", "runner.yaml", "--set", "person.age=x"],
        ["doctor"],
    ],
)
def test_every_command_can_do_without_unicode(started, runner, args):
    assert runner == "runner.yaml"
    done = started(*args, PYTHONUTF8="0", PYTHONIOENCODING="ascii")
    assert done.returncode in {0, 4}, done.stderr
    assert (done.stdout + done.stderr).isascii()
    assert b"Traceback" not in done.stderr


def test_plain_is_ascii_also_where_more_can_be_shown(started, runner):
    assert started("recommend", runner, "--format", "plain").stdout.isascii()


def test_human_has_signs_where_they_can_be_shown(started, runner):
    assert "•" in started("recommend", runner).stdout.decode()


def test_no_colour_in_a_pipe(started, runner):
    done = started("recommend", runner)
    assert ESCAPE not in done.stdout + done.stderr


@pytest.mark.skipif(os.name == "nt", reason="no pseudo-terminal")
@pytest.mark.parametrize(
    ("environment", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)]
)
def test_colour_on_a_terminal_unless_it_is_not_wanted(tmp_path, runner, environment, coloured):
    ours, theirs = os.openpty()
    clean = {k: v for k, v in os.environ.items() if k not in {"NO_COLOR", "TERM"}}
    with subprocess.Popen(
        [sys.executable, "-m", "glutemed", "recommend", runner],
        cwd=tmp_path,
        stdout=theirs,
        stderr=subprocess.DEVNULL,
        env=clean | {"TERM": "xterm"} | environment,
    ) as shown:
        os.close(theirs)
        seen = b""
        while True:
            try:
                more = os.read(ours, 65536)
            except OSError:  # the other end is closed
                break
            if not more:
                break
            seen += more
        shown.wait(60)
    os.close(ours)
    assert b"Your programme" in seen
    assert (ESCAPE in seen) is coloured


@pytest.mark.parametrize("columns", [40, 80, 100, 300])
def test_no_line_is_wider_than_the_terminal_or_100(glutemed, runner, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    for args in (["recommend", runner], ["rules", "list"], ["exercises"], ["facts"]):
        lines = glutemed(*args).stdout.splitlines()
        most = min(columns, 100)
        long = [line for line in lines if len(line) > most and " " in line.strip()]
        assert not [line for line in long if len(max(line.split(), key=len)) < most - 20], args


def test_text_of_rules_cannot_steer_the_terminal(glutemed, tmp_path):
    (tmp_path / "new.yaml").write_text(
        "pack: new\nversion: 1.0.0\ntitle: New\nconditions:\n"
        '  - {id: red_knee, name: "red\\e]0;x\\a", sentence: "Red \\e[2J.", evidence: weak,\n'
        "     evidence_note: None., felt_at: [front], sources: [surgeon-interview]}\n"
    )
    done = glutemed("conditions", "--rules", "new.yaml")
    assert "\x1b" not in done.output
    assert "\x07" not in done.output
