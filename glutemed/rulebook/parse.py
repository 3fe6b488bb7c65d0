"""Texts → drafts: every file in two passes, first what it declares, then what speaks of that."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

import attrs

from glutemed.document import Mapping, Node, compose
from glutemed.model.diagnostic import Span, Text, suggestion
from glutemed.model.exercise import Exercise
from glutemed.model.facts import BUILT_IN, each_declarations
from glutemed.model.figure import Figure
from glutemed.model.frozen import Frozen
from glutemed.model.rule import DerivedValue, Hazard, Rule, ScoreSum
from glutemed.model.ruleset import (
    Case,
    ClinicalSource,
    HealthCondition,
    Pack,
    quantities,
)
from glutemed.model.vocabulary import FactDeclaration, Vocabulary
from glutemed.model.wording import shown
from glutemed.rulebook import cases, catalogue, contradictions, declarations, figures, rules
from glutemed.rulebook.conclusions import Names
from glutemed.rulebook.conditions import condition
from glutemed.rulebook.form import KEBAB, Findings, Form

SECTIONS = (
    "facts",
    "conditions",
    "derived",
    "scores",
    "rules",
    "exercises",
    "figures",
    "hazards",
    "sources",
    "cases",
)
Made = TypeVar("Made")


@attrs.frozen(kw_only=True)
class Page:
    """One file's heading and its sections, not yet understood."""

    pack: Pack
    when: Node | None
    sections: Frozen[str, tuple[Node, ...]] = attrs.field(eq=False)
    span: Span = attrs.field(eq=False)


@attrs.frozen(kw_only=True)
class Draft:
    """Everything that the files say, each thing as one value, not yet checked against the rest."""

    pages: tuple[Page, ...]
    vocabulary: Vocabulary
    conditions: tuple[HealthCondition, ...]
    derived: tuple[DerivedValue, ...]
    scores: tuple[ScoreSum, ...]
    sources: tuple[ClinicalSource, ...]
    exercises: tuple[Exercise, ...]
    figures: tuple[Figure, ...]
    rules: tuple[Rule, ...]
    hazards: tuple[Hazard, ...]
    watched: Frozen[str, tuple[str, ...]]
    cases: tuple[Case, ...]

    @property
    def computed(self) -> dict[str, DerivedValue | ScoreSum]:
        """The derived values and scores by name."""
        values: tuple[DerivedValue | ScoreSum, ...] = (*self.derived, *self.scores)
        return {value.name: value for value in values}

    @property
    def quantities(self) -> Frozen[str, FactDeclaration]:
        """Everything that a condition may ask about, by name."""
        return quantities(self.vocabulary, self.computed.values())


def parse(texts: Iterable[Text], findings: Findings) -> Draft:
    """What some rule files say; faults go to the findings."""
    pages = [page for text in texts if (page := _page(text, findings)) is not None]
    pages.sort(key=lambda page: (page.pack.name, page.span.text.name))
    _unlike(((page.pack.name, page.span) for page in pages), "pack", "GM243", findings)

    def every(section: str, make: Callable[[Node, str], Made | None]) -> tuple[Made, ...]:
        made = (make(node, page.pack.name) for page in pages for node in page.sections[section])
        return tuple(thing for thing in made if thing is not None)

    conditions = every("conditions", lambda n, p: declarations.health_condition(n, p, findings))
    conditions = _sorted(conditions, "condition", findings, "GM231")
    facts = every("facts", lambda node, pack: declarations.fact(node, pack, findings))
    _unlike(((fact.name, fact.span) for fact in facts), "fact", "GM231", findings)
    derived = every("derived", lambda node, pack: declarations.derived_value(node, pack, findings))
    _unlike(((value.name, value.span) for value in derived), "derived value", "GM231", findings)
    scores = every("scores", lambda node, pack: declarations.score_sum(node, pack, findings))
    _unlike(((value.name, value.span) for value in scores), "score", "GM231", findings)
    sources = every("sources", lambda node, _: declarations.clinical_source(node, findings))
    sources = _sorted(sources, "source", findings, "GM230")

    asked = _vocabulary(conditions, facts, findings)
    exercises = every("exercises", lambda n, p: catalogue.exercise(n, p, asked, findings))
    exercises = _sorted(exercises, "exercise", findings, "GM230")
    pictures = every("figures", lambda node, pack: figures.figure(node, pack, findings))
    pictures = _sorted(pictures, "figure", findings, "GM230")
    for exercise in exercises:
        asked.update(each_declarations(exercise.id, exercise.name))
    for page in pages:
        for node in page.sections["facts"]:
            name, against = contradictions.contradictions(node, page.pack.name, asked, findings)
            if against:
                asked[name] = attrs.evolve(asked[name], contradicts=against)
    named = quantities(Vocabulary(Frozen(asked)), (*derived, *scores))
    names = Names(
        quantities=named,
        attributes=catalogue.selectable(exercises),
        exercises=exercises,
        derived={value.name: value for value in derived},
        scores=frozenset(total.name for total in scores),
    )
    made: list[Rule] = []
    hazards: list[Hazard] = []
    for page in pages:
        when = condition(page.when, named, findings)
        for node in page.sections["rules"]:
            made.extend(rules.rules(node, page.pack.name, when, names, findings))
        for node in page.sections["hazards"]:
            hazard = rules.hazard(node, page.pack.name, names, findings)
            if hazard is not None:
                hazards.append(hazard)
    people = every("cases", lambda node, pack: cases.case(node, pack, findings))
    _unlike(((person.name, person.span) for person in people), "case", "GM230", findings)
    written = {rule.id: rule for rule in made}
    _unlike(((rule.id, rule.span) for rule in made), "rule", "GM230", findings)
    return Draft(
        pages=tuple(pages),
        vocabulary=Vocabulary(Frozen(asked)),
        conditions=conditions,
        derived=tuple(sorted(derived, key=lambda value: value.name)),
        scores=tuple(sorted(scores, key=lambda total: total.name)),
        sources=sources,
        exercises=exercises,
        figures=pictures,
        rules=tuple(written[identity] for identity in sorted(written)),
        hazards=_sorted(tuple(hazards), "hazard", findings, "GM230"),
        watched=Frozen({hazard.id: rules.touched_by(hazard, names) for hazard in hazards}),
        cases=people,
    )


