"""`rules check` for CI and for the one who writes: SARIF, GitHub's commands, --watch, and the hooks."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from cli.conftest import surroundings
from glutemed.cli.watching import saves
from glutemed.document import compose, to_plain
from glutemed.model.diagnostic import Diagnostic, Severity, Span, Text
from glutemed.render.annotations import as_github, as_sarif

REPOSITORY = Path(__file__).resolve().parents[2]
BROKEN = "pack: mine\nversion: 1.0.0\nrulez: []\nrules:\n  - id: a\n    then: {advise: ''}\n"
SOUND = "pack: mine\nversion: 1.0.0\n"


def finding(**given: Any) -> Diagnostic:
    text = Text(given.pop("file", "a.yaml"), "pack: mine\nrules: [é, x]\n")
    start, end = given.pop("place", (19, 20))
    made = {"code": "GM201", "severity": Severity.ERROR, "message": "wrong", "help": None}
    return Diagnostic(**(made | given), span=Span(text, start, end))


# --- SARIF ----------------------------------------------------------------------------------------


def the_run(text: str) -> dict[str, Any]:
    """The one run of a log, whose essential structure is looked at."""
    log = json.loads(text)
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-2.1.0.json")
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert driver["name"] == "glutemed"
    assert re.fullmatch(r"\d+\.\d+\.\d+.*", driver["semanticVersion"])
    ids = [rule["id"] for rule in driver["rules"]]
    assert len(set(ids)) == len(ids)
    for result in run["results"]:
        assert ids[result["ruleIndex"]] == result["ruleId"]
        assert result["level"] in {"error", "warning"}
        assert result["message"]["text"]
        (location,) = result["locations"]
        place = location["physicalLocation"]
        assert not re.search(r"[ \\]", place["artifactLocation"]["uri"])
        region = place["region"]
        assert all(isinstance(number, int) and number >= 1 for number in region.values())
        ends = (region["endLine"], region["endColumn"])
        assert (region["startLine"], region["startColumn"]) <= ends
    return run


def test_sarif_has_one_result_for_each_finding(glutemed):
    Path("mine.yaml").write_text(BROKEN)
    done = glutemed("rules", "check", "mine.yaml", "--format", "sarif")
    assert done.exit_code == 3
    run = the_run(done.stdout)
    plain = json.loads(glutemed("rules", "check", "mine.yaml", "--format", "json").stdout)
    assert [result["ruleId"] for result in run["results"]] == [found["code"] for found in plain]
    assert len(plain) >= 3


def test_sarif_of_sound_rules_is_a_run_without_results(glutemed):
    Path("mine.yaml").write_text(SOUND)
    done = glutemed("rules", "check", "mine.yaml", "--format", "sarif")
    assert done.exit_code == 0
    assert the_run(done.stdout)["results"] == []


def test_sarif_counts_columns_in_characters_and_escapes_names_of_files() -> None:
    run = the_run(as_sarif([finding(file="my rules/é#.yaml", help="try that")]))
    assert run["columnKind"] == "unicodeCodePoints"
    place = run["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "my%20rules/%C3%A9%23.yaml"
    assert place["region"] == {"startLine": 2, "startColumn": 9, "endLine": 2, "endColumn": 10}
    assert run["results"][0]["message"]["text"] == "wrong (try that)"


# --- GitHub's workflow commands -------------------------------------------------------------------


def test_github_gets_one_command_for_each_finding(glutemed):
    Path("mine.yaml").write_text(BROKEN)
    done = glutemed("rules", "check", "mine.yaml", "--format", "github")
    assert done.exit_code == 3
    lines = done.stdout.splitlines()
    assert all(re.match(r"::error file=mine\.yaml,line=\d+,endLine=\d+,", line) for line in lines)
    assert "title=GM201::unknown key `rulez`" in lines[0]


def test_github_gets_nothing_of_sound_rules(glutemed):
    Path("mine.yaml").write_text(SOUND)
    assert glutemed("rules", "check", "mine.yaml", "--format", "github").stdout == ""


@pytest.mark.parametrize(
    ("found", "line"),
    [
        (
            finding(severity=Severity.WARNING),
            "::warning file=a.yaml,line=2,endLine=2,col=9,endColumn=10,title=GM201::wrong",
        ),
        (
            finding(message="100 %\n::error::x", help="a: b, c"),
            "::error file=a.yaml,line=2,endLine=2,col=9,endColumn=10,title=GM201"
            "::100 %25%0A::error::x%0Aa: b, c",
        ),
        (
            finding(file="a,b:c%.yaml", place=(0, 12)),
            "::error file=a%2Cb%3Ac%25.yaml,line=1,endLine=2,title=GM201::wrong",
        ),
    ],
)
def test_no_text_breaks_out_of_a_command(found: Diagnostic, line: str) -> None:
    assert as_github([found]) == line


# --- Watching -------------------------------------------------------------------------------------


def test_saves_are_seen_once_each_and_new_files_too(tmp_path):
    first, second = tmp_path / "a.yaml", tmp_path / "b.yaml"
    first.write_text("1")
    steps = iter([lambda: None, lambda: first.write_text("22"), lambda: second.write_text("1")])

    def wait(_seconds: float) -> None:
        step = next(steps, None)
        if step is None:
            second.unlink()
        else:
            step()

    seen = saves([tmp_path], lambda paths: [f for path in paths for f in path.iterdir()], wait=wait)
    assert [next(seen), next(seen), next(seen)] == [(first,), (second,), (second,)]


@pytest.mark.skipif(os.name == "nt", reason="signals of another kind")
def test_watching_checks_at_each_save_until_ctrl_c(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(BROKEN)
    log = tmp_path / "log"
    with (
        log.open("wb") as file,
        subprocess.Popen(
            [sys.executable, "-m", "glutemed", "rules", "check", "mine.yaml", "--watch"],
            cwd=tmp_path,
            env=surroundings() | {"PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
        ) as watching,
    ):
        try:
            waited_for(log, "Ctrl-C ends it")
            path.write_text(SOUND)
            waited_for(log, "mine.yaml saved", "all examples come true")
            path.write_text(BROKEN + " ")
            waited_for(log, "unknown key `rulez`", twice=True)
            watching.send_signal(signal.SIGINT)
            assert watching.wait(30) == 130
        finally:
            watching.kill()
    assert "Traceback" not in log.read_text()


def waited_for(log: Path, *texts: str, twice: bool = False) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        content = log.read_text()
        if all(content.count(text) > twice for text in texts):
            return
        time.sleep(0.1)
    pytest.fail(f"{texts} did not come: {log.read_text()}")


def test_watching_is_not_for_machines(glutemed):
    done = glutemed("rules", "check", "--watch", "--format", "sarif")
    assert done.exit_code == 2


# --- Hooks ----------------------------------------------------------------------------------------


def hooks() -> dict[str, dict[str, Any]]:
    text = (REPOSITORY / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    node, found = compose(Text("hooks", text))
    assert node is not None, found
    return {hook["id"]: hook for hook in to_plain(node)}


def test_each_hook_says_what_pre_commit_needs():
    assert set(hooks()) == {"glutemed-rules-check", "glutemed-rules-fmt"}
    for hook in hooks().values():
        assert set(hook) >= {"id", "name", "entry", "language", "types", "files"}
        assert hook["language"] == "python"
        assert re.compile(hook["files"]).search("rules/mine.yaml")


def run_hook(name: str, folder: Path, *files: str) -> subprocess.CompletedProcess[bytes]:
    words = shlex.split(hooks()[name]["entry"])
    where = surroundings()
    program = shutil.which(words[0], path=where["PATH"])
    assert program
    return subprocess.run(
        [program, *words[1:], *files], cwd=folder, env=where, capture_output=True, check=False
    )


def test_the_hooks_do_what_they_say(tmp_path):
    (tmp_path / "good.yaml").write_text(SOUND)
    (tmp_path / "bad.yaml").write_text(BROKEN.replace("mine", "other"))
    assert run_hook("glutemed-rules-check", tmp_path, "good.yaml").returncode == 0
    assert run_hook("glutemed-rules-check", tmp_path, "good.yaml", "bad.yaml").returncode == 3
    (tmp_path / "good.yaml").write_text("version: 1.0.0\npack: mine\n")
    assert run_hook("glutemed-rules-fmt", tmp_path, "good.yaml").returncode == 0
    assert (tmp_path / "good.yaml").read_text() == SOUND
