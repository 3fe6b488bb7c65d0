"""The sql reading: conditions, states and cells as SQL text, for any engine with Kleene's logic.

Nothing here runs anything. A truth is a boolean whose NULL means UNKNOWN, so that SQL's own AND and
OR are the logic of the rules. A fact comes as its values may be: the least and the most that each
variable may have, which are equal where it is known. Only comparisons, CASE, AND, OR, +, * and
coalesce are used, which DuckDB and Spark read alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import attrs

from glutemed.model.condition import Condition
from glutemed.model.rule import Derive, DerivedValue, Score, ScoreSum
from glutemed.model.ruleset import Ruleset
from glutemed.reading.cells import Axis
from glutemed.reading.runs import Every, Lowered, Some, Variable, Within, lower, variables
from glutemed.reading.specification import makers, strata

TRUE, FALSE, UNKNOWN = "TRUE", "FALSE", "CAST(NULL AS BOOLEAN)"

Span = tuple[str, str]
"""The text of the least and of the most that a variable may be."""


@attrs.frozen
class Dialect:
    """How an engine has names and texts quoted.

    Args:
        quote: What stands around a name.
        escapes: Whether a backslash in a text stands for more than itself.
    """

    quote: str
    escapes: bool


DUCKDB = Dialect('"', escapes=False)
SPARK = Dialect("`", escapes=True)


def name(word: str, dialect: Dialect = DUCKDB) -> str:
    """A column's name, quoted."""
    quote = dialect.quote
    return quote + word.replace(quote, quote * 2) + quote


def text(word: str, dialect: Dialect = DUCKDB) -> str:
    """A text, quoted."""
    if dialect.escapes:
        return "'" + word.replace("\\", "\\\\").replace("'", "\\'") + "'"
    return "'" + word.replace("'", "''") + "'"


def truth_sql(lowered: Lowered, span: Callable[[Variable], Span]) -> str:
    """The truth of a condition: TRUE, FALSE, or NULL where it is UNKNOWN.

    Args:
        lowered: The condition, over whole numbers.
        span: The least and the most of a variable, as text; the same text where it is either known
            or NULL.
    """
    if isinstance(lowered, Within):
        return _within(lowered, *span(lowered.variable))
    parts = [truth_sql(child, span) for child in lowered.children]
    if isinstance(lowered, Every):
        return f"({' AND '.join(parts)})" if parts else TRUE
    assert isinstance(lowered, Some)
    return f"({' OR '.join(parts)})" if parts else FALSE


def _within(leaf: Within, low: str, high: str) -> str:
    least, most = leaf.variable.least, leaf.variable.most
    if leaf.runs == ((least, most),):
        return TRUE
    if not leaf.runs:
        return FALSE
    inside = " OR ".join(_inside(run, least, most, low, high) for run in leaf.runs)
    if low == high:  # one value, or NULL, which makes the comparison NULL
        return f"({inside})"
    outside = " AND ".join(f"({high} < {first} OR {low} > {last})" for first, last in leaf.runs)
    return f"(CASE WHEN {inside} THEN {TRUE} WHEN {outside} THEN {FALSE} ELSE {UNKNOWN} END)"


def _inside(run: tuple[int, int], least: int, most: int, low: str, high: str) -> str:
    first, last = run
    if first == last and low == high:
        return f"{low} = {first}"
    if first <= least:
        return f"{high} <= {last}"
    if last >= most:
        return f"{low} >= {first}"
    return f"({low} >= {first} AND {high} <= {last})"


def state_sql(axis: Axis, low: str, high: str) -> str:
    """The state of an axis, as `Axis.state` numbers it; never NULL.

    Args:
        axis: The variable and what cuts it.
        low: The least it may be. Of an axis that is not bounded, the value itself or NULL.
        high: The most it may be.
    """
    if axis.bounded:
        return f"({_interval(axis, low)} * {axis.intervals} + {_interval(axis, high)})"
    return f"coalesce({_interval(axis, low)}, {axis.intervals})"


def _interval(axis: Axis, value: str) -> str:
    if not axis.cuts:
        return f"(CASE WHEN {value} IS NULL THEN NULL ELSE 0 END)"
    steps = " + ".join(f"CAST({value} >= {cut} AS INTEGER)" for cut in axis.cuts)
    return f"({steps})"


def cell_sql(axes: Sequence[Axis], span: Callable[[Variable], Span]) -> str:
    """The number of a person's cell in a shard with these axes; all cells differ."""
    terms, stride = [], 1
    for axis in axes:
        state = state_sql(axis, *span(axis.variable))
        terms.append(state if stride == 1 else f"{state} * {stride}")
        stride *= axis.states
    return " + ".join(terms) or "0"


