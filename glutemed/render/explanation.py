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
from glutemed.model.outcome import Outcome, OutcomeKind
from glutemed.render import words
from glutemed.render.human import ascii_only

_STANDING = {
    Standing.CONTRAINDICATED: "must not be done",
    Standing.NOT_INDICATED: "not offered, because nothing speaks for it",
    Standing.EXCLUDED: "not offered, because it lies beyond a limit",
    Standing.UNAVAILABLE: "not offered, because the equipment for it is not there",
    Standing.UNINDICATED: "not offered yet, because it is not known whether anything speaks for it",
    Standing.WITHHELD: "withheld, because something that is not known could forbid it",
}
_JOINED = {NodeKind.ALL: "all of these", NodeKind.ANY: "any of these", NodeKind.NOT: "not this"}
_SPEAKING = (DerivationKind.INDICATION, DerivationKind.NEED)
_SHAPING = (DerivationKind.CAUTION, DerivationKind.LIMIT, DerivationKind.STEP)
_UNICODE = {Truth.TRUE: "✓", Truth.FALSE: "✗", Truth.UNKNOWN: "?"}
_ASCII = {Truth.TRUE: "[x]", Truth.FALSE: "[ ]", Truth.UNKNOWN: "[?]"}


@attrs.define
class _Page:
    """Lines of text, in the signs that the terminal has."""

    unicode: bool
    width: int
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
            text = ascii_only(text)
        return "".join(char if char.isprintable() else " " for char in text)

    def mark(self, said: Truth) -> str:
        """The sign of a truth."""
        return (_UNICODE if self.unicode else _ASCII)[said]

    def branch(self, *, last: bool) -> tuple[str, str]:
        """What stands before a node of a tree, and before what hangs below it."""
        if self.unicode:
            return ("└─ ", "   ") if last else ("├─ ", "│  ")
        return ("`- ", "   ") if last else ("|- ", "|  ")


def as_text(explanation: Explanation, *, unicode: bool = True, width: int = 80) -> str:
    """The explanation as a person reads it, ending in a newline: the verdict first, then why.

    Args:
        explanation: What to tell. One exercise is told with every rule; of all, the verdicts.
        unicode: Whether more than ASCII may be written.
        width: How long a line may be.
    """
    page = _Page(unicode, max(width, 40))
    if explanation.asked is None:
        _person(page, explanation)
        # Whoever is referred is not shown how to get at an exercise instead.
        for exercise in () if explanation.referred_by_rule else explanation.exercises:
            page.lines.append("")
            _verdict(page, exercise, explanation.outcome)
            _because(page, exercise)
            _changes(page, exercise.changes)
        page.heading("Ask for one exercise to be told every rule that could touch it.")
    else:
        for exercise in explanation.exercises:
            _verdict(page, exercise, explanation.outcome)
            if explanation.outcome.programme is None:
                page.put(f"What you get: {_gets(explanation.outcome)}")
            _whole(page, exercise)
        page.lines.append("")
        _person(page, explanation)
    signs = {Truth.TRUE: "holds", Truth.FALSE: "does not hold", Truth.UNKNOWN: "not known"}
    page.heading(", ".join(f"{page.mark(said)} {meaning}" for said, meaning in signs.items()))
    page.put(explanation.outcome.notice)
    return "\n".join(page.lines) + "\n"


def _verdict(page: _Page, exercise: Explained, outcome: Outcome) -> None:
    said = _STANDING.get(exercise.standing)
    if said is None:
        said = "in the programme" if exercise.chosen else "offered, but not chosen"
        if outcome.kind is not OutcomeKind.PROGRAMME:
            first = "a referral comes" if outcome.referral is not None else "questions come"
            said = f"not given, because {first} first"
    page.put(f"{exercise.exercise} ({exercise.name}): {said}")


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
    if exercise.not_chosen is not None:
        page.heading("Why not chosen")
        _instead(page, exercise.not_chosen, exercise.name)
    if exercise.changes:
        page.heading("What would change it")
        _changes(page, exercise.changes)
    rest = [one for one in exercise.derivations if not one.blocks]
    sure = [one for one in rest if one.truth is Truth.TRUE]
    open_ = [one for one in rest if one.truth is Truth.UNKNOWN]
    shaping = [one for one in (*sure, *open_) if one.kind in _SHAPING]
    sections = {
        "What keeps it back": [one for one in exercise.derivations if one.blocks],
        "What speaks for it": [one for one in sure if one.kind in _SPEAKING],
        f"How it would be done: step {exercise.step + 1} of {exercise.steps} of its dose": shaping,
        "What is preferred": [one for one in sure if one.kind is DerivationKind.PREFERENCE],
        "Not known, and not decisive": [one for one in open_ if one.kind not in _SHAPING],
        "Looked at, and does not hold": [one for one in rest if one.truth is Truth.FALSE],
    }
    for heading, told in sections.items():
        if told:
            page.heading(heading)
            for one in told:
                _derivation(page, one, "  ")
            if told is shaping:
                _caps(page, exercise.caps)


