"""How many examples a law takes: a part of what the profile says, so that `deep` has far more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, settings

_LOADING_RULES_IS_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]


def share(part: float) -> Callable[[Any], Any]:
    """A part of the examples of the profile, 100 in `ci`."""
    most = max(1, int(settings().max_examples * part))
    return settings(max_examples=most, suppress_health_check=_LOADING_RULES_IS_SLOW)


def quick(examples: int, *, shrink: bool = False) -> settings:
    """The same examples at each run; for what is expected to fail."""
    return settings(
        max_examples=examples,
        phases=[Phase.generate, Phase.shrink] if shrink else [Phase.generate],
        derandomize=True,
        database=None,
        deadline=None,
        print_blob=False,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
