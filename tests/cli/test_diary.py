"""The diary from the command line: kept, read, replayed, moved, forgotten; and every fault."""

from __future__ import annotations

import datetime as dt
import json
import stat

import pytest

from glutemed.cli import exits

LOGGED = ("--all", "5,1", "--usual", "3", "--rest", "1", "--no-flags")
CALM = ("--pain", "1", "--settled", "--not-worse")
FINE = "0\n3\n1\n5 1\n5 1\n2x8 5 2\n-\n5 1\n\n"


def day(number):
    return f"2025-03-{number:02}"


def test_a_diary_begins_with_a_programme(diary, file):
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    done = diary("next")
    assert done.exit_code == exits.PROGRAMME
    assert done.stdout.startswith("Begin: ")
    assert "2 × 10, effort up to 5" in done.stdout


def test_who_must_be_seen_begins_no_diary(glutemed, runner, tmp_path):
    path = str(tmp_path / "new.db")
    flagged = glutemed(
        "diary", "start", runner, "--file", path, "--set", "screening.hot_swollen_knee=true"
    )
    assert flagged.exit_code == exits.REFERRAL
    assert "No diary was begun" in flagged.stderr
    assert not (tmp_path / "new.db").exists()


def test_who_must_be_seen_and_is_asked_more_is_sent_to_a_command_that_asks(glutemed, tmp_path):
    facts = tmp_path / "my knee.yaml"
    facts.write_text("screening: {leg_weak_or_numb: true}\n")
    path = str(tmp_path / "new.db")
    said = glutemed("diary", "start", str(facts), "--file", path)
    assert said.exit_code == exits.QUESTIONS
    assert "No diary was begun" in said.stderr
    assert f"glutemed diary start --ask '{facts}'" in said.stderr
    assert "diary next" not in said.stderr
    asked = glutemed("diary", "start", "--ask", str(facts), "--file", path, typed="\n")
    assert "Question 1" in asked.stderr


def test_questions_are_asked_later_and_written_down(glutemed, runner, tmp_path):
    path = str(tmp_path / "new.db")
    open_ = ("--set", "person.age=unknown", "--set", "response.sessions_done=unknown")
    asked = glutemed("diary", "start", runner, "--file", path, *open_, "--date", "2025-03-03")
    assert asked.exit_code == exits.QUESTIONS
    done = glutemed("diary", "next", "--ask", "--file", path, typed="30\n0\n1\n")
    assert done.exit_code == exits.PROGRAMME
    answers = json.loads(glutemed("diary", "export", "--file", path).stdout)["answers"]
    (given,) = (given["facts"] for given in answers)
    assert given["person.age"] == 30
    assert given["response.sessions_done"] == 0
    logged = glutemed("diary", "log", "--file", path, *LOGGED)
    assert logged.exit_code == exits.PROGRAMME


def test_the_programme_moves_with_the_sessions(diary):
    assert diary("log", "--date", day(3), *LOGGED).stdout.startswith("Wait for the morning: ")
    same = diary("log", "--morning", "--date", day(4), *CALM)
    assert same.stdout.startswith("The same again: ")
    diary("log", "--date", day(5), *LOGGED)
    more = diary("log", "--morning", "--date", day(6), *CALM)
    assert more.exit_code == exits.PROGRAMME
    assert more.stdout.startswith("A little more: Two good sessions running")
    assert "next session from 7 March 2025" in more.stdout
    assert "3 × 10, effort up to 6 (more)" in more.stdout


def test_a_red_session_eases_off_and_two_stop(diary):
    red = ("--all", "5,7", "--usual", "3", "--rest", "1", "--no-flags")
    eased = diary("log", "--date", day(3), *red)
    assert eased.stdout.startswith("Ease off: The last session hurt more than 5 of 10")
    assert eased.exit_code == exits.PROGRAMME
    diary("log", "--morning", "--date", day(4), *CALM)
    stopped = diary("log", "--date", day(5), *red)
    assert stopped.exit_code == exits.REFERRAL
    assert stopped.stdout.startswith("Stop and see someone: Pain above 5 of 10 in two sessions")


def test_what_is_not_ticked_is_not_done(diary):
    diary("log", "--date", day(3), "--done", "clamshell-band-light=2x10,5,1", "--no-flags")
    assert "1 of 5" in diary("show").stdout


