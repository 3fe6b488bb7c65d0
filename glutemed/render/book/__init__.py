"""The reference book: a ruleset → pages that people read, as Markdown or HTML."""

from glutemed.render.book.chapters import book as book
from glutemed.render.book.page import Page as Page
from glutemed.render.book.writing import STYLE as STYLE
from glutemed.render.book.writing import html as html
from glutemed.render.book.writing import markdown as markdown

__all__ = ["STYLE", "Page", "book", "html", "markdown"]
