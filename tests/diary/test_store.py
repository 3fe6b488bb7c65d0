"""What is written stays written, and what is damaged is left alone."""

from __future__ import annotations

import datetime as dt
import os
import random
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from diary.conftest import AT, START, record, session
from diary.other_people import by_nobody, folder_nobody_may_write, in_a_child
from glutemed.diary import clock, file, rows, schema, store
from glutemed.diary.faults import DiaryDamaged, DiaryFault, DiaryNewer, RecordInvalid
from glutemed.diary.record import Answers, Morning, MorningAfter

KILLS = int(os.environ.get("GLUTEMED_KILLS", "8"))

WRITER = """
import os, sys, time
from pathlib import Path
from diary.conftest import AT, session
from glutemed.diary import store
from glutemed.diary.record import Answers
path = Path(sys.argv[1])
print("ready", flush=True)
while True:
    given = Answers(number=1, at=AT, facts={"person.age": 40})
    told, done = store.write(path, given, session(note="kept"))
    number = done.number
    print(number, flush=True)
    time.sleep(0.01)
    if number % 10 == 0:
        store.forget(path, number)
        print(-number, flush=True)
"""


def writer(path):
    """A process that writes sessions, and forgets some, and says each once it is done."""
    tests = Path(__file__).resolve().parent.parent
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)],
        env=os.environ | {"PYTHONPATH": str(tests)},
        stdout=subprocess.PIPE,
        text=True,
    )


def test_whatever_returned_is_there_after_a_kill(tmp_path):
    chance = random.Random(20250303)
    path = tmp_path / "diary.db"
    store.create(path, record())
    acknowledged: set[int] = set()
    forgotten: set[int] = set()
    for _ in range(KILLS):
        with writer(path) as writing:
            assert writing.stdout.readline() == "ready\n"
            time.sleep(chance.uniform(0.0, 0.3))
            writing.send_signal(signal.SIGKILL)
            said = [int(line) for line in writing.stdout.read().splitlines()]
        acknowledged |= {number for number in said if number > 0}
        forgotten |= {-number for number in said if number < 0}
        found = store.read(path)
        with closing(sqlite3.connect(path)) as opened:
            assert opened.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert acknowledged <= {entry.number for entry in found.sessions}
        assert forgotten <= {entry.number for entry in found.sessions if entry.forgotten}
        whole = [entry for entry in found.sessions if not entry.forgotten]
        assert all(entry.note == "kept" and len(entry.lines) == 1 for entry in whole)
        # What was told at once is there together or not at all.
        together = {given.number + 1 for given in found.answers}
        assert together == {entry.number for entry in found.sessions}
    assert acknowledged


def test_two_processes_at_once_do_not_clash(diary):
    with writer(diary) as one, writer(diary) as other:
        both = (one, other)
        for each in both:
            assert each.stdout.readline() == "ready\n"
        said = [[int(each.stdout.readline())] for each in both]
        time.sleep(0.3)
        for each, numbers in zip(both, said, strict=True):
            assert each.poll() is None
            each.send_signal(signal.SIGKILL)
            numbers += [int(line) for line in each.stdout.read().splitlines() if int(line) > 0]
    assert not set(said[0]) & set(said[1])
    assert {*said[0], *said[1]} <= {entry.number for entry in store.read(diary).entries()}


