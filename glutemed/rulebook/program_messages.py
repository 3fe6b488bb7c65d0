"""Every message of the program itself, found in its code: what its catalogue must have.

Babel finds what is said with literal strings by `say`, `count` and `message`. It is for those who
work on glutemed; whoever uses it does not need it.
"""

from __future__ import annotations

from pathlib import Path

from babel.core import UnknownLocaleError
from babel.messages.extract import extract_from_dir
from babel.messages.plurals import get_plural

from glutemed.model.errors import UnknownName
from glutemed.model.ruleset import Ruleset
from glutemed.rulebook.po_files import Key, Wanted, by_file
from glutemed.rulebook.spoken import person_texts

_KEYWORDS: dict[str, tuple[int, ...] | None] = {"say": None, "count": (1, 2), "message": None}


def program_messages(ruleset: Ruleset) -> tuple[Wanted, ...]:
    """The messages in the code, by file, and the texts of the facts that are built in.

    Args:
        ruleset: Any ruleset in English; every one has the built-in facts.
    """
    used: dict[Key, list[str]] = {}
    package = Path(__file__).parent.parent
    for file, _, found, _, _ in extract_from_dir(
        package, [("**.py", "python")], keywords=_KEYWORDS
    ):
        one, many = found if isinstance(found, tuple) else (found, "")
        used.setdefault(("", one, many), []).append(f"glutemed/{file}")
    said = [
        Wanted(*key, used_by=", ".join(dict.fromkeys(files))) for key, files in sorted(used.items())
    ]
    said.sort(key=lambda one: one.used_by)
    return (*said, *by_file(person_texts(ruleset))[""])


def plural_forms(language: str) -> str:
    """The ``Plural-Forms`` of a language, as gettext writes them.

    Raises:
        UnknownName: Nobody knows a language of that tag.
    """
    try:
        return str(get_plural(language.replace("-", "_")).plural_forms)
    except (UnknownLocaleError, ValueError):
        raise UnknownName(
            f"{language!r} is no language that is known; name one as in `de` or `pt-BR`"
        ) from None
