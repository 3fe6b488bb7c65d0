"""A ruleset in another language: the same rules and ids, every text that a person reads put over.

What is put over and what there is to translate are one walk, so that neither can miss a text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Protocol, TypeVar

import attrs

from glutemed.model.diagnostic import NOWHERE, Span
from glutemed.model.exercise import Exercise
from glutemed.model.facts import ExerciseResponse
from glutemed.model.figure import Figure
from glutemed.model.frozen import Frozen
from glutemed.model.locale import ENGLISH, Locale, message
from glutemed.model.rule import (
    Advise,
    Caution,
    Conclusion,
    DerivedValue,
    Earn,
    Need,
    Refer,
    Rule,
    ScoreSum,
    Watch,
)
from glutemed.model.ruleset import HealthCondition, Ruleset, quantities, score_declaration
from glutemed.model.vocabulary import FactDeclaration, Vocabulary
from glutemed.rulebook.build import EARNED, NEEDS

ABOUT_EXERCISE = message("{label} ({exercise})")
ASKED_OF_EXERCISE = message("{exercise}: {question}")
_CONDITIONS = "complaint.conditions"
_EACH = "response.each."
_OF_EXERCISE: Frozen[str, FactDeclaration] = Frozen(
    {field.name: field.metadata["declaration"] for field in attrs.fields(ExerciseResponse)}
)


@attrs.frozen
class PersonText:
    """A text of a rulebook that a person reads.

    Args:
        file: The name of the rule file that it stands in; empty for what is built in.
        context: What it is: ``name``, ``how``, ``ask``, ``values of complaint.side``.
        english: The text as its author wrote it.
        plural: Whether it goes with a number, ``{n}``.
        used_by: The id of what says it.
        start: Where what says it begins in its file.
    """

    file: str
    context: str
    english: str
    plural: bool = attrs.field(default=False, eq=False)
    used_by: str = attrs.field(default="", eq=False)
    start: int = attrs.field(default=0, eq=False)


class Say(Protocol):
    """Says a text of a rulebook."""

    def __call__(self, text: PersonText, /) -> str:
        """The text in the language that is wanted."""
        ...


@attrs.define(frozen=True, slots=False, kw_only=True)
class SpokenRuleset(Ruleset):
    """A ruleset that speaks another language than it is written in; it decides the same.

    Args:
        spoken: The language.
        words: The words for the values of what rules derive.
    """

    spoken: Locale
    words: Frozen[str, Frozen[str, str]]

    @property
    def locale(self) -> Locale:
        """The language of every text that a person reads."""
        return self.spoken

    @cached_property
    def quantities(self) -> Frozen[str, FactDeclaration]:
        """Everything that a condition may ask about: facts, derived values, and scores."""
        written = quantities(self.vocabulary, self.computed.values())
        said = {
            name: attrs.evolve(written[name], words=words) for name, words in self.words.items()
        }
        return Frozen({**written, **said})


def in_language(ruleset: Ruleset, locale: Locale) -> Ruleset:
    """The ruleset with every text that a person reads in a language; ids and decisions as before.

    What the catalogue lacks stays in English.

    Args:
        ruleset: A ruleset in English.
        locale: The language, with the texts of the rules in its catalogue.
    """
    return (
        ruleset
        if locale.catalogue is None
        else _said(ruleset, lambda text: said(text, locale), locale)
    )


def said(text: PersonText, locale: Locale) -> str:
    """One text in a language."""
    if locale.catalogue is None or not text.english or text.plural:
        return text.english
    if not text.context:
        return locale.catalogue.gettext(text.english)
    return locale.catalogue.pgettext(key(text), text.english)


def key(text: PersonText) -> str:
    """What a text is found by in the catalogue of all files: its file, and what it is."""
    return f"{text.file}: {text.context}" if text.file else text.context


def each_spoken(ruleset: Ruleset) -> tuple[FactDeclaration, ...]:
    """The facts about how one exercise has gone, as they are asked of any, without its name."""
    return tuple(
        attrs.evolve(
            _fact(fact, None, lambda text: said(text, ruleset.locale)),
            name=f"{_EACH}EXERCISE.{field}",
        )
        for field, fact in _OF_EXERCISE.items()
    )


def person_texts(ruleset: Ruleset) -> tuple[PersonText, ...]:
    """Every text of a ruleset that a person reads, each once a file, as they stand there.

    What several things of a file say in the same words is one text, used by all of them.
    """
    found: dict[PersonText, list[PersonText]] = {}

    def note(text: PersonText) -> str:
        if text.english:
            found.setdefault(text, []).append(text)
        return text.english

    _said(ruleset, note, ENGLISH)
    merged = [
        attrs.evolve(texts[0], used_by=", ".join(dict.fromkeys(one.used_by for one in texts)))
        for texts in found.values()
    ]
    return tuple(sorted(merged, key=lambda text: (text.file, text.start)))


@attrs.frozen
class _Speaker:
    """Says the texts of one thing.

    Args:
        say: How.
        span: Where the thing stands.
        name: Its id.
    """

    say: Say
    span: Span
    name: str

    def __call__(self, context: str, english: str, *, plural: bool = False) -> str:
        file = "" if self.span is NOWHERE else self.span.text.name
        return self.say(PersonText(file, context, english, plural, self.name, self.span.start))

    def all(self, context: str, english: Iterable[str]) -> tuple[str, ...]:
        return tuple(self(context, text) for text in english)


def _said(ruleset: Ruleset, say: Say, locale: Locale) -> Ruleset:
    conditions = tuple(_condition(one, say) for one in ruleset.conditions)
    exercises = tuple(_exercise(one, say) for one in ruleset.exercises)
    names = {one.id: one.name for one in exercises}
    as_written = {
        field.name: getattr(ruleset, field.name) for field in attrs.fields(Ruleset) if field.init
    }
    spoken = {
        "vocabulary": _vocabulary(ruleset.vocabulary, conditions, names, say, locale),
        "conditions": conditions,
        "derived": tuple(_labelled(one, say) for one in ruleset.derived),
        "scores": tuple(_labelled(one, say) for one in ruleset.scores),
        "rules": tuple(_rule(one, names, say, locale) for one in ruleset.rules),
        "exercises": exercises,
        "figures": tuple(_figure(one, say) for one in ruleset.figures),
    }
    words = {
        one.name: _words(one, {}, _Speaker(say, one.span, one.name)) for one in ruleset.derived
    }
    return SpokenRuleset(**as_written | spoken, spoken=locale, words=Frozen(words))


def _condition(found: HealthCondition, say: Say) -> HealthCondition:
    speaker = _Speaker(say, found.span, found.id)
    return attrs.evolve(
        found,
        name=speaker("name", found.name),
        sentence=speaker("sentence", found.sentence),
        evidence_note=speaker("evidence_note", found.evidence_note),
    )


def _exercise(found: Exercise, say: Say) -> Exercise:
    speaker = _Speaker(say, found.span, found.id)
    return attrs.evolve(
        found,
        name=speaker("name", found.name),
        how=speaker.all("how", found.how),
        mistakes=speaker.all("mistakes", found.mistakes),
    )


def _figure(found: Figure, say: Say) -> Figure:
    speaker = _Speaker(say, found.span, f"figure {found.id}")
    return attrs.evolve(found, shows=speaker("shows", found.shows))


_Labelled = TypeVar("_Labelled", DerivedValue, ScoreSum)


def _labelled(found: _Labelled, say: Say) -> _Labelled:
    if isinstance(found, ScoreSum):
        _unit(score_declaration(found), _Speaker(say, NOWHERE, "score"))
    return attrs.evolve(found, label=_Speaker(say, found.span, found.name)("label", found.label))


def _rule(found: Rule, names: Mapping[str, str], say: Say, locale: Locale) -> Rule:
    match found.conclusion:
        case Watch():
            return found  # it concludes nothing, so nobody is told why
        case Need(exercise):
            return attrs.evolve(found, because=locale.say(NEEDS, exercise=names[exercise]))
        case Earn():
            return attrs.evolve(found, because=locale.say(EARNED))
    speaker = _Speaker(say, found.span, found.written)
    because = speaker("because", found.because)
    return attrs.evolve(found, because=because, conclusion=_conclusion(found.conclusion, speaker))


def _conclusion(found: Conclusion, speaker: _Speaker) -> Conclusion:
    match found:
        case Refer():
            return attrs.evolve(found, now=speaker("now", found.now))
        case Caution():
            return attrs.evolve(found, note=speaker("note", found.note))
        case Advise():
            return attrs.evolve(found, text=speaker("advise", found.text))
    return found


def _vocabulary(
    vocabulary: Vocabulary,
    conditions: Iterable[HealthCondition],
    names: Mapping[str, str],
    say: Say,
    locale: Locale,
) -> Vocabulary:
    known = {one.id: one.name for one in conditions}
    asked = {}
    for name, fact in vocabulary.facts.items():
        if name.startswith(_EACH):
            exercise, _, field = name.removeprefix(_EACH).rpartition(".")
            asked[name] = _of_exercise(fact, field, names[exercise], say, locale)
        else:
            asked[name] = _fact(fact, known if name == _CONDITIONS else None, say)
    return Vocabulary(Frozen(asked))


def _fact(fact: FactDeclaration, known: Mapping[str, str] | None, say: Say) -> FactDeclaration:
    speaker = _Speaker(say, fact.span, fact.name)
    return attrs.evolve(
        fact,
        label=speaker("label", fact.label),
        ask=speaker("ask", fact.ask),
        words=_words(fact, fact.words, speaker) if known is None else Frozen(known),
        unit=_unit(fact, speaker),
    )


def _of_exercise(
    fact: FactDeclaration, field: str, exercise: str, say: Say, locale: Locale
) -> FactDeclaration:
    plain = _OF_EXERCISE[field]
    speaker = _Speaker(say, NOWHERE, f"{_EACH}EXERCISE.{field}")
    label, ask = speaker("label", plain.label), speaker("ask", plain.ask)
    return attrs.evolve(
        fact,
        label=locale.say(ABOUT_EXERCISE, label=label, exercise=exercise),
        ask=locale.say(ASKED_OF_EXERCISE, exercise=exercise, question=ask),
        unit=_unit(plain, speaker),
    )


def _unit(fact: FactDeclaration, speaker: _Speaker) -> str:
    """The unit as it is: the catalogue knows its words by the English ones."""
    if fact.unit:
        speaker("", fact.unit)
        speaker("", f"{{n}} {fact.unit}", plural=True)
    return fact.unit


def _words(
    fact: FactDeclaration | DerivedValue, words: Mapping[str, str], speaker: _Speaker
) -> Frozen[str, str]:
    """Words for every value, also where its author needed none in English."""
    context = f"values of {speaker.name}"
    return Frozen(
        {
            value: speaker(context, words.get(value, value.replace("_", " ")))
            for value in fact.values
        }
    )
