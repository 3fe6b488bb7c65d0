"""Outcome → text for a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import chain
from textwrap import wrap
from unicodedata import normalize

from glutemed.model.locale import ENGLISH, Locale
from glutemed.model.noun import noun
from glutemed.model.outcome import Outcome, Prescription, Programme, Question, Referral
from glutemed.model.rule import Urgency
from glutemed.model.ruleset import Ruleset
from glutemed.render import words


@noun
class Style:
    """How text is drawn: which signs the terminal has, whether in colour, how wide, in what language."""

    unicode: bool = True
    colour: bool = False
    width: int = 80
    locale: Locale = ENGLISH

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
            text if self.unicode else ascii_only(text, self.locale),
            max(self.width, 40),
            initial_indent=first,
            subsequent_indent=rest,
            break_long_words=False,
            break_on_hyphens=False,
        ) or [""]


_ASCII = str.maketrans(
    {
        "°": " deg",
        "–": "-",
        "—": "-",
        "’": "'",
        "…": "...",
        "≤": "<=",
        "≥": ">=",
        "→": "->",
        "×": "x",
        "•": "*",
        "ä": "ae",
        "ö": "oe",
        "ü": "ue",
        "Ä": "Ae",
        "Ö": "Oe",
        "Ü": "Ue",
        "ß": "ss",
        "„": '"',
        "“": '"',
        "”": '"',
        "‚": "'",
        "‘": "'",
        "«": '"',
        "»": '"',
        "\u00a0": " ",
        "\u202f": " ",
    }
)


_BEND = re.compile(r"(\d+)\s?°")


def ascii_only(text: str, locale: Locale = ENGLISH) -> str:
    """The text with signs that ASCII lacks spelled out, without accents, or as a question mark."""
    text = _BEND.sub(lambda bend: locale.say("{degrees} degrees", degrees=bend[1]), text)
    text = text.translate(_ASCII)
    if not text.isascii():
        parts = (normalize("NFKD", sign) for sign in text)
        text = "".join(part[0] if part[0].isascii() else part for part in parts)
    return text.encode("ascii", "replace").decode("ascii")


def as_text(
    outcome: Outcome,
    ruleset: Ruleset,
    *,
    unicode: bool = True,
    colour: bool = False,
    width: int = 80,
) -> str:
    """The outcome as a person reads it on a terminal, ending in a newline.

    It speaks the language of the ruleset, which is that of the outcome.
    """
    locale = ruleset.locale
    style = Style(unicode, colour, width, locale)
    if outcome.programme is not None:
        lines = _programme(outcome.programme, ruleset, style)
    elif outcome.referral is not None:
        lines = _referral(outcome.referral, style, locale)
    else:
        lines = _questions(outcome, style, locale)
    lines += _lists(outcome, ruleset, style)
    for rule in outcome.failures:
        lines += style.line(locale.say("A rule failed and counts as unknown: {rule}", rule=rule))
    decided = words.provenance(outcome, outcome.ruleset_fingerprint[:12], locale)
    lines += ["", *style.line(decided), *style.line(outcome.notice)]
    return "\n".join(lines) + "\n"


def _section(heading: str, items: Iterable[str], style: Style) -> list[str]:
    """A heading with a list below it; nothing where there is nothing to list."""
    told = [style.line(item, indent=2, bullet=True) for item in items]
    head = (style.bold(line) for line in style.line(heading))
    return ["", *head, *chain.from_iterable(told)] if told else []


def _programme(programme: Programme, ruleset: Ruleset, style: Style) -> list[str]:
    locale = ruleset.locale
    head = locale.say(
        "Your programme: stage {stage}, {sessions}; {review}",
        stage=programme.stage,
        sessions=words.sessions_a_week(programme.sessions_per_week, locale),
        review=words.review_in(programme.review_weeks, locale),
    )
    lines = [style.bold(line) for line in style.line(head)]
    for number, found in enumerate(programme.exercises, 1):
        lines += ["", *_prescription(number, found, style, locale)]
    next_ = words.coming(programme, ruleset, locale)
    lines += _section(locale.say("When to stop"), programme.stop, style)
    lines += _section(locale.say("Good to know"), programme.advice, style)
    lines += _section(locale.say("What comes next"), next_, style)
    return lines


def _prescription(number: int, found: Prescription, style: Style, locale: Locale) -> list[str]:
    lines = [style.bold(line) for line in style.line(f"{number}. {found.name}")]
    lines += style.line(words.placed(found, locale), indent=3)
    dose = locale.say("Dose: {dose}", dose=words.dose(found.dose, locale))
    lines += style.line(dose, indent=3)
    for cue in found.how:
        lines += style.line(cue, indent=3, bullet=True)
    for mistake in found.mistakes:
        lines += style.line(locale.say("Not so: {mistake}", mistake=mistake), indent=3)
    for caution in found.cautions:
        lines += style.line(locale.say("Take care: {caution}", caution=caution), indent=3)
    for why in found.why:
        lines += style.line(locale.say("Why: {why}", why=why), indent=3)
    rules = locale.say("Rules: {rules}", rules=", ".join(found.rules))
    lines += style.line(rules, indent=3)
    return lines


def _referral(referral: Referral, style: Style, locale: Locale) -> list[str]:
    head = words.asked_to_see(referral.to, referral.urgency, locale)
    reasons = (f"{words.reason(one, locale)} [{one.rule}]" for one in referral.reasons)
    return [
        *(style.bold(line) for line in style.line(head)),
        *_section(locale.say("What to do now"), referral.now.splitlines(), style),
        *_section(locale.say("Because"), reasons, style),
        "",
        *style.line(locale.say("No exercises until then.")),
    ]


def _questions(outcome: Outcome, style: Style, locale: Locale) -> list[str]:
    if outcome.meanwhile is not None:
        lines = [
            *_referral(outcome.meanwhile, style, locale),
            "",
            *style.line(words.could_be_more_urgent(locale)),
        ]
    else:
        head = locale.say("Some questions must be answered first")
        lines = [style.bold(line) for line in style.line(head)]
    groups: dict[Urgency | None, list[Question]] = {}
    for asked in outcome.questions:
        groups.setdefault(asked.urgency, []).append(asked)
    for urgency, questions in groups.items():
        heading = locale.say("Then")
        if urgency is not None:
            when = words.urgency(urgency, locale)
            heading = locale.say("These tell whether someone must see you {when}", when=when)
        asks = (f"{asked.ask} [{asked.fact}]" for asked in questions)
        lines += _section(heading, asks, style)
    if outcome.screened.answered == 0:
        hint = locale.say(
            "Answer them in the facts file (`screening: clear` answers every red flag with no), or "
            "let `glutemed recommend --ask` ask you."
        )
    else:
        hint = locale.say(
            "Answer them in the facts file, or let `glutemed recommend --ask` ask you."
        )
    return [*lines, "", *style.line(hint)]


def _lists(outcome: Outcome, ruleset: Ruleset, style: Style) -> list[str]:
    if outcome.programme is None:
        return []
    locale, exercise = ruleset.locale, ruleset.exercise
    withheld = words.grouped(
        (
            " ".join(f"{ruleset.vocabulary[fact].ask} [{fact}]" for fact in found.facts),
            exercise[found.exercise].name,
        )
        for found in outcome.withheld
    )
    forbidden = words.grouped(
        (", ".join(found.rules), exercise[found.exercise].name) for found in outcome.contraindicated
    )
    return [
        *_section(
            locale.say("Held back until this is answered"),
            (f"{'; '.join(names)}: {asks}" for asks, names in withheld),
            style,
        ),
        *_section(
            locale.say("Not for you now"),
            (f"{'; '.join(names)} [{rules}]" for rules, names in forbidden),
            style,
        ),
        *_section(
            locale.say("With other equipment"),
            words.once(
                ((found.needs, exercise[found.exercise].name) for found in outcome.unavailable),
                locale,
            ),
            style,
        ),
    ]
