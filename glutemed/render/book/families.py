"""The page of one family of exercises."""

from __future__ import annotations

from glutemed.model.condition import ALWAYS
from glutemed.model.exercise import Exercise
from glutemed.model.rule import Caution, Contraindicate, Indicate, Limit, Prefer, Rule, Touch
from glutemed.model.ruleset import Ruleset
from glutemed.reading.english import english
from glutemed.render import words
from glutemed.render.book.page import (
    Block,
    Bullets,
    Fields,
    Heading,
    Inline,
    Line,
    Page,
    Picture,
    Table,
)
from glutemed.render.book.references import cited, exercise_link, rule_link
from glutemed.render.figure import pair_svg

_FEW = 6


def family_page(family: str, ruleset: Ruleset, rules: tuple[Rule, ...]) -> Page:
    """The rows of a family, from the easiest to the hardest."""
    rows = sorted(
        (exercise for exercise in ruleset.exercises if exercise.family == family),
        key=lambda exercise: (exercise.rung, exercise.id),
    )
    blocks: list[Block] = []
    for exercise in rows:
        blocks += _exercise(exercise, ruleset, rules)
    return Page(f"exercises/{family}", family.replace("-", " ").capitalize(), tuple(blocks))


def _exercise(found: Exercise, ruleset: Ruleset, rules: tuple[Rule, ...]) -> list[Block]:
    blocks: list[Block] = [Heading(found.name)]
    figure = ruleset.figure.get(found.figure)
    if figure is not None:
        blocks.append(Picture(f"figures/{found.id}.svg", pair_svg(found, figure), figure.shows))
    bend, hip = found.knee_flexion_deg, found.hip
    turns = ", crosses the middle" * hip.adducts + ", turns inwards" * hip.turns_in
    blocks += [
        Fields(
            (
                ("id", (found.id,)),
                ("stage", (f"{found.stage} of 3, rung {found.rung} of its family",)),
                ("trains", (f"{_spaced(found.target)}, {_spaced(found.tier)} activity",)),
                ("position", (_position(found),)),
                ("load", (words.load(found.load) or "none",)),
                ("needs", (_needs(found, ruleset),)),
                ("knee bends", (f"{bend.least} to {bend.most} degrees",)),
                (
                    "hip moves",
                    (f"bends to {hip.flexion}, outwards to {hip.abduction} degrees{turns}",),
                ),
                ("sources", cited(found.sources)),
            )
        ),
        Heading("How", 3),
        Bullets(tuple((cue,) for cue in found.how)),
    ]
    if found.mistakes:
        blocks += [Heading("Not so", 3), Bullets(tuple((mistake,) for mistake in found.mistakes))]
    blocks += [
        Heading("Dose, step by step", 3),
        Table(
            ("step", "dose"),
            tuple(((str(n),), (words.dose(step),)) for n, step in enumerate(found.dose, 1)),
        ),
        Heading("What the rules say of it", 3),
        Fields(
            tuple(
                (name, _rules(found.id, kind, rules))
                for name, kind in (
                    ("a reason for it", Indicate),
                    ("not for", Contraindicate),
                    ("with care", Caution),
                    ("limited by", Limit),
                    ("preferred by", Prefer),
                )
            )
        ),
    ]
    return blocks


def _position(found: Exercise) -> str:
    parts = [_spaced(found.position), words.CARRIES[found.weight_bearing]]
    if found.lies_on != "none":
        parts.append(f"lying on the {found.lies_on} side")
    if found.support == "hands":
        parts.append("the hands hold on to something")
    if found.kneels:
        parts.append("on the knees")
    if found.step_cm:
        parts.append(f"on a step of {found.step_cm} cm")
    return ", ".join(parts)


def _needs(found: Exercise, ruleset: Ruleset) -> str:
    if found.needs == ALWAYS:
        return "nothing"
    return english(found.needs, ruleset.quantities)


def _rules(exercise: str, kind: type, rules: tuple[Rule, ...]) -> Line:
    found: list[Inline] = []
    for rule in rules:
        touch = touched(rule)
        if not isinstance(rule.conclusion, kind) or touch is None:
            continue
        if rule.exercise is not None or exercise in touch.exercises:
            found += [", "] if found else []
            found.append(rule_link(rule))
    return tuple(found)


def touched(rule: Rule) -> Touch | None:
    """The exercises that a rule is about; None of a rule about the whole person."""
    match rule.conclusion:
        case Contraindicate(touch) | Caution(touch, _) | Indicate(touch) | Prefer(touch, _, _):
            return touch
        case Limit(_, _, touch):
            return touch
    return None


def selected(rule: Rule, ruleset: Ruleset) -> Line:
    """Links to the exercises that a rule is about, where they are few."""
    touch = touched(rule)
    if touch is None:
        return ()
    if rule.exercise is not None or len(touch.exercises) == len(ruleset.exercises):
        return ("every exercise",)
    if len(touch.exercises) > _FEW:
        families = {ruleset.exercise[name].family for name in touch.exercises}
        return (
            f"{len(touch.exercises)} exercises of {words.count(len(families), 'family', 'families')}",
        )
    found: list[Inline] = []
    for name in touch.exercises:
        found += [", "] if found else []
        found.append(exercise_link(name, ruleset))
    return tuple(found)


def _spaced(word: str) -> str:
    return word.replace("_", " ")
