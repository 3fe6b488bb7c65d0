"""What all tests share: Hypothesis profiles, what a test needs of the machine, the docs' examples."""

from __future__ import annotations

import importlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from sybil import Sybil
from sybil.integration.pytest import SybilItem
from sybil.parsers.markdown import PythonCodeBlockParser, SkipParser

from browser import axe
from console_examples import ConsoleExamples

REPOSITORY = Path(__file__).resolve().parent.parent

# What is planted in the code, or stands in a folder for a moment, must be read and not remembered;
# and no test writes into the home of whoever runs it. Programs that tests start inherit this.
os.environ["GLUTEMED_CACHE"] = "off"
os.environ["GLUTEMED_DIARY"] = f"{os.devnull}/no-diary"

# --- Hypothesis -----------------------------------------------------------------------------------

_GENERATED_RULEBOOKS_ARE_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]

settings.register_profile("fast", max_examples=20, deadline=None, database=None)
settings.register_profile(
    "ci",
    derandomize=True,
    deadline=None,
    database=None,
    print_blob=True,
    suppress_health_check=_GENERATED_RULEBOOKS_ARE_SLOW,
)
settings.register_profile(
    "deep",
    max_examples=5_000,
    deadline=None,
    print_blob=True,
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.target, Phase.shrink],
    suppress_health_check=_GENERATED_RULEBOOKS_ARE_SLOW,
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

# --- What a test needs of the machine -------------------------------------------------------------


def _without_durable() -> str | None:
    try:
        importlib.import_module("durable_rules_engine")
    except ImportError as failure:
        return f"durable-rules cannot be imported ({failure})"
    return None


def _without_spark() -> str | None:
    if importlib.util.find_spec("pyspark") is None:
        return "pyspark is not installed (make spark)"
    return _without_program("java")()


def _without_axe() -> str | None:
    return None if axe() else "no axe-core beside the programs of npm on the PATH"


def _without_helvetica() -> str | None:
    """The layout of a sheet on paper takes the widths of Helvetica; other Unix machines have it."""
    if not sys.platform.startswith("linux"):
        return None
    if shutil.which("fc-match") is None:
        return "no fc-match on the PATH to ask for Helvetica"
    asked = ["fc-match", "--format=%{family[0]}", "Helvetica"]
    found = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    if found in _AS_WIDE_AS_HELVETICA:
        return None
    return f"{found} stands in for Helvetica (Debian's fonts-liberation has its widths)"


def _without_program(*names: str) -> Callable[[], str | None]:
    def look() -> str | None:
        if any(shutil.which(name) for name in names):
            return None
        return f"no {' or '.join(names)} on the PATH"

    return look


_AS_WIDE_AS_HELVETICA = {
    "Helvetica",
    "Helvetica Neue",
    "Arial",
    "Arimo",
    "Liberation Sans",
    "Nimbus Sans",
    "Nimbus Sans L",
    "TeX Gyre Heros",
    "FreeSans",
}

#: Name of a need → a function that says what is lacking, or None.
NEEDS: dict[str, Callable[[], str | None]] = {
    "durable": _without_durable,
    "compiler": _without_program("cc", "gcc", "clang"),
    "java": _without_program("java"),
    "spark": _without_spark,
    "chromium": _without_program("chromium", "chromium-browser", "google-chrome"),
    "helvetica": _without_helvetica,
    "axe-core": _without_axe,
    "git": _without_program("git"),
    "yaml-language-server": _without_program("yaml-language-server"),
}

_LACKING: pytest.StashKey[dict[str, tuple[str, list[str]]]] = pytest.StashKey()


def _is_set(variable: str) -> bool:
    return os.environ.get(variable, "") not in {"", "0"}


def _must_be_here(need: str) -> bool:
    if need == "durable" and _is_set("GLUTEMED_WITHOUT_DURABLE"):
        return False
    return _is_set("GLUTEMED_REQUIRE_ALL")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "slow: left out of `make check`")
    config.addinivalue_line("markers", "law: one of the laws; `make laws-deep` runs these for long")
    config.addinivalue_line(
        "markers",
        f"needs(*names): skipped, or failed with GLUTEMED_REQUIRE_ALL=1, where the machine lacks "
        f"one of {', '.join(NEEDS)}",
    )
    if _is_set("GLUTEMED_WITHOUT_DURABLE"):
        # The one warning is meant then; every other one is still an error.
        config.addinivalue_line("filterwarnings", "ignore:durable-rules cannot be imported")
    config.stash[_LACKING] = {}
    config.pluginmanager.register(Everywhere(), "everywhere")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # Files with long tests begin first, so that no core waits at the end for one that began last.
    long = {item.path for item in items if {"law", "slow"} & {m.name for m in item.iter_markers()}}
    items.sort(key=lambda item: item.path not in long)
    for item in items:
        if isinstance(item, SybilItem):  # documents show what durable-rules decides, and no warning
            item.add_marker(pytest.mark.needs("durable"))
            if "from pyspark" in item.example.document.text:
                item.add_marker(pytest.mark.needs("spark"))
        for mark in item.iter_markers("needs"):
            unknown = [name for name in mark.args if name not in NEEDS]
            if unknown or not mark.args:
                message = f"{item.nodeid}: needs() knows {', '.join(NEEDS)}, not {unknown}"
                raise pytest.UsageError(message)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    lacking = config.stash[_LACKING]
    if not lacking:
        return
    terminalreporter.section("what this machine lacks")
    for need, (reason, tests) in sorted(lacking.items()):
        verdict = "failed" if _must_be_here(need) else "skipped"
        terminalreporter.line(f"{need}: {reason}: {len(tests)} tests {verdict}")
        for test in tests:
            terminalreporter.line(f"    {test}")


# --- Examples in documents ------------------------------------------------------------------------


def _at_the_top(namespace: dict[str, object]) -> None:
    """Let examples in Python name files as a reader at the top of the repository would."""
    namespace["__directory_before__"] = Path.cwd()
    os.chdir(REPOSITORY)


def _back(namespace: dict[str, object]) -> None:
    os.chdir(str(namespace["__directory_before__"]))


DOCUMENTS = Sybil(
    parsers=[PythonCodeBlockParser(), SkipParser(), ConsoleExamples(REPOSITORY)],
    path=str(REPOSITORY),
    patterns=["README.md", "docs/*.md", "docs/**/*.md"],
    setup=_at_the_top,
    teardown=_back,
)


class Everywhere:
    """Hooks that also see the documents: a conftest's own see only its folder."""

    pytest_collect_file = staticmethod(DOCUMENTS.pytest())

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        for mark in item.iter_markers("needs"):
            for need in mark.args:
                reason = NEEDS[need]()
                if reason is None:
                    continue
                item.config.stash[_LACKING].setdefault(need, (reason, []))[1].append(item.nodeid)
                if _must_be_here(need):
                    pytest.fail(
                        f"needs {need}: {reason}; GLUTEMED_REQUIRE_ALL is set", pytrace=False
                    )
                pytest.skip(f"needs {need}: {reason}")


@pytest.fixture(scope="session")
def repository() -> Path:
    """The top of the repository."""
    return REPOSITORY
