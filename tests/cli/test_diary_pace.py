"""The day of the next session is said with its reason, in the same line."""

from __future__ import annotations

LOGGED = ("--all", "5,1", "--usual", "3", "--rest", "1", "--no-flags")
CALM = ("--pain", "1", "--settled", "--not-worse")


def log(diary, day, *args):
    return diary("log", "--date", f"2025-03-{day:02}T18:00", *(args or LOGGED))


def wake(diary, day, *args):
    return diary("log", "--morning", "--date", f"2025-03-{day:02}T07:00", *(args or CALM))


def next_line(done):
    """The line of the next session, with what it wraps into."""
    _, _, rest = done.stdout.partition("\nStage ")
    head, _, _ = rest.partition("\n  1  ")
    return " ".join(head.split())


def test_a_free_day_is_named_as_the_reason(diary):
    log(diary, 3)
    line = next_line(wake(diary, 4))
    assert line == "1; next session from 5 March 2025: 1 free day after the last session."


def test_a_week_that_is_full_is_named_as_the_reason(diary):
    for day in (3, 5, 7):
        log(diary, day)
        done = wake(diary, day + 1)
    assert next_line(done) == (
        "1; next session from 10 March 2025: 3 sessions in seven days are the most."
    )


def test_a_morning_that_is_not_told_is_named_as_the_reason(diary):
    assert next_line(log(diary, 3)) == (
        "1; next session from 6 March 2025: 2 free days after the last session. As long as the "
        "morning after is not told, it counts as a bad one."
    )


def test_a_rule_that_asks_for_more_rest_is_named_as_the_reason_once(diary):
    log(diary, 3)
    done = wake(diary, 4, "--not-settled", "--not-worse")
    why = "so the knee gets an extra day of rest"
    line = next_line(done)
    assert line.startswith("1; next session from 6 March 2025: 2 free days after the last session.")
    assert " ".join(done.stdout.split()).count(why) == 1
    red = log(diary, 6, "--all", "5,6", *LOGGED[2:])
    assert why in " ".join(red.stdout.split())


def test_on_the_day_itself_the_reason_is_that_of_the_day(diary):
    log(diary, 3)
    wake(diary, 4)
    assert next_line(diary("next", "--date", "2025-03-05")) == (
        "1; next session from 5 March 2025: 1 free day after the last session."
    )


def test_a_day_that_is_gone_is_today(diary):
    log(diary, 3)
    wake(diary, 4)
    assert next_line(diary("next", "--date", "2025-03-09")) == (
        "1; next session from 9 March 2025: the free days are over."
    )


def test_before_the_first_session_no_day_is_named(diary):
    assert "next session" not in diary("next").stdout
