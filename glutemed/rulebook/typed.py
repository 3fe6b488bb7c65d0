"""What an author types at a prompt → YAML: plain words where there is a plain way to say it."""

from __future__ import annotations

import re
from collections.abc import Callable

from glutemed.document import Scalar, Sequence, compose
from glutemed.model.diagnostic import Text as Content
from glutemed.model.diagnostic import suggestion
from glutemed.model.exercise import PRESCRIBED
from glutemed.model.ruleset import Ruleset
from glutemed.rulebook.canonical.scalars import quoted
from glutemed.rulebook.catalogue import selectable
from glutemed.rulebook.conditions import condition
from glutemed.rulebook.form import Findings
from glutemed.rulebook.grammar import FORMS
from glutemed.rulebook.language import (
    AnyOf,
    Asking,
    Choice,
    Facts,
    Flag,
    Listed,
    Named,
    Names,
    Part,
    Shape,
    Speaks,
    Text,
    Whole,
    Word,
)

_ALL = {Speaks.EQUIPMENT: "none", Speaks.FACTS: "everybody"}
_TRUTHS = {"yes": "true", "no": "false", "true": "true", "false": "false"}
_COMPARED = {
    "at least": "at_least",
    "at_least": "at_least",
    "at most": "at_most",
    "at_most": "at_most",
    "above": "above",
    "below": "below",
    "includes": "includes",
    "is not in": "not_in",
    "not in": "not_in",
    "not_in": "not_in",
    "is not": "is_not",
    "is_not": "is_not",
    "is in": "in",
    "in": "in",
    "is": "is",
}
_LISTING = frozenset({"includes", "in", "not_in"})
_AND = re.compile(r"\s+and\s+")


def typed_as_yaml(shape: Shape, typed: str) -> str:
    """An answer as the file has it; whoever writes `{` or `[` writes YAML already.

    Args:
        shape: What the rule language has there.
        typed: What was typed, not empty.

    Raises:
        ValueError: It cannot be that; the message says what may be typed.
    """
    if typed[0] in "{[" and not isinstance(shape, Text):
        return typed
    match shape:
        case Text():
            return quoted(typed)
        case Asking(about):
            return "{}" if typed.lower() == _ALL.get(about, "all") else condition_of(typed)
        case Facts():
            return condition_of(typed)
        case Choice(words):
            return _chosen(typed, words)
        case Flag():
            return _chosen(typed.lower(), tuple(_TRUTHS), _TRUTHS.__getitem__)
        case Whole(least, most):
            return _whole(typed, least, most)
        case Listed(Text()):
            return _list(";", typed, quoted)
        case Listed(Part(form)):
            return _list(";", typed, lambda step: _part(form, step))
        case Listed(Whole() as whole):
            return _list("", typed, lambda word: typed_as_yaml(whole, word))
        case Listed(Named() | Word()):
            return _list(",", typed, str)
        case AnyOf((Choice((word,)), Part(form))):
            return word if typed == word else _part(form, typed)
        case AnyOf((Listed() as first, _)):
            return typed_as_yaml(first, typed)
        case Part("expectation"):
            key = FORMS["expectation"].key["outcome"]
            return f"{{outcome: {typed_as_yaml(key.shape, typed)}}}"
        case Part(form):
            return _part(form, typed)
    return typed