def _instead(page: _Page, found: NotChosen, name: str) -> None:
    if found.same_family:
        why = "Another exercise of its family was taken, and a programme has one of each."
    else:
        why = f"All {words.count(found.places, 'place')} of the programme went to others."
    page.put(why, 2)
    page.put(f"{name}: {_rank(found.own)}", 4)
    for other in found.instead:
        page.put(f"taken: {other.exercise}, {_rank(other)}", 4)


def _rank(ranked: Ranked) -> str:
    by = f" ({', '.join(ranked.demerited_by)})" if ranked.demerited_by else ""
    tier = ranked.tier.replace("_", " ")
    return f"{words.count(ranked.demerits, 'point')} against it{by}, {tier} activity"


def _changes(page: _Page, changes: Iterable[NearestChange]) -> None:
    for nearest in changes:
        wanted = [f"{change.needs}, was {change.was}" for change in nearest.changes]
        text = f"needs {'; and '.join(wanted)}" if wanted else "no answer can change it"
        if nearest.kind is DerivationKind.INDICATION:
            text = f"one way to a reason: {text}"
        page.put(f"{text} ({nearest.written})", 2, "- ")


def _person(page: _Page, explanation: Explanation) -> None:
    """What the person gets, the limits on all of it, and the rules that refer."""
    outcome = explanation.outcome
    page.put(f"What you get: {_gets(outcome)}")
    if outcome.referral is not None:
        for reason in outcome.referral.reasons:
            sure = "" if reason.sure else "could not be ruled out: "
            page.put(f"{sure}{reason.text} ({reason.rule})", 2, "- ")
    for asked in outcome.questions:
        page.put(f"{asked.ask} ({', '.join(asked.because)})", 2, "- ")
    if outcome.programme is not None:
        for prescription in outcome.programme.exercises:
            page.put(f"{prescription.name} ({prescription.exercise})", 2, "- ")
    if outcome.programme is not None and explanation.caps:
        page.heading("What limits the whole programme")
        for one in explanation.limits:
            if explanation.asked is None and one.truth is not Truth.FALSE:
                _derivation(page, one, "  ")
        _caps(page, explanation.caps)
    referring = [one for one in explanation.referrals if one.truth is not Truth.FALSE]
    if referring:
        page.heading("What refers, or could")
        for one in referring:
            _derivation(page, one, "  ")
    everybody = (*explanation.referrals, *explanation.limits)
    ruled_out = [one.written for one in everybody if one.truth is Truth.FALSE]
    if ruled_out:
        page.heading("Looked at for everybody, and does not hold")
        page.put(", ".join(dict.fromkeys(ruled_out)), 2)


def _gets(outcome: Outcome) -> str:
    if outcome.programme is not None:
        return "a programme"
    if outcome.referral is not None:
        to = words.seen_by(outcome.referral.to)
        return f"a referral to {to}, {words.URGENCY[outcome.referral.urgency]}"
    return "questions that must be answered first"


def _caps(page: _Page, caps: Iterable[Cap]) -> None:
    for cap in caps:
        at = cap.applied
        amount = cap.amount.removesuffix("_deg").removesuffix("_s").replace("_", " ")
        shown = (" and ".join(at) or "none") if isinstance(at, tuple) else f"at most {at}"
        page.put(f"in all: {amount} {shown}, set by {', '.join(cap.set_by)}", 2)


def _derivation(page: _Page, one: Derivation, margin: str) -> None:
    """A rule with its place, its sources, its reason where it may hold, and its condition."""
    page.put(f"{one.written}: {one.concludes}", 0, f"{margin}{page.mark(one.truth)} ")
    inner = margin + "  "
    page.put(f"{one.where}; sources: {', '.join(one.sources) or 'none'}", 0, inner)
    if one.failed:
        page.put("could not be evaluated, so it counts as not known", 0, inner)
    if one.truth is not Truth.FALSE and one.kind is not DerivationKind.STEP:
        page.put(one.because if one.truth is Truth.TRUE else f"if so: {one.because}", 0, inner)
    _node(page, one.condition, inner, last=True)


def _node(page: _Page, node: Node, margin: str, *, last: bool) -> None:
    lead, hang = page.branch(last=last)
    below: tuple[Node, ...] | tuple[Derivation, ...]
    if isinstance(node, Asked):
        was = node.was if node.was.startswith(("not known", "declined")) else f"was {node.was}"
        text, below = f"{node.says}, {was}", node.made_by
    elif node.children:
        text, below = _JOINED[node.kind], node.children
    else:
        text, below = "always" if node.kind is NodeKind.ALL else "never", ()
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
