"""Nodes → rules and hazards."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from glutemed.document import Mapping as MappingNode
from glutemed.document import Node, Scalar, Sequence
from glutemed.model.condition import ALWAYS, Compare, Condition, Truth, both
from glutemed.model.exercise import PRESCRIBED
from glutemed.model.facts import FactValue, Members
from glutemed.model.frozen import Frozen
from glutemed.model.rule import (
    Advise,
    Conclusion,
    Example,
    Hazard,
    Limit,
    Rule,
    Touch,
)
from glutemed.model.vocabulary import FactDeclaration, Kind
from glutemed.model.wording import shown
from glutemed.rulebook.catalogue import date, selected, without_prescribed
from glutemed.rulebook.conclusions import Names, conclusions
from glutemed.rulebook.conditions import condition
from glutemed.rulebook.form import KEBAB, Findings, Form, in_truth, mappings, was


def rules(
    node: Node, pack: str, when: Condition, names: Names, findings: Findings
) -> tuple[Rule, ...]:
    """One entry of ``rules:``; several ground rules where it says ``each: exercise``."""
    form = Form(node, findings, "rule")
    identity = form.name("id", KEBAB, "like `keep-squats-shallow`")
    each = form.choice("each", ("exercise",), default="") == "exercise"
    before = len(findings.found)
    concluded = conclusions(form, names)
    first = names.exercises[0].id if names.exercises else "none"
    asked = _asked(form, names, each_of=first if each else "")
    condition_given = asked != ALWAYS or when != ALWAYS
    rule = Rule(
        id=f"{pack}/{identity}",
        written=f"{pack}/{identity}",
        pack=pack,
        condition=both(when, asked),
        conclusion=Advise(""),
        because=form.text("because"),
        sources=form.texts("sources", least=0, most=40),
        reviewed=date(form, "reviewed"),
        examples=_examples(
            form, names, condition_given=condition_given, each_of=first if each else ""
        ),
        span=form.key_span("id"),
    )
    _cited(form)
    for conclusion in concluded:
        if isinstance(conclusion, Advise) and conclusion.stop and condition_given:
            form.fault(
                "GM238",
                "advice on when to stop must have no condition",
                form.key_span("when"),
                "it is shown to everybody",
            )
    form.close()
    if not identity or not concluded or len(findings.found) > before:
        return ()
    if not each:
        if len(concluded) == 1:
            return (attrs.evolve(rule, conclusion=concluded[0]),)
        return tuple(
            attrs.evolve(rule, id=f"{rule.id}:{_amount(part)}", conclusion=part)
            for part in concluded
        )
    return tuple(
        attrs.evolve(
            rule,
            id=f"{rule.id}:{exercise}" + (f":{_amount(part)}" if len(concluded) > 1 else ""),
            condition=both(when, _asked(form, names, each_of=exercise)),
            conclusion=_about(part, exercise),
            exercise=exercise,
            examples=rule.examples if exercise == first else (),
        )
        for part in concluded
        for exercise in _touched(part)
    )


def _cited(form: Form) -> None:
    node = form.node("sources")
    if isinstance(node, Sequence) and not node.items:
        form.fault(
            "GM223",
            f"this {form.what} cites no source",
            form.key_span("sources"),
            "say what it rests on, and add that under `sources:` of a file",
        )


def _amount(conclusion: Conclusion) -> str:
    return conclusion.amount if isinstance(conclusion, Limit) else ""


def _touched(conclusion: Conclusion) -> tuple[str, ...]:
    touch = getattr(conclusion, "touch", None)
    return touch.exercises if touch is not None else ()


def _about(conclusion: Conclusion, exercise: str) -> Conclusion:
    touch: Touch = conclusion.touch  # type: ignore[union-attr, assignment]
    return attrs.evolve(conclusion, touch=Touch(touch.selector, (exercise,)))  # type: ignore[arg-type]


def _asked(form: Form, names: Names, *, each_of: str) -> Condition:
    prefix = f"response.each.{each_of}" if each_of else ""
    return condition(
        form.node("when", required=False), names.quantities, form.findings, prefix=prefix
    )


def _examples(
    form: Form, names: Names, *, condition_given: bool, each_of: str
) -> tuple[Example, ...]:
    found = []
    prefix = f"response.each.{each_of}" if each_of else ""
    items = form.items("examples")
    listed = form.node("examples", required=False)
    if condition_given and not items and (listed is None or isinstance(listed, Sequence)):
        whole = "" if "when" in form else ", that of the whole file,"
        form.fault(
            "GM226",
            f"this rule has a condition{whole} and no example",
            form.key_span("examples"),
            "add one under `examples:`, like `{given: {complaint.pain_usual: 6}, fires: true}`",
        )
    for node in items:
        inner = Form(node, form.findings, "example")
        given = inner.node("given", required=False)
        fires = inner.node("fires")
        said = fires.value if isinstance(fires, Scalar) else None
        if fires is not None and not isinstance(said, bool) and said != "unknown":
            message = f"`fires` must be true, false or unknown{was(fires)}"
            inner.fault("GM203", message, fires.span, in_truth(fires))
        inner.close()
        values = _given(given, names.quantities, form.findings, prefix) if given else {}
        fires_as = Truth.TRUE if said is True else Truth.FALSE if said is False else Truth.UNKNOWN
        found.append(Example(Frozen(values), fires_as, node.span))
    return tuple(found)


def _given(
    node: Node, quantities: Mapping[str, FactDeclaration], findings: Findings, prefix: str
) -> dict[str, FactValue]:
    """The facts of an example, by full name; a derived value may be given too."""
    values: dict[str, FactValue] = {}
    if not isinstance(node, MappingNode):
        findings.error("GM203", "`given` must be a mapping of facts", node.span)
    for key, item in mappings(node):
        name = str(key.value)
        if prefix and name.startswith("this."):
            name = f"{prefix}.{name.removeprefix('this.')}"
        declared = quantities.get(name)
        is_set = declared is not None and declared.kind is Kind.SET
        if is_set and not isinstance(item, Sequence):
            findings.error(
                "GM203",
                f"an example gives `{shown(name)}`, a set, as the list of what is in it",
                item.span,
                f"write `[{shown(item.value)}]`"
                if isinstance(item, Scalar)
                else "what it does not name is absent where that is declared with `silence: absent`, "
                "and else unknown; only a case can say what is absent",
            )
            continue
        if is_set and isinstance(item, Sequence) and not item.items:
            values[name] = Members()
            continue
        wanted = MappingNode(((Scalar("includes" if is_set else "is", key.span), item),), item.span)
        asked = MappingNode(((Scalar(name, key.span), wanted),), item.span)
        found = condition(asked, quantities, findings)
        if isinstance(found, Compare):
            words = found.constants
            values[name] = Members(present=map(str, words)) if is_set else words[0]
    return values


def hazard(node: Node, pack: str, names: Names, findings: Findings) -> Hazard | None:
    """One entry of ``hazards:``."""
    form = Form(node, findings, "hazard")
    identity = form.name("id", KEBAB, "like `no-deep-loaded-bend`")
    before = len(findings.found)
    bounds = {**names.attributes, **PRESCRIBED}
    never = condition(form.node("never"), bounds, findings, what="attribute or amount")
    when = condition(form.node("when", required=False), names.quantities, findings)
    if len(findings.found) == before and "never" in form:
        static = without_prescribed(never, names.attributes)
        if not selected(static, names.exercises, names.attributes):
            form.fault(
                "GM221",
                "`never` selects no exercise",
                form.value_span("never"),
                "`glutemed exercises` lists them",
            )
    made = Hazard(
        id=f"{pack}/{identity}",
        when=when,
        never=never,
        because=form.text("because"),
        sources=form.texts("sources", least=0, most=40),
        span=form.key_span("id"),
    )
    _cited(form)
    form.close()
    return made if identity else None


def touched_by(hazard: Hazard, names: Names) -> tuple[str, ...]:
    """The exercises that a hazard may be about, whatever is prescribed."""
    static = without_prescribed(hazard.never, names.attributes)
    return selected(static, names.exercises, names.attributes)
