"""A few of the simulated people of benchmarks/simulate_eight_weeks.py, in whom no law is broken."""

from __future__ import annotations

import importlib.util
import sys
from xml.etree import ElementTree as ET

import pytest


@pytest.fixture(scope="module")
def simulated(repository):
    path = repository / "benchmarks" / "simulate_eight_weeks.py"
    spec = importlib.util.spec_from_file_location("simulate_eight_weeks", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.needs("durable")
def test_no_law_is_broken_and_the_same_seed_is_the_same_life(simulated):
    lives = [simulated.lived(seed) for seed in range(6)]
    assert [broken for _, _, broken, _ in lives] == [[]] * 6
    assert all(len(weeks) == simulated.WEEKS + 1 for weeks, *_ in lives)
    assert sum(done for *_, done in lives) > 60
    assert simulated.lived(3) == lives[3]


def test_the_picture_in_the_documents_is_of_a_thousand(repository):
    drawn = ET.parse(repository / "docs" / "explanation" / "eight-weeks.svg").getroot()
    words = " ".join(drawn.itertext())
    assert "1000 simulated people" in words
