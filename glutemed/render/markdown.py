"""Outcome → Markdown."""

from __future__ import annotations

from glutemed.model.outcome import Outcome, Prescription, Programme, Referral
from glutemed.model.ruleset import Ruleset
from glutemed.render import words

_SPECIAL = str.maketrans({char: f"\\{char}" for char in "\\`*_[]<>#|"})


def as_markdown(outcome: Outcome, ruleset: Ruleset) -> str:
    """The outcome as Markdown, ending in a newline."""
    if outcome.programme is not None:
        lines = _programme(outcome.programme, ruleset)
    elif outcome.referral is not None:
        lines = _referral(outcome.referral)
    else:
        lines = ["# Some questions must be answered first", ""]
        if outcome.sure_urgency is not None:
            lines += [
                "It is already sure that someone must see you "
                f"{words.URGENCY[outcome.sure_urgency]}.",
                "",
            ]
        lines += [f"- {_plain(asked.ask)} (`{asked.fact}`)" for asked in outcome.questions]
    if outcome.programme is not None and outcome.withheld:
        lines += ["", "## Held back until this is answered", ""]
        for withheld in outcome.withheld:
            name = _plain(ruleset.exercise[withheld.exercise].name)
            asks = " ".join(_plain(ruleset.vocabulary[fact].ask) for fact in withheld.facts)
            lines.append(f"- {name}: {asks}")
    if outcome.programme is not None and outcome.contraindicated:
        lines += ["", "## Not for you now", ""]
        for forbidden in outcome.contraindicated:
            rules = ", ".join(f"`{rule}`" for rule in forbidden.rules)
            lines.append(f"- {_plain(ruleset.exercise[forbidden.exercise].name)} ({rules})")
    lines += [
        "",
        "---",
        "",
        f"Rules {outcome.ruleset_version} (`{outcome.ruleset_fingerprint[:12]}`), "
        f"glutemed {outcome.version}, decided by {' and '.join(outcome.decided_by)}; "
        f"{outcome.screened.answered} of {outcome.screened.of} red flags answered.",
        "",
        outcome.notice,
    ]
    return "\n".join(lines) + "\n"


def _plain(text: str) -> str:
    return text.translate(_SPECIAL)


def _programme(programme: Programme, ruleset: Ruleset) -> list[str]:
    lines = [
        "# Your programme",
        "",
        f"Stage {programme.stage}, {words.count(programme.sessions_per_week, 'session')} a week; "
        f"look at it again in {words.count(programme.review_weeks, 'week')}.",
    ]
    for number, found in enumerate(programme.exercises, 1):
        lines += ["", *_prescription(number, found)]
    lines += ["", "## When to stop", "", *(f"- {_plain(text)}" for text in programme.stop)]
    if programme.advice:
        lines += ["", "## Good to know", "", *(f"- {_plain(text)}" for text in programme.advice)]
    if programme.next:
        lines += ["", "## What comes next", ""]
        for unlocks, names in words.grouped(
            (coming.unlocks, ruleset.exercise[coming.exercise].name) for coming in programme.next
        ):
            lines.append(f"- {_plain('; '.join(names))}: when {_plain(unlocks)}")
    return lines


def _prescription(number: int, found: Prescription) -> list[str]:
    parts = [words.position(found), words.load(found.load), words.depth(found), words.sides(found)]
    lines = [
        f"## {number}. {_plain(found.name)}",
        "",
        _plain("; ".join(part for part in parts if part)) + ".",
        "",
        f"**{_plain(words.dose(found.dose))}**",
        "",
        *(f"- {_plain(cue)}" for cue in found.how),
    ]
    lines += [f"- Not so: {_plain(mistake)}" for mistake in found.mistakes]
    lines += [f"- **Take care:** {_plain(caution)}" for caution in found.cautions]
    lines += [f"- Why: {_plain(why)}" for why in found.why]
    lines += ["", "Rules: " + ", ".join(f"`{rule}`" for rule in found.rules)]
    return lines


def _referral(referral: Referral) -> list[str]:
    lines = [
        f"# Please see {words.seen_by(referral.to)} {words.URGENCY[referral.urgency]}",
        "",
        "**What to do now**",
        "",
        *(f"- {_plain(now)}" for now in referral.now.splitlines()),
        "",
        "## Because",
        "",
    ]
    for reason in referral.reasons:
        doubt = "" if reason.sure else " (this could not be ruled out)"
        lines.append(f"- {_plain(reason.text)}{doubt} (`{reason.rule}`)")
    return [*lines, "", "No exercises until then."]
