"""Safe exercise programmes for sore knees, from rules that a clinician can read.

    >>> from glutemed import load_ruleset, read_facts, recommend
    >>> ruleset = load_ruleset()
    >>> recommend(read_facts({"screening": "clear"}, ruleset), ruleset).kind.value
    'questions'

Everything public is here; importing it is cheap, and each name is loaded when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from glutemed.answer_code import CodeRefused as CodeRefused
    from glutemed.answer_code import code_of as code_of
    from glutemed.answer_code import facts_of as facts_of
    from glutemed.intake import to_dict as to_dict
    from glutemed.model.condition import Truth as Truth
    from glutemed.model.decision import Clearance as Clearance
    from glutemed.model.decision import Decision as Decision
    from glutemed.model.decision import Standing as Standing
    from glutemed.model.diagnostic import Diagnostic as Diagnostic
    from glutemed.model.errors import EngineFailed as EngineFailed
    from glutemed.model.errors import FactsInvalid as FactsInvalid
    from glutemed.model.errors import GlutemedError as GlutemedError
    from glutemed.model.errors import HazardBroken as HazardBroken
    from glutemed.model.errors import ReadingsDisagree as ReadingsDisagree
    from glutemed.model.errors import RulesInvalid as RulesInvalid
    from glutemed.model.errors import UnknownName as UnknownName
    from glutemed.model.explanation import Explanation as Explanation
    from glutemed.model.facts import UNKNOWN as UNKNOWN
    from glutemed.model.facts import Complaint as Complaint
    from glutemed.model.facts import Equipment as Equipment
    from glutemed.model.facts import ExerciseResponse as ExerciseResponse
    from glutemed.model.facts import Facts as Facts
    from glutemed.model.facts import History as History
    from glutemed.model.facts import Members as Members
    from glutemed.model.facts import Person as Person
    from glutemed.model.facts import Response as Response
    from glutemed.model.facts import Screening as Screening
    from glutemed.model.outcome import Outcome as Outcome
    from glutemed.model.outcome import OutcomeKind as OutcomeKind
    from glutemed.model.rule import Urgency as Urgency
    from glutemed.model.ruleset import Ruleset as Ruleset
    from glutemed.pipeline import decide as decide
    from glutemed.pipeline import explain as explain
    from glutemed.pipeline import load_ruleset as load_ruleset
    from glutemed.pipeline import read_facts as read_facts
    from glutemed.pipeline import recommend as recommend
    from glutemed.pipeline import signature as signature
    from glutemed.render.handout import GlyphMissing as GlyphMissing
    from glutemed.render.handout import NoSheet as NoSheet
    from glutemed.render.handout import Occasion as Occasion
    from glutemed.render.handout import PdfMissing as PdfMissing
    from glutemed.render.handout import Sheet as Sheet
    from glutemed.render.handout import as_html as as_html
    from glutemed.render.handout import as_pdf as as_pdf
    from glutemed.render.handout import handout as handout
    from glutemed.render.human import as_text as as_text
    from glutemed.render.json import as_json as as_json
    from glutemed.render.markdown import as_markdown as as_markdown
    from glutemed.render.schema import facts_schema as facts_schema

_HOME = {
    "CodeRefused": "answer_code",
    "code_of": "answer_code",
    "facts_of": "answer_code",
    "to_dict": "intake",
    "Truth": "model.condition",
    "Clearance": "model.decision",
    "Decision": "model.decision",
    "Standing": "model.decision",
    "Diagnostic": "model.diagnostic",
    "EngineFailed": "model.errors",
    "FactsInvalid": "model.errors",
    "GlutemedError": "model.errors",
    "HazardBroken": "model.errors",
    "ReadingsDisagree": "model.errors",
    "RulesInvalid": "model.errors",
    "UnknownName": "model.errors",
    "Explanation": "model.explanation",
    "UNKNOWN": "model.facts",
    "Complaint": "model.facts",
    "Equipment": "model.facts",
    "ExerciseResponse": "model.facts",
    "Facts": "model.facts",
    "History": "model.facts",
    "Members": "model.facts",
    "Person": "model.facts",
    "Response": "model.facts",
    "Screening": "model.facts",
    "Outcome": "model.outcome",
    "OutcomeKind": "model.outcome",
    "Urgency": "model.rule",
    "Ruleset": "model.ruleset",
    "decide": "pipeline",
    "explain": "pipeline",
    "load_ruleset": "pipeline",
    "read_facts": "pipeline",
    "recommend": "pipeline",
    "signature": "pipeline",
    "GlyphMissing": "render.handout",
    "NoSheet": "render.handout",
    "Occasion": "render.handout",
    "PdfMissing": "render.handout",
    "Sheet": "render.handout",
    "as_html": "render.handout",
    "as_pdf": "render.handout",
    "handout": "render.handout",
    "facts_schema": "render.schema",
    "as_json": "render.json",
    "as_text": "render.human",
    "as_markdown": "render.markdown",
}

__all__ = sorted(_HOME)  # noqa: PLE0605


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from glutemed.model.version import VERSION

        return VERSION
    if name in _HOME:
        value = getattr(import_module(f"glutemed.{_HOME[name]}"), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module 'glutemed' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
