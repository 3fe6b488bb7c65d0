"""Outcome → text for a terminal."""

from __future__ import annotations

from textwrap import wrap

import attrs

from glutemed.model.outcome import Outcome, Prescription, Programme, Question, Referral
from glutemed.model.rule import Urgency
from glutemed.model.ruleset import Ruleset
from glutemed.render import words


@attrs.frozen
class Style:
    """How text is drawn: which signs the terminal has, whether in colour, how wide."""

    unicode: bool = True
    colour: bool = False
    width: int = 80

    def bold(self, text: str) -> str:
        """Emphasis, where there is colour."""
        return f"\x1b[1m{text}\x1b[0m" if self.colour else text

    @property
    def bullet(self) -> str:
        """The sign before a list item."""
        return "•" if self.unicode else "*"

    def line(self, text: str, *, indent: int = 0, bullet: bool = False) -> list[str]:
        """Text in lines of the width, in ASCII where that is all there is."""
        first = " " * indent + (f"{self.bullet} " if bullet else "")
        rest = " " * (indent + (2 if bullet else 0))
        return wrap(
            text if self.unicode else ascii_only(text),
            max(self.width, 40),
            initial_indent=first,
            subsequent_indent=rest,
            break_long_words=False,
            break_on_hyphens=False,
        ) or [""]


_ASCII = str.maketrans(
    {
        "°": " degrees",
        "–": "-",
        "—": "-",
        "’": "'",
        "…": "...",
        "≤": "<=",
        "≥": ">=",
        "→": "->",
        "×": "x",
        "•": "*",
        "ö": "oe",
        "é": "e",
    }
)


def ascii_only(text: str) -> str:
    """The text with signs that ASCII lacks spelled out, or as a question mark."""
    return text.translate(_ASCII).encode("ascii", "replace").decode("ascii")


def as_text(
    outcome: Outcome,
    ruleset: Ruleset,
    *,
    unicode: bool = True,
    colour: bool = False,
    width: int = 80,
) -> str:
    """The outcome as a person reads it on a terminal, ending in a newline."""
    style = Style(unicode, colour, width)
    if outcome.programme is not None:
        lines = _programme(outcome.programme, ruleset, style)
    elif outcome.referral is not None:
        lines = _referral(outcome.referral, style)
    else:
        lines = _questions(outcome, ruleset, style)
    lines += _lists(outcome, ruleset, style)
    for rule in outcome.failures:
        lines += style.line(f"A rule failed and counts as unknown: {rule}")
    lines += ["", *style.line(_provenance(outcome)), *style.line(outcome.notice)]
    return "\n".join(lines) + "\n"


def _provenance(outcome: Outcome) -> str:
    return (
        f"Rules {outcome.ruleset_version} ({outcome.ruleset_fingerprint[:12]}), "
        f"glutemed {outcome.version}, decided by {' and '.join(outcome.decided_by)}; "
        f"{outcome.screened.answered} of {outcome.screened.of} red flags answered."
    )


def _programme(programme: Programme, ruleset: Ruleset, style: Style) -> list[str]:
    head = (
        f"Your programme: stage {programme.stage}, "
        f"{words.count(programme.sessions_per_week, 'session')} a week; "
        f"look at it again in {words.count(programme.review_weeks, 'week')}"
    )
    lines = [style.bold(line) for line in style.line(head)]
    for number, found in enumerate(programme.exercises, 1):
        lines += ["", *_prescription(number, found, style)]
    lines += ["", style.bold("When to stop")]
    for text in programme.stop:
        lines += style.line(text, indent=2, bullet=True)
    if programme.advice:
        lines += ["", style.bold("Good to know")]
        for text in programme.advice:
            lines += style.line(text, indent=2, bullet=True)
    if programme.next:
        lines += ["", style.bold("What comes next")]
        for unlocks, names in words.grouped(
            (coming.unlocks, ruleset.exercise[coming.exercise].name) for coming in programme.next
        ):
            lines += style.line(f"{'; '.join(names)}: when {unlocks}", indent=2, bullet=True)
    return lines


