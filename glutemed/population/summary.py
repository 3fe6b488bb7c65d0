"""Who gets what: counts over a whole batch."""

from __future__ import annotations

import attrs
import duckdb

from glutemed.population.batch import Counts

MOST_LISTED = 10

Tally = tuple[tuple[str, int], ...]


@attrs.frozen(kw_only=True)
class Summary:
    """How many people get what, the most frequent first.

    Args:
        outcomes: By outcome.
        urgencies: Referrals, by urgency.
        stages: Programmes, by stage.
        exercises: Programmes that hold an exercise, by exercise; the first few.
        questions: People who are asked a fact, by fact; the first few.
    """

    people: int
    rejected: int
    outcomes: Tally
    urgencies: Tally
    stages: Tally
    exercises: Tally
    questions: Tally


def summary(db: duckdb.DuckDBPyConnection, counts: Counts) -> Summary:
    """Count, by the answers, of which there are few."""
    return Summary(
        people=counts.people,
        rejected=counts.rejected,
        outcomes=_tally(db, "a.outcome", "TRUE"),
        urgencies=_tally(db, "a.urgency", "a.outcome = 'referral'"),
        stages=_tally(db, "a.stage", "a.outcome = 'programme'"),
        exercises=_tally(db, "unnest(list_transform(a.exercises, lambda e: e.id))", "TRUE"),
        questions=_tally(db, "unnest(a.questions)", "TRUE"),
    )


def _tally(db: duckdb.DuckDBPyConnection, what: str, where: str) -> Tally:
    found = db.execute(
        f"SELECT CAST(what AS VARCHAR), sum(people) FROM (SELECT {what} AS what, s.people "
        f"FROM shares s JOIN answers a ON a.answer = s.answer WHERE {where}) "
        f"GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {MOST_LISTED}"
    ).fetchall()
    return tuple((str(name), int(people)) for name, people in found)
