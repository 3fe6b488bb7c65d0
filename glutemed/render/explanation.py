"""Explanation → text that a person reads, or plain dicts and lists for JSON."""

from __future__ import annotations

from collections.abc import Iterable
from textwrap import wrap
from typing import Any

import attrs

from glutemed.model.condition import Truth
from glutemed.model.decision import Standing
from glutemed.model.explanation import (
    Asked,
    Cap,
    Derivation,
    DerivationKind,
    Explanation,
    NearestChange,
    Node,
    NodeKind,
    NotChosen,
    Ranked,
)
from glutemed.model.explanation import ExerciseExplanation as Explained
from glutemed.model.locale import ENGLISH, Locale, message
from glutemed.model.outcome import Outcome
from glutemed.render import words
from glutemed.render.human import ascii_only

_STANDING = {
    Standing.CONTRAINDICATED: message("must not be done"),
    Standing.NOT_INDICATED: message("not offered, because nothing speaks for it"),
    Standing.EXCLUDED: message("not offered, because it lies beyond a limit"),
    Standing.UNAVAILABLE: message("not offered, because the equipment for it is not there"),
    Standing.UNINDICATED: message(
        "not offered yet, because it is not known whether anything speaks for it"
    ),
    Standing.WITHHELD: message("withheld, because something that is not known could forbid it"),
}
JOINED = {
    NodeKind.ALL: message("all of these"),
    NodeKind.ANY: message("any of these"),
    NodeKind.NOT: message("not this"),
}
"""What joins the parts of a condition, as it is said above them."""

_AMOUNT = {
    "stage": message("stage"),
    "sets": message("sets"),
    "reps": message("reps"),
    "knee_flexion_deg": message("knee flexion"),
    "hold_s": message("hold"),
    "effort": message("effort"),
    "exercises": message("exercises"),
    "sessions_per_week": message("sessions per week"),
    "review_weeks": message("review weeks"),
    "working_sides": message("working sides"),
}
_SIDE = {"left": message("left"), "right": message("right")}
_SPEAKING = (DerivationKind.INDICATION, DerivationKind.NEED)
_SHAPING = (DerivationKind.CAUTION, DerivationKind.LIMIT, DerivationKind.STEP)
_UNICODE = {Truth.TRUE: "✓", Truth.FALSE: "✗", Truth.UNKNOWN: "?"}
_ASCII = {Truth.TRUE: "[x]", Truth.FALSE: "[ ]", Truth.UNKNOWN: "[?]"}


@attrs.define
class _Page:
    """Lines of text, in the signs that the terminal has, and in one language."""

    unicode: bool
    width: int
    locale: Locale
    lines: list[str] = attrs.field(factory=list)

    def put(self, text: str, indent: int = 0, lead: str = "", hang: str = "") -> None:
        """Text in lines of the width: ``lead`` stands before the first, ``hang`` before the rest."""
        margin = " " * indent
        hang = hang or " " * len(lead)
        room = max(self.width - indent - len(lead), 30)
        shown = wrap(self.shown(text), room, break_long_words=False, break_on_hyphens=False) or [""]
        self.lines += [
            f"{margin}{hang if number else lead}{line}".rstrip()
            for number, line in enumerate(shown)
        ]

    def heading(self, text: str) -> None:
        """A line that opens a section."""
        self.lines.append("")
        self.put(text)

    def shown(self, text: str) -> str:
        """Text in which nothing can steer the terminal, in ASCII where that is all there is."""
        if not self.unicode:
            text = ascii_only(text, self.locale)
        return "".join(char if char.isprintable() else " " for char in text)

    def mark(self, said: Truth) -> str:
        """The sign of a truth."""
        return (_UNICODE if self.unicode else _ASCII)[said]

    def branch(self, *, last: bool) -> tuple[str, str]:
        """What stands before a node of a tree, and before what hangs below it."""
        if self.unicode:
            return ("└─ ", "   ") if last else ("├─ ", "│  ")
        return ("`- ", "   ") if last else ("|- ", "|  ")


def as_text(
    explanation: Explanation,
    *,
    unicode: bool = True,
    width: int = 80,
    locale: Locale = ENGLISH,
) -> str:
    """The explanation as a person reads it, ending in a newline: the verdict first, then why.

    Args:
        explanation: What to tell. One exercise is told with every rule; of all, the verdicts.
        unicode: Whether more than ASCII may be written.
        width: How long a line may be.
        locale: The language that it was derived in, which is that of its ruleset.
    """
    page = _Page(unicode, max(width, 40), locale)
    if explanation.asked is None:
        _person(page, explanation)
        # Whoever is referred is not shown how to get at an exercise instead.
        for exercise in () if explanation.referred_by_rule else explanation.exercises:
            page.lines.append("")
            _verdict(page, exercise, explanation.outcome)
            _because(page, exercise)
            _changes(page, exercise.changes)
        page.heading(locale.say("Ask for one exercise to be told every rule that could touch it."))
    else:
        for exercise in explanation.exercises:
            _verdict(page, exercise, explanation.outcome)
            if explanation.outcome.programme is None:
                _get(page, explanation.outcome)
            _whole(page, exercise)
        page.lines.append("")
        _person(page, explanation)
    signs = {
        Truth.TRUE: locale.say("holds"),
        Truth.FALSE: locale.say("does not hold"),
        Truth.UNKNOWN: locale.say("not known"),
    }
    page.heading(locale.listed([f"{page.mark(said)} {word}" for said, word in signs.items()]))
    page.put(explanation.outcome.notice)
    return "\n".join(page.lines) + "\n"


