"""`glutemed rules book`: the rulebook as pages to read."""

from __future__ import annotations

from pathlib import Path

import click

from glutemed.cli import exits, screen
from glutemed.cli.examples import Example
from glutemed.cli.options import rules_option


@click.command(
    "book",
    cls=Example,
    examples=(
        "glutemed rules book -o book",
        "glutemed rules book -o book --format html",
    ),
)
@click.option(
    "-o",
    "--output",
    "folder",
    metavar="FOLDER",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Where the pages go; made if it is not there.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(("markdown", "html")),
    default="markdown",
    show_default=True,
    help="What the pages are written in.",
)
@rules_option
def command(folder: Path, form: str, rules: tuple[str, ...]) -> int:
    """Write the rulebook as pages that people can read in a browser.

    Every rule is there in words, with its reason, sources and examples; the exercises with their
    pictures; the red flags, the hazards and the sources.

    Begin with README.md, or README.html, in the folder. Pages of an earlier book that are no longer
    part of it are removed; files that are no book's are left alone.
    """
    from glutemed.cli import given
    from glutemed.render import book

    pages = book.book(given.ruleset(rules))
    texts = {"style.css": book.STYLE} if form == "html" else {}
    for page in pages:
        ending, written = (
            (".html", book.html(page)) if form == "html" else (".md", book.markdown(page))
        )
        texts[page.name + ending] = written
        texts.update({picture.file: picture.svg for picture in page.pictures})
    _write(folder, texts)
    screen.note(f"{len(pages)} pages in {folder}")
    return exits.DONE


def _write(folder: Path, texts: dict[str, str]) -> None:
    for part in ("packs", "exercises", "figures"):
        for old in sorted((folder / part).glob("*")):
            if old.suffix in (".md", ".html", ".svg") and f"{part}/{old.name}" not in texts:
                old.unlink()
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
