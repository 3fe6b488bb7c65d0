"""Nodes → what the answers to a fact cannot be right beside. Read once every fact is known."""

from __future__ import annotations

from collections.abc import Mapping as Lookup

from glutemed.document import Mapping, Node, Scalar, Sequence
from glutemed.model.condition import leaves
from glutemed.model.vocabulary import Contradiction, FactDeclaration
from glutemed.rulebook.conditions import condition
from glutemed.rulebook.form import Findings, Form


def contradictions(
    node: Node, pack: str, asked: Lookup[str, FactDeclaration], findings: Findings
) -> tuple[str, tuple[Contradiction, ...]]:
    """The name of a fact, and what stands under its ``contradicts:``.

    Args:
        node: One entry of ``facts:``, whose other keys are read elsewhere.
        pack: The pack that it is in; a fact that another pack declares keeps what that one says.
        asked: Every fact.
        findings: Where faults go.
    """
    entries = node.entries if isinstance(node, Mapping) else ()
    given = {str(key.value): value for key, value in entries}
    name, listed = given.get("name"), given.get("contradicts")
    if not isinstance(name, Scalar) or not isinstance(listed, Sequence):
        return "", ()
    declared = asked.get(str(name.value))
    if declared is None or declared.pack != pack:
        return "", ()
    made = (_contradiction(item, declared, asked, findings) for item in listed.items)
    return declared.name, tuple(found for found in made if found is not None)


def _contradiction(
    node: Node, declared: FactDeclaration, asked: Lookup[str, FactDeclaration], findings: Findings
) -> Contradiction | None:
    form = Form(node, findings, "contradiction")
    when = condition(form.node("when"), asked, findings)
    because = form.text("because")
    form.close()
    read = [leaf.fact for leaf in leaves(when)]
    if form.sound and read and (declared.name not in read or len({*read}) == 1):
        form.fault(
            "GM228",
            f"this contradiction must speak of `{declared.name}` and of another fact",
            form.key_span("when"),
            "it holds of nobody: what is answered here, and what is said elsewhere",
        )
    if not form.sound or not read:
        return None
    return Contradiction(when=when, because=because, span=form.key_span("when"))
