"""A page of the book → Markdown, or HTML that needs nothing from elsewhere."""

from __future__ import annotations

import re
from html import escape
from posixpath import dirname, relpath

from glutemed.render.book.page import (
    Block,
    Bullets,
    Fields,
    Heading,
    Inline,
    Line,
    Page,
    Paragraph,
    Picture,
    Table,
    Word,
)

_SPECIAL = re.compile(r"([\\`*_\[\]<>|#])")

STYLE = """\
:root { color-scheme: light dark; --ink: #1d2330; --paper: #fff; --rule: #d5d9e0; --soft: #5a6272;
  --link: #0b57a4; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8eaf0; --paper: #14171d; --rule: #3a404c; --soft: #a6adbb; --link: #8cc2ff; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 46rem; color: var(--ink);
  background: var(--paper); font: 1rem/1.55 system-ui, sans-serif; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: .5rem 0 1rem; }
h2 { font-size: 1.25rem; margin: 2.4rem 0 .6rem; padding-top: .8rem;
  border-top: 1px solid var(--rule); }
h3 { font-size: 1.05rem; margin: 1.6rem 0 .4rem; }
a { color: var(--link); }
nav { font-size: .9rem; }
code { font: .88em ui-monospace, monospace; }
dl { display: grid; grid-template-columns: 8.5rem 1fr; gap: .25rem .8rem; margin: .6rem 0; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; font-size: .94rem; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0;
  border-bottom: 1px solid var(--rule); }
figure { margin: 1rem 0; padding: .6rem; background: #fff; border: 1px solid var(--rule);
  border-radius: .4rem; }
figure img { display: block; width: 100%; max-height: 20rem; object-fit: contain; }
@media (max-width: 34rem) { dl { grid-template-columns: 1fr; } dt { margin-top: .4rem; } }
@media print { body { max-width: none; } h2 { break-after: avoid; } figure { break-inside: avoid; } }
"""


def markdown(page: Page) -> str:
    """A page as Markdown; links go to ``.md`` files."""
    parts = [f"# {_marked(page.title)}"]
    parts += [_markdown(block, page) for block in page.blocks]
    return "\n\n".join(part for part in parts if part) + "\n"


def html(page: Page, style: str = "style.css") -> str:
    """A page as HTML; links go to ``.html`` files.

    Args:
        page: The page.
        style: The style sheet's path from the book's folder.
    """
    parts = [_html(block, page) for block in page.blocks]
    top = (
        ""
        if page.name == "README"
        else f'<nav><a href="{_path(page, "README", "html")}">Book</a></nav>\n'
    )
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(page.title)}</title>\n"
        f'<link rel="stylesheet" href="{escape(_beside(page, style))}">\n</head>\n<body>\n'
        f"{top}<main>\n<h1>{escape(page.title)}</h1>\n"
        + "\n".join(parts)
        + "\n</main>\n</body>\n</html>\n"
    )


def _beside(page: Page, file: str) -> str:
    return relpath(file, dirname(page.name) or ".")


def _path(page: Page, other: str, ending: str) -> str:
    return _beside(page, f"{other}.{ending}")


def _marked(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)


def _in_markdown(line: Line, page: Page) -> str:
    return "".join(_inline_markdown(part, page) for part in line)


def _inline_markdown(part: Inline, page: Page) -> str:
    if isinstance(part, str):
        return _marked(part)
    if isinstance(part, Word):
        return f"`{part.text}`"
    anchor = f"#{part.anchor}" if part.anchor else ""
    target = part.address or (_path(page, part.page, "md") if part.page else "") + anchor
    return f"[{_marked(part.text)}]({target})"


def _markdown(block: Block, page: Page) -> str:
    match block:
        case Heading(text, level):
            return f"{'#' * level} {_marked(text)}"
        case Paragraph(line):
            return _in_markdown(line, page)
        case Fields(rows):
            return "\n".join(
                f"- **{_marked(name)}**: {_in_markdown(line, page)}" for name, line in rows if line
            )
        case Bullets(lines):
            return "\n".join(f"- {_in_markdown(line, page)}" for line in lines)
        case Table(head, rows):
            drawn = [_row(tuple(_marked(cell) for cell in head)), _row(("---",) * len(head))]
            drawn += [_row(tuple(_in_markdown(cell, page) for cell in row)) for row in rows]
            return "\n".join(drawn)
        case Picture(file, _, alternative):
            return f"![{_marked(alternative)}]({_beside(page, file)})"


def _row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"


def _in_html(line: Line, page: Page) -> str:
    return "".join(_inline_html(part, page) for part in line)


def _inline_html(part: Inline, page: Page) -> str:
    if isinstance(part, str):
        return escape(part)
    if isinstance(part, Word):
        return f"<code>{_breaks(part.text)}</code>"
    anchor = f"#{part.anchor}" if part.anchor else ""
    target = part.address or (_path(page, part.page, "html") if part.page else "") + anchor
    return f'<a href="{escape(target)}">{escape(part.text)}</a>'


def _breaks(name: str) -> str:
    """A name that may be broken behind its dots and underscores, and nowhere else."""
    return escape(name).replace(".", ".<wbr>").replace("_", "_<wbr>")


def _html(block: Block, page: Page) -> str:
    match block:
        case Heading(text, level):
            return f'<h{level} id="{escape(block.anchor)}">{escape(text)}</h{level}>'
        case Paragraph(line):
            return f"<p>{_in_html(line, page)}</p>"
        case Fields(rows):
            drawn = (
                f"<dt>{escape(name)}</dt><dd>{_in_html(line, page)}</dd>"
                for name, line in rows
                if line
            )
            return f"<dl>{''.join(drawn)}</dl>"
        case Bullets(lines):
            return f"<ul>{''.join(f'<li>{_in_html(line, page)}</li>' for line in lines)}</ul>"
        case Table(head, rows):
            top = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in head)
            body = "".join(
                f"<tr>{''.join(f'<td>{_in_html(cell, page)}</td>' for cell in row)}</tr>"
                for row in rows
            )
            return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"
        case Picture(file, _, alternative):
            source = escape(_beside(page, file))
            return f'<figure><img src="{source}" alt="{escape(alternative)}"></figure>'