def test_who_is_not_asked_for_red_flags_is_asked(diary):
    done = diary("log", "--date", day(3), "--all", "5,1", "--usual", "3", "--rest", "1")
    assert done.exit_code == exits.QUESTIONS
    assert done.stdout.startswith("Some questions first: ")


def test_a_new_red_flag_stops_at_once(diary):
    done = diary("log", "--date", day(3), *LOGGED[:-1], "--flag", "night_pain")
    assert done.exit_code == exits.REFERRAL
    again = diary("next")
    assert again.exit_code == exits.REFERRAL
    cleared = diary("log", "--date", day(9), "--set", "screening.night_pain=false")
    assert cleared.exit_code == exits.PROGRAMME


def test_logging_asks_for_everything_on_one_page(diary):
    done = diary("log", "--date", day(3), typed=FINE)
    assert done.exit_code == exits.PROGRAMME
    assert "Is any of these new" in done.stderr
    assert "a hot, swollen knee" in done.stderr
    shown = diary("show", "--format", "plain").stdout
    assert "4 of 5" in shown
    kept = json.loads(diary("export").stdout)["sessions"][0]
    assert [line["done"] and line["done"]["reps"] for line in kept["lines"]] == [
        *(10, 10, 8),
        *(None, 10),
    ]
    assert kept["flags"] == []


def test_logging_asks_first_how_the_morning_was(diary):
    diary("log", "--date", day(3), *LOGGED)
    done = diary("log", "--date", day(5), typed="1\ny\nn\n" + FINE)
    assert done.exit_code == exits.PROGRAMME
    first, second = json.loads(diary("export").stdout)["sessions"]
    assert first["morning"]["settled"] is True
    assert second["morning"] is None


def test_a_flag_that_is_typed_stops_before_the_exercises(diary):
    done = diary("log", "--date", day(3), typed="4\n")
    assert done.exit_code == exits.REFERRAL
    assert "Now each exercise" not in done.stderr


def test_half_a_log_writes_nothing(diary, file):
    before = file.read_bytes()
    done = diary("log", "--date", day(3), typed="0\n3\n1\n5 1\n")
    assert done.exit_code == exits.INTERRUPTED
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    ("name", "begins"), [("a.csv", "kind,number"), ("a.json", "{"), ("a", "{")]
)
def test_an_export_has_the_form_of_its_name(diary, tmp_path, name, begins):
    assert diary("export", "-o", str(tmp_path / name)).exit_code == exits.DONE
    assert (tmp_path / name).read_text(encoding="utf-8").startswith(begins)


def test_a_red_flag_alone_is_an_answer_and_no_session(diary):
    done = diary("log", "--date", day(3), "--flag", "night_pain")
    assert done.exit_code == exits.REFERRAL
    kept = json.loads(diary("export").stdout)
    assert not kept["sessions"]
    assert [each["facts"] for each in kept["answers"]] == [{"screening.night_pain": True}]


