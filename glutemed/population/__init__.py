"""Many people at once, on DuckDB. Needs the extra ``batch``."""

from glutemed.population.files import RowsRejected, recommend_file
from glutemed.population.many import recommend_many
from glutemed.population.one import person_at

__all__ = ["RowsRejected", "person_at", "recommend_file", "recommend_many"]
