"""Who contradicts themselves is refused on every way in, and is nobody to proofs and strategies."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from glutemed.cli.dialogue import interview
from glutemed.cli.interview import Progress
from glutemed.intake import contradictions, to_dict
from glutemed.model.condition import All, AnyOf, Compare, Comparison, Condition, Not
from glutemed.model.errors import FactsInvalid
from glutemed.model.facts import UNKNOWN, Facts, FactValue, Members
from glutemed.model.vocabulary import Contradiction, FactDeclaration, Kind
from glutemed.pipeline import decide, load_ruleset, read_facts, recommend
from glutemed.reading.truth import holds
from glutemed.testing import complete_people, neighbours, people, plausible_people
from glutemed.testing.persons import reconciled

RULES = load_ruleset()
DENIED = RULES.vocabulary.contradictions
SHIPPED = [pair for pair in DENIED if not pair[0].name.startswith("response.each.")]
OF_ONE_EXERCISE = [pair for pair in DENIED if ".clamshell." in pair[0].name]
IDS = [f"{fact.name} {number}" for number, (fact, _) in enumerate((*SHIPPED, *OF_ONE_EXERCISE))]


def true_of(condition: Condition, so_far: Mapping[str, FactValue]) -> dict[str, FactValue]:
    """Answers that make a condition TRUE, beside others."""
    said = dict(so_far)
    if isinstance(condition, All):
        for child in condition.children:
            said = true_of(child, said)
        return said
    if isinstance(condition, AnyOf):
        return true_of(condition.children[0], said)
    negated = isinstance(condition, Not)
    leaf = condition.child if isinstance(condition, Not) else condition
    assert isinstance(leaf, Compare)
    declared = RULES.vocabulary[leaf.fact]
    if leaf.comparison is Comparison.INCLUDES:
        members = frozenset(map(str, leaf.constants))
        said[leaf.fact] = Members(absent=members) if negated else Members(present=members)
        return said
    values: tuple[FactValue, ...] = declared.values
    if declared.kind is Kind.BOOL:
        values = (False, True)
    elif declared.kind is Kind.INT:
        values = tuple(range(declared.least, declared.most + 1))
    said[leaf.fact] = next(v for v in values if holds(v, leaf, declared) is not negated)
    return said


def refused(given_: str | dict[str, object] | Facts) -> set[str]:
    """The codes with which facts are refused."""
    try:
        read_facts(given_, RULES)
    except FactsInvalid as invalid:
        return {found.code for found in invalid.diagnostics}
    return set()


@pytest.mark.parametrize(("fact", "found"), [*SHIPPED, *OF_ONE_EXERCISE], ids=IDS)
def test_every_contradiction_is_refused_as_text_mapping_and_objects(
    fact: FactDeclaration, found: Contradiction
) -> None:
    """One and the same person, told in four ways; no stage takes them either."""
    person = Facts.of(true_of(found.when, {}))
    told = to_dict(person)
    assert refused(told) == {"GM410"}
    assert refused(json.dumps(told)) == {"GM410"}
    assert refused("\n".join(f"{key}: {json.dumps(value)}" for key, value in told.items())) == {
        "GM410"
    }
    assert refused(person) == {"GM410"}
    for stage in (recommend, decide):
        with pytest.raises(FactsInvalid) as invalid:
            stage(person, RULES)
        assert f"`{fact.name}` contradicts" in invalid.value.diagnostics[0].message


@pytest.mark.parametrize(("fact", "found"), [*SHIPPED, *OF_ONE_EXERCISE], ids=IDS)
def test_with_either_answer_unknown_or_declined_nothing_is_refused(
    fact: FactDeclaration, found: Contradiction
) -> None:
    """Unknown is no "no": a finer answer beside an outer one that is open is read as it is."""
    person = Facts.of(true_of(found.when, {}))
    names = sorted(person.stated())
    assert len(names) > 1
    for name in names:
        fewer = person.with_fact(name, UNKNOWN)
        assert not refused(fewer)
        assert not refused(fewer.decline(name))
        assert not refused(to_dict(fewer.decline(name)))


def test_many_people_at_once_refuse_the_same_ones_with_the_same_words(tmp_path: Path) -> None:
    """Each contradiction is a row of the rejects; with one answer less it is a row of the output."""
    duckdb = pytest.importorskip("duckdb")
    from glutemed.population import recommend_file

    wrong = [Facts.of(true_of(found.when, {})) for _, found in (*SHIPPED, *OF_ONE_EXERCISE)]
    right = [person.with_fact(min(person.stated()), UNKNOWN) for person in wrong]
    source, out, rejects = (tmp_path / name for name in ("in.jsonl", "out.parquet", "no.csv"))
    source.write_text(
        "".join(json.dumps(to_dict(person)) + "\n" for person in (*wrong, *right)),
        encoding="utf-8",
    )
    recommend_file(source, out, RULES, rejects=rejects)
    query = f"SELECT row, reason FROM read_csv('{rejects}') ORDER BY row"
    rows = duckdb.sql(query).fetchall()
    assert [row for row, _ in rows] == [*range(1, len(wrong) + 1)]
    for person, (_, reason) in zip(wrong, rows, strict=True):
        with pytest.raises(FactsInvalid) as invalid:
            read_facts(to_dict(person), RULES)
        assert reason == "; ".join(f"{d.code}: {d.message}" for d in invalid.value.diagnostics)


@settings(max_examples=30)
@given(st.data())
def test_forgetting_never_makes_a_contradiction(data: st.DataObject) -> None:
    """What somebody does not say contradicts nothing, so fewer facts are never refused anew."""
    person = data.draw(plausible_people(RULES))
    stated = person.stated()
    assume(stated)
    gone = data.draw(st.lists(st.sampled_from(sorted(stated)), unique=True))
    for name in gone:
        person = person.with_fact(name, UNKNOWN)
    assert not list(contradictions(person, RULES.vocabulary))


@settings(max_examples=30)
@given(st.data())
def test_generated_people_do_not_contradict_themselves(data: st.DataObject) -> None:
    """Whoever the strategies make can be read, and so can their neighbours."""
    made = data.draw(st.sampled_from((people, plausible_people, complete_people)))
    person = data.draw(made(RULES))
    other = data.draw(neighbours(RULES, person))
    for each in (person, other):
        assert not list(contradictions(each, RULES.vocabulary))


def test_a_person_is_made_sound_by_forgetting_the_finer_answer() -> None:
    """What contradicts is taken back; what it contradicts stays."""
    person = Facts.of({"response.sessions_done": 0, "response.worst_pain_during": 4})
    assert reconciled(person, RULES).stated() == {"response.sessions_done": 0}


def test_the_solver_knows_nobody_who_contradicts_themselves() -> None:
    """Of every contradiction: nobody. With either side of it: somebody."""
    pytest.importorskip("z3")
    from glutemed.proof.encoding import Encoding
    from glutemed.proof.solver import Solver

    encoding = Encoding.of(RULES)
    solver = Solver("\n".join(encoding.text()))
    for _, found in (*SHIPPED, *OF_ONE_EXERCISE):
        person = Facts.of(true_of(found.when, {}))
        assert not solver.possible(*encoding.is_person(person))
        for name in person.stated():
            assert solver.possible(*encoding.is_person(person.with_fact(name, UNKNOWN)))


def test_the_interview_does_not_offer_what_would_contradict() -> None:
    """Who names a replaced hip is asked which one it is, and not whether it is."""
    known: dict[str, FactValue] = {flag.name: False for flag in RULES.vocabulary.red_flags}
    named = Members(present={"hip_replacement", "patellofemoral_pain"})
    well: dict[str, FactValue] = {"person.age": 60, "complaint.pain_at_rest": 1}
    well |= {"complaint.pain_usual": 3, "response.sessions_done": 0}
    listed = Facts.of({**known, **well, "complaint.conditions": named})
    asked: list[FactDeclaration] = []
    progress = Progress(listed)
    while (ask := progress.next_ask(RULES)) is not None:
        asked += ask.facts
        progress = progress.answered({fact.name: UNKNOWN for fact in ask.facts})
    which = next(fact for fact in asked if fact.name == "history.hip_replaced")
    assert which.values == ("left", "right", "both")


def test_the_interview_asks_again_after_an_answer_that_contradicts(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The file names a hip; the person lists conditions without it, is told so, and lists it."""
    known: dict[str, FactValue] = {flag.name: False for flag in RULES.vocabulary.red_flags}
    facts = Facts.of({**known, "history.hip_replaced": "left", "person.age": 60})
    number = [*RULES.vocabulary["complaint.conditions"].values].index("hip_replacement") + 1
    typed = io.BytesIO(f"0\n{number}\n".encode())
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(typed))
    found = interview(RULES, facts)
    assert found.value("complaint.conditions").present == {"hip_replacement"}  # type: ignore[union-attr]
    assert "cannot all be right" in capsys.readouterr().err
