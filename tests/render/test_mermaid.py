"""Pictures of the logic: they hold what the rulebook holds, and no text of it breaks them."""

from __future__ import annotations

import re
from pathlib import Path

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.renew import base
from glutemed.model.condition import leaves
from glutemed.model.ruleset import Ruleset
from glutemed.pipeline import explain, load_ruleset, read_facts
from glutemed.reading.specification import concluded
from glutemed.render.derivation_graph import derivation_graph
from glutemed.render.mermaid import MOST_TEXT, Flowchart, escaped
from glutemed.render.rule_graph import about_graph, exercise_graph, overview_graph

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
RULESET = load_ruleset()
NODE = re.compile(
    r"  (n\d+)(?:\[\[|\(\[|\{\{|\[|\()\"([^\"]*)\"(?:\]\]|\]\)|\}\}|\]|\))(?::::\w+)?"
)
EDGE = re.compile(r"  (n\d+) (?:-->|-\.->)(?:\|\"[^\"]*\"\|)? (n\d+)")
STYLE = re.compile(r"  classDef \w+ [\w:#,. -]+")


def drawn(text: str) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """The nodes and edges of a flowchart, every line of which is one of these."""
    heading, _, body = text.partition("flowchart LR\n")
    assert heading.startswith("---\nconfig:\n")
    nodes: dict[str, str] = {}
    edges = []
    for line in body.splitlines():
        if found := NODE.fullmatch(line):
            assert found[1] not in nodes
            nodes[found[1]] = found[2]
        elif found := EDGE.fullmatch(line):
            edges.append((found[1], found[2]))
        else:
            assert STYLE.fullmatch(line), line
    assert {name for edge in edges for name in edge} <= set(nodes)
    return nodes, edges


@given(st.text(max_size=60))
def test_no_text_ends_its_label_or_begins_markup(text: str) -> None:
    safe = escaped(text)
    bare = re.sub(r"#\d+;", "", safe)
    assert not set('"<>&`[]{}|\\#') & set(bare)
    assert "%%" not in bare
    assert safe.isprintable()


@given(st.text(min_size=1, max_size=60))
def test_a_text_can_be_read_back_from_its_label(text: str) -> None:
    back = re.sub(r"#(\d+);", lambda found: chr(int(found[1])), escaped(text))
    printable = "".join(char if char.isprintable() else " " for char in text)
    assert back.split() == printable.split()


@pytest.mark.parametrize(
    "text", ["end", "1. one", "- a", "a --> b", "https://a.b", "_x_", "%%{init"]
)
def test_words_of_mermaid_and_of_markdown_are_texts(text: str) -> None:
    chart = Flowchart("LR")
    chart.edge(chart.node("a", [text]), chart.node("b", ["b"]), text)
    nodes, edges = drawn(chart.text())
    assert len(nodes) == 2
    assert edges == [("n0", "n1")]


def test_a_long_text_is_cut() -> None:
    assert len(escaped("a" * 1000)) == MOST_TEXT


def test_what_is_drawn_twice_is_there_once() -> None:
    chart = Flowchart("LR")
    for _ in range(2):
        chart.edge(chart.node("a", ["a"]), chart.node("b", ["b"]))
    assert chart.text().count('["a"]') == 1
    assert chart.text().count("-->") == 1


@pytest.mark.parametrize("exercise", RULESET.exercises, ids=lambda exercise: exercise.id)
def test_every_rule_that_touches_an_exercise_is_in_its_picture(exercise) -> None:
    told = explain(read_facts({}, RULESET), RULESET, exercise.id).exercises[0]
    nodes, edges = drawn(exercise_graph(RULESET, exercise))
    labels = "\n".join(nodes.values())
    for one in told.derivations:
        assert escaped(one.written) in labels
    assert all(name in {name for edge in edges for name in edge} for name in nodes)
    assert len(edges) <= 500, "more than Mermaid draws by default"


