"""A rule file in an editor: the real yaml-language-server, driven as an editor drives it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from glutemed.pipeline import load_ruleset

REPOSITORY = Path(__file__).resolve().parent.parent
SCHEMA = REPOSITORY / "glutemed" / "rules.schema.json"
SECONDS = 30

pytestmark = [pytest.mark.needs("yaml-language-server"), pytest.mark.slow]


class Editor:
    """As much of an editor as is needed: it speaks the Language Server Protocol over pipes."""

    def __init__(self, process: subprocess.Popen[bytes], folder: Path) -> None:
        self.process = process
        self.folder = folder
        self.number = 0
        self.said: list[dict[str, Any]] = []

    def send(self, method: str, params: Any, *, answer: bool = False) -> Any:
        message: dict[str, Any] = {"jsonrpc": "2.0", "method": method, "params": params}
        if answer:
            self.number += 1
            message["id"] = self.number
        self._write(message)
        return (
            self._until(lambda said: said.get("id") == message["id"] and "method" not in said)[
                "result"
            ]
            if answer
            else None
        )

    def open(self, name: str, content: str) -> str:
        """Show a file; its address."""
        path = self.folder / name
        path.write_text(content, encoding="utf-8")
        uri = path.as_uri()
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": content}
        self.send("textDocument/didOpen", {"textDocument": document})
        return uri

    def faults(self, uri: str) -> list[str]:
        """What is underlined in a file that was opened."""

        def about_it(said: dict[str, Any]) -> bool:
            published = said.get("method") == "textDocument/publishDiagnostics"
            return published and said["params"]["uri"] == uri

        said = next(filter(about_it, self.said), None) or self._until(about_it)
        return [fault["message"] for fault in said["params"]["diagnostics"]]

    def at(self, uri: str, line: int, character: int) -> dict[str, Any]:
        place = {"line": line, "character": character}
        return {"textDocument": {"uri": uri}, "position": place}

    def _write(self, message: dict[str, Any]) -> None:
        assert self.process.stdin is not None
        body = json.dumps(message).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def _until(self, wanted: Any) -> dict[str, Any]:
        while True:
            said = self._read()
            self.said.append(said)
            if "id" in said and "method" in said:  # the server asks; nothing is configured
                empty = [None for _ in said["params"].get("items", [])] or None
                self._write({"jsonrpc": "2.0", "id": said["id"], "result": empty})
            if wanted(said):
                return said

    def _read(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        length = 0
        while line := self.process.stdout.readline().strip():
            if line.lower().startswith(b"content-length:"):
                length = int(line.partition(b":")[2])
        assert length, "the server has gone"
        said: dict[str, Any] = json.loads(self.process.stdout.read(length))
        return said


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    folder = tmp_path_factory.mktemp("project")
    with subprocess.Popen(
        ["yaml-language-server", "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        editor = Editor(process, folder)
        able = {
            "textDocument": {
                "completion": {"completionItem": {"snippetSupport": True}},
                "hover": {"contentFormat": ["markdown"]},
            },
            "workspace": {"configuration": True},
        }
        root = {"processId": None, "rootUri": folder.as_uri(), "capabilities": able}
        editor.send("initialize", root, answer=True)
        editor.send("initialized", {})
        yield editor
        editor.send("shutdown", None, answer=True)
        editor.send("exit", None)
        process.wait(SECONDS)


MODELINE = f"# yaml-language-server: $schema={SCHEMA.as_uri()}\n"
RULE = (
    MODELINE + "pack: mine\nversion: 1.0.0\nrules:\n  - id: a\n    when:\n"
    "      complaint.pain_usual: {at_least: 4}\n"
    "      %s\n"
    "    then: {contraindicate: {family: clamshell}}\n    because: It hurts.\n"
    "    sources: [powers-2014]\n    reviewed: 2026-11-22\n"
)
WHEN = 7


def labels(found: Any) -> list[str]:
    return [item["label"] for item in (found["items"] if isinstance(found, dict) else found)]


def test_it_completes_the_names_of_facts(editor: Editor) -> None:
    uri = editor.open("facts.yaml", RULE % "history")
    found = labels(editor.send("textDocument/completion", editor.at(uri, WHEN, 13), answer=True))
    facts = [name for name in load_ruleset().vocabulary.facts if "each" not in name]
    assert set(facts) - set(found) <= {"complaint.pain_usual"}  # it stands there already


def test_it_shows_the_question_of_a_fact(editor: Editor) -> None:
    uri = editor.open("hover.yaml", RULE % "person.age: {below: 70}")
    shown = editor.send("textDocument/hover", editor.at(uri, WHEN - 1, 12), answer=True)
    ask = load_ruleset().vocabulary["complaint.pain_usual"].ask
    assert ask in " ".join(shown["contents"]["value"].replace("\\", "").split())


def test_it_completes_the_comparisons_of_a_fact(editor: Editor) -> None:
    uri = editor.open("comparisons.yaml", RULE % "person.age:\n        a")
    found = labels(editor.send("textDocument/completion", editor.at(uri, WHEN + 1, 9), answer=True))
    assert {"at_least", "at_most", "above", "below"} <= set(found)
    assert "includes" not in found


@pytest.mark.parametrize(
    ("line", "kind", "id_"),
    [
        ("    sources: []\n", "sources", "powers-2014"),
        ("    then: {contraindicate: {id: }}\n", "exercises", "clamshell"),
        ("    then: {contraindicate: {family: }}\n", "families", "clamshell"),
        ("    then: {contraindicate: {position: }}\n", "words", "side_lying"),
    ],
)
def test_it_completes_what_the_rulebook_names(
    editor: Editor, line: str, kind: str, id_: str
) -> None:
    content = MODELINE + "pack: mine\nversion: 1.0.0\nrules:\n  - id: a\n" + line
    uri = editor.open(f"{kind}.yaml", content)
    column = max(line.find("[]"), line.find("}}") - 1) + 1
    found = labels(editor.send("textDocument/completion", editor.at(uri, 5, column), answer=True))
    assert id_ in found


def test_a_sound_file_is_not_underlined(editor: Editor) -> None:
    uri = editor.open("sound.yaml", RULE % "person.age: {below: 70}")
    assert editor.faults(uri) == []


@pytest.mark.parametrize(
    "wrong",
    ["person.age: {includes: [70]}", "complaint.side: middle", "person.age: {below: 700}"],
)
def test_what_cannot_be_is_underlined(editor: Editor, wrong: str) -> None:
    uri = editor.open(f"wrong-{len(wrong)}.yaml", RULE % wrong)
    assert editor.faults(uri) != []


def test_every_shipped_file_is_not_underlined(editor: Editor) -> None:
    for path in sorted((REPOSITORY / "rules").rglob("*.yaml")):
        content = MODELINE + path.read_text(encoding="utf-8")
        uri = editor.open(f"shipped-{path.stem}.yaml", content)
        assert editor.faults(uri) == [], path.name
