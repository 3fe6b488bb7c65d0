"""What `glutemed rules prove` costs: the bundled rules, and 300 and 1,000 generated ones.

Each part by itself: writing the text, reading it into the solver, the claims, and what is to no
purpose. The generated rules speak of 40 facts and 12 exercises and come with a hazard for every
rule that forbids an exercise, under the rule's own condition, and one that no rule keeps off. All
but this one must be proved, and the person found for it must really be harmed.

Seconds are those of the processor: nothing here waits, and a busy machine then changes little.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections import defaultdict

import attrs
from people import built, rulebook, spread

from glutemed import Ruleset, load_ruleset, recommend
from glutemed.model.condition import ALWAYS, Compare, Comparison
from glutemed.model.errors import HazardBroken
from glutemed.model.rule import Advise, Contraindicate, Hazard, Refer
from glutemed.proof.claims import Claim, Claims
from glutemed.proof.encoding import Encoding
from glutemed.proof.prove import text_of
from glutemed.proof.purpose import Purpose
from glutemed.proof.solver import Solver
from glutemed.proof.vain import asked_in_vain

SIZES = (300, 1000)
ROWS = {
    "text": "write the text",
    "solver": "read it into the solver",
    "hazards": "hazards",
    "others": "red flags and referrals",
    "purpose": "what is to no purpose",
    "vain": "questions asked in vain",
    "all": "all of it",
}
UNKEPT = "unkept"


def with_hazards(ruleset: Ruleset) -> Ruleset:
    """The same rules, a hazard behind each contraindication, and one that nothing keeps off.

    Most rules that refer or forbid only advise here, or nobody would be given anything.
    """
    kept = {Refer: 10, Contraindicate: 60}
    rules = []
    for rule in ruleset.rules:
        kind = type(rule.conclusion)
        kept[kind] = kept.get(kind, len(ruleset.rules)) - 1
        advised = attrs.evolve(rule, conclusion=Advise(rule.because))
        rules.append(rule if kept[kind] >= 0 or "flag" in str(rule.condition) else advised)
    ruleset = attrs.evolve(ruleset, rules=tuple(rules))
    hazards = []
    for rule in ruleset.rules:
        if isinstance(rule.conclusion, Contraindicate):
            for exercise in rule.conclusion.touch.exercises:
                never = Compare("id", Comparison.IS, (exercise,))
                hazards.append(_hazard(f"behind/{rule.id}", rule.condition, never))
    weeks = Compare("complaint.weeks", Comparison.AT_LEAST, (12,))
    return attrs.evolve(ruleset, hazards=(*hazards, _hazard(UNKEPT, weeks, ALWAYS)))


def _hazard(name: str, when, never) -> Hazard:  # noqa: ANN001
    return Hazard(id=name, when=when, never=never, because="", sources=())


def timed(ruleset: Ruleset) -> tuple[dict[str, float], list[Claim]]:
    """How long each part takes, in seconds; and the hazards."""
    spent: dict[str, float] = {}
    made: dict[str, object] = {}

    def part(name: str, work) -> None:  # noqa: ANN001
        def run() -> None:
            made[name] = work()

        before = time.process_time()
        run()
        spent[name] = time.process_time() - before

    part("text", lambda: (encoding := Encoding.of(ruleset), text_of(encoding)))
    encoding, text = made["text"]  # type: ignore[misc]
    part("solver", lambda: Solver(text))
    solver: Solver = made["solver"]  # type: ignore[assignment]
    claims = Claims(encoding, solver)
    part("hazards", lambda: list(claims.hazards()))
    part("others", lambda: [*claims.red_flags(), *claims.referrals()])
    part("purpose", lambda: list(Purpose(encoding, solver).all()))
    part("vain", lambda: list(asked_in_vain(encoding)))
    spent["all"] = sum(spent.values())
    return spent, made["hazards"]  # type: ignore[return-value]


def right(name: str, ruleset: Ruleset, hazards: list[Claim]) -> None:
    """Assert that what must be proved is, and that the one witness is harmed."""
    unproved = [claim for claim in hazards if not claim.proved]
    assert [claim.id for claim in unproved] == ([] if name == "bundled" else [UNKEPT]), name
    for claim in unproved:
        assert claim.witness is not None
        try:
            recommend(claim.witness.facts, ruleset)
        except HazardBroken:
            continue
        raise AssertionError("the witness is not harmed")


def main() -> None:
    """Print the table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rounds", type=int, default=3)
    options = asked.parse_args()

    books = {"bundled": load_ruleset()}
    books |= {f"{size:,}": with_hazards(built(rulebook(size))) for size in SIZES}
    samples: dict[tuple[str, str], list[float]] = defaultdict(list)
    for _ in range(options.rounds):
        for name, ruleset in books.items():
            spent, hazards = timed(ruleset)
            right(name, ruleset, hazards)
            for row, took in spent.items():
                samples[row, name].append(took)

    print(f"medians of {options.rounds} rounds, in seconds of the processor")
    print(f"{'':26}" + "".join(f"{name:>16}" for name in books))
    for label, count in (
        ("rules", lambda book: len({rule.written for rule in book.written_rules})),
        ("ground rules", lambda book: len(book.rules)),
        ("exercises", lambda book: len(book.exercises)),
        ("hazards", lambda book: len(book.hazards)),
    ):
        print(f"{label:26}" + "".join(f"{count(book):>16,}" for book in books.values()))
    for row, label in ROWS.items():
        cells = (
            f"{statistics.median(samples[row, name]):.2f} {spread(samples[row, name]):>5}"
            if options.rounds > 1
            else f"{samples[row, name][0]:.2f}"
            for name in books
        )
        print(f"{label:26}" + "".join(f"{cell:>16}" for cell in cells))


if __name__ == "__main__":
    main()