def test_every_pack_with_rules_is_in_the_overview_of_packs() -> None:
    nodes, _ = drawn(overview_graph(RULESET, packs=True))
    labels = {part for label in nodes.values() for part in label.split("<br/>")}
    assert {rule.pack for rule in RULESET.written_rules} <= labels
    assert set(RULESET.computed) <= labels


def test_the_overview_has_a_node_for_each_folder_and_counts_every_rule_once() -> None:
    """Small enough to be read: no more nodes than fit on one sheet."""
    nodes, edges = drawn(overview_graph(RULESET))
    assert len(nodes) <= 20
    assert len(edges) <= 40
    labels = "\n".join(nodes.values())
    counted = sum(int(number) for number in re.findall(r"(\d+) rules?$", labels, re.MULTILINE))
    assert counted == len({rule.written for rule in RULESET.written_rules})
    assert {"conditions", "exercises", "surgeon"} <= {x.split("<br/>")[0] for x in nodes.values()}


@pytest.mark.parametrize(
    "name", ["history.latex_allergy", "complaint.pain_usual", "derived.irritability"]
)
def test_about_a_fact_there_is_every_rule_that_reads_it_and_no_rule_that_does_not(name) -> None:
    nodes, edges = drawn(about_graph(RULESET, name))
    labels = {part for label in nodes.values() for part in label.split("<br/>")}
    computed = {name}
    readers: set[str] = set()
    for _ in RULESET.computed or (None,):  # what is derived from it may be read in turn
        for rule in RULESET.written_rules:
            if computed & {leaf.fact for leaf in leaves(rule.condition)}:
                readers.add(rule.written)
                computed |= {made for made in [concluded(rule)] if made}
    all_rules = {rule.written for rule in RULESET.written_rules}
    assert labels & all_rules == readers
    assert all(node in {end for edge in edges for end in edge} for node in nodes)


def test_about_a_rule_there_are_its_facts_and_what_it_concludes() -> None:
    nodes, _ = drawn(about_graph(RULESET, "equipment/no-latex-bands-in-latex-allergy"))
    labels = "\n".join(nodes.values())
    for part in ("history.latex_allergy", "equipment.bands_latex_free", "must not be done"):
        assert part in labels
    assert "look-after-the-band" not in labels


def kept(name: str, text: str) -> None:
    path = GOLDEN / name
    assert path.exists(), f"keep it in {path.name}:\n{text}"
    assert text == path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def small() -> Ruleset:
    return base()


def test_the_picture_of_an_exercise_is_what_it_was(small: Ruleset) -> None:
    kept("graph-exercise.mmd", exercise_graph(small, small.exercise["clamshell-band-light"]))


def test_the_overview_is_what_it_was(small: Ruleset) -> None:
    kept("graph-overview.mmd", overview_graph(small))


@pytest.mark.parametrize(
    ("name", "exercise"), [("one", "clamshell-band-light"), ("everything", None)]
)
def test_the_picture_of_a_derivation_is_what_it_was(
    small: Ruleset, name: str, exercise: str | None
) -> None:
    facts = read_facts(
        {
            "screening": "clear",
            "person.age": 30,
            "complaint.conditions": ["patellofemoral_pain"],
            "complaint.pain_usual": 5,
        },
        small,
    )
    kept(f"graph-derivation-{name}.mmd", derivation_graph(explain(facts, small, exercise)))


def test_a_picture_of_a_person_holds_their_verdict_and_what_decides_it() -> None:
    facts = read_facts({"screening": "clear", "complaint.pain_usual": 5}, RULESET)
    told = explain(facts, RULESET, "single-leg-squat")
    nodes, _ = drawn(derivation_graph(told))
    labels = "\n".join(nodes.values())
    for one in told.exercises[0].derivations:
        if one.blocks:
            assert escaped(one.written) in labels


def test_a_text_of_a_rulebook_cannot_break_out_of_its_picture(small: Ruleset) -> None:
    wild = 'a"] --> n0; click n0 "javascript:x" %%{init: {}}%% <img src=x> `b` #quot;'
    exercise = attrs.evolve(small.exercise["clamshell"], name=wild)
    drawn(exercise_graph(small, exercise))
