"""The questions that a diary has, in short: what they are about, and what settles each kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glutemed.cli.layout import paragraph

if TYPE_CHECKING:
    from glutemed.model.outcome import Question
    from glutemed.model.ruleset import Ruleset

ASK = "glutemed diary next --ask"
ALL = "glutemed diary next --full"
CLEAR = "glutemed diary log --set screening=clear"
_FEW_FLAGS = 3
_MOST_SHOWN = 6
_EACH = "response.each."


def short(
    questions: tuple[Question, ...], ruleset: Ruleset, width: int, bullet: str = "*"
) -> list[str]:
    """Lines that say what must be known, red flags first and together, and how to answer it.

    Args:
        questions: What is open, the most urgent first.
        ruleset: The rules, in the language that is wanted.
        width: How wide the lines may be.
        bullet: The sign before a question.
    """
    say, count = ruleset.locale.say, ruleset.locale.count
    red = {flag.name for flag in ruleset.vocabulary.red_flags}
    flags = [asked for asked in questions if asked.fact in red]
    each = [asked for asked in questions if asked.fact.startswith(_EACH)]
    rest = [asked for asked in questions if asked not in flags and asked not in each]
    lines: list[str] = []
    if len(flags) > _FEW_FLAGS:
        lines += [
            "",
            *paragraph(
                count(
                    "{n} red flag is to be read first. If you have read it and it is not true of "
                    "you, say so: {command}",
                    "{n} red flags are to be read first. If you have read them all and none is "
                    "true of you, say so: {command}",
                    len(flags),
                    command=CLEAR,
                ),
                width,
            ),
        ]
    else:
        rest = [*flags, *rest]
    if rest:
        lines += ["", say("To be answered:") if len(rest) == len(questions) else say("Then:")]
        for asked in rest[:_MOST_SHOWN]:
            lines += paragraph(f"{asked.ask} [{asked.fact}]", width, first=f"  {bullet} ")
        if len(rest) > _MOST_SHOWN:
            more = count("And {n} more.", "And {n} more.", len(rest) - _MOST_SHOWN)
            lines += paragraph(more, width, indent=2)
    if each:
        told = say("And which exercises you have done so far, and how often.")
        lines += ["", *paragraph(told, width)]
    how = say(
        "To be asked, question by question: {ask}. To see every question: {full}", ask=ASK, full=ALL
    )
    return [*lines, "", *paragraph(how, width)]
