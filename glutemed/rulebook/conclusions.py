"""Nodes → conclusions: one reader a kind."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from glutemed.document import Node, Scalar, Sequence
from glutemed.model.diagnostic import suggestion
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
from glutemed.model.wording import shown
from glutemed.rulebook.catalogue import selected
from glutemed.rulebook.conditions import condition
from glutemed.rulebook.form import Form, mappings, was

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
_OF_EXERCISES = (*EXERCISE_LIMITS, "working_sides")
_LIMITS = (*_OF_EXERCISES, *PROGRAMME_LIMITS)
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
    if len(kinds) > 1 and then.sound:
        listed = " and ".join(f"`{kind}`" for kind in kinds)
        then.fault(
            "GM240", f"a rule has one conclusion, not {listed}", then.head, "write a rule for each"
        )
    if not kinds and then.sound:
        written = next((str(key.value) for key, _ in mappings(node)), "")
        then.fault(
            "GM240",
            f"`{shown(written)}` is no conclusion" if written else "this concludes nothing",
            then.head,
            suggestion(written, KINDS) or "it may be " + ", ".join(KINDS),
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
    every = selected(selector, names.exercises, names.attributes)
    counts = {exercise.id for exercise in names.exercises if exercise.depth_counts or not depth}
    found = tuple(exercise for exercise in every if exercise in counts)
    if every and not found:
        then.fault(
            "GM221",
            f"`{key}` selects only exercises whose bent knee carries nothing",
            then.value_span(key),
            "`knee_flexion_deg` limits only `weight_bearing` of `both_legs` or `one_leg`",
        )
    elif not found and key in then:
        then.fault(
            "GM221",
            f"`{key}` selects no exercise",
            then.value_span(key),
            "`glutemed exercises` lists them",
        )
    return Touch(selector, found)


def _refer(then: Form, names: Names) -> tuple[Conclusion, ...]:
    words = tuple(urgency.word for urgency in reversed(Urgency))
    urgency = then.choice("refer", words)
    to = then.choices("to", SEEN_BY, least=1, most=len(SEEN_BY))
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
    then.node("for", required=False)
    if not amounts:
        then.fault(
            "GM203",
            "`limit` must be a mapping of amounts",
            then.value_span("limit"),
            "like `{knee_flexion_deg: 45}`",
        )
        return ()
    whole = [key for key, _ in amounts if str(key.value) in PROGRAMME_LIMITS]
    made: list[Conclusion] = []
    if whole:
        others = [shown(key.value) for key, _ in amounts if str(key.value) in _OF_EXERCISES]
        if others:
            then.fault(
                "GM239",
                f"`{whole[0].value}` limits the whole programme, `{others[0]}` single exercises",
                whole[0].span,
                "write a rule for each",
            )
        elif "for" in then:
            then.fault(
                "GM239",
                f"`{whole[0].value}` limits the whole programme, so it takes no `for`",
                then.key_span("for"),
            )
        for key, value in amounts:
            if str(key.value) in PROGRAMME_LIMITS:
                least, most = PROGRAMME_LIMITS[str(key.value)]
                at = then.number(value, least, most, f"`{key.value}`")
                made.append(Limit(str(key.value), at, None))
            elif str(key.value) not in _OF_EXERCISES:
                then.one_of(Scalar(str(key.value), key.span), _LIMITS, "`limit`")
        return tuple(made)
    if "for" not in then:
        unknown = [key for key, _ in amounts if str(key.value) not in _LIMITS]
        for key in unknown:
            then.one_of(Scalar(str(key.value), key.span), _LIMITS, "`limit`")
        if len(unknown) < len(amounts):
            then.fault(
                "GM239",
                "this limit does not say for which exercises",
                then.key_span("limit"),
                "add `for:` with a selector; `for: {}` is all of them",
            )
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
            then.one_of(Scalar(amount, key.span), _LIMITS, "`limit`")
    return tuple(made)


def _sides(then: Form, node: Node) -> tuple[str, ...]:
    items = node.items if isinstance(node, Sequence) else ()
    found = {item.value for item in items if isinstance(item, Scalar)}
    if not found or not found <= set(SIDES):
        then.fault(
            "GM203",
            f"`working_sides` must be a list of left and right{was(node)}",
            node.span,
            "like `[left]`",
        )
    return tuple(side for side in SIDES if side in found)


def _derive(then: Form, names: Names) -> tuple[Conclusion, ...]:
    made: list[Conclusion] = []
    for key, value in mappings(then.node("derive") or Scalar(None, then.span)):
        name = str(key.value)
        if name not in names.derived:
            then.fault(
                "GM233",
                f"no derived value is called `{shown(name)}`",
                key.span,
                suggestion(name, names.derived) or "declare it under `derived:`",
            )
            continue
        values = names.derived[name].values
        word = then.one_of(value, values, f"`{name}`")
        made.append(Derive(name, word, values.index(word)))
    if len(made) != 1 and then.sound:
        then.fault(
            "GM203",
            "`derive` must name one value",
            then.value_span("derive"),
            "like `{derived.irritability: high}`",
        )
    return tuple(made[:1])


def _score(then: Form, names: Names) -> tuple[Conclusion, ...]:
    made: list[Conclusion] = []
    for key, value in mappings(then.node("score") or Scalar(None, then.span)):
        name = str(key.value)
        if name not in names.scores:
            then.fault(
                "GM233",
                f"no score is called `{shown(name)}`",
                key.span,
                suggestion(name, names.scores) or "declare it under `scores:`",
            )
            continue
        made.append(Score(name, then.number(value, -1000, 1000, f"`{name}`")))
    if len(made) != 1 and then.sound:
        then.fault(
            "GM203",
            "`score` must name one sum",
            then.value_span("score"),
            "like `{score.calf_vein: 1}`",
        )
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
