"""The questions of `glutemed rules new`, and what is typed at them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glutemed.cli import screen
from glutemed.cli.prompts import line

if TYPE_CHECKING:
    from glutemed.model.ruleset import Ruleset
    from glutemed.rulebook.gaps import Gap
    from glutemed.rulebook.language import Shape

CONCLUSIONS = (
    "refer", "contraindicate", "caution", "indicate", "prefer", "limit", "derive", "score", "advise"
)  # fmt: skip
"""The kinds of conclusions; a test holds them against the table of the rulebook, which loads slowly."""

_MOST_TRIES = 5


def ask_for_the_rest(
    kind: str, given: dict[str, str], concludes: str | None, rules: tuple[str, ...]
) -> tuple[dict[str, str], str | None]:
    """Ask for every key that is open; an empty answer leaves it so."""
    from glutemed.cli.given import ruleset
    from glutemed.rulebook.gaps import gaps_of

    beside = ruleset(rules)
    screen.note("Answer in plain words; press Enter where you do not know yet: it is marked TODO.")
    answers, asked = dict(given), set(given)
    if concludes:
        asked.add("then")
    while gap := next((gap for gap in gaps_of(kind, answers) if gap.key not in asked), None):
        asked.add(gap.key)
        answer = _answer(kind, gap, beside)
        if gap.key == "then" and answer in CONCLUSIONS:
            concludes = answer
        elif answer:
            answers[gap.key] = answer
    return answers, concludes


def _answer(kind: str, gap: Gap, beside: Ruleset) -> str:
    """The answer to one question, as YAML; of a conclusion it may be its kind. Empty: it stays open."""
    from glutemed.rulebook.beginnings import form_of
    from glutemed.rulebook.gaps import SELECTING
    from glutemed.rulebook.language import Asking, Choice, Speaks

    if gap.key != "then":
        return _heard(gap.key, gap.question, form_of(kind).key[gap.key].shape, beside)
    concludes = _heard("then", gap.question, Choice(CONCLUSIONS), beside)
    if concludes not in SELECTING:
        return concludes
    selector = _heard(concludes, SELECTING[concludes], Asking(Speaks.EXERCISES), beside)
    return f"{{{concludes}: {selector}}}" if selector else concludes


def _heard(key: str, question: str, shape: Shape, beside: Ruleset) -> str:
    """What is typed, as YAML; asked again where it cannot be that."""
    from glutemed.rulebook.typed import fault_of, typed_as_yaml

    screen.note(question)
    for _ in range(_MOST_TRIES):
        typed = asked(f"  {key}: ")
        if not typed:
            break
        try:
            value = typed_as_yaml(shape, typed)
        except ValueError as error:
            screen.note(f"  {error}")
            continue
        wrong = fault_of(shape, key, value, beside)
        if not wrong:
            return value
        screen.note(f"  {wrong}")
    return ""


def asked(prompt: str) -> str:
    """A line of stdin, asked for on stderr; empty without a prompt."""
    if not prompt:
        return ""
    found = line(prompt)
    if found is None:
        screen.note("")  # nobody has ended the line of the prompt
        return ""
    return found.strip()
