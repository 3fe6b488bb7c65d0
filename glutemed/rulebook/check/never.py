"""Every rule can hold for somebody: what it asks, and what its whole file asks, can be so together."""

from __future__ import annotations

from glutemed.model.condition import ALWAYS
from glutemed.reading.runs import Every, Lowered, Run, Some, Variable, Within, lower
from glutemed.rulebook.conditions import condition
from glutemed.rulebook.form import Findings
from glutemed.rulebook.parse import Draft

Runs = dict[Variable, tuple[Run, ...]]


def check(draft: Draft, findings: Findings) -> None:
    """Warn of rules that the ``when`` of their own file makes impossible (GM227).

    Only what comparisons of one fact with constants show: what follows from how rules derive values
    is left to the solver of ``rules prove``.
    """
    quantities = draft.quantities
    pages = {page.pack.name: page for page in draft.pages if page.when is not None}
    for rule in draft.rules:
        if rule.pack not in pages or rule.condition == ALWAYS:
            continue
        whole = lower(condition(pages[rule.pack].when, quantities, Findings()), quantities)
        if can_hold(whole) and not can_hold(lower(rule.condition, quantities)):
            findings.warning(
                "GM227",
                f"`{rule.written}` can never hold: the `when` at the top of its file "
                "rules out what it asks",
                rule.span,
                "that `when` joins every rule of the file; put this rule into a file of its own",
            )


def can_hold(asked: Lowered, known: Runs | None = None) -> bool:
    """Whether no comparison contradicts another; a condition that it denies is never TRUE.

    Args:
        asked: The condition.
        known: In which runs some variables lie, because of what stands around it.
    """
    bounds, choices = dict(known or {}), list[Some]()
    waiting = [asked]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Every):
            waiting.extend(part.children)
        elif isinstance(part, Some):
            choices.append(part)
        else:
            bounds[part.variable] = _within(part, bounds)
    if not all(bounds.values()):
        return False
    return all(any(can_hold(child, bounds) for child in part.children) for part in choices)


def _within(part: Within, bounds: Runs) -> tuple[Run, ...]:
    """What a variable may be by a comparison and by what was known before."""
    variable = part.variable
    before = bounds.get(variable, ((variable.least, variable.most),))
    both = ((max(a, c), min(b, d)) for a, b in before for c, d in part.runs)
    return tuple(run for run in both if run[0] <= run[1])