def _prescription(number: int, found: Prescription, style: Style) -> list[str]:
    lines = [style.bold(line) for line in style.line(f"{number}. {found.name}")]
    parts = [words.position(found), words.load(found.load), words.depth(found), words.sides(found)]
    lines += style.line("; ".join(part for part in parts if part), indent=3)
    lines += style.line(f"Dose: {words.dose(found.dose)}", indent=3)
    for cue in found.how:
        lines += style.line(cue, indent=3, bullet=True)
    for mistake in found.mistakes:
        lines += style.line(f"Not so: {mistake}", indent=3)
    for caution in found.cautions:
        lines += style.line(f"Take care: {caution}", indent=3)
    for why in found.why:
        lines += style.line(f"Why: {why}", indent=3)
    lines += style.line(f"Rules: {', '.join(found.rules)}", indent=3)
    return lines


def _referral(referral: Referral, style: Style) -> list[str]:
    head = f"Please see {words.seen_by(referral.to)} {words.URGENCY[referral.urgency]}"
    lines = [style.bold(line) for line in style.line(head)]
    lines += ["", style.bold("What to do now")]
    for now in referral.now.splitlines():
        lines += style.line(now, indent=2, bullet=True)
    lines += ["", style.bold("Because")]
    for reason in referral.reasons:
        doubt = "" if reason.sure else " (this could not be ruled out)"
        lines += style.line(f"{reason.text}{doubt} [{reason.rule}]", indent=2, bullet=True)
    lines += ["", *style.line("No exercises until then.")]
    return lines


def _questions(outcome: Outcome, ruleset: Ruleset, style: Style) -> list[str]:
    lines = [style.bold(line) for line in style.line("Some questions must be answered first")]
    if outcome.sure_urgency is not None:
        lines += style.line(
            f"It is already sure that someone must see you {words.URGENCY[outcome.sure_urgency]}; "
            "these answers could make it more urgent."
        )
    groups: dict[Urgency | None, list[Question]] = {}
    for asked in outcome.questions:
        groups.setdefault(asked.urgency, []).append(asked)
    for urgency, questions in groups.items():
        heading = "Then"
        if urgency is not None:
            heading = f"These tell whether someone must see you {words.URGENCY[urgency]}"
        lines += ["", style.bold(style.line(heading)[0])]
        for asked in questions:
            lines += style.line(f"{asked.ask} [{asked.fact}]", indent=2, bullet=True)
    clear = " (`screening: clear` answers every red flag with no)"
    hint = clear if outcome.screened.answered == 0 else ""
    lines += [
        "",
        *style.line(
            f"Answer them in the facts file{hint}, or let `glutemed recommend --ask` ask you."
        ),
    ]
    return lines


def _lists(outcome: Outcome, ruleset: Ruleset, style: Style) -> list[str]:
    if outcome.programme is None:
        return []
    lines: list[str] = []
    if outcome.withheld:
        lines += ["", style.bold("Held back until this is answered")]
        for asks, names in words.grouped(
            (
                " ".join(f"{ruleset.vocabulary[fact].ask} [{fact}]" for fact in found.facts),
                ruleset.exercise[found.exercise].name,
            )
            for found in outcome.withheld
        ):
            lines += style.line(f"{'; '.join(names)}: {asks}", indent=2, bullet=True)
    if outcome.contraindicated:
        lines += ["", style.bold("Not for you now")]
        for rules, names in words.grouped(
            (", ".join(found.rules), ruleset.exercise[found.exercise].name)
            for found in outcome.contraindicated
        ):
            lines += style.line(f"{'; '.join(names)} [{rules}]", indent=2, bullet=True)
    if outcome.unavailable:
        lines += ["", style.bold("With other equipment")]
        for unavailable in outcome.unavailable:
            name = ruleset.exercise[unavailable.exercise].name
            lines += style.line(f"{name}: {unavailable.needs}", indent=2, bullet=True)
    return lines
