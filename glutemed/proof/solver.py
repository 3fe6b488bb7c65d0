"""The one door to z3: text goes in once, and literals are asked about afterwards."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from glutemed.model.errors import GlutemedError

_DECLARATION = re.compile(r"\(declare-const \|([^|]*)\| Bool\)")
_SHORT = 200  # what is asked again and again
_FOREVER = 2**32 - 1  # as z3 writes it
_LITERAL = re.compile(r"(\(not )?\|([^|]*)\|\)?")
_SYMBOL = re.compile(r"\|([^|]*)\|")
INSTALL = "pip install 'glutemed[prove]'"


class SolverMissing(GlutemedError):
    """z3 cannot be imported; the text says how to get it."""

    def __init__(self) -> None:
        super().__init__(f"proofs need the solver z3; get it with: {INSTALL}")


class SolverGaveUp(GlutemedError):
    """z3 came to no answer; nothing is proved by that."""


class Solver:
    """Everybody whom a text describes.

    Args:
        text: Declarations and assertions in SMT-LIB.

    Raises:
        SolverMissing: z3 is not installed.
    """

    def __init__(self, text: str) -> None:
        try:
            import z3  # type: ignore[import-untyped]
        except ImportError as missing:
            raise SolverMissing from missing
        self._z3: Any = z3
        self._context = z3.Context()
        self._solver: Any = z3.SolverFor("QF_FD", ctx=self._context)
        self._solver.set("random_seed", 0)
        self._solver.add(z3.parse_smt2_string(text, ctx=self._context))
        self._read: dict[str, Any] = {}
        self._declared = {
            name: z3.Bool(name, ctx=self._context) for name in _DECLARATION.findall(text)
        }
        self._found: Any = None
        self.asked = 0

    def possible(self, *literals: str, within: int = 0) -> bool:
        """Whether there is a person of whom all literals hold.

        Args:
            literals: Each a symbol, or ``(not symbol)``.
            within: Give up after this many milliseconds; 0 for never.

        Raises:
            SolverGaveUp: z3 came to no answer.
        """
        self.asked += 1
        self._found = None
        self._solver.set("timeout", within or _FOREVER)
        said = self._solver.check(*map(self._formula, literals))
        if said == self._z3.unknown:
            raise SolverGaveUp(f"z3 came to no answer: {self._solver.reason_unknown()}")
        return bool(said == self._z3.sat)

    def holds(self, formulas: Iterable[str]) -> tuple[bool, ...]:
        """Whether formulas hold of the person whom the last question found."""
        z3, context, model = self._z3, self._context.ref(), self._person()
        found, said = (z3.Ast * 1)(), []
        for formula in formulas:  # thousands of times, so past the wrappers of z3's expressions
            asked = self._formula(formula).as_ast()
            z3.Z3_model_eval(context, model.model, asked, True, found)
            said.append(bool(z3.Z3_get_bool_value(context, found[0]) == z3.Z3_L_TRUE))
        return tuple(said)

    def _person(self) -> Any:
        if self._found is None:
            self._found = self._solver.model()
        return self._found

    @contextmanager
    def narrowed(self, *formulas: str) -> Iterator[None]:
        """Everybody of whom formulas hold, as long as the block lasts."""
        self._solver.push()
        try:
            self._solver.add(*map(self._formula, formulas))
            yield
        finally:
            self._solver.pop()

    def narrow(self, *formulas: str) -> None:
        """Narrow down further, for the rest of the block of `narrowed`."""
        self._solver.add(*map(self._formula, formulas))

    def _formula(self, formula: str) -> Any:
        found = self._read.get(formula)
        if found is None:
            literal = _LITERAL.fullmatch(formula)
            if literal is not None:  # most are, and parsing takes long
                found = self._declared[literal[2]]
                found = self._z3.Not(found) if literal[1] else found
            else:
                found = self._parsed(formula)
            if len(formula) < _SHORT:
                self._read[formula] = found
        return found

    def _parsed(self, formula: str) -> Any:
        named = {name: self._declared[name] for name in _SYMBOL.findall(formula)}
        text = f"(assert {formula})"
        (found,) = self._z3.parse_smt2_string(text, decls=named, ctx=self._context)
        return found
