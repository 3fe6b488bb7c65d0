"""Every form of the rule language with its keys, in the order in which files have them."""

from __future__ import annotations

from glutemed.model.exercise import SIDES, STAGES
from glutemed.model.facts import BUILT_IN
from glutemed.model.frozen import Frozen
from glutemed.model.rule import SEEN_BY, Urgency
from glutemed.model.vocabulary import Kind
from glutemed.rulebook.cases import OUTCOMES
from glutemed.rulebook.conclusions import EXERCISE_LIMITS, PROGRAMME_LIMITS
from glutemed.rulebook.declarations import READ, STRENGTHS
from glutemed.rulebook.exercise_grammar import DOSE, EXERCISE_FORMS, ID, REVIEWED, SOURCES
from glutemed.rulebook.figure_grammar import FIGURE_FORMS
from glutemed.rulebook.form import MOST_TEXT
from glutemed.rulebook.language import (
    AnyOf,
    Asking,
    Choice,
    Facts,
    Flag,
    FormOf,
    Key,
    Keyed,
    Listed,
    Named,
    Names,
    Part,
    Shape,
    Speaks,
    Text,
    Whole,
    Word,
)

KEBAB = ID.pattern
SNAKE = "^[a-z][a-z0-9]*(_[a-z0-9]+)*$"
_DOTTED = "[a-z][a-z0-9]*(_[a-z0-9]+)*$"
FACT = f"^[a-z][a-z0-9]*(_[a-z0-9]+)*\\.{_DOTTED}"
DERIVED = f"^derived\\.{_DOTTED}"
SCORE = f"^score\\.{_DOTTED}"
_MOST_INT = 10_000
_WHENEVER = (
    "When it holds, over facts about a person; several keys mean all of them; left out: always."
)
_SILENCE = Choice(("unknown", "absent"))
_SELECTOR = Asking(Speaks.EXERCISES)
_WORDS = AnyOf((Listed(Word(SNAKE), least=1), Keyed(Word(SNAKE), Text())))
_EXERCISE = Named(Names.EXERCISE)
_EXERCISES = Listed(_EXERCISE, least=1, most=100)
_FACT_NAMES = Listed(Named(Names.FACT), least=1, most=100)
_RULE_NAMES = Listed(Named(Names.RULE), least=1, most=100)


def _many(form: str, *, apart: bool = False) -> Listed:
    return Listed(Part(form, tall=True), tall=True, apart=apart)


def _because(says: str) -> Key:
    return Key("because", Text(), says, required=True)


def _sources(says: str = "Ids of the sources that it rests on.") -> Key:
    return Key("sources", SOURCES, says, required=True)


_FILE = (
    Key("pack", ID, "The name of this file's pack; the ids below become PACK/ID.", required=True),
    Key("version", Text(), "The version of this pack, such as 1.0.0.", required=True),
    Key("title", Text(), "What this file is about."),
    Key("when", Asking(Speaks.FACTS), "Joins the `when` of every rule of this file."),
    Key("facts", _many("fact"), "Further facts that may be asked."),
    Key("conditions", _many("condition"), "What a person may have; named in complaint.conditions."),
    Key("derived", _many("derived value"), "Named ordered values that rules derive."),
    Key("scores", _many("score"), "Named sums that rules add points to."),
    Key("rules", _many("rule", apart=True), "What follows for whom."),
    Key("exercises", _many("exercise", apart=True), "One row for each exercise at each load."),
    Key("figures", _many("figure", apart=True), "How exercises begin and end, to be drawn."),
    Key("hazards", _many("hazard", apart=True), "What must never happen, written from sources."),
    Key("sources", _many("source"), "What rules, exercises and hazards rest on."),
    Key("cases", _many("case", apart=True), "People, and what they must and must not get."),
)

_FACT = (
    Key("name", Word(FACT), "subject.name; red flags live under screening.", required=True),
    Key("type", Choice(tuple(kind.value for kind in Kind)), "What an answer is.", required=True),
    Key("range", Listed(Whole(-_MOST_INT, _MOST_INT), 2, 2), "The least and most of an int."),
    Key("unit", Text(), "What an int counts, such as weeks."),
    Key("values", _WORDS, "The words of an enum or set; or each with what to say to people."),
    Key("ordered", Flag(), "Whether the values of an enum rise in the order given."),
    Key("silence", _SILENCE, "What a member of a set is that a list does not name."),
    Key("red_flag", Flag(), "Answered at once by `screening: clear`."),
    Key("label", Text(), "A noun phrase: “a hot, swollen knee”.", required=True),
    Key("ask", Text(), "A question that a lay person can answer.", required=True),
    Key("after", Named(Names.FACT), "Asked only once that fact is answered."),
    Key("contradicts", _many("contradiction"), "Answers that cannot be right beside others."),
)

