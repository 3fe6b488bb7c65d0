"""Decide about generated people in a process of its own, and print a digest of the bytes.

With the name of a kept mutant, that is planted first.
"""

from __future__ import annotations

import hashlib
import sys
from contextlib import nullcontext

from hypothesis import given
from hypothesis import strategies as st

from glutemed.pipeline import load_ruleset, recommend
from glutemed.render.json import as_json
from glutemed.testing import checked, people, plausible_people, rulebook_texts
from laws.examples import quick
from laws.mutants import MUTANTS, planted

EXAMPLES = 15


def main(names: list[str]) -> str:
    bundled, seen = load_ruleset(), hashlib.sha256()

    @quick(EXAMPLES)
    @given(st.data())
    def decide(data: st.DataObject) -> None:
        rules = checked(data.draw(rulebook_texts()))
        for ruleset in (bundled, rules):
            for strategy in (plausible_people, people):
                outcome = recommend(data.draw(strategy(ruleset)), ruleset)
                seen.update(as_json(outcome).encode())

    mutants = [mutant for mutant in MUTANTS if mutant.name in names]
    with planted(mutants[0]) if mutants else nullcontext():
        decide()
    return seen.hexdigest()


if __name__ == "__main__":
    print(main(sys.argv[1:]))
