"""JSON text → a plain value, strictly: a key that stands twice is no JSON here.

The library takes the last of two and drops the first in silence, which could be a red flag.
"""

from __future__ import annotations

import json
from typing import Any, NoReturn


def value_of(text: str) -> Any:
    """The value of a JSON text.

    Raises:
        ValueError: It is none, a key stands twice in it, or a number that is none.
        RecursionError: It is nested too deeply.
    """
    return json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice")
    return found


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number")
