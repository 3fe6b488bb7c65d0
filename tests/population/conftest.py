"""What the tests about many people share."""

from __future__ import annotations

import pytest

from glutemed.pipeline import load_ruleset


@pytest.fixture(scope="session")
def ruleset():
    return load_ruleset()
