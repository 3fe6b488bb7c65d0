"""Once a session is forgotten, what speaks for an easier form speaks for it still."""

from __future__ import annotations

from glutemed.model.decision import Standing
from glutemed.model.facts import Facts
from glutemed.model.rule import Prefer
from glutemed.model.ruleset import Ruleset
from glutemed.pipeline import decide, recommend

_RESPONSE, _PAIN = "response.", ".pain_during"
_LYING_FIRST = "surgeon/rather-without-weight"


def prefer_no_bolder(ruleset: Ruleset, kept: Facts, less: Facts) -> None:
    """No preference for a harder form begins to count, and none for an easier one stops.

    Args:
        ruleset: The rules. Those that read the pain during an exercise prefer an easier form.
        kept: A person.
        less: The same person, of whose record something is forgotten.
    """
    if recommend(less, ruleset).programme is None:
        return
    was, is_ = decide(kept, ruleset), decide(less, ruleset)
    for each in ruleset.rules:
        prefers, asks = each.conclusion, str(each.condition)
        if not isinstance(prefers, Prefer) or _RESPONSE not in asks:
            continue
        if _PAIN in asks or each.written == _LYING_FIRST:
            over = set(prefers.over.exercises) - set(prefers.touch.exercises)
            harder = any(is_.verdicts[one].standing is Standing.OFFERED for one in over)
            assert is_.true(each.id) or not (harder and was.true(each.id)), each.id
        else:
            assert was.true(each.id) or not is_.true(each.id), each.id