def _page(text: Text, findings: Findings) -> Page | None:
    node, diagnostics = compose(text)
    findings.extend(diagnostics)
    if node is None:
        if not diagnostics:
            advice = "it begins with `pack:` and `version:`"
            findings.error("GM108", "this rule file is empty", Span(text, 0, 0), advice)
        return None
    if not isinstance(node, Mapping):
        findings.error(
            "GM108",
            "a rule file must be a mapping of keys to values",
            node.span,
            "it begins with `pack:` and `version:`; rules stand under `rules:`",
        )
        return None
    form = Form(node, findings, "rule file")
    pack = Pack(
        name=form.name("pack", KEBAB, "like `surgeon`"),
        version=form.text("version"),
        title=form.text("title", default=""),
    )
    when = form.node("when", required=False)
    sections = {section: form.items(section) for section in SECTIONS}
    form.close()
    if not pack.name:
        pack = attrs.evolve(pack, name="nameless")
    return Page(pack=pack, when=when, sections=Frozen(sections), span=form.key_span("pack"))


def _vocabulary(
    conditions: tuple[HealthCondition, ...],
    facts: tuple[FactDeclaration, ...],
    findings: Findings,
) -> dict[str, FactDeclaration]:
    asked = dict(BUILT_IN)
    # What hurts somewhere at the knee is read out before what else a person may have.
    conditions = tuple(sorted(conditions, key=lambda found: (not found.felt_at, found.id)))
    asked["complaint.conditions"] = attrs.evolve(
        BUILT_IN["complaint.conditions"],
        values=tuple(found.id for found in conditions),
        words=Frozen({found.id: found.name for found in conditions}),
        silent_absent=frozenset(found.id for found in conditions if found.silent_absent),
    )
    for fact in facts:
        asked.setdefault(fact.name, fact)
    for fact in facts:
        if fact.after and fact.after not in asked:
            findings.error(
                "GM210",
                f"fact `{fact.name}` is asked after `{shown(fact.after)}`, which is no fact",
                fact.span,
                suggestion(fact.after, asked) or "`glutemed facts` lists them",
            )
    return asked


def _unlike(named: Iterable[tuple[str, Span]], what: str, code: str, findings: Findings) -> None:
    seen: dict[str, Span] = {}
    for name, span in named:
        if name in seen:
            findings.error(
                code, f"{what} `{shown(name)}` is there twice", span, f"first at {seen[name].where}"
            )
        seen.setdefault(name, span)


_Named = TypeVar("_Named", HealthCondition, ClinicalSource, Exercise, Figure, Hazard)


def _sorted(
    things: tuple[_Named, ...], what: str, findings: Findings, code: str
) -> tuple[_Named, ...]:
    _unlike(((thing.id, thing.span) for thing in things), what, code, findings)
    first = {thing.id: thing for thing in reversed(things)}
    return tuple(first[identity] for identity in sorted(first))