def test_a_script_logs_by_json(diary):
    text = json.dumps(
        {
            "date": "2025-03-03T18:30+01:00",
            "exercises": {"clamshell-band-light": {"effort": 5, "pain": 1}},
            "usual": 3,
            "rest": 1,
            "flags": [],
            "note": "after work",
        }
    )
    done = diary("log", "--json", "-", "--format", "json", typed=text)
    assert done.exit_code == exits.PROGRAMME
    assert json.loads(done.stdout)["outcome"]["outcome"] == "programme"
    kept = json.loads(diary("export").stdout)["sessions"][0]
    assert kept["at"] == "2025-03-03T18:30:00+01:00"
    assert kept["note"] == "after work"


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "{",
        '{"pains": 1}',
        '{"usual": 11}',
        '{"exercises": {"clamshel": {}}}',
        '{"exercises": {"clamshell": {"pian": 1}}}',
        '{"flags": ["tired"]}',
        '{"date": "tomorrow", "flags": []}',
        '{"date": "2099-01-01", "flags": []}',
        '{"morning": {"pain": 1}}',
        '{"flags": ["night_pain"], "flags": []}',
        '{"exercises": {"clamshell": {"pain": 9, "pain": 1}}}',
        '{"exercises": {"clamshell": {"pain": NaN}}}',
    ],
)
def test_json_that_does_not_fit_is_refused_and_nothing_is_written(diary, file, text):
    before = file.read_bytes()
    done = diary("log", "--date", day(3), "--json", "-", typed=text)
    assert done.exit_code == exits.FACTS_INVALID
    assert "Traceback" not in done.stderr
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    "args",
    [
        ("--all", "five"),
        ("--all", "5,11"),
        ("--done", "clamshell"),
        ("--done", "clamshel=5,1"),
        ("--flag", "tired"),
        ("--set", "response.sessions_done=9"),
        ("--morning", "--pain", "1"),
        ("--set", "clot.whole_leg_swollen=true"),
    ],
)
def test_options_that_do_not_fit_are_refused_and_nothing_is_written(diary, file, args):
    before = file.read_bytes()
    assert diary("log", "--date", day(3), *args).exit_code == exits.FACTS_INVALID
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    "args",
    [
        ("log", "--flag", "night_pain", "--no-flags"),
        ("log", "--json", "-", "--all", "5,1"),
        ("log", "--usual", "11"),
        ("forget",),
        ("forget", "1", "--all"),
        ("forget", "99", "--yes"),
        ("forget", "--all"),
        ("next", "--ask", "--date", "2025-03-03"),
        ("start",),
        ("export", "--format", "xml"),
        ("log", "--json", "-", "--pain", "1"),
        ("log", "--json", "-", "--not-settled"),
        ("log", "--json", "-", "--set", "person.age=50"),
        ("log", "--all", "5,1", "--pain", "9", "--not-settled", "--worse"),
        *(
            ("log", "--morning", *CALM, *more)
            for more in (
                ("--flag", "hot_swollen_knee"),
                ("--usual", "0"),
                ("--rest", "0"),
                ("--all", "5,1"),
                ("--done", "clamshell=5,1"),
                ("--no-flags",),
            )
        ),
    ],
)
def test_wrong_use_is_2(diary, args):
    assert diary(*args).exit_code == exits.USAGE


def test_an_earlier_day_is_replayed_byte_for_byte(diary):
    def said_of(number):
        return diary("next", "--date", f"{day(number + 1)}T08:00", "--format", "json").stdout

    seen = {}
    for number in range(3, 12, 2):
        diary("log", "--date", f"{day(number)}T18:00", *LOGGED)
        diary("log", "--morning", "--date", f"{day(number + 1)}T07:00", *CALM)
        seen[number] = said_of(number)
    assert len(set(seen.values())) > 1
    for number, said in seen.items():
        assert said_of(number) == said


def test_a_break_goes_on_while_nothing_is_written(diary):
    diary("log", "--date", f"{day(3)}T18:00", *LOGGED)
    diary("log", "--morning", "--date", f"{day(4)}T07:00", *CALM)
    for passed, said in (
        (13, ""),
        (14, "a break of two weeks or more"),
        (28, "a break of four weeks or more"),
    ):
        later = (dt.date.fromisoformat(day(3)) + dt.timedelta(days=passed)).isoformat()
        found = diary("next", "--date", f"{later}T19:00", "--format", "json")
        assert ("a break of" in found.stdout) is bool(said)
        assert said in found.stdout


@pytest.mark.parametrize("form", ["json", "csv"])
def test_an_export_makes_an_equal_diary(diary, file, tmp_path, form):
    diary("log", "--date", day(3), *LOGGED, "--note", "=1+1")
    diary("log", "--morning", "--date", day(4), *CALM)
    diary("log", "--date", day(4), "--set", "equipment.step=true")
    out = tmp_path / f"out.{form}"
    assert diary("export", "--format", form, "-o", str(out)).exit_code == exits.DONE
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    other = str(tmp_path / "other.db")
    assert diary("import", str(out), "--file", other).exit_code == exits.DONE
    assert diary("export", "--file", other).stdout == diary("export").stdout
    assert diary("next", "--file", other).stdout == diary("next").stdout
    assert diary("import", str(out), "--file", other).exit_code == exits.FAILED


def test_a_forgotten_session_leaves_its_place(diary, file):
    diary("log", "--date", day(3), *LOGGED, "--note", "zwetschgenknoedel")
    assert b"zwetschgenknoedel" in file.read_bytes()
    assert diary("forget", "1", "--yes").exit_code == exits.DONE
    assert b"zwetschgenknoedel" not in file.read_bytes()
    assert "forgotten" in diary("show").stdout
    assert diary("next").exit_code == exits.QUESTIONS
    assert diary("forget", "--all", "--yes").exit_code == exits.DONE
    assert not file.exists()
    assert diary("next").exit_code == exits.FAILED