def _verdict(page: _Page, exercise: Explained, outcome: Outcome) -> None:
    said = _STANDING.get(exercise.standing)
    if said is None and outcome.referral is not None:
        said = message("not given, because a referral comes first")
    elif said is None and outcome.programme is None:
        said = message("not given, because questions come first")
    elif said is None:
        chosen, passed = message("in the programme"), message("offered, but not chosen")
        said = chosen if exercise.chosen else passed
    page.put(f"{exercise.exercise} ({exercise.name}): {page.locale.say(said)}")


def _because(page: _Page, exercise: Explained) -> None:
    """The rules behind a verdict, in short."""
    blocking = [one for one in exercise.derivations if one.blocks]
    reasons = [one for one in exercise.derivations if one.kind is DerivationKind.INDICATION]
    speaking = [one for one in reasons if one.truth is Truth.TRUE]
    for one in blocking or speaking:
        page.put(f"{one.written}: {one.concludes}; {one.where}", 2, f"{page.mark(one.truth)} ")
    if exercise.not_chosen is not None:
        _instead(page, exercise.not_chosen, exercise.name)


def _whole(page: _Page, exercise: Explained) -> None:
    """Every rule that could touch an exercise, the decisive ones first."""
    say = page.locale.say
    if exercise.not_chosen is not None:
        page.heading(say("Why not chosen"))
        _instead(page, exercise.not_chosen, exercise.name)
    if exercise.changes:
        page.heading(say("What would change it"))
        _changes(page, exercise.changes)
    rest = [one for one in exercise.derivations if not one.blocks]
    sure = [one for one in rest if one.truth is Truth.TRUE]
    open_ = [one for one in rest if one.truth is Truth.UNKNOWN]
    shaping = [one for one in (*sure, *open_) if one.kind in _SHAPING]
    done = say(
        "How it would be done: step {step} of {steps} of its dose",
        step=exercise.step + 1,
        steps=exercise.steps,
    )
    preferring = [one for one in sure if one.kind is DerivationKind.PREFERENCE]
    sections = (
        (say("What keeps it back"), [one for one in exercise.derivations if one.blocks]),
        (say("What speaks for it"), [one for one in sure if one.kind in _SPEAKING]),
        (done, shaping),
        (say("What is preferred"), preferring),
        (say("Not known, and not decisive"), [one for one in open_ if one.kind not in _SHAPING]),
        (say("Looked at, and does not hold"), [one for one in rest if one.truth is Truth.FALSE]),
    )
    for heading, told in sections:
        if told:
            page.heading(heading)
            for one in told:
                _derivation(page, one, "  ")
            if told is shaping:
                _caps(page, exercise.caps)


def _instead(page: _Page, found: NotChosen, name: str) -> None:
    locale = page.locale
    if found.same_family:
        why = locale.say(
            "Another exercise of its family was taken, and a programme has one of each."
        )
    else:
        why = locale.count(
            "All {n} place of the programme went to others.",
            "All {n} places of the programme went to others.",
            found.places,
        )
    page.put(why, 2)
    page.put(f"{name}: {_rank(found.own, locale)}", 4)
    for other in found.instead:
        rank = _rank(other, locale)
        page.put(locale.say("taken: {exercise}, {rank}", exercise=other.exercise, rank=rank), 4)


def _rank(ranked: Ranked, locale: Locale) -> str:
    points = locale.count("{n} point against it", "{n} points against it", ranked.demerits)
    by = f" ({', '.join(ranked.demerited_by)})" if ranked.demerited_by else ""
    return locale.listed([points + by, locale.say(words.TIER[ranked.tier])])


def _changes(page: _Page, changes: Iterable[NearestChange]) -> None:
    for nearest in changes:
        say = page.locale.say
        wanted = [
            say("{needs}, was {was}", needs=change.needs, was=change.was)
            for change in nearest.changes
        ]
        text = say("no answer can change it")
        if wanted:
            both = wanted[0]
            for one in wanted[1:]:
                both = say("{first}; and {last}", first=both, last=one)
            text = say("needs {changes}", changes=both)
        if nearest.kind is DerivationKind.INDICATION:
            text = say("one way to a reason: {change}", change=text)
        page.put(f"{text} ({nearest.written})", 2, "- ")