_CONTRADICTION = (
    Key(
        "when",
        Asking(Speaks.FACTS),
        "This answer, and what other facts say: both cannot be right.",
        required=True,
    ),
    _because("Why both cannot be right, in a line."),
)

_CONDITION = (
    Key("id", Word(SNAKE), "A word like runners_knee.", required=True),
    Key("name", Text(), "What it is called.", required=True),
    Key("sentence", Text(), "What it is like, for the person.", required=True),
    Key("icd10cm", Listed(Word("^[A-Z][0-9][0-9A-Z](\\.[0-9A-Z]{1,4})?$"), 0, 40), "Its codes."),
    Key("evidence", Choice(STRENGTHS), "How well it is shown that exercise helps.", required=True),
    Key("evidence_note", Text(), "What the trials show, and what they do not."),
    Key(
        "felt_at", Listed(Choice(BUILT_IN["complaint.felt_at"].values)), "Where it is usually felt."
    ),
    Key("silence", _SILENCE, "What it means when a person lists conditions and not this one."),
    _sources(),
)

_DERIVED = (
    Key("name", Word(DERIVED), "derived.name", required=True),
    Key("values", _WORDS, "Its values; worse is later.", required=True),
    Key("default", Word(SNAKE), "What it is where no rule says more.", required=True),
    Key("label", Text(), "A noun phrase for people.", required=True),
)

_SCORE = (
    Key("name", Word(SCORE), "score.name", required=True),
    Key("label", Text(), "A noun phrase for people.", required=True),
)

_RULE = (
    Key("id", ID, "A word like keep-squats-shallow.", required=True),
    Key("each", Choice(("exercise",)), "One rule for every exercise that its conclusion selects."),
    Key("when", Asking(Speaks.FACTS), _WHENEVER),
    Key("then", Part("conclusion"), "The one conclusion.", required=True),
    _because("One sentence for the person: why this follows."),
    _sources(),
    REVIEWED,
    Key(
        "examples",
        Listed(Part("example"), tall=True),
        "Facts on which it fires, does not fire, or cannot be told.",
    ),
)

_CONCLUSION = (
    Key(
        "refer",
        Choice(tuple(urgency.word for urgency in reversed(Urgency))),
        "Somebody must see this person, this soon.",
    ),
    Key("to", Listed(Choice(SEEN_BY), 1, len(SEEN_BY)), "Who must see the person."),
    Key("now", Text(), "What to do now, in a sentence."),
    Key("contraindicate", _SELECTOR, "Must not be done."),
    Key("caution", _SELECTOR, "May be done, with a note."),
    Key("note", Text(), "The sentence that is printed beside the exercise."),
    Key("indicate", _SELECTOR, "A reason to do it."),
    Key("prefer", _SELECTOR, "Rather these than others; never a matter of safety."),
    Key("over", _SELECTOR, "The others."),
    Key("strength", Whole(1, 3), "How strongly it prefers."),
    Key("limit", Part("limit"), "The most of one or several amounts."),
    Key("for", _SELECTOR, "The exercises that a limit is about; {} is all of them."),
    Key("derive", Keyed(Word(DERIVED), Word(SNAKE), most=1), "A derived value is at least this."),
    Key("score", Keyed(Word(SCORE), Whole(-1000, 1000), most=1), "Points for a score."),
    Key("advise", Text(), "A sentence for the person."),
    Key("shown", Choice(("advice", "stop")), "stop: it says when to stop, and has no condition."),
)
"""The kinds of conclusions, each with the keys that go with it behind it."""

NEEDED_WITH: Frozen[str, tuple[str, ...]] = Frozen(
    {"refer": ("to", "now"), "caution": ("note",), "prefer": ("over", "strength")}
)
"""The keys that a kind of conclusion must have beside it."""

ONLY_WITH: Frozen[str, str] = Frozen(
    {
        **{key: kind for kind, keys in NEEDED_WITH.items() for key in keys},
        "for": "limit",
        "shown": "advise",
    }
)
"""The keys that mean something beside one kind of conclusion alone."""

