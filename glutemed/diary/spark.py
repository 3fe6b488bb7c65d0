"""Numbers over time as one line of signs, for a terminal."""

from __future__ import annotations

from collections.abc import Sequence

_BLOCKS = "▁▂▃▄▅▆▇█"
_PLAIN = "_.-:=+*#"


def sparkline(
    values: Sequence[int | None], *, least: int = 0, most: int | None = None, unicode: bool = True
) -> str:
    """One sign for each value, higher for more; a gap for what is not known.

    Args:
        values: The values in their order.
        least: What the lowest sign stands for.
        most: What the highest sign stands for; by default the largest value.
        unicode: Blocks; else signs of ASCII that grow darker.
    """
    signs = _BLOCKS if unicode else _PLAIN
    known = [value for value in values if value is not None]
    top = max(known, default=least) if most is None else most
    span = max(1, top - least)
    found = []
    for value in values:
        if value is None:
            found.append(" ")
        else:
            place = (min(max(value, least), top) - least) * (len(signs) - 1)
            found.append(signs[round(place / span)])
    return "".join(found)
