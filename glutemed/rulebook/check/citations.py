"""Every source that is cited is there."""

from __future__ import annotations

from glutemed.document import Mapping, Node, Scalar, Sequence
from glutemed.model.diagnostic import suggestion
from glutemed.model.wording import shown
from glutemed.rulebook.form import Findings, elsewhere
from glutemed.rulebook.parse import Draft

_CITING = ("conditions", "rules", "exercises", "hazards")


def check(draft: Draft, findings: Findings) -> None:
    """Report citations of sources that no file has (GM222), in things with other faults too."""
    known = {source.id for source in draft.sources}
    for page in draft.pages:
        for node in (node for section in _CITING for node in page.sections[section]):
            for cited in _cited(node):
                if cited.value not in known:
                    findings.error(
                        "GM222",
                        f"no source is called `{shown(cited.value)}`",
                        cited.span,
                        elsewhere(
                            cited.span,
                            suggestion(str(cited.value), known) or "add it under `sources:`",
                        ),
                    )


def _cited(node: Node) -> list[Scalar]:
    listed = node.get("sources") if isinstance(node, Mapping) else None
    items = listed.items if isinstance(listed, Sequence) else ()
    return [item for item in items if isinstance(item, Scalar) and isinstance(item.value, str)]
