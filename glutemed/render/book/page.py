"""What a page of the book is made of, before it is Markdown or HTML."""

from __future__ import annotations

import attrs


@attrs.frozen
class Link:
    """A reference to another page of the book, or to an address outside.

    Args:
        text: What stands there.
        page: The page's name, without an ending; empty for this page.
        anchor: The heading on it; empty for its top.
        address: An address outside the book instead.
    """

    text: str
    page: str = ""
    anchor: str = ""
    address: str = ""


@attrs.frozen
class Word:
    """An id, set apart from the text around it."""

    text: str


Inline = str | Link | Word
Line = tuple[Inline, ...]


@attrs.frozen
class Heading:
    """A heading; its anchor is made from its text."""

    text: str
    level: int = 2

    @property
    def anchor(self) -> str:
        """The heading in lower case, with hyphens for spaces and nothing but words."""
        kept = "".join(sign for sign in self.text.lower() if sign.isalnum() or sign in " -_")
        return kept.replace(" ", "-")


@attrs.frozen
class Paragraph:
    """Some text."""

    line: Line


@attrs.frozen
class Fields:
    """Names and what stands behind them; those with nothing behind them are left out."""

    rows: tuple[tuple[str, Line], ...]


@attrs.frozen
class Bullets:
    """A list."""

    lines: tuple[Line, ...]


@attrs.frozen
class Table:
    """A table with a head."""

    head: tuple[str, ...]
    rows: tuple[tuple[Line, ...], ...]


@attrs.frozen
class Picture:
    """A drawing, as a file beside the page.

    Args:
        file: Its path from the book's folder.
        svg: The drawing itself.
        alternative: What it shows, for those who do not see it.
    """

    file: str
    svg: str = attrs.field(repr=False)
    alternative: str


Block = Heading | Paragraph | Fields | Bullets | Table | Picture


@attrs.frozen
class Page:
    """One page: its name without an ending (`exercises/bridge`), its title, its blocks."""

    name: str
    title: str
    blocks: tuple[Block, ...]

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """The drawings on it."""
        return tuple(block for block in self.blocks if isinstance(block, Picture))
