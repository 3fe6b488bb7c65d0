"""What is built from the repository works somewhere else."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from pathlib import Path

import pytest

from glutemed.model.version import VERSION

pytestmark = pytest.mark.slow


def run(
    *command: str | Path, folder: Path, expect: int = 0, **variables: str
) -> subprocess.CompletedProcess[str]:
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("GLUTEMED_", "PYTHON", "COV_"))
    }
    environment |= {"PYTHONUTF8": "1", "NO_COLOR": "1"} | variables
    done = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == expect, (
        f"{command}: exit code {done.returncode}\n{done.stdout}\n{done.stderr}"
    )
    return done


@pytest.fixture(scope="module")
def built(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist, and the wheel that was built from that sdist."""
    folder = tmp_path_factory.mktemp("built")
    run(
        sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, repository,
        folder=folder,
    )  # fmt: skip
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    (wheel,) = built.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def elsewhere(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment outside the checkout with the wheel in it, and nothing fetched for it.

    Third-party packages come from the environment that runs the tests by way of a path file. Python
    does not follow the path files of a folder that came in that way, so the editable glutemed of
    the checkout is not seen from there.
    """
    folder = tmp_path_factory.mktemp("elsewhere")
    run(sys.executable, "-m", "venv", "--without-pip", folder / "env", folder=folder)
    python = folder / "env" / "bin" / "python"
    run(
        sys.executable, "-m", "pip", "--python", python, "--quiet",
        "install", "--no-index", "--no-deps", wheel,
        folder=folder,
    )  # fmt: skip
    purelib = run(
        python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", folder=folder
    ).stdout.strip()
    borrowed = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    Path(purelib, "borrowed.pth").write_text("\n".join(sorted(borrowed)) + "\n", encoding="utf-8")
    return folder


def test_the_wheel_holds_rules_types_and_licences_and_nothing_of_the_checkout(
    wheel: Path, repository: Path
):
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert "glutemed/__init__.py" in names
    assert "glutemed/py.typed" in names
    assert "glutemed/render/handout/sheet.typ" in names
    rules = {
        "glutemed/" + path.relative_to(repository).as_posix()
        for path in (repository / "rules").rglob("*.yaml")
    }
    assert rules
    assert rules <= names
    licences = {name.partition(".dist-info/licenses/")[2] for name in names} - {""}
    assert licences == {"LICENSE", "rules/LICENSE"}
    tops = {name.split("/", 1)[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"glutemed"}


def test_the_sdist_holds_what_is_needed_to_test_it(built: Path):
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.split("/", 1)[-1] for name in archive.getnames()}
    for name in ("glutemed/py.typed", "rules/LICENSE", "tests/conftest.py", "README.md", "LICENSE"):
        assert name in names
    assert any(name.startswith("docs/") and name.endswith(".md") for name in names)
    assert any(name.startswith("rules/") and name.endswith(".yaml") for name in names)


def test_the_wheel_is_what_runs_elsewhere(elsewhere: Path):
    script = (
        "import glutemed, importlib.metadata as m; print(glutemed.__file__, m.version('glutemed'))"
    )
    where, version = run(
        elsewhere / "env/bin/python", "-c", script, folder=elsewhere
    ).stdout.split()
    assert Path(where).is_relative_to(elsewhere)
    assert version == VERSION


@pytest.mark.needs("durable")
def test_the_doctor_is_content_elsewhere(elsewhere: Path):
    done = run(elsewhere / "env/bin/glutemed", "doctor", folder=elsewhere)
    assert done.stdout.strip()


@pytest.mark.parametrize("form", ["human", "json"])
def test_a_programme_is_printed_elsewhere(elsewhere: Path, repository: Path, form: str):
    facts = elsewhere / "runner.yaml"
    facts.write_bytes((repository / "docs/tutorial/runner.yaml").read_bytes())
    done = run(
        elsewhere / "env/bin/glutemed", "recommend", facts.name, "--format", form,
        folder=elsewhere,
    )  # fmt: skip
    assert "programme" in done.stdout.lower()
    assert str(repository) not in done.stdout + done.stderr
