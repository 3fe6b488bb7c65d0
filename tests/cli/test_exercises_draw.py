"""`glutemed exercises ID --draw FILE`: a picture as a file, or printed."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

DRAWN = "clamshell-band-light"


def test_a_picture_is_written_where_one_asks_for_it(glutemed):
    """The file is an SVG of both ends of the movement, and nothing is printed."""
    result = glutemed("exercises", DRAWN, "--draw", "clamshell.svg")
    assert (result.exit_code, result.output) == (0, "")
    top = ET.fromstring(Path("clamshell.svg").read_text(encoding="utf-8"))
    assert top.tag.endswith("}svg")
    assert top[0].text == "Clamshell with a light band: start and end"


def test_a_hyphen_prints_the_picture(glutemed):
    """What is printed is what would be written."""
    glutemed("exercises", DRAWN, "--draw", "clamshell.svg", "--phase", "start")
    printed = glutemed("exercises", DRAWN, "--draw", "-", "--phase", "start")
    assert printed.exit_code == 0
    assert printed.output == Path("clamshell.svg").read_text(encoding="utf-8")


def test_a_lesser_bend_is_another_picture(glutemed):
    """The depth that somebody may go to can be drawn."""
    deep = glutemed("exercises", "single-leg-squat", "--draw", "-").output
    shallow = glutemed("exercises", "single-leg-squat", "--draw", "-", "--knee", "30").output
    assert shallow != deep
    assert ET.fromstring(shallow)[0].text == ET.fromstring(deep)[0].text


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (["--draw", "x.svg"], "which exercise?"),
        (["clamshel", "--draw", "x.svg"], "did you mean `clamshell`?"),
        (["single-leg-squat", "--draw", "x.svg", "--knee", "90"], "20 to 60 degrees"),
        (["clamshell", "--draw", "x.svg", "--phase", "middle"], "middle"),
    ],
)
def test_what_cannot_be_drawn_is_wrong_use(glutemed, asked, told):
    """Exit code 2, one line that says what is meant, and no file."""
    result = glutemed("exercises", *asked)
    assert result.exit_code == 2
    assert told in " ".join(result.output.split())
    assert not Path("x.svg").exists()


def test_a_folder_that_is_not_there_is_a_failure_in_one_line(glutemed):
    """Exit code 1 and no traceback."""
    result = glutemed("exercises", DRAWN, "--draw", "nowhere/clamshell.svg")
    assert result.exit_code == 1
    assert "Traceback" not in result.output