def test_who_waits_too_long_is_told_so(diary, monkeypatch):
    monkeypatch.setattr(file, "SECONDS", 0.1)
    before = diary.read_bytes()
    with closing(sqlite3.connect(diary, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert store.read(diary).sessions
        with pytest.raises(DiaryFault, match="another glutemed is writing"):
            store.write(diary, session())
        other.execute("ROLLBACK")
    assert diary.read_bytes() == before


def test_what_a_killed_process_left_half_written_is_taken_back(diary):
    before = store.read(diary)

    def half():
        opened = file.connect(diary, "rw")
        opened.execute("PRAGMA cache_size = 1")  # so that half of it is in the file already
        opened.execute("BEGIN IMMEDIATE")
        for number in range(2, 60):
            rows.write_entry(opened, session(number, note="half" * 400))
        os._exit(0)

    assert in_a_child(half) == ""
    assert diary.with_name(f"{diary.name}-journal").exists()
    assert b"halfhalf" in diary.read_bytes()
    assert store.read(diary) == before
    assert b"halfhalf" not in diary.read_bytes()
    assert [path.name for path in diary.parent.iterdir()] == [diary.name]


def test_a_diary_that_is_there_is_never_begun_anew(diary):
    before = diary.read_bytes()
    with pytest.raises(DiaryFault, match="already"):
        store.create(diary, record())
    assert diary.read_bytes() == before
    assert [path.name for path in diary.parent.iterdir()] == [diary.name]


def test_only_its_owner_may_read_it(diary):
    assert stat.S_IMODE(diary.stat().st_mode) == 0o600
    assert stat.S_IMODE(diary.parent.stat().st_mode) == 0o700


def test_a_write_waits_for_the_disk(diary):
    with closing(file.connect(diary, "rw")) as opened:
        assert opened.execute("PRAGMA synchronous").fetchone() == (3,)
        assert opened.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        assert opened.execute("PRAGMA secure_delete").fetchone() == (1,)


# --- files that are refused, and left as they are -------------------------------------------------


def untouched(path, fault, said):
    """Every way into a file is refused, and no byte of it changes."""
    before = path.read_bytes()
    ways = (
        lambda: store.read(path),
        lambda: store.write(path, session()),
        lambda: store.write(path, Answers(number=1, at=AT, facts={"person.age": 40})),
        lambda: store.write(path, MorningAfter(1, Morning(at=AT))),
        lambda: store.forget(path, 1),
    )
    for way in ways:
        with pytest.raises(fault, match=said):
            way()
        assert path.read_bytes() == before
        assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_a_newer_diary_is_left_as_it_is(diary):
    with closing(sqlite3.connect(diary)) as opened:
        opened.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
    untouched(diary, DiaryNewer, "newer glutemed")


def test_a_file_of_another_program_is_left_as_it_is(diary):
    with closing(sqlite3.connect(diary)) as opened:
        opened.execute("PRAGMA application_id = 7")
    untouched(diary, DiaryDamaged, "no diary")


@pytest.mark.parametrize("content", [b"", b"x", b"dear diary, " * 99, bytes(4096)])
def test_a_file_that_is_none_is_left_as_it_is(diary, content):
    diary.write_bytes(content)
    untouched(diary, DiaryDamaged, "left as it is")


@pytest.mark.parametrize("part", [0.001, 0.1, 0.34, 0.5, 0.77, 0.9, 0.999])
def test_a_torn_file_is_left_as_it_is(diary, part):
    whole = diary.read_bytes()
    diary.write_bytes(whole[: int(len(whole) * part)])
    untouched(diary, DiaryDamaged, "damaged")


def test_a_file_with_a_spoilt_page_is_never_taken_for_a_sound_one(diary):
    whole = diary.read_bytes()
    sound = store.read(diary)
    chance = random.Random(7)
    for _ in range(25):
        spoilt = bytearray(whole)
        place = chance.randrange(100, len(whole) - 200)
        spoilt[place : place + 200] = bytes(chance.randrange(256) for _ in range(200))
        diary.write_bytes(spoilt)
        try:
            found = store.read(diary)
        except DiaryDamaged:
            assert diary.read_bytes() == spoilt
        else:
            assert found == sound


def test_a_byte_that_has_turned_is_found_wherever_it_says_something(diary):
    whole = diary.read_bytes()
    sound = store.read(diary)
    for said in (b"2025-03-05", b'{"person":{"age":34}}', b"1.0.0", b"f" * 64):
        place = whole.index(said)
        spoilt = bytearray(whole)
        spoilt[place + len(said) - 1] ^= 1
        diary.write_bytes(spoilt)
        with closing(sqlite3.connect(diary)) as opened:  # SQLite itself sees nothing of it
            assert opened.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        untouched(diary, DiaryDamaged, "damaged")
    diary.write_bytes(whole)
    assert store.read(diary) == sound


def test_a_row_that_somebody_else_has_changed_is_found(diary):
    with closing(sqlite3.connect(diary)) as opened:
        opened.execute("UPDATE line SET pain = 0")
        opened.commit()
    untouched(diary, DiaryDamaged, "damaged")


def test_a_diary_without_its_tables_is_left_as_it_is(diary):
    with closing(sqlite3.connect(diary)) as opened:
        opened.execute("ALTER TABLE session RENAME COLUMN note TO remark")
        opened.commit()
    untouched(diary, DiaryDamaged, "damaged")


# --- migrations -----------------------------------------------------------------------------------


SESSION = {
    1: "(1, 1, 3, '[]', 'a note', 'aa', 0)",
    2: "(1, 1, 3, '[]', 'a note', 'aa', 0, NULL)",
    3: "(1, 1, 3, '[]', 'a note', 'aa', 0, NULL, 0)",
}
MORNING = {
    1: "(1, '2025-03-04T06:30:00', 1, 1, 0)",
    2: "(1, '2025-03-04T07:30:00+01:00', 1, 1, 0)",
    3: "(1, '2025-03-04T07:30:00+01:00', 1, 1, 0)",
}
TABLES = {1: schema.TABLES_1, 2: schema.TABLES_2, 3: schema.TABLES_3}
EARLIER = sorted(TABLES)


def written_by(version, path):
    """A diary as an earlier version wrote it, made by its own SQL."""
    with closing(sqlite3.connect(path)) as opened:
        opened.executescript(TABLES[version])
        opened.executescript(
            f"""
            PRAGMA application_id = {schema.APPLICATION};
            PRAGMA user_version = {version};
            INSERT INTO start VALUES
              (1, '2025-03-03T18:00:00+01:00', '{{"person":{{"age":34}}}}', '1.0.0', 'aa');
            INSERT INTO entry VALUES (1, 'session', '2025-03-03T19:00:00+01:00');
            INSERT INTO session VALUES {SESSION[version]};
            INSERT INTO line VALUES (1, 0, 'clamshell', 0, 2, 10, 0, 5, 1, 2, 10, 5, 1);
            INSERT INTO line VALUES (1, 1, 'bridge', 0, 2, 10, 2, 5, 0, NULL, NULL, NULL, NULL);
            INSERT INTO morning VALUES {MORNING[version]};
            INSERT INTO entry VALUES (2, 'answers', '2025-03-04T08:00:00+01:00');
            INSERT INTO answers VALUES (2, '{{"equipment.bands":["light"]}}');
            """
        )
        if version >= schema.SEALED:
            schema.seal(opened)
            opened.commit()


def test_every_earlier_version_has_a_migration_and_a_diary_here():
    assert set(schema.MIGRATIONS) == set(range(1, schema.VERSION)) == set(EARLIER)


@pytest.mark.parametrize("version", EARLIER)
def test_a_diary_of_an_earlier_version_is_read_without_being_written(tmp_path, version):
    path = tmp_path / "old.db"
    written_by(version, path)
    before = path.read_bytes()
    found = store.read(path)
    assert path.read_bytes() == before
    (kept,) = found.sessions
    assert (kept.usual, kept.rest, kept.note, kept.flags) == (3, None, "a note", ())
    assert not kept.taken_back
    assert [line.exercise for line in kept.lines] == ["clamshell", "bridge"]
    assert kept.lines[1].done is None
    assert kept.morning.at == dt.datetime(2025, 3, 4, 6, 30, tzinfo=dt.UTC)
    assert kept.morning.at.utcoffset() == dt.timedelta(hours=1)
    assert found.answers[0].facts == {"equipment.bands": ["light"]}


@pytest.mark.parametrize("version", EARLIER)
def test_a_diary_of_an_earlier_version_is_brought_forward_by_the_first_write(tmp_path, version):
    path = tmp_path / "old.db"
    written_by(version, path)
    before = store.read(path)
    (added,) = store.write(path, session())
    assert added.number == 3
    after = store.read(path)
    assert after.without(3).sessions[0] == before.sessions[0]
    assert after.answers == before.answers
    with closing(sqlite3.connect(path)) as opened:
        assert opened.execute("PRAGMA user_version").fetchone() == (schema.VERSION,)
        assert schema.columns(opened) == schema.expected()
        assert opened.execute("SELECT digest FROM seal").fetchone() == (schema.digest(opened),)


# --- forgetting -----------------------------------------------------------------------------------


def test_what_is_forgotten_is_nowhere_in_the_file(diary):
    word = "zwetschgenknoedel"
    (added,) = store.write(diary, session(note=f"{word} " * 90, pain=4))
    store.write(diary, session())
    assert word.encode() in diary.read_bytes()
    store.forget(diary, added.number)
    for path in diary.parent.iterdir():
        assert word.encode() not in path.read_bytes()
    place = store.read(diary).sessions[added.number - 1]
    assert place.forgotten
    assert place.at == added.at
    assert (place.lines, place.note, place.usual, place.morning) == ((), "", None, None)
    assert [path.name for path in diary.parent.iterdir()] == [diary.name]


@pytest.mark.parametrize("lines", [(), None])
def test_the_file_forgets_as_the_record_does(diary, lines):
    (added,) = store.write(diary, session() if lines is None else session(lines=lines))
    before = store.read(diary)
    store.forget(diary, added.number)
    assert store.read(diary) == before.without(added.number)


def test_forgetting_everything_leaves_no_file(diary):
    with diary.with_name(f".{diary.name}abcdefgh.new-diary").open("w") as left:
        left.write("what a killed start has left")
    store.erase(diary)
    assert list(diary.parent.iterdir()) == []


def test_a_number_is_never_used_again(diary):
    first = store.write(diary, session())[0].number
    store.forget(diary, first)
    assert store.write(diary, session())[0].number == first + 1


def test_a_morning_is_told_once(diary):
    with pytest.raises(RecordInvalid, match="already"):
        store.write(diary, MorningAfter(1, Morning(at=AT)))
    with pytest.raises(RecordInvalid, match="no session 9"):
        store.write(diary, MorningAfter(9, Morning(at=AT)))


# --- what a machine may lack ----------------------------------------------------------------------


def test_a_full_disk_loses_nothing(diary):
    before = store.read(diary)
    bytes_before = diary.read_bytes()

    def write():
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (len(bytes_before) // 2,) * 2)
        store.write(diary, session(note="x" * 1900))

    said = in_a_child(write)
    assert said.startswith("DiaryFault")
    assert "nothing was written" in said or "the disk is full" in said
    assert store.read(diary) == before


def test_a_full_disk_begins_no_diary(tmp_path):
    path = tmp_path / "diary.db"

    def begin():
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
        store.create(path, record())

    assert "nothing was written" in in_a_child(begin)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_may_not_be_written_loses_nothing(tmp_path):
    folder = tmp_path / "kept"
    path = folder / "diary.db"
    store.create(path, record(session()))
    before = path.read_bytes()
    store.read(path)

    def write():
        assert store.read(path).sessions
        store.write(path, session())

    with folder_nobody_may_write(path):
        said = by_nobody(write)
    assert said.startswith("DiaryFault: nothing was written")
    assert path.read_bytes() == before


def test_a_diary_that_is_not_there_is_said_so(tmp_path):
    with pytest.raises(DiaryFault, match="begin one"):
        store.read(tmp_path / "none.db")
    assert list(tmp_path.iterdir()) == []


def test_a_clock_set_back_is_said_so():
    with pytest.raises(DiaryFault, match="nothing was written: set the clock"):
        clock.check_clock(AT, AT + dt.timedelta(hours=1))
    clock.check_clock(AT, AT)


def test_a_day_to_come_is_refused():
    with pytest.raises(RecordInvalid, match="still to come"):
        clock.check_not_ahead(AT + dt.timedelta(days=2), AT)


def test_rows_hold_everything(diary):
    kept = record(
        session(1),
        session(2, None, flags=None, morning=None, note="ünïcode ☂", usual=None).erased(),
        session(3, flags=("screening.night_pain",), stage=None, lines=()),
        answers=[Answers(number=4, at=AT, facts={"equipment.bands": ["light"], "a.b": None})],
    )
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as opened:
        schema.build(opened)
        rows.write_start(opened, START)
        for entry in kept.entries():
            rows.write_entry(opened, entry)
        assert rows.read_record(opened) == kept
