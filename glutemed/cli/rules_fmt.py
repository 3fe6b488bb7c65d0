"""`glutemed rules fmt`: rule files in their one form."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import attrs
import click

from glutemed.cli import exits, files, screen
from glutemed.cli.examples import Example

if TYPE_CHECKING:
    from glutemed.model.diagnostic import Diagnostic, Text

STDIN = "-"


@attrs.frozen
class _Page:
    """One file: where it lies, what it says, and its canonical form."""

    path: Path | None
    old: Text
    new: Text

    @property
    def differs(self) -> bool:
        """Whether it is to be written."""
        return self.old.content != self.new.content


@click.command(
    "fmt",
    cls=Example,
    examples=(
        "glutemed rules new case --set name=somebody -o mine.yaml",
        "glutemed rules fmt --diff mine.yaml",
        "glutemed rules fmt mine.yaml",
    ),
)
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path())
@click.option("--check", is_flag=True, help="Write nothing; exit code 7 where a file would change.")
@click.option("--diff", is_flag=True, help="Write nothing; print what would change, exit code 7.")
def command(paths: tuple[str, ...], check: bool, diff: bool) -> int:
    """Bring rule files into their one form: keys in order, lines of at most 120, quotes where needed.

    Comments stay. Each file is parsed before and after, and is written only where both mean the
    same. PATH is a file, a folder, or - to read stdin and write stdout; without one, in a checkout,
    it is the folder of the bundled rules.
    """
    paths = paths or (_own(),)
    if STDIN in paths and len(paths) > 1:
        raise click.UsageError("- stands alone: it reads stdin and writes stdout.")
    pages, wrong = _pages(paths)
    if wrong:
        screen.diagnostics(wrong, "human", err=True)
        return exits.RULES_INVALID
    changed = [page for page in pages if page.differs]
    if changed and not _unchanged_in_meaning(changed):
        return exits.FAILED
    if check or diff:
        for page in changed:
            screen.out(_difference(page) if diff else page.old.name)
        _count(changed, pages, "would change")
        return exits.FOUND if changed else exits.DONE
    if paths == (STDIN,):
        click.echo(pages[0].new.content, nl=False)
        return exits.DONE
    for page in changed:
        assert page.path is not None
        files.write(page.path, page.new.content)
        screen.note(page.old.name)
    _count(changed, pages, "changed")
    return exits.DONE


def _own() -> str:
    """The bundled rules, where they are to be edited: in a checkout."""
    from glutemed.rulebook.load import bundled

    folder = bundled()
    if folder.is_relative_to(Path(__file__).resolve().parent.parent):
        raise click.UsageError("Name the files: rules that are installed are not to be edited.")
    return str(folder)


def _pages(paths: Sequence[str]) -> tuple[list[_Page], list[Diagnostic]]:
    """Every file with its canonical form, and what is wrong with those that have none."""
    from glutemed.model.diagnostic import Text
    from glutemed.rulebook.canonical import canonical
    from glutemed.rulebook.form import Findings
    from glutemed.rulebook.load import files as rule_files
    from glutemed.rulebook.load import texts

    findings = Findings()
    read: list[tuple[Path | None, Text]] = []
    if tuple(paths) == (STDIN,):
        read.append((None, Text("stdin", sys.stdin.buffer.read().decode("utf-8-sig", "replace"))))
    else:
        for path in rule_files(map(Path, paths)):
            read += [(path, text) for text in texts([path], findings)]
    pages = []
    for where, text in read:
        form, found = canonical(text)
        findings.extend(found)
        if form is not None:
            pages.append(_Page(where, text, form))
    if not read and not findings.found:
        raise click.UsageError(f"there is no rule file in {', '.join(paths)}")
    return pages, list(findings.sorted())


def _unchanged_in_meaning(changed: Sequence[_Page]) -> bool:
    """Whether every file means what it meant; says which one does not."""
    from glutemed.rulebook.canonical import means_the_same
    from glutemed.rulebook.form import Findings
    from glutemed.rulebook.load import bundled, texts
    from glutemed.rulebook.load import files as rule_files

    own = {page.path.resolve() for page in changed if page.path is not None}
    others = [path for path in rule_files([bundled()]) if path.resolve() not in own]
    context = texts(others, Findings())

    def same(pages: Iterable[_Page]) -> bool:
        some = list(pages)
        return means_the_same([page.old for page in some], [page.new for page in some], context)

    if same(changed):
        return True
    for page in changed:
        if not same([page]):
            screen.note(f"glutemed: {page.old.name} would mean something else; nothing was written")
    return False


def _difference(page: _Page) -> str:
    return "".join(
        difflib.unified_diff(
            page.old.content.splitlines(keepends=True),
            page.new.content.splitlines(keepends=True),
            page.old.name,
            f"{page.old.name} (canonical)",
        )
    )


def _count(changed: Sequence[_Page], pages: Sequence[_Page], what: str) -> None:
    from glutemed.render.words import count

    screen.note(f"{count(len(changed), 'file')} {what}, {len(pages) - len(changed)} as they were.")