@attrs.frozen
class RuleTruths:
    """A query for the truth of every rule, and where each stands in it.

    Args:
        query: SQL text: one row a person, with the columns that were asked to be kept.
        columns: The column of each rule, aligned with ``Ruleset.rules``.
        bounds: For each derived value and score, the columns of its least and its most.
    """

    query: str
    columns: tuple[str, ...]
    bounds: Mapping[str, Span]


def truths_sql(
    ruleset: Ruleset, source: str, value: Callable[[Variable], str], keep: Iterable[str] = ()
) -> RuleTruths:
    """A query that says of each person what every rule says, derived values and scores included.

    Args:
        ruleset: The rules.
        source: What to read from: a table, or a query in brackets.
        value: The whole number that a variable is, as text, NULL where it is unknown.
        keep: Columns of the source to keep beside the truths.
    """
    level = strata(ruleset.rules, frozenset(ruleset.computed))
    made_by = makers(ruleset)
    columns = tuple(f"r{place}" for place in range(len(ruleset.rules)))
    bounds = {made: (f"b{at}_least", f"b{at}_most") for at, made in enumerate(made_by)}

    def span(variable: Variable) -> Span:
        if variable.fact in bounds:
            return bounds[variable.fact]
        own = value(variable)
        return own, own

    # Truths of a stratum and the bounds that follow from them are steps of their own, so that each
    # can read the one below.
    kept = ", ".join(keep)
    query, ready = f"SELECT {', '.join(filter(None, [kept, '*']))} FROM {source}", set[str]()
    for stratum in range(max(level.values(), default=0) + 1):
        said = [
            f"{truth_sql(_lowered(rule.condition, ruleset), span)} AS {column}"
            for column, rule in zip(columns, ruleset.rules, strict=True)
            if level[rule.id] == stratum
        ]
        if said:
            query = f"SELECT *, {', '.join(said)} FROM ({query})"
        due = [
            made
            for made, places in made_by.items()
            if made not in ready
            and all(level[ruleset.rules[place].id] <= stratum for place in places)
        ]
        if due:
            ready |= set(due)
            ends = ", ".join(_bounds(ruleset, made, made_by[made], bounds[made]) for made in due)
            query = f"SELECT *, {ends} FROM ({query})"
    wanted = ", ".join([*keep, *columns, *(end for ends in bounds.values() for end in ends)])
    return RuleTruths(f"SELECT {wanted} FROM ({query})", columns, bounds)


def _lowered(condition: Condition, ruleset: Ruleset) -> Lowered:
    return lower(condition, ruleset.quantities)


def _bounds(ruleset: Ruleset, made: str, places: Sequence[int], ends: Span) -> str:
    value = ruleset.computed[made]
    if isinstance(value, DerivedValue):
        least, most = _derived(ruleset, value, places)
    else:
        least, most = _score(ruleset, value, places)
    return f"{least} AS {ends[0]}, {most} AS {ends[1]}"


def _derived(ruleset: Ruleset, value: DerivedValue, places: Sequence[int]) -> Span:
    """Worst first, so that the first rule that holds, or may hold, gives the rank."""
    ranked = []
    for place in places:
        conclusion = ruleset.rules[place].conclusion
        assert isinstance(conclusion, Derive)
        ranked.append((conclusion.rank, f"r{place}"))
    ranked.sort(key=lambda pair: (-pair[0], pair[1]))
    default = value.values.index(value.default)
    above = [(rank, column) for rank, column in ranked if rank > default]
    if not above:
        return str(default), str(default)
    sure = " ".join(f"WHEN {column} THEN {rank}" for rank, column in above)
    open_ = " ".join(f"WHEN coalesce({column}, TRUE) THEN {rank}" for rank, column in above)
    return f"CASE {sure} ELSE {default} END", f"CASE {open_} ELSE {default} END"


def _score(ruleset: Ruleset, value: ScoreSum, places: Sequence[int]) -> Span:
    least, most = ["0"], ["0"]
    for place in places:
        conclusion = ruleset.rules[place].conclusion
        assert isinstance(conclusion, Score)
        points, column = conclusion.points, f"r{place}"
        sure, perhaps = f"coalesce({column}, FALSE)", f"coalesce({column}, TRUE)"
        lower_end, upper_end = (sure, perhaps) if points >= 0 else (perhaps, sure)
        least.append(f"CASE WHEN {lower_end} THEN {points} ELSE 0 END")
        most.append(f"CASE WHEN {upper_end} THEN {points} ELSE 0 END")
    return " + ".join(least), " + ".join(most)


def read_by(conditions: Iterable[Lowered]) -> tuple[Variable, ...]:
    """The variables that conditions read, sorted."""
    return tuple(sorted({leaf.variable for one in conditions for leaf in variables(one)}))
