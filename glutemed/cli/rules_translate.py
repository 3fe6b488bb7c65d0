"""`glutemed rules translate`: the catalogues of a language, brought up to what the rules say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import click

from glutemed.cli import exits, files, screen
from glutemed.cli.examples import Example
from glutemed.model.errors import UnknownName

if TYPE_CHECKING:
    from glutemed.rulebook.po_files import Wanted

_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z")


@click.command(
    "translate",
    cls=Example,
    examples=("glutemed rules translate de --dry-run",),
)
@click.argument("language")
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path(path_type=str))
@click.option(
    "--program", is_flag=True, help="The catalogue of the program itself too (in a checkout)."
)
@click.option("--dry-run", is_flag=True, help="Write nothing; say what would be written.")
def command(language: str, paths: tuple[str, ...], program: bool, dry_run: bool) -> int:
    """Begin the catalogues of a LANGUAGE (`de`, `pt-BR`), or bring them up to date.

    Beside each rule file X.yaml lies X.LANGUAGE.po with every text of it that a person reads. New
    texts are added, what is translated stays, and what nobody says any more is put to the end as
    obsolete. PATH is a file or folder of rules; without one it is the bundled rules, in a checkout.
    """
    if not _TAG.match(language) or language == "en":
        raise click.UsageError(f"{language!r} is no language to translate to; name one as in `de`")

    from glutemed.rulebook.files import bundled

    installed = bundled().is_relative_to(Path(__file__).resolve().parent.parent)
    if installed and not paths:
        raise click.UsageError("Name the files: rules that are installed are not to be edited.")
    if installed and program:
        raise click.UsageError("--program is for a checkout of the repository.")
    wanted = dict(_wanted(paths, language, program))
    changed = [path for path, own in wanted.items() if _bring_up(path, own, language, dry_run)]
    for path in changed:
        screen.note(str(path))
    done = "would be written" if dry_run else "written"
    screen.note(f"{len(changed)} of {len(wanted)} catalogues {done}.")
    return exits.DONE


def _wanted(
    paths: Sequence[str], language: str, program: bool
) -> Iterator[tuple[Path, tuple[Wanted, ...]]]:
    """Each catalogue, and what is wanted of it."""
    from glutemed.cli import given
    from glutemed.rulebook import catalogues
    from glutemed.rulebook.files import bundled, named
    from glutemed.rulebook.po_files import beside, by_file
    from glutemed.rulebook.spoken import person_texts

    ruleset = given.ruleset(paths)
    lying = named([Path(path) for path in paths] or [bundled()])
    for file, wanted in by_file(person_texts(ruleset)).items():
        if file in lying:
            yield beside(lying[file], language), wanted
    if program:
        yield catalogues.program(language), _babel().program_messages(ruleset)


def _bring_up(path: Path, wanted: Sequence[Wanted], language: str, dry_run: bool) -> bool:
    """Write one catalogue where it is not up to date; whether it was not."""
    from glutemed.rulebook import po_files

    try:
        before = _text(path)
        old = po_files.read(before, str(path)) if before else None
    except (OSError, ValueError, po_files.Unreadable) as error:
        raise click.ClickException(str(error)) from None
    forms = "" if old is None else old.metadata.get("Plural-Forms", "")
    try:
        forms = forms or _babel().plural_forms(language)
    except UnknownName as error:
        raise click.UsageError(str(error)) from None
    after = f"{po_files.brought_up(old, wanted, language, forms)}\n"
    if after == before:
        return False
    if not dry_run:
        files.write(path, after)
    return True


def _text(path: Path) -> str:
    """The text of a catalogue, as its file has it; empty where there is none."""
    from glutemed.rulebook import po_files

    try:
        return po_files.content(path).decode("utf-8").replace("\r\n", "\n")
    except FileNotFoundError:
        return ""


def _babel() -> ModuleType:
    """What needs Babel: finding messages in code, and the plurals of a new language."""
    try:
        from glutemed.rulebook import program_messages
    except ImportError:
        raise click.ClickException(
            "this takes Babel, which knows the plurals of languages: pip install babel"
        ) from None
    return program_messages
