"""What a person gives: a file of facts, single facts, files of rules; or what is wrong with them."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from glutemed.cli import exits, screen
from glutemed.document import MOST_BYTES, Mapping, Node, compose
from glutemed.intake import read_text
from glutemed.model.diagnostic import Diagnostic, Severity, Span, Text
from glutemed.model.errors import RulesInvalid, UnknownName
from glutemed.model.facts import Facts
from glutemed.model.locale import Locale
from glutemed.model.ruleset import Ruleset
from glutemed.model.vocabulary import Vocabulary

STDIN = "-"
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*\Z")
_LINE_ENDS = re.compile("[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_JSON = re.compile(r"\s*\{\s*[\"}]")

Found = tuple[Facts | None, tuple[Diagnostic, ...]]


def ruleset(paths: Sequence[str], form: str = "human", language: str = "en") -> Ruleset:
    """The bundled rules with files or folders added; ends the command where they are invalid."""
    from glutemed.pipeline import load_ruleset

    try:
        return load_ruleset(*paths, language=language)
    except RulesInvalid as error:
        screen.diagnostics(error.diagnostics, form, err=True)
        raise click.exceptions.Exit(exits.RULES_INVALID) from None
    except UnknownName as error:
        raise click.BadParameter(str(error), param_hint="'--language'") from None


def locale(language: str) -> Locale:
    """A language alone, without the rules; ends the command where there is none."""
    from glutemed.rulebook.catalogues import locale_of

    try:
        return locale_of(language)
    except UnknownName as error:
        raise click.BadParameter(str(error), param_hint="'--language'") from None


def facts(
    path: str | None,
    settings: Sequence[str],
    vocabulary: Vocabulary,
    form: str = "human",
    begin: Facts | None = None,
) -> Facts:
    """Facts from a file and from ``--set``; ends the command where something is wrong with them.

    Without a file, what ``begin`` has is what ``--set`` overrides.
    """
    found: Found = (begin or Facts(), ())
    in_file, in_file_wrong = found if path is None else read_file(path, vocabulary)
    one_by_one, one_by_one_wrong = read_settings(settings, vocabulary)
    wrong = (*in_file_wrong, *one_by_one_wrong)
    joined = None
    if in_file is not None and one_by_one is not None:
        joined, wrong = join(in_file, one_by_one, settings, vocabulary)
    if joined is None:
        screen.diagnostics(wrong, form, err=True)
        raise click.exceptions.Exit(exits.FACTS_INVALID)
    return joined


def read_file(path: str, vocabulary: Vocabulary) -> Found:
    """Facts from a file, or from stdin; never reads much more than a file may have."""
    name = "stdin" if path == STDIN else path
    try:
        if path == STDIN:
            raw = sys.stdin.buffer.read(MOST_BYTES + 1)
        else:
            with Path(path).open("rb") as file:
                raw = file.read(MOST_BYTES + 1)
        too_large = len(raw) > MOST_BYTES  # is said below; the cut may go through a character
        content = raw.decode("utf-8-sig", "replace" if too_large else "strict")
    except OSError as error:
        return _unreadable(name, (error.strerror or "cannot be read").lower())
    except UnicodeDecodeError:
        return _unreadable(name, "not UTF-8 text")
    except ValueError:
        return _unreadable(name, "not a path")
    return read_text(Text(name, content), vocabulary, is_json=_is_json(path, content))


def _is_json(path: str, content: str) -> bool:
    suffix = Path(path).suffix.lower()
    if suffix in {".json", ".yaml", ".yml"}:
        return suffix == ".json"
    return _JSON.match(content) is not None


def _unreadable(name: str, reason: str) -> Found:
    span = Span(Text(name, ""), 0, 0)
    message = f"cannot read `{name}`: {reason}"
    return None, (Diagnostic("GM107", Severity.ERROR, message, span),)


def read_settings(settings: Sequence[str], vocabulary: Vocabulary) -> Found:
    """Facts from ``--set``, read as one small file in which each is a line."""
    lines = []
    for setting in settings:
        name, equals, value = setting.partition("=")
        if not equals or not name.strip() or _LINE_ENDS.search(setting):
            raise click.BadParameter("write it as FACT=VALUE", param_hint="'--set'")
        _, wrong = compose(Text("--set", value))
        line = f"{_key(name.strip())}: {value}"
        if wrong:
            place = Span(Text("--set", line), len(line) - len(value), len(line))
            return None, (Diagnostic(wrong[0].code, Severity.ERROR, wrong[0].message, place),)
        lines.append(line)
    if not lines:
        return Facts(), ()
    return read_text(Text("--set", "\n".join(lines) + "\n"), vocabulary)


def _key(name: str) -> str:
    return name if _KEY.match(name) else json.dumps(name)


def join(first: Facts, second: Facts, settings: Sequence[str], vocabulary: Vocabulary) -> Found:
    """The facts of a file, overridden by those of ``--set``.

    ``--set screening=clear`` does not take back a red flag that the file answers with yes;
    ``--set screening=unknown`` forgets every answer of the file.
    """
    named = [setting.partition("=")[0].strip() for setting in settings]
    positive = [flag.name for flag in vocabulary.red_flags if first.value(flag.name) is True]
    second_says = second.stated()
    denied = [name for name in positive if second_says.get(name) is False and name not in named]
    if denied:
        place = Span(Text("--set", "screening=clear"), 0, len("screening"))
        return None, tuple(
            Diagnostic(
                "GM407",
                Severity.ERROR,
                f"`screening: clear` stands beside a positive `{name}`",
                place,
                "answer each red flag by its name",
            )
            for name in denied
        )
    overridden: set[str] = set()
    for setting in settings:
        name, _, value = setting.partition("=")
        node, _ = compose(Text("--set", value))
        overridden |= _meant(name.strip(), node, vocabulary)
    # `clear` answers what nobody was asked; what was asked and declined stays so.
    asked = {flag.name for flag in vocabulary.red_flags} & first.declined - set(named)
    overridden -= asked
    second_says = {name: value for name, value in second_says.items() if name not in asked}
    values = {k: v for k, v in first.stated().items() if k not in overridden} | second_says
    return Facts.of(values, (first.declined - overridden) | second.declined), ()


def _meant(name: str, node: Node | None, vocabulary: Vocabulary) -> set[str]:
    """The facts that one ``--set`` speaks of; a whole subject only where it says so in a word."""
    if name in vocabulary:
        return {name}
    if isinstance(node, Mapping):
        return {
            fact
            for key, value in node.entries
            for fact in _meant(f"{name}.{key.value}", value, vocabulary)
        }
    return {fact.name for fact in vocabulary if fact.name.startswith(f"{name}.")}
