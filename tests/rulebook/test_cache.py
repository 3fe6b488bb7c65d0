"""The cache of checked rules gives back what was kept to the last span, or gives way to the files."""

from __future__ import annotations

import copy
import json
import multiprocessing
import os
import pickle
import subprocess
import sys
from collections import Counter
from pathlib import Path

import attrs
import pytest
from hypothesis import given

from glutemed.model import exercise
from glutemed.model.diagnostic import Diagnostic, Span, Text
from glutemed.model.ruleset import PUT_OFF, Ruleset
from glutemed.pipeline import read_facts, recommend
from glutemed.render.json import as_json
from glutemed.rulebook import cache, files, stored
from glutemed.rulebook.files import RuleTexts
from glutemed.rulebook.fingerprint import canonical, digest, fingerprint
from glutemed.rulebook.load import load, of
from glutemed.testing import checked, rulebook_texts
from laws.examples import share

EVERYTHING = Path(__file__).with_name("everything.yaml")
ADDED = """\
pack: added
version: 1.0.0
title: One more piece of advice
rules:
  - id: drink
    when: {person.age: {at_least: 65}}
    then: {advise: Drink enough.}
    because: It was added.
    sources: [somebody-2020]
    reviewed: 2026-11-22
    examples:
      - {given: {person.age: 70}, fires: true}
      - {given: {person.age: 20}, fires: false}
      - {given: {}, fires: unknown}
"""


def whole(thing: object) -> object:
    """Everything that a value holds: types, the order of mappings, and where each thing stands."""
    if isinstance(thing, Span):
        return thing.text.name, thing.text.content, thing.start, thing.end
    if isinstance(thing, dict):
        return type(thing), [(key, whole(item)) for key, item in thing.items()]
    if isinstance(thing, (tuple, list)):
        return type(thing), [whole(item) for item in thing]
    if attrs.has(type(thing)):
        fields = [field.name for field in attrs.fields(type(thing)) if field.init]
        return type(thing), [whole(getattr(thing, name)) for name in fields]
    return type(thing), thing


@pytest.fixture(scope="module")
def bundled() -> Ruleset:
    """The real rules."""
    made, _ = load()
    assert made is not None
    return made


@pytest.fixture
def at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for entries, which is not there yet."""
    folder = tmp_path / "cache"
    monkeypatch.setenv(cache.VARIABLE, os.fspath(folder))
    return folder


@pytest.fixture
def reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often rule files were parsed and checked; the bundled ones are few here."""
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "everything.yaml").write_bytes(EVERYTHING.read_bytes())
    counted: Counter[str] = Counter()
    real = cache._checked

    def check(texts: RuleTexts) -> tuple[Ruleset | None, tuple[Diagnostic, ...]]:
        counted["times"] += 1
        return real(texts)

    monkeypatch.setattr(files, "bundled", lambda: folder)
    monkeypatch.setattr(cache, "_checked", check)
    monkeypatch.setattr(cache, "_code", lambda _: ())
    return counted


@pytest.fixture
def small(reads: Counter[str]) -> tuple[Ruleset, tuple[Text, ...]]:
    """A few rules of every kind, and the texts that they were made of."""
    given = RuleTexts.under([])
    made, _ = of(given)
    assert made is not None
    return made, given.own


def entry(at: Path) -> Path:
    [found] = at.iterdir()
    return found


# --- What comes back ------------------------------------------------------------------------------


def test_what_comes_back_is_what_was_kept(at: Path, bundled: Ruleset) -> None:
    """The bundled rules: equal, also in what equality leaves out, and of the same fingerprint."""
    first, _ = cache.load()
    content = entry(at).read_bytes()
    second, found = cache.load()
    assert second is not None
    assert found == ()
    assert first == second == bundled
    assert whole(second) == whole(bundled)
    assert fingerprint(second) == second.fingerprint == bundled.fingerprint
    assert entry(at).read_bytes() == content
    facts = read_facts({"screening": "clear", "person.age": 30}, second)
    assert as_json(recommend(facts, second)) == as_json(recommend(facts, bundled))


