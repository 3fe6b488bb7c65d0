"""Outcome → sheet: which texts stand on it, in the language of the person."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from typing import Any

import attrs

from glutemed.model.exercise import STAGES, Exercise
from glutemed.model.locale import Locale
from glutemed.model.outcome import Outcome, Prescription, Programme, Referral
from glutemed.model.rule import Advise
from glutemed.model.ruleset import ClinicalSource, Ruleset
from glutemed.render import words
from glutemed.render.figure import figure_svg
from glutemed.render.handout import phrases
from glutemed.render.handout.lights import bounds
from glutemed.render.handout.sheet import (
    Card,
    Entry,
    Light,
    Lights,
    Log,
    Occasion,
    Picture,
    Section,
    Sheet,
)

LAST_DAY = dt.date(9998, 12, 31)
"""The last day for a sheet: from a later one the day of the review may be none that there is."""

MOST_ASKED = 8
"""So many questions find room beside whom to see; of more it is said that they are open."""

_RIGHT_TO_LEFT = frozenset({"ar", "dv", "fa", "he", "ps", "ur", "yi"})
_INTERVIEW = re.compile(r"(?P<paper>[^,]+), interview with (?P<person>[^,(]+)")
_INITIALS = re.compile(r"\s+[A-Z]{1,5}\Z")


class NoSheet(ValueError):
    """There is no sheet of questions alone: they must be answered first."""


def handout(
    outcome: Outcome,
    ruleset: Ruleset,
    occasion: Occasion,
    code: str,
) -> Sheet:
    """The sheet of a programme or a referral, also of one that is sure while questions are open.

    Args:
        outcome: What the person gets, in the language of the person.
        ruleset: The rules that it comes from, in that language too.
        occasion: For whom, and on which day.
        code: The code of the person's answers.

    Raises:
        NoSheet: The outcome is questions, and no referral is sure yet.
        ValueError: The day is after `LAST_DAY`.
    """
    if occasion.day > LAST_DAY:
        raise ValueError(f"the last day of a sheet is {LAST_DAY}")
    locale = ruleset.locale
    if outcome.programme is not None:
        base = _base(outcome, occasion, code, locale)
        review = occasion.review(outcome.programme.review_weeks)
        return _programme(outcome.programme, base, review, ruleset, locale)
    sure = outcome.referral or outcome.meanwhile
    if sure is not None:
        made = _referral(sure, _base(outcome, occasion, code, locale), ruleset, locale)
        return attrs.evolve(made, asked=_asked(outcome, locale))
    raise NoSheet("some questions must be answered first")


def _base(outcome: Outcome, occasion: Occasion, code: str, locale: Locale) -> Sheet:
    return Sheet(
        lang=locale.tag,
        right_to_left=locale.tag.partition("-")[0] in _RIGHT_TO_LEFT,
        title="",
        name=occasion.name,
        note=occasion.note,
        note_label=locale.say("Note"),
        day=occasion.day,
        facts=(Entry(name=locale.say("Made on"), text=locale.date(occasion.day)),),
        lead="",
        sources=Section(heading=locale.say("Sources"), texts=()),
        code=Entry(name=locale.say("Code of your answers"), text=code),
        code_hint=locale.say(
            "{command} makes your answers from it again, offline.",
            command="glutemed recommend --code",
        ),
        privacy=locale.say(
            "This sheet holds answers about your health, and the code all of them: keep it like a "
            "letter from your doctor."
        ),
        provenance=locale.say(
            "Rules {rules} ({fingerprint}), glutemed {version}",
            rules=outcome.ruleset_version,
            fingerprint=outcome.ruleset_fingerprint[:12],
            version=outcome.version,
        ),
        notice=outcome.notice,
    )


def _programme(
    found: Programme, base: Sheet, review: dt.date, ruleset: Ruleset, locale: Locale
) -> Sheet:
    cards = tuple(
        _card(number, each, ruleset, locale) for number, each in enumerate(found.exercises, 1)
    )
    cards = _why_once(cards, locale)
    shared = _shared(cards)
    needs = tuple(dict.fromkeys(need for card in cards for need in card.needs))
    often = words.sessions_a_week(found.sessions_per_week, locale)
    facts = [
        Entry(
            name=locale.say("Stage"),
            text=locale.say("{stage} of {stages}", stage=found.stage, stages=max(STAGES)),
        ),
        Entry(name=locale.say("How often"), text=often),
        *base.facts,
        Entry(name=locale.say("Look at it again on"), text=locale.date(review)),
    ]
    if needs:
        facts.append(Entry(name=locale.say("You need"), text="; ".join(needs)))
    why = {each.why[0] for each in found.exercises if each.why}
    cited = {*found.rules, *(rule for each in found.exercises for rule in each.rules)}
    return attrs.evolve(
        base,
        title=locale.say("Your knee programme"),
        facts=tuple(facts),
        lead=locale.say("Read when to stop before you begin."),
        cards_heading=locale.say("Your exercises"),
        cards=cards,
        shared=shared,
        every=Entry(name=locale.say("Each exercise"), text=" · ".join(shared)) if shared else None,
        why_label=locale.say("Why"),
        care_label=locale.say("Take care"),
        mistakes_label=locale.say("Not so"),
        lights=_lights(ruleset, locale),
        stop=Section(heading=locale.say("When to stop"), texts=found.stop),
        log=_log(cards, locale),
        coming=_coming(found, ruleset, locale),
        advice=Section(heading=locale.say("Good to know"), texts=_safety_first(found, ruleset)),
        **_sources(cited, ruleset, base, first=why),
    )


def _card(number: int, found: Prescription, ruleset: Ruleset, locale: Locale) -> Card:
    exercise = ruleset.exercise[found.exercise]
    return Card(
        number=number,
        name=found.name,
        pictures=_pictures(exercise, found.knee_flexion_deg, ruleset, locale),
        amount=phrases.amount(found.dose, locale),
        dose=phrases.dose(found.dose, locale),
        needs=phrases.needs(exercise, locale),
        ways=phrases.ways(found, locale),
        cues=found.how,
        mistakes=found.mistakes,
        cautions=found.cautions,
        why=found.why,
    )


def _why_once(cards: tuple[Card, ...], locale: Locale) -> tuple[Card, ...]:
    """Cards of which the later ones name the one that gives their reason already."""
    first: dict[str, int] = {}
    found = []
    for card in cards:
        why = card.why[0] if card.why else ""
        number = first.setdefault(why, card.number)
        said = why if number == card.number else locale.say("as for {number}", number=number)
        found.append(attrs.evolve(card, why_printed=said))
    return tuple(found)


def _shared(cards: tuple[Card, ...]) -> tuple[str, ...]:
    """The phrases that stand on each of several cards."""
    if len(cards) < 2:
        return ()
    return tuple(
        phrase for phrase in cards[0].own(()) if all(phrase in card.own(()) for card in cards)
    )


def _safety_first(found: Programme, ruleset: Ruleset) -> tuple[str, ...]:
    """What is good to know: first what stands beside the red flags, then the rest as it comes."""
    flags = Counter(flag.pack for flag in ruleset.vocabulary.red_flags)
    packs = {
        rule.conclusion.text: rule.pack
        for rule in ruleset.rules
        if isinstance(rule.conclusion, Advise)
    }
    return tuple(sorted(found.advice, key=lambda text: -flags[packs.get(text, "")]))


def _pictures(
    exercise: Exercise, knee_flexion_deg: int, ruleset: Ruleset, locale: Locale
) -> tuple[Picture, ...]:
    if not exercise.figure:
        return ()
    figure = ruleset.figure[exercise.figure]
    captions = {"start": locale.say("Start"), "end": locale.say("End")}
    return tuple(
        Picture(
            svg=figure_svg(exercise, figure, phase, knee_flexion_deg, caption),
            caption=caption,
            alt=locale.say(
                "{exercise}: {moment}. {shown}",
                exercise=exercise.name,
                moment=caption,
                shown=figure.shows,
            ),
        )
        for phase, caption in captions.items()
    )


def _lights(ruleset: Ruleset, locale: Locale) -> Lights | None:
    found = bounds(ruleset)
    if found is None:
        return None

    def pain(least: int, most: int) -> str:
        return locale.say("{least} to {most} of 10", least=least, most=most)

    return Lights(
        heading=locale.say("Pain during a session"),
        lights=(
            Light(
                colour="green",
                name=locale.say("Green"),
                pain=pain(0, found.green),
                meaning=locale.say(
                    "Good, if it is back to usual within an hour and no worse the next morning. "
                    "After two such sessions running you may do a little more."
                ),
            ),
            Light(
                colour="amber",
                name=locale.say("Amber"),
                pain=pain(found.green + 1, found.amber),
                meaning=locale.say(
                    "Acceptable, if it has settled by the next morning: do the same again, no "
                    "more. If not, do less and rest a day longer."
                ),
            ),
            Light(
                colour="red",
                name=locale.say("Red"),
                pain=pain(found.amber + 1, found.most),
                meaning=locale.say(
                    "Stop that exercise. Next time only stage 1, gently, without band or weight."
                ),
            ),
        ),
    )


def _log(cards: tuple[Card, ...], locale: Locale) -> Log:
    return Log(
        heading=locale.say("Your log"),
        hint=locale.say("Under each exercise: sets × reps that you did, such as 2 × 10."),
        date=locale.say("Date"),
        reps=locale.say("Sets × reps"),
        short=tuple(str(card.number) for card in cards),
        names=tuple(card.name for card in cards),
        effort=locale.say("Effort"),
        during=locale.say("Pain during"),
        morning=locale.say("Pain next morning"),
        scale="0–10",
    )


def _coming(found: Programme, ruleset: Ruleset, locale: Locale) -> Section | None:
    texts = tuple(words.coming(found, ruleset, locale))
    return Section(heading=locale.say("What comes next"), texts=texts) if texts else None


def _referral(found: Referral, base: Sheet, ruleset: Ruleset, locale: Locale) -> Sheet:
    reasons = tuple(dict.fromkeys(words.reason(reason, locale) for reason in found.reasons))
    return attrs.evolve(
        base,
        title=phrases.urgency(found.urgency, locale),
        facts=(
            Entry(name=locale.say("Who should see you"), text=words.seen_by(found.to, locale)),
            *base.facts,
        ),
        lead=locale.say("No exercises until then."),
        now=Section(heading=locale.say("What to do now"), texts=tuple(found.now.splitlines())),
        because=Section(heading=locale.say("Because"), texts=reasons),
        **_sources({reason.rule for reason in found.reasons}, ruleset, base),
    )


def _asked(outcome: Outcome, locale: Locale) -> Section | None:
    """What could make a referral more urgent; None where nothing can."""
    sure = outcome.sure_urgency
    if sure is None:
        return None
    asks = [each.ask for each in outcome.questions if (each.urgency or 0) > sure]
    if len(asks) > MOST_ASKED:
        many = locale.count("{n} question is open.", "{n} questions are open.", len(asks))
        asks = [many]
    return Section(
        heading=locale.say("Still to be answered"),
        texts=(words.could_be_more_urgent(locale), *asks),
    )


def _sources(
    written: set[str], ruleset: Ruleset, base: Sheet, first: set[str] | None = None
) -> dict[str, Any]:
    """Who is cited by some rules; those first whose reason is among ``first``, else all of them.

    Of each of the two: who speaks for themselves, then what was published with an address of its
    own, the latest first, then the rest.
    """
    rules = [rule for rule in ruleset.written_rules if rule.written in written]
    ahead = {
        name for rule in rules if first is None or rule.because in first for name in rule.sources
    }
    cited = {name for rule in rules for name in rule.sources}
    found = sorted(
        (source for source in ruleset.sources if source.id in cited),
        key=lambda source: (
            source.id not in ahead,
            not _INTERVIEW.match(source.authors),
            not source.doi,
            -source.year,
            source.id,
        ),
    )
    locale = ruleset.locale
    texts = tuple(dict.fromkeys(_cited(source, locale) for source in found))
    printed = len({_cited(source, locale) for source in found if source.id in ahead})
    return {"sources": attrs.evolve(base.sources, texts=texts), "sources_printed": printed}


def _cited(source: ClinicalSource, locale: Locale) -> str:
    """The surname of the first author or the name of an institution, and the year.

    Of an interview it is who speaks, and only then who printed it.
    """
    said = _INTERVIEW.match(source.authors)
    if said:
        who = locale.say("{person}, in {paper}", person=said["person"].strip(), paper=said["paper"])
    else:
        who = _INITIALS.sub("", re.split(r",| \(", source.authors)[0])
    return f"{who} {source.year}"