def test_pain_and_load_are_shown_over_time(diary, tmp_path):
    for number in (3, 5, 7):
        diary("log", "--date", day(number), *LOGGED)
    done = diary("show", "--svg", str(tmp_path / "pain.svg"))
    assert "Worst pain    ▂▂▂  0-10" in done.stdout
    assert (tmp_path / "pain.svg").read_text().startswith("<svg")
    assert diary("show", "--format", "plain").stdout.isascii()


def test_other_rules_than_before_are_said_so(diary, tmp_path):
    (tmp_path / "more.yaml").write_text("pack: more\nversion: 1.0.0\ntitle: More\n")
    assert "The rules have changed" not in diary("next").stderr
    assert "The rules have changed" in diary("next", "--rules", "more.yaml").stderr


def test_a_clock_set_back_writes_nothing(diary, file, monkeypatch):
    import datetime as dt

    before = file.read_bytes()
    monkeypatch.setattr("glutemed.diary.clock.now", lambda: dt.datetime(2025, 3, 1, tzinfo=dt.UTC))
    done = diary("log", *LOGGED)
    assert done.exit_code == exits.FAILED
    assert "set the clock, or name the day" in done.stderr
    assert file.read_bytes() == before


def test_a_damaged_diary_is_said_so_in_one_line(diary, file):
    file.write_bytes(file.read_bytes()[:5000])
    done = diary("next")
    assert done.exit_code == exits.FAILED
    assert not done.stdout
    assert len(done.stderr.splitlines()) == 1
    assert "left as it is" in done.stderr


