"""Kept mutants: one operator, bound or row changed in shipped code, each caught by a law.

A mutant is a module and one snippet of its text, which must occur exactly once, so that a mutant
cannot rot unseen. `planted` compiles the changed text and puts the new code into the functions
that are already imported everywhere, for as long as the block lasts.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from types import FunctionType, ModuleType

import attrs


@attrs.frozen
class Mutant:
    """One change of shipped code, and the number of the law that catches it."""

    law: int
    module: str
    before: str
    after: str

    @property
    def name(self) -> str:
        return f"law {self.law}: {self.module.rpartition('.')[2]}: {' '.join(self.before.split())}"


JOIN, SIGNATURE = "glutemed.engine.join", "glutemed.engine.signature"
AMOUNTS, PARTS = "glutemed.engine.amounts", "glutemed.engine.parts"
PRESCRIBE, QUESTIONS = "glutemed.programme.prescribe", "glutemed.programme.questions"
PRODUCTIONS, RUNS = "glutemed.reading.productions", "glutemed.reading.runs"
PARSE = "glutemed.rulebook.parse"
GATE, TRUTH, CELLS = "glutemed.gate", "glutemed.reading.truth", "glutemed.reading.cells"

MUTANTS = (
    # 1. What is unknown is taken as clear.
    Mutant(1, JOIN, "elif possibly or open_amounts or equipment", "elif open_amounts or equipment"),
    Mutant(1, PARTS, "            applied.append(at)\n            if said is TRUE:\n", "            if said is TRUE:\n                applied.append(at)\n"),
    Mutant(1, JOIN, "if step > earned and truths[place] is TRUE:", "if step > earned and truths[place] is not FALSE:"),
    # 2. A rule that is added loosens another one.
    Mutant(2, AMOUNTS, "    return min(amounts)", "    return max(amounts)"),
    Mutant(2, SIGNATURE, "urgency = max((urgency_of", "urgency = min((urgency_of"),
    # 3. An order shows.
    Mutant(3, PARSE, "tuple(first[identity] for identity in sorted(first))", "tuple(first.values())"),
    Mutant(3, PRESCRIBE, "to=tuple(sorted({word for _, refer in most for word in refer.to}))", "to=tuple({word for _, refer in most for word in refer.to})"),
    # 4. A reading goes its own way.
    Mutant(4, PRODUCTIONS, 'bounds.append(Bound(high if sure else low, "at_most", last))', 'bounds.append(Bound(high if sure else low, "at_most", last - 1))'),
    Mutant(4, PRODUCTIONS, "low if sure else high", "high if sure else low"),
    Mutant(4, "glutemed.model.condition", "Truth(2 - self.value)", "Truth(2 - self.value or 1)"),
    Mutant(4, TRUTH, "in reversed(possible)", "in possible[:1]"),
    Mutant(4, TRUTH, "in value.absent or member in self.quantities[name].silent_absent", "in value.absent"),
    Mutant(4, RUNS, "run = (max(codes[0] + 1, least), most)", "run = (max(codes[0], least), most)"),
    Mutant(4, CELLS, "found.update({first, last + 1})", "found.update({first, last})"),
    Mutant(4, CELLS, "return self.intervals if span[0] != span[1] else low", "return low"),
    # 6. An offer beyond what the rules say.
    Mutant(6, AMOUNTS, "isinstance(cap, int) and getattr(dose, amount) > cap", "isinstance(cap, int) and getattr(dose, amount) > cap + 1"),
    Mutant(6, AMOUNTS, "fits = exercise.knee_flexion_deg.least <= cap", "fits = exercise.knee_flexion_deg.most >= 0"),
    Mutant(6, PRESCRIBE, "len(taken) >= most or exercise.family in families", "len(taken) >= most"),
    Mutant(6, JOIN, "        if contraindicated:\n            standing", "        if contraindicated and len(contraindicated) > 1:\n            standing"),
    # 7. A red flag is waved through.
    Mutant(7, SIGNATURE, "        elif said is Truth.UNKNOWN:\n", "        elif said is Truth.UNKNOWN and decision.declined:\n"),
    Mutant(7, PRESCRIBE, "    if found.rising:", "    if found.rising and found.urgency:"),
    Mutant(7, GATE, "((exercise, prescription)) != NO", "((exercise, prescription)) == PERHAPS"),
    Mutant(7, SIGNATURE, "urgency is None or urgency_of(rule) > urgency", "urgency is None"),
    # 8. A signature leaves out what shows.
    Mutant(8, SIGNATURE, "waits=tuple(sorted(waits.items()))", "waits=()"),
    Mutant(8, SIGNATURE, "declined=tuple(sorted(decision.declined & concerned))", "declined=()"),
    Mutant(8, SIGNATURE, "{Standing.EXCLUDED, Standing.UNAVAILABLE}", "{Standing.EXCLUDED, Standing.UNAVAILABLE, Standing.OFFERED}"),
    Mutant(8, SIGNATURE, "        answered=decision.answered,", "        answered=0,"),
    # 10. The interview goes round, or stops short.
    Mutant(10, SIGNATURE, "if fact not in decision.declined)", "if fact)"),
    Mutant(10, SIGNATURE, "(said is Truth.UNKNOWN and not unasked(rule.id, decision))", "False"),
    Mutant(10, QUESTIONS, "    for rule in open_rules(ruleset, decision):", "    for rule in open_rules(ruleset, decision)[:1]:"),
)  # fmt: skip

#: Mutants of law 3 that show only in a process with another seed of Python's hashes.
APART = tuple(mutant for mutant in MUTANTS if "{word for" in mutant.before)


@contextmanager
def planted(mutant: Mutant) -> Iterator[None]:
    """The mutant in place of shipped code."""
    module = importlib.import_module(mutant.module)
    path = Path(str(module.__file__))
    text = path.read_text(encoding="utf-8")
    assert text.count(mutant.before) == 1, f"`{mutant.before}` is {text.count(mutant.before)} times"
    changed = ModuleType(module.__name__)
    changed.__file__ = module.__file__
    exec(compile(text.replace(mutant.before, mutant.after), str(path), "exec"), changed.__dict__)
    undo = []
    for name, new in vars(changed).items():
        old = vars(module).get(name)
        if isinstance(new, frozenset) and new != old:
            undo.append((module, name, old))
            setattr(module, name, new)
    was = dict(functions(module))
    swapped = [(was[key], new) for key, new in functions(changed) if key in was]
    kept = [(old, old.__code__) for old, _ in swapped]
    try:
        count = 0
        for old, new in swapped:
            if differ(old, new):
                old.__code__, count = new.__code__, count + 1
        assert count or undo, "the mutant changes no function"
        yield
    finally:
        for old, code in kept:
            old.__code__ = code
        for place, name, value in undo:
            setattr(place, name, value)


def functions(module: ModuleType) -> Iterator[tuple[str, FunctionType]]:
    """The functions and methods that a module defines, by name."""
    for name, value in vars(module).items():
        if isinstance(value, FunctionType) and value.__module__ == module.__name__:
            yield name, value
        elif isinstance(value, type) and value.__module__ == module.__name__:
            for inner, method in vars(value).items():
                found = plain(method)
                if isinstance(found, FunctionType):
                    yield f"{name}.{inner}", found


def plain(method: object) -> object:
    """The function of a property, a class method or the like."""
    if isinstance(method, property):
        return method.fget
    if isinstance(method, cached_property):
        return method.func
    return getattr(method, "__func__", method)


def differ(old: FunctionType, new: FunctionType) -> bool:
    """Whether two functions do not do the same; lines do not count."""
    return fingerprint(old.__code__) != fingerprint(new.__code__)


def fingerprint(code) -> tuple[object, ...]:
    inner = [c if not hasattr(c, "co_code") else fingerprint(c) for c in code.co_consts]
    return code.co_code, code.co_names, repr(inner)
