"""How far each language is, for `glutemed rules check`: what it lacks, and what nobody reviewed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from glutemed.cli import screen
from glutemed.rulebook import catalogues
from glutemed.rulebook.files import bundled, named
from glutemed.rulebook.po_files import (
    Catalogue,
    Standing,
    Unreadable,
    Wanted,
    beside,
    by_file,
    content,
    key_of,
    read,
    standing,
)
from glutemed.rulebook.spoken import person_texts

if TYPE_CHECKING:
    from glutemed.model.ruleset import Ruleset


@attrs.frozen
class Language:
    """How far one language is.

    Args:
        catalogues: Where each of its catalogues lies, and how far that one is.
        broken: What cannot be read, in words.
    """

    tag: str
    catalogues: tuple[tuple[Path, Standing], ...]
    broken: tuple[str, ...]

    @property
    def is_wrong(self) -> bool:
        """Whether something of it cannot be shown as it is."""
        return bool(self.broken) or any(one.wrong for _, one in self.catalogues)

    def summary(self) -> str:
        """How far it is, in short."""
        found = [one for _, one in self.catalogues]
        texts, missing = sum(one.of for one in found), sum(len(one.missing) for one in found)
        unreviewed = sum(len(one.unreviewed) for one in found)
        return (
            f"{texts} texts in {self.tag} "
            f"({missing} missing, {unreviewed} not reviewed by a speaker)"
        )


def languages(ruleset: Ruleset, paths: Sequence[str]) -> tuple[Language, ...]:
    """How far each language is that glutemed speaks, but English."""
    return tuple(_language(tag, ruleset, paths) for tag in catalogues.languages()[1:])


def _language(tag: str, ruleset: Ruleset, paths: Sequence[str]) -> Language:
    lying = named([bundled(), *map(Path, paths)])
    wanted = by_file(person_texts(ruleset))
    found: list[tuple[Path, Standing]] = []
    broken = []
    for file, texts in wanted.items():
        if file and file not in lying:
            continue
        path = beside(lying[file], tag) if file else catalogues.program(tag)
        asked = texts
        try:
            catalogue = read(content(path).decode("utf-8"), str(path))
        except FileNotFoundError:
            catalogue = None
        except (OSError, ValueError, Unreadable) as error:
            broken.append(str(error))
            continue
        if not file:
            # What the program says stands in its code; that all of it is there is for its tests.
            asked = (*texts, *_said(catalogue))
        found.append((path, standing(catalogue, asked)))
    return Language(tag, tuple(found), tuple(broken))


def _said(catalogue: Catalogue | None) -> Iterator[Wanted]:
    for entry in catalogue or ():
        if entry.msgid and not entry.obsolete:
            yield Wanted(*key_of(entry))


def tell_faults(found: Sequence[Language]) -> None:
    """Write what is wrong with translations, each with its place."""
    for language in found:
        for text in language.broken:
            screen.out(f"error: {text}")
        for path, one in language.catalogues:
            for wanted, line, fault in one.wrong:
                english = _short(wanted.english)
                screen.out(f"{_shown(path)}:{line}: error: {fault}, so it is not shown: {english}")


def tell(language: Language) -> None:
    """Write what a language lacks, by catalogue."""
    for path, one in language.catalogues:
        for wanted in one.missing:
            what = f"{wanted.context}: " if wanted.context else ""
            screen.out(f"{_shown(path)}: missing: {what}{_short(wanted.english)}")
        for wanted in one.stale:
            screen.out(f"{_shown(path)}: said by nobody any more: {_short(wanted.english)}")
    screen.out(f"{language.summary()}.")


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}..."


def _shown(path: Path) -> str:
    """A catalogue by the name of its folder, where it came with glutemed."""
    own = bundled().parent
    return path.relative_to(own).as_posix() if path.is_relative_to(own) else str(path)
