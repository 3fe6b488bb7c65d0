"""Seeded tables of people: a plausible population, and a hostile one in which nothing is likely.

    python benchmarks/plausible_people.py 1000000 people.parquet [--hostile] [--seed 20261122]

The same seed gives the same table with the same version of DuckDB, whose `hash` is the dice.

The plausible ones are people with a sore knee as a health service may have them on its books:

- Age falls in three humps (sport, middle age, worn joints), and what hurts follows it: pain around
  the kneecap in the young, the outer side in runners, osteoarthritis in the old. One in three has no
  diagnosis and says where it hurts; one in twenty says neither.
- Ninety of a hundred answer every red flag, nearly all of them with no; five have one, the rarer the
  more urgent; some leave out one to three, or all of them. What is asked only after a red flag
  (clot, injury, nerve) is known only there.
- One in twelve of the old has a new hip; some are pregnant, unsteady, or allergic to latex. Who has
  such a thing names it among the conditions, and what is asked because of a condition only they
  know. Bands, weights and a step are at home as in homes.
- Most, eleven of twelve, are new. The others have done one of six courses of three to five exercises, for
  some weeks, with pain that mostly falls; of exercises they never did it is known that they did not.

About one in six leaves out one answer, now this one and now that. The hostile ones draw every fact by itself, each
value as likely as any other, and unknown in one of four.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import duckdb

from glutemed.model.ruleset import Ruleset
from glutemed.model.vocabulary import Kind
from glutemed.pipeline import load_ruleset
from glutemed.reading.runs import Variable, lower
from glutemed.reading.sql import name as quoted
from glutemed.reading.sql import text, truth_sql

SEED = 20_261_122

# What hurts: weight among the young, the middle-aged and the old; diagnosis; where it is felt.
COMPLAINTS = (
    (46, 30, 8, "patellofemoral_pain", "front"),
    (16, 8, 2, "iliotibial_band_syndrome", "outer"),
    (14, 6, 1, "patellar_tendinopathy", "below_kneecap"),
    (4, 10, 12, "pes_anserine_bursitis", "inner"),
    (2, 24, 62, "knee_osteoarthritis", "inner"),
    (4, 10, 8, "greater_trochanteric_pain", "outer"),
    (14, 12, 7, "", "elsewhere"),
)
# One red flag in so many of those who have one; every other flag shares the rest.
COMMON_FLAGS = (
    ("gives_way", 17),
    ("swollen_knee", 15),
    ("recent_injury", 12),
    ("surgery_or_implant", 9),
    ("night_pain", 8),
    ("long_illness", 7),
    ("other_joint_problem", 6),
    ("locked_knee", 5),
    ("past_cancer", 5),
    ("pregnant", 4),
)
COURSES = (
    ("side-lying-leg-lift", "clamshell", "static-quads"),
    ("side-lying-leg-lift", "clamshell", "straight-leg-raise", "bridge"),
    ("clamshell", "seated-hip-rotation", "static-hip-abduction"),
    ("side-lying-leg-lift", "seated-knee-extension", "bridge"),
    ("clamshell-band-light", "side-lying-leg-lift", "straight-leg-raise", "bridge"),
    ("side-lying-leg-lift", "single-leg-stance", "mini-squat", "clamshell"),
)
AFTER_A_FLAG = {
    "clot.": "leg_swollen",
    "clot.sore_along_the_veins": "leg_sore_or_dented",
    "clot.dent_stays": "leg_sore_or_dented",
    "clot.new_surface_veins": "leg_sore_or_dented",
    "injury.": "recent_injury",
    "nerve.": "leg_weak_or_numb",
}


class _Dice:
    """Fair dice as SQL text; each throw is a new one."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.thrown = 0
        self.gaps = 0

    def throw(self, sides: int = 1000) -> str:
        """A whole number from 0 up to `sides`, without it."""
        self.thrown += 1
        return f"(hash(i, {self.seed + self.thrown}) % {sides})"

    def often(self, of_thousand: int) -> str:
        return f"{self.throw()} < {of_thousand}"

    def known(self, value: str, unknown: int = 15) -> str:
        """A value that is unknown to some; whoever leaves out this leaves out little else."""
        self.gaps += unknown
        return f"CASE WHEN gap < {self.gaps - unknown} OR gap >= {self.gaps} THEN {value} END"

    def choose(self, choices: list[tuple[int, str]]) -> str:
        """One of some texts, by weight."""
        total, cases = 0, []
        roll = self.throw(sum(weight for weight, _ in choices))
        for weight, value in choices:
            total += weight
            cases.append(f"WHEN {roll} < {total} THEN {value}")
        return f"(CASE {' '.join(cases)} END)"


