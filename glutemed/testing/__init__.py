"""For authors of rules: people and rulebooks for Hypothesis, and the laws to hold them to.

Needs the extra ``testing``. A test of a pack of your own:

    from glutemed import load_ruleset
    from glutemed.testing import laws

    def test_the_laws_hold() -> None:
        laws.hold(load_ruleset("my-pack.yaml"))

The strategies, each of which gives values that the laws take:

- `people`, `plausible_people`, `complete_people`: facts about one person, by the words of a ruleset
- `people_near_thresholds`: people of whom all that one rule reads lies where its truth changes
- `fewer`, `neighbours`, `reordered`: the same person with less known, one fact changed, told anew
- `stricter`: the same rules with a contraindication, caution, limit or referral more
- `rulebooks`, `rulebook_texts`, `shuffled`: whole rulebooks, checked or as files

`laws` has one function a law; each raises `AssertionError` with what was broken. `fuzz` tries them
one after the other, and finds the smallest person with whom one falls.
"""

try:
    import hypothesis  # noqa: F401
except ImportError as missing:
    raise ImportError(
        "glutemed.testing needs hypothesis; get it with: pip install 'glutemed[testing]'"
    ) from missing

from glutemed.testing import laws
from glutemed.testing.persons import complete_people, people, plausible_people
from glutemed.testing.rulebooks import checked, rulebook_texts, rulebooks
from glutemed.testing.strategies import fewer, neighbours, reordered, shuffled, stricter
from glutemed.testing.thresholds import people_near_thresholds
from glutemed.testing.trials import fuzz

__all__ = [
    "checked",
    "complete_people",
    "fewer",
    "fuzz",
    "laws",
    "neighbours",
    "people",
    "people_near_thresholds",
    "plausible_people",
    "reordered",
    "rulebook_texts",
    "rulebooks",
    "shuffled",
    "stricter",
]
