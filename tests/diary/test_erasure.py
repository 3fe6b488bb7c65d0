"""Erasing a whole diary takes the diary, and nothing that is not part of it."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing

import pytest

from diary.conftest import record, session
from diary.other_people import by_nobody, folder_nobody_may_write
from glutemed.diary import erasure, store
from glutemed.diary.faults import DiaryDamaged, DiaryFault

WORD = "zwetschgenknoedel"


@pytest.mark.parametrize(
    "name",
    [
        "diary.db-2026-backup.json",
        "diary.db-old",
        "diary.db.bak",
        "diary.db-journal.txt",
        "x.db-wal",
    ],
)
def test_a_file_whose_name_only_begins_like_the_diary_stays(diary, name):
    other = diary.with_name(name)
    other.write_text("precious")
    store.erase(diary)
    assert [path.name for path in diary.parent.iterdir()] == [name]
    assert other.read_text() == "precious"


def test_a_name_with_signs_of_a_pattern_is_only_a_name(tmp_path):
    path = tmp_path / "*.db"
    store.create(path, record(session()))
    others = [tmp_path / name for name in ("tax.db", "tax.db-journal", ".tax.dbabcdefgh.new-diary")]
    for other in others:
        other.write_text("precious")
    store.erase(path)
    assert sorted(tmp_path.iterdir()) == sorted(others)
    assert {other.read_text() for other in others} == {"precious"}


@pytest.mark.parametrize(
    "name", ["diary.db-journal", "diary.db-wal", ".diary.dbabcdefgh.new-diary"]
)
def test_what_sqlite_or_a_killed_start_left_of_the_diary_goes_with_it(diary, name):
    diary.with_name(name).write_text(WORD)
    store.erase(diary)
    assert list(diary.parent.iterdir()) == []


@pytest.mark.parametrize("name", ["diary.db-journal", "diary.db-wal", "diary.db-shm"])
def test_a_link_beside_the_diary_is_never_followed(diary, tmp_path, name):
    precious = tmp_path / "precious.txt"
    precious.write_text("precious")
    link = diary.with_name(name)
    link.symlink_to(precious)
    store.erase(diary)
    assert precious.read_text() == "precious"
    assert not diary.exists()
    assert link.is_symlink()


def test_a_diary_that_is_a_link_is_refused_by_the_name_of_its_file(diary, tmp_path):
    link = tmp_path / "link.db"
    link.symlink_to(diary)
    before = diary.read_bytes()
    with pytest.raises(DiaryFault, match="is a link") as refused:
        store.erase(link)
    assert str(diary) in str(refused.value)
    assert link.is_symlink()
    assert diary.read_bytes() == before


def test_a_link_in_a_circle_is_refused_in_words(tmp_path):
    one, other = tmp_path / "one.db", tmp_path / "other.db"
    one.symlink_to(other)
    other.symlink_to(one)
    with pytest.raises(DiaryFault, match="cannot be read"):
        store.erase(one)


def test_the_bytes_of_an_erased_diary_are_overwritten(diary):
    store.write(diary, session(note=WORD))
    with diary.open("rb") as kept:
        assert WORD.encode() in kept.read()
        store.erase(diary)
        kept.seek(0)
        left = kept.read()
    assert left == bytes(len(left))
    assert left


def test_in_a_folder_that_may_not_be_written_nothing_of_the_diary_changes(tmp_path):
    folder = tmp_path / "kept"
    path = folder / "diary.db"
    store.create(path, record(session()))
    before = path.read_bytes()

    def erase():
        store.erase(path)

    with folder_nobody_may_write(path):
        said = by_nobody(erase)
    assert said.startswith("DiaryFault: nothing was written")
    assert path.read_bytes() == before


def test_what_fails_after_the_first_file_is_gone_is_not_called_nothing(diary, monkeypatch):
    diary.with_name(f"{diary.name}-journal").write_text("left")
    unlink = os.unlink

    def stuck(path, **more):
        if str(path).endswith("-journal"):
            raise PermissionError(1, "Operation not permitted")
        unlink(path, **more)

    monkeypatch.setattr(erasure.os, "unlink", stuck)
    with pytest.raises(DiaryFault, match="is gone, but") as told:
        store.erase(diary)
    assert "diary.db-journal" in str(told.value)
    assert "nothing was written" not in str(told.value)
    assert not diary.exists()


def test_a_file_of_a_version_below_zero_is_no_diary(diary):
    with closing(sqlite3.connect(diary)) as file:
        file.execute("PRAGMA user_version = -1")
    before = diary.read_bytes()
    for way in (store.read, store.erase):
        with pytest.raises(DiaryDamaged, match="no diary of glutemed"):
            way(diary)
    assert diary.read_bytes() == before
