"""`rules test` with files added: what the cases alone do not show is said."""

from __future__ import annotations

import re
from pathlib import Path

from glutemed.rulebook.load import load

HOW_TO = Path(__file__).resolve().parents[2] / "docs/how-to"
ADDED = str(HOW_TO / "degenerative-meniscus.yaml")
LAST = str(HOW_TO / "heel-press-last.yaml")


def counted(text: str, pattern: str) -> int:
    (number,) = re.findall(pattern, text)
    return int(number)


def test_what_gives_way_to_an_added_exercise_and_who_was_left_out_is_said(glutemed, ruleset):
    shown = " ".join(glutemed("rules", "test", ADDED).stdout.split())
    assert "`heel-press`, which was added, takes the place of others for" in shown
    gone = re.findall(r"`([a-z-]+)` \((\d+)\)", shown)
    assert gone
    assert {name for name, _ in gone} <= set(ruleset.exercise)
    people = counted(shown, r"for (\d+) people of the bundled cases")
    assert max(int(number) for _, number in gone) <= people <= sum(int(n) for _, n in gone)
    left_out = counted(shown, r"(\d+) bundled cases? left out")
    assert left_out > 0
    whole, _ = load([ADDED])
    assert counted(shown, r"(\d+) cases:") + left_out == len(whole.cases)


def test_an_exercise_that_comes_last_takes_nobodys_place(glutemed):
    """The remedy of the guide works: who has the condition still gets it, as its cases say."""
    done = glutemed("rules", "test", ADDED, LAST)
    assert done.exit_code == 0
    assert "takes the place" not in done.stdout
    assert "heel-press" not in done.stdout
