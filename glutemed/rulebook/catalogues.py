"""The language of a person: its catalogues read, joined into one, and kept compiled on disk.

The catalogue of the program lies in ``glutemed/translations``, those of the rules beside the rule
files. What is kept is found by the text of all of them, as rules are (`glutemed.rulebook.cache`).
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from glutemed.model.diagnostic import suggestion
from glutemed.model.errors import UnknownName
from glutemed.model.locale import ENGLISH, Locale
from glutemed.model.version import VERSION
from glutemed.rulebook import cache, files
from glutemed.rulebook.spoken import PersonText, key

if TYPE_CHECKING:
    from glutemed.rulebook.po_files import Entry

UNREVIEWED = "X-Unreviewed"
"""The field of a compiled catalogue that counts the texts no speaker has reviewed."""

_FORMAT = "1"
_ENDING = ".po"


def folder() -> Path:
    """Where the catalogues of the program lie."""
    return Path(__file__).parent.parent / "translations"


def program(language: str) -> Path:
    """Where the catalogue of the program lies in a language."""
    return folder() / (language + _ENDING)


def languages() -> tuple[str, ...]:
    """The languages that glutemed speaks: English, and those with a catalogue of the program."""
    found = (path.stem for path in folder().glob("*" + _ENDING))
    return (ENGLISH.tag, *sorted(found))


def meant(language: str) -> str:
    """The language that glutemed speaks for a tag: ``de`` for ``de-AT`` and ``de_AT.UTF-8``.

    Raises:
        UnknownName: It speaks none that would do.
    """
    known = {tag.lower(): tag for tag in languages()}
    wanted = language.partition(".")[0].replace("_", "-").lower()
    while wanted:
        if wanted in known:
            return known[wanted]
        wanted = wanted.rpartition("-")[0]
    close = suggestion(language, known.values())
    raise UnknownName(
        f"glutemed does not speak `{language}`: {close or 'it speaks ' + ', '.join(known.values())}"
    )


def locale_of(language: str, extra: Iterable[str | os.PathLike[str]] = ()) -> Locale:
    """A language, with the messages of the program and the texts of the rules.

    Args:
        language: Its tag, such as ``de``.
        extra: Files or folders of rules besides the bundled ones.

    Raises:
        UnknownName: glutemed does not speak it.
        Unreadable: One of its catalogues is none.
    """
    tag = meant(language)
    if tag == ENGLISH.tag:
        return ENGLISH
    return locale_from(tag, _compiled(tag, _texts(tag, extra)))


def locale_from(tag: str, compiled: bytes) -> Locale:
    """A language from a catalogue in gettext's binary form, as `compiled` makes it."""
    from gettext import GNUTranslations

    catalogue = GNUTranslations(BytesIO(compiled))
    unreviewed = catalogue.info().get(UNREVIEWED.lower(), "0")
    return Locale(tag, catalogue, int(unreviewed))


def _texts(tag: str, extra: Iterable[str | os.PathLike[str]]) -> dict[str, bytes]:
    """The catalogues of a language, by the name of the rule file they go with; the program's is ``""``."""
    from glutemed.rulebook.po_files import beside, content

    found = {"": content(program(tag))}
    for name, path in files.named([files.bundled(), *map(Path, extra)]).items():
        with suppress(FileNotFoundError):
            found[name] = content(beside(path, tag))
    return found


def _compiled(tag: str, texts: Mapping[str, bytes]) -> bytes:
    """The catalogues as one, in gettext's binary form; from where it was kept, if it was."""
    seen = hashlib.sha256()
    for part in (_FORMAT, VERSION, tag, *(part for pair in texts.items() for part in pair)):
        content = part if isinstance(part, bytes) else part.encode("utf-8", "surrogateescape")
        seen.update(b"%d:" % len(content) + content)
    at, name = cache.folder(), seen.hexdigest() + cache.CATALOGUE
    if at is not None:
        with suppress(Exception):  # whatever is wrong with what was kept, there are the catalogues
            said, _, found = cache.read(at, name).partition(b"\n")
            if said == _digest(found):
                return found
    found = compiled(tag, {file: _decoded(text, file) for file, text in texts.items()})
    if at is not None:
        with suppress(Exception):
            cache.write(at, name, _digest(found) + b"\n" + found)
    return found


def _decoded(text: bytes, file: str) -> str:
    from glutemed.rulebook.po_files import Unreadable

    try:
        return text.decode("utf-8")
    except UnicodeDecodeError:
        raise Unreadable(f"the catalogue of `{file or 'the program'}` is not UTF-8 text") from None


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode("ascii")


def compiled(tag: str, texts: Mapping[str, str]) -> bytes:
    """Some catalogues as one, in gettext's binary form.

    A text of a rule is found by its file and what it is. A unit is found as it is, so that the
    words for an amount of it are said as any message is. Texts whose values are not those of the
    English are left out.

    Args:
        tag: The language.
        texts: The catalogues by the name of their rule file; that of the program by ``""``.

    Raises:
        Unreadable: One of them is none.
    """
    from glutemed.rulebook import po_files

    own = po_files.read(texts.get("", ""), f"{tag}{_ENDING}")
    joined = po_files.empty(tag, own.metadata.get("Plural-Forms", ""))
    found: dict[po_files.Key, Entry] = {}
    for file, text in texts.items():
        catalogue = own if not file else po_files.read(text, f"{file} ({tag})")
        for entry in po_files.shown(catalogue):
            if entry.msgctxt:
                entry.msgctxt = key(PersonText(file, entry.msgctxt, entry.msgid))
            found.setdefault(po_files.key_of(entry), entry)
    joined.metadata[UNREVIEWED] = str(sum(entry.fuzzy for entry in found.values()))
    for entry in found.values():
        entry.flags = []  # gettext would leave a fuzzy one out
        joined.append(entry)
    return joined.to_binary()
