"""Catalogues as translators write them: one `.po` file beside each rule file, one for the program.

A translation that no speaker of the language has reviewed is fuzzy, as gettext calls it. gettext's
own tools leave such a text out; glutemed shows it, and counts it. New entries begin fuzzy, so that
a text counts as reviewed only once somebody has said so.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from string import Formatter

import attrs
import polib

from glutemed.model.errors import GlutemedError
from glutemed.rulebook.spoken import PersonText

Catalogue = polib.POFile
Entry = polib.POEntry
FUZZY = "fuzzy"
MOST_BYTES = 4 * 1024 * 1024
Key = tuple[str, str, str]
"""What an entry is known by: its context, its English, and its English for several."""


_AT_ONCE = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_LINE = re.compile(
    r'(?:(?P<word>msgctxt|msgid|msgid_plural|msgstr(?:\[[0-9]+\])?)\s*)?"(?:[^"\\]|\\.)*"\Z'
)


class Unreadable(GlutemedError):
    """A file is no catalogue; the text says where and why."""


@attrs.frozen
class Wanted:
    """A message that a catalogue should have.

    Args:
        context: What it is; empty for a message of the program.
        english: The message, or its form for one.
        many: Its form for several, where it goes with a number.
        used_by: Who says it, for the translator.
    """

    context: str
    english: str
    many: str = ""
    used_by: str = attrs.field(default="", eq=False)

    @classmethod
    def of(cls, text: PersonText) -> Wanted:
        """What a text of the rules asks of the catalogue beside its file."""
        return cls(text.context, text.english, text.english if text.plural else "", text.used_by)

    @property
    def key(self) -> Key:
        """What its entry is known by."""
        return self.context, self.english, self.many


@attrs.frozen
class Standing:
    """How far a catalogue is.

    Args:
        missing: What has no translation.
        unreviewed: What is translated, and not reviewed by a speaker.
        stale: What is translated, and said by nobody any more.
        wrong: Entries whose translation has other values in braces than the English, with why.
        of: How many messages there are.
    """

    missing: tuple[Wanted, ...]
    unreviewed: tuple[Wanted, ...]
    stale: tuple[Wanted, ...]
    wrong: tuple[tuple[Wanted, int, str], ...]
    of: int


def beside(rule_file: Path, language: str) -> Path:
    """Where the texts of a rule file lie in a language."""
    return rule_file.with_name(f"{rule_file.stem}.{language}.po")


def content(path: Path) -> bytes:
    """The bytes of a catalogue.

    Raises:
        FileNotFoundError: There is none.
        OSError: It cannot be read.
        Unreadable: It is no regular file, or larger than `MOST_BYTES`.
    """
    handle = os.open(path, os.O_RDONLY | _AT_ONCE)  # a pipe would wait until somebody writes in it
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise Unreadable(f"`{path}` is no ordinary file, so no catalogue")
        with open(handle, "rb", closefd=False) as file:
            found = file.read(MOST_BYTES + 1)
    finally:
        os.close(handle)
    if len(found) > MOST_BYTES:
        raise Unreadable(f"`{path}` is larger than {MOST_BYTES >> 20} MiB, so no catalogue")
    return found


def read(text: str, name: str) -> Catalogue:
    """A catalogue.

    Raises:
        Unreadable: It is none, or not a whole one.
    """
    _check_whole(text, name)
    try:
        # A text that looks like a path to nothing would be taken for a catalogue without entries.
        return polib.pofile(text if "\n" in text else text + "\n", wrapwidth=0)
    except (OSError, ValueError, IndexError) as error:
        raise Unreadable(f"`{name}` is no catalogue: {error}") from error


def _check_whole(text: str, name: str) -> None:
    """Hold that every text ends and every entry has a translation; polib takes what there is."""
    begun, last = 0, "msgstr"
    for number, line in enumerate(text.splitlines(), 1):
        said = line.removeprefix("#~").strip()
        if not said or said.startswith("#") or not said.startswith(('"', "msg")):
            continue
        found = _LINE.match(said)
        if found is None:
            raise Unreadable(f"`{name}` is no catalogue: line {number} does not end as a text does")
        word = found["word"]
        if word == "msgctxt" or (word == "msgid" and last != "msgctxt"):
            _check_translated(last, begun, name)
            begun = number
        last = word or last
    _check_translated(last, begun, name)


def _check_translated(last: str, begun: int, name: str) -> None:
    if not last.startswith("msgstr"):
        raise Unreadable(
            f"`{name}` is no catalogue: line {begun} begins an entry that has no `msgstr`"
        )


def empty(language: str, plural_forms: str) -> Catalogue:
    """A catalogue without entries.

    Args:
        language: Its tag.
        plural_forms: gettext's ``Plural-Forms`` of it.
    """
    made = polib.POFile(wrapwidth=0)
    made.header = (
        f"Texts in `{language}`. What is fuzzy was not reviewed by a speaker; it is shown."
    )
    made.metadata = {
        "Project-Id-Version": "glutemed",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": plural_forms,
    }
    return made


def brought_up(
    old: Catalogue | None, wanted: Iterable[Wanted], language: str, plural_forms: str
) -> Catalogue:
    """A catalogue with an entry for all that is wanted, in that order.

    What is translated stays as it is. What nobody says any more is kept as obsolete at the end,
    because a speaker may want to take it up again; it is never shown.
    """
    made = empty(language, plural_forms)
    known: dict[Key, Entry] = {}
    for entry in old or ():
        if entry.msgid and (key_of(entry) not in known or not entry.obsolete):
            known[key_of(entry)] = entry
    if old is not None:
        made.metadata = {**made.metadata, **old.metadata}
        made.header = old.header
    used = set[Key]()
    for one in wanted:
        entry = known.get(one.key) or _begun(one, forms_in(made))
        entry.obsolete = False
        entry.comment = one.used_by
        made.append(entry)
        used.add(one.key)
    for key, entry in known.items():
        if key not in used and is_translated(entry):
            entry.obsolete = True
            made.append(entry)
    return made


def _begun(one: Wanted, forms: int) -> Entry:
    entry = polib.POEntry(msgctxt=one.context or None, msgid=one.english, flags=[FUZZY])
    if one.many:
        entry.msgid_plural = one.many
        entry.msgstr_plural = dict.fromkeys(range(forms), "")
    return entry


def forms_in(catalogue: Catalogue) -> int:
    """How many plural forms a language has."""
    said = catalogue.metadata.get("Plural-Forms", "")
    number = said.partition("nplurals=")[2].partition(";")[0].strip()
    return int(number) if number.isdigit() else 1


def key_of(entry: Entry) -> Key:
    """What an entry is known by."""
    return entry.msgctxt or "", entry.msgid, entry.msgid_plural or ""


def is_translated(entry: Entry) -> bool:
    """Whether it says something in every form, reviewed or not."""
    if entry.msgid_plural:
        return bool(entry.msgstr_plural) and all(entry.msgstr_plural.values())
    return bool(entry.msgstr)


def standing(catalogue: Catalogue | None, wanted: Iterable[Wanted]) -> Standing:
    """How far a catalogue is with what is wanted of it; None is one that is not there."""
    asked = {one.key: one for one in wanted}
    entries = {
        key_of(entry): entry for entry in catalogue or () if entry.msgid and not entry.obsolete
    }
    done = {key: entry for key, entry in entries.items() if is_translated(entry)}
    return Standing(
        missing=tuple(one for key, one in asked.items() if key not in done),
        unreviewed=tuple(one for key, one in asked.items() if key in done and done[key].fuzzy),
        stale=tuple(Wanted(*key) for key in entries if key not in asked),
        wrong=tuple(
            (Wanted(*key), entry.linenum or 0, fault)
            for key, entry in done.items()
            if (fault := fault_in(entry))
        ),
        of=len(asked),
    )


def fault_in(entry: Entry) -> str:
    """What is wrong with the values in braces of a translation; empty where nothing is."""
    given = values_in(entry.msgid) or frozenset()
    if entry.msgid_plural:
        given |= values_in(entry.msgid_plural) or frozenset()
    for said in entry.msgstr_plural.values() if entry.msgid_plural else (entry.msgstr,):
        found = values_in(said)
        if found is None:
            return "its braces do not close"
        # A form for exactly one thing may do without the number.
        lacking = given - found - ({"n"} if entry.msgid_plural else set())
        for name in sorted(lacking):
            return f"it lacks the value {{{name}}}"
        for name in sorted(found - given):
            return f"it has the value {{{name}}}, which the English has not"
    return ""


def values_in(text: str) -> frozenset[str] | None:
    """The names in braces in a message, or None where they cannot be told."""
    try:
        parts = list(Formatter().parse(text))
    except ValueError:
        return None
    return frozenset(
        name + (f":{form}" if form else "") + (f"!{turned}" if turned else "")
        for _, name, form, turned in parts
        if name is not None
    )


def shown(catalogue: Catalogue) -> Iterator[Entry]:
    """The entries that may be shown: translated, reviewed or not, with the values of the English."""
    for entry in catalogue:
        if entry.msgid and not entry.obsolete and is_translated(entry) and not fault_in(entry):
            yield entry


def by_file(texts: Iterable[PersonText]) -> Mapping[str, tuple[Wanted, ...]]:
    """What is wanted of the catalogue beside each rule file, by the file's name."""
    found: dict[str, dict[Key, Wanted]] = {}
    for text in texts:
        one = Wanted.of(text)
        found.setdefault(text.file, {}).setdefault(one.key, one)
    return {file: tuple(wanted.values()) for file, wanted in found.items()}
