"""Rule files in their one form: the same words, keys in order, comments where they were."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

import attrs

from glutemed.document import Mapping, compose, to_plain
from glutemed.model.diagnostic import Diagnostic, Severity, Span, Text
from glutemed.rulebook.canonical.pages import page
from glutemed.rulebook.form import Findings
from glutemed.rulebook.parse import Draft, parse


def canonical(text: Text) -> tuple[Text | None, tuple[Diagnostic, ...]]:
    """A rule file in its canonical form; None where it cannot be read, and why.

    What comes out holds the same values under the same keys: whatever would not is an error of
    this module, and raises.
    """
    root, found = compose(text)
    if root is None or found:
        return None, found or (_no_rule_file(text),)
    if not isinstance(root, Mapping):
        return None, (_no_rule_file(text),)
    made = Text(text.name, page(text, root))
    again, _ = compose(made)
    if again is None or _worded(to_plain(again)) != _worded(to_plain(root)):
        raise AssertionError("the canonical form does not read back the same")
    return made, ()


def means_the_same(
    before: Iterable[Text], after: Iterable[Text], context: Iterable[Text] = ()
) -> bool:
    """Whether two versions of some rule files make the same rulebook, places aside.

    Args:
        before: The files as they were.
        after: The files as they are to be.
        context: The other files of the rulebook, which these may speak of.
    """
    others = tuple(context)
    first, second = _meaning((*others, *before)), _meaning((*others, *after))
    return bool(first == second)


def _meaning(texts: Iterable[Text]) -> Any:
    """Everything that the readers take from some files, and the codes of what they find wrong."""
    findings = Findings()
    draft = parse(texts, findings)
    fields = {
        field.name: _plain(getattr(draft, field.name))
        for field in attrs.fields(Draft)
        if field.name != "pages"
    }
    packs = [page.pack for page in draft.pages]
    return fields, packs, Counter(found.code for found in findings.found)


def _plain(value: Any) -> Any:
    if attrs.has(type(value)):
        return type(value), {
            field.name: _plain(getattr(value, field.name))
            for field in attrs.fields(type(value))
            if field.name != "span"
        }
    if isinstance(value, dict):
        return [(key, _plain(item)) for key, item in value.items()]
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value]
    return value


def _worded(value: Any) -> Any:
    """Plain values in which only the words of a text count, and the type of everything else."""
    if isinstance(value, str):
        return " ".join(value.split())
    if isinstance(value, dict):
        return {key: _worded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_worded(item) for item in value]
    return type(value), value


def _no_rule_file(text: Text) -> Diagnostic:
    return Diagnostic(
        "GM108",
        Severity.ERROR,
        "this is no rule file, so it has no canonical form",
        Span(text, 0, 0),
        "a rule file is a mapping that begins with `pack:` and `version:`",
    )