@pytest.mark.law
@share(0.3)
@given(rulebook_texts())
def test_any_rules_come_back(texts: tuple[Text, ...]) -> None:
    """Generated rulebooks too."""
    made = checked(texts)
    read = tuple({id(rule.span.text): rule.span.text for rule in made.written_rules}.values())
    everything = (*texts, *(text for text in read if text not in texts))
    back = stored.restored(stored.stored(made, everything), everything)
    assert whole(back) == whole(made)
    assert back == made


def test_added_rules_come_back_too(at: Path, reads: Counter[str], tmp_path: Path) -> None:
    """An entry is of all files together; a change to one of them makes another entry."""
    file = tmp_path / "added.yaml"
    file.write_text(ADDED)
    first, _ = cache.load([file])
    second, _ = cache.load([file])
    assert reads["times"] == 1
    assert first is not None
    assert second is not None
    assert whole(first) == whole(second)
    assert second.added == {"added"}
    assert second.rule["added/drink"].span.where == f"{file}:5:5"
    file.write_text(ADDED.replace("enough", "more"))
    third, _ = cache.load([file])
    assert reads["times"] == 2
    assert third is not None
    assert third != second


def test_rules_that_are_wrong_are_not_kept(at: Path, tmp_path: Path) -> None:
    """They are read again each time, and every fault is reported each time."""
    file = tmp_path / "added.yaml"
    file.write_text(ADDED.replace("somebody-2020", "nobody"))
    for _ in range(2):
        made, [found] = cache.load([file])
        assert made is None
        assert found.code == "GM222"
    assert cache.load([tmp_path / "none.yaml"])[1][-1].code == "GM107"
    assert not at.exists()


def test_what_no_decision_needs_is_read_when_it_is_asked_for(
    at: Path, reads: Counter[str], small: tuple[Ruleset, tuple[Text, ...]]
) -> None:
    """Not before, once, and by whatever way it is asked for."""
    cache.load()
    for ask in (
        lambda made: made.cases,
        lambda made: made.figure,
        lambda made: made == small[0],
        lambda made: pickle.loads(pickle.dumps(made)).figures,
        lambda made: copy.deepcopy(made).cases,
        lambda made: attrs.evolve(made, version="2").cases,
    ):
        made, _ = cache.load()
        assert made is not None
        recommend(read_facts({"screening": "clear"}, made), made)
        assert not made.__dict__.keys() & set(PUT_OFF)
        assert ask(made)
        assert whole(made) == whole(small[0])
    assert made.cases is made.cases
    assert reads["times"] == 1
    with pytest.raises(AttributeError, match="`moons`"):
        made.moons  # noqa: B018


@pytest.mark.parametrize(
    "late", ["{}", "[]", '{"cases":[],"figures":[]}', "{", '{"cases":[{"":"No"}]}']
)
def test_what_was_put_off_and_is_wrong_is_read_from_the_rule_files(
    late: str, at: Path, reads: Counter[str], small: tuple[Ruleset, tuple[Text, ...]]
) -> None:
    """Whoever rewrote the entry with hashes that fit."""
    cache.load()
    kept = entry(at)
    head, *lines, _ = kept.read_text().split("\n")
    told = json.loads(head) | {"late": digest(late)}
    kept.write_text("\n".join((json.dumps(told), *lines, late)))
    made, _ = cache.load()
    assert made is not None
    assert reads["times"] == 1
    assert whole(made) == whole(small[0])
    assert reads["times"] == 2


