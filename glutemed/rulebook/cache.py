"""The disk cache of checked rulesets, in a folder of the user's own.

An entry is found by what it was made of: the text of each rule file, the code and the version of
glutemed, and Python's. It is only ever a shortcut: whatever is wrong with the folder or an entry,
the rule files are read and checked as if there were none.

docs/decisions/0012-cache-of-checked-rules.md says what this protects against, and what not.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

from glutemed.model.diagnostic import Diagnostic, Text
from glutemed.model.errors import RulesInvalid
from glutemed.model.ruleset import Ruleset
from glutemed.model.version import VERSION
from glutemed.rulebook.files import RuleTexts
from glutemed.rulebook.stored import Stored, restored, stored

VARIABLE = "GLUTEMED_CACHE"
FORMAT = 2
MOST_ENTRIES = 8
MOST_BYTES = 64 * 1024 * 1024
CATALOGUE = ".mo"
"""The ending of a kept catalogue of texts; see `glutemed.rulebook.catalogues`."""

_ENDING = ".rules"


class _Unfit(Exception):
    """An entry, or the folder, is not what it must be."""


def load(
    extra: Iterable[str | os.PathLike[str]] = (),
) -> tuple[Ruleset | None, tuple[Diagnostic, ...]]:
    """The bundled rules with files or folders added to them, checked; from the cache where it can.

    What was found of rules that are valid may be left out; `glutemed.rulebook.load.load` finds it.
    """
    given = RuleTexts.under(extra)
    at = None if given.faults else folder()
    if at is None:
        return _checked(given)
    key, texts = key_of(given), (*given.own, *given.added)
    kept = _kept(at, key, texts, partial(_anew, given))
    if kept is not None:
        return kept, ()
    made, found = _checked(given)
    if made is not None:
        with suppress(OSError, ValueError, _Unfit):
            _keep(at, key, made, texts)
    return made, found


def _checked(given: RuleTexts) -> tuple[Ruleset | None, tuple[Diagnostic, ...]]:
    # Late, because with an entry nothing of this is needed.
    from glutemed.rulebook.load import of

    return of(given)


def folder() -> Path | None:
    """Where entries lie, or None where there is to be no cache."""
    told = os.environ.get(VARIABLE, "")
    if told.lower() == "off":
        return None
    if told:
        return Path(told)
    with suppress(RuntimeError):  # there is no home
        if sys.platform == "darwin":
            return Path.home() / "Library" / "Caches" / "glutemed"
        if os.name == "nt":
            local = os.environ.get("LOCALAPPDATA")
            return Path(local) / "glutemed" / "Cache" if local else None
        base = os.environ.get("XDG_CACHE_HOME", "")
        # The specification says that a relative path there is to be ignored.
        return (Path(base) if Path(base).is_absolute() else Path.home() / ".cache") / "glutemed"
    return None


def key_of(given: RuleTexts) -> str:
    """What an entry is found by: everything that its ruleset was made of."""
    seen = hashlib.sha256()
    parts = [str(FORMAT), VERSION, sys.implementation.cache_tag or sys.version]
    parts += _code(Path(__file__).parent.parent)
    for kind, texts in (("own", given.own), ("added", given.added)):
        for text in texts:
            parts += [kind, text.name, text.content]
    for part in parts:
        content = part.encode("utf-8", "surrogateescape")
        seen.update(b"%d:" % len(content) + content)
    return seen.hexdigest()


def _code(at: str | os.PathLike[str]) -> Iterator[str]:
    """The modules of glutemed as they lie here, so that a change to one makes old entries useless."""
    with os.scandir(at) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            if entry.is_dir():
                yield from _code(entry.path)
            elif entry.name.endswith(".py"):
                found = entry.stat()
                yield f"{entry.path} {found.st_size} {found.st_mtime_ns}"


def _anew(given: RuleTexts) -> Ruleset:
    """The ruleset of texts that were found to be valid once."""
    made, found = _checked(given)
    if made is None:
        raise RulesInvalid(found)
    return made


def _kept(
    at: Path, key: str, texts: Sequence[Text], otherwise: Callable[[], Ruleset] | None = None
) -> Ruleset | None:
    """The ruleset of an entry that is sound, or None."""
    with suppress(Exception):  # whatever is wrong with an entry, there are the rule files
        head, *lines = _lines(read(at, key + _ENDING))
        told = _head(key, lines)
        if json.loads(str(head, "ascii")) == told:
            found = Stored(*[str(line, "ascii") for line in lines])
            return restored(found, texts, told["fingerprint"], otherwise)
    return None


def _lines(content: bytes) -> Iterator[memoryview]:
    """The lines of an entry, of which none is copied: some have megabytes."""
    whole, start = memoryview(content), 0
    while (end := content.find(b"\n", start)) >= 0:
        yield whole[start:end]
        start = end + 1
    yield whole[start:]


def _head(key: str, lines: Iterable[bytes | memoryview]) -> dict[str, str]:
    """What the first line of an entry says of the others."""
    canonical, places, rest, late = [hashlib.sha256(line).hexdigest() for line in lines]
    return {"key": key, "fingerprint": canonical, "places": places, "rest": rest, "late": late}


def read(at: Path, name: str) -> bytes:
    """What is in an entry of the folder, if only its owner may write it, and it is no link.

    Raises:
        Exception: The entry is not there, or it or the folder is not what it must be.
    """
    _fit(os.lstat(at), is_folder=True)
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(at / name, flags), "rb") as file:
        # Of the file that was opened, so that it cannot be another one by now.
        _fit(os.fstat(file.fileno()), is_folder=False)
        return file.read(MOST_BYTES)


def _fit(found: os.stat_result, *, is_folder: bool) -> None:
    """Refuse what is not a plain file or folder of this user, or what others may write."""
    if not (stat.S_ISDIR if is_folder else stat.S_ISREG)(found.st_mode):
        raise _Unfit
    # Windows keeps others out of a user's folders by other means than these.
    if hasattr(os, "geteuid") and (found.st_uid != os.geteuid() or found.st_mode & 0o022):
        raise _Unfit
    if not is_folder and found.st_size > MOST_BYTES:
        raise _Unfit


def _keep(at: Path, key: str, made: Ruleset, texts: Sequence[Text]) -> None:
    _prepared(at)
    found = stored(made, texts)
    lines = [line.encode("ascii") for line in found]
    head = json.dumps(_head(key, lines)).encode("ascii")
    write(at, key + _ENDING, b"\n".join((head, *lines)))


def _prepared(at: Path) -> None:
    """Make the folder where there is none, and refuse one that others may write."""
    at.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        at.mkdir(mode=0o700)
    _fit(os.lstat(at), is_folder=True)


def write(at: Path, name: str, content: bytes) -> None:
    """Write an entry: under another name first, so that nobody ever reads half of one.

    Raises:
        Exception: It cannot be written, or the folder is not what it must be.
    """
    import tempfile

    _prepared(at)
    file, begun = tempfile.mkstemp(suffix=".part", dir=at)
    try:
        with os.fdopen(file, "wb") as writing:
            writing.write(content)
        Path(begun).replace(at / name)
    except BaseException:
        with suppress(OSError):
            Path(begun).unlink()
        raise
    _tidy(at)


def _tidy(at: Path) -> None:
    """Remove the oldest entries, and what a writer that was killed left behind."""
    entries = sorted(
        (entry for entry in at.iterdir() if entry.suffix in {_ENDING, CATALOGUE, ".part"}),
        key=lambda entry: entry.stat().st_mtime,
    )
    for entry in entries[:-MOST_ENTRIES]:
        with suppress(OSError):
            entry.unlink()
