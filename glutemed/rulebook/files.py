"""Where rule files lie, and their texts."""

from __future__ import annotations

import os
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Mapping
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

from glutemed.document import MOST_BYTES
from glutemed.model.diagnostic import Diagnostic, Severity, Span, Text

SUFFIXES = (".yaml", ".yml")


class RuleTexts(NamedTuple):
    """The texts that one ruleset is made of.

    Args:
        own: The bundled ones.
        added: The others.
        faults: What could not be read.
    """

    own: tuple[Text, ...]
    added: tuple[Text, ...]
    faults: tuple[Diagnostic, ...]

    @classmethod
    def under(cls, extra: Iterable[str | os.PathLike[str]]) -> RuleTexts:
        """The bundled texts, and those of files or folders added to them."""
        given = [Path(path) for path in extra]
        own_files = _resolved([bundled()])
        added_files = {at: file for at, file in _resolved(given).items() if at not in own_files}
        own, own_faults = _read(own_files)
        added, added_faults = _read(added_files)
        return cls(own, added, (*_empty(given), *own_faults, *added_faults))


def bundled() -> Path:
    """The folder of the rules that come with glutemed: in the package, or beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "rules"
    return inside if inside.is_dir() else package.parent / "rules"


def files(paths: Iterable[Path]) -> tuple[Path, ...]:
    """The rule files under some paths, each once, sorted by path; one that is named is one."""
    return tuple(_resolved(paths).values())


def named(paths: Iterable[Path]) -> dict[str, Path]:
    """Where each rule file under some paths lies, by the name that its text has."""
    own = bundled()
    return {_shown(path, at, own): path for at, path in _resolved(paths).items()}


def texts(paths: Iterable[Path]) -> tuple[tuple[Text, ...], tuple[Diagnostic, ...]]:
    """The rule files under some paths, sorted by path, and what could not be read (GM107)."""
    return _read(_resolved(paths))


def _resolved(paths: Iterable[Path]) -> dict[Path, Path]:
    """Each rule file by where it really lies, sorted by that."""
    found: dict[Path, Path] = {}
    for path in paths:
        if path.is_dir():
            for resolved, file in _inside(path):
                found.setdefault(resolved, file)
        else:
            found.setdefault(path.resolve(), path)
    # Paths sort by their parts too, but split them at each comparison.
    return {resolved: found[resolved] for resolved in sorted(found, key=attrgetter("parts"))}


def _inside(folder: Path) -> Iterator[tuple[Path, Path]]:
    """The rule files in a folder, each with where it really lies; only a link has to be followed."""
    resolved = folder.resolve()
    for at, _, names in os.walk(resolved):
        for name in names:
            if name.lower().endswith(SUFFIXES):
                file = Path(at, name)
                yield (
                    file.resolve() if file.is_symlink() else file,
                    file if folder == resolved else folder / file.relative_to(resolved),
                )


def _read(paths: Mapping[Path, Path]) -> tuple[tuple[Text, ...], tuple[Diagnostic, ...]]:
    read: list[Text] = []
    faults: list[Diagnostic] = []
    own = bundled()
    for resolved, path in paths.items():
        found = _text(path, _shown(path, resolved, own))
        if isinstance(found, Text):
            read.append(found)
        else:
            faults.append(found)
    return tuple(read), tuple(faults)


def _empty(paths: Iterable[Path]) -> Iterable[Diagnostic]:
    """Folders that hold no rule file: whoever names one means to add something (GM107)."""
    for path in paths:
        if path.is_dir() and not files([path]):
            name = _shown(path, path.resolve(), bundled())
            advice = "rule files end in `.yaml` or `.yml`"
            yield _fault(name, f"`{name}` holds no rule file", advice)


def _text(path: Path, name: str) -> Text | Diagnostic:
    try:
        with path.open("rb") as file:
            # Room for a file of the most bytes is made only for one that has them.
            size = os.fstat(file.fileno()).st_size
            content = file.read(min(size, MOST_BYTES) + 1)
            if len(content) > size:  # it is no plain file, or it grows
                content += file.read(MOST_BYTES + 1 - len(content))
        # Not "utf-8-sig", which is written in Python and has to be imported first.
        return Text(name, content.removeprefix(BOM_UTF8).decode())
    except OSError as error:
        return _fault(name, f"cannot read `{name}`: {(error.strerror or 'cannot be read').lower()}")
    except UnicodeDecodeError:
        return _fault(name, f"cannot read `{name}`: not UTF-8 text", "save it as UTF-8")


def _fault(name: str, message: str, advice: str | None = None) -> Diagnostic:
    return Diagnostic("GM107", Severity.ERROR, message, Span(Text(name, ""), 0, 0), advice)


def _shown(path: Path, resolved: Path, own: Path) -> str:
    """What a file is called: a bundled one as it stands in the repository."""
    inside = os.fspath(own) + os.sep
    if os.fspath(resolved).startswith(inside):
        return f"{own.name}/{os.fspath(resolved).removeprefix(inside)}".replace(os.sep, "/")
    return os.fspath(path)