def test_a_field_that_is_new_is_stored(
    small: tuple[Ruleset, tuple[Text, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody has to think of it: neither of one of a noun, nor of one of the ruleset."""

    @attrs.frozen(kw_only=True)
    class Exercise(exercise.Exercise):
        colours: tuple[str, ...] = ()

    Exercise.__module__ = exercise.__name__

    @attrs.define(frozen=True, slots=False, kw_only=True)
    class Wider(Ruleset):
        moons: tuple[Exercise, ...] = ()

    def fields(thing: object) -> dict[str, object]:
        kinds = attrs.fields(type(thing))
        return {field.name: getattr(thing, field.name) for field in kinds if field.init}

    made, texts = small
    new = tuple(Exercise(**fields(one), colours=("red", "blue")) for one in made.exercises)
    wider = Wider(**{**fields(made), "exercises": new}, moons=new[:1])
    wider = attrs.evolve(wider, fingerprint=fingerprint(wider))
    monkeypatch.setattr(exercise, "Exercise", Exercise)
    monkeypatch.setattr(stored, "Ruleset", Wider)
    back = stored.restored(stored.stored(wider, texts), texts)
    assert back.exercises[0].colours == ("red", "blue")
    assert back.moons == new[:1]
    assert canonical(back) == canonical(wider)


def test_what_would_come_back_otherwise_is_not_stored(
    small: tuple[Ruleset, tuple[Text, ...]],
) -> None:
    """A place in a text that is not there, and a value that JSON has no word for, are refused."""
    made, texts = small
    stored.stored(made, texts)
    with pytest.raises(stored.Unstorable):
        stored.stored(made, ())
    with pytest.raises(stored.Unstorable):
        stored.stored(attrs.evolve(made, added={"a"}), texts)
    with pytest.raises(stored.Unstorable):
        stored.stored(attrs.evolve(made, version="2"), texts)  # of another fingerprint


def test_no_two_nouns_have_one_name() -> None:
    """An entry knows a class by its name."""
    modules = (*stored._MODULES, *stored._late_modules())
    own = {module.__name__ for module in modules}
    names = Counter(
        made.__name__
        for made in {
            made
            for module in modules
            for made in vars(module).values()
            if isinstance(made, type) and attrs.has(made) and made.__module__ in own
        }
    )
    assert max(names.values()) == 1
    assert len(names) == len(stored._classes(modules))


# --- What is wrong with an entry ------------------------------------------------------------------


@pytest.fixture
def kept(at: Path, reads: Counter[str]) -> Path:
    """An entry of the bundled rules."""
    cache.load()
    cache.load()
    assert reads["times"] == 1
    return entry(at)


@pytest.mark.parametrize("line", ["canonical", "places", "rest", "late"])
def test_a_changed_entry_is_not_read(line: str, kept: Path, reads: Counter[str]) -> None:
    """Whichever line it is in; and it is written anew."""
    before = kept.read_text()
    lines = before.split("\n")
    number = ["head", "canonical", "places", "rest", "late"].index(line)
    middle = len(lines[number]) // 2
    place = next(n for n, c in enumerate(lines[number]) if n > middle and c.isalnum())
    other = "1" if lines[number][place] != "1" else "2"
    lines[number] = lines[number][:place] + other + lines[number][place + 1 :]
    kept.write_text("\n".join(lines))
    assert cache.load()[0] is not None
    assert reads["times"] == 2
    assert kept.read_text() == before


@pytest.mark.parametrize("share_left", [0.0, 0.0001, 0.3, 0.9, 0.9999])
def test_half_an_entry_is_not_read(share_left: float, kept: Path, reads: Counter[str]) -> None:
    """However much of it is left."""
    content = kept.read_bytes()
    kept.write_bytes(content[: int(len(content) * share_left)])
    assert cache.load()[0] is not None
    assert reads["times"] == 2
    assert kept.read_bytes() == content


@pytest.mark.parametrize(
    "content",
    [b"\xff\xfe", b"[]\n\n\n\n", b"{}\n{}\n{}\n{}\n{}", b"[" * 100_000, b"null\n" * 5],
)
def test_nonsense_is_not_read(content: bytes, kept: Path, reads: Counter[str]) -> None:
    """Whatever lies there, the answer is that of the rule files."""
    kept.write_bytes(content)
    assert cache.load()[0] is not None
    assert reads["times"] == 2


def test_rules_cannot_be_changed_under_their_fingerprint(
    kept: Path, small: tuple[Ruleset, tuple[Text, ...]]
) -> None:
    """Who rewrites a whole entry gets another fingerprint, which every outcome shows."""
    head, text, *others = kept.read_text().split("\n")
    changed = text.replace('"because":"', '"because":"Not ')
    told = json.loads(head) | {"fingerprint": digest(changed)}
    kept.write_text("\n".join((json.dumps(told), changed, *others)))
    made, _ = cache.load()
    assert made is not None
    assert made != small[0]
    assert made.fingerprint == fingerprint(made) != small[0].fingerprint


def test_an_entry_of_something_else_is_not_read(
    kept: Path, reads: Counter[str], tmp_path: Path
) -> None:
    """An entry under another one's name says by itself what it is of."""
    file = tmp_path / "added.yaml"
    file.write_text(ADDED)
    other = kept.with_name(cache.key_of(RuleTexts.under([file])) + kept.suffix)
    kept.rename(other)
    made, _ = cache.load([file])
    assert made is not None
    assert "added/drink" in made.rule
    assert reads["times"] == 2


@pytest.mark.parametrize("what", ["VERSION", "FORMAT"])
def test_another_version_has_entries_of_its_own(
    what: str, kept: Path, reads: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """glutemed's and the format's."""
    monkeypatch.setattr(cache, what, "9.9.9")
    cache.load()
    assert reads["times"] == 2
    assert len(list(kept.parent.iterdir())) == 2


def test_changed_code_has_entries_of_its_own(tmp_path: Path) -> None:
    """A change to a module is seen, at any depth; one to anything else is not."""
    (tmp_path / "inner").mkdir()
    module = tmp_path / "inner" / "one.py"
    module.write_text("a = 1")
    first = list(cache._code(tmp_path))
    (tmp_path / "inner" / "note.txt").write_text("b")
    assert list(cache._code(tmp_path)) == first
    module.write_text("a = 12")
    assert list(cache._code(tmp_path)) != first


# --- Whose folder it is ---------------------------------------------------------------------------

posix = pytest.mark.skipif(not hasattr(os, "geteuid"), reason="no owners and modes here")


@posix
def test_only_the_owner_may_read_and_write(kept: Path) -> None:
    """The folder and the entry."""
    assert kept.parent.stat().st_mode & 0o777 == 0o700
    assert kept.stat().st_mode & 0o777 == 0o600


@posix
@pytest.mark.parametrize("mode", [0o777, 0o770, 0o702])
def test_a_folder_that_others_may_write_is_not_used(
    mode: int, kept: Path, reads: Counter[str]
) -> None:
    """Nothing is read from it, and nothing is written into it."""
    kept.parent.chmod(mode)
    before = kept.stat().st_mtime_ns
    assert cache.load()[0] is not None
    assert reads["times"] == 2
    assert kept.stat().st_mtime_ns == before


@posix
def test_an_entry_that_others_may_write_is_not_read(kept: Path, reads: Counter[str]) -> None:
    """It is replaced by one that they may not."""
    kept.chmod(0o666)
    cache.load()
    assert reads["times"] == 2
    assert kept.stat().st_mode & 0o777 == 0o600


@posix
def test_what_belongs_to_somebody_else_is_not_used(
    kept: Path, reads: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """For instance under sudo, where the home is another one's."""
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    before = kept.stat().st_mtime_ns
    assert cache.load()[0] is not None
    assert reads["times"] == 2
    assert kept.stat().st_mtime_ns == before


@posix
@pytest.mark.parametrize("what", ["folder", "entry"])
def test_a_link_is_not_followed(what: str, kept: Path, reads: Counter[str], tmp_path: Path) -> None:
    """It may lead to what is being changed by somebody else."""
    path = kept if what == "entry" else kept.parent
    there = tmp_path / "elsewhere"
    path.rename(there)
    path.symlink_to(there)
    cache.load()
    assert reads["times"] == 2


def test_a_folder_that_cannot_be_made_is_done_without(
    tmp_path: Path, reads: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here a file stands where it would be."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv(cache.VARIABLE, os.fspath(tmp_path / "file" / "cache"))
    assert cache.load()[0] is not None
    assert cache.load()[0] is not None
    assert reads["times"] == 2


def test_a_folder_that_cannot_be_written_is_done_without(
    kept: Path, reads: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A read-only file system, a full disk: the rules are there all the same, and no half entry."""
    kept.write_bytes(b"")

    def full(*_: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(Path, "replace", full)
    assert cache.load()[0] is not None
    assert reads["times"] == 2
    assert list(kept.parent.iterdir()) == [kept]


def test_off_is_off(reads: Counter[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """`GLUTEMED_CACHE=off` neither reads nor writes."""
    monkeypatch.setenv("XDG_CACHE_HOME", os.fspath(tmp_path))
    monkeypatch.setenv("HOME", os.fspath(tmp_path))
    monkeypatch.setenv(cache.VARIABLE, "off")
    assert cache.folder() is None
    cache.load()
    cache.load()
    assert reads["times"] == 2
    assert [path.name for path in tmp_path.iterdir()] == ["rules"]


@pytest.mark.skipif(sys.platform in {"darwin", "win32"}, reason="other folders there")
def test_it_lies_where_caches_lie(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the XDG specification, which says to ignore a relative path."""
    monkeypatch.setenv(cache.VARIABLE, "")
    home = tmp_path / "home"
    monkeypatch.setenv("HOME", os.fspath(home))
    monkeypatch.setenv("XDG_CACHE_HOME", os.fspath(tmp_path))
    assert cache.folder() == tmp_path / "glutemed"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert cache.folder() == home / ".cache" / "glutemed"
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert cache.folder() == home / ".cache" / "glutemed"
    monkeypatch.setattr(Path, "home", lambda: (_ for _ in ()).throw(RuntimeError("no home")))
    assert cache.folder() is None


# --- Many at once ---------------------------------------------------------------------------------


@pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="no fork here")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_two_writers_and_a_reader_never_meet_half_an_entry(
    at: Path, small: tuple[Ruleset, tuple[Text, ...]]
) -> None:
    """Whoever reads while others write gets the whole ruleset."""
    (made, texts), key = small, cache.key_of(RuleTexts.under([]))
    context = multiprocessing.get_context("fork")
    failed = context.SimpleQueue()

    def write() -> None:
        try:
            for _ in range(20):
                cache._keep(at, key, made, texts)
        except BaseException as error:
            failed.put(repr(error))
            raise

    writers = [context.Process(target=write) for _ in range(2)]
    for writer in writers:
        writer.start()
    seen = 0
    while any(writer.is_alive() for writer in writers) or not seen:
        if (at / f"{key}.rules").exists():
            assert cache._kept(at, key, texts) == made
            seen += 1
    for writer in writers:
        writer.join(60)
        assert writer.exitcode == 0
    assert failed.empty()
    assert [path.suffix for path in at.iterdir()] == [".rules"]


def test_the_folder_does_not_grow_without_end(kept: Path) -> None:
    """The oldest entries go, and so does what a writer that was killed left behind."""
    for number in range(3 * cache.MOST_ENTRIES):
        name = f"{number}.rules" if number % 2 else f"tmp{number}.part"
        (kept.parent / name).write_text("")
        os.utime(kept.parent / name, (number, number))
    kept.write_bytes(b"")
    cache.load()
    left = sorted(path.name for path in kept.parent.iterdir())
    assert len(left) == cache.MOST_ENTRIES
    assert kept.name in left


def test_a_command_prints_the_same_with_and_without_an_entry(at: Path, tmp_path: Path) -> None:
    """And a process of its own finds what another one kept."""
    facts = tmp_path / "me.yaml"
    facts.write_text("screening: clear\nperson: {age: 30}\n")
    command = [sys.executable, "-m", "glutemed", "explain", os.fspath(facts)]

    def run() -> bytes:
        return subprocess.run(command, capture_output=True, check=True).stdout

    first = run()
    before = entry(at).stat().st_mtime_ns
    assert run() == first
    assert entry(at).stat().st_mtime_ns == before
