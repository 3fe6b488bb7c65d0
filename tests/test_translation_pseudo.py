"""A language of no country, in which no letter is as in English: what it lacks bypasses the catalogue."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from html.parser import HTMLParser

import pytest

from glutemed.cli import dialogue
from glutemed.cli.diary_turn import show_turn
from glutemed.diary.course import turn
from glutemed.diary.plot import plot
from glutemed.diary.record import Asked, Line, Morning, Record, Session, Start, Work
from glutemed.diary.words import head, session_row
from glutemed.model.facts import Facts
from glutemed.model.outcome import OutcomeKind
from glutemed.pipeline import explain, load_ruleset, read_facts, recommend
from glutemed.render import explanation
from glutemed.render.derivation_graph import derivation_graph
from glutemed.render.handout.content import handout
from glutemed.render.handout.page import as_html
from glutemed.render.handout.sheet import Occasion
from glutemed.render.human import as_text
from glutemed.render.json import as_plain
from glutemed.render.markdown import as_markdown
from languages import catalogues, marked, speaking, wanted

_WORD = re.compile(r"[\w./:*+-]*[A-Za-z][\w./:*+-]*", re.ASCII)
_KEPT = ("glutemed", "durable-rules", "truth")
PEOPLE = 24


@pytest.fixture(scope="module")
def ruleset():
    return load_ruleset()


@pytest.fixture(scope="module")
def spoken(ruleset):
    return speaking(ruleset, catalogues(wanted(ruleset), marked))


@pytest.fixture(scope="module")
def people(spoken):
    """Some people of the cases, and what each gets; as many of each kind of outcome as there are."""
    found = {}
    for case in spoken.cases[:: max(1, len(spoken.cases) // 150)]:
        facts = read_facts(dict(case.facts), spoken)
        outcome = recommend(facts, spoken)
        sort = (
            outcome.kind,
            outcome.sure_urgency,
            bool(outcome.withheld),
            bool(outcome.unavailable),
        )
        found.setdefault(sort, []).append((facts, outcome))
    nobody = Facts()
    found["nobody"] = [(nobody, recommend(nobody, spoken))]
    most = max(2, PEOPLE // len(found))
    return [pair for pairs in found.values() for pair in pairs[:most]]


@pytest.fixture(scope="module")
def ids(spoken):
    """What stands in a text as it is in every language: ids, names of facts, places in files."""
    found = {rule.written for rule in spoken.rules} | {rule.id for rule in spoken.rules}
    found |= {hazard.id for hazard in spoken.hazards}
    found |= set(spoken.vocabulary.facts) | set(spoken.exercise)
    found |= {source.id for source in spoken.sources}
    found |= {rule.span.text.name for rule in spoken.rules}
    found |= {"glutemed/nothing-fits", spoken.fingerprint[:12], *_KEPT}
    return found


def unsaid(text, ids):
    """The words of a text that are no ids, and were not said by the catalogue."""
    words = (word.strip(".,;:*") for word in _WORD.findall(text))
    return {word for word in words if word not in ids and re.sub(r":\d+\Z", "", word) not in ids}


def test_the_check_finds_a_word_that_bypasses_the_catalogue(ids):
    assert unsaid(
        f"{marked('needs equipment: {needs}').format(needs='a step')} [{'clamshell'}]", ids
    ) == {
        "a",
        "step",
    }


def test_every_message_is_a_third_longer_and_has_no_letter_of_the_english():
    said = marked("Stage {stage}, and more")
    assert "{stage}" in said
    assert not re.search("[A-Za-z]", said.replace("{stage}", ""))
    assert len(said) >= 1.3 * len("Stage {stage}, and more")


def test_the_people_get_every_kind_of_outcome(people):
    kinds = {outcome.kind.value for _, outcome in people}
    assert kinds == {"programme", "referral", "questions"}
    programmes = [outcome.programme for _, outcome in people if outcome.programme is not None]
    assert any(one.cautions for found in programmes for one in found.exercises)
    assert any(found.next for found in programmes)
    assert any(outcome.unavailable for _, outcome in people)
    assert any(outcome.withheld for _, outcome in people)
    assert any(outcome.sure_urgency is not None for _, outcome in people)


def test_no_text_of_an_outcome_bypasses_the_catalogue(spoken, people, ids):
    for _, outcome in people:
        assert unsaid(as_text(outcome, spoken), ids) == set()
        assert unsaid(as_markdown(outcome, spoken), ids) == set()


def test_no_text_in_the_json_of_an_outcome_bypasses_the_catalogue(people, ids):
    texts = {"name", "how", "mistakes", "cautions", "why", "stop", "advice", "unlocks", "text"}
    texts |= {"now", "ask", "needs", "notice"}
    met = set()

    def look(value, key):
        if isinstance(value, dict):
            for name, inner in value.items():
                # `needs` and `text` hold texts; what is below `load` or `ruleset` are words.
                look(inner, name)
        elif isinstance(value, list):
            for inner in value:
                look(inner, key)
        elif key in texts:
            met.add(key)
            assert unsaid(str(value), ids) == set(), key

    for _, outcome in people:
        look(as_plain(outcome), "")
    assert met == texts


def test_no_text_of_an_explanation_bypasses_the_catalogue(spoken, people, ids):
    for number, (facts, _) in enumerate(people):
        told = explain(facts, spoken, "clamshell" if number % 2 else "single-leg-squat")
        assert unsaid(explanation.as_text(told, locale=spoken.locale), ids) == set()
    for facts, _ in people[::6]:
        told = explain(facts, spoken)
        assert unsaid(explanation.as_text(told, locale=spoken.locale), ids) == set()


def test_no_text_of_a_picture_of_the_logic_bypasses_the_catalogue(spoken, people, ids):
    for facts, _ in people[::4]:
        drawn = derivation_graph(explain(facts, spoken, "clamshell"), spoken.locale)
        labels = re.findall(r'"([^"]*)"', drawn)
        assert labels
        for label in labels:
            text = re.sub(r"<br/?>|#\w+;", " ", label)
            assert unsaid(text, ids) == set(), label


class Seen(HTMLParser):
    """The texts of a page that are seen or read out."""

    def __init__(self, page):
        super().__init__()
        self.texts, self.within = [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        if tag not in {"meta", "link", "br", "hr", "img", "input", "path", "circle", "line"}:
            self.within.append(tag)
        self.texts += [text for name, text in attrs if name in {"alt", "aria-label", "title"}]

    def handle_startendtag(self, tag, attrs):
        self.texts += [text for name, text in attrs if name in {"alt", "aria-label", "title"}]

    def handle_endtag(self, tag):
        while self.within and self.within.pop() != tag:
            pass

    def handle_data(self, data):
        if not {"style", "script"} & set(self.within):
            self.texts.append(data)


def test_no_text_of_a_handout_bypasses_the_catalogue(spoken, people, ids):
    known = ids | {"recommend", "--code", "CODE"}
    made = 0
    for _, outcome in people:
        if outcome.kind is OutcomeKind.QUESTIONS:
            continue
        sheet = handout(outcome, spoken, Occasion(day=dt.date(2026, 11, 22)), "CODE")
        cited = {word for text in sheet.sources.texts for word in _WORD.findall(text)}
        texts = Seen(as_html(sheet)).texts
        assert len(texts) > 20
        assert unsaid("\n".join(texts), known | cited) == set()
        made += 1
    assert made > 4


AT = dt.datetime(2025, 3, 3, 18, tzinfo=dt.UTC)
KNEE = {
    "screening": "clear",
    "person": {"age": 30},
    "complaint": {
        "conditions": ["patellofemoral_pain"],
        "side": "left",
        "weeks": 8,
        "pain_usual": 3,
        "pain_at_rest": 1,
    },
    "history": {"latex_allergy": False, "unsteady": False, "kneeling_hurts": False},
    "equipment": {"bands": ["light"], "free_weights": False, "step": False},
    "response": {"sessions_done": 0},
}


def diary(ruleset, *sessions):
    """A record with some sessions of one exercise, each a pain and how it was on the morning after."""
    asked = Asked(step=0, sets=2, reps=10, hold_s=0, effort=5)
    start = Start(at=AT, facts=KNEE, version=ruleset.version, fingerprint=ruleset.fingerprint)
    kept = []
    for number, (pain, worse) in enumerate(sessions, 1):
        at = AT + dt.timedelta(days=2 * number)
        later = at + dt.timedelta(hours=13)
        done = Work(sets=2, reps=10, effort=5, pain=pain)
        kept.append(
            Session(
                number=number,
                at=at,
                stage=1,
                lines=[Line(exercise="clamshell-band-light", asked=asked, done=done)],
                usual=3,
                rest=0,
                flags=(),
                morning=None
                if worse is None
                else Morning(at=later, pain=pain, settled=not worse, worse=worse),
            )
        )
    return Record(start=start, sessions=kept)


def test_no_text_of_the_diary_bypasses_the_catalogue(spoken, ids, capsys):
    courses = set()
    typed = {"diary", "next", "log", "--ask", "--full", "--set", "screening=clear", "false"}
    good, bad, open_ = (1, False), (8, True), (4, None)
    for sessions in ((), (good,), (good, good), (good, good, bad), (good, open_), (bad, bad)):
        record = diary(spoken, *sessions)
        found = turn(record, spoken, spoken.locale)
        courses.add(found.course)
        show_turn(found, record, spoken)
        said = capsys.readouterr()
        assert unsaid(said.out + said.err, ids | typed) == set(), sessions
        rows = [
            head(spoken.locale),
            *(session_row(n, one, spoken.locale) for n, one in enumerate(record.sessions, 1)),
        ]
        assert unsaid("\n".join("  ".join(row) for row in rows), ids) == set()
        texts = Seen(plot(record, spoken.locale)).texts
        assert unsaid("\n".join(texts), ids) == set()
    assert len(courses) > 3


def test_no_question_of_the_interview_bypasses_the_catalogue(spoken, ids, monkeypatch, capsys):
    prompts = []
    said = {
        spoken.locale.say(
            "Numbers of those that apply (such as 2 or 1, 3), or 0, or ?:"
        ): "hm yes ?",
        spoken.locale.say("yes, no or ?:"): "hm no",
        spoken.locale.say("One or more numbers (such as 1 or 1, 2):"): "hm 99 1",
        spoken.locale.say("One number:"): "hm 1,2 1",
    }
    turns = {prompt: itertools.cycle(typed.split()) for prompt, typed in said.items()}
    numbers = itertools.cycle(("hm", "9999", "1"))

    def answer(prompt):
        """Nonsense first, so that what is said to that is read as well; then something."""
        prompts.append(prompt)
        return next(turns.get(prompt, numbers))

    monkeypatch.setattr("glutemed.cli.prompts.typed", answer)
    begun = {"person": {"age": 30}, "complaint": {"conditions": ["patellofemoral_pain"]}}
    dialogue.interview(spoken, read_facts(begun, spoken))
    told = capsys.readouterr().err
    assert set(turns) < set(prompts)
    assert len(prompts) > 40
    assert unsaid("\n".join(prompts), ids) == set()
    assert unsaid(told, ids) == set()


def test_an_interview_about_the_rest_of_a_set_bypasses_no_catalogue(
    spoken, ids, monkeypatch, capsys
):
    known = {"complaint": {"conditions": {"present": ["patellofemoral_pain"]}}}
    monkeypatch.setattr("glutemed.cli.prompts.typed", lambda _: "0")
    dialogue.interview(spoken, read_facts(known, spoken))
    assert unsaid(capsys.readouterr().err, ids) == set()
