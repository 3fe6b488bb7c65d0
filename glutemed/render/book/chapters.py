"""A ruleset → the pages of its book."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from glutemed.model.condition import ALWAYS, leaves
from glutemed.model.rule import Hazard, Refer, Rule, Urgency
from glutemed.model.ruleset import ClinicalSource, HealthCondition, Pack, Ruleset
from glutemed.reading.english import english
from glutemed.render import rule_words, words
from glutemed.render.book.families import family_page, selected
from glutemed.render.book.page import (
    Block,
    Fields,
    Heading,
    Inline,
    Line,
    Link,
    Page,
    Paragraph,
    Table,
    Word,
)
from glutemed.render.book.references import cited, exercise_link, family_of, rule_link


def book(ruleset: Ruleset) -> tuple[Page, ...]:
    """The pages, the table of contents first.

    One page a pack that says something, one a family of exercises, and the red flags, the hazards
    and the sources.
    """
    rules = rule_words.written(ruleset)
    spoken = [pack for pack in ruleset.packs if _says_something(pack, ruleset, rules)]
    families = sorted({exercise.family for exercise in ruleset.exercises})
    return (
        _contents(ruleset, rules, spoken),
        *(_pack_page(pack, ruleset, rules) for pack in spoken),
        *(family_page(family, ruleset, rules) for family in families),
        _red_flags(ruleset, rules),
        _hazards(ruleset),
        _sources(ruleset, rules),
    )


def _says_something(pack: Pack, ruleset: Ruleset, rules: tuple[Rule, ...]) -> bool:
    return any(rule.pack == pack.name for rule in rules) or any(
        found.pack == pack.name for found in ruleset.conditions
    )


# --- the table of contents ------------------------------------------------------------------------


def _contents(ruleset: Ruleset, rules: tuple[Rule, ...], packs: list[Pack]) -> Page:
    number = Counter(rule.pack for rule in rules)
    exercises = sorted(ruleset.exercises, key=lambda found: (found.stage, found.family, found.rung))
    return Page(
        "README",
        "The rulebook",
        (
            Paragraph(
                (
                    "Every rule, exercise, hazard and source of version "
                    f"{ruleset.version.partition('+')[0]}, in words. It is written by ",
                    Word("glutemed rules book"),
                    " from the rule files themselves; nobody edits it.",
                )
            ),
            Paragraph(
                (
                    "It is not medical advice, and no clinician has reviewed it yet. The day behind ",
                    Word("reviewed"),
                    " is the one on which a text was last held against its sources.",
                )
            ),
            Fields(
                (
                    ("rules", (str(len(rules)),)),
                    (
                        "exercises",
                        (f"{len(exercises)}, in {len({e.family for e in exercises})} families",),
                    ),
                    ("hazards", (Link(str(len(ruleset.hazards)), "hazards"),)),
                    ("red flags", (Link(str(len(ruleset.vocabulary.red_flags)), "red-flags"),)),
                    ("sources", (Link(str(len(ruleset.sources)), "sources"),)),
                )
            ),
            Heading("Packs"),
            Table(
                ("pack", "what it is about", "rules"),
                tuple(
                    (
                        (Link(pack.name, f"packs/{pack.name}"),),
                        (pack.title,),
                        (str(number[pack.name]),),
                    )
                    for pack in packs
                ),
            ),
            Heading("Exercises"),
            Table(
                ("stage", "exercise", "position", "load"),
                tuple(
                    (
                        (str(found.stage),),
                        (exercise_link(found.id, ruleset),),
                        (
                            f"{found.position.replace('_', ' ')}, {words.CARRIES[found.weight_bearing]}",
                        ),
                        (words.load(found.load) or "none",),
                    )
                    for found in exercises
                ),
            ),
        ),
    )


# --- packs ----------------------------------------------------------------------------------------


def _pack_page(pack: Pack, ruleset: Ruleset, rules: tuple[Rule, ...]) -> Page:
    blocks: list[Block] = [Fields((("pack", (Word(pack.name), f" {pack.version}")),))]
    for found in ruleset.conditions:
        if found.pack == pack.name:
            blocks += _condition(found, ruleset)
    asked = [fact for fact in ruleset.vocabulary if fact.pack == pack.name]
    if asked:
        blocks += [
            Heading("What it asks"),
            Table(("fact", "question"), tuple(((Word(fact.name),), (fact.ask,)) for fact in asked)),
        ]
    for rule in sorted(rules, key=lambda rule: (rule.span.start, rule.written)):
        if rule.pack == pack.name:
            blocks += _rule(rule, ruleset)
    return Page(f"packs/{pack.name}", pack.title or pack.name, tuple(blocks))


def _condition(found: HealthCondition, ruleset: Ruleset) -> list[Block]:
    return [
        Paragraph((found.sentence,)),
        Fields(
            (
                ("name", (found.name, " (", Word(found.id), ")")),
                ("ICD-10-CM", (", ".join(found.icd10cm),) if found.icd10cm else ()),
                ("evidence", (f"{found.evidence}. {found.evidence_note}".rstrip(),)),
                ("sources", cited(found.sources)),
            )
        ),
    ]


def _rule(rule: Rule, ruleset: Ruleset) -> list[Block]:
    blocks: list[Block] = [
        Heading(rule.written.partition("/")[2]),
        Fields(
            (
                ("when", (rule_words.condition(rule, ruleset),)),
                ("then", (rule_words.conclusion(rule, ruleset, listed=False),)),
                ("touches", selected(rule, ruleset)),
                ("because", (rule.because,)),
                ("sources", cited(rule.sources)),
                ("reviewed", (rule.reviewed,) if rule.reviewed else ()),
            )
        ),
    ]
    if rule.examples:
        rows = (rule_words.example_parts(example, ruleset) for example in rule.examples)
        blocks.append(
            Table(("given", "fires"), tuple(((given,), (fires,)) for given, fires in rows))
        )
    return blocks


# --- red flags, hazards, sources ------------------------------------------------------------------


def _red_flags(ruleset: Ruleset, rules: tuple[Rule, ...]) -> Page:
    refer = [rule for rule in rules if isinstance(rule.conclusion, Refer)]
    rows: list[tuple[Line, ...]] = []
    for flag in ruleset.vocabulary.red_flags:
        asking = [rule for rule in refer if flag.name in _asked(rule)]
        urgency = max((_urgency(rule) for rule in asking), default=None)
        rows.append(
            (
                (flag.ask,),
                (words.URGENCY[urgency],) if urgency is not None else ("",),
                _joined(rule_link(rule) for rule in asking),
            )
        )
    return Page(
        "red-flags",
        "Red flags",
        (
            Paragraph(
                (
                    "Nobody gets an exercise before each of these is answered, and nobody who answers one "
                    "with yes. The second column says how soon somebody must see the person at the most urgent.",
                )
            ),
            Table(("question", "how soon", "rules"), tuple(rows)),
        ),
    )


def _urgency(rule: Rule) -> Urgency:
    assert isinstance(rule.conclusion, Refer)
    return rule.conclusion.urgency


def _asked(rule: Rule) -> frozenset[str]:
    return frozenset(leaf.fact for leaf in leaves(rule.condition))


def _hazards(ruleset: Ruleset) -> Page:
    blocks: list[Block] = [
        Paragraph(
            (
                "What must never happen, written from the sources and not from the rules. Every programme is "
                "held against all of them before it leaves, by code that shares nothing with what made it.",
            )
        )
    ]
    for hazard in ruleset.hazards:
        blocks += _hazard(hazard, ruleset)
    return Page("hazards", "Hazards", tuple(blocks))


def _hazard(hazard: Hazard, ruleset: Ruleset) -> list[Block]:
    when = "" if hazard.when == ALWAYS else english(hazard.when, ruleset.quantities)
    never = "" if hazard.never == ALWAYS else english(hazard.never, rule_words.ATTRIBUTES)
    return [
        Heading(hazard.id),
        Paragraph((hazard.because,)),
        Fields(
            (
                ("when", (when or "always",)),
                ("never", (f"an exercise for which {never}" if never else "any exercise",)),
                ("sources", cited(hazard.sources)),
            )
        ),
    ]


def _sources(ruleset: Ruleset, rules: tuple[Rule, ...]) -> Page:
    blocks: list[Block] = [
        Paragraph(
            (
                "Each source says how far it was read: in full, its abstract, secondary (as another page "
                "reports it), or recalled (from memory, still to be looked up).",
            )
        ),
        Fields(
            tuple(
                (level, (str(number),))
                for level, number in Counter(
                    source.read for source in ruleset.sources
                ).most_common()
            )
        ),
    ]
    for source in ruleset.sources:
        blocks += _source(source, ruleset, rules)
    return Page("sources", "Sources", tuple(blocks))


def _source(source: ClinicalSource, ruleset: Ruleset, rules: tuple[Rule, ...]) -> list[Block]:
    address = f"https://doi.org/{source.doi}" if source.doi else source.url
    name = f"doi:{source.doi}" if source.doi else source.url
    where: Line = (Link(name, address=address),) if address else ()
    families = sorted(
        {family_of(e.id, ruleset) for e in ruleset.exercises if source.id in e.sources}
    )
    citing: list[Inline] = [rule_link(rule) for rule in rules if source.id in rule.sources]
    citing += [Link(family, f"exercises/{family}") for family in families]
    citing += [
        Link(hazard.id, "hazards", Heading(hazard.id).anchor)
        for hazard in ruleset.hazards
        if source.id in hazard.sources
    ]
    journal = f" {source.journal}." if source.journal else ""
    text = f"{source.authors} ({source.year}). {source.title.rstrip('.')}.{journal}"
    return [
        Heading(source.id),
        Paragraph((text,)),
        Fields(
            (
                ("where", where),
                ("read", (source.read,)),
                ("says", (source.says,) if source.says else ()),
                ("cited by", _joined(citing)),
            )
        ),
    ]


def _joined(parts: Iterable[Inline]) -> Line:
    found: list[Inline] = []
    for part in parts:
        found += [", ", part] if found else [part]
    return tuple(found)
