"""Two rulebooks compared, as text and as data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from glutemed.cli import made_up
from glutemed.cli.layout import paragraph

if TYPE_CHECKING:
    from glutemed.proof.diff import Comparison, Difference, Tally
    from glutemed.proof.diff_kinds import Change
    from glutemed.proof.diff_seen import Got
    from glutemed.proof.diff_words import Field, Section

Words = Mapping[str, "Section"]
Files = Mapping["Change", Path]

_MOST_NAMED = 6


def write(folder: Path, comparison: Comparison) -> dict[Change, Path]:
    """Write a file of facts for each kind of difference; gives the files."""
    from glutemed.cli.facts_file import save

    folder.mkdir(parents=True, exist_ok=True)
    files = {}
    for found in comparison.differences:
        files[found.change] = folder / f"{found.change.name.lower().replace('_', '-')}.yaml"
        text = made_up.as_file(found.facts, comparison.everybody, "a comparison of two rulebooks")
        save(files[found.change], text)
    return files


def lines(
    words: Words, comparison: Comparison, counted: Tally | None, files: Files, width: int
) -> list[str]:
    """The whole answer, to be read."""
    entries = (section for name, section in words.items() if name in ("exercises", "conditions"))
    changed = {each for section in entries for each in (*section.added, *section.removed)}
    known = comparison.everybody
    names = frozenset((*known.exercise, *(found.id for found in known.conditions), *changed))
    told = _words(words, names, width)
    told += ["", "Over everybody:"]
    for found in comparison.differences:
        told += _difference(found, comparison, files, width)
    told += paragraph(_ending(comparison), width, indent=2)
    for facts, why in (
        (comparison.apart, "mean differently, so only people without them were compared"),
        (comparison.narrowed, "have another range, so only values of both were compared"),
    ):
        if facts:
            told += paragraph(f"Facts that {why}: {', '.join(facts)}.", width, indent=2)
    if counted is not None:
        told += ["", *_tally(counted, width)]
    return told


def _words(words: Words, names: frozenset[str], width: int) -> list[str]:
    told: list[str] = []
    for name, section in words.items():
        if not (section.added or section.removed or section.changed):
            continue
        told.append(f"{name.capitalize()}:")
        told += [line for each in section.added for line in paragraph(each, width, first="  + ")]
        told += [line for each in section.removed for line in paragraph(each, width, first="  - ")]
        alike: dict[str, list[str]] = {}
        for each, fields in section.changed.items():
            moved = [listed_anew(field, names) for field in fields]
            if None not in moved:
                alike.setdefault("; ".join(filter(None, moved)), []).append(each)
                continue
            told += paragraph(each, width, first="  ~ ")
            for field, short in zip(fields, moved, strict=True):
                told += _field(field, short, width)
        for short, changed in alike.items():
            told += paragraph(f"{', '.join(changed)}: {short}", width, first="  ~ ")
    return told or ["No rule, exercise, hazard, source, fact or condition differs."]


def _field(field: Field, short: str | None, width: int) -> list[str]:
    if short is not None:
        return paragraph(short, width, first=f"      {field.name}: ")
    was, now = field.before or "(nothing)", field.after or "(nothing)"
    return [
        *paragraph(was, width, first=f"      {field.name}: "),
        *paragraph(now, width, first=f"      {' ' * len(field.name)}> "),
    ]


def listed_anew(field: Field, names: frozenset[str]) -> str | None:
    """What came into a list of names and what left it, where nothing else of a text changed.

    Args:
        field: What differs.
        names: The names that stand in lists: ids of exercises and of conditions.
    """
    was, now = ([part.strip(",;") for part in text.split()] for text in (field.before, field.after))
    if [word for word in was if word not in names] != [word for word in now if word not in names]:
        return None
    lost = [word for word in was if word in names and word not in now]
    won = [word for word in now if word in names and word not in was]
    if not lost and not won:
        return None
    told = [f"now with {', '.join(dict.fromkeys(won))}"] if won else []
    told += [f"no longer with {', '.join(dict.fromkeys(lost))}"] if lost else []
    return " and ".join(told)


def _ending(comparison: Comparison) -> str:
    asked = f"{comparison.facts} facts known or unknown"
    if not comparison.differences:
        same = "is referred, asked, offered, limited, cautioned or advised otherwise"
        return f"PROVED: nobody {same}, over {asked}."
    kinds: dict[str, int] = {}
    for found in comparison.differences:
        kinds[found.change.mark.value] = kinds.get(found.change.mark.value, 0) + 1
    said = ", ".join(f"{many} {mark}" for mark, many in kinds.items())
    return f"Kinds of difference: {said}; proved that there is no other kind, over {asked}."


def _difference(found: Difference, comparison: Comparison, files: Files, width: int) -> list[str]:
    mark = found.change.mark.value.upper().ljust(9)
    told = paragraph(found.change.value, width, first=f"  {mark}  ")
    if found.about:
        told += paragraph(f"about: {_named(found.about)}", width, indent=13)
    told += paragraph(
        f"before: {said(found.before, found.shows, words=_said_in(found))}", width, indent=13
    )
    told += paragraph(
        f"after: {said(found.after, found.shows, words=_said_in(found))}", width, indent=13
    )
    if not found.shown:
        told += paragraph(f"seen: {_not_shown(found)}", width, indent=13)
    lead = " " * 13
    if found.change in files:
        return [*told, f"{lead}facts: {files[found.change]}"]
    return [*told, f"{lead}facts:", *made_up.lines(found.facts, comparison.everybody, 15)]


def _not_shown(found: Difference) -> str:
    if not found.shows:
        return "not in this person: it depends on which of the offered exercises are chosen"
    if found.before.held or found.after.held:
        return "it is offered by the rules, and the gate holds the programme back"
    return "it is offered, and other exercises are chosen before it"


def _named(names: Iterable[str]) -> str:
    all_ = list(names)
    more = f" and {len(all_) - _MOST_NAMED} more" if len(all_) > _MOST_NAMED else ""
    return f"{', '.join(all_[:_MOST_NAMED])}{more}"


def _said_in(found: Difference) -> bool:
    """Whether the difference is one of words, which are then shown."""
    return any(word in found.change.value for word in ("caution", "advice", "stop"))


def said(got: Got, about: Iterable[str] = (), *, words: bool = False) -> str:
    """What a person gets, in a line; with how the first exercise it is about is offered.

    Args:
        got: What the person gets.
        about: The exercises, or the rules, that it is about.
        words: Whether to tell what is noted or advised, in place of doses.
    """
    from glutemed.render.words import dose, seen_by

    outcome = got.outcome
    if outcome is None:
        told = "the gate stops the programme, and nothing is given"
    elif outcome.referral is not None:
        when = outcome.referral.urgency.word
        told = f"referral, {when}, to {seen_by(outcome.referral.to)}"
    elif outcome.programme is not None:
        programme = outcome.programme
        told = (
            f"programme of stage {programme.stage}, {programme.sessions_per_week} times a week: "
            f"{', '.join(got.chosen)}"
        )
    else:
        sure = f" ({outcome.sure_urgency.word} for sure)" if outcome.sure_urgency else ""
        told = f"questions{sure}: {_named(asked.fact for asked in outcome.questions)}"
    about = list(about)
    for exercise in [each for each in about if each in got.offered][:1]:
        given = got.offered[exercise]
        told += f"; {exercise} offered: "
        if words:
            noted = " / ".join(dict.fromkeys(given.notes.values()))
            told += f"cautions: {noted or 'none'}"
        else:
            told += f"{dose(given.dose)}, knee to {given.depth} degrees, "
            told += f"{' and '.join(given.sides)} side"
    for rule in [each for each in about if words and each in {**got.advice, **got.stop}][:1]:
        told += f"; told: {got.advice.get(rule) or got.stop[rule]}"
    return told


def _tally(counted: Tally, width: int) -> list[str]:
    told = [f"Over {counted.people} people: {counted.same} get the same."]
    if counted.refused:
        told.append(
            f"  {counted.refused} contradict themselves by one of the books, and are left out"
        )
    for mark, many in counted.marks.items():
        told.append(f"  {many} {mark.value}")
    for change, many in counted.changes.items():
        first = f"(first: person {counted.first[change]})"
        told += paragraph(f"{many} {change.value}, {change.mark.value} {first}", width, indent=4)
    for (before, after), many in counted.outcomes.items():
        if before != after:
            told.append(f"    {many} from {before} to {after}")
    return told


def as_data(
    words: Words, comparison: Comparison, counted: Tally | None, files: Files
) -> dict[str, Any]:
    """The whole answer, as data."""
    data: dict[str, Any] = {
        "changed": {name: _section_data(section) for name, section in words.items()},
        "same_for_everybody": not comparison.differences,
        "differences": [_difference_data(found, files) for found in comparison.differences],
        "facts": comparison.facts,
        "not_compared": list(comparison.apart),
        "compared_in_part": list(comparison.narrowed),
    }
    if counted is not None:
        data["people"] = {
            "count": counted.people,
            "same": counted.same,
            "refused": counted.refused,
            "marks": {mark.value: many for mark, many in counted.marks.items()},
            "changes": {
                change.name.lower(): {"count": many, "first": counted.first[change]}
                for change, many in counted.changes.items()
            },
            "outcomes": [
                {"before": before, "after": after, "count": many}
                for (before, after), many in counted.outcomes.items()
            ],
        }
    return data


def _section_data(section: Section) -> dict[str, Any]:
    return {
        "added": list(section.added),
        "removed": list(section.removed),
        "changed": {
            name: {field.name: {"before": field.before, "after": field.after} for field in fields}
            for name, fields in section.changed.items()
        },
    }


def _difference_data(found: Difference, files: Files) -> dict[str, Any]:
    from glutemed.intake import to_dict

    data = {
        "change": found.change.name.lower(),
        "mark": found.change.mark.value.replace(" ", "_"),
        "about": list(found.about),
        "facts": to_dict(found.facts),
        "shows": list(found.shows),
        "shown": found.shown,
        "before": _got_data(found.before, found.shows),
        "after": _got_data(found.after, found.shows),
    }
    return data | ({"file": str(files[found.change])} if found.change in files else {})


def _got_data(got: Got, about: Iterable[str]) -> dict[str, Any]:
    return {
        "outcome": got.kind,
        "says": said(got, about),
        "exercises": list(got.chosen),
        "offered": sorted(got.offered),
    }