def fault_of(shape: Shape, key: str, value: str, ruleset: Ruleset) -> str:
    """What is wrong with an answer beside some rules: no YAML, or a name that nobody has.

    Args:
        shape: What the rule language has there.
        key: Under which key it will stand.
        value: The answer, as YAML.
        ruleset: The rules beside which it will stand.

    Returns:
        A message, empty where nothing is wrong.
    """
    node, wrong = compose(Content(key, value))
    if wrong or node is None:
        return wrong[0].message if wrong else "there is nothing in it"
    match shape:
        case Listed(Named(Names.SOURCE)):
            known = {source.id for source in ruleset.sources}
            items = node.items if isinstance(node, Sequence) else ()
            cited = [str(item.value) for item in items if isinstance(item, Scalar)]
            for name in cited:
                if name not in known:
                    close = suggestion(name, known) or "`glutemed rules sources` lists them."
                    return (
                        f"no source is called `{name}`; {close} For one that you will add yourself "
                        "under `sources:`, leave this open"
                    )
        case Asking(about):
            findings, of_people = Findings(), about in (Speaks.FACTS, Speaks.EQUIPMENT)
            named = ruleset.quantities if of_people else selectable(ruleset.exercises)
            bounds = PRESCRIBED if about is Speaks.PRESCRIPTIONS else {}
            what = "fact" if of_people else "attribute"
            condition(node, {**named, **bounds}, findings, what=what)
            for found in findings.sorted():
                return f"{found.message}; {found.help}" if found.help else found.message
    return ""


def condition_of(typed: str) -> str:
    """Plain comparisons with `and` between them, such as ``person.age below 60``, as YAML.

    Raises:
        ValueError: A part is no comparison.
    """
    found: dict[str, list[tuple[str, str]]] = {}
    for part in _AND.split(typed.strip()):
        name, _, rest = part.strip().partition(" ")
        said = next((words for words in _COMPARED if rest.startswith(f"{words} ")), "")
        value = rest.removeprefix(f"{said} ").strip() if said else rest.strip()
        if said in ("is", "") and (words := _after_is(value)):
            said, value = words
        if not value or (not said and " " in value):
            raise ValueError(
                f"`{part.strip()}` compares nothing; write it like `person.age below 60`, and `and` "
                "between several"
            )
        found.setdefault(name, []).append((_COMPARED[said or "is"], value))
    return f"{{{', '.join(f'{name}: {_compared(all_of)}' for name, all_of in found.items())}}}"


def _after_is(value: str) -> tuple[str, str] | None:
    """What stands behind an "is" that only makes a sentence: ``is at least 4``."""
    for words in _COMPARED:
        if words != "is" and value.startswith(f"{words} "):
            return words, value.removeprefix(f"{words} ").strip()
    return None


def _compared(comparisons: list[tuple[str, str]]) -> str:
    if len(comparisons) == 1 and comparisons[0][0] == "is":
        return _value(comparisons[0][1])
    said = ", ".join(
        f"{word}: {_list(',', value.replace(' or ', ', '), _value) if word in _LISTING else _value(value)}"
        for word, value in comparisons
    )
    return f"{{{said}}}"


def _value(word: str) -> str:
    return _TRUTHS.get(word.lower(), word)


def _list(apart: str, typed: str, each: Callable[[str], str]) -> str:
    """A list of what stands between the separators; without one, between blanks."""
    parts = [part.strip() for part in (typed.split(apart) if apart else typed.split())]
    return f"[{', '.join(each(part) for part in parts if part)}]"


def _part(form: str, typed: str) -> str:
    """The values of a small mapping, in the order of its keys."""
    keys = FORMS[form].keys
    words = typed.replace(",", " ").split()
    if form == "`load`" and words[:1] == ["free_weight"]:  # a weight has no strength
        keys = tuple(key for key in keys if key.name != "strength")
    if len(words) != len(keys):
        names = ", ".join(key.name for key in keys)
        raise ValueError(f"there must be {len(keys)} values: {names}")
    said = (
        f"{key.name}: {typed_as_yaml(key.shape, word)}"
        for key, word in zip(keys, words, strict=True)
    )
    return f"{{{', '.join(said)}}}"


def _chosen(typed: str, words: tuple[str, ...], made: Callable[[str], str] = str) -> str:
    if typed not in words:
        listed = ", ".join(words)
        raise ValueError(suggestion(typed, words) or f"it may be {listed}")
    return made(typed)


def _whole(typed: str, least: int, most: int) -> str:
    try:
        number = int(typed)
    except ValueError:
        number = None
    if number is None or not least <= number <= most:
        raise ValueError(f"it must be a whole number from {least} to {most}")
    return str(number)
