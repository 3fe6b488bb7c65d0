"""Nodes → conclusions: one reader a kind."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from glutemed.document import Node, Scalar, Sequence
from glutemed.model.exercise import DOSE_LIMITS, SIDES, STAGES, Exercise
from glutemed.model.rule import (
    SEEN_BY,
    Advise,
    Caution,
    Conclusion,
    Contraindicate,
    Derive,
    DerivedValue,
    Indicate,
    Limit,
    Prefer,
    Refer,
    Score,
    Touch,
    Urgency,
)
from glutemed.model.vocabulary import FactDeclaration
from glutemed.rulebook.catalogue import selected
from glutemed.rulebook.conditions import condition
from glutemed.rulebook.form import Form, mappings

KINDS = (
    "refer",
    "contraindicate",
    "caution",
    "indicate",
    "prefer",
    "limit",
    "derive",
    "score",
    "advise",
)
PROGRAMME_LIMITS: Mapping[str, tuple[int, int]] = {
    "stage": (min(STAGES), max(STAGES)),
    "exercises": (1, 5),
    "sessions_per_week": (1, 14),
    "review_weeks": (1, 26),
}
EXERCISE_LIMITS: Mapping[str, tuple[int, int]] = {
    "knee_flexion_deg": (0, 150),
    "sets": (1, 10),
    "reps": (1, 100),
    "hold_s": (0, 300),
    "effort": (1, 10),
}
assert {*DOSE_LIMITS, "knee_flexion_deg"} == set(EXERCISE_LIMITS)


@attrs.frozen(kw_only=True)
class Names:
    """Everything that rules may speak of."""

    quantities: Mapping[str, FactDeclaration]
    attributes: Mapping[str, FactDeclaration]
    exercises: tuple[Exercise, ...]
    derived: Mapping[str, DerivedValue]
    scores: frozenset[str]


def conclusions(form: Form, names: Names) -> tuple[Conclusion, ...]:
    """What the ``then:`` of a rule concludes: one kind, several only where it limits several amounts."""
    node = form.node("then")
    if node is None:
        return ()
    then = Form(node, form.findings, "conclusion")
    kinds = [kind for kind in KINDS if kind in then]
    if len(kinds) != 1 and then.sound:
        then.fault(
            "GM240",
            "a rule has one conclusion" if kinds else "this concludes nothing",
            then.head,
            "it may be " + ", ".join(KINDS) if not kinds else "write a rule for each",
        )
    if not kinds or not then.sound:
        return ()
    made = _READERS[kinds[0]](then, names)
    each = "each" in form
    if each and any(not isinstance(getattr(part, "touch", None), Touch) for part in made):
        form.fault(
            "GM241",
            f"`each: exercise` means nothing for `{kinds[0]}` here",
            form.key_span("each"),
            "its conclusion must select exercises",
        )
    if not then.close():
        return ()
    return made


def _touch(then: Form, key: str, names: Names, *, depth: bool = False) -> Touch:
    before = len(then.findings.found)
    selector = condition(
        then.node(key), names.attributes, then.findings, what="attribute of an exercise"
    )
    if len(then.findings.found) > before:
        then.sound = False
        return Touch(selector)
    exercises = [e for e in names.exercises if e.depth_counts or not depth]
    found = selected(selector, exercises, names.attributes)
    if not found and key in then:
        then.fault(
            "GM221", f"`{key}` selects no exercise", then.key_span(key), "see `glutemed exercises`"
        )
    return Touch(selector, found)


def _refer(then: Form, names: Names) -> tuple[Conclusion, ...]:
    words = tuple(urgency.word for urgency in reversed(Urgency))
    urgency = then.choice("refer", words)
    to = then.texts("to", least=1, most=len(SEEN_BY))
    for word in to:
        if word not in SEEN_BY:
            then.fault(
                "GM205",
                f"`to` cannot be `{word}`",
                then.key_span("to"),
                "it may be " + ", ".join(SEEN_BY),
            )
    return (Refer(Urgency[urgency.upper()], tuple(sorted(set(to))), then.text("now")),)


def _contraindicate(then: Form, names: Names) -> tuple[Conclusion, ...]:
    return (Contraindicate(_touch(then, "contraindicate", names)),)


def _caution(then: Form, names: Names) -> tuple[Conclusion, ...]:
    return (Caution(_touch(then, "caution", names), then.text("note")),)


def _indicate(then: Form, names: Names) -> tuple[Conclusion, ...]:
    return (Indicate(_touch(then, "indicate", names)),)


def _prefer(then: Form, names: Names) -> tuple[Conclusion, ...]:
    return (
        Prefer(
            _touch(then, "prefer", names),
            _touch(then, "over", names),
            then.whole("strength", 1, 3),
        ),
    )


def _limit(then: Form, names: Names) -> tuple[Conclusion, ...]:
    amounts = list(mappings(then.node("limit") or Scalar(None, then.span)))
    if not amounts:
        then.fault("GM203", "`limit` must be a mapping of amounts", then.key_span("limit"))
    whole = [key for key, _ in amounts if str(key.value) in PROGRAMME_LIMITS]
    made: list[Conclusion] = []
    if whole:
        if "for" in then or len(whole) < len(amounts):
            then.fault(
                "GM239",
                f"`{whole[0].value}` limits the whole programme, so it takes no `for`",
                whole[0].span,
            )
        then.node("for", required=False)
        for key, value in amounts:
            if str(key.value) in PROGRAMME_LIMITS:
                least, most = PROGRAMME_LIMITS[str(key.value)]
                at = then.number(value, least, most, f"`{key.value}`")
                made.append(Limit(str(key.value), at, None))
        return tuple(made)
    if "for" not in then:
        then.fault("GM239", "this limit needs a `for`", then.key_span("limit"), "`for: {}` is all")
        return ()
    for key, value in amounts:
        amount = str(key.value)
        touch = _touch(then, "for", names, depth=amount == "knee_flexion_deg")
        if amount == "working_sides":
            made.append(Limit(amount, _sides(then, value), touch))
        elif amount in EXERCISE_LIMITS:
            least, most = EXERCISE_LIMITS[amount]
            made.append(Limit(amount, then.number(value, least, most, f"`{amount}`"), touch))
        else:
            known = (*EXERCISE_LIMITS, "working_sides", *PROGRAMME_LIMITS)
            then.one_of(Scalar(amount, key.span), known, "`limit`")
    return tuple(made)


def _sides(then: Form, node: Node) -> tuple[str, ...]:
    items = node.items if isinstance(node, Sequence) else ()
    found = {item.value for item in items if isinstance(item, Scalar)}
    if not found or not found <= set(SIDES):
        then.fault("GM203", "`working_sides` must be a list of left and right", node.span)
    return tuple(side for side in SIDES if side in found)


def _derive(then: Form, names: Names) -> tuple[Conclusion, ...]:
    made: list[Conclusion] = []
    for key, value in mappings(then.node("derive") or Scalar(None, then.span)):
        name = str(key.value)
        if name not in names.derived:
            then.fault("GM233", f"no derived value is called `{name}`", key.span)
            continue
        values = names.derived[name].values
        word = then.one_of(value, values, f"`{name}`")
        made.append(Derive(name, word, values.index(word)))
    if len(made) != 1 and then.sound:
        then.fault("GM203", "`derive` names one value", then.key_span("derive"))
    return tuple(made[:1])


def _score(then: Form, names: Names) -> tuple[Conclusion, ...]:
    made: list[Conclusion] = []
    for key, value in mappings(then.node("score") or Scalar(None, then.span)):
        name = str(key.value)
        if name not in names.scores:
            then.fault("GM233", f"no score is called `{name}`", key.span)
            continue
        made.append(Score(name, then.number(value, -1000, 1000, f"`{name}`")))
    if len(made) != 1 and then.sound:
        then.fault("GM203", "`score` names one sum", then.key_span("score"))
    return tuple(made[:1])


def _advise(then: Form, names: Names) -> tuple[Conclusion, ...]:
    text = then.text("advise")
    return (Advise(text, then.choice("shown", ("advice", "stop"), default="advice") == "stop"),)


_READERS = {
    "refer": _refer,
    "contraindicate": _contraindicate,
    "caution": _caution,
    "indicate": _indicate,
    "prefer": _prefer,
    "limit": _limit,
    "derive": _derive,
    "score": _score,
    "advise": _advise,
}
