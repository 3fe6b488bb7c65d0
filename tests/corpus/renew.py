"""The corpus of broken files: how each is read, and how its golden is written.

`python tests/corpus/renew.py` writes every golden anew; read the difference before it is kept.
"""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path

from glutemed.document import MOST_BYTES
from glutemed.intake import read_text
from glutemed.model.diagnostic import Diagnostic, Text
from glutemed.model.ruleset import Ruleset
from glutemed.render.diagnostics import human
from glutemed.rulebook.form import Findings
from glutemed.rulebook.load import ruleset, texts

CORPUS = Path(__file__).resolve().parent
GOLDEN = ".diagnostics"


def bad_rules() -> list[Path]:
    """Every broken rule file."""
    return sorted((CORPUS / "bad").glob("*.yaml"))


def bad_facts() -> list[Path]:
    """Every broken facts file."""
    folder = CORPUS / "bad-facts"
    return sorted((*folder.glob("*.yaml"), *folder.glob("*.json")))


def golden(path: Path) -> Path:
    """Where the diagnostics of a broken file are kept."""
    return path.with_suffix(GOLDEN)


def base() -> Ruleset:
    """The sound rulebook beside which everything is read."""
    made, found = ruleset([_text(CORPUS / "base.yaml")], "1")
    assert made is not None, human(found, unicode=False, colour=False)
    return made


def diagnostics(path: Path) -> tuple[Diagnostic, ...]:
    """What is wrong with one broken file."""
    if path.parent.name == "bad-facts":
        text = _grown(_text(path)) if path.name.startswith("GM101") else _text(path)
        return read_text(text, base().vocabulary, is_json=path.suffix == ".json")[1]
    unread = Findings()
    if path.name.startswith("GM101"):
        files = (_text(CORPUS / "base.yaml"), _grown(_text(path)))
    else:
        with contextlib.chdir(path.parent):
            files = (*texts([Path("../base.yaml")], unread), *texts([Path(path.name)], unread))
    return (*unread.sorted(), *ruleset(files, "1")[1])


def seen(path: Path) -> str:
    """What an author sees."""
    return human(diagnostics(path), unicode=False, colour=False) + "\n"


def _text(path: Path) -> Text:
    with path.open(encoding="utf-8", newline="") as file:
        return Text(path.name, file.read())


def _grown(text: Text) -> Text:
    """A file that is too large, made of one small enough to keep: its last line, repeated."""
    last = text.content.splitlines(keepends=True)[-1]
    return Text(text.name, text.content + last * (MOST_BYTES // len(last)))


if __name__ == "__main__":
    changed = 0
    for broken in (*bad_rules(), *bad_facts()):
        shown = seen(broken)
        kept = golden(broken)
        if not kept.exists() or kept.read_text(encoding="utf-8") != shown:
            kept.write_text(shown, encoding="utf-8", newline="\n")
            changed += 1
            print(kept.relative_to(CORPUS).as_posix())
    sys.exit(f"{changed} goldens changed: read each of them" if changed else 0)
