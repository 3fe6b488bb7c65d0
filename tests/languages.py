"""Languages made for the tests, from every message that there is to translate."""

from __future__ import annotations

from collections.abc import Callable

import polib

from glutemed.model.ruleset import Ruleset
from glutemed.rulebook.catalogues import compiled, locale_from
from glutemed.rulebook.po_files import Wanted, by_file, empty
from glutemed.rulebook.program_messages import program_messages
from glutemed.rulebook.spoken import in_language, person_texts

ONE_AND_MANY = "nplurals=2; plural=(n != 1);"

RULES = """\
pack: mine
version: 1.0.0
conditions:
  - id: stiff_knee
    name: a stiff knee
    sentence: The knee feels stiff.
    icd10cm: [M25.66]
    evidence: weak
    evidence_note: Little is known.
    felt_at: [front]
    sources: [powers-2014]
"""
"""A pack to translate, with a few texts that a person reads."""

_PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_MARKED = "ȧƀƈḓḗƒɠħīĵķŀḿƞǿƥɋřşŧŭṽẇẋẏẑȦƁƇḒḖƑƓĦĪĴĶĿḾȠǾƤɊŘŞŦŬṼẆẊẎẐ"
_MARK = str.maketrans(_PLAIN, _MARKED)


def marked(message: str) -> str:
    """A message in a language of no country: no letter of it is as in English, and it is longer."""
    parts, depth = [], 0
    for sign in message:
        depth += (sign == "{") - (sign == "}")
        parts.append(sign if depth else sign.translate(_MARK))
    return f"⟦{''.join(parts)}{'·' * (len(message) * 3 // 10 + 1)}⟧"


def wanted(ruleset: Ruleset) -> dict[str, tuple[Wanted, ...]]:
    """Every message, by the rule file that it stands in; those of the program under ``""``."""
    return {**by_file(person_texts(ruleset)), "": program_messages(ruleset)}


def catalogues(
    messages: dict[str, tuple[Wanted, ...]], say: Callable[[str], str], *, fuzzy: bool = False
) -> dict[str, str]:
    """A catalogue for each file, in which every message is what `say` makes of it."""
    made = {}
    for file, of_file in messages.items():
        catalogue = empty("qps", ONE_AND_MANY)
        for one in of_file:
            entry = polib.POEntry(msgctxt=one.context or None, msgid=one.english)
            entry.flags = ["fuzzy"] if fuzzy else []
            if one.many:
                entry.msgid_plural = one.many
                entry.msgstr_plural = {0: say(one.english), 1: say(one.many)}
            else:
                entry.msgstr = say(one.english)
            catalogue.append(entry)
        made[file] = f"{catalogue}\n"
    return made


def speaking(ruleset: Ruleset, texts: dict[str, str], tag: str = "qps") -> Ruleset:
    """The ruleset in the language of some catalogues."""
    return in_language(ruleset, locale_from(tag, compiled(tag, texts)))
