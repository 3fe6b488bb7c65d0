"""What a mistyped name probably means: a wrong suggestion about a red flag is worse than none."""

from __future__ import annotations

import pytest

from glutemed.model.diagnostic import suggestion
from glutemed.pipeline import load_ruleset

VOCABULARY = load_ruleset().vocabulary
FLAGS = [flag.name for flag in VOCABULARY.red_flags]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("leg_swolen", {"leg_swollen"}),
        ("night_pian", {"night_pain"}),
        ("calf", {"leg_swollen", "leg_sore_or_dented"}),
        ("swollen_calf", {"leg_swollen"}),
        ("hot_knee", {"hot_swollen_knee"}),
        ("chest_pain", {"chest_pain_or_breathless", "heart_warning"}),
        ("cancer", {"past_cancer"}),
        ("fever", {"feverish"}),
    ],
)
def test_a_red_flag_is_found_by_its_letters_or_by_what_it_is_about(typed, meant):
    said = VOCABULARY.nearest(f"screening.{typed}", FLAGS)
    assert said is not None
    assert {name for name in FLAGS if f"`{name}`" in said} == {f"screening.{one}" for one in meant}


@pytest.mark.parametrize("typed", ["zebra", "x", "", "swollen", "pain"])
def test_where_nothing_or_too_much_may_be_meant_nothing_is_suggested(typed):
    assert VOCABULARY.nearest(f"screening.{typed}", FLAGS) is None


def test_a_subject_that_is_right_makes_no_two_names_alike():
    assert suggestion("screening.calf", ["screening.clot_risk", "screening.leg_swollen"]) is None
    assert suggestion("screening.clot", ["screening.clot_risk"]) is not None


def test_every_name_with_a_letter_changed_is_found_again():
    for name in VOCABULARY.facts:
        if name.startswith("response.each."):
            continue
        at = len(name) - 2
        typed = f"{name[:at]}q{name[at + 1 :]}"
        if len(name.rpartition(".")[2]) > 5 and typed not in VOCABULARY:
            said = VOCABULARY.nearest(typed)
            assert said is not None, typed
            assert f"`{name}`" in said, typed


def test_the_command_line_suggests_so_too():
    from glutemed.cli.given import read_settings

    _, wrong = read_settings(("screening.calf=true",), VOCABULARY)
    assert "leg_swollen" in wrong[0].help
    assert "clot_risk" not in wrong[0].help
