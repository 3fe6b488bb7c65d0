"""Outcome → Markdown."""

from __future__ import annotations

from collections.abc import Iterable

from glutemed.model.locale import Locale
from glutemed.model.outcome import Outcome, Prescription, Programme, Referral
from glutemed.model.ruleset import Ruleset
from glutemed.render import words

_SPECIAL = str.maketrans({char: f"\\{char}" for char in "\\`*_[]<>#|"})


def as_markdown(outcome: Outcome, ruleset: Ruleset) -> str:
    """The outcome as Markdown, ending in a newline, in the language of the ruleset."""
    locale = ruleset.locale
    if outcome.programme is not None:
        lines = _programme(outcome.programme, ruleset)
        lines += _lists(outcome, ruleset)
    elif outcome.referral is not None:
        lines = _referral(outcome.referral, locale)
    else:
        lines = [_heading(locale.say("Some questions must be answered first")), ""]
        if outcome.meanwhile is not None:
            lines = _referral(outcome.meanwhile, locale)
            lines += ["", words.could_be_more_urgent(locale), ""]
        lines += [f"- {_plain(asked.ask)} (`{asked.fact}`)" for asked in outcome.questions]
    decided = words.provenance(outcome, f"`{outcome.ruleset_fingerprint[:12]}`", locale)
    lines += ["", "---", "", decided, "", outcome.notice]
    return "\n".join(lines) + "\n"


def _plain(text: str) -> str:
    return text.translate(_SPECIAL)


def _section(heading: str, items: Iterable[str]) -> list[str]:
    """A heading with a list below it; nothing where there is nothing to list."""
    told = [f"- {item}" for item in items]
    return ["", _heading(heading, 2), "", *told] if told else []


def _heading(text: str, level: int = 1) -> str:
    return f"{'#' * level} {text}"


def _programme(programme: Programme, ruleset: Ruleset) -> list[str]:
    locale = ruleset.locale
    lines = [
        _heading(locale.say("Your programme")),
        "",
        locale.say(
            "Stage {stage}, {sessions}; {review}.",
            stage=programme.stage,
            sessions=words.sessions_a_week(programme.sessions_per_week, locale),
            review=words.review_in(programme.review_weeks, locale),
        ),
    ]
    for number, found in enumerate(programme.exercises, 1):
        lines += ["", *_prescription(number, found, locale)]
    next_ = words.coming(programme, ruleset, locale)
    lines += _section(locale.say("When to stop"), map(_plain, programme.stop))
    lines += _section(locale.say("Good to know"), map(_plain, programme.advice))
    lines += _section(locale.say("What comes next"), map(_plain, next_))
    return lines


def _prescription(number: int, found: Prescription, locale: Locale) -> list[str]:
    lines = [
        f"## {number}. {_plain(found.name)}",
        "",
        _plain(words.placed(found, locale)) + ".",
        "",
        f"**{_plain(words.dose(found.dose, locale))}**",
        "",
        *(f"- {_plain(cue)}" for cue in found.how),
    ]
    for mistake in found.mistakes:
        lines.append("- " + locale.say("Not so: {mistake}", mistake=_plain(mistake)))
    for caution in found.cautions:
        lines.append("- " + locale.say("**Take care:** {caution}", caution=_plain(caution)))
    for why in found.why:
        lines.append("- " + locale.say("Why: {why}", why=_plain(why)))
    rules = ", ".join(f"`{rule}`" for rule in found.rules)
    return [*lines, "", locale.say("Rules: {rules}", rules=rules)]


def _referral(referral: Referral, locale: Locale) -> list[str]:
    return [
        f"# {words.asked_to_see(referral.to, referral.urgency, locale)}",
        "",
        locale.say("What to do now").join(("**", "**")),
        "",
        *(f"- {_plain(now)}" for now in referral.now.splitlines()),
        "",
        _heading(locale.say("Because"), 2),
        "",
        *(f"- {_plain(words.reason(one, locale))} (`{one.rule}`)" for one in referral.reasons),
        "",
        locale.say("No exercises until then."),
    ]


def _lists(outcome: Outcome, ruleset: Ruleset) -> list[str]:
    locale, exercise = ruleset.locale, ruleset.exercise
    withheld = (
        f"{_plain(exercise[found.exercise].name)}: "
        + " ".join(_plain(ruleset.vocabulary[fact].ask) for fact in found.facts)
        for found in outcome.withheld
    )
    forbidden = (
        f"{_plain(exercise[found.exercise].name)} "
        f"({', '.join(f'`{rule}`' for rule in found.rules)})"
        for found in outcome.contraindicated
    )
    return [
        *_section(locale.say("Held back until this is answered"), withheld),
        *_section(locale.say("Not for you now"), forbidden),
    ]
