"""Two whole rulebooks to compare: folders, or revisions of the git repository one stands in."""

from __future__ import annotations

import io
import subprocess
import tarfile
from collections.abc import Iterable
from pathlib import Path

from glutemed.model.diagnostic import Text
from glutemed.model.errors import GlutemedError, RulesInvalid
from glutemed.model.ruleset import Ruleset
from glutemed.rulebook import load
from glutemed.rulebook.files import SUFFIXES, RuleTexts
from glutemed.rulebook.files import texts as read

BUNDLED = "bundled"
"""The name of the rules that come with glutemed, where no folder is called so."""

FOLDER = "rules"
"""Where the rules lie in a repository, unless ``REVISION:FOLDER`` says otherwise."""

_SECONDS = 60


class NoBook(GlutemedError):
    """There is no rulebook by that name; the text says why."""


def book(name: str, more: Iterable[Path] = ()) -> Ruleset:
    """The rulebook in a folder, which stands in for the bundled one; or that; or a git revision's.

    Args:
        name: A folder; ``bundled``; or ``REVISION``, or ``REVISION:FOLDER``.
        more: Files or folders of rules that are added to it.

    Raises:
        NoBook: It is neither.
        RulesInvalid: Something is wrong with the rules in it.
    """
    if Path(name).is_dir():
        texts, faults = read([Path(name)])
    elif name == BUNDLED:
        texts, faults = read([load.bundled()])
    else:
        texts, faults = _of_revision(name), ()
    if not texts and not faults:
        raise NoBook(f"`{name}` holds no rule file")
    added, wrong = read(more)
    ruleset, found = load.of(RuleTexts(texts, added, (*faults, *wrong)))
    if ruleset is None:
        raise RulesInvalid(found)
    return ruleset


def _of_revision(name: str) -> tuple[Text, ...]:
    revision, _, folder = name.partition(":")
    folder = folder.rstrip("/") or FOLDER
    if not revision or revision.startswith("-"):
        raise NoBook(f"`{name}` is neither a folder nor a git revision")
    try:
        top = _git("rev-parse", "--show-toplevel")
    except OSError:
        raise NoBook(f"`{name}` is no folder, and git is not installed") from None
    except subprocess.CalledProcessError:
        raise NoBook(f"`{name}` is no folder, and this is no git repository") from None
    where = ("-C", top.decode().rstrip("\n"))
    try:
        commit = _git(*where, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
    except subprocess.CalledProcessError:
        raise NoBook(f"`{name}` is no folder, and git knows no revision `{revision}`") from None
    try:
        packed = _git(*where, "archive", "--format=tar", commit.decode().strip(), folder)
    except subprocess.CalledProcessError:
        raise NoBook(f"there is no folder `{folder}` in the revision `{revision}`") from None
    return tuple(_texts(packed, revision))


def _texts(packed: bytes, revision: str) -> list[Text]:
    """The rule files of an archive, which is only read and never unpacked."""
    found = []
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        for member in sorted(archive.getmembers(), key=lambda member: member.name):
            file = archive.extractfile(member) if member.isfile() else None
            if file is not None and member.name.lower().endswith(SUFFIXES):
                name = f"{revision}:{member.name}"
                try:
                    found.append(Text(name, file.read().decode("utf-8-sig")))
                except UnicodeDecodeError:
                    raise NoBook(f"cannot read `{name}`: not UTF-8 text") from None
    return found


def _git(*words: str) -> bytes:
    done = subprocess.run(  # noqa: S603  # a fixed program; the revision never begins with a dash
        ["git", *words],  # noqa: S607
        capture_output=True,
        check=True,
        timeout=_SECONDS,
    )
    return done.stdout
