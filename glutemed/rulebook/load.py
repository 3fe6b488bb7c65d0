"""Where rules lie, and the one way from files to a checked `Ruleset`."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from glutemed.document import MOST_BYTES
from glutemed.model.diagnostic import Diagnostic, Span, Text, has_errors
from glutemed.model.ruleset import Ruleset
from glutemed.rulebook import check
from glutemed.rulebook.build import build
from glutemed.rulebook.form import Findings
from glutemed.rulebook.parse import Draft, parse

SUFFIXES = (".yaml", ".yml")


def bundled() -> Path:
    """The folder of the rules that come with glutemed: in the package, or beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "rules"
    return inside if inside.is_dir() else package.parent / "rules"


def texts(paths: Iterable[Path], findings: Findings) -> tuple[Text, ...]:
    """The rule files under some paths, sorted by path; faults go to the findings (GM107)."""
    return tuple(text for path in _files(paths) if (text := _text(path, findings)) is not None)


def _files(paths: Iterable[Path]) -> tuple[Path, ...]:
    found: dict[Path, Path] = {}
    for path in paths:
        inside = [file for file in path.rglob("*") if file.suffix.lower() in SUFFIXES]
        for file in inside if path.is_dir() else [path]:
            found.setdefault(file.resolve(), file)
    return tuple(found[resolved] for resolved in sorted(found))


def _empty(paths: Iterable[Path], findings: Findings) -> None:
    """Report folders that hold no rule file: whoever names one means to add something (GM107)."""
    for path in paths:
        if path.is_dir() and not _files([path]):
            name = _shown(path)
            findings.error(
                "GM107",
                f"`{name}` holds no rule file",
                Span(Text(name, ""), 0, 0),
                "rule files end in `.yaml` or `.yml`",
            )


def _text(path: Path, findings: Findings) -> Text | None:
    name = _shown(path)
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
        return Text(name, content.decode("utf-8-sig"))
    except OSError as error:
        reason = (error.strerror or "cannot be read").lower()
    except UnicodeDecodeError:
        reason = "not UTF-8 text"
    advice = "save it as UTF-8" if "UTF-8" in reason else None
    findings.error("GM107", f"cannot read `{name}`: {reason}", Span(Text(name, ""), 0, 0), advice)
    return None


def _shown(path: Path) -> str:
    base = bundled().parent
    resolved = path.resolve()
    if resolved.is_relative_to(base / "rules"):
        return resolved.relative_to(base).as_posix()
    return os.fspath(path)


def ruleset(
    rule_texts: Iterable[Text], version: str
) -> tuple[Ruleset | None, tuple[Diagnostic, ...]]:
    """A checked ruleset from texts, or None, and everything that was found."""
    findings = Findings()
    draft = parse(rule_texts, findings)
    return _checked(draft, findings, version)


def load(
    extra: Iterable[str | os.PathLike[str]] = (),
) -> tuple[Ruleset | None, tuple[Diagnostic, ...]]:
    """The bundled rules with files or folders added to them, checked.

    What is added can only add: there is no conclusion that takes a rule, a hazard or a fact away,
    and an id or a pack name that is taken is an error.
    """
    findings = Findings()
    given = [Path(path) for path in extra]
    _empty(given, findings)
    own_files = {file.resolve() for file in _files([bundled()])}
    added_files = [file for file in _files(given) if file.resolve() not in own_files]
    own = texts([bundled()], findings)
    added = texts(added_files, findings)
    draft = parse((*own, *added), findings)
    others = set(map(id, added))
    packs = tuple(page.pack for page in draft.pages if id(page.span.text) in others)
    version = next((p.pack.version for p in draft.pages if p.pack.name == "surgeon"), "0")
    suffixes = sorted(f"{pack.name}-{pack.version}" for pack in packs)
    return _checked(
        draft, findings, "+".join((version, *suffixes)), frozenset(pack.name for pack in packs)
    )


def _checked(
    draft: Draft, findings: Findings, version: str, added: frozenset[str] = frozenset()
) -> tuple[Ruleset | None, tuple[Diagnostic, ...]]:
    check.structure(draft, findings)
    if not has_errors(findings.sorted()):
        check.meaning(draft, findings)
    found = findings.sorted()
    return (None if has_errors(found) else build(draft, version, added)), found
