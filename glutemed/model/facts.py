"""What is known of one person. Whatever is not given is unknown, and unknown is never taken as safe."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from operator import attrgetter
from typing import Any

import attrs

from glutemed.model.begun import never_begun, never_done
from glutemed.model.condition import Comparison
from glutemed.model.frozen import Frozen
from glutemed.model.noun import noun
from glutemed.model.value import (
    UNKNOWN,
    FactValue,
    Members,
    Unknown,
    fact_field,
    fault,
    members_of,
)
from glutemed.model.vocabulary import FactDeclaration, Kind

__all__ = [
    "BUILT_IN",
    "SUBJECTS",
    "UNKNOWN",
    "Complaint",
    "Equipment",
    "ExerciseResponse",
    "FactValue",
    "Facts",
    "History",
    "Members",
    "Person",
    "Response",
    "Screening",
    "Unknown",
    "each_declarations",
    "fault",
]


def _values(given: Mapping[str, Any]) -> Frozen[str, FactValue]:
    return Frozen({name: members_of(value) for name, value in given.items()})


def _names(names: Iterable[str]) -> frozenset[str]:
    return frozenset(names)


def _each(given: Mapping[str, ExerciseResponse]) -> Frozen[str, ExerciseResponse]:
    return Frozen(given)


def _answers(given: Mapping[str, bool | Unknown]) -> Frozen[str, bool | Unknown]:
    return Frozen(given)


@noun(kw_only=True)
class Person:
    """Who it is."""

    age: int | Unknown = fact_field(
        Kind.INT, "age", "How old are you?", unit="years", least=0, most=120
    )


@noun(kw_only=True)
class Complaint:
    """What hurts."""

    conditions: Members | Unknown = fact_field(
        Kind.SET, "diagnosis", "What has a clinician said that you have?"
    )
    felt_at: Members | Unknown = fact_field(
        Kind.SET,
        "where the knee hurts",
        "Where does your knee hurt?",
        values=("front", "outer", "inner", "below_kneecap", "back", "elsewhere"),
        words={
            "front": "at the front, around or behind the kneecap",
            "outer": "on the outer side",
            "inner": "on the inner side",
            "below_kneecap": "just below the kneecap",
            "back": "at the back",
            "elsewhere": "somewhere else",
        },
        silent_absent=True,
        after="complaint.conditions",
    )
    side: str | Unknown = fact_field(
        Kind.ENUM, "the side that hurts", "Which knee hurts?", values=("left", "right", "both")
    )
    weeks: int | Unknown = fact_field(
        Kind.INT,
        "how long it has hurt",
        "For how many weeks has it hurt?",
        unit="weeks",
        least=0,
        most=2600,
    )
    pain_usual: int | Unknown = fact_field(
        Kind.INT,
        "usual pain",
        "How bad is the pain in ordinary activity, from 0 (none) to 10 (the worst)?",
        most=10,
    )
    pain_at_rest: int | Unknown = fact_field(
        Kind.INT,
        "pain at rest",
        "How bad is the pain when you rest, from 0 (none) to 10 (the worst)?",
        most=10,
    )


@noun(kw_only=True)
class Screening:
    """The answers to the red flags that the rulebook declares; what is not in it is unknown."""

    answers: Frozen[str, bool | Unknown] = attrs.field(default=Frozen(), converter=_answers)

    @answers.validator
    def _check(self, _attribute: object, answers: Mapping[str, object]) -> None:
        for answer in answers.values():
            if answer is not UNKNOWN and not isinstance(answer, bool):
                raise ValueError("an answer to a red flag must be true or false")


@noun(kw_only=True)
class History:
    """What was before."""

    latex_allergy: bool | Unknown = fact_field(
        Kind.BOOL, "latex allergy", "Are you allergic to latex (rubber)?"
    )


@noun(kw_only=True)
class Equipment:
    """What is at hand."""

    bands: Members | Unknown = fact_field(
        Kind.SET,
        "resistance bands",
        "Which resistance bands do you have?",
        values=("light", "medium", "heavy"),
        silent_absent=True,
    )
    free_weights: bool | Unknown = fact_field(
        Kind.BOOL, "free weights", "Do you have free weights, such as ankle weights or dumbbells?"
    )
    bands_latex_free: bool | Unknown = fact_field(
        Kind.BOOL,
        "bands without latex",
        "Are your bands, or those that you would buy, free of latex?",
        after="history.latex_allergy",
    )


@noun(kw_only=True)
class ExerciseResponse:
    """How one exercise has gone so far."""

    sessions: int | Unknown = fact_field(
        Kind.INT,
        "sessions done with it",
        "How often have you done it?",
        unit="sessions",
        most=1000,
        after="response.sessions_done",
    )
    pain_during: int | Unknown = fact_field(
        Kind.INT,
        "pain during it",
        "How bad was the pain while you last did it, from 0 to 10?",
        after="response.sessions_done",
        most=10,
    )
    steps_earned: int | Unknown = fact_field(
        Kind.INT,
        "dose steps earned with it",
        "How often have you moved up a step of its dose, each time after two sessions running "
        "with all sets done with ease and pain of 2 or less (0 for never)?",
        unit="steps",
        most=20,
        after="response.sessions_done",
    )


@noun(kw_only=True)
class Response:
    """How the last sessions went."""

    sessions_done: int | Unknown = fact_field(
        Kind.INT,
        "sessions done",
        "How many sessions of this programme have you done?",
        unit="sessions",
        most=1000,
    )
    worst_pain_during: int | Unknown = fact_field(
        Kind.INT,
        "worst pain in the last session",
        "How bad was the worst pain during your last session, from 0 to 10?",
        after="response.sessions_done",
        contradicts=(never_begun("response.worst_pain_during", Comparison.ABOVE, 0),),
        most=10,
    )
    settled_by_morning: bool | Unknown = fact_field(
        Kind.BOOL,
        "settled by the next morning",
        "Was the pain back to its usual level by the next morning?",
        after="response.sessions_done",
        contradicts=(never_begun("response.settled_by_morning", Comparison.IS, False),),
    )
    stage_earned: int | Unknown = fact_field(
        Kind.INT,
        "stage earned",
        "Which is the highest stage whose leaving test you have passed (0 for none)?",
        most=3,
        after="response.sessions_done",
    )
    each: Frozen[str, ExerciseResponse] = attrs.field(default=Frozen(), converter=_each)


@noun(kw_only=True)
class Facts:
    """Everything known of one person.

    Args:
        declared: Facts that a rulebook declares outside the built-in ones, by full name.
        declined: Names of facts that were asked and not answered, and are not asked again. Of a
            set that is known in part, it is the rest that was not answered.
    """

    person: Person = Person()
    complaint: Complaint = Complaint()
    screening: Screening = Screening()
    history: History = History()
    equipment: Equipment = Equipment()
    response: Response = Response()
    declared: Frozen[str, FactValue] = attrs.field(default=Frozen(), converter=_values)
    declined: frozenset[str] = attrs.field(default=frozenset(), converter=_names)

    def __attrs_post_init__(self) -> None:
        for name in self.declared:
            if name.startswith(_OWN_PLACE) or name in BUILT_IN:
                raise ValueError(f"`{name}` has a place of its own, and is no declared fact")
        for name in self.declined:
            value = self.value(name)
            if value is not UNKNOWN and not isinstance(value, Members):
                raise ValueError(f"`{name}` is answered, so it cannot be declined")

    def value(self, name: str) -> FactValue:
        """The value of a fact by its full name, `UNKNOWN` where it is not given."""
        fetch = _FETCH.get(name)
        if fetch is not None:
            return fetch(self)  # type: ignore[no-any-return]
        if name.startswith("screening."):
            return self.screening.answers.get(name.removeprefix("screening."), UNKNOWN)
        if name.startswith("response.each."):
            exercise, _, field = name.removeprefix("response.each.").rpartition(".")
            each = self.response.each.get(exercise)
            return UNKNOWN if each is None else getattr(each, field)
        return self.declared.get(name, UNKNOWN)

    def known(self) -> Iterator[tuple[str, FactValue]]:
        """Every fact that is known, by its full name."""
        for name in BUILT_IN:
            yield name, self.value(name)
        for flag, answer in self.screening.answers.items():
            yield f"screening.{flag}", answer
        for exercise, each in self.response.each.items():
            for field in attrs.fields(ExerciseResponse):
                yield f"response.each.{exercise}.{field.name}", getattr(each, field.name)
        yield from self.declared.items()

    def stated(self) -> dict[str, FactValue]:
        """The facts that are known, without the unknown ones, by full name."""
        return {name: value for name, value in self.known() if value is not UNKNOWN}

    @classmethod
    def of(cls, values: Mapping[str, FactValue], declined: Iterable[str] = ()) -> Facts:
        """Facts from full names; the inverse of `stated`.

        Raises:
            ValueError: A built-in fact has a value that it may not have.
        """
        parts: dict[str, dict[str, Any]] = {name: {} for name in SUBJECTS}
        answers: dict[str, Any] = {}
        each: dict[str, dict[str, Any]] = {}
        declared: dict[str, FactValue] = {}
        for name, value in values.items():
            subject, _, rest = name.partition(".")
            if subject == "screening":
                answers[rest] = value
            elif name.startswith("response.each."):
                exercise, _, field = rest.removeprefix("each.").rpartition(".")
                each.setdefault(exercise, {})[field] = value
            elif name in BUILT_IN:
                parts[subject][rest] = value
            else:
                declared[name] = value
        responses = {exercise: ExerciseResponse(**given) for exercise, given in each.items()}
        return cls(
            person=Person(**parts["person"]),
            complaint=Complaint(**parts["complaint"]),
            screening=Screening(answers=answers),
            history=History(**parts["history"]),
            equipment=Equipment(**parts["equipment"]),
            response=Response(**parts["response"], each=responses),
            declared=declared,
            declined=declined,
        )

    def with_fact(self, name: str, value: FactValue) -> Facts:
        """The same facts with one of them changed (or forgotten, with `UNKNOWN`)."""
        values = {known: old for known, old in self.stated().items() if known != name}
        if value is not UNKNOWN:
            values[name] = value
        return Facts.of(values, self.declined - {name})

    def decline(self, name: str) -> Facts:
        """The same facts with one that was asked and not answered."""
        return Facts.of(self.stated(), self.declined | {name})


_OWN_PLACE = ("screening.", "response.each.")

SUBJECTS: Frozen[str, type] = Frozen(
    {
        "person": Person,
        "complaint": Complaint,
        "history": History,
        "equipment": Equipment,
        "response": Response,
    }
)


def _declarations(prefix: str, subject: type) -> dict[str, FactDeclaration]:
    return {
        f"{prefix}.{field.name}": attrs.evolve(
            field.metadata["declaration"], name=f"{prefix}.{field.name}"
        )
        for field in attrs.fields(subject)
        if "declaration" in field.metadata
    }


BUILT_IN: Frozen[str, FactDeclaration] = Frozen(
    {
        name: declaration
        for prefix, subject in SUBJECTS.items()
        for name, declaration in _declarations(prefix, subject).items()
    }
)

_FETCH: Frozen[str, attrgetter[Any]] = Frozen({name: attrgetter(name) for name in BUILT_IN})


def each_declarations(exercise: str, name: str) -> dict[str, FactDeclaration]:
    """The facts about how one exercise has gone, for an exercise of that id and name.

    Whether it was done at all is asked first: of one that was never done nothing else is asked.
    """
    prefix = f"response.each.{exercise}"
    found = _declarations(prefix, ExerciseResponse)
    done = f"{prefix}.sessions"
    return {
        key: attrs.evolve(
            fact,
            label=f"{fact.label} ({name})",
            ask=f"{name}: {fact.ask}",
            after=fact.after if key == done else done,
            contradicts=never_done(prefix) if key == f"{prefix}.pain_during" else (),
        )
        for key, fact in found.items()
    }
