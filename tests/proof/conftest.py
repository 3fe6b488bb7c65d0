"""The bundled rules, read once, and proofs of them."""

from __future__ import annotations

import pytest

from glutemed.model.ruleset import Ruleset
from glutemed.pipeline import load_ruleset


@pytest.fixture(scope="session")
def bundled() -> Ruleset:
    """The rules that come with glutemed."""
    return load_ruleset()