def test_without_a_file_it_lies_in_the_data_folder(glutemed, runner, tmp_path, monkeypatch):
    monkeypatch.delenv("GLUTEMED_DIARY", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert glutemed("diary", "start", runner).exit_code == exits.PROGRAMME
    assert (tmp_path / "data" / "glutemed" / "diary.db").exists()
    assert stat.S_IMODE((tmp_path / "data" / "glutemed").stat().st_mode) == 0o700


def test_a_pain_of_none_is_taken_as_said(diary):
    done = diary("log", "--date", day(3), "--usual", "0", typed="")
    assert done.exit_code != exits.INTERRUPTED
    (kept,) = json.loads(diary("export").stdout)["sessions"]
    assert kept["usual"] == 0


def test_screening_clear_takes_back_no_red_flag(diary, file):
    diary("log", "--date", day(3), *LOGGED[:-1], "--flag", "night_pain")
    before = file.read_bytes()
    done = diary("log", "--date", day(5), "--set", "screening=clear")
    assert done.exit_code == exits.FACTS_INVALID
    assert "GM407" in done.stderr
    assert file.read_bytes() == before
    assert diary("next").exit_code == exits.REFERRAL


def test_a_red_flag_of_noon_outweighs_a_no_given_that_evening(diary):
    evening = f"{day(9)}T20:28"
    diary("log", "--date", evening, "--set", "screening=clear")
    diary("log", "--date", day(9), *LOGGED[:-1], "--flag", "night_pain")
    assert diary("next").exit_code == exits.REFERRAL


def test_a_worst_pain_below_one_that_was_said_is_refused(diary, file):
    diary("log", "--date", day(3), "--all", "5,?", "--done", "clamshell-band-light=2x10,5,4")
    before = file.read_bytes()
    low = diary("log", "--date", day(4), "--set", "response.worst_pain_during=0")
    assert low.exit_code == exits.FACTS_INVALID
    assert "hurt 4 of 10" in low.stderr
    assert file.read_bytes() == before
    same = diary("log", "--date", day(4), "--set", "response.worst_pain_during=4")
    assert same.exit_code != exits.FACTS_INVALID


@pytest.mark.parametrize("said", [("--all", "9,10"), ("--usual", "9", "--no-flags")])
def test_a_session_of_which_nothing_was_asked_or_named_is_refused(glutemed, tmp_path, said):
    file = tmp_path / "open.db"
    where = ("--file", str(file), "--date", day(3))
    assert glutemed("diary", "start", "--set", "screening=clear", *where).exit_code == (
        exits.QUESTIONS
    )
    before = file.read_bytes()
    done = glutemed("diary", "log", *where, *said)
    assert done.exit_code == exits.FACTS_INVALID
    assert "nothing was written" in done.stderr
    assert file.read_bytes() == before


def test_where_a_later_part_does_not_fit_nothing_is_written(diary, file):
    diary("log", "--date", day(3), *LOGGED)
    before = file.read_bytes()
    both = diary("log", "--date", day(4), "--set", "person.age=50", "--all", "99,99")
    text = '{"morning": {"pain": 1, "settled": true, "worse": false}, "usual": 99}'
    half = diary("log", "--date", day(4), "--json", "-", typed=text)
    assert (both.exit_code, half.exit_code) == (exits.FACTS_INVALID, exits.FACTS_INVALID)
    assert file.read_bytes() == before


@pytest.mark.parametrize("when", ["2025-03-03T18:00", "2025-03-03T23:30", "2025-03-02"])
def test_a_morning_that_is_not_of_a_later_day_is_refused(diary, file, when):
    diary("log", "--date", f"{day(3)}T18:00", *LOGGED)
    before = file.read_bytes()
    done = diary("log", "--morning", *CALM, "--date", when)
    assert done.exit_code == exits.FACTS_INVALID
    assert file.read_bytes() == before


def test_a_session_told_of_an_earlier_day_is_filed_under_that_day(diary):
    diary("log", "--date", day(9), *LOGGED)
    done = diary("log", "--date", day(5), typed=FINE)
    assert done.exit_code in {exits.PROGRAMME, exits.QUESTIONS}
    assert [s["at"][:10] for s in json.loads(diary("export").stdout)["sessions"]] == [
        day(5),
        day(9),
    ]


def of_2020(plain):
    plain["sessions"][0]["morning"]["at"] = "2020-01-01T08:00:00+00:00"


def of_9999(plain):
    plain["sessions"][0]["at"] = "9999-01-01T08:00:00+00:00"


def at_the_end_of_days(plain):
    plain["sessions"][0]["at"] = "9999-12-31T23:59:00-10:00"


def same_day(plain):
    plain["sessions"][0]["morning"]["at"] = plain["sessions"][0]["at"]


def no_such_flag(plain):
    plain["sessions"][0]["flags"] = ["night_pain"]


def last_number(plain):
    plain["sessions"][0]["number"] = 2**53


def contradiction(plain):
    facts = {"nerve.getting_worse_fast": True, "screening.leg_weak_or_numb": False}
    plain["answers"] = [{"number": 9, "at": "2025-03-09T12:00:00+00:00", "facts": facts}]


@pytest.mark.parametrize(
    "spoil",
    [of_2020, of_9999, at_the_end_of_days, same_day, no_such_flag, last_number, contradiction],
)
def test_an_export_that_cannot_be_right_is_refused(diary, tmp_path, spoil):
    diary("log", "--date", day(3), *LOGGED)
    diary("log", "--morning", "--date", day(4), *CALM)
    plain = json.loads(diary("export").stdout)
    spoil(plain)
    (tmp_path / "spoilt.json").write_text(json.dumps(plain))
    other = tmp_path / "other.db"
    done = diary("import", str(tmp_path / "spoilt.json"), "--file", str(other))
    assert done.exit_code == exits.FACTS_INVALID
    assert "Traceback" not in done.stderr
    assert not other.exists()


@pytest.mark.parametrize("when", ["1999-12-31", "0001-01-01", "9999-12-31"])
def test_a_day_of_which_no_diary_can_be_is_refused(diary, file, when):
    before = file.read_bytes()
    assert diary("log", "--date", when, *LOGGED).exit_code == exits.FACTS_INVALID
    assert file.read_bytes() == before


def test_a_flag_that_asks_more_says_at_once_whom_to_ring(diary):
    done = diary("log", "--date", day(3), *LOGGED[:-1], "--flag", "leg_swollen")
    assert done.exit_code == exits.QUESTIONS
    for said in (done.stdout, diary("next").stdout, diary("next", "--format", "plain").stdout):
        told = " ".join(said.split())
        assert told.startswith("Stop and see someone: A swollen or sore leg")
        order = ["Please see your GP today", "Ring your GP or 111 today", "No exercises until then"]
        places = [told.index(text) for text in (*order, "Is the whole leg swollen")]
        assert places == sorted(places)
    found = json.loads(diary("next", "--format", "json").stdout)
    assert found["course"] == "stop_and_see_someone"
    assert found["outcome"]["meanwhile"]["to"] == ["gp"]