_LIMIT = (
    *(
        Key(name, Whole(*bounds), f"At most this: {name.replace('_', ' ')}.")
        for name, bounds in EXERCISE_LIMITS.items()
    ),
    Key("working_sides", Listed(Choice(SIDES), 1, 2), "Only these sides may work."),
    *(
        Key(name, Whole(*bounds), f"At most this, of the programme: {name.replace('_', ' ')}.")
        for name, bounds in PROGRAMME_LIMITS.items()
    ),
)

_EXAMPLE = (
    Key("given", Facts(), "What is known; whatever is not given is unknown."),
    Key(
        "fires",
        AnyOf((Flag(), Choice(("unknown",)))),
        "What the rule says of it: true, false or unknown.",
        required=True,
    ),
)


_HAZARD = (
    Key("id", ID, "A word like no-deep-loaded-bend.", required=True),
    Key("when", Asking(Speaks.FACTS), _WHENEVER),
    Key(
        "never",
        Asking(Speaks.PRESCRIPTIONS),
        "A selector that may also bound what is prescribed.",
        required=True,
    ),
    _because("One line that a clinician would sign."),
    _sources(),
)

_SOURCE = (
    Key("id", ID, "A word like powers-2014.", required=True),
    Key("authors", Text(), "Who wrote it.", required=True),
    Key("year", Whole(1800, 2100), "The year.", required=True),
    Key("title", Text(), "Its title.", required=True),
    Key("journal", Text(), "Where it appeared."),
    Key("doi", Word("^10\\.\\d{4,9}/\\S+$", MOST_TEXT), "Its DOI; or give `url`."),
    Key("url", Word("^https?://\\S+$", MOST_TEXT), "Its address; or give `doi`."),
    Key("read", Choice(READ), "How far we read it, honestly.", required=True),
    Key("says", Text(), "What we take from it, in our words.", required=True),
)

_CASE = (
    Key("name", Text(), "Who this is, and what they must get.", required=True),
    Key("facts", Facts(nested=True), "Everything that is known of this person.", required=True),
    Key("expect", Part("expectation"), "What they must and must not get.", required=True),
)

_EXPECTATION = (
    Key("outcome", Choice(OUTCOMES), "What comes out.", required=True),
    Key("urgency", Choice(tuple(urgency.word for urgency in Urgency)), "Of the referral."),
    Key("stage", Whole(min(STAGES), max(STAGES)), "The stage of the programme."),
    Key("has", _EXERCISES, "In the programme."),
    Key("lacks", _EXERCISES, "Not in the programme."),
    Key("withheld", Keyed(_EXERCISE, _FACT_NAMES), "Withheld for these facts."),
    Key("contraindicated", Keyed(_EXERCISE, _RULE_NAMES), "Contraindicated by these rules."),
    Key("unavailable", _EXERCISES, "Listed as lacking their equipment."),
    Key("asks", _FACT_NAMES, "Among the questions."),
    Key("asks_first", Named(Names.FACT), "The first question."),
    Key("because", _RULE_NAMES, "Rules that the outcome cites."),
    Key("depth", Keyed(_EXERCISE, Whole(0, 150)), "The bend that is prescribed, in degrees."),
    Key("dose", Keyed(_EXERCISE, Part("prescribed dose")), "The dose that is prescribed."),
)

_PRESCRIBED = tuple(Key(key.name, key.shape, key.says) for key in DOSE)

FORMS: Frozen[str, FormOf] = Frozen(
    {
        form.what: form
        for form in (
            FormOf("rule file", _FILE),
            FormOf("fact", _FACT),
            FormOf("contradiction", _CONTRADICTION),
            FormOf("condition", _CONDITION),
            FormOf("derived value", _DERIVED),
            FormOf("score", _SCORE),
            FormOf("rule", _RULE),
            FormOf("conclusion", _CONCLUSION),
            FormOf("limit", _LIMIT),
            FormOf("example", _EXAMPLE),
            *EXERCISE_FORMS,
            FormOf("hazard", _HAZARD),
            FormOf("source", _SOURCE),
            FormOf("case", _CASE),
            FormOf("expectation", _EXPECTATION),
            FormOf("prescribed dose", _PRESCRIBED),
            *FIGURE_FORMS,
        )
    }
)
"""Every form, by what the readers call it."""

FILE = FORMS["rule file"]


def item(section: str) -> FormOf:
    """The form of the items of a section."""
    shape: Shape = FILE.key[section].shape
    assert isinstance(shape, Listed)
    assert isinstance(shape.of, Part)
    return FORMS[shape.of.form]
