"""For authors of rules: people and rulebooks for Hypothesis, and the laws to hold them to.

Needs the extra ``testing``. A test of a pack of your own:

    from glutemed import load_ruleset
    from glutemed.testing import laws

    def test_the_laws_hold() -> None:
        laws.hold(load_ruleset("my-pack.yaml"))

The strategies, each of which gives values that the laws take:

- `people`, `plausible_people`, `complete_people`: facts about one person, by the words of a ruleset
- `fewer`, `neighbours`, `reordered`: the same person with less known, one fact changed, told anew
- `stricter`: the same rules with a contraindication, caution, limit or referral more
- `rulebooks`, `rulebook_texts`, `shuffled`: whole rulebooks, checked or as files

`laws` has one function a law; each raises `AssertionError` with what was broken.
"""

from glutemed.testing import laws
from glutemed.testing.persons import complete_people, people, plausible_people
from glutemed.testing.rulebooks import checked, rulebook_texts, rulebooks
from glutemed.testing.strategies import fewer, neighbours, reordered, shuffled, stricter

__all__ = [
    "checked",
    "complete_people",
    "fewer",
    "laws",
    "neighbours",
    "people",
    "plausible_people",
    "reordered",
    "rulebook_texts",
    "rulebooks",
    "shuffled",
    "stricter",
]