def _person(page: _Page, explanation: Explanation) -> None:
    """What the person gets, the limits on all of it, and the rules that refer."""
    outcome, say = explanation.outcome, page.locale.say
    _get(page, outcome)
    if outcome.referral is not None:
        for reason in outcome.referral.reasons:
            told = reason.text
            if not reason.sure:
                told = say("could not be ruled out: {reason}", reason=told)
            page.put(f"{told} ({reason.rule})", 2, "- ")
    for asked in outcome.questions:
        page.put(f"{asked.ask} ({', '.join(asked.because)})", 2, "- ")
    if outcome.programme is not None:
        for prescription in outcome.programme.exercises:
            page.put(f"{prescription.name} ({prescription.exercise})", 2, "- ")
    if outcome.programme is not None and explanation.caps:
        page.heading(say("What limits the whole programme"))
        for one in explanation.limits:
            if explanation.asked is None and one.truth is not Truth.FALSE:
                _derivation(page, one, "  ")
        _caps(page, explanation.caps)
    referring = [one for one in explanation.referrals if one.truth is not Truth.FALSE]
    if referring:
        page.heading(say("What refers, or could"))
        for one in referring:
            _derivation(page, one, "  ")
    everybody = (*explanation.referrals, *explanation.limits)
    ruled_out = [one.written for one in everybody if one.truth is Truth.FALSE]
    if ruled_out:
        page.heading(say("Looked at for everybody, and does not hold"))
        page.put(", ".join(dict.fromkeys(ruled_out)), 2)


def _get(page: _Page, outcome: Outcome) -> None:
    page.put(page.locale.say("What you get: {outcome}", outcome=gets(outcome, page.locale)))


def gets(outcome: Outcome, locale: Locale = ENGLISH) -> str:
    """Which of the three a person gets, and who is to see them how soon."""
    if outcome.programme is not None:
        return locale.say("a programme")
    if outcome.referral is not None:
        to = words.seen_by(outcome.referral.to, locale)
        when = words.urgency(outcome.referral.urgency, locale)
        return locale.say("a referral to {who}, {when}", who=to, when=when)
    return locale.say("questions that must be answered first")


def _caps(page: _Page, caps: Iterable[Cap]) -> None:
    locale = page.locale
    for cap in caps:
        if isinstance(cap.applied, tuple):
            sides = [locale.say(_SIDE[side]) for side in cap.applied]
            at = locale.all_of(sides) if sides else locale.say("none")
        else:
            at = locale.say("at most {value}", value=cap.applied)
        told = locale.say(
            "in all: {amount} {at}, set by {rules}",
            amount=locale.say(_AMOUNT[cap.amount]),
            at=at,
            rules=", ".join(cap.set_by),
        )
        page.put(told, 2)


def _derivation(page: _Page, one: Derivation, margin: str) -> None:
    """A rule with its place, its sources, its reason where it may hold, and its condition."""
    page.put(f"{one.written}: {one.concludes}", 0, f"{margin}{page.mark(one.truth)} ")
    inner, say = margin + "  ", page.locale.say
    sources = ", ".join(one.sources) or say("none")
    page.put(say("{place}; sources: {sources}", place=one.where, sources=sources), 0, inner)
    if one.failed:
        page.put(say("could not be evaluated, so it counts as not known"), 0, inner)
    if one.truth is not Truth.FALSE and one.kind is not DerivationKind.STEP:
        reason = one.because
        if one.truth is not Truth.TRUE:
            reason = say("if so: {reason}", reason=reason)
        page.put(reason, 0, inner)
    _node(page, one.condition, inner, last=True)


def _node(page: _Page, node: Node, margin: str, *, last: bool) -> None:
    lead, hang = page.branch(last=last)
    below: tuple[Node, ...] | tuple[Derivation, ...]
    say = page.locale.say
    if isinstance(node, Asked):
        told = (say("not known"), say("declined"))
        asked, answered = message("{says}, {value}"), message("{says}, was {value}")
        joint = asked if node.was.startswith(told) else answered
        text, below = say(joint, says=node.says, value=node.was), node.made_by
    elif node.children:
        text, below = say(JOINED[node.kind]), node.children
    else:
        text, below = say("always") if node.kind is NodeKind.ALL else say("never"), ()
    mark = f"{page.mark(node.truth)} "
    page.put(text, 0, f"{margin}{lead}{mark}", f"{margin}{hang}{' ' * len(mark)}")
    for number, child in enumerate(below, start=1):
        if isinstance(child, Derivation):
            _derivation(page, child, margin + hang)
        else:
            _node(page, child, margin + hang, last=number == len(below))


def as_json(explanation: Explanation) -> dict[str, Any]:
    """The explanation as plain dicts and lists, every rule in full, for ``--format json``."""
    outcome = explanation.outcome
    programme = outcome.programme.exercises if outcome.programme is not None else ()
    return {
        "outcome": outcome.kind.value,
        "programme": [prescription.exercise for prescription in programme],
        "referral": _plain(outcome.referral),
        "questions": _plain(outcome.questions),
        **{key: told for key, told in _plain(explanation).items() if key != "outcome"},
        "ruleset": {"version": outcome.ruleset_version, "fingerprint": outcome.ruleset_fingerprint},
        "version": outcome.version,
        "notice": outcome.notice,
    }


def _plain(value: Any) -> Any:
    if attrs.has(type(value)):
        fields = attrs.fields(type(value))
        return {field.name: _plain(getattr(value, field.name)) for field in fields}
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if hasattr(value, "name") and hasattr(value, "value"):
        return value.name.lower()
    return value
