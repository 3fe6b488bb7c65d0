"""What is exported comes back equal, and what does not fit is refused."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diary.conftest import record, session
from glutemed.diary import export, store
from glutemed.diary.faults import RecordInvalid
from glutemed.diary.record import Answers, Asked, Line, Morning, Record, Session, Start, Work

pains = st.none() | st.integers(0, 10)
words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
moments = st.datetimes(
    dt.datetime(2000, 1, 1),  # noqa: DTZ001  # Hypothesis puts the zones in
    dt.datetime(2090, 1, 1),  # noqa: DTZ001
    timezones=st.builds(
        lambda minutes: dt.timezone(dt.timedelta(minutes=minutes)), st.integers(-839, 839)
    ),
)
said = st.none() | st.booleans()
plain = st.dictionaries(
    words, st.booleans() | st.integers(-5, 5) | words | st.lists(words, max_size=2), max_size=3
)
lines = st.lists(
    st.builds(
        Line,
        exercise=words,
        asked=st.none()
        | st.builds(
            Asked,
            step=st.integers(0, 3),
            sets=st.integers(0, 5),
            reps=st.integers(0, 20),
            hold_s=st.integers(0, 30),
            effort=st.integers(0, 10),
        ),
        done=st.none()
        | st.builds(
            Work,
            sets=st.none() | st.integers(1, 20),
            reps=st.none() | st.integers(1, 200),
            effort=pains,
            pain=pains,
        ),
    ),
    max_size=3,
    unique_by=lambda line: line.exercise,
)


@st.composite
def records(draw):
    numbers = draw(st.lists(st.integers(1, 10**6), max_size=5, unique=True))
    entries = []
    for number in numbers:
        if draw(st.booleans()):
            entries.append(Answers(number=number, at=draw(moments), facts=draw(plain)))
            continue
        one = Session(
            number=number,
            at=draw(moments),
            stage=draw(st.none() | st.integers(1, 3)),
            lines=draw(lines),
            usual=draw(pains),
            rest=draw(pains),
            flags=draw(st.none() | st.lists(words, max_size=2)),
            note=draw(words | st.sampled_from(["=1+1", "'quoted", "-", "@x", "a\r\nb", '"', ","])),
            morning=draw(
                st.none() | st.builds(Morning, at=moments, pain=pains, settled=said, worse=said)
            ),
            ruleset=draw(words),
        )
        erased = one.erased(taken_back=draw(st.booleans()))
        entries.append(erased if draw(st.integers(0, 5)) == 0 else one)
    start = Start(at=draw(moments), facts=draw(plain), version=draw(words), fingerprint="f")
    return Record(
        start=start,
        sessions=[entry for entry in entries if isinstance(entry, Session)],
        answers=[entry for entry in entries if isinstance(entry, Answers)],
    )


@settings(max_examples=60)
@given(kept=records())
def test_what_is_exported_comes_back_equal(kept):
    assert export.from_json(export.as_json(kept)) == kept
    assert export.from_csv(export.as_csv(kept)) == kept


@settings(max_examples=10)
@given(kept=records())
def test_what_is_written_comes_back_equal(kept, tmp_path_factory):
    path = tmp_path_factory.mktemp("diary") / "diary.db"
    store.create(path, kept)
    assert store.read(path) == kept


@settings(max_examples=40)
@given(text=st.text(max_size=60) | st.just('{"form": "glutemed diary", "version": 3}'))
def test_any_other_text_is_refused(text):
    for way in (export.from_json, export.from_csv):
        with pytest.raises(RecordInvalid):
            way(text)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("sessions", 0, "usual"), 11),
        (("sessions", 0, "usual"), True),
        (("sessions", 0, "usual"), 2.5),
        (("sessions", 0, "at"), "2025-03-03T18:00:00"),
        (("sessions", 0, "at"), "yesterday"),
        (("sessions", 0, "flags"), "none"),
        (("sessions", 0, "colour"), "red"),
        (("sessions", 0, "note"), "x" * 2001),
        (("sessions", 0, "lines", 0, "done", "pain"), -1),
        (("sessions", 0, "morning", "settled"), "yes"),
        (("start", "facts"), []),
        (("start",), None),
        (("version",), export.VERSION + 1),
        (("form",), "another"),
    ],
)
def test_an_export_with_something_unfit_in_it_is_refused(path, value):
    found = json.loads(export.as_json(record(session())))
    inner = found
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    with pytest.raises(RecordInvalid):
        export.from_json(json.dumps(found))


def test_a_note_is_no_formula_for_a_spreadsheet():
    kept = record(session(note="=HYPERLINK(1)"))
    assert ",'=HYPERLINK(1)," in export.as_csv(kept)
    assert export.from_csv(export.as_csv(kept)) == kept


@pytest.mark.parametrize("version", [2, 3])
@pytest.mark.parametrize("form", ["json", "csv"])
def test_an_export_of_an_earlier_form_is_still_read(form, version):
    kept = record(session(1), session(2, note="kept").erased())
    if form == "json":
        found = json.loads(export.as_json(kept)) | {"version": version}
        for each in found["sessions"]:
            if each["morning"] is not None:
                del each["morning"]["written"]
            if version == 2:
                del each["taken_back"]
        assert export.from_json(json.dumps(found)) == kept
        return
    rows = export.as_csv(kept).splitlines()
    for _ in range(export.VERSION - version):
        rows = [line.rpartition(",")[0] for line in rows]
    assert rows[0].endswith({2: "fingerprint", 3: "taken_back"}[version])
    assert export.from_csv("\r\n".join(rows) + "\r\n") == kept


@pytest.mark.parametrize("kind", ["start", "session", "exercise", "morning", "answers"])
def test_a_row_of_a_table_that_stands_twice_is_refused(kind):
    answers = [Answers(number=2, at=session().at, facts={"person.age": 40})]
    rows = export.as_csv(record(session(1), answers=answers)).splitlines()
    (row,) = [row for row in rows if row.startswith(f"{kind},")]
    with pytest.raises(RecordInvalid):
        export.from_csv("\r\n".join([*rows, row]) + "\r\n")


@pytest.mark.parametrize(
    ("once", "twice"),
    [
        ('"flags": []', '"flags": ["screening.night_pain"], "flags": []'),
        ('"sessions": [', '"sessions": [], "sessions": ['),
    ],
)
def test_an_export_in_which_a_key_stands_twice_is_refused(once, twice):
    text = export.as_json(record(session()))
    assert once in text
    with pytest.raises(RecordInvalid, match="twice"):
        export.from_json(text.replace(once, twice, 1))