def plausible(ruleset: Ruleset, dice: _Dice) -> tuple[list[str], dict[str, str]]:
    """Steps that each add columns to ``i``, and the text of each fact in the end."""
    facts = ruleset.vocabulary.facts
    flags = [flag.name.removeprefix("screening.") for flag in ruleset.vocabulary.red_flags]
    conditions = set(facts["complaint.conditions"].values)
    complaints = [c for c in COMPLAINTS if not c[3] or c[3] in conditions]
    common = [(flag, weight) for flag, weight in COMMON_FLAGS if flag in flags]
    rare = [flag for flag in flags if flag not in dict(common)]
    who = {
        "hump": dice.choose([(34, "0"), (36, "1"), (30, "2")]),
        "about": dice.throw(12) + " + " + dice.throw(12),
        "screened": dice.throw(),
        "flag": dice.choose(
            [(weight * 40, f"{flags.index(flag)}") for flag, weight in common]
            + [(max(1, 480 // max(1, len(rare))), f"{flags.index(flag)}") for flag in rare]
        ),
        "missing": dice.throw(len(flags) or 1),
        "more_missing": dice.throw(len(flags) or 1),
        "course": f"CASE WHEN {dice.often(80)} THEN {dice.throw(len(COURSES))} END",
        "week": dice.choose([(5, "2"), (3, "6"), (2, "9")]),
        "eases": dice.choose([(7, "3"), (3, "8")]),
        "gap": dice.throw(4000),
        "told": dice.often(680),
        "luck": dice.throw(),
    }
    what = {
        "age": "CASE hump WHEN 0 THEN 16 + about WHEN 1 THEN 36 + about ELSE 56 + 1.4 * about END",
        "hurts": "CASE hump "
        + " ".join(
            f"WHEN {hump} THEN "
            + dice.choose([(c[hump], str(at)) for at, c in enumerate(complaints)])
            for hump in range(3)
        )
        + " END",
        "usual": dice.choose(
            [(weight, str(at + 1)) for at, weight in enumerate((7, 12, 22, 22, 16, 10, 6, 3, 1, 1))]
        ),
        "done": "CASE WHEN course IS NULL THEN 0 ELSE week * 3 + eases % 3 END",
        "worst": "CASE WHEN course IS NOT NULL THEN greatest(0, CAST("
        + dice.choose([(60, "1"), (30, "2"), (10, "4")])
        + " AS INTEGER) - CAST(week > 4 AS INTEGER)) END",
        "step": "CASE WHEN week >= 9 THEN 2 WHEN week >= 4 THEN 1 ELSE 0 END",
        "also": "CASE WHEN hump = 2 AND luck < 80 THEN 'hip_replacement' "
        "WHEN hump = 0 AND luck < 22 THEN 'pregnancy' END",
    }
    steps = [_step(who), _step(what)]
    out: dict[str, str] = {}
    listed = [f"['{c[3]}']" if c[3] else "[]" for c in complaints]
    felt = [f"['{c[4]}']" for c in complaints]
    named = " ".join(f"WHEN {at} THEN {value}" for at, value in enumerate(listed))
    where = " ".join(f"WHEN {at} THEN {value}" for at, value in enumerate(felt))
    diagnosis = f"CASE WHEN told THEN CASE hurts {named} END"
    out["complaint.conditions"] = (
        f"CASE WHEN also IS NULL THEN {diagnosis} END ELSE "
        f"list_concat({diagnosis} ELSE [] END, [also]) END"
    )
    names = [c[3] for c in complaints]
    for name, condition, value in (
        ("complaint.tendon_pain_on_squat", "patellar_tendinopathy", "CAST(usual AS UTINYINT)"),
        ("complaint.sore_hip", "greater_trochanteric_pain", "if(luck < 400, 'left', 'right')"),
    ):
        if condition in names:
            has = f"told AND hurts = {names.index(condition)}"
            otherwise = " ELSE 'neither'" if name == "complaint.sore_hip" else ""
            out[name] = f"CASE WHEN {has} THEN {value}{otherwise} END"
    out["complaint.felt_at"] = dice.known(f"CASE hurts {where} END", 60)
    out["person.age"] = dice.known("CAST(age AS UTINYINT)", 5)
    out["complaint.side"] = dice.known(dice.choose([(4, "'left'"), (5, "'right'"), (2, "'both'")]))
    out["complaint.weeks"] = dice.known(
        "CAST("
        + dice.choose([(2, "2"), (3, "5"), (4, "8"), (5, "13"), (6, "26"), (5, "60"), (3, "156")])
        + " AS USMALLINT)"
    )
    out["complaint.pain_usual"] = dice.known("CAST(usual AS UTINYINT)")
    out["complaint.pain_at_rest"] = dice.known(
        f"CAST(greatest(0, CAST(usual AS INTEGER) - 2 - CAST({dice.throw(3)} AS INTEGER)) AS UTINYINT)"
    )
    for at, flag in enumerate(flags):
        out[f"screening.{flag}"] = (
            f"CASE WHEN screened >= 980 OR (screened >= 950 AND missing = {at}) "
            f"OR (screened >= 965 AND more_missing = {at}) THEN NULL "
            f"ELSE screened >= 900 AND screened < 950 AND flag = {at} END"
        )
    for name, fact in facts.items():
        for prefix, flag in AFTER_A_FLAG.items():
            if name.startswith(prefix) and flag in flags:
                asked = f"screened >= 900 AND screened < 950 AND flag = {flags.index(flag)}"
                out[name] = f"CASE WHEN {asked} AND {dice.often(800)} THEN {dice.often(200)} END"
        if name.startswith("response.each.") and fact.kind is Kind.INT:
            out |= _of_exercise(name)
    out |= _plain(facts, dice)
    return steps, {name: text for name, text in out.items() if name in facts}


def _of_exercise(name: str) -> dict[str, str]:
    exercise, _, field = name.removeprefix("response.each.").rpartition(".")
    courses = [at for at, course in enumerate(COURSES) if exercise in course]
    mine = f"course IN ({', '.join(map(str, courses))})" if courses else "FALSE"
    if field == "sessions":
        return {
            name: f"CASE WHEN {mine} THEN CAST(done AS USMALLINT) WHEN course IS NOT NULL THEN 0 END"
        }
    if not courses:
        return {}
    if field == "pain_during":
        first = any(COURSES[at][0] == exercise for at in courses)
        felt = "worst" if first else "greatest(0, worst - 1)"
        return {name: f"CASE WHEN {mine} THEN CAST({felt} AS UTINYINT) END"}
    return {name: f"CASE WHEN {mine} THEN CAST(step AS UTINYINT) END"}


def _plain(facts: object, dice: _Dice) -> dict[str, str]:
    far = dice.choose([(8, "'first_three_months'"), (14, "'later'")])
    has_hip = "coalesce(also, '') = 'hip_replacement'"
    return {
        "history.latex_allergy": dice.known(dice.often(15)),
        "history.unsteady": dice.known(f"{dice.throw(100)} < 5 * hump"),
        "history.kneeling_hurts": dice.known(dice.often(80), 40),
        "history.sore_shoulder": dice.known(dice.often(20), 30),
        "history.hip_replaced": f"CASE WHEN {has_hip} THEN 'left' ELSE 'neither' END",
        "history.hip_replaced_weeks": f"CASE WHEN {has_hip} THEN 104 END",
        "history.pregnancy": f"CASE WHEN coalesce(also, '') = 'pregnancy' THEN {far} "
        "ELSE 'not_pregnant' END",
        "equipment.bands": dice.known(
            dice.choose(
                [
                    *((70, "[]"), (16, "['light']"), (10, "['light', 'medium']")),
                    (4, "['light', 'medium', 'heavy']"),
                ]
            ),
            25,
        ),
        "equipment.free_weights": dice.known(dice.often(120)),
        "equipment.bands_latex_free": dice.known(dice.often(80), 120),
        "equipment.step": dice.known(dice.often(940)),
        "response.sessions_done": "CAST(done AS USMALLINT)",
        "response.worst_pain_during": "CAST(worst AS UTINYINT)",
        "response.settled_by_morning": "CASE WHEN course IS NOT NULL THEN worst < 3 OR eases < 8 "
        "OR luck % 2 = 0 END",
        "response.worse_next_morning": "CASE WHEN course IS NOT NULL THEN worst >= 3 AND eases = 8 "
        "AND luck % 2 = 0 END",
        "response.stage_earned": "CASE WHEN course IS NOT NULL THEN CAST(CASE WHEN week >= 9 AND "
        "eases < 5 THEN 2 WHEN week >= 6 AND eases < 7 THEN 1 ELSE 0 END AS UTINYINT) END",
        "response.bad_mornings_running": "CASE WHEN course IS NOT NULL THEN CAST(CASE WHEN worst >= 3 "
        "AND eases > 7 THEN least(done, 1 + luck % 3) ELSE 0 END AS USMALLINT) END",
        "response.weeks_of_break": "CASE WHEN course IS NOT NULL THEN CAST(CASE WHEN screened < 60 "
        "THEN 5 WHEN screened < 150 THEN 2 ELSE 0 END AS USMALLINT) END",
        "response.weeks_since_first": "CASE WHEN course IS NOT NULL THEN CAST(week AS USMALLINT) END",
        "response.level_pelvis": "CASE WHEN week >= 6 THEN eases < 6 END",
        "response.two_points_better": "CASE WHEN course IS NOT NULL THEN week >= 6 AND eases < 7 END",
        "screening.pain_above_five_twice": "CASE WHEN screened < 980 THEN worst > 5 AND eases > 7 END",
    }


def hostile(ruleset: Ruleset, dice: _Dice) -> tuple[list[str], dict[str, str]]:
    """Every fact by itself, each value as likely as any other, unknown in one of four."""
    out = {}
    for name, fact in ruleset.vocabulary.facts.items():
        if fact.kind is Kind.BOOL:
            value = dice.throw(2) + " = 1"
        elif fact.kind is Kind.INT:
            value = f"CAST({fact.least} + {dice.throw(fact.most - fact.least + 1)} AS USMALLINT)"
        elif fact.kind is Kind.ENUM:
            value = dice.choose([(1, f"'{word}'") for word in fact.values])
        else:
            roll = dice.throw(1 << len(fact.values))
            value = (
                f"list_filter({list(fact.values)}, lambda w, nth: ({roll} >> (nth - 1)) % 2 = 1)"
            )
        out[name] = f"CASE WHEN {dice.throw()} >= 250 THEN {value} END"
    given = {quoted(name): value for name, value in out.items()}
    return [_step(given)], {name: _believed(ruleset, name) for name in out}


def _believed(ruleset: Ruleset, name: str) -> str:
    """A column without the answers that contradict others: who gives such a one is nobody."""
    against = [
        truth_sql(lower(found.when, ruleset.quantities), partial(_span, ruleset))
        for found in ruleset.vocabulary[name].contradicts
    ]
    return f"CASE WHEN NOT coalesce({' OR '.join(against or ['FALSE'])}, FALSE) THEN {quoted(name)} END"


def _span(ruleset: Ruleset, variable: Variable) -> tuple[str, str]:
    value = value_sql(ruleset, variable)
    return value, value


def value_sql(ruleset: Ruleset, variable: Variable) -> str:
    """The whole number that a variable is, as text, NULL where it is unknown."""
    declared, own = ruleset.vocabulary[variable.fact], quoted(variable.fact)
    if declared.kind is Kind.SET:
        is_in = f"CAST(list_contains({own}, {text(variable.member)}) AS INTEGER)"
        return is_in if variable.member in declared.silent_absent else f"nullif({is_in}, 0)"
    if declared.kind is Kind.ENUM:
        cases = " ".join(f"WHEN {text(word)} THEN {at}" for at, word in enumerate(declared.values))
        return f"CASE {own} {cases} END"
    return f"CAST({own} AS INTEGER)"


def _step(columns: dict[str, str]) -> str:
    return ", ".join(f"{text} AS {name}" for name, text in columns.items())


def query(ruleset: Ruleset, people: int, *, is_hostile: bool = False, seed: int = SEED) -> str:
    """The query that makes people."""
    steps, facts = (hostile if is_hostile else plausible)(ruleset, _Dice(seed))
    source = f"(SELECT i FROM range({people}) t(i))"
    for step in steps:
        source = f"(SELECT *, {step} FROM {source})"
    columns = ", ".join(f'{text} AS "{name}"' for name, text in _in_order(ruleset, facts))
    return f"SELECT i AS person, {columns} FROM {source}"


def _in_order(ruleset: Ruleset, facts: dict[str, str]) -> Iterator[tuple[str, str]]:
    for name in ruleset.vocabulary.facts:
        if name in facts:
            yield name, facts[name]


def write(people: int, path: Path, *, is_hostile: bool = False, seed: int = SEED) -> None:
    """Write people to a parquet file, with a column ``person`` that is no fact."""
    with duckdb.connect() as db:
        made = query(load_ruleset(), people, is_hostile=is_hostile, seed=seed)
        db.execute(f"COPY ({made}) TO '{path}' (FORMAT parquet, COMPRESSION zstd)")


def main() -> None:
    parser = argparse.ArgumentParser(description="Write a seeded table of people.")
    parser.add_argument("people", type=int)
    parser.add_argument("path", type=Path)
    parser.add_argument("--hostile", action="store_true", help="every value as likely as any other")
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args()
    write(options.people, options.path, is_hostile=options.hostile, seed=options.seed)


if __name__ == "__main__":
    main()
